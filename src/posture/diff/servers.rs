//! Which ports accept other traffic than they did.

use super::cause::of_decision;
use super::sides::Sides;
use super::{Change, ChangeKind, PortChange, PortState, Subject, WorkloadName};
use crate::matrix::Answers;
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::resolve::compose::deciding_value;
use crate::resolve::server::PortDecision;

/// The changes of a workload that both sides have.
pub(super) fn compare<'a>(
    sides: &Sides<'a>,
    (base, head): (Option<WorkloadId>, Option<WorkloadId>),
) -> Vec<Change<'a>> {
    let Some((before, after)) = base.zip(head) else {
        return Vec::new();
    };
    let mut ports = sides.base.answers.resolution().declared_ports(before);
    ports.extend(sides.head.answers.resolution().declared_ports(after));
    ports.sort_unstable();
    ports.dedup();
    let in_all = ports.len() + 1;
    let ports = ports.into_iter().map(Some).chain([None]);
    ports
        .filter_map(|port| compare_port(sides, before, after, port, in_all))
        .collect()
}

fn compare_port<'a>(
    sides: &Sides<'a>,
    base: WorkloadId,
    head: WorkloadId,
    port: Option<u16>,
    ports_in_all: usize,
) -> Option<Change<'a>> {
    let was = sides.base.answers.resolution().decide(base, port);
    let is = sides.head.answers.resolution().decide(head, port);
    if (was.mode, was.accepts) == (is.mode, is.accepts) {
        return None;
    }
    let kind = match (strictness(was.mode), strictness(is.mode)) {
        (before, after) if after < before => ChangeKind::Weakened,
        (before, after) if after > before => ChangeKind::Strengthened,
        _ => ChangeKind::Changed,
    };
    let change = PortChange {
        workload: WorkloadName::of(sides.head.answers.mesh(), head),
        port,
        ports_in_all,
        before: state(&sides.base.answers, base, &was),
        after: state(&sides.head.answers, head, &is),
    };
    Some(Change {
        kind,
        context: sides.context(),
        subject: Subject::Port(change),
        cause: of_decision(sides, (base, &was), (head, &is)),
        rests_on: was.rests_on | is.rests_on,
    })
}

/// Where no proxy enforces a mode, everything arrives as it is: as under DISABLE.
fn strictness(mode: Option<Mode>) -> u8 {
    match mode {
        Some(Mode::Strict) => 2,
        Some(Mode::Permissive) => 1,
        Some(Mode::Disable) | None => 0,
    }
}

/// What is in force on a port of a workload.
pub(super) fn state<'a>(
    answers: &Answers<'a>,
    workload: WorkloadId,
    decision: &PortDecision<'a>,
) -> PortState<'a> {
    let policies = &answers.mesh().policies;
    let said = deciding_value(policies, decision.policy, decision.port);
    let by = decision.policy.by.filter(|_| said.is_some());
    PortState {
        mode: decision.mode,
        accepts: decision.accepts,
        plane: answers.resolution().workload(workload).enrolment.plane,
        policy: by.map(|by| {
            let meta = &policies[by].object.meta;
            (meta.namespace_name(), &*meta.name.value)
        }),
    }
}

/// What is in force on every port of a workload.
pub(super) fn states<'a>(answers: &Answers<'a>, workload: WorkloadId) -> Vec<(Option<u16>, PortState<'a>)> {
    let resolution = answers.resolution();
    let ports = resolution.declared_ports(workload).into_iter().map(Some);
    ports
        .chain([None])
        .map(|port| {
            let decision = resolution.decide(workload, port);
            (port, state(answers, workload, &decision))
        })
        .collect()
}
