//! Sidecar injection: a webhook must match (`templates/mutatingwebhook.yaml` of the istio-discovery
//! chart), then the injector itself must agree (`pkg/kube/inject/inject.go` `injectRequired`).

use super::{Because, DataPlane, Enrolment, Mark};
use crate::finding::{Assumption, Assumptions};
use crate::mesh::settings::{InjectionPolicy, UnlistedNamespaces};
use crate::mesh::{Mesh, Namespace, NamespaceId, Workload};
use crate::model::workload::PodTemplate;
use crate::yaml::StringEntry;

const INJECT: &str = "sidecar.istio.io/inject";
const REVISION: &str = "istio.io/rev";
const INJECTION: &str = "istio-injection";

/// Namespaces that the injector leaves alone (`pkg/kube/inject/initializer.go` `IgnoredNamespaces`).
const IGNORED_NAMESPACES: [&str; 4] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "local-path-storage",
];

/// Whether a webhook calls the injector for a pod, and what decided.
struct Webhook<'o> {
    matches: bool,
    because: Because<'o>,
    rests_on: Assumptions,
}

impl<'o> Webhook<'o> {
    fn new(matches: bool, because: Because<'o>) -> Self {
        Webhook {
            matches,
            because,
            rests_on: Assumptions::NONE,
        }
    }
}

/// Decides whether a pod gets a proxy of its own, and of which kind.
pub(super) fn decide<'o>(
    mesh: &Mesh<'o>,
    namespace: NamespaceId,
    template: &'o PodTemplate,
) -> Enrolment<'o> {
    let namespace = &mesh.namespaces[namespace];
    let webhook = webhook(mesh, namespace, template);
    let (plane, because) = if webhook.matches {
        inject(mesh, namespace, template, webhook.because)
    } else {
        (DataPlane::None, webhook.because)
    };
    // A pod that opts out is out wherever it runs; only a proxy rests on the namespace.
    let rests_on = if plane == DataPlane::None {
        Assumptions::NONE
    } else {
        webhook.rests_on
    };
    Enrolment {
        plane,
        because,
        rests_on,
    }
}

/// The labels that webhooks look at.
struct Labels<'o> {
    injection: Option<StringEntry<'o>>,
    namespace_revision: Option<StringEntry<'o>>,
    inject: Option<StringEntry<'o>>,
    pod_revision: Option<StringEntry<'o>>,
}

fn webhook<'o>(mesh: &Mesh<'o>, namespace: &Namespace<'o>, template: &'o PodTemplate) -> Webhook<'o> {
    let labels = Labels {
        injection: namespace.label_entry(INJECTION),
        namespace_revision: namespace.label_entry(REVISION),
        inject: template.labels.entry(INJECT),
        pod_revision: template.labels.entry(REVISION),
    };
    if !namespace.is_given() {
        return unlisted(mesh, namespace, &labels);
    }
    match (labels.injection, labels.namespace_revision) {
        (Some(injection), _) => by_injection_label(mesh, namespace, injection, &labels),
        (None, Some(revision)) => by_namespace_revision(mesh, namespace, revision, &labels),
        (None, None) => by_pod(mesh, namespace, &labels),
    }
}

/// Any value of `istio-injection` but `enabled` blocks every webhook, and the label beats `istio.io/rev`.
fn by_injection_label<'o>(
    mesh: &Mesh<'o>,
    namespace: &Namespace<'o>,
    injection: StringEntry<'o>,
    labels: &Labels<'o>,
) -> Webhook<'o> {
    let because = Because::NamespaceLabel(namespace.display_name(), Mark::of(injection));
    let is_enabled = injection.value == "enabled" && is_installed(mesh, "default");
    declined_or(labels, is_enabled, because)
}

fn by_namespace_revision<'o>(
    mesh: &Mesh<'o>,
    namespace: &Namespace<'o>,
    revision: StringEntry<'o>,
    labels: &Labels<'o>,
) -> Webhook<'o> {
    if !is_installed(mesh, revision.value) {
        return Webhook::new(false, Because::UnknownRevision(Mark::of(revision)));
    }
    declined_or(
        labels,
        true,
        Because::NamespaceLabel(namespace.display_name(), Mark::of(revision)),
    )
}

