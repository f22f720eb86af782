//! `ingress-to-strict`.

use super::connections::target;
use super::strict_ports::{self, StrictPort};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::callers::{Controller, IngressCall};
use crate::finding::{Assumption, Finding};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds Ingresses, and routes of the Gateway API, that lead to a port which accepts mTLS of the mesh only,
    /// where a controller other than Istio's serves them. It is silent where that controller is given, is in the mesh
    /// and dials Services instead of pods.
    ///
    /// ## Why is this bad?
    /// The controller sends plaintext, or TLS of its own, and every request ends in a 502. A sidecar beside the
    /// controller is not enough: as long as it dials addresses of pods, the sidecar does not know which Service they
    /// belong to and passes the plaintext on.
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
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   ingressClassName: nginx
    ///   defaultBackend:
    ///     service: {name: web, port: {number: 80}}
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
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   ingressClassName: istio
    ///   defaultBackend:
    ///     service: {name: web, port: {number: 80}}
    /// ```
    pub struct IngressToStrict {
        id: "ingress-to-strict",
        family: Callers,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for IngressToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        // The calls of an object follow each other.
        for calls in facts
            .callers
            .ingresses
            .chunk_by(|one, other| one.object.span == other.object.span)
        {
            let refused = calls.iter().filter(|call| !call.has_identity(facts.resolution));
            let refused = refused.map(|call| (call, strict_ports::behind(facts, call.service, call.port)));
            let refused: Vec<_> = refused.filter(|(_, ports)| !ports.is_empty()).collect();
            findings.extend(self.report(facts, &refused));
        }
    }
}

impl IngressToStrict {
    fn report(
        self,
        facts: &Facts<'_>,
        refused: &[(&IngressCall<'_>, Vec<StrictPort<'_>>)],
    ) -> Option<Finding> {
        let (call, ports) = refused.first()?;
        let first = ports.first()?;
        let targets = refused
            .iter()
            .map(|(call, _)| target(facts, call.service, call.port));
        let message = format!(
            "{} {} sends no mTLS to {}, where STRICT refuses all else{}",
            call.object.kind,
            call.object.qualified_name(),
            wording::list(targets),
            reason(facts, call.controller),
        );
        let why = "serve it through an Istio gateway, or put the controller into the mesh and let it dial the Service \
                   (nginx: `nginx.ingress.kubernetes.io/service-upstream: \"true\"`); until then, let it in on this \
                   port alone";
        let mut finding = self
            .finding(call.span, message)
            .on(call.object.object_name())
            .label(format!(
                "leads to port {} of the pods, which is STRICT",
                first.port
            ))
            .help(strict_ports::exception(facts, why, first));
        for (other, _) in refused.iter().skip(1).take(4) {
            finding = finding.related(
                other.span,
                format!("so does {}", target(facts, other.service, other.port)),
            );
        }
        if let Controller::Given(id) = call.controller {
            let workload = facts.mesh.workload(id);
            let because = facts.resolution.workload(id).enrolment.because;
            let span = because.span().unwrap_or(workload.meta().name.span);
            finding = finding.related(span, format!("the controller {}: {because}", workload.name()));
        }
        let finding = strict_ports::related(facts, finding, ports);
        let finding = strict_ports::assume(facts, finding, ports);
        Some(assume_controller(facts, finding, call.controller))
    }
}

fn reason(facts: &Facts<'_>, controller: Controller<'_>) -> String {
    match controller {
        Controller::Cloud(class) => format!(": {class} is no pod of the mesh"),
        Controller::Given(id) => {
            let name = facts.mesh.workload(id).name();
            match facts.resolution.workload(id).enrolment.plane {
                DataPlane::None => format!(": {name} has no proxy"),
                _ => format!(": {name} dials pods, not the Service"),
            }
        }
        Controller::NotGiven(_) => String::new(),
    }
}

/// Says what is taken for granted of the controller.
fn assume_controller(facts: &Facts<'_>, finding: Finding, controller: Controller<'_>) -> Finding {
    match controller {
        Controller::Cloud(_) => finding,
        Controller::Given(id) => match facts.resolution.workload(id).enrolment.plane {
            DataPlane::None => finding,
            _ => finding.assuming(
                Assumption::NotModelled,
                "the controller's own settings do not make it dial Services",
            ),
        },
        Controller::NotGiven(class) => {
            let class = class.map_or_else(String::new, |class| format!(" of class {class}"));
            finding.assuming(
                Assumption::WorkloadsNotGiven,
                format!("the controller{class} is outside the mesh or dials pods"),
            )
        }
    }
}
