//! Ports that Prometheus scrapes: those of monitors and of annotated pods. It dials pods by their address, so
//! that a sidecar beside it does not know whom it calls and sends what Prometheus itself sends.

use std::collections::BTreeSet;

use crate::hash::HashMap;
use crate::id::Kind;
use crate::mesh::settings::NamespaceSelector;
use crate::mesh::{Mesh, NamespaceId, ServiceId, Workload, WorkloadId};
use crate::model::monitor::{Monitor, ScrapeEndpoint};
use crate::model::service::IntOrString;
use crate::model::{Meta, Object};
use crate::resolve::Resolution;
use crate::resolve::dataplane::{DataPlane, enrol_by_default};
use crate::resolve::endpoints::target_port;
use crate::source::Span;

/// Ports that are scraped for one reason.
#[derive(Debug)]
pub struct Scrape<'o> {
    /// The monitor, or the annotated workload.
    pub object: &'o Meta,
    /// The value that names the port.
    pub span: Span,
    /// The workload ports.
    pub targets: Vec<(WorkloadId, u16)>,
    /// Whether the scraper shows certificates of the mesh itself.
    pub uses_mesh_certificates: bool,
}

/// What is given of the scraper itself: in ambient it reaches ambient pods by any address.
#[derive(Debug)]
pub struct Scraper {
    /// Whether any is given.
    pub is_given: bool,
    is_ambient: bool,
}

impl Scraper {
    /// What is known of it in a mesh.
    pub fn of(resolution: &Resolution<'_, '_>) -> Scraper {
        let planes = resolution.mesh.workloads().filter_map(|(id, workload)| {
            let plane = resolution.workload(id).enrolment.plane;
            is_scraper(workload.name()).then_some(plane)
        });
        planes.fold(
            Scraper {
                is_given: false,
                is_ambient: false,
            },
            |scraper, plane| Scraper {
                is_given: true,
                is_ambient: scraper.is_ambient || plane == DataPlane::Ambient,
            },
        )
    }

    /// Whether it may reach ambient pods through the tunnel.
    pub fn may_tunnel(&self, resolution: &Resolution<'_, '_>, scrape: &Scrape<'_>) -> bool {
        let mesh = resolution.mesh;
        let namespace = mesh.namespaces.find_own(scrape.object.namespace_name());
        let of_monitor = namespace.map(|namespace| enrol_by_default(mesh, namespace).plane);
        self.is_ambient || !self.is_given && of_monitor == Some(DataPlane::Ambient)
    }
}

fn is_scraper(name: &str) -> bool {
    let is_exporter = name.contains("adapter") || name.contains("operator") || name.contains("exporter");
    name.contains("prometheus") && !is_exporter
}

/// Every scrape that leads to a given workload.
pub(super) fn scrapes<'o>(resolution: &Resolution<'_, 'o>) -> Vec<Scrape<'o>> {
    let mesh = resolution.mesh;
    let mut scrapes = Vec::new();
    if !mesh.bystanders.monitors.is_empty() {
        let services = ServiceIndex::new(mesh);
        for monitor in &mesh.bystanders.monitors {
            read_monitor(resolution, &services, monitor, &mut scrapes);
        }
    }
    let annotated = mesh
        .workloads()
        .filter_map(|(id, workload)| annotated(resolution, id, workload));
    scrapes.extend(annotated);
    scrapes
}

fn read_monitor<'o>(
    resolution: &Resolution<'_, 'o>,
    services: &ServiceIndex<'o>,
    monitor: &'o Object<Monitor>,
    scrapes: &mut Vec<Scrape<'o>>,
) {
    let mesh = resolution.mesh;
    let selector = NamespaceSelector::of(&monitor.spec.selector);
    let namespaces = namespaces(mesh, monitor);
    let is_of_pods = monitor.meta.kind == Kind::PodMonitor;
    let endpoints = if is_of_pods {
        &monitor.spec.pod_metrics_endpoints
    } else {
        &monitor.spec.endpoints
    };
    for endpoint in endpoints {
        let mut targets = BTreeSet::new();
        for &namespace in &namespaces {
            if is_of_pods {
                pods(resolution, namespace, monitor, &selector, endpoint, &mut targets);
            } else {
                for &service in services.candidates(namespace, &selector) {
                    behind(resolution, service, &selector, endpoint, &mut targets);
                }
            }
        }
        if !targets.is_empty() {
            scrapes.push(Scrape {
                object: &monitor.meta,
                span: place(endpoint).unwrap_or(monitor.meta.name.span),
                targets: targets.into_iter().collect(),
                uses_mesh_certificates: endpoint.uses_mesh_certificates(),
            });
        }
    }
}

fn namespaces(mesh: &Mesh<'_>, monitor: &Object<Monitor>) -> Vec<NamespaceId> {
    let selector = &monitor.spec.namespace_selector;
    if selector.any {
        return mesh.namespaces.iter().map(|(id, _)| id).collect();
    }
    if selector.match_names.is_empty() {
        return mesh
            .namespaces
            .find_own(monitor.meta.namespace_name())
            .into_iter()
            .collect();
    }
    selector
        .match_names
        .iter()
        .filter_map(|name| mesh.namespaces.find(name))
        .collect()
}

fn place(endpoint: &ScrapeEndpoint) -> Option<Span> {
    let port = endpoint.port.as_ref().map(|port| port.span);
    let number = endpoint.port_number.as_ref().map(|port| port.span);
    port.or(number)
        .or(endpoint.target_port.as_ref().map(|port| port.span))
}

