//! Where text comes from and where a byte of it stands.
//!
//! Everything that is said about a manifest points at bytes of a file. Text is not kept: a tree of
//! 100,000 manifests would fill the memory for the sake of a few snippets. A file is read again when a
//! report needs its lines, and a file that changed since it was checked yields no text.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

mod fingerprint;
mod read;
mod segments;
mod stretch;

pub use fingerprint::Fingerprint;
pub use read::Buffers;
pub(crate) use read::{HEAD, LONG, binary, check_size, read, read_at_length, read_exact_at, read_to_limit};
pub(crate) use segments::{LongText, SEGMENT};
use stretch::LongFile;
pub(crate) use stretch::Stretch;

/// A text that was read, by its index in the [`SourceMap`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes of one text: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span that holds both; `other` must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }
}

/// The content of a file, or as much of it as is at hand. Whatever it is asked for counts from the start of the file.
#[derive(Debug, Clone, Copy)]
pub struct Window<'b> {
    start: usize,
    bytes: &'b [u8],
}

impl<'b> Window<'b> {
    /// The bytes that stand at `start`.
    pub fn new(start: usize, bytes: &'b [u8]) -> Self {
        Self { start, bytes }
    }

    /// All that is at hand.
    pub fn bytes(self) -> &'b [u8] {
        self.bytes
    }

    /// Where it stands.
    pub fn range(self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }

    /// The bytes of a range; none if that is not at hand.
    pub fn get(self, range: Range<usize>) -> &'b [u8] {
        let at_hand = |at: usize| at.checked_sub(self.start);
        let range = at_hand(range.start).zip(at_hand(range.end));
        let bytes = range.and_then(|(start, end)| self.bytes.get(start..end));
        bytes.unwrap_or_default()
    }

    /// The bytes of a span of the file.
    pub fn at(self, span: Span) -> &'b [u8] {
        self.get(span.start as usize..span.end as usize)
    }

    /// The same, if they are UTF-8.
    pub fn text(self, span: Span) -> &'b str {
        std::str::from_utf8(self.at(span)).unwrap_or_default()
    }
}

impl<'b, T: AsRef<[u8]> + ?Sized> From<&'b T> for Window<'b> {
    /// A whole file.
    fn from(content: &'b T) -> Self {
        Self::new(0, content.as_ref())
    }
}

/// A position as people count: from 1, columns in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

/// One text and how to get it again.
#[derive(Debug)]
enum Source {
    /// A file: read again on demand, and only believed if its fingerprint is still the same.
    Disk { path: PathBuf, fingerprint: Fingerprint },
    /// Text that no file holds as it was parsed: standard input, rendered or transcoded text.
    Memory { name: PathBuf, text: Box<str> },
}

