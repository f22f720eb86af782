//! The row of one port of one workload, as `list` and `explain` show it to machines.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::{Place, Places};
use super::trail::TrailView;
use crate::finding::Assumption;
use crate::mesh::{Mesh, PolicyId, Scope, ServiceId, WorkloadId};
use crate::model::Meta;
use crate::model::peer_authentication::Mode;
use crate::resolve::Resolution;
use crate::resolve::compose::port_entry;
use crate::resolve::server::{Accepts, PortDecision};
use crate::source::Span;

/// One port of a workload; `port` is `None` for every port that nothing declares.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Row<'a> {
    /// The workload's namespace.
    pub namespace: Option<&'a str>,
    /// The kind of its object.
    pub kind: &'static str,
    /// Its name.
    pub workload: &'a str,
    /// The workload port.
    pub port: Option<u16>,
    /// What the container calls the port, else what the first Service does.
    pub port_name: Option<&'a str>,
    /// What the port is declared to speak.
    pub protocol: &'static str,
    /// The service ports that lead to it.
    pub services: Vec<ServiceRef<'a>>,
    /// What carries the workload's traffic.
    pub data_plane: &'static str,
    /// What decided that, in words.
    pub data_plane_because: String,
    /// Whether a proxy sees what comes in on the port.
    pub captured: bool,
    /// What is enforced.
    pub mode: Option<&'static str>,
    /// What the policies compose to.
    pub policy_mode: &'static str,
    /// The context.
    pub context: Option<&'a str>,
    /// What the answer rests on.
    pub assumptions: Vec<&'static str>,
    /// What the port does with what clients may send.
    pub accepts: AcceptsView,
    /// The policy whose explicit value the composition uses; `None` is the default of the mesh.
    pub decided_by: Option<PolicyRef<'a>>,
    /// The derivation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail: Option<TrailView<'a>>,
}

/// A service port.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ServiceRef<'a> {
    /// The namespace of the service.
    pub namespace: Option<&'a str>,
    /// The name of its object.
    pub name: &'a str,
    /// The service's own port.
    pub port: u16,
}

/// What a port does with what clients may send.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcceptsView {
    plaintext: &'static str,
    istio_mtls: &'static str,
    tls: &'static str,
}

impl From<Accepts> for AcceptsView {
    fn from(accepts: Accepts) -> Self {
        AcceptsView {
            plaintext: accepts.plaintext.as_str(),
            istio_mtls: accepts.istio_mtls.as_str(),
            tls: accepts.tls.as_str(),
        }
    }
}

/// A policy and the line that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PolicyRef<'a> {
    /// Its namespace.
    pub namespace: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place<'a>,
}

impl<'a> PolicyRef<'a> {
    /// A policy, at a place of it.
    pub fn new(meta: &'a Meta, span: Span, places: &'a Places<'_>) -> Self {
        PolicyRef {
            namespace: meta.namespace_name(),
            name: &meta.name.value,
            place: places.of(span),
        }
    }
}

/// Makes the rows of a context.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// What Istio makes of the context.
    pub resolution: &'a Resolution<'a, 'a>,
    /// The places of the run.
    pub places: &'a Places<'a>,
    /// Whether rows carry their derivation.
    pub with_trail: bool,
}

impl<'a> Rows<'a> {
    /// The ports of a workload in the order of rows: the declared ones, then every other.
    pub fn ports(&self, workload: WorkloadId) -> impl Iterator<Item = Option<u16>> + use<> {
        let declared = self.resolution.declared_ports(workload);
        declared.into_iter().map(Some).chain([None])
    }

    /// The row of one port.
    pub fn row(&self, workload: WorkloadId, port: Option<u16>) -> Row<'a> {
        if self.with_trail {
            let (decision, trail) = self.resolution.explain(workload, port);
            let trail = TrailView::new(self.mesh(), self.places, &trail);
            self.row_of(workload, &decision, Some(trail))
        } else {
            self.row_of(workload, &self.resolution.decide(workload, port), None)
        }
    }

    /// The row of a decision.
    pub fn row_of(
        &self,
        id: WorkloadId,
        decision: &PortDecision<'a>,
        trail: Option<TrailView<'a>>,
    ) -> Row<'a> {
        let mesh = self.mesh();
        let workload = mesh.workload(id);
        let enrolment = &self.resolution.workload(id).enrolment;
        Row {
            namespace: mesh.namespaces[workload.namespace].name,
            kind: workload.kind().as_str(),
            workload: workload.name(),
            port: decision.port,
            port_name: decision
                .port
                .and_then(|port| port_name(self.resolution, id, port)),
            protocol: decision.protocol.as_str(),
            services: decision
                .port
                .map(|port| services(self.resolution, id, port))
                .unwrap_or_default(),
            data_plane: enrolment.plane.as_str(),
            data_plane_because: enrolment.because.to_string(),
            captured: decision.is_enforced(),
            mode: decision.mode.map(Mode::as_str),
            policy_mode: decision.policy.mode.as_str(),
            context: mesh.context,
            assumptions: decision.rests_on.iter().map(Assumption::as_str).collect(),
            accepts: decision.accepts.into(),
            decided_by: decision.policy.by.map(|by| {
                let span = deciding_span(mesh, by, decision.port);
                PolicyRef::new(&mesh.policies[by].object.meta, span, self.places)
            }),
            trail,
        }
    }

    fn mesh(&self) -> &'a Mesh<'a> {
        self.resolution.mesh
    }
}

/// What the container calls a port, else what the first service does.
pub fn port_name<'a>(resolution: &Resolution<'a, 'a>, id: WorkloadId, port: u16) -> Option<&'a str> {
    let mesh = resolution.mesh;
    let mut declared = mesh.workload(id).container_ports();
    let of_container = declared.find(|declared| declared.number == port && declared.name.is_some());
    of_container.and_then(|declared| declared.name).or_else(|| {
        let bindings = &resolution.workload(id).bindings;
        let mut leading = bindings.iter().filter(|binding| binding.target == port);
        leading.find_map(|binding| mesh.service(binding.service).ports[binding.port].name)
    })
}

/// The service ports that lead to a port.
pub fn services<'a>(resolution: &Resolution<'a, 'a>, id: WorkloadId, port: u16) -> Vec<ServiceRef<'a>> {
    let mesh = resolution.mesh;
    let bindings = &resolution.workload(id).bindings;
    bindings
        .iter()
        .filter(|binding| binding.target == port)
        .map(|binding| service_ref(mesh, binding.service, binding.port))
        .collect()
}

fn service_ref<'a>(mesh: &'a Mesh<'a>, id: ServiceId, port: usize) -> ServiceRef<'a> {
    let service = mesh.service(id);
    ServiceRef {
        namespace: mesh.namespaces[service.namespace].name,
        name: &service.meta().name.value,
        port: service.ports[port].number,
    }
}

/// The explicit value of a deciding policy: its entry for the port where it has one, else its mode.
pub(super) fn deciding_span(mesh: &Mesh<'_>, by: PolicyId, port: Option<u16>) -> Span {
    let policy = &mesh.policies[by];
    let spec = &policy.object.spec;
    let entry = port
        .filter(|_| policy.scope == Scope::Workload)
        .and_then(|port| port_entry(spec, port));
    entry
        .and_then(|entry| entry.mtls.explicit_mode())
        .or_else(|| spec.mode())
        .map_or(policy.object.meta.name.span, |said| said.span)
}
