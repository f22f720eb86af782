//! `conflicting-data-plane`

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Finding};
use crate::mesh::{NamespaceId, WorkloadId};
use crate::resolve::dataplane::{Because, DataPlane, Enrolment, enrol_by_default};
use crate::resolve::proxy::ProxySettings;
use crate::yaml::StringEntry;

const MODE: &str = "istio.io/dataplane-mode";

declare_rule! {
    /// ## What it does
    /// Finds Namespaces and pods whose labels ask for ambient and for a sidecar at once.
    ///
    /// ## Why is this bad?
    /// The sidecar wins: it is injected when the pod is created, and ambient leaves pods with a sidecar alone.
    /// Who reads `istio.io/dataplane-mode: ambient` expects ztunnel. It matters most under `STRICT`: ambient
    /// clients send plaintext to sidecars, which refuse it, while they reach ambient pods through the tunnel.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: shop
    ///   labels:
    ///     istio-injection: enabled
    ///     istio.io/dataplane-mode: ambient
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: shop
    ///   labels:
    ///     istio.io/dataplane-mode: ambient
    /// ```
    pub struct ConflictingDataPlane {
        id: "conflicting-data-plane",
        family: PeerAuthentication,
        severity: Warning,
        effect: Refusal,
    }
}

impl Rule for ConflictingDataPlane {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, _) in facts.mesh.namespaces.iter() {
            findings.extend(self.of_namespace(facts, id));
        }
        for (id, _) in facts.mesh.workloads() {
            findings.extend(self.of_workload(facts, id));
        }
    }
}

/// The label that asks for ambient, where a sidecar wins over it.
fn conflict<'a>(label: Option<StringEntry<'a>>, enrolment: &Enrolment<'_>) -> Option<StringEntry<'a>> {
    label.filter(|label| label.value == "ambient" && enrolment.plane == DataPlane::Sidecar)
}

/// The label of a Namespace that conflicts with another one of it.
fn of_namespace<'a>(facts: &Facts<'a>, id: NamespaceId) -> Option<(StringEntry<'a>, Enrolment<'a>)> {
    let enrolment = enrol_by_default(facts.mesh, id);
    let label = conflict(facts.mesh.namespaces[id].label_entry(MODE), &enrolment)?;
    Some((label, enrolment))
}

impl ConflictingDataPlane {
    fn of_namespace(self, facts: &Facts<'_>, id: NamespaceId) -> Option<Finding> {
        let (label, enrolment) = of_namespace(facts, id)?;
        let namespace = &facts.mesh.namespaces[id];
        let object = namespace
            .given
            .iter()
            .rev()
            .find(|object| object.meta.labels.entry(MODE).is_some())?;
        let message = format!(
            "pods of namespace {} get sidecars, not ambient: {}",
            namespace.display_name(),
            consequence(&ProxySettings::of_namespace(facts.mesh, id, "default")),
        );
        Some(report(self, label, message, &enrolment).on(object.meta.object_name()))
    }

    fn of_workload(self, facts: &Facts<'_>, id: WorkloadId) -> Option<Finding> {
        let workload = facts.mesh.workload(id);
        let enrolment = facts.resolution.workload(id).enrolment;
        let template = workload.template()?;
        let label = conflict(template.labels.entry(MODE), &enrolment)?;
        let is_of_namespace = matches!(enrolment.because, Because::NamespaceLabel(..));
        if is_of_namespace && of_namespace(facts, workload.namespace).is_some() {
            return None;
        }
        // Without its Namespace the pod's own label is the only thing that is known.
        if enrolment.rests_on.contains(Assumption::NamespaceNotGiven) {
            return None;
        }
        let message = format!(
            "pods of {} get a sidecar, not ambient: {}",
            wording::workloads(facts.mesh, &[id]),
            consequence(&facts.resolution.workload(id).proxy),
        );
        Some(report(self, label, message, &enrolment).on(workload.meta().object_name()))
    }
}

fn report(
    rule: ConflictingDataPlane,
    label: StringEntry<'_>,
    message: String,
    enrolment: &Enrolment<'_>,
) -> Finding {
    let finding = rule
            .finding(label.value_span, message)
            .label("has no effect beside injection")
            .help(match enrolment.because {
                Because::PreInjected => "apply the manifest without the injected proxy, or remove this label",
                _ => {
                    "remove what asks for injection to move the pods to ambient (they change when they are restarted), or \
                     remove this label"
                }
            });
    let finding = match enrolment.because.span() {
        Some(span) => finding.related(span, format!("asks for a sidecar: {}", enrolment.because)),
        None => finding,
    };
    let revision = match enrolment.because {
        Because::NamespaceLabel(_, mark) | Because::PodLabel(mark) => mark.value,
        _ => "",
    };
    if enrolment.rests_on.contains(Assumption::RevisionUnknown) {
        let words = format!("revision {revision} is installed");
        return finding.assuming(Assumption::RevisionUnknown, words);
    }
    finding
}

/// What the sidecar means for STRICT. With HBONE in sidecars ambient clients get through.
fn consequence(proxy: &ProxySettings) -> &'static str {
    if proxy.speaks_hbone {
        "STRICT then means what it means for sidecars"
    } else {
        "under STRICT they refuse the plaintext that ambient clients send to sidecars"
    }
}
