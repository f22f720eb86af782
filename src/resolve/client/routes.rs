//! Where a request for a host really goes: VirtualServices lead it to other hosts, ports and subsets
//! (`pilot/pkg/networking/core/route/route.go` `BuildSidecarVirtualHostWrapper`,
//! `pilot/pkg/networking/core/tls.go` `buildSidecarOutboundTCPFilterChainOpts`). Everything else about a
//! connection then follows from that destination.

mod gateway;
mod part;

use super::{Client, Senders};
use crate::hash::HashMap;
use crate::mesh::age::age;
use crate::mesh::{Mesh, NamespaceId, Protocol, ServiceId, ServicePort};
use crate::model::Object;
use crate::model::virtual_service::{
    Delegate, Destination, HttpMatch, HttpRoute, L4Match, L4Route, VirtualService, with_share,
};
use crate::resolve::Resolution;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{covers, normalize_host};
use crate::source::Span;
use crate::yaml::{Spanned, StringMap};
use gateway::{Entry, Gateways};

pub use part::{Roots, RoutingPart};

/// The gateway name that stands for sidecars.
const MESH: &str = "mesh";

/// The VirtualServices of a mesh, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Routes<'o> {
    all: Vec<Routing<'o>>,
    by_host: HashMap<Box<str>, Vec<usize>>,
    wildcards: Vec<usize>,
    /// Those that nobody asks for by a host of their own.
    delegates: HashMap<(NamespaceId, &'o str), usize>,
    /// Who names them.
    delegated_by: HashMap<(NamespaceId, &'o str), Vec<usize>>,
    /// Through which requests from outside come in.
    gateways: Gateways<'o>,
    /// Which ones lead to a host.
    by_destination: HashMap<String, Vec<usize>>,
}

/// A VirtualService with its hosts in full.
#[derive(Debug)]
pub(super) struct Routing<'o> {
    /// Its place among all.
    index: usize,
    object: &'o Object<VirtualService>,
    namespace: NamespaceId,
    hosts: Vec<String>,
    /// The Gateways to which it is bound, `namespace/name`.
    gateways: Vec<String>,
    /// Whether sidecars follow it.
    is_for_mesh: bool,
}

/// A destination to which a client's proxy leads what is meant for another host, port or subset.
#[derive(Debug, Clone, Copy)]
pub struct Led<'o> {
    /// Who leads there.
    pub route: Route<'o>,
    /// The destination's service.
    pub service: ServiceId,
    /// Its port.
    pub port: u16,
    /// Its subset.
    pub subset: Option<&'o str>,
}

/// The route of a VirtualService.
#[derive(Debug, Clone, Copy)]
pub struct Route<'o> {
    /// The VirtualService; for a delegate's route that of the delegate.
    pub object: &'o Object<VirtualService>,
    /// The destination's host.
    pub at: Span,
    /// Whether only requests under a condition take it.
    pub is_conditional: bool,
    /// Whether the client follows it for sure: not so where a gateway may serve a Gateway that is not given.
    pub is_certain: bool,
}

/// What VirtualServices make of the traffic to a service port.
#[derive(Debug, Clone, Default)]
pub struct Redirection<'o> {
    /// The destinations that are given.
    pub destinations: Vec<Led<'o>>,
    /// Whether nothing reaches the service itself any more, unless a destination names it.
    pub is_total: bool,
}

/// Whether a route is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Applies {
    /// Not by this client, or not on this port.
    Never,
    /// By some requests.
    Sometimes,
    /// By every request that reaches it; no later route is looked at.
    Always,
}

impl<'o> Routes<'o> {
    pub(super) fn new(resolution: &Resolution<'_, 'o>) -> Self {
        let mesh = resolution.mesh;
        let mut objects = mesh.virtual_services.clone();
        objects.sort_by_key(|(object, _)| age(&object.meta));
        let mut routes = Routes {
            gateways: Gateways::new(resolution),
            ..Routes::default()
        };
        for (object, namespace) in objects {
            routes.add(mesh, object, namespace);
        }
        routes
    }

