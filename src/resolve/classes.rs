//! Clients that see the same. Twelve thousand workloads times ten thousand services would be far too many
//! questions; but most clients differ in nothing that a service's answer depends on.
//!
//! Workloads are grouped once by what could make a difference. For one service only a few namespaces
//! matter (those with a rule for its host, its own, the root's, those that an `exportTo` names); the
//! clients of all others are one class.

use std::collections::{BTreeMap, HashMap};

use super::Resolution;
use super::client::{Client, Outbound, Senders, source_labels};
use super::dataplane::DataPlane;
use super::labels::Labels;
use crate::mesh::{Mesh, NamespaceId, Service, ServiceId, WorkloadId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::source::Span;
use crate::yaml::StringMap;

/// Clients that see the same of one service.
#[derive(Debug, Clone)]
pub struct ClientClass<'r, 'o> {
    /// One that stands for all.
    pub client: Client<'r, 'o>,
    /// Who they are.
    pub members: Members,
}

/// The members of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// The members of one group; with the others of that namespace that could exist, if `possible`.
    Group {
        /// The group, by its index in [`Groups`].
        group: usize,
        /// Whether workloads that are not given could be members.
        possible: bool,
    },
    /// Any sidecar of a namespace of which none is given.
    AnySidecarIn(NamespaceId),
    /// Everybody on a data plane and revision, in all namespaces but these.
    Everywhere {
        /// The data plane.
        plane: DataPlane,
        /// The revision, as an index in [`Groups`].
        revision: usize,
        /// The namespaces that have classes of their own, sorted.
        except: Vec<NamespaceId>,
    },
}

/// The groups of given workloads.
#[derive(Debug)]
pub struct Groups<'r, 'o> {
    all: Vec<Group<'r, 'o>>,
    by_namespace: HashMap<NamespaceId, Vec<usize>>,
    /// Groups with a Sidecar resource, outbound exclusions or routes of their own: they are asked one by one.
    narrowed: Vec<usize>,
    /// The data planes and revisions of all other groups.
    plain: Vec<(DataPlane, &'o str)>,
}

/// Workloads between which no service's answer can differ.
#[derive(Debug)]
pub struct Group<'r, 'o> {
    /// One that stands for all.
    pub client: Client<'r, 'o>,
    /// The workloads.
    pub members: Vec<WorkloadId>,
    /// Whether no rule with a selector is for them, so that any other sidecar of the namespace would be
    /// a member.
    is_unselected: bool,
    /// Whether a VirtualService has routes for their labels.
    is_routed_apart: bool,
}

/// What tells groups apart.
type Key<'o> = (
    NamespaceId,
    DataPlane,
    &'o str,
    Option<Span>,
    [Option<&'o str>; 4],
    Vec<usize>,
    Vec<usize>,
);

impl<'r, 'o> Groups<'r, 'o> {
    /// Groups the workloads of a mesh.
    pub fn new(resolution: &'r Resolution<'_, 'o>) -> Self {
        let mesh = resolution.mesh;
        let selectors = selectors_by_namespace(mesh);
        let sources: Vec<&StringMap> = mesh
            .virtual_services
            .iter()
            .flat_map(|(routing, _)| source_labels(&routing.spec))
            .collect();
        let mut members: BTreeMap<Key<'o>, Vec<WorkloadId>> = BTreeMap::new();
        for (id, workload) in mesh.workloads() {
            let resolved = resolution.workload(id);
            let rules = selectors.get(&workload.namespace).map_or(&[][..], Vec::as_slice);
            let sidecar = resolved.sidecar.map(|sidecar| sidecar.meta.span);
            let key = (
                workload.namespace,
                resolved.enrolment.plane,
                resolved.revision,
                sidecar,
                Outbound::of(workload).texts(),
                matching(rules, &resolved.labels),
                indexes(&sources, |labels| resolved.labels.match_all(labels)),
            );
            members.entry(key).or_default().push(id);
        }
        let mut groups = Groups {
            all: Vec::new(),
            by_namespace: HashMap::new(),
            narrowed: Vec::new(),
            plain: Vec::new(),
        };
        for (key, members) in members {
            groups.add(resolution, &key, members);
        }
        groups.plain.push((DataPlane::Sidecar, "default"));
        groups.plain.sort_unstable();
        groups.plain.dedup();
        groups
    }

    fn add(&mut self, resolution: &'r Resolution<'_, 'o>, key: &Key<'o>, members: Vec<WorkloadId>) {
        let client = Client::of(resolution, members[0]);
        let index = self.all.len();
        let group = Group {
            client,
            members,
            is_unselected: key.5.is_empty(),
            is_routed_apart: !key.6.is_empty(),
        };
        if group.is_plain() {
            self.plain.push((client.plane, client.revision));
        } else {
            self.narrowed.push(index);
        }
        self.by_namespace.entry(key.0).or_default().push(index);
        self.all.push(group);
    }

    /// The given workloads of a class.
    pub fn given<'a>(&'a self, members: &'a Members) -> impl Iterator<Item = WorkloadId> + 'a {
        let of_group = match members {
            Members::Group { group, .. } => Some(*group),
            Members::AnySidecarIn(_) | Members::Everywhere { .. } => None,
        };
        let everywhere = match members {
            Members::Everywhere {
                plane,
                revision,
                except,
            } => Some((*plane, self.plain[*revision].1, except)),
            Members::Group { .. } | Members::AnySidecarIn(_) => None,
        };
        let elsewhere = self.all.iter().filter(move |group| {
            everywhere.is_some_and(|(plane, revision, except)| {
                let is_outside = group
                    .client
                    .namespace
                    .is_none_or(|namespace| except.binary_search(&namespace).is_err());
                group.client.plane == plane
                    && group.client.revision == revision
                    && group.is_plain()
                    && is_outside
            })
        });
        of_group
            .into_iter()
            .map(|index| &self.all[index])
            .chain(elsewhere)
            .flat_map(|group| &group.members)
            .copied()
    }

