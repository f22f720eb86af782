//! Clients that see the same. Twelve thousand workloads times ten thousand services would be far too many
//! questions; but most clients differ in nothing that a service's answer depends on.
//!
//! Workloads are grouped once by what could make a difference. For one service only a few namespaces
//! matter (those with a rule for its host, its own, the root's, those that an `exportTo` names); of the
//! clients of all others only those whose Sidecar resource imports the service are told from the rest.

mod cohorts;
mod near;
mod sample;
mod scopes;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Resolution;
use super::client::{Client, Outbound, Senders, source_labels};
use super::dataplane::DataPlane;
use crate::finding::Assumptions;
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, ServiceId, WorkloadId};
use crate::source::Span;
use crate::yaml::StringMap;
use cohorts::{Alike, Cohort, Counted, OfNamespace};
use near::{Selectors, near_namespaces};
use sample::Samples;
use scopes::Scopes;

/// Clients that see the same of one service.
#[derive(Debug, Clone)]
pub struct ClientClass<'r, 'o> {
    /// One that stands for all.
    pub client: &'r Client<'r, 'o>,
    /// Who they are.
    pub members: Vec<Members>,
}

/// The members of a class, or some of them. There are several for each row of the matrix, so they are kept small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// The members of one group; with the others of that namespace that could exist, if `possible`.
    Group {
        /// The group, by its index in [`Groups`].
        group: u32,
        /// Whether workloads that are not given could be members.
        possible: bool,
    },
    /// Many groups of one namespace, none of which stands for a workload that is not given.
    Alike {
        /// Among which groups, by their indexes in [`Groups`].
        within: Range<u32>,
        /// Which of them.
        alike: Arc<Alike>,
    },
    /// Any sidecar of a namespace of which none is given.
    AnySidecarIn(NamespaceId),
    /// Everybody on a data plane and revision whom nothing narrows, in all namespaces but these.
    Everywhere {
        /// The data plane.
        plane: DataPlane,
        /// What they know, by its index in [`Groups`].
        scope: u32,
        /// The namespaces that have classes of their own, sorted.
        except: Arc<[NamespaceId]>,
    },
    /// The given workloads of a scope in all namespaces but these.
    Scope {
        /// What they know, by its index in [`Groups`].
        scope: u32,
        /// The namespaces that have classes of their own, sorted.
        except: Arc<[NamespaceId]>,
    },
    /// The given workloads of all scopes of a breadth but these, in all namespaces but these.
    Unaware {
        /// What they would be without a Sidecar resource, by its index in [`Groups`].
        breadth: u32,
        /// Who is told from them.
        but: Arc<Aware>,
    },
}

/// Who may know a service that others of their breadth do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aware {
    /// The scopes that import it, sorted.
    scopes: Vec<usize>,
    /// The namespaces that have classes of their own, sorted.
    namespaces: Arc<[NamespaceId]>,
}

/// The groups of given workloads.
#[derive(Debug)]
pub struct Groups<'r, 'o> {
    all: Vec<Group<'r, 'o>>,
    by_namespace: HashMap<NamespaceId, OfNamespace>,
    /// Any sidecar of each namespace.
    any_in: Vec<Client<'r, 'o>>,
    /// Anybody whom nothing narrows, with the scope.
    anybody: Vec<(usize, Client<'r, 'o>)>,
    cohorts: Vec<Cohort>,
    /// The group of each workload.
    of_workload: Vec<usize>,
    selectors: Selectors<'o>,
    scopes: Scopes<'r, 'o>,
    // Rules alone ask for it.
    samples: OnceLock<Samples>,
}

