//! Who follows a DestinationRule, where does it decide what is sent, and where and to which rule does it
//! lose? Read off the matrix, class of clients by class.

use crate::matrix::{Answers, Row};
use crate::mesh::{NamespaceId, Service, ServiceId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::classes::{ClientClass, Members};
use crate::resolve::client::{Client, ClusterReason, SentReason, Visibility};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{
    ExportTo, MergedRule, Shadowing, Sight, covers, is_read_by, normalize_host,
};

/// A DestinationRule whose clients are looked for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The rule.
    pub rule: &'a Object<DestinationRule>,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its host as Istio reads it; `None` if it has none.
    pub host: Option<String>,
}

/// What a rule is to some of the clients of a row.
#[derive(Debug)]
pub struct Following<'a> {
    /// The row.
    pub row: &'a Row<'a, 'a>,
    /// The clients.
    pub clients: Vec<Members>,
    /// What the rule is to them.
    pub part: Part<'a>,
}

/// The part of a rule in what clients send.
#[derive(Debug, Clone, Copy)]
pub enum Part<'o> {
    /// Its TLS is what they send.
    Decides,
    /// They follow it, and it sets no TLS here.
    SaysNothing,
    /// They do not follow it, or not its policy.
    Loses {
        /// What they follow; `None` where that is no rule, or the rule in the way is not known.
        to: Option<&'o Object<DestinationRule>>,
        /// Why.
        because: Loss,
    },
    /// They follow no rule at all for the service.
    NotRead,
}

/// Why clients do not follow a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The control plane of another revision reads it.
    OtherRevision,
    /// Its `workloadSelector` is for others.
    NotSelected,
    /// Its `exportTo`, or the mesh's default, leaves them out.
    NotShown,
    /// It stands in none of the namespaces in which they look.
    NotLookedUp,
    /// It is hidden by a rule that should not come before it.
    Shadowed(Shadowing),
    /// A rule of their own namespace comes first.
    OwnNamespace,
    /// A rule of the service's namespace comes before those of the root.
    ServiceNamespace,
    /// A rule beside it has the more specific host.
    MoreSpecificHost,
    /// A rule in the way is for other clients.
    OtherClients,
}