/// Every text of a run, by [`FileId`].
#[derive(Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Adds a file whose content was `bytes` when it was read.
    pub fn add_file(&mut self, path: PathBuf, bytes: &[u8]) -> FileId {
        self.add_known_file(path, Fingerprint::of(bytes))
    }

    /// Adds a file that was read elsewhere.
    pub fn add_known_file(&mut self, path: PathBuf, fingerprint: Fingerprint) -> FileId {
        self.push(Source::Disk { path, fingerprint })
    }

    /// Adds text that is kept, under a name such as `<stdin>`.
    pub fn add_text(&mut self, name: impl Into<PathBuf>, text: impl Into<Box<str>>) -> FileId {
        self.push(Source::Memory {
            name: name.into(),
            text: text.into(),
        })
    }

    fn push(&mut self, source: Source) -> FileId {
        self.sources.push(source);
        FileId(self.sources.len() as u32 - 1)
    }

    /// How many texts were added.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The path as it was found, or the name of a text in memory.
    pub fn path(&self, file: FileId) -> &Path {
        match self.sources.get(file.0 as usize) {
            Some(Source::Disk { path, .. }) => path,
            Some(Source::Memory { name, .. }) => name,
            None => Path::new("<unknown>"),
        }
    }

    /// The text, or `None` if the file is gone or no longer what was checked. Bytes that are not UTF-8
    /// become `?`, one each, so that offsets stay right. Files are read into `buffer`: with the same for one text after
    /// the other, only the longest takes fresh memory.
    pub fn text<'t>(&'t self, file: FileId, buffer: &'t mut Vec<u8>) -> Option<Cow<'t, str>> {
        self.content(file, buffer).map(decode)
    }

    /// What is made of some places of that text, which come in the order in which they begin, and of the lines that hold
    /// them: of a long file nothing else is read. Nothing is made of what is gone or no longer what was checked.
    pub(crate) fn look<P: Sync, T: Send>(
        &self,
        file: FileId,
        places: &[P],
        bytes_of: impl Fn(&P) -> Range<usize>,
        buffers: &Buffers,
        look: impl Fn(&Stretch<'_, P>) -> T + Sync,
    ) -> Vec<T> {
        if let Some(Source::Disk { path, fingerprint }) = self.sources.get(file.0 as usize)
            && let Some(parts) = fingerprint.parts()
        {
            let file = LongFile::open(path, fingerprint, parts);
            return file.map_or_else(Vec::new, |file| file.look(places, bytes_of, buffers, look));
        }
        let whole = |content: &[u8]| {
            look(&Stretch {
                window: content.into(),
                lines_before: 0,
                places,
            })
        };
        let made = buffers.with_one(|buffer| self.content(file, buffer).map(whole));
        made.into_iter().collect()
    }

    fn content<'t>(&'t self, file: FileId, buffer: &'t mut Vec<u8>) -> Option<&'t [u8]> {
        match self.sources.get(file.0 as usize)? {
            Source::Memory { text, .. } => Some(text.as_bytes()),
            Source::Disk { path, fingerprint } => {
                buffer.clear();
                read_at_length(&mut File::open(path).ok()?, fingerprint.len(), buffer).ok()?;
                fingerprint.is_of(buffer).then_some(&buffer[..])
            }
        }
    }
}

/// Text of the same length in bytes: each byte that is not part of valid UTF-8 becomes `?`.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text.into()
}

/// A path without `.` and, where something stands in front of it, without `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => {
                    normal.pop();
                }
                Some(Component::RootDir) => {}
                _ => normal.push(".."),
            },
            other => normal.push(other),
        }
    }
    normal
}

/// The position of byte `offset` of `text`; past the end is the end.
pub fn position(text: &str, offset: u32) -> Position {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    let bom = usize::from(line == 1 && before.starts_with('\u{feff}'));
    let column = before[line_start..].chars().count() + 1 - bom;
    Position {
        line: line as u32,
        column: column as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_code_points() {
        let text = "a: ü x\nb: y\n";
        assert_eq!(position(text, 6), Position { line: 1, column: 6 });
        assert_eq!(position(text, 8), Position { line: 2, column: 1 });
        assert_eq!(position(text, 999), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_window_counts_from_the_start_of_the_file() {
        let window = Window::new(10, b"ab\xffd");
        let text = |start, end| window.text(Span::new(FileId(0), start, end));
        assert_eq!((window.range(), window.get(11..13)), (10..14, &b"b\xff"[..]));
        assert_eq!((text(10, 12), text(13, 14), text(14, 14)), ("ab", "d", ""));
        // What is not at hand, and what is no text.
        for (start, end) in [(9, 11), (13, 15), (0, 2), (12, 13)] {
            assert_eq!(text(start, end), "", "{start}..{end}");
        }
    }

    #[test]
    fn invalid_bytes_keep_their_length() {
        assert_eq!(decode(b"a\xff\xfeb"), "a??b");
    }

    #[test]
    fn steps_up_are_taken_where_that_is_possible() {
        for (path, expected) in [
            ("a/./b/../c", "a/c"),
            ("./a", "a"),
            ("a/..", ""),
            ("../../b", "../../b"),
            ("a/../../b", "../b"),
            ("/a/../../b", "/b"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn a_changed_file_has_no_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yaml");
        std::fs::write(&path, "a: 1").unwrap();
        let mut map = SourceMap::default();
        let file = map.add_file(path.clone(), b"a: 1");
        assert_eq!(map.text(file, &mut vec![]).as_deref(), Some("a: 1"));
        for other in ["a: 2", "a: 10", "a:"] {
            std::fs::write(&path, other).unwrap();
            assert_eq!(map.text(file, &mut vec![]), None, "{other}");
        }
    }
}
