//! The mesh: an immutable snapshot of one context's objects, indexed once, for everything that asks
//! questions of them. What it means that a policy exists is decided in `resolve`.

pub mod age;
pub mod bystanders;
pub mod duplicates;
pub mod keys;
pub mod listed;
pub mod namespaces;
pub mod policies;
pub mod protocol;
pub mod services;
pub mod settings;
pub mod shared;
pub mod workloads;

use std::ops::Range;
use std::sync::Arc;

use crate::hash::{HashMap, map_for};
use crate::id::Kind;
use crate::model::config_map::ConfigMap;
use crate::model::destination_rule::DestinationRule;
use crate::model::gateway::Gateway;
use crate::model::gateway_api::ApiGateway;
use crate::model::network_policy::NetworkPolicy;
use crate::model::proxy_config::ProxyConfig;
use crate::model::sidecar::Sidecar;
use crate::model::virtual_service::VirtualService;
use crate::model::workload::Workload as PodModel;
use crate::model::{Context, Meta, Object, Objects, Part};
use crate::source::FileId;

use age::age;
pub use bystanders::Bystanders;
pub use duplicates::Duplicate;
use duplicates::Effective;
pub use listed::ListedEndpoint;
pub use namespaces::{Namespace, NamespaceId, Namespaces};
pub use policies::{Policies, Policy, PolicyId, Scope};
pub use protocol::Protocol;
pub use services::{Service, ServiceId, ServicePort, ServiceSource, TargetPort};
pub use settings::Settings;
pub use shared::Shared;
pub use workloads::{DeclaredPort, Workload, WorkloadId, WorkloadSource};

