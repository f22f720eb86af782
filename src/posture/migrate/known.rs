//! Connections that are known to be made: nobody can keep those that nothing shows.
//!
//! A connection is known where a manifest tells a workload to call, where one shows a caller from outside of the
//! mesh, and where every proxy that has no word to the contrary makes it alike: because of a DestinationRule for the
//! host, or of what the endpoint itself says. That a proxy does not know a service, or that a workload has none, is no
//! sign that it calls.

use std::collections::BTreeSet;

use crate::callers::{Call, OutsideCall, Outsider, outside_calls};
use crate::id::ObjectName;
use crate::matrix::{Answers, EndpointClass, Row};
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, EndpointPlace, SentReason, Wire};
use crate::resolve::dataplane::{DataPlane, TLS_MODE_LABEL};
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::{Outcome, meet};
use crate::resolve::server::{Accepts, PortDecision};

/// Who makes a connection, and what shows it.
#[derive(Debug, Clone, Copy)]
pub enum Caller<'a> {
    /// A workload that a manifest tells to call.
    Told {
        /// The workload.
        workload: WorkloadId,
        /// Where it is told.
        call: &'a Call<'a>,
        /// What it sees of the service.
        row: &'a Row<'a, 'a>,
        /// What it sees of the endpoint.
        class: &'a EndpointClass<'a>,
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
    /// Somebody outside of the mesh, or around its proxies.
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
    /// What arrives; `None` for calls of which only the kind is known.
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
    let decided = calls.filter_map(|call| {
        let decision = answers.resolution().decide(call.workload, Some(call.port));
        decision.mode.is_some().then_some((call, decision.accepts))
    });
    let (open, refused): (Vec<_>, Vec<_>) = decided.partition(|(call, accepts)| call.gets_through(*accepts));
    let known = |all: Vec<(OutsideCall<'a>, Accepts)>| all.iter().map(|(call, _)| outside(call)).collect();
    (known(open), known(refused))
}

fn outside<'a>(call: &OutsideCall<'a>) -> Known<'a> {
    Known {
        caller: Caller::Outside(*call),
        server: call.workload,
        port: call.port,
        wire: call.told.map(|_| Wire::Plaintext),
    }
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
    for row in answers.matrix.rows().filter(|row| row.is_routed) {
        let is_of_service = row.cluster.reason.is_of_service();
        let told: Vec<Told<'a>> = if is_of_service {
            Vec::new()
        } else {
            told_among(answers, row).collect()
        };
        if !is_of_service && told.is_empty() {
            continue;
        }
        for class in row.endpoints.iter().filter(|class| may_matter(class)) {
            let callers: Vec<Caller<'a>> = if is_of_service {
                vec![general(row, class)]
            } else {
                let calls = told.iter();
                calls
                    .map(|&(workload, call)| Caller::Told {
                        workload,
                        call,
                        row,
                        class,
                    })
                    .collect()
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

fn general<'a>(row: &'a Row<'a, 'a>, class: &'a EndpointClass<'a>) -> Caller<'a> {
    match class.sent.setting(&row.cluster.reason) {
        Some(tls) => Caller::Rule { tls, row },
        None => Caller::Proxies { row, class },
    }
}

/// Who is told to call, and where.
type Told<'a> = (WorkloadId, &'a Call<'a>);

/// Those among the clients of a row who are told to call the port.
fn told_among<'s, 'a>(
    answers: &'s Answers<'a>,
    row: &'s Row<'a, 'a>,
) -> impl Iterator<Item = Told<'a>> + use<'s, 'a> {
    let is_client = |&(workload, _): &Told<'a>| {
        let holds = |members| answers.groups.holds(members, workload);
        row.clients.iter().any(holds)
    };
    answers.callers.calls.to(row.service, row.port).filter(is_client)
}
