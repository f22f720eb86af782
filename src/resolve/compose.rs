//! Which of the policies hold for a workload and what they add up to, for sidecars and for clients that
//! ask on their behalf (`pilot/pkg/model/authentication.go` `getConfigsForWorkload`,
//! `pilot/pkg/security/authn/policy_applier.go` `ComposePeerAuthentication`).

use super::labels::Labels;
use super::trail::{Ignored, IgnoredReason, Level, Recorder, Step};
use crate::finding::{Assumption, Assumptions};
use crate::mesh::{Mesh, NamespaceId, Policies, Policy, PolicyId, Scope};
use crate::model::peer_authentication::{Mode, PeerAuthentication, PortMode};
use crate::yaml::Spanned;

/// The policies that hold for one workload: at most one per level, each taken whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chosen {
    /// The mesh's.
    pub mesh: Option<PolicyId>,
    /// The namespace's; never one of the root namespace.
    pub namespace: Option<PolicyId>,
    /// The workload's own; workloads of the root namespace have none.
    pub workload: Option<PolicyId>,
    /// What the choice rests on.
    pub rests_on: Assumptions,
}

/// A mode and the policy whose explicit word it is; none for the mesh's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The mode.
    pub mode: Mode,
    /// The policy.
    pub by: Option<PolicyId>,
}

/// The oldest candidate wins; without timestamps that is by name, and the cluster may differ. The candidates
/// come oldest first: where time tells the first two apart, it tells the first from all others.
pub(super) fn oldest<R: Recorder>(
    policies: &Policies<'_>,
    candidates: impl Iterator<Item = PolicyId>,
    recorder: &mut R,
    rests_on: &mut Assumptions,
) -> Option<PolicyId> {
    let mut winner: Option<PolicyId> = None;
    for candidate in candidates {
        let Some(by) = winner else {
            winner = Some(candidate);
            continue;
        };
        let by_time = policies.is_ordered_by_time(by, candidate);
        if !by_time {
            *rests_on |= Assumption::NoTimestamps.into();
        }
        recorder.ignored(Ignored {
            policy: candidate,
            reason: IgnoredReason::Outranked { by, by_time },
        });
        if !recorder.is_recording() {
            break;
        }
    }
    winner
}

/// Chooses the policies for workloads of a namespace on a control plane's revision. `selecting` are those
/// of the namespace whose labels match, oldest first.
pub fn choose<R: Recorder>(
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    revision: &str,
    selecting: &[PolicyId],
    recorder: &mut R,
) -> Chosen {
    let is_read = |id: PolicyId| mesh.policies[id].is_read_by(revision);
    choose_among(mesh, namespace, selecting, recorder, is_read)
}

/// Chooses the policies as if one of them did not exist.
pub fn choose_without(
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    revision: &str,
    selecting: &[PolicyId],
    without: PolicyId,
) -> Chosen {
    let is_read = |id: PolicyId| id != without && mesh.policies[id].is_read_by(revision);
    choose_among(mesh, namespace, selecting, &mut (), is_read)
}

fn choose_among<R: Recorder>(
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    selecting: &[PolicyId],
    recorder: &mut R,
    is_candidate: impl Fn(PolicyId) -> bool,
) -> Chosen {
    let policies = &mesh.policies;
    let mut rests_on = Assumptions::NONE;
    let mut pick = |candidates: &[PolicyId], recorder: &mut R| {
        let read = candidates.iter().copied().filter(|&id| is_candidate(id));
        oldest(policies, read, recorder, &mut rests_on)
    };
    let of_mesh = pick(policies.mesh_wide(), recorder);
    let is_root = mesh.root == Some(namespace);
    let (of_namespace, of_workload) = if is_root {
        (None, None)
    } else {
        let of_namespace = pick(&policies.of_namespace(namespace).namespace_wide, recorder);
        (of_namespace, pick(selecting, recorder))
    };
    Chosen {
        mesh: of_mesh,
        namespace: of_namespace,
        workload: of_workload,
        rests_on,
    }
}

/// Chooses the policies of the mesh and of a namespace, if any object names it: what clients infer where
/// they cannot look at single workloads.
pub fn choose_wide<R: Recorder>(
    mesh: &Mesh<'_>,
    namespace: Option<NamespaceId>,
    revision: &str,
    recorder: &mut R,
) -> Chosen {
    if let Some(namespace) = namespace {
        return choose(mesh, namespace, revision, &[], recorder);
    }
    let mut rests_on = Assumptions::NONE;
    let policies = &mesh.policies;
    let read = policies
        .mesh_wide()
        .iter()
        .copied()
        .filter(|&id| policies[id].is_read_by(revision));
    let of_mesh = oldest(policies, read, recorder, &mut rests_on);
    Chosen {
        mesh: of_mesh,
        rests_on,
        ..Chosen::default()
    }
}

