//! Phrases that several rules share. They keep messages short however many objects a finding is about and
//! however long their names are.

use super::Facts;
pub use crate::finding::phrases::{counted, list};
use crate::finding::{Assumption, Assumptions, Finding, Words};
use crate::mesh::{Mesh, NamespaceId, Policy, WorkloadId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::capture::Bypass;
use crate::resolve::client::Wire;

/// `cart`, or `300 workloads (cart, checkout, orders, …)`.
pub fn workloads(mesh: &Mesh<'_>, ids: &[WorkloadId]) -> String {
    let names = list(ids.iter().map(|&id| mesh.workload(id).name()));
    match ids.len() {
        0 => "no given workload".to_owned(),
        1 => names,
        count => format!("{} ({names})", counted(count, "workload")),
    }
}

/// `policy production/default`.
pub fn policy(policy: &Policy<'_>) -> String {
    format!("policy {}", policy.object.meta.qualified_name())
}

/// `DestinationRule production/payment`.
pub fn destination_rule(rule: &Object<DestinationRule>) -> String {
    format!("DestinationRule {}", rule.meta.qualified_name())
}

/// Shows what decided on a workload's data plane.
pub fn related_enrolment(facts: &Facts<'_>, finding: Finding, id: WorkloadId) -> Finding {
    let workload = facts.mesh.workload(id);
    let because = facts.resolution.workload(id).enrolment.because;
    let span = because.span().unwrap_or(workload.meta().name.span);
    finding.related(span, format!("{} has no sidecar: {because}", workload.name()))
}

/// Shows what keeps a port from the sidecar.
pub fn related_bypass(finding: Finding, bypass: Bypass<'_>) -> Finding {
    match bypass.span() {
        Some(span) => finding.related(span, format!("the port bypasses the sidecar: {bypass}")),
        None => finding,
    }
}

/// Says what a finding about workloads of a namespace rests on.
pub fn assuming_enrolment(
    finding: Finding,
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    rests_on: Assumptions,
) -> Finding {
    if !rests_on.contains(Assumption::NamespaceNotGiven) {
        return finding;
    }
    let name = mesh.namespaces[namespace].display_name();
    finding.assuming(
        Assumption::NamespaceNotGiven,
        format!("namespace {name} is injected"),
    )
}

/// Says what a finding about a server of a namespace rests on, where policies decided.
pub fn assuming_server(
    finding: Finding,
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    rests_on: Assumptions,
) -> Finding {
    let finding = assuming_enrolment(finding, mesh, namespace, rests_on);
    if !rests_on.contains(Assumption::NoTimestamps) {
        return finding;
    }
    finding.assuming(
        Assumption::NoTimestamps,
        "of several policies the first by name is the oldest",
    )
}

/// The bytes that clients send, as an object of "send".
pub fn wire(wire: Wire) -> &'static str {
    match wire {
        Wire::Plaintext => "plaintext",
        Wire::IstioMtls => "mTLS of the mesh",
        Wire::Tls => "one-way TLS",
        Wire::Mutual => "mTLS with their own certificates",
        Wire::Hbone => "HBONE",
        Wire::HboneTls => "one-way TLS in HBONE",
        Wire::HboneMutual => "mTLS in HBONE",
        Wire::Nothing => "nothing",
    }
}

/// Says that a finding about the given workloads of a namespace may not hold for others there, unless
/// there are none. `words` read after "if".
pub fn assuming_no_others(
    finding: Finding,
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    words: impl Into<Words>,
) -> Finding {
    if is_complete(mesh, namespace) {
        return finding;
    }
    finding.assuming(Assumption::WorkloadsNotGiven, words)
}

/// Whether what is not given in a namespace does not exist.
pub fn is_complete(mesh: &Mesh<'_>, namespace: NamespaceId) -> bool {
    let name = mesh.namespaces[namespace].name;
    name.is_some_and(|name| mesh.settings.is_complete(name))
}
