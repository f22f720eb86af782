//! One namespace for all whose rules for a wildcard say the same. Where each namespace of a mesh has such a rule,
//! a service has as many classes of clients as there are namespaces, and mostly one answer for all of them. Who
//! only asks whether there is anything to tell of a service looks at a few of the classes.
//!
//! That is not done where Sidecar resources limit what clients know, nor where control planes of several revisions read
//! different rules: such namespaces and meshes are looked at one by one.

use super::cohorts::OfNamespace;
use super::near::surroundings;
use super::{ClientClass, Groups};
use crate::mesh::{NamespaceId, ServiceId};
use crate::resolve::client::{Client, Senders};
use crate::resolve::destination::{Destinations, HostMap, MergedRule};

/// The wildcards that are worth it, none if the control planes of several revisions read different rules.
#[derive(Debug)]
pub(super) struct Samples {
    by_host: HostMap<Wide>,
}

/// From so many namespaces on a wildcard may be worth it.
const MANY: usize = 16;

/// Up to so many ways are kept in which namespaces differ.
const MOST_KINDS: usize = 64;

/// A wildcard for which many namespaces have rules.
#[derive(Debug, Default)]
struct Wide {
    host: String,
    /// The namespaces whose clients see the same where nothing else tells them apart, kind by kind.
    kinds: Vec<Vec<NamespaceId>>,
    /// The groups of all other namespaces, by scope.
    of_scopes: Vec<Vec<usize>>,
    /// The same by breadth.
    of_breadths: Vec<Vec<usize>>,
}

/// All on which clients of a namespace depend, apart from its name, with respect to a service that only a rule
/// for the wildcard singles out there.
#[derive(PartialEq)]
struct Nature<'a, 'o> {
    rules: &'a [MergedRule<'o>],
    scopes: Vec<usize>,
}

impl Samples {
    pub(super) fn new(senders: &Senders<'_, '_, '_>, groups: &Groups<'_, '_>) -> Self {
        let mut by_host: HostMap<Wide> = HostMap::default();
        let Some(rules) = senders.only_index() else {
            return Samples { by_host };
        };
        let wide = rules
            .wildcards()
            .filter(|(_, namespaces)| namespaces.len() >= MANY);
        for wide in wide.filter_map(|(host, namespaces)| Wide::new(groups, rules, host, namespaces)) {
            let host = wide.host.clone();
            *by_host.slot(&host) = wide;
        }
        Samples { by_host }
    }
}

impl Wide {
    /// Nothing if the namespaces have little in common.
    fn new(
        groups: &Groups<'_, '_>,
        rules: &Destinations<'_>,
        host: String,
        namespaces: &[NamespaceId],
    ) -> Option<Wide> {
        let kinds = kinds_of(groups, rules, &host, namespaces);
        if kinds.len() > namespaces.len() / 2 {
            return None;
        }
        let mut namespaces = namespaces.to_vec();
        namespaces.sort_unstable();
        let outside = |all: &[usize]| -> Vec<usize> {
            let all = all.iter().copied();
            all.filter(|&group| groups.all[group].is_outside(&namespaces))
                .collect()
        };
        let scopes = &groups.scopes;
        Some(Wide {
            of_scopes: scopes
                .iter()
                .map(|scope| outside(scope.groups.indexes()))
                .collect(),
            of_breadths: scopes
                .breadths()
                .map(|(breadth, _)| outside(scopes.groups_of_breadth(breadth).indexes()))
                .collect(),
            host,
            kinds,
        })
    }
}

/// The namespaces, those together that are of the same nature; some may be left alone for all that.
fn kinds_of(
    groups: &Groups<'_, '_>,
    rules: &Destinations<'_>,
    host: &str,
    namespaces: &[NamespaceId],
) -> Vec<Vec<NamespaceId>> {
    let mut known: Vec<(Nature<'_, '_>, Vec<NamespaceId>)> = Vec::new();
    let mut alone = Vec::new();
    for &namespace in namespaces {
        let Some(nature) = Nature::of(groups, rules, host, namespace) else {
            alone.push(vec![namespace]);
            continue;
        };
        match known.iter().position(|(known, _)| *known == nature) {
            Some(kind) => known[kind].1.push(namespace),
            None if known.len() < MOST_KINDS => known.push((nature, vec![namespace])),
            None => alone.push(vec![namespace]),
        }
    }
    known.into_iter().map(|(_, kind)| kind).chain(alone).collect()
}

