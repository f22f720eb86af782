//! `Gateway` of the Gateway API: in the mesh, the resource of which a waypoint is made.

use serde::Deserialize;

use super::config_map::DiscoverySelector;
use crate::yaml::Spanned;

/// The `spec` of a `Gateway` (`gateway.networking.k8s.io/v1`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gateway {
    /// What kind of gateway it is: `istio-waypoint`, `istio`, or of another controller.
    pub gateway_class_name: Option<Spanned<Box<str>>>,
    /// Its ports.
    #[serde(default)]
    pub listeners: Vec<Listener>,
}

impl Gateway {
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
