//! `foreign-tls-to-strict`.

use super::connections::{Conflict, by_cause};
use super::policies_alone::{self, Alone};
use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::model::destination_rule::{ClientTls, TlsMode};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::destination::TlsSetting;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules with `mode: SIMPLE` or `mode: MUTUAL` for a port that accepts mTLS of the
    /// mesh only. `MUTUAL` with the files of `/etc/certs` is the usual remainder of an old Istio, whose
    /// sidecars kept the certificates of the mesh there.
    ///
    /// ## Why is this bad?
    /// Every handshake fails: the server's proxy asks for a certificate of the mesh, and the client expects
    /// another server than the one that its peer proves to be. The client's log shows `503 UF` and a TLS error,
    /// and nothing names the rule.
    ///
    /// Certificates of the mesh that the proxy writes to a folder (`istio-output-certs`) or that the platform
    /// mounts (`workload-spiffe-credentials`) are accepted, so that `MUTUAL` with them is not reported.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
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
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
    /// ```
    pub struct ForeignTlsToStrict {
        id: "foreign-tls-to-strict",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for ForeignTlsToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let ClusterReason::Rule(tls) = refusal.row.cluster.reason else {
                return None;
            };
            let is_foreign = matches!(refusal.wire(), Wire::Tls | Wire::Mutual) && is_foreign(&tls);
            (is_foreign && refusal.serves(Mode::Strict)).then(|| (tls.span(), tls))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
        let alone = policies_alone::conflicts(facts, Mode::Strict, is_foreign);
        findings.extend(alone.iter().map(|conflict| self.report_alone(facts, conflict)));
    }
}

/// Whether a setting sends TLS that the mesh's proxies do not accept. A `credentialName` that sidecars do
/// not read is the graver mistake: they send plaintext.
fn is_foreign(setting: &TlsSetting<'_>) -> bool {
    let is_read = setting.tls.credential_name.is_none() || setting.rule.spec.workload_selector.is_some();
    is_read
        && match setting.mode() {
            TlsMode::Simple => true,
            TlsMode::Mutual => {
                !holds(setting.tls, "/istio-output-certs")
                    && !holds(setting.tls, "/workload-spiffe-credentials")
            }
            TlsMode::Disable | TlsMode::IstioMutual => false,
        }
}

/// Whether the client's certificate lies in a folder.
fn holds(tls: &ClientTls, folder: &str) -> bool {
    let certificate = tls.client_certificate.as_ref();
    certificate.is_some_and(|path| path.value.contains(folder))
}

impl ForeignTlsToStrict {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, TlsSetting<'_>>) -> Finding {
        let (clients, targets) = (conflict.senders(facts), conflict.targets(facts));
        let finding = self.of_setting(conflict.cause, &clients, &targets);
        let finding = finding.detail(conflict.cause.part());
        let finding = conflict.related_policy(facts, finding);
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }

    fn report_alone(self, facts: &Facts<'_>, conflict: &Alone<'_>) -> Finding {
        let finding = self.of_setting(conflict.tls, &conflict.clients(facts), conflict.host());
        conflict.complete(facts, finding)
    }

    fn of_setting(self, tls: TlsSetting<'_>, clients: &str, targets: &str) -> Finding {
        let is_old = holds(tls.tls, "/etc/certs/");
        let what = match tls.mode() {
            TlsMode::Simple => "one-way TLS",
            _ if is_old => "mTLS with the certificates of /etc/certs",
            _ => "mTLS with its own certificates",
        };
        let rule = wording::destination_rule(tls.rule);
        let message = format!("{rule} makes {clients} send {what} to {targets}, where STRICT refuses it");
        let label = if is_old {
            "sidecars no longer keep certificates of the mesh in /etc/certs"
        } else {
            "STRICT accepts certificates of the mesh only"
        };
        let finding = self
            .finding(tls.span(), message)
            .on(tls.rule.meta.object_name())
            .label(label)
            .help("write `mode: ISTIO_MUTUAL` without any certificates, or remove `tls` and let auto-mTLS decide");
        match edit(tls) {
            Some(edit) => finding.fix("send mTLS of the mesh", vec![edit]),
            None => finding,
        }
    }
}

/// Beside certificates of the rule's own the API server refuses `ISTIO_MUTUAL`.
fn edit(tls: TlsSetting<'_>) -> Option<Edit> {
    let settings = &tls.tls.value;
    let mode = settings.mode.as_ref()?;
    (!settings.names_certificates()).then(|| Edit {
        span: mode.span,
        text: manifest::in_place_of(mode.span, mode.value.as_str(), "ISTIO_MUTUAL"),
    })
}
