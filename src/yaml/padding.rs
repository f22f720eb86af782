//! Quoted scalars whose lines start further left than the parser wants them.
//!
//! go-yaml does not care how the lines of a quoted scalar are indented, so people write JSON between quotes
//! and close it at column 0. The parser insists on indentation, which means nothing within quotes; so such
//! lines get some, in a copy of the text that knows where its bytes come from.

use std::borrow::Cow;

/// The text of a document with indentation added where needed.
pub(super) struct PaddedText<'s> {
    text: Cow<'s, str>,
    /// Where blanks were added, in ascending order.
    pads: Vec<Pad>,
}

struct Pad {
    /// Where the blanks start in the padded text.
    start: usize,
    /// All blanks up to and with these.
    total: usize,
}

impl<'s> PaddedText<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let text = Cow::Borrowed(text);
        Self { text, pads: vec![] }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where byte `offset` of the padded text stands in the original one.
    pub(super) fn original(&self, offset: usize) -> usize {
        let before = self.pads.partition_point(|pad| pad.start < offset);
        let Some(pad) = before.checked_sub(1).map(|last| &self.pads[last]) else {
            return offset;
        };
        let start = pad.start
            - before
                .checked_sub(2)
                .map_or(0, |previous| self.pads[previous].total);
        // An offset among the blanks themselves stands where they were added.
        offset.saturating_sub(pad.total).max(start)
    }

    /// Indents the lines of the quoted scalar that starts behind byte `after` and holds byte `at`, from the
    /// line of `at` on. False if there is no such scalar or its lines are indented already.
    pub(super) fn indent(&mut self, after: usize, at: usize) -> bool {
        let Some((open, close)) = quoted_around(&self.text, after, at) else {
            return false;
        };
        let text = self.text.as_bytes();
        let line_start = |at: usize| memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
        let width = open - line_start(open) + 1;
        let first = line_start(at);
        let done = self.pads.last().is_some_and(|pad| first <= pad.start);
        if first <= open || done {
            return false;
        }
        let newlines = memchr::memchr_iter(b'\n', &text[first..close]).map(|newline| first + newline + 1);
        let lines: Vec<usize> = std::iter::once(first).chain(newlines).collect();
        // A document ends at such a line even within quotes.
        if lines.iter().any(|&line| text[line..].starts_with(b"...")) {
            return false;
        }
        self.insert(&lines, width);
        true
    }

    fn insert(&mut self, lines: &[usize], width: usize) {
        let mut padded = String::with_capacity(self.text.len() + lines.len() * width);
        let mut total = self.pads.last().map_or(0, |pad| pad.total);
        let mut copied = 0;
        for &line in lines {
            padded.push_str(&self.text[copied..line]);
            copied = line;
            total += width;
            let start = padded.len();
            self.pads.push(Pad { start, total });
            padded.extend(std::iter::repeat_n(' ', width));
        }
        padded.push_str(&self.text[copied..]);
        self.text = Cow::Owned(padded);
    }
}

/// The quotes of the first quoted scalar behind `after`, if `at` lies between them.
fn quoted_around(text: &str, after: usize, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let starts_token = |&quote: &usize| {
        let before = quote.checked_sub(1).map(|before| bytes[before]);
        before.is_none_or(|byte| byte.is_ascii_whitespace() || b"[{,:".contains(&byte))
    };
    let quotes = memchr::memchr2_iter(b'"', b'\'', bytes.get(after..at)?);
    let open = quotes.map(|quote| after + quote).find(starts_token)?;
    let close = closing_quote(bytes, open)?;
    (close >= at).then_some((open, close))
}

fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut position = open + 1;
    loop {
        if bytes[open] == b'\'' {
            position += memchr::memchr(b'\'', bytes.get(position..)?)?;
            if bytes.get(position + 1) != Some(&b'\'') {
                return Some(position);
            }
        } else {
            position += memchr::memchr2(b'"', b'\\', bytes.get(position..)?)?;
            if bytes[position] == b'"' {
                return Some(position);
            }
        }
        position += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_within_quotes_are_indented() {
        let text = "a: 'it''s\n{\n}'\nb: 1\n";
        let mut padded = PaddedText::new(text);
        assert!(padded.indent(1, 10));
        assert_eq!(padded.as_str(), "a: 'it''s\n    {\n    }'\nb: 1\n");
        assert!(!padded.indent(1, 14), "the second time there is nothing to do");
    }

    #[test]
    fn every_byte_knows_where_it_comes_from() {
        let text = "a: \"x\ny\nz\"\nb: 1\n";
        let mut padded = PaddedText::new(text);
        assert!(padded.indent(1, 6));
        let mut originals: Vec<usize> = (0..=padded.as_str().len())
            .map(|at| padded.original(at))
            .collect();
        assert!(originals.is_sorted());
        originals.dedup();
        assert_eq!(originals, (0..=text.len()).collect::<Vec<_>>());
        for (at, byte) in padded
            .as_str()
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte != b' ')
        {
            assert_eq!(text.as_bytes()[padded.original(at)], byte);
        }
    }

    #[test]
    fn without_quotes_nothing_is_changed() {
        let mut padded = PaddedText::new("a: b\n\tc\n");
        assert!(!padded.indent(1, 5));
        assert_eq!(padded.original(7), 7);
    }
}
