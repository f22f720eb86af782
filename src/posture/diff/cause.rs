//! What makes a change: the place that is in force on the side that matters.

use super::connections::Seen;
use super::sides::Sides;
use super::{Cause, Side};
use crate::matrix::Answers;
use crate::mesh::settings::Origin;
use crate::mesh::{Mesh, PolicyId, WorkloadId};
use crate::model::Meta;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, SentReason};
use crate::resolve::compose::{Decided, deciding_value};
use crate::resolve::server::PortDecision;
use crate::source::Span;

/// A place of one side, with its object where that is known.
type Place<'a> = (Option<&'a Meta>, Span);

/// The place of the head, else that of the base.
fn newest<'a>(head: Option<Place<'a>>, base: impl FnOnce() -> Option<Place<'a>>) -> Option<Cause<'a>> {
    let cause = |side, (object, span)| Cause { side, object, span };
    match head {
        Some(place) => Some(cause(Side::Head, place)),
        None => base().map(|place| cause(Side::Base, place)),
    }
}

/// Why a port accepts something else.
pub(super) fn of_decision<'a>(
    sides: &Sides<'a>,
    (base, was): (WorkloadId, &PortDecision<'a>),
    (head, is): (WorkloadId, &PortDecision<'a>),
) -> Option<Cause<'a>> {
    let (before, after) = (&sides.base.answers, &sides.head.answers);
    let plane = |answers: &Answers<'a>, id| answers.resolution().workload(id).enrolment.plane;
    if plane(before, base) != plane(after, head) {
        return newest(enrolment(after, head), || enrolment(before, base));
    }
    let policies = || {
        let of = |answers: &Answers<'a>, decision: &PortDecision<'a>| {
            policy(answers.mesh(), decision.policy.by, decision.port)
        };
        newest(of(after, is), || of(before, was))
    };
    if was.policy.mode != is.policy.mode {
        return policies();
    }
    let bypass = |decision: &PortDecision<'a>| Some((None, decision.bypass.as_ref()?.span()?));
    if was.bypass.is_some() != is.bypass.is_some() {
        return newest(bypass(is), || bypass(was));
    }
    if was.protocol != is.protocol {
        return newest(declaration(after, head, is.port), || {
            declaration(before, base, was.port)
        });
    }
    policies()
}

/// Why a connection has another outcome. `client` is one of those who make it, by its id in the head.
pub(super) fn of_connection<'a>(
    sides: &Sides<'a>,
    client: Option<WorkloadId>,
    base: Option<&Seen<'a>>,
    head: Option<&Seen<'a>>,
) -> Option<Cause<'a>> {
    let (before, after) = (&sides.base.answers, &sides.head.answers);
    let (was, is) = match (base, head) {
        (Some(was), Some(is)) => (was, is),
        (None, Some(is)) => return newest(sender(after, is).or_else(|| server(after, is)), || None),
        (Some(was), None) => {
            let place = || sender(before, was).or_else(|| server(before, was));
            return newest(None, place);
        }
        (None, None) => return None,
    };
    if was.path != is.path {
        let route = |seen: &Seen<'a>| seen.row.route.map(|route| (Some(&route.object.meta), route.at));
        return newest(route(is).or_else(|| sender(after, is)), || route(was));
    }
    let by_server = || match (
        was.endpoint.zip(was.class.server),
        is.endpoint.zip(is.class.server),
    ) {
        (Some((base, was)), Some((head, is))) => of_decision(sides, (base, &was), (head, &is)),
        _ => None,
    };
    let bytes = |seen: &Seen<'a>| (seen.class.sent.wire, seen.class.sent.arriving());
    if bytes(was) == bytes(is) {
        return by_server();
    }
    let counterpart = |id| sides.workloads.all[sides.number(Side::Head, id) as usize].0;
    if let Some(head) = client.filter(|_| was.row.client.plane != is.row.client.plane) {
        return newest(enrolment(after, head), || enrolment(before, counterpart(head)?));
    }
    let place = sender(after, is);
    let was_disabled = matches!(was.class.sent.reason, SentReason::Disabled(_))
        || matches!(was.row.cluster.reason, ClusterReason::NamespaceDisabled(_));
    if place.is_none() && was_disabled {
        // Policies kept clients from mutual TLS: those in force now are why they no longer do.
        return by_server().or_else(|| newest(None, || sender(before, was)));
    }
    newest(place, || sender(before, was)).or_else(by_server)
}

/// The place that decides what a client sends, where a manifest has one.
fn sender<'a>(answers: &Answers<'a>, seen: &Seen<'a>) -> Option<Place<'a>> {
    let mesh = answers.mesh();
    if let Some(tls) = seen.setting() {
        return Some((Some(&tls.rule.meta), tls.span()));
    }
    match seen.row.cluster.reason {
        ClusterReason::NamespaceDisabled(by) => return policy(mesh, by, None),
        ClusterReason::Excluded(span) => return Some((None, span)),
        ClusterReason::Unknown(_) => {
            let sidecar = seen.row.client.sidecar?;
            return Some((Some(&sidecar.meta), sidecar.meta.name.span));
        }
        ClusterReason::NoCluster => {
            let route = seen.row.route?;
            return Some((Some(&route.object.meta), route.at));
        }
        ClusterReason::AutoMtlsOff => return setting(mesh.settings.enable_auto_mtls.origin),
        _ => {}
    }
    match seen.class.sent.reason {
        SentReason::Disabled(by) => policy(mesh, by, seen.class.server.and_then(|server| server.port)),
        SentReason::Waypoint => {
            let relay = seen.class.sent.relay?;
            Some((None, relay.waypoint.label.value_span))
        }
        SentReason::NoMutualTlsLabel | SentReason::NoTunnel => enrolment(answers, seen.endpoint?),
        _ => None,
    }
}

/// The place that decides what an endpoint accepts.
fn server<'a>(answers: &Answers<'a>, seen: &Seen<'a>) -> Option<Place<'a>> {
    let decision = seen.class.server?;
    let by_policy = policy(answers.mesh(), decision.policy.by, decision.port);
    by_policy
        .filter(|_| decision.is_enforced())
        .or_else(|| enrolment(answers, seen.endpoint?))
}

/// The explicit value of a policy that is in force.
fn policy<'a>(mesh: &Mesh<'a>, by: Option<PolicyId>, port: Option<u16>) -> Option<Place<'a>> {
    let meta = &mesh.policies[by?].object.meta;
    let decided = Decided {
        mode: Mode::Permissive,
        by,
    };
    let said = deciding_value(&mesh.policies, decided, port);
    Some((Some(meta), said.map_or(meta.name.span, |said| said.span)))
}

/// What decides about a workload's data plane.
fn enrolment<'a>(answers: &Answers<'a>, workload: WorkloadId) -> Option<Place<'a>> {
    let because = answers.resolution().workload(workload).enrolment.because;
    Some((None, because.span()?))
}

/// The service port that declares what a port speaks.
fn declaration<'a>(answers: &Answers<'a>, workload: WorkloadId, port: Option<u16>) -> Option<Place<'a>> {
    let bindings = &answers.resolution().workload(workload).bindings;
    let binding = bindings.iter().find(|binding| Some(binding.target) == port)?;
    let service = answers.mesh().service(binding.service);
    Some((Some(service.meta()), service.ports[binding.port].span))
}

fn setting<'a>(origin: Origin) -> Option<Place<'a>> {
    match origin {
        Origin::Manifest(span) | Origin::Config(span) => Some((None, span)),
        Origin::Default | Origin::Flag => None,
    }
}
