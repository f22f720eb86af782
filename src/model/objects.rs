//! The collection that loading fills: every object that is read, by kind, in path and text order.

use super::authorization_policy::AuthorizationPolicy;
use super::config_map::ConfigMap;
use super::context::Context;
use super::destination_rule::DestinationRule;
use super::endpoint_slice::EndpointSlice;
use super::envoy_filter::EnvoyFilter;
use super::gateway::Gateway;
use super::gateway_api::{ApiGateway, Route};
use super::ingress::{Ingress, IngressClass};
use super::mesh_source::{IstiodValues, MeshSource};
use super::monitor::Monitor;
use super::namespace::Namespace;
use super::network_policy::NetworkPolicy;
use super::object::{Meta, Object, RawMetadata};
use super::peer_authentication::PeerAuthentication;
use super::prometheus_rule::PrometheusRule;
use super::proxy_config::ProxyConfig;
use super::removed_api::RemovedApi;
use super::schema::{self, Review, UnknownField};
use super::service::Service;
use super::service_entry::{ServiceEntry, WorkloadEntry, WorkloadGroup};
use super::sidecar::Sidecar;
use super::virtual_service::VirtualService;
use super::webhook::ApiServerCalls;
use super::workload::{Workload, read_spec};
use crate::id::Kind;
use crate::source::{Span, Window};
use crate::yaml::{self, Node, StringMap};

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Objects {
    /// `PeerAuthentication`.
    pub peer_authentications: Vec<Object<PeerAuthentication>>,
    /// `DestinationRule`.
    pub destination_rules: Vec<Object<DestinationRule>>,
    /// `VirtualService`.
    pub virtual_services: Vec<Object<VirtualService>>,
    /// `Sidecar`.
    pub sidecars: Vec<Object<Sidecar>>,
    /// `ServiceEntry`.
    pub service_entries: Vec<Object<ServiceEntry>>,
    /// `WorkloadEntry`.
    pub workload_entries: Vec<Object<WorkloadEntry>>,
    /// `WorkloadGroup`.
    pub workload_groups: Vec<Object<WorkloadGroup>>,
    /// `Namespace`.
    pub namespaces: Vec<Object<Namespace>>,
    /// `Service`.
    pub services: Vec<Object<Service>>,
    /// `EndpointSlice` and `Endpoints`.
    pub endpoint_slices: Vec<Object<EndpointSlice>>,
    /// Objects of kinds that Istio no longer serves.
    pub removed: Vec<Object<RemovedApi>>,
    /// Pods and everything that makes them.
    pub workloads: Vec<Object<Workload>>,
    /// `NetworkPolicy`.
    pub network_policies: Vec<Object<NetworkPolicy>>,
    /// Everything that holds settings of the mesh.
    pub mesh_configs: Vec<Object<MeshSource>>,
    /// Values of istiod's chart that the config names.
    pub values: Vec<IstiodValues>,
    /// `AuthorizationPolicy`.
    pub authorization_policies: Vec<Object<AuthorizationPolicy>>,
    /// `EnvoyFilter`.
    pub envoy_filters: Vec<Object<EnvoyFilter>>,
    /// `Gateway` of the Gateway API.
    pub api_gateways: Vec<Object<ApiGateway>>,
    /// `Gateway` of Istio.
    pub gateways: Vec<Object<Gateway>>,
    /// `ProxyConfig`.
    pub proxy_configs: Vec<Object<ProxyConfig>>,
    /// Routes of the Gateway API.
    pub routes: Vec<Object<Route>>,
    /// `Ingress`.
    pub ingresses: Vec<Object<Ingress>>,
    /// `IngressClass`.
    pub ingress_classes: Vec<Object<IngressClass>>,
    /// What makes the API server call a Service.
    pub api_server_calls: Vec<Object<ApiServerCalls>>,
    /// `ServiceMonitor` and `PodMonitor`.
    pub monitors: Vec<Object<Monitor>>,
    /// `PrometheusRule`, where one may watch the mesh.
    pub prometheus_rules: Vec<Object<PrometheusRule>>,
    /// ConfigMaps that workloads read. They are texts of those workloads, not objects that are judged.
    pub config_maps: Vec<Object<ConfigMap>>,
}

