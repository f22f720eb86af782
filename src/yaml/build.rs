//! From the parser's events to a [`Tree`].
//!
//! Everything that go-yaml decides after parsing happens here: what a scalar means, which keys JSON can
//! have, how `<<` merges, which of two equal keys stays. Aliases share the node of their anchor, so what
//! a walk of the tree would meet is counted and bounded while it is built.

use std::collections::HashMap;
use std::mem;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use super::defect::{Defect, DefectKind, Limit};
use super::frame::{Awaits, Built, Frame, Size};
use super::mapping::{self, PendingEntry};
use super::scalar::{self, Resolved, Scalar, Tag};
use super::tree::{Data, RawEntry, RawNode, Tree};
use crate::source::{FileId, Span};

/// What holds other nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    /// Of entries.
    Mapping,
    /// Of items.
    Sequence,
}

/// The key that stands for the entries of its value.
const MERGE: &str = "<<";

/// A scalar that says what is written.
#[derive(Clone, Copy)]
pub(super) struct Written<'t> {
    pub(super) text: &'t str,
    pub(super) style: ScalarStyle,
    /// With its quotes.
    pub(super) span: Span,
}

/// Collects the events of one document after another.
#[derive(Default)]
pub(super) struct Builder {
    tree: Tree,
    defects: Vec<Defect>,
    frames: Vec<Frame>,
    /// Items and entries of the collections that are still open: each frame owns those from its mark on.
    items: Vec<u32>,
    entries: Vec<PendingEntry>,
    anchors: HashMap<usize, Built>,
    /// How many nodes a walk visits again because of aliases.
    repeated: usize,
    root: Option<u32>,
}

impl Builder {
    /// Begins a document of `len` bytes at byte `start` of `file`; of the one before it only the room stays.
    pub(super) fn begin(&mut self, file: FileId, start: u32, len: usize) {
        self.tree.begin(file, start, len);
        self.defects.clear();
        self.frames.clear();
        self.items.clear();
        self.entries.clear();
        self.anchors.clear();
        self.repeated = 0;
        self.root = None;
    }

    /// The tree, if the document had a root, and what is wrong with it although kubectl takes it.
    pub(super) fn finish(&mut self) -> (Option<Tree>, Vec<Defect>) {
        let tree = self.root.map(|root| {
            self.tree.root = root;
            mem::take(&mut self.tree)
        });
        (tree, mem::take(&mut self.defects))
    }

    /// Takes the room of a tree that nobody needs any more.
    pub(super) fn reuse(&mut self, tree: Tree) {
        self.tree = tree;
    }

    /// Whether no node was met yet.
    pub(super) fn is_empty(&self) -> bool {
        self.tree.nodes.is_empty()
    }