    /// The classes of clients of a service. Together they hold every given workload once, and everybody
    /// who could exist.
    pub fn classes(&self, senders: &Senders<'r, '_, 'o>, service: ServiceId) -> Vec<ClientClass<'r, 'o>> {
        let mesh = senders.resolution.mesh;
        let concrete = mesh.alias_of(service).unwrap_or(service);
        let near = near_namespaces(senders, concrete);
        let mut classes = Vec::new();
        for &namespace in &near {
            self.classes_of_namespace(senders, namespace, &mut classes);
        }
        let is_far = |group: &Group<'_, '_>| {
            group
                .client
                .namespace
                .is_none_or(|namespace| near.binary_search(&namespace).is_err())
        };
        for &index in &self.narrowed {
            let group = &self.all[index];
            if is_far(group) || !group.client.follows_rules() {
                let members = Members::Group {
                    group: index,
                    possible: false,
                };
                classes.push(ClientClass {
                    client: group.client,
                    members,
                });
            }
        }
        for (revision, &(plane, name)) in self.plain.iter().enumerate() {
            let any = Client::any_sidecar_in(senders.resolution, None);
            let client = Client {
                plane,
                revision: name,
                ..any
            };
            // Who has no proxy sees the same from everywhere.
            let except = if client.follows_rules() {
                near.clone()
            } else {
                Vec::new()
            };
            classes.push(ClientClass {
                client,
                members: Members::Everywhere {
                    plane,
                    revision,
                    except,
                },
            });
        }
        classes
    }

    /// The classes of a namespace whose clients may see something of their own.
    fn classes_of_namespace(
        &self,
        senders: &Senders<'r, '_, 'o>,
        namespace: NamespaceId,
        classes: &mut Vec<ClientClass<'r, 'o>>,
    ) {
        let any = Client::any_sidecar_in(senders.resolution, Some(namespace));
        let mut is_any_covered = false;
        for &index in self.by_namespace.get(&namespace).into_iter().flatten() {
            let group = &self.all[index];
            if !group.client.follows_rules() {
                continue;
            }
            let possible = group.is_unselected && !group.is_routed_apart && group.is_like(&any);
            is_any_covered |= possible;
            classes.push(ClientClass {
                client: group.client,
                members: Members::Group {
                    group: index,
                    possible,
                },
            });
        }
        if !is_any_covered {
            classes.push(ClientClass {
                client: any,
                members: Members::AnySidecarIn(namespace),
            });
        }
    }
}

impl Group<'_, '_> {
    fn is_plain(&self) -> bool {
        self.client.sidecar.is_none() && self.client.outbound.is_default() && !self.is_routed_apart
    }

    fn is_like(&self, any: &Client<'_, '_>) -> bool {
        let same_sidecar = match (self.client.sidecar, any.sidecar) {
            (None, None) => true,
            (Some(own), Some(other)) => own.meta.span == other.meta.span,
            _ => false,
        };
        same_sidecar
            && self.client.plane == any.plane
            && self.client.revision == any.revision
            && self.client.outbound.is_default()
    }
}

/// The rules with a selector, by namespace: only for clients there does it matter.
fn selectors_by_namespace<'o>(mesh: &Mesh<'o>) -> HashMap<NamespaceId, Vec<&'o Object<DestinationRule>>> {
    let mut selectors: HashMap<NamespaceId, Vec<&'o Object<DestinationRule>>> = HashMap::new();
    for &(rule, namespace) in &mesh.destination_rules {
        if rule.spec.workload_selector.is_some() {
            selectors.entry(namespace).or_default().push(rule);
        }
    }
    selectors
}

/// Which of the rules are for a client with these labels.
fn matching(rules: &[&Object<DestinationRule>], labels: &Labels<'_>) -> Vec<usize> {
    let is_for = |rule: &Object<DestinationRule>| {
        let selector = rule.spec.workload_selector.as_ref();
        selector.is_some_and(|selector| labels.match_all(&selector.match_labels))
    };
    indexes(rules, |rule| is_for(rule))
}

/// The indexes of those that hold.
fn indexes<T>(all: &[T], holds: impl Fn(&T) -> bool) -> Vec<usize> {
    (0..all.len()).filter(|&index| holds(&all[index])).collect()
}

/// The namespaces whose clients may see a service otherwise than everybody else, sorted.
fn near_namespaces(senders: &Senders<'_, '_, '_>, id: ServiceId) -> Vec<NamespaceId> {
    let mesh = senders.resolution.mesh;
    let service = mesh.service(id);
    let (mut near, destinations) = senders.routed_near(&service.host);
    add_near(senders, service, &mut near);
    for destination in destinations {
        add_near(senders, mesh.service(destination), &mut near);
    }
    near.extend(
        mesh.settings
            .default_service_export_to
            .value
            .iter()
            .filter_map(|name| mesh.namespaces.find(name)),
    );
    near.sort_unstable();
    near.dedup();
    near
}

/// Adds the namespaces whose clients may see a service otherwise, wherever they are led.
fn add_near(senders: &Senders<'_, '_, '_>, service: &Service<'_>, near: &mut Vec<NamespaceId>) {
    let mesh = senders.resolution.mesh;
    near.push(service.namespace);
    near.extend(mesh.root);
    for rules in senders.every_index() {
        near.extend(rules.namespaces_with_rule(&service.host));
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
