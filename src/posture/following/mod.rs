//! Who follows a DestinationRule, where does it decide what is sent, and where and to which rule does it
//! lose? Read off the matrix, class of clients by class.

mod loss;

use crate::matrix::{Answers, Row};
use crate::mesh::{NamespaceId, Service};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::classes::{ClientClass, Members};
use crate::resolve::client::{Client, ClusterReason, SentReason, Visibility};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{MergedRule, Shadowing, covers, normalize_host};

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
    /// They follow it, but nothing is known to go that way.
    NotRouted,
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
    /// A rule with which it is one sets TLS for the subset.
    Subset,
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

    /// The rules with which it is one for the clients of a row.
    pub fn merged_with(&self, row: &'a Row<'a, 'a>) -> impl Iterator<Item = &'a Object<DestinationRule>> {
        let parts = row.cluster.rule.map_or(&[][..], MergedRule::parts);
        let is_own = parts.iter().any(|&part| self.is(part));
        parts
            .iter()
            .copied()
            .filter(move |&part| is_own && !self.is(part))
    }

    /// The rows of the services that its host covers, split by what the rule is to their clients. Whoever
    /// has no proxy, and ways that nobody goes although another rule opens them, are left out.
    pub fn followings(&self, answers: &Answers<'a>) -> Vec<Following<'a>> {
        let mut found = Vec::new();
        for rows in answers.matrix.services() {
            let is_asked = |row: &&'a Row<'a, 'a>| {
                row.client.plane != DataPlane::None
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
            let Some(part) = self.part(answers, row, class.client) else {
                continue;
            };
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

    /// What the rule is to a client; `None` on a way that nobody goes and that it does not open.
    fn part(&self, answers: &Answers<'a>, row: &Row<'a, 'a>, client: &Client<'a, 'a>) -> Option<Part<'a>> {
        let is_unread = is_unread(answers, row, client);
        let followed = answers.senders.rule(client, row.cluster.service);
        let own = followed.filter(|merged| merged.parts().iter().any(|&part| self.is(part)));
        if !row.is_routed {
            let opens = own.is_some() && row.subset.is_none_or(|name| self.defines(name));
            return (opens && !is_unread).then_some(Part::NotRouted);
        }
        Some(match own {
            _ if is_unread => Part::NotRead,
            Some(merged) => self.part_in(row, merged),
            None => self.loss(answers, row.cluster.service, client, followed),
        })
    }

    fn defines(&self, subset: &str) -> bool {
        self.rule.spec.subsets.iter().any(|own| &*own.name == subset)
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
        let subset = row
            .subset
            .and_then(|name| lost_to(merged.subset(name)?.rule, self.defines(name)));
        let whole = || lost_to(merged.policy?.rule, spec.traffic_policy.is_some());
        subset
            .or_else(|| self.lost_to_subset(row))
            .or_else(whole)
            .unwrap_or(Part::SaysNothing)
    }

    /// The TLS of a subset comes before that of the whole host, whichever rule has it.
    fn lost_to_subset(&self, row: &Row<'a, 'a>) -> Option<Part<'a>> {
        let policy = self.rule.spec.traffic_policy.as_ref()?;
        let of_ports = policy.port_level_settings.iter().map(|entry| &entry.tls);
        let says_tls = of_ports.chain([&policy.tls]).any(Option::is_some);
        let winner = row.cluster.reason.setting();
        let winner = winner.filter(|_| says_tls && row.subset.is_some())?;
        Some(Part::Loses {
            to: Some(winner.rule),
            because: Loss::Subset,
        })
    }

    fn sets_tls(&self, row: &Row<'a, 'a>) -> bool {
        let of_cluster = row.cluster.reason.setting().is_some_and(|tls| self.is(tls.rule));
        let is_told = |reason| matches!(reason, SentReason::Told(tls) if self.is(tls.rule));
        of_cluster || row.endpoints.iter().any(|class| is_told(class.sent.reason))
    }

    fn is(&self, other: &Object<DestinationRule>) -> bool {
        std::ptr::eq(self.rule, other)
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
        let name = |to: Option<&Object<DestinationRule>>| to.map(|rule| rule.meta.span);
        match (self, other) {
            (
                Part::Loses { to, because },
                Part::Loses {
                    to: other_to,
                    because: other_because,
                },
            ) => because == other_because && name(*to) == name(*other_to),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}
