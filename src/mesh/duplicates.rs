//! The same object twice in one context: the last in path order takes part, as `kubectl apply -f` would
//! leave it, the others do not.

use std::sync::{Mutex, PoisonError};

use super::shared::Shared;
use crate::hash::HashMap;
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
pub(super) struct Effective<'c, 'o> {
    context: &'c Context,
    /// What it shares with other contexts, and the rest of it.
    shared: Option<(&'c Shared<'o>, Context)>,
    /// Kinds are looked through by several threads.
    duplicates: Mutex<Vec<Duplicate<'o>>>,
}

impl<'c, 'o> Effective<'c, 'o> {
    pub(super) fn new(context: &'c Context, shared: Option<&'c Shared<'o>>) -> Self {
        Effective {
            context,
            shared: shared.and_then(|shared| Some((shared, shared.rest_of(context)?))),
            duplicates: Mutex::default(),
        }
    }

    /// The objects of one kind (or family) that take part, in path order.
    pub(super) fn of<T>(&self, objects: &'o [Object<T>]) -> Vec<&'o Object<T>> {
        let shared = self.shared().filter(|_| self.shares(objects));
        let held: Vec<&'o Object<T>> = self.context.of(objects).collect();
        let own: Vec<&'o Object<T>> = match shared {
            Some((_, rest)) => rest.of(objects).collect(),
            None => held.clone(),
        };
        let last: HashMap<Key<'o>, &'o Meta> = own
            .iter()
            .map(|object| (key(&object.meta), &object.meta))
            .collect();
        let mut own = own.into_iter().peekable();
        let mut taking_part = Vec::with_capacity(held.len());
        let mut overwritten = Vec::new();
        for object in held {
            let meta = &object.meta;
            let is_own = own.next_if(|own| std::ptr::eq(*own, object)).is_some();
            let effective = match shared {
                Some((shared, _)) if !is_own => shared.effective(meta),
                _ => last[&key(meta)],
            };
            if effective.span == meta.span || is_generated(meta) {
                taking_part.push(object);
            } else {
                overwritten.push(Duplicate {
                    overwritten: meta,
                    effective,
                });
            }
        }
        if !overwritten.is_empty() {
            let mut duplicates = self.duplicates.lock().unwrap_or_else(PoisonError::into_inner);
            duplicates.append(&mut overwritten);
        }
        taking_part
    }

    /// Whether what the context shares with others of one kind (or family) is the same without the rest of it.
    pub(super) fn shares<T>(&self, objects: &'o [Object<T>]) -> bool {
        self.shared
            .as_ref()
            .is_some_and(|(shared, rest)| !rest.of(objects).any(|object| shared.has(&object.meta)))
    }

    /// What the context shares with others, and the rest of it.
    pub(super) fn shared(&self) -> Option<(&'c Shared<'o>, &Context)> {
        self.shared.as_ref().map(|(shared, rest)| (*shared, rest))
    }

    pub(super) fn into_duplicates(self) -> Vec<Duplicate<'o>> {
        let duplicates = self.duplicates.into_inner();
        let mut duplicates = duplicates.unwrap_or_else(PoisonError::into_inner);
        duplicates.sort_by_key(|duplicate| duplicate.overwritten.span);
        duplicates
    }
}

pub(super) type Key<'o> = (Kind, Option<&'o str>, &'o str);

pub(super) fn key(meta: &Meta) -> Key<'_> {
    (meta.kind, meta.namespace_name(), &meta.name.value)
}

/// Whether the API server completes the name (`generateName`), so that no two are ever the same.
fn is_generated(meta: &Meta) -> bool {
    meta.name.value.ends_with('-')
}
