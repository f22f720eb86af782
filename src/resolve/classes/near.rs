//! The clients of namespaces that may see something of their own: there each group is looked at.

use super::cohorts::{Apart, FEW, Lot, OfNamespace};
use super::{ClientClass, Group, Groups, Members};
use crate::hash::HashMap;
use crate::mesh::{Mesh, NamespaceId, Service, ServiceId, WorkloadId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::Resolution;
use crate::resolve::client::{Client, Senders, Visibility};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{HostMap, normalize_host};

/// What a group's view of a service depends on, beyond the namespace.
#[derive(PartialEq, Eq, Hash)]
struct View<'o> {
    plane: DataPlane,
    revision: &'o str,
    outbound: [Option<&'o str>; 4],
    /// What its Sidecar resource lets it know of each port; empty without one.
    visibility: Vec<Visibility>,
    /// The rules with a selector for the service's host that are for it.
    selected_by: Vec<usize>,
    /// The labels by which VirtualServices tell clients apart and which it has.
    routed: Vec<usize>,
    /// The VirtualServices about the service that its Sidecar resource imports, port by port.
    routings: Vec<Vec<usize>>,
}

impl<'r, 'o> Groups<'r, 'o> {
    /// The classes of a namespace whose clients may see something of their own.
    pub(super) fn classes_of_namespace(
        &'r self,
        senders: &Senders<'r, '_, 'o>,
        service: ServiceId,
        namespace: NamespaceId,
        classes: &mut Vec<ClientClass<'r, 'o>>,
    ) {
        let any_sidecar = || ClientClass {
            client: &self.any_in[namespace.0 as usize],
            members: vec![Members::AnySidecarIn(namespace)],
        };
        let Some(here) = self.by_namespace.get(&namespace) else {
            classes.push(any_sidecar());
            return;
        };
        let host = &senders.resolution.mesh.service(service).host;
        let relevant = self.selectors.for_host(namespace, host);
        let apart = self.apart(senders, service, here, &relevant);
        let mut by_view: HashMap<View<'o>, usize> = HashMap::default();
        let mut found: Vec<(&Client<'r, 'o>, Vec<Lot>)> = Vec::new();
        for (first, lot) in self.lots(here, &apart) {
            let group = &self.all[first];
            let class = *by_view
                .entry(view(senders, service, group, &relevant))
                .or_insert_with(|| {
                    found.push((&group.client, Vec::new()));
                    found.len() - 1
                });
            found[class].1.push(lot);
        }
        classes.extend(found.into_iter().map(|(client, lots)| ClientClass {
            client,
            members: self.members_of(here, &apart, lots),
        }));
        if here.possible.is_none() {
            classes.push(any_sidecar());
        }
    }

    /// What of a namespace may differ from the rest in what it sees of a service.
    fn apart(
        &self,
        senders: &Senders<'r, '_, 'o>,
        service: ServiceId,
        here: &OfNamespace,
        relevant: &[usize],
    ) -> Apart {
        let singly = || Apart {
            scopes: Vec::new(),
            groups: here.groups.clone().collect(),
        };
        if here.groups.len() <= FEW {
            return singly();
        }
        let Some(scopes) = self.scopes.aware_in(senders, service, here.namespace) else {
            return singly();
        };
        let selected = relevant.iter().flat_map(|&rule| &here.selected_by[rule]);
        let mut groups: Vec<usize> = selected.copied().collect();
        groups.sort_unstable();
        groups.dedup();
        Apart { scopes, groups }
    }
}

fn view<'o>(
    senders: &Senders<'_, '_, 'o>,
    service: ServiceId,
    group: &Group<'_, 'o>,
    relevant: &[usize],
) -> View<'o> {
    let client = &group.client;
    let host = &senders.resolution.mesh.service(service).host;
    let ports = || {
        let ports = senders.resolution.mesh.service(service).ports.iter();
        ports.filter(|_| client.sidecar.is_some())
    };
    let is_relevant = |rule: &&usize| relevant.binary_search(rule).is_ok();
    View {
        plane: client.plane,
        revision: client.revision,
        outbound: client.outbound.texts(),
        visibility: ports()
            .map(|port| senders.visibility(client, service, port.number))
            .collect(),
        selected_by: group.selected_by.iter().filter(is_relevant).copied().collect(),
        routed: group.routed.clone(),
        routings: ports()
            .map(|port| senders.routings_seen(client, host, port.number))
            .collect(),
    }
}

/// The rules with a selector, by namespace: only for clients there does it matter.
#[derive(Debug)]
pub(super) struct Selectors<'o> {
    by_namespace: HashMap<NamespaceId, OwnSelectors<'o>>,
}

