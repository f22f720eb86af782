//! The client side: what a client's proxy sends to each endpoint of a service, before anyone asks whether
//! the endpoint takes it (`pilot/pkg/networking/core/cluster_tls.go`, `xds/endpoints/mtls_checker.go`).

mod cluster;
mod endpoint;
mod outbound;
mod routes;
mod visibility;

use super::{Resolution, sidecar_scope};

use super::dataplane::DataPlane;
use super::destination::{Destinations, MergedRule};
use super::labels::Labels;
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, ServiceId, WorkloadId};
use crate::model::Object;
use crate::model::sidecar::Sidecar;

pub use cluster::{Cluster, ClusterReason, ClusterTls};
pub use endpoint::{Endpoint, EndpointPlace, Relay, Sent, SentReason};
pub use outbound::Outbound;
use routes::Routes;
pub(super) use routes::source_labels;
pub use routes::{Led, Redirection, Roots, Route, RoutingPart};
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
    /// Its namespace; `None` is any namespace that no manifest speaks of.
    pub namespace: Option<NamespaceId>,
    /// What carries its traffic.
    pub plane: DataPlane,
    /// Its labels; `None` for a client of which nothing more is known.
    pub labels: Option<&'r Labels<'o>>,
    /// The Sidecar resource that limits what its proxy knows.
    pub sidecar: Option<&'o Object<Sidecar>>,
    /// The revision whose control plane serves it.
    pub revision: &'o str,
    /// What bypasses its proxy on the way out.
    pub outbound: Outbound<'o>,
}

impl<'r, 'o> Client<'r, 'o> {
    /// A given workload.
    pub fn of(resolution: &'r Resolution<'_, 'o>, workload: WorkloadId) -> Self {
        let resolved = resolution.workload(workload);
        let given = resolution.mesh.workload(workload);
        Client {
            namespace: Some(given.namespace),
            plane: resolved.enrolment.plane,
            labels: Some(&resolved.labels),
            sidecar: resolved.sidecar,
            revision: resolved.revision,
            outbound: Outbound::of(given),
        }
    }

    /// Any sidecar in a namespace, or in one that no manifest speaks of.
    pub fn any_sidecar_in(resolution: &Resolution<'_, 'o>, namespace: Option<NamespaceId>) -> Self {
        Client {
            namespace,
            plane: DataPlane::Sidecar,
            labels: None,
            sidecar: sidecar_scope::default_sidecar(resolution.mesh, namespace, "default"),
            revision: "default",
            outbound: Outbound::default(),
        }
    }

    /// Whether its proxy follows DestinationRules.
    pub fn follows_rules(&self) -> bool {
        matches!(
            self.plane,
            DataPlane::Sidecar | DataPlane::Gateway | DataPlane::Proxyless
        )
    }
}

/// Everything that decides what clients send.
#[derive(Debug)]
pub struct Senders<'r, 'm, 'o> {
    /// The server side.
    pub resolution: &'r Resolution<'m, 'o>,
    /// The rules as the control plane without a revision reads them.
    unrevisioned: Destinations<'o>,
    /// The rules as those of other revisions do, where some rule names a revision.
    by_revision: HashMap<&'o str, Destinations<'o>>,
    /// The VirtualServices.
    routes: Routes<'o>,
    /// Whether proxies send HBONE: where ambient is installed.
    sends_hbone: bool,
}

impl<'r, 'm, 'o> Senders<'r, 'm, 'o> {
    /// Indexes the rules of a mesh.
    pub fn new(resolution: &'r Resolution<'m, 'o>) -> Self {
        let mesh = resolution.mesh;
        let resolved = || mesh.workloads().map(|(id, _)| resolution.workload(id));
        let is_ambient = || resolved().any(|workload| workload.enrolment.plane == DataPlane::Ambient);
        let names_revision = mesh
            .destination_rules
            .iter()
            .any(|(rule, _)| rule.meta.revision().is_some());
        let mut by_revision = HashMap::default();
        for workload in resolved().filter(|workload| names_revision && workload.revision != "default") {
            let index = || Destinations::new(mesh, workload.revision);
            by_revision.entry(workload.revision).or_insert_with(index);
        }
        Senders {
            resolution,
            unrevisioned: Destinations::new(mesh, "default"),
            by_revision,
            routes: Routes::new(resolution),
            sends_hbone: mesh.settings.ambient.value.unwrap_or_else(is_ambient),
        }
    }

    /// The rules as a revision's control plane reads them.
    pub fn destinations(&self, revision: &str) -> &Destinations<'o> {
        self.by_revision.get(revision).unwrap_or(&self.unrevisioned)
    }

    /// The rules, if every control plane reads the same.
    pub fn only_index(&self) -> Option<&Destinations<'o>> {
        self.by_revision.is_empty().then_some(&self.unrevisioned)
    }

    /// The rules as every control plane reads them, each once.
    pub fn every_index(&self) -> impl Iterator<Item = &Destinations<'o>> {
        std::iter::once(&self.unrevisioned).chain(self.by_revision.values())
    }

    /// The rule that a client follows for a service. Ztunnel and clients without a proxy follow none.
    pub fn rule(&self, client: &Client<'_, 'o>, service: ServiceId) -> Option<&MergedRule<'o>> {
        if !client.follows_rules() {
            return None;
        }
        let service = self.resolution.mesh.service(service);
        let rules = self.destinations(client.revision);
        rules.rule(
            self.resolution.mesh,
            client.namespace,
            client.labels,
            &service.host,
            service.namespace,
        )
    }
}
