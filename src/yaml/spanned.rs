//! A value that knows where it stands.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};

use crate::source::{FileId, Span};

/// What other deserializers call what they cannot read.
const NAME: &str = "$peerauth::Spanned";

/// A value with the bytes of its key and of itself. Compares as the value alone.
#[derive(Debug, Clone, Copy)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// The mapping key; of an item of a sequence the item, of a root the start of the document.
    pub key: Span,
    /// The value.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: change(self.value),
            key: self.key,
            span: self.span,
        }
    }

    /// The same place with a reference to the value.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned {
            value: &self.value,
            key: self.key,
            span: self.span,
        }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: PartialOrd> PartialOrd for Spanned<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Spanned<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: Hash> Hash for Spanned<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(NAME, 3, SpannedVisitor(PhantomData))
    }
}

/// In a schema a value is what it would be without its place.
impl<T: schemars::JsonSchema> schemars::JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value of a YAML tree")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Spanned<T>, A::Error> {
        let (key, span) = next_spans(&mut seq)?;
        let value = next(&mut seq)?;
        Ok(Spanned { value, key, span })
    }
}

/// The ends of two spans of a file in one number; [`unpack`] takes them out.
#[inline]
pub(super) fn pack(key: Span, value: Span) -> u128 {
    [key.start, key.end, value.start, value.end]
        .into_iter()
        .fold(0, |ends, end| ends << u32::BITS | u128::from(end))
}

#[inline]
fn unpack(file: FileId, ends: u128) -> (Span, Span) {
    let end = |index: u32| (ends >> (index * u32::BITS)) as u32;
    (Span::new(file, end(3), end(2)), Span::new(file, end(1), end(0)))
}

/// The spans of a key and its value, which are the first parts of a place.
#[inline]
pub(super) fn next_spans<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<(Span, Span), A::Error> {
    let file = FileId(next(seq)?);
    Ok(unpack(file, next(seq)?))
}

/// The next part of a place; one is missing only if another deserializer is at work.
#[inline]
pub(super) fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(seq: &mut A) -> Result<T, A::Error> {
    seq.next_element()?
        .ok_or_else(|| A::Error::custom("expected a value of a YAML tree"))
}
