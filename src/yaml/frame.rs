//! What is known of a collection while it is being built, and of a node once it is complete.

use granit_parser::StructureStyle;

use super::tree::Bounds;
use crate::source::Span;

/// A collection that is still open.
pub(super) struct Frame {
    pub(super) node: u32,
    pub(super) anchor: usize,
    pub(super) style: StructureStyle,
    pub(super) mark: usize,
    pub(super) size: Size,
    /// `None` for a sequence.
    pub(super) awaits: Option<Awaits>,
}

/// What comes next in a mapping.
pub(super) enum Awaits {
    Key,
    Value { text: Bounds, key: Span },
    MergeValue,
}

/// A complete node.
#[derive(Clone, Copy)]
pub(super) struct Built {
    pub(super) node: u32,
    pub(super) size: Size,
}

/// What a walk through a node meets, aliases followed.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) nodes: usize,
    pub(super) depth: usize,
}

impl Size {
    pub(super) const LEAF: Size = Size { nodes: 1, depth: 0 };

    pub(super) fn add(&mut self, child: Size) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.depth = self.depth.max(child.depth + 1);
    }
}
