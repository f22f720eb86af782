//! Ages across two states of a cluster. Of two policies for one place the older wins, and manifests seldom say
//! when they were applied; but what is there already is older than what is only about to be applied.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Meta, Objects};
use crate::hash::HashMap;
use crate::id::ObjectName;
use crate::source::FileId;

/// When an object that is about to be applied is created: after everything that exists.
pub const YOUNGEST: Timestamp = Timestamp::MAX;

/// When objects were created, as far as it is told.
type Ages = HashMap<ObjectName, Option<Timestamp>>;

fn ages<'m>(metas: impl Iterator<Item = &'m Meta>) -> Ages {
    let mut ages = Ages::default();
    for meta in metas {
        let age = ages.entry(meta.object_name()).or_default();
        *age = age.or(meta.created);
    }
    ages
}

/// Gives objects the ages of those of the same name; one that has no namesake is the youngest.
fn date<'m>(metas: impl Iterator<Item = &'m mut Meta>, known: &Ages) {
    for meta in metas.filter(|meta| meta.created.is_none()) {
        meta.created = match known.get(&meta.object_name()) {
            Some(created) => *created,
            None => Some(YOUNGEST),
        };
    }
}

/// Aligns two states of a cluster: an object of both was created once, and what only the later state has is
/// younger than all of the earlier. Timestamps that are given stay.
pub fn align(base: &mut Objects, head: &mut Objects) {
    let of_base = ages(base.every_meta());
    let of_head = ages(head.every_meta());
    date(head.metas_mut(), &of_base);
    let is_of_head = |meta: &&mut Meta| of_head.contains_key(&meta.object_name());
    date(base.metas_mut().filter(is_of_head), &of_head);
}

/// Dates the objects of files that are about to be applied: one that replaces another keeps its age.
pub fn date_additions(objects: &mut Objects, files: &[FileId]) {
    let files: BTreeSet<FileId> = files.iter().copied().collect();
    let is_added = |meta: &Meta| files.contains(&meta.file());
    let known = ages(objects.every_meta().filter(|meta| !is_added(meta)));
    date(objects.metas_mut().filter(|meta| is_added(meta)), &known);
}
