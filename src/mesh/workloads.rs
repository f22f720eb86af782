//! Workloads: what has ports and labels, whatever kind of object describes it.

use std::collections::HashSet;

use super::namespaces::NamespaceId;
use crate::id::Kind;
use crate::model::service_entry::{GroupMetadata, WorkloadEntry, WorkloadGroup};
use crate::model::workload::{PodTemplate, Workload as WorkloadModel};
use crate::model::{Meta, Object};
use crate::source::Span;
use crate::yaml::{Spanned, StringEntry, StringMap};

/// A workload of the mesh, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadId(pub u32);

/// A workload: it stands for one of its pods, which are all alike.
#[derive(Debug, Clone, Copy)]
pub struct Workload<'o> {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// The object that describes it.
    pub source: WorkloadSource<'o>,
}

/// What describes a workload.
#[derive(Debug, Clone, Copy)]
pub enum WorkloadSource<'o> {
    /// A pod, or a controller with its template.
    Pods(&'o Object<WorkloadModel>),
    /// A machine that is registered by hand.
    Entry(&'o Object<WorkloadEntry>),
    /// Machines that register themselves.
    Group(&'o Object<WorkloadGroup>),
}

impl<'o> Workload<'o> {
    /// Identity and origin.
    pub fn meta(&self) -> &'o Meta {
        match self.source {
            WorkloadSource::Pods(object) => &object.meta,
            WorkloadSource::Entry(object) => &object.meta,
            WorkloadSource::Group(object) => &object.meta,
        }
    }

    /// The kind of its object.
    pub fn kind(&self) -> Kind {
        self.meta().kind
    }

    /// The name of its object.
    pub fn name(&self) -> &'o str {
        &self.meta().name.value
    }

    /// The pod template; machines have none.
    pub fn template(&self) -> Option<&'o PodTemplate> {
        match self.source {
            WorkloadSource::Pods(object) => Some(&object.spec.template),
            WorkloadSource::Entry(_) | WorkloadSource::Group(_) => None,
        }
    }

    /// A label of its pods (or of the machine) as the manifest writes it.
    pub fn label_entry(&self, key: &str) -> Option<&'o StringEntry> {
        self.label_maps()
            .into_iter()
            .flatten()
            .find_map(|labels| labels.entry(key))
    }

    /// The maps that hold its labels; of equal keys the first counts.
    pub fn label_maps(&self) -> [Option<&'o StringMap>; 2] {
        match self.source {
            WorkloadSource::Pods(object) => [Some(&object.spec.template.labels), None],
            // For a WorkloadEntry, its own labels are merged under the spec's.
            WorkloadSource::Entry(object) => [Some(&object.spec.labels), Some(&object.meta.labels)],
            WorkloadSource::Group(object) => {
                let metadata = object.spec.metadata.as_ref().map(|metadata| &metadata.value);
                let template = object.spec.template.as_ref().map(|template| &template.value);
                [
                    metadata.map(|metadata: &GroupMetadata| &metadata.labels),
                    template.map(|entry| &entry.labels),
                ]
            }
        }
    }

    /// An annotation of its pods.
    pub fn annotation(&self, key: &str) -> Option<&'o StringEntry> {
        self.template()?.annotations.entry(key)
    }

    /// The entry of a machine: address, ports and identity.
    pub fn machine(&self) -> Option<&'o WorkloadEntry> {
        match self.source {
            WorkloadSource::Pods(_) => None,
            WorkloadSource::Entry(object) => Some(&object.spec),
            WorkloadSource::Group(object) => object.spec.template.as_ref().map(|template| &template.value),
        }
    }

    /// The service account that its manifest names; pods without one have `default`.
    pub fn service_account(&self) -> Option<&'o Spanned<Box<str>>> {
        let named = match self.template() {
            Some(template) => {
                let spec = &template.spec;
                spec.service_account_name
                    .as_ref()
                    .or(spec.service_account.as_ref())
            }
            None => self.machine()?.service_account.as_ref(),
        };
        named.filter(|account| !account.value.is_empty())
    }

    /// The declared TCP ports with their names, in the order in which a name is looked up.
    pub fn container_ports(&self) -> impl Iterator<Item = DeclaredPort<'o>> {
        let containers = self
            .template()
            .into_iter()
            .flat_map(|template| template.spec.serving_containers());
        containers
            .flat_map(|container| &container.ports)
            .filter(|port| port.is_tcp())
            .map(|port| DeclaredPort {
                number: port.container_port.value,
                name: port.name.as_ref().map(|name| &*name.value),
                span: port.container_port.span,
            })
    }
}

/// A port that a container declares.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredPort<'o> {
    /// The number.
    pub number: u16,
    /// The name by which Services may target it.
    pub name: Option<&'o str>,
    /// Where the number stands.
    pub span: Span,
}

/// The workloads of a context: pods that a given controller makes are folded into it.
pub(super) fn select<'o>(
    pods: impl Iterator<Item = &'o Object<WorkloadModel>> + Clone,
) -> impl Iterator<Item = &'o Object<WorkloadModel>> {
    let owners: HashSet<(&str, Option<&str>, &str)> = pods
        .clone()
        .map(|object| {
            let meta = &object.meta;
            (meta.kind.as_str(), meta.namespace_name(), &*meta.name.value)
        })
        .collect();
    pods.filter(move |object| {
        let meta = &object.meta;
        let is_owned = meta
            .controller
            .as_ref()
            .is_some_and(|owner| owners.contains(&(&*owner.kind, meta.namespace_name(), &*owner.name)));
        !is_owned && !object.is_superseded_replica_set()
    })
}
