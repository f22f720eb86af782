//! `tls-mode-label`.

use super::connections::{Conflict, Connection, by_cause};
use super::direct::pod_without_sidecar;
use super::{Declared, Facts, Rule, connections, declare_rule, manifest, wording};
use crate::finding::{Assumption, Edit, Finding};
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::model::workload::Container;
use crate::resolve::client::{ClusterReason, EndpointPlace, SentReason, Wire};
use crate::resolve::dataplane::{DataPlane, TLS_MODE_LABEL};
use crate::resolve::server::PortDecision;
use crate::yaml::StringEntry;

declare_rule! {
    /// ## What it does
    /// Finds pods that say by the label `security.istio.io/tlsMode` what is not so: another value than `istio`
    /// on a pod with a sidecar and a `STRICT` port, or `istio` on a pod without a sidecar.
    ///
    /// ## Why is this bad?
    /// Clients' proxies believe the label. The injector sets it to `istio` and leaves a value alone that is
    /// already there. With another value they send plaintext, which `STRICT` refuses; with `istio` they send
    /// mTLS, which nothing in the pod can read.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: payment
    ///   namespace: production
    ///   labels: {app: payment, security.istio.io/tlsMode: disabled}
    /// spec:
    ///   containers: [{name: app, image: example/payment:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
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
    /// metadata:
    ///   name: payment
    ///   namespace: production
    ///   labels: {app: payment}
    /// spec:
    ///   containers: [{name: app, image: example/payment:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct TlsModeLabel {
        id: "tls-mode-label",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

/// A label that misleads clients.
#[derive(Debug, Clone, Copy)]
struct Misleading<'a> {
    label: StringEntry<'a>,
    workload: WorkloadId,
    /// Whether it denies the sidecar that is there.
    denies: bool,
}

impl Rule for TlsModeLabel {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let misleading = denial(facts, refusal).or_else(|| promise(facts, refusal))?;
            Some((misleading.label.value_span, misleading))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
        findings.extend(
            facts
                .mesh
                .workloads()
                .filter_map(|(id, _)| self.without_service(facts, id)),
        );
    }
}

/// The label that denies a sidecar, so that clients send plaintext to a STRICT port.
fn denial<'a>(facts: &Facts<'a>, refusal: &Connection<'a>) -> Option<Misleading<'a>> {
    if refusal.wire() != Wire::Plaintext || !refusal.serves(Mode::Strict) {
        return None;
    }
    let culprit = match (refusal.sent.reason, refusal.row.cluster.reason) {
        (SentReason::NoMutualTlsLabel, _) => refusal.workload,
        (_, ClusterReason::SomeEndpointWithoutProxy) if pod_without_sidecar(facts, refusal.row).is_none() => {
            denying_pod(facts, refusal)?
        }
        _ => return None,
    };
    let label = label_of_pod(facts, culprit).filter(|label| label.value != "istio")?;
    (refusal.plane == DataPlane::Sidecar).then_some(Misleading {
        label,
        workload: culprit,
        denies: true,
    })
}

/// The label that promises a sidecar which is not there. Proxyless gRPC and gateways are left to themselves.
fn promise<'a>(facts: &Facts<'a>, refusal: &Connection<'a>) -> Option<Misleading<'a>> {
    let is_automatic = matches!(refusal.row.cluster.reason, ClusterReason::Auto)
        && !matches!(refusal.sent.reason, SentReason::Told(_))
        && refusal.wire() == Wire::IstioMtls
        && matches!(refusal.plane, DataPlane::None | DataPlane::Ambient);
    let label = label_of_pod(facts, refusal.workload).filter(|_| is_automatic)?;
    let template = facts.mesh.workload(refusal.workload).template()?;
    // A proxy that was written by hand may well be there.
    let spec = &template.spec;
    let mut containers = spec.containers.iter().chain(&spec.init_containers);
    let holds_proxy = containers.any(Container::is_proxy);
    (label.value == "istio" && !holds_proxy).then_some(Misleading {
        label,
        workload: refusal.workload,
        denies: false,
    })
}

