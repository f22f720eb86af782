//! `unmatched-selector`

mod near;

use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding, Severity};
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, Policy, Scope};
use crate::model::object::LabelSelector;
use crate::resolve::labels::is_runtime_only;
use crate::yaml::{Spanned, StringEntry, StringMap};

use near::{Inventory, Near};

declare_rule! {
    /// ## What it does
    /// Finds policies whose selector matches no workload although workloads of the namespace are given. Labels
    /// that come close are named: another spelling, or labels on a Deployment that its pod template lacks.
    ///
    /// ## Why is this bad?
    /// The policy does nothing, and nothing says so: neither `kubectl apply` nor istiod reports a selector that
    /// matches no pod. The workload that was meant keeps the mode of its namespace.
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
    ///       app: payment-servce
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: payment-service
    ///   namespace: production
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: payment-service
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
    ///       app: payment-service
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: payment-service
    ///   namespace: production
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: payment-service
    /// ```
    pub struct UnmatchedSelector {
        id: "unmatched-selector",
        family: PeerAuthentication,
        severity: Warning,
        effect: Exposure,
    }
}

/// Labels that a controller adds to pods under names of its own choice.
const CONTROLLER_LABELS: [&str; 4] = [
    "job-name",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
];

impl Rule for UnmatchedSelector {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut inventories: HashMap<NamespaceId, Inventory<'_>> = HashMap::default();
        for (id, policy) in facts.mesh.policies.iter() {
            let namespace = policy.namespace;
            let is_matched = !facts.resolution.selected_by(id).is_empty();
            let has_workloads = !facts.resolution.index.in_namespace(namespace).is_empty();
            let (Scope::Workload, Some(selector)) = (policy.scope, &policy.object.spec.selector) else {
                continue;
            };
            if is_matched || !has_workloads || selector.match_labels.iter().any(is_unknown) {
                continue;
            }
            let inventory = inventories
                .entry(namespace)
                .or_insert_with(|| Inventory::of(facts, namespace));
            let finding = match inventory.nearest(facts, namespace, &selector.match_labels) {
                Some(near) => self.near(facts, policy, near),
                None => self.far(facts, policy, selector),
            };
            let words = "no workload with these labels is defined elsewhere";
            let finding = wording::assuming_no_others(finding, facts.mesh, namespace, words);
            findings.push(finding.on(policy.object.meta.object_name()));
        }
    }
}

/// Whether manifests cannot tell which pods carry a label: it is added at run time, or filled in later.
fn is_unknown(entry: StringEntry<'_>) -> bool {
    let is_filled_in = entry.value.contains("${") || entry.value.contains("$(");
    is_filled_in || is_runtime_only(entry.key) || CONTROLLER_LABELS.contains(&entry.key)
}

fn label(entry: StringEntry<'_>) -> String {
    format!("{}={}", entry.key, entry.value)
}

impl UnmatchedSelector {
    fn near(self, facts: &Facts<'_>, policy: &Policy<'_>, near: Near<'_>) -> Finding {
        let name = wording::policy(policy);
        let (Near::Misspelt {
            wanted,
            carried,
            workload,
        }
        | Near::OnController {
            wanted,
            carried,
            workload,
        }) = near;
        let meta = facts.mesh.workload(workload).meta();
        if let Near::Misspelt { .. } = near {
            let message = format!(
                "{name} selects no workload: pods of {} carry {}, not {}",
                meta.name.value,
                label(carried),
                label(wanted)
            );
            let (span, old, new) = if wanted.key == carried.key {
                (wanted.value_span, &wanted.value, &carried.value)
            } else {
                (wanted.key_span, &wanted.key, &carried.key)
            };
            let text = manifest::in_place_of(span, old, new);
            return self
                .finding(span, message)
                .label("no workload of the namespace has this label")
                .related(carried.value_span, "perhaps this label is meant")
                .help(format!("write `{}: {}`", carried.key, carried.value))
                .fix(format!("select {}", label(carried)), vec![Edit { span, text }]);
        }
        let message = format!(
            "{name} selects no workload: {} stands on {} {} itself, not on its pods",
            label(wanted),
            meta.kind,
            meta.name.value
        );
        let template = facts.mesh.workload(workload).template();
        let finding = self
            .finding(wanted.value_span, message)
            .label("no pod carries this label")
            .related(
                carried.key_span,
                format!("a label of the {}, which selectors do not see", meta.kind),
            )
            .help("add the label to the pod template: spec.template.metadata.labels");
        match template.and_then(|template| template.metadata_span) {
            Some(span) => finding.related(span, "labels of the pods stand here"),
            None => finding,
        }
    }

    fn far(self, facts: &Facts<'_>, policy: &Policy<'_>, selector: &Spanned<LabelSelector>) -> Finding {
        let labels = &selector.match_labels;
        let index = &facts.resolution.index;
        let missing = labels.iter().find(|entry| {
            index
                .with_label(policy.namespace, entry.key, entry.value)
                .is_empty()
        });
        let given = wording::counted(index.in_namespace(policy.namespace).len(), "given workload");
        let namespace = facts.mesh.namespaces[policy.namespace].display_name();
        let carry = if labels.len() == 1 { "has" } else { "has all of" };
        let message = format!(
            "{} selects no workload: of {given} in {namespace} none {carry} {}",
            wording::policy(policy),
            wording::list(labels.iter().map(label))
        );
        let severity = if wording::is_complete(facts.mesh, policy.namespace) {
            Severity::Warning
        } else {
            Severity::Info
        };
        let finding = self
            .finding(missing.map_or(selector.key, |entry| entry.value_span), message)
            .severity(severity);
        match elsewhere(facts, policy, labels) {
            Some(namespaces) => finding.help(format!(
                "move the policy to where workloads have these labels ({namespaces}): it counts in its own namespace only"
            )),
            None => finding.help("compare the selector with the labels of the pod templates"),
        }
    }
}

/// Other namespaces in which workloads with the labels are.
fn elsewhere(facts: &Facts<'_>, policy: &Policy<'_>, labels: &StringMap) -> Option<String> {
    let others = facts
        .mesh
        .namespaces
        .iter()
        .filter(|&(id, _)| id != policy.namespace);
    let with_labels = others.filter(|&(id, _)| {
        let mut candidates = facts.resolution.index.candidates(id, labels).iter();
        candidates.any(|&workload| facts.resolution.workload(workload).labels.match_all(labels))
    });
    let names: Vec<&str> = with_labels
        .map(|(_, namespace)| namespace.display_name())
        .collect();
    (!names.is_empty()).then(|| wording::list(names))
}