impl<'a, 'o> Nature<'a, 'o> {
    /// Nothing where clients of one namespace may differ in ways that are not compared: in their labels, or in
    /// what Sidecar resources let them know.
    fn of(
        groups: &Groups<'_, 'o>,
        rules: &'a Destinations<'o>,
        host: &str,
        namespace: NamespaceId,
    ) -> Option<Self> {
        let rules = rules.own(namespace, host);
        let any = &groups.any_in[namespace.0 as usize];
        if any.sidecar.is_some() || rules.iter().any(|rule| rule.selector().is_some()) {
            return None;
        }
        let of_namespace = |here: &OfNamespace| &groups.all[here.groups.clone()];
        let here = groups.by_namespace.get(&namespace).map_or(&[][..], of_namespace);
        let following = here.iter().filter(|group| group.client.follows_rules());
        let mut scopes: Vec<usize> = following.map(|group| group.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        let is_limited = |&scope: &usize| groups.scopes[scope].client.sidecar.is_some();
        (!scopes.iter().any(is_limited)).then_some(Nature { rules, scopes })
    }
}

impl<'r, 'o> Groups<'r, 'o> {
    /// Classes of clients of a service, without their members, so that whoever follows a rule gets the answer of
    /// one of them, from a rule that says the same. `None` where that would not save anything.
    pub fn sample(
        &'r self,
        senders: &Senders<'r, '_, 'o>,
        service: ServiceId,
    ) -> Option<Vec<ClientClass<'r, 'o>>> {
        let samples = self.samples.get_or_init(|| Samples::new(senders, self));
        let concrete = senders.resolution.mesh.alias_of(service).unwrap_or(service);
        let (wide, near) = samples.surroundings(senders, concrete)?;
        let is_near = |namespace: &NamespaceId| near.binary_search(namespace).is_ok();
        let shown = wide
            .kinds
            .iter()
            .filter_map(|kind| kind.iter().find(|namespace| !is_near(namespace)));
        let mut classes = Vec::new();
        for &namespace in near.iter().chain(shown) {
            self.classes_of_namespace(senders, concrete, namespace, &mut classes);
        }
        let far = self.far_of(senders, concrete, wide, &near).into_iter();
        let anybody = self.anybody.iter().map(|(_, client)| client);
        classes.extend(anybody.chain(far).map(|client| ClientClass {
            client,
            members: Vec::new(),
        }));
        Some(classes)
    }

    /// One of each lot of clients of the namespaces that have no rule for the wildcard and are not near.
    fn far_of(
        &'r self,
        senders: &Senders<'r, '_, 'o>,
        service: ServiceId,
        wide: &Wide,
        near: &[NamespaceId],
    ) -> Vec<&'r Client<'r, 'o>> {
        let aware = self.scopes.aware_of(senders, service);
        let of_scopes = aware.iter().filter_map(|&index| {
            let scope = &self.scopes[index];
            let lot = [scope.groups.indexes(), &wide.of_scopes[index]];
            self.first_far(&scope.client, lot, near, |_| true)
        });
        let of_breadths = self.scopes.breadths().filter_map(|(index, client)| {
            let groups = self.scopes.groups_of_breadth(index);
            let lot = [groups.indexes(), &wide.of_breadths[index]];
            self.first_far(client, lot, near, |scope| aware.binary_search(&scope).is_err())
        });
        let firsts = of_scopes.chain(of_breadths);
        firsts.map(|group| &self.all[group].client).collect()
    }

    /// The first of some groups that follow no rules like this client, else of those without a rule for the wildcard that
    /// are not near.
    fn first_far(
        &self,
        client: &Client<'_, '_>,
        [all, outside]: [&[usize]; 2],
        near: &[NamespaceId],
        is_of: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let follows_rules = client.follows_rules();
        let mut groups = if follows_rules { outside } else { all }.iter().copied();
        groups.find(|&index| {
            let group = &self.all[index];
            is_of(group.scope) && (!follows_rules || group.is_outside(near))
        })
    }
}

impl Samples {
    /// The wildcard that covers a service and every service to which clients are led from there, with the
    /// namespaces that are told apart for another reason, sorted.
    fn surroundings<'a>(
        &'a self,
        senders: &'a Senders<'a, 'a, 'a>,
        service: ServiceId,
    ) -> Option<(&'a Wide, Vec<NamespaceId>)> {
        let mesh = senders.resolution.mesh;
        let wide = self.by_host.most_specific(&mesh.service(service).host)?;
        let surroundings = surroundings(senders, service);
        let mut near = surroundings.near;
        for service in surroundings.services {
            let host = &mesh.service(service).host;
            let wider = self.by_host.all_matching(host);
            if wider.map(|wide| &wide.host).ne([&wide.host]) {
                return None;
            }
            near.extend(senders.only_index()?.namespaces_with_rule(host, Some(&wide.host)));
        }
        near.sort_unstable();
        near.dedup();
        Some((wide, near))
    }
}
