//! `ServiceEntry`, `WorkloadEntry` and `WorkloadGroup`: what the mesh knows beside Kubernetes.

use serde::Deserialize;

use super::object::labels_without_nulls;
use super::sidecar::WorkloadSelector;
use crate::yaml::{Spanned, StringMap};

/// The `spec` of a `ServiceEntry` (istio/api `networking/v1alpha3/service_entry.proto`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEntry {
    /// The names; each is a service of its own.
    #[serde(default)]
    pub hosts: Vec<Spanned<Box<str>>>,
    /// The ports.
    #[serde(default)]
    pub ports: Vec<Spanned<EntryPort>>,
    /// `MESH_EXTERNAL` (also when absent) or `MESH_INTERNAL`.
    pub location: Option<Spanned<Box<str>>>,
    /// `NONE` (also when absent), `STATIC`, `DNS`, `DNS_ROUND_ROBIN` or `DYNAMIC_DNS`.
    pub resolution: Option<Spanned<Box<str>>>,
    /// Endpoints by address.
    #[serde(default)]
    pub endpoints: Vec<Spanned<WorkloadEntry>>,
    /// Endpoints by labels: pods and WorkloadEntries of its namespace.
    pub workload_selector: Option<Spanned<WorkloadSelector>>,
    /// The namespaces that see it.
    #[serde(default)]
    pub export_to: Vec<Spanned<Box<str>>>,
    /// Names that endpoints' certificates may carry.
    #[serde(default)]
    pub subject_alt_names: Vec<Spanned<Box<str>>>,
}

impl ServiceEntry {
    /// Whether the service lies outside the mesh, which is the default.
    pub fn is_external(&self) -> bool {
        self.location
            .as_ref()
            .is_none_or(|location| &*location.value != "MESH_INTERNAL")
    }
}

/// A port of a `ServiceEntry`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryPort {
    /// The service's port.
    pub number: Option<Spanned<u16>>,
    /// Its name, by which endpoints override the workload port.
    pub name: Option<Spanned<Box<str>>>,
    /// The protocol by name; names of ports declare nothing here.
    pub protocol: Option<Spanned<Box<str>>>,
    /// The workload port; absent means `number`.
    pub target_port: Option<Spanned<u16>>,
}

/// The `spec` of a `WorkloadEntry`, and an endpoint of a `ServiceEntry`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadEntry {
    /// An address.
    pub address: Option<Spanned<Box<str>>>,
    /// Workload ports by the name of the service's port.
    #[serde(default)]
    pub ports: std::collections::BTreeMap<Box<str>, Spanned<u16>>,
    /// Labels.
    #[serde(default, deserialize_with = "labels_without_nulls")]
    pub labels: StringMap,
    /// The identity; without one, clients send plaintext unless a label says otherwise.
    pub service_account: Option<Spanned<Box<str>>>,
    /// The network of the address.
    pub network: Option<Spanned<Box<str>>>,
}

/// The `spec` of a `WorkloadGroup`: the template of entries that register themselves.
#[derive(Debug, Default, Deserialize)]
pub struct WorkloadGroup {
    /// Labels and annotations of the entries.
    pub metadata: Option<Spanned<GroupMetadata>>,
    /// The entry without its address.
    pub template: Option<Spanned<WorkloadEntry>>,
}

/// `spec.metadata` of a `WorkloadGroup`.
#[derive(Debug, Default, Deserialize)]
pub struct GroupMetadata {
    /// Labels, which win over the template's.
    #[serde(default)]
    pub labels: StringMap,
    /// Annotations.
    #[serde(default)]
    pub annotations: StringMap,
}
