//! What [`Spanned`](crate::yaml::Spanned) and [`StringMap`](crate::yaml::StringMap) get to read: the places
//! beside the values, as the elements of a sequence.

use serde::de::value::{BoolDeserializer, BorrowedStrDeserializer, U32Deserializer, U128Deserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Error;
use crate::source::Span;
use crate::yaml::spanned::pack;
use crate::yaml::tree::{Entries, Entry, Value};

/// The spans of a key and its value, and the value itself.
pub(super) struct Place<D> {
    spans: Spans,
    value: Option<D>,
}

impl<D> Place<D> {
    #[inline]
    pub(super) fn new(value: D, key: Span, span: Span) -> Self {
        Self {
            spans: Spans::new(key, span),
            value: Some(value),
        }
    }
}

/// The spans of a key and its value as two elements: the file, and all ends in one number. Most of what is read has a
/// place, and what it costs to read one is counted in elements.
struct Spans {
    file: Option<u32>,
    ends: Option<u128>,
}

impl Spans {
    #[inline]
    fn new(key: Span, value: Span) -> Self {
        Self {
            file: Some(key.file.0),
            ends: Some(pack(key, value)),
        }
    }

    /// The next element; the seed comes back when there is none left.
    #[inline]
    fn next<'t, S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Result<S::Value, Error>, S> {
        if let Some(file) = self.file.take() {
            let file: U32Deserializer<Error> = file.into_deserializer();
            return Ok(seed.deserialize(file));
        }
        let Some(ends) = self.ends.take() else {
            return Err(seed);
        };
        let ends: U128Deserializer<Error> = ends.into_deserializer();
        Ok(seed.deserialize(ends))
    }
}

impl<'t, D: Deserializer<'t, Error = Error>> SeqAccess<'t> for Place<D> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let seed = match self.spans.next(seed) {
            Ok(element) => return element.map(Some),
            Err(seed) => seed,
        };
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}

/// The entries of a string map, nulls included.
pub(super) struct StringEntries<'t>(pub(super) Entries<'t>);

impl<'t> SeqAccess<'t> for StringEntries<'t> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let entry = self.0.next();
        entry
            .map(|entry| seed.deserialize(StringEntry(entry)))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint().1
    }
}

struct StringEntry<'t>(Entry<'t>);

impl<'t> Deserializer<'t> for StringEntry<'t> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        let node = self.0.value;
        let (text, is_string, is_null) = match (node.value(), node.source_text()) {
            (Value::Null, _) => ("", true, true),
            (Value::Str(text), _) => (text, true, false),
            (_, Some(text)) => (text, false, false),
            (other, None) => {
                let message = format_args!("expected a string, found {}", other.describe());
                return Err(Error::custom(message).at(node.span()));
            }
        };
        visitor.visit_seq(StringParts {
            spans: Spans::new(self.0.key_span, node.span()),
            texts: [self.0.key, text].into_iter(),
            flags: [is_string, is_null].into_iter(),
        })
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct StringParts<'t> {
    spans: Spans,
    texts: std::array::IntoIter<&'t str, 2>,
    flags: std::array::IntoIter<bool, 2>,
}

impl<'t> SeqAccess<'t> for StringParts<'t> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let seed = match self.spans.next(seed) {
            Ok(element) => return element.map(Some),
            Err(seed) => seed,
        };
        if let Some(text) = self.texts.next() {
            return seed.deserialize(BorrowedStrDeserializer::new(text)).map(Some);
        }
        let flag: Option<BoolDeserializer<Error>> = self.flags.next().map(bool::into_deserializer);
        flag.map(|flag| seed.deserialize(flag)).transpose()
    }
}
