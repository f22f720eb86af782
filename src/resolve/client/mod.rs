//! The client side: what a client's proxy sends to each endpoint of a service, before anyone asks whether
//! the endpoint takes it (`pilot/pkg/networking/core/cluster_tls.go`, `xds/endpoints/mtls_checker.go`).

mod cluster;
mod endpoint;
mod visibility;

use super::Resolution;
use super::dataplane::DataPlane;
use super::destination::{Destinations, MergedRule};
use super::labels::Labels;
use crate::mesh::{NamespaceId, ServiceId, WorkloadId};
use crate::model::Object;
use crate::model::sidecar::Sidecar;

pub use cluster::{Cluster, ClusterReason, ClusterTls};
pub use endpoint::{Endpoint, EndpointPlace, Sent, SentReason};
pub use visibility::Visibility;

/// Bytes on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wire {
    /// The application's own bytes.
    Plaintext,
    /// Mutual TLS with the mesh's certificates.
    IstioMtls,
    /// One-way TLS that the client's proxy adds.
    Tls,
    /// Mutual TLS with certificates of the rule.
    Mutual,
    /// The ambient tunnel.
    Hbone,
    /// One-way TLS of the rule inside the tunnel.
    HboneTls,
    /// Mutual TLS of the rule inside the tunnel.
    HboneMutual,
    /// Nothing: the client's proxy drops the connection.
    Nothing,
}

impl Wire {
    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Wire::Plaintext => "plaintext",
            Wire::IstioMtls => "istio-mtls",
            Wire::Tls => "tls",
            Wire::Mutual => "mutual",
            Wire::Hbone => "hbone",
            Wire::HboneTls => "hbone+tls",
            Wire::HboneMutual => "hbone+mutual",
            Wire::Nothing => "nothing",
        }
    }
}

/// Whoever connects: a given workload, or any that could exist.
#[derive(Debug, Clone, Copy)]
pub struct Client<'r, 'o> {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// What carries its traffic.
    pub plane: DataPlane,
    /// Its labels; `None` for a client of which nothing more is known.
    pub labels: Option<&'r Labels<'o>>,
    /// The Sidecar resource that limits what its proxy knows.
    pub sidecar: Option<&'o Object<Sidecar>>,
    /// The ports that bypass its proxy on the way out.
    pub workload: Option<WorkloadId>,
}

impl<'r, 'o> Client<'r, 'o> {
    /// A given workload.
    pub fn of(resolution: &'r Resolution<'_, 'o>, workload: WorkloadId) -> Self {
        let resolved = resolution.workload(workload);
        Client {
            namespace: resolution.mesh.workload(workload).namespace,
            plane: resolved.enrolment.plane,
            labels: Some(&resolved.labels),
            sidecar: resolved.sidecar,
            workload: Some(workload),
        }
    }

    /// Any sidecar in a namespace.
    pub fn any_sidecar_in(resolution: &Resolution<'_, 'o>, namespace: NamespaceId) -> Self {
        Client {
            namespace,
            plane: DataPlane::Sidecar,
            labels: None,
            sidecar: super::sidecar_scope::default_sidecar(resolution.mesh, namespace),
            workload: None,
        }
    }
}

/// Everything that decides what clients send.
#[derive(Debug)]
pub struct Senders<'r, 'm, 'o> {
    /// The server side.
    pub resolution: &'r Resolution<'m, 'o>,
    /// The rules.
    pub destinations: Destinations<'o>,
    /// Whether proxies send HBONE: where ambient is installed.
    sends_hbone: bool,
}

impl<'r, 'm, 'o> Senders<'r, 'm, 'o> {
    /// Indexes the rules of a mesh.
    pub fn new(resolution: &'r Resolution<'m, 'o>) -> Self {
        let mesh = resolution.mesh;
        let is_ambient = || {
            mesh.workloads()
                .any(|(id, _)| resolution.workload(id).enrolment.plane == DataPlane::Ambient)
        };
        Senders {
            resolution,
            destinations: Destinations::new(mesh, "default"),
            sends_hbone: mesh.settings.ambient.value.unwrap_or_else(is_ambient),
        }
    }

    /// The rule that a client follows for a service. Ztunnel and clients without a proxy follow none.
    pub fn rule(&self, client: &Client<'_, 'o>, service: ServiceId) -> Option<&MergedRule<'o>> {
        if !matches!(
            client.plane,
            DataPlane::Sidecar | DataPlane::Gateway | DataPlane::Proxyless
        ) {
            return None;
        }
        let service = self.resolution.mesh.service(service);
        self.destinations.rule(
            self.resolution.mesh,
            client.namespace,
            client.labels,
            &service.host,
            service.namespace,
        )
    }
}
