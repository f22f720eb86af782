//! The lines that snippets show, and nothing else of their texts: together those may be as large as the tree.
//!
//! A line is kept whole; of a very long one, such as minified JSON, only the neighbourhood of each place is.

use std::collections::BTreeMap;
use std::ops::Range;

use super::sanitize;
use super::texts::{Paths, Text, of_each};
use crate::source::{FileId, Position, Span, Stretch};

/// Lines that are shown before and after those of a place.
pub(super) const CONTEXT: usize = 1;
/// Bytes of a line that are shown in full.
const MAX_LINE: usize = 400;
/// Bytes that are shown on both sides of a place in a longer line.
const AROUND: usize = 60;
/// Lines of a place that are shown in full; of a longer one only the first.
const MAX_LINES: usize = 8;
/// Bytes on both sides of a place in which the lines before and after it begin, unless its own is too long to be shown with
/// them.
const BESIDE: u32 = 2 * MAX_LINE as u32;

/// What is shown of every text.
pub(super) struct Excerpts<'a> {
    pub(super) paths: Paths<'a>,
    by_file: BTreeMap<FileId, Excerpt>,
}

/// What is shown of one text, with nothing in it that a terminal obeys. Offsets are those of the text.
#[derive(Default)]
pub(super) struct Excerpt {
    /// The bytes that are kept, part by part.
    kept: String,
    /// In the order of the text, those of lines that follow each other side by side.
    parts: Vec<Part>,
    /// In the order of the places.
    marks: Vec<(Span, Mark)>,
}

/// A line, or some of a long one.
#[derive(Clone, Copy)]
struct Part {
    /// The line, from 0.
    line: u32,
    /// The column of its first byte in code points, from 1.
    column: u32,
    /// Its first byte in the text.
    start: u32,
    /// Its first byte among those that are kept.
    at: usize,
    is_long: bool,
}

/// What is marked of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its first byte.
    pub(super) start: u32,
    /// How many bytes it has.
    pub(super) len: u32,
    /// Whether its line is shown in part only.
    pub(super) is_in_long_line: bool,
}

impl<'a> Excerpts<'a> {
    /// Cuts the lines of these places out of their texts, each of which is read once, and of a long one only what is near.
    pub(super) fn cut(paths: Paths<'a>, places: impl Iterator<Item = Span>) -> Excerpts<'a> {
        let beside = |place: &Span| {
            place.start.saturating_sub(BESIDE) as usize..place.end.saturating_add(BESIDE) as usize
        };
        let of_stretch = |stretch: &Stretch<'_, Span>| {
            let text = Text::of(stretch, sanitize::snippet_lines);
            Excerpt::of(&text, stretch.places)
        };
        let cut = of_each(places, |places, buffers| {
            let file = places[0].file;
            let cut = paths.sources.look(file, places, beside, buffers, of_stretch);
            Excerpt::joined(cut).map(|excerpt| (file, excerpt))
        });
        Excerpts {
            paths,
            by_file: cut.into_iter().collect(),
        }
    }

    /// What is shown of a text, unless it is gone or was changed since it was read.
    pub(super) fn get(&self, file: FileId) -> Option<&Excerpt> {
        self.by_file.get(&file)
    }

    /// What is marked of a place, unless its lines are gone or were changed since they were read.
    pub(super) fn mark(&self, place: Span) -> Option<Mark> {
        self.get(place.file)?.mark(place)
    }
}

impl Excerpt {
    /// The lines of some places of a text, given in order.
    fn of(text: &Text<'_>, places: &[Span]) -> Excerpt {
        let mark = |place: &Span| (*place, text.marked(text.here(*place)));
        let marks: Vec<(Span, Range<usize>)> = places.iter().map(mark).collect();
        let mut ranges: Vec<(usize, Range<usize>)> = marks
            .iter()
            .flat_map(|(_, marked)| text.neighbourhood(marked))
            .collect();
        ranges.sort_unstable_by_key(|(line, range)| (*line, range.start, range.end));
        ranges.dedup();
        let mut excerpt = Excerpt::default();
        for (line, range) in ranges {
            let part = Part {
                line: text.lines_before + line as u32,
                column: text.position(range.start as u32).column,
                start: text.start + range.start as u32,
                at: excerpt.kept.len(),
                is_long: text.is_long(line),
            };
            excerpt.add(part, &text.content[range]);
        }
        let mark = |(place, marked): (Span, Range<usize>)| (place, Mark::of(text, &marked));
        excerpt.marks = marks.into_iter().map(mark).collect();
        excerpt
    }

