//! A repository of policies alone is the most common one: no Service, or no workload, shows what a rule's
//! host leads to. Then the namespace's own mode decides, and the finding says what it rests on.

use super::super::clients::may_hold_sidecars;
use super::super::hosts::rule_name;
use super::{Cause, CauseKind, PlaintextToStrict, cause_label, edit, help, related_policy};
use crate::finding::{Assumption, Assumptions, Finding};
use crate::mesh::{Mesh, NamespaceId};
use crate::model::Object;
use crate::model::destination_rule::{ClientTls, DestinationRule, TlsMode, TrafficPolicy};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::Client;
use crate::resolve::compose::{self, Decided};
use crate::resolve::dataplane::{self, DataPlane};
use crate::resolve::destination::{TlsSetting, covers, normalize_host};
use crate::rules::{Declared, Facts};
use crate::yaml::Spanned;

pub(super) fn check(rule: &PlaintextToStrict, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for &(object, namespace) in &facts.mesh.destination_rules {
        let Some(destination) = Destination::of(facts, object, namespace) else {
            continue;
        };
        let disabled = disabled_settings(object);
        if disabled.is_empty() || destination.leads_to_workloads(facts) {
            continue;
        }
        let Some(server) = destination.server(facts) else {
            continue;
        };
        for tls in disabled
            .into_iter()
            .filter(|tls| destination.is_followed(facts, namespace, tls))
        {
            findings.push(report(rule, facts, &destination, &server, tls, namespace));
        }
    }
}

/// The parts of a rule that make clients send plaintext, those of subsets left out: only a route would
/// lead there.
fn disabled_settings(rule: &Object<DestinationRule>) -> Vec<TlsSetting<'_>> {
    let Some(policy) = &rule.spec.traffic_policy else {
        return Vec::new();
    };
    let of_ports = policy
        .port_level_settings
        .iter()
        .filter_map(|entry| entry.tls.as_ref());
    let all = own_tls(policy).into_iter().chain(of_ports);
    all.filter(|tls| tls.effective_mode() == TlsMode::Disable)
        .map(|tls| TlsSetting { rule, tls })
        .collect()
}

fn own_tls(policy: &TrafficPolicy) -> Option<&Spanned<ClientTls>> {
    policy.tls.as_ref()
}

/// A rule's host, and the namespace in which it lies.
struct Destination {
    host: String,
    /// `None` for a host of all namespaces.
    namespace: Option<String>,
}

/// What is known of whoever answers there.
struct Server {
    policy: Decided,
    rests_on: Assumptions,
}

impl Destination {
    /// The destination of a rule, if its host is one of the cluster's Services.
    fn of(facts: &Facts<'_>, rule: &Object<DestinationRule>, own: NamespaceId) -> Option<Destination> {
        let mesh = facts.mesh;
        let domain = &mesh.settings.cluster_domain.value;
        let host = rule.spec.host.as_ref()?;
        let host = normalize_host(&host.value, mesh.namespaces[own].name.unwrap_or_default(), domain);
        let suffix = format!(".svc.{domain}");
        let namespace = match host.strip_suffix(&suffix) {
            Some("*") => None,
            Some(name) => Some(name.rsplit('.').next()?.to_owned()),
            None if host == "*" || suffix.ends_with(host.strip_prefix('*')?) => None,
            None => return None,
        };
        Some(Destination { host, namespace })
    }

    /// Whether given workloads show what happens, so that nothing is left to assume.
    fn leads_to_workloads(&self, facts: &Facts<'_>) -> bool {
        facts.mesh.services().any(|(id, service)| {
            covers(&self.host, &service.host)
                && (!facts.resolution.endpoints(id).is_empty() || service.kubernetes().is_none())
        })
    }

    fn namespace_id(&self, mesh: &Mesh<'_>) -> Option<NamespaceId> {
        self.namespace
            .as_deref()
            .and_then(|name| mesh.namespaces.find(name))
    }

    /// The mode of the namespace, if it is STRICT and sidecars can be expected to enforce it.
    fn server(&self, facts: &Facts<'_>) -> Option<Server> {
        let mesh = facts.mesh;
        let namespace = self.namespace_id(mesh);
        let chosen = compose::choose_wide(mesh, namespace, "default", &mut ());
        let policy = chosen.overall(&mesh.policies, &mut ());
        if policy.mode != Mode::Strict {
            return None;
        }
        let mut rests_on =
            chosen.rests_on | Assumption::ServiceNotGiven.into() | Assumption::WorkloadsNotGiven.into();
        match namespace.map(|namespace| dataplane::enrol_plain_pod(mesh, namespace)) {
            Some(enrolment) if enrolment.plane != DataPlane::Sidecar => return None,
            Some(enrolment) => rests_on |= enrolment.rests_on,
            None => rests_on |= Assumption::NamespaceNotGiven.into(),
        }
        Some(Server { policy, rests_on })
    }

    /// Whether clients of the rule's own namespace follow this very setting, and could exist.
    fn is_followed(&self, facts: &Facts<'_>, own: NamespaceId, tls: &TlsSetting<'_>) -> bool {
        let client = Client::any_sidecar_in(facts.resolution, Some(own));
        let Some(host_namespace) = self.namespace_id(facts.mesh).or(Some(own)) else {
            return false;
        };
        let host = self.host.replacen('*', "any", 1);
        let rules = facts.senders.destinations(client.revision);
        let followed = rules.rule(facts.mesh, client.namespace, None, &host, host_namespace);
        let is_policy_followed = followed
            .and_then(|rule| rule.policy)
            .is_some_and(|policy| policy.rule.meta.span == tls.rule.meta.span);
        is_policy_followed && may_hold_sidecars(facts, own)
    }
}

fn report(
    rule: &PlaintextToStrict,
    facts: &Facts<'_>,
    destination: &Destination,
    server: &Server,
    tls: TlsSetting<'_>,
    own: NamespaceId,
) -> Finding {
    let cause = Cause {
        tls,
        kind: CauseKind::Disabled,
        at: tls.span(),
    };
    let clients = facts.mesh.namespaces[own].display_name();
    let message = format!(
        "{} makes sidecars in {clients} send plaintext to {}, where STRICT refuses it",
        rule_name(&cause.tls.rule.meta),
        destination.host,
    );
    let mut finding = rule
        .finding(cause.at, message)
        .on(tls.rule.meta.object_name())
        .label(cause_label(cause))
        .help(help(cause))
        .detail(destination.host.clone());
    if let Some(edit) = edit(cause) {
        finding = finding.fix("send mutual TLS of the mesh", vec![edit]);
    }
    finding = related_policy(facts, finding, server.policy, None);
    assume(finding, destination, server)
}

fn assume(mut finding: Finding, destination: &Destination, server: &Server) -> Finding {
    let place = destination
        .namespace
        .as_deref()
        .map_or("the mesh".to_owned(), |name| format!("namespace {name}"));
    for assumption in server.rests_on.iter() {
        let words = match assumption {
            Assumption::NamespaceNotGiven => format!("{place} is injected, as its STRICT policy implies"),
            Assumption::ServiceNotGiven => format!("a Service {} exists", destination.host),
            Assumption::WorkloadsNotGiven => "its pods have sidecars and no policy of their own".to_owned(),
            Assumption::NoTimestamps => "of several policies the first by name is the oldest".to_owned(),
            Assumption::RevisionUnknown | Assumption::NotModelled => continue,
        };
        finding = finding.assuming(assumption, words);
    }
    finding
}
