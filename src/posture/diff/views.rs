//! Which rows of a service port a client sees: one view for all who see the same rows.

use crate::hash::HashMap;
use crate::matrix::Row;
use crate::mesh::NamespaceId;
use crate::resolve::classes::Groups;

/// A view, by its index; 0 is that of nothing.
pub(super) type ViewId = u32;

/// The views of a service port.
pub(super) struct Views<'r, 'a> {
    rows: &'a [Row<'a, 'a>],
    groups: &'r Groups<'a, 'a>,
    /// The rows of each view, by their indexes.
    all: Vec<Vec<usize>>,
    known: HashMap<(ViewId, usize), ViewId>,
    of_group: Vec<ViewId>,
}

impl<'r, 'a> Views<'r, 'a> {
    /// The views of rows; of the ways that nothing takes none is seen.
    pub(super) fn new(rows: &'a [Row<'a, 'a>], groups: &'r Groups<'a, 'a>) -> Self {
        let mut views = Views {
            rows,
            groups,
            all: vec![Vec::new()],
            known: HashMap::default(),
            of_group: vec![0; groups.len()],
        };
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.is_routed) {
            for group in row.clients.iter().flat_map(|members| groups.groups_of(members)) {
                views.of_group[group] = views.extended(views.of_group[group], index);
            }
        }
        views
    }

    /// The view of those who see one row more.
    fn extended(&mut self, view: ViewId, row: usize) -> ViewId {
        if let Some(&known) = self.known.get(&(view, row)) {
            return known;
        }
        let mut rows = self.all[view as usize].clone();
        rows.push(row);
        self.all.push(rows);
        let extended = self.all.len() as ViewId - 1;
        self.known.insert((view, row), extended);
        extended
    }

    /// The view of a group.
    pub(super) fn of_group(&self, group: usize) -> ViewId {
        self.of_group[group]
    }

    /// The view of a sidecar that is not given: one of a namespace, or of one that no manifest speaks of.
    pub(super) fn of_any_sidecar(&mut self, namespace: Option<NamespaceId>) -> ViewId {
        let rows = self.rows;
        let mut view = 0;
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.is_routed) {
            let holds = |members| self.groups.holds_any_sidecar(members, namespace);
            if row.clients.iter().any(holds) {
                view = self.extended(view, index);
            }
        }
        view
    }

    /// The namespaces whose sidecars, given or not, are told apart.
    pub(super) fn open_namespaces(&self) -> impl Iterator<Item = NamespaceId> {
        let members = self.rows.iter().flat_map(|row| row.clients.iter());
        members.filter_map(|members| self.groups.open_namespace(members))
    }

    /// The rows of a view.
    pub(super) fn rows(&self, view: ViewId) -> impl Iterator<Item = &'a Row<'a, 'a>> {
        self.all[view as usize].iter().map(|&row| &self.rows[row])
    }
}
