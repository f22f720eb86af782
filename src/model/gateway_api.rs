//! `Gateway` and the routes of the Gateway API: which Services a gateway sends requests to.

use serde::Deserialize;

use super::config_map::DiscoverySelector;
use crate::yaml::Spanned;

/// The `spec` of a `Gateway` of the Gateway API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiGateway {
    /// Who implements it: `istio-waypoint`, `istio`, or another controller.
    pub gateway_class_name: Option<Spanned<Box<str>>>,
    /// Its ports.
    #[serde(default)]
    pub listeners: Vec<Listener>,
}

impl ApiGateway {
    /// Whether it is a waypoint.
    pub fn is_waypoint(&self) -> bool {
        let class = self.gateway_class_name.as_ref();
        class.is_some_and(|class| &*class.value == "istio-waypoint")
    }

    /// From which namespaces objects may use it; `None` means from its own alone.
    pub fn attachments(&self) -> Option<&AllowedNamespaces> {
        let hbone = |listener: &&Listener| listener.protocol.as_deref() == Some("HBONE");
        let listener = self.listeners.iter().find(hbone)?;
        listener.allowed_routes.as_ref()?.namespaces.as_ref()
    }
}

/// One of `listeners`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// `HBONE` for a waypoint.
    pub protocol: Option<Box<str>>,
    /// What may attach to it.
    pub allowed_routes: Option<AllowedRoutes>,
}

/// `allowedRoutes`.
#[derive(Debug, Default, Deserialize)]
pub struct AllowedRoutes {
    /// From where.
    pub namespaces: Option<AllowedNamespaces>,
}

/// `allowedRoutes.namespaces`.
#[derive(Debug, Default, Deserialize)]
pub struct AllowedNamespaces {
    /// `All`, `Same` or `Selector`; absent means `Same`.
    pub from: Option<Box<str>>,
    /// Which, for `Selector`.
    pub selector: Option<DiscoverySelector>,
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
