//! Services to which gateways of others than Istio send requests: those of Ingresses, and of routes of the
//! Gateway API.

use crate::hash::HashMap;
use crate::mesh::{Mesh, Service, ServiceId, WorkloadId};
use crate::model::gateway_api::Route;
use crate::model::ingress::Ingress;
use crate::model::service::IntOrString;
use crate::model::{Meta, Object};
use crate::resolve::Resolution;
use crate::resolve::dataplane::DataPlane;
use crate::source::Span;

/// A service to which a gateway sends requests.
#[derive(Debug, Clone, Copy)]
pub struct IngressCall<'o> {
    /// The Ingress or the route.
    pub object: &'o Meta,
    /// The service.
    pub service: ServiceId,
    /// The service's port.
    pub port: u16,
    /// The service's name in the object.
    pub span: Span,
    /// Who sends.
    pub controller: Controller<'o>,
    /// Whether the gateway dials the service's address instead of choosing a pod itself: only then does a
    /// sidecar beside it know where the request goes.
    pub dials_service: bool,
}

impl IngressCall<'_> {
    /// Whether what the gateway sends has an identity: its own proxy knows which service is called.
    pub fn has_identity(&self, resolution: &Resolution<'_, '_>) -> bool {
        let Controller::Given(id) = self.controller else {
            return false;
        };
        match resolution.workload(id).enrolment.plane {
            DataPlane::None => false,
            DataPlane::Sidecar => self.dials_service,
            DataPlane::Ambient | DataPlane::Gateway | DataPlane::Waypoint | DataPlane::Proxyless => true,
        }
    }
}

/// Who implements an Ingress or a Gateway.
#[derive(Debug, Clone, Copy)]
pub enum Controller<'o> {
    /// A load balancer of the cloud: no pod, so never in the mesh.
    Cloud(&'o str),
    /// A given workload.
    Given(WorkloadId),
    /// One that is not given, of this class if any is named.
    NotGiven(Option<&'o str>),
}

/// A controller as the field knows it.
struct Known {
    /// Names of its class.
    classes: &'static [&'static str],
    /// Its name in an IngressClass.
    controllers: &'static [&'static str],
    /// The value of the label `app.kubernetes.io/name` of its pods; none for one of the cloud.
    workloads: &'static [&'static str],
    /// Annotations, with the value `true`, of the Ingress or of the Service that make it dial the service.
    service_annotations: &'static [&'static str],
}

const KNOWN: &[Known] = &[
    Known {
        classes: &["nginx"],
        controllers: &["k8s.io/ingress-nginx", "nginx.org/ingress-controller"],
        workloads: &["ingress-nginx", "nginx-ingress"],
        service_annotations: &[
            "nginx.ingress.kubernetes.io/service-upstream",
            "nginx.org/use-cluster-ip",
        ],
    },
    Known {
        classes: &["traefik"],
        controllers: &["traefik.io/ingress-controller"],
        workloads: &["traefik"],
        service_annotations: &["traefik.ingress.kubernetes.io/service.nativelb"],
    },
    Known {
        classes: &["kong"],
        controllers: &["ingress-controllers.konghq.com/kong"],
        workloads: &["kong"],
        service_annotations: &["ingress.kubernetes.io/service-upstream"],
    },
    Known {
        classes: &["haproxy"],
        controllers: &[
            "haproxy.org/ingress-controller/haproxy",
            "haproxy-ingress.github.io/controller",
        ],
        workloads: &["kubernetes-ingress", "haproxy-ingress"],
        service_annotations: &["haproxy-ingress.github.io/service-upstream"],
    },
    Known {
        classes: &["alb", "gce", "gce-internal", "azure-application-gateway"],
        controllers: &["ingress.k8s.aws/alb", "azure/application-gateway"],
        workloads: &[],
        service_annotations: &[],
    },
];

/// Classes of Istio's own gateways begin so.
const ISTIO: &str = "istio";
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";
const DEFAULT_CLASS: &str = "ingressclass.kubernetes.io/is-default-class";

/// Every call of a gateway that is not Istio's to a service that is given.
pub(super) fn calls<'o>(mesh: &Mesh<'o>) -> Vec<IngressCall<'o>> {
    let bystanders = &mesh.bystanders;
    if bystanders.ingresses.is_empty() && bystanders.routes.is_empty() {
        return Vec::new();
    }
    let reader = Reader {
        mesh,
        workloads: controllers(mesh),
    };
    let mut calls = Vec::new();
    for ingress in &bystanders.ingresses {
        reader.read_ingress(ingress, &mut calls);
    }
    for route in &bystanders.routes {
        reader.read_route(route, &mut calls);
    }
    calls
}

/// Given workloads by the name of what they run.
fn controllers<'o>(mesh: &Mesh<'o>) -> HashMap<&'o str, WorkloadId> {
    let named = mesh.workloads().filter_map(|(id, workload)| {
        let name = workload.label_entry("app.kubernetes.io/name")?;
        Some((name.value, id))
    });
    named.collect()
}

struct Reader<'m, 'o> {
    mesh: &'m Mesh<'o>,
    workloads: HashMap<&'o str, WorkloadId>,
}

