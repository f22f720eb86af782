//! Ports that refuse whoever has no identity of the mesh, and what to write where such a caller has to get in.

use std::fmt::Write as _;

use super::connections::{related_policy, traced_port};
use super::{Facts, wording};
use crate::callers::is_guarded;
use crate::finding::{Assumptions, Finding};
use crate::mesh::{ServiceId, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::EndpointPlace;
use crate::resolve::labels::naming_labels;
use crate::resolve::server::PortDecision;

/// A port of given pods that takes nothing but mTLS of the mesh.
#[derive(Debug, Clone, Copy)]
pub(super) struct StrictPort<'a> {
    /// The workload.
    pub(super) workload: WorkloadId,
    /// The workload port.
    pub(super) port: u16,
    /// What is in force there.
    pub(super) decision: PortDecision<'a>,
}

/// The port of a workload, if a data plane of the mesh enforces STRICT there. Gateways and waypoints are
/// meant to be called from outside, and what machines run is told by no manifest.
pub(super) fn strict_port<'a>(facts: &Facts<'a>, workload: WorkloadId, port: u16) -> Option<StrictPort<'a>> {
    if !is_guarded(facts.resolution, workload) {
        return None;
    }
    let decision = facts.resolution.decide(workload, Some(port));
    (decision.mode == Some(Mode::Strict)).then_some(StrictPort {
        workload,
        port,
        decision,
    })
}

/// The STRICT ports behind a service port.
pub(super) fn behind<'a>(facts: &Facts<'a>, service: ServiceId, port: u16) -> Vec<StrictPort<'a>> {
    let endpoints = facts
        .senders
        .endpoints(service, facts.mesh.service(service), port);
    let workloads = endpoints.into_iter().filter_map(|endpoint| match endpoint.place {
        EndpointPlace::Workload(workload) => Some((workload, endpoint.port)),
        EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
    });
    workloads
        .filter_map(|(workload, port)| strict_port(facts, workload, port))
        .collect()
}

/// `port 8080 of cart`, or `port 8080 of 3 workloads (cart, …)`.
pub(super) fn words(facts: &Facts<'_>, ports: &[StrictPort<'_>]) -> String {
    let mut workloads: Vec<WorkloadId> = ports.iter().map(|port| port.workload).collect();
    workloads.dedup();
    let port = ports.first().map_or(0, |port| port.port);
    format!("port {port} of {}", wording::workloads(facts.mesh, &workloads))
}

/// Shows the policy behind the first of some ports.
pub(super) fn related(facts: &Facts<'_>, finding: Finding, ports: &[StrictPort<'_>]) -> Finding {
    match ports.first() {
        Some(first) => {
            let finding = finding.traced(traced_port(first.workload, Some(first.port)));
            related_policy(facts, finding, first.decision.policy, Some(first.port))
        }
        None => finding,
    }
}

/// Says what it rests on that the ports are STRICT.
pub(super) fn assume(facts: &Facts<'_>, finding: Finding, ports: &[StrictPort<'_>]) -> Finding {
    let Some(first) = ports.first() else {
        return finding;
    };
    let of = |port: &StrictPort<'_>| port.decision.rests_on;
    let rests_on = ports.iter().map(of).fold(Assumptions::NONE, |all, one| all | one);
    let namespace = facts.mesh.workload(first.workload).namespace;
    wording::assuming_server(finding, facts.mesh, namespace, rests_on)
}

/// What lets callers without an identity in on one port and on no other: `why`, and what to write.
pub(super) fn exception(facts: &Facts<'_>, why: &str, strict: &StrictPort<'_>) -> String {
    let mesh = facts.mesh;
    let (workload, port) = (mesh.workload(strict.workload), strict.port);
    if mesh.root == Some(workload.namespace) {
        return format!(
            "{why}; in the root namespace no policy for single workloads is read: keep the port from the sidecar with \
             the pod annotation `traffic.sidecar.istio.io/excludeInboundPorts: \"{port}\"`"
        );
    }
    if let Some(own) = facts.resolution.choose(strict.workload, &mut ()).workload {
        let name = mesh.policies[own].object.meta.qualified_name();
        return format!(
            "{why}; add to `spec` of policy {name}:\nportLevelMtls:\n  {port}:\n    mode: PERMISSIVE"
        );
    }
    let labels = naming_labels(facts.resolution, strict.workload, Some(strict.port));
    if labels.is_empty() {
        return format!(
            "{why}; give the pods of {} a label, and a policy that selects it with `portLevelMtls: {{{port}: {{mode: \
             PERMISSIVE}}}}`",
            workload.name()
        );
    }
    format!("{why}:\n{}", manifest(facts, strict, &labels))
}

fn manifest(facts: &Facts<'_>, strict: &StrictPort<'_>, labels: &[(&str, &str)]) -> String {
    let workload = facts.mesh.workload(strict.workload);
    let port = strict.port;
    let mut text = format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: {}\n",
        scalar(&format!("{}-{port}", workload.name().trim_end_matches('-'))),
    );
    // Writing into a string cannot fail.
    if let Some(namespace) = facts.mesh.namespaces[workload.namespace].name {
        let _ = writeln!(text, "  namespace: {}", scalar(namespace));
    }
    text.push_str("spec:\n  selector:\n    matchLabels:\n");
    for (key, value) in labels {
        let _ = writeln!(text, "      {}: {}", scalar(key), scalar(value));
    }
    let _ = write!(
        text,
        "  mtls:\n    mode: STRICT\n  portLevelMtls:\n    {port}:\n      mode: PERMISSIVE"
    );
    text
}

/// A string as YAML has it.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_plain = text.starts_with(|char: char| char.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
    if is_plain && !WORDS.contains(&&*text.to_ascii_lowercase()) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_yaml_reads_otherwise_are_quoted() {
        assert_eq!(scalar("app.kubernetes.io/name"), "app.kubernetes.io/name");
        assert_eq!(scalar("yes"), "\"yes\"");
        assert_eq!(scalar("1.0"), "\"1.0\"");
        assert_eq!(scalar("a: b"), "\"a: b\"");
    }
}
