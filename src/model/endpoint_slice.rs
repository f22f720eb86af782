//! `EndpointSlice` and `Endpoints`: where a Service without a selector leads. Those of other Services follow from
//! their selectors.

use serde::Deserialize;

use super::object::Meta;
use crate::id::Kind;
use crate::yaml::{self, Node};

/// The endpoints of a Service, as an object lists them.
#[derive(Debug, Default)]
pub struct EndpointSlice {
    /// The name of the Service, in the namespace of the object.
    pub service: Option<Box<str>>,
    /// What it lists.
    pub groups: Vec<EndpointGroup>,
}

/// Endpoints that all have the same ports.
#[derive(Debug, Default)]
pub struct EndpointGroup {
    /// Their ports.
    pub ports: Vec<EndpointPort>,
    /// The endpoints that are ready.
    pub endpoints: Vec<ListedEndpoint>,
}

/// A port of endpoints.
#[derive(Debug, Deserialize)]
pub struct EndpointPort {
    /// The name of the Service's port; the only one may have none.
    pub name: Option<Box<str>>,
    /// The workload port.
    pub port: Option<u16>,
}

/// One endpoint.
#[derive(Debug)]
pub struct ListedEndpoint {
    /// Its address.
    pub address: Box<str>,
    /// The name of the pod behind it, where it is told.
    pub pod: Option<Box<str>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSlice {
    address_type: Option<Box<str>>,
    #[serde(default)]
    ports: Vec<EndpointPort>,
    #[serde(default)]
    endpoints: Vec<RawEndpoint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEndpoint {
    #[serde(default)]
    addresses: Vec<Box<str>>,
    #[serde(default)]
    conditions: Conditions,
    target_ref: Option<TargetRef>,
}

#[derive(Debug, Default, Deserialize)]
struct Conditions {
    ready: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
struct RawEndpoints {
    #[serde(default)]
    subsets: Vec<RawSubset>,
}

#[derive(Debug, Default, Deserialize)]
struct RawSubset {
    #[serde(default)]
    addresses: Vec<RawAddress>,
    #[serde(default)]
    ports: Vec<EndpointPort>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAddress {
    ip: Box<str>,
    target_ref: Option<TargetRef>,
}

#[derive(Debug, Default, Deserialize)]
struct TargetRef {
    kind: Option<Box<str>>,
    name: Option<Box<str>>,
}

impl EndpointSlice {
    /// Reads the object `root`.
    pub fn read(meta: &Meta, root: Node<'_>) -> Result<EndpointSlice, yaml::Error> {
        // Kubernetes makes slices of the same content for hand-written Endpoints.
        if meta.kind == Kind::Endpoints {
            let raw: RawEndpoints = yaml::from_node(root)?;
            return Ok(EndpointSlice {
                service: Some(meta.name.value.clone()),
                groups: raw.subsets.into_iter().map(RawSubset::into_group).collect(),
            });
        }
        let raw: RawSlice = yaml::from_node(root)?;
        // Istio looks at addresses only (`endpointslice.go` `updateEndpointCacheForSlice`).
        let has_addresses = raw.address_type.as_deref() != Some("FQDN");
        Ok(EndpointSlice {
            service: meta.labels.get("kubernetes.io/service-name").map(Into::into),
            groups: has_addresses.then(|| raw.into_group()).into_iter().collect(),
        })
    }
}

impl RawSlice {
    fn into_group(self) -> EndpointGroup {
        let ready = self
            .endpoints
            .into_iter()
            .filter(|endpoint| endpoint.conditions.ready != Some(false));
        let endpoints = ready.filter_map(|endpoint| {
            // Several addresses are those of one endpoint in several families.
            Some(ListedEndpoint {
                address: endpoint.addresses.into_iter().next()?,
                pod: endpoint.target_ref.and_then(TargetRef::into_pod),
            })
        });
        EndpointGroup {
            endpoints: endpoints.collect(),
            ports: self.ports,
        }
    }
}

impl RawSubset {
    fn into_group(self) -> EndpointGroup {
        let endpoints = self.addresses.into_iter().map(|address| ListedEndpoint {
            address: address.ip,
            pod: address.target_ref.and_then(TargetRef::into_pod),
        });
        EndpointGroup {
            endpoints: endpoints.collect(),
            ports: self.ports,
        }
    }
}

impl TargetRef {
    fn into_pod(self) -> Option<Box<str>> {
        self.name.filter(|_| self.kind.as_deref() == Some("Pod"))
    }
}
