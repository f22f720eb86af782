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

/// Whether a workload is known to listen on a port: a container declares it, or a service leads there.
pub fn listens(facts: &Facts<'_>, workload: WorkloadId, port: u16) -> bool {
    let mut declared = facts.mesh.workload(workload).container_ports();
    let mut bindings = facts.resolution.workload(workload).bindings.iter();
    declared.any(|declared| declared.number == port)
        || bindings.any(|binding| {
            let protocol = facts.mesh.service(binding.service).ports[binding.port].protocol;
            binding.target == port && protocol != Protocol::Udp
        })
}

/// Another port as the key of an entry, in quotes where the key has quotes: JSON needs them.
pub fn in_place_of(entry: &PortMode, port: u16) -> String {
    let key = entry.mtls.key;
    let is_quoted = (key.end - key.start) as usize > entry.port.to_string().len();
    if is_quoted {
        format!("\"{port}\"")
    } else {
        port.to_string()
    }
}