    /// Those of the stretches of one text as one; none if there are none.
    fn joined(mut excerpts: Vec<Excerpt>) -> Option<Excerpt> {
        if excerpts.len() < 2 {
            return excerpts.pop();
        }
        let mut joined = Excerpt::default();
        for excerpt in &mut excerpts {
            joined.marks.append(&mut excerpt.marks);
        }
        let mut parts: Vec<(Part, &str)> = excerpts.iter().flat_map(Excerpt::texts).collect();
        parts.sort_by_key(|(part, text)| (part.line, part.start, text.len()));
        for (part, text) in parts {
            let at = joined.kept.len();
            joined.add(Part { at, ..part }, text);
        }
        Some(joined)
    }

    /// What is marked of a place.
    pub(super) fn mark(&self, place: Span) -> Option<Mark> {
        let at = self
            .marks
            .binary_search_by_key(&place, |&(place, _)| place)
            .ok()?;
        Some(self.marks[at].1)
    }

    /// The bytes that are shown of a place and of lines around it.
    pub(super) fn shown(&self, place: &Range<usize>, before: usize, after: usize) -> Range<usize> {
        if before == 0 && after == 0 {
            return place.clone();
        }
        let (first, last) = (self.part_of(place.start), self.part_of(last_byte(place)));
        let around = first.saturating_sub(before)..(last + after + 1).min(self.parts.len());
        if self.parts[around.clone()].iter().all(|part| !part.is_long) {
            return self.parts[around.start].start as usize..self.end_of(around.end - 1);
        }
        let start = place.start.saturating_sub(AROUND);
        let start = start.max(self.parts[first].start as usize);
        let end = self.end_of(last).min(place.end + AROUND);
        self.floor(first, start)..self.floor(last, end)
    }

    /// The bytes of a range, unless some of them are not kept.
    pub(super) fn bytes(&self, range: &Range<usize>) -> Option<&str> {
        let at = self.kept_at(self.part_of(range.start), range.start)?;
        let end = self.kept_at(self.part_of(last_byte(range)), range.end)?;
        // Bytes that are missing in between leave fewer of them.
        (end - at == range.len()).then(|| self.kept.get(at..end))?
    }

    /// As [`crate::source::position`] of the text.
    pub(super) fn position(&self, offset: usize) -> Option<Position> {
        let index = self.part_of(offset);
        let part = &self.parts[index];
        let before = self.kept.get(part.at..self.kept_at(index, offset)?)?;
        let bom = usize::from(part.start == 0 && before.starts_with('\u{feff}'));
        Some(Position {
            line: part.line + 1,
            column: part.column + (before.chars().count() - bom) as u32,
        })
    }

    /// The line of a byte, from 1.
    pub(super) fn line_of(&self, offset: usize) -> u32 {
        self.parts[self.part_of(offset)].line + 1
    }

    /// Each part with the bytes of the text that it holds.
    fn texts(&self) -> impl Iterator<Item = (Part, &str)> {
        self.parts.iter().enumerate().map(|(index, &part)| {
            let length = self.end_of(index) - part.start as usize;
            (part, &self.kept[part.at..part.at + length])
        })
    }

    /// Adds a part behind the others, or what it goes on with behind the last one, if that is of the same line.
    fn add(&mut self, part: Part, text: &str) {
        let last = self.parts.last().filter(|last| last.line == part.line);
        let known = last.map(|_| self.end_of(self.parts.len() - 1));
        let known = known.and_then(|end| end.checked_sub(part.start as usize));
        if known.is_none() {
            self.parts.push(part);
        }
        let new = text.get(known.unwrap_or(0)..).unwrap_or_default();
        self.kept.push_str(new);
    }

    /// The last part that does not begin behind a byte; there is always one, because a place has lines.
    fn part_of(&self, offset: usize) -> usize {
        self.parts
            .partition_point(|part| part.start as usize <= offset)
            .saturating_sub(1)
    }

