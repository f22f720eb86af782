//! The texts that a report points into, each read once: to be kept while lines of them are shown, or only for the
//! places of what is said about them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use rayon::prelude::*;

use super::{Input, sanitize};
use crate::finding::Finding;
use crate::source::{FileId, Position, SourceMap, Span, normal};

/// The texts of all findings, and how their places are written.
pub(super) struct Texts<'a> {
    sources: &'a SourceMap,
    base: &'a Path,
    /// Where paths begin instead of at the working directory.
    root: Option<&'a Path>,
    by_file: BTreeMap<FileId, Text<'a>>,
}

/// A text with the offsets at which its lines start.
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    line_starts: Vec<u32>,
}

/// Where a span begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl<'a> Texts<'a> {
    /// Reads every text that the findings point into.
    pub(super) fn read<'f>(input: &Input<'a>, findings: impl Iterator<Item = &'f Finding>) -> Texts<'a> {
        let files = findings.flat_map(places).map(|span| span.file).collect();
        Texts::of_files(input.sources, input.base, files)
    }

    /// Reads these texts.
    pub(super) fn of_files(sources: &'a SourceMap, base: &'a Path, files: BTreeSet<FileId>) -> Texts<'a> {
        let read = |file| Some((file, Text::new(sources.text(file)?)));
        Texts {
            sources,
            base,
            root: None,
            by_file: files.into_par_iter().filter_map(read).collect(),
        }
    }

    /// The same texts with paths that begin at the root of a repository.
    #[must_use]
    pub(super) fn rooted_at(self, root: &'a Path) -> Texts<'a> {
        Texts {
            root: Some(root),
            ..self
        }
    }

    /// The same texts with nothing in them that a terminal obeys, each ending with a line break. All places
    /// stay what they are.
    #[must_use]
    pub(super) fn made_safe(mut self) -> Texts<'a> {
        for text in self.by_file.values_mut() {
            let mut safe = sanitize::snippet(&text.text).into_owned();
            if !safe.ends_with('\n') {
                safe.push('\n');
            }
            text.text = safe.into();
        }
        self
    }

    /// The text of a file, unless it is gone or was changed since it was read.
    pub(super) fn get(&self, file: FileId) -> Option<&Text<'a>> {
        self.by_file.get(&file)
    }

    /// The path as reports write it: relative to the working directory or the root, with `/`.
    pub(super) fn path(&self, file: FileId) -> String {
        self.named(self.sources.path(file))
    }

    /// The same for a path of which no text was read.
    pub(super) fn named(&self, path: &Path) -> String {
        match self.root {
            Some(root) => path_from_root(path, self.base, root),
            None => shown_path(path, self.base),
        }
    }

    /// The positions of what a span holds of its first line.
    pub(super) fn one_line(&self, span: Span) -> Option<Range> {
        let text = self.get(span.file)?;
        let start = text.floor(span.start as usize);
        let end = text.floor(span.end as usize).max(start);
        let content_end = text.content_end(text.line_of(start)).max(start);
        Some(Range {
            start: text.position(start as u32),
            end: text.position(end.min(content_end) as u32),
        })
    }

    /// The positions of a span, if its text can still be had.
    pub(super) fn range(&self, span: Span) -> Option<Range> {
        Some(self.get(span.file)?.range(span))
    }
}

/// The places of all findings, and nothing else of the texts: together those may be as large as the tree.
pub(super) struct Ranges<'a> {
    sources: &'a SourceMap,
    base: &'a Path,
    /// In order, without those of which the text cannot be had.
    by_span: Vec<(Span, Range)>,
}

impl<'a> Ranges<'a> {
    /// Looks up every place at which the findings point.
    pub(super) fn read<'f>(input: &Input<'a>, findings: impl Iterator<Item = &'f Finding>) -> Ranges<'a> {
        let mut spans: Vec<Span> = findings.flat_map(places).collect();
        spans.sort_unstable();
        spans.dedup();
        let files = spans.par_chunk_by(|one, other| one.file == other.file);
        Ranges {
            sources: input.sources,
            base: input.base,
            by_span: files
                .flat_map_iter(|spans| ranges(input.sources, spans))
                .collect(),
        }
    }

    /// The path as reports write it: relative to the working directory, with `/`.
    pub(super) fn path(&self, file: FileId) -> String {
        shown_path(self.sources.path(file), self.base)
    }

    /// The positions of a span, if its text can still be had.
    pub(super) fn range(&self, span: Span) -> Option<Range> {
        let at = self.by_span.binary_search_by_key(&span, |&(span, _)| span).ok()?;
        Some(self.by_span[at].1)
    }
}

/// The positions of some spans of one text.
fn ranges(sources: &SourceMap, spans: &[Span]) -> Vec<(Span, Range)> {
    let text = spans.first().and_then(|span| sources.text(span.file));
    let Some(text) = text.map(Text::new) else {
        return Vec::new();
    };
    spans.iter().map(|&span| (span, text.range(span))).collect()
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
    let related = finding.related.iter().chain(&finding.course);
    let related = related.map(|label| label.span);
    std::iter::once(finding.primary.span)
        .chain(related)
        .chain(edits.map(|edit| edit.span))
}

impl<'a> Text<'a> {
    pub(super) fn new(text: Cow<'a, str>) -> Text<'a> {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|newline| newline as u32 + 1))
            .collect();
        Text { text, line_starts }
    }

    /// The index of the line that holds a byte, from 0.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|&start| start as usize <= offset)
            - 1
    }

    /// The bytes of a line, its line break included.
    pub(super) fn line(&self, index: usize) -> std::ops::Range<usize> {
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |&start| start as usize);
        self.line_starts[index] as usize..end
    }

    /// The largest offset up to `offset` at which a character starts or the text ends.
    pub(super) fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }

    /// The positions of a span.
    fn range(&self, span: Span) -> Range {
        Range {
            start: self.position(span.start),
            end: self.position(span.end),
        }
    }

    /// As [`crate::source::position`], without a walk through the text.
    pub(super) fn position(&self, offset: u32) -> Position {
        let offset = self.floor(offset as usize);
        let line = self.line_of(offset);
        let before = &self.text[self.line(line).start..offset];
        let bom = usize::from(line == 0 && before.starts_with('\u{feff}'));
        Position {
            line: line as u32 + 1,
            column: (before.chars().count() + 1 - bom) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source;

    #[test]
    fn positions_are_those_of_the_source() {
        for text in ["", "a: ü\r\nb: 東\n\nc", "\u{feff}a: 1\n"] {
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
    fn paths_are_relative_to_the_working_directory() {
        let mut sources = SourceMap::default();
        let paths = [
            "/work/tree/a/b.yaml",
            "./a/b.yaml",
            "../a.yaml",
            "/etc/a.yaml",
            "<stdin>",
        ];
        let files = paths.map(|path| sources.add_text(path, ""));
        let texts = Texts {
            sources: &sources,
            base: Path::new("/work/tree"),
            root: None,
            by_file: BTreeMap::new(),
        };
        let written = files.map(|file| texts.path(file));
        assert_eq!(
            written,
            ["a/b.yaml", "a/b.yaml", "../a.yaml", "/etc/a.yaml", "<stdin>"]
        );
        let texts = texts.rooted_at(Path::new("/work"));
        let written = files.map(|file| texts.path(file));
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
