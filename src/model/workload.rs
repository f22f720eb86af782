//! Pods and everything that makes pods: a template is what injection and selectors see.

use serde::{Deserialize, Deserializer};

use super::config_map::{ProxyConfig, parse_scalar};
use super::object::Object;
use super::pod_texts::PodTexts;
use super::service::IntOrString;
use crate::id::Kind;
use crate::source::{Span, Window};
use crate::yaml::{self, Node, Spanned, StringMap};

/// A workload, whatever its kind.
#[derive(Debug)]
pub struct Workload {
    /// What its pods look like.
    pub template: PodTemplate,
    /// `spec.replicas`; absent means 1, where the kind has replicas at all.
    pub replicas: Option<Spanned<i64>>,
    /// Labels and annotations of a CronJob's `jobTemplate`: nothing reads them, and authors who put a
    /// label there mean the pods.
    pub outer_labels: StringMap,
    /// The addresses of a pod that runs.
    pub addresses: Vec<Box<str>>,
}

/// The pod template: labels and annotations of the pods, not of the workload.
#[derive(Debug, Default)]
pub struct PodTemplate {
    /// Labels of the pods.
    pub labels: StringMap,
    /// Annotations of the pods.
    pub annotations: StringMap,
    /// Where the template's metadata stand, or the nearest place where they could.
    pub metadata_span: Option<Span>,
    /// The pods' spec.
    pub spec: PodSpec,
    /// The hosts that its containers are told.
    pub texts: PodTexts,
    /// What the annotation `proxy.istio.io/config` sets for the proxy.
    pub proxy_config: Option<ProxyConfig>,
}

/// What of a pod's spec decides its part in the mesh.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSpec {
    /// Pods on the host's network are never in the mesh.
    pub host_network: Option<Spanned<bool>>,
    /// The identity.
    pub service_account_name: Option<Spanned<Box<str>>>,
    /// The old name of the same field.
    pub service_account: Option<Spanned<Box<str>>>,
    /// The containers.
    #[serde(default)]
    pub containers: Vec<Container>,
    /// Init containers; with `restartPolicy: Always` they are sidecars.
    #[serde(default)]
    pub init_containers: Vec<Container>,
}

impl PodSpec {
    /// Whether the pods use the host's network.
    pub fn uses_host_network(&self) -> bool {
        self.host_network.as_ref().is_some_and(|host| host.value)
    }

    /// The containers whose ports a Service can name, in the order in which Kubernetes looks: ordinary
    /// ones, then sidecars among the init containers.
    pub fn serving_containers(&self) -> impl Iterator<Item = &Container> {
        let native_sidecars = self
            .init_containers
            .iter()
            .filter(|container| container.is_native_sidecar());
        self.containers.iter().chain(native_sidecars)
    }
}

/// A container. What most have none of is boxed: there are as many containers as workloads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name.
    #[serde(default)]
    pub name: Box<str>,
    /// Whether its arguments say `router`: a proxy is a gateway then.
    #[serde(default, rename = "args", deserialize_with = "says_router")]
    pub is_router: bool,
    /// Declared ports.
    #[serde(default)]
    pub ports: Vec<ContainerPort>,
    /// `Always` makes an init container a sidecar.
    pub restart_policy: Option<Box<str>>,
    /// Whether its environment says that the application itself speaks to istiod: a proxy is no more than its agent then.
    #[serde(default, rename = "env", deserialize_with = "generates_grpc")]
    pub is_grpc_agent: bool,
    /// Asked whether the container works.
    pub liveness_probe: Option<Box<Probe>>,
    /// Asked whether the container can serve.
    pub readiness_probe: Option<Box<Probe>>,
    /// Asked whether the container has started.
    pub startup_probe: Option<Box<Probe>>,
    /// What is called when the container starts and ends.
    pub lifecycle: Option<Box<Lifecycle>>,
}

