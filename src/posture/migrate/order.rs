//! The order of the steps: what opens, then namespaces that nothing hinders, then rules that hinder and the namespaces
//! that they free, then namespaces with exceptions, then the mesh. Of equals those come first whom the fewest call.

use std::collections::{BTreeMap, BTreeSet};

use super::known::Known;
use super::policies::{PolicyChange, Written};
use super::removed_by;
use super::rules::RuleChange;
use super::targets::Hindrances;
use crate::matrix::Answers;
use crate::mesh::{NamespaceId, WorkloadId};

/// A step: manifests that are applied together.
#[derive(Debug)]
pub struct Step<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// What it does.
    pub kind: StepKind<'a>,
    /// The policies, in the order in which they are applied.
    pub policies: Vec<PolicyChange>,
    /// The numbers of earlier steps without which it would refuse somebody.
    pub after: Vec<usize>,
}

/// What a step does.
#[derive(Debug)]
pub enum StepKind<'a> {
    /// Opens what has to stay open in a namespace, or what DISABLE closes to mutual TLS.
    Open(NamespaceId),
    /// The same for the mesh.
    OpenMesh,
    /// Lets a DestinationRule say `ISTIO_MUTUAL`.
    Rule(RuleChange<'a>),
    /// Turns a namespace STRICT.
    Strict {
        /// The namespace.
        namespace: NamespaceId,
        /// Whether some port of it stays open.
        has_exceptions: bool,
    },
    /// Turns the mesh STRICT.
    Mesh,
}

pub(super) fn steps<'a>(
    answers: &Answers<'a>,
    written: Vec<(NamespaceId, Written)>,
    mesh_guards: Vec<PolicyChange>,
    mesh_strict: Vec<PolicyChange>,
    rules: &[RuleChange<'a>],
    hindrances: &Hindrances<'a>,
    found: &[Known<'a>],
) -> Vec<Step<'a>> {
    let mut steps = Steps::default();
    let namespace_of = |id: WorkloadId| answers.mesh().workload(id).namespace;
    let mut turning = Vec::new();
    for (namespace, written) in written {
        steps.add(StepKind::Open(namespace), written.guards, Vec::new());
        if !written.strict.is_empty() {
            turning.push((namespace, written.strict));
        }
    }
    steps.add(StepKind::OpenMesh, mesh_guards, Vec::new());
    let opened = steps.all.len();
    let exempt: BTreeSet<NamespaceId> = hindrances.keys().map(|&(id, _)| namespace_of(id)).collect();
    let mut freed: BTreeMap<NamespaceId, BTreeSet<crate::source::Span>> = BTreeMap::new();
    for known in found {
        if let Some(change) = removed_by(rules, known) {
            freed
                .entry(namespace_of(known.server))
                .or_default()
                .insert(change.rule.meta.span);
        }
    }
    let calls = callers(answers);
    turning.sort_by_key(|(namespace, _)| {
        let rank = (exempt.contains(namespace), freed.contains_key(namespace));
        (rank, calls.get(namespace).map_or(0, BTreeSet::len), *namespace)
    });
    let mut numbers: BTreeMap<crate::source::Span, usize> = BTreeMap::new();
    let mut pending: Vec<&RuleChange<'a>> = rules.iter().collect();
    for (namespace, policies) in turning {
        let needed = freed.remove(&namespace).unwrap_or_default();
        let (now, later) = pending
            .into_iter()
            .partition(|change| needed.contains(&change.rule.meta.span));
        pending = later;
        let now: Vec<&RuleChange<'a>> = now;
        for change in now {
            numbers.insert(change.rule.meta.span, steps.all.len() + 1);
            steps.push(StepKind::Rule(change.clone()), Vec::new(), (1..=opened).collect());
        }
        let mut after: Vec<usize> = needed
            .iter()
            .filter_map(|span| numbers.get(span))
            .copied()
            .collect();
        let is_own = |step: &&Step<'_>| matches!(step.kind, StepKind::Open(own) if own == namespace);
        after.extend(steps.all.iter().filter(is_own).map(|step| step.number));
        after.sort_unstable();
        let kind = StepKind::Strict {
            namespace,
            has_exceptions: exempt.contains(&namespace),
        };
        steps.add(kind, policies, after);
    }
    for change in pending {
        steps.push(StepKind::Rule(change.clone()), Vec::new(), (1..=opened).collect());
    }
    let before = steps.all.len();
    steps.add(StepKind::Mesh, mesh_strict, (1..=before).collect());
    steps.all
}

#[derive(Default)]
struct Steps<'a> {
    all: Vec<Step<'a>>,
}

impl<'a> Steps<'a> {
    /// Adds a step that writes something.
    fn add(&mut self, kind: StepKind<'a>, policies: Vec<PolicyChange>, after: Vec<usize>) {
        if !policies.is_empty() {
            self.push(kind, policies, after);
        }
    }

    fn push(&mut self, kind: StepKind<'a>, policies: Vec<PolicyChange>, after: Vec<usize>) {
        self.all.push(Step {
            number: self.all.len() + 1,
            kind,
            policies,
            after,
        });
    }
}

/// Who is told to call the services of each namespace.
fn callers(answers: &Answers<'_>) -> BTreeMap<NamespaceId, BTreeSet<WorkloadId>> {
    let mut callers: BTreeMap<NamespaceId, BTreeSet<WorkloadId>> = BTreeMap::new();
    for (workload, call) in answers.callers.calls.iter() {
        let namespace = answers.mesh().service(call.service).namespace;
        callers.entry(namespace).or_default().insert(workload);
    }
    callers
}
