//! PeerAuthentications by what they are about: the mesh, a namespace, or single workloads.

use super::age::{age, is_ordered_by_time};
use super::namespaces::NamespaceId;
use crate::hash::HashMap;
use crate::model::Object;
use crate::model::peer_authentication::PeerAuthentication;

/// A policy of the mesh, by its rank in age: a smaller id is an older policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub u32);

/// A policy.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'o> {
    /// The object.
    pub object: &'o Object<PeerAuthentication>,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// What it is about.
    pub scope: Scope,
}

/// What a policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Every workload: no labels, in the root namespace.
    Mesh,
    /// Every workload of its namespace: no labels.
    Namespace,
    /// The workloads of its namespace with certain labels.
    Workload,
    /// Labels in the root namespace: Istio never reads it, also not for workloads there.
    RootSelector,
}

impl<'o> Policy<'o> {
    /// The revision that alone reads it, from the label `istio.io/rev`.
    pub fn revision(&self) -> Option<&'o str> {
        self.object.meta.revision()
    }

    /// Whether a control plane of that revision reads it.
    pub fn is_read_by(&self, revision: &str) -> bool {
        self.object.meta.is_read_by(revision)
    }
}

/// The policies of a mesh.
#[derive(Debug, Default)]
pub struct Policies<'o> {
    all: Vec<Policy<'o>>,
    by_namespace: HashMap<NamespaceId, NamespacePolicies>,
    mesh: Vec<PolicyId>,
}

/// The policies of a namespace, oldest first.
#[derive(Debug, Default)]
pub struct NamespacePolicies {
    /// Without labels. Only the first is ever used.
    pub namespace_wide: Vec<PolicyId>,
    /// With labels.
    pub selecting: Vec<PolicyId>,
}

static NO_POLICIES: NamespacePolicies = NamespacePolicies {
    namespace_wide: Vec::new(),
    selecting: Vec::new(),
};

impl<'o> Policies<'o> {
    pub(super) fn new(
        mut objects: Vec<(&'o Object<PeerAuthentication>, NamespaceId)>,
        root: Option<NamespaceId>,
    ) -> Self {
        objects.sort_by_key(|(object, _)| age(&object.meta));
        let mut policies = Policies::default();
        for (object, namespace) in objects {
            policies.push(object, namespace, root);
        }
        policies
    }

    fn push(
        &mut self,
        object: &'o Object<PeerAuthentication>,
        namespace: NamespaceId,
        root: Option<NamespaceId>,
    ) {
        let id = PolicyId(self.all.len() as u32);
        let scope = match (object.spec.selects_labels(), Some(namespace) == root) {
            (false, true) => Scope::Mesh,
            (false, false) => Scope::Namespace,
            (true, false) => Scope::Workload,
            (true, true) => Scope::RootSelector,
        };
        self.all.push(Policy {
            object,
            namespace,
            scope,
        });
        let of_namespace = self.by_namespace.entry(namespace).or_default();
        match scope {
            Scope::Mesh => self.mesh.push(id),
            Scope::Namespace => of_namespace.namespace_wide.push(id),
            Scope::Workload | Scope::RootSelector => of_namespace.selecting.push(id),
        }
    }

    /// The mesh-wide policies, oldest first. Only the first is ever used.
    pub fn mesh_wide(&self) -> &[PolicyId] {
        &self.mesh
    }

    /// The policies of a namespace. In the root namespace the selecting ones are never read.
    pub fn of_namespace(&self, namespace: NamespaceId) -> &NamespacePolicies {
        self.by_namespace.get(&namespace).unwrap_or(&NO_POLICIES)
    }

    /// The first of `candidates` that a control plane of that revision reads.
    pub fn first_read_by(&self, candidates: &[PolicyId], revision: &str) -> Option<PolicyId> {
        candidates
            .iter()
            .copied()
            .find(|&id| self[id].is_read_by(revision))
    }

    /// Whether their timestamps tell which of two policies is older.
    pub fn is_ordered_by_time(&self, one: PolicyId, other: PolicyId) -> bool {
        is_ordered_by_time(&self[one].object.meta, &self[other].object.meta)
    }

    /// Every policy, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (PolicyId, &Policy<'o>)> {
        self.all
            .iter()
            .enumerate()
            .map(|(index, policy)| (PolicyId(index as u32), policy))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl<'o> std::ops::Index<PolicyId> for Policies<'o> {
    type Output = Policy<'o>;

    fn index(&self, id: PolicyId) -> &Policy<'o> {
        &self.all[id.0 as usize]
    }
}
