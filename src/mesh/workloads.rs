//! Workloads: what has ports and labels, whatever kind of object describes it.

use super::age::age;
use super::namespaces::NamespaceId;
use crate::hash::HashMap;
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
    /// What the newest of its pods looks like, where pods are given: the injector and others changed it after
    /// the template was read.
    pub live: Option<&'o PodTemplate>,
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

impl<'o> WorkloadSource<'o> {
    /// Identity and origin.
    pub fn meta(self) -> &'o Meta {
        match self {
            WorkloadSource::Pods(object) => &object.meta,
            WorkloadSource::Entry(object) => &object.meta,
            WorkloadSource::Group(object) => &object.meta,
        }
    }
}

impl<'o> Workload<'o> {
    /// Identity and origin.
    pub fn meta(&self) -> &'o Meta {
        self.source.meta()
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
            WorkloadSource::Pods(object) => Some(self.live.unwrap_or(&object.spec.template)),
            WorkloadSource::Entry(_) | WorkloadSource::Group(_) => None,
        }
    }

    /// A label of its pods (or of the machine) as the manifest writes it.
    pub fn label_entry(&self, key: &str) -> Option<StringEntry<'o>> {
        self.label_maps()
            .into_iter()
            .flatten()
            .find_map(|labels| labels.entry(key))
    }

    /// The maps that hold its labels; of equal keys the first counts.
    pub fn label_maps(&self) -> [Option<&'o StringMap>; 2] {
        match self.source {
            WorkloadSource::Pods(_) => [self.template().map(|template| &template.labels), None],
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
    pub fn annotation(&self, key: &str) -> Option<StringEntry<'o>> {
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
        // A live pod declares its proxy's ports as well.
        let declaring = match self.source {
            WorkloadSource::Pods(object) => Some(&object.spec.template),
            WorkloadSource::Entry(_) | WorkloadSource::Group(_) => None,
        };
        let containers = declaring
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

/// The workloads of a context, each with the newest of its pods: what a given controller makes is folded into
/// it.
pub(super) fn select<'o>(
    pods: &[&'o Object<WorkloadModel>],
) -> Vec<(&'o Object<WorkloadModel>, Option<&'o PodTemplate>)> {
    let family = Family::of(pods);
    let mut newest: HashMap<Span, &'o Object<WorkloadModel>> = HashMap::default();
    for &pod in pods.iter().filter(|pod| pod.meta.kind == Kind::Pod) {
        let owner = family.outermost(pod);
        let known = newest.entry(owner.meta.span).or_insert(pod);
        if age(&pod.meta) > age(&known.meta) {
            *known = pod;
        }
    }
    let own = pods.iter().filter(|object| {
        let is_owned = family.owner(object).is_some();
        !is_owned && !object.is_superseded_replica_set()
    });
    own.map(|&object| {
        let live = newest
            .get(&object.meta.span)
            .filter(|pod| pod.meta.span != object.meta.span);
        (object, live.map(|pod| &pod.spec.template))
    })
    .collect()
}

/// The given pods, each with what it is folded into, or itself.
pub(super) fn owners<'o>(
    pods: &[&'o Object<WorkloadModel>],
) -> Vec<(&'o Object<WorkloadModel>, &'o Object<WorkloadModel>)> {
    let family = Family::of(pods);
    let pods = pods.iter().filter(|object| object.meta.kind == Kind::Pod);
    pods.map(|&pod| (pod, family.outermost(pod))).collect()
}

/// Who made whom.
struct Family<'o> {
    members: HashMap<(&'o str, Option<&'o str>, &'o str), &'o Object<WorkloadModel>>,
}

impl<'o> Family<'o> {
    fn of(pods: &[&'o Object<WorkloadModel>]) -> Family<'o> {
        let key = |object: &&'o Object<WorkloadModel>| {
            let meta = &object.meta;
            (meta.kind.as_str(), meta.namespace_name(), &*meta.name.value)
        };
        Family {
            members: pods.iter().map(|object| (key(object), *object)).collect(),
        }
    }

    fn owner(&self, object: &Object<WorkloadModel>) -> Option<&'o Object<WorkloadModel>> {
        let meta = &object.meta;
        let owner = meta.controller.as_ref()?;
        let key = (&*owner.kind, meta.namespace_name(), &*owner.name);
        self.members.get(&key).copied()
    }

    /// The given controller that all others of a pod go back to, or the pod itself.
    fn outermost(&self, pod: &'o Object<WorkloadModel>) -> &'o Object<WorkloadModel> {
        /// CronJob, Job and Pod; longer chains are made by other tools, or by mistake.
        const GENERATIONS: usize = 8;
        let mut current = pod;
        for _ in 0..GENERATIONS {
            let Some(owner) = self.owner(current) else { break };
            current = owner;
        }
        current
    }
}
