//! What a rule is, and how one is declared.
//!
//! A rule is a unit struct: its doc comment is its documentation, word for word, and the attributes in its
//! braces are what reports and the configuration need to know of it. That keeps everything about a rule in
//! one file, so that none of its parts can be forgotten.

use super::Facts;
use crate::finding::{Finding, Severity};
use crate::id::RuleId;
use crate::source::Span;

/// One pattern that is worth a finding. Stateless and infallible: it is asked once per context and may be
/// asked from any thread.
pub trait Rule: Declared + Sync {
    /// Adds a finding for every place where the pattern stands.
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>);
}

/// What `declare_rule!` implements.
pub trait Declared {
    /// Everything about the rule but its code.
    fn metadata(&self) -> &'static Metadata;

    /// The permanent name.
    fn id(&self) -> RuleId {
        self.metadata().id
    }

    /// A finding of this rule at its default severity. Names from manifests may be of any length and hold
    /// line breaks; the message is cut to the form that messages have.
    fn finding(&self, at: Span, message: impl Into<String>) -> Finding
    where
        Self: Sized,
    {
        let Metadata { id, severity, .. } = *self.metadata();
        Finding::new(id, severity, at, one_line(message.into()))
    }
}

/// The most characters that a message may have.
const MAX_MESSAGE: usize = 160;

fn one_line(message: String) -> String {
    let is_short = message.len() <= MAX_MESSAGE || message.chars().count() <= MAX_MESSAGE;
    if is_short && !message.contains(['\n', '\r']) {
        return message;
    }
    let mut cut: String = message.replace(['\n', '\r'], " ");
    if !is_short {
        cut = cut.chars().take(MAX_MESSAGE - 1).collect();
        cut.push('…');
    }
    cut
}

/// Everything about a rule but its code.
#[derive(Debug)]
pub struct Metadata {
    /// The permanent name.
    pub id: RuleId,
    /// What it is about.
    pub family: Family,
    /// The severity of its usual findings; some of them may be milder.
    pub severity: Severity,
    /// What becomes of traffic where it fires.
    pub effect: Effect,
    /// When it runs.
    pub activation: Activation,
    /// What it looks at.
    pub input: Input,
    /// The doc comment, each line with the space that follows the slashes.
    pub(super) comment: &'static str,
}

impl Metadata {
    /// What a declaration leaves out.
    pub(super) const DEFAULTS: Metadata = Metadata {
        id: RuleId(""),
        family: Family::Object,
        severity: Severity::Error,
        effect: Effect::Other,
        activation: Activation::Always,
        input: Input::Mesh,
        comment: "",
    };

    /// The score from 0 to 10 that code hosts sort security findings by.
    pub fn security_severity(&self) -> f32 {
        match (self.severity, self.effect) {
            (Severity::Error, Effect::Exposure) => 8.0,
            (Severity::Error, Effect::Refusal) => 5.0,
            (Severity::Error, Effect::Other) => 3.0,
            (Severity::Warning, Effect::Exposure) => 4.0,
            (Severity::Warning, Effect::Refusal | Effect::Other) => 2.0,
            (Severity::Info, _) => 1.0,
        }
    }
}

/// The six families, in the order in which rules are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// One object by itself.
    Object,
    /// A `PeerAuthentication` that does not do what it says.
    PeerAuthentication,
    /// What clients send and what servers accept.
    Agreement,
    /// A `DestinationRule` that does not do what it says.
    DestinationRule,
    /// Callers without a proxy.
    Callers,
    /// What the mesh accepts.
    Posture,
}

impl Family {
    /// Every family in order.
    pub const ALL: [Family; 6] = [
        Family::Object,
        Family::PeerAuthentication,
        Family::Agreement,
        Family::DestinationRule,
        Family::Callers,
        Family::Posture,
    ];

    /// The heading above its rules.
    pub fn title(self) -> &'static str {
        match self {
            Family::Object => "The object itself",
            Family::PeerAuthentication => "PeerAuthentication that does not do what it says",
            Family::Agreement => "Client and server disagree",
            Family::DestinationRule => "DestinationRule that does not do what it says",
            Family::Callers => "Callers that cannot speak mesh mTLS",
            Family::Posture => "Posture: what the mesh accepts",
        }
    }
}

/// What becomes of traffic where a rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Plaintext gets in, or a caller without identity gets past a check.
    Exposure,
    /// Traffic is refused.
    Refusal,
    /// Neither by itself.
    Other,
}

/// When a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activation {
    /// Unless it is switched off.
    Always,
    /// Only in pedantic runs, or where it is selected or given a level.
    Pedantic,
    /// Only where it is selected or given a level.
    OnRequest,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// Texts and objects one by one, which are the same in every context: it runs once.
    Manifests,
    /// The mesh: it runs once for each context.
    Mesh,
}

/// Declares a rule: a unit struct whose doc comment is its documentation.
///
/// The sections of the comment are `## What it does`, `## Why is this bad?`, `## Example` with a YAML block
/// that fires, and `## Use instead` with a YAML block that is silent; a test runs both blocks. `activation`
/// and `input` may be left out, in this order after `effect`.
///
/// ```text
/// declare_rule! {
///     /// ## What it does
///     /// …
///     pub struct DuplicateKey {
///         id: "duplicate-key",
///         family: Object,
///         severity: Error,
///         effect: Other,
///     }
/// }
///
/// impl Rule for DuplicateKey {
///     fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) { … }
/// }
/// ```
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident {
            id: $id:literal,
            family: $family:ident,
            severity: $severity:ident,
            effect: $effect:ident
            $(, activation: $activation:ident)?
            $(, input: $input:ident)?
            $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl $crate::rules::Declared for $name {
            fn metadata(&self) -> &'static $crate::rules::Metadata {
                static METADATA: $crate::rules::Metadata = $crate::rules::Metadata {
                    id: $crate::id::RuleId($id),
                    family: $crate::rules::Family::$family,
                    severity: $crate::finding::Severity::$severity,
                    effect: $crate::rules::Effect::$effect,
                    $(activation: $crate::rules::Activation::$activation,)?
                    $(input: $crate::rules::Input::$input,)?
                    comment: concat!($($doc, "\n"),+),
                    ..$crate::rules::Metadata::DEFAULTS
                };
                &METADATA
            }
        }
    };
}

pub(super) use declare_rule;
