//! What [`Spanned`](crate::yaml::Spanned) and [`StringMap`](crate::yaml::StringMap) get to read: the places
//! beside the values, as the elements of a sequence.

use serde::de::value::{BoolDeserializer, BorrowedStrDeserializer, U32Deserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Error;
use crate::source::Span;
use crate::yaml::tree::{Entries, Entry, Value};

/// The file, the ends of both spans, and the value itself.
pub(super) struct Place<D> {
    offsets: std::array::IntoIter<u32, 5>,
    value: Option<D>,
}

impl<D> Place<D> {
    #[inline]
    pub(super) fn new(value: D, key: Span, span: Span) -> Self {
        Self {
            offsets: offsets(key, span),
            value: Some(value),
        }
    }
}

fn offsets(key: Span, value: Span) -> std::array::IntoIter<u32, 5> {
    [key.file.0, key.start, key.end, value.start, value.end].into_iter()
}

fn number(number: u32) -> U32Deserializer<Error> {
    number.into_deserializer()
}

impl<'t, D: Deserializer<'t, Error = Error>> SeqAccess<'t> for Place<D> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if let Some(offset) = self.offsets.next() {
            return seed.deserialize(number(offset)).map(Some);
        }
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
            offsets: offsets(self.0.key_span, node.span()),
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
    offsets: std::array::IntoIter<u32, 5>,
    texts: std::array::IntoIter<&'t str, 2>,
    flags: std::array::IntoIter<bool, 2>,
}

impl<'t> SeqAccess<'t> for StringParts<'t> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if let Some(offset) = self.offsets.next() {
            return seed.deserialize(number(offset)).map(Some);
        }
        if let Some(text) = self.texts.next() {
            return seed.deserialize(BorrowedStrDeserializer::new(text)).map(Some);
        }
        let flag: Option<BoolDeserializer<Error>> = self.flags.next().map(bool::into_deserializer);
        flag.map(|flag| seed.deserialize(flag)).transpose()
    }
}
