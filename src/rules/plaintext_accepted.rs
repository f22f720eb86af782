//! `plaintext-accepted`.

use std::collections::BTreeMap;

use super::connections::traced_port;
use super::wording::counted;
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumptions, Finding};
use crate::mesh::{PolicyId, WorkloadId};
use crate::model::Account;
use crate::model::peer_authentication::Mode;
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
                    open.entry(by)
                        .or_insert_with(|| Open::new(id, decision))
                        .add(id, &decision);
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
    rests_on: Assumptions,
}

impl<'a> Open<'a> {
    fn new(id: WorkloadId, decision: PortDecision<'a>) -> Self {
        Open {
            first: (id, decision),
            workloads: Vec::new(),
            ports: 0,
            rests_on: Assumptions::NONE,
        }
    }

    /// Workloads come one after the other.
    fn add(&mut self, id: WorkloadId, decision: &PortDecision<'_>) {
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
            .help(
                "write STRICT once every caller has a proxy; an exception that has to stay takes the annotations \
                 `peerauth.dev/reason: \"…\"` and `peerauth.dev/expires: YYYY-MM-DD`",
            );
        Some(open.assume(facts, finding))
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
                "write a policy without selector in namespace {} with `mtls: {{mode: STRICT}}`, once every caller has \
                 a proxy",
                facts.mesh.settings.root_namespace.value
            ));
        open.assume(facts, finding)
    }
}
