//! `dropped-document`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::yaml::DefectKind;

declare_rule! {
    /// ## What it does
    /// Finds objects behind a line of three dots.
    ///
    /// ## Why is this bad?
    /// Three dots end a YAML document, but only `---` starts the next one for kubectl. What stands between
    /// them is dropped without a word, and its objects never reach the cluster.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    /// ...
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct DroppedDocument {
        id: "dropped-document",
        family: Object,
        severity: Error,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for DroppedDocument {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for defect in facts.given.defects {
            if defect.kind != DefectKind::DroppedDocument {
                continue;
            }
            let message = "kubectl drops this document: it stands behind a `...`, which ends what is read";
            let finding = self
                .finding(defect.span, message)
                .label("nothing from here to the next `---` reaches the cluster")
                .help("separate documents by `---`");
            findings.push(finding);
        }
    }
}
