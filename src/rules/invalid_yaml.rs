//! `invalid-yaml`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::yaml::DefectKind;

declare_rule! {
    /// ## What it does
    /// Finds manifests that kubectl cannot read. The other documents of the file are read all the same.
    ///
    /// ## Why is this bad?
    /// `kubectl apply` fails on such a document, so the policy in it never reaches the cluster, and what was
    /// in force before stays in force. Nothing else is said of a document that cannot be read.
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
        for defect in facts.given.defects {
            let DefectKind::Syntax(reason) = &defect.kind else {
                continue;
            };
            let message = format!("kubectl cannot read the document: {reason}");
            findings.push(self.finding(defect.span, message).label("reading ends here"));
        }
    }
}
