//! One document as a tree that remembers where everything stands.
//!
//! A tree is three flat vectors and one string: nodes point at their content and their text by index,
//! so that a manifest of a thousand lines costs a handful of allocations. Merge keys are applied and
//! duplicates are gone when a tree exists; an alias is a node of its own (its span is the `*name`) that
//! answers with the content of its anchor.

use std::ops::Range;

use crate::source::{FileId, Span};

/// A parsed document.
#[derive(Debug, Default)]
pub struct Tree {
    pub(super) file: FileId,
    pub(super) root: u32,
    /// The first byte of the document, where a root says that its key is.
    pub(super) start: u32,
    pub(super) nodes: Vec<RawNode>,
    pub(super) entries: Vec<RawEntry>,
    pub(super) items: Vec<u32>,
    /// The text of every scalar and key, and in plain style also what stands between them.
    pub(super) text: String,
}

/// Where something stands in one of the vectors of a tree, or in its text.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Bounds {
    /// Adds `more` to a text; the result is where it stands.
    #[inline]
    pub(super) fn append(text: &mut String, more: &str) -> Bounds {
        let start = text.len() as u32;
        text.push_str(more);
        let end = text.len() as u32;
        Bounds { start, end }
    }

    #[inline]
    fn len(self) -> usize {
        self.range().len()
    }

    #[inline]
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether that is what stands there in a text.
    #[inline]
    pub(super) fn hold(self, wanted: &[u8], text: &str) -> bool {
        // Few are as long, and to see that costs less than to look at what they say.
        self.len() == wanted.len() && &text.as_bytes()[self.range()] == wanted
    }
}

/// Where a node stands and what it is; `content` is a range of `text`, `items` or `entries`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RawNode {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) content: Bounds,
    pub(super) data: Data,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Str,
    Seq,
    Map,
    Alias(u32),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RawEntry {
    pub(super) text: Bounds,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) value: u32,
}

impl RawEntry {
    /// The bytes of the key, of which `text` is that of the tree.
    #[inline]
    pub(super) fn key<'t>(&self, text: &'t str) -> &'t [u8] {
        &text.as_bytes()[self.text.range()]
    }

    /// Whether that is the key.
    #[inline]
    pub(super) fn has_key(&self, key: &[u8], text: &str) -> bool {
        self.text.hold(key, text)
    }
}

impl Tree {
    /// Becomes the tree of a document of `len` bytes at byte `start` of `file`, of which nothing is known yet.
    pub(super) fn begin(&mut self, file: FileId, start: u32, len: usize) {
        (self.file, self.start, self.root) = (file, start, 0);
        self.nodes.clear();
        self.entries.clear();
        self.items.clear();
        self.text.clear();
        // Manifests have about one node a line, and lines of some 20 bytes; a vector that grows is copied.
        let lines = len / 16;
        make_room(&mut self.nodes, lines);
        make_room(&mut self.entries, lines);
        if self.text.capacity() < len {
            self.text = String::with_capacity(len);
        }
    }

    /// The whole document.
    #[inline]
    pub fn root(&self) -> Node<'_> {
        Node {
            tree: self,
            index: self.root,
        }
    }

    /// The tree with everything at `span`: of a text within a text, whose own places are not those of the
    /// file.
    #[must_use]
    pub fn pinned(mut self, span: Span) -> Tree {
        self.file = span.file;
        self.start = span.start;
        for node in &mut self.nodes {
            (node.start, node.end) = (span.start, span.end);
        }
        for entry in &mut self.entries {
            (entry.start, entry.end) = (span.start, span.end);
        }
        self
    }

    #[inline]
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    #[inline]
    pub(super) fn slice(&self, bounds: Bounds) -> &str {
        &self.text[bounds.range()]
    }
}

/// Makes room for so many in an empty vector, which would copy what it held before if it just grew.
fn make_room<T>(vec: &mut Vec<T>, len: usize) {
    if vec.capacity() < len {
        *vec = Vec::with_capacity(len);
    }
}

/// A value of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    index: u32,
}

/// What a value is, as the API server would get it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'t> {
    /// `null`, `~` or nothing at all.
    Null,
    /// Also what YAML 1.1 takes for one, such as `yes` or `off`.
    Bool(bool),
    /// A number without a fraction, also when written `1.0` or `1e3`.
    Int(i64),
    /// A number that only fits without a sign.
    UInt(u64),
    /// A number with a fraction, or one beyond 64 bits; always finite.
    Float(f64),
    /// Text, unescaped.
    Str(&'t str),
    /// A sequence: see [`Node::items`].
    Seq,
    /// A mapping: see [`Node::entries`].
    Map,
}

impl Value<'_> {
    /// What people call such a value, with its article.
    pub fn describe(self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
            Value::Str(_) => "a string",
            Value::Seq => "a sequence",
            Value::Map => "a mapping",
        }
    }
}

/// A key with its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key as JSON has it: `8080:` is `"8080"`, `yes:` is `"true"`.
    pub key: &'t str,
    /// The bytes of the key, with its quotes; of a merged entry, where the anchor has it.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
}

