//! `sidecar-ingress-tls-ignored`.

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::mesh::WorkloadId;
use crate::model::Object;
use crate::model::peer_authentication::Mode;
use crate::model::sidecar::{IngressListener, IngressTls, Sidecar};
use crate::yaml::Spanned;

/// What makes istiod read `tls` of ingress listeners at all.
const FLAG: &str = "ENABLE_TLS_ON_SIDECAR_INGRESS";

declare_rule! {
    /// ## What it does
    /// Finds Sidecar resources whose ingress listeners have a `tls` that istiod does not read. It reads it only
    /// if its environment says `ENABLE_TLS_ON_SIDECAR_INGRESS=true`, and even then only on ports in mode
    /// `DISABLE`.
    ///
    /// ## Why is this bad?
    /// The sidecar does not terminate the TLS that callers send. What becomes of them is up to the mode of the
    /// port alone: `STRICT` and a port declared HTTP refuse them, other ports pass the TLS to the application.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: Sidecar
    /// metadata: {name: edge, namespace: production}
    /// spec:
    ///   workloadSelector:
    ///     labels: {app: edge}
    ///   ingress:
    ///     - port: {number: 8443, protocol: HTTPS, name: https}
    ///       defaultEndpoint: 127.0.0.1:8080
    ///       tls:
    ///         mode: SIMPLE
    ///         privateKey: /etc/edge/key.pem
    ///         serverCertificate: /etc/edge/cert.pem
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: Sidecar
    /// metadata: {name: edge, namespace: production}
    /// spec:
    ///   workloadSelector:
    ///     labels: {app: edge}
    ///   ingress:
    ///     - port: {number: 8443, protocol: HTTPS, name: https}
    ///       defaultEndpoint: 127.0.0.1:8443
    /// ```
    pub struct SidecarIngressTlsIgnored {
        id: "sidecar-ingress-tls-ignored",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for SidecarIngressTlsIgnored {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for &sidecar in facts.mesh.sidecars.values().flatten() {
            for listener in &sidecar.spec.ingress {
                let reported =
                    terminated(listener).and_then(|tls| self.report(facts, sidecar, listener, tls));
                findings.extend(reported);
            }
        }
    }
}

/// The `tls` of a listener that is meant to terminate TLS; PASSTHROUGH, which is also the default, is not.
fn terminated(listener: &IngressListener) -> Option<&Spanned<IngressTls>> {
    let tls = listener.tls.as_ref()?;
    let mode = tls.mode.as_ref()?;
    (&*mode.value != "PASSTHROUGH").then_some(tls)
}

/// A workload that obeys a Sidecar resource and whose mode keeps istiod from reading `tls` on a port.
fn hindered(facts: &Facts<'_>, sidecar: &Object<Sidecar>, port: u16) -> Option<(WorkloadId, Mode)> {
    facts.mesh.workloads().find_map(|(id, _)| {
        let own = facts.resolution.workload(id).sidecar?;
        let mode = facts.resolution.decide(id, Some(port)).policy.mode;
        (own.meta.span == sidecar.meta.span && mode != Mode::Disable).then_some((id, mode))
    })
}

impl SidecarIngressTlsIgnored {
    fn report(
        self,
        facts: &Facts<'_>,
        sidecar: &Object<Sidecar>,
        listener: &IngressListener,
        tls: &Spanned<IngressTls>,
    ) -> Option<Finding> {
        let port = listener.port.as_ref()?.number.as_ref()?.value;
        let is_read = facts
            .mesh
            .settings
            .istiod
            .get(FLAG)
            .is_some_and(|value| matches!(&*value.value, "1" | "t" | "T" | "true" | "TRUE" | "True"));
        let because = if is_read {
            let (id, mode) = hindered(facts, sidecar, port)?;
            format!("as {mode} holds for {}", facts.mesh.workload(id).name())
        } else {
            "by default".to_owned()
        };
        let message = format!(
            "callers' TLS is not terminated on port {port}: istiod ignores ingress `tls` of Sidecar {} {because}",
            sidecar.meta.qualified_name(),
        );
        let at = tls.mode.as_ref().map_or(tls.key, |mode| mode.span);
        let finding = self
            .finding(at, message)
            .on(sidecar.meta.object_name())
            .label("not read: the port's mode decides alone")
            .help(format!(
                "let the application terminate TLS itself, or set {FLAG}=true for istiod and the port's mode to DISABLE \
                 with `portLevelMtls: {{{port}: {{mode: DISABLE}}}}`"
            ))
            .detail(port.to_string());
        Some(finding)
    }
}
