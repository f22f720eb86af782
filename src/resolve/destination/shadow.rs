//! Rules that lose: what a client would follow if another rule did not come before it.

use super::merge::{ExportTo, MergedRule};
use super::{Destinations, Sight};
use crate::mesh::NamespaceId;
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;

/// A rule with a policy that a client does not follow, although the host and the client are its own.
#[derive(Debug, Clone, Copy)]
pub struct Shadowed<'o> {
    /// The rule.
    pub loser: &'o Object<DestinationRule>,
    /// The rule that comes before it.
    pub winner: &'o Object<DestinationRule>,
    /// Why.
    pub cause: Shadowing,
}

/// Why a rule loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shadowing {
    /// Another rule of its namespace is for the same host: one policy counts, and to whom the first of
    /// them is shown counts for both.
    SameHost,
    /// A wildcard of the client's own namespace comes before the owner's rule for the very host.
    Wildcard,
    /// A rule for other workloads of the client's namespace comes before everything else.
    Selector,
    /// A rule that is not shown to the client is for the very host, and hides a wildcard beside it.
    Hidden,
}

/// The rules for one host in one place.
type Slot<'a, 'o> = &'a [MergedRule<'o>];

impl<'o> Destinations<'o> {
    /// The rules that lose for a client and a host. That an owner's rule loses to one for the very host in
    /// the client's namespace, or the root's to anyone's, is how rules are meant to work.
    pub fn shadowed(&self, sight: &Sight<'_, '_, 'o>) -> Vec<Shadowed<'o>> {
        let followed = self.seen(sight);
        let own = self.own_slots(sight);
        match own.split_first() {
            Some((first, rest)) => self.shadowed_by_own(sight, followed, first, rest),
            None => self.shadowed_elsewhere(sight, followed),
        }
    }

    /// Rules that lose to those of the client's own namespace.
    fn shadowed_by_own(
        &self,
        sight: &Sight<'_, '_, 'o>,
        followed: Option<&MergedRule<'o>>,
        first: Slot<'_, 'o>,
        rest: &[Slot<'_, 'o>],
    ) -> Vec<Shadowed<'o>> {
        let same_host = same_host(sight, first, followed, |_| true);
        let is_owner = sight.client == Some(sight.service_namespace);
        let (loser, winner, cause) = match followed {
            None if same_host.is_empty() => {
                let own = rest.iter().find_map(|slot| catch_all(slot, |_| true));
                let next = own.or_else(|| self.next_exported(sight, is_owner));
                (next, first.first().map(MergedRule::base), Shadowing::Selector)
            }
            Some(rule) if is_wildcard(rule) && !is_owner => {
                let exported = self.exported_slots(sight.service_namespace, sight.host);
                let exact = exported
                    .first()
                    .and_then(|slot| catch_all(slot, |rule| sight.reaches(&rule.export_to)));
                let exact = exact.filter(|rule| !is_wildcard(rule));
                (exact, Some(policy_rule(rule)), Shadowing::Wildcard)
            }
            _ => return same_host,
        };
        let further = shadowed(loser, winner, cause);
        same_host.into_iter().chain(further).collect()
    }

