//! What policies come to in ambient: shared by the rules about ztunnel.

use super::Facts;
use super::wording;
use crate::finding::{Assumption, Assumptions, Finding};
use crate::mesh::{NamespaceId, Policy, PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::compose::{self, Chosen, Decided};
use crate::resolve::dataplane::{DataPlane, enrol_by_default};
use crate::resolve::server::ztunnel::{self, Attached};

/// A policy with labels, as ztunnel enforces it on the ambient workloads whose own policy it is.
#[derive(Debug)]
pub(super) struct Selected<'a> {
    /// The policy's id.
    pub(super) id: PolicyId,
    /// The policy.
    pub(super) policy: &'a Policy<'a>,
    /// The given workloads; none where only the label of the Namespace tells that they are ambient.
    pub(super) workloads: Vec<WorkloadId>,
    /// What istiod attaches to them.
    pub(super) attached: Attached,
    chosen: Chosen,
    rests_on: Assumptions,
}

/// Every policy with labels that ambient workloads have as their own.
pub(super) fn selected<'a>(facts: &Facts<'a>) -> impl Iterator<Item = Selected<'a>> {
    let policies = facts.mesh.policies.iter();
    let of_workloads = policies.filter(|(_, policy)| policy.scope == Scope::Workload);
    of_workloads.filter_map(|(id, policy)| Selected::of(facts, id, policy))
}

impl<'a> Selected<'a> {
    fn of(facts: &Facts<'a>, id: PolicyId, policy: &'a Policy<'a>) -> Option<Selected<'a>> {
        let resolution = facts.resolution;
        let selected = resolution.selected_by(id);
        let is_own = |workload: &WorkloadId| {
            is_enforced_by_ztunnel(facts, *workload)
                && resolution.choose(*workload, &mut ()).workload == Some(id)
        };
        let workloads: Vec<WorkloadId> = selected.iter().copied().filter(is_own).collect();
        let (chosen, (attached, rests_on)) = if let Some(&first) = workloads.first() {
            // Workloads with the same own policy share its parents too.
            (
                resolution.choose(first, &mut ()),
                ztunnel::attached(resolution, first),
            )
        } else if selected.is_empty() && is_ambient_by_default(facts, policy.namespace) {
            let revision = policy.revision().unwrap_or("default");
            let of = (facts.mesh, policy.namespace, revision, &[id]);
            (
                compose::choose(of.0, of.1, of.2, of.3, &mut ()),
                ztunnel::attached_in(of.0, of.1, of.2, of.3),
            )
        } else {
            return None;
        };
        Some(Selected {
            id,
            policy,
            workloads,
            attached,
            rests_on: rests_on | chosen.rests_on,
            chosen,
        })
    }

    /// What sidecars would make of a port; `None` is every port that the policy does not list.
    pub(super) fn composed(&self, facts: &Facts<'_>, port: Option<u16>) -> Decided {
        let policies = &facts.mesh.policies;
        let overall = self.chosen.overall(policies, &mut ());
        port.map_or(overall, |port| {
            self.chosen.on_port(policies, overall, port, &mut ())
        })
    }

    /// The policy of the levels above that decides where this one says nothing.
    pub(super) fn parent(&self, facts: &Facts<'_>) -> Decided {
        self.chosen
            .without_workload()
            .overall(&facts.mesh.policies, &mut ())
    }

    /// The listed ports, then every other.
    pub(super) fn ports(&self) -> impl Iterator<Item = Option<u16>> + use<'a> {
        let entries = self.policy.object.spec.port_modes().iter();
        entries.map(|entry| Some(entry.port)).chain([None])
    }

    /// Whom the policy is about.
    pub(super) fn subject(&self, facts: &Facts<'_>) -> String {
        if self.workloads.is_empty() {
            "ambient workloads".to_owned()
        } else {
            wording::workloads(facts.mesh, &self.workloads)
        }
    }

    /// Says what a finding about the policy rests on.
    pub(super) fn assume(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        let namespace = self.policy.namespace;
        let finding = wording::assuming_server(finding, facts.mesh, namespace, self.rests_on);
        if self.workloads.is_empty() {
            assuming_some(finding, facts, namespace)
        } else {
            finding
        }
    }
}

/// Says that a finding is about ambient workloads of a namespace of which none is given.
pub(super) fn assuming_some(finding: Finding, facts: &Facts<'_>, namespace: NamespaceId) -> Finding {
    let name = facts.mesh.namespaces[namespace].display_name();
    finding.assuming(
        Assumption::WorkloadsNotGiven,
        format!("namespace {name} holds such workloads, in ambient as its label says"),
    )
}

/// Whether a workload is ambient.
pub(super) fn is_ambient(facts: &Facts<'_>, workload: WorkloadId) -> bool {
    facts.resolution.workload(workload).enrolment.plane == DataPlane::Ambient
}

/// Whether ztunnel sees what comes in to a workload.
pub(super) fn is_enforced_by_ztunnel(facts: &Facts<'_>, workload: WorkloadId) -> bool {
    is_ambient(facts, workload) && !ztunnel::bypasses_inbound_capture(facts.resolution, workload)
}

/// Whether the label of a given Namespace puts its pods into ambient.
pub(super) fn is_ambient_by_default(facts: &Facts<'_>, namespace: NamespaceId) -> bool {
    enrol_by_default(facts.mesh, namespace).plane == DataPlane::Ambient
}

/// The mode of ambient that a composed mode stands for.
pub(super) fn as_ztunnel_reads(mode: Mode) -> Mode {
    match mode {
        Mode::Disable => Mode::Permissive,
        mode => mode,
    }
}
