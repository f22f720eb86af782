//! What is wrong with an object.

use std::fmt::Display;

use crate::finding::{Edit, Fix, Words};
use crate::source::Span;
use crate::yaml::{self, Choice};

/// A value for which the API server refuses its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The value or key that is wrong; of something missing, the key of what it is missing in.
    pub span: Span,
    /// Where that is: `spec.portLevelMtls.8080.mode`.
    pub route: Box<str>,
    /// What was expected and what was found: lower case, no period.
    pub message: String,
    /// The words of which one was expected, if the value is to be one of a few.
    pub choice: Option<Choice>,
    /// A mechanical repair.
    pub fix: Option<Fix>,
}

impl Fault {
    pub(super) fn new(span: Span, route: impl Display, message: impl Into<String>) -> Fault {
        Fault {
            span,
            route: format!("{route}").into(),
            message: message.into(),
            choice: None,
            fix: None,
        }
    }

    /// The repair that puts `text` in the fault's place.
    pub(super) fn replace_by(mut self, title: impl Into<Words>, text: impl Into<String>) -> Fault {
        self.fix = Some(Fix {
            title: title.into(),
            edits: vec![Edit {
                span: self.span,
                text: text.into(),
            }],
        });
        self
    }
}

/// What no schema foresaw: a part of an object that cannot be read.
impl From<yaml::Error> for Fault {
    fn from(error: yaml::Error) -> Fault {
        let yaml::Details {
            span,
            message,
            choice,
            ..
        } = error.into_details();
        let route = message.clone().into();
        Fault {
            span,
            route,
            message,
            choice,
            fix: None,
        }
    }
}

/// A field that the schema lacks. A strict client refuses the object; otherwise the field is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    /// The key.
    pub key: Span,
    /// Its name as written.
    pub name: Box<str>,
    /// Where the mapping stands that it is in: `spec.selector`; empty for the object itself.
    pub parent: Box<str>,
    /// What was probably meant.
    pub suggestion: Option<Suggestion>,
    /// Whether a required field is missing in its place, so that the object is refused in any case.
    pub replaces_required: bool,
    /// Whether it was to select workloads.
    pub is_lost_selector: bool,
}

impl UnknownField {
    /// Where the field stands: `spec.selector.app`.
    pub fn route(&self) -> String {
        if self.parent.is_empty() {
            self.name.to_string()
        } else {
            format!("{}.{}", self.parent, self.name)
        }
    }
}

/// A field that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// A field of the same mapping, with the repair where the value fits it.
    Here(&'static str, Option<Fix>),
    /// The place of the object where a field of that name belongs.
    Elsewhere(Box<str>),
}
