//! What the API server calls: admission webhooks, conversion webhooks of CustomResourceDefinitions, and the
//! servers of aggregated APIs. It speaks TLS of its own and never that of the mesh.

use serde::Deserialize;

use crate::yaml::{self, Node, Spanned};

/// The Services that an object makes the API server call.
#[derive(Debug, Default)]
pub struct ApiServerCalls {
    /// The references, in text order.
    pub services: Vec<Spanned<ServiceReference>>,
}

/// A Service by name, as the API server finds it.
#[derive(Debug, Default, Deserialize)]
pub struct ServiceReference {
    /// Its namespace.
    pub namespace: Option<Spanned<Box<str>>>,
    /// Its name.
    pub name: Option<Spanned<Box<str>>>,
    /// Its port; 443 where none is written.
    pub port: Option<Spanned<u16>>,
}

impl ServiceReference {
    /// The port that is called.
    pub fn port(&self) -> u16 {
        self.port.as_ref().map_or(443, |port| port.value)
    }
}

#[derive(Debug, Default, Deserialize)]
struct WebhookConfiguration {
    #[serde(default)]
    webhooks: Vec<Webhook>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Webhook {
    #[serde(default)]
    client_config: ClientConfig,
}

#[derive(Debug, Default, Deserialize)]
struct ClientConfig {
    service: Option<Spanned<ServiceReference>>,
}

#[derive(Debug, Default, Deserialize)]
struct Definition {
    conversion: Option<Conversion>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conversion {
    webhook: Option<Webhook>,
    /// The place of `v1beta1`.
    webhook_client_config: Option<ClientConfig>,
}

#[derive(Debug, Default, Deserialize)]
struct ApiService {
    service: Option<Spanned<ServiceReference>>,
}

impl ApiServerCalls {
    /// Reads a `ValidatingWebhookConfiguration` or `MutatingWebhookConfiguration`.
    pub fn of_webhooks(root: Node<'_>) -> Result<Self, yaml::Error> {
        let configuration: WebhookConfiguration = yaml::from_node(root)?;
        let webhooks = configuration.webhooks.into_iter();
        Ok(ApiServerCalls {
            services: webhooks
                .filter_map(|webhook| webhook.client_config.service)
                .collect(),
        })
    }

    /// Reads a `CustomResourceDefinition`.
    pub fn of_definition(root: Node<'_>) -> Result<Self, yaml::Error> {
        let conversion = super::workload::read_spec::<Definition>(root)?
            .conversion
            .unwrap_or_default();
        let config = conversion.webhook.map(|webhook| webhook.client_config);
        let config = config.or(conversion.webhook_client_config);
        Ok(ApiServerCalls {
            services: config.and_then(|config| config.service).into_iter().collect(),
        })
    }

    /// Reads an `APIService`; one without a Service is served by the API server itself.
    pub fn of_api_service(root: Node<'_>) -> Result<Self, yaml::Error> {
        let spec: ApiService = super::workload::read_spec(root)?;
        Ok(ApiServerCalls {
            services: spec.service.into_iter().collect(),
        })
    }
}
