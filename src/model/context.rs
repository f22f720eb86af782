//! Target clusters: which of the objects that were read belong together.
//!
//! A repository holds several clusters side by side, and a kustomize base is part of each overlay that
//! includes it, under another name and in another namespace each time. A file is therefore read once, but
//! stands for as many parts as there are ways in which kustomizations use it.

use std::collections::BTreeSet;

use super::{Meta, Object, Objects};
use crate::hash::HashSet;
use crate::id::ObjectName;
use crate::source::FileId;

/// A way in which kustomizations change what they include; 0 is the objects as they are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant(pub u32);

/// The objects of a file, as one variant has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// The file.
    pub file: FileId,
    /// What kustomizations make of it.
    pub variant: Variant,
}

/// One target cluster: which of the objects are its own.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Its name; `None` where there is only one.
    pub name: Option<Box<str>>,
    /// The parts that belong to it, sorted; `None` means all.
    pub parts: Option<Vec<Part>>,
    /// The parts, sorted, that something changes which only kustomize itself can apply: nothing is
    /// concluded from them.
    pub unrendered: Vec<Part>,
    /// Files of its own whose objects take no part: what is only thought of, and not yet assumed.
    pub hidden: BTreeSet<FileId>,
    /// Objects that take no part: what is assumed to be gone.
    pub removed: BTreeSet<ObjectPlace>,
}

/// One object among all that were read: the part that it is of, and which object of its file it is.
pub type ObjectPlace = (Part, u32);

/// A hypothetical change of a cluster. What it adds was read as further text; nothing is read or indexed again
/// for the cluster as it is.
///
/// ```text
/// let change = Hypothesis::adding(&objects, &context, [file]);
/// let before = Mesh::new(&objects, &context.before(&change), settings.clone());
/// let after = Mesh::new(&objects, &context.with(&change), settings);
/// ```
///
/// Changes follow each other: `context.before(&one).before(&two)` has neither, `.with(&one)` on it the first
/// alone, `.with(&one).with(&two)` both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hypothesis {
    /// Files whose objects come.
    pub adds: Vec<FileId>,
    /// The parts of these files.
    pub parts: Vec<Part>,
    /// Objects that go.
    pub removes: Vec<ObjectPlace>,
}

impl Hypothesis {
    /// The change that applies these files to a cluster: an object of the same kind, namespace and name is
    /// replaced as a whole, as `kubectl apply` would leave it.
    pub fn adding(
        objects: &Objects,
        context: &Context,
        files: impl IntoIterator<Item = FileId>,
    ) -> Hypothesis {
        let adds: BTreeSet<FileId> = files.into_iter().collect();
        let is_new = |meta: &Meta| adds.contains(&meta.file());
        let added = || objects.every_meta().filter(|meta| is_new(meta));
        let new: HashSet<ObjectName> = added().map(Meta::object_name).collect();
        let parts: BTreeSet<Part> = added().map(Meta::part).collect();
        let replaced = objects
            .every_meta()
            .filter(|meta| !is_new(meta) && context.holds(meta) && new.contains(&meta.object_name()));
        Hypothesis {
            removes: replaced.map(Meta::place).collect(),
            adds: adds.into_iter().collect(),
            parts: parts.into_iter().collect(),
        }
    }
}

impl Context {
    /// Whether an object belongs to the context.
    pub fn holds(&self, meta: &Meta) -> bool {
        self.parts
            .as_ref()
            .is_none_or(|parts| parts.binary_search(&meta.part()).is_ok())
            && !self.hidden.contains(&meta.file())
            && !self.removed.contains(&meta.place())
    }

    /// The objects of one kind that belong to the context, in order.
    pub fn of<'c, 'o: 'c, T>(
        &'c self,
        objects: &'o [Object<T>],
    ) -> impl Iterator<Item = &'o Object<T>> + use<'c, 'o, T> {
        let parts = self.parts.as_deref();
        let whole = parts.is_none().then_some(objects).into_iter().flatten();
        let of_parts = parts.map(|parts| of_parts(objects, parts)).into_iter().flatten();
        let is_read = self.hidden.is_empty() && self.removed.is_empty();
        whole
            .chain(of_parts)
            .filter(move |object| is_read || self.holds(&object.meta))
    }

    /// The cluster before a change: nothing of what it adds takes part.
    #[must_use]
    pub fn before(&self, change: &Hypothesis) -> Context {
        let mut before = self.clone();
        before.hidden.extend(&change.adds);
        before
    }

    /// The cluster after a change.
    #[must_use]
    pub fn with(&self, change: &Hypothesis) -> Context {
        let mut after = self.clone();
        for file in &change.adds {
            after.hidden.remove(file);
        }
        if let Some(parts) = &mut after.parts {
            parts.extend(&change.parts);
            parts.sort_unstable();
            parts.dedup();
        }
        after.removed.extend(&change.removes);
        after
    }
}

/// The objects of some sorted parts. Objects stand in the order of their files, so each of the two is searched for what
/// comes next in the other: little of a large tree is found without a look at all of it, and so is a rare kind.
fn of_parts<'o, T>(mut objects: &'o [Object<T>], mut parts: &[Part]) -> impl Iterator<Item = &'o Object<T>> {
    debug_assert!(objects.is_sorted_by_key(|object| object.meta.file()));
    std::iter::from_fn(move || {
        loop {
            let (object, behind) = objects.split_first()?;
            let part = object.meta.part();
            parts = from(parts, |own| own.file >= part.file);
            let next = parts.first()?;
            if next.file > part.file {
                objects = from(behind, |object| object.meta.file() >= next.file);
                continue;
            }
            objects = behind;
            let mut of_file = parts.iter().take_while(|own| own.file == part.file);
            if of_file.any(|own| *own == part) {
                return Some(object);
            }
        }
    })
}

/// What is left of sorted things from the first on that is far enough. The nearer that is, the sooner it is found.
fn from<T>(things: &[T], is_far_enough: impl Fn(&T) -> bool) -> &[T] {
    let mut reach = 1;
    while things.get(reach - 1).is_some_and(|thing| !is_far_enough(thing)) {
        reach *= 2;
    }
    let near = &things[..reach.min(things.len())];
    &things[near.partition_point(|thing| !is_far_enough(thing))..]
}
