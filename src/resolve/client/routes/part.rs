//! The part of one VirtualService in where a client's requests go.

use super::gateway::Entry;
use super::{Applies, Led, Redirection, Routing, Walk, full_host};
use crate::mesh::{Mesh, Protocol, Service, ServiceId, ServicePort};
use crate::model::Object;
use crate::model::virtual_service::{Destination, VirtualService};
use crate::resolve::client::{Client, Senders};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::covers;

/// What a VirtualService is to a client that asks for a service port.
#[derive(Debug, Clone)]
pub enum RoutingPart<'o> {
    /// Its routes count, and lead to these services; to none where it names only hosts that are no service
    /// among the manifests, or answers itself.
    Leads(Vec<Led<'o>>),
    /// It has no route for the client and the port, as if it were not there.
    NoRoute,
    /// Another one comes before it.
    Loses {
        /// That one.
        to: &'o Object<VirtualService>,
        /// Whether it does so because its host is the more specific one.
        is_more_specific: bool,
    },
    /// It is for gateways alone.
    ForGateways,
    /// The control plane of another revision reads it.
    OtherRevision,
    /// Its `exportTo`, or the mesh's default, leaves the client out.
    NotShown,
    /// The client's Sidecar resource does not import it.
    NotImported,
    /// The client's proxy follows no VirtualService.
    NotRead,
}

/// The VirtualServices that are asked when one takes part: itself, or those that delegate to it.
#[derive(Debug)]
pub struct Roots<'s, 'o> {
    routings: Vec<&'s Routing<'o>>,
    /// Whether others delegate to it.
    pub is_delegate: bool,
}

impl<'s, 'o> Roots<'s, 'o> {
    /// The VirtualServices.
    pub fn objects(&self) -> impl Iterator<Item = &'o Object<VirtualService>> {
        self.routings.iter().map(|routing| routing.object)
    }

    /// Those of them that are asked for a service.
    pub fn about(&self, service: &Service<'_>) -> impl Iterator<Item = &'o Object<VirtualService>> {
        let covering = |routing: &&&Routing<'o>| routing.hosts.iter().any(|host| covers(host, &service.host));
        self.routings
            .iter()
            .filter(covering)
            .map(|routing| routing.object)
    }

    /// Their hosts in full.
    pub fn hosts(&self) -> impl Iterator<Item = &'s str> {
        let routings = self.routings.iter();
        routings.flat_map(|routing| routing.hosts.iter().map(String::as_str))
    }
}

