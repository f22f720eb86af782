//! Knowing a file again, and finding places in a long one without the rest of it.

use std::ops::Range;

use rayon::prelude::*;

/// By what a [`SourceMap`](super::SourceMap) knows a file again. It has to notice an edit, not an attack.
#[derive(Debug)]
pub struct Fingerprint {
    /// In bytes.
    len: u64,
    marks: Marks,
}

#[derive(Debug)]
enum Marks {
    /// Of the whole file.
    Hash(u64),
    /// Of a long one.
    Parts(Parts),
}

/// How many bytes a part has at least, the last one excepted: they are read for the sake of a single place.
const PART: usize = 1 << 12;

/// A file from this length on is known by its parts.
const LONG: usize = 16 * PART;

/// What stands in so many bytes or more is looked at without what follows.
const STRETCH: usize = 1 << 20;

/// The parts of a file, in order.
#[derive(Debug, Default)]
pub(super) struct Parts(Vec<Part>);

/// Some whole lines of a file.
#[derive(Debug)]
struct Part {
    /// One past its last byte.
    end: u32,
    /// How many lines end in it or in front of it.
    lines: u32,
    hash: u64,
}

impl Fingerprint {
    /// That of a file with this content, which is shorter than 4 GiB.
    pub fn of(content: &[u8]) -> Self {
        if content.len() >= LONG {
            return Parts::of(content).into();
        }
        Self {
            len: content.len() as u64,
            marks: Marks::Hash(hash_in_rows(content)),
        }
    }

    /// The length of the file in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the file was empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The parts of a long file.
    pub(super) fn parts(&self) -> Option<&Parts> {
        match &self.marks {
            Marks::Hash(_) => None,
            Marks::Parts(parts) => Some(parts),
        }
    }

    /// Whether the content of a file is still the same.
    pub(super) fn is_of(&self, content: &[u8]) -> bool {
        let is_same = || match &self.marks {
            Marks::Hash(hash) => hash_in_rows(content) == *hash,
            Marks::Parts(parts) => parts.are_of(0..parts.0.len(), content),
        };
        content.len() as u64 == self.len && is_same()
    }
}

impl From<Parts> for Fingerprint {
    /// That of a file with these parts.
    fn from(mut parts: Parts) -> Self {
        parts.0.shrink_to_fit();
        Self {
            len: parts.0.last().map_or(0, |last| u64::from(last.end)),
            marks: Marks::Parts(parts),
        }
    }
}

impl Parts {
    /// Those of a file with this content, or of some whole lines of it, or of all that is left.
    pub(super) fn of(mut bytes: &[u8]) -> Self {
        let mut parts = Parts::default();
        while !bytes.is_empty() {
            let (part, rest) = bytes.split_at(end_of_part(bytes));
            let (end, lines) = parts.end();
            parts.0.push(Part {
                end: end + part.len() as u32,
                lines: lines + memchr::memchr_iter(b'\n', part).count() as u32,
                hash: hash_in_rows(part),
            });
            bytes = rest;
        }
        parts
    }

    /// Adds those of what follows in the file.
    pub(super) fn append(&mut self, others: Parts) {
        let (end, lines) = self.end();
        let behind = others.0.into_iter().map(|part| Part {
            end: end + part.end,
            lines: lines + part.lines,
            ..part
        });
        self.0.extend(behind);
    }

    /// How many bytes and lines they have.
    fn end(&self) -> (u32, u32) {
        self.0.last().map_or((0, 0), |last| (last.end, last.lines))
    }

    /// The bytes of some parts that follow each other.
    pub(super) fn bytes(&self, parts: &Range<usize>) -> Range<usize> {
        self.end_before(parts.start)..self.end_before(parts.end)
    }

    /// How many lines stand in front of a part.
    pub(super) fn lines_before(&self, index: usize) -> u32 {
        index.checked_sub(1).map_or(0, |before| self.0[before].lines)
    }

