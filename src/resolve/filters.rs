//! Whom an EnvoyFilter is for (`pilot/pkg/model/push_context.go` `getMatchedEnvoyFilters`).

use super::Resolution;
use super::dataplane::DataPlane;
use crate::mesh::{NamespaceId, WorkloadId};
use crate::model::Object;
use crate::model::envoy_filter::EnvoyFilter;

/// The given workloads with a sidecar that a filter is for: those of its namespace, in the root namespace those
/// of the mesh.
pub fn selected(resolution: &Resolution<'_, '_>, filter: &Object<EnvoyFilter>) -> Vec<WorkloadId> {
    let mesh = resolution.mesh;
    let Some(own) = mesh.namespaces.find_own(filter.meta.namespace_name()) else {
        return Vec::new();
    };
    let namespaces: Vec<NamespaceId> = if mesh.root == Some(own) {
        mesh.namespaces.iter().map(|(id, _)| id).collect()
    } else {
        vec![own]
    };
    let selector = filter
        .spec
        .workload_selector
        .as_ref()
        .map(|selector| &selector.labels);
    namespaces
        .into_iter()
        .flat_map(|namespace| match selector {
            Some(labels) => resolution.index.candidates(namespace, labels),
            None => resolution.index.in_namespace(namespace),
        })
        .copied()
        .filter(|&id| {
            let resolved = resolution.workload(id);
            let is_meant = selector.is_none_or(|labels| resolved.labels.match_all(labels));
            is_meant && resolved.enrolment.plane == DataPlane::Sidecar
        })
        .collect()
}