#[derive(Debug, Default)]
struct OwnSelectors<'o> {
    rules: Vec<&'o Object<DestinationRule>>,
    by_host: HostMap<Vec<usize>>,
}

impl<'o> Selectors<'o> {
    pub(super) fn new(mesh: &Mesh<'o>) -> Self {
        let mut by_namespace: HashMap<NamespaceId, OwnSelectors<'o>> = HashMap::default();
        for &(rule, namespace) in &mesh.destination_rules {
            let Some(host) = rule
                .spec
                .host
                .as_ref()
                .filter(|_| rule.spec.workload_selector.is_some())
            else {
                continue;
            };
            let own = mesh.namespaces[namespace].name.unwrap_or_default();
            let host = normalize_host(&host.value, own, &mesh.settings.cluster_domain.value);
            let own = by_namespace.entry(namespace).or_default();
            own.by_host.slot(&host).push(own.rules.len());
            own.rules.push(rule);
        }
        Selectors { by_namespace }
    }

    /// The rules that are for a workload, by their indexes among those of its namespace.
    pub(super) fn by_workload(&self, resolution: &Resolution<'_, 'o>) -> HashMap<WorkloadId, Vec<usize>> {
        let mut selected_by: HashMap<WorkloadId, Vec<usize>> = HashMap::default();
        for (&namespace, selectors) in &self.by_namespace {
            for (index, rule) in selectors.rules.iter().enumerate() {
                let Some(selector) = &rule.spec.workload_selector else {
                    continue;
                };
                let labels = &selector.match_labels;
                for &workload in resolution.index.candidates(namespace, labels) {
                    if resolution.workload(workload).labels.match_all(labels) {
                        selected_by.entry(workload).or_default().push(index);
                    }
                }
            }
        }
        selected_by
    }

    /// The rules of a namespace for a host, by their indexes, in ascending order.
    fn for_host(&self, namespace: NamespaceId, host: &str) -> Vec<usize> {
        let own = self.by_namespace.get(&namespace).into_iter();
        let mut indexes: Vec<usize> = own
            .flat_map(|own| own.by_host.all_matching(host))
            .flatten()
            .copied()
            .collect();
        indexes.sort_unstable();
        indexes
    }

    /// How many rules with a selector a namespace has.
    pub(super) fn count(&self, namespace: NamespaceId) -> usize {
        self.by_namespace.get(&namespace).map_or(0, |own| own.rules.len())
    }
}

/// The namespaces whose clients may see a service otherwise than everybody else, sorted.
pub(super) fn near_namespaces(senders: &Senders<'_, '_, '_>, id: ServiceId) -> Vec<NamespaceId> {
    let mesh = senders.resolution.mesh;
    let Surroundings { mut near, services } = surroundings(senders, id);
    for id in services {
        for rules in senders.every_index() {
            near.extend(rules.namespaces_with_rule(&mesh.service(id).host, None));
        }
    }
    near.sort_unstable();
    near.dedup();
    near
}

/// What clients see of a service apart from their own namespaces' rules.
pub(super) struct Surroundings {
    /// The namespaces whose clients may see it otherwise than everybody else, whatever rules these have.
    pub(super) near: Vec<NamespaceId>,
    /// The services whose rules matter: itself, and those to which clients are led.
    pub(super) services: Vec<ServiceId>,
}

pub(super) fn surroundings(senders: &Senders<'_, '_, '_>, id: ServiceId) -> Surroundings {
    let mesh = senders.resolution.mesh;
    let (mut near, mut services) = senders.routed_near(&mesh.service(id).host);
    services.push(id);
    for &service in &services {
        add_near(senders, mesh.service(service), &mut near);
    }
    let exported = mesh.settings.default_service_export_to.value.iter();
    near.extend(exported.filter_map(|name| mesh.namespaces.find(name)));
    Surroundings { near, services }
}

/// Adds the namespaces whose clients may see a service otherwise, wherever they are led.
fn add_near(senders: &Senders<'_, '_, '_>, service: &Service<'_>, near: &mut Vec<NamespaceId>) {
    let mesh = senders.resolution.mesh;
    near.push(service.namespace);
    near.extend(mesh.root);
    for rules in senders.every_index() {
        let places = [Some(service.namespace), mesh.root];
        for rule in places
            .into_iter()
            .flatten()
            .flat_map(|place| rules.exported_for(place, &service.host))
        {
            near.extend(
                rule.export_to
                    .names()
                    .filter_map(|name| mesh.namespaces.find(name)),
            );
        }
    }
    for &same_host in mesh.services_of_host(&service.host) {
        let other = mesh.service(same_host);
        near.push(other.namespace);
        near.extend(
            other
                .exported_to()
                .into_iter()
                .flatten()
                .filter_map(|name| mesh.namespaces.find(name)),
        );
    }
}
