//! Keys: strings in JSON, and numbers or booleans to whoever asks for them.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserializer, Error as _, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::Error;
use super::place::Place;
use crate::yaml::tree::Entry;

/// A key; numbers and booleans are read out of the string that JSON made of them.
#[derive(Clone, Copy)]
pub(super) struct KeyDeserializer<'t>(pub(super) Entry<'t>);

macro_rules! parse_key {
    ($($method:ident => $visit:ident)*) => {$(
        fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.key.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Error::invalid_value(Unexpected::Str(self.0.key), &visitor)),
            }
        }
    )*};
}

impl<'t> Deserializer<'t> for KeyDeserializer<'t> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0.key)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// A key that knows its place: both spans are the key's.
    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Place::new(self, self.0.key_span, self.0.key_span))
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0.key))
    }

    parse_key! {
        deserialize_bool => visit_bool
        deserialize_i8 => visit_i64 deserialize_i16 => visit_i64
        deserialize_i32 => visit_i64 deserialize_i64 => visit_i64
        deserialize_u8 => visit_u64 deserialize_u16 => visit_u64
        deserialize_u32 => visit_u64 deserialize_u64 => visit_u64
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple struct map identifier ignored_any
    }
}
