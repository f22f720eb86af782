//! Which bytes belong to a node.
//!
//! The parser's own spans end a block where the next token starts, place an empty value in front of its
//! colon, and leave the `|` out of a block scalar. Whoever points at a value, or replaces it, needs the
//! bytes that a person would mark.

use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

/// Finds the bytes of each event of one document, in order.
pub(super) struct Extents<'s> {
    text: &'s str,
    /// Where the last event with any bytes ended.
    last_end: usize,
    /// Whether each collection that is still open is a mapping.
    open: Vec<bool>,
}

impl<'s> Extents<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            last_end: 0,
            open: vec![],
        }
    }

    /// Where the last event with any bytes ended.
    pub(super) fn last_end(&self) -> usize {
        self.last_end
    }

    /// The bytes of `event`, which the parser places at `range`.
    pub(super) fn of(&mut self, event: &Event<'_>, range: Range<usize>) -> Range<usize> {
        let extent = match event {
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => self.block_scalar(&range),
            Event::Scalar(..) if range.is_empty() => self.empty_scalar(range.start),
            Event::SequenceStart(StructureStyle::Block, ..) => self.block_sequence(range.start),
            _ => range,
        };
        match event {
            Event::MappingStart(..) => self.open.push(true),
            Event::SequenceStart(..) => self.open.push(false),
            Event::MappingEnd | Event::SequenceEnd => _ = self.open.pop(),
            _ => {}
        }
        self.last_end = self.last_end.max(extent.end);
        extent
    }

    /// From the `|` or `>` to the last character of content.
    fn block_scalar(&self, content: &Range<usize>) -> Range<usize> {
        let lines = &self.text[content.clone()];
        let header_at = self.last_end.min(content.start);
        let header = &self.text[header_at..content.start];
        let is_start = |at: usize| at == 0 || header.as_bytes()[at - 1].is_ascii_whitespace();
        let start = memchr::memchr2_iter(b'|', b'>', header.as_bytes()).find(|&at| is_start(at));
        let start = start.map_or(content.start, |at| header_at + at);
        let end = content.start + lines.trim_ascii_end().len();
        // Without content, the header is all there is.
        let header = &self.text[start..content.start];
        let header_end = start + header.find(['\n', '\r', ' ']).unwrap_or(header.len());
        start..if lines.trim_ascii().is_empty() {
            header_end
        } else {
            end
        }
    }

    /// Behind the colon, if the parser points in front of it.
    fn empty_scalar(&self, at: usize) -> Range<usize> {
        let rest = &self.text[at..];
        let colon = rest.trim_start_matches([' ', '\t']);
        let adjacent = self
            .text
            .get(self.last_end..at)
            .is_some_and(|gap| gap.trim_ascii().is_empty());
        if !adjacent || !colon.starts_with(':') {
            return at..at;
        }
        let behind = at + (rest.len() - colon.len()) + 1;
        behind..behind
    }

    /// At the first dash; the parser points behind it if the dash stands as far left as the key above it.
    fn block_sequence(&self, at: usize) -> Range<usize> {
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        let is_value = self.open.last() == Some(&true);
        let behind = is_value && before.ends_with('-') && before.len() > self.last_end;
        let start = if behind { before.len() - 1 } else { at };
        start..start
    }
}
