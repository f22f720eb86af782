//! STRICT as ztunnel enforces it. istiod sends no modes: it converts policies to "deny whoever has no
//! identity" and attaches them by key. Both functions are followed to the letter, because where they
//! disagree a policy is referenced that does not exist, and ztunnel then lets everything pass
//! (`pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go`).

use super::{Accepts, Enforcement};
use crate::finding::Assumptions;
use crate::mesh::{Mesh, NamespaceId, Policies, PolicyId, WorkloadId};
use crate::model::peer_authentication::{Mode, PeerAuthentication};
use crate::resolve::{Resolution, compose};

/// What ztunnel does for a workload.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// Whether the policy that denies every connection without identity is attached.
    pub static_strict: bool,
    /// What the workload's own policy was converted to, where it is attached and exists.
    pub ports: Option<PortRules>,
    /// Whether the workload's own policy was attached for its ports, in place of the static one.
    pub is_by_port: bool,
    /// Whether a policy is attached that does not exist: nothing of it is enforced.
    pub is_dangling: bool,
}

/// A converted policy: it denies a connection without identity where any of its groups holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortRules {
    /// Each of these ports is a group of its own.
    strict: Vec<u16>,
    /// One more group: every port but these.
    all_but: Option<Vec<u16>>,
}

impl Attached {
    /// The mode that comes of it: ztunnel knows no other two.
    pub fn mode(&self, port: Option<u16>) -> Mode {
        if self.denies_plaintext(port) {
            Mode::Strict
        } else {
            Mode::Permissive
        }
    }

    /// Whether plaintext to `port` is denied; `None` is any port that nothing lists.
    pub fn denies_plaintext(&self, port: Option<u16>) -> bool {
        let listed = |ports: &[u16]| port.is_some_and(|port| ports.contains(&port));
        self.static_strict
            || self.ports.as_ref().is_some_and(|rules| {
                listed(&rules.strict) || rules.all_but.as_ref().is_some_and(|exempt| !listed(exempt))
            })
    }
}

pub(super) fn enforce<'o>(
    resolution: &Resolution<'_, 'o>,
    workload: WorkloadId,
    port: Option<u16>,
) -> Enforcement<'o> {
    let (attached, rests_on) = attached(resolution, workload);
    if bypasses_inbound_capture(resolution, workload) {
        return Enforcement {
            mode: None,
            accepts: Accepts::RAW,
            bypass: None,
            rests_on,
        };
    }
    let mode = attached.mode(port);
    Enforcement {
        mode: Some(mode),
        accepts: if mode == Mode::Strict {
            Accepts::NOTHING
        } else {
            Accepts::RAW
        },
        bypass: None,
        rests_on,
    }
}

/// `ambient.istio.io/bypass-inbound-capture`: plaintext never meets ztunnel (`cni/pkg/nodeagent/net.go`).
pub fn bypasses_inbound_capture(resolution: &Resolution<'_, '_>, workload: WorkloadId) -> bool {
    let annotation = resolution
        .mesh
        .workload(workload)
        .annotation("ambient.istio.io/bypass-inbound-capture");
    // Go's ParseBool.
    annotation.is_some_and(|entry| matches!(entry.value, "1" | "t" | "T" | "TRUE" | "true" | "True"))
}

/// What is attached to a workload.
pub fn attached(resolution: &Resolution<'_, '_>, workload: WorkloadId) -> (Attached, Assumptions) {
    let namespace = resolution.mesh.workload(workload).namespace;
    let resolved = resolution.workload(workload);
    attached_in(resolution.mesh, namespace, resolved.revision, &resolved.selecting)
}

/// What would be attached to a workload of a namespace that these policies select, oldest first.
pub fn attached_in(
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    revision: &str,
    selecting: &[PolicyId],
) -> (Attached, Assumptions) {
    let mut rests_on = Assumptions::NONE;
    let candidates = Candidates::of(mesh, namespace, selecting, revision, &mut rests_on);
    (candidates.attach(mesh), rests_on)
}

/// The policies that istiod looks at for a workload: the oldest of each level.
#[derive(Debug, Clone, Copy)]
struct Candidates {
    mesh: Option<PolicyId>,
    namespace: Option<PolicyId>,
    workload: Option<PolicyId>,
    /// The same two levels as the conversion sees them: only policies without any selector.
    parents: Parents,
}

#[derive(Debug, Clone, Copy)]
struct Parents {
    mesh: Option<PolicyId>,
    namespace: Option<PolicyId>,
}

