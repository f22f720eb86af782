//! `policy-outside-mesh`

use super::misplaced_mesh_policy::is_misplaced;
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Finding, Severity};
use crate::mesh::{Policy, Scope, WorkloadId, WorkloadSource};
use crate::model::peer_authentication::Mode;
use crate::resolve::dataplane::{Because, DataPlane, enrol_by_default};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds policies whose workloads have no proxy: an opt-out by label or annotation, the host's network, or
    /// a namespace that is not injected. Only workloads count of which this is certain.
    ///
    /// ## Why is this bad?
    /// A mode is enforced by a proxy. Where there is none, `STRICT` protects nothing and plaintext reaches the
    /// application, while the policy says otherwise.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: ledger
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: ledger
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ledger
    ///   namespace: production
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: ledger
    ///         sidecar.istio.io/inject: "false"
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: ledger
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: ledger
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ledger
    ///   namespace: production
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: ledger
    /// ```
    pub struct PolicyOutsideMesh {
        id: "policy-outside-mesh",
        family: PeerAuthentication,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for PolicyOutsideMesh {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy) in facts.mesh.policies.iter() {
            if is_misplaced(facts, policy) {
                continue;
            }
            let covered = match policy.scope {
                Scope::Workload => facts.resolution.selected_by(id),
                Scope::Namespace => facts.resolution.index.in_namespace(policy.namespace),
                Scope::Mesh | Scope::RootSelector => continue,
            };
            let finding = if covered.is_empty() {
                self.in_empty_namespace(facts, policy)
            } else {
                self.over(facts, policy, covered)
            };
            findings.extend(finding.map(|finding| finding.on(policy.object.meta.object_name())));
        }
    }
}

impl PolicyOutsideMesh {
    /// Nothing is given that the policy covers, but its namespace is, and injects nothing.
    fn in_empty_namespace(self, facts: &Facts<'_>, policy: &Policy<'_>) -> Option<Finding> {
        let namespace = &facts.mesh.namespaces[policy.namespace];
        let enrolment = enrol_by_default(facts.mesh, policy.namespace);
        let is_out = enrolment.plane == DataPlane::None && enrolment.rests_on.is_empty();
        let given = namespace
            .given
            .last()
            .filter(|_| is_out && policy.scope == Scope::Namespace)?;
        let name = namespace.display_name();
        let message = format!(
            "{} has no effect: namespace {name} gives its pods no proxy",
            wording::policy(policy)
        );
        let span = enrolment.because.span().unwrap_or(given.meta.name.span);
        let finding = self
            .finding(place(policy), message)
            .severity(Severity::Warning)
            .related(span, enrolment.because.to_string())
            .help(remedy(enrolment.because));
        let words = format!("no pod of namespace {name} asks for a proxy itself");
        Some(wording::assuming_no_others(
            finding,
            facts.mesh,
            policy.namespace,
            words,
        ))
    }

    fn over(self, facts: &Facts<'_>, policy: &Policy<'_>, covered: &[WorkloadId]) -> Option<Finding> {
        let out: Vec<WorkloadId> = covered
            .iter()
            .copied()
            .filter(|&id| is_outside(facts, id))
            .collect();
        let first = *out.first()?;
        let because = facts.resolution.workload(first).enrolment.because;
        let name = wording::policy(policy);
        let unguarded = wording::workloads(facts.mesh, &out);
        let finding = if out.len() < covered.len() {
            let names = wording::list(out.iter().map(|&id| facts.mesh.workload(id).name()));
            let counts = format!("{} of {}", out.len(), wording::counted(covered.len(), "workload"));
            self.finding(
                place(policy),
                format!("{name} has no effect on {counts}: no proxy guards {names}"),
            )
            .severity(match policy.scope {
                Scope::Workload => Severity::Warning,
                _ => Severity::Info,
            })
        } else if says_strict(policy) {
            let message = format!("STRICT of {name} is enforced nowhere: no proxy guards {unguarded}");
            assuming_no_others(self.finding(place(policy), message), facts, policy)
        } else {
            let message = format!("{name} has no effect: no proxy guards {unguarded}");
            let finding = self.finding(place(policy), message).severity(Severity::Warning);
            assuming_no_others(finding, facts, policy)
        };
        Some(with_reasons(finding, facts, &out).help(remedy(because)))
    }
}

/// Whether a workload certainly has no proxy. Of machines no manifest tells, and a gateway is one.
pub(super) fn is_outside(facts: &Facts<'_>, workload: WorkloadId) -> bool {
    let enrolment = &facts.resolution.workload(workload).enrolment;
    let has_pods = matches!(facts.mesh.workload(workload).source, WorkloadSource::Pods(_));
    has_pods && enrolment.plane == DataPlane::None && enrolment.rests_on.is_empty()
}

/// The value that stands for the policy as a whole.
fn place(policy: &Policy<'_>) -> Span {
    let object = policy.object;
    object.spec.mode().map_or(object.meta.name.span, |mode| mode.span)
}

fn says_strict(policy: &Policy<'_>) -> bool {
    let spec = &policy.object.spec;
    let of_ports = spec
        .port_modes()
        .iter()
        .filter_map(|entry| entry.mtls.explicit_mode());
    spec.mode()
        .into_iter()
        .chain(of_ports)
        .any(|mode| mode.value == Mode::Strict)
}

fn assuming_no_others(finding: Finding, facts: &Facts<'_>, policy: &Policy<'_>) -> Finding {
    let words = if policy.scope == Scope::Workload {
        "no other workload that it selects has a proxy".to_owned()
    } else {
        let name = facts.mesh.namespaces[policy.namespace].display_name();
        format!("no other workload of namespace {name} has a proxy")
    };
    wording::assuming_no_others(finding, facts.mesh, policy.namespace, words)
}

/// Shows each place that keeps workloads out, with the workloads that it keeps out.
fn with_reasons(mut finding: Finding, facts: &Facts<'_>, out: &[WorkloadId]) -> Finding {
    const PLACES: usize = 5;
    let mut places: Vec<(Span, Because<'_>, Vec<WorkloadId>)> = Vec::new();
    for &id in out {
        let because = facts.resolution.workload(id).enrolment.because;
        let workload = facts.mesh.workload(id);
        let namespace = facts.mesh.namespaces[workload.namespace].given.last();
        let near = namespace.map_or(workload.meta(), |namespace| &namespace.meta);
        let span = because.span().unwrap_or(near.name.span);
        if let Some((.., workloads)) = places.iter_mut().find(|(known, ..)| *known == span) {
            workloads.push(id);
        } else if places.len() < PLACES {
            places.push((span, because, vec![id]));
        }
    }
    for (span, because, workloads) in places {
        let workloads = wording::workloads(facts.mesh, &workloads);
        finding = finding.related(span, format!("keeps {workloads} without a proxy: {because}"));
    }
    finding
}

fn remedy(because: Because<'_>) -> &'static str {
    match because {
        Because::HostNetwork(_) => {
            "take the pods off the host's network, where none gets a proxy, or protect them by other means"
        }
        Because::PodLabel(_) | Because::PodAnnotation(_) => {
            "remove what keeps the pods out of the mesh, or remove the policy"
        }
        Because::UnknownRevision(_) => "name a revision that is installed",
        Because::IgnoredNamespace(_) => "remove the policy: the injector never touches this namespace",
        _ => {
            "label the Namespace with `istio-injection: enabled` (or `istio.io/dataplane-mode: ambient`) and restart \
             its pods, or remove the policy"
        }
    }
}
