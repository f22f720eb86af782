//! `duplicate-object`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::mesh::Duplicate;

declare_rule! {
    /// ## What it does
    /// Finds objects that are defined twice for one cluster: the same kind, namespace and name.
    ///
    /// ## Why is this bad?
    /// `kubectl apply -f` takes the definitions one after the other, in the order of paths and documents, and
    /// the last one stays. Whoever edits another one changes nothing.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: PERMISSIVE
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct DuplicateObject {
        id: "duplicate-object",
        family: Object,
        severity: Error,
        effect: Other,
    }
}

impl Rule for DuplicateObject {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let duplicates = facts.mesh.duplicates.iter();
        findings.extend(duplicates.map(|duplicate| self.report(duplicate)));
    }
}

impl DuplicateObject {
    fn report(self, duplicate: &Duplicate<'_>) -> Finding {
        let Duplicate {
            overwritten,
            effective,
        } = duplicate;
        let object = overwritten.object_name();
        let again = if overwritten.file() == effective.file() {
            "again below"
        } else {
            "again in another file"
        };
        let message = format!("{object} is defined {again}, and the last definition is the one that stays");
        self.finding(overwritten.name.span, message)
            .on(object)
            .label("this definition has no effect")
            .related(effective.name.span, "this definition takes part")
            .help("keep one of them, or give one another name; clusters of their own are contexts in the config")
    }
}
