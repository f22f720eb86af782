//! What is on one side only.

use super::sides::{Sides, State};
use super::{Cause, Change, ChangeKind, Presence, Present, Side, Subject, WorkloadName, servers};
use crate::finding::Assumptions;
use crate::matrix::Answers;
use crate::mesh::{Protocol, ServiceId, WorkloadId};
use crate::model::Meta;
use crate::source::Span;

/// A cluster that one side does not have.
pub(super) fn context<'a>(answers: &Answers<'a>, side: Side) -> Change<'a> {
    let name = answers.mesh().context.unwrap_or("(only cluster)");
    change(Some(name), side, Present::Context(name), Vec::new(), None)
}

/// Adds the workloads, services and ports of services that one side does not have.
pub(super) fn compare<'a>(sides: &Sides<'a>, changes: &mut Vec<Change<'a>>) {
    for &pair in &sides.workloads.all {
        match pair {
            (Some(id), None) => changes.push(workload(sides, Side::Base, id)),
            (None, Some(id)) => changes.push(workload(sides, Side::Head, id)),
            _ => {}
        }
    }
    for &pair in &sides.services.all {
        match pair {
            (Some(id), None) => changes.push(service(sides, Side::Base, id, None)),
            (None, Some(id)) => changes.push(service(sides, Side::Head, id, None)),
            (Some(base), Some(head)) => ports(sides, base, head, changes),
            (None, None) => {}
        }
    }
}

fn workload<'a>(sides: &Sides<'a>, side: Side, id: WorkloadId) -> Change<'a> {
    let answers = &sides.state(side).answers;
    let mesh = answers.mesh();
    let meta = mesh.workload(id).meta();
    let ports = servers::states(answers, id);
    let what = Present::Workload(WorkloadName::of(mesh, id));
    let place = Some((meta, meta.name.span));
    change(sides.context(), side, what, ports, place)
}

fn service<'a>(sides: &Sides<'a>, side: Side, id: ServiceId, port: Option<(u16, Span)>) -> Change<'a> {
    let service = sides.state(side).answers.mesh().service(id);
    let meta = service.meta();
    let what = Present::Service {
        host: &service.host,
        namespace: meta.namespace_name(),
        name: &meta.name.value,
        kind: meta.kind,
        port: port.map(|(number, _)| number),
    };
    let span = port.map_or(meta.name.span, |(_, span)| span);
    change(sides.context(), side, what, Vec::new(), Some((meta, span)))
}

fn ports<'a>(sides: &Sides<'a>, base: ServiceId, head: ServiceId, changes: &mut Vec<Change<'a>>) {
    let of = |state: &State<'a>, id| {
        let ports = state.answers.mesh().ports_of(id).iter();
        let tcp = ports.filter(|port| port.protocol != Protocol::Udp);
        tcp.map(|port| (port.number, port.span)).collect::<Vec<_>>()
    };
    let (before, after) = (of(&sides.base, base), of(&sides.head, head));
    let lacks = |ports: &[(u16, Span)], number| ports.iter().all(|&(own, _)| own != number);
    let gone = before.iter().filter(|(number, _)| lacks(&after, *number));
    changes.extend(gone.map(|&port| service(sides, Side::Base, base, Some(port))));
    let new = after.iter().filter(|(number, _)| lacks(&before, *number));
    changes.extend(new.map(|&port| service(sides, Side::Head, head, Some(port))));
}

fn change<'a>(
    context: Option<&'a str>,
    side: Side,
    what: Present<'a>,
    ports: Vec<(Option<u16>, super::PortState<'a>)>,
    place: Option<(&'a Meta, Span)>,
) -> Change<'a> {
    Change {
        kind: match side {
            Side::Base => ChangeKind::Removed,
            Side::Head => ChangeKind::Added,
        },
        context,
        subject: Subject::Presence(Presence { what, ports }),
        cause: place.map(|(meta, span)| Cause {
            side,
            object: Some(meta),
            span,
        }),
        rests_on: Assumptions::NONE,
    }
}
