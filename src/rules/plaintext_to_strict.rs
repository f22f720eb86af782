//! `plaintext-to-strict`.

mod policies_alone;

use std::collections::BTreeMap;

use super::clients::Clients;
use super::hosts::{rule_name, target};
use super::wording::{self, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumptions, Edit, Finding};
use crate::matrix::{EndpointClass, Row};
use crate::mesh::{NamespaceId, ServiceId};
use crate::model::destination_rule::TlsMode;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, EndpointPlace, SentReason, Wire};
use crate::resolve::compose::{Decided, deciding_value};
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::Outcome;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules that make clients send plaintext to a port that accepts mutual TLS only. The
    /// plaintext may come from `mode: DISABLE`, from a `tls` without a mode, from a `credentialName` that
    /// sidecars do not read, or from an entry for a port that leaves out the `tls` of the rest.
    ///
    /// ## Why is this bad?
    /// Every connection is reset by the server's proxy. The client's log shows `503 UC` or
    /// `connection termination`, the server's `NR filter_chain_not_found`, and nothing names the rule.
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
    ///     tls: {mode: DISABLE}
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
    pub struct PlaintextToStrict {
        id: "plaintext-to-strict",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for PlaintextToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut conflicts: BTreeMap<Span, Conflict<'_>> = BTreeMap::new();
        for row in &facts.matrix.rows {
            collect(facts, row, &mut conflicts);
        }
        let reported = conflicts.values().filter(|conflict| !conflict.clients.is_empty());
        findings.extend(reported.map(|conflict| self.report(facts, conflict)));
        policies_alone::check(self, facts, findings);
    }
}

/// Everything that one TLS setting breaks.
#[derive(Debug)]
struct Conflict<'a> {
    cause: Cause<'a>,
    clients: Clients,
    /// Hosts with ports.
    targets: Vec<String>,
    /// The first service port and server that it was found on: they are shown.
    service: (ServiceId, u16),
    server: ServerView,
    rests_on: Assumptions,
}

/// Why plaintext is sent.
#[derive(Debug, Clone, Copy)]
struct Cause<'a> {
    tls: TlsSetting<'a>,
    kind: CauseKind,
    /// The value to change.
    at: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CauseKind {
    /// `mode: DISABLE`, or no mode.
    Disabled,
    /// A `credentialName` that sidecars do not read.
    Credential,
    /// An entry for the port without `tls`; endpoints are still told the rule's own mode.
    PortEntry,
}

/// The server that refuses.
#[derive(Debug, Clone, Copy)]
struct ServerView {
    namespace: NamespaceId,
    port: u16,
    policy: Decided,
}

fn cause_of<'a>(row: &Row<'_, 'a>, class: &EndpointClass<'a>) -> Option<Cause<'a>> {
    if let SentReason::Told(tls) = class.sent.reason {
        let entry = row.cluster.rule.and_then(|_| row.cluster.port_entry)?;
        let at = entry.part.port.as_ref().map_or(entry.part.span, |port| port.span);
        return Some(Cause {
            tls,
            kind: CauseKind::PortEntry,
            at,
        });
    }
    match row.cluster.reason {
        ClusterReason::Rule(tls) if tls.mode() == TlsMode::Disable => Some(Cause {
            tls,
            kind: CauseKind::Disabled,
            at: tls.span(),
        }),
        ClusterReason::CredentialIgnored(tls) => {
            let at = tls
                .tls
                .credential_name
                .as_ref()
                .map_or(tls.span(), |name| name.span);
            Some(Cause {
                tls,
                kind: CauseKind::Credential,
                at,
            })
        }
        _ => None,
    }
}

fn collect<'a>(facts: &Facts<'a>, row: &Row<'a, 'a>, conflicts: &mut BTreeMap<Span, Conflict<'a>>) {
    if !row.is_routed {
        return;
    }
    for class in &row.endpoints {
        let is_refused = class.sent.wire == Wire::Plaintext && class.outcome == Outcome::Refused;
        let strict = class.server.filter(|server| server.mode == Some(Mode::Strict));
        let (true, Some(server), Some(cause)) = (is_refused, strict, cause_of(row, class)) else {
            continue;
        };
        let Some(view) = server_view(facts, class, server.policy) else {
            continue;
        };
        let conflict = conflicts.entry(cause.at).or_insert_with(|| Conflict {
            cause,
            clients: Clients::default(),
            targets: Vec::new(),
            service: (row.service, row.port),
            server: view,
            rests_on: Assumptions::NONE,
        });
        conflict.rests_on |= server.rests_on | row.cluster.rests_on;
        conflict.targets.push(target(facts, row.service, row.port));
        for members in &row.clients {
            conflict.clients.add(facts, members);
        }
    }
}

