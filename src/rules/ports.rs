//! Entries of `portLevelMtls` and the ports that workloads have.

use super::Facts;
use crate::mesh::{Policy, PolicyId, Protocol, Scope, WorkloadId};
use crate::model::peer_authentication::PortMode;

/// Every entry of `portLevelMtls` that Istio reads at all: those of policies about single workloads.
pub fn entries<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = (PolicyId, &'a Policy<'a>, &'a PortMode)> {
    let policies = facts.mesh.policies.iter();
    let of_workloads = policies.filter(|(_, policy)| policy.scope == Scope::Workload);
    of_workloads.flat_map(|(id, policy)| {
        let entries = policy.object.spec.port_modes().iter();
        entries.map(move |entry| (id, policy, entry))
    })
}

/// The ports on which a workload is known to listen: a container declares them, or a service leads there.
pub fn known(facts: &Facts<'_>, workload: WorkloadId) -> Vec<u16> {
    let declared = facts.mesh.workload(workload).container_ports();
    let bindings = facts.resolution.workload(workload).bindings.iter();
    let targets = bindings.filter(|binding| {
        let protocol = facts.mesh.service(binding.service).ports[binding.port].protocol;
        protocol != Protocol::Udp
    });
    let targets = targets.map(|binding| binding.target);
    declared.map(|port| port.number).chain(targets).collect()
}
