//! Policies that nobody wrote yet: what `STRICT here` means as a manifest. A policy that is in force is edited and not
//! joined by a second one, which would lose to the older.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::callers::is_guarded;
use crate::id::{Kind, ObjectName};
use crate::mesh::{Mesh, NamespaceId, PolicyId, WorkloadId};
use crate::model::Object;
use crate::model::peer_authentication::{Mode, PeerAuthentication};
use crate::resolve::Resolution;
use crate::resolve::labels::naming_labels;
use crate::yaml::{self, StringMap};

/// A `PeerAuthentication` as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyManifest {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Metadata {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<Selector>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls: Option<MutualTls>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    port_level_mtls: BTreeMap<u16, MutualTls>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selector {
    match_labels: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct MutualTls {
    mode: &'static str,
}

fn pairs(labels: &StringMap) -> BTreeMap<String, String> {
    let pairs = labels.iter();
    pairs
        .map(|entry| (entry.key.to_string(), entry.value.to_string()))
        .collect()
}

impl PolicyManifest {
    /// A policy that says nothing yet.
    pub fn new(namespace: Option<&str>, name: impl Into<String>) -> Self {
        PolicyManifest {
            api_version: "security.istio.io/v1",
            kind: "PeerAuthentication",
            metadata: Metadata {
                name: name.into(),
                namespace: namespace.map(str::to_owned),
                labels: BTreeMap::new(),
                annotations: BTreeMap::new(),
            },
            spec: Spec::default(),
        }
    }

    /// A policy as it is, to be edited.
    pub fn of(object: &Object<PeerAuthentication>) -> Self {
        let (meta, spec) = (&object.meta, &object.spec);
        let said = |mode: Option<Mode>| mode.map_or("UNSET", Mode::as_str);
        let ports = spec.port_modes().iter().map(|entry| {
            let mode = said(entry.mtls.explicit_mode().map(|mode| mode.value));
            (entry.port, MutualTls { mode })
        });
        PolicyManifest {
            metadata: Metadata {
                labels: pairs(&meta.labels),
                annotations: pairs(&meta.annotations),
                ..PolicyManifest::new(meta.namespace_name(), &*meta.name.value).metadata
            },
            spec: Spec {
                // One without labels means the same as none, but ztunnel's policies do not inherit from it.
                selector: spec
                    .selector
                    .as_ref()
                    .filter(|_| spec.selects_labels())
                    .map(|selector| Selector {
                        match_labels: pairs(&selector.match_labels),
                    }),
                mtls: spec.mode().map(|mode| MutualTls {
                    mode: mode.value.as_str(),
                }),
                port_level_mtls: ports.collect(),
            },
            ..PolicyManifest::new(None, "")
        }
    }

    /// The same for workloads with these labels alone.
    #[must_use]
    pub fn selecting<'l>(mut self, labels: impl IntoIterator<Item = (&'l str, &'l str)>) -> Self {
        let labels = labels.into_iter();
        self.spec.selector = Some(Selector {
            match_labels: labels
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        });
        self
    }

    /// The same with that mode: of one port, or of every port that has no entry of its own.
    #[must_use]
    pub fn with_mode(mut self, port: Option<u16>, mode: Mode) -> Self {
        let mutual_tls = MutualTls { mode: mode.as_str() };
        match port {
            Some(port) => drop(self.spec.port_level_mtls.insert(port, mutual_tls)),
            None => self.spec.mtls = Some(mutual_tls),
        }
        self
    }

    /// The same without a word on single ports.
    #[must_use]
    pub fn without_ports(mut self) -> Self {
        self.spec.port_level_mtls.clear();
        self
    }

    /// The same with an annotation to fill, unless it has it.
    #[must_use]
    pub fn asking_for(mut self, annotation: &str) -> Self {
        self.metadata
            .annotations
            .entry(annotation.to_owned())
            .or_default();
        self
    }

    /// What it is called.
    pub fn object_name(&self) -> ObjectName {
        ObjectName {
            kind: Kind::PeerAuthentication,
            namespace: self.metadata.namespace.as_deref().map(Box::from),
            name: Box::from(&*self.metadata.name),
        }
    }

    /// The mode of every port that has no entry of its own, if it says any.
    pub fn mode(&self) -> Option<&'static str> {
        self.spec.mtls.map(|mtls| mtls.mode)
    }

    /// Whether it is for single workloads.
    pub fn is_selecting(&self) -> bool {
        self.spec.selector.is_some()
    }

    /// What it says of single ports.
    pub fn port_modes(&self) -> impl Iterator<Item = (u16, &'static str)> {
        self.spec
            .port_level_mtls
            .iter()
            .map(|(&port, mtls)| (port, mtls.mode))
    }

    /// `namespace/name`.
    pub fn qualified_name(&self) -> String {
        match &self.metadata.namespace {
            Some(namespace) => format!("{namespace}/{}", self.metadata.name),
            None => self.metadata.name.clone(),
        }
    }

    /// The manifest.
    ///
    /// # Errors
    /// None that names and labels can cause.
    pub fn to_yaml(&self) -> Result<String, serde_yaml::Error> {
        yaml::write(self)
    }
}

