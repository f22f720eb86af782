//! The hash by which GitHub follows a finding from commit to commit while lines move.
//!
//! It is that of `hash` in github/codeql-action (src/fingerprints.ts), which computes it itself where a report
//! has none, and warns where it has another one. It covers the hundred characters from the start of a line on,
//! blanks left out, and says how often the file had the same before.

use std::fmt;

use crate::hash::HashMap;

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

/// The hash of every line of a text.
pub(super) fn line_hashes(text: &str) -> Vec<LineHash> {
    let mut rolling = Rolling::default();
    let mut was_return = false;
    for unit in text.encode_utf16() {
        let is_second_half = was_return && unit == u16::from(b'\n');
        was_return = unit == u16::from(b'\r');
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        rolling.push(if was_return { u16::from(b'\n') } else { unit });
    }
    rolling.push(END);
    rolling.finish()
}

/// A window that moves over a text. A line is known once it has left the window.
struct Rolling {
    window: [u16; WINDOW],
    /// Where in the window lines begin.
    starts: [bool; WINDOW],
    at: usize,
    hash: u64,
    is_line_start: bool,
    seen: HashMap<u64, u32>,
    lines: Vec<LineHash>,
}

impl Default for Rolling {
    fn default() -> Self {
        Rolling {
            window: [0; WINDOW],
            starts: [false; WINDOW],
            at: 0,
            hash: 0,
            is_line_start: true,
            seen: HashMap::default(),
            lines: Vec::new(),
        }
    }
}

impl Rolling {
    fn push(&mut self, unit: u16) {
        self.end_line();
        self.starts[self.at] = self.is_line_start;
        self.is_line_start = unit == u16::from(b'\n');
        self.shift(unit);
    }

    /// Writes down the line that begins where the window does.
    fn end_line(&mut self) {
        if std::mem::take(&mut self.starts[self.at]) {
            let hash = self.hash;
            let count = self.seen.entry(hash).or_default();
            *count += 1;
            self.lines.push(LineHash { hash, count: *count });
        }
    }

    fn shift(&mut self, unit: u16) {
        const LEAVING: u64 = MULTIPLIER.wrapping_pow(WINDOW as u32);
        let leaving = std::mem::replace(&mut self.window[self.at], unit);
        let hash = self.hash.wrapping_mul(MULTIPLIER).wrapping_add(u64::from(unit));
        self.hash = hash.wrapping_sub(LEAVING.wrapping_mul(u64::from(leaving)));
        self.at = (self.at + 1) % WINDOW;
    }

    fn finish(mut self) -> Vec<LineHash> {
        for _ in 0..WINDOW {
            self.end_line();
            self.shift(0);
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    fn line_hashes(text: &str) -> Vec<String> {
        let hashes = super::line_hashes(text).into_iter();
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
}
