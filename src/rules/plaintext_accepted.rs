//! `plaintext-accepted`.

use std::collections::BTreeMap;

use super::connections::traced_port;
use super::wording::counted;
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::callers::ApiServerCall;
use crate::finding::{Assumptions, Finding};
use crate::hash::HashMap;
use crate::mesh::{PolicyId, WorkloadId};
use crate::model::Account;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::EndpointPlace;
use crate::resolve::compose::deciding_value;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::server::PortDecision;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds policies that let plaintext in on ports of meshed workloads: `PERMISSIVE` and `DISABLE`. An exception
    /// with the annotations `peerauth.dev/reason` and `peerauth.dev/expires` is left alone, and so is what Istio's
    /// own default lets in, unless the settings say that the namespace and the root namespace are given completely.
    ///
    /// ## Why is this bad?
    /// `PERMISSIVE` is meant for the time of a migration. Until it ends, anybody who reaches the port can talk to it
    /// without showing who he is, and nothing tells such a caller from one of the mesh.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: PERMISSIVE}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]
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
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]
    /// ```
    pub struct PlaintextAccepted {
        id: "plaintext-accepted",
        family: Posture,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for PlaintextAccepted {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let calls = api_server_calls(facts);
        let mut open: BTreeMap<Option<PolicyId>, Open<'_>> = BTreeMap::new();
        for (id, workload) in facts
            .mesh
            .workloads()
            .filter(|(_, workload)| workload.template().is_some())
        {
            let plane = facts.resolution.workload(id).enrolment.plane;
            if !matches!(plane, DataPlane::Sidecar | DataPlane::Ambient) {
                continue;
            }
            for decision in decisions(facts, id) {
                let is_open = matches!(decision.mode, Some(Mode::Permissive | Mode::Disable));
                let by = decision.policy.by;
                if is_open && (by.is_some() || is_known_to_be_alone(facts, workload.namespace)) {
                    let call = decision.port.and_then(|port| calls.get(&(id, port)).copied());
                    open.entry(by)
                        .or_insert_with(|| Open::new(id, decision))
                        .add(id, &decision, call);
                }
            }
        }
        findings.extend(open.iter().filter_map(|(by, open)| match by {
            Some(by) => self.of_policy(facts, *by, open),
            None => Some(self.by_default(facts, open)),
        }));
    }
}

/// The decisions on the declared ports; of a workload that declares none, on all others.
fn decisions<'a>(facts: &Facts<'a>, id: WorkloadId) -> Vec<PortDecision<'a>> {
    let ports = facts.resolution.declared_ports(id);
    if ports.is_empty() {
        return vec![facts.resolution.decide(id, None)];
    }
    let decide = |port| facts.resolution.decide(id, Some(port));
    ports.into_iter().map(decide).collect()
}

/// The ports that the API server calls, each with what makes it do so.
fn api_server_calls<'a>(facts: &Facts<'a>) -> HashMap<(WorkloadId, u16), &'a ApiServerCall<'a>> {
    let calls = facts.callers.api_server.iter().flat_map(|call| {
        let service = facts.mesh.service(call.service);
        let endpoints = facts.senders.endpoints(call.service, service, call.port);
        let ports = endpoints.into_iter().filter_map(|endpoint| match endpoint.place {
            EndpointPlace::Workload(id) => Some((id, endpoint.port)),
            _ => None,
        });
        ports.map(move |port| (port, call))
    });
    calls.collect()
}

/// Whether a policy that is not given cannot decide on a namespace.
fn is_known_to_be_alone(facts: &Facts<'_>, namespace: crate::mesh::NamespaceId) -> bool {
    let settings = &facts.mesh.settings;
    settings.is_complete(&settings.root_namespace.value) && wording::is_complete(facts.mesh, namespace)
}

/// What one policy lets in.
struct Open<'a> {
    first: (WorkloadId, PortDecision<'a>),
    workloads: Vec<WorkloadId>,
    ports: usize,
    /// How many of the ports the API server calls.
    called: usize,
    /// The first of them.
    call: Option<(u16, &'a ApiServerCall<'a>)>,
    rests_on: Assumptions,
}

