//! `widened-selector`

use super::{Declared, Facts, Rule, declare_rule, unknown_field, wording};
use crate::finding::Finding;
use crate::hash::{HashMap, HashSet};
use crate::id::Kind;
use crate::mesh::{Policy, PolicyId, Scope};
use crate::model::schema::{Suggestion, UnknownField};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds policies whose selector is lost on the way: labels right under `selector`, `matchExpressions`
    /// (which Istio's selectors do not know), a selector outside `spec`, or labels that are null. The policy
    /// that is left selects nothing in particular and covers its whole namespace, or the whole mesh.
    ///
    /// ## Why is this bad?
    /// An exception for one workload becomes one for all: a `PERMISSIVE` or `DISABLE` that was meant for a single
    /// legacy service opens every other one to plaintext, and a `STRICT` locks out clients of workloads that
    /// nobody had in mind. The API server takes such a policy unless the client asks for strict validation,
    /// as `kubectl apply` does.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: legacy
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     app: legacy
    ///   mtls:
    ///     mode: PERMISSIVE
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: legacy
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: legacy
    ///   mtls:
    ///     mode: PERMISSIVE
    /// ```
    pub struct WidenedSelector {
        id: "widened-selector",
        family: Object,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for WidenedSelector {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let lost = lost_selectors(facts);
        for (_, policy) in wide_policies(facts) {
            let field = lost.get(&policy.object.meta.span).copied();
            let selector = policy.object.spec.selector.as_ref();
            let null = selector.and_then(|selector| selector.null);
            if let Some(at) = field.map(|field| field.key).or(null) {
                findings.push(self.report(facts, policy, at, field));
            }
        }
    }
}

/// The objects that this rule reports, by where they stand.
pub(super) fn objects(facts: &Facts<'_>) -> HashSet<Span> {
    let lost = lost_selectors(facts);
    let spans = wide_policies(facts).map(|(_, policy)| policy.object.meta.span);
    spans.filter(|span| lost.contains_key(span)).collect()
}

/// Policies without a selector that counts.
fn wide_policies<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (PolicyId, &'a Policy<'a>)> {
    let policies = facts.mesh.policies.iter();
    policies.filter(|(_, policy)| matches!(policy.scope, Scope::Mesh | Scope::Namespace))
}

/// The first field of each policy that was to be its selector, by where the policy stands.
fn lost_selectors<'a>(facts: &Facts<'a>) -> HashMap<Span, &'a UnknownField> {
    let policies = facts.given.flawed.iter().filter(|flawed| {
        let is_taken = !flawed.review.is_refused();
        flawed.kind == Kind::PeerAuthentication && is_taken
    });
    policies
        .filter_map(|flawed| {
            let mut fields = flawed.review.unknown.iter();
            Some((flawed.span, fields.find(|field| field.is_lost_selector)?))
        })
        .collect()
}

impl WidenedSelector {
    fn report(
        self,
        facts: &Facts<'_>,
        policy: &Policy<'_>,
        at: Span,
        field: Option<&UnknownField>,
    ) -> Finding {
        let object = policy.object;
        let mode = object.spec.mode().map_or("it", |mode| mode.value.as_str());
        let message = format!(
            "{} has lost its selector: {mode} covers {}",
            wording::policy(policy),
            covered(facts, policy)
        );
        let finding = self.finding(at, message).on(object.meta.object_name());
        match field {
            Some(field) => advise(finding, field),
            None => finding
                .label("null: the API server drops the label")
                .help("write the label's value"),
        }
    }
}

fn advise(finding: Finding, field: &UnknownField) -> Finding {
    match (&*field.name, &field.suggestion) {
        ("matchExpressions", _) => finding
            .label("Istio's selectors know no expressions: dropped")
            .help("write equal labels under `matchLabels`, in one policy for each value"),
        (_, Some(Suggestion::Here(..))) => unknown_field::suggest(finding, field),
        (name, None) if &*field.parent == "spec.selector" => finding
            .label("not under `matchLabels`: dropped")
            .help(format!("write it as `selector: {{matchLabels: {{{name}: …}}}}`")),
        _ => finding
            .label("no selector stands here: dropped")
            .help("write it as `spec.selector.matchLabels`"),
    }
}

fn covered(facts: &Facts<'_>, policy: &Policy<'_>) -> String {
    let workloads = match policy.scope {
        Scope::Mesh => facts.mesh.workloads().len(),
        _ => facts.resolution.index.in_namespace(policy.namespace).len(),
    };
    let whole = match policy.scope {
        Scope::Mesh => "the whole mesh".to_owned(),
        _ => format!(
            "all of namespace {}",
            facts.mesh.namespaces[policy.namespace].display_name()
        ),
    };
    match workloads {
        0 => whole,
        count => format!("{whole}, {}", wording::counted(count, "given workload")),
    }
}