/// A probe or a hook: what the kubelet calls on the pod, in one of three ways. Commands inside of the container are
/// left out.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// A request.
    pub http_get: Option<Box<Spanned<ProbeTarget>>>,
    /// A connection.
    pub tcp_socket: Option<Box<Spanned<ProbeTarget>>>,
    /// A health check of gRPC.
    pub grpc: Option<Box<Spanned<ProbeTarget>>>,
}

/// Hooks of a container.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// After it started.
    pub post_start: Option<Probe>,
    /// Before it ends.
    pub pre_stop: Option<Probe>,
}

/// What the kubelet calls.
#[derive(Debug, Default, Deserialize)]
pub struct ProbeTarget {
    /// The host; absent means the pod.
    pub host: Option<Box<str>>,
    /// The port, by number or by the name of a port of the container.
    pub port: Option<Spanned<IntOrString>>,
}

impl Container {
    /// Whether it is the proxy that injection adds.
    pub fn is_proxy(&self) -> bool {
        &*self.name == "istio-proxy"
    }

    /// Whether this init container runs beside the others.
    pub fn is_native_sidecar(&self) -> bool {
        self.restart_policy.as_deref() == Some("Always")
    }
}

fn says_router<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let arguments: Vec<&str> = Deserialize::deserialize(deserializer)?;
    Ok(arguments.contains(&"router"))
}

fn generates_grpc<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let variables: Vec<EnvVar<'_>> = Deserialize::deserialize(deserializer)?;
    Ok(variables.contains(&EnvVar {
        name: "ISTIO_META_GENERATOR",
        value: Some("grpc"),
    }))
}

/// An environment variable, with its value where that is literal.
#[derive(PartialEq, Deserialize)]
struct EnvVar<'t> {
    #[serde(default)]
    name: &'t str,
    value: Option<&'t str>,
}

/// A declared port of a container.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerPort {
    /// The number.
    pub container_port: Spanned<u16>,
    /// The name by which Services may target it.
    pub name: Option<Spanned<Box<str>>>,
    /// TCP (also when absent), UDP or SCTP.
    pub protocol: Option<Box<str>>,
}

impl ContainerPort {
    /// Whether the port carries TCP.
    pub fn is_tcp(&self) -> bool {
        self.protocol.as_deref().is_none_or(|protocol| protocol == "TCP")
    }
}

/// Labels and annotations of a template.
#[derive(Debug, Default, Deserialize)]
struct TemplateMetadata {
    #[serde(default)]
    labels: StringMap,
    #[serde(default)]
    annotations: StringMap,
}

#[derive(Debug, Default, Deserialize)]
struct RawTemplate {
    metadata: Option<Spanned<TemplateMetadata>>,
    #[serde(default)]
    spec: PodSpec,
}

#[derive(Debug, Default, Deserialize)]
struct ControllerSpec {
    replicas: Option<Spanned<i64>>,
    template: Option<Spanned<RawTemplate>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CronJobSpec {
    job_template: Option<Spanned<JobTemplate>>,
}

#[derive(Debug, Default, Deserialize)]
struct JobTemplate {
    metadata: Option<Spanned<TemplateMetadata>>,
    #[serde(default)]
    spec: ControllerSpec,
}

impl Workload {
    /// Reads the object `root` of a workload `kind` in a file. A Pod's own metadata
    /// are its labels.
    pub fn read(kind: Kind, root: Node<'_>, file: Window<'_>) -> Result<Workload, yaml::Error> {
        let mut workload = match kind {
            Kind::Pod => Workload {
                addresses: read_addresses(root),
                ..Workload::of(yaml::from_node::<RawTemplate>(root)?, root.span())
            },
            Kind::CronJob => Workload::read_cron_job(root)?,
            _ => {
                let spec: ControllerSpec = read_spec(root)?;
                Workload::controlled(spec, root.span())
            }
        };
        if let Some(pod_spec) = pod_spec(kind, root) {
            workload.template.texts = PodTexts::read(pod_spec, file);
        }
        workload.template.proxy_config = read_proxy_config(&workload.template.annotations, file);
        Ok(workload)
    }

