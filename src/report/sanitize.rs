//! Text that strangers wrote, made harmless for a terminal.
//!
//! A manifest under review may hold escape sequences that rewrite the screen, or marks that turn the
//! direction of writing so that a reviewer reads something else than the machine does. Such characters are
//! replaced and not dropped: that they were there is worth seeing.

use std::borrow::Cow;
use std::iter;

use crate::yaml;

/// Stands for what was taken out.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Text for a single line: line breaks and tabs are replaced too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return block(text);
    }
    let replaced = block(text).replace('\n', REPLACEMENT.encode_utf8(&mut [0; 4]));
    replaced.into()
}

/// Text of several lines, such as help with a manifest in it.
pub(crate) fn block(text: &str) -> Cow<'_, str> {
    replace(text, |_, safe| safe.push(REPLACEMENT))
}

/// Text in which `put` has written something for each harmful character but line feeds.
fn replace(text: &str, put: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let mut safe = String::new();
    let mut done = 0;
    for (at, c) in uncommon(text).filter(|(_, c)| is_harmful(*c)) {
        safe.push_str(&text[done..at]);
        put(c, &mut safe);
        done = at + c.len_utf8();
    }
    if done == 0 {
        return text.into();
    }
    safe.push_str(&text[done..]);
    safe.into()
}

/// Lines of a manifest for snippets, be it from its start, with a line break at their end.
pub(super) fn snippet_lines(text: Cow<'_, str>, is_start: bool) -> Cow<'_, str> {
    let replaced = match snippet(&text, is_start) {
        Cow::Borrowed(_) => None,
        Cow::Owned(safe) => Some(safe.into()),
    };
    let safe = replaced.unwrap_or(text);
    if safe.ends_with('\n') {
        return safe;
    }
    (safe.into_owned() + "\n").into()
}

/// Lines of a manifest, in which every byte and every column keeps its place.
fn snippet(text: &str, is_start: bool) -> Cow<'_, str> {
    let is_bad = |c: char| is_harmful(c) && !matches!(c, '\n' | '\r' | '\t');
    if !uncommon(text).any(|(_, c)| is_bad(c) || c == '\r') {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_byte_order_mark = c == '\u{feff}' && is_start && safe.is_empty();
        let is_lone_return = c == '\r' && chars.peek() != Some(&'\n');
        if (is_bad(c) && !is_byte_order_mark) || is_lone_return {
            safe.push(replacement_of_length(c.len_utf8()));
        } else {
            safe.push(c);
        }
    }
    safe.into()
}

fn replacement_of_length(bytes: usize) -> char {
    match bytes {
        1 => '?',
        2 => '¿',
        3 => REPLACEMENT,
        _ => '🚫',
    }
}

/// JSON whose strings hold no harmful character as such; `json` is a part of valid JSON, so they stand only in strings.
pub(super) fn json(json: &str) -> Cow<'_, str> {
    replace(json, |c, safe| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        safe.extend(units.map(|unit| format!("\\u{unit:04x}")));
    })
}

/// The characters with their offsets that are neither printable ASCII, which is harmless, nor line feeds: most texts
/// hold none, and reports are long.
fn uncommon(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut next = 0;
    iter::from_fn(move || {
        let at = next + yaml::first_uncommon(&text.as_bytes()[next..])?;
        let c = text[at..].chars().next()?;
        next = at + c.len_utf8();
        Some((at, c))
    })
}

/// Whether a terminal would obey the character, or show the text around it in another order or place.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(
            line("a\u{1b}[31mb\nc\u{202e}d"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d"
        );
        assert_eq!(block("a:\n  b\r"), "a:\n  b\u{fffd}");
        assert!(matches!(line("Zürich 東京"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_snippet_keeps_its_offsets() {
        let hostile = "a\u{1b}\u{9b}\u{202e}\u{e0041}\rb\r\n\tc";
        let safe = snippet(hostile, true);
        assert_eq!(safe.len(), hostile.len());
        assert_eq!(safe.chars().count(), hostile.chars().count());
        assert_eq!(safe, "a?¿\u{fffd}🚫?b\r\n\tc");
    }

    #[test]
    fn json_escapes_what_it_need_not() {
        assert_eq!(
            json("{\n\"a\": \"\u{202e}\u{e0041}\"}"),
            "{\n\"a\": \"\\u202e\\udb40\\udc41\"}"
        );
    }
}