/// Tells which policies of the namespace and of the root namespace were not even candidates.
pub fn record_bystanders<R: Recorder>(
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    revision: &str,
    labels: Option<&Labels<'_>>,
    recorder: &mut R,
) {
    let of = |id: NamespaceId| mesh.policies.of_namespace(id);
    let root_selecting = mesh.root.map_or(&[][..], |root| &of(root).selecting);
    let wide = mesh
        .policies
        .mesh_wide()
        .iter()
        .chain(&of(namespace).namespace_wide);
    for &policy in wide.filter(|&&id| !mesh.policies[id].is_read_by(revision)) {
        recorder.ignored(Ignored {
            policy,
            reason: IgnoredReason::OtherRevision,
        });
    }
    for &policy in root_selecting {
        recorder.ignored(Ignored {
            policy,
            reason: IgnoredReason::RootSelector,
        });
    }
    if mesh.root == Some(namespace) {
        return;
    }
    for &policy in &of(namespace).selecting {
        if let Some(reason) = bystander_reason(mesh, policy, revision, labels) {
            recorder.ignored(Ignored { policy, reason });
        }
    }
}

fn bystander_reason(
    mesh: &Mesh<'_>,
    policy: PolicyId,
    revision: &str,
    labels: Option<&Labels<'_>>,
) -> Option<IgnoredReason> {
    let policy = &mesh.policies[policy];
    let selector = &policy.object.spec.selector.as_ref()?.match_labels;
    match labels {
        Some(labels) if labels.may_match(selector) => Some(IgnoredReason::RuntimeLabels),
        Some(labels) if labels.match_all(selector) => {
            (!policy.is_read_by(revision)).then_some(IgnoredReason::OtherRevision)
        }
        _ => Some(IgnoredReason::OtherLabels),
    }
}

impl Chosen {
    /// The mode of every port that is not listed: PERMISSIVE unless a level says otherwise.
    pub fn overall<R: Recorder>(&self, policies: &Policies<'_>, recorder: &mut R) -> Decided {
        let levels = [
            (Level::Mesh, self.mesh),
            (Level::Namespace, self.namespace),
            (Level::Workload, self.workload),
        ];
        let mut decided = Decided {
            mode: Mode::Permissive,
            by: None,
        };
        for (level, policy) in levels {
            let said = policy.and_then(|id| policies[id].object.spec.mode());
            decided = decided.then(policy, said);
            recorder.step(Step {
                level,
                policy,
                said,
                mode: decided.mode,
            });
        }
        decided
    }

    /// The mode of a port: the workload policy's entry for it, else the overall one. `portLevelMtls` of
    /// any other policy is not read.
    pub fn on_port<R: Recorder>(
        &self,
        policies: &Policies<'_>,
        overall: Decided,
        port: u16,
        recorder: &mut R,
    ) -> Decided {
        let Some(policy) = self.workload else {
            return overall;
        };
        let entry = port_entry(&policies[policy].object.spec, port);
        let said = entry.and_then(|entry| entry.mtls.explicit_mode());
        let decided = overall.then(Some(policy), said);
        let policy = entry.map(|_| policy);
        recorder.step(Step {
            level: Level::Port(port),
            policy,
            said,
            mode: decided.mode,
        });
        decided
    }

    /// The mode of a namespace as clients infer it where they cannot look at single endpoints.
    #[must_use]
    pub fn without_workload(self) -> Chosen {
        Chosen {
            workload: None,
            ..self
        }
    }
}

impl Decided {
    fn then(self, policy: Option<PolicyId>, said: Option<Spanned<Mode>>) -> Decided {
        match said {
            Some(said) => Decided {
                mode: said.value,
                by: policy,
            },
            None => self,
        }
    }
}

/// The explicit value behind a decision on a port: the deciding policy's entry for the port where that says
/// anything, else its mode. `None` for the mesh's default.
pub fn deciding_value(policies: &Policies<'_>, decided: Decided, port: Option<u16>) -> Option<Spanned<Mode>> {
    let spec = &policies[decided.by?].object.spec;
    let of_port = port
        .filter(|_| spec.selects_labels())
        .and_then(|port| port_entry(spec, port));
    of_port
        .and_then(|entry| entry.mtls.explicit_mode())
        .or_else(|| spec.mode())
}

/// What holds without a policy; nothing is above the mesh, and selectors in the root namespace are not read.
pub fn above(mesh: &Mesh<'_>, policy: &Policy<'_>) -> Option<Mode> {
    let revision = policy.revision().unwrap_or("default");
    let chosen = choose(mesh, policy.namespace, revision, &[], &mut ());
    let above = match policy.scope {
        Scope::Mesh | Scope::RootSelector => return None,
        Scope::Namespace => Chosen {
            namespace: None,
            ..chosen
        },
        Scope::Workload => chosen,
    };
    Some(above.overall(&mesh.policies, &mut ()).mode)
}

/// The entry of `portLevelMtls` for a port; a later duplicate would be the one that the API server keeps.
pub fn port_entry(policy: &PeerAuthentication, port: u16) -> Option<&PortMode> {
    policy.port_modes().iter().rev().find(|entry| entry.port == port)
}
