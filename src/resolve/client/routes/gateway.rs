//! Where gateways lead requests. A VirtualService is bound to Gateways, and the selector of a Gateway names the
//! proxies that serve its ports and hosts (`pilot/pkg/model/push_context.go` `mergeGateways`,
//! `pilot/pkg/networking/core/gateway.go` `buildGatewayHTTPRouteConfig`, `createGatewayTCPFilterChainOpts`).

use super::{Client, MESH, Redirection, Routing, Senders, Walk};
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, Protocol, ServiceId};
use crate::model::Object;
use crate::model::gateway::{Gateway, Server};
use crate::resolve::Resolution;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::covers;
use crate::yaml::Spanned;

/// The Gateways of a mesh, and where the proxies are that could serve them.
#[derive(Debug, Default)]
pub(super) struct Gateways<'o> {
    /// By `namespace/name`.
    by_name: HashMap<String, &'o Object<Gateway>>,
    /// The namespaces of given gateway proxies, sorted.
    namespaces: Vec<NamespaceId>,
}

impl<'o> Gateways<'o> {
    pub(super) fn new(resolution: &Resolution<'_, 'o>) -> Self {
        let mesh = resolution.mesh;
        let proxies = mesh
            .workloads()
            .filter(|(id, _)| resolution.workload(*id).enrolment.plane == DataPlane::Gateway);
        let mut namespaces: Vec<NamespaceId> = proxies.map(|(_, workload)| workload.namespace).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        let named = mesh.gateways.iter().map(|&gateway| {
            let namespace = gateway.meta.namespace_name().unwrap_or_default();
            (format!("{namespace}/{}", gateway.meta.name.value), gateway)
        });
        Gateways {
            by_name: named.collect(),
            namespaces,
        }
    }

    /// The namespaces of these proxies.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = NamespaceId> {
        self.namespaces.iter().copied()
    }
}

/// Where requests come in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'w> {
    /// At a client's own proxy.
    Mesh,
    /// At a gateway.
    Gateway {
        /// The Gateway, `namespace/name`.
        name: &'w str,
        /// Whether it is given, and the proxy surely serves it.
        is_certain: bool,
    },
}

impl Entry<'_> {
    /// Whether nothing is taken for granted.
    pub(super) fn is_certain(self) -> bool {
        match self {
            Entry::Mesh => true,
            Entry::Gateway { is_certain, .. } => is_certain,
        }
    }

    /// Whether it is among the `gateways` of a condition in a VirtualService of that namespace.
    pub(super) fn is_among(self, gateways: &[Spanned<Box<str>>], namespace: &str) -> bool {
        gateways.iter().any(|gateway| match self {
            Entry::Mesh => &*gateway.value == MESH,
            Entry::Gateway { name, .. } => full_name(&gateway.value, namespace) == name,
        })
    }
}

/// The Gateways that `gateways` of a VirtualService name.
pub(super) fn bound(gateways: &[Spanned<Box<str>>], namespace: &str) -> Vec<String> {
    let named = gateways.iter().map(|gateway| &*gateway.value);
    let named = named.filter(|&name| name != MESH);
    named.map(|name| full_name(name, namespace)).collect()
}

/// `namespace/name` of a Gateway as a VirtualService names it: so, or by its name alone, or as if it were a
/// host (`pilot/pkg/model/virtualservice.go` `resolveGatewayName`).
fn full_name(written: &str, own: &str) -> String {
    if let Some((namespace, name)) = written.split_once('/') {
        return format!("{}/{name}", if namespace == "." { own } else { namespace });
    }
    let mut parts = written.split('.');
    let name = parts.next().unwrap_or_default();
    format!("{}/{name}", parts.next().unwrap_or(own))
}

/// Which routes of a VirtualService a server follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Http,
    Tcp,
    Tls,
    /// None: it forwards to the service that the client's TLS names.
    Nothing,
    /// The server is not given.
    Unknown,
}

impl Follows {
    fn of(server: &Server) -> Follows {
        let tls = server.tls.as_ref();
        match tls.and_then(|tls| tls.mode.as_deref()) {
            Some("PASSTHROUGH") => return Follows::Tls,
            Some("AUTO_PASSTHROUGH") => return Follows::Nothing,
            _ => {}
        }
        let port = server.port.as_ref();
        let protocol = port.and_then(|port| port.protocol.as_deref()).unwrap_or_default();
        let ends_tls = protocol.eq_ignore_ascii_case("HTTPS") && tls.is_some();
        if ends_tls || Protocol::parse(protocol) == Protocol::Http {
            Follows::Http
        } else {
            Follows::Tcp
        }
    }
}

/// A port of a gateway's proxy that follows a VirtualService, or may.
struct Opening {
    port: Option<u16>,
    follows: Follows,
    is_certain: bool,
}

