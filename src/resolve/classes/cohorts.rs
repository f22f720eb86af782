//! The groups of one namespace, so that a service looks only at those that its own objects single out, however
//! many there are: most differ in a Sidecar resource that does not import it, or in rules for other hosts.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Group, Groups, Members};
use crate::mesh::NamespaceId;
use crate::resolve::dataplane::DataPlane;

/// Up to so many groups each is looked at.
pub(super) const FEW: usize = 16;

/// Groups in ascending order, with the number of their workloads.
#[derive(Debug, Default)]
pub(super) struct Counted {
    indexes: Vec<usize>,
    /// The workloads of each and of all before it.
    until: Vec<usize>,
}

impl Counted {
    /// Adds a group of so many workloads behind all others.
    pub(super) fn push(&mut self, group: usize, workloads: usize) {
        self.until.push(self.workloads() + workloads);
        self.indexes.push(group);
    }

    pub(super) fn indexes(&self) -> &[usize] {
        &self.indexes
    }

    /// How many workloads all of them have.
    pub(super) fn workloads(&self) -> usize {
        self.until.last().copied().unwrap_or_default()
    }

    /// How many workloads those between two indexes have.
    pub(super) fn workloads_within(&self, range: &Range<usize>) -> usize {
        let before = |index: usize| match self.indexes.partition_point(|&group| group < index) {
            0 => 0,
            count => self.until[count - 1],
        };
        before(range.end) - before(range.start)
    }

    fn within(&self, range: &Range<usize>) -> &[usize] {
        let position = |index: usize| self.indexes.partition_point(|&group| group < index);
        &self.indexes[position(range.start)..position(range.end)]
    }
}

/// Groups of a namespace that see the same of a service unless their Sidecar resource imports it or a rule with
/// a selector is about it.
#[derive(Debug, Default)]
pub(super) struct Cohort {
    groups: Counted,
}

/// The groups of a namespace.
#[derive(Debug)]
pub(super) struct OfNamespace {
    pub(super) namespace: NamespaceId,
    /// Their indexes.
    pub(super) groups: Range<usize>,
    /// Their cohorts.
    cohorts: Range<usize>,
    /// The group that stands for any sidecar of the namespace.
    pub(super) possible: Option<usize>,
    /// The groups that each rule with a selector is for, by rule.
    pub(super) selected_by: Vec<Vec<usize>>,
}

/// What of a namespace may see a service otherwise than the rest, sorted.
pub(super) struct Apart {
    /// Scopes whose groups may differ from their cohorts.
    pub(super) scopes: Vec<usize>,
    /// Groups that are looked at one by one.
    pub(super) groups: Vec<usize>,
}

/// Groups of a namespace that see the same of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lot {
    /// One alone.
    Group(usize),
    /// Those of a scope that are not looked at one by one.
    Scope(usize),
    /// Those of a cohort that are not looked at one by one, without those of scopes that are.
    Cohort(usize),
}

/// Which groups of a namespace are members of a class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alike {
    /// Cohorts that are members, but for the scopes `without`.
    cohorts: Vec<usize>,
    without: Vec<usize>,
    /// Scopes that are members, whatever their cohort.
    scopes: Vec<usize>,
    /// Groups that are none all the same.
    except: Vec<usize>,
}

