//! `ambient-ignored-destination-rule`

use super::ambient::is_ambient;
use super::certificates_with_istio_mutual::settings;
use super::hosts::{RuleHost, rule_hosts};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Finding};
use crate::mesh::{NamespaceId, WorkloadId};
use crate::model::destination_rule::TlsMode;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{ExportTo, TlsSetting};
use crate::resolve::waypoint;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules with `tls` whose given clients are all in ambient. `DISABLE` does not count:
    /// whether it is read makes no difference to them.
    ///
    /// ## Why is this bad?
    /// Ztunnel reads no DestinationRule: it sends HBONE to whoever takes it and the application's own bytes to
    /// everybody else. TLS to a host outside the mesh is then not originated at all, and mTLS to a
    /// sidecar not either. A waypoint would read the rule.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: billing, namespace: shop}
    /// spec:
    ///   host: billing.example.com
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: billing, namespace: shop}
    /// spec:
    ///   host: billing.example.com
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
    /// ```
    pub struct AmbientIgnoredDestinationRule {
        id: "ambient-ignored-destination-rule",
        family: PeerAuthentication,
        severity: Warning,
        effect: Other,
    }
}

impl Rule for AmbientIgnoredDestinationRule {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let has_ambient = facts.mesh.workloads().any(|(id, _)| is_ambient(facts, id));
        if !has_ambient {
            return;
        }
        for host in rule_hosts(facts) {
            let tls: Vec<TlsSetting<'_>> = settings(host.rule)
                .filter(|tls| tls.mode() != TlsMode::Disable)
                .collect();
            let clients = if tls.is_empty() || is_read_by_waypoint(facts, &host) {
                None
            } else {
                ambient_clients(facts, &host)
            };
            if let Some(clients) = clients {
                findings.push(self.report(facts, &host, &tls, &clients));
            }
        }
    }
}

/// Whether a waypoint stands before a service of the host: it reads rules.
fn is_read_by_waypoint(facts: &Facts<'_>, host: &RuleHost<'_>) -> bool {
    let covered = host.covered(facts);
    covered
        .services
        .iter()
        .any(|&id| waypoint::of_service(facts.mesh, id).is_some())
}

/// The clients that a rule would be for, if all that are given are in ambient.
fn ambient_clients(facts: &Facts<'_>, host: &RuleHost<'_>) -> Option<Vec<WorkloadId>> {
    let mut ambient = Vec::new();
    for namespace in client_namespaces(facts, host) {
        for &id in facts.resolution.index.in_namespace(namespace) {
            let selector = host.rule.spec.workload_selector.as_ref();
            let labels = &facts.resolution.workload(id).labels;
            if selector.is_some_and(|selector| !labels.match_all(&selector.match_labels)) {
                continue;
            }
            match facts.resolution.workload(id).enrolment.plane {
                DataPlane::Ambient => ambient.push(id),
                DataPlane::None => {}
                DataPlane::Sidecar | DataPlane::Gateway | DataPlane::Waypoint | DataPlane::Proxyless => {
                    return None;
                }
            }
        }
    }
    (!ambient.is_empty()).then_some(ambient)
}

/// The namespaces whose clients look for a rule in this one's: itself, and every one that it is shown to if
/// the host's service lives there or the namespace is the root.
fn client_namespaces(facts: &Facts<'_>, host: &RuleHost<'_>) -> Vec<NamespaceId> {
    let mesh = facts.mesh;
    let own = mesh.namespaces[host.namespace].name.unwrap_or_default();
    let domain = &mesh.settings.cluster_domain.value;
    let is_owner = mesh.root == Some(host.namespace)
        || host.full.ends_with(&format!(".{own}.svc.{domain}"))
        || host.covered(facts).has_home(host.namespace);
    let export_to = ExportTo::of(host.rule);
    let default = &mesh.settings.default_destination_rule_export_to.value;
    let is_shown = is_owner && !export_to.is_private_only(own, default);
    let is_client = |id: NamespaceId| {
        if id == host.namespace {
            export_to.includes_own(own)
        } else {
            is_shown && export_to.reaches(mesh.namespaces[id].name)
        }
    };
    let namespaces = mesh.namespaces.iter().map(|(id, _)| id);
    namespaces.filter(|&id| is_client(id)).collect()
}

impl AmbientIgnoredDestinationRule {
    fn report(
        self,
        facts: &Facts<'_>,
        host: &RuleHost<'_>,
        tls: &[TlsSetting<'_>],
        clients: &[WorkloadId],
    ) -> Finding {
        let rule = wording::destination_rule(host.rule);
        let first = tls[0];
        let message = format!(
            "{} of {rule} is ignored: its clients are in ambient ({}), and ztunnel reads no DestinationRule",
            first.mode().as_str(),
            wording::list(clients.iter().map(|&id| facts.mesh.workload(id).name())),
        );
        let mut finding = self
            .finding(first.span(), message)
            .on(host.rule.meta.object_name())
            .label("no client reads it")
            .help(
                "remove `tls`; for TLS that ztunnel does not speak, put a waypoint in front of the host, or let the \
                 application speak it",
            );
        for other in &tls[1..] {
            finding = finding.related(other.span(), "ignored as well");
        }
        let because = facts.resolution.workload(clients[0]).enrolment.because;
        if let Some(span) = because.span() {
            finding = finding.related(span, format!("the clients are in ambient: {because}"));
        }
        finding.assuming(
            Assumption::WorkloadsNotGiven,
            "no sidecar or gateway calls the host",
        )
    }
}
