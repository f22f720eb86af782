//! `revision-scoped-policy`

use std::collections::BTreeSet;

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Finding};
use crate::mesh::{Policy, PolicyId, Scope, WorkloadId};
use crate::resolve::compose;
use crate::resolve::dataplane::{DataPlane, is_installed};

declare_rule! {
    /// ## What it does
    /// Finds policies with a label `istio.io/rev` that given workloads of another revision should follow and
    /// do not; and, where the setting `revisions` says what is installed, policies for a revision that is not.
    ///
    /// ## Why is this bad?
    /// A control plane ignores every object whose label names another revision, and it compares the label
    /// with its own name: it does not look up what a tag stands for. During an upgrade by revisions the
    /// policy silently stops to count for the workloads that have moved, or for those that have not.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    ///   labels:
    ///     istio-injection: enabled
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    ///   labels:
    ///     istio.io/rev: canary
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: payment
    ///   namespace: production
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    ///   labels:
    ///     istio-injection: enabled
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: payment
    ///   namespace: production
    /// ```
    pub struct RevisionScopedPolicy {
        id: "revision-scoped-policy",
        family: PeerAuthentication,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for RevisionScopedPolicy {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy) in facts.mesh.policies.iter() {
            let Some(revision) = policy.revision().filter(|revision| !revision.is_empty()) else {
                continue;
            };
            // Nobody reads a selector in the root namespace, of whatever revision.
            if policy.scope == Scope::RootSelector {
                continue;
            }
            let finding = if is_installed(facts.mesh, revision) {
                self.over_others(facts, id, policy, revision)
            } else {
                Some(self.for_nobody(facts, policy, revision))
            };
            findings.extend(finding.map(|finding| finding.on(policy.object.meta.object_name())));
        }
    }
}

impl RevisionScopedPolicy {
    fn for_nobody(self, facts: &Facts<'_>, policy: &Policy<'_>, revision: &str) -> Finding {
        let message = format!(
            "{} is for revision `{revision}`, which is not installed: no control plane reads it",
            wording::policy(policy)
        );
        let installed = facts.mesh.settings.revisions.value.iter().flatten();
        self.finding(place(policy), message)
            .label("no such revision")
            .help(format!(
                "remove the label, or name an installed revision: {}",
                wording::list(installed)
            ))
    }

    fn over_others(
        self,
        facts: &Facts<'_>,
        id: PolicyId,
        policy: &Policy<'_>,
        revision: &str,
    ) -> Option<Finding> {
        let missed = missed(facts, id, policy, revision);
        let first = *missed.first()?;
        let own: BTreeSet<&str> = missed
            .iter()
            .map(|&id| facts.resolution.workload(id).revision)
            .collect();
        let message = format!(
            "{} is not read for {}: it is for revision `{revision}`, they are of {}",
            wording::policy(policy),
            wording::workloads(facts.mesh, &missed),
            wording::list(own.iter().map(|own| format!("`{own}`")))
        );
        let workload = facts.mesh.workload(first);
        let finding = self
            .finding(place(policy), message)
            .label("hides the policy from every other revision")
            .related(workload.meta().name.span, "does not follow the policy")
            .help("remove the label, so that every revision reads the policy, or write one policy for each revision")
            .assuming(
                Assumption::RevisionUnknown,
                format!("{} is no tag of revision `{revision}`", wording::list(own)),
            );
        let rests_on = facts.resolution.workload(first).enrolment.rests_on;
        let namespace = workload.namespace;
        Some(wording::assuming_enrolment(
            finding, facts.mesh, namespace, rests_on,
        ))
    }
}

/// The value of the label.
fn place(policy: &Policy<'_>) -> crate::source::Span {
    let meta = &policy.object.meta;
    let label = meta.labels.entry("istio.io/rev");
    label.map_or(meta.name.span, |label| label.value_span)
}

/// The workloads with a proxy of another revision for which the policy would make a difference.
fn missed(facts: &Facts<'_>, id: PolicyId, policy: &Policy<'_>, revision: &str) -> Vec<WorkloadId> {
    let resolution = facts.resolution;
    let covered: Vec<WorkloadId> = match policy.scope {
        Scope::Mesh => facts.mesh.workloads().map(|(workload, _)| workload).collect(),
        Scope::Namespace => resolution.index.in_namespace(policy.namespace).to_vec(),
        Scope::Workload => resolution.selected_by(id).to_vec(),
        Scope::RootSelector => Vec::new(),
    };
    let is_missed = |&workload: &WorkloadId| {
        let resolved = resolution.workload(workload);
        let has_proxy = matches!(
            resolved.enrolment.plane,
            DataPlane::Sidecar | DataPlane::Proxyless
        );
        has_proxy && resolved.revision != revision && would_differ(facts, workload, policy, revision)
    };
    covered.into_iter().filter(is_missed).collect()
}

/// Whether the workload would accept something else if it were of the policy's revision.
fn would_differ(facts: &Facts<'_>, workload: WorkloadId, policy: &Policy<'_>, revision: &str) -> bool {
    let policies = &facts.mesh.policies;
    let resolved = facts.resolution.workload(workload);
    let namespace = facts.mesh.workload(workload).namespace;
    let now = facts.resolution.choose(workload, &mut ());
    let own = match policy.scope {
        Scope::Mesh | Scope::RootSelector => now.mesh,
        Scope::Namespace => now.namespace,
        Scope::Workload => now.workload,
    };
    // One policy for each revision is how an author says that they are to differ.
    if own.is_some_and(|own| policies[own].revision() == Some(resolved.revision)) {
        return false;
    }
    let then = compose::choose(facts.mesh, namespace, revision, &resolved.selecting, &mut ());
    let is_port_lost = then.workload != now.workload && !policy.object.spec.port_modes().is_empty();
    is_port_lost || now.overall(policies, &mut ()).mode != then.overall(policies, &mut ()).mode
}
