//! `sidecar-egress-hides-service`.

use std::collections::BTreeMap;

use super::connections::{related_policy, target, traced_port};
use super::wording::{self, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::callers::Call;
use crate::finding::Finding;
use crate::mesh::{Protocol, ServiceId, WorkloadId};
use crate::model::Object;
use crate::model::peer_authentication::Mode;
use crate::model::sidecar::Sidecar;
use crate::resolve::client::{Client, ClusterReason, EndpointPlace, Visibility, Wire};
use crate::resolve::destination::covers;
use crate::resolve::outcome::{Outcome, meet};
use crate::resolve::server::PortDecision;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds Sidecar resources whose `egress` leaves out a `STRICT` service that workloads are told to call: its
    /// DNS name stands in their environment, their arguments or a ConfigMap that they read.
    ///
    /// ## Why is this bad?
    /// For a host that it does not know a sidecar passes on the application's own bytes, without mTLS.
    /// `STRICT` refuses them, and nothing at the client says why.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: frontend, namespace: web}
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: example/frontend:1
    ///       env: [{name: PAYMENT_URL, value: "http://payment.production:80"}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: Sidecar
    /// metadata: {name: default, namespace: web}
    /// spec:
    ///   egress:
    ///     - hosts: ["./*"]
    /// ---
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
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: frontend, namespace: web}
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: example/frontend:1
    ///       env: [{name: PAYMENT_URL, value: "http://payment.production:80"}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: Sidecar
    /// metadata: {name: default, namespace: web}
    /// spec:
    ///   egress:
    ///     - hosts: ["./*", production/payment.production.svc.cluster.local]
    /// ---
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
    pub struct SidecarEgressHidesService {
        id: "sidecar-egress-hides-service",
        family: Agreement,
        severity: Info,
        effect: Refusal,
    }
}

impl Rule for SidecarEgressHidesService {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut found: BTreeMap<(Span, ServiceId), Hidden<'_>> = BTreeMap::new();
        for (caller, call) in facts.callers.calls.iter() {
            if let Some(hidden) = Hidden::of(facts, caller, call) {
                let key = (hidden.sidecar.meta.span, call.service);
                found.entry(key).or_insert(hidden).callers.push(caller);
            }
        }
        findings.extend(found.values().map(|hidden| self.report(facts, hidden)));
    }
}

/// A service that a Sidecar resource hides from workloads that call it.
struct Hidden<'a> {
    sidecar: &'a Object<Sidecar>,
    callers: Vec<WorkloadId>,
    call: &'a Call<'a>,
    /// The service's port.
    port: u16,
    /// Who refuses the plaintext.
    server: WorkloadId,
    decision: PortDecision<'a>,
}

impl<'a> Hidden<'a> {
    /// The call of a workload whose Sidecar resource hides the service. Init containers run before the sidecar,
    /// and their calls are no matter of it.
    fn of(facts: &Facts<'a>, caller: WorkloadId, call: &'a Call<'a>) -> Option<Self> {
        let client = Client::of(facts.resolution, caller);
        let sidecar = client.sidecar.filter(|_| !call.is_init)?;
        let ports = facts.mesh.ports_of(call.service).iter();
        let streams = ports.filter(|port| port.protocol != Protocol::Udp);
        let mut numbers = streams
            .map(|port| port.number)
            .filter(|&number| call.port.is_none_or(|port| port == number));
        numbers.find_map(|port| {
            let cluster = facts.senders.cluster(&client, call.service, port, None);
            let is_hidden = matches!(cluster.reason, ClusterReason::Unknown(Visibility::NotImported));
            let service = facts.mesh.service(call.service);
            let mut endpoints = facts.senders.endpoints(call.service, service, port).into_iter();
            let (server, decision) = endpoints.find_map(|endpoint| {
                let EndpointPlace::Workload(server) = endpoint.place else {
                    return None;
                };
                let wire = facts.senders.send(&cluster, &endpoint).wire;
                let decision = facts.resolution.decide(server, Some(endpoint.port));
                let is_refused = wire == Wire::Plaintext
                    && decision.mode == Some(Mode::Strict)
                    && meet(wire, decision.accepts) == Outcome::Refused;
                is_refused.then_some((server, decision))
            })?;
            is_hidden.then_some(Hidden {
                sidecar,
                callers: Vec::new(),
                call,
                port,
                server,
                decision,
            })
        })
    }

    /// The entry that excludes the service, which no other entry makes good.
    fn exclusion(&self, host: &str) -> Option<Span> {
        let hosts = self
            .sidecar
            .spec
            .egress
            .iter()
            .flat_map(|listener| &listener.hosts);
        let mut exclusions = hosts.filter_map(|written| {
            let (_, pattern) = written.value.strip_prefix('~')?.split_once('/')?;
            Some((pattern, written.span))
        });
        let excludes = |&(pattern, _): &(&str, Span)| pattern != "*" && covers(pattern, host);
        exclusions.find(excludes).map(|(_, span)| span)
    }

    /// The hosts that leave the service out: those of the last listener, which takes what no other does.
    fn place(&self) -> Span {
        let listener = self.sidecar.spec.egress.last();
        let host = listener.and_then(|listener| listener.hosts.first());
        host.map_or(self.sidecar.meta.name.span, |host| host.span)
    }
}

impl SidecarEgressHidesService {
    fn report(self, facts: &Facts<'_>, hidden: &Hidden<'_>) -> Finding {
        let mesh = facts.mesh;
        let callers = hidden.callers.iter().map(|&id| mesh.workload(id).name());
        let service = mesh.service(hidden.call.service);
        let message = format!(
            "Sidecar {} hides {} from {}, so that its calls pass in plaintext, which STRICT refuses",
            hidden.sidecar.meta.qualified_name(),
            target(facts, hidden.call.service, hidden.port),
            list(callers),
        );
        let namespace = mesh.namespaces[service.namespace].display_name();
        let (at, label, help) = match hidden.exclusion(&service.host) {
            Some(span) => (
                span,
                "excludes the service",
                "remove this entry: it overrides every other one".to_owned(),
            ),
            None => (
                hidden.place(),
                "what is not listed here is unknown to the sidecar",
                format!(
                    "add `{namespace}/{}` to the `hosts` of its `egress`",
                    service.host
                ),
            ),
        };
        let finding = self
            .finding(at, message)
            .on(hidden.sidecar.meta.object_name())
            .label(label)
            .help(help)
            .related(hidden.call.span, "tells the workload to call the service")
            .detail(service.host.to_string())
            .traced(traced_port(hidden.server, hidden.decision.port));
        let finding = related_policy(facts, finding, hidden.decision.policy, hidden.decision.port);
        let server = mesh.workload(hidden.server).namespace;
        let finding = wording::assuming_server(finding, mesh, server, hidden.decision.rests_on);
        let caller = hidden.callers[0];
        let rests_on = facts.resolution.workload(caller).enrolment.rests_on;
        wording::assuming_enrolment(finding, mesh, mesh.workload(caller).namespace, rests_on)
    }
}
