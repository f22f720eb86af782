//! What clients send to given workloads, gathered by the cause of what becomes of it. Rules about clients
//! and servers that disagree all read the same rows; they differ in the cause, in where it stands, and in
//! their words.

use std::collections::BTreeMap;

use super::Facts;
use super::clients::Clients;
use super::wording::{self, counted, list};
use crate::finding::{Assumption, Assumptions, Finding, Traced};
use crate::matrix::Row;
use crate::mesh::{ServiceId, ServicePort, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::capture::Bypass;
use crate::resolve::classes::Members;
use crate::resolve::client::{EndpointPlace, Sent, Wire};
use crate::resolve::compose::{Decided, deciding_value};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::Outcome;
use crate::resolve::server::PortDecision;
use crate::source::Span;

/// What the clients of a row send to a given workload.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connection<'a> {
    /// Who sends, to which service.
    pub(super) row: &'a Row<'a, 'a>,
    /// What they send.
    pub(super) sent: Sent<'a>,
    /// Who gets it.
    pub(super) workload: WorkloadId,
    /// The workload port.
    pub(super) port: u16,
    /// The workload's data plane.
    pub(super) plane: DataPlane,
    /// What is in force on the port.
    pub(super) server: PortDecision<'a>,
    /// Why the port bypasses the sidecar, if it does.
    pub(super) bypass: Option<Bypass<'a>>,
    /// What becomes of it.
    pub(super) outcome: Outcome,
}

/// Every connection of a row to a given workload.
pub(super) fn connections<'a>(
    facts: &Facts<'a>,
    row: &'a Row<'a, 'a>,
) -> impl Iterator<Item = Connection<'a>> {
    let resolution = facts.resolution;
    row.endpoints.iter().flat_map(move |class| {
        class.endpoints.iter().filter_map(move |endpoint| {
            let EndpointPlace::Workload(workload) = endpoint.place else {
                return None;
            };
            let resolved = resolution.workload(workload);
            Some(Connection {
                row,
                sent: class.sent,
                workload,
                port: endpoint.port,
                plane: resolved.enrolment.plane,
                server: class.server?,
                bypass: resolved.bypass(Some(endpoint.port)),
                outcome: class.outcome,
            })
        })
    })
}

impl<'a> Connection<'a> {
    /// What arrives: what the clients send, or what a waypoint makes of it.
    pub(super) fn wire(&self) -> Wire {
        self.sent.arriving()
    }

    /// Whether a proxy serves the port in that mode.
    pub(super) fn serves(&self, mode: Mode) -> bool {
        self.server.mode == Some(mode)
    }

    /// Whether the workload is a pod; what machines run is told by no manifest.
    pub(super) fn is_pod(&self, facts: &Facts<'_>) -> bool {
        facts.mesh.workload(self.workload).template().is_some()
    }

    /// What shows how it comes about.
    fn traced(&self, facts: &Facts<'_>) -> Traced {
        let service = self.row.service;
        let mut rows = facts.matrix.of_service(service).iter();
        let index = rows.position(|row| std::ptr::eq(row, self.row));
        Traced {
            row: index.map(|index| (service.0, index as u32)),
            ..traced_port(self.workload, Some(self.port))
        }
    }

    /// The service port that leads there.
    pub(super) fn service_port(&self, facts: &Facts<'a>) -> Option<&'a ServicePort<'a>> {
        facts
            .mesh
            .service(self.row.cluster.service)
            .port(self.row.cluster.port)
    }
}

/// Everything that one cause breaks.
#[derive(Debug)]
pub(super) struct Conflict<'a, C> {
    /// The cause.
    pub(super) cause: C,
    /// The first connection that it breaks, which is shown.
    pub(super) first: Connection<'a>,
    /// Who is hit.
    pub(super) clients: Clients,
    /// The service ports that they cannot reach, each with whether it is so for clients anywhere.
    targets: BTreeMap<(ServiceId, u16), bool>,
    rests_on: Assumptions,
}

/// The connections that fail, by the place of their cause; `cause_of` tells which a rule is about.
pub(super) fn by_cause<'a, C>(
    facts: &Facts<'a>,
    cause_of: impl Fn(&Connection<'a>) -> Option<(Span, C)>,
) -> Vec<Conflict<'a, C>> {
    let refused = facts.matrix.refused();
    let refused = refused
        .flat_map(|row| connections(facts, row))
        .filter(|connection| connection.outcome == Outcome::Refused);
    gather(facts, refused, cause_of)
}

/// The same for connections that a rule finds by itself. Causes that nobody can be expected to meet are left
/// out.
pub(super) fn gather<'a, C>(
    facts: &Facts<'a>,
    connections: impl Iterator<Item = Connection<'a>>,
    cause_of: impl Fn(&Connection<'a>) -> Option<(Span, C)>,
) -> Vec<Conflict<'a, C>> {
    let mut conflicts: BTreeMap<Span, Conflict<'a, C>> = BTreeMap::new();
    for connection in connections {
        if let Some((at, cause)) = cause_of(&connection) {
            let conflict = conflicts
                .entry(at)
                .or_insert_with(|| Conflict::new(cause, &connection));
            conflict.add(facts, &connection);
        }
    }
    let mut conflicts: Vec<_> = conflicts.into_values().collect();
    conflicts.retain(|conflict| !conflict.clients.is_empty());
    conflicts
}