    fn add(&mut self, mesh: &Mesh<'o>, object: &'o Object<VirtualService>, namespace: NamespaceId) {
        let index = self.all.len();
        let own = mesh.namespaces[namespace].name.unwrap_or_default();
        let full = |host: &str| {
            normalize_host(
                &host.to_ascii_lowercase(),
                own,
                &mesh.settings.cluster_domain.value,
            )
        };
        let hosts: Vec<String> = object.spec.hosts.iter().map(|host| full(&host.value)).collect();
        for host in &hosts {
            if !host.starts_with('*') {
                self.by_host.entry(host.as_str().into()).or_default().push(index);
            } else if self.wildcards.last() != Some(&index) {
                self.wildcards.push(index);
            }
        }
        if hosts.is_empty() {
            self.delegates.insert((namespace, &object.meta.name.value), index);
        }
        for route in &object.spec.http {
            let Some(delegate) = route.delegate.as_ref().map(|delegate| &delegate.value) else {
                continue;
            };
            if let Some(key) = delegate_key(mesh, delegate, namespace) {
                self.delegated_by.entry(key).or_default().push(index);
            }
        }
        for destination in object.spec.destinations() {
            let leading = destination
                .host
                .as_ref()
                .map(|host| self.by_destination.entry(full(&host.value)).or_default());
            if let Some(leading) = leading.filter(|leading| leading.last() != Some(&index)) {
                leading.push(index);
            }
        }
        let gateways = &object.spec.gateways;
        self.all.push(Routing {
            index,
            object,
            namespace,
            hosts,
            gateways: gateway::bound(gateways, own),
            is_for_mesh: gateways.is_empty() || gateways.iter().any(|gateway| &*gateway.value == MESH),
        });
    }

    /// Those that are asked for a host: by its own name, then by wildcards, the longest first.
    fn covering(&self, host: &str) -> (&[usize], Vec<usize>) {
        let exact = self.by_host.get(host).map_or(&[][..], Vec::as_slice);
        let length = |index: usize| self.all[index].longest_wildcard(host);
        let mut wildcards = self.wildcards.clone();
        wildcards.retain(|&index| length(index).is_some());
        wildcards.sort_by_key(|&index| std::cmp::Reverse(length(index)));
        (exact, wildcards)
    }

    /// Everything that is asked for a host, or leads to it.
    fn about(&self, host: &str) -> impl Iterator<Item = &Routing<'o>> {
        self.indexes_about(host).map(|index| &self.all[index])
    }

    /// Those that are asked for a host of their own and on whose account a VirtualService is followed: itself, or
    /// whoever delegates to it.
    fn roots_of(&self, index: usize) -> &[usize] {
        let routing = &self.all[index];
        if routing.hosts.is_empty() {
            let key = (routing.namespace, &*routing.object.meta.name.value);
            self.delegated_by.get(&key).map_or(&[], Vec::as_slice)
        } else {
            std::slice::from_ref(&routing.index)
        }
    }

    fn indexes_about(&self, host: &str) -> impl Iterator<Item = usize> {
        let (exact, wildcards) = self.covering(host);
        let leading = self.by_destination.get(host).into_iter().flatten();
        exact.iter().chain(leading).copied().chain(wildcards)
    }
}

impl Routing<'_> {
    fn longest_wildcard(&self, host: &str) -> Option<usize> {
        let wildcards = self.hosts.iter().filter(|own| own.starts_with('*'));
        wildcards.filter(|own| covers(own, host)).map(String::len).max()
    }
}

