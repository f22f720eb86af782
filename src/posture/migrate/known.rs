//! Connections that are known to be made: nobody can keep those that nothing shows.
//!
//! A connection is known where a manifest tells a workload to call, where one shows a caller from outside of the
//! mesh, and where every proxy that has no word to the contrary makes it alike: because of a DestinationRule for the
//! host, or of what the endpoint itself says. That a proxy does not know a service, or that a workload has none, is no
//! sign that it calls.

use std::collections::{BTreeSet, HashMap};

use crate::callers::{Call, OutsideCall, Outsider, outside_calls, starts_after_init};
use crate::id::ObjectName;
use crate::matrix::{Answers, EndpointClass, Row};
use crate::mesh::{ServiceId, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, EndpointPlace, SentReason, Wire};
use crate::resolve::dataplane::{DataPlane, TLS_MODE_LABEL};
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::{Outcome, meet};
use crate::resolve::server::{Accepts, PortDecision, Reception};

/// Who makes a connection, and what shows it.
#[derive(Debug, Clone, Copy)]
pub enum Caller<'a> {
    /// A workload that a manifest tells to call.
    Told {
        /// The workload.
        workload: WorkloadId,
        /// Where it is told.
        call: &'a Call<'a>,
        /// What it sees of the service and of the endpoint; `None` where no proxy takes part.
        seen: Option<(&'a Row<'a, 'a>, &'a EndpointClass<'a>)>,
    },
    /// Proxies that follow a rule.
    Rule {
        /// The rule's word on TLS.
        tls: TlsSetting<'a>,
        /// What they see of the service.
        row: &'a Row<'a, 'a>,
    },
    /// Proxies that nothing tells otherwise.
    Proxies {
        /// What they see of the service.
        row: &'a Row<'a, 'a>,
        /// What they see of the endpoint.
        class: &'a EndpointClass<'a>,
    },
    /// Somebody outside of the mesh.
    Outside(OutsideCall<'a>),
}

/// A connection to a port of a workload.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Who makes it.
    pub caller: Caller<'a>,
    /// The workload that is called.
    pub server: WorkloadId,
    /// Its port.
    pub port: u16,
    /// What arrives; `None` for calls from outside, of which only the kind is known.
    pub wire: Option<Wire>,
}

/// A known connection that is refused, by what stays the same when policies and rules change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The workload that refuses.
    pub server: WorkloadId,
    /// Its port.
    pub port: u16,
    caller: CallerKey,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum CallerKey {
    Told(WorkloadId),
    Rule(ObjectName),
    /// By their data plane and the namespace of one that stands for them.
    Proxies(DataPlane, Option<u32>),
    Outside(Outsider, ObjectName),
}

impl Refusal {
    /// The rule because of which it is refused, where there is one.
    pub fn rule(&self) -> Option<&ObjectName> {
        match &self.caller {
            CallerKey::Rule(rule) => Some(rule),
            _ => None,
        }
    }
}

/// Known connections that STRICT would refuse and that get through today.
pub(super) fn hindering<'a>(answers: &Answers<'a>) -> Vec<Known<'a>> {
    let mut found = Vec::new();
    each(
        answers,
        |class| {
            let is_open = |server: &PortDecision<'_>| server.mode.is_some_and(|mode| mode != Mode::Strict);
            class.server.as_ref().is_some_and(is_open) && class.outcome != Outcome::Refused
        },
        |known, row, class| {
            let wire = prospective(answers, known.server, row, class);
            let plane = answers.resolution().workload(known.server).enrolment.plane;
            meet(wire, under_strict(plane)) == Outcome::Refused
        },
        &mut found,
    );
    let (open, _) = without_proxy(answers);
    found.extend(open);
    found
}

/// Known connections that are refused.
pub fn refusals(answers: &Answers<'_>) -> BTreeSet<Refusal> {
    let mut found = Vec::new();
    let is_refused = |class: &EndpointClass<'_>| class.server.is_some() && class.outcome == Outcome::Refused;
    each(answers, is_refused, |_, _, _| true, &mut found);
    let (_, refused) = without_proxy(answers);
    found.extend(refused);
    found.iter().map(refusal).collect()
}

