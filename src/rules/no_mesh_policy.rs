//! `no-mesh-policy`.

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::id::Kind;
use crate::mesh::NamespaceId;
use crate::model::Meta;

declare_rule! {
    /// ## What it does
    /// Says that no policy for the whole mesh is among the manifests, although other objects of the root namespace
    /// are. A policy is for the whole mesh if it is in the root namespace and has no selector.
    ///
    /// ## Why is this bad?
    /// What no other policy covers is `PERMISSIVE` then: every new namespace starts by accepting plaintext.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: istio-system}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: istio-system}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct NoMeshPolicy {
        id: "no-mesh-policy",
        family: Posture,
        severity: Info,
        effect: Exposure,
    }
}

impl Rule for NoMeshPolicy {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let Some(root) = facts.mesh.root else { return };
        if !facts.mesh.policies.mesh_wide().is_empty() {
            return;
        }
        let Some(meta) = object_of(facts, root) else {
            return;
        };
        let name = facts.mesh.namespaces[root].display_name();
        let message = format!("no policy for the whole mesh is among the manifests of root namespace {name}");
        findings.push(
            self.finding(meta.name.span, message)
                .on(meta.object_name())
                .label("what no other policy covers accepts plaintext")
                .help(format!(
                    "add a policy without selector in namespace {name}: PERMISSIVE while workloads move into the mesh, \
                     then STRICT"
                )),
        );
    }
}

/// An object that shows that the root namespace is among the manifests: the Namespace, else the first.
fn object_of<'a>(facts: &Facts<'a>, root: NamespaceId) -> Option<&'a Meta> {
    let namespace = &facts.mesh.namespaces[root];
    if let Some(given) = namespace.given.last() {
        return Some(&given.meta);
    }
    let others = facts.given.objects.metas().filter(|meta| {
        meta.kind != Kind::Namespace
            && !meta.kind.is_bystander()
            && meta.namespace_name() == namespace.name
            && facts.mesh.holds(meta)
    });
    others.min_by_key(|meta| meta.span)
}
