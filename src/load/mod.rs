//! From paths to objects.

use crate::id::Kind;
use crate::model::{Context, Objects};
use crate::source::{FileId, SourceMap, Span};
use crate::yaml;

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts, in path order.
    pub sources: SourceMap,
    /// The objects, in path and text order.
    pub objects: Objects,
    /// The target clusters; one without a name where there is only one.
    pub contexts: Vec<Context>,
    /// Mistakes in the texts, in path and text order.
    pub defects: Vec<yaml::Defect>,
    /// Objects that the API server would refuse.
    pub invalid: Vec<InvalidObject>,
    /// Texts and objects that were not read, and why.
    pub skipped: Vec<Skipped>,
    /// How much was read.
    pub counts: Counts,
}

/// An object that the API server would refuse; it takes no part.
#[derive(Debug, Clone)]
pub struct InvalidObject {
    /// Its kind.
    pub kind: Kind,
    /// `metadata.namespace`, as far as it can be told.
    pub namespace: Option<Box<str>>,
    /// `metadata.name`, as far as it can be told.
    pub name: Option<Box<str>>,
    /// What is wrong, and where.
    pub error: yaml::Error,
}

/// Something that was not read.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// The file.
    pub file: FileId,
    /// The part of it; none for the whole file.
    pub span: Option<Span>,
    /// Why.
    pub reason: SkipReason,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A Helm template: it is no YAML before it is rendered.
    HelmTemplate,
    /// No manifest: neither `apiVersion` nor `kind` is among its keys.
    NotAManifest,
    /// A value that a later tool fills in (`${VAR}`) where a number or a word of the API belongs.
    Unresolved,
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were opened.
    pub files: usize,
    /// Documents in them, empty ones left out.
    pub documents: usize,
    /// Documents of kinds that decide nothing here.
    pub other_kinds: usize,
}
