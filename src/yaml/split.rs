//! Where the documents of a file begin and end, found without parsing them.
//!
//! kubectl cuts a stream at lines that start with `---` before any YAML parser sees it, so a cut is exact
//! in every context: inside a quoted or block scalar too.

use std::ops::Range;

use memchr::memmem;

/// One document, not parsed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDocument {
    /// The bytes of the file between two separators; no byte order mark at the start.
    pub range: Range<usize>,
    /// The ordinal within the file, from 0; empty documents count.
    pub index: u32,
    /// The `---` line that ends the document although more than a comment follows on it: kubectl refuses
    /// the document for that.
    pub bad_separator: Option<Range<usize>>,
}

/// The documents of a file, in order and in linear time.
pub fn split(bytes: &[u8]) -> impl Iterator<Item = RawDocument> {
    Splitter {
        bytes,
        finder: memmem::Finder::new(b"\n---"),
        position: Some(0),
        index: 0,
    }
}

struct Splitter<'b> {
    bytes: &'b [u8],
    finder: memmem::Finder<'static>,
    /// Where the next document starts.
    position: Option<usize>,
    index: u32,
}

impl Iterator for Splitter<'_> {
    type Item = RawDocument;

    fn next(&mut self) -> Option<RawDocument> {
        let start = self.position?;
        let rest = &self.bytes[start..];
        let end = if rest.starts_with(b"---") {
            Some(start)
        } else {
            self.finder.find(rest).map(|newline| start + newline + 1)
        };
        let bad_separator = end.and_then(|end| {
            let line = end..memchr::memchr(b'\n', &self.bytes[end..]).map_or(self.bytes.len(), |n| end + n);
            self.position = (line.end < self.bytes.len()).then_some(line.end + 1);
            let after = self.bytes[line.start + 3..line.end].trim_ascii();
            (!after.is_empty() && after[0] != b'#').then_some(line)
        });
        if end.is_none() {
            self.position = None;
        }
        let index = self.index;
        self.index += 1;
        Some(RawDocument {
            range: start..end.unwrap_or(self.bytes.len()),
            index,
            bad_separator,
        })
    }
}
