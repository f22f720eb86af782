//! The derivation of a mode, as data. The same function that decides writes it, so what is shown is what
//! was computed.

use crate::mesh::PolicyId;
use crate::model::peer_authentication::Mode;
use crate::yaml::Spanned;

/// A level at which a mode may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The whole mesh.
    Mesh,
    /// A namespace.
    Namespace,
    /// Workloads by their labels.
    Workload,
    /// One port of them.
    Port(u16),
}

/// One level of the derivation.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The level.
    pub level: Level,
    /// The policy that was asked; none where the level has none.
    pub policy: Option<PolicyId>,
    /// What it says explicitly; `None` inherits.
    pub said: Option<Spanned<Mode>>,
    /// The mode after this level.
    pub mode: Mode,
}

/// A policy that took no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ignored {
    /// The policy.
    pub policy: PolicyId,
    /// Why.
    pub reason: IgnoredReason,
}

/// Why a policy took no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoredReason {
    /// Of one level only the oldest counts: this one wins.
    Outranked {
        /// The policy that wins.
        by: PolicyId,
        /// Whether timestamps tell so; else names decide.
        by_time: bool,
    },
    /// Policies with labels in the root namespace are never read.
    RootSelector,
    /// Another revision's control plane reads it.
    OtherRevision,
    /// Its labels are not those of the workload.
    OtherLabels,
    /// Its selector names labels that only exist at run time.
    RuntimeLabels,
}

/// Who wants to know how a mode came about. `()` does not, and costs nothing.
pub trait Recorder {
    /// A level was asked.
    fn step(&mut self, step: Step);
    /// A policy took no part.
    fn ignored(&mut self, ignored: Ignored);
    /// Whether anybody reads what is recorded.
    fn is_recording(&self) -> bool;
}

impl Recorder for () {
    fn step(&mut self, _: Step) {}
    fn ignored(&mut self, _: Ignored) {}
    fn is_recording(&self) -> bool {
        false
    }
}

/// The whole derivation.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// The levels, from the mesh down.
    pub steps: Vec<Step>,
    /// The policies that took no part.
    pub ignored: Vec<Ignored>,
}

impl Recorder for Trail {
    fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    fn ignored(&mut self, ignored: Ignored) {
        self.ignored.push(ignored);
    }

    fn is_recording(&self) -> bool {
        true
    }
}