/// Why an object was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not a kind that is read.
    OtherKind,
    /// A value holds `${VAR}` or `$(VAR)` where a number or a word of the API belongs: unknown, not wrong.
    Unresolved(Span),
    /// The API server would refuse the object.
    Invalid(Review),
}

/// Calls a macro with what is given and the list of each kind but ConfigMaps.
macro_rules! with_kinds {
    ($call:ident $given:tt) => {
        $call! { $given
            peer_authentications
            destination_rules
            virtual_services
            sidecars
            service_entries
            workload_entries
            workload_groups
            namespaces
            services
            endpoint_slices
            removed
            workloads
            network_policies
            mesh_configs
            authorization_policies
            envoy_filters
            api_gateways
            gateways
            proxy_configs
            routes
            ingresses
            ingress_classes
            api_server_calls
            monitors
            prometheus_rules
        }
    };
}

/// What a function finds in each list, one after the other.
macro_rules! found {
    (($objects:expr, $find:path) $first:ident $($list:ident)*) => {
        $find(&$objects.$first)$(.chain($find(&$objects.$list)))*
    };
    (($objects:expr, $find:path, $context:expr) $first:ident $($list:ident)*) => {
        $find(&$objects.$first, $context)$(.chain($find(&$objects.$list, $context)))*
    };
}

/// What a function finds in each list to change.
macro_rules! found_mut {
    (($objects:expr, $find:path) $first:ident $($list:ident)*) => {
        $find(&mut $objects.$first)$(.chain($find(&mut $objects.$list)))*
    };
}

/// Calls a method of each list.
macro_rules! call_each {
    (($objects:expr, $method:ident) $($list:ident)*) => {
        $($objects.$list.$method();)*
    };
    (($objects:expr, $method:ident, $others:expr) $($list:ident)*) => {
        $($objects.$list.$method(&mut $others.$list);)*
    };
}

impl Objects {
    /// Reads the object `root` and adds it; the fields that its schema lacks are what is left. `ordinal`
    /// counts the objects of a file, `text` is the file's.
    ///
    /// # Errors
    /// The object is of no kind that is read, or the API server would refuse it.
    pub fn read(
        &mut self,
        root: Node<'_>,
        ordinal: u32,
        file: Window<'_>,
    ) -> Result<Vec<UnknownField>, Refusal> {
        self.read_as(root, None, ordinal, file)
    }

