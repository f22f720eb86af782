//! The derivation of a mode as machines read it: the recorded trail with names and places.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::Places;
use super::row::PolicyRef;
use crate::mesh::{Mesh, PolicyId};
use crate::model::peer_authentication::Mode;
use crate::resolve::trail::{Ignored, IgnoredReason, Level, Step, Trail};
use crate::source::Span;

/// A derivation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TrailView<'a> {
    /// The levels, from the mesh down.
    pub steps: Vec<StepView<'a>>,
    /// The policies that took no part.
    pub ignored: Vec<IgnoredView<'a>>,
}

/// One level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepView<'a> {
    /// `mesh`, `namespace`, `workload` or `port`.
    pub level: &'static str,
    /// The policy that was asked; `None` where the level has none.
    pub policy: Option<PolicyRef<'a>>,
    /// What it says explicitly.
    pub said: Option<&'static str>,
    /// The mode after this level.
    pub mode: &'static str,
    /// The port, at the level of ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// What the level does to the one above.
    pub effect: Effect,
    /// The level above whose value it meets; `None` if only the default is above.
    pub above: Option<&'static str>,
}

impl StepView<'_> {
    /// The level in words.
    pub(super) fn label(&self) -> String {
        match self.port {
            Some(port) => format!("port {port}"),
            None => self.level.to_owned(),
        }
    }

    /// What it does in words; none where it is the first to say something.
    pub(super) fn effect_words(&self) -> String {
        match (self.effect, self.above) {
            (Effect::Overrides, Some(above)) => format!("overrides {above}"),
            (Effect::Repeats, Some(above)) => format!("same as {above}"),
            (Effect::Inherits, Some(_)) => format!("inherits {}", self.mode),
            (Effect::Inherits, None) => format!("default {}", self.mode),
            _ => String::new(),
        }
    }
}

/// What a level does to what is above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// It is the first to say something.
    Sets,
    /// It says something else than the level above.
    Overrides,
    /// It says the same.
    Repeats,
    /// It says nothing.
    Inherits,
}

/// A policy that took no part.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IgnoredView<'a> {
    /// The policy.
    pub policy: PolicyRef<'a>,
    /// The reason as a word.
    pub reason: &'static str,
    /// The reason in words.
    pub because: String,
    /// The policy that wins over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PolicyRef<'a>>,
}

impl<'a> TrailView<'a> {
    /// The view of a recorded trail.
    pub fn new(mesh: &'a Mesh<'a>, places: &'a Places<'_>, trail: &Trail) -> Self {
        let mut above: Option<(&'static str, Mode)> = None;
        let mut steps = Vec::with_capacity(trail.steps.len());
        for step in &trail.steps {
            let level = level_name(step.level);
            steps.push(StepView {
                level,
                policy: step
                    .policy
                    .map(|id| policy_ref(mesh, places, id, step_span(mesh, id, step))),
                said: step.said.map(|said| said.value.as_str()),
                mode: step.mode.as_str(),
                port: match step.level {
                    Level::Port(port) => Some(port),
                    _ => None,
                },
                effect: effect(step, above.map(|(_, mode)| mode)),
                above: above.map(|(level, _)| level),
            });
            if let Some(said) = &step.said {
                above = Some((level, said.value));
            }
        }
        let ignored = trail.ignored.iter();
        TrailView {
            steps,
            ignored: ignored
                .map(|ignored| ignored_view(mesh, places, ignored))
                .collect(),
        }
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Mesh => "mesh",
        Level::Namespace => "namespace",
        Level::Workload => "workload",
        Level::Port(_) => "port",
    }
}

fn effect(step: &Step, above: Option<Mode>) -> Effect {
    match (&step.said, above) {
        (None, _) => Effect::Inherits,
        (Some(_), None) => Effect::Sets,
        (Some(said), Some(above)) if said.value == above => Effect::Repeats,
        (Some(_), Some(_)) => Effect::Overrides,
    }
}

/// What a level is about: the value that it says, else the key under which it says nothing.
pub(super) fn step_span(mesh: &Mesh<'_>, policy: PolicyId, step: &Step) -> Span {
    let object = mesh.policies[policy].object;
    if let Some(said) = &step.said {
        return said.span;
    }
    let unset = match step.level {
        Level::Port(port) => object
            .spec
            .port_modes()
            .iter()
            .rfind(|entry| entry.port == port)
            .map(|entry| entry.mtls.key),
        _ => object.spec.mtls.as_ref().map(|mtls| mtls.key),
    };
    unset.unwrap_or(object.meta.name.span)
}

fn policy_ref<'a>(mesh: &'a Mesh<'a>, places: &'a Places<'_>, id: PolicyId, span: Span) -> PolicyRef<'a> {
    PolicyRef::new(&mesh.policies[id].object.meta, span, places)
}

fn ignored_view<'a>(mesh: &'a Mesh<'a>, places: &'a Places<'_>, ignored: &Ignored) -> IgnoredView<'a> {
    let at_name = |id: PolicyId| policy_ref(mesh, places, id, mesh.policies[id].object.meta.name.span);
    let by = match ignored.reason {
        IgnoredReason::Outranked { by, .. } => Some(at_name(by)),
        _ => None,
    };
    IgnoredView {
        policy: at_name(ignored.policy),
        reason: reason_name(ignored.reason),
        because: because(mesh, ignored),
        by,
    }
}

fn reason_name(reason: IgnoredReason) -> &'static str {
    match reason {
        IgnoredReason::Outranked { .. } => "outranked",
        IgnoredReason::RootSelector => "root-selector",
        IgnoredReason::OtherRevision => "other-revision",
        IgnoredReason::OtherLabels => "other-labels",
        IgnoredReason::RuntimeLabels => "runtime-labels",
    }
}

/// Why a policy took no part, in words that follow its name.
fn because(mesh: &Mesh<'_>, ignored: &Ignored) -> String {
    let policy = &mesh.policies[ignored.policy];
    match ignored.reason {
        IgnoredReason::Outranked { by, by_time } => {
            let winner = mesh.policies[by].object.meta.qualified_name();
            if by_time {
                format!("same scope, newer than {winner}")
            } else {
                format!("same scope, {winner} comes first by name (in a cluster the older one wins)")
            }
        }
        IgnoredReason::RootSelector => {
            "has a selector in the root namespace, where Istio reads none".to_owned()
        }
        IgnoredReason::OtherRevision => {
            format!("only revision {} reads it", policy.revision().unwrap_or_default())
        }
        IgnoredReason::OtherLabels => "selects other labels".to_owned(),
        IgnoredReason::RuntimeLabels => {
            "selects labels that exist only at run time, so it may take part".to_owned()
        }
    }
}