impl<'o> Senders<'_, '_, 'o> {
    /// Where a client's proxy leads what is sent to a port of a service that it sees. Ztunnel and clients
    /// without a proxy know no VirtualService. What gateways route is asked of them from outside, whatever the
    /// host: of theirs this is who leads to the port.
    pub fn redirection(&self, client: &Client<'_, 'o>, id: ServiceId, port: u16) -> Redirection<'o> {
        let mut redirection = Redirection::default();
        if client.plane == DataPlane::Gateway {
            return self.gateway_redirection(client, id, port);
        }
        if !matches!(client.plane, DataPlane::Sidecar | DataPlane::Proxyless) || self.routes.all.is_empty() {
            return redirection;
        }
        let service = self.resolution.mesh.service(id);
        let Some(asked) = service.port(port) else {
            return redirection;
        };
        let mut walk = Walk {
            senders: self,
            client,
            entry: Entry::Mesh,
            port: Some(port),
            wanted: None,
            redirection: &mut redirection,
        };
        let http = matches!(asked.protocol, Protocol::Http | Protocol::Auto) && walk.http(&service.host);
        let stream = matches!(asked.protocol, Protocol::Tcp | Protocol::Auto)
            && client.plane == DataPlane::Sidecar
            && walk.stream(&service.host, asked);
        // Whoever writes HTTP routes for a port that declares nothing means HTTP.
        redirection.is_total = http || stream;
        redirection
    }

    /// Whether some VirtualService that leads a client to a subset does so for traffic that no row is about:
    /// that of hosts which are no given service. Of what gateways route each gateway has rows of its own.
    pub fn is_led_from_outside(&self, client: &Client<'_, 'o>, host: &str, subset: &str) -> bool {
        if client.plane == DataPlane::Gateway {
            return false;
        }
        let leading = self.routes.by_destination.get(host).into_iter().flatten();
        let mut leading = leading.map(|&index| &self.routes.all[index]);
        leading.any(|routing| {
            let mesh = self.resolution.mesh;
            let own = mesh.namespaces[routing.namespace].name.unwrap_or_default();
            let names_subset = routing.object.spec.destinations().any(|destination| {
                let named = destination
                    .subset
                    .as_ref()
                    .is_some_and(|named| &*named.value == subset);
                named && full_host(mesh, destination, own).is_some_and(|full| full == host)
            });
            names_subset && self.is_asked_from_outside(routing)
        })
    }

    fn is_asked_from_outside(&self, routing: &Routing<'o>) -> bool {
        let mesh = self.resolution.mesh;
        let roots = self.routes.roots_of(routing.index);
        let is_given = |host: &String| !mesh.services_of_host(host).is_empty();
        let is_outside = |&root: &usize| {
            let root = &self.routes.all[root];
            root.is_for_mesh && (routing.hosts.is_empty() || !root.hosts.iter().all(is_given))
        };
        // Whoever delegates may not be given.
        roots.is_empty() || roots.iter().any(is_outside)
    }

    /// The namespaces whose clients may be led elsewhere than everybody else, and the hosts to which clients
    /// of a service may be led.
    pub(in crate::resolve) fn routed_near(&self, host: &str) -> (Vec<NamespaceId>, Vec<ServiceId>) {
        let mesh = self.resolution.mesh;
        let (mut near, mut destinations) = (Vec::new(), Vec::new());
        for routing in self.routes.about(host) {
            near.push(routing.namespace);
            let exported = routing.object.spec.export_to.iter().map(|name| &*name.value);
            let sources = source_namespaces(&routing.object.spec);
            near.extend(
                exported
                    .chain(sources)
                    .filter_map(|name| mesh.namespaces.find(name)),
            );
            self.collect_destinations(routing, &mut near, &mut destinations, true);
            let mut roots = self.routes.roots_of(routing.index).iter();
            if roots.any(|&root| !self.routes.all[root].gateways.is_empty()) {
                near.extend(self.routes.gateways.namespaces());
            }
        }
        destinations.sort_unstable();
        destinations.dedup();
        (near, destinations)
    }

    /// The VirtualServices that lead to a host: their namespaces and hosts.
    pub(in crate::resolve) fn leading_to(
        &self,
        host: &str,
    ) -> impl Iterator<Item = (NamespaceId, &[String])> {
        let leading = self.routes.by_destination.get(host).into_iter().flatten();
        let leading = leading.map(|&index| &self.routes.all[index]);
        leading.map(|routing| (routing.namespace, &routing.hosts[..]))
    }

    /// The VirtualServices about a host, whoever imports them: their namespaces and hosts.
    pub(in crate::resolve) fn routings_about(
        &self,
        host: &str,
    ) -> impl Iterator<Item = (NamespaceId, &[String])> {
        let about = self.routes.about(host);
        about.map(|routing| (routing.namespace, &routing.hosts[..]))
    }

    /// The VirtualServices about a host that a client's Sidecar resource imports for a port, by their indexes.
    pub(in crate::resolve) fn routings_seen(
        &self,
        client: &Client<'_, 'o>,
        host: &str,
        port: u16,
    ) -> Vec<usize> {
        let mut seen: Vec<usize> = self.routes.indexes_about(host).collect();
        seen.retain(|&index| self.imports_routing(client, &self.routes.all[index], Some(port)));
        seen
    }

    fn collect_destinations(
        &self,
        routing: &Routing<'o>,
        near: &mut Vec<NamespaceId>,
        destinations: &mut Vec<ServiceId>,
        follows_delegates: bool,
    ) {
        let mesh = self.resolution.mesh;
        let own = mesh.namespaces[routing.namespace].name.unwrap_or_default();
        for destination in routing.object.spec.destinations() {
            let host = full_host(mesh, destination, own);
            destinations.extend(host.iter().flat_map(|host| mesh.services_of_host(host)));
        }
        let delegates = routing
            .object
            .spec
            .http
            .iter()
            .filter_map(|route| route.delegate.as_ref());
        for delegate in delegates.filter(|_| follows_delegates) {
            if let Some(delegate) = self.delegate(&delegate.value, routing) {
                near.extend(
                    source_namespaces(&delegate.object.spec).filter_map(|name| mesh.namespaces.find(name)),
                );
                self.collect_destinations(delegate, near, destinations, false);
            }
        }
    }

    /// Whether a client's Sidecar resource imports a service because a VirtualService that it imports leads
    /// there (`pilot/pkg/model/sidecar.go` `collectImportedServices`).
    pub(super) fn is_led_to(&self, client: &Client<'_, 'o>, host: &str, port: Option<u16>) -> bool {
        let mesh = self.resolution.mesh;
        let leading = self.routes.by_destination.get(host).into_iter().flatten();
        leading.map(|&index| &self.routes.all[index]).any(|routing| {
            let own = mesh.namespaces[routing.namespace].name.unwrap_or_default();
            let leads = routing.object.spec.destinations().any(|destination| {
                let named = destination.port.as_ref().and_then(|port| port.number);
                let is_port = named.is_none_or(|named| port.is_none_or(|port| named == u32::from(port)));
                is_port && full_host(mesh, destination, own).is_some_and(|full| full == host)
            });
            leads && self.rank(client, routing).is_some() && self.imports_routing(client, routing, port)
        })
    }

    /// Whether the listener of a client's Sidecar resource for a port takes part of a VirtualService.
    fn imports_routing(&self, client: &Client<'_, 'o>, routing: &Routing<'o>, port: Option<u16>) -> bool {
        let Some(listeners) = client.egress() else {
            return true;
        };
        let mesh = self.resolution.mesh;
        listeners.iter().any(|listener| {
            let only = listener.only_port();
            let is_for_port = only.is_none() || port.is_none() || only == port;
            is_for_port
                && routing.hosts.iter().any(|host| {
                    super::visibility::imports(mesh, client, listener, routing.namespace, |pattern| {
                        covers(pattern, host) || covers(host, pattern)
                    })
                })
        })
    }

    /// Whether a client sees a VirtualService, and how early it comes: what is private to its namespace,
    /// what is shown to it by name, what everybody sees
    /// (`pilot/pkg/model/push_context.go` `VirtualServicesForGateway`).
    fn rank(&self, client: &Client<'_, 'o>, routing: &Routing<'o>) -> Option<u8> {
        if !routing.is_for_mesh {
            return None;
        }
        self.export_rank(client, routing)
    }

    /// The same, wherever requests come in.
    fn export_rank(&self, client: &Client<'_, 'o>, routing: &Routing<'o>) -> Option<u8> {
        let mesh = self.resolution.mesh;
        if !routing.object.meta.is_read_by(client.revision) {
            return None;
        }
        let own = &routing.object.spec.export_to;
        let default = &mesh.settings.default_virtual_service_export_to.value;
        let names: Vec<&str> = if own.is_empty() {
            default.iter().map(|name| &**name).collect()
        } else {
            own.iter().map(|name| &*name.value).collect()
        };
        let is_own = client.namespace == Some(routing.namespace);
        let client_name = client
            .namespace
            .and_then(|namespace| mesh.namespaces[namespace].name);
        let is_private = |name: &&str| *name == "." || Some(*name) == mesh.namespaces[routing.namespace].name;
        if own.is_empty() && names.contains(&".") {
            return is_own.then_some(0);
        }
        if names.contains(&"*") {
            return Some(2);
        }
        if is_own && names.iter().any(is_private) {
            return Some(0);
        }
        names.iter().any(|&name| Some(name) == client_name).then_some(1)
    }

    /// The VirtualService to which a route delegates, if it is given and shown to the one that names it.
    fn delegate(&self, delegate: &Delegate, root: &Routing<'o>) -> Option<&Routing<'o>> {
        let mesh = self.resolution.mesh;
        let key = delegate_key(mesh, delegate, root.namespace)?;
        let &index = self.routes.delegates.get(&key)?;
        let found = &self.routes.all[index];
        let own = &found.object.spec.export_to;
        let root_name = mesh.namespaces[root.namespace].name;
        let reaches = |name: &str| {
            name == "*" || Some(name) == root_name || (name == "." && root.namespace == found.namespace)
        };
        let is_shown = if own.is_empty() {
            let default = &mesh.settings.default_virtual_service_export_to.value;
            default.iter().any(|name| reaches(name))
        } else {
            own.iter().any(|name| reaches(&name.value))
        };
        is_shown.then_some(found)
    }
}

