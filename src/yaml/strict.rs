//! Where the parser takes more than go-yaml does.
//!
//! The parser reads YAML 1.2; kubectl's reads 1.1, and differs in details of the text. What kubectl refuses
//! must not pass here, so each node is looked at once more where it could matter.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use super::tabs::Tabs;

/// Checks the events of one document.
pub(super) struct Strictness<'s> {
    text: &'s str,
    tabs: Tabs<'s>,
    /// Whether kubectl tries JSON first, which has escapes of its own.
    json: bool,
    /// Whether a line break that only YAML 1.1 knows occurs at all.
    old_breaks: bool,
    /// Whether each collection that is still open is a flow collection.
    open: Vec<bool>,
}

impl<'s> Strictness<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let json = text.trim_ascii_start().starts_with('{');
        Self {
            text,
            tabs: Tabs::new(text, json),
            json,
            old_breaks: !text.is_ascii() && has_old_break(text),
            open: vec![],
        }
    }

    /// Looks at one event whose node has the bytes `extent`.
    ///
    /// # Errors
    /// Why go-yaml refuses it.
    pub(super) fn check(&mut self, event: &Event<'_>, extent: Range<usize>) -> Result<(), &'static str> {
        self.tabs.check(event, &extent)?;
        match event {
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                self.open.push(*style == StructureStyle::Flow);
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                Ok(())
            }
            Event::Anchor(..) | Event::Alias(_) => self.check_name(extent),
            Event::Scalar(value, style, ..) => {
                // A scalar without escapes borrows from the text.
                let escaped = matches!(value, Cow::Owned(_)) && *style == ScalarStyle::DoubleQuoted;
                self.check_scalar(value, escaped, *style, extent)
            }
            _ => Ok(()),
        }
    }

    /// The names of anchors are words in YAML 1.1, and stand apart from what follows.
    fn check_name(&self, extent: Range<usize>) -> Result<(), &'static str> {
        let next = self.text.as_bytes().get(extent.end);
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let apart = next.is_none_or(|next| next.is_ascii_whitespace() || b"?:,]}%@`".contains(next));
        if apart && self.text[extent].bytes().skip(1).all(is_word) {
            return Ok(());
        }
        Err("the name of an anchor is not only letters, digits, `_` and `-`")
    }

    fn check_scalar(
        &self,
        value: &str,
        escaped: bool,
        style: ScalarStyle,
        extent: Range<usize>,
    ) -> Result<(), &'static str> {
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        if self.old_breaks && !quoted && has_old_break(&self.text[extent.clone()]) {
            return Err("an unquoted scalar has a line break of YAML 1.1 in it (U+0085, U+2028 or U+2029)");
        }
        if escaped && !self.json {
            return check_escapes(&self.text[extent]);
        }
        if style == ScalarStyle::Plain && self.open.last() == Some(&true) {
            return self.check_flow_scalar(value, extent);
        }
        Ok(())
    }

    /// In a flow collection YAML 1.1 gives `?` a meaning wherever it stands, and `:` one only in front of a
    /// blank.
    fn check_flow_scalar(&self, value: &str, extent: Range<usize>) -> Result<(), &'static str> {
        if value.contains('?') || value.starts_with(':') {
            return Err("an unquoted scalar in a flow collection has a `?` in it or starts with `:`");
        }
        let mut after = self.text[extent.end..].bytes();
        let joined =
            after.next() == Some(b':') && matches!(after.next(), Some(b',' | b'[' | b']' | b'{' | b'}'));
        if joined && !value.is_empty() {
            return Err("no blank follows the `:` of a key in a flow collection");
        }
        Ok(())
    }
}

fn has_old_break(text: &str) -> bool {
    text.contains(['\u{85}', '\u{2028}', '\u{2029}'])
}

/// YAML 1.1 has neither an escaped slash nor surrogates.
fn check_escapes(source: &str) -> Result<(), &'static str> {
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at + 1..];
        match escape.as_bytes() {
            [b'/', ..] => return Err("`\\/` is an escape in JSON only"),
            [b'u', b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..] => {
                return Err("surrogate pairs are escapes in JSON only");
            }
            _ => rest = escape.get(1..).unwrap_or_default(),
        }
    }
    Ok(())
}
