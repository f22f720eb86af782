//! Where the documents of a file begin and end, found without parsing them.
//!
//! kubectl cuts a stream at every line that starts with `---` before any YAML parser sees it, so a cut is
//! the same in every context, inside a quoted scalar too. JSON needs no separator at all.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::encoding::BOM;
use crate::source::Window;

/// One document that is not parsed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDocument {
    /// The bytes of the file between two separators, without a byte order mark at the start.
    pub range: Range<usize>,
    /// The line that ends the document if it is a `---` with more than a comment behind it: for such a
    /// separator kubectl refuses the document in front of it.
    pub bad_separator: Option<Range<usize>>,
}

impl RawDocument {
    /// The same in a text that stands `by` bytes further on.
    fn shifted(self, by: usize) -> Self {
        let shift = |range: Range<usize>| range.start + by..range.end + by;
        Self {
            range: shift(self.range),
            bad_separator: self.bad_separator.map(shift),
        }
    }
}

/// The documents of a file in order; linear in its length.
pub fn split<'b>(content: impl Into<Window<'b>>) -> impl Iterator<Item = RawDocument> {
    let content = content.into();
    let documents = Splitter {
        bytes: content.bytes(),
        position: Some(0),
        chunk: None,
    };
    documents.map(move |document| document.shifted(content.range().start))
}

/// Made once: there are many files.
static SEPARATOR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\n---"));

struct Splitter<'b> {
    bytes: &'b [u8],
    /// Where to look for the next chunk; `None` at the end.
    position: Option<usize>,
    /// What is left of a chunk that holds several JSON objects.
    chunk: Option<Chunk>,
}

/// What lies between two separators.
struct Chunk {
    range: Range<usize>,
    bad_separator: Option<Range<usize>>,
}

impl Iterator for Splitter<'_> {
    type Item = RawDocument;

    fn next(&mut self) -> Option<RawDocument> {
        let chunk = match self.chunk.take() {
            Some(rest) => rest,
            None => self.next_chunk()?,
        };
        Some(self.first_document(chunk))
    }
}

impl Splitter<'_> {
    fn next_chunk(&mut self) -> Option<Chunk> {
        loop {
            let start = self.position?;
            let chunk = self.chunk_at(start);
            let counts = !chunk.range.is_empty() || chunk.bad_separator.is_some();
            // Nothing in front of the first separator, or in an empty file, is no document at all.
            if counts || (start > 0 && self.position.is_some()) {
                return Some(chunk);
            }
        }
    }

    fn chunk_at(&mut self, start: usize) -> Chunk {
        let start = start
            + if self.bytes[start..].starts_with(BOM) {
                BOM.len()
            } else {
                0
            };
        let rest = &self.bytes[start..];
        let end = if rest.starts_with(b"---") {
            Some(start)
        } else {
            SEPARATOR.find(rest).map(|newline| start + newline + 1)
        };
        let Some(end) = end else {
            self.position = None;
            return Chunk {
                range: start..self.bytes.len(),
                bad_separator: None,
            };
        };
        let line = self.line_at(end);
        self.position = (line.end < self.bytes.len()).then_some(line.end + 1);
        let after = self.bytes[line.start + 3..line.end].trim_ascii();
        let harmless = after.is_empty() || after[0] == b'#';
        Chunk {
            range: start..end,
            bad_separator: (!harmless).then_some(line),
        }
    }

    fn line_at(&self, start: usize) -> Range<usize> {
        let length = memchr::memchr(b'\n', &self.bytes[start..]);
        start..length.map_or(self.bytes.len(), |length| start + length)
    }

    /// The chunk, or the first JSON object of several; the others are left for later.
    fn first_document(&mut self, chunk: Chunk) -> RawDocument {
        let Some(length) = first_json_object(&self.bytes[chunk.range.clone()]) else {
            return RawDocument {
                range: chunk.range,
                bad_separator: chunk.bad_separator,
            };
        };
        let cut = chunk.range.start + length;
        self.chunk = Some(Chunk {
            range: cut..chunk.range.end,
            bad_separator: chunk.bad_separator,
        });
        RawDocument {
            range: chunk.range.start..cut,
            bad_separator: None,
        }
    }
}

/// The length of the first JSON object of `text`, if another one follows it.
fn first_json_object(text: &[u8]) -> Option<usize> {
    if !starts_json_object(text) {
        return None;
    }
    let end = balanced_end(text)?;
    starts_json_object(&text[end..]).then_some(end)
}

/// Whether JSON's kind of object starts here, rather than a flow mapping or a template's `{{`.
fn starts_json_object(text: &[u8]) -> bool {
    let Some(inside) = text.trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    matches!(inside.trim_ascii_start().first(), Some(b'"' | b'}'))
}

/// One past the `}` that closes the first `{`.
fn balanced_end(text: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let mut position = 0;
    loop {
        position += memchr::memchr3(b'{', b'}', b'"', &text[position..])?;
        match text[position] {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => position = string_end(text, position + 1)?,
        }
        position += 1;
        if depth == 0 {
            return Some(position);
        }
    }
}

/// The position of the quote that closes the string that starts at `position`.
fn string_end(text: &[u8], mut position: usize) -> Option<usize> {
    loop {
        position += memchr::memchr2(b'"', b'\\', text.get(position..)?)?;
        if text[position] == b'"' {
            return Some(position);
        }
        position += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(text: &str) -> Vec<&str> {
        split(text.as_bytes())
            .map(|document| &text[document.range])
            .collect()
    }

    #[test]
    fn separators_are_lines() {
        assert_eq!(
            documents("a: 1\n--- # next\nb: |\n  ---\n---\n"),
            ["a: 1\n", "b: |\n  ---\n"]
        );
        assert_eq!(documents("---\n---\r\na: 1"), ["", "a: 1"]);
        assert_eq!(documents(""), [""; 0]);
        assert_eq!(documents("---"), [""; 0]);
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_document() {
        assert_eq!(
            documents("\u{feff}a: 1\n---\n\u{feff}b: 2\n"),
            ["a: 1\n", "b: 2\n"]
        );
        assert_eq!(documents("\u{feff}---\na: 1\n"), ["a: 1\n"]);
    }

    #[test]
    fn a_separator_with_content_is_reported_with_the_document_before_it() {
        let documents: Vec<_> = split(b"a: 1\n--- b\nc: 2\n").collect();
        assert_eq!(documents[0].bad_separator, Some(5..10));
        assert_eq!(
            (documents[1].range.clone(), documents[1].bad_separator.clone()),
            (11..16, None)
        );
    }

    #[test]
    fn json_objects_need_no_separator() {
        assert_eq!(
            documents("{\"a\": \"}\\\"{\"}\n{\"b\": {}} {}\n---\nc: 1"),
            ["{\"a\": \"}\\\"{\"}", "\n{\"b\": {}}", " {}\n", "c: 1"]
        );
        assert_eq!(documents("{{ a }}\n{{ b }}\n"), ["{{ a }}\n{{ b }}\n"]);
        assert_eq!(documents("{\"a\": \"\\"), ["{\"a\": \"\\"]);
    }
}