/// The label as a pod's manifest writes it; that of a machine is the only word on its proxy.
fn label_of_pod<'a>(facts: &Facts<'a>, id: WorkloadId) -> Option<StringEntry<'a>> {
    let workload = facts.mesh.workload(id);
    workload.template()?;
    workload.label_entry(TLS_MODE_LABEL)
}

/// The pod whose label makes clients send plaintext to all pods of a service that they dial themselves.
fn denying_pod(facts: &Facts<'_>, refusal: &Connection<'_>) -> Option<WorkloadId> {
    let id = refusal.row.cluster.service;
    let endpoints = facts
        .senders
        .endpoints(id, facts.mesh.service(id), refusal.row.cluster.port);
    endpoints.into_iter().find_map(|endpoint| {
        let EndpointPlace::Workload(workload) = endpoint.place else {
            return None;
        };
        let label = label_of_pod(facts, workload)?;
        (label.value == "disabled").then_some(workload)
    })
}

/// The STRICT of a pod to which no given Service leads.
fn strict_without_service<'a>(facts: &Facts<'a>, id: WorkloadId) -> Option<PortDecision<'a>> {
    let resolved = facts.resolution.workload(id);
    if resolved.enrolment.plane != DataPlane::Sidecar || !resolved.bindings.is_empty() {
        return None;
    }
    let ports = facts
        .resolution
        .declared_ports(id)
        .into_iter()
        .map(Some)
        .chain([None]);
    let mut decisions = ports.map(|port| facts.resolution.decide(id, port));
    decisions.find(|decision| decision.mode == Some(Mode::Strict))
}

impl TlsModeLabel {
    /// A Service of another repository may lead to a pod that no given one selects.
    fn without_service(self, facts: &Facts<'_>, id: WorkloadId) -> Option<Finding> {
        let label = label_of_pod(facts, id).filter(|label| label.value != "istio")?;
        let strict = strict_without_service(facts, id)?;
        let workload = facts.mesh.workload(id);
        let where_to = strict
            .port
            .map_or("its ports".to_owned(), |port| format!("port {port}"));
        let message = format!(
            "label tlsMode: {} of {} makes sidecars send plaintext to {where_to}, where STRICT refuses it",
            shown(label),
            workload.name()
        );
        let finding = self
            .denying(label, message)
            .on(workload.meta().object_name())
            .traced(connections::traced_port(id, strict.port));
        let finding = connections::related_policy(facts, finding, strict.policy, strict.port);
        let finding = wording::assuming_server(finding, facts.mesh, workload.namespace, strict.rests_on);
        Some(finding.assuming(Assumption::ServiceNotGiven, "a Service leads to it"))
    }

    /// What is said of every label that denies a sidecar.
    fn denying(self, label: StringEntry<'_>, message: String) -> Finding {
        self.finding(label.value_span, message)
            .label("tells clients that there is no sidecar")
            .help("remove the label: the injector sets it to `istio` by itself")
            .fix("tell clients of the sidecar", vec![istio_in_place_of(label)])
    }

    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, Misleading<'_>>) -> Finding {
        let Misleading {
            label,
            workload,
            denies,
        } = conflict.cause;
        let workload = facts.mesh.workload(workload);
        let (clients, targets) = (conflict.senders(facts), conflict.targets(facts));
        let subject = format!("label tlsMode: {} of {}", shown(label), workload.name());
        let finding = if denies {
            let message =
                format!("{subject} makes {clients} send plaintext to {targets}, where STRICT refuses it");
            conflict.related_policy(facts, self.denying(label, message))
        } else {
            let message = format!("{subject}, which has no sidecar, makes {clients} send mTLS to {targets}");
            let finding = self
                .finding(label.value_span, message)
                .label("tells clients that there is a sidecar")
                .help("remove the label, or let the pod be injected");
            wording::related_enrolment(facts, finding, conflict.cause.workload)
        };
        let finding = finding.on(workload.meta().object_name());
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }
}

/// The value as it can stand in a sentence.
fn shown(label: StringEntry<'_>) -> &str {
    if label.value.is_empty() {
        "\"\""
    } else {
        label.value
    }
}

fn istio_in_place_of(label: StringEntry<'_>) -> Edit {
    Edit {
        span: label.value_span,
        text: manifest::in_place_of(label.value_span, label.value, "istio"),
    }
}
