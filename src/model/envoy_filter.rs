//! `EnvoyFilter`: raw changes to a proxy's configuration. What they do is not modelled, only whom they are for
//! and whether they touch what decides on TLS.

use serde::Deserialize;

use super::sidecar::WorkloadSelector;
use crate::yaml::Spanned;

/// The `spec` of an `EnvoyFilter` (istio/api `networking/v1alpha3/envoy_filter.proto`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvoyFilter {
    /// Which workloads of its namespace; absent means all, in the root namespace those of the mesh.
    pub workload_selector: Option<Spanned<WorkloadSelector>>,
    /// What it is attached to instead: gateways and waypoints.
    #[serde(default)]
    pub target_refs: Vec<Spanned<super::authorization_policy::TargetReference>>,
    /// The changes.
    #[serde(default)]
    pub config_patches: Vec<Spanned<ConfigPatch>>,
}

impl EnvoyFilter {
    /// The first change of listeners, filter chains or transport sockets of a sidecar: what decides on TLS.
    pub fn patch_of_tls(&self) -> Option<&Spanned<ConfigPatch>> {
        let is_attached = !self.target_refs.is_empty();
        let mut patches = self.config_patches.iter().filter(|_| !is_attached);
        patches.find(|patch| patch.is_of_sidecar() && patch.touches_tls())
    }
}

impl ConfigPatch {
    fn is_of_sidecar(&self) -> bool {
        let context = self.matches.context.as_ref();
        context.is_none_or(|context| &*context.value != "GATEWAY")
    }

    fn touches_tls(&self) -> bool {
        let apply_to = self.apply_to.as_ref().map_or("", |apply_to| &apply_to.value);
        let value = self.patch.as_ref().and_then(|patch| patch.value.as_ref());
        let has_socket = value
            .is_some_and(|value| value.transport_socket.is_some() || value.transport_socket_camel.is_some());
        matches!(apply_to, "LISTENER" | "FILTER_CHAIN" | "LISTENER_FILTER") || has_socket
    }
}

/// One change.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigPatch {
    /// What is changed, such as `FILTER_CHAIN`.
    pub apply_to: Option<Spanned<Box<str>>>,
    /// Where.
    #[serde(rename = "match", default)]
    pub matches: PatchMatch,
    /// How.
    pub patch: Option<Patch>,
}

/// `match` of a change.
#[derive(Debug, Default, Deserialize)]
pub struct PatchMatch {
    /// `ANY`, `SIDECAR_INBOUND`, `SIDECAR_OUTBOUND` or `GATEWAY`.
    pub context: Option<Spanned<Box<str>>>,
}

/// `patch` of a change.
#[derive(Debug, Default, Deserialize)]
pub struct Patch {
    /// The configuration that is merged in, added or put in place.
    pub value: Option<PatchValue>,
}

/// A configuration, as far as it names TLS.
#[derive(Debug, Default, Deserialize)]
pub struct PatchValue {
    /// TLS of a filter chain or a cluster.
    pub transport_socket: Option<Spanned<TransportSocket>>,
    /// The older name of the same field.
    #[serde(rename = "transportSocket")]
    pub transport_socket_camel: Option<Spanned<TransportSocket>>,
}

/// A transport socket; what it holds is not looked at.
#[derive(Debug, Default, Deserialize)]
pub struct TransportSocket {}