/// One context, indexed.
#[derive(Debug)]
pub struct Mesh<'o> {
    /// The context's name; `None` where there is only one.
    pub context: Option<&'o str>,
    /// Parts of the context, sorted, of which only kustomize knows what they become.
    pub unrendered: &'o [Part],
    /// The settings in force.
    pub settings: Settings,
    /// The namespaces.
    pub namespaces: Namespaces<'o>,
    /// The root namespace, if any object is in it.
    pub root: Option<NamespaceId>,
    /// The PeerAuthentications.
    pub policies: Policies<'o>,
    /// The DestinationRules with their namespaces, in path order.
    pub destination_rules: Vec<(&'o Object<DestinationRule>, NamespaceId)>,
    /// The VirtualServices with their namespaces, in path order.
    pub virtual_services: Vec<(&'o Object<VirtualService>, NamespaceId)>,
    /// The Gateways of Istio, in path order.
    pub gateways: Vec<&'o Object<Gateway>>,
    /// The ProxyConfigs by the name of their namespace, oldest first.
    pub proxy_configs: HashMap<Option<&'o str>, Vec<&'o Object<ProxyConfig>>>,
    /// The Sidecar resources by namespace: those with a selector first, then oldest first.
    pub sidecars: HashMap<NamespaceId, Vec<&'o Object<Sidecar>>>,
    /// The waypoints by namespace and name.
    pub waypoints: HashMap<(Option<&'o str>, &'o str), &'o Object<ApiGateway>>,
    /// The NetworkPolicies by namespace, in path order.
    pub network_policies: HashMap<NamespaceId, Vec<&'o Object<NetworkPolicy>>>,
    /// What tells who calls whom.
    pub bystanders: Bystanders<'o>,
    /// Objects that are defined more than once.
    pub duplicates: Vec<Duplicate<'o>>,
    of: &'o Context,
    workloads: Vec<Workload<'o>>,
    services: Vec<Service<'o>>,
    listed: HashMap<ServiceId, Vec<ListedEndpoint<'o>>>,
    service_ids: Vec<ServiceId>,
    /// Which of them have a host.
    by_host: HashMap<Arc<str>, Range<usize>>,
    config_maps: HashMap<(Option<&'o str>, &'o str), &'o Object<ConfigMap>>,
}

impl<'o> Mesh<'o> {
    /// Indexes the objects of a context. `settings` hold what the command line says; the mesh config
    /// among the manifests completes them.
    pub fn new(objects: &'o Objects, context: &'o Context, settings: Settings) -> Mesh<'o> {
        Mesh::with(None, objects, context, settings)
    }

    /// The same for one of several contexts, of which the `shared` part is indexed.
    pub fn with(
        shared: Option<&Shared<'o>>,
        objects: &'o Objects,
        context: &'o Context,
        mut settings: Settings,
    ) -> Mesh<'o> {
        let effective = Effective::new(context, shared);
        let mesh_configs = effective.of(&objects.mesh_configs);
        settings.take_sources(&mesh_configs);
        objects
            .values
            .iter()
            .for_each(|values| settings.take_values(values));
        let (namespaces, pods) = rayon::join(
            || collect_namespaces(objects, context, &effective, &settings),
            || effective.of(&objects.workloads),
        );
        let root = namespaces.find(&settings.root_namespace.value);

        let policies = effective.of(&objects.peer_authentications);
        let policies = discovered(policies, &namespaces).collect();
        let rules = effective.of(&objects.destination_rules);
        let virtual_services = effective.of(&objects.virtual_services);
        let sidecars = collect_sidecars(effective.of(&objects.sidecars), &namespaces);
        let gateways = seen_bystanders(effective.of(&objects.gateways), &namespaces).collect();
        let proxy_configs = collect_proxy_configs(effective.of(&objects.proxy_configs), &namespaces);
        let network_policies = by_namespace(effective.of(&objects.network_policies), &namespaces);
        let ((services, config_maps), (workloads, bystanders)) = rayon::join(
            || {
                let services = collect_services(objects, &effective, &namespaces, &settings);
                (services, index_config_maps(objects, context))
            },
            || {
                let workloads = collect_workloads(&pods, objects, &effective, &namespaces);
                (workloads, Bystanders::new(objects, &effective))
            },
        );
        let slices = effective.of(&objects.endpoint_slices);
        let listed = listed::collect(&slices, &services, &workloads, &pods);
        Mesh {
            of: context,
            context: context.name.as_deref(),
            unrendered: &context.unrendered,
            root,
            policies: Policies::new(policies, root),
            destination_rules: discovered(rules, &namespaces).collect(),
            virtual_services: discovered(virtual_services, &namespaces).collect(),
            gateways,
            proxy_configs,
            sidecars,
            waypoints: index_waypoints(&bystanders.gateways, &namespaces),
            network_policies,
            bystanders,
            duplicates: effective.into_duplicates(),
            workloads,
            service_ids: (0..services.len() as u32).map(ServiceId).collect(),
            by_host: index_hosts(&services),
            config_maps,
            listed,
            services,
            namespaces,
            settings,
        }
    }

    /// Whether something changes the objects of a file that only kustomize can apply.
    pub fn is_unrendered(&self, file: FileId) -> bool {
        let before = self.unrendered.partition_point(|part| part.file < file);
        self.unrendered.get(before).is_some_and(|part| part.file == file)
    }

    /// Whether an object is of this context.
    pub fn holds(&self, meta: &Meta) -> bool {
        self.of.holds(meta)
    }

    /// The workload of that id.
    pub fn workload(&self, id: WorkloadId) -> &Workload<'o> {
        &self.workloads[id.0 as usize]
    }

    /// Every workload: by namespace, then name, then kind.
    pub fn workloads(&self) -> impl ExactSizeIterator<Item = (WorkloadId, &Workload<'o>)> {
        self.workloads
            .iter()
            .enumerate()
            .map(|(index, workload)| (WorkloadId(index as u32), workload))
    }

    /// The service of that id.
    pub fn service(&self, id: ServiceId) -> &Service<'o> {
        &self.services[id.0 as usize]
    }

    /// Every service, by host.
    pub fn services(&self) -> impl ExactSizeIterator<Item = (ServiceId, &Service<'o>)> {
        self.services
            .iter()
            .enumerate()
            .map(|(index, service)| (ServiceId(index as u32), service))
    }

    /// The endpoints of a Service without a selector, as far as objects list them.
    pub fn listed_endpoints(&self, id: ServiceId) -> &[ListedEndpoint<'o>] {
        self.listed.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The service that another one is only a name for, through a chain of ExternalName Services
    /// (`push_context.go` `resolveServiceAliases`); `None` for a service of its own, and where the chain
    /// leaves the mesh.
    pub fn alias_of(&self, id: ServiceId) -> Option<ServiceId> {
        /// Longer chains are taken for circles.
        const LONGEST_CHAIN: usize = 10;
        let mut current = id;
        for _ in 0..LONGEST_CHAIN {
            let Some(name) = self.service(current).external_name() else {
                return (current != id).then_some(current);
            };
            current = *self.services_of_host(name).first()?;
        }
        None
    }

    /// The ports of a service; one that is only another name has those of the service behind it.
    pub fn ports_of(&self, id: ServiceId) -> &[ServicePort<'o>] {
        let concrete = self.alias_of(id).filter(|_| self.service(id).ports.is_empty());
        &self.service(concrete.unwrap_or(id)).ports
    }

    /// A ConfigMap that workloads read, by its namespace and name.
    pub fn config_map(&self, namespace: Option<&str>, name: &str) -> Option<&'o Object<ConfigMap>> {
        self.config_maps.get(&(namespace, name)).copied()
    }

    /// The services of a host: several where namespaces define the same one.
    pub fn services_of_host(&self, host: &str) -> &[ServiceId] {
        let range = self.by_host.get(host).cloned().unwrap_or_default();
        &self.service_ids[range]
    }
}

