//! Which workload port a service port leads to (`serviceregistry/kube/controller/util.go` `FindPort`,
//! `serviceregistry/serviceentry/conversion.go` `convertWorkloadInstanceToServiceInstance`).

use crate::mesh::{Protocol, Service, ServiceId, ServicePort, TargetPort, Workload, WorkloadSource};

/// A service port that leads to a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The service.
    pub service: ServiceId,
    /// The index of the port among the service's.
    pub port: usize,
    /// The workload port.
    pub target: u16,
}

/// Whether a service that selects a workload's labels can have it as an endpoint at all: a headless
/// Service takes pods only, and a WorkloadGroup is a template whose members are not known.
pub fn can_serve(service: &Service<'_>, workload: &Workload<'_>) -> bool {
    match workload.source {
        WorkloadSource::Pods(_) => true,
        WorkloadSource::Entry(_) => !service.is_headless(),
        WorkloadSource::Group(_) => false,
    }
}

/// Adds the ports of a service that lead to a workload.
pub(super) fn bind(
    id: ServiceId,
    service: &Service<'_>,
    workload: &Workload<'_>,
    bindings: &mut Vec<Binding>,
) {
    for (index, port) in service.ports.iter().enumerate() {
        if let Some(target) = target_port(service, port, workload) {
            bindings.push(Binding {
                service: id,
                port: index,
                target,
            });
        }
    }
}

/// The workload port behind a service port; a name that the pod does not declare leads nowhere.
pub fn target_port(service: &Service<'_>, port: &ServicePort<'_>, workload: &Workload<'_>) -> Option<u16> {
    let Some(machine) = workload.machine() else {
        return match port.target {
            TargetPort::Number(number) => Some(number),
            TargetPort::Name(name) => named_port(workload, name, port.protocol == Protocol::Udp),
        };
    };
    let by_name = |name: &str| machine.ports.get(name).map(|port| port.value);
    match port.target {
        // The name of the service's own port comes first, also for a ServiceEntry.
        TargetPort::Number(number) => Some(port.name.and_then(by_name).unwrap_or(number)),
        TargetPort::Name(name) if service.kubernetes().is_some() => by_name(name),
        TargetPort::Name(_) => None,
    }
}

/// The first container port of that name and protocol.
fn named_port(workload: &Workload<'_>, name: &str, is_udp: bool) -> Option<u16> {
    if !is_udp {
        return workload
            .container_ports()
            .find(|port| port.name == Some(name))
            .map(|port| port.number);
    }
    let containers = workload.template()?.spec.serving_containers();
    let mut ports = containers.flat_map(|container| &container.ports);
    let is_named = |port: &&crate::model::workload::ContainerPort| {
        !port.is_tcp() && port.name.as_ref().is_some_and(|own| &*own.value == name)
    };
    ports.find(is_named).map(|port| port.container_port.value)
}
