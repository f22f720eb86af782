//! The lines around a place, as miette asks for them.
//!
//! miette's own sources walk through the text for every label, count columns in bytes and show lines of any
//! length. Here lines are found by their index, and of a very long line, such as minified JSON, only the
//! neighbourhood of the place is shown.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::texts::Text;

/// Bytes of a line that are shown in full.
const MAX_LINE: usize = 400;
/// Bytes that are shown on both sides of a place in a longer line.
const AROUND: usize = 60;
/// Lines of a place that are shown in full; of a longer one only the first.
const MAX_LINES: usize = 8;

/// A text under the name that stands above its snippets.
pub(super) struct Snippet<'t, 'a> {
    pub(super) name: String,
    pub(super) text: &'t Text<'a>,
}

impl SourceCode for Snippet<'_, '_> {
    fn read_span<'s>(
        &'s self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let span = span.offset()..span.offset() + span.len();
        let shown = self.text.shown(&span, before, after);
        let data = self
            .text
            .text
            .get(shown.clone())
            .ok_or(MietteError::OutOfBounds)?;
        let start = self.text.position(shown.start as u32);
        let lines = self.text.line_of(shown.end.saturating_sub(1)) + 2 - start.line as usize;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            (shown.start, shown.len()).into(),
            start.line as usize - 1,
            start.column as usize - 1,
            lines,
        )))
    }
}

impl Text<'_> {
    /// The bytes that are shown of a place and of lines around it.
    fn shown(&self, span: &Range<usize>, before: usize, after: usize) -> Range<usize> {
        if before == 0 && after == 0 {
            return span.clone();
        }
        let (first, last) = (self.line_of(span.start), self.line_of(last_byte(span)));
        let first = first.saturating_sub(before);
        let last = (last + after).min(self.last_line());
        if (first..=last).all(|line| self.line(line).len() <= MAX_LINE) {
            return self.line(first).start..self.line(last).end;
        }
        let start = self.line(self.line_of(span.start)).start;
        let end = self.line(self.line_of(last_byte(span))).end;
        let start = self.floor(start.max(span.start.saturating_sub(AROUND)));
        start..self.floor(end.min(span.end + AROUND))
    }

    /// The last line that is not the nothing behind the last line break.
    fn last_line(&self) -> usize {
        self.line_of(self.text.len().saturating_sub(1))
    }

    /// The part of a place that is marked: never more than a few lines, and never the end of the text.
    pub(super) fn marked(&self, start: u32, end: u32) -> Range<usize> {
        let content_end = self.text.trim_end_matches(['\n', '\r']).len();
        let start = self.floor((start as usize).min(content_end));
        let end = self.floor(end as usize).clamp(start, content_end.max(start));
        let end = start + self.text[start..end].trim_end_matches(['\n', '\r', ' ']).len();
        let first = self.line_of(start);
        let is_tall = self.line_of(last_byte(&(start..end))) - first >= MAX_LINES;
        let end = if is_tall { self.content_end(first) } else { end };
        start..self.floor(end.min(start + MAX_LINE))
    }

    pub(super) fn content_end(&self, line: usize) -> usize {
        let line = self.line(line);
        line.start + self.text[line].trim_end_matches(['\n', '\r']).len()
    }

    /// Whether the line of a byte is shown in part only.
    pub(super) fn is_in_long_line(&self, offset: usize) -> bool {
        self.line(self.line_of(offset)).len() > MAX_LINE
    }
}

fn last_byte(span: &Range<usize>) -> usize {
    span.end.saturating_sub(1).max(span.start)
}