/// The objects of namespaces that istiod looks at, with their namespaces.
fn discovered<'o, 'n, T>(
    objects: Vec<&'o Object<T>>,
    namespaces: &'n Namespaces<'o>,
) -> impl Iterator<Item = (&'o Object<T>, NamespaceId)> + use<'o, 'n, T> {
    objects
        .into_iter()
        .map(|object| (object, namespaces.of(object.meta.namespace_name())))
        .filter(|&(_, namespace)| namespaces[namespace].is_discovered)
}

/// The same for objects on whose account no namespace is looked at: in one that nothing else is in, istiod sees
/// them.
fn seen_bystanders<'o, 'n, T>(
    objects: Vec<&'o Object<T>>,
    namespaces: &'n Namespaces<'o>,
) -> impl Iterator<Item = &'o Object<T>> + use<'o, 'n, T> {
    objects.into_iter().filter(|object| {
        let own = namespaces.find_own(object.meta.namespace_name());
        own.is_none_or(|own| namespaces[own].is_discovered)
    })
}

fn collect_namespaces<'o>(
    objects: &'o Objects,
    context: &'o Context,
    effective: &Effective<'_, 'o>,
    settings: &Settings,
) -> Namespaces<'o> {
    let mut namespaces = match effective.shared() {
        Some((shared, rest)) => {
            let names = shared.namespace_names();
            Namespaces::new(names.chain(namespace_names(objects, rest)))
        }
        None => Namespaces::new(namespace_names(objects, context)),
    };
    for namespace in context.of(&objects.namespaces) {
        let id = namespaces.of(Some(&namespace.meta.name.value));
        namespaces.get_mut(id).given.push(namespace);
    }
    mark_discovered(&mut namespaces, settings);
    namespaces
}

/// The names of the namespaces that something is in or that are given.
fn namespace_names<'c, 'o: 'c>(
    objects: &'o Objects,
    context: &'c Context,
) -> impl Iterator<Item = Option<&'o str>> + use<'c, 'o> {
    let is_namespaced = |meta: &&Meta| meta.kind != Kind::Namespace && !meta.kind.is_bystander();
    let named = objects.metas_of(context).filter(is_namespaced);
    let given = context.of(&objects.namespaces);
    let given = given.map(|namespace| Some(&*namespace.meta.name.value));
    named.map(Meta::namespace_name).chain(given)
}

/// `discoverySelectors` hide namespaces, the root namespace too (`pkg/kube/namespace/filter.go`). One that
/// is not given is unknown and stays.
fn mark_discovered(namespaces: &mut Namespaces<'_>, settings: &Settings) {
    let selectors = &settings.discovery_selectors.value;
    if selectors.is_empty() {
        return;
    }
    for namespace in namespaces.iter_mut() {
        let is_selected = selectors
            .iter()
            .any(|selector| selector.matches(|key| namespace.label(key)));
        namespace.is_discovered = is_selected || !namespace.is_given();
    }
}

/// Objects that the nodes read, whatever istiod looks at.
fn by_namespace<'o, T>(
    objects: Vec<&'o Object<T>>,
    namespaces: &Namespaces<'o>,
) -> HashMap<NamespaceId, Vec<&'o Object<T>>> {
    let mut found: HashMap<NamespaceId, Vec<&'o Object<T>>> = HashMap::default();
    for object in objects {
        let namespace = namespaces.of(object.meta.namespace_name());
        found.entry(namespace).or_default().push(object);
    }
    found
}

fn collect_sidecars<'o>(
    sidecars: Vec<&'o Object<Sidecar>>,
    namespaces: &Namespaces<'o>,
) -> HashMap<NamespaceId, Vec<&'o Object<Sidecar>>> {
    let mut by_namespace: HashMap<NamespaceId, Vec<&'o Object<Sidecar>>> = HashMap::default();
    for (sidecar, namespace) in discovered(sidecars, namespaces) {
        by_namespace.entry(namespace).or_default().push(sidecar);
    }
    for sidecars in by_namespace.values_mut() {
        sidecars.sort_by_key(|sidecar| (sidecar.spec.workload_selector.is_none(), age(&sidecar.meta)));
    }
    by_namespace
}

