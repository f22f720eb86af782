//! `mtls-to-plaintext`.

use super::connections::{Conflict, Connection, by_cause};
use super::policies_alone::{self, Alone};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::model::destination_rule::TlsMode;
use crate::model::peer_authentication::Mode;
use crate::resolve::capture::Bypass;
use crate::resolve::client::Wire;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::TlsSetting;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules whose `mode: ISTIO_MUTUAL` also covers ports that take plaintext only: of
    /// workloads without a sidecar, in mode `DISABLE`, or left out of the sidecar's redirection.
    ///
    /// ## Why is this bad?
    /// With `ISTIO_MUTUAL` clients no longer look at single endpoints: all of them get mTLS, and an
    /// application that expects plaintext cannot read it. Without `tls` in the rule, clients would send mutual
    /// TLS where a sidecar takes it and plaintext elsewhere.
    ///
    /// The control plane's own namespace and `kube-system` are only looked at for rules that name their host in
    /// full.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: legacy}
    /// spec:
    ///   mtls: {mode: DISABLE}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: default, namespace: legacy}
    /// spec:
    ///   host: "*.legacy.svc.cluster.local"
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: legacy}
    /// spec:
    ///   mtls: {mode: DISABLE}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: default, namespace: legacy}
    /// spec:
    ///   host: "*.legacy.svc.cluster.local"
    ///   trafficPolicy:
    ///     connectionPool: {tcp: {maxConnections: 100}}
    /// ```
    pub struct MtlsToPlaintext {
        id: "mtls-to-plaintext",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for MtlsToPlaintext {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let tls = forced(refusal)?;
            let server = plaintext_server(facts, refusal)?;
            (!is_infrastructure(facts, refusal, tls)).then(|| (tls.span(), (tls, server)))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
        let alone = policies_alone::conflicts(facts, Mode::Disable, |tls| tls.mode() == TlsMode::IstioMutual);
        findings.extend(alone.iter().map(|conflict| self.report_alone(facts, conflict)));
    }
}

/// The setting that makes clients send mTLS whatever the endpoint is.
fn forced<'a>(refusal: &Connection<'a>) -> Option<TlsSetting<'a>> {
    let setting = refusal.sent.setting(&refusal.row.cluster.reason);
    setting.filter(|_| refusal.wire() == Wire::IstioMtls)
}

/// Why a server takes plaintext only.
#[derive(Debug, Clone, Copy)]
enum Server<'a> {
    WithoutSidecar,
    Disabled,
    Uncaptured(Bypass<'a>),
}

/// Gateways have listeners of their own, and what machines run is told by no manifest.
fn plaintext_server<'a>(facts: &Facts<'_>, refusal: &Connection<'a>) -> Option<Server<'a>> {
    match (refusal.plane, refusal.bypass) {
        (DataPlane::None | DataPlane::Ambient, _) => refusal.is_pod(facts).then_some(Server::WithoutSidecar),
        (_, Some(Bypass::ProxyPort)) => None,
        (_, Some(bypass)) => Some(Server::Uncaptured(bypass)),
        (_, None) => refusal.serves(Mode::Disable).then_some(Server::Disabled),
    }
}

/// Whether a wildcard only happens to cover a service of the cluster itself, which sidecars call around
/// their proxies or not at all.
fn is_infrastructure(facts: &Facts<'_>, refusal: &Connection<'_>, tls: TlsSetting<'_>) -> bool {
    let service = facts.mesh.service(refusal.row.cluster.service);
    let is_wildcard = tls
        .rule
        .spec
        .host
        .as_ref()
        .is_some_and(|host| host.value.contains('*'));
    let is_system = facts.mesh.namespaces[service.namespace].name == Some("kube-system");
    let is_dns = is_system && matches!(&*service.meta().name.value, "kube-dns" | "coredns");
    is_dns || (is_wildcard && (is_system || facts.mesh.root == Some(service.namespace)))
}

impl MtlsToPlaintext {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, (TlsSetting<'_>, Server<'_>)>) -> Finding {
        let (tls, server) = conflict.cause;
        let (clients, targets) = (conflict.senders(facts), conflict.targets(facts));
        let finding = self.of_setting(tls, &clients, &targets);
        let finding = finding.detail(tls.part());
        let finding = match server {
            Server::Disabled => conflict.related_policy(facts, finding),
            Server::WithoutSidecar => wording::related_enrolment(facts, finding, conflict.first.workload),
            Server::Uncaptured(bypass) => wording::related_bypass(finding, bypass),
        };
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }

    fn report_alone(self, facts: &Facts<'_>, conflict: &Alone<'_>) -> Finding {
        let finding = self.of_setting(conflict.tls, &conflict.clients(facts), conflict.host());
        conflict.complete(facts, finding)
    }

    fn of_setting(self, tls: TlsSetting<'_>, clients: &str, targets: &str) -> Finding {
        let rule = wording::destination_rule(tls.rule);
        let message =
            format!("{rule} makes {clients} send mTLS to {targets}, where only plaintext is understood");
        self.finding(tls.span(), message)
            .on(tls.rule.meta.object_name())
            .label("every endpoint gets mTLS, whatever it takes")
            .help(
                "remove `tls`: auto-mTLS then sends mTLS where a sidecar takes it and plaintext elsewhere; or write \
                 `mode: DISABLE` for these hosts or ports",
            )
    }
}
