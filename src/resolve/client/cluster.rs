//! What a client's proxy keeps for one port of one service: static TLS for every endpoint, or a choice
//! per endpoint (`pilot/pkg/networking/core/cluster_tls.go` `buildUpstreamTLSSettings`).

use super::outbound::Interception;
use super::visibility::Visibility;
use super::{Client, Led, Senders, Wire};
use crate::finding::{Assumption, Assumptions};
use crate::mesh::settings::OutboundTraffic;
use crate::mesh::{PolicyId, Service, ServiceId};
use crate::model::destination_rule::{PortPolicy, TlsMode};
use crate::model::peer_authentication::Mode;
use crate::resolve::compose;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{ClusterPolicy, MergedRule, Owned, TlsSetting, eds_mode};
use crate::resolve::waypoint;

/// What a client's proxy does for one port of one service.
#[derive(Debug, Clone, Copy)]
pub struct Cluster<'d, 'o> {
    /// The service.
    pub service: ServiceId,
    /// The service's port.
    pub port: u16,
    /// The rule that was followed.
    pub rule: Option<&'d MergedRule<'o>>,
    /// How it is decided what an endpoint gets.
    pub tls: ClusterTls<'o>,
    /// Why.
    pub reason: ClusterReason<'o>,
    /// The entry for the port that replaced the rule's policy.
    pub port_entry: Option<Owned<'o, PortPolicy>>,
    /// Whether connections go to the address that the application dialled, so that endpoints are not
    /// looked at.
    pub is_original_destination: bool,
    /// Whether endpoints of ambient are reached through the tunnel.
    pub takes_hbone: bool,
    /// Whether connections go through the waypoint of the service or of its pods, if there is one.
    pub uses_waypoint: bool,
    /// What the decision rests on.
    pub rests_on: Assumptions,
}

/// How a cluster decides what an endpoint gets.
#[derive(Debug, Clone, Copy)]
pub enum ClusterTls<'o> {
    /// The same for every endpoint.
    Every(Wire),
    /// Auto-mTLS: each endpoint by its label and its policies; the rule's mode as endpoints are told it,
    /// where it differs from the cluster's, takes the place of the policies.
    PerEndpoint(Option<TlsSetting<'o>>),
    /// Ztunnel and waypoints: each endpoint by its data plane.
    Ztunnel,
}

/// Why a cluster is as it is.
#[derive(Debug, Clone, Copy)]
pub enum ClusterReason<'o> {
    /// The client has no proxy.
    NoProxy,
    /// The client's node proxy does not read rules.
    Ztunnel,
    /// The client is a waypoint: it has the tunnel and no mutual TLS of sidecars.
    Waypoint,
    /// The port is excluded from the client's proxy.
    Excluded(crate::source::Span),
    /// The proxy does not know the service: the bytes pass as they are, or are dropped.
    Unknown(Visibility),
    /// The service is another name for a host that the mesh does not know.
    UnknownAlias,
    /// A route leads to a host that the proxy does not know, or to a subset that no rule defines.
    NoCluster,
    /// A rule sets TLS.
    Rule(TlsSetting<'o>),
    /// A rule asks for certificates by name, which a sidecar only reads with a `workloadSelector`.
    CredentialIgnored(TlsSetting<'o>),
    /// A library without a proxy only speaks mutual TLS of the mesh, and only where a rule says so.
    Proxyless,
    /// Auto-mTLS is off in the mesh.
    AutoMtlsOff,
    /// The service lies outside the mesh.
    External,
    /// The policies of the service's namespace say DISABLE.
    NamespaceDisabled(Option<PolicyId>),
    /// An endpoint of a service without addresses of its own takes no mutual TLS, so none gets any.
    SomeEndpointWithoutProxy,
    /// A service without addresses of its own has no endpoints.
    NoEndpoints,
    /// Auto-mTLS.
    Auto,
}

impl<'o> ClusterReason<'o> {
    /// Whether it tells of the service, so that every proxy that nothing sets apart does the same; the other reasons
    /// lie with single clients.
    pub fn is_of_service(&self) -> bool {
        match self {
            ClusterReason::NoProxy
            | ClusterReason::Ztunnel
            | ClusterReason::Waypoint
            | ClusterReason::Proxyless
            | ClusterReason::Excluded(_)
            | ClusterReason::Unknown(_)
            | ClusterReason::UnknownAlias
            | ClusterReason::NoCluster => false,
            ClusterReason::Rule(_)
            | ClusterReason::CredentialIgnored(_)
            | ClusterReason::AutoMtlsOff
            | ClusterReason::External
            | ClusterReason::NamespaceDisabled(_)
            | ClusterReason::SomeEndpointWithoutProxy
            | ClusterReason::NoEndpoints
            | ClusterReason::Auto => true,
        }
    }

    /// The setting of a rule that decides, where one does.
    pub fn setting(&self) -> Option<TlsSetting<'o>> {
        match *self {
            ClusterReason::Rule(tls) | ClusterReason::CredentialIgnored(tls) => Some(tls),
            _ => None,
        }
    }
}

