//! Long texts that are read and looked at in segments, by all threads at once.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use memchr::memmem;
use rayon::prelude::*;

use super::fingerprint::{Fingerprint, Parts};
use super::{Buffers, Window};

/// How many bytes a thread takes at once, more or less: what is looked at again and again should stay in its cache.
pub(crate) const SEGMENT: usize = 1 << 19;

/// A text that can be read from anywhere, and cut in front of some of its lines.
pub(crate) struct LongText<R> {
    /// In bytes.
    pub(crate) len: usize,
    /// Fills a buffer with what stands at an offset.
    pub(crate) read_at: R,
    /// A line break, and what lines begin with in front of which it may be cut.
    pub(crate) mark: &'static [u8],
    /// How many bytes in front of such a line are asked whether it is one: whoever reads up to a cut and whoever reads on
    /// from it have to agree on it.
    pub(crate) before: usize,
    /// Whether it can be cut behind some bytes.
    pub(crate) ends_well: fn(&[u8]) -> bool,
}

/// Why a text is not looked at to its end.
enum Stop {
    Unreadable(io::Error),
    /// It has to be looked at as a whole.
    Whole,
}

impl<R: Fn(&mut [u8], u64) -> io::Result<()> + Sync> LongText<R> {
    /// Has the text looked at in segments of about `step` bytes; `keep` gets what is made of them in order. The result is
    /// none if nothing is made of some segment.
    ///
    /// # Errors
    /// What cannot be read.
    pub(crate) fn look<T: Send>(
        &self,
        step: usize,
        look: impl Fn(Window<'_>) -> Option<T> + Sync,
        mut keep: impl FnMut(T) + Send,
    ) -> io::Result<Option<Fingerprint>> {
        let mut all = Parts::default();
        let kept = Mutex::new(InOrder::new(|(made, parts): (T, Parts)| {
            keep(made);
            all.append(parts);
        }));
        let buffers = Buffers::default();
        let take = |index| {
            let made = buffers.with_one(|buffer| match self.read(index, step, buffer) {
                Ok(Some(window)) => {
                    let made = look(window).ok_or(Stop::Whole)?;
                    Ok(Some((made, Parts::of(window.bytes()))))
                }
                Ok(None) => Ok(None),
                Err(error) => Err(Stop::Unreadable(error)),
            })?;
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.add(index, made);
            Ok(())
        };
        // The first ones first, so that they can be kept while the next ones are looked at.
        let segments = (0..self.len.div_ceil(step).max(1)).par_bridge();
        match segments.try_for_each(take) {
            Ok(()) => {}
            Err(Stop::Whole) => return Ok(None),
            Err(Stop::Unreadable(error)) => return Err(error),
        }
        drop(kept);
        Ok(Some(all.into()))
    }

    /// Reads from the first cut within a step to the first one behind it; none if there is no cut within it.
    fn read<'b>(&self, index: usize, step: usize, room: &'b mut Vec<u8>) -> io::Result<Option<Window<'b>>> {
        let own = index * step..((index + 1) * step).min(self.len);
        let mut held = Held {
            start: own.start.saturating_sub(self.before),
            len: 0,
            room,
        };
        // Mostly the next cut is near.
        self.read_on(&mut held, own.end + self.before + self.mark.len())?;
        let start = match index {
            0 => Some(0),
            _ => self.first_cut(&held, own.clone()),
        };
        let Some(start) = start else {
            return Ok(None);
        };
        let mut judged = own.end;
        let end = loop {
            let is_over = held.end() == self.len;
            let at_hand = held.end() - if is_over { 0 } else { self.mark.len() };
            if let Some(cut) = self.first_cut(&held, judged..at_hand) {
                break cut;
            }
            if is_over {
                break self.len;
            }
            judged = at_hand;
            // As much again, lest a text that cannot be cut is asked for time and again.
            let wanted = held.end() + held.len.max(step);
            self.read_on(&mut held, wanted)?;
        };
        let Held { start: at, room, .. } = held;
        Ok(Some(Window::new(start, &room[start - at..end - at])))
    }

    /// Reads on to an offset, or the end.
    fn read_on(&self, held: &mut Held<'_>, to: usize) -> io::Result<()> {
        let (end, before) = (held.end(), held.len);
        held.len = to.min(self.len) - held.start;
        if held.room.len() < held.len {
            held.room.resize(held.len, 0);
        }
        (self.read_at)(&mut held.room[before..held.len], end as u64)
    }

    /// The first of some places that are at hand where the text can be cut.
    fn first_cut(&self, held: &Held<'_>, places: Range<usize>) -> Option<usize> {
        let from = places.start.checked_sub(1)? - held.start;
        let text = &held.room[..held.len];
        let to = (places.end + self.mark.len() - held.start).min(held.len);
        let marks = memmem::find_iter(text.get(from..to)?, self.mark);
        let mut ends = marks.map(|at| from + at + 1);
        let end = ends.find(|&end| (self.ends_well)(&text[end.saturating_sub(self.before)..end]))?;
        let place = held.start + end;
        places.contains(&place).then_some(place)
    }
}

