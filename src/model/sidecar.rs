//! `Sidecar`: which ports a proxy serves and which hosts it knows.

use serde::Deserialize;

use super::object::labels_without_nulls;
use crate::yaml::{Spanned, StringMap};

/// The `spec` of a `Sidecar` (istio/api `networking/v1alpha3/sidecar.proto`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sidecar {
    /// Which workloads of its namespace; absent means all.
    pub workload_selector: Option<Spanned<WorkloadSelector>>,
    /// Ports that the proxy serves in place of those of the workload's Services.
    #[serde(default)]
    pub ingress: Vec<Spanned<IngressListener>>,
    /// Hosts that the proxy knows; absent means all that are visible.
    #[serde(default)]
    pub egress: Vec<Spanned<EgressListener>>,
    /// What happens to unknown hosts.
    pub outbound_traffic_policy: Option<Spanned<OutboundTrafficPolicy>>,
}

/// A selector of the networking API: `labels`, not `matchLabels`.
#[derive(Debug, Default, Deserialize)]
pub struct WorkloadSelector {
    /// Every entry must be among the labels.
    #[serde(default, deserialize_with = "labels_without_nulls")]
    pub labels: StringMap,
}

/// A port with a declared protocol.
#[derive(Debug, Default, Deserialize)]
pub struct SidecarPort {
    /// The port's number.
    pub number: Option<Spanned<u16>>,
    /// The protocol by name.
    pub protocol: Option<Spanned<Box<str>>>,
    /// The port's name.
    pub name: Option<Spanned<Box<str>>>,
}

/// One entry of `ingress`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressListener {
    /// The workload port that is served.
    pub port: Option<Spanned<SidecarPort>>,
    /// `NONE` binds the port instead of capturing it.
    pub capture_mode: Option<Spanned<Box<str>>>,
    /// TLS of the listener's own; ignored by default.
    pub tls: Option<Spanned<IngressTls>>,
}

/// `tls` of an ingress listener.
#[derive(Debug, Deserialize)]
pub struct IngressTls {
    /// SIMPLE, MUTUAL, …
    pub mode: Option<Spanned<Box<str>>>,
}

/// One entry of `egress`.
#[derive(Debug, Deserialize)]
pub struct EgressListener {
    /// Limits the listener to one Service port.
    pub port: Option<Spanned<SidecarPort>>,
    /// `namespace/host` patterns.
    #[serde(default)]
    pub hosts: Vec<Spanned<Box<str>>>,
}

impl EgressListener {
    /// The Service port to which the listener is limited; a proxy for HTTP is none
    /// (`pilot/pkg/model/sidecar.go` `needsPortMatch`).
    pub fn only_port(&self) -> Option<u16> {
        let port = self.port.as_ref()?;
        let protocol = port.protocol.as_ref().map_or("", |protocol| &*protocol.value);
        let number = port.number.as_ref()?.value;
        (number != 0 && !protocol.eq_ignore_ascii_case("HTTP_PROXY")).then_some(number)
    }
}

/// `outboundTrafficPolicy`.
#[derive(Debug, Default, Deserialize)]
pub struct OutboundTrafficPolicy {
    /// `ALLOW_ANY` or `REGISTRY_ONLY`.
    pub mode: Option<Spanned<Box<str>>>,
}
