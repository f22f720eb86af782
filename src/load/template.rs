//! Telling a template, which is no YAML before it is rendered, from YAML with a mistake in it.
//!
//! Texts that merely mention actions are common: alert rules, dashboards and agents' configs have them in
//! quotes or in blocks of text. A mistake in such a manifest is one.

use memchr::{memmem, memrchr};

use super::relevance::is_blank;

/// How many actions are looked at, the nearest first: a hostile text may have millions on one line.
const NEAREST: usize = 16;

/// Whether what stops the parser at the offset `error` of `document` is an action: one on that line or on the
/// line with content before it. An action in quotes is text, unless it closes the quotes itself.
pub(super) fn is_stopped_by_action(document: &[u8], error: usize) -> bool {
    let error = error.min(document.len());
    let line_start = line_start(document, error);
    let until = &document[..line_end(document, error)];
    memmem::rfind_iter(until, b"{{")
        .take(NEAREST)
        .map(|start| Action::at(document, start))
        .take_while(|action| action.reaches(document, line_start))
        .any(|action| !action.is_quoted(document))
}

/// The bytes of an action with its braces.
struct Action {
    start: usize,
    end: usize,
}

impl Action {
    fn at(document: &[u8], start: usize) -> Action {
        let length = memmem::find(&document[start..], b"}}").map(|length| length + b"}}".len());
        let end = length.map_or(document.len(), |length| start + length);
        Action { start, end }
    }

    /// Whether nothing but blank lines and comments is between the action's last line and a line.
    fn reaches(&self, document: &[u8], line_start: usize) -> bool {
        let below = line_end(document, self.end);
        document.get(below..line_start).is_none_or(is_blank)
    }

    fn is_quoted(&self, document: &[u8]) -> bool {
        let before = &document[line_start(document, self.start)..self.start];
        open_quote(before).is_some_and(|quote| !document[self.start..self.end].contains(&quote))
    }
}

fn line_start(document: &[u8], at: usize) -> usize {
    memrchr(b'\n', &document[..at]).map_or(0, |newline| newline + 1)
}

fn line_end(document: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &document[from..]).map_or(document.len(), |length| from + length)
}

/// The quote that is open at the end of a part of a line. One within a word (`don't`) opens nothing.
fn open_quote(line: &[u8]) -> Option<u8> {
    let mut open = None;
    let mut before = b' ';
    for &byte in line {
        let is_opening =
            matches!(byte, b'"' | b'\'') && matches!(before, b' ' | b'\t' | b'[' | b'{' | b',' | b':');
        match open {
            Some(quote) if quote == byte && before != b'\\' => open = None,
            None if is_opening => open = Some(byte),
            _ => {}
        }
        before = byte;
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_stopped(text: &str) -> bool {
        let error = text.find('!').expect("a place");
        is_stopped_by_action(text.as_bytes(), error)
    }

    #[test]
    fn actions_stop_on_their_line_and_before_the_next_one() {
        for text in [
            "a: !{{ .x }}",
            "{{ if .x }}\n!a: b",
            "{{ if .x }}\n\n# c\n!a: b",
            "{{ if and\n .x }}\n!a: b",
            "a: \"{{ printf \"!%s\" .x }}\"",
            "a: 'b' {{ .x }}!",
            "a: don't {{ .x }}!",
            "a: \"{{ .x }}\" {{ .y }}!",
            "a: \"\\\"{{ f \"!\" }}",
        ] {
            assert!(is_stopped(text), "{text}");
        }
    }

    #[test]
    fn actions_elsewhere_and_in_quotes_stop_nothing() {
        for text in [
            "a: {{ .x }}\nb: c\n!d",
            "!a\nb: {{ .x }}",
            "a: \"{{ .x }}\" !",
            "a: ['{{ .x }}', !",
            "a: \"\\\"{{ .x }}\"!",
            "a: {b: {c: d}}\n!e",
        ] {
            assert!(!is_stopped(text), "{text}");
        }
    }
}