impl<'o> Senders<'_, '_, 'o> {
    /// What a client's proxy does for a port of a service, or of a subset.
    pub fn cluster<'d>(
        &'d self,
        client: &Client<'_, 'o>,
        id: ServiceId,
        port: u16,
        subset: Option<&str>,
    ) -> Cluster<'d, 'o> {
        let bare = |tls, reason| Cluster::bare(id, port, tls, reason);
        match client.plane {
            DataPlane::None => {
                return bare(ClusterTls::Every(Wire::Plaintext), ClusterReason::NoProxy);
            }
            DataPlane::Waypoint => return bare(ClusterTls::Ztunnel, ClusterReason::Waypoint),
            DataPlane::Ambient => return bare(ClusterTls::Ztunnel, ClusterReason::Ztunnel),
            DataPlane::Sidecar | DataPlane::Gateway | DataPlane::Proxyless => {}
        }
        let interception = client.outbound.interception(port);
        if let Interception::Bypassed(span) = interception {
            return bare(ClusterTls::Every(Wire::Plaintext), ClusterReason::Excluded(span));
        }
        let cluster = self.captured_cluster(client, id, port, subset);
        match interception {
            Interception::Undecided(_) => Cluster {
                rests_on: cluster.rests_on | Assumption::NotModelled.into(),
                ..cluster
            },
            _ => cluster,
        }
    }

    /// What a client's proxy does with a connection that reaches it.
    fn captured_cluster<'d>(
        &'d self,
        client: &Client<'_, 'o>,
        id: ServiceId,
        port: u16,
        subset: Option<&str>,
    ) -> Cluster<'d, 'o> {
        let passing = |reason| Cluster::bare(id, port, ClusterTls::Every(self.passthrough()), reason);
        let Some(id) = self.concrete(id) else {
            return passing(ClusterReason::UnknownAlias);
        };
        match self.visibility(client, id, port) {
            Visibility::Visible => self.visible_cluster(client, id, port, subset),
            visibility => Cluster {
                service: id,
                ..passing(ClusterReason::Unknown(visibility))
            },
        }
    }

    /// What a client's proxy does for a destination of a route. It looks for that very cluster: where there
    /// is none, nothing passes (503, `NC cluster_not_found`).
    pub fn led_cluster<'d>(&'d self, client: &Client<'_, 'o>, led: &Led<'o>) -> Cluster<'d, 'o> {
        let cluster = self.captured_cluster(client, led.service, led.port, led.subset);
        let is_subset_known = led
            .subset
            .is_none_or(|name| cluster.rule.is_some_and(|rule| rule.subset(name).is_some()));
        let is_unknown = matches!(
            cluster.reason,
            ClusterReason::Unknown(_) | ClusterReason::UnknownAlias
        );
        if is_subset_known && !is_unknown {
            return cluster;
        }
        Cluster {
            tls: ClusterTls::Every(Wire::Nothing),
            reason: ClusterReason::NoCluster,
            takes_hbone: false,
            ..cluster
        }
    }

    /// The service itself, or the one that it is another name for; `None` if that is not in the mesh.
    fn concrete(&self, id: ServiceId) -> Option<ServiceId> {
        let mesh = self.resolution.mesh;
        match mesh.service(id).external_name() {
            Some(_) => mesh.alias_of(id),
            None => Some(id),
        }
    }

    /// What becomes of bytes to a host that the proxy does not know.
    fn passthrough(&self) -> Wire {
        match self.resolution.mesh.settings.outbound_traffic_policy.value {
            OutboundTraffic::AllowAny => Wire::Plaintext,
            OutboundTraffic::RegistryOnly => Wire::Nothing,
        }
    }

    fn visible_cluster<'d>(
        &'d self,
        client: &Client<'_, 'o>,
        id: ServiceId,
        port: u16,
        subset: Option<&str>,
    ) -> Cluster<'d, 'o> {
        self.cluster_following(self.rule(client, id), client, id, port, subset)
    }

    /// What a client's proxy would do for a port of a service that it sees, if it followed that rule.
    pub fn cluster_following<'d>(
        &self,
        rule: Option<&'d MergedRule<'o>>,
        client: &Client<'_, 'o>,
        id: ServiceId,
        port: u16,
        subset: Option<&str>,
    ) -> Cluster<'d, 'o> {
        let service = self.resolution.mesh.service(id);
        let policy = rule
            .map(|rule| ClusterPolicy::of(rule, port, subset))
            .unwrap_or_default();
        let has_no_address = passes_through(service) && client.plane != DataPlane::Gateway;
        let is_original_destination = has_no_address || policy.is_passthrough;
        let mut rests_on = Assumptions::NONE;
        let (tls, reason) = if client.plane == DataPlane::Proxyless {
            proxyless(policy.tls)
        } else if let Some(tls) = policy.tls {
            user_supplied(client, rule, tls)
        } else {
            let told = rule.and_then(|rule| eds_mode(rule, port, subset));
            let passes = passes_through(service) || policy.is_inferred_passthrough;
            self.automatic(
                service,
                id,
                port,
                passes,
                is_original_destination,
                told,
                client.revision,
                &mut rests_on,
            )
        };
        Cluster {
            service: id,
            port,
            rule,
            tls,
            reason,
            port_entry: policy.port_entry,
            is_original_destination,
            takes_hbone: self.sends_hbone && !is_original_destination && client.plane != DataPlane::Proxyless,
            uses_waypoint: self.sends_hbone
                && client.plane == DataPlane::Gateway
                && !service.is_headless()
                && waypoint::is_used_by_gateways(self.resolution.mesh, id),
            rests_on,
        }
    }

    /// Nothing sets TLS: auto-mTLS, unless something switches it off for the whole service.
    #[expect(clippy::too_many_arguments, reason = "the facts of one cluster, used once")]
    fn automatic(
        &self,
        service: &Service<'o>,
        id: ServiceId,
        port: u16,
        passes: bool,
        is_original_destination: bool,
        told: Option<TlsSetting<'o>>,
        revision: &str,
        rests_on: &mut Assumptions,
    ) -> (ClusterTls<'o>, ClusterReason<'o>) {
        let plaintext = |reason| (ClusterTls::Every(Wire::Plaintext), reason);
        if !self.resolution.mesh.settings.enable_auto_mtls.value {
            return plaintext(ClusterReason::AutoMtlsOff);
        }
        if is_external(service) {
            return plaintext(ClusterReason::External);
        }
        if passes && let Some(reason) = self.endpoints_without_mtls(service, id, port) {
            return plaintext(reason);
        }
        let mesh = self.resolution.mesh;
        let chosen = compose::choose(mesh, service.namespace, revision, &[], &mut ());
        let inferred = chosen.overall(&mesh.policies, &mut ());
        *rests_on |= chosen.rests_on;
        if inferred.mode == Mode::Disable {
            return plaintext(ClusterReason::NamespaceDisabled(inferred.by));
        }
        if is_original_destination {
            return (ClusterTls::Every(Wire::IstioMtls), ClusterReason::Auto);
        }
        (ClusterTls::PerEndpoint(told), ClusterReason::Auto)
    }

    /// The service-level look at endpoints (`BestEffortInferServiceMTLSMode`): one without mutual TLS, or
    /// none at all, and the whole service gets plaintext.
    fn endpoints_without_mtls(
        &self,
        service: &Service<'o>,
        id: ServiceId,
        port: u16,
    ) -> Option<ClusterReason<'o>> {
        let mut is_empty = true;
        for endpoint in self.endpoints(id, service, port) {
            is_empty = false;
            if self.tls_mode(&endpoint) == "disabled" {
                return Some(ClusterReason::SomeEndpointWithoutProxy);
            }
        }
        is_empty.then_some(ClusterReason::NoEndpoints)
    }
}