    /// Reads an item of a typed list, whose items leave out what the list says of them.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn read_item(
        &mut self,
        item: Node<'_>,
        list: Node<'_>,
        ordinal: u32,
        file: Window<'_>,
    ) -> Result<Vec<UnknownField>, Refusal> {
        let listed = read_text(list, "kind").and_then(|kind| kind.strip_suffix("List"));
        let listed = listed
            .filter(|kind| !kind.is_empty())
            .zip(read_text(list, "apiVersion"));
        self.read_as(item, listed, ordinal, file)
    }

    fn read_as(
        &mut self,
        root: Node<'_>,
        listed: Option<(&str, &str)>,
        ordinal: u32,
        file: Window<'_>,
    ) -> Result<Vec<UnknownField>, Refusal> {
        let named = read_text(root, "kind").zip(read_text(root, "apiVersion"));
        let (kind, api_version) = named.or(listed).ok_or(Refusal::OtherKind)?;
        let Some(kind) = known_kind(kind, api_version) else {
            return Err(refuse_group(kind, root));
        };
        let mut review = schema::review(kind, root);
        review.faults.retain(|fault| !is_unresolved(fault.span, file));
        if review.is_refused() {
            return Err(Refusal::Invalid(review));
        }
        match self.read_kind(kind, root, ordinal, file) {
            Ok(()) => Ok(review.unknown),
            Err(error) if is_unresolved(error.span, file) => Err(Refusal::Unresolved(error.span)),
            Err(error) => {
                review.faults.push(error.into());
                Err(Refusal::Invalid(review))
            }
        }
    }

    fn read_kind(
        &mut self,
        kind: Kind,
        root: Node<'_>,
        ordinal: u32,
        file: Window<'_>,
    ) -> Result<(), yaml::Error> {
        let meta = read_meta(kind, root, ordinal)?;
        match kind {
            Kind::PeerAuthentication => push(&mut self.peer_authentications, meta, read_spec(root)?),
            Kind::DestinationRule => push(&mut self.destination_rules, meta, read_spec(root)?),
            Kind::VirtualService => push(&mut self.virtual_services, meta, read_spec(root)?),
            Kind::Sidecar => push(&mut self.sidecars, meta, read_spec(root)?),
            Kind::ServiceEntry => push(&mut self.service_entries, meta, read_spec(root)?),
            Kind::WorkloadEntry => push(&mut self.workload_entries, meta, read_spec(root)?),
            Kind::WorkloadGroup => push(&mut self.workload_groups, meta, read_spec(root)?),
            Kind::Namespace => push(&mut self.namespaces, meta, read_spec(root)?),
            Kind::Service => push(&mut self.services, meta, read_spec(root)?),
            Kind::EndpointSlice | Kind::Endpoints => {
                let slice = EndpointSlice::read(&meta, root)?;
                push(&mut self.endpoint_slices, meta, slice);
            }
            Kind::NetworkPolicy => push(&mut self.network_policies, meta, read_spec(root)?),
            Kind::ConfigMap | Kind::IstioOperator | Kind::Istio | Kind::Application | Kind::HelmRelease => {
                if let Some(source) = MeshSource::read(kind, &meta.name.value, root, file) {
                    push(&mut self.mesh_configs, meta, source?);
                }
            }
            Kind::AuthorizationPolicy => push(&mut self.authorization_policies, meta, read_spec(root)?),
            Kind::EnvoyFilter => push(&mut self.envoy_filters, meta, read_spec(root)?),
            Kind::Gateway => push(&mut self.api_gateways, meta, read_spec(root)?),
            Kind::IstioGateway => push(&mut self.gateways, meta, read_spec(root)?),
            Kind::ProxyConfig => push(&mut self.proxy_configs, meta, read_spec(root)?),
            Kind::HTTPRoute | Kind::GRPCRoute | Kind::TLSRoute | Kind::TCPRoute => {
                push(&mut self.routes, meta, read_spec(root)?);
            }
            Kind::Ingress => push(&mut self.ingresses, meta, read_spec(root)?),
            Kind::IngressClass => push(&mut self.ingress_classes, meta, read_spec(root)?),
            Kind::ServiceMonitor | Kind::PodMonitor => push(&mut self.monitors, meta, read_spec(root)?),
            Kind::PrometheusRule => push(&mut self.prometheus_rules, meta, PrometheusRule::read(root)),
            Kind::ValidatingWebhookConfiguration | Kind::MutatingWebhookConfiguration => {
                push(
                    &mut self.api_server_calls,
                    meta,
                    ApiServerCalls::of_webhooks(root)?,
                );
            }
            Kind::CustomResourceDefinition => {
                push(
                    &mut self.api_server_calls,
                    meta,
                    ApiServerCalls::of_definition(root)?,
                );
            }
            Kind::APIService => push(
                &mut self.api_server_calls,
                meta,
                ApiServerCalls::of_api_service(root)?,
            ),
            Kind::Policy
            | Kind::MeshPolicy
            | Kind::ClusterRbacConfig
            | Kind::RbacConfig
            | Kind::ServiceRole
            | Kind::ServiceRoleBinding => {
                // Nobody checks these kinds any more: what cannot be read says nothing.
                let spec = read_spec(root).unwrap_or_default();
                push(&mut self.removed, meta, spec);
            }
            Kind::Pod
            | Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::ReplicaSet
            | Kind::ReplicationController
            | Kind::Job
            | Kind::CronJob
            | Kind::Rollout => push(&mut self.workloads, meta, Workload::read(kind, root, file)?),
        }
        Ok(())
    }

    /// Reads the ConfigMap `root`, which a workload reads, and adds it; one without a name is nobody's.
    pub fn read_config_map(&mut self, root: Node<'_>, ordinal: u32, file: Window<'_>) {
        if let Ok(meta) = read_meta(Kind::ConfigMap, root, ordinal) {
            // They are what most trees have most of, and nobody asks for their labels.
            let meta = Meta {
                labels: StringMap::default(),
                annotations: StringMap::default(),
                ..meta
            };
            push(&mut self.config_maps, meta, ConfigMap::read(root, file));
        }
    }

    /// Adds everything of `other` behind what is there.
    pub fn append(&mut self, mut other: Objects) {
        if self.is_empty() && self.values.is_empty() && self.config_maps.is_empty() {
            // Objects are large: they stay where they are.
            *self = other;
            return;
        }
        with_kinds!(call_each(self, append, other));
        self.values.append(&mut other.values);
        self.config_maps.append(&mut other.config_maps);
    }

    /// Frees the room for more objects: there are many, and they are large.
    pub fn shrink_to_fit(&mut self) {
        with_kinds!(call_each(self, shrink_to_fit));
    }

    /// Puts every object that names no namespace into this one. The name's place stands for that of a
    /// namespace that is not written.
    pub fn set_default_namespace(&mut self, namespace: &str) {
        for meta in self.metas_mut().filter(|meta| !meta.kind.is_cluster_wide()) {
            let name = &meta.name;
            meta.namespace
                .get_or_insert_with(|| name.as_ref().map(|_| namespace.into()));
        }
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.metas().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The metadata of every object, kind by kind.
    pub fn metas(&self) -> impl Iterator<Item = &Meta> {
        with_kinds!(found(self, metas))
    }

    /// The metadata of every object of a context, kind by kind.
    pub fn metas_of<'c, 'o: 'c>(
        &'o self,
        context: &'c Context,
    ) -> impl Iterator<Item = &'o Meta> + use<'c, 'o> {
        with_kinds!(found(self, metas_of, context))
    }

    /// The metadata of every object, and of the ConfigMaps that workloads read.
    pub fn every_meta(&self) -> impl Iterator<Item = &Meta> {
        self.metas().chain(metas(&self.config_maps))
    }

    /// The metadata of every object, to change them, and of the ConfigMaps that workloads read.
    pub fn metas_mut(&mut self) -> impl Iterator<Item = &mut Meta> {
        with_kinds!(found_mut(self, metas_mut)).chain(metas_mut(&mut self.config_maps))
    }
}

