//! Typed values out of a tree, through serde.
//!
//! An error knows the innermost place where it arose: every value that is read wraps the errors of its
//! children, and the first place that an error gets stays. A null in a mapping counts as no entry at all,
//! as it does for the API server. Recursion is as deep as the tree, which is bounded.

mod error;
mod key;
mod place;
mod variant;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

pub use self::error::{Choice, Details, Error};
use self::key::KeyDeserializer;
use self::place::{Place, StringEntries};
use self::variant::Variant;
use super::tree::{Entries, Entry, Items, Node, Value};
use crate::source::Span;

/// Reads a value out of a node; the key of the value itself is the start of the document.
///
/// # Errors
/// Where the node is not what `T` expects.
pub fn from_node<'t, T: Deserialize<'t>>(node: Node<'t>) -> Result<T, Error> {
    let start = node.tree.span(node.tree.start, node.tree.start);
    T::deserialize(NodeDeserializer { node, key: start })
}

/// A node with the span of its key.
#[derive(Clone, Copy)]
pub(super) struct NodeDeserializer<'t> {
    pub(super) node: Node<'t>,
    pub(super) key: Span,
}

impl<'t> NodeDeserializer<'t> {
    #[inline]
    fn any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.value() {
            Value::Seq => visitor.visit_seq(ItemAccess(self.node.items())),
            Value::Map => visitor.visit_map(EntriesAccess::new(self.node)),
            scalar => visit_scalar(scalar, visitor),
        }
    }

    /// The one entry of a mapping, for an enum whose variants hold something.
    fn variant(self) -> Result<Entry<'t>, Error> {
        let mut entries = self.node.entries();
        match (entries.next(), entries.next()) {
            (Some(entry), None) => Ok(entry),
            _ => Err(Error::custom("expected a mapping with one key")),
        }
    }
}

fn visit_scalar<'t, V: Visitor<'t>>(scalar: Value<'t>, visitor: V) -> Result<V::Value, Error> {
    match scalar {
        Value::Null => visitor.visit_unit(),
        Value::Bool(bool) => visitor.visit_bool(bool),
        Value::Int(int) => visitor.visit_i64(int),
        Value::UInt(uint) => visitor.visit_u64(uint),
        Value::Float(float) => visitor.visit_f64(float),
        Value::Str(text) => visitor.visit_borrowed_str(text),
        Value::Seq => Err(Error::invalid_type(Unexpected::Seq, &visitor)),
        Value::Map => Err(Error::invalid_type(Unexpected::Map, &visitor)),
    }
}

impl<'t> Deserializer<'t> for NodeDeserializer<'t> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        self.any(visitor).map_err(|error| error.at(self.node.span()))
    }

    #[inline]
    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    /// A derived struct would take a sequence for its fields in order. No struct is offered one, not even to
    /// refuse it: what it would make of one need not be compiled.
    #[inline]
    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match self.node.value() {
            Value::Seq => Err(Error::invalid_type(Unexpected::Seq, &visitor)),
            Value::Map => visitor.visit_map(EntriesAccess::new(self.node)),
            scalar => visit_scalar(scalar, visitor),
        };
        result.map_err(|error| error.at(self.node.span()))
    }

    /// A value with its place; nothing else that is read is a tuple struct.
    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = visitor.visit_seq(Place::new(self, self.key, self.node.span()));
        result.map_err(|error| error.at(self.node.span()))
    }

    /// A string map, which has no other way to ask for its entries; nothing else that is read is a unit struct.
    #[inline]
    fn deserialize_unit_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match self.node.value() {
            Value::Map => visitor.visit_seq(StringEntries(self.node.entries())),
            _ => self.any(visitor),
        };
        result.map_err(|error| error.at(self.node.span()))
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor
            .visit_newtype_struct(self)
            .map_err(|error| error.at(self.node.span()))
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match self.node.value() {
            Value::Str(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Map => self
                .variant()
                .and_then(|entry| visitor.visit_enum(Variant(entry))),
            other => Err(Error::custom(format_args!(
                "expected a string, found {}",
                other.describe()
            ))),
        };
        result.map_err(|error| error.at(self.node.span()))
    }

    /// Asks only whether something is there.
    fn deserialize_unit<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf seq tuple map identifier
    }
}

struct ItemAccess<'t>(Items<'t>);

impl<'t> SeqAccess<'t> for ItemAccess<'t> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(node) = self.0.next() else {
            return Ok(None);
        };
        let key = node.span();
        seed.deserialize(NodeDeserializer { node, key }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint().1
    }
}

/// The entries of a mapping that are not null.
struct EntriesAccess<'t> {
    entries: Entries<'t>,
    value: Option<Entry<'t>>,
}

impl<'t> EntriesAccess<'t> {
    #[inline]
    fn new(node: Node<'t>) -> Self {
        Self {
            entries: node.entries(),
            value: None,
        }
    }
}

impl<'t> MapAccess<'t> for EntriesAccess<'t> {
    type Error = Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.value = self.entries.find(|entry| !entry.value.is_null());
        let Some(entry) = self.value else {
            return Ok(None);
        };
        let key = seed.deserialize(KeyDeserializer(entry));
        key.map(Some).map_err(|error| error.at(entry.key_span))
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some(entry) = self.value.take() else {
            return Err(Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(NodeDeserializer {
            node: entry.value,
            key: entry.key_span,
        })
    }

    fn size_hint(&self) -> Option<usize> {
        self.entries.size_hint().1
    }
}
