//! A repository of policies alone is the most common one: no Service, or no workload, shows what a rule's
//! host leads to. Then the namespace's own mode decides, and the finding says what it rests on.

use std::cell::OnceCell;

use super::Facts;
use super::clients::may_hold_sidecars;
use super::connections::related_policy;
use super::hosts::Endings;
use crate::finding::{Assumption, Assumptions, Finding};
use crate::mesh::{Mesh, NamespaceId, ServiceId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::Client;
use crate::resolve::compose::{self, Decided};
use crate::resolve::dataplane::{self, DataPlane};
use crate::resolve::destination::{TlsSetting, normalize_host};

/// A TLS setting that clients of its namespace follow, towards a namespace whose mode refuses it.
pub(super) struct Alone<'a> {
    /// The setting.
    pub(super) tls: TlsSetting<'a>,
    destination: Destination,
    server: Server,
    clients: NamespaceId,
}

/// The settings that are wrong towards servers in `mode`, where no given workload shows what they lead to.
pub(super) fn conflicts<'a>(
    facts: &Facts<'a>,
    mode: Mode,
    is_wrong: impl Fn(&TlsSetting<'_>) -> bool,
) -> Vec<Alone<'a>> {
    let mut found = Vec::new();
    let shown = OnceCell::new();
    for &(rule, clients) in &facts.mesh.destination_rules {
        let wrong: Vec<TlsSetting<'a>> = settings(rule).filter(&is_wrong).collect();
        let Some(destination) = Destination::of(facts, rule, clients).filter(|_| !wrong.is_empty()) else {
            continue;
        };
        if destination.leads_to_workloads(facts, &shown) {
            continue;
        }
        for tls in wrong {
            let Some(server) = destination.server(facts, mode) else {
                continue;
            };
            if destination.is_followed(facts, clients, &tls) {
                found.push(Alone {
                    tls,
                    server,
                    clients,
                    destination: destination.clone(),
                });
            }
        }
    }
    found
}

/// The TLS of a rule, that of subsets left out: only a route would lead there.
fn settings(rule: &Object<DestinationRule>) -> impl Iterator<Item = TlsSetting<'_>> {
    let policy = rule.spec.traffic_policy.as_ref().map(|policy| &policy.value);
    let of_ports = policy.into_iter().flat_map(|policy| &policy.port_level_settings);
    let own = policy.and_then(|policy| policy.tls.as_ref());
    own.into_iter()
        .chain(of_ports.filter_map(|entry| entry.tls.as_ref()))
        .map(move |tls| TlsSetting { rule, tls })
}

/// A rule's host, and the namespace in which it lies.
#[derive(Clone)]
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

    /// Whether given workloads show what happens, or nothing says that the namespace's workloads answer: a Service
    /// without a selector leads wherever its endpoints are.
    /// Wildcards are looked up among `shown`, which the first of them fills.
    fn leads_to_workloads(&self, facts: &Facts<'_>, shown: &OnceCell<Endings<()>>) -> bool {
        let is_shown = |id: ServiceId| {
            let service = facts.mesh.service(id);
            let has_endpoints = !facts.resolution.endpoints(id).is_empty();
            has_endpoints || service.kubernetes().is_none() || service.selector().is_none()
        };
        if !self.host.starts_with('*') {
            let services = facts.mesh.services_of_host(&self.host);
            return services.iter().any(|&id| is_shown(id));
        }
        let services = || facts.mesh.services().filter(|&(id, _)| is_shown(id));
        let shown = shown.get_or_init(|| Endings::of(services().map(|(_, service)| (&*service.host, ()))));
        shown.covered(&self.host).next().is_some()
    }

    fn namespace_id(&self, mesh: &Mesh<'_>) -> Option<NamespaceId> {
        self.namespace
            .as_deref()
            .and_then(|name| mesh.namespaces.find(name))
    }

    /// What decides on the mode of the namespace, if it is that one and sidecars can be expected to enforce it.
    fn server(&self, facts: &Facts<'_>, mode: Mode) -> Option<Server> {
        let mesh = facts.mesh;
        let namespace = self.namespace_id(mesh);
        let chosen = compose::choose_wide(mesh, namespace, "default", &mut ());
        let policy = chosen.overall(&mesh.policies, &mut ());
        if policy.mode != mode {
            return None;
        }
        let mut rests_on =
            chosen.rests_on | Assumption::ServiceNotGiven.into() | Assumption::WorkloadsNotGiven.into();
        match namespace.map(|namespace| dataplane::enrol_by_default(mesh, namespace)) {
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

impl Alone<'_> {
    /// Who follows the setting: `sidecars in web`.
    pub(super) fn clients(&self, facts: &Facts<'_>) -> String {
        format!(
            "sidecars in {}",
            facts.mesh.namespaces[self.clients].display_name()
        )
    }

    /// Where they connect to.
    pub(super) fn host(&self) -> &str {
        &self.destination.host
    }

    /// Adds what tells it from others, the policy that decided, and everything that was assumed.
    pub(super) fn complete(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        let finding = finding.detail(self.tls.part());
        let mut finding = related_policy(facts, finding, self.server.policy, None);
        for assumption in self.server.rests_on.iter() {
            if let Some(words) = self.words(assumption) {
                finding = finding.assuming(assumption, words);
            }
        }
        finding
    }

    fn words(&self, assumption: Assumption) -> Option<String> {
        let namespace = self.destination.namespace.as_deref();
        let place = namespace.map_or("the mesh".to_owned(), |name| format!("namespace {name}"));
        let words = match assumption {
            Assumption::NamespaceNotGiven => {
                format!(
                    "{place} is injected, as its {} policy implies",
                    self.server.policy.mode
                )
            }
            Assumption::ServiceNotGiven => format!("a Service {} exists", self.host()),
            Assumption::WorkloadsNotGiven => "its pods have sidecars and no policy of their own".to_owned(),
            Assumption::NoTimestamps => "of several policies the first by name is the oldest".to_owned(),
            Assumption::RevisionUnknown | Assumption::NotModelled => return None,
        };
        Some(words)
    }
}
