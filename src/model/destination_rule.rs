//! `DestinationRule`: what a client's proxy sends to a host.

use serde::Deserialize;

use super::object::{LabelSelector, labels_without_nulls};
use crate::yaml::{Spanned, StringMap};

/// The `spec` of a `DestinationRule` (istio/api `networking/v1alpha3/destination_rule.proto`), as far as
/// it decides TLS.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationRule {
    /// The host: a name of the registry, a wildcard, or a short name of the rule's own namespace.
    pub host: Option<Spanned<Box<str>>>,
    /// The policy of every port and subset that has none of its own.
    pub traffic_policy: Option<Spanned<TrafficPolicy>>,
    /// Named parts of the host's endpoints.
    #[serde(default)]
    pub subsets: Vec<Spanned<Subset>>,
    /// The namespaces that see the rule; absent means the mesh's default.
    #[serde(default)]
    pub export_to: Vec<Spanned<Box<str>>>,
    /// Which clients of its own namespace it is for.
    pub workload_selector: Option<Spanned<LabelSelector>>,
}

/// A subset: labels of endpoints, and possibly a policy of their own.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subset {
    /// Its name within the rule.
    #[serde(default)]
    pub name: Box<str>,
    /// Labels that an endpoint must have.
    #[serde(default, deserialize_with = "labels_without_nulls")]
    pub labels: StringMap,
    /// What replaces or completes the rule's policy.
    pub traffic_policy: Option<Spanned<TrafficPolicy>>,
}

/// A traffic policy. An entry for a port replaces the rest wholesale, also where it says nothing on TLS.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficPolicy {
    /// TLS towards the host; absent leaves auto-mTLS on.
    pub tls: Option<Spanned<ClientTls>>,
    /// Only `simple: PASSTHROUGH` matters here.
    pub load_balancer: Option<Spanned<LoadBalancer>>,
    /// Policies by Service port.
    #[serde(default)]
    pub port_level_settings: Vec<Spanned<PortPolicy>>,
}

/// An entry of `portLevelSettings`.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortPolicy {
    /// The port.
    pub port: Option<Spanned<PortSelector>>,
    /// TLS on that port; absent means none of the rule's TLS, not the rule's TLS.
    pub tls: Option<Spanned<ClientTls>>,
    /// Load balancing on that port.
    pub load_balancer: Option<Spanned<LoadBalancer>>,
}

impl PortPolicy {
    /// The Service port, if the entry names one.
    pub fn number(&self) -> Option<u32> {
        self.port.as_ref()?.number.as_ref().map(|number| number.value)
    }
}

/// `port` of an entry.
#[derive(Debug, PartialEq, Deserialize)]
pub struct PortSelector {
    /// The Service port.
    pub number: Option<Spanned<u32>>,
}

/// `loadBalancer`.
#[derive(Debug, PartialEq, Deserialize)]
pub struct LoadBalancer {
    /// The algorithm by name.
    pub simple: Option<Spanned<Box<str>>>,
}

impl LoadBalancer {
    /// Whether connections go to the address that the client chose.
    pub fn is_passthrough(&self) -> bool {
        self.simple
            .as_ref()
            .is_some_and(|simple| &*simple.value == "PASSTHROUGH")
    }
}

/// `tls` of a traffic policy.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientTls {
    /// Absent means DISABLE (its protobuf default), not "leave it".
    pub mode: Option<Spanned<TlsMode>>,
    /// A secret by name: honoured by gateways, and by sidecars only with a `workloadSelector`.
    pub credential_name: Option<Spanned<Box<str>>>,
    /// Path of the client's certificate.
    pub client_certificate: Option<Spanned<Box<str>>>,
    /// Path of the client's key.
    pub private_key: Option<Spanned<Box<str>>>,
    /// Path of the authority's certificate.
    pub ca_certificates: Option<Spanned<Box<str>>>,
    /// Names that the server's certificate may carry.
    #[serde(default)]
    pub subject_alt_names: Vec<Spanned<Box<str>>>,
}

impl ClientTls {
    /// Whether it names certificates of its own.
    pub fn names_certificates(&self) -> bool {
        let fields = [
            &self.client_certificate,
            &self.private_key,
            &self.ca_certificates,
            &self.credential_name,
        ];
        fields.into_iter().flatten().any(|value| !value.value.is_empty())
    }

    /// The mode in force: `tls: {}` is DISABLE.
    pub fn effective_mode(&self) -> TlsMode {
        self.mode.as_ref().map_or(TlsMode::Disable, |mode| mode.value)
    }
}

/// TLS modes of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TlsMode {
    /// Plaintext.
    Disable,
    /// One-way TLS.
    Simple,
    /// Mutual TLS with certificates of one's own.
    Mutual,
    /// Mutual TLS with the mesh's certificates.
    IstioMutual,
}

impl TlsMode {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            TlsMode::Disable => "DISABLE",
            TlsMode::Simple => "SIMPLE",
            TlsMode::Mutual => "MUTUAL",
            TlsMode::IstioMutual => "ISTIO_MUTUAL",
        }
    }
}
