//! `Ingress` and `IngressClass`: which Services a controller sends requests to, and which controller.

use serde::Deserialize;

use super::service::IntOrString;
use crate::yaml::Spanned;

/// The `spec` of an `Ingress`, also as `v1beta1` wrote it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ingress {
    /// The IngressClass.
    pub ingress_class_name: Option<Spanned<Box<str>>>,
    /// Where requests go that no rule is for.
    pub default_backend: Option<Backend>,
    /// The same, of `v1beta1`.
    pub backend: Option<Backend>,
    /// Rules by host.
    #[serde(default)]
    pub rules: Vec<IngressRule>,
}

impl Ingress {
    /// Every backend, in text order but for the default.
    pub fn backends(&self) -> impl Iterator<Item = &Backend> {
        let of_rules = self
            .rules
            .iter()
            .filter_map(|rule| rule.http.as_ref())
            .flat_map(|http| &http.paths)
            .filter_map(|path| path.backend.as_ref());
        self.default_backend.iter().chain(&self.backend).chain(of_rules)
    }
}

/// The rule of a host.
#[derive(Debug, Default, Deserialize)]
pub struct IngressRule {
    /// Its paths.
    pub http: Option<IngressPaths>,
}

/// The paths of a host.
#[derive(Debug, Default, Deserialize)]
pub struct IngressPaths {
    /// The paths.
    #[serde(default)]
    pub paths: Vec<IngressPath>,
}

/// A path with where it leads.
#[derive(Debug, Default, Deserialize)]
pub struct IngressPath {
    /// Where it leads.
    pub backend: Option<Backend>,
}

/// Where requests go.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Backend {
    /// A Service of the Ingress's namespace.
    pub service: Option<BackendService>,
    /// The same, of `v1beta1`.
    pub service_name: Option<Spanned<Box<str>>>,
    /// Its port, of `v1beta1`.
    pub service_port: Option<Spanned<IntOrString>>,
}

/// A Service and its port.
#[derive(Debug, Default, Deserialize)]
pub struct BackendService {
    /// The Service.
    pub name: Option<Spanned<Box<str>>>,
    /// Its port.
    #[serde(default)]
    pub port: BackendPort,
}

/// A port by number or name.
#[derive(Debug, Default, Deserialize)]
pub struct BackendPort {
    /// The number.
    pub number: Option<Spanned<u16>>,
    /// The name.
    pub name: Option<Spanned<Box<str>>>,
}

impl Backend {
    /// The Service's name.
    pub fn name(&self) -> Option<&Spanned<Box<str>>> {
        let named = self.service.as_ref().and_then(|service| service.name.as_ref());
        named.or(self.service_name.as_ref())
    }

    /// The Service's port.
    pub fn port(&self) -> Option<IntOrString> {
        let by_number = |port: &BackendPort| Some(IntOrString::Int(port.number.as_ref()?.value));
        let by_name = |port: &BackendPort| Some(IntOrString::Name(port.name.as_ref()?.value.clone()));
        let port = self.service.as_ref().map(|service| &service.port);
        let port = port.and_then(|port| by_number(port).or_else(|| by_name(port)));
        port.or_else(|| self.service_port.as_ref().map(|port| port.value.clone()))
    }
}

/// The `spec` of an `IngressClass`.
#[derive(Debug, Default, Deserialize)]
pub struct IngressClass {
    /// The controller, such as `k8s.io/ingress-nginx`.
    pub controller: Option<Spanned<Box<str>>>,
}
