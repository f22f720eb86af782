//! `ServiceMonitor` and `PodMonitor` of the Prometheus operator: which ports are scraped, and how.

use serde::Deserialize;

use super::config_map::DiscoverySelector;
use super::service::IntOrString;
use crate::yaml::Spanned;

/// The `spec` of a `ServiceMonitor` or a `PodMonitor`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitor {
    /// Labels of Services, or of pods.
    #[serde(default)]
    pub selector: DiscoverySelector,
    /// The namespaces; absent means its own.
    #[serde(default)]
    pub namespace_selector: MonitoredNamespaces,
    /// What a `ServiceMonitor` scrapes.
    #[serde(default)]
    pub endpoints: Vec<Spanned<ScrapeEndpoint>>,
    /// What a `PodMonitor` scrapes.
    #[serde(default)]
    pub pod_metrics_endpoints: Vec<Spanned<ScrapeEndpoint>>,
}

/// `namespaceSelector`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MonitoredNamespaces {
    /// Every namespace.
    #[serde(default)]
    pub any: bool,
    /// These.
    #[serde(default)]
    pub match_names: Vec<Box<str>>,
}

/// An endpoint that is scraped.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScrapeEndpoint {
    /// The name of a Service port, or of a container port.
    pub port: Option<Spanned<Box<str>>>,
    /// The number of a container port.
    pub port_number: Option<Spanned<u16>>,
    /// A container port by number or name.
    pub target_port: Option<Spanned<IntOrString>>,
    /// `http` or `https`.
    pub scheme: Option<Spanned<Box<str>>>,
    /// The scraper's TLS.
    pub tls_config: Option<Spanned<ScrapeTls>>,
}

/// `tlsConfig`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScrapeTls {
    /// The path of the client's certificate.
    pub cert_file: Option<Spanned<Box<str>>>,
}

impl ScrapeEndpoint {
    /// Whether the scraper shows a certificate that a proxy beside it wrote to a shared volume.
    pub fn uses_mesh_certificates(&self) -> bool {
        let is_https = self
            .scheme
            .as_ref()
            .is_some_and(|scheme| scheme.value.eq_ignore_ascii_case("https"));
        let tls = self.tls_config.as_ref().filter(|_| is_https);
        let certificate = tls.and_then(|tls| tls.cert_file.as_ref());
        certificate.is_some_and(|path| path.value.contains("istio") || path.value.contains("prom-certs"))
    }
}
