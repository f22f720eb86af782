//! Hosts of DestinationRules, and the given services that they cover.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::Facts;
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, ServiceId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::destination::normalize_host;
use crate::yaml::Spanned;

/// A DestinationRule with its host.
#[derive(Debug, Clone)]
pub(super) struct RuleHost<'a> {
    /// The rule.
    pub(super) rule: &'a Object<DestinationRule>,
    /// Its namespace.
    pub(super) namespace: NamespaceId,
    /// The host as it is written.
    pub(super) written: &'a Spanned<Box<str>>,
    /// The host as Istio reads it.
    pub(super) full: String,
    /// What wildcards cover, for all hosts at once.
    wildcards: Rc<Wildcards>,
}

/// The given services that a host covers.
#[derive(Debug)]
pub(super) struct Covered {
    /// The services, in the order in which they are given.
    pub(super) services: Vec<ServiceId>,
    /// Their namespaces, sorted.
    homes: Vec<NamespaceId>,
}

/// What wildcards cover, each looked for once: a mesh may have one and the same in every namespace.
#[derive(Debug, Default)]
struct Wildcards {
    given: OnceCell<Endings<ServiceId>>,
    covered: RefCell<HashMap<String, Rc<Covered>>>,
}

impl Covered {
    fn of(facts: &Facts<'_>, mut services: Vec<ServiceId>) -> Covered {
        services.sort_unstable();
        let homes = services.iter().map(|&id| facts.mesh.service(id).namespace);
        let mut homes: Vec<NamespaceId> = homes.collect();
        homes.sort_unstable();
        homes.dedup();
        Covered { services, homes }
    }

    /// Whether some of them belong to a namespace.
    pub(super) fn has_home(&self, namespace: NamespaceId) -> bool {
        self.homes.binary_search(&namespace).is_ok()
    }
}

/// Hosts by their ends: a wildcard finds those that it covers without a look at all others.
#[derive(Debug)]
pub(super) struct Endings<T> {
    /// Back to front, in order.
    reversed: Vec<(Box<str>, T)>,
}

impl<T: Ord + Copy> Endings<T> {
    /// Hosts with what is to be found.
    pub(super) fn of<'h>(hosts: impl Iterator<Item = (&'h str, T)>) -> Endings<T> {
        let mut reversed: Vec<(Box<str>, T)> = hosts.map(|(host, found)| (reversed(host), found)).collect();
        reversed.sort_unstable();
        Endings { reversed }
    }

    /// What the hosts that a wildcard covers lead to, in the order of the hosts' ends.
    pub(super) fn covered(&self, wildcard: &str) -> impl Iterator<Item = T> {
        let end = reversed(wildcard);
        let first = self.reversed.partition_point(|(host, _)| **host < *end);
        let hosts = self.reversed[first..].iter();
        hosts
            .take_while(move |(host, _)| host.starts_with(&*end))
            .map(|&(_, found)| found)
    }
}

/// What follows the `*` of a wildcard, or a whole name, back to front.
fn reversed(host: &str) -> Box<str> {
    let end = host.strip_prefix('*').unwrap_or(host);
    end.chars().rev().collect()
}

/// Every DestinationRule that has a host, in path order.
pub(super) fn rule_hosts<'a>(facts: &Facts<'a>) -> impl Iterator<Item = RuleHost<'a>> {
    let mesh = facts.mesh;
    let wildcards = Rc::new(Wildcards::default());
    mesh.destination_rules
        .iter()
        .filter_map(move |&(rule, namespace)| {
            let written = rule.spec.host.as_ref()?;
            let own = mesh.namespaces[namespace].name.unwrap_or_default();
            let full = normalize_host(&written.value, own, &mesh.settings.cluster_domain.value);
            Some(RuleHost {
                rule,
                namespace,
                written,
                full,
                wildcards: Rc::clone(&wildcards),
            })
        })
}

impl RuleHost<'_> {
    /// Whether the host is a wildcard.
    pub(super) fn is_wildcard(&self) -> bool {
        self.full.starts_with('*')
    }

    /// The given services that the host covers.
    pub(super) fn covered(&self, facts: &Facts<'_>) -> Rc<Covered> {
        if !self.is_wildcard() {
            let services = facts.mesh.services_of_host(&self.full);
            return Rc::new(Covered::of(facts, services.to_vec()));
        }
        let mut known = self.wildcards.covered.borrow_mut();
        if let Some(covered) = known.get(&self.full) {
            return Rc::clone(covered);
        }
        let hosts = || facts.mesh.services().map(|(id, service)| (&*service.host, id));
        let given = self.wildcards.given.get_or_init(|| Endings::of(hosts()));
        let covered = Rc::new(Covered::of(facts, given.covered(&self.full).collect()));
        known.insert(self.full.clone(), Rc::clone(&covered));
        covered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::destination::covers;

    #[test]
    fn a_wildcard_finds_what_it_covers() {
        let hosts = [
            "a.shop.svc",
            "*.shop.svc",
            "*",
            "shop.svc",
            "b.bookshop.svc",
            "ü.shop.svc",
            "a.web.svc",
            "",
        ];
        let endings = Endings::of(hosts.iter().zip(0..).map(|(host, index)| (*host, index)));
        for wildcard in [
            "*",
            "*.shop.svc",
            "*shop.svc",
            "*.svc",
            "*ü.shop.svc",
            "*.local",
            "**",
        ] {
            let mut found: Vec<usize> = endings.covered(wildcard).collect();
            found.sort_unstable();
            let is_covered = |index: &usize| covers(wildcard, hosts[*index]);
            let covered: Vec<usize> = (0..hosts.len()).filter(is_covered).collect();
            assert_eq!(found, covered, "{wildcard}");
        }
    }
}
