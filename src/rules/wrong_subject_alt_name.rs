//! `wrong-subject-alt-name`

use std::collections::BTreeMap;

use super::clients::Clients;
use super::connections::row_target;
use super::manifest;
use super::wording::{self, destination_rule, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumptions, Finding};
use crate::matrix::Row;
use crate::mesh::ServiceId;
use crate::mesh::settings::Origin;
use crate::model::destination_rule::TlsMode;
use crate::resolve::client::{ClusterReason, Endpoint, EndpointPlace};
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::Outcome;
use crate::source::Span;
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds `subjectAltNames` of an `ISTIO_MUTUAL` setting that name no service account of the workloads
    /// behind the host. A workload's certificate holds one name:
    /// `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`.
    ///
    /// ## Why is this bad?
    /// Clients verify the server's certificate against these names, so that every connection fails. A DNS
    /// name never matches.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: payment}}
    ///     spec: {serviceAccountName: payment}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{port: 80}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment
    ///   trafficPolicy:
    ///     tls:
    ///       mode: ISTIO_MUTUAL
    ///       subjectAltNames: [payment.production.svc.cluster.local]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: payment}}
    ///     spec: {serviceAccountName: payment}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector: {app: payment}
    ///   ports: [{port: 80}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment
    ///   trafficPolicy:
    ///     tls:
    ///       mode: ISTIO_MUTUAL
    ///       subjectAltNames: ["spiffe://cluster.local/ns/production/sa/payment"]
    /// ```
    pub struct WrongSubjectAltName {
        id: "wrong-subject-alt-name",
        family: DestinationRule,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for WrongSubjectAltName {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut wrong: BTreeMap<Span, Wrong<'_>> = BTreeMap::new();
        for row in facts.matrix.ruled().filter(|row| row.is_surely_routed()) {
            collect(facts, row, &mut wrong);
        }
        let reported = wrong.values().filter(|wrong| !wrong.clients.is_empty());
        findings.extend(reported.map(|wrong| self.report(facts, wrong)));
    }
}

/// Names that no server has.
struct Wrong<'a> {
    tls: TlsSetting<'a>,
    clients: Clients,
    targets: Vec<String>,
    /// A service whose endpoints have other names.
    service: ServiceId,
    identities: Vec<Identity<'a>>,
    rests_on: Assumptions,
}

/// The identity of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity<'a> {
    namespace: &'a str,
    account: &'a str,
    /// Where it is said; nowhere for the account that pods have by default.
    at: Option<Span>,
}

impl<'a> Identity<'a> {
    fn of(facts: &Facts<'a>, endpoint: &Endpoint<'a>) -> Option<Identity<'a>> {
        let EndpointPlace::Workload(id) = endpoint.place else {
            return None;
        };
        let workload = facts.mesh.workload(id);
        let account = workload.service_account();
        Some(Identity {
            namespace: facts.mesh.namespaces[workload.namespace].name?,
            account: match account {
                Some(account) => &account.value,
                // A machine without an account has no identity.
                None if workload.machine().is_some() => return None,
                None => "default",
            },
            at: account.map(|account| account.span),
        })
    }

    /// The name in its certificate.
    fn name(self, trust_domain: &str) -> String {
        format!(
            "spiffe://{trust_domain}/ns/{}/sa/{}",
            self.namespace, self.account
        )
    }

    /// Whether a name is this one. Where the trust domain is only the default, any is taken for it.
    fn has_name(self, facts: &Facts<'_>, name: &str) -> bool {
        let domain = &facts.mesh.settings.trust_domain;
        let rest = self.name("");
        let (_, rest) = rest.split_at("spiffe://".len());
        let own = name
            .strip_prefix("spiffe://")
            .and_then(|name| name.strip_suffix(rest));
        own.is_some_and(|own| {
            let is_plain = !own.is_empty() && !own.contains('/');
            own == &*domain.value || (is_plain && domain.origin == Origin::Default)
        })
    }
}