impl Candidates {
    fn of(
        mesh: &Mesh<'_>,
        namespace: NamespaceId,
        selecting: &[PolicyId],
        revision: &str,
        rests_on: &mut Assumptions,
    ) -> Candidates {
        let policies = &mesh.policies;
        let is_root = mesh.root == Some(namespace);
        let without_selector = |id: &PolicyId| policies[*id].object.spec.selector.is_none();
        let mut oldest = |ids: &[PolicyId], only_bare: bool| {
            let read = ids
                .iter()
                .copied()
                .filter(|id| policies[*id].is_read_by(revision));
            let candidates = read.filter(|id| !only_bare || without_selector(id));
            compose::oldest(policies, candidates, &mut (), rests_on)
        };
        let of_namespace = &policies.of_namespace(namespace).namespace_wide;
        // `selector: {}` in the root namespace reaches only workloads that live there.
        let of_mesh = oldest(policies.mesh_wide(), !is_root);
        let parents = Parents {
            mesh: oldest(policies.mesh_wide(), true),
            namespace: if is_root {
                oldest(policies.mesh_wide(), true)
            } else {
                oldest(of_namespace, true)
            },
        };
        Candidates {
            mesh: of_mesh,
            namespace: if is_root {
                None
            } else {
                oldest(of_namespace, false)
            },
            workload: if is_root { None } else { oldest(selecting, false) },
            parents,
        }
    }

    /// `convertedSelectorPeerAuthentications`: which keys a workload gets.
    fn attach(self, mesh: &Mesh<'_>) -> Attached {
        let policies = &mesh.policies;
        let mode = |id: Option<PolicyId>| id.and_then(|id| mode_of(policies, id));
        let parent = mode(self.namespace).or(mode(self.mesh));
        let mut static_strict = parent == Some(Mode::Strict);
        let Some(workload) = self.workload else {
            return Attached {
                static_strict,
                ..Attached::default()
            };
        };
        let spec = &policies[workload].object.spec;
        let own = mode_of(policies, workload);
        static_strict = own.map_or(static_strict, |own| own == Mode::Strict);
        let says = |wanted: &[Mode]| {
            spec.port_modes().iter().any(|port| {
                port.mtls
                    .explicit_mode()
                    .is_some_and(|said| wanted.contains(&said.value))
            })
        };
        let references_ports = spec.port_level_mtls.is_some()
            && match own {
                Some(Mode::Strict) => says(&[Mode::Permissive, Mode::Disable]),
                // DISABLE does not count here: only a PERMISSIVE port makes exceptions be read at all.
                None if static_strict => says(&[Mode::Permissive]),
                Some(Mode::Permissive | Mode::Disable) | None => says(&[Mode::Strict]),
            };
        if !references_ports {
            return Attached {
                static_strict,
                ..Attached::default()
            };
        }
        // The converted policy is expected to hold the strictness of the other ports.
        let ports = convert(policies, spec, own, self.parents);
        Attached {
            static_strict: false,
            is_by_port: true,
            is_dangling: ports.is_none(),
            ports,
        }
    }
}

fn mode_of(policies: &Policies<'_>, id: PolicyId) -> Option<Mode> {
    policies[id].object.spec.mode().map(|mode| mode.value)
}

/// `convertPeerAuthentication`: the rules of a policy with ports, `None` where it has none to add.
fn convert(
    policies: &Policies<'_>,
    spec: &PeerAuthentication,
    own: Option<Mode>,
    parents: Parents,
) -> Option<PortRules> {
    let mode = |id: Option<PolicyId>| id.and_then(|id| mode_of(policies, id));
    let (of_namespace, of_mesh) = (mode(parents.namespace), mode(parents.mesh));
    // Meant as "inherits STRICT"; `&&` binds tighter than `||`, so the mesh's STRICT counts even where the
    // workload's own mode overrides it.
    let inherits_strict = own == Some(Mode::Strict)
        || (own.is_none() && of_namespace == Some(Mode::Strict))
        || (of_namespace.is_none() && of_mesh == Some(Mode::Strict));
    let parent_is_open = match parents.namespace {
        Some(_) => of_namespace != Some(Mode::Strict),
        None => of_mesh != Some(Mode::Strict),
    };
    let mut rules = PortRules::default();
    let mut exempt = Vec::new();
    for entry in spec.port_modes() {
        match entry.mtls.explicit_mode().map(|said| said.value) {
            Some(Mode::Strict) if !inherits_strict => rules.strict.push(entry.port),
            Some(Mode::Permissive | Mode::Disable) => {
                let is_moot = match own {
                    Some(own) => own != Mode::Strict,
                    None => parent_is_open,
                };
                if !is_moot {
                    exempt.push(entry.port);
                }
            }
            Some(Mode::Strict) | None => {}
        }
    }
    if !exempt.is_empty() {
        rules.all_but = Some(exempt);
    }
    (rules != PortRules::default()).then_some(rules)
}
