//! What Istio makes of the mesh: the data plane of every workload, what each of its ports accepts, and
//! which DestinationRule a client follows. Nothing else in the program knows these semantics.

pub mod capture;
pub mod classes;
pub mod client;
pub mod compose;
pub mod dataplane;
pub mod destination;
pub mod endpoints;
pub mod filters;
pub mod labels;
pub mod outcome;
pub mod proxy;
pub mod server;
pub mod sidecar_scope;
pub mod trail;
pub mod waypoint;

use rayon::prelude::*;

use crate::finding::{Assumption, Assumptions};
use crate::mesh::{Mesh, PolicyId, Protocol, Scope, ServiceId, WorkloadId};
use crate::model::sidecar::Sidecar;
use crate::model::{Meta, Object};

use capture::{Bypass, Capture};
use compose::Chosen;
use dataplane::{DataPlane, Enrolment};
use endpoints::Binding;
use labels::{LabelIndex, Labels};
use proxy::ProxySettings;
use server::PortDecision;
use sidecar_scope::SidecarIndex;
use trail::{Recorder, Trail};

/// Everything about single workloads, computed once; decisions on ports are made on demand from it.
#[derive(Debug)]
pub struct Resolution<'m, 'o> {
    /// The mesh.
    pub mesh: &'m Mesh<'o>,
    /// Workloads by label.
    pub index: LabelIndex<'o>,
    workloads: Vec<Resolved<'o>>,
    /// The workloads behind each service.
    endpoints: Vec<Vec<WorkloadId>>,
    /// The workloads that each policy selects, by policy.
    selected: Vec<Vec<WorkloadId>>,
}

/// What is known of one workload.
#[derive(Debug)]
pub struct Resolved<'o> {
    /// Its data plane.
    pub enrolment: Enrolment<'o>,
    /// The labels that selectors meet.
    pub labels: Labels<'o>,
    /// The revision whose control plane serves it.
    pub revision: &'o str,
    /// The settings of its proxy, if it has one.
    pub proxy: ProxySettings,
    /// The Sidecar resource that it obeys.
    pub sidecar: Option<&'o Object<Sidecar>>,
    /// The policies of its namespace whose labels it has, oldest first.
    pub selecting: Vec<PolicyId>,
    /// The service ports that lead to it, in the order in which they decide a port's protocol.
    pub bindings: Vec<Binding>,
    capture: Option<Capture<'o>>,
    /// What no manifest decides: selectors on labels of run time, and changes by EnvoyFilters.
    undecided: Assumptions,
}

impl<'o> Resolved<'o> {
    /// What a workload says by itself.
    fn of(mesh: &Mesh<'o>, sidecars: &SidecarIndex<'_, 'o>, id: WorkloadId) -> Self {
        let workload = mesh.workload(id);
        let enrolment = dataplane::enrol(mesh, workload);
        let revision = dataplane::revision_of(mesh, workload);
        let proxy = ProxySettings::of(mesh, workload, revision);
        let labels = Labels::of(workload, enrolment.plane, &proxy);
        let is_sidecar = enrolment.plane == DataPlane::Sidecar;
        // Proxyless gRPC is a sidecar without a process: its Sidecar resource limits what it knows.
        let has_scope = is_sidecar || enrolment.plane == DataPlane::Proxyless;
        Self {
            enrolment,
            revision,
            proxy,
            sidecar: has_scope
                .then(|| sidecars.sidecar_of(workload.namespace, &labels, revision))
                .flatten(),
            selecting: Vec::new(),
            bindings: Vec::new(),
            capture: is_sidecar.then(|| Capture::of(workload, &proxy)),
            undecided: unrendered(mesh, workload.meta()),
            labels,
        }
    }

    /// Why a port bypasses the sidecar; `None` if it does not, or if there is no sidecar.
    pub fn bypass(&self, port: Option<u16>) -> Option<Bypass<'o>> {
        let capture = self.capture.as_ref()?;
        let Some(port) = port else {
            return capture.bypass_of_undeclared();
        };
        let bypass = capture.bypass(port)?;
        // Without interception the proxy itself binds the ports of the Sidecar's ingress.
        let is_bound = matches!(bypass, Bypass::NoInterception(_)) && self.ingress_protocol(port).is_some();
        (!is_bound).then_some(bypass)
    }

    /// The protocol of an ingress listener of the Sidecar resource for a port.
    fn ingress_protocol(&self, port: u16) -> Option<Protocol> {
        let listeners = &self.sidecar?.spec.ingress;
        let of_port = listeners.iter().filter_map(|listener| listener.port.as_ref());
        of_port
            .into_iter()
            .find(|listener| {
                listener
                    .number
                    .as_ref()
                    .is_some_and(|number| number.value == port)
            })
            .map(|listener| {
                let declared = listener.protocol.as_ref().map_or("", |protocol| &protocol.value);
                Protocol::parse(declared)
            })
    }

    fn has_ingress(&self) -> bool {
        self.sidecar
            .is_some_and(|sidecar| !sidecar.spec.ingress.is_empty())
    }
}

