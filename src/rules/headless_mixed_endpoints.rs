//! `headless-mixed-endpoints`.

use super::connections::{Conflict, by_cause};
use super::direct::{Direct, pod_without_sidecar};
use super::{Declared, Facts, Rule, declare_rule, headless_ambient, wording};
use crate::finding::Finding;
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds headless Services, and DestinationRules with `loadBalancer: {simple: PASSTHROUGH}`, whose pods are
    /// partly without a sidecar while the others are `STRICT`. Often it is a Job or a backup whose pods share
    /// the labels of a database.
    ///
    /// ## Why is this bad?
    /// Sidecars make one decision for all pods of such a Service. A single pod without a sidecar makes them send
    /// plaintext to every pod, and the `STRICT` ones reset the connection. Other Services decide pod by pod.
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
    /// kind: Pod
    /// metadata:
    ///   name: db-backup
    ///   namespace: production
    ///   labels: {app: db, sidecar.istio.io/inject: "false"}
    /// spec:
    ///   containers: [{name: app, image: example/backup:1}]
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
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
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
    /// kind: Pod
    /// metadata:
    ///   name: db-backup
    ///   namespace: production
    ///   labels: {app: db-backup, sidecar.istio.io/inject: "false"}
    /// spec:
    ///   containers: [{name: app, image: example/backup:1}]
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
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct HeadlessMixedEndpoints {
        id: "headless-mixed-endpoints",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for HeadlessMixedEndpoints {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let row = refusal.row;
            let is_mixed = matches!(row.cluster.reason, ClusterReason::SomeEndpointWithoutProxy)
                && refusal.wire() == Wire::Plaintext
                && refusal.serves(Mode::Strict)
                && refusal.plane != DataPlane::Ambient
                && !headless_ambient::is_about(facts, row);
            let direct = Direct::of(facts, row).filter(|_| is_mixed)?;
            let culprit = pod_without_sidecar(facts, row)?;
            Some((direct.at, (direct, culprit)))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

impl HeadlessMixedEndpoints {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, (Direct<'_>, WorkloadId)>) -> Finding {
        let (direct, culprit) = &conflict.cause;
        let name = facts.mesh.workload(*culprit).name();
        let message = format!(
            "{} makes {} send plaintext to {}, as {name} has no sidecar: STRICT pods refuse it",
            direct.words,
            conflict.senders(facts),
            conflict.targets(facts),
        );
        let finding = self
            .finding(direct.at, message)
            .on(direct.object.object_name())
            .label("sidecars make one decision for all pods")
            .help(format!(
                "give {name} a sidecar or labels that the Service does not select, or tell clients to send mTLS \
                 by a DestinationRule with `mode: ISTIO_MUTUAL` (which {name} then cannot read)"
            ));
        let finding = wording::related_enrolment(facts, finding, *culprit);
        let finding = conflict.related_policy(facts, finding);
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }
}
