//! Calls from outside of the mesh, or around its proxies, that manifests show and that are refused on one side only.

use std::collections::BTreeMap;

use super::cause::of_decision;
use super::sides::Sides;
use super::{CallChange, Cause, Change, ChangeKind, Passage, Side, Subject};
use crate::callers::{OutsideCall, Outsider, outside_calls};
use crate::id::ObjectName;
use crate::matrix::Answers;
use crate::mesh::WorkloadId;

/// What makes a call the same on both sides: who calls, what shows it, the workload and its port.
type Key = (Outsider, ObjectName, u32, u16);

fn calls<'a>(sides: &Sides<'a>, side: Side) -> BTreeMap<Key, OutsideCall<'a>> {
    let answers = &sides.state(side).answers;
    let calls = outside_calls(answers.senders, answers.callers).into_iter();
    calls
        .map(|call| {
            let number = sides.number(side, call.workload);
            ((call.by, call.object.object_name(), number, call.port), call)
        })
        .collect()
}

/// Whether a call meets a proxy that refuses it.
fn is_refused(answers: &Answers<'_>, call: &OutsideCall<'_>) -> bool {
    let decision = answers.resolution().decide(call.workload, Some(call.port));
    decision.mode.is_some() && !call.gets_through(decision.accepts)
}

/// Adds the calls that are refused on one side only. A call that one side alone shows is none that changes, unless
/// the workload that it is made to is there on both.
pub(super) fn compare<'a>(sides: &Sides<'a>, changes: &mut Vec<Change<'a>>) {
    let (base, head) = (calls(sides, Side::Base), calls(sides, Side::Head));
    for (key, call) in &head {
        let before = base.get(key).map(|before| passage(&sides.base.answers, before));
        let after = Some(passage(&sides.head.answers, call));
        add(sides, key, call, (before, after), changes);
    }
    for (key, call) in base.iter().filter(|(key, _)| !head.contains_key(*key)) {
        let before = Some(passage(&sides.base.answers, call));
        add(sides, key, call, (before, None), changes);
    }
}

fn passage(answers: &Answers<'_>, call: &OutsideCall<'_>) -> Passage {
    if is_refused(answers, call) {
        Passage::Refused
    } else {
        Passage::Passes
    }
}

/// What it means that a call got through so and gets through so now; `None` where it is not made.
fn kind(before: Option<Passage>, after: Option<Passage>) -> Option<ChangeKind> {
    match (before, after) {
        (Some(Passage::Passes) | None, Some(Passage::Refused)) => Some(ChangeKind::Refused),
        (Some(Passage::Refused), Some(Passage::Passes)) => Some(ChangeKind::Gained),
        (Some(Passage::Refused), None) => Some(ChangeKind::Removed),
        _ => None,
    }
}

fn add<'a>(
    sides: &Sides<'a>,
    &(by, _, number, port): &Key,
    call: &OutsideCall<'a>,
    (before, after): (Option<Passage>, Option<Passage>),
    changes: &mut Vec<Change<'a>>,
) {
    let Some(kind) = kind(before, after) else {
        return;
    };
    let (Some(workload), Some((base, head))) = (sides.name(number), pair(sides, number)) else {
        return;
    };
    let side = if after.is_some() { Side::Head } else { Side::Base };
    let was = sides.base.answers.resolution().decide(base, Some(port));
    let is = sides.head.answers.resolution().decide(head, Some(port));
    // What only one side shows is itself the change.
    let cause = if before.is_some() && after.is_some() {
        of_decision(sides, (base, &was), (head, &is))
    } else {
        Some(Cause {
            side,
            object: Some(call.object),
            span: call.span,
        })
    };
    changes.push(Change {
        kind,
        context: sides.context(),
        subject: Subject::Call(CallChange {
            by,
            object: call.object,
            side,
            span: call.span,
            workload,
            port,
            before,
            after,
        }),
        cause,
        rests_on: was.rests_on | is.rests_on,
    });
}

/// The workload of a number, where both sides have it.
fn pair(sides: &Sides<'_>, number: u32) -> Option<(WorkloadId, WorkloadId)> {
    let (base, head) = sides.workloads.all[number as usize];
    base.zip(head)
}