/// The names that the clients of a row expect of servers of the mesh, with their setting.
pub(super) fn names<'a>(row: &Row<'_, 'a>) -> Option<(TlsSetting<'a>, &'a [Spanned<Box<str>>])> {
    let ClusterReason::Rule(tls) = row.cluster.reason else {
        return None;
    };
    let names = &tls.tls.subject_alt_names;
    (tls.mode() == TlsMode::IstioMutual && !names.is_empty()).then_some((tls, names))
}

fn collect<'a>(facts: &Facts<'a>, row: &Row<'a, 'a>, wrong: &mut BTreeMap<Span, Wrong<'a>>) {
    let Some((tls, names)) = names(row) else { return };
    if row.endpoints.is_empty() {
        return;
    }
    // Whatever else fails is another matter.
    if row.endpoints.iter().any(|class| class.outcome != Outcome::Mtls) {
        return;
    }
    let endpoints = row.endpoints.iter().flat_map(|class| &class.endpoints);
    let identities: Option<Vec<Identity<'a>>> =
        endpoints.map(|endpoint| Identity::of(facts, endpoint)).collect();
    let Some(identities) = identities else { return };
    let is_named = |identity: &Identity<'_>| names.iter().any(|name| identity.has_name(facts, &name.value));
    if identities.iter().any(is_named) {
        return;
    }
    let servers = row.endpoints.iter().filter_map(|class| class.server);
    let rests_on = servers.fold(row.cluster.rests_on, |all, server| all | server.rests_on);
    let wrong = wrong.entry(tls.tls.span).or_insert_with(|| Wrong {
        tls,
        clients: Clients::default(),
        targets: Vec::new(),
        service: row.cluster.service,
        identities: Vec::new(),
        rests_on: Assumptions::NONE,
    });
    wrong.rests_on |= rests_on;
    wrong.targets.push(row_target(facts, row));
    for identity in identities {
        if !wrong.identities.contains(&identity) {
            wrong.identities.push(identity);
        }
    }
    wrong.clients.add(facts, row);
}

impl WrongSubjectAltName {
    fn report(self, facts: &Facts<'_>, wrong: &Wrong<'_>) -> Finding {
        let meta = &wrong.tls.rule.meta;
        let names = &wrong.tls.tls.subject_alt_names;
        let first = &names[0];
        let message = format!(
            "{} makes {} refuse {}: its subjectAltNames name no service account behind it",
            destination_rule(wrong.tls.rule),
            wrong.clients.words(facts),
            list(&wrong.targets),
        );
        let domain = &facts.mesh.settings.trust_domain.value;
        let mut expected: Vec<String> = wrong
            .identities
            .iter()
            .map(|identity| identity.name(domain))
            .collect();
        expected.dedup();
        let mut finding = self
            .finding(first.span, message)
            .on(meta.object_name())
            .label("no given endpoint has this name")
            .help(format!("write {}", expected.join(", ")))
            .detail(first.value.to_string());
        // Of several hosts each has accounts of its own.
        let is_one_host = wrong
            .tls
            .rule
            .spec
            .host
            .as_ref()
            .is_some_and(|host| !host.starts_with('*'));
        if let (true, [_], [only]) = (is_one_host, &names[..], &expected[..]) {
            finding = finding.fix("name the service account", vec![manifest::replaced(first, only)]);
        }
        for at in wrong.identities.iter().filter_map(|identity| identity.at).take(3) {
            finding = finding.related(at, "the service account of an endpoint");
        }
        let service = facts.mesh.service(wrong.service);
        finding = wording::assuming_server(finding, facts.mesh, service.namespace, wrong.rests_on);
        let words = format!("no other workload is behind {}", service.host);
        finding = wording::assuming_no_others(finding, facts.mesh, service.namespace, words);
        wrong.clients.assume(facts, finding)
    }
}
