//! Which services workloads are told to call: names of services in the environment, the arguments and the
//! ConfigMaps of their containers. Each text is read once and each name looked up in one index, so that it
//! does not matter how many services there are.

use crate::hash::HashMap;
use crate::mesh::{Mesh, ServiceId, Workload, WorkloadId};
use crate::model::config_map::ConfigMap;
use crate::model::mention::{Form, Mention, names_address};
use crate::model::pod_texts::{ConfigMapUse, Medium};
use crate::model::{Meta, Object};
use crate::source::Span;

/// A service that a workload is told to call.
#[derive(Debug, Clone, Copy)]
pub struct Call<'o> {
    /// The service.
    pub service: ServiceId,
    /// The port that is dialled: one of the service's, or one of the pods behind a headless service. `None`
    /// where the evidence names none.
    pub port: Option<u16>,
    /// The name, in the text that tells.
    pub span: Span,
    /// Where the text stands.
    pub how: How<'o>,
    /// Whether only init containers are told, which end before a sidecar that is no native one starts.
    pub is_init: bool,
}

/// Where a workload is told whom to call.
#[derive(Debug, Clone, Copy)]
pub enum How<'o> {
    /// In the environment of a container.
    Environment,
    /// In the command or the arguments of a container.
    Argument,
    /// In a ConfigMap that a container reads.
    ConfigMap(&'o Meta),
}

/// The calls of every workload.
#[derive(Debug)]
pub struct Calls<'o> {
    by_workload: Vec<Vec<Call<'o>>>,
    /// The callers of each service, and where their calls of it stand.
    by_service: HashMap<ServiceId, Vec<(WorkloadId, usize)>>,
}

impl<'o> Calls<'o> {
    /// Looks up every name that the workloads of a mesh are told.
    pub fn new(mesh: &Mesh<'o>) -> Self {
        let by_workload = mesh.workloads().map(|(_, workload)| calls_of(mesh, workload));
        let by_workload: Vec<Vec<Call<'o>>> = by_workload.collect();
        let mut by_service: HashMap<ServiceId, Vec<(WorkloadId, usize)>> = HashMap::default();
        for (workload, calls) in by_workload.iter().enumerate() {
            for (index, call) in calls.iter().enumerate() {
                let callers = by_service.entry(call.service).or_default();
                callers.push((WorkloadId(workload as u32), index));
            }
        }
        Calls {
            by_workload,
            by_service,
        }
    }

    /// What a workload is told to call: each service and port once, in the order of services.
    pub fn of(&self, workload: WorkloadId) -> &[Call<'o>] {
        &self.by_workload[workload.0 as usize]
    }

    /// The first evidence that a workload calls a service, on a port if one is asked for. Evidence that names
    /// no port stands for every port.
    pub fn between(&self, workload: WorkloadId, service: ServiceId, port: Option<u16>) -> Option<&Call<'o>> {
        let is_meant = |call: &&Call<'o>| {
            call.service == service && (port.is_none() || call.port.is_none() || call.port == port)
        };
        self.of(workload).iter().find(is_meant)
    }

    /// Who is told to call a port of a service, in the order of workloads. Evidence that names no port stands for every
    /// port.
    pub fn to(&self, service: ServiceId, port: u16) -> impl Iterator<Item = (WorkloadId, &Call<'o>)> {
        let callers = self.by_service.get(&service).into_iter().flatten();
        let calls = callers.map(|&(workload, index)| (workload, &self.of(workload)[index]));
        calls.filter(move |(_, call)| call.port.is_none_or(|named| named == port))
    }

    /// Every call with who is told to make it.
    pub fn iter(&self) -> impl Iterator<Item = (WorkloadId, &Call<'o>)> {
        let calls = self.by_workload.iter().enumerate();
        calls.flat_map(|(index, calls)| calls.iter().map(move |call| (WorkloadId(index as u32), call)))
    }
}

