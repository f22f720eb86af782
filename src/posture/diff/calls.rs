//! Calls from outside of the mesh, or around its proxies, that manifests show and that are refused on one side only.

use std::collections::BTreeMap;

use super::cause::of_decision;
use super::sides::Sides;
use super::{CallChange, Change, ChangeKind, Side, Subject};
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
/// the workload that it is made to was there before.
pub(super) fn compare<'a>(sides: &Sides<'a>, changes: &mut Vec<Change<'a>>) {
    let (base, head) = (calls(sides, Side::Base), calls(sides, Side::Head));
    for (key, call) in &head {
        let is = is_refused(&sides.head.answers, call);
        let was = base
            .get(key)
            .map(|before| is_refused(&sides.base.answers, before));
        match (was, is) {
            (Some(false) | None, true) => add(sides, ChangeKind::Refused, Side::Head, key, call, changes),
            (Some(true), false) => add(sides, ChangeKind::Gained, Side::Head, key, call, changes),
            _ => {}
        }
    }
    for (key, call) in base.iter().filter(|(key, _)| !head.contains_key(*key)) {
        if is_refused(&sides.base.answers, call) {
            add(sides, ChangeKind::Gained, Side::Base, key, call, changes);
        }
    }
}

fn add<'a>(
    sides: &Sides<'a>,
    kind: ChangeKind,
    side: Side,
    &(by, _, number, port): &Key,
    call: &OutsideCall<'a>,
    changes: &mut Vec<Change<'a>>,
) {
    let (Some(workload), Some((base, head))) = (sides.name(number), pair(sides, number)) else {
        return;
    };
    let was = sides.base.answers.resolution().decide(base, Some(port));
    let is = sides.head.answers.resolution().decide(head, Some(port));
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
        }),
        cause: of_decision(sides, (base, &was), (head, &is)),
        rests_on: was.rests_on | is.rests_on,
    });
}

/// The workload of a number, where both sides have it.
fn pair(sides: &Sides<'_>, number: u32) -> Option<(WorkloadId, WorkloadId)> {
    let (base, head) = sides.workloads.all[number as usize];
    base.zip(head)
}
