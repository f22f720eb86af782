//! Objects that decide nothing about TLS but tell who calls whom, and who may.

use super::duplicates::Effective;
use crate::model::authorization_policy::AuthorizationPolicy;
use crate::model::envoy_filter::EnvoyFilter;
use crate::model::gateway_api::{ApiGateway, Route};
use crate::model::ingress::{Ingress, IngressClass};
use crate::model::monitor::Monitor;
use crate::model::prometheus_rule::PrometheusRule;
use crate::model::webhook::ApiServerCalls;
use crate::model::{Object, Objects};

/// The bystanders of a context, in path order.
#[derive(Debug)]
pub struct Bystanders<'o> {
    /// AuthorizationPolicies.
    pub authorization_policies: Vec<&'o Object<AuthorizationPolicy>>,
    /// EnvoyFilters.
    pub envoy_filters: Vec<&'o Object<EnvoyFilter>>,
    /// Gateways of the Gateway API.
    pub gateways: Vec<&'o Object<ApiGateway>>,
    /// Routes of the Gateway API.
    pub routes: Vec<&'o Object<Route>>,
    /// Ingresses.
    pub ingresses: Vec<&'o Object<Ingress>>,
    /// IngressClasses.
    pub ingress_classes: Vec<&'o Object<IngressClass>>,
    /// What makes the API server call a Service.
    pub api_server_calls: Vec<&'o Object<ApiServerCalls>>,
    /// ServiceMonitors and PodMonitors.
    pub monitors: Vec<&'o Object<Monitor>>,
    /// Rules of Prometheus that may watch the mesh.
    pub prometheus_rules: Vec<&'o Object<PrometheusRule>>,
}

impl<'o> Bystanders<'o> {
    pub(super) fn new(objects: &'o Objects, effective: &Effective<'_, 'o>) -> Self {
        Bystanders {
            authorization_policies: effective.of(&objects.authorization_policies),
            envoy_filters: effective.of(&objects.envoy_filters),
            gateways: effective.of(&objects.api_gateways),
            routes: effective.of(&objects.routes),
            ingresses: effective.of(&objects.ingresses),
            ingress_classes: effective.of(&objects.ingress_classes),
            api_server_calls: effective.of(&objects.api_server_calls),
            monitors: effective.of(&objects.monitors),
            prometheus_rules: effective.of(&objects.prometheus_rules),
        }
    }
}
