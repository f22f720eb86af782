//! What the kubelet calls on a pod: probes, and hooks of containers. It is no part of the mesh.

use crate::mesh::settings::Origin;
use crate::mesh::{Mesh, Workload};
use crate::model::service::IntOrString;
use crate::model::workload::{Container, Probe, ProbeTarget};
use crate::source::Span;
use crate::yaml::Spanned;

/// A call of the kubelet.
#[derive(Debug, Clone, Copy)]
pub struct ProbeCall<'o> {
    /// What is called for, such as `readinessProbe`.
    pub purpose: &'static str,
    /// How.
    pub handler: Handler,
    /// The handler's key.
    pub key: Span,
    /// The port.
    pub port: ProbePort<'o>,
}

/// How the kubelet calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handler {
    /// A request over HTTP.
    HttpGet,
    /// A connection that is closed again: whoever accepts it passes.
    TcpSocket,
    /// A request over gRPC.
    Grpc,
}

/// The port that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbePort<'o> {
    /// That number.
    Number(u16),
    /// A name that the container does not declare, and where it is written.
    Undeclared(&'o str, Span),
}

/// What switches the rewriting of a pod's probes off, so that the kubelet meets the sidecar: an annotation, else
/// the injector's setting (`pkg/kube/inject/app_probe.go` `ShouldRewriteAppHTTPProbers`).
#[derive(Debug, Clone, Copy)]
pub struct Unrewritten {
    /// Where, if a manifest says it.
    pub at: Option<Span>,
}

impl Unrewritten {
    /// Whether it is off for a workload with a sidecar.
    pub fn of(mesh: &Mesh<'_>, workload: &Workload<'_>) -> Option<Unrewritten> {
        let setting = &mesh.settings.rewrite_app_http_probe;
        let annotation = workload.annotation("sidecar.istio.io/rewriteAppHTTPProbers");
        // Go's ParseBool; what it does not know leaves the setting.
        let said = annotation.and_then(|entry| match entry.value {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
            _ => None,
        });
        let of_setting = match setting.origin {
            Origin::Manifest(span) => Some(span),
            _ => None,
        };
        (!said.unwrap_or(setting.value)).then(|| Unrewritten {
            at: annotation
                .filter(|_| said.is_some())
                .map_or(of_setting, |entry| Some(entry.value_span)),
        })
    }
}

/// Every call of the kubelet to a workload's pods.
pub fn probes<'o>(workload: &Workload<'o>) -> Vec<ProbeCall<'o>> {
    let template = workload.template();
    let containers = template
        .into_iter()
        .flat_map(|template| template.spec.serving_containers());
    let mut calls = Vec::new();
    for container in containers.filter(|container| !container.is_proxy()) {
        read_container(container, &mut calls);
    }
    calls
}

fn read_container<'o>(container: &'o Container, calls: &mut Vec<ProbeCall<'o>>) {
    let lifecycle = container.lifecycle.as_deref();
    let probes = [
        ("startupProbe", container.startup_probe.as_deref()),
        ("readinessProbe", container.readiness_probe.as_deref()),
        ("livenessProbe", container.liveness_probe.as_deref()),
        (
            "postStart",
            lifecycle.and_then(|lifecycle| lifecycle.post_start.as_ref()),
        ),
        (
            "preStop",
            lifecycle.and_then(|lifecycle| lifecycle.pre_stop.as_ref()),
        ),
    ];
    for (purpose, probe) in probes {
        calls.extend(probe.and_then(|probe| read_probe(container, purpose, probe)));
    }
}

/// A call to another host is none to the pod.
fn read_probe<'o>(
    container: &'o Container,
    purpose: &'static str,
    probe: &'o Probe,
) -> Option<ProbeCall<'o>> {
    let handlers = [
        (Handler::HttpGet, &probe.http_get),
        (Handler::TcpSocket, &probe.tcp_socket),
        (Handler::Grpc, &probe.grpc),
    ];
    let (handler, target) = handlers
        .into_iter()
        .find_map(|(handler, target)| Some((handler, target.as_ref()?)))?;
    Some(ProbeCall {
        purpose,
        handler,
        key: target.key,
        port: port(container, target)?,
    })
    .filter(|_| target.host.as_ref().is_none_or(|host| host.is_empty()))
}

fn port<'o>(container: &'o Container, target: &'o Spanned<ProbeTarget>) -> Option<ProbePort<'o>> {
    let port = target.port.as_ref()?;
    match &port.value {
        IntOrString::Int(number) => Some(ProbePort::Number(*number)),
        IntOrString::Name(name) => {
            if let Ok(number) = name.parse() {
                return Some(ProbePort::Number(number));
            }
            let mut ports = container.ports.iter();
            let declared = ports.find(|port| port.name.as_ref().is_some_and(|own| own.value == *name));
            Some(match declared {
                Some(declared) => ProbePort::Number(declared.container_port.value),
                None => ProbePort::Undeclared(name, port.span),
            })
        }
    }
}