    /// One past the last byte of a part.
    fn end_of(&self, part: usize) -> usize {
        let end = self.parts.get(part + 1).map_or(self.kept.len(), |next| next.at);
        self.parts[part].start as usize + end - self.parts[part].at
    }

    /// Where among the kept bytes an offset within a part, or at its end, lies.
    fn kept_at(&self, part: usize, offset: usize) -> Option<usize> {
        let start = self.parts[part].start as usize;
        let is_within = (start..=self.end_of(part)).contains(&offset);
        is_within.then(|| self.parts[part].at + offset - start)
    }

    /// The largest offset up to `offset`, which is within a part, at which a character starts.
    fn floor(&self, part: usize, offset: usize) -> usize {
        self.kept_at(part, offset)
            .map_or(offset, |at| offset - (at - self.kept.floor_char_boundary(at)))
    }
}

impl Mark {
    fn of(text: &Text<'_>, marked: &Range<usize>) -> Mark {
        Mark {
            start: text.start + marked.start as u32,
            len: marked.len() as u32,
            is_in_long_line: text.is_long(text.line_of(marked.start)),
        }
    }
}

impl Text<'_> {
    /// The part of a place that is marked: never more than a few lines, and never the end of the text.
    fn marked(&self, place: Range<u32>) -> Range<usize> {
        let Range { start, end } = place;
        let content_end = self.content.trim_end_matches(['\n', '\r']).len();
        let start = self.floor((start as usize).min(content_end));
        let end = self.floor(end as usize).clamp(start, content_end.max(start));
        let end = start + self.content[start..end].trim_end_matches(['\n', '\r', ' ']).len();
        let first = self.line_of(start);
        let is_tall = self.line_of(last_byte(&(start..end))) - first >= MAX_LINES;
        let end = if is_tall { self.content_end(first) } else { end };
        start..self.floor(end.min(start + MAX_LINE))
    }

    /// The lines of a marked place and those around it, each with what is kept of it: nothing of a long one
    /// beside the place, whose length alone matters.
    fn neighbourhood(&self, marked: &Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
        let first = self.line_of(marked.start).saturating_sub(CONTEXT);
        let last = self.line_of(last_byte(marked)) + CONTEXT;
        let start = self.floor(marked.start.saturating_sub(AROUND));
        let end = self.floor(marked.end + AROUND);
        (first..=last.min(self.last_line())).map(move |index| {
            let line = self.line(index);
            let inside = |offset: usize| offset.clamp(line.start, line.end);
            let near = inside(start)..inside(end);
            (index, if self.is_long(index) { near } else { line })
        })
    }

    /// Whether a line is shown in part only.
    fn is_long(&self, line: usize) -> bool {
        self.line(line).len() > MAX_LINE
    }

    /// The last line that is not the nothing behind the last line break.
    fn last_line(&self) -> usize {
        self.line_of(self.content.len().saturating_sub(1))
    }
}

