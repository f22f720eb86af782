//! `duplicate-key`

use std::cell::LazyCell;

use super::Owners;
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::DefectKind;

declare_rule! {
    /// ## What it does
    /// Finds keys that occur twice in one mapping. Quotes make no difference: `8080:` and `"8080":` are the
    /// same key, because manifests become JSON on their way to the API server.
    ///
    /// ## Why is this bad?
    /// kubectl keeps the last of the values and drops the others without a word. The reader of a manifest
    /// may well believe the first.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: payment
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: payment
    ///   portLevelMtls:
    ///     8080:
    ///       mode: STRICT
    ///     "8080":
    ///       mode: PERMISSIVE
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: payment
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: payment
    ///   portLevelMtls:
    ///     8080:
    ///       mode: STRICT
    /// ```
    pub struct DuplicateKey {
        id: "duplicate-key",
        family: Object,
        severity: Error,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for DuplicateKey {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let owners = LazyCell::new(|| Owners::of(facts.given.objects));
        for defect in facts.given.defects {
            let DefectKind::DuplicateKey { key, first } = &defect.kind else {
                continue;
            };
            let mut finding = self
                .finding(
                    defect.span,
                    format!("the key `{key}` occurs twice: the API server gets this value and not the first"),
                )
                .label("this value is kept")
                .related(*first, "this value is dropped")
                .help(help(defect.span, *first))
                .detail(key);
            finding.object = owners.owner(defect.span);
            findings.push(finding);
        }
    }
}

fn help(kept: Span, dropped: Span) -> &'static str {
    // The same key of another length is one with quotes.
    if kept.end - kept.start == dropped.end - dropped.start {
        "remove one of the two"
    } else {
        "remove one of the two; with or without quotes it is the same key"
    }
}
