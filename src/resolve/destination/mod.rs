//! Which DestinationRule a client follows for a host. Rules of one namespace and host are merged, rules
//! of different namespaces never are, and the first of three places that has any for the host wins
//! (`pilot/pkg/model/push_context.go` `setDestinationRules`, `destinationRule`).

mod hosts;
mod merge;
mod policy;
mod shadow;

use super::labels::Labels;
use crate::hash::HashMap;
use crate::mesh::age::age;
use crate::mesh::{Mesh, NamespaceId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;

pub use hosts::{HostMap, covers, normalize as normalize_host};
pub use merge::{ExportTo, MergedRule, Owned};
pub use policy::{ClusterPolicy, TlsSetting, eds_mode, hidden_tls};
pub use shadow::{Shadowed, Shadowing};

/// Every rule, merged and indexed as istiod keeps them.
#[derive(Debug, Default)]
pub struct Destinations<'o> {
    /// What clients of a namespace see first, exported or not.
    local: HashMap<NamespaceId, HostMap<Vec<MergedRule<'o>>>>,
    /// What the namespace shows to others.
    exported: HashMap<NamespaceId, HostMap<Vec<MergedRule<'o>>>>,
    /// Private rules of the root namespace, for clients there.
    root_local: HostMap<Vec<MergedRule<'o>>>,
    /// How many rules there are for a host.
    counts: HostMap<usize>,
    /// Which namespaces have a local rule for a host.
    namespaces: HostMap<Vec<NamespaceId>>,
}

/// A client that looks for the rule of a host.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a, 'm, 'o> {
    /// The mesh.
    pub mesh: &'m Mesh<'o>,
    /// The client's namespace; `None` is one that no manifest speaks of.
    pub client: Option<NamespaceId>,
    /// Its labels; `None` for a client of which nothing more is known.
    pub labels: Option<&'a Labels<'o>>,
    /// The host.
    pub host: &'a str,
    /// The namespace of the service of that host.
    pub service_namespace: NamespaceId,
}

impl Sight<'_, '_, '_> {
    /// Whether a rule is shown to the client.
    fn reaches(&self, export_to: &ExportTo) -> bool {
        export_to.reaches(self.client.and_then(|client| self.mesh.namespaces[client].name))
    }
}

impl<'o> Destinations<'o> {
    /// Merges and indexes the rules that a control plane of a revision reads.
    pub fn new(mesh: &Mesh<'o>, revision: &str) -> Self {
        let mut rules: Vec<_> = mesh
            .destination_rules
            .iter()
            .filter(|(rule, _)| rule.meta.is_read_by(revision))
            .map(|&(rule, namespace)| (rule, namespace))
            .collect();
        // Rules with a selector come first, then the oldest.
        rules.sort_by_key(|(rule, _)| (rule.spec.workload_selector.is_none(), age(&rule.meta)));
        let mut destinations = Destinations::default();
        for (rule, namespace) in rules {
            destinations.add(mesh, rule, namespace);
        }
        destinations
    }

    fn add(&mut self, mesh: &Mesh<'o>, rule: &'o Object<DestinationRule>, namespace: NamespaceId) {
        let Some(host) = rule.spec.host.as_ref() else {
            return;
        };
        let own = mesh.namespaces[namespace].name.unwrap_or_default();
        let host = normalize_host(&host.value, own, &mesh.settings.cluster_domain.value);
        *self.counts.slot(&host) += 1;
        let export_to = ExportTo::of(rule);
        if export_to.includes_own(own) {
            merge::add(
                self.local.entry(namespace).or_default().slot(&host),
                rule,
                &export_to,
            );
            let namespaces = self.namespaces.slot(&host);
            if namespaces.last() != Some(&namespace) && !namespaces.contains(&namespace) {
                namespaces.push(namespace);
            }
        }
        let default = &mesh.settings.default_destination_rule_export_to.value;
        if !export_to.is_private_only(own, default) {
            merge::add(
                self.exported.entry(namespace).or_default().slot(&host),
                rule,
                &export_to,
            );
        } else if mesh.root == Some(namespace) {
            merge::add(self.root_local.slot(&host), rule, &export_to);
        }
    }

