//! Policies without the workloads that they select: a Service that leads there is easily imagined, and the
//! two policies disagree whatever it is called.

use super::{Cause, StrictUnderDisabledParent};
use crate::finding::{Assumption, Finding};
use crate::mesh::{NamespaceId, Policy, PolicyId, Scope};
use crate::model::destination_rule::{ClientTls, TlsMode, TrafficPolicy};
use crate::model::peer_authentication::{Mode, PeerAuthentication};
use crate::resolve::compose;
use crate::resolve::destination::normalize_host;
use crate::rules::clients::may_hold_sidecars;
use crate::rules::{Facts, wording};
use crate::source::Span;

pub(super) fn check(rule: StrictUnderDisabledParent, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for (id, policy) in facts.mesh.policies.iter() {
        let Some(cause) = cause_of(facts, id, policy) else {
            continue;
        };
        if is_forced(facts, policy.namespace) {
            continue;
        }
        let namespace = &facts.mesh.namespaces[policy.namespace];
        let mut finding = rule.of_cause(facts, cause, "any sidecar", "the pods that it selects");
        if !namespace.is_given() {
            let words = format!("namespace {} is injected", namespace.display_name());
            finding = finding.assuming(Assumption::NamespaceNotGiven, words);
        }
        findings.push(
            finding
                .assuming(
                    Assumption::ServiceNotGiven,
                    "a Service leads to the pods that it selects",
                )
                .assuming(Assumption::WorkloadsNotGiven, "it selects pods with sidecars"),
        );
    }
}

/// A policy for workloads of which none is given, under a parent that says DISABLE.
fn cause_of(facts: &Facts<'_>, id: PolicyId, policy: &Policy<'_>) -> Option<Cause> {
    let is_alone = policy.scope == Scope::Workload && facts.resolution.selected_by(id).is_empty();
    let at = strict_value(&policy.object.spec).filter(|_| is_alone)?;
    let revision = policy.revision().unwrap_or("default");
    let chosen = compose::choose_wide(facts.mesh, Some(policy.namespace), revision, &mut ());
    let parent = chosen.overall(&facts.mesh.policies, &mut ());
    let is_conflict = parent.mode == Mode::Disable
        && may_hold_sidecars(facts, policy.namespace)
        && !wording::is_complete(facts.mesh, policy.namespace);
    is_conflict.then_some(Cause {
        policy: id,
        at,
        parent: parent.by,
    })
}

/// The first STRICT that a policy says, of all ports or of one.
fn strict_value(spec: &PeerAuthentication) -> Option<Span> {
    let of_ports = spec
        .port_modes()
        .iter()
        .filter_map(|entry| entry.mtls.explicit_mode());
    let mut said = spec.mode().into_iter().chain(of_ports);
    said.find(|mode| mode.value == Mode::Strict).map(|mode| mode.span)
}

/// Whether some rule makes clients send mTLS to a host of the namespace: it may be that of the pods.
fn is_forced(facts: &Facts<'_>, namespace: NamespaceId) -> bool {
    let mesh = facts.mesh;
    let domain = &mesh.settings.cluster_domain.value;
    let suffix = format!(".{}.svc.{domain}", mesh.namespaces[namespace].display_name());
    mesh.destination_rules.iter().any(|(rule, own)| {
        let own = mesh.namespaces[*own].name.unwrap_or_default();
        let host = rule.spec.host.as_ref();
        let leads_there = host.is_some_and(|host| {
            let host = normalize_host(&host.value, own, domain);
            host.ends_with(&suffix) || host.strip_prefix('*').is_some_and(|wild| suffix.ends_with(wild))
        });
        let policy = rule.spec.traffic_policy.as_ref();
        leads_there && policy.is_some_and(|policy| forces(policy))
    })
}

fn forces(policy: &TrafficPolicy) -> bool {
    let of_ports = policy
        .port_level_settings
        .iter()
        .filter_map(|entry| entry.tls.as_ref());
    let mut all = policy.tls.iter().chain(of_ports);
    all.any(|tls| ClientTls::effective_mode(tls) == TlsMode::IstioMutual)
}