/// Workloads between which no service's answer can differ.
#[derive(Debug)]
struct Group<'r, 'o> {
    /// One that stands for all.
    client: Client<'r, 'o>,
    /// The workloads.
    members: Vec<WorkloadId>,
    /// The rules with a selector that are for it, by their indexes among those of the namespace. Where there
    /// is none, any other sidecar of the namespace would be a member.
    selected_by: Vec<usize>,
    /// The labels by which VirtualServices tell clients apart and which it has, then the Gateways that it
    /// serves, by their indexes.
    routed: Vec<usize>,
    scope: usize,
    /// Those of the namespace that differ in their Sidecar resources and rules alone; `None` for who follows
    /// no rules.
    cohort: Option<usize>,
    /// Whether it is certain of some member what carries its traffic.
    is_certain: bool,
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
        let selectors = Selectors::new(mesh);
        let mut selected_by = selectors.by_workload(resolution);
        let sources: Vec<&StringMap> = mesh
            .virtual_services
            .iter()
            .flat_map(|(routing, _)| source_labels(&routing.spec))
            .collect();
        let gateways: Vec<&StringMap> = mesh
            .gateways
            .iter()
            .map(|gateway| &gateway.spec.selector)
            .collect();
        let mut members: BTreeMap<Key<'o>, Vec<WorkloadId>> = BTreeMap::new();
        for (id, workload) in mesh.workloads() {
            let resolved = resolution.workload(id);
            let mut routed = indexes(&sources, |labels| resolved.labels.match_all(labels));
            if resolved.enrolment.plane == DataPlane::Gateway {
                let may_serve = |labels: &&StringMap| {
                    resolved.labels.match_all(labels) || resolved.labels.may_match(labels)
                };
                let served = indexes(&gateways, may_serve).into_iter();
                routed.extend(served.map(|index| sources.len() + index));
            }
            let key = (
                workload.namespace,
                resolved.enrolment.plane,
                resolved.revision,
                resolved.sidecar.map(|sidecar| sidecar.meta.span),
                Outbound::of(workload).texts(),
                selected_by.remove(&id).unwrap_or_default(),
                routed,
            );
            members.entry(key).or_default().push(id);
        }
        let mut groups = Groups {
            all: Vec::new(),
            by_namespace: HashMap::default(),
            any_in: mesh
                .namespaces
                .iter()
                .map(|(id, _)| Client::any_sidecar_in(resolution, Some(id)))
                .collect(),
            anybody: Vec::new(),
            cohorts: Vec::new(),
            of_workload: vec![0; mesh.workloads().len()],
            selectors,
            scopes: Scopes::default(),
            samples: OnceLock::new(),
        };
        for ((.., selected_by, routed), members) in members {
            groups.add(resolution, selected_by, routed, members);
        }
        let any = Client::any_sidecar_in(resolution, None);
        groups.scopes.add_possible(any);
        let anybody = groups.scopes.plain().map(|scope| {
            let Client { plane, revision, .. } = groups.scopes[scope].client;
            (
                scope,
                Client {
                    plane,
                    revision,
                    ..any
                },
            )
        });
        groups.anybody = anybody.collect();
        groups.gather();
        groups
    }

    fn add(
        &mut self,
        resolution: &'r Resolution<'_, 'o>,
        selected_by: Vec<usize>,
        routed: Vec<usize>,
        members: Vec<WorkloadId>,
    ) {
        let client = Client::of(resolution, members[0]);
        let index = self.all.len();
        for member in &members {
            self.of_workload[member.0 as usize] = index;
        }
        let is_certain = |&id: &WorkloadId| resolution.workload(id).enrolment.rests_on == Assumptions::NONE;
        self.all.push(Group {
            client,
            selected_by,
            scope: self.scopes.add(&client, &routed, index, members.len()),
            routed,
            cohort: None,
            is_certain: members.iter().any(is_certain),
            members,
        });
    }

    /// The classes of clients of a service. Together they hold every given workload once, and everybody
    /// who could exist.
    pub fn classes(&'r self, senders: &Senders<'r, '_, 'o>, service: ServiceId) -> Vec<ClientClass<'r, 'o>> {
        let mesh = senders.resolution.mesh;
        let concrete = mesh.alias_of(service).unwrap_or(service);
        let near = near_namespaces(senders, concrete);
        let mut classes = Vec::new();
        for &namespace in &near {
            self.classes_of_namespace(senders, concrete, namespace, &mut classes);
        }
        let far = Far {
            groups: self,
            near: near.into(),
            nowhere: Arc::new([]),
        };
        far.classes(senders, concrete, &mut classes);
        classes
    }
}

/// The clients of all namespaces in which none sees anything of its own.
struct Far<'r, 'o> {
    groups: &'r Groups<'r, 'o>,
    near: Arc<[NamespaceId]>,
    nowhere: Arc<[NamespaceId]>,
}

