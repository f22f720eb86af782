//! `uncaptured-service-port`.

use super::connections::{Conflict, Connection, by_cause};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::settings::Origin;
use crate::model::peer_authentication::Mode;
use crate::resolve::capture::{Bypass, is_proxy_port};
use crate::resolve::client::{ClusterReason, Wire};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds Services that lead to a port which the pods keep from their sidecar: one of
    /// `excludeInboundPorts`, one that `includeInboundPorts` leaves out, or any port under interception mode
    /// `NONE`. The proxy's own ports (15008, 15020, 15021, 15090) are left alone.
    ///
    /// ## Why is this bad?
    /// Clients cannot see that the port bypasses the sidecar. The pods are in the mesh, so other sidecars send
    /// mTLS, and the application cannot read it. Whatever mode the policies set is not enforced there:
    /// under `STRICT` everybody else can connect in plaintext.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: db
    ///   namespace: production
    ///   labels: {app: db}
    ///   annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "5432"}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector: {app: db}
    ///   ports: [{name: tcp, port: 5432}]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: db
    ///   namespace: production
    ///   labels: {app: db}
    ///   annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "5432"}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector: {app: db}
    ///   ports: [{name: tcp, port: 5432}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: db}
    ///   portLevelMtls:
    ///     5432: {mode: DISABLE}
    /// ```
    pub struct UncapturedServicePort {
        id: "uncaptured-service-port",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for UncapturedServicePort {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let is_automatic = matches!(refusal.row.cluster.reason, ClusterReason::Auto)
                && refusal.wire() == Wire::IstioMtls
                && !is_proxy_port(refusal.port);
            let bypass = refusal.bypass.filter(|_| is_automatic)?;
            let port = refusal.service_port(facts)?.span;
            Some((place_of(facts, bypass).unwrap_or(port), (bypass, port)))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

/// What keeps ports from the proxy: however many they are, it is one cause. The proxy's own ports have none.
fn place_of(facts: &Facts<'_>, bypass: Bypass<'_>) -> Option<Span> {
    let setting = match (bypass, facts.mesh.settings.interception_mode.origin) {
        (Bypass::NoInterception(None), Origin::Manifest(span) | Origin::Config(span)) => Some(span),
        _ => None,
    };
    bypass.span().or(setting)
}

impl UncapturedServicePort {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, (Bypass<'_>, Span)>) -> Finding {
        let (bypass, at) = conflict.cause;
        let first = &conflict.first;
        let service = facts.mesh.service(first.row.cluster.service);
        let is_strict = first.server.policy.mode == Mode::Strict;
        let message = format!(
            "{} {} makes {} send mTLS to {}, past the sidecar of {}{}",
            service.meta().kind,
            service.meta().qualified_name(),
            conflict.senders(facts),
            conflict.targets(facts),
            facts.mesh.workload(first.workload).name(),
            if is_strict {
                ", where STRICT is not enforced"
            } else {
                ""
            },
        );
        let label = format!("leads to port {}, which no proxy serves", first.port);
        let mut finding = self
            .finding(at, message)
            .label(label)
            .help(help(first))
            .detail(first.port.to_string());
        // An annotation is the workload's, a setting nobody's: what they break may be many Services.
        if bypass.span().is_some() {
            finding = finding.on(facts.mesh.workload(first.workload).meta().object_name());
        } else if place_of(facts, bypass).is_none() {
            finding = finding.on(service.meta().object_name());
        }
        let finding = wording::related_bypass(finding, bypass);
        let finding = if is_strict {
            conflict.related_policy(facts, finding)
        } else {
            finding
        };
        conflict.assume(facts, finding)
    }
}

/// Policies about single workloads do not reach clients that dial pods themselves.
fn help(refusal: &Connection<'_>) -> String {
    let (port, service_port) = (refusal.port, refusal.row.cluster.port);
    let plaintext = if refusal.row.cluster.is_original_destination {
        format!("a DestinationRule with `tls: {{mode: DISABLE}}` for port {service_port}")
    } else {
        format!("a policy for the pods with `portLevelMtls: {{{port}: {{mode: DISABLE}}}}`")
    };
    format!("let the sidecar capture the port, or tell clients to send plaintext by {plaintext}")
}
