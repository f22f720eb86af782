//! `VirtualService`: where a request for a host really goes.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::yaml::{Spanned, StringMap};

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
    pub tls: Vec<L4Route>,
    /// Routes of TCP traffic.
    #[serde(default)]
    pub tcp: Vec<L4Route>,
}

impl VirtualService {
    /// Every destination that some route leads to, mirrors included.
    pub fn destinations(&self) -> impl Iterator<Item = &Spanned<Destination>> {
        let http = self.http.iter().flat_map(HttpRoute::destinations);
        let others = self.tls.iter().chain(&self.tcp).flat_map(|route| &route.route);
        http.chain(others.filter_map(|route| route.destination.as_ref()))
    }

    /// The destinations that get any share of the requests of their route, or a copy.
    pub fn destinations_with_share(&self) -> impl Iterator<Item = &Spanned<Destination>> {
        let http = self.http.iter().flat_map(HttpRoute::destinations_with_share);
        let others = self.tls.iter().chain(&self.tcp);
        http.chain(others.flat_map(|route| with_share(&route.route)))
    }
}

/// A route of HTTP traffic.
#[derive(Debug, Default, Deserialize)]
pub struct HttpRoute {
    /// Conditions of which one must hold; none at all always hold.
    #[serde(default, rename = "match")]
    pub matches: Vec<HttpMatch>,
    /// Weighted destinations.
    #[serde(default)]
    pub route: Vec<WeightedDestination>,
    /// A destination that gets a copy.
    pub mirror: Option<Spanned<Destination>>,
    /// Destinations that get a copy of a share.
    #[serde(default)]
    pub mirrors: Vec<WeightedDestination>,
    /// Another VirtualService that says where to go.
    pub delegate: Option<Spanned<Delegate>>,
}

impl HttpRoute {
    fn destinations(&self) -> impl Iterator<Item = &Spanned<Destination>> {
        let weighted = self.route.iter().chain(&self.mirrors);
        weighted
            .filter_map(|route| route.destination.as_ref())
            .chain(&self.mirror)
    }

    /// The destinations that get any share of the requests, or a copy.
    pub fn destinations_with_share(&self) -> impl Iterator<Item = &Spanned<Destination>> {
        let mirrors = self
            .mirrors
            .iter()
            .filter_map(|mirror| mirror.destination.as_ref());
        with_share(&self.route).chain(&self.mirror).chain(mirrors)
    }
}

/// `delegate` of a route: a VirtualService without hosts.
#[derive(Debug, Default, Deserialize)]
pub struct Delegate {
    /// Its name.
    pub name: Option<Box<str>>,
    /// Its namespace; absent means that of the VirtualService that names it.
    pub namespace: Option<Box<str>>,
}

/// A condition on requests.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpMatch {
    /// The gateways for whose traffic it holds, or `mesh`.
    #[serde(default)]
    pub gateways: Vec<Spanned<Box<str>>>,
    /// Labels of the client.
    #[serde(default)]
    pub source_labels: StringMap,
    /// The client's namespace.
    pub source_namespace: Option<Spanned<Box<str>>>,
    /// The port that was asked for.
    pub port: Option<u32>,
    uri: Option<StringMatch>,
    scheme: Option<IgnoredAny>,
    method: Option<IgnoredAny>,
    authority: Option<IgnoredAny>,
    #[serde(default)]
    headers: StringMatches,
    #[serde(default)]
    without_headers: StringMatches,
    #[serde(default)]
    query_params: StringMatches,
}

impl HttpMatch {
    /// Whether it looks at the request itself, so that it holds for some requests and not for others.
    pub fn looks_at_requests(&self) -> bool {
        let all_paths = |uri: &StringMatch| uri.prefix.as_deref() == Some("/");
        self.uri.as_ref().is_some_and(|uri| !all_paths(uri))
            || [&self.scheme, &self.method, &self.authority]
                .into_iter()
                .any(Option::is_some)
            || [&self.headers, &self.without_headers, &self.query_params]
                .into_iter()
                .any(|matches| !matches.is_empty())
    }
}

/// What the named headers or parameters must be; only whether there are any matters.
type StringMatches = std::collections::BTreeMap<Box<str>, StringMatch>;

/// A condition on a text, as far as it can be none.
#[derive(Debug, Default, Deserialize)]
struct StringMatch {
    prefix: Option<Box<str>>,
}

/// A route of TCP or TLS traffic.
#[derive(Debug, Default, Deserialize)]
pub struct L4Route {
    /// Conditions of which one must hold; none at all always hold.
    #[serde(default, rename = "match")]
    pub matches: Vec<L4Match>,
    /// Weighted destinations.
    #[serde(default)]
    pub route: Vec<WeightedDestination>,
}

/// A condition on connections.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L4Match {
    /// The gateways for whose traffic it holds, or `mesh`.
    #[serde(default)]
    pub gateways: Vec<Spanned<Box<str>>>,
    /// Labels of the client.
    #[serde(default)]
    pub source_labels: StringMap,
    /// The client's namespace.
    pub source_namespace: Option<Spanned<Box<str>>>,
    /// The port that was asked for.
    pub port: Option<u32>,
    /// Addresses that were dialled.
    #[serde(default)]
    pub destination_subnets: Vec<Box<str>>,
    /// Names that the client's TLS asks for.
    #[serde(default)]
    pub sni_hosts: Vec<Box<str>>,
}

/// One of several destinations.
#[derive(Debug, Default, Deserialize)]
pub struct WeightedDestination {
    /// The destination.
    pub destination: Option<Spanned<Destination>>,
    /// Its share; beside others, 0 and none mean nothing.
    #[serde(default)]
    pub weight: i32,
}

/// The destinations that get any share: of several those with a weight.
pub fn with_share(route: &[WeightedDestination]) -> impl Iterator<Item = &Spanned<Destination>> {
    let is_alone = route.len() == 1;
    let shared = route
        .iter()
        .filter(move |weighted| is_alone || weighted.weight > 0);
    shared.filter_map(|weighted| weighted.destination.as_ref())
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