impl<'d, 'o> Cluster<'d, 'o> {
    /// What is done without any rule, for every endpoint alike.
    fn bare(service: ServiceId, port: u16, tls: ClusterTls<'o>, reason: ClusterReason<'o>) -> Self {
        Cluster {
            service,
            port,
            rule: None,
            tls,
            reason,
            port_entry: None,
            is_original_destination: false,
            takes_hbone: false,
            uses_waypoint: matches!(reason, ClusterReason::Ztunnel),
            rests_on: Assumptions::NONE,
        }
    }

    /// The cluster as it would be if the rule set that TLS for the port.
    #[must_use]
    pub fn setting(self, client: &Client<'_, 'o>, tls: TlsSetting<'o>) -> Cluster<'d, 'o> {
        let (tls, reason) = if client.plane == DataPlane::Proxyless {
            proxyless(Some(tls))
        } else {
            user_supplied(client, self.rule, tls)
        };
        Cluster { tls, reason, ..self }
    }
}

/// What a rule with `tls` makes clients send, whatever endpoints and policies say.
fn user_supplied<'o>(
    client: &Client<'_, 'o>,
    rule: Option<&MergedRule<'o>>,
    tls: TlsSetting<'o>,
) -> (ClusterTls<'o>, ClusterReason<'o>) {
    let wire = match tls.mode() {
        TlsMode::Disable => Wire::Plaintext,
        TlsMode::Simple => Wire::Tls,
        TlsMode::Mutual => Wire::Mutual,
        TlsMode::IstioMutual => Wire::IstioMtls,
    };
    let names_credential = tls
        .tls
        .credential_name
        .as_ref()
        .is_some_and(|name| !name.value.is_empty() && !name.value.starts_with("configmap://"));
    let is_ignored = names_credential
        && matches!(wire, Wire::Tls | Wire::Mutual)
        && client.plane != DataPlane::Gateway
        && rule.is_none_or(|rule| rule.selector().is_none());
    if is_ignored {
        (
            ClusterTls::Every(Wire::Plaintext),
            ClusterReason::CredentialIgnored(tls),
        )
    } else {
        (ClusterTls::Every(wire), ClusterReason::Rule(tls))
    }
}

/// gRPC libraries know no auto-mTLS and no other TLS (`grpcgen/cds.go` `applyTLS`).
fn proxyless(tls: Option<TlsSetting<'_>>) -> (ClusterTls<'_>, ClusterReason<'_>) {
    match tls {
        Some(tls) if tls.mode() == TlsMode::IstioMutual => {
            (ClusterTls::Every(Wire::IstioMtls), ClusterReason::Rule(tls))
        }
        _ => (ClusterTls::Every(Wire::Plaintext), ClusterReason::Proxyless),
    }
}

/// Whether clients dial endpoints themselves: headless Services, and ServiceEntries that resolve nothing.
fn passes_through(service: &Service<'_>) -> bool {
    service.is_headless()
        || service.entry().is_some_and(|entry| {
            entry
                .spec
                .resolution
                .as_ref()
                .is_none_or(|resolution| &*resolution.value == "NONE")
        })
}

/// Whether a service lies outside the mesh.
fn is_external(service: &Service<'_>) -> bool {
    service.entry().is_some_and(|entry| entry.spec.is_external())
        || service
            .kubernetes()
            .is_some_and(|object| object.spec.is_external_name())
}
