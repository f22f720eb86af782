//! `redundant-policy`

use std::collections::BTreeMap;

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::{Policy, PolicyId, Scope, WorkloadId};
use crate::resolve::compose::{self, Chosen};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds policies that could be removed without any given workload noticing: every port keeps its mode,
    /// because the level above says the same.
    ///
    /// ## Why is this bad?
    /// It is not bad by itself, and the rule is pedantic for that reason: a policy that repeats the mesh's
    /// mode guards a namespace against a change of the mesh's. But policies that change nothing make it
    /// harder to see those that do.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: istio-system
    /// spec:
    ///   mtls:
    ///     mode: STRICT
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
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: istio-system
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
    pub struct RedundantPolicy {
        id: "redundant-policy",
        family: PeerAuthentication,
        severity: Info,
        effect: Other,
        activation: Pedantic,
    }
}

impl Rule for RedundantPolicy {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, covered) in redundant(facts) {
            let policy = &facts.mesh.policies[id];
            findings.push(self.report(facts, policy, covered));
        }
    }
}

/// The policies that are in force somewhere and needed nowhere, with how many workloads they are for. A
/// policy that another one outranks is in force nowhere.
fn redundant(facts: &Facts<'_>) -> BTreeMap<PolicyId, usize> {
    let mut covered: BTreeMap<PolicyId, Option<usize>> = BTreeMap::new();
    for (workload, _) in facts.mesh.workloads() {
        let chosen = facts.resolution.choose(workload, &mut ());
        for id in [chosen.mesh, chosen.namespace, chosen.workload]
            .into_iter()
            .flatten()
        {
            let count = covered.entry(id).or_insert(Some(0));
            *count = count
                .filter(|_| !is_needed(facts, workload, chosen, id))
                .map(|count| count + 1);
        }
    }
    let unneeded = covered.into_iter().filter_map(|(id, count)| Some((id, count?)));
    unneeded
        .filter(|&(id, _)| says_something(&facts.mesh.policies[id]) && !is_default_elsewhere(facts, id))
        .collect()
}

/// A policy that says nothing is the concern of another rule.
fn says_something(policy: &Policy<'_>) -> bool {
    policy.object.spec.mode().is_some() || !policy.object.spec.port_modes().is_empty()
}

/// Whether a mesh-wide policy changes what holds in namespaces that are not given.
fn is_default_elsewhere(facts: &Facts<'_>, id: PolicyId) -> bool {
    let mesh = facts.mesh;
    let policy = &mesh.policies[id];
    let revision = policy.revision().unwrap_or("default");
    if policy.scope != Scope::Mesh {
        return false;
    }
    let with = compose::choose(mesh, policy.namespace, revision, &[], &mut ());
    let without = compose::choose_without(mesh, policy.namespace, revision, &[], id);
    mode(facts, with) != mode(facts, without)
}

fn mode(facts: &Facts<'_>, chosen: Chosen) -> crate::model::peer_authentication::Mode {
    chosen.overall(&facts.mesh.policies, &mut ()).mode
}

/// Whether removing a policy changes a port of a workload that it holds for, or what clients infer of the
/// namespace where they cannot look at single workloads.
fn is_needed(facts: &Facts<'_>, workload: WorkloadId, with: Chosen, id: PolicyId) -> bool {
    let resolved = facts.resolution.workload(workload);
    // ztunnel composes policies in its own way, in which a policy without effect on the modes may have one.
    if matches!(resolved.enrolment.plane, DataPlane::Ambient | DataPlane::Waypoint) {
        return true;
    }
    let policies = &facts.mesh.policies;
    let namespace = facts.mesh.workload(workload).namespace;
    let without = compose::choose_without(facts.mesh, namespace, resolved.revision, &resolved.selecting, id);
    // A rival that would take its place is the concern of another rule.
    let succeeds = [without.mesh, without.namespace, without.workload]
        .into_iter()
        .zip([with.mesh, with.namespace, with.workload])
        .any(|(heir, own)| own == Some(id) && heir.is_some());
    if succeeds
        || mode(facts, with) != mode(facts, without)
        || mode(facts, with.without_workload()) != mode(facts, without.without_workload())
    {
        return true;
    }
    let on_port = |chosen: Chosen, port| {
        let overall = chosen.overall(policies, &mut ());
        chosen.on_port(policies, overall, port, &mut ()).mode
    };
    let ports = facts.resolution.declared_ports(workload);
    ports
        .into_iter()
        .any(|port| on_port(with, port) != on_port(without, port))
}

impl RedundantPolicy {
    fn report(self, facts: &Facts<'_>, policy: &Policy<'_>, covered: usize) -> Finding {
        let object = policy.object;
        let message = format!(
            "{} changes nothing: without it {} the same modes",
            wording::policy(policy),
            match covered {
                1 => "1 given workload keeps".to_owned(),
                count => format!("{} keep", wording::counted(count, "given workload")),
            }
        );
        let mode = object.spec.mode().or_else(|| {
            let ports = object.spec.port_modes().first();
            ports.and_then(|entry| entry.mtls.explicit_mode())
        });
        let place = mode.map_or(object.meta.name.span, |mode| mode.span);
        let finding = self
            .finding(place, message)
            .on(object.meta.object_name())
            .label("says what holds anyway")
            .help("remove the policy, or keep it to guard against a change of the level above");
        match policy.scope {
            Scope::Workload => {
                let words = "no other workload has these labels";
                wording::assuming_no_others(finding, facts.mesh, policy.namespace, words)
            }
            _ => finding,
        }
    }
}