fn metas_mut<T>(objects: &mut [Object<T>]) -> impl Iterator<Item = &mut Meta> {
    objects.iter_mut().map(|object| &mut object.meta)
}

fn metas<T>(objects: &[Object<T>]) -> impl Iterator<Item = &Meta> {
    objects.iter().map(|object| &object.meta)
}

fn metas_of<'c, 'o: 'c, T>(
    objects: &'o [Object<T>],
    context: &'c Context,
) -> impl Iterator<Item = &'o Meta> + use<'c, 'o, T> {
    context.of(objects).map(|object| &object.meta)
}

fn push<T>(objects: &mut Vec<Object<T>>, meta: Meta, spec: T) {
    objects.push(Object { meta, spec });
}

/// A top-level key of `root` with a text value.
fn read_text<'t>(root: Node<'t>, key: &str) -> Option<&'t str> {
    root.get(key)?.value.as_str()
}

/// The kind of that name in its own API group. Others use the same words: a Knative `Service` is none.
pub fn known_kind(kind: &str, api_version: &str) -> Option<Kind> {
    let group = api_version.split_once('/').map_or("", |(group, _version)| group);
    let mut named = Kind::ALL.iter().filter(|known| known.as_str() == kind);
    named.find(|&&known| groups(known).contains(&group)).copied()
}

/// An object whose kind is Istio's, but not in the group that it names, is a mistake.
fn refuse_group(kind: &str, root: Node<'_>) -> Refusal {
    let review = Kind::parse(kind).and_then(|kind| schema::review_group(kind, root, groups(kind)));
    review.map_or(Refusal::OtherKind, Refusal::Invalid)
}

