//! `Gateway` and the routes of the Gateway API: which Services a gateway sends requests to.

use serde::Deserialize;

use crate::yaml::Spanned;

/// The `spec` of a `Gateway` of the Gateway API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiGateway {
    /// Who implements it.
    pub gateway_class_name: Option<Spanned<Box<str>>>,
}

/// The `spec` of an `HTTPRoute`, `GRPCRoute`, `TLSRoute` or `TCPRoute`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The Gateways (or Services) that it belongs to.
    #[serde(default)]
    pub parent_refs: Vec<Spanned<Reference>>,
    /// Its rules.
    #[serde(default)]
    pub rules: Vec<RouteRule>,
}

impl Route {
    /// Every destination, in text order.
    pub fn backends(&self) -> impl Iterator<Item = &Spanned<Reference>> {
        self.rules.iter().flat_map(|rule| &rule.backend_refs)
    }
}

/// A rule of a route.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteRule {
    /// Where requests go.
    #[serde(default)]
    pub backend_refs: Vec<Spanned<Reference>>,
}

/// An object that a route names.
#[derive(Debug, Default, Deserialize)]
pub struct Reference {
    /// Its kind; what absence means depends on the place.
    pub kind: Option<Box<str>>,
    /// Its namespace; absent means that of the route.
    pub namespace: Option<Spanned<Box<str>>>,
    /// Its name.
    pub name: Option<Spanned<Box<str>>>,
    /// The Service's port.
    pub port: Option<Spanned<u16>>,
}
