//! `webhook-to-strict`.

use std::collections::BTreeMap;

use super::connections::target;
use super::strict_ports::{self, StrictPort};
use super::{Declared, Facts, Rule, declare_rule};
use crate::callers::ApiServerCall;
use crate::finding::Finding;
use crate::mesh::ServiceId;

declare_rule! {
    /// ## What it does
    /// Finds webhooks of admission and conversion, and servers of aggregated APIs, whose port accepts mTLS of
    /// the mesh only.
    ///
    /// ## Why is this bad?
    /// The API server is no part of the mesh: it speaks TLS of its own, which `STRICT` refuses. With `failurePolicy:
    /// Fail` every object that the webhook is for can no longer be created, and a cluster without its conversion
    /// webhook cannot even list the objects that exist.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: validator, namespace: shop, labels: {app: validator}}
    /// spec:
    ///   containers: [{name: app, image: example/validator:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: validator, namespace: shop}
    /// spec:
    ///   selector: {app: validator}
    ///   ports: [{port: 443, targetPort: 9443}]
    /// ---
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: ValidatingWebhookConfiguration
    /// metadata: {name: orders}
    /// webhooks:
    ///   - name: orders.shop.example.com
    ///     clientConfig:
    ///       service: {name: validator, namespace: shop}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: validator, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: validator}
    ///   portLevelMtls:
    ///     9443: {mode: PERMISSIVE}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: validator, namespace: shop, labels: {app: validator}}
    /// spec:
    ///   containers: [{name: app, image: example/validator:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: validator, namespace: shop}
    /// spec:
    ///   selector: {app: validator}
    ///   ports: [{port: 443, targetPort: 9443}]
    /// ---
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: ValidatingWebhookConfiguration
    /// metadata: {name: orders}
    /// webhooks:
    ///   - name: orders.shop.example.com
    ///     clientConfig:
    ///       service: {name: validator, namespace: shop}
    /// ```
    pub struct WebhookToStrict {
        id: "webhook-to-strict",
        family: Callers,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for WebhookToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut by_port: BTreeMap<(ServiceId, u16), Vec<&ApiServerCall<'_>>> = BTreeMap::new();
        for call in &facts.callers.api_server {
            by_port.entry((call.service, call.port)).or_default().push(call);
        }
        for ((service, port), calls) in by_port {
            let ports = strict_ports::behind(facts, service, port);
            if let Some(first) = ports.first() {
                findings.push(self.report(facts, &calls, &ports, first));
            }
        }
    }
}

impl WebhookToStrict {
    /// One finding for each port: what it needs is the same whatever calls it.
    fn report(
        self,
        facts: &Facts<'_>,
        calls: &[&ApiServerCall<'_>],
        ports: &[StrictPort<'_>],
        first: &StrictPort<'_>,
    ) -> Finding {
        let call = calls[0];
        let called = target(facts, call.service, call.port);
        let more = match calls.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let message = format!(
            "the API server cannot call {called} for {} {}{more}: STRICT on {} refuses its TLS",
            call.object.kind,
            call.object.name.value,
            strict_ports::words(facts, ports),
        );
        let why = "let the API server in on this port alone, as it never speaks mTLS of the mesh";
        let mut finding = self
            .finding(call.span, message)
            .on(call.object.object_name())
            .label(format!("the API server calls port {} of it", call.port))
            .help(strict_ports::exception(facts, why, first))
            .detail(called);
        for other in calls.iter().skip(1).take(4) {
            finding = finding.related(other.span, format!("{} calls it too", other.object.name.value));
        }
        if let Some(port) = facts.mesh.service(call.service).port(call.port) {
            finding = finding.related(port.span, format!("leads to port {} of the pods", first.port));
        }
        let finding = strict_ports::related(facts, finding, ports);
        strict_ports::assume(facts, finding, ports)
    }
}
