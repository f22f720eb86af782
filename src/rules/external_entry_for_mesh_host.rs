//! `external-entry-for-mesh-host`.

use super::connections::{Conflict, Connection, connections, gather};
use super::manifest;
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumptions, Finding};
use crate::matrix::Row;
use crate::mesh::ServiceId;
use crate::model::Object;
use crate::model::peer_authentication::Mode;
use crate::model::service_entry::ServiceEntry;
use crate::resolve::client::{ClusterReason, EndpointPlace, Sent, SentReason, Wire};
use crate::resolve::outcome::Outcome;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds ServiceEntries of location `MESH_EXTERNAL`, which is also the default, that lead to `STRICT` pods
    /// of the mesh: by the name of a Service, by an endpoint with such a name, or by a `workloadSelector`.
    ///
    /// ## Why is this bad?
    /// Auto-mTLS is for the mesh. For an external host clients send what the application sends, so that
    /// connections which worked by the Service's own definition are now refused by `STRICT`.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: payment, namespace: production, labels: {app: payment}}
    /// spec:
    ///   containers: [{name: app, image: example/payment:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: ServiceEntry
    /// metadata: {name: payment, namespace: web}
    /// spec:
    ///   hosts: [payment.production.svc.cluster.local]
    ///   ports: [{name: http, number: 80, protocol: HTTP}]
    ///   resolution: DNS
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: payment, namespace: production, labels: {app: payment}}
    /// spec:
    ///   containers: [{name: app, image: example/payment:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct ExternalEntryForMeshHost {
        id: "external-entry-for-mesh-host",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for ExternalEntryForMeshHost {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let rows = facts.matrix.rows().filter(|row| is_external(row));
        let connections = rows.flat_map(|row| {
            let behind = hosts_behind(facts, row);
            let behind = behind
                .into_iter()
                .flat_map(|(id, port)| through(facts, row, id, port));
            connections(facts, row).chain(behind)
        });
        let conflicts = gather(facts, connections, |connection| {
            let service = facts.mesh.service(connection.row.cluster.service);
            let entry = service.entry()?;
            let at = place(entry, &service.host);
            let is_refused = connection.outcome == Outcome::Refused && connection.serves(Mode::Strict);
            is_refused.then_some((at, entry))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

/// Whether the clients of a row take the service for one outside the mesh.
pub(super) fn is_external(row: &Row<'_, '_>) -> bool {
    matches!(row.cluster.reason, ClusterReason::External) && row.subset.is_none()
}

/// The location, or the host where the location is left out.
fn place(entry: &Object<ServiceEntry>, host: &str) -> Span {
    let mut hosts = entry.spec.hosts.iter();
    let written = hosts.find(|written| written.value.eq_ignore_ascii_case(host));
    let location = entry.spec.location.as_ref().map(|location| location.span);
    location.unwrap_or_else(|| written.map_or(entry.meta.name.span, |host| host.span))
}

/// The Kubernetes Services, with ports, whose names stand where an entry says that clients connect: its own
/// host where it lists nothing, else its endpoints.
fn hosts_behind(facts: &Facts<'_>, row: &Row<'_, '_>) -> Vec<(ServiceId, u16)> {
    let service = facts.mesh.service(row.cluster.service);
    let own = &*service.host;
    let listed = row.endpoints.iter().flat_map(|class| &class.endpoints);
    let mut names: Vec<(&str, u16)> = listed
        .filter_map(|endpoint| match endpoint.place {
            EndpointPlace::Listed(entry) => Some((&*entry.address.as_ref()?.value, endpoint.port)),
            EndpointPlace::Host => Some((own, endpoint.port)),
            EndpointPlace::Workload(_) | EndpointPlace::Address(_) => None,
        })
        .collect();
    if row.endpoints.is_empty() && row.cluster.is_original_destination {
        names.push((own, row.cluster.port));
    }
    let services = names.into_iter().flat_map(|(host, port)| {
        let services = facts.mesh.services_of_host(host).iter();
        services.map(move |&id| (id, port))
    });
    services
        .filter(|&(id, _)| facts.mesh.service(id).kubernetes().is_some())
        .collect()
}

/// What the clients of a row send to the pods of a Service that they reach by its address.
fn through<'a>(facts: &Facts<'a>, row: &'a Row<'a, 'a>, id: ServiceId, port: u16) -> Vec<Connection<'a>> {
    let sent = Sent {
        relay: None,
        wire: Wire::Plaintext,
        reason: SentReason::Cluster,
        rests_on: Assumptions::NONE,
    };
    let endpoints = facts.senders.endpoints(id, facts.mesh.service(id), port);
    let to_pods = endpoints.into_iter().filter_map(|endpoint| {
        let EndpointPlace::Workload(workload) = endpoint.place else {
            return None;
        };
        let resolved = facts.resolution.workload(workload);
        let server = facts.resolution.decide(workload, Some(endpoint.port));
        Some(Connection {
            row,
            sent,
            workload,
            port: endpoint.port,
            plane: resolved.enrolment.plane,
            server,
            bypass: server.bypass,
            outcome: crate::resolve::outcome::meet(sent.wire, server.accepts),
        })
    });
    to_pods.collect()
}

impl ExternalEntryForMeshHost {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, &Object<ServiceEntry>>) -> Finding {
        let entry = conflict.cause;
        let host = &facts.mesh.service(conflict.first.row.cluster.service).host;
        let message = format!(
            "ServiceEntry {} makes {} send plaintext to {}, where STRICT of {} refuses it",
            entry.meta.qualified_name(),
            conflict.senders(facts),
            conflict.targets(facts),
            facts.mesh.workload(conflict.first.workload).name(),
        );
        let selects = entry.spec.workload_selector.is_some();
        let help = if selects {
            "write `location: MESH_INTERNAL`: the pods belong to the mesh"
        } else {
            "remove the ServiceEntry and let clients use the Service's own name, which auto-mTLS knows"
        };
        let mut finding = self
            .finding(place(entry, host), message)
            .on(entry.meta.object_name())
            .label("outside the mesh there is no auto-mTLS")
            .help(help)
            .detail(host.to_string());
        if let Some(location) = entry.spec.location.as_ref().filter(|_| selects) {
            let edit = manifest::replaced(location, "MESH_INTERNAL");
            finding = finding.fix("take the pods into the mesh", vec![edit]);
        }
        let finding = conflict.related_policy(facts, finding);
        conflict.assume(facts, finding)
    }
}
