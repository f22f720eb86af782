//! `invalid-yaml`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::yaml::DefectKind;

declare_rule! {
    /// ## What it does
    /// Finds documents that kubectl cannot read. Other documents of the same file are still read.
    ///
    /// ## Why is this bad?
    /// `kubectl apply` stops at such a document: neither it nor, depending on the order, its neighbours reach
    /// the cluster. Nothing is concluded from a document that cannot be read.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls: mode: STRICT
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
    pub struct InvalidYaml {
        id: "invalid-yaml",
        family: Object,
        severity: Error,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for InvalidYaml {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for defect in facts.defects {
            if let DefectKind::Syntax(reason) = &defect.kind {
                let finding = self
                    .finding(defect.span, format!("the document does not parse: {reason}"))
                    .label("here");
                findings.push(finding);
            }
        }
    }
}