/// Some of the bytes of a text: the first ones in a buffer.
struct Held<'b> {
    /// Where they stand.
    start: usize,
    len: usize,
    room: &'b mut Vec<u8>,
}

impl Held<'_> {
    fn end(&self) -> usize {
        self.start + self.len
    }
}

/// Keeps what several threads make in the order of what they make it of.
struct InOrder<T, K> {
    next: usize,
    /// What came too early.
    early: BTreeMap<usize, Option<T>>,
    keep: K,
}

impl<T, K: FnMut(T)> InOrder<T, K> {
    fn new(keep: K) -> Self {
        Self {
            next: 0,
            early: BTreeMap::new(),
            keep,
        }
    }

    /// Takes what was made of the item with this number, if anything was.
    fn add(&mut self, index: usize, made: Option<T>) {
        self.early.insert(index, made);
        while let Some(made) = self.early.remove(&self.next) {
            made.into_iter().for_each(&mut self.keep);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The segments of a text that is cut in front of `---` behind a letter.
    fn segments(text: &str, step: usize, before: usize) -> Vec<&str> {
        let long = LongText {
            len: text.len(),
            read_at: |bytes: &mut [u8], offset: u64| {
                let start = offset as usize;
                bytes.copy_from_slice(&text.as_bytes()[start..start + bytes.len()]);
                Ok(())
            },
            mark: b"\n---",
            before,
            ends_well: |before: &[u8]| before.ends_with(b"a\n"),
        };
        let look = |window: Window<'_>| {
            assert_eq!(window.bytes(), &text.as_bytes()[window.range()]);
            Some(window.range())
        };
        let mut segments = Vec::new();
        let fingerprint = long.look(step, look, |range| segments.push(&text[range]));
        assert!(fingerprint.unwrap().unwrap().is_of(text.as_bytes()));
        segments
    }

    #[test]
    fn a_text_is_cut_near_each_step() {
        let segments = |text, step| segments(text, step, 2);
        assert_eq!(segments("", 4), [""]);
        assert_eq!(segments("a\n---\na\n---\nb", 2), ["a\n", "---\na\n", "---\nb"]);
        assert_eq!(segments("a\n---\na\n---\nb", 4), ["a\n---\na\n", "---\nb"]);
        assert_eq!(segments("b\n---\nb\n---\nb", 4), ["b\n---\nb\n---\nb"]);
        assert_eq!(segments("a\n---", 2), ["a\n", "---"]);
    }

    proptest! {
        #[test]
        fn segments_are_the_text_between_cuts(text in "(a|b|\n|\n---){0,40}", step in 1usize..30, before in 2usize..9) {
            let segments = segments(&text, step, before);
            prop_assert_eq!(segments.concat(), text.as_str());
            let mut end = 0;
            for segment in &segments[..segments.len() - 1] {
                end += segment.len();
                prop_assert!(text[..end].ends_with("a\n") && text[end..].starts_with("---"));
            }
            // No more of them than steps, and none that goes on behind a cut that comes after its step.
            prop_assert!(segments.len() <= text.len().div_ceil(step).max(1));
            for segment in segments {
                let cut = segment[1.min(segment.len())..].find("a\n---").map(|at| at + 3);
                prop_assert!(cut.is_none_or(|cut| cut < step), "{:?}", segment);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_and_what_has_to_be_whole_is_not_looked_at() {
        let read_at = |bytes: &mut [u8], offset: u64| match offset + bytes.len() as u64 {
            ..=100 => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        };
        let long = |len| LongText {
            len,
            read_at,
            mark: b"\n---",
            before: 1,
            ends_well: |_: &[u8]| true,
        };
        assert!(long(101).look(10, |_| Some(()), |()| ()).is_err());
        let first = |window: Window<'_>| (window.range().start > 0).then_some(());
        assert!(long(100).look(10, first, |()| ()).unwrap().is_none());
    }

    #[test]
    fn what_comes_too_early_waits() {
        let mut kept = Vec::new();
        let mut in_order = InOrder::new(|made| kept.push(made));
        for index in [2, 0, 3, 1, 5, 4] {
            in_order.add(index, (index != 3).then_some(index));
        }
        assert_eq!(kept, [0, 1, 2, 4, 5]);
    }
}
