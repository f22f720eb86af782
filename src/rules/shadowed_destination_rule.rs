//! `shadowed-destination-rule`

use std::collections::BTreeMap;

use super::clients::Clients;
use super::connections::target;
use super::wording::{self, destination_rule, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumption, Assumptions, Finding, Severity};
use crate::mesh::age::is_ordered_by_time;
use crate::mesh::{NamespaceId, Protocol, Service, ServiceId};
use crate::resolve::classes::ClientClass;
use crate::resolve::client::{ClusterReason, Visibility, Wire};
use crate::resolve::destination::{MergedRule, Shadowed, Shadowing, Sight};
use crate::resolve::outcome::{Outcome, outcome};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules that lose to another one for some clients: to an older one of the same
    /// namespace for the same host, to a wildcard in the client's namespace, to a rule that selects other
    /// workloads there, or to a more specific one that is not shown to the client. Rules of different
    /// namespaces are never merged, and of one namespace a single `trafficPolicy` counts.
    ///
    /// ## Why is this bad?
    /// What the loser says about TLS is not in force, without any sign of it. It is an error where other
    /// bytes are sent to a given endpoint, else a warning.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: ServiceEntry
    /// metadata: {name: ledger, namespace: production}
    /// spec:
    ///   hosts: [ledger.example.com]
    ///   resolution: DNS
    ///   ports: [{number: 443, name: https, protocol: HTTPS}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: a-limits, namespace: production}
    /// spec:
    ///   host: ledger.example.com
    ///   trafficPolicy:
    ///     connectionPool: {tcp: {maxConnections: 10}}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: b-tls, namespace: production}
    /// spec:
    ///   host: ledger.example.com
    ///   trafficPolicy:
    ///     tls: {mode: SIMPLE}
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
    ///   ports: [{number: 443, name: https, protocol: HTTPS}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: ledger, namespace: production}
    /// spec:
    ///   host: ledger.example.com
    ///   trafficPolicy:
    ///     connectionPool: {tcp: {maxConnections: 10}}
    ///     tls: {mode: SIMPLE}
    /// ```
    pub struct ShadowedDestinationRule {
        id: "shadowed-destination-rule",
        family: DestinationRule,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for ShadowedDestinationRule {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut losses: BTreeMap<(Span, Span), Loss<'_>> = BTreeMap::new();
        if facts.mesh.destination_rules.len() > 1 {
            for (id, service) in facts.mesh.services() {
                collect(facts, id, service, &mut losses);
            }
        }
        // Mutual TLS to a server that takes none is reported as such.
        let reported = losses
            .values()
            .filter(|loss| !loss.is_refused && !loss.clients.is_empty());
        findings.extend(reported.map(|loss| self.report(facts, loss)));
    }
}

/// What a rule loses to another one.
struct Loss<'a> {
    shadowed: Shadowed<'a>,
    clients: Clients,
    targets: Vec<String>,
    /// The first difference in bytes: sent, and meant by the loser.
    change: Option<Change>,
    is_refused: bool,
}

struct Change {
    target: String,
    sent: Wire,
    meant: Wire,
    server: NamespaceId,
    rests_on: Assumptions,
}

fn collect<'a>(
    facts: &Facts<'a>,
    id: ServiceId,
    service: &Service<'a>,
    losses: &mut BTreeMap<(Span, Span), Loss<'a>>,
) {
    let rules = || facts.senders.every_index();
    // Another name has the rules of the service behind it.
    if service.external_name().is_some() || !rules().any(|rules| rules.has_several(&service.host)) {
        return;
    }
    let sample = facts.groups.sample(facts.senders, id);
    let is_spared = |class: &ClientClass<'_, 'a>| shadowed(facts, service, class).is_empty();
    if sample.is_some_and(|sample| sample.iter().all(is_spared)) {
        return;
    }
    for class in facts.groups.classes(facts.senders, id) {
        for shadowed in shadowed(facts, service, &class) {
            add(facts, id, service, &class, shadowed, losses);
        }
    }
}

/// The rules for a service that lose for a class of clients.
fn shadowed<'a>(facts: &Facts<'a>, service: &Service<'a>, class: &ClientClass<'_, 'a>) -> Vec<Shadowed<'a>> {
    if !class.client.follows_rules() {
        return Vec::new();
    }
    let sight = Sight {
        mesh: facts.mesh,
        client: class.client.namespace,
        labels: class.client.labels,
        host: &service.host,
        service_namespace: service.namespace,
    };
    facts.senders.destinations(class.client.revision).shadowed(&sight)
}

