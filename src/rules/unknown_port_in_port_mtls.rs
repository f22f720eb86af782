//! `unknown-port-in-port-mtls`

use super::{Declared, Facts, Rule, declare_rule, ports, service_port_in_port_mtls::Mistaken, wording};
use crate::finding::Finding;
use crate::mesh::{Policy, PolicyId, WorkloadId};
use crate::model::peer_authentication::PortMode;

declare_rule! {
    /// ## What it does
    /// Finds keys of `portLevelMtls` on which no selected workload is known to listen: no container declares
    /// the port and no Service leads to it.
    ///
    /// ## Why is this bad?
    /// It need not be: containers may listen on ports that they do not declare, and the mode holds there. More
    /// often the application moved to another port, which now has the mode of the workload.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: orders
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: orders
    ///   portLevelMtls:
    ///     9091:
    ///       mode: PERMISSIVE
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: orders
    ///   namespace: production
    ///   labels:
    ///     app: orders
    /// spec:
    ///   containers:
    ///     - name: orders
    ///       ports:
    ///         - containerPort: 9090
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: orders
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: orders
    ///   portLevelMtls:
    ///     9090:
    ///       mode: PERMISSIVE
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: orders
    ///   namespace: production
    ///   labels:
    ///     app: orders
    /// spec:
    ///   containers:
    ///     - name: orders
    ///       ports:
    ///         - containerPort: 9090
    /// ```
    pub struct UnknownPortInPortMtls {
        id: "unknown-port-in-port-mtls",
        family: PeerAuthentication,
        severity: Info,
        effect: Other,
    }
}

impl Rule for UnknownPortInPortMtls {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy, entry) in ports::entries(facts) {
            let known = known_ports(facts, id);
            if known.is_empty() || known.contains(&entry.port) || has_another_cause(facts, id, entry.port) {
                continue;
            }
            findings.push(self.report(facts, policy, entry, facts.resolution.selected_by(id), &known));
        }
    }
}

/// Whether the port is a Service's, or one that bypasses the proxy: other rules speak of those.
fn has_another_cause(facts: &Facts<'_>, policy: PolicyId, port: u16) -> bool {
    let mut selected = facts.resolution.selected_by(policy).iter();
    let bypasses = selected.any(|&id| facts.resolution.workload(id).bypass(Some(port)).is_some());
    bypasses || Mistaken::find(facts, policy, port).is_some()
}

/// The ports on which the selected workloads are known to listen; none if one of them says nothing at all.
fn known_ports(facts: &Facts<'_>, policy: PolicyId) -> Vec<u16> {
    let mut known = Vec::new();
    for &id in facts.resolution.selected_by(policy) {
        let of_workload = ports::known(facts, id);
        if of_workload.is_empty() {
            return Vec::new();
        }
        known.extend(of_workload);
    }
    known.sort_unstable();
    known.dedup();
    known
}

impl UnknownPortInPortMtls {
    fn report(
        self,
        facts: &Facts<'_>,
        policy: &Policy<'_>,
        entry: &PortMode,
        selected: &[WorkloadId],
        known: &[u16],
    ) -> Finding {
        let port = entry.port;
        let message = format!(
            "{} sets a mode for port {port}, but no container of {} declares it and no Service leads there",
            wording::policy(policy),
            wording::workloads(facts.mesh, selected)
        );
        let known = wording::list(known.iter().map(ToString::to_string));
        let finding = self
            .finding(entry.mtls.key, message)
            .on(policy.object.meta.object_name())
            .detail(port.to_string())
            .label("no container declares this port")
            .help(format!(
                "declare the port on its container if it is right; known ports are {known}"
            ));
        let words = format!("no other workload that it selects listens on port {port}");
        wording::assuming_no_others(finding, facts.mesh, policy.namespace, words)
    }
}
