//! Which Sidecar resource a proxy obeys: one alone, never several merged
//! (`pilot/pkg/model/push_context.go` `initSidecarScopes`, `doGetSidecarScope`).

use super::destination::is_read_by;
use super::labels::Labels;
use crate::mesh::{Mesh, NamespaceId};
use crate::model::Object;
use crate::model::sidecar::Sidecar;

/// The Sidecar of a workload: the first of its namespace that selects it, else the namespace's own, else
/// that of the root namespace.
pub fn sidecar_of<'o>(
    mesh: &Mesh<'o>,
    namespace: NamespaceId,
    labels: &Labels<'_>,
    revision: &str,
) -> Option<&'o Object<Sidecar>> {
    read_by(mesh, namespace, revision)
        .find(|sidecar| selects(sidecar, labels))
        .or_else(|| of_root(mesh, revision))
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
        .filter(move |sidecar| is_read_by(&sidecar.meta, revision))
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
