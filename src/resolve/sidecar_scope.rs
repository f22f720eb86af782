//! Which Sidecar resource a proxy obeys: one alone, never several merged
//! (`pilot/pkg/model/push_context.go` `initSidecarScopes`, `doGetSidecarScope`).

use super::labels::Labels;
use crate::hash::HashMap;
use crate::mesh::{Mesh, NamespaceId};
use crate::model::Object;
use crate::model::sidecar::Sidecar;
use crate::yaml::StringEntry;

/// The Sidecars of every namespace by the labels that they select, so that a workload meets only those that ask
/// for one of its own.
pub(super) struct SidecarIndex<'m, 'o> {
    mesh: &'m Mesh<'o>,
    /// Under the rarest label of the selector: ranks in the order in which the Sidecars of a namespace count.
    by_label: HashMap<(NamespaceId, &'o str, &'o str), Vec<usize>>,
    /// Those without labels.
    for_all: HashMap<NamespaceId, Vec<usize>>,
}

impl<'m, 'o> SidecarIndex<'m, 'o> {
    pub(super) fn new(mesh: &'m Mesh<'o>) -> Self {
        let mut index = SidecarIndex {
            mesh,
            by_label: HashMap::default(),
            for_all: HashMap::default(),
        };
        for (&namespace, sidecars) in &mesh.sidecars {
            index.add(namespace, sidecars);
        }
        index
    }

    fn add(&mut self, namespace: NamespaceId, sidecars: &[&'o Object<Sidecar>]) {
        let mut uses: HashMap<(&str, &str), usize> = HashMap::default();
        for entry in sidecars.iter().copied().flat_map(labels_of) {
            *uses.entry((entry.key, entry.value)).or_default() += 1;
        }
        for (rank, &sidecar) in sidecars.iter().enumerate() {
            let rarest = labels_of(sidecar).min_by_key(|entry| uses[&(entry.key, entry.value)]);
            let ranks = match rarest {
                Some(entry) => self
                    .by_label
                    .entry((namespace, entry.key, entry.value))
                    .or_default(),
                None => self.for_all.entry(namespace).or_default(),
            };
            ranks.push(rank);
        }
    }

    /// The Sidecar of a workload: the first of its namespace that selects it, else the namespace's own, else
    /// that of the root namespace.
    pub(super) fn sidecar_of(
        &self,
        namespace: NamespaceId,
        labels: &Labels<'o>,
        revision: &str,
    ) -> Option<&'o Object<Sidecar>> {
        let of_namespace = self.mesh.sidecars.get(&namespace).map_or(&[][..], Vec::as_slice);
        let holds = |&&rank: &&usize| {
            let sidecar = of_namespace[rank];
            sidecar.meta.is_read_by(revision) && selects(sidecar, labels)
        };
        let first = |ranks: &Vec<usize>| ranks.iter().find(holds).copied();
        let of_labels = labels
            .iter()
            .filter_map(|(key, value)| self.by_label.get(&(namespace, key, value)));
        let lists = of_labels.chain(self.for_all.get(&namespace));
        let rank = lists.filter_map(first).min();
        rank.map(|rank| of_namespace[rank])
            .or_else(|| of_root(self.mesh, revision))
    }
}

/// The labels that a Sidecar selects.
fn labels_of(sidecar: &Object<Sidecar>) -> impl Iterator<Item = StringEntry<'_>> {
    let selector = sidecar.spec.workload_selector.as_ref();
    selector.into_iter().flat_map(|selector| selector.labels.iter())
}

/// The Sidecars of a namespace that a control plane of that revision reads, in the order in which they count.
fn read_by<'m, 'o>(
    mesh: &'m Mesh<'o>,
    namespace: NamespaceId,
    revision: &'m str,
) -> impl Iterator<Item = &'o Object<Sidecar>> + use<'m, 'o> {
    let of_namespace = mesh.sidecars.get(&namespace).into_iter().flatten();
    of_namespace
        .copied()
        .filter(move |sidecar| sidecar.meta.is_read_by(revision))
}

/// The Sidecar of the root namespace that holds where a namespace has none.
fn of_root<'o>(mesh: &Mesh<'o>, revision: &str) -> Option<&'o Object<Sidecar>> {
    read_by(mesh, mesh.root?, revision).find(|sidecar| !has_selector(sidecar))
}

fn has_selector(sidecar: &Object<Sidecar>) -> bool {
    sidecar
        .spec
        .workload_selector
        .as_ref()
        .is_some_and(|selector| !selector.labels.is_empty())
}

fn selects(sidecar: &Object<Sidecar>, labels: &Labels<'_>) -> bool {
    match &sidecar.spec.workload_selector {
        Some(selector) => labels.match_all(&selector.labels),
        None => true,
    }
}

/// The Sidecar of a workload of which only the namespace and the revision are known.
pub fn default_sidecar<'o>(
    mesh: &Mesh<'o>,
    namespace: Option<NamespaceId>,
    revision: &str,
) -> Option<&'o Object<Sidecar>> {
    let of_namespace = namespace
        .into_iter()
        .flat_map(|namespace| read_by(mesh, namespace, revision));
    of_namespace
        .into_iter()
        .find(|sidecar| !has_selector(sidecar))
        .or_else(|| of_root(mesh, revision))
}