/// What is wished for.
pub struct Wish<'w> {
    /// The mode.
    pub mode: Mode,
    /// The namespaces; none means the mesh.
    pub namespaces: &'w [NamespaceId],
    /// Which workloads, where not all are meant.
    pub selects: Option<&'w dyn Fn(WorkloadId) -> bool>,
    /// The labels by which a new policy selects them, where the wish names labels and nothing else.
    pub labels: Option<Vec<(&'w str, &'w str)>>,
    /// The port, where not all are meant.
    pub port: Option<u16>,
}

/// The policies that fulfil a wish, in the order of namespaces: those that are in force, edited, and new ones where
/// there is none. Where workloads are chosen, those alone that a data plane of the mesh guards; none of the root
/// namespace, where Istio reads no policy for single workloads.
pub fn policies(resolution: &Resolution<'_, '_>, wish: &Wish<'_>) -> Vec<PolicyManifest> {
    let mesh = resolution.mesh;
    if wish.selects.is_some() || wish.port.is_some() {
        return of_workloads(resolution, wish);
    }
    if wish.namespaces.is_empty() {
        return vec![wide(mesh, mesh.root, mesh.policies.mesh_wide(), wish.mode)];
    }
    let of_namespace = |&namespace: &NamespaceId| {
        let in_force = if mesh.root == Some(namespace) {
            mesh.policies.mesh_wide()
        } else {
            &mesh.policies.of_namespace(namespace).namespace_wide
        };
        wide(mesh, Some(namespace), in_force, wish.mode)
    };
    wish.namespaces.iter().map(of_namespace).collect()
}

/// The policy of a whole namespace, or of the mesh.
fn wide(mesh: &Mesh<'_>, namespace: Option<NamespaceId>, known: &[PolicyId], mode: Mode) -> PolicyManifest {
    const DEFAULT_REVISION: &str = "default";
    let in_force = mesh.policies.first_read_by(known, DEFAULT_REVISION);
    let policy = match (in_force, namespace) {
        (Some(id), _) => PolicyManifest::of(mesh.policies[id].object),
        (None, Some(id)) => {
            PolicyManifest::new(mesh.namespaces[id].name, free_name(mesh, id, "default", &[]))
        }
        (None, None) => PolicyManifest::new(Some(&mesh.settings.root_namespace.value), "default"),
    };
    policy.with_mode(None, mode)
}

fn of_workloads(resolution: &Resolution<'_, '_>, wish: &Wish<'_>) -> Vec<PolicyManifest> {
    let mesh = resolution.mesh;
    let mut edited: BTreeMap<PolicyId, PolicyManifest> = BTreeMap::new();
    let mut new: Vec<PolicyManifest> = Vec::new();
    for (id, workload) in mesh.workloads() {
        let is_meant = (wish.namespaces.is_empty() || wish.namespaces.contains(&workload.namespace))
            && mesh.root != Some(workload.namespace)
            && wish.selects.is_none_or(|selects| selects(id))
            && wish
                .port
                .is_none_or(|port| resolution.declared_ports(id).contains(&port))
            && is_guarded(resolution, id);
        if !is_meant {
            continue;
        }
        if let Some(own) = resolution.choose(id, &mut ()).workload {
            let policy = edited
                .entry(own)
                .or_insert_with(|| PolicyManifest::of(mesh.policies[own].object));
            *policy = policy.clone().with_mode(wish.port, wish.mode);
            continue;
        }
        let labels = wish
            .labels
            .clone()
            .unwrap_or_else(|| naming_labels(resolution, id, wish.port));
        if labels.is_empty() {
            continue;
        }
        let namespace = mesh.namespaces[workload.namespace].name;
        let policy = PolicyManifest::new(namespace, String::new())
            .selecting(labels)
            .with_mode(wish.port, wish.mode);
        let is_same = |other: &PolicyManifest| {
            other.spec == policy.spec && other.metadata.namespace == policy.metadata.namespace
        };
        if !new.iter().any(is_same) {
            let name = free_name(mesh, workload.namespace, workload.name(), &new);
            let metadata = Metadata {
                name,
                ..policy.metadata
            };
            new.push(PolicyManifest { metadata, ..policy });
        }
    }
    edited.into_values().chain(new).collect()
}

/// A name that no policy of a namespace has.
pub(super) fn free_name(
    mesh: &Mesh<'_>,
    namespace: NamespaceId,
    wanted: &str,
    new: &[PolicyManifest],
) -> String {
    let wanted = wanted.trim_end_matches('-');
    let is_taken = |name: &str| {
        let policies = mesh.policies.of_namespace(namespace);
        let mesh_wide = mesh
            .policies
            .mesh_wide()
            .iter()
            .filter(|_| mesh.root == Some(namespace));
        let known = policies
            .namespace_wide
            .iter()
            .chain(&policies.selecting)
            .chain(mesh_wide);
        let own = mesh.namespaces[namespace].name;
        let is_new = new
            .iter()
            .any(|policy| policy.metadata.name == name && policy.metadata.namespace.as_deref() == own);
        is_new
            || known
                .into_iter()
                .any(|&id| *mesh.policies[id].object.meta.name.value == *name)
    };
    let mut name = wanted.to_owned();
    let mut number = 2_u32;
    while is_taken(&name) {
        name = format!("{wanted}-{number}");
        number += 1;
    }
    name
}