/// Known connections that no proxy makes: those that an enforcing proxy lets through, and those that are refused.
fn without_proxy<'a>(answers: &Answers<'a>) -> (Vec<Known<'a>>, Vec<Known<'a>>) {
    let calls = outside_calls(answers.senders, answers.callers).into_iter();
    let outside = calls.map(|call| Known {
        caller: Caller::Outside(call),
        server: call.workload,
        port: call.port,
        wire: None,
    });
    let decided = outside.chain(bare(answers)).filter_map(|known| {
        let decision = answers.resolution().decide(known.server, Some(known.port));
        decision.mode.is_some().then_some((known, decision.accepts))
    });
    let (open, refused): (Vec<_>, Vec<_>) =
        decided.partition(|(known, accepts)| gets_through(known, *accepts));
    let known = |all: Vec<(Known<'a>, Accepts)>| all.into_iter().map(|(known, _)| known).collect();
    (known(open), known(refused))
}

fn refusal(known: &Known<'_>) -> Refusal {
    let caller = match known.caller {
        Caller::Told { workload, .. } => CallerKey::Told(workload),
        Caller::Rule { tls, .. } => CallerKey::Rule(tls.rule.meta.object_name()),
        Caller::Proxies { row, .. } => CallerKey::Proxies(
            row.client.plane,
            row.client.namespace.map(|namespace| namespace.0),
        ),
        Caller::Outside(call) => CallerKey::Outside(call.by, call.object.object_name()),
    };
    Refusal {
        server: known.server,
        port: known.port,
        caller,
    }
}

/// Whether a call gets through: the API server speaks TLS, whoever is told to call plaintext, and others one of both.
fn gets_through(known: &Known<'_>, accepts: Accepts) -> bool {
    let takes = |reception| reception != Reception::Refused;
    match known.caller {
        Caller::Outside(call) if call.by == Outsider::ApiServer => takes(accepts.tls),
        Caller::Outside(_) => takes(accepts.plaintext) || takes(accepts.tls),
        _ => takes(accepts.plaintext),
    }
}

/// What a data plane accepts under STRICT; HBONE it takes whatever the mode.
fn under_strict(plane: DataPlane) -> Accepts {
    match plane {
        DataPlane::Ambient | DataPlane::Waypoint => Accepts::NOTHING,
        _ => Accepts::MUTUAL_TLS,
    }
}

/// What would arrive if no policy said DISABLE.
fn prospective(
    answers: &Answers<'_>,
    server: WorkloadId,
    row: &Row<'_, '_>,
    class: &EndpointClass<'_>,
) -> Wire {
    let is_disabled = matches!(row.cluster.reason, ClusterReason::NamespaceDisabled(_))
        || matches!(class.sent.reason, SentReason::Disabled(_));
    let label = answers.resolution().workload(server).labels.get(TLS_MODE_LABEL);
    if is_disabled && label == Some("istio") {
        Wire::IstioMtls
    } else {
        class.sent.arriving()
    }
}

/// Adds every known connection that is wanted.
fn each<'a>(
    answers: &Answers<'a>,
    may_matter: impl Fn(&EndpointClass<'a>) -> bool,
    matters: impl Fn(&Known<'a>, &Row<'a, 'a>, &EndpointClass<'a>) -> bool,
    found: &mut Vec<Known<'a>>,
) {
    let mut told: HashMap<ServiceId, Vec<(WorkloadId, &'a Call<'a>)>> = HashMap::new();
    for (workload, call) in answers.callers.calls.iter() {
        told.entry(call.service).or_default().push((workload, call));
    }
    for row in answers.matrix.rows().filter(|row| row.is_routed) {
        let is_general = is_general(&row.cluster.reason);
        let of_service = told.get(&row.service).map_or(&[][..], Vec::as_slice);
        if !is_general && of_service.is_empty() {
            continue;
        }
        for class in row.endpoints.iter().filter(|class| may_matter(class)) {
            let callers: Vec<Caller<'a>> = if is_general {
                vec![general(row, class)]
            } else {
                told_among(answers, row, of_service, class).collect()
            };
            for (server, port) in workloads(class) {
                let known = callers.iter().map(|&caller| Known {
                    caller,
                    server,
                    port,
                    wire: Some(class.sent.arriving()),
                });
                found.extend(known.filter(|known| matters(known, row, class)));
            }
        }
    }
}

