//! What a rule says: one cause, where it stands, what happens and what to write instead.

mod fingerprint;
pub mod phrases;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::id::{ObjectName, RuleId};
use crate::source::Span;

pub use fingerprint::Fingerprint;

/// How bad a finding is. The order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a gate by default.
    Info,
    /// Plaintext is accepted where someone would not expect it, or an object has no effect.
    Warning,
    /// Traffic is refused, a policy does not do what it says, or the API server refuses the object.
    Error,
}

impl Severity {
    /// The lower-case word that every format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that was not among the manifests and that an answer therefore rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// The Namespace is not given: its injection labels are unknown, it is taken as injected.
    NamespaceNotGiven,
    /// The Service is not given.
    ServiceNotGiven,
    /// Workloads may exist that are not given.
    WorkloadsNotGiven,
    /// Creation order decides and no (or not every) creationTimestamp is given: names decide here.
    NoTimestamps,
    /// A label names a revision that no setting confirms as installed.
    RevisionUnknown,
    /// The answer depends on something that is not modelled, or on labels that only exist at run time.
    NotModelled,
}

impl Assumption {
    /// Every assumption, in the order of their bits in [`Assumptions`].
    pub const ALL: [Assumption; 6] = [
        Assumption::NamespaceNotGiven,
        Assumption::ServiceNotGiven,
        Assumption::WorkloadsNotGiven,
        Assumption::NoTimestamps,
        Assumption::RevisionUnknown,
        Assumption::NotModelled,
    ];

    /// The name in machine formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Assumption::NamespaceNotGiven => "NamespaceNotGiven",
            Assumption::ServiceNotGiven => "ServiceNotGiven",
            Assumption::WorkloadsNotGiven => "WorkloadsNotGiven",
            Assumption::NoTimestamps => "NoTimestamps",
            Assumption::RevisionUnknown => "RevisionUnknown",
            Assumption::NotModelled => "NotModelled",
        }
    }
}

/// A set of assumptions; cheap to copy and to unite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Assumptions(u8);

impl Assumptions {
    /// No assumption: the answer follows from what is given.
    pub const NONE: Assumptions = Assumptions(0);

    /// Whether nothing is assumed.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `assumption` is in the set.
    pub fn contains(self, assumption: Assumption) -> bool {
        self.0 & Assumptions::from(assumption).0 != 0
    }

    /// The members in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = Assumption> {
        Assumption::ALL
            .into_iter()
            .filter(move |&assumption| self.contains(assumption))
    }
}

impl From<Assumption> for Assumptions {
    fn from(assumption: Assumption) -> Self {
        Assumptions(1 << assumption as u8)
    }
}

impl std::ops::BitOr for Assumptions {
    type Output = Assumptions;

    fn bitor(self, other: Assumptions) -> Assumptions {
        Assumptions(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for Assumptions {
    fn bitor_assign(&mut self, other: Assumptions) {
        self.0 |= other.0;
    }
}

/// Words of a finding. Most are those of its rule, and there may be thousands of findings.
pub type Words = Cow<'static, str>;

/// A place with a few words on why it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The bytes.
    pub span: Span,
    /// Lower case, no period.
    pub text: Words,
}

/// A mechanical repair: all edits together remove the finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: Words,
    /// Replacements that do not overlap.
    pub edits: Vec<Edit>,
}

/// Replace the bytes of `span` by `text`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Whose derivation shows how a finding comes about. The numbers are those of the mesh in which it was found: nothing
/// but the run that found it can read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traced {
    /// The workload.
    pub workload: u32,
    /// Its port; `None` is every port that nothing declares.
    pub port: Option<u16>,
    /// Whoever connects to it: a service, and which of the rows of that service.
    pub row: Option<(u32, u32)>,
}

/// One cause of trouble, on the object and the exact key or value that its author must change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Its level in this run.
    pub severity: Severity,
    /// One sentence without a final period, at most 160 characters: what happens, and to whom.
    pub message: String,
    /// What to write instead.
    pub help: Option<Words>,
    /// The object that is at fault.
    pub object: Option<ObjectName>,
    /// The key or value to change, with a few words.
    pub primary: Label,
    /// Everything else that took part.
    pub related: Vec<Label>,
    /// What the finding rests on, in words; empty if it follows from what is given.
    pub assumptions: Vec<(Assumption, Words)>,
    /// A mechanical repair where there is an obvious one.
    pub fix: Option<Fix>,
    /// What was computed to find it.
    pub traced: Option<Traced>,
    /// How that came about, step by step; empty unless a report asks for it.
    pub course: Vec<Label>,
    /// What tells this finding from others of the same rule on the same object, across edits: a port, a
    /// host, a label; never a line number.
    pub detail: String,
    /// The contexts in which it holds; empty where it holds in all, as it does where there is only one.
    pub contexts: Vec<Box<str>>,
    /// Which one it is among findings of the same rule, object, detail and contexts, in text order.
    pub ordinal: u32,
}

impl Finding {
    /// A finding with only the parts that every finding has.
    pub fn new(rule: RuleId, severity: Severity, at: Span, message: impl Into<String>) -> Self {
        Finding {
            rule,
            severity,
            message: message.into(),
            help: None,
            object: None,
            primary: Label {
                span: at,
                text: Words::default(),
            },
            related: Vec::new(),
            assumptions: Vec::new(),
            fix: None,
            traced: None,
            course: Vec::new(),
            detail: String::new(),
            contexts: Vec::new(),
            ordinal: 0,
        }
    }

    /// The object that is at fault.
    #[must_use]
    pub fn on(mut self, object: ObjectName) -> Self {
        self.object = Some(object);
        self
    }

    /// Another severity than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<Words>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// What to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<Words>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// One more place that took part.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<Words>) -> Self {
        if self.related.is_empty() {
            // Most findings have one, and a vector would make room for four.
            self.related.reserve_exact(1);
        }
        self.related.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// One more assumption, in words that read after "if".
    #[must_use]
    pub fn assuming(mut self, assumption: Assumption, words: impl Into<Words>) -> Self {
        self.assumptions.push((assumption, words.into()));
        self
    }

    /// What tells it from others of the same rule on the same object.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// What was computed to find it.
    #[must_use]
    pub fn traced(mut self, traced: Traced) -> Self {
        self.traced = Some(traced);
        self
    }

    /// A mechanical repair.
    #[must_use]
    pub fn fix(mut self, title: impl Into<Words>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            edits,
        });
        self
    }

    /// The order of every report: by place, then the worst first, then by rule and text. It is total: only
    /// findings that are the same are equal.
    pub fn order(&self, other: &Finding) -> Ordering {
        (self.primary.span.file, self.primary.span.start)
            .cmp(&(other.primary.span.file, other.primary.span.start))
            .then_with(|| other.severity.cmp(&self.severity))
            .then_with(|| self.rule.cmp(&other.rule))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.primary.cmp(&other.primary))
            .then_with(|| self.related.cmp(&other.related))
            .then_with(|| self.rest().cmp(&other.rest()))
    }
}

impl Finding {
    fn rest(&self) -> impl Ord + use<'_> {
        let Finding {
            help,
            object,
            assumptions,
            fix,
            detail,
            contexts,
            ..
        } = self;
        (object, detail, help, assumptions, fix, contexts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assumptions_are_a_set() {
        let mut set = Assumptions::NONE;
        assert!(set.is_empty());
        set |= Assumption::NoTimestamps.into();
        set |= Assumption::NamespaceNotGiven.into();
        let members: Vec<_> = set.iter().collect();
        assert_eq!(members, [Assumption::NamespaceNotGiven, Assumption::NoTimestamps]);
    }
}
