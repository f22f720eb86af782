//! `load-balancer-to-strict`.

use super::strict_ports::{self, StrictPort};
use super::wording::list;
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::mesh::{Protocol, ServiceId};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds Services of type `LoadBalancer` or `NodePort` that lead to a port of meshed pods which accepts mutual
    /// TLS of the mesh only. Gateways are left alone.
    ///
    /// ## Why is this bad?
    /// Whoever comes through a load balancer or the port of a node is outside the mesh and has no certificate of it.
    /// All of those connections are reset, and so are the health checks of the load balancer, which then takes every
    /// node out of service.
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
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   type: LoadBalancer
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
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
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: VirtualService
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   hosts: [shop.example.com]
    ///   gateways: [istio-ingress/public]
    ///   http:
    ///     - route: [{destination: {host: web, port: {number: 80}}}]
    /// ```
    pub struct LoadBalancerToStrict {
        id: "load-balancer-to-strict",
        family: Callers,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for LoadBalancerToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, service) in facts.mesh.services() {
            let Some(kind) = service
                .kubernetes()
                .and_then(|object| object.spec.service_type.as_ref())
            else {
                continue;
            };
            if matches!(&*kind.value, "LoadBalancer" | "NodePort") {
                findings.extend(self.of_service(facts, id, kind.span, &kind.value));
            }
        }
    }
}

impl LoadBalancerToStrict {
    fn of_service(self, facts: &Facts<'_>, id: ServiceId, at: Span, kind: &str) -> Option<Finding> {
        let service = facts.mesh.service(id);
        let ports = service.ports.iter().filter(|port| port.protocol != Protocol::Udp);
        let with_strict = ports.map(|port| (port, strict_ports::behind(facts, id, port.number)));
        let strict: Vec<_> = with_strict.filter(|(_, ports)| !ports.is_empty()).collect();
        let (port, behind) = strict.first()?;
        let first: &StrictPort<'_> = behind.first()?;
        let numbers = list(strict.iter().map(|(port, _)| port.number.to_string()));
        let message = format!(
            "{kind} Service {} leads to {}, where STRICT refuses whoever comes from outside",
            service.meta().qualified_name(),
            strict_ports::words(facts, behind),
        );
        let why = "route from an Istio gateway to a Service of type ClusterIP; until then, let plaintext in on this \
                   port alone";
        let finding = self
            .finding(at, message)
            .on(service.meta().object_name())
            .label(format!("opens port {numbers} to callers outside the mesh"))
            .help(strict_ports::exception(facts, why, first))
            .related(port.span, format!("leads to port {} of the pods", first.port));
        let finding = strict_ports::related(facts, finding, behind);
        Some(strict_ports::assume(facts, finding, behind))
    }
}
