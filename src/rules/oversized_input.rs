//! `oversized-input`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::yaml::{DefectKind, Limit};

declare_rule! {
    /// ## What it does
    /// Finds documents that are too large to be read: more than 16 MiB, nested more than 255 levels deep, or
    /// with aliases that repeat more than a million values.
    ///
    /// ## Why is this bad?
    /// The API server refuses objects far below these limits, so that such a document is a mistake or an
    /// attack. Nothing is concluded from it.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    ///   annotations:
    ///     a: &a [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x]
    ///     b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
    ///     c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
    ///     d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
    ///     e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    ///   annotations:
    ///     a: x
    /// ```
    pub struct OversizedInput {
        id: "oversized-input",
        family: Object,
        severity: Error,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for OversizedInput {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for defect in facts.given.defects {
            let DefectKind::Oversized(limit) = defect.kind else {
                continue;
            };
            let finding = self
                .finding(
                    defect.span,
                    format!("the document is not read: {}", excess(limit)),
                )
                .label("the limit is passed here")
                .help("split the document, or leave the file out of the check");
            findings.push(finding);
        }
    }
}

fn excess(limit: Limit) -> String {
    let value = limit.value();
    match limit {
        Limit::Depth => format!("it is nested more than {value} levels deep"),
        Limit::Aliases => format!("its aliases repeat more than {value} values"),
        Limit::Size => format!("it is larger than {} MiB", value >> 20),
    }
}
