//! What a cluster sends to one endpoint (`xds/endpoints/mtls_checker.go` `checkMtlsEnabled`,
//! `xds/endpoints/endpoint_builder.go` `buildEnvoyLbEndpoint`).

use super::cluster::{Cluster, ClusterReason, ClusterTls};
use super::{Senders, Wire};
use crate::finding::{Assumption, Assumptions};
use crate::mesh::{PolicyId, Service, ServiceId, ServicePort, TargetPort, WorkloadId};
use crate::model::destination_rule::TlsMode;
use crate::model::peer_authentication::Mode;
use crate::model::service_entry::WorkloadEntry;
use crate::resolve::dataplane::{DataPlane, TLS_MODE_LABEL};
use crate::resolve::destination::{ClusterPolicy, TlsSetting};
use crate::resolve::endpoints::target_port;
use crate::resolve::waypoint::{self, Waypoint};

/// An endpoint of a service port.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'o> {
    /// What it is.
    pub place: EndpointPlace<'o>,
    /// The workload port.
    pub port: u16,
}

/// What an endpoint is.
#[derive(Debug, Clone, Copy)]
pub enum EndpointPlace<'o> {
    /// A given workload.
    Workload(WorkloadId),
    /// An address that a ServiceEntry lists.
    Listed(&'o WorkloadEntry),
    /// An address that an EndpointSlice lists, of which no pod is given.
    Address(&'o str),
    /// The host itself, resolved by DNS.
    Host,
}

/// What an endpoint gets.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'o> {
    /// The bytes.
    pub wire: Wire,
    /// Why this endpoint gets them.
    pub reason: SentReason<'o>,
    /// The waypoint through which it gets them, and what that makes of them.
    pub relay: Option<Relay<'o>>,
    /// What it rests on.
    pub rests_on: Assumptions,
}

impl<'o> Sent<'o> {
    /// The setting of a rule that decides what the endpoint gets, where one does: what endpoints are told comes before
    /// what the cluster has.
    pub fn setting(&self, cluster: &ClusterReason<'o>) -> Option<TlsSetting<'o>> {
        match self.reason {
            SentReason::Told(tls) => Some(tls),
            _ => cluster.setting(),
        }
    }

    /// The bytes that arrive: those of the waypoint, where there is one.
    pub fn arriving(&self) -> Wire {
        self.relay.map_or(self.wire, |relay| relay.wire)
    }

    /// Whether another endpoint gets the same in the same way.
    pub fn is_like(&self, other: &Sent<'_>) -> bool {
        let same_relay = match (&self.relay, &other.relay) {
            (None, None) => true,
            (Some(one), Some(other)) => one.wire == other.wire && one.waypoint.is(&other.waypoint),
            _ => false,
        };
        self.wire == other.wire && same_relay
    }
}

/// The second leg of a connection: from a waypoint to the endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Relay<'o> {
    /// The waypoint.
    pub waypoint: Waypoint<'o>,
    /// What it sends.
    pub wire: Wire,
}

/// Why an endpoint gets what it gets, where the cluster leaves that open.
#[derive(Debug, Clone, Copy)]
pub enum SentReason<'o> {
    /// Every endpoint gets the same.
    Cluster,
    /// The endpoint's label says that it takes mutual TLS, and no policy disables it.
    TakesMutualTls,
    /// The endpoint's label does not say that it takes mutual TLS.
    NoMutualTlsLabel,
    /// The endpoint's policies say DISABLE for the port.
    Disabled(Option<PolicyId>),
    /// The rule's mode as endpoints are told it.
    Told(TlsSetting<'o>),
    /// A label leads to a waypoint, which takes the tunnel.
    Waypoint,
    /// The endpoint takes the tunnel.
    Tunnel,
    /// The endpoint takes no tunnel, and ztunnel speaks nothing else.
    NoTunnel,
}

