//! Ambient enrolment: which pods the CNI hands to ztunnel (`cni/pkg/util/enablement_selector.go`).

use super::{Because, DataPlane, Enrolment, Mark};
use crate::finding::Assumptions;
use crate::mesh::{Mesh, NamespaceId};
use crate::model::workload::PodTemplate;

const MODE: &str = "istio.io/dataplane-mode";

/// Decides enrolment of a pod without a sidecar; `None` where nothing asks for it.
pub(super) fn decide<'o>(
    mesh: &Mesh<'o>,
    namespace: NamespaceId,
    template: &'o PodTemplate,
) -> Option<Enrolment<'o>> {
    let namespace = &mesh.namespaces[namespace];
    // The CNI's own default exclusion; the injector's list does not apply here.
    if mesh.settings.ambient.value == Some(false) || namespace.name == Some("kube-system") {
        return None;
    }
    let pod = template.labels.entry(MODE);
    let because = match pod {
        Some(entry) if entry.value == "ambient" => Because::PodLabel(Mark::of(entry)),
        Some(entry) if entry.value == "none" => return None,
        // Any other value of the pod's label leaves the decision to the namespace.
        _ => {
            let entry = namespace
                .label_entry(MODE)
                .filter(|entry| entry.value == "ambient")?;
            Because::NamespaceLabel(namespace.display_name(), Mark::of(entry))
        }
    };
    Some(Enrolment {
        plane: DataPlane::Ambient,
        because,
        rests_on: Assumptions::NONE,
    })
}