    /// The rules for a host as a client's namespace sees them: the first place that has any.
    fn visible<'a>(
        &'a self,
        mesh: &Mesh<'o>,
        client: Option<NamespaceId>,
        host: &'a str,
        service_namespace: NamespaceId,
    ) -> Vec<&'a MergedRule<'o>> {
        let own = if client.is_some() && mesh.root == client {
            self.root_local.most_specific(host)
        } else {
            let local = client.and_then(|client| self.local.get(&client));
            local.and_then(|rules| rules.most_specific(host))
        };
        if let Some(rules) = own {
            return rules.iter().collect();
        }
        let client_name = client.and_then(|client| mesh.namespaces[client].name);
        // The most specific host is chosen before visibility is looked at, so that a hidden exact rule
        // hides a visible wildcard of the same namespace.
        let exported = |namespace: NamespaceId| -> Vec<&'a MergedRule<'o>> {
            let rules = self
                .exported
                .get(&namespace)
                .and_then(|rules| rules.most_specific(host));
            rules
                .into_iter()
                .flatten()
                .filter(|rule| rule.export_to.reaches(client_name))
                .collect()
        };
        let of_service = exported(service_namespace);
        match mesh.root {
            Some(root) if of_service.is_empty() => exported(root),
            _ => of_service,
        }
    }

    /// The rule that a client follows: one whose selector has the client's labels, else the last one
    /// without a selector. `labels` are `None` for a client of which nothing more is known.
    pub fn rule<'a>(
        &'a self,
        mesh: &Mesh<'o>,
        client: Option<NamespaceId>,
        labels: Option<&Labels<'_>>,
        host: &'a str,
        service_namespace: NamespaceId,
    ) -> Option<&'a MergedRule<'o>> {
        let rules = self.visible(mesh, client, host, service_namespace);
        let client_name = client.and_then(|client| mesh.namespaces[client].name);
        let selecting = rules.iter().find(|rule| {
            let selector = rule.selector();
            let is_own = rule.base().meta.namespace_name() == client_name;
            is_own && selector.is_some_and(|selector| labels.is_some_and(|labels| labels.match_all(selector)))
        });
        let catch_all = || rules.iter().rev().find(|rule| rule.selector().is_none());
        selecting.or_else(catch_all).copied()
    }

    /// The rule that a client follows.
    fn seen<'a>(&'a self, sight: &Sight<'a, '_, 'o>) -> Option<&'a MergedRule<'o>> {
        let Sight {
            mesh,
            client,
            labels,
            host,
            service_namespace,
        } = *sight;
        self.rule(mesh, client, labels, host, service_namespace)
    }

    /// The rules for a host that a namespace shows to others, whoever they are.
    pub fn exported_for<'a>(
        &'a self,
        namespace: NamespaceId,
        host: &'a str,
    ) -> impl Iterator<Item = &'a MergedRule<'o>> {
        let rules = self
            .exported
            .get(&namespace)
            .and_then(|rules| rules.most_specific(host));
        rules.into_iter().flatten()
    }

    /// Whether several rules cover a host, so that one of them may lose.
    pub fn has_several(&self, host: &str) -> bool {
        self.counts.all_matching(host).sum::<usize>() > 1
    }

    /// The namespaces whose clients have a rule of their own for a host, in no particular order, each once for
    /// each of its hosts that covers this one. Rules for the wildcard `but` are not looked at.
    pub fn namespaces_with_rule<'a>(
        &'a self,
        host: &'a str,
        but: Option<&str>,
    ) -> impl Iterator<Item = NamespaceId> + 'a {
        let but = but.and_then(|wildcard| self.namespaces.get(wildcard));
        let matching = self.namespaces.all_matching(host);
        let matching = matching.filter(move |&slot| but.is_none_or(|but| !std::ptr::eq(slot, but)));
        matching.flatten().copied()
    }

    /// Every wildcard that is the host of a rule, with the namespaces that have one, in no particular order.
    pub fn wildcards(&self) -> impl Iterator<Item = (String, &[NamespaceId])> {
        let wildcards = self.namespaces.wildcards();
        wildcards.map(|(host, namespaces)| (host, namespaces.as_slice()))
    }

    /// The rules of a namespace for this very host or wildcard, as its own clients see them.
    pub fn own(&self, namespace: NamespaceId, host: &str) -> &[MergedRule<'o>] {
        let rules = self.local.get(&namespace).and_then(|rules| rules.get(host));
        rules.map_or(&[], Vec::as_slice)
    }
}
