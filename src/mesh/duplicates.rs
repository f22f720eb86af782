//! The same object twice in one context: the last in path order takes part, as `kubectl apply -f` would
//! leave it, the others do not.

use std::collections::HashMap;

use crate::id::Kind;
use crate::model::{Context, Meta, Object};

/// Two definitions of one object.
#[derive(Debug, Clone, Copy)]
pub struct Duplicate<'o> {
    /// The definition that is overwritten.
    pub overwritten: &'o Meta,
    /// The definition that takes part.
    pub effective: &'o Meta,
}

/// Chooses the objects of a context that take part, kind by kind.
#[derive(Debug)]
pub(super) struct Effective<'o> {
    context: &'o Context,
    duplicates: Vec<Duplicate<'o>>,
}

impl<'o> Effective<'o> {
    pub(super) fn new(context: &'o Context) -> Self {
        Effective {
            context,
            duplicates: Vec::new(),
        }
    }

    /// The objects of one kind (or family) that take part, in path order.
    pub(super) fn of<T>(&mut self, objects: &'o [Object<T>]) -> Vec<&'o Object<T>> {
        let held: Vec<&'o Object<T>> = self.context.of(objects).collect();
        let last: HashMap<Key<'o>, &'o Meta> = held
            .iter()
            .map(|object| (key(&object.meta), &object.meta))
            .collect();
        let mut taking_part = Vec::with_capacity(last.len());
        let mut overwritten = Vec::new();
        for object in held {
            let effective = last[&key(&object.meta)];
            if effective.span == object.meta.span || is_generated(&object.meta) {
                taking_part.push(object);
            } else {
                overwritten.push(Duplicate {
                    overwritten: &object.meta,
                    effective,
                });
            }
        }
        self.duplicates.append(&mut overwritten);
        taking_part
    }

    pub(super) fn into_duplicates(self) -> Vec<Duplicate<'o>> {
        let mut duplicates = self.duplicates;
        duplicates.sort_by_key(|duplicate| duplicate.overwritten.span);
        duplicates
    }
}

type Key<'o> = (Kind, Option<&'o str>, &'o str);

fn key(meta: &Meta) -> Key<'_> {
    (meta.kind, meta.namespace_name(), &meta.name.value)
}

/// Whether the API server completes the name (`generateName`), so that no two are ever the same.
fn is_generated(meta: &Meta) -> bool {
    meta.name.value.ends_with('-')
}
