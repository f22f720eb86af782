//! Which waypoint ztunnel goes through on its way to a service or a workload
//! (`pilot/pkg/serviceregistry/kube/controller/ambient/waypoints.go` `fetchWaypointForTarget`).

use crate::finding::{Assumption, Assumptions};
use crate::mesh::settings::NamespaceSelector;
use crate::mesh::{Mesh, NamespaceId, ServiceId, WorkloadId};
use crate::model::gateway_api::ApiGateway;
use crate::model::{Meta, Object};
use crate::yaml::StringEntry;

const USE: &str = "istio.io/use-waypoint";
const USE_NAMESPACE: &str = "istio.io/use-waypoint-namespace";
const FOR: &str = "istio.io/waypoint-for";
const INGRESS_USES: &str = "istio.io/ingress-use-waypoint";
const MANAGED: &str = "gateway.istio.io/managed";

/// A waypoint that a label names.
#[derive(Debug, Clone, Copy)]
pub struct Waypoint<'o> {
    /// Its namespace.
    pub namespace: Option<&'o str>,
    /// Its name.
    pub name: &'o str,
    /// The label that names it.
    pub label: StringEntry<'o>,
    /// Whether the label is the Namespace's.
    pub is_of_namespace: bool,
    /// What it rests on that the waypoint is there and serves this.
    pub rests_on: Assumptions,
}

impl Waypoint<'_> {
    /// `namespace/name`.
    pub fn qualified_name(&self) -> String {
        match self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// Whether it is the same one.
    pub fn is(&self, other: &Waypoint<'_>) -> bool {
        (self.namespace, self.name) == (other.namespace, other.name)
    }
}

/// What connections are addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Addressed {
    Service,
    Workload,
}

impl Addressed {
    /// Whether a waypoint takes them: `service` unless its label says otherwise.
    fn is_served_by(self, waypoint: &Meta) -> bool {
        match waypoint.labels.get(FOR).unwrap_or("service") {
            "all" => true,
            "service" => self == Addressed::Service,
            "workload" => self == Addressed::Workload,
            _ => false,
        }
    }
}

/// The waypoint of connections to a service's own address.
pub fn of_service<'o>(mesh: &Mesh<'o>, id: ServiceId) -> Option<Waypoint<'o>> {
    let service = mesh.service(id);
    let labels = &service.meta().labels;
    if labels.get(MANAGED) == Some("istio.io-mesh-controller") {
        return None;
    }
    let own = [USE, USE_NAMESPACE].map(|key| labels.entry(key));
    of_target(mesh, service.namespace, own, Addressed::Service)
}

/// The waypoint of connections to a pod's address.
pub fn of_workload<'o>(mesh: &Mesh<'o>, id: WorkloadId) -> Option<Waypoint<'o>> {
    let workload = mesh.workload(id);
    if workload.label_entry(MANAGED).is_some() {
        return None;
    }
    let own = [USE, USE_NAMESPACE].map(|key| workload.label_entry(key));
    of_target(mesh, workload.namespace, own, Addressed::Workload)
}

/// Whether ingress gateways go through a service's waypoint, too; by default they do not.
pub fn is_used_by_gateways(mesh: &Mesh<'_>, id: ServiceId) -> bool {
    let service = mesh.service(id);
    let own = service.meta().labels.get(INGRESS_USES);
    let said = own.or_else(|| mesh.namespaces[service.namespace].label(INGRESS_USES));
    said == Some("true")
}

/// The object's own label, where it has one, else that of its Namespace.
fn of_target<'o>(
    mesh: &Mesh<'o>,
    own: NamespaceId,
    labels: [Option<StringEntry<'o>>; 2],
    addressed: Addressed,
) -> Option<Waypoint<'o>> {
    let namespace = &mesh.namespaces[own];
    let (name, elsewhere, is_of_namespace) = match labels {
        [Some(name), elsewhere] => (name, elsewhere, false),
        [None, _] => (
            namespace.label_entry(USE)?,
            namespace.label_entry(USE_NAMESPACE),
            true,
        ),
    };
    if name.value == "none" {
        return None;
    }
    let home = elsewhere.map_or(namespace.name, |entry| Some(entry.value));
    let gateway = mesh.waypoints.get(&(home, name.value));
    let rests_on = match gateway {
        Some(gateway) if !addressed.is_served_by(&gateway.meta) => return None,
        Some(gateway) if !admits(mesh, gateway, own) => return None,
        Some(_) => Assumptions::NONE,
        // One that is not given serves what waypoints serve by default, or what a label on pods asks of it.
        None if addressed == Addressed::Workload && is_of_namespace => return None,
        None => Assumption::NotModelled.into(),
    };
    Some(Waypoint {
        namespace: home,
        name: name.value,
        label: name,
        is_of_namespace,
        rests_on,
    })
}

/// Whether a waypoint lets objects of a namespace use it (`AllowsAttachmentFromNamespace`).
fn admits(mesh: &Mesh<'_>, gateway: &Object<ApiGateway>, client: NamespaceId) -> bool {
    let client = &mesh.namespaces[client];
    let allowed = gateway.spec.attachments();
    match allowed.and_then(|allowed| allowed.from.as_deref()) {
        Some("All") => true,
        Some("Selector") => {
            let selector = allowed.and_then(|allowed| allowed.selector.as_ref());
            selector.is_some_and(|selector| NamespaceSelector::of(selector).matches(|key| client.label(key)))
        }
        _ => gateway.meta.namespace_name() == client.name,
    }
}