/// The VirtualService that a delegate names; without a namespace it is of that of the one who names it.
fn delegate_key<'d>(
    mesh: &Mesh<'_>,
    delegate: &'d Delegate,
    own: NamespaceId,
) -> Option<(NamespaceId, &'d str)> {
    let namespace = match delegate.namespace.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => mesh.namespaces.find(name)?,
        None => own,
    };
    Some((namespace, delegate.name.as_deref()?))
}

/// One question: where does a client's proxy lead what is sent to a port?
struct Walk<'w, 's, 'm, 'r, 'o> {
    senders: &'w Senders<'s, 'm, 'o>,
    client: &'w Client<'r, 'o>,
    /// Where requests come in.
    entry: Entry<'w>,
    /// The port that they ask for: that of a service, or a gateway's own, which may be unknown.
    port: Option<u16>,
    /// The only destination that is asked about.
    wanted: Option<(ServiceId, u16)>,
    redirection: &'w mut Redirection<'o>,
}

impl<'w, 'o> Walk<'w, '_, '_, '_, 'o> {
    /// Follows HTTP routes; whether any VirtualService has one for the client and the port, so that nothing
    /// else counts. One without such a route is as if it were not there.
    fn http(&mut self, host: &str) -> bool {
        let candidates = self.http_candidates(host);
        candidates.into_iter().any(|routing| self.http_routes(routing))
    }

    /// Those that are asked for their HTTP routes, in turn.
    fn http_candidates(&self, host: &str) -> Vec<&'w Routing<'o>> {
        let (exact, wildcards) = self.senders.routes.covering(host);
        // The most specific host counts: a wildcard only where nobody names the host itself.
        let mut candidates = self.seen(exact.iter().copied());
        if candidates.is_empty() {
            candidates = self.seen(wildcards.into_iter());
            let longest = candidates
                .iter()
                .map(|routing| routing.longest_wildcard(host))
                .max();
            candidates.retain(|routing| Some(routing.longest_wildcard(host)) == longest);
            candidates.truncate(1);
        }
        candidates
    }

    /// Those of the candidates that the client sees, in the order in which they count.
    fn seen(&self, candidates: impl Iterator<Item = usize>) -> Vec<&'w Routing<'o>> {
        let senders = self.senders;
        let all = candidates.map(|index| &senders.routes.all[index]);
        let mut seen: Vec<(u8, &Routing<'o>)> = all
            .filter_map(|routing| Some((senders.rank(self.client, routing)?, routing)))
            .filter(|(_, routing)| senders.imports_routing(self.client, routing, self.port))
            .collect();
        seen.sort_by_key(|(rank, _)| *rank);
        seen.into_iter().map(|(_, routing)| routing).collect()
    }

    fn http_routes(&mut self, routing: &'w Routing<'o>) -> bool {
        let mut is_any = false;
        for route in &routing.object.spec.http {
            let applies = self.http_applies(routing, &route.matches);
            if applies == Applies::Never {
                continue;
            }
            let taken = if let Some(delegate) = &route.delegate {
                self.delegated(&delegate.value, routing, applies)
            } else {
                self.lead_http(routing, route, applies);
                applies
            };
            is_any |= taken != Applies::Never;
            if taken == Applies::Always {
                break;
            }
        }
        is_any
    }

    /// Follows the routes of a delegate under the condition of the route that names it.
    fn delegated(&mut self, delegate: &Delegate, root: &Routing<'o>, outer: Applies) -> Applies {
        let Some(routing) = self.senders.delegate(delegate, root) else {
            return Applies::Never;
        };
        let mut taken = Applies::Never;
        for route in &routing.object.spec.http {
            let applies = self.http_applies(routing, &route.matches).min(outer);
            if applies == Applies::Never {
                continue;
            }
            self.lead_http(routing, route, applies);
            taken = taken.max(applies);
            if applies == Applies::Always {
                break;
            }
        }
        taken
    }

    fn lead_http(&mut self, routing: &Routing<'o>, route: &'o HttpRoute, applies: Applies) {
        for destination in route.destinations_with_share() {
            self.lead(routing, destination, applies);
        }
    }

    /// Follows routes of TCP, or of TLS where the port declares it. Whether one takes every connection, or
    /// every one of TLS: other connections go to the service as ever.
    fn stream(&mut self, host: &str, asked: &ServicePort<'_>) -> bool {
        let mut is_total = false;
        for routing in self.stream_candidates(host) {
            let spec = &routing.object.spec;
            let routes = if asked.is_tls { &spec.tls } else { &spec.tcp };
            match self.stream_routes(routing, routes, host) {
                Applies::Always if !asked.is_tls => return true,
                Applies::Never => {}
                // Any route of TLS takes the place of the service's own chain.
                _ => is_total |= asked.is_tls,
            }
        }
        is_total
    }

    /// Those that are asked for their routes of TCP or TLS, in turn.
    fn stream_candidates(&self, host: &str) -> Vec<&'w Routing<'o>> {
        let (exact, wildcards) = self.senders.routes.covering(host);
        let mut indexes: Vec<usize> = exact.iter().copied().chain(wildcards).collect();
        indexes.sort_unstable();
        indexes.dedup();
        self.seen(indexes.into_iter())
    }

    fn stream_routes(&mut self, routing: &Routing<'o>, routes: &'o [L4Route], host: &str) -> Applies {
        let mut taken = Applies::Never;
        for route in routes {
            let applies = self.stream_applies(routing, &route.matches, host);
            if applies != Applies::Never {
                for destination in with_share(&route.route) {
                    self.lead(routing, destination, applies);
                }
            }
            taken = taken.max(applies);
            if applies == Applies::Always {
                break;
            }
        }
        taken
    }

    /// Adds a destination, once however many routes lead there.
    fn lead(&mut self, routing: &Routing<'o>, destination: &'o Spanned<Destination>, applies: Applies) {
        let mesh = self.senders.resolution.mesh;
        let own = mesh.namespaces[routing.namespace].name.unwrap_or_default();
        let host = full_host(mesh, destination, own);
        let Some(&first) = host.as_ref().and_then(|host| mesh.services_of_host(host).first()) else {
            return;
        };
        let service = self.senders.preferred(self.client, first).unwrap_or(first);
        let Some(port) = self.port_of(destination, service) else {
            return;
        };
        if self.wanted.is_some_and(|wanted| wanted != (service, port)) {
            return;
        }
        let led = Led {
            route: Route {
                object: routing.object,
                at: destination
                    .host
                    .as_ref()
                    .map_or(destination.span, |host| host.span),
                is_conditional: applies != Applies::Always || !self.entry.is_certain(),
                is_certain: self.entry.is_certain(),
            },
            service,
            port,
            subset: destination
                .subset
                .as_ref()
                .map(|subset| &*subset.value)
                .filter(|name| !name.is_empty()),
        };
        let is_same = |other: &&mut Led<'o>| {
            (other.service, other.port, other.subset) == (led.service, led.port, led.subset)
        };
        match self.redirection.destinations.iter_mut().find(is_same) {
            Some(known) => {
                known.route.is_conditional &= led.route.is_conditional;
                known.route.is_certain |= led.route.is_certain;
            }
            None => self.redirection.destinations.push(led),
        }
    }

    /// The port that a destination names, else the only one of its service, else the one that was asked for
    /// (`GetDestinationCluster`); `None` where the service has no such port, so that nothing answers.
    fn port_of(&self, destination: &Destination, service: ServiceId) -> Option<u16> {
        let ports = self.senders.resolution.mesh.ports_of(service);
        let named = destination.port.as_ref().and_then(|port| port.number);
        let number = match (named, ports) {
            (Some(named), _) => u16::try_from(named).ok()?,
            (None, [only]) => only.number,
            (None, _) => self.port?,
        };
        ports.iter().any(|port| port.number == number).then_some(number)
    }

    fn http_applies(&self, routing: &Routing<'o>, matches: &[HttpMatch]) -> Applies {
        if matches.is_empty() {
            return Applies::Always;
        }
        let each = matches.iter().map(|condition| {
            // A condition on gateways makes those on the client's labels and namespace void (`sourceMatchHTTP`).
            let is_for_client = if condition.gateways.is_empty() {
                self.is_from(&condition.source_labels, condition.source_namespace.as_ref())
            } else {
                self.entry.is_among(&condition.gateways, self.name_of(routing))
            };
            if !is_for_client || !self.is_port(condition.port) {
                Applies::Never
            } else if condition.looks_at_requests() {
                Applies::Sometimes
            } else {
                Applies::Always
            }
        });
        each.max().unwrap_or(Applies::Never)
    }

    fn stream_applies(&self, routing: &Routing<'o>, matches: &[L4Match], host: &str) -> Applies {
        if matches.is_empty() {
            return Applies::Always;
        }
        let each = matches.iter().map(|condition| {
            let gateways = &condition.gateways;
            let is_here = gateways.is_empty() || self.entry.is_among(gateways, self.name_of(routing));
            // Gateways look at no other condition (`l4SingleMatch`).
            if matches!(self.entry, Entry::Gateway { .. }) {
                return if is_here && self.is_port(condition.port) {
                    Applies::Always
                } else {
                    Applies::Never
                };
            }
            let is_for_client =
                is_here && self.is_from(&condition.source_labels, condition.source_namespace.as_ref());
            let names = &condition.sni_hosts;
            let is_for_host = names.is_empty() || names.iter().any(|name| covers(name, host));
            if !is_for_client || !self.is_port(condition.port) {
                Applies::Never
            } else if is_for_host && condition.destination_subnets.is_empty() {
                Applies::Always
            } else {
                Applies::Sometimes
            }
        });
        each.max().unwrap_or(Applies::Never)
    }

    fn is_port(&self, port: Option<u32>) -> bool {
        let asked = self.port.map(u32::from);
        port.is_none_or(|port| port == 0 || asked.is_none_or(|asked| port == asked))
    }

    fn name_of(&self, routing: &Routing<'o>) -> &'o str {
        let mesh = self.senders.resolution.mesh;
        mesh.namespaces[routing.namespace].name.unwrap_or_default()
    }

    fn is_from(&self, labels: &StringMap, namespace: Option<&Spanned<Box<str>>>) -> bool {
        let mesh = self.senders.resolution.mesh;
        let has_labels = labels.is_empty() || self.client.labels.is_some_and(|own| own.match_all(labels));
        let own = self
            .client
            .namespace
            .and_then(|namespace| mesh.namespaces[namespace].name);
        let is_there = namespace.is_none_or(|name| name.value.is_empty() || Some(&*name.value) == own);
        has_labels && is_there
    }
}

