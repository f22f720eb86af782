//! `plain-tls-to-permissive-http`.

use super::connections::{Conflict, by_cause};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::Protocol;
use crate::model::destination_rule::TlsMode;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::destination::TlsSetting;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules with `mode: SIMPLE` or `mode: MUTUAL` for a port in mode `PERMISSIVE` that is
    /// declared HTTP: by the port's name, its `appProtocol` or the Sidecar resource.
    ///
    /// ## Why is this bad?
    /// On such a port a sidecar accepts mTLS of the mesh and plaintext HTTP, and nothing else. TLS that
    /// is not the mesh's own finds no filter chain, so every connection is reset, also where the application
    /// itself would speak TLS. On ports that declare TCP, TLS or nothing, it would reach the application.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: payment, namespace: production, labels: {app: payment}}
    /// spec:
    ///   containers: [{name: app, image: example/payment:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{name: http, port: 443, targetPort: 8443}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: payment, namespace: production, labels: {app: payment}}
    /// spec:
    ///   containers: [{name: app, image: example/payment:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{name: https, port: 443, targetPort: 8443}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
    /// ```
    pub struct PlainTlsToPermissiveHttp {
        id: "plain-tls-to-permissive-http",
        family: Agreement,
        severity: Warning,
        effect: Refusal,
    }
}

impl Rule for PlainTlsToPermissiveHttp {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let ClusterReason::Rule(tls) = refusal.row.cluster.reason else {
                return None;
            };
            let is_foreign = matches!(refusal.wire(), Wire::Tls | Wire::Mutual);
            let is_http = refusal.server.protocol == Protocol::Http;
            (is_foreign && is_http && refusal.serves(Mode::Permissive)).then(|| (tls.span(), tls))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

impl PlainTlsToPermissiveHttp {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, TlsSetting<'_>>) -> Finding {
        let tls = conflict.cause;
        let what = match tls.mode() {
            TlsMode::Simple => "one-way TLS",
            _ => "mTLS with its own certificates",
        };
        let message = format!(
            "{} makes {} send {what} to {}, which is declared HTTP and resets it",
            wording::destination_rule(tls.rule),
            conflict.senders(facts),
            conflict.targets(facts),
        );
        let finding = self
            .finding(tls.span(), message)
            .on(tls.rule.meta.object_name())
            .label("a PERMISSIVE port declared HTTP takes plaintext and mTLS of the mesh only")
            .help(
                "remove `tls` and let auto-mTLS decide; if the application itself terminates TLS, declare the port \
                 as TLS: name it `https` or write `appProtocol: https`",
            )
            .detail(tls.part());
        let finding = conflict.related_policy(facts, finding);
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }
}
