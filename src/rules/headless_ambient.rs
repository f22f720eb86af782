//! `headless-ambient`

use super::connections::{Conflict, Connection, by_cause, connections};
use super::direct::Direct;
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumptions, Finding};
use crate::matrix::Row;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::Outcome;

declare_rule! {
    /// ## What it does
    /// Finds headless Services, and DestinationRules with `loadBalancer: {simple: PASSTHROUGH}`, that lead
    /// sidecars to ambient pods in mode `STRICT`.
    ///
    /// ## Why is this bad?
    /// Sidecars reach ambient pods through the tunnel only where they choose the endpoint themselves. Here they
    /// connect to the address that the application dialled, know no tunnel to it, and send plaintext, which
    /// ztunnel refuses. The same pods are reachable through a Service with an address of its own.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: data, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: web, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: frontend, namespace: web, labels: {app: frontend}}
    /// spec:
    ///   containers: [{name: app, image: example/frontend:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: data, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: data}
    /// spec:
    ///   clusterIP: None
    ///   selector: {app: db}
    ///   ports: [{name: tcp, port: 5432}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: data}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: data, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: web, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: frontend, namespace: web, labels: {app: frontend}}
    /// spec:
    ///   containers: [{name: app, image: example/frontend:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: data, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: data}
    /// spec:
    ///   selector: {app: db}
    ///   ports: [{name: tcp, port: 5432}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: data}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct HeadlessAmbient {
        id: "headless-ambient",
        family: PeerAuthentication,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for HeadlessAmbient {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let is_cause = is_untunnelled(refusal) && has_given_sidecar(facts, refusal.row);
            let direct = Direct::of(facts, refusal.row).filter(|_| is_cause)?;
            Some((direct.at, direct))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
    }
}

/// Whether a sidecar's plaintext is refused by an ambient pod to which it knows no tunnel. What a rule or a
/// policy says of TLS makes no difference there.
pub(super) fn is_untunnelled(refusal: &Connection<'_>) -> bool {
    let cluster = &refusal.row.cluster;
    let decides_for_all = matches!(
        cluster.reason,
        ClusterReason::SomeEndpointWithoutProxy
            | ClusterReason::NamespaceDisabled(_)
            | ClusterReason::Rule(_)
    );
    decides_for_all
        && cluster.is_original_destination
        && refusal.row.client.plane == DataPlane::Sidecar
        && refusal.plane == DataPlane::Ambient
        && refusal.wire() == Wire::Plaintext
        && refusal.serves(Mode::Strict)
}

/// Whether ambient pods behind a row refuse it, so that a finding of this rule says why.
pub(super) fn is_about<'a>(facts: &Facts<'a>, row: &'a Row<'a, 'a>) -> bool {
    let mut refusals = connections(facts, row).filter(|connection| connection.outcome == Outcome::Refused);
    refusals.any(|refusal| is_untunnelled(&refusal)) && has_given_sidecar(facts, row)
}

/// Whether a sidecar that is certain to be one is among the clients: a mesh may well have none at all.
fn has_given_sidecar(facts: &Facts<'_>, row: &Row<'_, '_>) -> bool {
    let mut given = row.clients.iter().flat_map(|members| facts.groups.given(members));
    given.any(|id| facts.resolution.workload(id).enrolment.rests_on == Assumptions::NONE)
}

impl HeadlessAmbient {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, Direct<'_>>) -> Finding {
        let direct = &conflict.cause;
        let message = format!(
            "{} makes {} send plaintext to {}: ambient pods in mode STRICT refuse it",
            direct.words,
            conflict.senders(facts),
            conflict.targets(facts),
        );
        let finding = self
            .finding(direct.at, message)
            .on(direct.object.object_name())
            .label("sidecars dial the pods themselves and know no tunnel to them")
            .help(
                "give the Service an address (no `clusterIP: None`, no PASSTHROUGH) and let sidecars call that, or make \
                 the port PERMISSIVE until its callers are in ambient",
            );
        let because = facts
            .resolution
            .workload(conflict.first.workload)
            .enrolment
            .because;
        let name = facts.mesh.workload(conflict.first.workload).name();
        let finding = match because.span() {
            Some(span) => finding.related(span, format!("{name} is in ambient: {because}")),
            None => finding,
        };
        let finding = conflict.related_policy(facts, finding);
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }
}