impl<'a> Open<'a> {
    fn new(id: WorkloadId, decision: PortDecision<'a>) -> Self {
        Open {
            first: (id, decision),
            workloads: Vec::new(),
            ports: 0,
            called: 0,
            call: None,
            rests_on: Assumptions::NONE,
        }
    }

    /// Workloads come one after the other.
    fn add(&mut self, id: WorkloadId, decision: &PortDecision<'_>, call: Option<&'a ApiServerCall<'a>>) {
        if let (Some(port), Some(call)) = (decision.port, call) {
            self.called += 1;
            self.call.get_or_insert((port, call));
        }
        if self.workloads.last() != Some(&id) {
            self.workloads.push(id);
        }
        self.ports += 1;
        self.rests_on |= decision.rests_on;
    }

    fn words(&self, facts: &Facts<'_>) -> String {
        let workloads = wording::workloads(facts.mesh, &self.workloads);
        match (self.first.1.port, self.ports) {
            (Some(port), 1) => format!("port {port} of {workloads}"),
            (None, 1) => format!("every port of {workloads}"),
            (_, count) => format!("{} of {workloads}", counted(count, "port")),
        }
    }

    /// What to write in the policy that lets callers in.
    fn repair(&self) -> String {
        let account = "the annotations `peerauth.dev/reason: \"…\"` and `peerauth.dev/expires: YYYY-MM-DD`";
        if self.called == self.ports {
            return format!(
                "keep what the API server calls open, as it never speaks mTLS of the mesh, and account for it with {account}"
            );
        }
        format!(
            "write STRICT {}; an exception that has to stay takes {account}",
            self.until()
        )
    }

    /// When STRICT can be written: the API server never gets a proxy.
    fn until(&self) -> String {
        match self.call {
            None => "once every caller has a proxy".to_owned(),
            Some((port, _)) => format!(
                "once every other caller has a proxy, and leave port {port} open to the API server, which never speaks \
                 mTLS of the mesh"
            ),
        }
    }

    /// Shows what makes the API server call.
    fn related_call(&self, finding: Finding) -> Finding {
        match self.call {
            Some((port, call)) => finding.related(
                call.span,
                format!(
                    "{} makes the API server call port {port}",
                    call.object.object_name()
                ),
            ),
            None => finding,
        }
    }

    fn assume(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        let (workload, decision) = &self.first;
        let namespace = facts.mesh.workload(*workload).namespace;
        let finding = finding.traced(traced_port(*workload, decision.port));
        wording::assuming_server(finding, facts.mesh, namespace, self.rests_on)
    }
}

impl PlaintextAccepted {
    fn of_policy(self, facts: &Facts<'_>, by: PolicyId, open: &Open<'_>) -> Option<Finding> {
        let policy = &facts.mesh.policies[by];
        let meta = &policy.object.meta;
        if Account::of(meta).is_complete() {
            return None;
        }
        let (_, decision) = &open.first;
        let value = deciding_value(&facts.mesh.policies, decision.policy, decision.port);
        let message = format!(
            "{} of {} accepts plaintext on {}",
            decision.policy.mode,
            wording::policy(policy),
            open.words(facts),
        );
        let finding = self
            .finding(value.map_or(meta.name.span, |value| value.span), message)
            .on(meta.object_name())
            .label("lets callers in that show no identity")
            .help(open.repair());
        Some(open.assume(facts, open.related_call(finding)))
    }

    fn by_default(self, facts: &Facts<'_>, open: &Open<'_>) -> Finding {
        let (first, _) = open.first;
        let meta = facts.mesh.workload(first).meta();
        let at: Span = meta.name.span;
        let message = format!(
            "no policy decides on {}: Istio's default accepts plaintext",
            open.words(facts)
        );
        let finding = self
            .finding(at, message)
            .on(meta.object_name())
            .label("PERMISSIVE by default")
            .help(format!(
                "write a policy without selector in namespace {} with `mtls: {{mode: STRICT}}`, {}",
                facts.mesh.settings.root_namespace.value,
                open.until()
            ));
        open.assume(facts, open.related_call(finding))
    }
}
