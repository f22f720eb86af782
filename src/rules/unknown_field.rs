//! `unknown-field`

use super::{Declared, Facts, Rule, declare_rule, widened_selector};
use crate::finding::Finding;
use crate::load::FlawedObject;
use crate::model::schema::{self, Suggestion};

declare_rule! {
    /// ## What it does
    /// Finds fields that the schema of an Istio kind lacks, at any depth: misspelt ones, ones of another
    /// kind or an older version, and ones that stand in the wrong place.
    ///
    /// ## Why is this bad?
    /// `kubectl apply` refuses an object with such a field. Helm, Argo CD, Flux and other clients send it all
    /// the same, and the API server drops the field without a word: the object is taken and does not do what
    /// it says. What is dropped counts as absent in everything else that is reported.
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
    ///   mtls:
    ///     mode: STRICT
    ///   port_level_mtls:
    ///     "9090":
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
    ///   mtls:
    ///     mode: STRICT
    ///   portLevelMtls:
    ///     "9090":
    ///       mode: PERMISSIVE
    /// ```
    pub struct UnknownField {
        id: "unknown-field",
        family: Object,
        severity: Error,
        effect: Other,
    }
}

impl Rule for UnknownField {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let widened = widened_selector::objects(facts);
        for flawed in facts.given.flawed {
            let is_widened = widened.contains(&flawed.span);
            let fields = flawed.review.unknown.iter();
            let fields = fields.filter(|field| !(is_widened && field.is_lost_selector));
            findings.extend(fields.map(|field| self.report(flawed, field)));
        }
    }
}

impl UnknownField {
    fn report(self, flawed: &FlawedObject, field: &schema::UnknownField) -> Finding {
        let route = field.route();
        let object = flawed.object_name();
        let named = object
            .as_ref()
            .map_or_else(|| format!("a {}", flawed.kind), ToString::to_string);
        let message = if field.replaces_required {
            format!(
                "the API server refuses {named}: `{route}` is no field, and what it stands for is required"
            )
        } else {
            format!("{named} has no field `{route}`: kubectl refuses it, other clients drop it")
        };
        let mut finding = self.finding(field.key, message).detail(route);
        finding.object = object;
        suggest(finding, field)
    }
}

/// Says which field was probably meant.
pub(super) fn suggest(mut finding: Finding, field: &schema::UnknownField) -> Finding {
    match &field.suggestion {
        Some(Suggestion::Here(name, fix)) => {
            finding.fix.clone_from(fix);
            finding
                .label(format!("did you mean `{name}`?"))
                .help(format!("write `{name}`"))
        }
        Some(Suggestion::Elsewhere(place)) => finding
            .label(format!("it belongs at `{place}`"))
            .help(format!("move it to `{place}`")),
        None => finding
            .label("no such field")
            .help("remove it, or see `kubectl explain` for the fields that exist"),
    }
}