fn add<'a>(
    facts: &Facts<'a>,
    id: ServiceId,
    service: &Service<'a>,
    class: &ClientClass<'a, 'a>,
    shadowed: Shadowed<'a>,
    losses: &mut BTreeMap<(Span, Span), Loss<'a>>,
) {
    let client = &class.client;
    let alone = MergedRule::alone(shadowed.loser);
    let ports = service.ports.iter().filter(|port| {
        port.protocol != Protocol::Udp
            && facts.senders.visibility(client, id, port.number) == Visibility::Visible
    });
    for port in ports {
        let key = (shadowed.loser.meta.span, shadowed.winner.meta.span);
        let loss = losses.entry(key).or_insert_with(|| Loss::of(shadowed));
        let target = target(facts, id, port.number);
        let actual = facts.senders.cluster(client, id, port.number, None);
        let meant = facts
            .senders
            .cluster_following(Some(&alone), client, id, port.number, None);
        for endpoint in facts.senders.endpoints(id, service, port.number) {
            let actually = facts.senders.send(&actual, &endpoint);
            let alone = facts.senders.send(&meant, &endpoint);
            let (sent, meant) = (actually.wire, alone.wire);
            let is_forced = matches!(actual.reason, ClusterReason::Rule(_)) && sent == Wire::IstioMtls;
            loss.is_refused |= is_forced && outcome(facts.resolution, sent, &endpoint) == Outcome::Refused;
            if sent != meant {
                loss.add_change(Change {
                    target: target.clone(),
                    sent,
                    meant,
                    server: service.namespace,
                    rests_on: actually.rests_on | alone.rests_on,
                });
            }
        }
        loss.targets.push(target);
        for members in &class.members {
            loss.clients.add_class(facts, client, members);
        }
    }
}

impl<'a> Loss<'a> {
    fn of(shadowed: Shadowed<'a>) -> Self {
        Loss {
            shadowed,
            clients: Clients::default(),
            targets: Vec::new(),
            change: None,
            is_refused: false,
        }
    }

    /// Keeps the first change, and rather one that is certain.
    fn add_change(&mut self, change: Change) {
        let is_better =
            |known: &Change| known.rests_on != Assumptions::NONE && change.rests_on == Assumptions::NONE;
        if self.change.as_ref().is_none_or(is_better) {
            self.change = Some(change);
        }
    }

    fn help(&self) -> String {
        let Shadowed { loser, winner, .. } = self.shadowed;
        let namespace =
            |rule: &crate::model::Object<_>| rule.meta.namespace_name().unwrap_or("its").to_owned();
        match self.shadowed.cause {
            Shadowing::SameHost => "merge both into one DestinationRule with one `exportTo`".to_owned(),
            Shadowing::Wildcard => format!(
                "repeat its policy in a rule for the very host in namespace {}, or remove the wildcard there",
                namespace(winner)
            ),
            Shadowing::Selector => format!(
                "add a rule without workloadSelector for the host in namespace {}, with `exportTo` left out",
                namespace(winner)
            ),
            Shadowing::Hidden => format!(
                "add these clients to the exportTo of {}, or repeat the policy of {} where they see it",
                winner.meta.qualified_name(),
                loser.meta.qualified_name()
            ),
        }
    }
}

impl ShadowedDestinationRule {
    fn report(self, facts: &Facts<'_>, loss: &Loss<'_>) -> Finding {
        let Shadowed { loser, winner, cause } = loss.shadowed;
        let (severity, effect) = match &loss.change {
            Some(change) => {
                let Change {
                    target, sent, meant, ..
                } = change;
                let (sent, meant) = (wording::wire(*sent), wording::wire(*meant));
                (
                    Severity::Error,
                    format!(" and send {sent} to {target}, not {meant}"),
                )
            }
            None => (Severity::Warning, format!(" for {}", list(&loss.targets))),
        };
        let message = format!(
            "{} makes {} ignore {}{effect}",
            destination_rule(winner),
            loss.clients.words(facts),
            loser.meta.qualified_name(),
        );
        let mut finding = self
            .finding(loser.meta.name.span, message)
            .severity(severity)
            .on(loser.meta.object_name())
            .label("not followed")
            .help(loss.help())
            .related(winner.meta.name.span, "comes first")
            .detail(winner.meta.qualified_name());
        if cause == Shadowing::SameHost && !is_ordered_by_time(&loser.meta, &winner.meta) {
            finding = finding.assuming(
                Assumption::NoTimestamps,
                "of the two rules the first by name is the older",
            );
        }
        if let Some(change) = &loss.change {
            finding = wording::assuming_enrolment(finding, facts.mesh, change.server, change.rests_on);
        }
        loss.clients.assume(facts, finding)
    }
}