fn collect_proxy_configs<'o>(
    configs: Vec<&'o Object<ProxyConfig>>,
    namespaces: &Namespaces<'o>,
) -> HashMap<Option<&'o str>, Vec<&'o Object<ProxyConfig>>> {
    let mut by_namespace: HashMap<_, Vec<&'o Object<ProxyConfig>>> = HashMap::default();
    for config in seen_bystanders(configs, namespaces) {
        let namespace = config.meta.namespace_name();
        by_namespace.entry(namespace).or_default().push(config);
    }
    for configs in by_namespace.values_mut() {
        configs.sort_by_key(|config| age(&config.meta));
    }
    by_namespace
}

/// The waypoints among the Gateways of the Gateway API, by namespace and name.
fn index_waypoints<'o>(
    gateways: &[&'o Object<ApiGateway>],
    namespaces: &Namespaces<'o>,
) -> HashMap<(Option<&'o str>, &'o str), &'o Object<ApiGateway>> {
    let gateways = seen_bystanders(gateways.to_vec(), namespaces);
    let waypoints = gateways.filter(|gateway| gateway.spec.is_waypoint());
    let named = waypoints.map(|gateway| {
        let meta = &gateway.meta;
        ((meta.namespace_name(), &*meta.name.value), gateway)
    });
    named.collect()
}

fn collect_services<'o>(
    objects: &'o Objects,
    effective: &Effective<'_, 'o>,
    namespaces: &Namespaces<'o>,
    settings: &Settings,
) -> Vec<Service<'o>> {
    let domain = &settings.cluster_domain.value;
    let mut kubernetes = effective.of(&objects.services);
    let mut entries = effective.of(&objects.service_entries);
    let mut services = Vec::new();
    if effective.shares(&objects.services)
        && effective.shares(&objects.service_entries)
        && let Some((shared, rest)) = effective.shared()
        && let Some(known) = shared.services(namespaces, settings)
    {
        kubernetes.retain(|service| rest.holds(&service.meta));
        entries.retain(|entry| rest.holds(&entry.meta));
        services = known;
    }
    services.extend(
        discovered(kubernetes, namespaces)
            .map(|(object, namespace)| services::of_kubernetes(object, namespace, domain)),
    );
    services.extend(
        discovered(entries, namespaces).flat_map(|(object, namespace)| services::of_entry(object, namespace)),
    );
    // What is shared is in order already, so this merges it with the rest.
    services.sort_by(|one, other| {
        let key = |service: &Service<'o>| (service.entry().is_some(), service.object_age());
        one.host.cmp(&other.host).then_with(|| key(one).cmp(&key(other)))
    });
    services
}

/// The ConfigMaps of a context by namespace and name; of duplicates the last takes part.
fn index_config_maps<'o>(
    objects: &'o Objects,
    context: &'o Context,
) -> HashMap<(Option<&'o str>, &'o str), &'o Object<ConfigMap>> {
    let held = context.of(&objects.config_maps);
    held.map(|config_map| {
        let meta = &config_map.meta;
        ((meta.namespace_name(), &*meta.name.value), config_map)
    })
    .collect()
}

/// Where the services of each host are; they are sorted by it.
fn index_hosts(services: &[Service<'_>]) -> HashMap<Arc<str>, Range<usize>> {
    let mut by_host = map_for(services.len());
    let mut start = 0;
    for same in services.chunk_by(|one, other| one.host == other.host) {
        let end = start + same.len();
        by_host.insert(Arc::clone(&same[0].host), start..end);
        start = end;
    }
    by_host
}

fn collect_workloads<'o>(
    pods: &[&'o Object<PodModel>],
    objects: &'o Objects,
    effective: &Effective<'_, 'o>,
    namespaces: &Namespaces<'o>,
) -> Vec<Workload<'o>> {
    let entries = effective.of(&objects.workload_entries);
    let groups = effective.of(&objects.workload_groups);
    let pods = workloads::select(pods).into_iter();
    let sources = pods
        .map(|(pods, live)| (WorkloadSource::Pods(pods), live))
        .chain(
            entries
                .into_iter()
                .map(|entry| (WorkloadSource::Entry(entry), None)),
        )
        .chain(
            groups
                .into_iter()
                .map(|group| (WorkloadSource::Group(group), None)),
        );
    let mut workloads: Vec<Workload<'o>> = sources
        .map(|(source, live)| Workload {
            namespace: namespaces.of(source.meta().namespace_name()),
            source,
            live,
        })
        .collect();
    workloads.sort_by_key(|workload| (workload.namespace, workload.name(), workload.kind()));
    workloads
}
