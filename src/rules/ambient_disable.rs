//! `ambient-disable`

use std::collections::{BTreeMap, BTreeSet};

use super::ambient::{
    Selected, assuming_some, is_ambient, is_ambient_by_default, is_enforced_by_ztunnel, selected,
};
use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::mesh::{NamespaceId, PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::compose::{self, Decided, deciding_value};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds `DISABLE`, at any level, that is the mode of ambient workloads.
    ///
    /// ## Why is this bad?
    /// Ztunnel does not know the mode: it treats `DISABLE` as `PERMISSIVE`. Clients in the mesh keep sending
    /// through the encrypted tunnel, and other clients get in with plaintext. Whoever wrote `DISABLE` to see
    /// plaintext on the wire, or to keep the mesh out of a connection, gets neither.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: DISABLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: PERMISSIVE}
    /// ```
    pub struct AmbientDisable {
        id: "ambient-disable",
        family: PeerAuthentication,
        severity: Warning,
        effect: Other,
    }
}

impl Rule for AmbientDisable {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut found = of_wide_policies(facts);
        for selected in selected(facts) {
            let values = own_values(facts, &selected);
            if !values.is_empty() {
                let workloads = selected.workloads.into_iter().collect();
                let namespace = selected.policy.namespace;
                let assumed = Some(namespace).filter(|_| BTreeSet::is_empty(&workloads));
                let subjects = Subjects { workloads, assumed };
                found.insert(selected.id, (values, subjects));
            }
        }
        for (policy, (values, subjects)) in found {
            findings.push(self.report(facts, policy, &values, &subjects));
        }
    }
}

/// Whose mode a policy disables.
#[derive(Debug, Default)]
struct Subjects {
    workloads: BTreeSet<WorkloadId>,
    /// A namespace without given workloads, where its label puts pods into ambient.
    assumed: Option<NamespaceId>,
}

/// The places at which a policy says DISABLE.
type Values = BTreeSet<Span>;

/// The places of a policy with labels; none where ztunnel keeps one of its ports STRICT, which is a rule
/// of its own.
fn own_values(facts: &Facts<'_>, selected: &Selected<'_>) -> Values {
    let policies = &facts.mesh.policies;
    let disabled = selected.ports().filter(|&port| {
        let composed = selected.composed(facts, port);
        composed.mode == Mode::Disable && composed.by == Some(selected.id)
    });
    let mut values = Values::new();
    for port in disabled {
        if selected.attached.denies_plaintext(port) {
            return Values::new();
        }
        let value = deciding_value(policies, selected.composed(facts, port), port);
        values.extend(value.map(|value| value.span));
    }
    values
}

/// The policies of a namespace and of the mesh that disable ambient workloads.
fn of_wide_policies(facts: &Facts<'_>) -> BTreeMap<PolicyId, (Values, Subjects)> {
    let mesh = facts.mesh;
    let mut found: BTreeMap<PolicyId, (Values, Subjects)> = BTreeMap::new();
    let mut subjects_of = |decided: Decided, add: &dyn Fn(&mut Subjects)| {
        let by = decided
            .by
            .filter(|&by| mesh.policies[by].scope != Scope::Workload);
        if let (Mode::Disable, Some(by)) = (decided.mode, by) {
            let (values, subjects) = found.entry(by).or_default();
            values.extend(deciding_value(&mesh.policies, decided, None).map(|value| value.span));
            add(subjects);
        }
    };
    for (id, _) in mesh
        .workloads()
        .filter(|&(id, _)| is_enforced_by_ztunnel(facts, id))
    {
        let decided = facts.resolution.decide(id, None).policy;
        subjects_of(decided, &|subjects| {
            subjects.workloads.insert(id);
        });
    }
    for (id, _) in mesh.namespaces.iter() {
        let is_bare = facts.resolution.index.in_namespace(id).is_empty();
        if is_bare && is_ambient_by_default(facts, id) {
            let chosen = compose::choose(mesh, id, "default", &[], &mut ());
            subjects_of(chosen.overall(&mesh.policies, &mut ()), &|subjects| {
                subjects.assumed = Some(id);
            });
        }
    }
    found
}

impl AmbientDisable {
    fn report(self, facts: &Facts<'_>, id: PolicyId, values: &Values, subjects: &Subjects) -> Finding {
        let policy = &facts.mesh.policies[id];
        let workloads: Vec<WorkloadId> = subjects.workloads.iter().copied().collect();
        let whom = if workloads.is_empty() {
            "ambient workloads".to_owned()
        } else {
            wording::workloads(facts.mesh, &workloads)
        };
        let message = format!(
            "DISABLE of {} turns nothing off for {whom}: ztunnel takes it for PERMISSIVE and keeps encrypting",
            wording::policy(policy),
        );
        let mut places = values.iter().copied();
        let at = places.next().unwrap_or(policy.object.meta.name.span);
        let mut finding = self
            .finding(at, message)
            .on(policy.object.meta.object_name())
            .label("ambient knows no DISABLE")
            .help(
                "write PERMISSIVE, which is what ztunnel enforces; only `istio.io/dataplane-mode: none` on the pods \
                 keeps the mesh out of their connections",
            );
        for place in places {
            finding = finding.related(place, "and here");
        }
        if let Some(&first) = workloads.first() {
            let because = facts.resolution.workload(first).enrolment.because;
            if let Some(span) = because.span() {
                let name = facts.mesh.workload(first).name();
                finding = finding.related(span, format!("{name} is in ambient: {because}"));
            }
        }
        if is_only_ambient(facts, id) {
            let edit = |&span: &Span| Edit {
                span,
                text: manifest::in_place_of(span, "DISABLE", "PERMISSIVE"),
            };
            finding = finding.fix("write what is enforced", values.iter().map(edit).collect());
        }
        match subjects.assumed.filter(|_| workloads.is_empty()) {
            Some(namespace) => assuming_some(finding, facts, namespace),
            None => finding,
        }
    }
}

/// Whether a policy covers no given workload that reads DISABLE otherwise.
fn is_only_ambient(facts: &Facts<'_>, id: PolicyId) -> bool {
    let policy = &facts.mesh.policies[id];
    let all_ambient = |ids: &[WorkloadId]| ids.iter().all(|&id| is_ambient(facts, id));
    match policy.scope {
        Scope::Workload | Scope::RootSelector => all_ambient(facts.resolution.selected_by(id)),
        Scope::Namespace => all_ambient(facts.resolution.index.in_namespace(policy.namespace)),
        Scope::Mesh => facts.mesh.workloads().all(|(id, _)| is_ambient(facts, id)),
    }
}
