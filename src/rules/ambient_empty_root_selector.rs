//! `ambient-empty-root-selector`

use super::ambient::{as_ztunnel_reads, is_ambient, is_ambient_by_default};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::{NamespaceId, Policies, PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;

declare_rule! {
    /// ## What it does
    /// Finds policies in the root namespace with an empty `selector` that set another mode than the one that
    /// ambient workloads get without them.
    ///
    /// ## Why is this bad?
    /// For sidecars an empty selector is the same as none: the policy is mesh-wide. For ambient workloads of
    /// other namespaces istiod only looks at root policies without any `selector`, so this one is not read. A
    /// mesh that is being moved from sidecars to ambient loses its mode namespace by namespace.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   selector: {}
    ///   mtls: {mode: STRICT}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct AmbientEmptyRootSelector {
        id: "ambient-empty-root-selector",
        family: PeerAuthentication,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for AmbientEmptyRootSelector {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let policies = &facts.mesh.policies;
        let Some(id) = policies.first_read_by(policies.mesh_wide(), "default") else {
            return;
        };
        let policy = &policies[id];
        let (Some(selector), Scope::Mesh) = (&policy.object.spec.selector, policy.scope) else {
            return;
        };
        let (meant, left) = (mode(policies, Some(id)), without_it(policies, id));
        if meant == left {
            return;
        }
        if let Some(subject) = Subject::of(facts) {
            let message = format!(
                "{} is mesh-wide for sidecars alone: {} ignore it and stay {left}",
                wording::policy(policy),
                subject.words,
            );
            let finding = self
                .finding(selector.key, message)
                .on(policy.object.meta.object_name())
                .label("ambient reads only policies without `selector` here")
                .help("remove the empty `selector`: sidecars see no difference");
            let namespace = facts.mesh.namespaces[subject.namespace].label_entry("istio.io/dataplane-mode");
            findings.push(match namespace {
                Some(label) => finding.related(label.value_span, "in ambient"),
                None => finding,
            });
        }
    }
}

/// What ambient makes of a mesh-wide policy.
fn mode(policies: &Policies<'_>, id: Option<PolicyId>) -> Mode {
    let said = id.and_then(|id| policies[id].object.spec.mode());
    as_ztunnel_reads(said.map_or(Mode::Permissive, |said| said.value))
}

/// The mode of the mesh as ambient sees it, where this policy is not read.
fn without_it(policies: &Policies<'_>, ignored: PolicyId) -> Mode {
    let others = policies.mesh_wide().iter().copied();
    let mut bare = others.filter(|&id| {
        id != ignored && policies[id].object.spec.selector.is_none() && policies[id].is_read_by("default")
    });
    mode(policies, bare.next())
}

/// Who is in ambient, outside the root namespace: there alone such a policy is read.
struct Subject {
    namespace: NamespaceId,
    words: String,
}

impl Subject {
    fn of(facts: &Facts<'_>) -> Option<Subject> {
        let mesh = facts.mesh;
        let in_ambient = mesh.workloads().filter(|&(id, _)| is_ambient(facts, id));
        let elsewhere = in_ambient.filter(|(_, workload)| Some(workload.namespace) != mesh.root);
        let workloads: Vec<WorkloadId> = elsewhere.map(|(id, _)| id).collect();
        if let Some(&first) = workloads.first() {
            return Some(Subject {
                namespace: mesh.workload(first).namespace,
                words: match workloads.len() {
                    1 => format!("ambient workloads like {}", mesh.workload(first).name()),
                    count => format!("{count} ambient workloads"),
                },
            });
        }
        let mut namespaces = mesh.namespaces.iter().map(|(id, _)| id);
        let namespace = namespaces.find(|&id| Some(id) != mesh.root && is_ambient_by_default(facts, id))?;
        Some(Subject {
            namespace,
            words: format!(
                "ambient workloads of {}",
                mesh.namespaces[namespace].display_name()
            ),
        })
    }
}
