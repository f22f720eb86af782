//! Services as the mesh knows them: hosts with ports, from Kubernetes Services and from ServiceEntries.

use std::sync::Arc;

use super::age::{Age, age};
use super::namespaces::NamespaceId;
use super::protocol::Protocol;
use crate::model::service::{IntOrString, Service as KubernetesService, ServicePort as KubernetesPort};
use crate::model::service_entry::{EntryPort, ServiceEntry};
use crate::model::{Meta, Object};
use crate::source::Span;
use crate::yaml::{Spanned, StringMap};

/// The annotation by which a Service says who sees it.
const EXPORT_TO: &str = "networking.istio.io/exportTo";

/// A service of the mesh, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);

/// A host with its ports.
#[derive(Debug, Clone)]
pub struct Service<'o> {
    /// The full host name, lower case as Istio keeps it.
    pub host: Arc<str>,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Where it comes from.
    pub source: ServiceSource<'o>,
    /// Its ports, in the order of the object.
    pub ports: Arc<[ServicePort<'o>]>,
}

/// The object behind a service.
#[derive(Debug, Clone, Copy)]
pub enum ServiceSource<'o> {
    /// A Kubernetes Service.
    Kubernetes(&'o Object<KubernetesService>),
    /// One host of a ServiceEntry.
    Entry(&'o Object<ServiceEntry>),
}

/// A port of a service.
#[derive(Debug, Clone, Copy)]
pub struct ServicePort<'o> {
    /// The service's own port.
    pub number: u16,
    /// Its name.
    pub name: Option<&'o str>,
    /// What it declares.
    pub protocol: Protocol,
    /// Whether that is TLS of the application's own.
    pub is_tls: bool,
    /// The workload port.
    pub target: TargetPort<'o>,
    /// Where the number stands.
    pub span: Span,
}

/// What a service port leads to on a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetPort<'o> {
    /// That number.
    Number(u16),
    /// The container port of that name.
    Name(&'o str),
}

impl<'o> Service<'o> {
    /// Identity and origin.
    pub fn meta(&self) -> &'o Meta {
        match self.source {
            ServiceSource::Kubernetes(object) => &object.meta,
            ServiceSource::Entry(object) => &object.meta,
        }
    }

    /// The order among services on one workload port: oldest, then host.
    pub fn age(&self) -> (Option<jiff::Timestamp>, &str) {
        (self.meta().created, &self.host)
    }

    /// The age of the object itself.
    pub fn object_age(&self) -> Age<'o> {
        age(self.meta())
    }

    /// The labels that its pods must have; `None` if it selects none.
    pub fn selector(&self) -> Option<&'o StringMap> {
        let selector = match self.source {
            ServiceSource::Kubernetes(object) => &object.spec.selector,
            ServiceSource::Entry(object) => &object.spec.workload_selector.as_ref()?.value.labels,
        };
        (!selector.is_empty()).then_some(selector)
    }

    /// The Kubernetes Service, if it is one.
    pub fn kubernetes(&self) -> Option<&'o Object<KubernetesService>> {
        match self.source {
            ServiceSource::Kubernetes(object) => Some(object),
            ServiceSource::Entry(_) => None,
        }
    }

    /// The ServiceEntry, if it is one.
    pub fn entry(&self) -> Option<&'o Object<ServiceEntry>> {
        match self.source {
            ServiceSource::Kubernetes(_) => None,
            ServiceSource::Entry(object) => Some(object),
        }
    }

    /// The host that it is only another name for.
    pub fn external_name(&self) -> Option<&'o str> {
        let spec = &self.kubernetes()?.spec;
        let name = spec.external_name.as_ref().filter(|_| spec.is_external_name())?;
        Some(name.value.strip_suffix('.').unwrap_or(&name.value))
    }

    /// Whether clients dial addresses of pods because the service has none of its own.
    pub fn is_headless(&self) -> bool {
        self.kubernetes().is_some_and(|object| object.spec.is_headless())
    }

    /// The namespaces to which it says that it is shown; `None` where the mesh's default holds.
    pub fn exported_to(&self) -> Option<Vec<&'o str>> {
        let names: Vec<&str> = match self.source {
            ServiceSource::Entry(object) => object.spec.export_to.iter().map(|name| &*name.value).collect(),
            ServiceSource::Kubernetes(object) => {
                let annotation = object.meta.annotations.get(EXPORT_TO)?;
                annotation
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .collect()
            }
        };
        (!names.is_empty()).then_some(names)
    }

    /// The port of that number.
    pub fn port(&self, number: u16) -> Option<&ServicePort<'o>> {
        self.ports.iter().find(|port| port.number == number)
    }
}

/// The service of a Kubernetes Service.
pub(super) fn of_kubernetes<'o>(
    object: &'o Object<KubernetesService>,
    namespace: NamespaceId,
    domain: &str,
) -> Service<'o> {
    let name = &object.meta.name.value;
    let host = format!(
        "{name}.{}.svc.{domain}",
        object.meta.namespace_name().unwrap_or_default()
    );
    let ports = object.spec.ports.iter().map(kubernetes_port).collect();
    Service {
        host: host.into(),
        namespace,
        source: ServiceSource::Kubernetes(object),
        ports,
    }
}

fn kubernetes_port(port: &Spanned<KubernetesPort>) -> ServicePort<'_> {
    let number = port.port.value;
    let name = port.name.as_ref().map(|name| &*name.value);
    let app_protocol = port.app_protocol.as_ref().map(|protocol| &*protocol.value);
    // The API server fills in an absent targetPort with the port (and a 0 counts as absent).
    let target = match port.target_port.as_ref().map(|target| &target.value) {
        None | Some(IntOrString::Int(0)) => TargetPort::Number(number),
        Some(IntOrString::Int(target)) => TargetPort::Number(*target),
        Some(IntOrString::Name(name)) => TargetPort::Name(name),
    };
    let protocol = Protocol::of_service_port(number, name, app_protocol, port.is_udp());
    let is_tls = match app_protocol {
        Some("kubernetes.io/wss") => true,
        Some(declared) => Protocol::is_tls(declared),
        None => name.is_some_and(Protocol::is_tls),
    };
    ServicePort {
        number,
        name,
        protocol,
        is_tls: is_tls && protocol == Protocol::Tcp,
        target,
        span: port.port.span,
    }
}

/// The services of a ServiceEntry: one per host.
pub(super) fn of_entry(
    object: &Object<ServiceEntry>,
    namespace: NamespaceId,
) -> impl Iterator<Item = Service<'_>> {
    object.spec.hosts.iter().map(move |host| Service {
        host: host.value.to_ascii_lowercase().into(),
        namespace,
        source: ServiceSource::Entry(object),
        ports: object.spec.ports.iter().filter_map(entry_port).collect(),
    })
}

fn entry_port(port: &Spanned<EntryPort>) -> Option<ServicePort<'_>> {
    let number = port.number.as_ref()?;
    let declared = port.protocol.as_ref().map_or("", |protocol| &protocol.value);
    let target = port
        .target_port
        .as_ref()
        .map(|target| target.value)
        .filter(|&target| target != 0);
    Some(ServicePort {
        number: number.value,
        name: port.name.as_ref().map(|name| &*name.value),
        protocol: Protocol::parse(declared),
        is_tls: Protocol::is_tls(declared),
        target: TargetPort::Number(target.unwrap_or(number.value)),
        span: number.span,
    })
}
