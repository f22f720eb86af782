//! `credential-name-without-selector`

use std::collections::BTreeMap;

use super::clients::Clients;
use super::connections::row_target;
use super::wording::{destination_rule, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumption, Finding};
use crate::matrix::{EndpointClass, Row};
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::destination::{TlsSetting, covers, normalize_host};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds a `credentialName` in a DestinationRule without `workloadSelector` that sidecars of its own
    /// namespace follow, while no route of a gateway leads to the host. Gateways read a credential by
    /// name; a sidecar does so only for a rule that selects its workload.
    ///
    /// ## Why is this bad?
    /// The sidecar sends plaintext, although the rule says `SIMPLE` or `MUTUAL`.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: web, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: shop, namespace: web}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: shop}}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: ServiceEntry
    /// metadata: {name: ledger, namespace: web}
    /// spec:
    ///   hosts: [ledger.example.com]
    ///   resolution: DNS
    ///   ports:
    ///     - {number: 443, name: https, protocol: HTTPS}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: ledger, namespace: web}
    /// spec:
    ///   host: ledger.example.com
    ///   trafficPolicy:
    ///     tls: {mode: MUTUAL, credentialName: ledger-client}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: web, labels: {istio-injection: enabled}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: shop, namespace: web}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: shop}}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: ServiceEntry
    /// metadata: {name: ledger, namespace: web}
    /// spec:
    ///   hosts: [ledger.example.com]
    ///   resolution: DNS
    ///   ports:
    ///     - {number: 443, name: https, protocol: HTTPS}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: ledger, namespace: web}
    /// spec:
    ///   host: ledger.example.com
    ///   workloadSelector: {matchLabels: {app: shop}}
    ///   trafficPolicy:
    ///     tls: {mode: MUTUAL, credentialName: ledger-client}
    /// ```
    pub struct CredentialNameWithoutSelector {
        id: "credential-name-without-selector",
        family: DestinationRule,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for CredentialNameWithoutSelector {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut ignored: BTreeMap<Span, Ignored<'_>> = BTreeMap::new();
        for row in facts.matrix.ruled().filter(|row| row.is_surely_routed()) {
            collect(facts, row, &mut ignored);
        }
        for ignored in ignored.values() {
            // What STRICT refuses is reported as such.
            if ignored.has_caller && !ignored.is_refused && !ignored.has_route {
                findings.push(self.report(facts, ignored));
            }
        }
    }
}

/// A credential that sidecars do not read.
struct Ignored<'a> {
    tls: TlsSetting<'a>,
    clients: Clients,
    targets: Vec<String>,
    /// Whether a given sidecar of the rule's namespace follows it.
    has_caller: bool,
    /// Whether a gateway leads to the host.
    has_route: bool,
    is_refused: bool,
}

/// The setting with a credential that the clients of a row do not read.
pub(super) fn ignored<'a>(row: &Row<'_, 'a>) -> Option<TlsSetting<'a>> {
    match row.cluster.reason {
        ClusterReason::CredentialIgnored(tls) => Some(tls),
        _ => None,
    }
}

fn collect<'a>(facts: &Facts<'a>, row: &Row<'a, 'a>, found: &mut BTreeMap<Span, Ignored<'a>>) {
    let Some(tls) = ignored(row) else { return };
    let mut endpoints = row.endpoints.iter();
    let is_plaintext = row.endpoints.is_empty() || endpoints.any(|class| class.sent.wire == Wire::Plaintext);
    if !is_plaintext {
        return;
    }
    let ignored = found.entry(tls.tls.span).or_insert_with(|| Ignored {
        tls,
        clients: Clients::default(),
        targets: Vec::new(),
        has_caller: false,
        has_route: false,
        is_refused: false,
    });
    let own = facts.mesh.namespaces.of(tls.rule.meta.namespace_name());
    for members in row.clients.iter() {
        ignored.has_caller |= facts.groups.given_in(members, own).next().is_some();
    }
    ignored.clients.add(facts, row);
    ignored.has_route |= is_behind_gateway(facts, &facts.mesh.service(row.cluster.service).host);
    ignored.is_refused |= row.endpoints.iter().any(EndpointClass::is_refused_by_strict);
    ignored.targets.push(row_target(facts, row));
}

/// Whether a VirtualService of a gateway leads to a host: the rule is then meant for the gateway.
fn is_behind_gateway(facts: &Facts<'_>, host: &str) -> bool {
    let mesh = facts.mesh;
    let mut routes = mesh.virtual_services.iter();
    routes.any(|(route, namespace)| {
        let own = mesh.namespaces[*namespace].name.unwrap_or_default();
        let is_for_gateway = route
            .spec
            .gateways
            .iter()
            .any(|gateway| &*gateway.value != "mesh");
        let leads_there = |name: &str| {
            let full = normalize_host(name, own, &mesh.settings.cluster_domain.value);
            covers(host, &full)
        };
        let mut hosts = route.spec.destinations().filter_map(|to| to.host.as_ref());
        is_for_gateway && hosts.any(|name| leads_there(&name.value))
    })
}

impl CredentialNameWithoutSelector {
    fn report(self, facts: &Facts<'_>, ignored: &Ignored<'_>) -> Finding {
        let tls = ignored.tls;
        let meta = &tls.rule.meta;
        let message = format!(
            "{} makes {} send plaintext to {}: sidecars do not read its credentialName",
            destination_rule(tls.rule),
            ignored.clients.words(facts),
            list(&ignored.targets),
        );
        let name = tls.tls.credential_name.as_ref();
        let finding = self
            .finding(name.map_or(tls.span(), |name| name.span), message)
            .on(meta.object_name())
            .label("sidecars read it only where the rule has a workloadSelector")
            .help("add a `workloadSelector` for the workloads that call the host, or name mounted files")
            .detail(name.map_or_else(String::new, |name| name.value.to_string()))
            .related(tls.span(), "not in force on sidecars");
        let words = "one of them calls it, and not through a gateway";
        ignored
            .clients
            .assume(facts, finding)
            .assuming(Assumption::NotModelled, words)
    }
}
