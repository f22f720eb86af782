//! Labels by which a policy selects some workloads of a namespace and no others.

use super::policies::Goal;
use super::targets::Server;
use crate::hash::HashMap;
use crate::matrix::Answers;
use crate::mesh::WorkloadId;
use crate::resolve::labels::{is_runtime_only, naming_labels};

/// Labels, and the servers that have them.
#[derive(Debug)]
pub(super) struct Selection<'s, 'a> {
    pub(super) labels: Vec<Label<'a>>,
    /// The one that it was made for comes first.
    pub(super) servers: Vec<&'s Server<'a>>,
}

type Label<'a> = (&'a str, &'a str);

/// The servers of a namespace that no policy of their own is for, by their labels.
pub(super) struct Selections<'w, 's, 'a> {
    answers: &'w Answers<'a>,
    free: &'w [&'s Server<'a>],
    by_label: HashMap<Label<'a>, Vec<usize>>,
    by_id: HashMap<WorkloadId, usize>,
}

impl<'w, 's, 'a> Selections<'w, 's, 'a> {
    pub(super) fn of(answers: &'w Answers<'a>, free: &'w [&'s Server<'a>]) -> Self {
        let mut selections = Selections {
            answers,
            free,
            by_label: HashMap::default(),
            by_id: HashMap::default(),
        };
        for (index, server) in free.iter().enumerate() {
            for label in answers.resolution().workload(server.id).labels.iter() {
                selections.by_label.entry(label).or_default().push(index);
            }
            selections.by_id.insert(server.id, index);
        }
        selections
    }

    /// Selections that hold each of these servers once, and as few others as labels allow; or the first that cannot be
    /// selected.
    pub(super) fn select(&self, servers: &[&'s Server<'a>]) -> Result<Vec<Selection<'s, 'a>>, WorkloadId> {
        let (selected, left) = self.select_what_can_be(servers);
        match left.first() {
            None => Ok(selected),
            Some(server) => Err(server.id),
        }
    }

    /// The same of those that can be, and the others.
    pub(super) fn select_what_can_be(
        &self,
        servers: &[&'s Server<'a>],
    ) -> (Vec<Selection<'s, 'a>>, Vec<&'s Server<'a>>) {
        let mut is_taken = vec![false; self.free.len()];
        let (mut selected, mut left) = (Vec::new(), Vec::new());
        for &server in servers {
            if self.by_id.get(&server.id).is_some_and(|&index| is_taken[index]) {
                continue;
            }
            match self.find(server, &is_taken) {
                Some((labels, members)) => {
                    for &index in &members {
                        is_taken[index] = true;
                    }
                    let others = members.into_iter().map(|index| self.free[index]);
                    let others = others.filter(|other| other.id != server.id);
                    selected.push(Selection {
                        labels,
                        servers: std::iter::once(server).chain(others).collect(),
                    });
                }
                None => left.push(server),
            }
        }
        (selected, left)
    }

    /// Labels for a server: those that name it, if nobody else who has them would lose by it, else all.
    fn find(&self, server: &Server<'a>, is_taken: &[bool]) -> Option<(Vec<Label<'a>>, Vec<usize>)> {
        let resolution = self.answers.resolution();
        let naming = naming_labels(resolution, server.id, None);
        let members = self.having(&naming);
        let is_free =
            |members: &[usize]| !members.is_empty() && members.iter().all(|&index| !is_taken[index]);
        let goal = Goal::of(members.iter().map(|&index| self.free[index]));
        let is_harmless = members.iter().all(|&index| {
            let ports = &self.free[index].ports;
            ports
                .iter()
                .all(|(&port, own)| own.target.is_none_or(|target| target == goal.on(port)))
        });
        if is_free(&members) && is_harmless && members.iter().any(|&index| self.free[index].id == server.id) {
            return Some((naming, members));
        }
        let maps = self.answers.mesh().workload(server.id).label_maps();
        let own = maps.into_iter().flatten().flat_map(|labels| labels.iter());
        let own = own.filter(|entry| !is_runtime_only(entry.key) && !entry.is_null);
        let labels = &resolution.workload(server.id).labels;
        let mut all: Vec<Label<'a>> = own
            .filter(|entry| labels.get(entry.key) == Some(entry.value))
            .map(|entry| (entry.key, entry.value))
            .collect();
        all.sort_unstable();
        all.dedup();
        let members = self.having(&all);
        is_free(&members).then_some((all, members))
    }

    /// The free servers with all these labels; none for no labels.
    fn having(&self, labels: &[Label<'a>]) -> Vec<usize> {
        let with = |label: &Label<'a>| self.by_label.get(label).map_or(&[][..], Vec::as_slice);
        let Some(rarest) = labels.iter().map(with).min_by_key(|members| members.len()) else {
            return Vec::new();
        };
        let has_all = |index: &usize| {
            let own = &self.answers.resolution().workload(self.free[*index].id).labels;
            labels.iter().all(|(key, value)| own.get(key) == Some(*value))
        };
        rarest.iter().copied().filter(has_all).collect()
    }
}