/// What answers about an object rest on that a patch may still change.
fn unrendered(mesh: &Mesh<'_>, meta: &Meta) -> Assumptions {
    if mesh.is_unrendered(meta.file()) {
        Assumption::NotModelled.into()
    } else {
        Assumptions::NONE
    }
}

/// How many workloads or services a thread takes at once, at least.
const AT_ONCE: usize = 256;

impl<'m, 'o> Resolution<'m, 'o> {
    /// Resolves what concerns single workloads.
    pub fn new(mesh: &'m Mesh<'o>) -> Self {
        let sidecars = SidecarIndex::new(mesh);
        let ids = (0..mesh.workloads().len() as u32).into_par_iter().map(WorkloadId);
        let workloads = ids
            .with_min_len(AT_ONCE)
            .map(|id| Resolved::of(mesh, &sidecars, id));
        let workloads: Vec<Resolved<'o>> = workloads.collect();
        let given = mesh.workloads().map(|(_, workload)| workload.namespace);
        let labels = workloads.iter().map(|resolved| &resolved.labels);
        let mut resolution = Resolution {
            mesh,
            index: LabelIndex::new(given.zip(labels)),
            workloads,
            endpoints: Vec::new(),
            selected: Vec::new(),
        };
        resolution.match_policies();
        resolution.match_filters();
        resolution.bind_services();
        resolution
    }

    /// Tells each workload which policies select it.
    fn match_policies(&mut self) {
        let mesh = self.mesh;
        self.selected = vec![Vec::new(); mesh.policies.len()];
        for (id, policy) in mesh.policies.iter() {
            let (Scope::Workload | Scope::RootSelector, Some(selector)) =
                (policy.scope, &policy.object.spec.selector)
            else {
                continue;
            };
            for &workload in self.index.candidates(policy.namespace, &selector.match_labels) {
                let resolved = &mut self.workloads[workload.0 as usize];
                if resolved.labels.match_all(&selector.match_labels) {
                    resolved.selecting.push(id);
                    self.selected[id.0 as usize].push(workload);
                } else if resolved.labels.may_match(&selector.match_labels) {
                    resolved.undecided |= Assumption::NotModelled.into();
                }
            }
        }
    }

    /// Remembers whose decisions an EnvoyFilter may overturn.
    fn match_filters(&mut self) {
        let mesh = self.mesh;
        let of_tls = mesh.bystanders.envoy_filters.iter();
        for filter in of_tls.filter(|filter| filter.spec.patch_of_tls().is_some()) {
            for id in filters::selected(self, filter) {
                self.workloads[id.0 as usize].undecided |= Assumption::NotModelled.into();
            }
        }
    }

    /// Tells services and workloads of each other.
    fn bind_services(&mut self) {
        let mesh = self.mesh;
        let ids = (0..mesh.services().len() as u32).into_par_iter().map(ServiceId);
        let selected = ids.with_min_len(AT_ONCE).map(|id| self.selected_by_service(id));
        self.endpoints = selected.collect();
        let mut by_age: Vec<ServiceId> = mesh.services().map(|(id, _)| id).collect();
        by_age.sort_by(|&one, &other| mesh.service(one).age().cmp(&mesh.service(other).age()));
        let mut unselecting = Vec::new();
        for id in by_age {
            let service = mesh.service(id);
            if service.selector().is_none() {
                unselecting.push(id);
            }
            for &workload in &self.endpoints[id.0 as usize] {
                let resolved = &mut self.workloads[workload.0 as usize];
                // The workload's own control plane may not read the ServiceEntry.
                let is_read = |entry: &Object<_>| entry.meta.is_read_by(resolved.revision);
                if service.entry().is_none_or(is_read) {
                    endpoints::bind(id, service, mesh.workload(workload), &mut resolved.bindings);
                }
            }
        }
        self.bind_listed(&unselecting);
    }

    /// The workloads that the selector of a service names, and that can serve it.
    fn selected_by_service(&self, id: ServiceId) -> Vec<WorkloadId> {
        let service = self.mesh.service(id);
        let Some(selector) = service.selector() else {
            return Vec::new();
        };
        let candidates = self.index.candidates(service.namespace, selector).iter();
        let selected = candidates.filter(|workload| {
            self.workload(**workload).labels.match_all(selector)
                && endpoints::can_serve(service, self.mesh.workload(**workload))
        });
        selected.copied().collect()
    }