    /// What a client follows where its own namespace has nothing.
    fn next_exported<'a>(&'a self, sight: &Sight<'a, '_, 'o>, is_owner: bool) -> Option<&'a MergedRule<'o>> {
        let places = [
            Some(sight.service_namespace).filter(|_| !is_owner),
            sight.mesh.root,
        ];
        let slots = places
            .into_iter()
            .flatten()
            .filter_map(|place| self.exported_slots(place, sight.host).first().copied());
        slots
            .into_iter()
            .find_map(|slot| catch_all(slot, |rule| sight.reaches(&rule.export_to)))
    }

    /// Rules that lose among those that other namespaces show.
    fn shadowed_elsewhere(
        &self,
        sight: &Sight<'_, '_, 'o>,
        followed: Option<&MergedRule<'o>>,
    ) -> Vec<Shadowed<'o>> {
        let mut found = Vec::new();
        let places = [Some(sight.service_namespace), sight.mesh.root];
        for place in places.into_iter().flatten() {
            let slots = self.exported_slots(place, sight.host);
            let Some((first, rest)) = slots.split_first() else {
                continue;
            };
            let own = same_host(sight, first, followed, |export_to| sight.reaches(export_to));
            let is_decided = first.iter().any(|rule| sight.reaches(&rule.export_to));
            if own.is_empty() && !is_decided {
                let visible = |rule: &MergedRule<'_>| sight.reaches(&rule.export_to);
                let next = rest.iter().find_map(|slot| catch_all(slot, visible));
                let winner = first.first().map(MergedRule::base);
                found.extend(shadowed(next, winner, Shadowing::Hidden));
            }
            found.extend(own);
            if is_decided {
                break;
            }
        }
        found
    }

    fn exported_slots<'a>(&'a self, namespace: NamespaceId, host: &'a str) -> Vec<Slot<'a, 'o>> {
        let rules = self.exported.get(&namespace);
        let slots = rules.into_iter().flat_map(|rules| rules.all_matching(host));
        slots.map(Vec::as_slice).collect()
    }

    fn own_slots<'a>(&'a self, sight: &Sight<'a, '_, 'o>) -> Vec<Slot<'a, 'o>> {
        let rules = if sight.client.is_some() && sight.mesh.root == sight.client {
            Some(&self.root_local)
        } else {
            sight.client.and_then(|client| self.local.get(&client))
        };
        let slots = rules.into_iter().flat_map(|rules| rules.all_matching(sight.host));
        slots.map(Vec::as_slice).collect()
    }
}

fn shadowed<'o>(
    loser: Option<&MergedRule<'o>>,
    winner: Option<&'o Object<DestinationRule>>,
    cause: Shadowing,
) -> Option<Shadowed<'o>> {
    Some(Shadowed {
        loser: loser?.policy?.rule,
        winner: winner?,
        cause,
    })
}

/// The rule that all clients follow who see some of these.
fn catch_all<'a, 'o>(
    slot: Slot<'a, 'o>,
    is_visible: impl Fn(&MergedRule<'o>) -> bool,
) -> Option<&'a MergedRule<'o>> {
    let mut visible = slot.iter().rev().filter(|rule| is_visible(rule));
    visible.find(|rule| rule.selector().is_none())
}

/// The rules for the same host whose policy the client should see and does not follow.
fn same_host<'o>(
    sight: &Sight<'_, '_, 'o>,
    slot: Slot<'_, 'o>,
    followed: Option<&MergedRule<'o>>,
    is_visible: impl Fn(&ExportTo) -> bool,
) -> Vec<Shadowed<'o>> {
    let here = followed.filter(|followed| slot.iter().any(|rule| std::ptr::eq(rule, *followed)));
    let is_selecting = here.is_some_and(|rule| rule.selector().is_some());
    let mut found: Vec<Shadowed<'o>> = Vec::new();
    for rule in slot {
        let winner = here.map_or_else(|| rule.base(), policy_rule);
        for &loser in rule.parts() {
            let is_for_client = match super::merge::selector(loser) {
                Some(selector) => sight.labels.is_some_and(|labels| labels.match_all(selector)),
                // A rule for the client alone is meant to come before one for all.
                None => !is_selecting,
            };
            let is_lost = is_for_client
                && loser.spec.traffic_policy.is_some()
                && is_visible(&ExportTo::of(loser))
                && !std::ptr::eq(loser, winner)
                && !found.iter().any(|other| std::ptr::eq(other.loser, loser));
            if is_lost {
                let is_for_others = here.is_none() && rule.selector().is_some();
                found.push(Shadowed {
                    loser,
                    winner,
                    cause: if is_for_others {
                        Shadowing::Selector
                    } else {
                        Shadowing::SameHost
                    },
                });
            }
        }
    }
    found
}

/// The rule whose policy counts.
fn policy_rule<'o>(rule: &MergedRule<'o>) -> &'o Object<DestinationRule> {
    rule.policy.map_or_else(|| rule.base(), |policy| policy.rule)
}

fn is_wildcard(rule: &MergedRule<'_>) -> bool {
    let host = rule.base().spec.host.as_ref();
    host.is_some_and(|host| host.value.starts_with('*'))
}