    fn read_cron_job(root: Node<'_>) -> Result<Workload, yaml::Error> {
        let Some(job) = read_spec::<CronJobSpec>(root)?.job_template else {
            return Ok(Workload::of(RawTemplate::default(), root.span()));
        };
        let span = job.key;
        let mut workload = Workload::controlled(job.value.spec, span);
        workload.outer_labels = job
            .value
            .metadata
            .map(|metadata| metadata.value.labels)
            .unwrap_or_default();
        Ok(workload)
    }

    fn controlled(spec: ControllerSpec, span: Span) -> Workload {
        let (template, span) = match spec.template {
            Some(template) => (template.value, template.key),
            None => (RawTemplate::default(), span),
        };
        Workload {
            replicas: spec.replicas,
            ..Workload::of(template, span)
        }
    }

    fn of(template: RawTemplate, near: Span) -> Workload {
        let (metadata, span) = match template.metadata {
            Some(metadata) => (metadata.value, metadata.key),
            None => (TemplateMetadata::default(), near),
        };
        let template = PodTemplate {
            labels: metadata.labels,
            annotations: metadata.annotations,
            metadata_span: Some(span),
            spec: template.spec,
            texts: PodTexts::default(),
            proxy_config: None,
        };
        Workload {
            template,
            replicas: None,
            outer_labels: StringMap::default(),
            addresses: Vec::new(),
        }
    }
}

/// The addresses in the status of a pod.
fn read_addresses(pod: Node<'_>) -> Vec<Box<str>> {
    let status = pod.get("status").map(|status| status.value);
    let list = status.and_then(|status| status.get("podIPs"));
    let listed = list.into_iter().flat_map(|list| list.value.items());
    let listed = listed.filter_map(|address| address.get("ip"));
    let only = status.and_then(|status| status.get("podIP"));
    let texts = listed.chain(only).filter_map(|entry| entry.value.as_str());
    texts.map(Into::into).collect()
}

/// The settings of a proxy in an annotation of its pod. The injector refuses a pod whose annotation it cannot read
/// (`pkg/kube/inject/validate.go` `validateProxyConfig`): that says nothing of a proxy.
fn read_proxy_config(annotations: &StringMap, file: Window<'_>) -> Option<ProxyConfig> {
    let entry = annotations.entry("proxy.istio.io/config")?;
    let tree = parse_scalar(entry.value, entry.value_span, file).tree.ok()??;
    yaml::from_node(tree.root()).ok()
}

/// The spec of the pods that an object of a workload `kind` makes.
fn pod_spec(kind: Kind, root: Node<'_>) -> Option<Node<'_>> {
    let path: &[&str] = match kind {
        Kind::Pod => &["spec"],
        Kind::CronJob => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    path.iter()
        .try_fold(root, |node, key| node.get(key).map(|entry| entry.value))
}

/// The typed `spec` of `root`; an absent one is the default.
pub(super) fn read_spec<'t, T: Deserialize<'t> + Default>(root: Node<'t>) -> Result<T, yaml::Error> {
    match root.get("spec") {
        Some(entry) if !entry.value.is_null() => yaml::from_node(entry.value),
        _ => Ok(T::default()),
    }
}

impl Object<Workload> {
    /// Whether pods of this workload exist: a controller that was scaled to nothing has none, but its
    /// manifest still says what they will be. Old ReplicaSets of a Deployment are the exception.
    pub fn is_superseded_replica_set(&self) -> bool {
        let scaled_to_none = self
            .spec
            .replicas
            .as_ref()
            .is_some_and(|replicas| replicas.value == 0);
        self.meta.kind == Kind::ReplicaSet && self.meta.controller.is_some() && scaled_to_none
    }
}