fn server_view(facts: &Facts<'_>, class: &EndpointClass<'_>, policy: Decided) -> Option<ServerView> {
    let endpoint = class.endpoints.first()?;
    let EndpointPlace::Workload(workload) = endpoint.place else {
        return None;
    };
    let namespace = facts.mesh.workload(workload).namespace;
    Some(ServerView {
        namespace,
        port: endpoint.port,
        policy,
    })
}

impl PlaintextToStrict {
    fn report(&self, facts: &Facts<'_>, conflict: &Conflict<'_>) -> Finding {
        let cause = conflict.cause;
        let rule = &cause.tls.rule.meta;
        let (service, port) = conflict.service;
        let message = format!(
            "{} makes {} send plaintext to {}, where STRICT refuses it",
            rule_name(rule),
            conflict.clients.words(facts),
            list(&conflict.targets),
        );
        let service = facts.mesh.service(service);
        let mut finding = self
            .finding(cause.at, message)
            .on(rule.object_name())
            .label(cause_label(cause))
            .help(help(cause))
            .detail(conflict.targets.first().cloned().unwrap_or_default());
        if let Some(edit) = edit(cause) {
            finding = finding.fix("send mutual TLS of the mesh", vec![edit]);
        }
        finding = related_policy(facts, finding, conflict.server.policy, Some(conflict.server.port));
        if cause.kind == CauseKind::PortEntry {
            finding = finding.related(cause.tls.span(), "endpoints are still told this mode");
        }
        if let Some(port) = service.port(port) {
            let leads = format!(
                "port {} leads to port {} of the pods",
                port.number, conflict.server.port
            );
            finding = finding.related(port.span, leads);
        }
        finding = wording::assuming_server(finding, facts.mesh, conflict.server.namespace, conflict.rests_on);
        conflict.clients.assume(facts, finding)
    }
}

fn cause_label(cause: Cause<'_>) -> &'static str {
    match cause.kind {
        CauseKind::Disabled if cause.tls.tls.mode.is_some() => "clients send plaintext",
        CauseKind::Disabled => "without a mode, clients send plaintext",
        CauseKind::Credential => "sidecars do not read it and send plaintext",
        CauseKind::PortEntry => "this entry leaves out `tls`",
    }
}

fn help(cause: Cause<'_>) -> &'static str {
    match cause.kind {
        CauseKind::Disabled => "write `mode: ISTIO_MUTUAL`, or remove `tls` and let auto-mTLS decide",
        CauseKind::Credential => {
            "write `mode: ISTIO_MUTUAL` without `credentialName`: the mesh's own certificates are what STRICT asks for"
        }
        CauseKind::PortEntry => {
            "repeat `tls: {mode: ISTIO_MUTUAL}` in this entry, or remove the rule's own `tls`"
        }
    }
}

/// Only a spelt-out mode can be replaced in place.
fn edit(cause: Cause<'_>) -> Option<Edit> {
    let mode = cause
        .tls
        .tls
        .mode
        .as_ref()
        .filter(|_| cause.kind == CauseKind::Disabled)?;
    Some(Edit {
        span: mode.span,
        text: "ISTIO_MUTUAL".to_owned(),
    })
}

fn related_policy(facts: &Facts<'_>, finding: Finding, policy: Decided, port: Option<u16>) -> Finding {
    let policies = &facts.mesh.policies;
    let (Some(value), Some(by)) = (deciding_value(policies, policy, port), policy.by) else {
        return finding;
    };
    let name = policies[by].object.meta.qualified_name();
    let what = match port {
        Some(port) => format!("{name} makes port {port} {}", policy.mode),
        None => format!("{name} makes it {}", policy.mode),
    };
    finding.related(value.span, what)
}
