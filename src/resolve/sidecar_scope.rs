//! Which Sidecar resource a proxy obeys: one alone, never several merged
//! (`pilot/pkg/model/push_context.go` `initSidecarScopes`, `doGetSidecarScope`).

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
) -> Option<&'o Object<Sidecar>> {
    let of_namespace = mesh.sidecars.get(&namespace).into_iter().flatten().copied();
    of_namespace
        .into_iter()
        .find(|sidecar| selects(sidecar, labels))
        .or_else(|| of_root(mesh))
}

/// The Sidecar of the root namespace that holds where a namespace has none.
fn of_root<'o>(mesh: &Mesh<'o>) -> Option<&'o Object<Sidecar>> {
    let sidecars = mesh.sidecars.get(&mesh.root?)?;
    sidecars.iter().copied().find(|sidecar| !has_selector(sidecar))
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

/// The Sidecar of a workload of which only the namespace is known.
pub fn default_sidecar<'o>(mesh: &Mesh<'o>, namespace: Option<NamespaceId>) -> Option<&'o Object<Sidecar>> {
    let of_namespace = namespace.and_then(|namespace| mesh.sidecars.get(&namespace));
    let mut of_namespace = of_namespace.into_iter().flatten().copied();
    of_namespace
        .find(|sidecar| !has_selector(sidecar))
        .or_else(|| of_root(mesh))
}
