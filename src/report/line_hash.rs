//! The hash by which GitHub follows a finding from commit to commit while lines move.
//!
//! It is that of `hash` in github/codeql-action (src/fingerprints.ts), which computes it itself where a report
//! has none, and warns where it has another one. It covers the hundred characters from the start of a line on,
//! blanks left out, and says how often the file had the same before.

use std::fmt;

use crate::hash::{HashMap, HashSet};

/// Characters that a hash covers.
const WINDOW: usize = 100;
const MULTIPLIER: u64 = 37;
/// Stands behind the last character, as no UTF-16 code unit of a text does.
const END: u16 = u16::MAX;

/// The hash of a line, and how many lines up to it have the same.
pub(super) struct LineHash {
    hash: u64,
    count: u32,
}

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.hash, self.count)
    }
}

/// The hashes of some lines of a text, which are given in order and count from 0.
///
/// Lines that others are counted with begin as one of these does, and only of such ones a hash is made: a text may have
/// millions.
pub(super) fn line_hashes(text: &str, lines: &[usize]) -> Vec<LineHash> {
    let mut seen: HashMap<u64, u32> = HashMap::default();
    let mut heads: HashSet<u64> = HashSet::default();
    for line in these(starts(text), lines) {
        seen.insert(hash(&text[line..]), 0);
        heads.insert(head(&text[line..]));
    }
    let mut lines = lines.iter().peekable();
    let mut hashes = Vec::with_capacity(lines.len());
    for (index, start) in starts(text).enumerate() {
        if lines.peek().is_none() {
            break;
        }
        let line = &text[start..];
        if !heads.contains(&head(line)) {
            continue;
        }
        let hash = hash(line);
        let Some(count) = seen.get_mut(&hash) else {
            continue;
        };
        *count += 1;
        while lines.next_if_eq(&&index).is_some() {
            hashes.push(LineHash { hash, count: *count });
        }
    }
    hashes
}

/// Where the lines of a text begin, of which a carriage return ends one as well.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let is_break = move |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    let breaks = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_break);
    std::iter::once(0).chain(breaks.map(|at| at + 1))
}

/// Those items that have some indexes, which are given in order.
fn these<T>(items: impl Iterator<Item = T>, indexes: &[usize]) -> impl Iterator<Item = T> {
    let mut items = items.enumerate();
    let distinct = indexes.chunk_by(|one, other| one == other);
    distinct.filter_map(move |same| {
        let (_, item) = items.find(|(index, _)| *index == same[0])?;
        Some(item)
    })
}

/// The first characters of a line, which tell most apart; those of the same hash have the same.
fn head(line: &str) -> u64 {
    let mut head = 0;
    for &byte in line.as_bytes() {
        match byte {
            b' ' | b'\t' => {}
            b'\n' | b'\r' | 0x80.. => break,
            byte => head = head << 8 | u64::from(byte),
        }
        if head >> 56 != 0 {
            break;
        }
    }
    head
}

/// The hash of the window that begins a text: of UTF-16 code units, blanks left out; behind the last one, zeros count.
fn hash(text: &str) -> u64 {
    let with = |hash: u64, unit: u16| hash.wrapping_mul(MULTIPLIER).wrapping_add(u64::from(unit));
    let (mut hash, mut left) = (0, WINDOW);
    let mut was_return = false;
    for c in text.chars() {
        let is_second_half = was_return && c == '\n';
        was_return = c == '\r';
        if is_second_half || matches!(c, ' ' | '\t') {
            continue;
        }
        let c = if was_return { '\n' } else { c };
        for unit in c.encode_utf16(&mut [0; 2]) {
            if left == 0 {
                return hash;
            }
            (hash, left) = (with(hash, *unit), left - 1);
        }
    }
    if left == 0 {
        return hash;
    }
    with(hash, END).wrapping_mul(MULTIPLIER.wrapping_pow(left as u32 - 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn line_hashes(text: &str) -> Vec<String> {
        let lines: Vec<usize> = (0..super::starts(text).count()).collect();
        hashes_of(text, &lines)
    }

    fn hashes_of(text: &str, lines: &[usize]) -> Vec<String> {
        let hashes = super::line_hashes(text, lines).into_iter();
        hashes.map(|hash| hash.to_string()).collect()
    }

    /// The cases of the action's own tests (src/fingerprints.test.ts).
    #[test]
    fn hashes_are_those_of_github() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        let lines = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(line_hashes(text), lines, "{text:?}");
        }
    }

    #[test]
    fn lines_that_are_alike_are_counted() {
        let hashes = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(hashes.len(), 11);
        assert_eq!(hashes[0], "a7f2ff13bc495cf2:1");
        assert_eq!(hashes[5], "a7f2ff13bc495cf2:6");
        assert_eq!(
            hashes[6..],
            [
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1"
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// A line has the hash that it has among all, however often it is asked for.
        #[test]
        fn lines_need_not_all_be_asked_for(
            text in "([ab ]{0,3}(\n|\r|\r\n|\t|𝄞|ü){1,2}){0,9}x{0,99}",
            asked in prop::collection::vec(0_usize..20, 0..9),
        ) {
            let all = line_hashes(&text);
            let mut asked: Vec<usize> = asked.into_iter().filter(|&line| line < all.len()).collect();
            asked.sort_unstable();
            let expected: Vec<String> = asked.iter().map(|&line| all[line].clone()).collect();
            prop_assert_eq!(hashes_of(&text, &asked), expected);
        }
    }
}
