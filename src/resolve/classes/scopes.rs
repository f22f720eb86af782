//! What the proxies of given workloads are told to know, whatever their namespace: Sidecar resources that
//! import the same are one scope, however many there are.

use std::ops::Index;

use super::cohorts::Counted;
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, ServiceId};
use crate::model::Object;
use crate::model::sidecar::Sidecar;
use crate::resolve::client::{Client, Senders};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::HostMap;

/// What the hosts of a Sidecar resource call the client's own namespace.
const OWN: &str = ".";

/// Every scope.
#[derive(Debug, Default)]
pub(super) struct Scopes<'r, 'o> {
    all: Vec<Scope<'r, 'o>>,
    by_key: HashMap<Key<'o>, usize>,
    breadths: Vec<Breadth<'r, 'o>>,
    /// The scopes without any Sidecar resource, annotation or label that VirtualServices ask for.
    plain: Vec<usize>,
    /// Scopes that import every service.
    unlimited: Vec<usize>,
    /// Scopes that import hosts of a namespace; those of every namespace have no name.
    imports: HashMap<Option<&'o str>, HostMap<Vec<usize>>>,
    /// Scopes with clients in a namespace that import hosts of their own (`./host`).
    own_imports: HashMap<NamespaceId, HostMap<Vec<usize>>>,
}

/// Clients whose proxies are told the same.
#[derive(Debug)]
pub(super) struct Scope<'r, 'o> {
    /// One of them.
    pub(super) client: Client<'r, 'o>,
    /// Their groups.
    pub(super) groups: Counted,
    /// What they are apart from the Sidecar resource; `None` without one.
    pub(super) breadth: Option<usize>,
}

/// Clients that see the same of a service that their Sidecar resources do not import.
#[derive(Debug)]
struct Breadth<'r, 'o> {
    client: Client<'r, 'o>,
    scopes: Vec<usize>,
    groups: Counted,
}

/// What tells scopes apart: data plane, revision, annotations, the imports of a Sidecar resource, and the
/// labels by which VirtualServices tell clients apart.
type Key<'o> = (
    DataPlane,
    &'o str,
    [Option<&'o str>; 4],
    Option<Imports<'o>>,
    Vec<usize>,
);

/// The listeners of a Sidecar resource: their ports and hosts.
type Imports<'o> = Vec<(Option<u16>, Vec<&'o str>)>;

/// Notes once that a scope imports a host.
fn add_scope(hosts: &mut HostMap<Vec<usize>>, host: &str, scope: usize) {
    let scopes = hosts.slot(host);
    if scopes.last() != Some(&scope) {
        scopes.push(scope);
    }
}

impl<'r, 'o> Scopes<'r, 'o> {
    /// Adds a group of so many workloads; the result is its scope.
    pub(super) fn add(
        &mut self,
        client: &Client<'r, 'o>,
        routed: &[usize],
        group: usize,
        workloads: usize,
    ) -> usize {
        let scope = self.of(client, routed);
        self.import_own(client, scope);
        self.all[scope].groups.push(group, workloads);
        if let Some(breadth) = self.all[scope].breadth {
            self.breadths[breadth].groups.push(group, workloads);
        }
        scope
    }

    /// Adds a scope of clients that could exist.
    pub(super) fn add_possible(&mut self, client: Client<'r, 'o>) {
        let plain = Client {
            sidecar: None,
            ..client
        };
        self.of(&plain, &[]);
        self.plain
            .sort_unstable_by_key(|&scope| (self.all[scope].client.plane, self.all[scope].client.revision));
    }

    fn of(&mut self, client: &Client<'r, 'o>, routed: &[usize]) -> usize {
        let imports = client.sidecar.map(imports);
        let key = (
            client.plane,
            client.revision,
            client.outbound.texts(),
            imports,
            routed.to_vec(),
        );
        if let Some(&scope) = self.by_key.get(&key) {
            return scope;
        }
        let scope = self.all.len();
        self.by_key.insert(key, scope);
        let breadth = self.admit(client, scope, routed.is_empty());
        self.all.push(Scope {
            client: *client,
            groups: Counted::default(),
            breadth,
        });
        scope
    }

    /// Indexes a new scope by what it imports; the result is its breadth.
    fn admit(&mut self, client: &Client<'r, 'o>, scope: usize, is_unrouted: bool) -> Option<usize> {
        let Some(sidecar) = client.sidecar else {
            if client.outbound.is_default() && is_unrouted {
                self.plain.push(scope);
            } else {
                self.unlimited.push(scope);
            }
            return None;
        };
        if sidecar.spec.egress.is_empty() {
            self.unlimited.push(scope);
        }
        for listener in &sidecar.spec.egress {
            for host in &listener.hosts {
                self.import(&host.value, scope);
            }
        }
        let key = |client: &Client<'_, 'o>| (client.plane, client.revision, client.outbound.texts());
        let known = self
            .breadths
            .iter()
            .position(|known| key(&known.client) == key(client));
        let breadth = known.unwrap_or_else(|| {
            self.breadths.push(Breadth {
                client: *client,
                scopes: Vec::new(),
                groups: Counted::default(),
            });
            self.breadths.len() - 1
        });
        self.breadths[breadth].scopes.push(scope);
        Some(breadth)
    }

