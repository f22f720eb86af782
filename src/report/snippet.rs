//! The lines around a place, as miette asks for them.
//!
//! miette's own sources walk through the text for every label, count columns in bytes and show lines of any
//! length. Here lines are found by their index, and only those that are shown are there.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::excerpt::Excerpt;

/// An excerpt under the name that stands above its lines.
pub(super) struct Snippet<'t> {
    pub(super) name: String,
    pub(super) excerpt: &'t Excerpt,
}

impl SourceCode for Snippet<'_> {
    /// Lines that are too far from each other to be shown together are out of bounds, and shown one by one.
    fn read_span<'s>(
        &'s self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let span = span.offset()..span.offset() + span.len();
        let shown = self.excerpt.shown(&span, before, after);
        let data = self.excerpt.bytes(&shown).ok_or(MietteError::OutOfBounds)?;
        let start = self.excerpt.position(shown.start);
        let start = start.ok_or(MietteError::OutOfBounds)?;
        let last = self.excerpt.line_of(shown.end.saturating_sub(1));
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            (shown.start, shown.len()).into(),
            start.line as usize - 1,
            start.column as usize - 1,
            (last + 1).saturating_sub(start.line) as usize,
        )))
    }
}