/// The full name of a destination's host; a short one belongs to the namespace of the VirtualService.
fn full_host(mesh: &Mesh<'_>, destination: &Destination, namespace: &str) -> Option<String> {
    let host = destination.host.as_ref()?.value.to_ascii_lowercase();
    Some(normalize_host(
        &host,
        namespace,
        &mesh.settings.cluster_domain.value,
    ))
}

/// The conditions of a VirtualService on the labels of clients.
pub(in crate::resolve) fn source_labels(spec: &VirtualService) -> impl Iterator<Item = &StringMap> {
    let http = spec.http.iter().flat_map(|route| &route.matches);
    let streams = spec.tcp.iter().chain(&spec.tls).flat_map(|route| &route.matches);
    http.map(|condition| &condition.source_labels)
        .chain(streams.map(|condition| &condition.source_labels))
        .filter(|labels| !labels.is_empty())
}

fn source_namespaces(spec: &VirtualService) -> impl Iterator<Item = &str> {
    let http = spec.http.iter().flat_map(|route| &route.matches);
    let streams = spec.tcp.iter().chain(&spec.tls).flat_map(|route| &route.matches);
    http.filter_map(|condition| condition.source_namespace.as_ref())
        .chain(streams.filter_map(|condition| condition.source_namespace.as_ref()))
        .map(|name| &*name.value)
}