fn calls_of<'o>(mesh: &Mesh<'o>, workload: &Workload<'o>) -> Vec<Call<'o>> {
    let Some(template) = workload.template() else {
        return Vec::new();
    };
    let namespace = workload.meta().namespace_name();
    let mut calls = Vec::new();
    let mut add = |mention: &Mention, how: How<'o>, is_init: bool| {
        if let Some((service, port)) = look_up(mesh, namespace, mention) {
            calls.push(Call {
                service,
                port,
                span: mention.span,
                how,
                is_init,
            });
        }
    };
    for said in &template.texts.mentions {
        let how = match said.by {
            Medium::Environment => How::Environment,
            Medium::Argument => How::Argument,
        };
        add(&said.mention, how, said.is_init);
    }
    for used in &template.texts.config_maps {
        if let Some(config_map) = mesh.config_map(namespace, &used.name) {
            for mention in mentions_for(config_map, used) {
                add(mention, How::ConfigMap(&config_map.meta), used.is_init);
            }
        }
    }
    // Of the same calls the first stays; one that lasts comes before one of an init container.
    calls.sort_by_key(|call| (call.service, call.port, call.is_init));
    calls.dedup_by_key(|call| (call.service, call.port));
    calls
}

/// What makes a workload's sidecar start after its init containers: it is no native one. The place is that of the
/// annotation, where that says so.
pub fn starts_after_init(mesh: &Mesh<'_>, workload: &Workload<'_>) -> Option<Option<Span>> {
    if let Some(entry) = workload.annotation("sidecar.istio.io/nativeSidecar") {
        return (entry.value == "false").then_some(Some(entry.value_span));
    }
    let flag = mesh.settings.istiod.get("ENABLE_NATIVE_SIDECARS");
    flag.is_some_and(|flag| &*flag.value == "false").then_some(None)
}

/// The hosts in the entries of a ConfigMap that a container reads.
fn mentions_for<'o>(
    config_map: &'o Object<ConfigMap>,
    used: &ConfigMapUse,
) -> impl Iterator<Item = &'o Mention> {
    let is_read = |key: &str| used.key.as_deref().is_none_or(|wanted| wanted == key);
    let says_address = used.variable.as_deref().is_some_and(names_address);
    let entries = config_map
        .spec
        .entries
        .iter()
        .filter(move |entry| is_read(&entry.key));
    entries
        .flat_map(|entry| &entry.mentions)
        .filter(move |mention| says_address || mention.is_host_by_itself())
}

/// The service of a name, as the DNS of the caller's namespace has it, and its port.
fn look_up(mesh: &Mesh<'_>, own: Option<&str>, mention: &Mention) -> Option<(ServiceId, Option<u16>)> {
    let service = service_of(mesh, own, &mention.host)?;
    let serves = |port: u16| mesh.ports_of(service).iter().any(|known| known.number == port);
    // Nothing listens on another port, and a word with a number behind it may be something else altogether.
    let is_served = |port: u16| serves(port) || mesh.service(service).is_headless();
    let is_bare = !mention.host.contains('.');
    match mention.port {
        Some(port) if is_bare && mention.form == Form::Authority && !serves(port) => None,
        Some(port) => is_served(port).then_some((service, Some(port))),
        None => Some((service, mention.default_port.filter(|&port| serves(port)))),
    }
}

/// The service of a host: `name`, `name.namespace`, `name.namespace.svc` and the full name, each also with
/// the name of a pod in front; or the host of a ServiceEntry.
fn service_of(mesh: &Mesh<'_>, own: Option<&str>, host: &str) -> Option<ServiceId> {
    let domain = &mesh.settings.cluster_domain.value;
    let local = host
        .strip_suffix(&**domain)
        .and_then(|rest| rest.strip_suffix(".svc."))
        .or_else(|| host.strip_suffix(".svc"));
    let find = |name: &str, namespace: &str| {
        let full = format!("{name}.{namespace}.svc.{domain}");
        mesh.services_of_host(&full).first().copied()
    };
    let own = own.unwrap_or_default();
    let mut labels = local.unwrap_or(host).split('.');
    let parts = [labels.next(), labels.next(), labels.next(), labels.next()];
    let found = match (parts, local) {
        ([Some(name), None, ..], None) => find(name, own),
        ([Some(name), Some(namespace), None, _], _) => find(name, namespace)
            .or_else(|| find(namespace, own).filter(|_| local.is_none() && is_pod_name(name))),
        ([Some(pod), Some(name), Some(namespace), None], _) if is_pod_name(pod) => find(name, namespace),
        _ => None,
    };
    found.or_else(|| mesh.services_of_host(host).first().copied())
}

/// Whether a label can be that of a pod of a StatefulSet, which DNS knows by its own name.
fn is_pod_name(label: &str) -> bool {
    let ordinal = label.rsplit_once('-').map(|(_, ordinal)| ordinal);
    ordinal.is_some_and(|ordinal| !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit()))
}
