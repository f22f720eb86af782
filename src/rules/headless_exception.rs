//! `headless-exception`.

use super::connections::{Conflict, by_cause};
use super::direct::Direct;
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};

declare_rule! {
    /// ## What it does
    /// Finds headless Services, and DestinationRules with `loadBalancer: {simple: PASSTHROUGH}`, that lead to a
    /// port in mode `DISABLE` although the namespace is not.
    ///
    /// ## Why is this bad?
    /// Sidecars do not look at single pods here: they go by the mode of the namespace or of the mesh and send
    /// mTLS, which a port in mode `DISABLE` cannot read. For any other Service they would notice the
    /// exception and send plaintext.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: production, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   clusterIP: None
    ///   selector: {app: db}
    ///   ports: [{name: tcp, port: 5432}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: db}
    ///   mtls: {mode: DISABLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: production, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   clusterIP: None
    ///   selector: {app: db}
    ///   ports: [{name: tcp, port: 5432}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: db, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: db}
    ///   mtls: {mode: PERMISSIVE}
    /// ```
    pub struct HeadlessException {
        id: "headless-exception",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for HeadlessException {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let cluster = &refusal.row.cluster;
            let is_automatic = matches!(cluster.reason, ClusterReason::Auto)
                && cluster.is_original_destination
                && refusal.wire() == Wire::IstioMtls;
            let direct = Direct::of(facts, refusal.row).filter(|_| is_automatic)?;
            refusal.serves(Mode::Disable).then_some((direct.at, direct))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

impl HeadlessException {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, Direct<'_>>) -> Finding {
        let direct = &conflict.cause;
        let message = format!(
            "{} makes {} send mTLS to {}, although DISABLE takes plaintext only",
            direct.words,
            conflict.senders(facts),
            conflict.targets(facts),
        );
        let service = facts.mesh.service(conflict.first.row.cluster.service);
        let help = format!(
            "write PERMISSIVE instead of DISABLE, or tell clients to send plaintext, in a DestinationRule:\n\
             spec:\n  host: {}\n  trafficPolicy:\n    portLevelSettings:\n      - port: {{number: {}}}\n        tls: \
             {{mode: DISABLE}}",
            service.host, conflict.first.row.cluster.port,
        );
        let finding = self
            .finding(direct.at, message)
            .on(direct.object.object_name())
            .label("sidecars make one decision for all pods, by the mode of the namespace")
            .help(help);
        let finding = conflict.related_policy(facts, finding);
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }
}
