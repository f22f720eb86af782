//! Is a workload in the mesh, and through which data plane? The webhook's selectors, the injector's own
//! decision and the CNI's ambient enrolment, on the labels that pods are created with.

mod ambient;
mod injection;

use std::fmt;
use std::sync::LazyLock;

use crate::finding::{Assumption, Assumptions};
use crate::mesh::{Mesh, NamespaceId, Workload};
use crate::model::workload::{Container, PodTemplate};
use crate::source::Span;
use crate::yaml::StringEntry;

pub use injection::{is_installed, revision_of};

/// What carries a workload's traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataPlane {
    /// A proxy beside the application.
    Sidecar,
    /// The node's ztunnel.
    Ambient,
    /// A proxy of type router.
    Gateway,
    /// A proxy in front of ambient workloads.
    Waypoint,
    /// gRPC inside the application, without a proxy.
    Proxyless,
    /// Nothing: the application's own bytes.
    None,
}

impl DataPlane {
    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            DataPlane::Sidecar => "sidecar",
            DataPlane::Ambient => "ambient",
            DataPlane::Gateway => "gateway",
            DataPlane::Waypoint => "waypoint",
            DataPlane::Proxyless => "proxyless",
            DataPlane::None => "none",
        }
    }
}

impl fmt::Display for DataPlane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The data plane of a workload and why.
#[derive(Debug, Clone, Copy)]
pub struct Enrolment<'o> {
    /// The answer.
    pub plane: DataPlane,
    /// What decided it.
    pub because: Because<'o>,
    /// What it rests on.
    pub rests_on: Assumptions,
}

/// What decided about a workload's data plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because<'o> {
    /// Nothing asks for a proxy.
    NothingAsks,
    /// The Namespace is not given.
    NamespaceNotGiven(&'o str),
    /// Pods on the host's network are left alone.
    HostNetwork(Span),
    /// The injector never touches this namespace.
    IgnoredNamespace(&'o str),
    /// A label of the Namespace.
    NamespaceLabel(&'o str, Mark<'o>),
    /// A label of the pods.
    PodLabel(Mark<'o>),
    /// An annotation of the pods.
    PodAnnotation(Mark<'o>),
    /// A label that names a revision which is not installed.
    UnknownRevision(Mark<'o>),
    /// `enableNamespacesByDefault` injects every namespace without labels.
    ByDefault,
    /// The injector's policy declines what nothing decides.
    InjectorPolicy,
    /// The manifest already holds the proxy.
    PreInjected,
    /// A registered machine; its `security.istio.io/tlsMode` says that it has a proxy.
    Machine,
    /// A registered machine without identity.
    MachineWithoutIdentity,
}

/// A label or annotation that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'o> {
    /// Its key.
    pub key: &'o str,
    /// Its value.
    pub value: &'o str,
    /// Where the value stands.
    pub span: Span,
}

impl<'o> Mark<'o> {
    pub(super) fn of(entry: StringEntry<'o>) -> Self {
        Mark {
            key: entry.key,
            value: entry.value,
            span: entry.value_span,
        }
    }
}

impl Because<'_> {
    /// The place that decided, where there is one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Because::HostNetwork(span) => Some(*span),
            Because::NamespaceLabel(_, mark)
            | Because::PodLabel(mark)
            | Because::PodAnnotation(mark)
            | Because::UnknownRevision(mark) => Some(mark.span),
            _ => None,
        }
    }
}

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Because::NothingAsks => f.write_str("no label asks for a proxy"),
            Because::NamespaceNotGiven(name) => {
                write!(
                    f,
                    "Namespace {name} is not among the manifests: taken as injected"
                )
            }
            Because::HostNetwork(_) => f.write_str("hostNetwork: true"),
            Because::IgnoredNamespace(name) => write!(f, "the injector ignores namespace {name}"),
            Because::NamespaceLabel(name, mark) => write!(f, "namespace {name}: {}={}", mark.key, mark.value),
            Because::PodLabel(mark) => write!(f, "pod label {}={}", mark.key, mark.value),
            Because::PodAnnotation(mark) => write!(f, "pod annotation {}={}", mark.key, mark.value),
            Because::UnknownRevision(mark) => {
                write!(f, "{}={} names no installed revision", mark.key, mark.value)
            }
            Because::ByDefault => f.write_str("enableNamespacesByDefault injects namespaces without labels"),
            Because::InjectorPolicy => f.write_str("the injector's policy is disabled"),
            Because::PreInjected => f.write_str("the manifest already holds a proxy"),
            Because::Machine => f.write_str("a registered machine with an identity"),
            Because::MachineWithoutIdentity => f.write_str("a registered machine without serviceAccount"),
        }
    }
}

