//! Whom does a policy reach, on which ports does it decide, and where and to which policy does it lose?
//! Read off the derivations of the workloads that it is about.

use crate::mesh::{PolicyId, Scope, WorkloadId};
use crate::resolve::Resolution;
use crate::resolve::server::PortDecision;
use crate::resolve::trail::{IgnoredReason, Trail};

/// What a policy does on one port of a workload.
#[derive(Debug)]
pub struct Influence<'o> {
    /// The workload.
    pub workload: WorkloadId,
    /// What is in force there.
    pub decision: PortDecision<'o>,
    /// How it came about.
    pub trail: Trail,
    /// The policy's part in it.
    pub verdict: Verdict,
}

/// The part of a policy in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its explicit value is the one in force.
    Decides,
    /// It was asked and a more specific policy, or its own entry for the port, says something.
    Overridden {
        /// That policy.
        by: PolicyId,
    },
    /// It was asked and says nothing explicit.
    SaysNothing,
    /// It took no part.
    Ignored(IgnoredReason),
}

/// The workloads that a policy is about: those that it selects, or all of its namespace or of the mesh.
pub fn reach(resolution: &Resolution<'_, '_>, policy: PolicyId) -> Vec<WorkloadId> {
    let mesh = resolution.mesh;
    let own = &mesh.policies[policy];
    match own.scope {
        Scope::Workload | Scope::RootSelector => resolution.selected_by(policy).to_vec(),
        Scope::Mesh => mesh.workloads().map(|(id, _)| id).collect(),
        Scope::Namespace => {
            let workloads = mesh.workloads();
            workloads
                .filter(|(_, workload)| workload.namespace == own.namespace)
                .map(|(id, _)| id)
                .collect()
        }
    }
}

/// What a policy does on every port of the workloads that it is about.
pub fn influence<'o>(
    resolution: &Resolution<'_, 'o>,
    policy: PolicyId,
) -> impl Iterator<Item = Influence<'o>> {
    let on_port = move |workload: WorkloadId, port: Option<u16>| {
        let (decision, trail) = resolution.explain(workload, port);
        Influence {
            workload,
            verdict: verdict(policy, &decision, &trail),
            decision,
            trail,
        }
    };
    reach(resolution, policy).into_iter().flat_map(move |workload| {
        let declared = resolution.declared_ports(workload).into_iter().map(Some);
        declared.chain([None]).map(move |port| on_port(workload, port))
    })
}

fn verdict(policy: PolicyId, decision: &PortDecision<'_>, trail: &Trail) -> Verdict {
    if decision.policy.by == Some(policy) {
        return Verdict::Decides;
    }
    let ignored = trail.ignored.iter().find(|ignored| ignored.policy == policy);
    if let Some(ignored) = ignored {
        return Verdict::Ignored(ignored.reason);
    }
    let says = trail
        .steps
        .iter()
        .any(|step| step.policy == Some(policy) && step.said.is_some());
    match decision.policy.by {
        Some(by) if says => Verdict::Overridden { by },
        _ => Verdict::SaysNothing,
    }
}
