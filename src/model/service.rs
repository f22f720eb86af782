//! `Service`: names for workload ports.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::yaml::{Spanned, StringMap};

/// The `spec` of a `Service`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Pods of the namespace with all these labels; empty selects none.
    #[serde(default)]
    pub selector: StringMap,
    /// The ports.
    #[serde(default)]
    pub ports: Vec<Spanned<ServicePort>>,
    /// `None` makes the Service headless.
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Option<Spanned<Box<str>>>,
    /// ClusterIP, NodePort, LoadBalancer or ExternalName.
    #[serde(rename = "type")]
    pub service_type: Option<Spanned<Box<str>>>,
    /// The other name, for type ExternalName.
    pub external_name: Option<Spanned<Box<str>>>,
}

impl Service {
    /// Whether the Service has no address of its own: clients then dial pod addresses.
    pub fn is_headless(&self) -> bool {
        self.cluster_ip.as_ref().is_some_and(|ip| &*ip.value == "None")
    }

    /// Whether the Service is only another name for a host.
    pub fn is_external_name(&self) -> bool {
        self.service_type
            .as_ref()
            .is_some_and(|kind| &*kind.value == "ExternalName")
    }
}

/// One port of a Service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// The Service's port.
    pub port: Spanned<u16>,
    /// Its name; declares the protocol unless `appProtocol` does.
    pub name: Option<Spanned<Box<str>>>,
    /// TCP (also when absent), UDP or SCTP.
    pub protocol: Option<Spanned<Box<str>>>,
    /// Declares the protocol, before the name.
    pub app_protocol: Option<Spanned<Box<str>>>,
    /// The workload port, by number or by the name of a container port; absent means `port`.
    pub target_port: Option<Spanned<IntOrString>>,
}

impl ServicePort {
    /// Whether the port carries UDP, which no proxy captures.
    pub fn is_udp(&self) -> bool {
        self.protocol
            .as_ref()
            .is_some_and(|protocol| protocol.value.eq_ignore_ascii_case("UDP"))
    }
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntOrString {
    /// A number.
    Int(u16),
    /// A name.
    Name(Box<str>),
}

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntOrStringVisitor)
    }
}

struct IntOrStringVisitor;

impl Visitor<'_> for IntOrStringVisitor {
    type Value = IntOrString;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port number or the name of a port")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<IntOrString, E> {
        u16::try_from(value)
            .map(IntOrString::Int)
            .map_err(|_| E::custom(format_args!("expected a port number up to 65535, found {value}")))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<IntOrString, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<IntOrString, E> {
        Ok(IntOrString::Name(value.into()))
    }
}