impl<'t> Entry<'t> {
    #[inline]
    fn new(tree: &'t Tree, raw: &RawEntry) -> Entry<'t> {
        Entry {
            key: tree.slice(raw.text),
            key_span: tree.span(raw.start, raw.end),
            value: Node {
                tree,
                index: raw.value,
            },
        }
    }
}

impl<'t> Node<'t> {
    /// The bytes of the value; of an empty one, the empty span after the colon or dash.
    #[inline]
    pub fn span(self) -> Span {
        let raw = self.raw();
        self.tree.span(raw.start, raw.end)
    }

    /// What the value is; an alias is what its anchor is.
    #[inline]
    pub fn value(self) -> Value<'t> {
        let content = self.content();
        match content.data {
            Data::Null => Value::Null,
            Data::Bool(bool) => Value::Bool(bool),
            Data::Int(int) => Value::Int(int),
            Data::UInt(uint) => Value::UInt(uint),
            Data::Float(float) => Value::Float(float),
            Data::Str => Value::Str(self.tree.slice(content.content)),
            Data::Seq => Value::Seq,
            Data::Map | Data::Alias(_) => Value::Map,
        }
    }

    /// Whether the value is null, which in a mapping counts as no entry at all.
    #[inline]
    pub fn is_null(self) -> bool {
        matches!(self.content().data, Data::Null)
    }

    /// The text of a scalar as written, without quotes and escapes: `yes`, `010`, `1.10`.
    pub fn source_text(self) -> Option<&'t str> {
        let content = self.content();
        let scalar = !matches!(content.data, Data::Seq | Data::Map | Data::Alias(_));
        scalar.then(|| self.tree.slice(content.content))
    }

    /// The text, if the value is a string.
    pub fn as_str(self) -> Option<&'t str> {
        match self.value() {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The entry with this key, if the value is a mapping that has it.
    #[inline]
    pub fn get(self, key: &str) -> Option<Entry<'t>> {
        let mut entries = self.raw_entries().iter();
        let raw = entries.find(|raw| raw.has_key(key.as_bytes(), &self.tree.text))?;
        Some(Entry::new(self.tree, raw))
    }

    /// The entries of a mapping in source order, each key once; of anything else, none.
    #[inline]
    pub fn entries(self) -> Entries<'t> {
        Entries {
            tree: self.tree,
            raw: self.raw_entries().iter(),
        }
    }

    #[inline]
    fn raw_entries(self) -> &'t [RawEntry] {
        let content = self.content();
        match content.data {
            Data::Map => &self.tree.entries[content.content.range()],
            _ => &[],
        }
    }

    /// The items of a sequence; of anything else, none.
    pub fn items(self) -> Items<'t> {
        let content = self.content();
        let raw = match content.data {
            Data::Seq => &self.tree.items[content.content.range()],
            _ => &[],
        };
        Items {
            tree: self.tree,
            raw: raw.iter(),
        }
    }

    #[inline]
    fn raw(self) -> &'t RawNode {
        &self.tree.nodes[self.index as usize]
    }

    /// The node itself, or what its alias stands for; an alias never stands for an alias.
    #[inline]
    fn content(self) -> &'t RawNode {
        match self.raw().data {
            Data::Alias(target) => &self.tree.nodes[target as usize],
            _ => self.raw(),
        }
    }
}

/// The entries of a mapping.
#[derive(Debug, Clone)]
pub struct Entries<'t> {
    tree: &'t Tree,
    raw: std::slice::Iter<'t, RawEntry>,
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'t>> {
        self.raw.next().map(|raw| Entry::new(self.tree, raw))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.raw.size_hint()
    }
}

/// The items of a sequence.
#[derive(Debug, Clone)]
pub struct Items<'t> {
    tree: &'t Tree,
    raw: std::slice::Iter<'t, u32>,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    #[inline]
    fn next(&mut self) -> Option<Node<'t>> {
        let index = *self.raw.next()?;
        Some(Node {
            tree: self.tree,
            index,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.raw.size_hint()
    }
}

/// Trees are equal that say the same at the same places; where their text keeps it is their own business.
#[cfg(test)]
impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        let nodes = |tree: &Tree| -> Vec<(u32, u32, Data, Result<String, Bounds>)> {
            let said = |node: &RawNode| match node.data {
                Data::Seq | Data::Map | Data::Alias(_) => Err(node.content),
                _ => Ok(tree.slice(node.content).to_owned()),
            };
            let nodes = tree.nodes.iter();
            nodes
                .map(|node| (node.start, node.end, node.data, said(node)))
                .collect()
        };
        let entries = |tree: &Tree| -> Vec<(u32, u32, u32, String)> {
            let key = |entry: &RawEntry| tree.slice(entry.text).to_owned();
            let entries = tree.entries.iter();
            entries
                .map(|entry| (entry.start, entry.end, entry.value, key(entry)))
                .collect()
        };
        (self.file, self.start, self.root, &self.items) == (other.file, other.start, other.root, &other.items)
            && nodes(self) == nodes(other)
            && entries(self) == entries(other)
    }
}
