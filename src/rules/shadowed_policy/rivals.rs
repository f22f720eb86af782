//! Which policies compete: those of one scope that one control plane compares with each other.

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use crate::mesh::{NamespaceId, Policies, PolicyId, WorkloadId};

/// Policies of which only one counts at a time.
#[derive(Debug)]
pub(super) struct Rivals {
    /// Every one, oldest first.
    pub policies: Vec<PolicyId>,
    /// Those that somewhere do not count.
    pub losers: BTreeSet<PolicyId>,
    /// The occasions on which some of them compete.
    pub contests: Vec<Contest>,
}

/// One occasion on which policies compete.
#[derive(Debug, Clone)]
pub(super) struct Contest {
    /// What is contested.
    pub over: Contested,
    /// At least two policies, oldest first: the first counts.
    pub policies: Vec<PolicyId>,
}

/// What policies compete for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contested {
    /// The mode of the mesh.
    Mesh,
    /// The mode of a namespace.
    Namespace(NamespaceId),
    /// A workload.
    Workload(WorkloadId),
}

impl Contested {
    /// The workload, if it is one.
    pub(super) fn workload(self) -> Option<WorkloadId> {
        match self {
            Contested::Workload(workload) => Some(workload),
            Contested::Mesh | Contested::Namespace(_) => None,
        }
    }
}

impl Rivals {
    /// The oldest of those that lose somewhere, with the contest that it loses first.
    pub(super) fn loser(&self) -> Option<(PolicyId, &Contest)> {
        let loser = *self.losers.first()?;
        Some((loser, self.lost_by(loser).next()?))
    }

    /// The contests in which a policy takes part and does not count.
    pub(super) fn lost_by(&self, loser: PolicyId) -> impl Iterator<Item = &Contest> {
        let contests = self.contests.iter();
        contests.filter(move |contest| contest.policies.iter().skip(1).any(|&id| id == loser))
    }
}

/// Every group of rivals: of the mesh, then by namespace.
pub(super) fn all(facts: &Facts<'_>) -> Vec<Rivals> {
    let policies = &facts.mesh.policies;
    let mut groups = group(wide(policies, policies.mesh_wide(), Contested::Mesh));
    for (namespace, _) in facts.mesh.namespaces.iter() {
        let wide_ones = &policies.of_namespace(namespace).namespace_wide;
        groups.extend(group(wide(policies, wide_ones, Contested::Namespace(namespace))));
        groups.extend(group(selecting(facts, namespace)));
    }
    groups
}

/// The contests between policies without labels, one for each revision that reads some of them.
fn wide(policies: &Policies<'_>, candidates: &[PolicyId], over: Contested) -> Vec<Contest> {
    if candidates.len() < 2 {
        return Vec::new();
    }
    let revisions: BTreeSet<Option<&str>> = candidates.iter().map(|&id| revision(policies, id)).collect();
    let contest = |of: Option<&str>| {
        let is_read = |id: &PolicyId| match of {
            Some(of) => policies[*id].is_read_by(of),
            None => revision(policies, *id).is_none(),
        };
        let policies = candidates.iter().copied().filter(is_read).collect();
        Contest { over, policies }
    };
    let contests = revisions.into_iter().map(contest);
    contests.filter(|contest| contest.policies.len() > 1).collect()
}

fn revision<'o>(policies: &Policies<'o>, id: PolicyId) -> Option<&'o str> {
    policies[id].revision().filter(|revision| !revision.is_empty())
}

/// The contests over workloads of a namespace. Those that follow no policy at all are left out.
fn selecting(facts: &Facts<'_>, namespace: NamespaceId) -> Vec<Contest> {
    if facts.mesh.root == Some(namespace) || facts.mesh.policies.of_namespace(namespace).selecting.len() < 2 {
        return Vec::new();
    }
    let workloads = facts.resolution.index.in_namespace(namespace).iter();
    let contests = workloads.map(|&workload| {
        let resolved = facts.resolution.workload(workload);
        let selecting = resolved.selecting.iter().copied();
        Contest {
            over: Contested::Workload(workload),
            policies: selecting
                .filter(|&id| facts.mesh.policies[id].is_read_by(resolved.revision))
                .collect(),
        }
    });
    contests.filter(|contest| contest.policies.len() > 1).collect()
}

/// Contests that have a policy in common belong together.
fn group(contests: Vec<Contest>) -> Vec<Rivals> {
    let mut first_of: BTreeMap<PolicyId, PolicyId> = BTreeMap::new();
    for contest in &contests {
        let roots: Vec<PolicyId> = contest.policies.iter().map(|&id| root(&first_of, id)).collect();
        let Some(&first) = roots.iter().min() else {
            continue;
        };
        for &id in roots.iter().chain(&contest.policies) {
            first_of.insert(id, first);
        }
    }
    let mut groups: BTreeMap<PolicyId, Rivals> = BTreeMap::new();
    for contest in contests {
        let group = groups
            .entry(root(&first_of, contest.policies[0]))
            .or_insert_with(|| Rivals {
                policies: Vec::new(),
                losers: BTreeSet::new(),
                contests: Vec::new(),
            });
        group.policies.extend(&contest.policies);
        group.losers.extend(contest.policies.iter().skip(1));
        group.contests.push(contest);
    }
    for group in groups.values_mut() {
        group.policies.sort_unstable();
        group.policies.dedup();
    }
    groups.into_values().collect()
}

/// The oldest policy that is known to belong together with `id`.
fn root(first_of: &BTreeMap<PolicyId, PolicyId>, mut id: PolicyId) -> PolicyId {
    while let Some(&first) = first_of.get(&id).filter(|&&first| first != id) {
        id = first;
    }
    id
}