/// The API groups that serve, or served, a kind.
fn groups(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::PeerAuthentication | Kind::AuthorizationPolicy => &["security.istio.io"],
        Kind::DestinationRule
        | Kind::VirtualService
        | Kind::Sidecar
        | Kind::ServiceEntry
        | Kind::WorkloadEntry
        | Kind::WorkloadGroup
        | Kind::EnvoyFilter
        | Kind::IstioGateway
        | Kind::ProxyConfig => &["networking.istio.io"],
        Kind::Policy | Kind::MeshPolicy => &["authentication.istio.io"],
        Kind::ClusterRbacConfig | Kind::RbacConfig | Kind::ServiceRole | Kind::ServiceRoleBinding => {
            &["rbac.istio.io"]
        }
        Kind::Namespace
        | Kind::Service
        | Kind::Endpoints
        | Kind::ConfigMap
        | Kind::Pod
        | Kind::ReplicationController => &[""],
        Kind::EndpointSlice => &["discovery.k8s.io"],
        Kind::Deployment | Kind::DaemonSet | Kind::ReplicaSet => &["apps", "extensions"],
        Kind::StatefulSet => &["apps"],
        Kind::Job | Kind::CronJob => &["batch"],
        Kind::Rollout | Kind::Application => &["argoproj.io"],
        Kind::IstioOperator => &["install.istio.io"],
        Kind::Istio => &["sailoperator.io", "operator.istio.io"],
        Kind::HelmRelease => &["helm.toolkit.fluxcd.io"],
        Kind::Gateway | Kind::HTTPRoute | Kind::GRPCRoute | Kind::TLSRoute | Kind::TCPRoute => {
            &["gateway.networking.k8s.io"]
        }
        Kind::Ingress => &["networking.k8s.io", "extensions"],
        Kind::IngressClass | Kind::NetworkPolicy => &["networking.k8s.io"],
        Kind::ValidatingWebhookConfiguration | Kind::MutatingWebhookConfiguration => {
            &["admissionregistration.k8s.io"]
        }
        Kind::CustomResourceDefinition => &["apiextensions.k8s.io"],
        Kind::APIService => &["apiregistration.k8s.io"],
        Kind::ServiceMonitor | Kind::PodMonitor | Kind::PrometheusRule => &["monitoring.coreos.com"],
    }
}

fn read_meta(kind: Kind, root: Node<'_>, ordinal: u32) -> Result<Meta, yaml::Error> {
    let missing = |span: Span| yaml::Error::new(span, "expected `metadata.name`");
    let Some(metadata) = root.get("metadata") else {
        let kind_key = root.get("kind").map_or(root.span(), |entry| entry.key_span);
        return Err(missing(kind_key));
    };
    let raw = yaml::from_node::<RawMetadata>(metadata.value)?;
    raw.into_meta(kind, root.span(), ordinal)
        .ok_or_else(|| missing(metadata.key_span))
}

/// Whether a later tool fills in the value: what is wrong with its placeholder says nothing.
fn is_unresolved(span: Span, file: Window<'_>) -> bool {
    let at = file.text(span);
    at.contains("${") || at.contains("$(")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_belongs_to_its_group() {
        assert_eq!(known_kind("Service", "v1"), Some(Kind::Service));
        assert_eq!(known_kind("Service", "serving.knative.dev/v1"), None);
        assert_eq!(known_kind("Deployment", "apps/v1"), Some(Kind::Deployment));
        assert_eq!(
            known_kind("PeerAuthentication", "security.istio.io/v1beta1"),
            Some(Kind::PeerAuthentication)
        );
        assert_eq!(
            known_kind("Gateway", "gateway.networking.k8s.io/v1"),
            Some(Kind::Gateway)
        );
        assert_eq!(
            known_kind("Gateway", "networking.istio.io/v1"),
            Some(Kind::IstioGateway)
        );
        assert_eq!(known_kind("Gateway", "v1"), None);
    }
}
