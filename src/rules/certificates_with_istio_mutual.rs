//! `certificates-with-istio-mutual`

use std::collections::{BTreeMap, BTreeSet};

use super::clients::Clients;
use super::connections::row_target;
use super::hosts::rule_hosts;
use super::wording::{self, destination_rule, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumptions, Finding};
use crate::matrix::{EndpointClass, Row};
use crate::mesh::NamespaceId;
use crate::model::Object;
use crate::model::destination_rule::{ClientTls, DestinationRule, TlsMode, TrafficPolicy};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::ClusterReason;
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::Outcome;
use crate::source::Span;
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds certificates that a DestinationRule names and no proxy reads, as the mode is `ISTIO_MUTUAL` or
    /// `DISABLE`; and `MUTUAL` with the files of the mesh's own certificates towards a `PERMISSIVE` port, whose
    /// proxy recognises mTLS of the mesh by what `ISTIO_MUTUAL` alone announces.
    ///
    /// ## Why is this bad?
    /// With `ISTIO_MUTUAL` the mesh issues the certificates; files or a secret beside it suggest an
    /// authority that plays no part. With `MUTUAL` the server's proxy does not end the handshake and hands
    /// TLS to an application that expects none.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment
    ///   trafficPolicy:
    ///     tls:
    ///       mode: ISTIO_MUTUAL
    ///       caCertificates: /etc/pki/ca.pem
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment
    ///   trafficPolicy:
    ///     tls:
    ///       mode: ISTIO_MUTUAL
    /// ```
    pub struct CertificatesWithIstioMutual {
        id: "certificates-with-istio-mutual",
        family: DestinationRule,
        severity: Warning,
        effect: Refusal,
    }
}

impl Rule for CertificatesWithIstioMutual {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut foreign: BTreeMap<Span, Foreign<'_>> = BTreeMap::new();
        let mut refused: BTreeSet<Span> = BTreeSet::new();
        for row in facts.matrix.ruled().filter(|row| row.is_surely_routed()) {
            collect(facts, row, &mut foreign, &mut refused);
        }
        // What STRICT refuses is reported as such.
        foreign.retain(|span, foreign| !refused.contains(span) && !foreign.clients.is_empty());
        findings.extend(
            foreign
                .values()
                .map(|foreign| self.report_foreign(facts, foreign)),
        );
        for host in rule_hosts(facts) {
            let ignored = settings(host.rule).filter(|tls| !refused.contains(&tls.tls.span));
            findings.extend(ignored.filter_map(|tls| self.report_ignored(&host.full, tls)));
        }
    }
}

/// Every TLS part of a rule.
pub(super) fn settings(rule: &Object<DestinationRule>) -> impl Iterator<Item = TlsSetting<'_>> {
    let of_subsets = rule
        .spec
        .subsets
        .iter()
        .filter_map(|subset| subset.traffic_policy.as_ref());
    let policies = rule.spec.traffic_policy.iter().chain(of_subsets);
    policies
        .flat_map(|policy| of_policy(policy))
        .map(move |tls| TlsSetting { rule, tls })
}

fn of_policy(policy: &TrafficPolicy) -> impl Iterator<Item = &Spanned<ClientTls>> {
    let of_ports = policy
        .port_level_settings
        .iter()
        .filter_map(|entry| entry.tls.as_ref());
    policy.tls.iter().chain(of_ports)
}

/// The fields that name certificates, with their names.
fn certificates(tls: &ClientTls) -> Vec<(&'static str, &Spanned<Box<str>>)> {
    let fields = [
        ("clientCertificate", &tls.client_certificate),
        ("privateKey", &tls.private_key),
        ("caCertificates", &tls.ca_certificates),
        ("credentialName", &tls.credential_name),
    ];
    let set = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    set.filter(|(_, value)| !value.value.is_empty()).collect()
}

