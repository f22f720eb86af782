//! Lines that start further left than the parser wants them, although indentation means nothing there.
//!
//! go-yaml does not care how the lines of a quoted scalar are indented, and takes tabs in front of the lines
//! of a flow collection; people paste JSON in both places. The parser insists on spaces, so such lines get
//! some, in a copy of the text that knows where its bytes come from.

use std::borrow::Cow;
use std::ops::Range;

/// The text of a document with indentation added where needed.
pub(super) struct PaddedText<'s> {
    original: &'s str,
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
    pub(super) fn new(original: &'s str) -> Self {
        let text = Cow::Borrowed(original);
        let pads = vec![];
        Self { original, text, pads }
    }

    /// The text as the parser gets it.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as it is.
    pub(super) fn original(&self) -> &'s str {
        self.original
    }

    /// Where byte `offset` of the padded text stands in the original one.
    pub(super) fn source(&self, offset: usize) -> usize {
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

    /// Where a range of the padded text stands in the original one.
    pub(super) fn sources(&self, range: Range<usize>) -> Range<usize> {
        if self.pads.is_empty() {
            return range;
        }
        self.source(range.start)..self.source(range.end)
    }

    /// Indents the lines of the quoted scalar that starts behind byte `after` and holds byte `at`, from the
    /// line of `at` on. False if there is no such scalar or its lines are indented already.
    pub(super) fn indent_quoted(&mut self, after: usize, at: usize) -> bool {
        let Some((open, close)) = quoted_around(&self.text, after, at) else {
            return false;
        };
        let text = self.text.as_bytes();
        let first = line_start(text, at);
        if first <= open || self.is_padded(first) {
            return false;
        }
        let newlines = memchr::memchr_iter(b'\n', &text[first..close]).map(|newline| first + newline + 1);
        let lines: Vec<usize> = std::iter::once(first).chain(newlines).collect();
        // A document ends at such a line even within quotes.
        if lines.iter().any(|&line| text[line..].starts_with(b"...")) {
            return false;
        }
        let width = open - line_start(text, open) + 1;
        self.insert(&lines, width);
        true
    }

    /// Indents the line of byte `at` and all below it that start with a tab. False if it is indented already.
    pub(super) fn indent_tabs(&mut self, at: usize) -> bool {
        let text = self.text.as_bytes();
        let first = line_start(text, at);
        if self.is_padded(first) {
            return false;
        }
        let newlines = memchr::memchr_iter(b'\n', &text[first..]).map(|newline| first + newline + 1);
        let with_tab = newlines.take_while(|&line| text[line..].first() == Some(&b'\t'));
        let lines: Vec<usize> = std::iter::once(first).chain(with_tab).collect();
        let width = deepest_block(&text[..first]) + 1;
        self.insert(&lines, width);
        true
    }

    fn is_padded(&self, line: usize) -> bool {
        self.pads.last().is_some_and(|pad| line <= pad.start)
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

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1)
}

/// The column of the deepest block that these lines may have opened.
fn deepest_block(lines: &[u8]) -> usize {
    let columns = lines.split(|&byte| byte == b'\n').map(|line| {
        let indicator = |byte: &&u8| matches!(byte, b' ' | b'-' | b'?' | b':');
        line.iter().take_while(indicator).count()
    });
    columns.max().unwrap_or(0)
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
        assert!(padded.indent_quoted(1, 10));
        assert_eq!(padded.as_str(), "a: 'it''s\n    {\n    }'\nb: 1\n");
        assert!(
            !padded.indent_quoted(1, 14),
            "the second time there is nothing to do"
        );
    }

    #[test]
    fn every_byte_knows_where_it_comes_from() {
        let text = "a: \"x\ny\nz\"\nb: 1\n";
        let mut padded = PaddedText::new(text);
        assert!(padded.indent_quoted(1, 6));
        let mut originals: Vec<usize> = (0..=padded.as_str().len()).map(|at| padded.source(at)).collect();
        assert!(originals.is_sorted());
        originals.dedup();
        assert_eq!(originals, (0..=text.len()).collect::<Vec<_>>());
        for (at, byte) in padded
            .as_str()
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte != b' ')
        {
            assert_eq!(text.as_bytes()[padded.source(at)], byte);
        }
    }

    #[test]
    fn without_quotes_nothing_is_changed() {
        let mut padded = PaddedText::new("a: b\n\tc\n");
        assert!(!padded.indent_quoted(1, 5));
        assert_eq!(padded.source(7), 7);
    }
}
