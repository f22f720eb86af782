//! Text that strangers wrote, made harmless for a terminal.
//!
//! A manifest under review may hold escape sequences that rewrite the screen, or marks that turn the
//! direction of writing so that a reviewer reads something else than the machine does. Such characters are
//! replaced and not dropped: that they were there is worth seeing.

use std::borrow::Cow;

/// Stands for what was taken out.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Text for a single line: line breaks and tabs are replaced too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    replace(text, is_harmful)
}

/// Text of several lines, such as help with a manifest in it.
pub(crate) fn block(text: &str) -> Cow<'_, str> {
    replace(text, |c| is_harmful(c) && c != '\n')
}

fn replace(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.bytes().all(is_common) || !text.contains(&is_bad) {
        return text.into();
    }
    let replaced = text.chars().map(|c| if is_bad(c) { REPLACEMENT } else { c });
    replaced.collect()
}

/// A whole manifest for snippets, with a line break at its end.
pub(super) fn whole_snippet(text: Cow<'_, str>) -> Cow<'_, str> {
    let replaced = match snippet(&text) {
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
fn snippet(text: &str) -> Cow<'_, str> {
    let is_bad = |c: char| is_harmful(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(|c| is_bad(c) || c == '\r') {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_byte_order_mark = c == '\u{feff}' && safe.is_empty();
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
    let is_whole = json.bytes().all(|byte| is_common(byte) || byte == b'\n');
    if is_whole || !json.contains(|c| is_harmful(c) && c != '\n') {
        return json.into();
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_harmful(c) && c != '\n' {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            safe.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe.into()
}

/// Whether a byte is printable ASCII, which is harmless: most texts hold nothing else, and reports are long.
fn is_common(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
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
        let safe = snippet(hostile);
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