impl CertificatesWithIstioMutual {
    fn report_ignored(self, host: &str, tls: TlsSetting<'_>) -> Option<Finding> {
        let (does, help) = match tls.mode() {
            TlsMode::IstioMutual => (
                "use the mesh's certificates, not those",
                "remove the certificates: ISTIO_MUTUAL has its own",
            ),
            TlsMode::Disable => (
                "send plaintext and none of the certificates",
                "remove the certificates, or write the mode that uses them",
            ),
            TlsMode::Simple | TlsMode::Mutual => return None,
        };
        let fields = certificates(tls.tls);
        let (_, first) = fields.first()?;
        let meta = &tls.rule.meta;
        let message = format!(
            "clients of {host} {does} that {} names",
            destination_rule(tls.rule)
        );
        let finding = self
            .finding(first.key, message)
            .on(meta.object_name())
            .label(format!(
                "not read: {}",
                list(fields.iter().map(|(name, _)| *name))
            ))
            .help(help)
            .related(tls.span(), "in this mode")
            .detail(host.to_owned());
        Some(finding)
    }
}

/// MUTUAL towards proxies of the mesh.
struct Foreign<'a> {
    tls: TlsSetting<'a>,
    clients: Clients,
    targets: Vec<String>,
    server: NamespaceId,
    rests_on: Assumptions,
}

/// The MUTUAL that the clients of a row follow.
pub(super) fn own_certificates<'a>(row: &Row<'_, 'a>) -> Option<TlsSetting<'a>> {
    match row.cluster.reason {
        ClusterReason::Rule(tls) if tls.mode() == TlsMode::Mutual => Some(tls),
        _ => None,
    }
}

fn collect<'a>(
    facts: &Facts<'a>,
    row: &Row<'a, 'a>,
    foreign: &mut BTreeMap<Span, Foreign<'a>>,
    refused: &mut BTreeSet<Span>,
) {
    let ClusterReason::Rule(tls) = row.cluster.reason else {
        return;
    };
    if row.endpoints.iter().any(EndpointClass::is_refused_by_strict) {
        refused.insert(tls.tls.span);
    }
    let Some(tls) = own_certificates(row) else { return };
    for class in row.endpoints.iter() {
        let Some(server) = class
            .server
            .filter(|server| server.mode == Some(Mode::Permissive))
        else {
            continue;
        };
        // A handshake that is reset is reported as such.
        if class.outcome == Outcome::Refused || !has_mesh_certificates(tls.tls) {
            continue;
        }
        let foreign = foreign.entry(tls.tls.span).or_insert_with(|| Foreign {
            tls,
            clients: Clients::default(),
            targets: Vec::new(),
            server: facts.mesh.service(row.cluster.service).namespace,
            rests_on: Assumptions::NONE,
        });
        foreign.rests_on |= server.rests_on | row.cluster.rests_on;
        foreign.targets.push(row_target(facts, row));
        foreign.clients.add(facts, row);
    }
}

/// Whether the client's certificate lies where proxies keep, or kept, those of the mesh.
fn has_mesh_certificates(tls: &ClientTls) -> bool {
    const FOLDERS: [&str; 3] = [
        "/etc/certs/",
        "/istio-output-certs/",
        "/workload-spiffe-credentials/",
    ];
    let chain = tls.client_certificate.as_ref();
    chain.is_some_and(|path| FOLDERS.iter().any(|folder| path.value.contains(folder)))
}

impl CertificatesWithIstioMutual {
    fn report_foreign(self, facts: &Facts<'_>, foreign: &Foreign<'_>) -> Finding {
        let meta = &foreign.tls.rule.meta;
        let message = format!(
            "{} makes {} send mTLS to {}, whose proxies leave it to the application",
            destination_rule(foreign.tls.rule),
            foreign.clients.words(facts),
            list(&foreign.targets),
        );
        let finding = self
            .finding(foreign.tls.span(), message)
            .on(meta.object_name())
            .label("the proxies of the mesh end ISTIO_MUTUAL alone")
            .help("write `mode: ISTIO_MUTUAL` and remove the certificates, or remove `tls`")
            .detail(foreign.targets.first().cloned().unwrap_or_default());
        let finding = wording::assuming_server(finding, facts.mesh, foreign.server, foreign.rests_on);
        foreign.clients.assume(facts, finding)
    }
}