impl<'o> Senders<'_, '_, 'o> {
    /// Which VirtualServices lead a gateway to a service port, and to which of its subsets. Where one that is
    /// followed for sure names subsets alone, nothing reaches the service as a whole.
    pub(super) fn gateway_redirection(
        &self,
        client: &Client<'_, 'o>,
        id: ServiceId,
        port: u16,
    ) -> Redirection<'o> {
        let mesh = self.resolution.mesh;
        let mut found = Redirection::default();
        let mut is_led = false;
        for root in self.roots_leading_to(&mesh.service(id).host) {
            let routing = &self.routes.all[root];
            if self.export_rank(client, routing).is_none() {
                continue;
            }
            for name in &routing.gateways {
                for opening in self.openings(client, routing, name) {
                    let known = found.destinations.len();
                    let mut walk = Walk {
                        senders: self,
                        client,
                        entry: Entry::Gateway {
                            name,
                            is_certain: opening.is_certain,
                        },
                        port: opening.port,
                        wanted: Some((id, port)),
                        redirection: &mut found,
                    };
                    walk.follow(routing, opening.follows);
                    is_led |= opening.is_certain && found.destinations.len() > known;
                }
            }
        }
        // Ingresses and routes of the Gateway API know no subsets.
        let others = &mesh.bystanders;
        found.is_total = is_led && others.ingresses.is_empty() && others.routes.is_empty();
        found
    }

    /// The VirtualServices with hosts that lead to a host, themselves or by a delegate, the oldest first.
    fn roots_leading_to(&self, host: &str) -> Vec<usize> {
        let leading = self.routes.by_destination.get(host).into_iter().flatten();
        let mut roots: Vec<usize> = leading
            .flat_map(|&index| self.routes.roots_of(index))
            .copied()
            .collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// The ports on which a gateway's proxy follows a VirtualService that is bound to a Gateway.
    fn openings(&self, client: &Client<'_, 'o>, routing: &Routing<'o>, name: &str) -> Vec<Opening> {
        let mesh = self.resolution.mesh;
        let own = name.split_once('/').map_or("", |(namespace, _)| namespace);
        let Some(gateway) = self.routes.gateways.by_name.get(name) else {
            let unknown = Opening {
                port: None,
                follows: Follows::Unknown,
                is_certain: false,
            };
            return if mesh.settings.is_complete(own) {
                Vec::new()
            } else {
                vec![unknown]
            };
        };
        let Some(is_certain) = self.serves(client, gateway) else {
            return Vec::new();
        };
        let of_routing = mesh.namespaces[routing.namespace].name.unwrap_or_default();
        let is_for_hosts = |server: &&Server| {
            let mut hosts = server.hosts.iter();
            hosts.any(|pattern| takes(pattern, own, routing, of_routing))
        };
        let servers = gateway.spec.servers.iter().filter(is_for_hosts);
        let openings = servers.map(|server| {
            let number = server.port.as_ref().and_then(|port| port.number);
            Opening {
                port: number.and_then(|number| u16::try_from(number).ok()),
                follows: Follows::of(server),
                is_certain,
            }
        });
        openings.collect()
    }

    /// Whether a gateway's proxy serves a Gateway, and whether that is certain.
    fn serves(&self, client: &Client<'_, 'o>, gateway: &Object<Gateway>) -> Option<bool> {
        let mesh = self.resolution.mesh;
        let flag = mesh.settings.istiod.get("PILOT_SCOPE_GATEWAY_TO_NAMESPACE");
        let is_scoped = flag.is_some_and(|flag| &*flag.value == "true");
        let name = client
            .namespace
            .and_then(|namespace| mesh.namespaces[namespace].name);
        let is_there = !is_scoped || client.namespace.is_none() || name == gateway.meta.namespace_name();
        if !is_there || !gateway.meta.is_read_by(client.revision) {
            return None;
        }
        let selector = &gateway.spec.selector;
        match client.labels {
            Some(labels) if labels.match_all(selector) => Some(true),
            Some(labels) => labels.may_match(selector).then_some(false),
            None => Some(selector.is_empty()),
        }
    }
}

impl<'w, 'o> Walk<'w, '_, '_, '_, 'o> {
    fn follow(&mut self, routing: &'w Routing<'o>, follows: Follows) {
        let spec = &routing.object.spec;
        if matches!(follows, Follows::Http | Follows::Unknown) {
            self.http_routes(routing);
        }
        if matches!(follows, Follows::Tcp | Follows::Unknown) {
            self.stream_routes(routing, &spec.tcp, "");
        }
        if matches!(follows, Follows::Tls | Follows::Unknown) {
            for route in spec.tls.chunks(1) {
                // Each route has a chain of its own, by the names that it asks for.
                self.stream_routes(routing, route, "");
            }
        }
    }
}

/// Whether a `host` or `namespace/host` of a server takes a VirtualService (`pickMatchingGatewayHosts`); `.` is
/// the namespace of the Gateway.
fn takes(pattern: &str, own: &str, routing: &Routing<'_>, of_routing: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let (namespace, host) = pattern.split_once('/').unwrap_or(("*", &pattern));
    let is_shown = match namespace {
        "*" => true,
        "." => own == of_routing,
        name => name == of_routing,
    };
    let mut hosts = routing.hosts.iter();
    is_shown && hosts.any(|asked| covers(host, asked) || covers(asked, host))
}
