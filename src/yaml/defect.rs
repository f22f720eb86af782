//! What can be wrong with a text, without any judgement of how bad that is.

use crate::source::Span;

/// A mistake in the text. Not a finding: rules turn it into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// What is wrong.
    pub kind: DefectKind,
    /// The bytes that are wrong.
    pub span: Span,
}

/// The kinds of mistakes that reading alone can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefectKind {
    /// kubectl refuses the document: one sentence, lower case, no period, no position.
    Syntax(String),
    /// A mapping has a key twice; the span is the later one, which kubectl keeps.
    DuplicateKey {
        /// The key as JSON has it: `8080` and `"8080"` are the same.
        key: String,
        /// The key that is overridden.
        first: Span,
    },
    /// Content that kubectl silently drops because the document ended before it, with a `...`; the span
    /// is the first line of it.
    DroppedDocument,
    /// The document is larger than what is read.
    Oversized(Limit),
}

/// The limits that keep a hostile document from using up time, memory or stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Levels of nested mappings and sequences, aliases followed.
    Depth,
    /// Nodes that aliases repeat.
    Aliases,
    /// Bytes of one document.
    Size,
}

impl Limit {
    /// Levels of nesting; deserializing recurses, and this much fits on any thread's stack.
    pub(super) const MAX_DEPTH: usize = 255;
    /// Repeated nodes; go-yaml gives up at about 400,000.
    pub(super) const MAX_REPEATED: usize = 1_000_000;
    /// Bytes: sixteen times what the API server stores of one object.
    pub(super) const MAX_SIZE: usize = 16 << 20;

    /// The largest value that is read: levels, nodes or bytes.
    pub fn value(self) -> usize {
        match self {
            Limit::Depth => Self::MAX_DEPTH,
            Limit::Aliases => Self::MAX_REPEATED,
            Limit::Size => Self::MAX_SIZE,
        }
    }
}

impl Defect {
    pub(super) fn syntax(message: impl Into<String>, span: Span) -> Self {
        Self {
            kind: DefectKind::Syntax(message.into()),
            span,
        }
    }

    pub(super) fn oversized(limit: Limit, span: Span) -> Self {
        Self {
            kind: DefectKind::Oversized(limit),
            span,
        }
    }
}