impl<'o> Senders<'_, '_, 'o> {
    /// The VirtualServices that are asked when that one takes part.
    pub fn roots_of(&self, object: &Object<VirtualService>) -> Roots<'_, 'o> {
        let is_asked = |routing: &Routing<'o>| std::ptr::eq(routing.object, object);
        let is_delegate = object.spec.hosts.is_empty();
        let names_it = |routing: &Routing<'o>| {
            let delegates = routing.object.spec.http.iter();
            delegates
                .filter_map(|route| route.delegate.as_ref())
                .any(|named| {
                    let found = self.delegate(&named.value, routing);
                    found.is_some_and(is_asked)
                })
        };
        let all = self.routes.all.iter();
        let routings = all.filter(|routing| {
            if is_delegate {
                names_it(routing)
            } else {
                is_asked(routing)
            }
        });
        Roots {
            routings: routings.collect(),
            is_delegate,
        }
    }

    /// The full name of the host of a VirtualService's destination.
    pub fn destination_host(
        &self,
        object: &Object<VirtualService>,
        destination: &Destination,
    ) -> Option<String> {
        let mesh: &Mesh<'_> = self.resolution.mesh;
        full_host(
            mesh,
            destination,
            object.meta.namespace_name().unwrap_or_default(),
        )
    }

    /// What a VirtualService that names hosts is to a client that asks for a port of a service which the
    /// client sees.
    pub fn routing_part(
        &self,
        client: &Client<'_, 'o>,
        id: ServiceId,
        port: u16,
        object: &Object<VirtualService>,
    ) -> RoutingPart<'o> {
        let service = self.resolution.mesh.service(id);
        let routing = self
            .routes
            .all
            .iter()
            .find(|routing| std::ptr::eq(routing.object, object));
        let (Some(routing), Some(asked)) = (routing, service.port(port)) else {
            return RoutingPart::NoRoute;
        };
        if let Some(unread) = self.unread_routing(client, routing, port) {
            return unread;
        }
        let mut redirection = Redirection::default();
        let mut walk = Walk {
            senders: self,
            client,
            entry: Entry::Mesh,
            port: Some(port),
            wanted: None,
            redirection: &mut redirection,
        };
        let http = matches!(asked.protocol, Protocol::Http | Protocol::Auto)
            .then(|| walk.http_part(&service.host, routing))
            .flatten();
        let is_stream =
            matches!(asked.protocol, Protocol::Tcp | Protocol::Auto) && client.plane == DataPlane::Sidecar;
        let stream = is_stream
            .then(|| walk.stream_part(&service.host, asked, routing))
            .flatten();
        let parts = [http, stream];
        let leads = |part: &RoutingPart<'_>| matches!(part, RoutingPart::Leads(_));
        if parts.iter().flatten().any(leads) {
            return RoutingPart::Leads(redirection.destinations);
        }
        parts.into_iter().flatten().next().unwrap_or(RoutingPart::NoRoute)
    }

    /// Why a client does not even look at a VirtualService.
    fn unread_routing(
        &self,
        client: &Client<'_, 'o>,
        routing: &Routing<'o>,
        port: u16,
    ) -> Option<RoutingPart<'o>> {
        if !matches!(client.plane, DataPlane::Sidecar | DataPlane::Proxyless) {
            Some(RoutingPart::NotRead)
        } else if !routing.is_for_mesh {
            Some(RoutingPart::ForGateways)
        } else if !routing.object.meta.is_read_by(client.revision) {
            Some(RoutingPart::OtherRevision)
        } else if self.rank(client, routing).is_none() {
            Some(RoutingPart::NotShown)
        } else if !self.imports_routing(client, routing, Some(port)) {
            Some(RoutingPart::NotImported)
        } else {
            None
        }
    }
}

impl<'w, 'o> Walk<'w, '_, '_, '_, 'o> {
    /// Follows the HTTP routes of one VirtualService if its turn comes, else says what comes before it.
    fn http_part(&mut self, host: &str, routing: &'w Routing<'o>) -> Option<RoutingPart<'o>> {
        let candidates = self.http_candidates(host);
        let is_candidate = candidates.iter().any(|other| std::ptr::eq(*other, routing));
        if !is_candidate {
            return candidates.first().map(|first| RoutingPart::Loses {
                to: first.object,
                is_more_specific: first.longest_wildcard(host) != routing.longest_wildcard(host),
            });
        }
        for candidate in candidates {
            if std::ptr::eq(candidate, routing) {
                let leads = self.http_routes(routing);
                return leads.then_some(RoutingPart::Leads(Vec::new()));
            }
            if self.aside(|walk| walk.http_routes(candidate)) {
                return Some(RoutingPart::Loses {
                    to: candidate.object,
                    is_more_specific: false,
                });
            }
        }
        None
    }

    /// The same for routes of TCP, or of TLS where the port declares it.
    fn stream_part(
        &mut self,
        host: &str,
        asked: &ServicePort<'_>,
        routing: &'w Routing<'o>,
    ) -> Option<RoutingPart<'o>> {
        for candidate in self.stream_candidates(host) {
            let spec = &candidate.object.spec;
            let routes = if asked.is_tls { &spec.tls } else { &spec.tcp };
            if std::ptr::eq(candidate, routing) {
                let taken = self.stream_routes(routing, routes, host);
                return (taken != Applies::Never).then_some(RoutingPart::Leads(Vec::new()));
            }
            let taken = self.aside(|walk| walk.stream_routes(candidate, routes, host));
            if taken == Applies::Always && !asked.is_tls {
                return Some(RoutingPart::Loses {
                    to: candidate.object,
                    is_more_specific: false,
                });
            }
        }
        None
    }

    /// Asks without keeping where it leads.
    fn aside<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> T {
        let kept = std::mem::take(self.redirection);
        let answer = ask(self);
        *self.redirection = kept;
        answer
    }
}