impl<'o> Groups<'_, 'o> {
    /// Gathers the groups, which come namespace by namespace.
    pub(super) fn gather(&mut self) {
        let mut start = 0;
        while let Some(namespace) = self.all.get(start).and_then(|group| group.client.namespace) {
            let rest = self.all[start..].iter();
            let end = start
                + rest
                    .take_while(|group| group.client.namespace == Some(namespace))
                    .count();
            let any = self.any_in[namespace.0 as usize];
            let mut here = OfNamespace {
                namespace,
                groups: start..end,
                cohorts: self.gather_cohorts(start..end),
                possible: None,
                selected_by: vec![Vec::new(); self.selectors.count(namespace)],
            };
            for index in start..end {
                let group = &self.all[index];
                if !group.client.follows_rules() {
                    continue;
                }
                if group.selected_by.is_empty() && group.routed.is_empty() && group.is_like(&any) {
                    here.possible = Some(index);
                }
                for &rule in &group.selected_by {
                    here.selected_by[rule].push(index);
                }
            }
            self.by_namespace.insert(namespace, here);
            start = end;
        }
    }

    fn gather_cohorts(&mut self, groups: Range<usize>) -> Range<usize> {
        let first = self.cohorts.len();
        let mut known: BTreeMap<Key<'o>, usize> = BTreeMap::new();
        for index in groups {
            let group = &mut self.all[index];
            if !group.client.follows_rules() {
                continue;
            }
            let cohort = *known.entry(key(group)).or_insert_with(|| {
                self.cohorts.push(Cohort::default());
                self.cohorts.len() - 1
            });
            group.cohort = Some(cohort);
            self.cohorts[cohort].groups.push(index, group.members.len());
        }
        first..self.cohorts.len()
    }

    /// Everybody of a namespace who follows rules, in lots that see the same each, with their first groups, by
    /// which they are sorted.
    pub(super) fn lots(&self, here: &OfNamespace, apart: &Apart) -> Vec<(usize, Lot)> {
        let is_rest = |index: &usize| {
            self.all[*index].client.follows_rules() && apart.groups.binary_search(index).is_err()
        };
        let singles = apart.groups.iter().copied();
        let singles = singles.filter(|&index| self.all[index].client.follows_rules());
        let mut lots: Vec<(usize, Lot)> = singles.map(|index| (index, Lot::Group(index))).collect();
        if apart.groups.len() == here.groups.len() {
            return lots;
        }
        for &scope in &apart.scopes {
            let groups = self.scopes[scope].groups.within(&here.groups).iter();
            lots.extend(
                groups
                    .copied()
                    .find(is_rest)
                    .map(|first| (first, Lot::Scope(scope))),
            );
        }
        for cohort in here.cohorts.clone() {
            let mut groups = self.cohorts[cohort].groups.indexes().iter().copied();
            let is_own = |index: &usize| {
                is_rest(index) && apart.scopes.binary_search(&self.all[*index].scope).is_err()
            };
            lots.extend(groups.find(is_own).map(|first| (first, Lot::Cohort(cohort))));
        }
        lots.sort_unstable_by_key(|&(first, _)| first);
        lots
    }

    /// The members of a class that consists of these lots.
    pub(super) fn members_of(&self, here: &OfNamespace, apart: &Apart, lots: Vec<Lot>) -> Vec<Members> {
        let one = |group| Members::Group {
            group: group as u32,
            possible: here.possible == Some(group),
        };
        let mut alike = Alike::default();
        let mut singles = Vec::new();
        for lot in lots {
            match lot {
                Lot::Group(group) => singles.push(group),
                Lot::Scope(scope) => alike.scopes.push(scope),
                Lot::Cohort(cohort) => alike.cohorts.push(cohort),
            }
        }
        if alike.cohorts.is_empty() && alike.scopes.is_empty() {
            return singles.into_iter().map(one).collect();
        }
        alike.scopes.sort_unstable();
        alike.cohorts.sort_unstable();
        alike.except.clone_from(&apart.groups);
        alike.except.retain(|group| singles.binary_search(group).is_err());
        if !alike.cohorts.is_empty() {
            alike.without.clone_from(&apart.scopes);
            alike
                .without
                .retain(|scope| alike.scopes.binary_search(scope).is_err());
        }
        if let Some(few) = self.few(here, &alike) {
            return few.into_iter().map(one).collect();
        }
        let alike = Arc::new(alike);
        let within = |within: Range<usize>| Members::Alike {
            within: within.start as u32..within.end as u32,
            alike: Arc::clone(&alike),
        };
        match here.possible.filter(|&group| self.is_alike(group, &alike)) {
            Some(group) => {
                let sides = [here.groups.start..group, group + 1..here.groups.end];
                let [before, after] = sides.map(|side| (!side.is_empty()).then(|| within(side)));
                before.into_iter().chain([one(group)]).chain(after).collect()
            }
            None => vec![within(here.groups.clone())],
        }
    }

    /// The groups that are alike, in order, if they are few.
    fn few(&self, here: &OfNamespace, alike: &Alike) -> Option<Vec<usize>> {
        let is_alike = |group: &usize| self.is_alike(*group, alike);
        let of_scopes = || {
            let scopes = alike.scopes.iter();
            scopes.flat_map(|&scope| self.scopes[scope].groups.within(&here.groups))
        };
        let mut few: Vec<usize> = if alike.cohorts.is_empty() {
            of_scopes().copied().filter(is_alike).take(FEW + 1).collect()
        } else {
            here.groups.clone().filter(is_alike).take(FEW + 1).collect()
        };
        few.sort_unstable();
        (few.len() <= FEW).then_some(few)
    }

    /// Whether a group is one of these.
    pub(super) fn is_alike(&self, index: usize, alike: &Alike) -> bool {
        let group = &self.all[index];
        let Some(cohort) = group.cohort else { return false };
        let of_cohort = || {
            alike.cohorts.binary_search(&cohort).is_ok() && alike.without.binary_search(&group.scope).is_err()
        };
        (of_cohort() || alike.scopes.binary_search(&group.scope).is_ok())
            && alike.except.binary_search(&index).is_err()
    }

    /// How many workloads those of these have that are within a range.
    pub(super) fn count_alike(&self, alike: &Alike, within: &Range<usize>) -> usize {
        let is_of_cohort = |index: usize| {
            let cohort = self.all[index].cohort;
            cohort.is_some_and(|cohort| alike.cohorts.binary_search(&cohort).is_ok())
        };
        let of_scope = |scope: usize| self.scopes[scope].groups.within(within).iter().copied();
        let of_cohorts: usize = alike
            .cohorts
            .iter()
            .map(|&cohort| self.cohorts[cohort].groups.workloads_within(within))
            .sum();
        let workloads = |index: usize| self.all[index].members.len();
        let without = alike.without.iter().flat_map(|&scope| of_scope(scope));
        let without: usize = without.filter(|&index| is_of_cohort(index)).map(workloads).sum();
        let scopes = alike.scopes.iter().flat_map(|&scope| of_scope(scope));
        let scopes: usize = scopes.filter(|&index| !is_of_cohort(index)).map(workloads).sum();
        let mut lacking = alike.clone();
        let except = std::mem::take(&mut lacking.except);
        let except = except
            .into_iter()
            .filter(|index| within.contains(index) && self.is_alike(*index, &lacking));
        of_cohorts + scopes - without - except.map(workloads).sum::<usize>()
    }
}

/// What tells cohorts of a namespace apart: whether a Sidecar resource limits what they know, but not to what.
type Key<'o> = (DataPlane, &'o str, [Option<&'o str>; 4], Option<bool>, Vec<usize>);

fn key<'o>(group: &Group<'_, 'o>) -> Key<'o> {
    let client = &group.client;
    let is_limited = client.sidecar.map(|sidecar| !sidecar.spec.egress.is_empty());
    (
        client.plane,
        client.revision,
        client.outbound.texts(),
        is_limited,
        group.routed.clone(),
    )
}
