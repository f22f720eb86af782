//! `undeclared-peer-port`.

use super::strict_ports::{StrictPort, assume, related, strict_port};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::id::Kind;
use crate::mesh::{DeclaredPort, ServiceId, Workload, WorkloadId, WorkloadSource};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds ports by which the pods of a StatefulSet seem to talk to each other, and which its headless Service does
    /// not list, under `STRICT`. Such a port is told by its name (`gossip`, `raft`, `peer`, …) or its number. Only
    /// StatefulSets of more than one replica count.
    ///
    /// ## Why is this bad?
    /// Peers dial each other by address. The sidecar of the dialling pod knows the address of a headless Service's pod
    /// only with a port that the Service lists; on any other port it passes plaintext on, which `STRICT` on the peer
    /// refuses. The cluster never forms.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   replicas: 3
    ///   template:
    ///     metadata:
    ///       labels: {app: db}
    ///     spec:
    ///       containers:
    ///         - name: db
    ///           image: example/db:1
    ///           ports: [{name: sql, containerPort: 5432}, {name: gossip, containerPort: 7946}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   clusterIP: None
    ///   selector: {app: db}
    ///   ports: [{name: tcp-sql, port: 5432}]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   replicas: 3
    ///   template:
    ///     metadata:
    ///       labels: {app: db}
    ///     spec:
    ///       containers:
    ///         - name: db
    ///           image: example/db:1
    ///           ports: [{name: sql, containerPort: 5432}, {name: gossip, containerPort: 7946}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   clusterIP: None
    ///   selector: {app: db}
    ///   ports: [{name: tcp-sql, port: 5432}, {name: tcp-gossip, port: 7946}]
    /// ```
    pub struct UndeclaredPeerPort {
        id: "undeclared-peer-port",
        family: Callers,
        severity: Info,
        effect: Refusal,
    }
}

impl Rule for UndeclaredPeerPort {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, workload) in facts.mesh.workloads() {
            if !has_peers(workload) || facts.resolution.workload(id).enrolment.plane != DataPlane::Sidecar {
                continue;
            }
            let Some(headless) = headless_service(facts, id) else {
                continue;
            };
            let ports = workload.container_ports().filter(|port| is_peer_port(port));
            for port in ports.filter(|port| !is_exposed(facts, id, port.number)) {
                if let Some(strict) = strict_port(facts, id, port.number) {
                    findings.push(self.report(facts, workload, &port, headless, &strict));
                }
            }
        }
    }
}

fn has_peers(workload: &Workload<'_>) -> bool {
    let WorkloadSource::Pods(object) = workload.source else {
        return false;
    };
    let replicas = object.spec.replicas.as_ref();
    object.meta.kind == Kind::StatefulSet && replicas.is_some_and(|replicas| replicas.value > 1)
}

fn headless_service(facts: &Facts<'_>, id: WorkloadId) -> Option<ServiceId> {
    let bindings = facts.resolution.workload(id).bindings.iter();
    let mut services = bindings.map(|binding| binding.service);
    services.find(|&service| facts.mesh.service(service).is_headless())
}

fn is_exposed(facts: &Facts<'_>, id: WorkloadId, port: u16) -> bool {
    let mut bindings = facts.resolution.workload(id).bindings.iter();
    bindings.any(|binding| binding.target == port)
}

/// Ports by which peers talk: of etcd, ZooKeeper, RabbitMQ (and epmd), Galera, Hazelcast, NATS, Cassandra,
/// JGroups, memberlist, Consul, Alertmanager, Elasticsearch and Redis.
const PEER_PORTS: [u16; 20] = [
    2380, 2888, 3888, 4369, 4444, 4567, 4568, 5701, 6222, 7000, 7001, 7800, 7946, 8300, 8301, 8302, 9094,
    9300, 16379, 25672,
];
/// Words in the names of such ports.
const PEER_NAMES: [&str; 12] = [
    "peer",
    "gossip",
    "raft",
    "cluster",
    "replication",
    "intra",
    "memberlist",
    "serf",
    "election",
    "epmd",
    "mesh",
    "quorum",
];

fn is_peer_port(port: &DeclaredPort<'_>) -> bool {
    let says_so = |name: &str| name.split('-').any(|word| PEER_NAMES.contains(&word));
    PEER_PORTS.contains(&port.number) || port.name.is_some_and(says_so)
}

impl UndeclaredPeerPort {
    fn report(
        self,
        facts: &Facts<'_>,
        workload: &Workload<'_>,
        port: &DeclaredPort<'_>,
        headless: ServiceId,
        strict: &StrictPort<'_>,
    ) -> Finding {
        let service = facts.mesh.service(headless).meta();
        let message = format!(
            "peers of {} {} send plaintext to port {}, which no Service lists and STRICT refuses",
            workload.kind(),
            workload.meta().qualified_name(),
            port.number,
        );
        let finding = self
            .finding(port.span, message)
            .on(workload.meta().object_name())
            .label("peers seem to talk here")
            .related(service.name.span, "the headless Service does not list it")
            .help(format!(
                "add to `ports` of Service {}: `{{name: tcp-{}, port: {}}}`",
                service.qualified_name(),
                port.name.unwrap_or("peer"),
                port.number,
            ))
            .detail(port.number.to_string());
        let ports = [*strict];
        let finding = related(facts, finding, &ports);
        assume(facts, finding, &ports)
    }
}
