//! `Gateway` of Istio: the ports and hosts that the proxies of a gateway serve. VirtualServices are bound to it.

use serde::Deserialize;

use super::object::labels_without_nulls;
use crate::yaml::StringMap;

/// The `spec` of a `Gateway` (istio/api `networking/v1alpha3/gateway.proto`), as far as it decides which
/// VirtualServices a proxy follows.
#[derive(Debug, Default, Deserialize)]
pub struct Gateway {
    /// Labels of the proxies that serve it; none means every gateway's.
    #[serde(default, deserialize_with = "labels_without_nulls")]
    pub selector: StringMap,
    /// What they serve.
    #[serde(default)]
    pub servers: Vec<Server>,
}

/// One of `servers`.
#[derive(Debug, Default, Deserialize)]
pub struct Server {
    /// The port that clients dial.
    pub port: Option<ServerPort>,
    /// `host` or `namespace/host` patterns, to which the hosts of VirtualServices belong.
    #[serde(default)]
    pub hosts: Vec<Box<str>>,
    /// TLS of those who dial.
    pub tls: Option<ServerTls>,
}

/// `port` of a server.
#[derive(Debug, Default, Deserialize)]
pub struct ServerPort {
    /// Its number.
    pub number: Option<u32>,
    /// Its protocol by name.
    pub protocol: Option<Box<str>>,
}

/// `tls` of a server.
#[derive(Debug, Default, Deserialize)]
pub struct ServerTls {
    /// `PASSTHROUGH`, `SIMPLE`, …
    pub mode: Option<Box<str>>,
}
