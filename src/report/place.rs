//! Where something stands, as people look it up: a file and a line.
//!
//! A file that is pointed at is read again once, and only the offsets of its lines are kept: a hundred
//! thousand rows may point at a few policies.

use std::path::PathBuf;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;

pub use super::texts::shown_path;
use crate::source::{FileId, SourceMap, Span};

/// The places of a run.
#[derive(Debug)]
pub struct Places<'s> {
    sources: &'s SourceMap,
    directory: PathBuf,
    /// The files, so many at a time: of most of a large tree nothing is asked.
    blocks: Vec<OnceLock<Block>>,
}

/// How many files a block has.
const BLOCK: usize = 256;

type Block = Box<[OnceLock<IndexedFile>]>;

#[derive(Debug)]
struct IndexedFile {
    path: String,
    /// The offsets of the line feeds; `None` if the file changed since it was read.
    line_feeds: Option<Box<[u32]>>,
}

/// A file and a line of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place<'a> {
    /// The path with `/`, relative to the working directory where it lies inside.
    pub file: &'a str,
    /// The line from 1; `None` if the file changed since it was read.
    pub line: Option<u32>,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(self.file),
        }
    }
}

impl<'s> Places<'s> {
    /// The places of these texts, as seen from a directory.
    pub fn new(sources: &'s SourceMap, directory: impl Into<PathBuf>) -> Self {
        Places {
            sources,
            directory: directory.into(),
            blocks: unknown(sources.len().div_ceil(BLOCK)).collect(),
        }
    }

    /// The first line of a span.
    pub fn of(&self, span: Span) -> Place<'_> {
        let Some(file) = self.indexed(span.file) else {
            return Place {
                file: "<unknown>",
                line: None,
            };
        };
        let line = file.line_feeds.as_ref().map(|feeds| {
            let before = feeds.partition_point(|&feed| feed < span.start);
            before as u32 + 1
        });
        Place {
            file: &file.path,
            line,
        }
    }

    /// The path of a file as places show it.
    pub fn path(&self, file: FileId) -> String {
        shown_path(self.sources.path(file), &self.directory)
    }

    fn indexed(&self, file: FileId) -> Option<&IndexedFile> {
        let index = file.0 as usize;
        if index >= self.sources.len() {
            return None;
        }
        let block = self.blocks.get(index / BLOCK)?;
        let block = block.get_or_init(|| unknown(BLOCK).collect());
        Some(block[index % BLOCK].get_or_init(|| IndexedFile {
            path: self.path(file),
            line_feeds: self.sources.text(file, &mut vec![]).map(|text| line_feeds(&text)),
        }))
    }
}

fn unknown<T>(count: usize) -> impl Iterator<Item = OnceLock<T>> {
    (0..count).map(|_| OnceLock::new())
}

fn line_feeds(text: &str) -> Box<[u32]> {
    memchr::memchr_iter(b'\n', text.as_bytes())
        .map(|offset| offset as u32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one() {
        let mut sources = SourceMap::default();
        let file = sources.add_text("<stdin>", "a: 1\nb: 2\n");
        let places = Places::new(&sources, "/repo");
        let line = |start| places.of(Span::new(file, start, start + 1)).line;
        assert_eq!(
            (line(0), line(3), line(4), line(5)),
            (Some(1), Some(1), Some(1), Some(2))
        );
        assert_eq!(places.of(Span::new(file, 5, 6)).to_string(), "<stdin>:2");
    }

    #[test]
    fn each_of_many_texts_has_its_own_lines() {
        let mut sources = SourceMap::default();
        for index in 0..=2 * BLOCK {
            sources.add_text(format!("{index}.yaml"), "\n".repeat(index));
        }
        let places = Places::new(&sources, "/repo");
        for index in (0..=2 * BLOCK).rev() {
            let end = Span::new(FileId(index as u32), index as u32, index as u32);
            assert_eq!(places.of(end).to_string(), format!("{index}.yaml:{}", index + 1));
        }
        let missing = Span::new(FileId(2 * BLOCK as u32 + 1), 0, 0);
        assert_eq!(places.of(missing).to_string(), "<unknown>");
    }
}
