//! The labels that selectors meet: those of the manifest and those that the injector adds.

use std::ops::Range;

use super::Resolution;
use super::dataplane::{DataPlane, TLS_MODE_LABEL};
use super::proxy::ProxySettings;
use crate::hash::HashMap;
use crate::id::Kind;
use crate::mesh::{NamespaceId, Workload, WorkloadId};
use crate::yaml::{StringEntry, StringMap};

/// Labels that only exist once a pod runs: what they select cannot be told from manifests.
const RUNTIME_ONLY: [&str; 12] = [
    "topology.istio.io/cluster",
    "topology.istio.io/network",
    "topology.istio.io/subzone",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "kubernetes.io/hostname",
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-completion-index",
];

/// Whether a label only exists at run time.
pub fn is_runtime_only(key: &str) -> bool {
    RUNTIME_ONLY.contains(&key)
}

/// The labels of a workload's pods.
#[derive(Debug, Clone)]
pub struct Labels<'o> {
    own: [Option<&'o StringMap>; 2],
    added: Vec<(&'static str, &'o str)>,
}

impl<'o> Labels<'o> {
    /// The labels of a workload on that data plane, whose proxy has those settings.
    pub fn of(workload: &Workload<'o>, plane: DataPlane, proxy: &ProxySettings) -> Labels<'o> {
        let mut labels = Labels {
            own: workload.label_maps(),
            added: Vec::new(),
        };
        if workload.template().is_some() {
            labels.add_injected(workload, plane);
            if plane == DataPlane::Sidecar && proxy.speaks_hbone {
                labels.add("networking.istio.io/tunnel", "http");
            }
        }
        if workload.kind() == Kind::Job {
            labels.add("job-name", workload.name());
            labels.add("batch.kubernetes.io/job-name", workload.name());
        }
        labels
    }

    /// What the templates of the injector add (`files/injection-template.yaml`, `gateway-injection-template.yaml`).
    fn add_injected(&mut self, workload: &Workload<'o>, plane: DataPlane) {
        if plane == DataPlane::Sidecar {
            self.add(TLS_MODE_LABEL, "istio");
        }
        if matches!(plane, DataPlane::Sidecar | DataPlane::Gateway) {
            let name = self
                .first_of(&["app.kubernetes.io/name", "app"])
                .unwrap_or(workload.name());
            let revision = self
                .first_of(&["app.kubernetes.io/version", "version"])
                .unwrap_or("latest");
            self.add("service.istio.io/canonical-name", name);
            self.add("service.istio.io/canonical-revision", revision);
        }
    }

    fn first_of(&self, keys: &[&str]) -> Option<&'o str> {
        keys.iter()
            .find_map(|key| self.get(key))
            .filter(|value| !value.is_empty())
    }

    /// Adds a label unless the manifest has it.
    fn add(&mut self, key: &'static str, value: &'o str) {
        if self.get(key).is_none() {
            self.added.push((key, value));
        }
    }

    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&'o str> {
        let own = self.own.into_iter().flatten().find_map(|labels| labels.get(key));
        own.or_else(|| {
            self.added
                .iter()
                .find(|(added, _)| *added == key)
                .map(|(_, value)| *value)
        })
    }

    /// Every label with its value, once per key.
    pub fn iter(&self) -> impl Iterator<Item = (&'o str, &'o str)> {
        let [first, second] = self.own;
        let first_entries = first.into_iter().flat_map(StringMap::iter);
        let second_entries = second
            .into_iter()
            .flat_map(StringMap::iter)
            .filter(move |entry| first.is_none_or(|first| first.get(entry.key).is_none()));
        first_entries
            .chain(second_entries)
            .map(|entry| (entry.key, entry.value))
            .chain(self.added.iter().map(|&(key, value)| (key, value)))
    }

    /// Whether the labels hold every entry of a selector. An empty selector matches everything.
    pub fn match_all(&self, selector: &StringMap) -> bool {
        selector.iter().all(|entry| self.holds(entry))
    }

    fn holds(&self, entry: StringEntry<'_>) -> bool {
        self.get(entry.key) == Some(entry.value)
    }

    /// Whether everything of a selector that can be told holds, and something cannot be told.
    pub fn may_match(&self, selector: &StringMap) -> bool {
        let mut undecided = false;
        for entry in selector {
            if self.holds(entry) {
                continue;
            }
            if !is_runtime_only(entry.key) || self.get(entry.key).is_some() {
                return false;
            }
            undecided = true;
        }
        undecided
    }
}

/// Workloads by namespace and label, for selectors. Most labels are on one workload alone, so they are kept as
/// sorted lists; a map would take three times the room.
#[derive(Debug, Default)]
pub struct LabelIndex<'o> {
    by_namespace: HashMap<NamespaceId, OfNamespace>,
    workloads: Vec<WorkloadId>,
    labels: Vec<Label<'o>>,
    holders: Vec<WorkloadId>,
}

