//! Which object holds a place: mistakes in a text do not know.

use super::{Meta, Objects};
use crate::id::ObjectName;
use crate::source::Span;

/// The objects by where they stand.
#[derive(Debug)]
pub struct Owners<'a> {
    /// Sorted by span; objects do not overlap.
    metas: Vec<&'a Meta>,
}

impl<'a> Owners<'a> {
    /// The owners among these objects.
    pub fn of(objects: &'a Objects) -> Owners<'a> {
        let mut metas: Vec<&Meta> = objects.metas().collect();
        metas.sort_unstable_by_key(|meta| meta.span);
        Owners { metas }
    }

    /// The object that holds `span`, unless it is one that could not be read.
    pub fn owner(&self, span: Span) -> Option<ObjectName> {
        let behind = self.metas.partition_point(|meta| {
            let start = (meta.span.file, meta.span.start);
            start <= (span.file, span.start)
        });
        let meta = self.metas[..behind].last()?;
        let holds = meta.span.file == span.file && span.end <= meta.span.end;
        holds.then(|| meta.object_name())
    }
}
