//! Why a value is not what was expected, in words that a manifest's author understands.

use std::fmt::Display;
use std::ops::Deref;

use serde::de::{Expected, Unexpected};

use crate::source::{FileId, Span};

/// A value that is not what was expected. In a box, because every value that is read comes as a result, and all of
/// them would be as large as this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Details>);

/// What an [`Error`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
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
        Details {
            span,
            message: message.into(),
            choice: None,
            placed: true,
        }
        .into()
    }

    /// What it tells.
    pub fn into_details(self) -> Details {
        *self.0
    }

    /// The error at `span`, unless it already has a place, which is then further inside.
    pub(super) fn at(mut self, span: Span) -> Self {
        if !self.0.placed {
            self.0.span = span;
            self.0.placed = true;
        }
        self
    }

    fn of_choice(message: impl Display, found: &str, allowed: &'static [&'static str]) -> Self {
        let choice = Choice {
            found: found.into(),
            allowed,
        };
        let mut error: Self = serde::de::Error::custom(message);
        error.0.choice = Some(choice);
        error
    }
}

impl From<Details> for Error {
    fn from(details: Details) -> Error {
        Error(Box::new(details))
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
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
        Details {
            span: Span::new(FileId(0), 0, 0),
            message: message.to_string(),
            choice: None,
            placed: false,
        }
        .into()
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
        Self::of_choice(message, variant, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::of_choice(format_args!("no key is called `{field}` here"), field, expected)
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
