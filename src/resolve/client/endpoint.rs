//! What a cluster sends to one endpoint (`xds/endpoints/mtls_checker.go` `checkMtlsEnabled`,
//! `xds/endpoints/endpoint_builder.go` `buildEnvoyLbEndpoint`).

use super::cluster::{Cluster, ClusterTls};
use super::{Senders, Wire};
use crate::finding::{Assumption, Assumptions};
use crate::mesh::{PolicyId, Service, ServiceId, ServicePort, TargetPort, WorkloadId};
use crate::model::destination_rule::TlsMode;
use crate::model::peer_authentication::Mode;
use crate::model::service_entry::WorkloadEntry;
use crate::resolve::dataplane::{DataPlane, TLS_MODE_LABEL};
use crate::resolve::destination::TlsSetting;
use crate::resolve::endpoints::target_port;

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
    /// What it rests on.
    pub rests_on: Assumptions,
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
        workloads.chain(listed(service, service_port)).collect()
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
            EndpointPlace::Host => (None, None),
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
                .all(|label| entry.labels.get(&label.key) == Some(&*label.value)),
            EndpointPlace::Host => labels.is_empty(),
        }
    }

    /// What a cluster sends to an endpoint.
    pub fn send(&self, cluster: &Cluster<'_, 'o>, endpoint: &Endpoint<'o>) -> Sent<'o> {
        let sent = |wire, reason| Sent {
            wire,
            reason,
            rests_on: Assumptions::NONE,
        };
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
            EndpointPlace::Listed(_) | EndpointPlace::Host => Assumptions::NONE,
        }
    }

    fn per_endpoint(&self, endpoint: &Endpoint<'o>, told: Option<TlsSetting<'o>>) -> Sent<'o> {
        let sent = |wire, reason, rests_on| Sent {
            wire,
            reason,
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
            return sent(Wire::Plaintext, SentReason::NoMutualTlsLabel, Assumptions::NONE);
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
            EndpointPlace::Listed(_) | EndpointPlace::Host => sent(
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
