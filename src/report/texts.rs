//! The texts that a report points into, each read once, looked at and dropped: what is kept of them is where places are.

use std::borrow::Cow;
use std::ops;
use std::path::{Component, Path};

use rayon::prelude::*;

use crate::finding::Finding;
use crate::source::{Buffers, FileId, Position, SourceMap, Span, Stretch, decode, normal};

/// A text in which lines are found without a walk from its start.
pub(super) struct Text<'a> {
    pub(super) content: Cow<'a, str>,
    /// Where it stands, if it is a part of a text.
    pub(super) start: u32,
    /// How many lines stand in front of it there.
    pub(super) lines_before: u32,
    /// One for each stretch: where every line starts would fill the memory where the text is large.
    checkpoints: Vec<Checkpoint>,
}

/// Where a character stands.
#[derive(Clone, Copy, Default)]
struct Checkpoint {
    /// Its first byte.
    offset: usize,
    /// Its line, from 0.
    line: usize,
    /// The characters of its line that stand before it.
    column: usize,
}

/// How many bytes lie between checkpoints, give or take a character.
const STRETCH: usize = 1 << 12;

/// How paths are written.
#[derive(Clone, Copy)]
pub(super) struct Paths<'a> {
    pub(super) sources: &'a SourceMap,
    base: &'a Path,
    /// Where paths begin instead of at the working directory.
    root: Option<&'a Path>,
}

impl<'a> Paths<'a> {
    /// Paths relative to the working directory `base`.
    pub(super) fn new(sources: &'a SourceMap, base: &'a Path) -> Paths<'a> {
        Paths {
            sources,
            base,
            root: None,
        }
    }

    /// The same relative to the root of a repository.
    #[must_use]
    pub(super) fn rooted_at(self, root: &'a Path) -> Paths<'a> {
        Paths {
            root: Some(root),
            ..self
        }
    }

    /// The path of a text, with `/`.
    pub(super) fn of(&self, file: FileId) -> String {
        self.named(self.sources.path(file))
    }

    /// The same for a path of which no text was read.
    pub(super) fn named(&self, path: &Path) -> String {
        match self.root {
            Some(root) => path_from_root(path, self.base, root),
            None => shown_path(path, self.base),
        }
    }
}

/// Where the places of findings begin and end, and nothing else of the texts: together those may be as large as the tree.
pub(super) struct Ranges<'a> {
    paths: Paths<'a>,
    /// In order, without those of which the text cannot be had.
    by_span: Vec<(Span, Found)>,
    /// The paths of their files, in order.
    names: Vec<(FileId, String)>,
}

/// Where a place is in its text.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    range: Range,
    /// Where what it holds of its first line ends.
    first_line_end: Position,
}

