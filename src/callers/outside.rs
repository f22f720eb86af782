//! Calls without an identity of the mesh: whoever makes them is refused where STRICT is enforced.

use super::probes::{Handler, ProbePort, Unrewritten, probes};
use super::scrapes::Scraper;
use super::{Call, Callers, starts_after_init};
use crate::mesh::{Protocol, ServiceId, WorkloadId};
use crate::model::Meta;
use crate::resolve::Resolution;
use crate::resolve::client::{EndpointPlace, Senders};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::server::{Accepts, Reception};
use crate::source::Span;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outsider {
    /// The kubelet, for a probe or a hook, where nothing turns it to the agent.
    Kubelet(&'static str),
    /// Prometheus.
    Prometheus,
    /// The API server.
    ApiServer,
    /// A gateway of others than Istio.
    Gateway,
    /// Whoever reaches a Service that is open to the outside.
    Anybody,
    /// Init containers that end before the sidecar of their pod starts.
    InitContainer,
    /// A workload without a proxy that dials pods on a port that their headless Service does not declare.
    Unproxied,
}

/// A call to a port of a workload, made without an identity of the mesh.
#[derive(Debug, Clone, Copy)]
pub struct OutsideCall<'o> {
    /// Who calls.
    pub by: Outsider,
    /// The object that shows it.
    pub object: &'o Meta,
    /// Where it does.
    pub span: Span,
    /// The workload that is called.
    pub workload: WorkloadId,
    /// Its port.
    pub port: u16,
    /// The workload that is told to call, where one is, and by what.
    pub told: Option<(WorkloadId, &'o Call<'o>)>,
}

impl OutsideCall<'_> {
    /// Whether it gets through: the API server speaks TLS, whoever is told to call plaintext, and others one of both.
    pub fn gets_through(&self, accepts: Accepts) -> bool {
        let takes = |reception| reception != Reception::Refused;
        match self.by {
            Outsider::ApiServer => takes(accepts.tls),
            Outsider::InitContainer | Outsider::Unproxied => takes(accepts.plaintext),
            Outsider::Kubelet(_) | Outsider::Prometheus | Outsider::Gateway | Outsider::Anybody => {
                takes(accepts.plaintext) || takes(accepts.tls)
            }
        }
    }
}

/// Whether a data plane of the mesh stands in front of a workload's ports. Gateways and waypoints are meant to be
/// called from outside, and what machines run is told by no manifest.
pub fn is_guarded(resolution: &Resolution<'_, '_>, workload: WorkloadId) -> bool {
    let plane = resolution.workload(workload).enrolment.plane;
    let is_server = matches!(
        plane,
        DataPlane::Sidecar | DataPlane::Ambient | DataPlane::Proxyless
    );
    is_server && resolution.mesh.workload(workload).template().is_some()
}

/// Every call without an identity that manifests show, to ports that a data plane of the mesh guards.
pub fn outside_calls<'o>(senders: &Senders<'_, '_, 'o>, callers: &'o Callers<'o>) -> Vec<OutsideCall<'o>> {
    let resolution = senders.resolution;
    let mut calls = Vec::new();
    of_kubelet(resolution, &mut calls);
    let scraper = Scraper::of(resolution);
    for scrape in callers
        .scrapes
        .iter()
        .filter(|scrape| !scrape.uses_mesh_certificates)
    {
        let may_tunnel = scraper.may_tunnel(resolution, scrape);
        let is_ambient = |id| resolution.workload(id).enrolment.plane == DataPlane::Ambient;
        let reached = scrape
            .targets
            .iter()
            .filter(|(id, _)| !(may_tunnel && is_ambient(*id)));
        calls.extend(reached.map(|&(workload, port)| OutsideCall {
            by: Outsider::Prometheus,
            object: scrape.object,
            span: scrape.span,
            workload,
            port,
            told: None,
        }));
    }
    for call in &callers.api_server {
        let shown = (Outsider::ApiServer, call.object, call.span);
        behind(senders, shown, (call.service, call.port), &mut calls);
    }
    for call in callers
        .ingresses
        .iter()
        .filter(|call| !call.has_identity(resolution))
    {
        let shown = (Outsider::Gateway, call.object, call.span);
        behind(senders, shown, (call.service, call.port), &mut calls);
    }
    of_open_services(senders, &mut calls);
    calls.retain(|call| is_guarded(resolution, call.workload));
    of_told(senders, callers, &mut calls);
    calls
}

