//! Why a value is not what was expected, in words that a manifest's author understands.

use std::fmt::Display;

use serde::de::{Expected, Unexpected};

use crate::source::{FileId, Span};

/// A value that is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The innermost value or key that is wrong; of a missing field, the mapping.
    pub span: Span,
    /// What was expected and what was found: lower case, no period.
    pub message: String,
    /// The words of which one was expected, if the value is to be one of a set.
    pub choice: Option<Choice>,
    /// Whether `span` is known; serde makes errors that know no place.
    placed: bool,
}

/// A word that is none of those that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What was written.
    pub found: Box<str>,
    /// What may be written.
    pub allowed: &'static [&'static str],
}

impl Error {
    /// An error at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            choice: None,
            placed: true,
        }
    }

    /// The error at `span`, unless it already has a place, which is then further inside.
    pub(super) fn at(self, span: Span) -> Self {
        if self.placed {
            return self;
        }
        Self {
            span,
            placed: true,
            ..self
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self {
            span: Span::new(FileId(0), 0, 0),
            message: message.to_string(),
            choice: None,
            placed: false,
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expectation(expected);
        let is_scalar = matches!(
            found,
            Unexpected::Bool(_) | Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_)
        );
        let repair = if is_scalar && expected == "a string" {
            "; put it in quotes"
        } else {
            ""
        };
        Self::custom(format_args!("expected {expected}, found {}{repair}", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!(
            "expected {}, found {}",
            expectation(expected),
            value(found)
        ))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let message = format_args!("expected {}, found `{variant}`", alternatives(expected));
        Self {
            choice: Some(Choice {
                found: variant.into(),
                allowed: expected,
            }),
            ..Self::custom(message)
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self {
            choice: Some(Choice {
                found: field.into(),
                allowed: expected,
            }),
            ..Self::custom(format_args!("no key is called `{field}` here"))
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("expected the field `{field}`"))
    }
}

/// What serde's own visitors expect, without the names of Rust types.
fn expectation(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    let words = match expected.as_str() {
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "a nonzero u16" => "an integer from 1 to 65535",
        "u32" | "u64" | "usize" => "an integer that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "an integer",
        "f32" | "f64" => "a number",
        "a map" => "a mapping",
        "a borrowed string" => "a string",
        name if name.starts_with("struct ") => "a mapping",
        name if name.starts_with("enum ") || name == "variant identifier" => "a string",
        _ => return expected,
    };
    words.to_owned()
}

fn kind(found: Unexpected<'_>) -> String {
    let words = match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Str(_) | Unexpected::Char(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a sequence",
        Unexpected::Map => "a mapping",
        other => return other.to_string(),
    };
    words.to_owned()
}

fn value(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(bool) => bool.to_string(),
        Unexpected::Unsigned(uint) => uint.to_string(),
        Unexpected::Signed(int) => int.to_string(),
        Unexpected::Float(float) => float.to_string(),
        Unexpected::Str(text) => format!("`{text}`"),
        other => kind(other),
    }
}

fn alternatives(expected: &[&str]) -> String {
    let quoted: Vec<String> = expected.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [names @ .., last] => format!("{} or {last}", names.join(", ")),
    }
}