    /// Does the same for Services without a selector. A pod that others select knows nothing of them
    /// (`controller.go` `GetProxyServiceTargets`).
    fn bind_listed(&mut self, by_age: &[ServiceId]) {
        let is_selected: Vec<bool> = self
            .workloads
            .iter()
            .map(|own| !own.bindings.is_empty())
            .collect();
        for &id in by_age {
            let service = self.mesh.service(id);
            for endpoint in self.mesh.listed_endpoints(id) {
                let Some(workload) = endpoint.workload else {
                    continue;
                };
                self.endpoints[id.0 as usize].push(workload);
                let mut ports = service.ports.iter();
                let port = ports.position(|port| port.name.unwrap_or_default() == endpoint.port_name);
                if let Some(port) = port.filter(|_| !is_selected[workload.0 as usize]) {
                    let (service, target) = (id, endpoint.port);
                    let bindings = &mut self.workloads[workload.0 as usize].bindings;
                    bindings.push(Binding {
                        service,
                        port,
                        target,
                    });
                }
            }
            let endpoints = &mut self.endpoints[id.0 as usize];
            endpoints.sort_unstable();
            endpoints.dedup();
        }
    }

    /// What is known of a workload.
    pub fn workload(&self, id: WorkloadId) -> &Resolved<'o> {
        &self.workloads[id.0 as usize]
    }

    /// The workloads behind a service, in the order of ids.
    pub fn endpoints(&self, service: ServiceId) -> &[WorkloadId] {
        &self.endpoints[service.0 as usize]
    }

    /// The workloads that a policy with labels selects; none for one without.
    pub fn selected_by(&self, policy: PolicyId) -> &[WorkloadId] {
        &self.selected[policy.0 as usize]
    }

    /// The policies that hold for a workload.
    pub fn choose<R: Recorder>(&self, workload: WorkloadId, recorder: &mut R) -> Chosen {
        let resolved = self.workload(workload);
        let namespace = self.mesh.workload(workload).namespace;
        if recorder.is_recording() {
            compose::record_bystanders(
                self.mesh,
                namespace,
                resolved.revision,
                Some(&resolved.labels),
                recorder,
            );
        }
        compose::choose(
            self.mesh,
            namespace,
            resolved.revision,
            &resolved.selecting,
            recorder,
        )
    }

    /// What is in force on a port; `None` is every port that nothing declares.
    pub fn decide(&self, workload: WorkloadId, port: Option<u16>) -> PortDecision<'o> {
        server::decide(self, workload, port, &mut ())
    }

    /// The same with its whole derivation.
    pub fn explain(&self, workload: WorkloadId, port: Option<u16>) -> (PortDecision<'o>, Trail) {
        let mut trail = Trail::default();
        let decision = server::decide(self, workload, port, &mut trail);
        (decision, trail)
    }

    /// The protocol that decides a port's filter chains. With an ingress of its own the Sidecar resource
    /// declares the ports, else the oldest service does.
    fn protocol(&self, workload: WorkloadId, port: Option<u16>) -> Protocol {
        let resolved = self.workload(workload);
        let Some(port) = port else { return Protocol::Auto };
        if resolved.has_ingress() {
            return resolved.ingress_protocol(port).unwrap_or(Protocol::Auto);
        }
        let binding = resolved.bindings.iter().find(|binding| binding.target == port);
        let declared = binding.map(|binding| self.mesh.service(binding.service).ports[binding.port].protocol);
        match declared {
            // A UDP service port still makes a chain of its target port, as if it declared TCP.
            Some(Protocol::Udp) => Protocol::Tcp,
            Some(protocol) => protocol,
            None => Protocol::Auto,
        }
    }

    /// The ports of a workload that something declares: a container, a TCP port of a service, or a policy
    /// that selects it, winning or not.
    pub fn declared_ports(&self, workload: WorkloadId) -> Vec<u16> {
        let resolved = self.workload(workload);
        let of_services = resolved.bindings.iter().filter(|binding| {
            self.mesh.service(binding.service).ports[binding.port].protocol != Protocol::Udp
        });
        let of_policies = resolved
            .selecting
            .iter()
            .flat_map(|&id| self.mesh.policies[id].object.spec.port_modes());
        let mut ports: Vec<u16> = self
            .mesh
            .workload(workload)
            .container_ports()
            .map(|port| port.number)
            .collect();
        ports.extend(of_services.map(|binding| binding.target));
        ports.extend(of_policies.map(|entry| entry.port));
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}
