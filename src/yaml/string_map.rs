//! Labels, annotations and selectors: maps of strings as somebody wrote them.
//!
//! The API server refuses a label that YAML makes a boolean or a number, and drops one that is null.
//! Both are mistakes worth a finding, so a map keeps what was written and whether it was a string.

use std::slice;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

use super::spanned::{next, next_spans};
use super::tree::Bounds;
use crate::source::Span;

/// What other deserializers call what they cannot read.
const NAME: &str = "$peerauth::StringMap";

/// A map of strings in source order. Compares as its keys and values alone.
///
/// Every object has several of them: what all entries say is one text.
#[derive(Debug, Clone, Default)]
pub struct StringMap {
    /// Each key with its value behind it.
    text: Box<str>,
    entries: Box<[RawEntry]>,
}

/// A key with its value and their places.
#[derive(Debug, Clone, Copy)]
pub struct StringEntry<'m> {
    /// The key as JSON has it.
    pub key: &'m str,
    /// The value; of a boolean or a number its text as written, of null nothing.
    pub value: &'m str,
    /// The key with its quotes.
    pub key_span: Span,
    /// The value with its quotes.
    pub value_span: Span,
    /// Whether the API server would take the value: false for a boolean or a number.
    pub is_string: bool,
    /// Whether the value is null, which the API server drops.
    pub is_null: bool,
}

/// An entry without what it says, which is in the text of its map.
#[derive(Debug, Clone, Copy)]
struct RawEntry {
    start: u32,
    key_end: u32,
    end: u32,
    key_span: Span,
    value_span: Span,
    is_string: bool,
    is_null: bool,
}

impl PartialEq for StringMap {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |one: StringEntry<'_>, other: StringEntry<'_>| {
            (one.key, one.value, one.is_null) == (other.key, other.value, other.is_null)
        };
        self.len() == other.len() && self.iter().zip(other).all(|(one, other)| is_same(one, other))
    }
}

impl StringMap {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<StringEntry<'_>> {
        let mut entries = self.entries.iter();
        let raw = entries.find(|raw| raw.key().hold(key.as_bytes(), &self.text));
        raw.map(|raw| raw.in_text(&self.text))
    }

    /// Every entry in source order.
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            text: &self.text,
            raw: self.entries.iter(),
        }
    }

    /// The entries that the API server would not take.
    pub fn non_strings(&self) -> impl Iterator<Item = StringEntry<'_>> {
        let refused = self.entries.iter().filter(|raw| !raw.is_string);
        refused.map(|raw| raw.in_text(&self.text))
    }

    /// Adds every entry of `others`, in the place of one with the same key if there is one.
    pub fn set_all(&mut self, others: &StringMap) {
        if others.is_empty() {
            return;
        }
        let mut entries: Vec<StringEntry<'_>> = self.iter().collect();
        for other in others {
            match entries.iter_mut().find(|entry| entry.key == other.key) {
                Some(entry) => *entry = other,
                None => entries.push(other),
            }
        }
        *self = StringMap::of(&entries);
    }

    /// The map without the entries that are null.
    #[must_use]
    pub fn without_nulls(self) -> StringMap {
        if self.iter().any(|entry| entry.is_null) {
            return self.iter().filter(|entry| !entry.is_null).collect();
        }
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

    fn of(entries: &[StringEntry<'_>]) -> StringMap {
        let lengths = entries.iter().map(|entry| entry.key.len() + entry.value.len());
        let mut text = String::with_capacity(lengths.sum());
        let raw = entries.iter().map(|entry| RawEntry::new(entry, &mut text));
        StringMap {
            entries: raw.collect(),
            text: text.into(),
        }
    }
}

impl RawEntry {
    /// The entry, of which `text` gets what it says.
    fn new(entry: &StringEntry<'_>, text: &mut String) -> RawEntry {
        let key = Bounds::append(text, entry.key);
        let value = Bounds::append(text, entry.value);
        RawEntry {
            start: key.start,
            key_end: key.end,
            end: value.end,
            key_span: entry.key_span,
            value_span: entry.value_span,
            is_string: entry.is_string,
            is_null: entry.is_null,
        }
    }

    #[inline]
    fn key(self) -> Bounds {
        Bounds {
            start: self.start,
            end: self.key_end,
        }
    }

    #[inline]
    fn value(self) -> Bounds {
        Bounds {
            start: self.key_end,
            end: self.end,
        }
    }

    #[inline]
    fn in_text(self, text: &str) -> StringEntry<'_> {
        StringEntry {
            key: &text[self.key().range()],
            value: &text[self.value().range()],
            key_span: self.key_span,
            value_span: self.value_span,
            is_string: self.is_string,
            is_null: self.is_null,
        }
    }
}

/// The entries of a [`StringMap`].
#[derive(Debug, Clone)]
pub struct Iter<'m> {
    text: &'m str,
    raw: slice::Iter<'m, RawEntry>,
}

impl<'m> Iterator for Iter<'m> {
    type Item = StringEntry<'m>;

    #[inline]
    fn next(&mut self) -> Option<StringEntry<'m>> {
        self.raw.next().map(|raw| raw.in_text(self.text))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.raw.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'m> IntoIterator for &'m StringMap {
    type Item = StringEntry<'m>;
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'m> FromIterator<StringEntry<'m>> for StringMap {
    fn from_iter<I: IntoIterator<Item = StringEntry<'m>>>(entries: I) -> Self {
        let entries: Vec<StringEntry<'m>> = entries.into_iter().collect();
        StringMap::of(&entries)
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
        let mut entries: Vec<StringEntry<'de>> = Vec::with_capacity(seq.size_hint().unwrap_or(0));
        while let Some(entry) = seq.next_element()? {
            entries.push(entry);
        }
        Ok(StringMap::of(&entries))
    }
}

impl<'de> Deserialize<'de> for StringEntry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(6, EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = StringEntry<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an entry of a mapping")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<StringEntry<'de>, A::Error> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml;

    fn map(text: &str) -> StringMap {
        let document = yaml::split(text.as_bytes()).next().unwrap();
        let tree = yaml::parse(FileId(0), text.as_bytes(), &document).tree.unwrap();
        yaml::from_node(tree.root()).unwrap()
    }

    fn pairs(map: &StringMap) -> Vec<(&str, &str)> {
        map.iter().map(|entry| (entry.key, entry.value)).collect()
    }

    #[test]
    fn others_take_the_place_of_the_same_keys() {
        let mut labels = map("app: cart\ntier: web\nempty: ''\n");
        labels.set_all(&map("tier: back\nteam: shop\n"));
        assert_eq!(
            pairs(&labels),
            [("app", "cart"), ("tier", "back"), ("empty", ""), ("team", "shop")]
        );
        assert_eq!(labels.get("tier"), Some("back"));
        assert_eq!(labels.get("tie"), None);
        labels.set_all(&StringMap::default());
        assert_eq!(labels.len(), 4);
    }

    #[test]
    fn an_entry_knows_what_was_written_and_where() {
        let text = "a: 010\nb:\nc: \"x\"\n";
        let labels = map(text);
        let written = |span: Span| &text[span.start as usize..span.end as usize];
        let entries: Vec<_> = labels
            .iter()
            .map(|entry| {
                (
                    entry.value,
                    written(entry.value_span),
                    entry.is_string,
                    entry.is_null,
                )
            })
            .collect();
        assert_eq!(
            entries,
            [
                ("010", "010", false, false),
                ("", "", true, true),
                ("x", "\"x\"", true, false)
            ]
        );
        assert_eq!(pairs(&labels.without_nulls()), [("a", "010"), ("c", "x")]);
    }
}
