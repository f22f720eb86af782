//! Tabs where go-yaml allows none.
//!
//! go-yaml takes a tab for a blank between tokens, but not at the start of a line, even of a line that is
//! otherwise empty: there it still expects indentation. Only the rest of a scalar may hold tabs. The parser
//! is more patient, so the blanks in front of each line are looked at here; texts without tabs, which are
//! nearly all, are not.

use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

const MESSAGE: &str = "a tab stands where only spaces may: in the indentation of a line";

/// Checks the gaps between the events of one document.
pub(super) struct Tabs<'s> {
    text: &'s str,
    /// Whether there is anything to look for: a tab, and no JSON, which takes tabs anywhere.
    any: bool,
    /// Where the last event ended.
    last_end: usize,
    /// The column from which on tabs belong to the scalar that came last.
    allowed_from: usize,
    /// The columns of the collections that are still open; `None` for a flow collection.
    open: Vec<Option<usize>>,
}

impl<'s> Tabs<'s> {
    pub(super) fn new(text: &'s str, json: bool) -> Self {
        Self {
            text,
            any: !json && memchr::memchr(b'\t', text.as_bytes()).is_some(),
            last_end: 0,
            allowed_from: usize::MAX,
            open: vec![],
        }
    }

    /// Looks at the blanks between the last event and this one, which has the bytes `extent`.
    ///
    /// # Errors
    /// Why go-yaml refuses the text.
    pub(super) fn check(&mut self, event: &Event<'_>, extent: &Range<usize>) -> Result<(), &'static str> {
        if !self.any || matches!(event, Event::Anchor(..)) {
            return Ok(());
        }
        self.check_gap(extent.start)?;
        match event {
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                self.open(*style, extent.start);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
            }
            _ => {}
        }
        self.allowed_from = self.nowhere();
        if let Event::Scalar(_, style, ..) = event {
            self.check_scalar(*style, &self.text[extent.clone()])?;
        }
        self.last_end = self.last_end.max(extent.end);
        Ok(())
    }

    fn open(&mut self, style: StructureStyle, start: usize) {
        let line = memchr::memrchr(b'\n', &self.text.as_bytes()[..start]).map_or(0, |newline| newline + 1);
        self.open
            .push((style == StructureStyle::Block).then_some(start - line));
    }

    /// In a flow collection tabs may stand anywhere, in a block nowhere.
    fn nowhere(&self) -> usize {
        if self.in_flow() { 0 } else { usize::MAX }
    }

    fn in_flow(&self) -> bool {
        matches!(self.open.last(), Some(None))
    }

    /// The column that continuation lines of a scalar have to reach.
    fn continuation(&self) -> usize {
        let block = self.open.iter().rev().find_map(|column| *column);
        block.map_or(0, |column| column + 1)
    }

    fn check_gap(&mut self, end: usize) -> Result<(), &'static str> {
        let Some(gap) = self.text.get(self.last_end..end) else {
            return Ok(());
        };
        let at_line_start = self.last_end == 0;
        for (number, line) in gap.split('\n').enumerate() {
            let whole = number > 0 || at_line_start;
            if whole {
                check_line(line, self.allowed_from)?;
            }
            if !self.in_flow() {
                check_indicator(line, if whole { b"-?:" } else { b"-?" })?;
            }
            if !line.trim_ascii().is_empty() {
                self.allowed_from = self.nowhere();
            }
        }
        Ok(())
    }

    fn check_scalar(&mut self, style: ScalarStyle, source: &str) -> Result<(), &'static str> {
        match style {
            ScalarStyle::Plain if !source.is_empty() => {
                self.allowed_from = self.continuation();
                source
                    .split('\n')
                    .skip(1)
                    .try_for_each(|line| check_line(line, self.allowed_from))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => self.check_block_scalar(source),
            _ => Ok(()),
        }
    }

    /// `source` starts at the header.
    fn check_block_scalar(&mut self, source: &str) -> Result<(), &'static str> {
        let mut lines = source.split('\n');
        let header = lines.next().unwrap_or_default();
        let explicit = header.bytes().take(3).find(u8::is_ascii_digit);
        let explicit =
            explicit.map(|digit| self.continuation().saturating_sub(1) + usize::from(digit - b'0'));
        let is_content = |line: &&str| !line.trim_ascii_end().is_empty();
        let found = || {
            lines
                .clone()
                .find(is_content)
                .map(|line| line.len() - line.trim_start_matches(' ').len())
        };
        let indentation = explicit.or_else(found).unwrap_or(usize::MAX);
        self.allowed_from = indentation;
        for line in lines {
            // In front of the first content, a tab is one whatever its column.
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let first = explicit.is_none() && spaces == indentation && line[spaces..].starts_with('\t');
            check_line(line, if first { usize::MAX } else { indentation })?;
            if is_content(&line) {
                break;
            }
        }
        source
            .split('\n')
            .skip(1)
            .try_for_each(|line| check_line(line, indentation))
    }
}

/// Whether the first tab among the blanks in front of a line stands at `allowed_from` or behind it.
fn check_line(line: &str, allowed_from: usize) -> Result<(), &'static str> {
    let content = line.trim_start_matches(' ');
    let refused = content.starts_with('\t') && line.len() - content.len() < allowed_from;
    if refused { Err(MESSAGE) } else { Ok(()) }
}

/// Behind the indicators that start an item or a key of several lines only spaces may stand.
fn check_indicator(line: &str, indicators: &[u8]) -> Result<(), &'static str> {
    let mut rest = line.trim_ascii_start();
    while let Some(after) = rest
        .as_bytes()
        .first()
        .filter(|byte| indicators.contains(byte))
        .map(|_| &rest[1..])
    {
        let content = after.trim_start_matches([' ', '\t']);
        if content.len() < after.len() && after[..after.len() - content.len()].contains('\t') {
            return Err("a tab stands behind the `-` of an item or the `?` or `:` of a key");
        }
        rest = content;
    }
    Ok(())
}