impl<'r, 'o> Far<'r, 'o> {
    fn classes(
        &self,
        senders: &Senders<'r, '_, 'o>,
        service: ServiceId,
        classes: &mut Vec<ClientClass<'r, 'o>>,
    ) {
        let scopes = &self.groups.scopes;
        let aware = scopes.aware_of(senders, service);
        let of_scopes = aware.iter().map(|&scope| Members::Scope {
            scope: scope as u32,
            except: self.except(&scopes[scope].client),
        });
        let of_breadths = scopes.breadths().map(|(breadth, client)| Members::Unaware {
            breadth: breadth as u32,
            but: Arc::new(Aware {
                scopes: aware.clone(),
                namespaces: self.except(client),
            }),
        });
        for members in of_scopes.chain(of_breadths) {
            if self.groups.count(&members) == 0 {
                continue;
            }
            let first = self.groups.groups_of(&members).next();
            if let Some(first) = first {
                let client = &self.groups.all[first].client;
                let members = vec![members];
                classes.push(ClientClass { client, members });
            }
        }
        for (scope, client) in &self.groups.anybody {
            let members = vec![Members::Everywhere {
                plane: client.plane,
                scope: *scope as u32,
                except: self.except(client),
            }];
            classes.push(ClientClass { client, members });
        }
    }

    /// The namespaces with classes of their own. Who follows no rules sees the same from everywhere.
    fn except(&self, client: &Client<'_, '_>) -> Arc<[NamespaceId]> {
        Arc::clone(if client.follows_rules() {
            &self.near
        } else {
            &self.nowhere
        })
    }
}

/// Who is a member.
impl<'r, 'o> Groups<'r, 'o> {
    /// The given workloads of a class.
    pub fn given<'a>(&'a self, members: &'a Members) -> impl Iterator<Item = WorkloadId> + use<'a, 'r, 'o> {
        self.of_members(members).flat_map(|group| &group.members).copied()
    }

