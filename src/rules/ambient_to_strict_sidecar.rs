//! `ambient-to-strict-sidecar`

use std::collections::{BTreeMap, BTreeSet};

use super::ambient::is_ambient;
use super::connections::{Connection, connections, related_policy, target};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::callers::Call;
use crate::finding::{Assumptions, Finding, Severity};
use crate::mesh::{NamespaceId, ServiceId, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::Wire;
use crate::resolve::compose::deciding_value;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::Outcome;

declare_rule! {
    /// ## What it does
    /// Finds ambient workloads that are told to call a Service whose pods have sidecars in mode `STRICT`. Where
    /// no manifest tells of a call, it says once per pair of namespaces that such calls would fail.
    ///
    /// ## Why is this bad?
    /// Ztunnel speaks HBONE or nothing. A sidecar takes HBONE only where the mesh config sets
    /// `ISTIO_META_ENABLE_HBONE` for it; any other gets plaintext, which `STRICT` refuses. In the other
    /// direction, and between sidecars, everything works, so this shows first when a client moves to ambient.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: web, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: frontend, namespace: web, labels: {app: frontend}}
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: example/frontend:1
    ///       env: [{name: CART_URL, value: "http://cart.shop:80"}]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: web, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: frontend, namespace: web, labels: {app: frontend}}
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: example/frontend:1
    ///       env: [{name: CART_URL, value: "http://cart.shop:80"}]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: PERMISSIVE}
    /// ```
    pub struct AmbientToStrictSidecar {
        id: "ambient-to-strict-sidecar",
        family: PeerAuthentication,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for AmbientToStrictSidecar {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let refusals = Refusals::of(facts);
        if refusals.by_port.is_empty() {
            return;
        }
        let mut told = BTreeSet::new();
        for (caller, call) in facts
            .callers
            .calls
            .iter()
            .filter(|(id, _)| is_ambient(facts, *id))
        {
            if let Some(refusal) = refusals.of_call(facts, call) {
                let server = facts.mesh.service(call.service).namespace;
                told.insert((facts.mesh.workload(caller).namespace, server));
                findings.push(self.of_call(facts, caller, call, refusal));
            }
        }
        for (client, callers) in ambient_callers(facts) {
            for (&server, services) in &refusals.by_namespace {
                if !told.contains(&(client, server)) {
                    findings.extend(self.of_namespaces(facts, client, callers, services));
                }
            }
        }
    }
}

/// The given ambient workloads, counted by namespace.
fn ambient_callers(facts: &Facts<'_>) -> BTreeMap<NamespaceId, usize> {
    let mut counts = BTreeMap::new();
    for (id, workload) in facts.mesh.workloads() {
        if is_ambient(facts, id) {
            *counts.entry(workload.namespace).or_default() += 1;
        }
    }
    counts
}

/// What ztunnel sends to sidecars that refuse it.
struct Refusals<'a> {
    by_port: BTreeMap<(ServiceId, u16), Connection<'a>>,
    /// The Services that are certain to refuse, by namespace.
    by_namespace: BTreeMap<NamespaceId, BTreeMap<ServiceId, Connection<'a>>>,
}

impl<'a> Refusals<'a> {
    fn of(facts: &Facts<'a>) -> Refusals<'a> {
        let mut refusals = Refusals {
            by_port: BTreeMap::new(),
            by_namespace: BTreeMap::new(),
        };
        let refused = facts.matrix.rows().filter(|row| row.is_refused());
        for row in refused.filter(|row| row.client.plane == DataPlane::Ambient) {
            let mut refused = connections(facts, row).filter(|connection| is_refused(facts, connection));
            let Some(first) = refused.next() else { continue };
            refusals.by_port.entry((row.service, row.port)).or_insert(first);
            let enrolment = &facts.resolution.workload(first.workload).enrolment;
            if enrolment.rests_on == Assumptions::NONE {
                let namespace = facts.mesh.service(row.service).namespace;
                let services = refusals.by_namespace.entry(namespace).or_default();
                services.entry(row.service).or_insert(first);
            }
        }
        refusals
    }

    /// What becomes of a call; one that names no port only fails for certain where every port does.
    fn of_call(&self, facts: &Facts<'_>, call: &Call<'_>) -> Option<&Connection<'a>> {
        let mut ports = facts.mesh.ports_of(call.service).iter();
        let of_port = |port: u16| self.by_port.get(&(call.service, port));
        let Some(port) = call.port else {
            let first = ports.next().and_then(|port| of_port(port.number))?;
            return ports.all(|port| of_port(port.number).is_some()).then_some(first);
        };
        // Behind a headless service it may be the port of the pods.
        of_port(port).or_else(|| {
            let mut all = ports.filter_map(|known| of_port(known.number));
            all.find(|refusal| refusal.port == port)
        })
    }
}

fn is_refused(facts: &Facts<'_>, connection: &Connection<'_>) -> bool {
    connection.outcome == Outcome::Refused
        && connection.wire() == Wire::Plaintext
        && connection.plane == DataPlane::Sidecar
        && connection.serves(Mode::Strict)
        && connection.is_pod(facts)
}

const REMEDY: &str = "move the server to ambient as well, or make the port PERMISSIVE until then; sidecars take the tunnel \
                      only with `defaultConfig: {proxyMetadata: {ISTIO_META_ENABLE_HBONE: \"true\"}}` in the mesh config";

impl AmbientToStrictSidecar {
    fn of_call(
        self,
        facts: &Facts<'_>,
        caller: WorkloadId,
        call: &Call<'_>,
        refusal: &Connection<'_>,
    ) -> Finding {
        let workload = facts.mesh.workload(caller);
        let target = target(facts, call.service, refusal.row.port);
        let message = format!(
            "{} is in ambient and cannot call {target}: {} sends plaintext, which STRICT sidecars refuse",
            workload.name(),
            match refusal.sent.relay {
                Some(relay) => format!("waypoint {}", relay.waypoint.qualified_name()),
                None => "ztunnel".to_owned(),
            },
        );
        let finding = self
            .finding(call.span, message)
            .on(workload.meta().object_name())
            .detail(target)
            .label("calls a STRICT sidecar")
            .help(REMEDY);
        let because = facts.resolution.workload(caller).enrolment.because;
        let finding = match because.span() {
            Some(span) => finding.related(span, format!("{} is in ambient: {because}", workload.name())),
            None => finding,
        };
        let finding = match refusal.sent.relay {
            Some(relay) => finding.related(relay.waypoint.label.value_span, "leads through the waypoint"),
            None => finding,
        };
        let finding = related_policy(facts, finding, refusal.server.policy, Some(refusal.port));
        let server = facts.mesh.workload(refusal.workload).namespace;
        wording::assuming_server(finding, facts.mesh, server, refusal.server.rests_on)
    }

    fn of_namespaces(
        self,
        facts: &Facts<'_>,
        client: NamespaceId,
        callers: usize,
        services: &BTreeMap<ServiceId, Connection<'_>>,
    ) -> Option<Finding> {
        let (&service, refusal) = services.first_key_value()?;
        let by = refusal.server.policy.by?;
        let value = deciding_value(&facts.mesh.policies, refusal.server.policy, Some(refusal.port))?;
        let from = facts.mesh.namespaces[client].display_name();
        let to = facts.mesh.namespaces[facts.mesh.service(service).namespace].display_name();
        let message = format!(
            "{} of {from} cannot reach {} of {to}: ztunnel sends sidecars plaintext",
            wording::counted(callers, "ambient workload"),
            wording::counted(services.len(), "STRICT service"),
        );
        let names = services
            .keys()
            .map(|&id| &*facts.mesh.service(id).meta().name.value);
        let finding = self
            .finding(value.span, message)
            .severity(Severity::Info)
            .on(facts.mesh.policies[by].object.meta.object_name())
            .detail(format!("{from} to {to}"))
            .label(format!("STRICT for {}", wording::list(names)))
            .help(REMEDY);
        let server = facts.mesh.workload(refusal.workload).namespace;
        Some(wording::assuming_server(
            finding,
            facts.mesh,
            server,
            refusal.server.rests_on,
        ))
    }
}