fn last_byte(range: &Range<usize>) -> usize {
    range.end.saturating_sub(1).max(range.start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source;

    fn places(text: &str) -> Vec<Span> {
        let offsets = (0..=text.len() as u32 + 1).step_by(7);
        let spans = offsets.flat_map(|start| [0, 1, 90].map(|len| Span::new(FileId(0), start, start + len)));
        spans.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// What is cut out is what the text has there, under the same lines and columns.
        #[test]
        fn excerpts_are_parts_of_their_text(lines in prop::collection::vec("[ aü東\u{feff}]{0,9}|[aü]{390,600}", 0..9)) {
            let text = sanitize::snippet_lines(lines.join("\r\n").into(), true);
            for place in places(&text) {
                let whole = Text::new(text.as_ref().into());
                let excerpt = Excerpt::of(&whole, &[place]);
                let mark = excerpt.mark(place).unwrap();
                let marked = mark.start as usize..(mark.start + mark.len) as usize;
                prop_assert_eq!(excerpt.bytes(&marked), text.get(marked.clone()));
                let shown = excerpt.shown(&marked, CONTEXT, CONTEXT);
                prop_assert_eq!(excerpt.bytes(&shown), text.get(shown.clone()));
                for offset in [shown.start, marked.start, marked.end] {
                    let position = source::position(&text, offset as u32);
                    prop_assert_eq!(excerpt.position(offset), Some(position));
                }
                prop_assert!(excerpt.kept.len() <= text.len().min((MAX_LINES + 2) * MAX_LINE + 2 * MAX_LINE));
            }
        }

        /// Places do not disturb each other.
        #[test]
        fn an_excerpt_of_many_places_shows_each_as_one_of_its_own(lines in prop::collection::vec("[ aü]{0,9}|[aü]{390,600}", 0..9)) {
            let text = sanitize::snippet_lines(lines.join("\n").into(), true);
            let whole = Text::new(text.as_ref().into());
            let places = places(&text);
            let all = Excerpt::of(&whole, &places);
            for place in places {
                let alone = Excerpt::of(&whole, &[place]);
                let mark = alone.mark(place).unwrap();
                let marked = mark.start as usize..(mark.start + mark.len) as usize;
                let shown = alone.shown(&marked, CONTEXT, CONTEXT);
                prop_assert_eq!(&all.shown(&marked, CONTEXT, CONTEXT), &shown);
                prop_assert_eq!(all.bytes(&shown), alone.bytes(&shown));
            }
        }
    }

    /// Lines of all kinds, more of them than a stretch has.
    fn long_text() -> String {
        let line = |index: usize| match index % 97 {
            0 => "东".repeat(250),
            1 | 50 => "a".repeat(390 + index % 20),
            2 => "\u{feff}b: \u{1b}[1m".to_owned(),
            3 => "b".repeat(5000),
            4 => String::new(),
            other => "ü".repeat(other) + ": c",
        };
        let lines = (0..11_000).map(|index| line(index) + if index % 5 == 0 { "\r\n" } else { "\n" });
        "\u{feff}".to_owned() + &lines.collect::<String>() + "the end"
    }

    #[test]
    fn of_a_long_file_is_shown_what_would_be_if_it_were_held() {
        let text = long_text();
        assert!(text.len() > 3 << 19);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yaml");
        std::fs::write(&path, &text).unwrap();
        let mut sources = source::SourceMap::default();
        let file = sources.add_file(path, text.as_bytes());
        let shown = Text::new(sanitize::snippet_lines(text.as_str().into(), true));
        let is_cut_out = |places: &[Span]| {
            let whole = Excerpt::of(&shown, places);
            let cut = Excerpts::cut(Paths::new(&sources, dir.path()), places.iter().copied());
            let cut = cut.get(file).unwrap();
            for &place in places {
                let mark = whole.mark(place).unwrap();
                assert_eq!(cut.mark(place), Some(mark));
                let marked = mark.start as usize..(mark.start + mark.len) as usize;
                let shown = whole.shown(&marked, CONTEXT, CONTEXT);
                assert_eq!(cut.shown(&marked, CONTEXT, CONTEXT), shown, "{place:?}");
                assert_eq!(cut.bytes(&shown), whole.bytes(&shown), "{place:?}");
                assert_eq!(
                    cut.position(shown.start),
                    whole.position(shown.start),
                    "{place:?}"
                );
            }
        };
        let line_feeds = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts: Vec<u32> = line_feeds.map(|at| at as u32 + 1).collect();
        let place = |start: u32, len| Span::new(file, start, start + len);
        // Stretches that overlap, some that are far from each other, and one after the other.
        is_cut_out(&starts.iter().map(|&start| place(start, 1000)).collect::<Vec<_>>());
        let far = starts.iter().step_by(700);
        is_cut_out(
            &far.flat_map(|&start| [0, 5, 5000].map(|len| place(start, len)))
                .collect::<Vec<_>>(),
        );
        starts
            .iter()
            .take(1000)
            .for_each(|&start| is_cut_out(&[place(start, 3)]));
        starts
            .iter()
            .take(100)
            .for_each(|&start| is_cut_out(&[place(start + 390, 3)]));
    }

    #[test]
    fn lines_between_distant_places_are_not_kept() {
        let text = "a: b\n".repeat(1000);
        let places = [100, 4000].map(|start| Span::new(FileId(0), start, start + 1));
        let excerpt = Excerpt::of(&Text::new(text.as_str().into()), &places);
        assert_eq!(excerpt.kept.len(), 2 * 3 * 5);
        assert_eq!(excerpt.bytes(&(100..4001)), None);
    }
}