    /// Those of them in a namespace.
    pub fn given_in<'a>(
        &'a self,
        members: &'a Members,
        namespace: NamespaceId,
    ) -> impl Iterator<Item = WorkloadId> + use<'a, 'r, 'o> {
        self.indexes_in(namespace)
            .filter(|&group| self.is_among(group, members))
            .flat_map(|group| &self.all[group].members)
            .copied()
    }

    /// How many given workloads a class has.
    pub fn count(&self, members: &Members) -> usize {
        match members {
            Members::Group { group, .. } => self.all[*group as usize].members.len(),
            Members::Alike { within, alike } => self.count_alike(alike, &indexes_of(within)),
            Members::AnySidecarIn(_) => 0,
            Members::Everywhere { scope, except, .. } | Members::Scope { scope, except } => {
                self.count_outside(&self.scopes[*scope as usize].groups, except)
            }
            // Almost all scopes of a breadth are unaware of a service, so those that are aware are taken
            // from the total.
            Members::Unaware { breadth, but } => {
                let breadth = *breadth as usize;
                let count = |groups| self.count_outside(groups, &but.namespaces);
                let aware = but.scopes.iter().map(|&scope| &self.scopes[scope]);
                let aware = aware.filter(|scope| scope.breadth == Some(breadth));
                let aware = aware.map(|scope| count(&scope.groups));
                count(self.scopes.groups_of_breadth(breadth)) - aware.sum::<usize>()
            }
        }
    }

    /// How many workloads some groups have in all namespaces but these.
    fn count_outside(&self, groups: &Counted, except: &[NamespaceId]) -> usize {
        let near = except
            .iter()
            .map(|&namespace| groups.workloads_within(&self.indexes_in(namespace)));
        groups.workloads() - near.sum::<usize>()
    }

    /// The groups of a namespace, by their indexes.
    fn indexes_in(&self, namespace: NamespaceId) -> Range<usize> {
        self.by_namespace
            .get(&namespace)
            .map_or(0..0, |here| here.groups.clone())
    }

    /// Whether a given workload is of a class.
    pub fn holds(&self, members: &Members, workload: WorkloadId) -> bool {
        self.is_among(self.of_workload[workload.0 as usize], members)
    }

    /// How many groups there are: workloads of one see the same of every service.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The group of a given workload, by its index.
    pub fn group_of(&self, workload: WorkloadId) -> usize {
        self.of_workload[workload.0 as usize]
    }

    /// The groups of a class, by their indexes.
    pub fn groups_of<'a>(&'a self, members: &'a Members) -> impl Iterator<Item = usize> + use<'a, 'r, 'o> {
        let (near, except): (Range<usize>, &[NamespaceId]) = match members {
            Members::Group { group, .. } => (indexes_of(&(*group..group + 1)), &[]),
            Members::Alike { within, .. } => (indexes_of(within), &[]),
            Members::AnySidecarIn(_) => (0..0, &[]),
            Members::Everywhere { except, .. } | Members::Scope { except, .. } => (0..0, except),
            Members::Unaware { but, .. } => (0..0, &but.namespaces),
        };
        let of_scopes = self
            .scopes_of(members)
            .flat_map(|scope| self.scopes[scope].groups.indexes());
        let far = of_scopes
            .copied()
            .filter(|&group| self.all[group].is_outside(except));
        let near = near.filter(|&group| self.is_among(group, members));
        near.chain(far)
    }

    /// Whether the control plane of a revision serves somebody of a class.
    pub fn are_served_by(&self, members: &Members, revision: &str) -> bool {
        let possible = match members {
            Members::AnySidecarIn(namespace) => Some(&self.any_in[namespace.0 as usize]),
            Members::Everywhere { scope, .. } => Some(&self.scopes[*scope as usize].client),
            _ => None,
        };
        let given = self.of_members(members).map(|group| &group.client);
        possible
            .into_iter()
            .chain(given)
            .any(|client| client.plane != DataPlane::None && client.revision == revision)
    }

    /// The namespace of whose sidecars those that are not given are members too, where it is one.
    pub fn open_namespace(&self, members: &Members) -> Option<NamespaceId> {
        match members {
            Members::AnySidecarIn(namespace) => Some(*namespace),
            Members::Group {
                group,
                possible: true,
            } => self.all[*group as usize].client.namespace,
            _ => None,
        }
    }

    /// Whether a sidecar that is not given would be a member: one of a namespace, or of one that no manifest
    /// speaks of.
    pub fn holds_any_sidecar(&self, members: &Members, namespace: Option<NamespaceId>) -> bool {
        match members {
            Members::Everywhere { plane, scope, except } => {
                *plane == DataPlane::Sidecar
                    && self.scopes[*scope as usize].client.revision == "default"
                    && namespace.is_none_or(|namespace| except.binary_search(&namespace).is_err())
            }
            _ => namespace.is_some() && self.open_namespace(members) == namespace,
        }
    }

    /// Whether a class has a given workload of which it is certain what carries its traffic.
    pub fn has_certain(&self, members: &Members) -> bool {
        self.of_members(members).any(|group| group.is_certain)
    }

    fn is_among(&self, index: usize, members: &Members) -> bool {
        let group = &self.all[index];
        match members {
            Members::Group { group, .. } => index == *group as usize,
            Members::Alike { within, alike } => {
                indexes_of(within).contains(&index) && self.is_alike(index, alike)
            }
            Members::AnySidecarIn(_) => false,
            Members::Everywhere { scope, except, .. } | Members::Scope { scope, except } => {
                group.scope == *scope as usize && group.is_outside(except)
            }
            Members::Unaware { breadth, but } => {
                self.scopes[group.scope].breadth == Some(*breadth as usize)
                    && but.scopes.binary_search(&group.scope).is_err()
                    && group.is_outside(&but.namespaces)
            }
        }
    }

    /// The scopes of members of many namespaces.
    fn scopes_of<'a>(&'a self, members: &'a Members) -> impl Iterator<Item = usize> + use<'a, 'r, 'o> {
        let (one, (many, aware)): (Option<u32>, (&[usize], &[usize])) = match members {
            Members::Group { .. } | Members::Alike { .. } | Members::AnySidecarIn(_) => (None, (&[], &[])),
            Members::Everywhere { scope, .. } | Members::Scope { scope, .. } => (Some(*scope), (&[], &[])),
            Members::Unaware { breadth, but } => {
                (None, (self.scopes.of_breadth(*breadth as usize), &but.scopes))
            }
        };
        let is_unaware = |scope: &usize| aware.binary_search(scope).is_err();
        let many = many.iter().copied().filter(is_unaware);
        one.map(|scope| scope as usize).into_iter().chain(many)
    }

    fn of_members<'a>(
        &'a self,
        members: &'a Members,
    ) -> impl Iterator<Item = &'a Group<'r, 'o>> + use<'a, 'r, 'o> {
        self.groups_of(members).map(|group| &self.all[group])
    }
}

impl Group<'_, '_> {
    fn is_outside(&self, except: &[NamespaceId]) -> bool {
        self.client
            .namespace
            .is_none_or(|namespace| except.binary_search(&namespace).is_err())
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

/// The range as indexes.
fn indexes_of(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// The indexes of those that hold.
fn indexes<T>(all: &[T], holds: impl Fn(&T) -> bool) -> Vec<usize> {
    (0..all.len()).filter(|&index| holds(&all[index])).collect()
}
