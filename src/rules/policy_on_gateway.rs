//! `policy-on-gateway`

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumptions, Finding};
use crate::mesh::{Policy, Scope, WorkloadId};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds policies that select nothing but gateways or waypoints.
    ///
    /// ## Why is this bad?
    /// A gateway takes connections as its `Gateway` resources say, and a waypoint takes nothing but the mesh's
    /// own tunnel. Neither reads a `PeerAuthentication`: `STRICT` asks no client of an ingress gateway for a
    /// certificate.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: ingress
    ///   namespace: ingress
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       istio: ingressgateway
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ingressgateway
    ///   namespace: ingress
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels:
    ///         istio: ingressgateway
    ///         sidecar.istio.io/inject: "true"
    ///       annotations:
    ///         inject.istio.io/templates: gateway
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: Gateway
    /// metadata:
    ///   name: ingress
    ///   namespace: ingress
    /// spec:
    ///   selector:
    ///     istio: ingressgateway
    ///   servers:
    ///     - hosts: ["shop.example.com"]
    ///       port: {number: 443, name: https, protocol: HTTPS}
    ///       tls: {mode: MUTUAL, credentialName: shop}
    /// ```
    pub struct PolicyOnGateway {
        id: "policy-on-gateway",
        family: PeerAuthentication,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for PolicyOnGateway {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy) in facts.mesh.policies.iter() {
            let selected = facts.resolution.selected_by(id);
            let is_gateway = |&id: &WorkloadId| {
                let plane = facts.resolution.workload(id).enrolment.plane;
                matches!(plane, DataPlane::Gateway | DataPlane::Waypoint)
            };
            if policy.scope == Scope::Workload && !selected.is_empty() && selected.iter().all(is_gateway) {
                findings.push(self.report(facts, policy, selected));
            }
        }
    }
}

impl PolicyOnGateway {
    fn report(self, facts: &Facts<'_>, policy: &Policy<'_>, selected: &[WorkloadId]) -> Finding {
        let object = policy.object;
        let first = facts.mesh.workload(selected[0]).meta();
        let planes = selected
            .iter()
            .map(|&id| facts.resolution.workload(id).enrolment.plane);
        let why = if planes.into_iter().all(|plane| plane == DataPlane::Waypoint) {
            "a waypoint takes nothing but the mesh's tunnel in any mode"
        } else {
            "gateways follow their Gateway resources, not a PeerAuthentication"
        };
        let message = format!(
            "{} has no effect on {}: {why}",
            wording::policy(policy),
            wording::workloads(facts.mesh, selected)
        );
        let rests_on = selected
            .iter()
            .map(|&id| facts.resolution.workload(id).enrolment.rests_on)
            .fold(Assumptions::NONE, |all, one| all | one);
        let finding = self
            .finding(object.spec.mode().map_or(object.meta.name.span, |mode| mode.span), message)
            .on(object.meta.object_name())
            .label("no gateway reads this")
            .related(first.name.span, "a gateway")
            .help("remove the policy; to ask clients for certificates, set `tls.mode: MUTUAL` on the Gateway's servers");
        let finding = wording::assuming_enrolment(finding, facts.mesh, policy.namespace, rests_on);
        let words = "it selects no other workload";
        wording::assuming_no_others(finding, facts.mesh, policy.namespace, words)
    }
}
