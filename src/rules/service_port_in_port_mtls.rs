//! `service-port-in-port-mtls`

use super::{Declared, Facts, Rule, declare_rule, manifest, policy_outside_mesh::is_outside, ports, wording};
use crate::finding::{Edit, Finding};
use crate::mesh::{Policy, PolicyId, Protocol, ServiceId, WorkloadId};
use crate::model::peer_authentication::{Mode, PortMode};

declare_rule! {
    /// ## What it does
    /// Finds keys of `portLevelMtls` that are ports of a Service while the pods behind it listen on another
    /// port. `portLevelMtls` counts in workload ports: the port on which the container listens.
    ///
    /// ## Why is this bad?
    /// The entry is accepted and does nothing. The port that was meant keeps the mode of the workload, so
    /// that clients without a proxy are refused where they should be let in, or plaintext gets in where it
    /// should be refused.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: api-gateway
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: api-gateway
    ///   mtls:
    ///     mode: STRICT
    ///   portLevelMtls:
    ///     9090:
    ///       mode: PERMISSIVE
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: api-gateway
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     app: api-gateway
    ///   ports:
    ///     - port: 9090
    ///       targetPort: 9102
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: api-gateway
    ///   namespace: production
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: api-gateway
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: api-gateway
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: api-gateway
    ///   mtls:
    ///     mode: STRICT
    ///   portLevelMtls:
    ///     9102:
    ///       mode: PERMISSIVE
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: api-gateway
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     app: api-gateway
    ///   ports:
    ///     - port: 9090
    ///       targetPort: 9102
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: api-gateway
    ///   namespace: production
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: api-gateway
    /// ```
    pub struct ServicePortInPortMtls {
        id: "service-port-in-port-mtls",
        family: PeerAuthentication,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for ServicePortInPortMtls {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy, entry) in ports::entries(facts) {
            let mistaken = Mistaken::find(facts, id, entry.port);
            // Where no proxy is, no mode holds on any port.
            if let Some(mistaken) = mistaken.filter(|mistaken| !is_outside(facts, mistaken.workload)) {
                let message = mistaken.message(facts, policy, entry);
                let finding = self.finding(entry.mtls.key, message);
                findings.push(mistaken.complete(finding, facts, policy, entry));
            }
        }
    }
}

/// A Service's port that was taken for a port of its pods.
pub(super) struct Mistaken {
    service: ServiceId,
    /// The index of the port among the Service's.
    port: usize,
    /// A workload behind it, with a proxy if any has one.
    workload: WorkloadId,
    /// The ports to which it leads, each once.
    targets: Vec<u16>,
}

impl Mistaken {
    /// The Service port of that number on the workloads of a policy, unless one of them listens there.
    pub(super) fn find(facts: &Facts<'_>, policy: PolicyId, port: u16) -> Option<Mistaken> {
        let selected = facts.resolution.selected_by(policy);
        if selected.iter().any(|&id| ports::known(facts, id).contains(&port)) {
            return None;
        }
        let mut found: Option<Mistaken> = None;
        for &workload in selected {
            for binding in &facts.resolution.workload(workload).bindings {
                let of_service = &facts.mesh.service(binding.service).ports[binding.port];
                if of_service.number != port || of_service.protocol == Protocol::Udp {
                    continue;
                }
                let mistaken = found.get_or_insert_with(|| Mistaken {
                    service: binding.service,
                    port: binding.port,
                    workload,
                    targets: Vec::new(),
                });
                if is_outside(facts, mistaken.workload) {
                    mistaken.workload = workload;
                }
                if !mistaken.targets.contains(&binding.target) {
                    mistaken.targets.push(binding.target);
                }
            }
        }
        found
    }

    fn message(&self, facts: &Facts<'_>, policy: &Policy<'_>, entry: &PortMode) -> String {
        let name = wording::policy(policy);
        let port = entry.port;
        let service = &facts.mesh.service(self.service).meta().name.value;
        let targets = wording::list(self.targets.iter().map(ToString::to_string));
        let holds = self
            .mode(facts)
            .map_or(String::new(), |mode| format!(", where {mode} holds"));
        format!(
            "{name} changes nothing on {port}, a port of Service {service} alone: its pods listen on {targets}{holds}"
        )
    }

    /// The mode on the ports of the pods, if it is one.
    fn mode(&self, facts: &Facts<'_>) -> Option<Mode> {
        let modes = self.targets.iter();
        let mut modes = modes.map(|&port| facts.resolution.decide(self.workload, Some(port)).policy.mode);
        let first = modes.next()?;
        modes.all(|mode| mode == first).then_some(first)
    }

    fn complete(
        &self,
        finding: Finding,
        facts: &Facts<'_>,
        policy: &Policy<'_>,
        entry: &PortMode,
    ) -> Finding {
        let service = facts.mesh.service(self.service);
        let at = &service.ports[self.port];
        let targets = wording::list(self.targets.iter().map(ToString::to_string));
        let finding = finding
            .label("a port of the Service, not of the pods")
            .on(policy.object.meta.object_name())
            .detail(entry.port.to_string())
            .related(at.span, format!("leads to port {targets} of the pods"));
        let words = format!("no other workload that it selects listens on port {}", entry.port);
        let finding = wording::assuming_no_others(finding, facts.mesh, policy.namespace, words);
        let is_key = |port: &u16| {
            policy
                .object
                .spec
                .port_modes()
                .iter()
                .any(|entry| entry.port == *port)
        };
        match self.targets[..] {
            [target] if !is_key(&target) => finding
                .help(format!(
                    "write {target} instead of {}: portLevelMtls counts in ports of the pods",
                    entry.port
                ))
                .fix(
                    format!("name the pods' port {target}"),
                    vec![Edit {
                        span: entry.mtls.key,
                        text: manifest::port_in_place_of(entry, target),
                    }],
                ),
            _ if self.targets.iter().all(is_key) => finding.help(format!(
                "remove the entry: portLevelMtls already has one for {targets}"
            )),
            _ => finding.help(format!(
                "write an entry for each of {targets}: portLevelMtls counts in ports of the pods"
            )),
        }
    }
}
