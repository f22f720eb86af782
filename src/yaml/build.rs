//! From the parser's events to a [`Tree`].
//!
//! Everything that go-yaml decides after parsing happens here: what a scalar means, which keys JSON can
//! have, how `<<` merges, which of two equal keys stays. Aliases share the node of their anchor, so what
//! a walk of the tree would meet is counted and bounded while it is built.

use std::mem;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use super::defect::{Defect, DefectKind, Limit};
use super::frame::{Awaits, Built, Frame, Size};
use super::mapping;
use super::scalar::{self, Resolved, Scalar, Tag};
use super::tree::{Bounds, Data, RawEntry, RawNode, Tree};
use crate::hash::HashMap;
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
pub(super) struct Written {
    /// What it says, in the text of the tree.
    pub(super) text: Bounds,
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
    entries: Vec<RawEntry>,
    /// Which of these entries `<<` brought there, in order.
    merged: Vec<usize>,
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
        self.merged.clear();
        self.anchors.clear();
        self.repeated = 0;
        self.root = None;
    }

    /// As [`Builder::begin`], of a document most of which says what is written: its scalars need not be copied one by one.
    pub(super) fn begin_written(&mut self, file: FileId, start: u32, text: &str) {
        self.begin(file, start, text.len());
        self.tree.text.push_str(text);
    }

    /// The text of the tree; what is added behind it is there to be said by scalars.
    pub(super) fn text_mut(&mut self) -> &mut String {
        &mut self.tree.text
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
                let text = Bounds::append(&mut self.tree.text, &text);
                self.scalar(scalar, text, *anchor, span)
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
    pub(super) fn text(&mut self, scalar: Written) -> Result<(), Defect> {
        let Written { text, span, .. } = scalar;
        if self.is_surely_string(scalar)
            && let Some(frame) = self.frames.last_mut()
            && let Some(awaits @ Awaits::Key) = &mut frame.awaits
        {
            *awaits = Awaits::Value { text, key: span };
            return Ok(());
        }
        self.scalar(self.meaning(scalar), text, 0, span)
    }

    fn meaning(&self, scalar: Written) -> Resolved {
        scalar::untagged(self.tree.slice(scalar.text), scalar.style)
    }

    /// Whether a scalar is a string as nearly all are, be it a key or a value.
    #[inline]
    fn is_surely_string(&self, scalar: Written) -> bool {
        let text = &self.tree.text.as_bytes()[scalar.text.range()];
        scalar.style != ScalarStyle::Plain || scalar::is_surely_string(text)
    }

    /// Takes a key and its value in a mapping that awaits a key: as [`Builder::text`] of the one and of the other, but
    /// most lines are such.
    ///
    /// # Errors
    /// As [`Builder::event`].
    #[inline]
    pub(super) fn entry(&mut self, key: Written, value: Written) -> Result<(), Defect> {
        if !self.is_surely_string(key) {
            self.text(key)?;
            return self.text(value);
        }
        let built = if self.is_surely_string(value) {
            self.push(value.span, Data::Str, value.text, Size::LEAF)
        } else {
            let meaning = self.meaning(value).value;
            self.scalar_node(meaning, value.text, value.span)?
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.size.add(built.size);
        }
        self.push_entry(key.text, key.span, built.node);
        Ok(())
    }

    /// Whether a key stands for the entries of its value.
    #[inline]
    fn can_merge(&self, scalar: Resolved, text: Bounds) -> bool {
        scalar.can_merge && self.tree.slice(text) == MERGE
    }

    #[inline]
    fn push_entry(&mut self, text: Bounds, key: Span, value: u32) {
        self.entries.push(RawEntry {
            text,
            start: key.start,
            end: key.end,
            value,
        });
    }

    #[inline]
    fn scalar(&mut self, scalar: Resolved, text: Bounds, anchor: usize, span: Span) -> Result<(), Defect> {
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
    fn scalar_node(&mut self, scalar: Scalar, text: Bounds, span: Span) -> Result<Built, Defect> {
        let data = match scalar.through_json() {
            Scalar::Null => Data::Null,
            Scalar::Bool(bool) => Data::Bool(bool),
            Scalar::Int(int) => Data::Int(int),
            Scalar::UInt(uint) => Data::UInt(uint),
            Scalar::Float(float) if float.is_finite() => Data::Float(float),
            Scalar::Float(_) => {
                let text = self.tree.slice(text);
                return Err(Defect::syntax(format!("`{text}` is no number in JSON"), span));
            }
            Scalar::Str => Data::Str,
        };
        Ok(self.push(span, data, text, Size::LEAF))
    }

    #[inline]
    fn push(&mut self, span: Span, data: Data, content: Bounds, size: Size) -> Built {
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
    fn key(&mut self, scalar: Resolved, text: Bounds, span: Span) -> Result<(), Defect> {
        let awaits = if self.can_merge(scalar, text) {
            Awaits::MergeValue
        } else {
            let key = scalar::key(scalar.value, self.tree.slice(text));
            let text = match key.map_err(|message| Defect::syntax(message, span))? {
                Some(key) => Bounds::append(&mut self.tree.text, &key),
                None => text,
            };
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
        let built = self.push(span, data, Bounds::default(), Size::LEAF);
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
    fn close_sequence(&mut self, mark: usize) -> (Bounds, Option<u32>) {
        let items = &self.items[mark..];
        let last = items.last().map(|&node| self.tree.nodes[node as usize].end);
        let start = self.tree.items.len() as u32;
        self.tree.items.extend_from_slice(items);
        let end = self.tree.items.len() as u32;
        self.items.truncate(mark);
        (Bounds { start, end }, last)
    }

    /// Moves the entries into the tree, each key once; also where the last one ends.
    #[inline]
    fn close_mapping(&mut self, mark: usize) -> (Bounds, Option<u32>) {
        let start = self.tree.entries.len() as u32;
        let pending = &self.entries[mark..];
        let last = if self.merged.is_empty() && mapping::is_small_without_duplicates(pending, &self.tree.text)
        {
            self.tree.entries.extend_from_slice(pending);
            pending.last().map(|entry| entry.value)
        } else {
            self.keep_effective(mark)
        };
        let last = last.map(|node| self.tree.nodes[node as usize].end);
        self.entries.truncate(mark);
        let end = self.tree.entries.len() as u32;
        (Bounds { start, end }, last)
    }

    /// Moves what is left of the entries from `mark` on into the tree; the value of the last one that is written there.
    fn keep_effective(&mut self, mark: usize) -> Option<u32> {
        let pending = &self.entries[mark..];
        let is_merged = |index: usize| self.merged.binary_search(&(mark + index)).is_ok();
        let last = (0..pending.len()).rev().find(|&index| !is_merged(index));
        let duplicates = mapping::effective(pending, is_merged, &self.tree.text, &mut self.tree.entries);
        for (first, later) in duplicates {
            self.defects.push(Defect {
                kind: DefectKind::DuplicateKey {
                    key: self.tree.slice(later.text).to_owned(),
                    first: self.tree.span(first.start, first.end),
                },
                span: self.tree.span(later.start, later.end),
            });
        }
        while self.merged.pop_if(|merged| *merged >= mark).is_some() {}
        last.map(|index| self.entries[mark + index].value)
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
        let node = self.push(span, Data::Alias(target.node), Bounds::default(), target.size);
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
        let can_merge = false;
        self.key(Resolved { value, can_merge }, raw.content, span)
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
        let before = self.entries.len();
        mapping::merge(&self.tree, node, &mut self.entries)
            .ok_or_else(|| Defect::syntax("`<<` takes a mapping or a sequence of mappings", span))?;
        self.merged.extend(before..self.entries.len());
        Ok(())
    }
}