impl<'o> Reader<'_, 'o> {
    fn read_ingress(&self, ingress: &'o Object<Ingress>, calls: &mut Vec<IngressCall<'o>>) {
        let class = self.class(ingress);
        let known = known(class, self.class_controller(class));
        let is_istio = class == Some(ISTIO)
            || self
                .class_controller(class)
                .is_some_and(|controller| controller.starts_with("istio.io/"));
        if is_istio {
            return;
        }
        let controller = self.controller(class, known);
        for backend in ingress.spec.backends() {
            let (Some(name), Some(port)) = (backend.name(), backend.port()) else {
                continue;
            };
            let Some(service) = self.service(ingress.meta.namespace_name(), &name.value) else {
                continue;
            };
            let Some(port) = port_number(self.mesh.service(service), &port) else {
                continue;
            };
            calls.push(IngressCall {
                object: &ingress.meta,
                service,
                port,
                span: name.span,
                controller,
                dials_service: dials_service(known, &ingress.meta, self.mesh.service(service).meta()),
            });
        }
    }

    /// The class of an Ingress: its own, or the default of the cluster.
    fn class(&self, ingress: &'o Object<Ingress>) -> Option<&'o str> {
        let named = ingress.spec.ingress_class_name.as_ref().map(|name| &*name.value);
        let annotated = || ingress.meta.annotations.get(CLASS_ANNOTATION);
        let default = || {
            let mut classes = self.mesh.bystanders.ingress_classes.iter();
            let class = classes.find(|class| class.meta.annotations.get(DEFAULT_CLASS) == Some("true"))?;
            Some(&*class.meta.name.value)
        };
        named.or_else(annotated).or_else(default)
    }

    fn class_controller(&self, class: Option<&str>) -> Option<&'o str> {
        let mut classes = self.mesh.bystanders.ingress_classes.iter();
        let class = classes.find(|object| Some(&*object.meta.name.value) == class)?;
        class
            .spec
            .controller
            .as_ref()
            .map(|controller| &*controller.value)
    }

    fn controller(&self, class: Option<&'o str>, known: Option<&Known>) -> Controller<'o> {
        match (known, class) {
            (Some(known), Some(class)) if known.workloads.is_empty() => Controller::Cloud(class),
            (Some(known), _) => {
                let given = known.workloads.iter().find_map(|name| self.workloads.get(name));
                given.map_or(Controller::NotGiven(class), |&id| Controller::Given(id))
            }
            (None, _) => Controller::NotGiven(class),
        }
    }

    /// A route counts where a Gateway that it belongs to is given and not Istio's.
    fn read_route(&self, route: &'o Object<Route>, calls: &mut Vec<IngressCall<'o>>) {
        let Some(class) = self.foreign_class(route) else {
            return;
        };
        let namespace = route.meta.namespace_name();
        for backend in route.spec.backends() {
            let is_service = backend.kind.as_deref().is_none_or(|kind| kind == "Service");
            let (Some(name), Some(port)) = (&backend.name, &backend.port) else {
                continue;
            };
            let of_backend = backend.namespace.as_ref().map(|namespace| &*namespace.value);
            let Some(service) = self
                .service(of_backend.or(namespace), &name.value)
                .filter(|_| is_service)
            else {
                continue;
            };
            calls.push(IngressCall {
                object: &route.meta,
                service,
                port: port.value,
                span: name.span,
                controller: if is_cloud_gateway(class) {
                    Controller::Cloud(class)
                } else {
                    self.controller(Some(class), known(Some(class), None))
                },
                dials_service: false,
            });
        }
    }

    fn foreign_class(&self, route: &Object<Route>) -> Option<&'o str> {
        route.spec.parent_refs.iter().find_map(|parent| {
            let is_gateway = parent.kind.as_deref().is_none_or(|kind| kind == "Gateway");
            let own = route.meta.namespace_name();
            let namespace = parent
                .namespace
                .as_ref()
                .map(|namespace| &*namespace.value)
                .or(own);
            let name = parent.name.as_ref().filter(|_| is_gateway)?;
            let mut gateways = self.mesh.bystanders.gateways.iter();
            let gateway = gateways.find(|gateway| {
                gateway.meta.name.value == name.value && gateway.meta.namespace_name() == namespace
            })?;
            let class = gateway.spec.gateway_class_name.as_ref()?;
            (!class.value.starts_with(ISTIO)).then_some(&*class.value)
        })
    }

    fn service(&self, namespace: Option<&str>, name: &str) -> Option<ServiceId> {
        let domain = &self.mesh.settings.cluster_domain.value;
        let host = format!("{name}.{}.svc.{domain}", namespace.unwrap_or_default());
        self.mesh.services_of_host(&host).first().copied()
    }
}

fn known(class: Option<&str>, controller: Option<&str>) -> Option<&'static Known> {
    KNOWN.iter().find(|known| match controller {
        Some(controller) => known.controllers.contains(&controller),
        None => class.is_some_and(|class| known.classes.contains(&class)),
    })
}

fn is_cloud_gateway(class: &str) -> bool {
    class.starts_with("gke-") || class == "amazon-vpc-lattice"
}

fn dials_service(known: Option<&Known>, ingress: &Meta, service: &Meta) -> bool {
    let annotations = known.map_or(&[][..], |known| known.service_annotations);
    let is_set = |meta: &Meta, key: &str| meta.annotations.get(key) == Some("true");
    annotations
        .iter()
        .any(|key| is_set(ingress, key) || is_set(service, key))
}

fn port_number(service: &Service<'_>, port: &IntOrString) -> Option<u16> {
    match port {
        IntOrString::Int(number) => Some(*number),
        IntOrString::Name(name) => {
            let mut ports = service.ports.iter();
            ports.find(|port| port.name == Some(name)).map(|port| port.number)
        }
    }
}
