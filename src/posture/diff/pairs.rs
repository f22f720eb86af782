//! What is the same on both sides: things of equal names.

use std::collections::BTreeMap;

use crate::mesh::{Mesh, ServiceId, WorkloadId};

/// Things of two meshes by name, each with its id on either side.
#[derive(Debug)]
pub(super) struct Pairs<Id> {
    /// Every thing, in the order of names; at least one side has it.
    pub(super) all: Vec<(Option<Id>, Option<Id>)>,
    of_base: Vec<u32>,
    of_head: Vec<u32>,
}

impl<Id: Copy> Pairs<Id> {
    /// Pairs by keys. Of several things of one key the first are the same, and so on.
    fn new<K: Ord>(base: impl Iterator<Item = (Id, K)>, head: impl Iterator<Item = (Id, K)>) -> Self {
        let mut by_key: BTreeMap<K, [Vec<(usize, Id)>; 2]> = BTreeMap::new();
        let mut pairs = Pairs {
            all: Vec::new(),
            of_base: Vec::new(),
            of_head: Vec::new(),
        };
        for (index, (id, key)) in base.enumerate() {
            by_key.entry(key).or_default()[0].push((index, id));
            pairs.of_base.push(0);
        }
        for (index, (id, key)) in head.enumerate() {
            by_key.entry(key).or_default()[1].push((index, id));
            pairs.of_head.push(0);
        }
        for [base, head] in by_key.into_values() {
            for nth in 0..base.len().max(head.len()) {
                let number = pairs.all.len() as u32;
                let (before, after) = (base.get(nth), head.get(nth));
                if let Some(&(index, _)) = before {
                    pairs.of_base[index] = number;
                }
                if let Some(&(index, _)) = after {
                    pairs.of_head[index] = number;
                }
                pairs.all.push((before.map(|of| of.1), after.map(|of| of.1)));
            }
        }
        pairs
    }

    /// Those that both sides have.
    pub(super) fn both(&self) -> impl Iterator<Item = (Id, Id)> {
        self.all.iter().filter_map(|&(base, head)| base.zip(head))
    }
}

impl Pairs<WorkloadId> {
    pub(super) fn of_workloads(base: &Mesh<'_>, head: &Mesh<'_>) -> Self {
        fn keys<'m>(mesh: &'m Mesh<'_>) -> impl Iterator<Item = (WorkloadId, impl Ord + use<'m>)> {
            mesh.workloads().map(|(id, workload)| {
                let namespace = mesh.namespaces[workload.namespace].name;
                // Names that the API server completes are the same for several.
                let is_generated = workload.name().ends_with('-');
                let labels = workload.label_maps().into_iter().flatten();
                let labels = labels.filter(|_| is_generated).flatten();
                let labels: Vec<(&str, &str)> = labels.map(|entry| (entry.key, entry.value)).collect();
                (id, (namespace, workload.name(), workload.kind(), labels))
            })
        }
        Pairs::new(keys(base), keys(head))
    }

    /// The number of a workload of the base; the same workload of the other side has the same.
    pub(super) fn number_in_base(&self, id: WorkloadId) -> u32 {
        self.of_base[id.0 as usize]
    }

    /// The number of a workload of the head.
    pub(super) fn number_in_head(&self, id: WorkloadId) -> u32 {
        self.of_head[id.0 as usize]
    }
}

impl Pairs<ServiceId> {
    pub(super) fn of_services(base: &Mesh<'_>, head: &Mesh<'_>) -> Self {
        fn keys<'m>(mesh: &'m Mesh<'_>) -> impl Iterator<Item = (ServiceId, impl Ord + use<'m>)> {
            mesh.services().map(|(id, service)| {
                let meta = service.meta();
                let object = (meta.namespace_name(), &*meta.name.value, meta.kind);
                (id, (&*service.host, object))
            })
        }
        Pairs::new(keys(base), keys(head))
    }
}
