//! `VirtualService`: where a request for a host really goes.

use serde::Deserialize;

use crate::yaml::Spanned;

/// The `spec` of a `VirtualService` (istio/api `networking/v1alpha3/virtual_service.proto`), as far as it
/// leads to destinations.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VirtualService {
    /// The hosts that are asked for.
    #[serde(default)]
    pub hosts: Vec<Spanned<Box<str>>>,
    /// Gateways, and `mesh` for sidecars; absent means `mesh`.
    #[serde(default)]
    pub gateways: Vec<Spanned<Box<str>>>,
    /// The namespaces that see it.
    #[serde(default)]
    pub export_to: Vec<Spanned<Box<str>>>,
    /// Routes of HTTP traffic.
    #[serde(default)]
    pub http: Vec<HttpRoute>,
    /// Routes of TLS traffic that passes through.
    #[serde(default)]
    pub tls: Vec<Route>,
    /// Routes of TCP traffic.
    #[serde(default)]
    pub tcp: Vec<Route>,
}

impl VirtualService {
    /// Every destination that some route leads to, mirrors included.
    pub fn destinations(&self) -> impl Iterator<Item = &Spanned<Destination>> {
        let http = self.http.iter().flat_map(HttpRoute::destinations);
        let others = self.tls.iter().chain(&self.tcp).flat_map(|route| &route.route);
        http.chain(others.filter_map(|route| route.destination.as_ref()))
    }
}

/// A route of HTTP traffic.
#[derive(Debug, Default, Deserialize)]
pub struct HttpRoute {
    /// Weighted destinations.
    #[serde(default)]
    pub route: Vec<WeightedDestination>,
    /// A destination that gets a copy.
    pub mirror: Option<Spanned<Destination>>,
    /// Destinations that get a copy of a share.
    #[serde(default)]
    pub mirrors: Vec<WeightedDestination>,
}

impl HttpRoute {
    fn destinations(&self) -> impl Iterator<Item = &Spanned<Destination>> {
        let weighted = self.route.iter().chain(&self.mirrors);
        weighted
            .filter_map(|route| route.destination.as_ref())
            .chain(&self.mirror)
    }
}

/// A route of TCP or TLS traffic.
#[derive(Debug, Default, Deserialize)]
pub struct Route {
    /// Weighted destinations.
    #[serde(default)]
    pub route: Vec<WeightedDestination>,
}

/// One of several destinations.
#[derive(Debug, Default, Deserialize)]
pub struct WeightedDestination {
    /// The destination.
    pub destination: Option<Spanned<Destination>>,
}

/// Where traffic goes.
#[derive(Debug, Default, Deserialize)]
pub struct Destination {
    /// A host; a short name belongs to the namespace of the VirtualService.
    pub host: Option<Spanned<Box<str>>>,
    /// A subset of the DestinationRule.
    pub subset: Option<Spanned<Box<str>>>,
    /// A port of the host.
    pub port: Option<PortSelector>,
}

/// `port` of a destination.
#[derive(Debug, Default, Deserialize)]
pub struct PortSelector {
    /// The Service port.
    pub number: Option<u32>,
}
