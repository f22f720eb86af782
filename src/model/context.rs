//! Target clusters: which of the objects that were read belong together.
//!
//! A repository holds several clusters side by side, and a kustomize base is part of each overlay that
//! includes it, under another name and in another namespace each time. A file is therefore read once, but
//! stands for as many parts as there are ways in which kustomizations use it.

use super::Meta;
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
}

impl Context {
    /// Whether an object belongs to the context.
    pub fn holds(&self, meta: &Meta) -> bool {
        self.parts
            .as_ref()
            .is_none_or(|parts| parts.binary_search(&meta.part()).is_ok())
    }
}