/// Which of the workloads and labels are of a namespace.
#[derive(Debug, Clone, Default)]
struct OfNamespace {
    workloads: Range<usize>,
    /// Sorted by key and value.
    labels: Range<usize>,
}

/// A label, and which of the holders have it.
#[derive(Debug)]
struct Label<'o> {
    key: &'o str,
    value: &'o str,
    first: u32,
    count: u32,
}

impl<'o> LabelIndex<'o> {
    /// Indexes workloads that come in the order of ids, namespace by namespace.
    pub fn new<'l>(workloads: impl Iterator<Item = (NamespaceId, &'l Labels<'o>)>) -> Self
    where
        'o: 'l,
    {
        let mut index = LabelIndex::default();
        let mut pairs = Vec::new();
        let mut first = 0;
        let mut workloads = (0..).map(WorkloadId).zip(workloads).peekable();
        while let Some((id, (namespace, labels))) = workloads.next() {
            index.workloads.push(id);
            pairs.extend(labels.iter().map(|(key, value)| (key, value, id)));
            let next = workloads.peek().map(|&(_, (namespace, _))| namespace);
            if next != Some(namespace) {
                let labels = index.add_labels(&mut pairs);
                let workloads = first..index.workloads.len();
                first = workloads.end;
                index
                    .by_namespace
                    .insert(namespace, OfNamespace { workloads, labels });
            }
        }
        index
    }

    /// Adds the labels of the workloads of a namespace; the result is where they are.
    fn add_labels(&mut self, pairs: &mut Vec<(&'o str, &'o str, WorkloadId)>) -> Range<usize> {
        pairs.sort_unstable();
        let first_label = self.labels.len();
        for same in pairs.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            self.labels.push(Label {
                key: same[0].0,
                value: same[0].1,
                first: self.holders.len() as u32,
                count: same.len() as u32,
            });
            self.holders.extend(same.iter().map(|&(.., id)| id));
        }
        pairs.clear();
        first_label..self.labels.len()
    }

    /// The workloads of a namespace, in the order of ids.
    pub fn in_namespace(&self, namespace: NamespaceId) -> &[WorkloadId] {
        self.by_namespace
            .get(&namespace)
            .map_or(&[], |own| &self.workloads[own.workloads.clone()])
    }

    /// Workloads of a namespace among which are all that match the selector: those with its rarest label.
    pub fn candidates<'a>(&'a self, namespace: NamespaceId, selector: &'a StringMap) -> &'a [WorkloadId] {
        selector
            .iter()
            .filter(|entry| !is_runtime_only(entry.key))
            .map(|entry| self.with_label(namespace, entry.key, entry.value))
            .min_by_key(|postings| postings.len())
            .unwrap_or_else(|| self.in_namespace(namespace))
    }

    /// The workloads of a namespace with a label.
    pub fn with_label<'a>(
        &'a self,
        namespace: NamespaceId,
        key: &'a str,
        value: &'a str,
    ) -> &'a [WorkloadId] {
        let Some(own) = self.by_namespace.get(&namespace) else {
            return &[];
        };
        let labels = &self.labels[own.labels.clone()];
        match labels.binary_search_by(|label| (label.key, label.value).cmp(&(key, value))) {
            Ok(found) => {
                let Label { first, count, .. } = labels[found];
                &self.holders[first as usize..(first + count) as usize]
            }
            Err(_) => &[],
        }
    }
}

/// Labels by which a policy can select a workload's pods: those of a Service that leads to the port, or to any if
/// none is asked for, else the best known, else all.
pub fn naming_labels<'o>(
    resolution: &Resolution<'_, 'o>,
    workload: WorkloadId,
    port: Option<u16>,
) -> Vec<(&'o str, &'o str)> {
    const NAMES: [&str; 3] = ["app.kubernetes.io/name", "app", "k8s-app"];
    let pairs = |labels: &'o StringMap| labels.iter().map(|entry| (entry.key, entry.value));
    let bindings = &resolution.workload(workload).bindings;
    let of_service = bindings
        .iter()
        .filter(|binding| port.is_none_or(|port| binding.target == port))
        .find_map(|binding| resolution.mesh.service(binding.service).selector());
    if let Some(selector) = of_service {
        return pairs(selector).collect();
    }
    let template = resolution.mesh.workload(workload).template();
    let Some(own) = template.map(|template| &template.labels) else {
        return Vec::new();
    };
    match NAMES.into_iter().find_map(|name| own.entry(name)) {
        Some(entry) => vec![(entry.key, entry.value)],
        None => pairs(own).collect(),
    }
}