/// Calls in plaintext of workloads that are told to make them, around every proxy: those of init containers that end
/// before their sidecar starts, and those of workloads without a proxy to ports of pods that their headless service
/// does not declare.
fn of_told<'o>(senders: &Senders<'_, '_, 'o>, callers: &'o Callers<'o>, calls: &mut Vec<OutsideCall<'o>>) {
    let resolution = senders.resolution;
    let mesh = resolution.mesh;
    for (caller, call) in callers.calls.iter() {
        let service = mesh.service(call.service);
        let ports = mesh.ports_of(call.service);
        let mut add = |by, workload, port| {
            calls.push(OutsideCall {
                by,
                object: mesh.workload(caller).meta(),
                span: call.span,
                workload,
                port,
                told: Some((caller, call)),
            });
        };
        match resolution.workload(caller).enrolment.plane {
            DataPlane::None if service.is_headless() => {
                let is_declared = |port| ports.iter().any(|own| own.number == port);
                let Some(undeclared) = call.port.filter(|&port| !is_declared(port)) else {
                    continue;
                };
                for &server in resolution.endpoints(call.service) {
                    add(Outsider::Unproxied, server, undeclared);
                }
            }
            DataPlane::Sidecar
                if call.is_init && starts_after_init(mesh, mesh.workload(caller)).is_some() =>
            {
                let numbers = ports.iter().map(|port| port.number);
                let dialled = numbers.filter(|&own| call.port.is_none_or(|port| port == own));
                for endpoint in dialled.flat_map(|port| senders.endpoints(call.service, service, port)) {
                    if let EndpointPlace::Workload(server) = endpoint.place {
                        add(Outsider::InitContainer, server, endpoint.port);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Probes that meet the sidecar; ztunnel lets the kubelet pass. A TCP probe of a sidecar always passes.
fn of_kubelet<'o>(resolution: &Resolution<'_, 'o>, calls: &mut Vec<OutsideCall<'o>>) {
    for (id, workload) in resolution.mesh.workloads() {
        let is_sidecar = resolution.workload(id).enrolment.plane == DataPlane::Sidecar;
        if !is_sidecar || Unrewritten::of(resolution.mesh, workload).is_none() {
            continue;
        }
        let met = probes(workload).into_iter();
        calls.extend(
            met.filter(|probe| probe.handler != Handler::TcpSocket)
                .filter_map(|probe| match probe.port {
                    ProbePort::Number(port) => Some(OutsideCall {
                        by: Outsider::Kubelet(probe.purpose),
                        object: workload.meta(),
                        span: probe.key,
                        workload: id,
                        port,
                        told: None,
                    }),
                    ProbePort::Undeclared(..) => None,
                }),
        );
    }
}

fn of_open_services<'o>(senders: &Senders<'_, '_, 'o>, calls: &mut Vec<OutsideCall<'o>>) {
    for (id, service) in senders.resolution.mesh.services() {
        let object = service.kubernetes();
        let Some(kind) = object.and_then(|object| object.spec.service_type.as_ref()) else {
            continue;
        };
        if !matches!(&*kind.value, "LoadBalancer" | "NodePort") {
            continue;
        }
        for port in service.ports.iter().filter(|port| port.protocol != Protocol::Udp) {
            let shown = (Outsider::Anybody, service.meta(), kind.span);
            behind(senders, shown, (id, port.number), calls);
        }
    }
}

/// Adds a call to each workload behind a service port.
fn behind<'o>(
    senders: &Senders<'_, '_, 'o>,
    (by, object, span): (Outsider, &'o Meta, Span),
    (service, port): (ServiceId, u16),
    calls: &mut Vec<OutsideCall<'o>>,
) {
    let endpoints = senders.endpoints(service, senders.resolution.mesh.service(service), port);
    calls.extend(endpoints.into_iter().filter_map(|endpoint| match endpoint.place {
        EndpointPlace::Workload(workload) => Some(OutsideCall {
            by,
            object,
            span,
            workload,
            port: endpoint.port,
            told: None,
        }),
        EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
    }));
}