fn workloads<'c>(class: &'c EndpointClass<'_>) -> impl Iterator<Item = (WorkloadId, u16)> + use<'c> {
    class
        .endpoints
        .iter()
        .filter_map(|endpoint| match endpoint.place {
            EndpointPlace::Workload(id) => Some((id, endpoint.port)),
            EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
        })
}

/// Whether what a proxy does tells of the service, so that whoever calls it does the same.
fn is_general(reason: &ClusterReason<'_>) -> bool {
    !matches!(
        reason,
        ClusterReason::NoProxy
            | ClusterReason::Ztunnel
            | ClusterReason::Waypoint
            | ClusterReason::Proxyless
            | ClusterReason::Excluded(_)
            | ClusterReason::Unknown(_)
            | ClusterReason::UnknownAlias
            | ClusterReason::NoCluster
    )
}

fn general<'a>(row: &'a Row<'a, 'a>, class: &'a EndpointClass<'a>) -> Caller<'a> {
    match (row.cluster.reason, class.sent.reason) {
        (ClusterReason::Rule(tls) | ClusterReason::CredentialIgnored(tls), _)
        | (_, SentReason::Told(tls)) => Caller::Rule { tls, row },
        _ => Caller::Proxies { row, class },
    }
}

/// Those among the clients of a row who are told to call the port. Evidence that names no port stands for every
/// port.
fn told_among<'s, 'a>(
    answers: &'s Answers<'a>,
    row: &'a Row<'a, 'a>,
    told: &'s [(WorkloadId, &'a Call<'a>)],
    class: &'a EndpointClass<'a>,
) -> impl Iterator<Item = Caller<'a>> + use<'s, 'a> {
    let of_port = told
        .iter()
        .filter(|(_, call)| call.port.is_none_or(|port| port == row.port));
    of_port.filter_map(|&(workload, call)| {
        let is_client = row
            .clients
            .iter()
            .any(|members| answers.groups.holds(members, workload));
        is_client.then_some(Caller::Told {
            workload,
            call,
            seen: Some((row, class)),
        })
    })
}

/// Calls in plaintext that no row of the matrix shows: those of init containers that end before their sidecar starts,
/// and those of workloads without a proxy to ports of pods that their headless service does not declare.
fn bare<'a>(answers: &Answers<'a>) -> Vec<Known<'a>> {
    let (mesh, resolution) = (answers.mesh(), answers.resolution());
    let mut found = Vec::new();
    for (workload, call) in answers.callers.calls.iter() {
        let service = mesh.service(call.service);
        let ports: Vec<u16> = mesh
            .ports_of(call.service)
            .iter()
            .map(|port| port.number)
            .collect();
        let mut add = |server, port| {
            found.push(Known {
                caller: Caller::Told {
                    workload,
                    call,
                    seen: None,
                },
                server,
                port,
                wire: Some(Wire::Plaintext),
            });
        };
        match resolution.workload(workload).enrolment.plane {
            DataPlane::None => {
                let undeclared = call
                    .port
                    .filter(|port| service.is_headless() && !ports.contains(port));
                for (&server, port) in resolution
                    .endpoints(call.service)
                    .iter()
                    .zip(undeclared.into_iter().cycle())
                {
                    add(server, port);
                }
            }
            DataPlane::Sidecar
                if call.is_init && starts_after_init(mesh, mesh.workload(workload)).is_some() =>
            {
                let dialled = ports
                    .into_iter()
                    .filter(|&own| call.port.is_none_or(|port| port == own));
                for endpoint in
                    dialled.flat_map(|port| answers.senders.endpoints(call.service, service, port))
                {
                    if let EndpointPlace::Workload(server) = endpoint.place {
                        add(server, endpoint.port);
                    }
                }
            }
            _ => {}
        }
    }
    found
}
