//! `misplaced-mesh-policy`

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::settings::Origin;
use crate::mesh::{Policy, Scope};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds policies that look as if they were about the whole mesh but stand in a namespace that is not the
    /// root namespace: without selector in `istio-system`, or named `default` beside istiod or the gateways.
    ///
    /// ## Why is this bad?
    /// Only a policy of the root namespace holds for the mesh. This one covers the few pods of its own
    /// namespace, and every other workload keeps the default, which accepts plaintext.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: istio
    ///   namespace: istio-system
    /// data:
    ///   mesh: |
    ///     rootNamespace: istio-config
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: istio-system
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: istio
    ///   namespace: istio-system
    /// data:
    ///   mesh: |
    ///     rootNamespace: istio-config
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: istio-config
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct MisplacedMeshPolicy {
        id: "misplaced-mesh-policy",
        family: PeerAuthentication,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for MisplacedMeshPolicy {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let misplaced = facts
            .mesh
            .policies
            .iter()
            .filter(|(_, policy)| is_misplaced(facts, policy));
        findings.extend(misplaced.map(|(_, policy)| self.report(facts, policy)));
    }
}

/// Whether a policy was probably written for the whole mesh and is not.
pub(super) fn is_misplaced(facts: &Facts<'_>, policy: &Policy<'_>) -> bool {
    if policy.scope != Scope::Namespace {
        return false;
    }
    let namespace = facts.mesh.namespaces[policy.namespace].name;
    let is_default = &*policy.object.meta.name.value == "default";
    namespace == Some("istio-system") || (is_default && holds_istio(facts, policy))
}

/// Whether istiod is in the policy's namespace, or nothing but gateways.
fn holds_istio(facts: &Facts<'_>, policy: &Policy<'_>) -> bool {
    let index = &facts.resolution.index;
    let given = index.in_namespace(policy.namespace);
    let is_gateway = |plane| matches!(plane, DataPlane::Gateway);
    let mut planes = given
        .iter()
        .map(|&id| facts.resolution.workload(id).enrolment.plane);
    let is_istiod = !index.with_label(policy.namespace, "app", "istiod").is_empty();
    is_istiod || (!given.is_empty() && planes.all(is_gateway))
}

impl MisplacedMeshPolicy {
    fn report(self, facts: &Facts<'_>, policy: &Policy<'_>) -> Finding {
        let setting = &facts.mesh.settings.root_namespace;
        let root = &setting.value;
        let meta = &policy.object.meta;
        let message = format!(
            "{} does not cover the mesh but namespace {} alone: the root namespace is {root}",
            wording::policy(policy),
            facts.mesh.namespaces[policy.namespace].display_name()
        );
        let at = meta
            .namespace
            .as_ref()
            .map_or(meta.name.span, |namespace| namespace.span);
        let finding = self
            .finding(at, message)
            .on(meta.object_name())
            .label("not the root namespace")
            .help(format!(
                "write `namespace: {root}`, or give a policy of this namespace alone a telling name"
            ));
        match setting.origin {
            Origin::Manifest(span) | Origin::Config(span) => finding.related(span, "the root namespace"),
            Origin::Default | Origin::Flag => finding,
        }
    }
}