/// The label that says to clients whether an endpoint takes mutual TLS.
pub const TLS_MODE_LABEL: &str = "security.istio.io/tlsMode";

/// Decides a workload's data plane; the first condition that holds counts.
pub fn enrol<'o>(mesh: &Mesh<'o>, workload: &Workload<'o>) -> Enrolment<'o> {
    let certain = |plane, because| Enrolment {
        plane,
        because,
        rests_on: Assumptions::NONE,
    };
    let Some(template) = workload.template() else {
        return machine(workload);
    };
    if let Some(host_network) = template.spec.host_network.as_ref().filter(|host| host.value) {
        return certain(DataPlane::None, Because::HostNetwork(host_network.span));
    }
    if let Some(managed) = managed_gateway(template) {
        return managed;
    }
    if let Some(injected) = pre_injected(template) {
        return injected;
    }
    let injection = injection::decide(mesh, workload.namespace, template);
    if injection.plane != DataPlane::None {
        return injection;
    }
    ambient::decide(mesh, workload.namespace, template).unwrap_or(injection)
}

/// The data plane of a pod of a namespace that says nothing itself.
pub fn enrol_by_default<'o>(mesh: &Mesh<'o>, namespace: NamespaceId) -> Enrolment<'o> {
    static SILENT: LazyLock<PodTemplate> = LazyLock::new(PodTemplate::default);
    let injection = injection::decide(mesh, namespace, &SILENT);
    if injection.plane != DataPlane::None {
        return injection;
    }
    ambient::decide(mesh, namespace, &SILENT).unwrap_or(injection)
}

/// A machine's proxy is told by no manifest: an identity implies it
/// (`serviceentry/conversion.go` `getTLSModeFromWorkloadEntry`).
fn machine<'o>(workload: &Workload<'o>) -> Enrolment<'o> {
    let label = workload.label_entry(TLS_MODE_LABEL);
    let has_identity = workload.machine().is_some_and(|entry| {
        entry
            .service_account
            .as_ref()
            .is_some_and(|account| !account.value.is_empty())
    });
    let (plane, because) = match label {
        Some(entry) if entry.value == "istio" => (DataPlane::Sidecar, Because::PodLabel(Mark::of(entry))),
        Some(entry) => (DataPlane::None, Because::PodLabel(Mark::of(entry))),
        None if has_identity => (DataPlane::Sidecar, Because::Machine),
        None => (DataPlane::None, Because::MachineWithoutIdentity),
    };
    Enrolment {
        plane,
        because,
        rests_on: Assumption::NotModelled.into(),
    }
}

/// Pods that the Gateway API controller made say so themselves (`files/waypoint.yaml`). An east-west gateway of
/// ambient runs from that template too: it takes and sends the tunnel, and follows no DestinationRules
/// (`pilot/pkg/networking/core/waypoint.go` `isEastWestGateway`).
fn managed_gateway(template: &PodTemplate) -> Option<Enrolment<'_>> {
    let entry = template.labels.entry("gateway.istio.io/managed")?;
    let plane = match entry.value {
        "istio.io-mesh-controller" | "istio.io-eastwest-controller" => DataPlane::Waypoint,
        _ => DataPlane::Gateway,
    };
    Some(Enrolment {
        plane,
        because: Because::PodLabel(Mark::of(entry)),
        rests_on: Assumptions::NONE,
    })
}

/// A manifest that `istioctl kube-inject` already completed keeps its proxy, whatever the labels.
fn pre_injected(template: &PodTemplate) -> Option<Enrolment<'_>> {
    template.annotations.entry("sidecar.istio.io/status")?;
    let containers = template
        .spec
        .containers
        .iter()
        .chain(&template.spec.init_containers);
    let proxy = containers.into_iter().find(|container| container.is_proxy())?;
    let plane = role(proxy);
    Some(Enrolment {
        plane,
        because: Because::PreInjected,
        rests_on: Assumptions::NONE,
    })
}

fn role(proxy: &Container) -> DataPlane {
    if proxy.is_grpc_agent {
        DataPlane::Proxyless
    } else if proxy.is_router {
        DataPlane::Gateway
    } else {
        DataPlane::Sidecar
    }
}
