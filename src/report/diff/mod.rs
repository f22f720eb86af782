//! What differs between two states of a mesh, for people and machines.

mod github;
pub(super) mod json;
mod markdown;
mod text;
mod words;

use std::io::{self, Write};

use super::place::{Place, Places};
use crate::id::ObjectName;
use crate::model::Owners;
use crate::posture::diff::{Cause, Change, ChangeKind, Side};
use crate::source::Span;

/// The differences, and what they are between.
pub struct Diff<'a> {
    /// The changes in order.
    pub changes: &'a [Change<'a>],
    /// The state that is compared with.
    pub base: State<'a>,
    /// The state that is asked about.
    pub head: State<'a>,
    /// How many clusters there are, on the side that has more.
    pub contexts: usize,
    /// What the state that is asked about assumes; `None` where it is real.
    pub assumed: Option<Assumed>,
}

/// A change that is only thought of, and what nobody can know of it.
#[derive(Debug, Clone, Default)]
pub struct Assumed {
    /// Manifests that are taken for applied, each with what it is called.
    pub applied: Vec<(String, String)>,
    /// Objects that are taken for deleted.
    pub removed: Vec<ObjectName>,
    /// Namespaces in which ports refuse plaintext that they take now: who else calls them is told by no manifest.
    pub unknown_callers: Vec<String>,
    /// Namespaces that are not given and that the answer takes for injected.
    pub unknown_namespaces: Vec<String>,
}

/// One side of a comparison.
pub struct State<'a> {
    /// What the user calls it.
    pub name: String,
    /// The commit, where it is one.
    pub commit: Option<String>,
    /// Where things stand.
    pub places: &'a Places<'a>,
    /// Which object holds a place.
    pub owners: &'a Owners<'a>,
}

/// Something of a manifest, with the side on which it stands.
struct Stand<'a> {
    side: Side,
    object: Option<ObjectName>,
    place: Place<'a>,
}

impl<'a> Diff<'a> {
    /// For people.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        text::write(self, out)
    }

    /// JSON, a change a line.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write(out, &json::document(self))
    }

    /// The same as YAML.
    pub fn yaml(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write_yaml(out, &json::document(self))
    }

    /// For a comment on a pull request.
    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        markdown::write(self, out)
    }

    /// Workflow commands of GitHub.
    pub fn github(&self, out: &mut dyn Write) -> io::Result<()> {
        github::write(self, out)
    }

    fn state(&self, side: Side) -> &State<'a> {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }

    fn place(&self, side: Side, span: Span) -> Place<'a> {
        self.state(side).places.of(span)
    }

    fn stand(&self, cause: &Cause<'a>) -> Stand<'a> {
        let named = cause.object.map(crate::model::Meta::object_name);
        Stand {
            side: cause.side,
            object: named.or_else(|| self.state(cause.side).owners.owner(cause.span)),
            place: self.place(cause.side, cause.span),
        }
    }

    /// How many changes there are of a kind, known or only possible.
    fn count(&self, kind: ChangeKind, is_known: bool) -> usize {
        let counts = |change: &&Change<'_>| change.kind == kind && change.is_known() == is_known;
        self.changes.iter().filter(counts).count()
    }

    fn count_all(&self, kind: ChangeKind) -> usize {
        self.count(kind, true) + self.count(kind, false)
    }

    /// What it comes to, in one sentence.
    fn verdict(&self) -> String {
        let counted = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let of = |kind, one, many| counted(self.count_all(kind), one, many);
        let parts = [
            counted(
                self.count(ChangeKind::Refused, true),
                "connection breaks",
                "connections break",
            ),
            counted(
                self.count(ChangeKind::Refused, false),
                "would be refused if it is made",
                "would be refused if they are made",
            ),
            of(
                ChangeKind::Plaintext,
                "connection becomes plaintext",
                "connections become plaintext",
            ),
            of(
                ChangeKind::IdentityLost,
                "connection loses its identity",
                "connections lose their identity",
            ),
            of(ChangeKind::Weakened, "port is weaker", "ports are weaker"),
            of(ChangeKind::Removed, "removed", "removed"),
            of(ChangeKind::Changed, "port changes", "ports change"),
            of(ChangeKind::Added, "added", "added"),
            of(
                ChangeKind::Strengthened,
                "stricter or better protected",
                "stricter or better protected",
            ),
            of(
                ChangeKind::Gained,
                "connection works again",
                "connections work again",
            ),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            "nothing changes: every port accepts what it did, and every connection has the same outcome"
                .to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// `main (1a2b3c4)`.
    fn name(&self, side: Side) -> String {
        const SHORT: usize = 7;
        let state = self.state(side);
        match &state.commit {
            Some(commit) => {
                let short = commit.get(..SHORT).unwrap_or(commit);
                format!("{} ({short})", state.name)
            }
            None => state.name.clone(),
        }
    }
}