/// The pods' ports behind a Service that a monitor selects.
fn behind(
    resolution: &Resolution<'_, '_>,
    id: ServiceId,
    selector: &NamespaceSelector,
    endpoint: &ScrapeEndpoint,
    targets: &mut BTreeSet<(WorkloadId, u16)>,
) {
    let service = resolution.mesh.service(id);
    if !selector.matches(|key| service.meta().labels.get(key)) {
        return;
    }
    let named = endpoint.port.as_ref().map(|port| &*port.value);
    let port = service
        .ports
        .iter()
        .find(|port| named.is_some() && port.name == named);
    for &workload in resolution.endpoints(id) {
        let given = resolution.mesh.workload(workload);
        let target = match (port, &endpoint.target_port) {
            (Some(port), _) => target_port(service, port, given),
            (None, Some(target)) if named.is_none() => declared(given, target),
            (None, _) => None,
        };
        targets.extend(target.map(|target| (workload, target)));
    }
}

/// The ports of pods that a monitor selects.
fn pods(
    resolution: &Resolution<'_, '_>,
    namespace: NamespaceId,
    monitor: &Object<Monitor>,
    selector: &NamespaceSelector,
    endpoint: &ScrapeEndpoint,
    targets: &mut BTreeSet<(WorkloadId, u16)>,
) {
    let number = endpoint
        .port_number
        .as_ref()
        .map(|port| IntOrString::Int(port.value));
    let name = endpoint
        .port
        .as_ref()
        .map(|port| IntOrString::Name(port.value.clone()));
    let target = endpoint.target_port.as_ref().map(|port| port.value.clone());
    let Some(port) = name.or(number).or(target) else {
        return;
    };
    for &workload in resolution
        .index
        .candidates(namespace, &monitor.spec.selector.match_labels)
    {
        if selector.matches(|key| resolution.workload(workload).labels.get(key)) {
            let target = declared(resolution.mesh.workload(workload), &port);
            targets.extend(target.map(|target| (workload, target)));
        }
    }
}

/// A container port by number or name; the scraper knows only declared ones.
fn declared(workload: &Workload<'_>, port: &IntOrString) -> Option<u16> {
    let mut ports = workload.container_ports();
    let found = match port {
        IntOrString::Int(number) => ports.find(|port| port.number == *number),
        IntOrString::Name(name) => ports.find(|port| port.name == Some(name)),
    };
    found.map(|port| port.number)
}

/// The port of an annotated pod. The injector turns the annotations of pods with a sidecar to the agent's own
/// port, unless that is switched off (`pkg/kube/inject/webhook.go` `applyPrometheusMerge`).
fn annotated<'o>(
    resolution: &Resolution<'_, 'o>,
    id: WorkloadId,
    workload: &Workload<'o>,
) -> Option<Scrape<'o>> {
    let annotation = |keys: [&str; 2]| keys.into_iter().find_map(|key| workload.annotation(key));
    let scrape = annotation(["prometheus.io/scrape", "prometheus_io_scrape"])?;
    let port = annotation(["prometheus.io/port", "prometheus_io_port"])?;
    let merge = workload.annotation("prometheus.istio.io/merge-metrics");
    let is_merged = resolution.workload(id).enrolment.plane == DataPlane::Sidecar
        && resolution.mesh.settings.enable_prometheus_merge.value
        && merge.is_none_or(|entry| entry.value != "false");
    let number = port.value.trim().parse().ok()?;
    (scrape.value == "true" && !is_merged).then(|| Scrape {
        object: workload.meta(),
        span: port.value_span,
        targets: vec![(id, number)],
        uses_mesh_certificates: false,
    })
}

/// Services by namespace and label, for monitors.
struct ServiceIndex<'o> {
    by_namespace: HashMap<NamespaceId, Vec<ServiceId>>,
    by_label: HashMap<(NamespaceId, &'o str, &'o str), Vec<ServiceId>>,
}

impl<'o> ServiceIndex<'o> {
    fn new(mesh: &Mesh<'o>) -> Self {
        let mut index = ServiceIndex {
            by_namespace: HashMap::default(),
            by_label: HashMap::default(),
        };
        let services = mesh
            .services()
            .filter(|(_, service)| service.kubernetes().is_some());
        for (id, service) in services {
            let namespace = service.namespace;
            index.by_namespace.entry(namespace).or_default().push(id);
            for label in &service.meta().labels {
                let key = (namespace, label.key, label.value);
                index.by_label.entry(key).or_default().push(id);
            }
        }
        index
    }

    /// Services among which are all that match: those with the selector's rarest label.
    fn candidates<'a>(&'a self, namespace: NamespaceId, selector: &'a NamespaceSelector) -> &'a [ServiceId] {
        let by_label: &HashMap<(NamespaceId, &str, &str), Vec<ServiceId>> = &self.by_label;
        let with_label = |label: &'a (Box<str>, Box<str>)| {
            by_label
                .get(&(namespace, &*label.0, &*label.1))
                .map_or(&[][..], Vec::as_slice)
        };
        let rarest = selector
            .labels
            .iter()
            .map(with_label)
            .min_by_key(|services| services.len());
        let all = || self.by_namespace.get(&namespace).map_or(&[][..], Vec::as_slice);
        rarest.unwrap_or_else(all)
    }
}
