//! `server-first-permissive`.

use super::connections::{Conflict, Connection, connections, gather};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::matrix::Row;
use crate::mesh::{Mesh, Protocol, Service, ServicePort, ServiceSource, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::dataplane::DataPlane;
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds `PERMISSIVE` ports of protocols in which the server speaks first (ports declared `mysql`, `mongo`
    /// or `smtp`, and Service ports 25, 3306 and 27017) where plaintext is known to arrive: sidecars send it,
    /// or a given workload of the same namespace has no proxy.
    ///
    /// ## Why is this bad?
    /// A `PERMISSIVE` port waits for the client's first bytes to tell mTLS from plaintext. A plaintext
    /// client of such a protocol waits for the server, so the connection hangs until the proxy stops waiting.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: production, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector: {app: db}
    ///   ports: [{name: mysql, port: 3306}]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: migrate, namespace: production, labels: {sidecar.istio.io/inject: "false"}}
    /// spec:
    ///   containers: [{name: app, image: example/migrate:1}]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: production, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector: {app: db}
    ///   ports: [{name: mysql, port: 3306}]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: migrate, namespace: production, labels: {sidecar.istio.io/inject: "false"}}
    /// spec:
    ///   containers: [{name: app, image: example/migrate:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: db}
    ///   portLevelMtls:
    ///     3306: {mode: DISABLE}
    /// ```
    pub struct ServerFirstPermissive {
        id: "server-first-permissive",
        family: Agreement,
        severity: Warning,
        effect: Refusal,
    }
}

impl Rule for ServerFirstPermissive {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let rows = facts.matrix.rows().filter(|row| row.is_surely_routed());
        let server_first = rows.filter(|row| waits(facts.mesh, row));
        let connections = server_first.flat_map(|row| connections(facts, row));
        let conflicts = gather(facts, connections, |connection| {
            let at = connection.service_port(facts)?.span;
            let hangs = connection.wire() == Wire::Plaintext
                && connection.serves(Mode::Permissive)
                && connection.plane == DataPlane::Sidecar;
            let neighbour = neighbour(facts, connection);
            let is_known = neighbour.is_some() || is_forced(connection);
            (hangs && is_known).then_some((at, neighbour))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

/// Whether the clients of a row wait for the server to speak first.
pub(super) fn waits(mesh: &Mesh<'_>, row: &Row<'_, '_>) -> bool {
    let service = mesh.service(row.cluster.service);
    let port = service.port(row.cluster.port);
    port.is_some_and(|port| speaks_first(service, port))
}

/// Whether a port is of a protocol in which clients wait for the server, and not declared otherwise.
fn speaks_first(service: &Service<'_>, port: &ServicePort<'_>) -> bool {
    let declared = declared_protocol(service, port)
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_named = matches!(&*declared, "mysql" | "mongo" | "smtp");
    let is_well_known = matches!(port.number, 25 | 3306 | 27017) && service.kubernetes().is_some();
    is_named || (is_well_known && port.protocol != Protocol::Http)
}

/// The word for a port's protocol: its `appProtocol`, else its name; of a ServiceEntry its `protocol`.
fn declared_protocol<'a>(service: &Service<'a>, port: &ServicePort<'a>) -> &'a str {
    let protocol = match service.source {
        ServiceSource::Kubernetes(object) => {
            let mut ports = object.spec.ports.iter();
            let written = ports.find(|written| written.port.span == port.span);
            let app_protocol = written.and_then(|written| written.app_protocol.as_ref());
            return app_protocol.map_or(port.name.unwrap_or_default(), |protocol| &protocol.value);
        }
        ServiceSource::Entry(object) => {
            let mut ports = object.spec.ports.iter();
            let is_meant = |number: &Spanned<u16>| number.span == port.span;
            let written = ports.find(|written| written.number.as_ref().is_some_and(is_meant));
            written.and_then(|written| written.protocol.as_ref())
        }
    };
    protocol.map_or("", |protocol| &protocol.value)
}

/// Whether something makes sidecars send plaintext.
fn is_forced(connection: &Connection<'_>) -> bool {
    connection.row.client.plane == DataPlane::Sidecar
        && matches!(
            connection.row.cluster.reason,
            ClusterReason::Rule(_)
                | ClusterReason::AutoMtlsOff
                | ClusterReason::NamespaceDisabled(_)
                | ClusterReason::SomeEndpointWithoutProxy
        )
}

/// A given pod without a proxy in the server's namespace: those of other namespaces are too many to be
/// callers of this port.
fn neighbour(facts: &Facts<'_>, connection: &Connection<'_>) -> Option<WorkloadId> {
    let row = connection.row;
    if row.client.plane != DataPlane::None {
        return None;
    }
    let namespace = facts.mesh.workload(connection.workload).namespace;
    let clients = row.clients.iter();
    let mut there = clients.flat_map(|members| facts.groups.given_in(members, namespace));
    there.find(|&id| facts.mesh.workload(id).template().is_some())
}

impl ServerFirstPermissive {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, Option<WorkloadId>>) -> Finding {
        let clients = match conflict.cause {
            Some(neighbour) => facts.mesh.workload(neighbour).name().to_owned(),
            None => conflict.senders(facts),
        };
        let message = format!(
            "plaintext of {clients} to {} hangs: PERMISSIVE waits for the client, the client for the server",
            conflict.targets(facts),
        );
        let port = conflict.first.port;
        let service = facts.mesh.service(conflict.first.row.cluster.service);
        let at = conflict
            .first
            .service_port(facts)
            .map_or(service.meta().name.span, |port| port.span);
        let mut finding = self
            .finding(at, message)
            .on(service.meta().object_name())
            .label("of this protocol the server speaks first")
            .help(format!(
                "write what arrives at the port: `portLevelMtls: {{{port}: {{mode: DISABLE}}}}` for plaintext, STRICT \
                 once every client has a proxy"
            ))
            .detail(format!("port {}", conflict.first.row.cluster.port));
        if let Some(neighbour) = conflict.cause {
            finding = super::wording::related_enrolment(facts, finding, neighbour);
        }
        let finding = conflict.related_policy(facts, finding);
        if conflict.cause.is_some() {
            return conflict.assume_server(facts, finding);
        }
        conflict.assume(facts, finding)
    }
}