    /// Takes one event; `span` is where it stands.
    ///
    /// # Errors
    /// The defect for which kubectl refuses the document, or the limit that it passes.
    pub(super) fn event(&mut self, event: &Event<'_>, span: Span) -> Result<(), Defect> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                // The parser calls nothing at all `~`.
                let text = if span.start == span.end { "" } else { text };
                let tag = tag.as_deref().map(|tag| Tag::new(tag.handle(), tag.suffix()));
                let (scalar, text) =
                    scalar::resolve(text, *style, tag).map_err(|message| Defect::syntax(message, span))?;
                self.scalar(scalar, &text, *anchor, span)
            }
            Event::SequenceStart(style, anchor, _) => self.open(Collection::Sequence, *style, *anchor, span),
            Event::MappingStart(style, anchor, _) => self.open(Collection::Mapping, *style, *anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(*anchor, span),
            _ => Ok(()),
        }
    }

    /// Takes a scalar without anchor or tag that says what is written.
    ///
    /// # Errors
    /// As [`Builder::event`].
    #[inline]
    pub(super) fn text(&mut self, scalar: Written<'_>) -> Result<(), Defect> {
        let Written { text, style, span } = scalar;
        self.scalar(scalar::untagged(text, style), text, 0, span)
    }

    /// Takes a key and its value in a mapping that awaits a key: as [`Builder::text`] of the one and of the other, but
    /// most lines are such.
    ///
    /// # Errors
    /// As [`Builder::event`].
    #[inline]
    pub(super) fn entry(&mut self, key: Written<'_>, value: Written<'_>) -> Result<(), Defect> {
        let resolved = scalar::untagged(key.text, key.style);
        if resolved.value != Scalar::Str || resolved.can_merge && key.text == MERGE {
            self.text(key)?;
            return self.text(value);
        }
        let text = append(&mut self.tree.text, key.text);
        let meaning = scalar::untagged(value.text, value.style).value;
        let built = self.scalar_node(meaning, value.text, value.span)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.size.add(built.size);
        }
        self.push_entry(text, key.span, built.node);
        Ok(())
    }

    #[inline]
    fn push_entry(&mut self, text: Range<u32>, key: Span, value: u32) {
        let entry = RawEntry {
            text,
            start: key.start,
            end: key.end,
            value,
        };
        self.entries.push(PendingEntry { entry, merged: false });
    }

    #[inline]
    fn scalar(&mut self, scalar: Resolved, text: &str, anchor: usize, span: Span) -> Result<(), Defect> {
        if !self.awaits_key() {
            let node = self.scalar_node(scalar.value, text, span)?;
            return self.complete(node, anchor);
        }
        self.key(scalar, text, span)?;
        // An anchor on a key names the key as a value.
        if anchor != 0 {
            let node = self.scalar_node(scalar.value, text, span)?;
            self.anchors.insert(anchor, node);
        }
        Ok(())
    }

    #[inline]
    fn scalar_node(&mut self, scalar: Scalar, text: &str, span: Span) -> Result<Built, Defect> {
        let data = match scalar.through_json() {
            Scalar::Null => Data::Null,
            Scalar::Bool(bool) => Data::Bool(bool),
            Scalar::Int(int) => Data::Int(int),
            Scalar::UInt(uint) => Data::UInt(uint),
            Scalar::Float(float) if float.is_finite() => Data::Float(float),
            Scalar::Float(_) => return Err(Defect::syntax(format!("`{text}` is no number in JSON"), span)),
            Scalar::Str => Data::Str,
        };
        let content = append(&mut self.tree.text, text);
        Ok(self.push(span, data, content, Size::LEAF))
    }

    #[inline]
    fn push(&mut self, span: Span, data: Data, content: Range<u32>, size: Size) -> Built {
        self.tree.nodes.push(RawNode {
            start: span.start,
            end: span.end,
            content,
            data,
        });
        let node = self.tree.nodes.len() as u32 - 1;
        Built { node, size }
    }

    #[inline]
    fn awaits_key(&self) -> bool {
        let frame = self.frames.last();
        frame.is_some_and(|frame| matches!(frame.awaits, Some(Awaits::Key)))
    }

    #[inline]
    fn key(&mut self, scalar: Resolved, text: &str, span: Span) -> Result<(), Defect> {
        let awaits = if scalar.can_merge && text == MERGE {
            Awaits::MergeValue
        } else {
            let key = scalar::key(scalar.value, text).map_err(|message| Defect::syntax(message, span))?;
            let text = append(&mut self.tree.text, &key);
            Awaits::Value { text, key: span }
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.awaits = Some(awaits);
        }
        Ok(())
    }

    /// Takes the start of a collection; an anchor of 0 is none.
    ///
    /// # Errors
    /// As [`Builder::event`].
    #[inline]
    pub(super) fn open(
        &mut self,
        collection: Collection,
        style: StructureStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Defect> {
        if self.awaits_key() {
            return Err(Defect::syntax(
                "a key is a mapping or a sequence; it has to be a string",
                span,
            ));
        }
        self.check_depth(0, span)?;
        let (data, mark, awaits) = match collection {
            Collection::Mapping => (Data::Map, self.entries.len(), Some(Awaits::Key)),
            Collection::Sequence => (Data::Seq, self.items.len(), None),
        };
        let built = self.push(span, data, 0..0, Size::LEAF);
        self.frames.push(Frame {
            node: built.node,
            anchor,
            style,
            mark,
            size: built.size,
            awaits,
        });
        Ok(())
    }

    /// Refuses a node at this place that holds `depth` more levels.
    #[inline]
    fn check_depth(&self, depth: usize, span: Span) -> Result<(), Defect> {
        if self.frames.len() + depth < Limit::MAX_DEPTH {
            return Ok(());
        }
        Err(Defect::oversized(Limit::Depth, span))
    }

    /// Takes the end of the innermost collection.
    ///
    /// # Errors
    /// As [`Builder::event`].
    #[inline]
    pub(super) fn close(&mut self, span: Span) -> Result<(), Defect> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let (content, last) = if frame.awaits.is_some() {
            self.close_mapping(frame.mark)
        } else {
            self.close_sequence(frame.mark)
        };
        let node = &mut self.tree.nodes[frame.node as usize];
        node.content = content;
        // The parser ends a block where the next token starts, which may be lines below.
        node.end = match (frame.style, last) {
            (StructureStyle::Block, Some(end)) => end.max(node.start),
            (StructureStyle::Block, None) => node.start,
            (StructureStyle::Flow, _) => span.end,
        };
        let built = Built {
            node: frame.node,
            size: frame.size,
        };
        self.complete(built, frame.anchor)
    }

    /// Moves the items into the tree; also where the last one ends.
    #[inline]
    fn close_sequence(&mut self, mark: usize) -> (Range<u32>, Option<u32>) {
        let start = self.tree.items.len() as u32;
        self.tree.items.extend_from_slice(&self.items[mark..]);
        self.items.truncate(mark);
        let range = start..self.tree.items.len() as u32;
        let last = self.tree.items[start as usize..].last();
        (range, last.map(|&node| self.tree.nodes[node as usize].end))
    }

    /// Moves the entries into the tree, each key once; also where the last one ends.
    #[inline]
    fn close_mapping(&mut self, mark: usize) -> (Range<u32>, Option<u32>) {
        let pending = &self.entries[mark..];
        let last = pending.iter().rev().find(|pending| !pending.merged);
        let last = last.map(|pending| self.tree.nodes[pending.entry.value as usize].end);
        let start = self.tree.entries.len() as u32;
        let duplicates = mapping::effective(pending, &self.tree.text, &mut self.tree.entries);
        for (first, later) in duplicates {
            self.defects.push(Defect {
                kind: DefectKind::DuplicateKey {
                    key: self.tree.slice(&later.text).to_owned(),
                    first: self.tree.span(first.start, first.end),
                },
                span: self.tree.span(later.start, later.end),
            });
        }
        self.entries.truncate(mark);
        (start..self.tree.entries.len() as u32, last)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Defect> {
        let Some(&target) = self.anchors.get(&anchor) else {
            return Err(Defect::syntax("an anchor contains itself", span));
        };
        self.check_depth(target.size.depth, span)?;
        self.repeated = self.repeated.saturating_add(target.size.nodes);
        if self.repeated > Limit::MAX_REPEATED {
            return Err(Defect::oversized(Limit::Aliases, span));
        }
        if self.awaits_key() {
            return self.alias_key(target, span);
        }
        let node = self.push(span, Data::Alias(target.node), 0..0, target.size);
        self.complete(node, 0)
    }

    fn alias_key(&mut self, target: Built, span: Span) -> Result<(), Defect> {
        let raw = &self.tree.nodes[target.node as usize];
        let value = match raw.data {
            Data::Null => Scalar::Null,
            Data::Bool(bool) => Scalar::Bool(bool),
            Data::Int(int) => Scalar::Int(int),
            Data::UInt(uint) => Scalar::UInt(uint),
            Data::Float(float) => Scalar::Float(float),
            Data::Str => Scalar::Str,
            Data::Seq | Data::Map | Data::Alias(_) => {
                return Err(Defect::syntax(
                    "a key is a mapping or a sequence; it has to be a string",
                    span,
                ));
            }
        };
        let text = self.tree.slice(&raw.content).to_owned();
        let can_merge = false;
        self.key(Resolved { value, can_merge }, &text, span)
    }

    /// Hands a complete node to the collection that it belongs to.
    #[inline]
    fn complete(&mut self, built: Built, anchor: usize) -> Result<(), Defect> {
        if anchor != 0 {
            self.anchors.insert(anchor, built);
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(built.node);
            return Ok(());
        };
        frame.size.add(built.size);
        let Some(awaits) = &mut frame.awaits else {
            self.items.push(built.node);
            return Ok(());
        };
        match mem::replace(awaits, Awaits::Key) {
            Awaits::Value { text, key } => {
                self.push_entry(text, key, built.node);
                Ok(())
            }
            Awaits::MergeValue => self.merge(built.node),
            Awaits::Key => Ok(()),
        }
    }

    fn merge(&mut self, node: u32) -> Result<(), Defect> {
        let RawNode { start, end, .. } = self.tree.nodes[node as usize];
        let span = self.tree.span(start, end);
        mapping::merge(&self.tree, node, &mut self.entries)
            .ok_or_else(|| Defect::syntax("`<<` takes a mapping or a sequence of mappings", span))
    }
}

#[inline]
fn append(text: &mut String, more: &str) -> Range<u32> {
    let start = text.len() as u32;
    text.push_str(more);
    start..text.len() as u32
}