    /// Indexes one host of an egress listener, `namespace/host`.
    fn import(&mut self, pattern: &'o str, scope: usize) {
        let (namespace, host) = pattern.split_once('/').unwrap_or(("*", pattern));
        let namespace = match namespace {
            "*" | "" => None,
            name => Some(name),
        };
        if pattern.starts_with('~') || namespace == Some(OWN) {
            return;
        }
        add_scope(self.imports.entry(namespace).or_default(), host, scope);
    }

    /// Indexes the hosts that clients of a scope import of their own namespace.
    fn import_own(&mut self, client: &Client<'r, 'o>, scope: usize) {
        let (Some(namespace), Some(sidecar)) = (client.namespace, client.sidecar) else {
            return;
        };
        let hosts = sidecar.spec.egress.iter().flat_map(|listener| &listener.hosts);
        for (of, host) in hosts.filter_map(|host| host.value.split_once('/')) {
            if of != OWN {
                continue;
            }
            add_scope(self.own_imports.entry(namespace).or_default(), host, scope);
        }
    }

    /// The scopes whose clients of other namespaces may know a service, in ascending order: they import it,
    /// or a VirtualService that leads there.
    pub(super) fn aware_of(&self, senders: &Senders<'_, '_, 'o>, service: ServiceId) -> Vec<usize> {
        let mesh = senders.resolution.mesh;
        let service = mesh.service(service);
        let name = |namespace| mesh.namespaces[namespace].name.unwrap_or_default();
        let mut aware = self.unlimited.clone();
        self.add_importing(name(service.namespace), &service.host, &mut aware);
        for (namespace, hosts) in senders.leading_to(&service.host) {
            for host in hosts {
                if host.starts_with('*') {
                    // Who imports a part of it imports it; that none does is found out later.
                    aware.extend((0..self.all.len()).filter(|&scope| self.all[scope].breadth.is_some()));
                } else {
                    self.add_importing(name(namespace), host, &mut aware);
                }
            }
        }
        aware.sort_unstable();
        aware.dedup();
        aware
    }

    /// The scopes of a namespace that may import a service, or a VirtualService about it, in ascending order,
    /// among those whose Sidecar resources limit what they know; `None` if any of them may.
    pub(super) fn aware_in(
        &self,
        senders: &Senders<'_, '_, 'o>,
        service: ServiceId,
        namespace: NamespaceId,
    ) -> Option<Vec<usize>> {
        let mesh = senders.resolution.mesh;
        let service = mesh.service(service);
        let mut aware = Vec::new();
        let mut add = |of: NamespaceId, host: &str| {
            self.add_importing(mesh.namespaces[of].name.unwrap_or_default(), host, &mut aware);
            if of == namespace {
                let own = self.own_imports.get(&namespace);
                aware.extend(
                    own.into_iter()
                        .flat_map(|hosts| hosts.all_matching(host))
                        .flatten(),
                );
            }
        };
        add(service.namespace, &service.host);
        for (of, hosts) in senders.routings_about(&service.host) {
            for host in hosts {
                if host.starts_with('*') {
                    return None;
                }
                add(of, host);
            }
        }
        aware.sort_unstable();
        aware.dedup();
        Some(aware)
    }

    /// Adds the scopes that import a host of a namespace.
    fn add_importing(&self, namespace: &str, host: &str, aware: &mut Vec<usize>) {
        let maps = [None, Some(namespace)].map(|name| self.imports.get(&name));
        for hosts in maps.into_iter().flatten() {
            aware.extend(hosts.all_matching(host).flatten());
        }
    }

    /// The scopes of those whom nothing narrows.
    pub(super) fn plain(&self) -> impl Iterator<Item = usize> {
        self.plain.iter().copied()
    }

    /// Every scope.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Scope<'r, 'o>> {
        self.all.iter()
    }

    /// Every breadth, with one of its clients.
    pub(super) fn breadths(&self) -> impl Iterator<Item = (usize, &Client<'r, 'o>)> {
        let clients = self.breadths.iter().map(|breadth| &breadth.client);
        clients.enumerate()
    }

    /// The scopes of a breadth.
    pub(super) fn of_breadth(&self, breadth: usize) -> &[usize] {
        &self.breadths[breadth].scopes
    }

    /// The groups of a breadth.
    pub(super) fn groups_of_breadth(&self, breadth: usize) -> &Counted {
        &self.breadths[breadth].groups
    }
}

impl<'r, 'o> Index<usize> for Scopes<'r, 'o> {
    type Output = Scope<'r, 'o>;

    fn index(&self, scope: usize) -> &Self::Output {
        &self.all[scope]
    }
}

fn imports(sidecar: &Object<Sidecar>) -> Imports<'_> {
    let listeners = sidecar.spec.egress.iter().map(|listener| {
        let port = listener.port.as_ref().and_then(|port| port.number.as_ref());
        let hosts = listener.hosts.iter().map(|host| &*host.value);
        (port.map(|port| port.value), hosts.collect())
    });
    listeners.collect()
}
