//! `port-settings-drop-tls`

use std::collections::BTreeMap;

use super::clients::Clients;
use super::connections::row_target;
use super::wording::{self, destination_rule, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumptions, Finding};
use crate::matrix::{EndpointClass, Row};
use crate::mesh::NamespaceId;
use crate::model::destination_rule::PortPolicy;
use crate::resolve::client::Wire;
use crate::resolve::destination::{MergedRule, Owned, TlsSetting, hidden_tls};
use crate::resolve::outcome::{Outcome, meet};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds entries of `portLevelSettings` without `tls` in a policy that sets `tls`, where that changes
    /// what clients send. An entry for a port replaces the whole policy; it does not complete it.
    ///
    /// ## Why is this bad?
    /// An entry that was only meant to limit connections takes TLS away from its port, mostly without an
    /// error: the other side accepts plaintext, or it is another system that resets the connection.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: ServiceEntry
    /// metadata: {name: ledger, namespace: production}
    /// spec:
    ///   hosts: [ledger.example.com]
    ///   resolution: DNS
    ///   ports:
    ///     - {number: 443, name: https, protocol: HTTPS}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: ledger, namespace: production}
    /// spec:
    ///   host: ledger.example.com
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
    ///     portLevelSettings:
    ///       - port: {number: 443}
    ///         connectionPool: {tcp: {maxConnections: 10}}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: ServiceEntry
    /// metadata: {name: ledger, namespace: production}
    /// spec:
    ///   hosts: [ledger.example.com]
    ///   resolution: DNS
    ///   ports:
    ///     - {number: 443, name: https, protocol: HTTPS}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: ledger, namespace: production}
    /// spec:
    ///   host: ledger.example.com
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
    ///     portLevelSettings:
    ///       - port: {number: 443}
    ///         connectionPool: {tcp: {maxConnections: 10}}
    ///         tls: {mode: SIMPLE}
    /// ```
    pub struct PortSettingsDropTls {
        id: "port-settings-drop-tls",
        family: DestinationRule,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for PortSettingsDropTls {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut losses: BTreeMap<Span, Loss<'_>> = BTreeMap::new();
        for row in facts.matrix.ruled().filter(|row| row.is_surely_routed()) {
            collect(facts, row, &mut losses);
        }
        // What STRICT refuses is reported as such.
        let reported = losses
            .values()
            .filter(|loss| !loss.is_refused && !loss.clients.is_empty());
        findings.extend(reported.map(|loss| self.report(facts, loss)));
    }
}

/// Everything that one entry changes.
struct Loss<'a> {
    entry: Owned<'a, PortPolicy>,
    hidden: TlsSetting<'a>,
    /// The bytes that are sent on the first port where it was found.
    sent: Wire,
    clients: Clients,
    targets: Vec<String>,
    /// The namespace of the service.
    server: NamespaceId,
    is_refused: bool,
    rests_on: Assumptions,
}

/// The entry for a port that the clients of a row follow, with its rule.
pub(super) fn entry<'s, 'a>(row: &Row<'s, 'a>) -> Option<(&'s MergedRule<'a>, Owned<'a, PortPolicy>)> {
    row.cluster.rule.zip(row.cluster.port_entry)
}

fn collect<'a>(facts: &Facts<'a>, row: &Row<'a, 'a>, losses: &mut BTreeMap<Span, Loss<'a>>) {
    let Some((rule, entry)) = entry(row) else { return };
    let Some(hidden) = hidden_tls(rule, row.cluster.port, row.subset) else {
        return;
    };
    let is_refused = row.endpoints.iter().any(EndpointClass::is_refused_by_strict);
    let Some(changed) = changed(facts, row, hidden) else {
        return;
    };
    let loss = losses.entry(entry.part.span).or_insert_with(|| Loss {
        entry,
        hidden,
        sent: changed.sent.wire,
        clients: Clients::default(),
        targets: Vec::new(),
        server: facts.mesh.service(row.cluster.service).namespace,
        is_refused: false,
        rests_on: Assumptions::NONE,
    });
    loss.is_refused |= is_refused;
    loss.rests_on |= row.cluster.rests_on;
    loss.targets.push(row_target(facts, row));
    loss.clients.add(facts, row);
}

/// Endpoints that get something else than the rest of the rule says, and would take that.
fn changed<'r, 'a>(
    facts: &Facts<'a>,
    row: &'r Row<'a, 'a>,
    hidden: TlsSetting<'a>,
) -> Option<&'r EndpointClass<'a>> {
    let meant = row.cluster.setting(row.client, hidden);
    row.endpoints.iter().find(|class| {
        let Some(endpoint) = class.endpoints.first() else {
            return false;
        };
        let wire = facts.senders.send(&meant, endpoint).wire;
        let is_refused = class
            .server
            .is_some_and(|server| meet(wire, server.accepts) == Outcome::Refused);
        wire != class.sent.wire && !is_refused
    })
}

impl PortSettingsDropTls {
    fn report(self, facts: &Facts<'_>, loss: &Loss<'_>) -> Finding {
        let meta = &loss.entry.rule.meta;
        let mode = loss.hidden.mode().as_str();
        let message = format!(
            "{} makes {} send {} to {}: its entry for the port drops {mode}",
            destination_rule(loss.entry.rule),
            loss.clients.words(facts),
            wording::wire(loss.sent),
            list(&loss.targets),
        );
        let entry = loss.entry.part;
        let at = entry.port.as_ref().map_or(entry.span, |port| port.span);
        let finding = self
            .finding(at, message)
            .on(meta.object_name())
            .label("this entry leaves out `tls`")
            .help(format!(
                "repeat the `tls` with `mode: {mode}` in this entry: it replaces the whole policy for its port"
            ))
            .related(loss.hidden.span(), "holds for all other ports")
            .detail(entry.number().unwrap_or_default().to_string());
        let finding = wording::assuming_server(finding, facts.mesh, loss.server, loss.rests_on);
        loss.clients.assume(facts, finding)
    }
}