impl<'a, C> Conflict<'a, C> {
    fn new(cause: C, first: &Connection<'a>) -> Self {
        Conflict {
            cause,
            first: *first,
            clients: Clients::default(),
            targets: BTreeMap::new(),
            rests_on: Assumptions::NONE,
        }
    }

    fn add(&mut self, facts: &Facts<'a>, connection: &Connection<'a>) {
        let row = connection.row;
        self.rests_on |= connection.server.rests_on | row.cluster.rests_on;
        let is_everywhere = row
            .clients
            .iter()
            .any(|members| matches!(members, Members::Everywhere { .. }));
        *self.targets.entry(row.target()).or_default() |= is_everywhere;
        self.clients.add(facts, row);
    }

    /// Who is hit. A cause may break one port for clients anywhere and another for those of a namespace:
    /// then neither is said of all.
    pub(super) fn senders(&self, facts: &Facts<'_>) -> String {
        let mut scopes = self.targets.values();
        let first = scopes.next();
        if scopes.all(|scope| Some(scope) == first) {
            self.clients.words(facts)
        } else {
            "clients".to_owned()
        }
    }

    /// The service ports that are hit: `payment.production:80`, or `12 ports (payment.production:80, …)`.
    pub(super) fn targets(&self, facts: &Facts<'_>) -> String {
        let targets = self.targets.keys();
        let names = list(targets.map(|&(service, port)| target(facts, service, port)));
        match self.targets.len() {
            1 => names,
            count => format!("{} ({names})", counted(count, "port")),
        }
    }

    /// Shows the policy that decided on the server's port.
    pub(super) fn related_policy(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        related_policy(facts, finding, self.first.server.policy, Some(self.first.port))
    }

    /// Shows the service port through which the server is reached.
    pub(super) fn related_service_port(&self, facts: &Facts<'a>, finding: Finding) -> Finding {
        let Some(port) = self.first.service_port(facts) else {
            return finding;
        };
        let leads = format!(
            "port {} leads to port {} of the pods",
            port.number, self.first.port
        );
        finding.related(port.span, leads)
    }

    /// Says what the finding rests on.
    pub(super) fn assume(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        let finding = self.assume_server(facts, finding);
        self.clients.assume(facts, finding)
    }

    /// Says what is taken for granted of the server alone.
    pub(super) fn assume_server(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        let namespace = facts.mesh.workload(self.first.workload).namespace;
        let finding = related_route(finding, self.first.row).traced(self.first.traced(facts));
        wording::assuming_server(finding, facts.mesh, namespace, self.rests_on)
    }
}

/// Shows the VirtualService that leads the clients of a row to the server, and says where a gateway may not follow
/// it.
pub(super) fn related_route(finding: Finding, row: &Row<'_, '_>) -> Finding {
    let Some(route) = row.route else {
        return finding;
    };
    let name = route.object.meta.qualified_name();
    let finding = finding.related(route.at, format!("VirtualService {name} leads clients there"));
    if route.is_certain {
        return finding;
    }
    finding.assuming(
        Assumption::NotModelled,
        format!("the gateway serves a Gateway of VirtualService {name} that is not given"),
    )
}

/// The service port that answers the clients of a row.
pub(super) fn row_target(facts: &Facts<'_>, row: &Row<'_, '_>) -> String {
    let (service, port) = row.target();
    target(facts, service, port)
}

/// `payment.production:80`, or the full host of what is no Kubernetes Service.
pub(super) fn target(facts: &Facts<'_>, service: ServiceId, port: u16) -> String {
    format!("{}:{port}", host(facts, service))
}

/// `payment.production`, or the full host of what is no Kubernetes Service.
pub(super) fn host(facts: &Facts<'_>, service: ServiceId) -> String {
    let service = facts.mesh.service(service);
    let meta = service.meta();
    match (service.kubernetes(), meta.namespace_name()) {
        (Some(_), Some(namespace)) => format!("{}.{namespace}", meta.name.value),
        _ => service.host.to_string(),
    }
}

/// What shows how the mode of a port comes about.
pub(super) fn traced_port(workload: WorkloadId, port: Option<u16>) -> Traced {
    Traced {
        workload: workload.0,
        port,
        row: None,
    }
}

/// Shows the value that decided on a mode, where a policy did.
pub(super) fn related_policy(
    facts: &Facts<'_>,
    finding: Finding,
    policy: Decided,
    port: Option<u16>,
) -> Finding {
    let policies = &facts.mesh.policies;
    let (Some(value), Some(by)) = (deciding_value(policies, policy, port), policy.by) else {
        return finding;
    };
    let name = policies[by].object.meta.qualified_name();
    let what = match port {
        Some(port) => format!("{name} makes port {port} {}", policy.mode),
        None => format!("{name} makes it {}", policy.mode),
    };
    finding.related(value.span, what)
}