/// Where a span begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl<'a> Ranges<'a> {
    /// Looks up every place.
    pub(super) fn read(paths: Paths<'a>, places: impl Iterator<Item = Span>) -> Ranges<'a> {
        let bytes_of = |place: &Span| place.start as usize..place.end as usize;
        let found = of_each(places, |places, buffers| {
            let file = places[0].file;
            paths.sources.look(file, places, bytes_of, buffers, found_in)
        });
        Self::of(paths, found)
    }

    /// The same, and what else is made of each text as a whole and its places.
    pub(super) fn read_and<T: Send>(
        paths: Paths<'a>,
        places: impl Iterator<Item = Span>,
        look: impl Fn(&Text<'_>, &[Span]) -> T + Sync,
    ) -> (Ranges<'a>, Vec<T>) {
        let read = read_each(paths.sources, places, |text, places| {
            let text = Text::new(text);
            let found = places
                .iter()
                .map(|&place| (place, text.find(place.start..place.end)));
            (found.collect::<Vec<_>>(), look(&text, places))
        });
        let (found, made): (Vec<_>, Vec<T>) = read.into_iter().unzip();
        (Self::of(paths, found), made)
    }

    /// What was found in the files, one after the other.
    fn of(paths: Paths<'a>, found: Vec<Vec<(Span, Found)>>) -> Ranges<'a> {
        let files = found.iter().filter_map(|found| Some(found.first()?.0.file));
        let mut files: Vec<FileId> = files.collect();
        files.dedup();
        Ranges {
            paths,
            names: files.into_iter().map(|file| (file, paths.of(file))).collect(),
            by_span: found.into_iter().flatten().collect(),
        }
    }

    /// The path of a file as reports write it.
    pub(super) fn path(&self, file: FileId) -> Cow<'_, str> {
        match self.names.binary_search_by_key(&file, |&(file, _)| file) {
            Ok(at) => self.names[at].1.as_str().into(),
            Err(_) => self.paths.of(file).into(),
        }
    }

    /// The same for a path of which no text was read.
    pub(super) fn named(&self, path: &Path) -> String {
        self.paths.named(path)
    }

    /// The positions of a span, if its text can still be had.
    pub(super) fn range(&self, span: Span) -> Option<Range> {
        Some(self.found(span)?.range)
    }

    /// The positions of what a span holds of its first line.
    pub(super) fn one_line(&self, span: Span) -> Option<Range> {
        let found = self.found(span)?;
        Some(Range {
            start: found.range.start,
            end: found.first_line_end,
        })
    }

    fn found(&self, span: Span) -> Option<&Found> {
        let at = self.by_span.binary_search_by_key(&span, |&(span, _)| span).ok()?;
        Some(&self.by_span[at].1)
    }
}

/// What is made of the places of each text that can still be had, which is read once for all of them and not kept. They
/// come in order.
fn read_each<T: Send>(
    sources: &SourceMap,
    places: impl Iterator<Item = Span>,
    look: impl Fn(Cow<'_, str>, &[Span]) -> T + Sync,
) -> Vec<T> {
    of_each(places, |places, buffers| {
        buffers.with_one(|buffer| Some(look(sources.text(places[0].file, buffer)?, places)))
    })
}

/// What is made of the places of each text, which come in order, with something to read it into.
pub(super) fn of_each<T: Send, M: IntoIterator<Item = T>>(
    places: impl Iterator<Item = Span>,
    look: impl Fn(&[Span], &Buffers) -> M + Sync,
) -> Vec<T> {
    let mut places: Vec<Span> = places.collect();
    places.sort_unstable();
    places.dedup();
    let files = places.par_chunk_by(|one, other| one.file == other.file);
    let buffers = Buffers::default();
    files.flat_map_iter(|places| look(places, &buffers)).collect()
}

/// Where the places of a stretch of a text are.
fn found_in(stretch: &Stretch<'_, Span>) -> Vec<(Span, Found)> {
    let text = Text::of(stretch, |text, _| text);
    let found = |place: &Span| (*place, text.find(text.here(*place)));
    stretch.places.iter().map(found).collect()
}

/// A path relative to the root of its repository, with `/`; whole where it lies elsewhere. What is not of a
/// file, such as `<stdin>`, stays as it is.
fn path_from_root(path: &Path, base: &Path, root: &Path) -> String {
    if path.to_string_lossy().starts_with('<') {
        return path.to_string_lossy().into_owned();
    }
    shown_path(&normal(&base.join(path)), root)
}

/// A path relative to the working directory `base`, with `/`.
pub fn shown_path(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let mut written = String::new();
    for part in parts {
        if !written.is_empty() && !written.ends_with('/') {
            written.push('/');
        }
        match part {
            Component::RootDir => written.push('/'),
            part => written.push_str(&part.as_os_str().to_string_lossy()),
        }
    }
    written
}

/// Every place that a finding points at.
pub(super) fn places(finding: &Finding) -> impl Iterator<Item = Span> {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    let course = finding.course.iter().map(|label| label.span);
    labelled(finding).chain(course).chain(edits.map(|edit| edit.span))
}

/// The places at which a report for people has something to say.
pub(super) fn labelled(finding: &Finding) -> impl Iterator<Item = Span> {
    let related = finding.related.iter().map(|label| label.span);
    std::iter::once(finding.primary.span).chain(related)
}

impl<'a> Text<'a> {
    pub(super) fn new(content: Cow<'a, str>) -> Text<'a> {
        let mut last = Checkpoint::default();
        let offsets = (0..=content.len()).step_by(STRETCH);
        let checkpoints = offsets.map(|offset| {
            last = last.on_to(&content, content.floor_char_boundary(offset));
            last
        });
        Text {
            checkpoints: checkpoints.collect(),
            content,
            start: 0,
            lines_before: 0,
        }
    }

    /// That of a stretch, which `change` may change if every byte keeps its place; it is told whether the text starts there.
    pub(super) fn of<P>(
        stretch: &Stretch<'a, P>,
        change: impl FnOnce(Cow<'a, str>, bool) -> Cow<'a, str>,
    ) -> Text<'a> {
        let start = stretch.window.range().start as u32;
        Text {
            start,
            lines_before: stretch.lines_before,
            ..Text::new(change(decode(stretch.window.bytes()), start == 0))
        }
    }

    /// The bytes of a place, of which those here are told from the first one on.
    pub(super) fn here(&self, place: Span) -> ops::Range<u32> {
        place.start - self.start..place.end - self.start
    }

    /// The index of the line that holds a byte, from 0.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.at(self.floor(offset)).line
    }

    /// The bytes of a line, its line break included.
    pub(super) fn line(&self, index: usize) -> ops::Range<usize> {
        self.start_of(index)..self.start_of(index + 1)
    }

    /// The first byte of a line, or the end of the text if that has fewer lines.
    fn start_of(&self, index: usize) -> usize {
        let before = self
            .checkpoints
            .partition_point(|checkpoint| checkpoint.line < index);
        let Some(last) = before.checked_sub(1) else {
            return 0;
        };
        let Checkpoint { offset, line, .. } = self.checkpoints[last];
        let mut line_feeds = memchr::memchr_iter(b'\n', &self.content.as_bytes()[offset..]);
        let line_feed = line_feeds.nth(index - line - 1);
        line_feed.map_or(self.content.len(), |at| offset + at + 1)
    }

    /// What is known of the character at an offset at which one starts.
    fn at(&self, offset: usize) -> Checkpoint {
        self.checkpoints[offset / STRETCH].on_to(&self.content, offset)
    }

    /// The largest offset up to `offset` at which a character starts or the text ends.
    pub(super) fn floor(&self, offset: usize) -> usize {
        self.content.floor_char_boundary(offset)
    }

    fn find(&self, place: ops::Range<u32>) -> Found {
        let start = self.floor(place.start as usize);
        let end = self.floor(place.end as usize);
        let first = self.at(start);
        // Most places are short, and nearer to their start than to a checkpoint.
        let last = match end.checked_sub(start) {
            Some(length) if length < STRETCH => first.on_to(&self.content, end),
            _ => self.at(end),
        };
        let range = Range {
            start: self.position_of(first),
            end: self.position_of(last),
        };
        let end = end.max(start);
        let first_line_end = if is_within_line(&self.content[start..end]) {
            range.end
        } else {
            let content_end = self.content_end(first.line).max(start);
            self.position(end.min(content_end) as u32)
        };
        Found {
            range,
            first_line_end,
        }
    }

    /// One past the last byte of a line, its line break left out.
    pub(super) fn content_end(&self, line: usize) -> usize {
        let line = self.line(line);
        line.start + self.content[line].trim_end_matches(['\n', '\r']).len()
    }

    /// As [`crate::source::position`], without a walk through the text.
    pub(super) fn position(&self, offset: u32) -> Position {
        self.position_of(self.at(self.floor(offset as usize)))
    }

    fn position_of(&self, checkpoint: Checkpoint) -> Position {
        let Checkpoint { line, column, .. } = checkpoint;
        let line = self.lines_before + line as u32;
        let bom = usize::from(line == 0 && column > 0 && self.content.starts_with('\u{feff}'));
        Position {
            line: line + 1,
            column: (column + 1 - bom) as u32,
        }
    }
}

/// Whether no line ends in a text, nor one that ends right behind it.
fn is_within_line(text: &str) -> bool {
    !text.contains('\n') && !text.ends_with('\r')
}

impl Checkpoint {
    /// The same of a character of the text behind it.
    fn on_to(self, text: &str, offset: usize) -> Checkpoint {
        let passed = &text[self.offset..offset];
        let (before, this_line) = match memchr::memrchr(b'\n', passed.as_bytes()) {
            Some(line_feed) => (0, &passed[line_feed + 1..]),
            None => (self.column, passed),
        };
        Checkpoint {
            offset,
            line: self.line + memchr::memchr_iter(b'\n', passed.as_bytes()).count(),
            column: before + this_line.chars().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source;

    #[test]
    fn positions_are_those_of_the_source() {
        let long_lines = "東ü: a\n".repeat(100) + &"ü".repeat(2 * STRETCH) + "\nb";
        for text in ["", "a: ü\r\nb: 東\n\nc", "\u{feff}a: 1\n", &long_lines] {
            let indexed = Text::new(text.into());
            for offset in 0..=text.len() as u32 + 1 {
                assert_eq!(
                    indexed.position(offset),
                    source::position(text, offset),
                    "{text:?} at {offset}"
                );
            }
        }
    }

    #[test]
    fn what_a_place_holds_of_its_first_line_ends_with_the_line() {
        for text in ["", "a: b\r\n\r\nc", "a\r\r\n", "\u{feff}ü\r: 1\r", "\n\n"] {
            let indexed = Text::new(text.into());
            for (start, _) in text.char_indices() {
                let line = text[start..].split_inclusive('\n').next().unwrap_or_default();
                let content_end = start + line.trim_end_matches(['\n', '\r']).len();
                for end in start..=text.len() {
                    let found = indexed.find(start as u32..end as u32);
                    let position = |at: usize| source::position(text, at as u32);
                    let range = Range {
                        start: position(start),
                        end: position(end),
                    };
                    assert_eq!(found.range, range, "{text:?} from {start} to {end}");
                    let line_end = position(end.min(content_end));
                    assert_eq!(found.first_line_end, line_end, "{text:?} from {start} to {end}");
                }
            }
        }
    }

    #[test]
    fn a_place_is_where_it_is_however_much_of_its_text_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let long = "東ü: a\r\n\n".repeat(STRETCH * 10) + &"ü".repeat(10 * STRETCH) + "\nb";
        let mut sources = SourceMap::default();
        for text in [
            "",
            "\n",
            "a: ü\r\n\u{feff}b: 東\n\nc",
            &long,
            &format!("{}{long}\n", "\u{feff}"),
        ] {
            let path = dir.path().join("a.yaml");
            std::fs::write(&path, text).unwrap();
            let file = sources.add_file(path, text.as_bytes());
            let offsets = || (0..=text.len() as u32 + 1).step_by(1 + text.len() / 50);
            let places = offsets()
                .flat_map(|start| [0, 1, 900, 20_000].map(|length| Span::new(file, start, start + length)));
            let places: Vec<Span> = places.collect();
            let whole = Text::new(text.into());
            // By itself, beside others, and beside those that begin in front of it.
            for alone in places.chunks(1).chain([&places[..], &places[places.len() / 2..]]) {
                let paths = Paths::new(&sources, Path::new("/"));
                let ranges = Ranges::read(paths, alone.iter().copied());
                for place in alone {
                    let expected = whole.find(place.start..place.end);
                    assert_eq!(
                        ranges.found(*place),
                        Some(&expected),
                        "{place:?} of {}",
                        text.len()
                    );
                }
            }
        }
    }

    #[test]
    fn what_changed_has_no_places() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yaml");
        let text = "kind: Service\n".repeat(STRETCH * 10);
        let mut sources = SourceMap::default();
        let file = sources.add_file(path.clone(), text.as_bytes());
        let end = text.len() as u32;
        let places = [Span::new(file, 0, 4), Span::new(file, end - 3, end - 1)];
        let lines = || {
            let ranges = Ranges::read(Paths::new(&sources, Path::new("/")), places.into_iter());
            places.map(|place| ranges.range(place).map(|range| range.start.line))
        };
        let last = Some(STRETCH as u32 * 10);
        for (content, expected) in [
            (text.clone(), [Some(1), last]),
            (text.replacen("kind", "mind", 1), [None, last]),
            (text.clone() + "#", [None, None]),
        ] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(lines(), expected);
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(lines(), [None, None]);
    }

    #[test]
    fn lines_are_found_by_their_number() {
        let text = "東ü: a\n\n".repeat(STRETCH) + &"ü".repeat(2 * STRETCH) + "\nb";
        let indexed = Text::new(text.as_str().into());
        let mut start = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            assert_eq!(indexed.line(index), start..start + line.len());
            assert_eq!(indexed.line_of(start), index);
            start += line.len();
            assert_eq!(indexed.line_of(start - 1), index);
        }
        assert_eq!(indexed.line(5 * STRETCH), text.len()..text.len());
    }

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        let mut sources = SourceMap::default();
        let found = [
            "/work/tree/a/b.yaml",
            "./a/b.yaml",
            "../a.yaml",
            "/etc/a.yaml",
            "<stdin>",
        ];
        let files = found.map(|path| sources.add_text(path, ""));
        let paths = Paths::new(&sources, Path::new("/work/tree"));
        let written = files.map(|file| paths.of(file));
        assert_eq!(
            written,
            ["a/b.yaml", "a/b.yaml", "../a.yaml", "/etc/a.yaml", "<stdin>"]
        );
        let paths = paths.rooted_at(Path::new("/work"));
        let written = files.map(|file| paths.of(file));
        assert_eq!(
            written,
            [
                "tree/a/b.yaml",
                "tree/a/b.yaml",
                "a.yaml",
                "/etc/a.yaml",
                "<stdin>"
            ]
        );
    }
}