    /// Whether some parts that follow each other still have this content, which is as long as they are.
    pub(super) fn are_of(&self, parts: Range<usize>, content: &[u8]) -> bool {
        let start = self.end_before(parts.start);
        parts.into_par_iter().with_min_len(STRETCH / PART).all(|index| {
            let Range { start: from, end: to } = self.bytes(&(index..index + 1));
            hash_in_rows(&content[from - start..to - start]) == self.0[index].hash
        })
    }

    /// The parts that have to be read for some places, which come in the order in which they begin, each time with the
    /// indexes of the places they are read for.
    pub(super) fn stretches(
        &self,
        places: impl Iterator<Item = Range<usize>>,
    ) -> Vec<(Range<usize>, Range<usize>)> {
        let mut stretches: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for (index, place) in places.enumerate() {
            let needed = self.holding(&place);
            match stretches.last_mut() {
                Some((parts, indexes)) if needed.start <= parts.end && self.bytes(parts).len() < STRETCH => {
                    parts.end = parts.end.max(needed.end);
                    indexes.end += 1;
                }
                _ => stretches.push((needed, index..index + 1)),
            }
        }
        stretches
    }

    /// The parts in which some bytes stand; what is behind the end of the file counts as part of its end.
    fn holding(&self, bytes: &Range<usize>) -> Range<usize> {
        let before =
            |is_before: &dyn Fn(usize) -> bool| self.0.partition_point(|part| is_before(part.end as usize));
        let last = self.0.len().saturating_sub(1);
        let first = before(&|end| end <= bytes.start).min(last);
        let last = before(&|end| end < bytes.end).clamp(first, last);
        first..(last + 1).min(self.0.len())
    }

    /// Where the parts in front of one end.
    fn end_before(&self, index: usize) -> usize {
        index
            .checked_sub(1)
            .map_or(0, |before| self.0[before].end as usize)
    }
}

/// Where the first part of some lines ends.
fn end_of_part(lines: &[u8]) -> usize {
    let behind = lines.get(PART - 1..).unwrap_or_default();
    memchr::memchr(b'\n', behind).map_or(lines.len(), |line_feed| PART + line_feed)
}

/// A step of a hash; a bijection of `word` and of `hash`.
fn mix(hash: u64, word: u64) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    (hash.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER)
}

