//! Where the parser takes more than go-yaml does.
//!
//! The parser reads YAML 1.2; kubectl's reads 1.1, and differs in details of the text. What kubectl refuses
//! must not pass here, so each node is looked at once more where it could matter.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

/// Checks the events of one document.
pub(super) struct Strictness<'s> {
    text: &'s str,
    /// Whether kubectl tries JSON first, which has escapes of its own.
    json: bool,
    /// Whether a line break that only YAML 1.1 knows occurs at all.
    old_breaks: bool,
    /// The collections that are still open.
    open: Vec<Collection>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    BlockSequence,
    BlockMapping,
    Flow,
}

impl<'s> Strictness<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            json: text.trim_ascii_start().starts_with('{'),
            old_breaks: !text.is_ascii() && has_old_break(text),
            open: vec![],
        }
    }

    /// Looks at one event whose node has the bytes `extent`.
    ///
    /// # Errors
    /// Why go-yaml refuses it.
    pub(super) fn check(&mut self, event: &Event<'_>, extent: Range<usize>) -> Result<(), &'static str> {
        match event {
            Event::SequenceStart(style, ..) => self.open(extent.start, *style, Collection::BlockSequence),
            Event::MappingStart(style, ..) => self.open(extent.start, *style, Collection::BlockMapping),
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                Ok(())
            }
            Event::Scalar(value, style, ..) => {
                self.check_dash(extent.start)?;
                self.check_scalar(value, *style, &self.text[extent])
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, start: usize, style: StructureStyle, block: Collection) -> Result<(), &'static str> {
        self.check_dash(start)?;
        let flow = style == StructureStyle::Flow;
        self.open.push(if flow { Collection::Flow } else { block });
        Ok(())
    }

    fn check_scalar(
        &self,
        value: &Cow<'_, str>,
        style: ScalarStyle,
        source: &str,
    ) -> Result<(), &'static str> {
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        if self.old_breaks && !quoted && has_old_break(source) {
            return Err("an unquoted scalar has a line break of YAML 1.1 in it (U+0085, U+2028 or U+2029)");
        }
        match style {
            ScalarStyle::Plain if self.in_flow() && value.starts_with(['?', ':']) => {
                Err("an unquoted scalar in a flow collection starts with `?` or `:`")
            }
            // A scalar without escapes borrows from the text.
            ScalarStyle::DoubleQuoted if !self.json && matches!(value, Cow::Owned(_)) => {
                check_escapes(source)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => check_block_tabs(source),
            _ => Ok(()),
        }
    }

    fn in_flow(&self) -> bool {
        self.open.last() == Some(&Collection::Flow)
    }

    /// Behind the dash of an item only spaces may stand.
    fn check_dash(&self, start: usize) -> Result<(), &'static str> {
        if self.open.last() != Some(&Collection::BlockSequence) {
            return Ok(());
        }
        let before = self.text[..start].as_bytes();
        let blanks = before
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let (before, blanks) = before.split_at(before.len() - blanks);
        if before.ends_with(b"-") && blanks.contains(&b'\t') {
            return Err("a tab stands behind the `-` of an item");
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

/// Where go-yaml still looks for the indentation of a block scalar, a tab must not stand; `source` starts
/// at the header.
fn check_block_tabs(source: &str) -> Result<(), &'static str> {
    let mut lines = source.split('\n');
    let header = lines.next().unwrap_or_default();
    let explicit = header.bytes().take(3).any(|byte| byte.is_ascii_digit());
    // Of an explicit indentation no more is known than that there is one.
    let mut indentation = explicit.then_some(1);
    for line in lines {
        let content = line.trim_start_matches(' ');
        let spaces = line.len() - content.len();
        if content.starts_with('\t') && indentation.is_none_or(|indentation| spaces < indentation) {
            return Err("a tab stands in the indentation of a block scalar");
        }
        if indentation.is_none() && !content.trim_end_matches('\r').is_empty() {
            indentation = Some(spaces);
        }
    }
    Ok(())
}
