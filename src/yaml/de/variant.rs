//! Enums whose variants hold something: a mapping with one key.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::key::KeyDeserializer;
use super::{Error, NodeDeserializer};
use crate::yaml::tree::Entry;

/// The entry whose key names the variant.
pub(super) struct Variant<'t>(pub(super) Entry<'t>);

impl<'t> Variant<'t> {
    fn content(self) -> NodeDeserializer<'t> {
        NodeDeserializer {
            node: self.0.value,
            key: self.0.key_span,
        }
    }
}

impl<'t> EnumAccess<'t> for Variant<'t> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        let variant = seed.deserialize(KeyDeserializer(self.0));
        let variant = variant.map_err(|error| error.at(self.0.key_span))?;
        Ok((variant, self))
    }
}

impl<'t> VariantAccess<'t> for Variant<'t> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'t>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.content())
    }

    fn tuple_variant<V: Visitor<'t>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.content().deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.content().deserialize_struct("", fields, visitor)
    }
}