/// In a namespace without labels the pod's own labels decide.
fn by_pod<'o>(mesh: &Mesh<'o>, namespace: &Namespace<'o>, labels: &Labels<'o>) -> Webhook<'o> {
    if let Some(revision) = labels.pod_revision {
        if !is_installed(mesh, revision.value) {
            return Webhook::new(false, Because::UnknownRevision(Mark::of(revision)));
        }
        return declined_or(labels, true, Because::PodLabel(Mark::of(revision)));
    }
    match labels.inject {
        Some(inject) => {
            let asks = inject.value == "true" && is_installed(mesh, "default");
            Webhook::new(asks, Because::PodLabel(Mark::of(inject)))
        }
        None if injects_by_default(mesh, namespace) => Webhook::new(true, Because::ByDefault),
        None => Webhook::new(false, Because::NothingAsks),
    }
}

fn injects_by_default(mesh: &Mesh<'_>, namespace: &Namespace<'_>) -> bool {
    mesh.settings.enable_namespaces_by_default.value
        && is_installed(mesh, "default")
        && namespace
            .name
            .is_none_or(|name| !IGNORED_NAMESPACES.contains(&name))
}

/// The pod label `sidecar.istio.io/inject: "false"` takes a pod out of every webhook.
fn declined_or<'o>(labels: &Labels<'o>, matches: bool, because: Because<'o>) -> Webhook<'o> {
    match labels.inject {
        Some(inject) if inject.value == "false" => Webhook::new(false, Because::PodLabel(Mark::of(inject))),
        _ => Webhook::new(matches, because),
    }
}

/// A namespace that is not given: only a pod that opts out is known for certain.
fn unlisted<'o>(mesh: &Mesh<'o>, namespace: &Namespace<'o>, labels: &Labels<'o>) -> Webhook<'o> {
    match mesh.settings.unlisted(namespace.name) {
        UnlistedNamespaces::NotInjected => by_pod(mesh, namespace, labels),
        UnlistedNamespaces::Injected => declined_or(labels, true, Because::ByDefault),
        UnlistedNamespaces::Unknown => {
            let guess = declined_or(labels, true, Because::NamespaceNotGiven(namespace.display_name()));
            Webhook {
                rests_on: Assumption::NamespaceNotGiven.into(),
                ..guess
            }
        }
    }
}

/// Whether a revision or tag is installed. Unless the settings list them, every one that a label names is.
pub fn is_installed(mesh: &Mesh<'_>, revision: &str) -> bool {
    match &mesh.settings.revisions.value {
        Some(installed) => installed.iter().any(|name| &**name == revision),
        None => true,
    }
}

/// The injector's own decision, once a webhook called it.
fn inject<'o>(
    mesh: &Mesh<'o>,
    namespace: &Namespace<'o>,
    template: &'o PodTemplate,
    because: Because<'o>,
) -> (DataPlane, Because<'o>) {
    if let Some(name) = namespace.name.filter(|name| IGNORED_NAMESPACES.contains(name)) {
        return (DataPlane::None, Because::IgnoredNamespace(name));
    }
    let label = template
        .labels
        .entry(INJECT)
        .map(|entry| (entry, Because::PodLabel(Mark::of(entry))));
    let annotation = || {
        template
            .annotations
            .entry(INJECT)
            .map(|entry| (entry, Because::PodAnnotation(Mark::of(entry))))
    };
    match label.or_else(annotation).map(|(entry, said)| (entry.value, said)) {
        Some(("false", said)) => (DataPlane::None, said),
        Some(("true", _)) => (template_plane(template), because),
        _ if mesh.settings.injection_policy.value == InjectionPolicy::Disabled => {
            (DataPlane::None, Because::InjectorPolicy)
        }
        _ => (template_plane(template), because),
    }
}

/// The data plane that the injected template gives (`inject.go` `selectTemplates`).
fn template_plane(template: &PodTemplate) -> DataPlane {
    let Some(templates) = template.annotations.get("inject.istio.io/templates") else {
        return DataPlane::Sidecar;
    };
    let mut names = templates.split(',').map(str::trim);
    names
        .find_map(|name| match name {
            "sidecar" => Some(DataPlane::Sidecar),
            "gateway" => Some(DataPlane::Gateway),
            "grpc-agent" | "grpc-simple" => Some(DataPlane::Proxyless),
            _ => None,
        })
        .unwrap_or(DataPlane::Sidecar)
}

/// The revision whose control plane serves a workload: that of the namespace, else of the pods.
pub fn revision_of<'o>(mesh: &Mesh<'o>, workload: &Workload<'o>) -> &'o str {
    let namespace = &mesh.namespaces[workload.namespace];
    let of_namespace = namespace.label(REVISION);
    match (namespace.label(INJECTION), of_namespace) {
        (Some(_), _) => "default",
        (None, Some(revision)) => revision,
        (None, None) => workload
            .label_entry(REVISION)
            .map_or("default", |entry| entry.value),
    }
}
