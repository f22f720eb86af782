//! Labels, annotations and selectors: maps of strings as somebody wrote them.
//!
//! The API server refuses a label that YAML makes a boolean or a number, and drops one that is null.
//! Both are mistakes worth a finding, so a map keeps what was written and whether it was a string.

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

use super::spanned::{next, next_spans};
use crate::source::Span;

/// What other deserializers call what they cannot read.
const NAME: &str = "$peerauth::StringMap";

/// A map of strings in source order. Compares as its keys and values alone.
#[derive(Debug, Clone, Default)]
pub struct StringMap {
    entries: Vec<StringEntry>,
}

/// A key with its value and their places.
#[derive(Debug, Clone)]
pub struct StringEntry {
    /// The key as JSON has it.
    pub key: Box<str>,
    /// The value; of a boolean or a number its text as written, of null nothing.
    pub value: Box<str>,
    /// The key with its quotes.
    pub key_span: Span,
    /// The value with its quotes.
    pub value_span: Span,
    /// Whether the API server would take the value: false for a boolean or a number.
    pub is_string: bool,
    /// Whether the value is null, which the API server drops.
    pub is_null: bool,
}

impl PartialEq for StringMap {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |one: &StringEntry, other: &StringEntry| {
            (&one.key, &one.value, one.is_null) == (&other.key, &other.value, other.is_null)
        };
        self.len() == other.len() && self.iter().zip(other).all(|(one, other)| is_same(one, other))
    }
}

impl StringMap {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(|entry| &*entry.value)
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&StringEntry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }

    /// Every entry in source order.
    pub fn iter(&self) -> std::slice::Iter<'_, StringEntry> {
        self.entries.iter()
    }

    /// Adds every entry of `others`, in the place of one with the same key if there is one.
    pub fn set_all(&mut self, others: &StringMap) {
        for other in others {
            match self.entries.iter_mut().find(|entry| entry.key == other.key) {
                Some(entry) => entry.clone_from(other),
                None => self.entries.push(other.clone()),
            }
        }
    }

    /// The map without the entries that are null.
    #[must_use]
    pub fn without_nulls(mut self) -> StringMap {
        self.entries.retain(|entry| !entry.is_null);
        self
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a> IntoIterator for &'a StringMap {
    type Item = &'a StringEntry;
    type IntoIter = std::slice::Iter<'a, StringEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<StringEntry> for StringMap {
    fn from_iter<I: IntoIterator<Item = StringEntry>>(entries: I) -> Self {
        StringMap {
            entries: entries.into_iter().collect(),
        }
    }
}

impl<'de> Deserialize<'de> for StringMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_unit_struct(NAME, MapVisitor)
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = StringMap;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a mapping")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<StringMap, A::Error> {
        let mut entries = Vec::with_capacity(seq.size_hint().unwrap_or(0));
        while let Some(entry) = seq.next_element()? {
            entries.push(entry);
        }
        Ok(StringMap { entries })
    }
}

impl<'de> Deserialize<'de> for StringEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(6, EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = StringEntry;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an entry of a mapping")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<StringEntry, A::Error> {
        let (key_span, value_span) = next_spans(&mut seq)?;
        Ok(StringEntry {
            key_span,
            value_span,
            key: next(&mut seq)?,
            value: next(&mut seq)?,
            is_string: next(&mut seq)?,
            is_null: next(&mut seq)?,
        })
    }
}