impl<'a> Asked<'a> {
    /// The rule of that index in its mesh.
    pub fn of(answers: &Answers<'a>, index: usize) -> Option<Asked<'a>> {
        let mesh = answers.mesh();
        let &(rule, namespace) = mesh.destination_rules.get(index)?;
        let own = mesh.namespaces[namespace].name.unwrap_or_default();
        let domain = &mesh.settings.cluster_domain.value;
        let host = rule.spec.host.as_ref();
        Some(Asked {
            rule,
            namespace,
            host: host.map(|host| normalize_host(&host.value, own, domain)),
        })
    }

    /// Whether the rule's host covers a service.
    pub fn is_about(&self, service: &Service<'_>) -> bool {
        self.host.as_ref().is_some_and(|host| covers(host, &service.host))
    }

    /// The rows of the services that its host covers, split by what the rule is to their clients. Whoever
    /// has no proxy, and ways that nobody goes, are left out.
    pub fn followings(&self, answers: &Answers<'a>) -> Vec<Following<'a>> {
        let mut found = Vec::new();
        for rows in answers
            .matrix
            .rows
            .chunk_by(|one, other| one.service == other.service)
        {
            let is_asked = |row: &&'a Row<'a, 'a>| {
                row.is_routed
                    && row.client.plane != DataPlane::None
                    && self.is_about(answers.mesh().service(row.cluster.service))
            };
            let mut rows = rows.iter().filter(is_asked).peekable();
            let Some(first) = rows.peek() else { continue };
            let classes = answers.groups.classes(answers.senders, first.service);
            for row in rows {
                self.split(answers, row, &classes, &mut found);
            }
        }
        found
    }

    fn split(
        &self,
        answers: &Answers<'a>,
        row: &'a Row<'a, 'a>,
        classes: &[ClientClass<'a, 'a>],
        found: &mut Vec<Following<'a>>,
    ) {
        let start = found.len();
        let is_of_row = |class: &&ClientClass<'_, '_>| {
            let mut members = class.members.iter();
            members.any(|members| row.clients.contains(members))
        };
        for class in classes.iter().filter(is_of_row) {
            let part = self.part(answers, row, &class.client);
            let clients = class.members.iter().cloned();
            match found[start..].iter_mut().find(|known| known.part.is_like(&part)) {
                Some(known) => known.clients.extend(clients),
                None => found.push(Following {
                    row,
                    clients: clients.collect(),
                    part,
                }),
            }
        }
    }

    fn part(&self, answers: &Answers<'a>, row: &Row<'a, 'a>, client: &Client<'a, 'a>) -> Part<'a> {
        if is_unread(answers, row, client) {
            return Part::NotRead;
        }
        let followed = answers.senders.rule(client, row.cluster.service);
        match followed {
            Some(merged) if merged.parts().iter().any(|&part| self.is(part)) => self.part_in(row, merged),
            _ => self.loss(answers, row.cluster.service, client, followed),
        }
    }

    /// What the rule is within those that were merged.
    fn part_in(&self, row: &Row<'a, 'a>, merged: &MergedRule<'a>) -> Part<'a> {
        if self.sets_tls(row) {
            return Part::Decides;
        }
        let lost_to = |winner: &'a Object<DestinationRule>, says: bool| {
            (says && !self.is(winner)).then_some(Part::Loses {
                to: Some(winner),
                because: Loss::Shadowed(Shadowing::SameHost),
            })
        };
        let spec = &self.rule.spec;
        let subset = row.subset.and_then(|name| {
            let says = spec.subsets.iter().any(|own| &*own.name == name);
            lost_to(merged.subset(name)?.rule, says)
        });
        let whole = || lost_to(merged.policy?.rule, spec.traffic_policy.is_some());
        subset.or_else(whole).unwrap_or(Part::SaysNothing)
    }

    fn sets_tls(&self, row: &Row<'a, 'a>) -> bool {
        let of_cluster = match row.cluster.reason {
            ClusterReason::Rule(tls) | ClusterReason::CredentialIgnored(tls) => self.is(tls.rule),
            _ => false,
        };
        let is_told = |reason| matches!(reason, SentReason::Told(tls) if self.is(tls.rule));
        of_cluster || row.endpoints.iter().any(|class| is_told(class.sent.reason))
    }

    fn is(&self, other: &Object<DestinationRule>) -> bool {
        std::ptr::eq(self.rule, other)
    }

    /// Why clients who follow another rule, or none, do not follow this one.
    fn loss(
        &self,
        answers: &Answers<'a>,
        id: ServiceId,
        client: &Client<'a, 'a>,
        followed: Option<&MergedRule<'a>>,
    ) -> Part<'a> {
        let to = followed.map(|rule| rule.policy.map_or_else(|| rule.base(), |policy| policy.rule));
        let service = answers.mesh().service(id);
        if let Some(because) = self.unseen(answers, service, client) {
            return Part::Loses { to, because };
        }
        let sight = Sight {
            mesh: answers.mesh(),
            client: client.namespace,
            labels: client.labels,
            host: &service.host,
            service_namespace: service.namespace,
        };
        let shadowed = answers.senders.destinations(client.revision).shadowed(&sight);
        match shadowed.iter().find(|shadowed| self.is(shadowed.loser)) {
            Some(shadowed) => Part::Loses {
                to: Some(shadowed.winner),
                because: Loss::Shadowed(shadowed.cause),
            },
            None => Part::Loses {
                to,
                because: self.outranked(answers, client, to),
            },
        }
    }

    /// Why clients do not even see the rule.
    fn unseen(&self, answers: &Answers<'a>, service: &Service<'a>, client: &Client<'a, 'a>) -> Option<Loss> {
        let mesh = answers.mesh();
        if !is_read_by(&self.rule.meta, client.revision) {
            return Some(Loss::OtherRevision);
        }
        let is_own = client.namespace == Some(self.namespace);
        let is_for = |labels: &crate::yaml::StringMap| {
            is_own && client.labels.is_some_and(|own| own.match_all(labels))
        };
        let selector = self.rule.spec.workload_selector.as_ref();
        if selector.is_some_and(|selector| !is_for(&selector.match_labels)) {
            return Some(Loss::NotSelected);
        }
        let own = mesh.namespaces[self.namespace].name.unwrap_or_default();
        let export_to = ExportTo::of(self.rule);
        if is_own {
            return (!export_to.includes_own(own)).then_some(Loss::NotShown);
        }
        if self.namespace != service.namespace && mesh.root != Some(self.namespace) {
            return Some(Loss::NotLookedUp);
        }
        let default = &mesh.settings.default_destination_rule_export_to.value;
        let name = client.namespace.and_then(|id| mesh.namespaces[id].name);
        let is_shown = !export_to.is_private_only(own, default) && export_to.reaches(name);
        (!is_shown).then_some(Loss::NotShown)
    }

    /// Which of the orders of Istio puts a rule before this one.
    fn outranked(
        &self,
        answers: &Answers<'a>,
        client: &Client<'a, 'a>,
        winner: Option<&'a Object<DestinationRule>>,
    ) -> Loss {
        let Some(winner) = winner else {
            return Loss::OtherClients;
        };
        let mesh = answers.mesh();
        let namespace = winner.meta.namespace_name();
        let host = |rule: &Object<DestinationRule>| {
            let host = rule.spec.host.as_ref()?;
            let domain = &mesh.settings.cluster_domain.value;
            let own = rule.meta.namespace_name().unwrap_or_default();
            Some(normalize_host(&host.value, own, domain))
        };
        if namespace == self.rule.meta.namespace_name() {
            return if host(winner) == host(self.rule) {
                Loss::Shadowed(Shadowing::SameHost)
            } else {
                Loss::MoreSpecificHost
            };
        }
        let of_client = client.namespace.map(|id| mesh.namespaces[id].name);
        if of_client == Some(namespace) {
            Loss::OwnNamespace
        } else {
            Loss::ServiceNamespace
        }
    }
}

/// Whether the client's proxy looks at no rule for the service.
fn is_unread(answers: &Answers<'_>, row: &Row<'_, '_>, client: &Client<'_, '_>) -> bool {
    match row.cluster.reason {
        ClusterReason::NoProxy
        | ClusterReason::Ztunnel
        | ClusterReason::Waypoint
        | ClusterReason::Excluded(_)
        | ClusterReason::Unknown(_)
        | ClusterReason::UnknownAlias => true,
        ClusterReason::NoCluster => {
            let (service, port) = (row.cluster.service, row.cluster.port);
            answers.senders.visibility(client, service, port) != Visibility::Visible
        }
        _ => false,
    }
}

impl Part<'_> {
    fn is_like(&self, other: &Part<'_>) -> bool {
        let name = |to: &Option<&Object<DestinationRule>>| to.map(|rule| rule.meta.span);
        match (self, other) {
            (
                Part::Loses { to, because },
                Part::Loses {
                    to: other_to,
                    because: other_because,
                },
            ) => because == other_because && name(to) == name(other_to),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}