impl<'o> Senders<'_, '_, 'o> {
    /// The endpoints of a service port.
    pub fn endpoints(&self, id: ServiceId, service: &Service<'o>, port: u16) -> Vec<Endpoint<'o>> {
        let mesh = self.resolution.mesh;
        if let Some(target) = mesh.alias_of(id) {
            return self.endpoints(target, mesh.service(target), port);
        }
        let Some(service_port) = service.port(port) else {
            return Vec::new();
        };
        let workloads = self.resolution.endpoints(id).iter().filter_map(|&workload| {
            let port = target_port(service, service_port, mesh.workload(workload))?;
            Some(Endpoint {
                place: EndpointPlace::Workload(workload),
                port,
            })
        });
        if service.selector().is_none() && service.kubernetes().is_some() {
            return self.listed_by_slices(id, service_port);
        }
        workloads.chain(listed(service, service_port)).collect()
    }

    /// The endpoints that EndpointSlices list for a port.
    fn listed_by_slices(&self, id: ServiceId, port: &ServicePort<'o>) -> Vec<Endpoint<'o>> {
        let listed = self.resolution.mesh.listed_endpoints(id).iter();
        let of_port = listed.filter(|endpoint| endpoint.port_name == port.name.unwrap_or_default());
        let endpoints = of_port.map(|endpoint| Endpoint {
            place: match endpoint.workload {
                Some(workload) => EndpointPlace::Workload(workload),
                None => EndpointPlace::Address(endpoint.address),
            },
            port: endpoint.port,
        });
        endpoints.collect()
    }

    /// The endpoint's word on mutual TLS (`pilot/pkg/model/service.go` `GetTLSModeFromEndpointLabels`).
    pub(super) fn tls_mode(&self, endpoint: &Endpoint<'o>) -> &'o str {
        let (label, account) = match endpoint.place {
            EndpointPlace::Workload(id) => {
                let machine = self.resolution.mesh.workload(id).machine();
                let label = self.resolution.workload(id).labels.get(TLS_MODE_LABEL);
                (label, machine.and_then(|entry| entry.service_account.as_ref()))
            }
            EndpointPlace::Listed(entry) => {
                (entry.labels.get(TLS_MODE_LABEL), entry.service_account.as_ref())
            }
            EndpointPlace::Address(_) | EndpointPlace::Host => (None, None),
        };
        let has_identity = account.is_some_and(|account| !account.value.is_empty());
        label.unwrap_or(if has_identity { "istio" } else { "disabled" })
    }

    /// Whether an endpoint belongs to a subset.
    pub fn is_in_subset(&self, endpoint: &Endpoint<'o>, labels: &crate::yaml::StringMap) -> bool {
        match endpoint.place {
            EndpointPlace::Workload(id) => self.resolution.workload(id).labels.match_all(labels),
            EndpointPlace::Listed(entry) => labels
                .iter()
                .all(|label| entry.labels.get(label.key) == Some(label.value)),
            EndpointPlace::Address(_) | EndpointPlace::Host => labels.is_empty(),
        }
    }

    /// What a cluster sends to an endpoint.
    pub fn send(&self, cluster: &Cluster<'_, 'o>, endpoint: &Endpoint<'o>) -> Sent<'o> {
        let sent = |wire, reason| Sent {
            wire,
            reason,
            relay: None,
            rests_on: Assumptions::NONE,
        };
        if let Some(relayed) = self.relayed(cluster, endpoint) {
            return relayed;
        }
        if let ClusterTls::Ztunnel = cluster.tls {
            return if self.takes_tunnel(endpoint) {
                sent(Wire::Hbone, SentReason::Tunnel)
            } else {
                sent(Wire::Plaintext, SentReason::NoTunnel)
            };
        }
        let is_tunnelled =
            cluster.takes_hbone && self.tls_mode(endpoint) != "istio" && self.takes_tunnel(endpoint);
        match cluster.tls {
            ClusterTls::Every(wire) if is_tunnelled => sent(tunnelled(wire), SentReason::Tunnel),
            ClusterTls::PerEndpoint(_) if is_tunnelled => sent(Wire::Hbone, SentReason::Tunnel),
            ClusterTls::Every(wire) => sent(wire, SentReason::Cluster),
            ClusterTls::PerEndpoint(told) => self.per_endpoint(endpoint, told),
            ClusterTls::Ztunnel => sent(Wire::Plaintext, SentReason::NoTunnel),
        }
    }

    /// What goes through a waypoint: that of the service, or of the pod where pods are dialled themselves
    /// (`zt:src/proxy/outbound.rs` `build_request`).
    fn relayed(&self, cluster: &Cluster<'_, 'o>, endpoint: &Endpoint<'o>) -> Option<Sent<'o>> {
        if !cluster.uses_waypoint {
            return None;
        }
        let mesh = self.resolution.mesh;
        let id = mesh.alias_of(cluster.service).unwrap_or(cluster.service);
        let waypoint = match endpoint.place {
            EndpointPlace::Workload(workload) if mesh.service(id).is_headless() => {
                waypoint::of_workload(mesh, workload)
            }
            _ => waypoint::of_service(mesh, id),
        }?;
        let wire = self.forwarded(&waypoint, id, cluster.port, endpoint);
        Some(Sent {
            wire: Wire::Hbone,
            reason: SentReason::Waypoint,
            relay: Some(Relay { waypoint, wire }),
            rests_on: waypoint.rests_on,
        })
    }

    /// What a waypoint sends to an endpoint: HBONE where that takes it, else the application's bytes. Of the
    /// rules that it sees from its own namespace it follows SIMPLE and MUTUAL alone
    /// (`core/cluster_waypoint.go` `buildWaypointTLSContext`).
    fn forwarded(&self, waypoint: &Waypoint<'o>, id: ServiceId, port: u16, endpoint: &Endpoint<'o>) -> Wire {
        let mesh = self.resolution.mesh;
        let service = mesh.service(id);
        let namespace = waypoint.namespace.and_then(|name| mesh.namespaces.find(name));
        let rules = self.destinations("default");
        let rule = rules.rule(mesh, namespace, None, &service.host, service.namespace);
        let tls = rule.and_then(|rule| ClusterPolicy::of(rule, port, None).tls);
        let wire = match tls.map(|tls| tls.mode()) {
            Some(TlsMode::Simple) => Wire::Tls,
            Some(TlsMode::Mutual) => Wire::Mutual,
            Some(TlsMode::Disable | TlsMode::IstioMutual) | None => Wire::Plaintext,
        };
        if self.takes_tunnel(endpoint) {
            tunnelled(wire)
        } else {
            wire
        }
    }

    /// Whether an endpoint takes HBONE (`ambient/workloads.go` `setTunnelProtocol`).
    fn takes_tunnel(&self, endpoint: &Endpoint<'o>) -> bool {
        let EndpointPlace::Workload(id) = endpoint.place else {
            return false;
        };
        let resolved = self.resolution.workload(id);
        let has_label = || {
            let label = resolved.labels.get("networking.istio.io/tunnel");
            label.is_some_and(|value| value.split(',').any(|protocol| protocol.trim() == "http"))
        };
        resolved.enrolment.plane == DataPlane::Ambient || has_label()
    }

    /// What it rests on that the endpoint has, or lacks, a proxy.
    fn enrolment_rests_on(&self, endpoint: &Endpoint<'o>) -> Assumptions {
        match endpoint.place {
            EndpointPlace::Workload(id) => self.resolution.workload(id).enrolment.rests_on,
            EndpointPlace::Address(_) => Assumption::WorkloadsNotGiven.into(),
            EndpointPlace::Listed(_) | EndpointPlace::Host => Assumptions::NONE,
        }
    }

    fn per_endpoint(&self, endpoint: &Endpoint<'o>, told: Option<TlsSetting<'o>>) -> Sent<'o> {
        let sent = |wire, reason, rests_on| Sent {
            wire,
            reason,
            relay: None,
            rests_on,
        };
        let takes_mutual_tls = self.tls_mode(endpoint) == "istio";
        if let Some(told) = told {
            let wire = match told.mode() {
                TlsMode::IstioMutual if takes_mutual_tls => Wire::IstioMtls,
                _ => Wire::Plaintext,
            };
            return sent(wire, SentReason::Told(told), self.enrolment_rests_on(endpoint));
        }
        if !takes_mutual_tls {
            // A pod that is not given may have the address of a slice.
            let rests_on = match endpoint.place {
                EndpointPlace::Address(_) => Assumption::WorkloadsNotGiven.into(),
                _ => Assumptions::NONE,
            };
            return sent(Wire::Plaintext, SentReason::NoMutualTlsLabel, rests_on);
        }
        match endpoint.place {
            EndpointPlace::Workload(id) => {
                let decision = self.resolution.decide(id, Some(endpoint.port));
                match decision.policy.mode {
                    Mode::Disable => sent(
                        Wire::Plaintext,
                        SentReason::Disabled(decision.policy.by),
                        decision.rests_on,
                    ),
                    _ => sent(Wire::IstioMtls, SentReason::TakesMutualTls, decision.rests_on),
                }
            }
            EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => sent(
                Wire::IstioMtls,
                SentReason::TakesMutualTls,
                Assumption::NotModelled.into(),
            ),
        }
    }
}

/// TLS of a rule goes inside the tunnel; everything else is replaced by it.
fn tunnelled(wire: Wire) -> Wire {
    match wire {
        Wire::Tls => Wire::HboneTls,
        Wire::Mutual => Wire::HboneMutual,
        _ => Wire::Hbone,
    }
}

/// The addresses that a ServiceEntry lists, each with its workload port.
fn listed<'o>(service: &Service<'o>, port: &ServicePort<'o>) -> Vec<Endpoint<'o>> {
    let Some(entry) = service.entry() else {
        return Vec::new();
    };
    let default = match port.target {
        TargetPort::Number(number) => number,
        TargetPort::Name(_) => port.number,
    };
    let endpoints = &entry.spec.endpoints;
    let resolves = entry
        .spec
        .resolution
        .as_ref()
        .is_some_and(|resolution| resolution.value.contains("DNS"));
    if endpoints.is_empty() && resolves && entry.spec.workload_selector.is_none() {
        return vec![Endpoint {
            place: EndpointPlace::Host,
            port: default,
        }];
    }
    let of_entry = |endpoint: &'o WorkloadEntry| {
        let named = port.name.and_then(|name| endpoint.ports.get(name));
        let port = named.map_or(default, |port| port.value);
        Endpoint {
            place: EndpointPlace::Listed(endpoint),
            port,
        }
    };
    endpoints
        .iter()
        .map(|endpoint| of_entry(&endpoint.value))
        .collect()
}