/// Every byte of a tree passes through this: a word at a time, and in four rows, so that the processor need not wait for
/// one product to begin with the next.
fn hash_in_rows(bytes: &[u8]) -> u64 {
    let take = |hash: u64, word: [u8; 8]| mix(hash, u64::from_le_bytes(word));
    let (words, rest) = bytes.as_chunks();
    let (fours, words) = words.as_chunks();
    let length = bytes.len() as u64;
    let (mut one, mut two, mut three, mut four) = (length, length, length, length);
    for &[a, b, c, d] in fours {
        (one, two, three, four) = (take(one, a), take(two, b), take(three, c), take(four, d));
    }
    let hash = mix(mix(mix(one, two), three), four);
    let hash = words.iter().fold(hash, |hash, &word| take(hash, word));
    rest.iter().fold(hash, |hash, &byte| mix(hash, u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        let text = b"apiVersion: v1\n";
        for at in 0..text.len() {
            let mut edited = *text;
            edited[at] ^= 1;
            assert!(!Fingerprint::of(text).is_of(&edited), "{at}");
        }
        assert!(!Fingerprint::of(b"").is_of(b"\0"));
        let mut long = b"a: 1\n".repeat(LONG / 4);
        let fingerprint = Fingerprint::of(&long);
        assert!(!fingerprint.is_of(&long[..LONG]));
        for at in [0, PART - 1, PART, LONG, long.len() - 1] {
            long[at] ^= 1;
            assert!(!fingerprint.is_of(&long), "{at}");
            long[at] ^= 1;
        }
        assert!(fingerprint.is_of(&long));
    }

    /// A text of lines of many lengths, one of them longer than two parts.
    fn lines() -> String {
        let lines = (0..LONG / 20).map(|index| "a".repeat(index % 50) + "\n");
        let mut text: String = lines.collect();
        text.insert_str(LONG / 2, &"b".repeat(2 * PART));
        text + "the end"
    }

    #[test]
    fn parts_are_whole_lines() {
        let text = lines();
        let fingerprint = Fingerprint::of(text.as_bytes());
        let parts = fingerprint.parts().unwrap();
        let count = parts.0.len();
        assert_eq!(parts.bytes(&(0..count)), 0..text.len());
        assert_eq!(fingerprint.len(), text.len() as u64);
        for index in 1..count {
            let place = parts.bytes(&(index..index + 1));
            assert_eq!(parts.stretches([place].into_iter()), [(index..index + 1, 0..1)]);
            let Range { start, end } = parts.bytes(&(index - 1..index));
            assert!(text[start..end].ends_with('\n') && end - start >= PART, "{index}");
            assert_eq!(parts.lines_before(index) as usize, text[..end].lines().count());
        }
        // The same if it comes in pieces.
        let mut pieces = Parts::default();
        for line in text.split_inclusive('\n') {
            pieces.append(Parts::of(line.as_bytes()));
        }
        assert_eq!(pieces.end(), parts.end());
        assert!(Fingerprint::from(pieces).is_of(text.as_bytes()));
    }

    #[test]
    fn a_stretch_holds_its_places_and_little_else() {
        let text = lines();
        let fingerprint = Fingerprint::of(text.as_bytes());
        let parts = fingerprint.parts().unwrap();
        let end = text.len();
        for place in [
            0..1,
            PART - 1..PART + 1,
            LONG / 2..LONG / 2 + 9,
            7..end,
            end - 1..end,
            end..end,
        ] {
            let stretches = parts.stretches([place.clone()].into_iter());
            assert_eq!(stretches.len(), 1, "{place:?}");
            let read = parts.bytes(&stretches[0].0);
            assert!(
                read.start <= place.start && place.end <= read.end,
                "{place:?} in {read:?}"
            );
            assert!(
                read.len() <= place.len() + 2 * PART + 2 * PART + 100,
                "{place:?} in {read:?}"
            );
        }
        // Behind the end, and in one stretch as long as they are near.
        let last = parts.0.len() - 1;
        let places = [
            0..1,
            5..PART,
            PART + 99..PART + 100,
            end - 1..end,
            end + 5..end + 9,
        ];
        assert_eq!(
            parts.stretches(places.into_iter()),
            [(0..2, 0..3), (last..last + 1, 3..5)]
        );
    }

    #[test]
    fn nothing_is_read_of_an_empty_file() {
        let parts = Parts::default();
        assert_eq!(parts.stretches([0..0, 0..9].into_iter()), [(0..0, 0..2)]);
        assert_eq!(parts.bytes(&(0..0)), 0..0);
    }

    #[test]
    fn a_stretch_ends_at_some_time() {
        let text = "a: 1\n".repeat(STRETCH);
        let fingerprint = Fingerprint::of(text.as_bytes());
        let parts = fingerprint.parts().unwrap();
        let places = (0..text.len()).step_by(1000).map(|at| at..at + 1);
        let stretches = parts.stretches(places);
        let mut looked_for = 0;
        for (read, indexes) in &stretches {
            assert_eq!(indexes.start, looked_for);
            assert!(parts.bytes(read).contains(&(looked_for * 1000)));
            looked_for = indexes.end;
        }
        assert_eq!(looked_for, text.len().div_ceil(1000));
        assert!(
            stretches
                .iter()
                .all(|(read, _)| parts.bytes(read).len() < STRETCH + 2 * PART)
        );
        assert!(stretches.len() <= 6);
    }
}
