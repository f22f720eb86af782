//! The two states of one cluster, with what belongs together.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::pairs::Pairs;
use super::{Change, Side, WorkloadName, calls, connections, presence, servers};
use crate::matrix::{Answers, Row};
use crate::mesh::{ServiceId, WorkloadId};

/// The states.
pub(super) struct Sides<'a> {
    pub(super) base: State<'a>,
    pub(super) head: State<'a>,
    pub(super) workloads: Pairs<WorkloadId>,
    pub(super) services: Pairs<ServiceId>,
    /// Workloads of both sides that share a group on each: no service can tell them apart.
    pub(super) atoms: Vec<Atom>,
}

/// One state.
pub(super) struct State<'a> {
    pub(super) answers: Answers<'a>,
}

/// Workloads that no service can tell apart, neither before nor after.
pub(super) struct Atom {
    /// Their group in the base.
    pub(super) base: usize,
    /// Their group in the head.
    pub(super) head: usize,
    /// The workloads, by their ids in the head.
    pub(super) members: Vec<WorkloadId>,
}

impl<'a> State<'a> {
    /// The rows of a service, port by port.
    pub(super) fn rows(&self, service: ServiceId) -> &'a [Row<'a, 'a>] {
        self.answers.matrix.of_service(service)
    }

    /// The rows of a service port.
    pub(super) fn rows_of_port(&self, service: ServiceId, port: u16) -> &'a [Row<'a, 'a>] {
        let rows = self.rows(service);
        let of_port = |row: &Row<'_, '_>| row.port == port;
        let start = rows.iter().position(of_port).unwrap_or(rows.len());
        let end = rows[start..].iter().take_while(|row| of_port(row)).count();
        &rows[start..start + end]
    }
}

impl<'a> Sides<'a> {
    pub(super) fn new(base: Answers<'a>, head: Answers<'a>) -> Self {
        let workloads = Pairs::of_workloads(base.mesh(), head.mesh());
        let mut atoms: BTreeMap<(usize, usize), Vec<WorkloadId>> = BTreeMap::new();
        for (before, after) in workloads.both() {
            let groups = (base.groups.group_of(before), head.groups.group_of(after));
            atoms.entry(groups).or_default().push(after);
        }
        let atoms = atoms
            .into_iter()
            .map(|((base, head), members)| Atom { base, head, members });
        Sides {
            services: Pairs::of_services(base.mesh(), head.mesh()),
            base: State { answers: base },
            head: State { answers: head },
            atoms: atoms.collect(),
            workloads,
        }
    }

    pub(super) fn state(&self, side: Side) -> &State<'a> {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }

    pub(super) fn context(&self) -> Option<&'a str> {
        self.head.answers.mesh().context
    }

    /// The number that a workload of a side shares with its counterpart.
    pub(super) fn number(&self, side: Side, id: WorkloadId) -> u32 {
        match side {
            Side::Base => self.workloads.number_in_base(id),
            Side::Head => self.workloads.number_in_head(id),
        }
    }

    /// The name of the workload of a number.
    pub(super) fn name(&self, number: u32) -> Option<WorkloadName<'a>> {
        match self.workloads.all[number as usize] {
            (_, Some(id)) => Some(WorkloadName::of(self.head.answers.mesh(), id)),
            (Some(id), None) => Some(WorkloadName::of(self.base.answers.mesh(), id)),
            (None, None) => None,
        }
    }

    /// Adds everything that differs.
    pub(super) fn compare(&self, changes: &mut Vec<Change<'a>>) {
        changes.par_extend(
            self.workloads
                .all
                .par_iter()
                .flat_map_iter(|&pair| servers::compare(self, pair)),
        );
        changes.par_extend(
            self.services
                .all
                .par_iter()
                .flat_map_iter(|&pair| connections::compare(self, pair)),
        );
        calls::compare(self, changes);
        presence::compare(self, changes);
    }
}
