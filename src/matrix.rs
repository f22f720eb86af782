//! Every client class, service port and endpoint class with its outcome: what rules and tables about
//! connections are views of. It grows with the number of different answers, not of clients.

use std::cell::RefCell;
use std::mem::{self, Discriminant, discriminant};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::callers::Callers;
use crate::finding::Assumptions;
use crate::hash::HashMap;
use crate::mesh::{Mesh, Protocol, Service, ServiceId};
use crate::model::peer_authentication::Mode;
use crate::resolve::Resolution;
use crate::resolve::classes::{ClientClass, Groups, Members};
use crate::resolve::client::{
    Client, Cluster, ClusterReason, ClusterTls, Endpoint, EndpointPlace, Led, Redirection, Route, Senders,
    Sent, Wire,
};
use crate::resolve::outcome::{Outcome, meet};
use crate::resolve::server::PortDecision;
use crate::source::Span;

/// How much is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Detail {
    /// Every row.
    Whole,
    /// Every row of each service of which some row tells something. Of the other services there may be one row in the
    /// place of several whose clients follow rules that say the same, and rows may lack their clients.
    Telling(fn(&Mesh<'_>, &Row<'_, '_>) -> bool),
}

/// The rows, by service, port and subset.
#[derive(Debug)]
pub struct Matrix<'s, 'o> {
    by_service: Vec<Box<[Row<'s, 'o>]>>,
    // Rules alone ask for these.
    refused: OnceLock<Vec<Place>>,
    ruled: OnceLock<Vec<Place>>,
}

/// Where a row is: its service, and its index among the rows of that service.
type Place = (ServiceId, u32);

/// Everything that can be asked of one context.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a> {
    /// What clients send, over what is known of single workloads.
    pub senders: &'a Senders<'a, 'a, 'a>,
    /// Which given clients see the same.
    pub groups: &'a Groups<'a, 'a>,
    /// What becomes of it.
    pub matrix: &'a Matrix<'a, 'a>,
    /// What shows who calls what, beside the mesh's own proxies.
    pub callers: &'a Callers<'a>,
}

impl<'a> Answers<'a> {
    /// What is known of single workloads.
    pub fn resolution(&self) -> &'a Resolution<'a, 'a> {
        self.senders.resolution
    }

    /// The mesh.
    pub fn mesh(&self) -> &'a Mesh<'a> {
        self.senders.resolution.mesh
    }
}

/// Asks everything of each of the meshes.
pub fn ask<T>(meshes: &[Mesh<'_>], use_answers: impl FnOnce(&[Answers<'_>]) -> T) -> T {
    ask_for(Detail::Whole, meshes, Afterwards::GivenBack, use_answers)
}

/// What becomes of what was computed for the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// It makes room for the next ones.
    GivenBack,
    /// Nothing: the process is about to end, and to give back row after row would take a thirtieth of its time.
    Forgotten,
}

/// Asks of each of the meshes as much as is wanted.
pub fn ask_for<T>(
    detail: Detail,
    meshes: &[Mesh<'_>],
    afterwards: Afterwards,
    use_answers: impl FnOnce(&[Answers<'_>]) -> T,
) -> T {
    let resolutions: Vec<Resolution<'_, '_>> = meshes.par_iter().map(Resolution::new).collect();
    let (senders, (groups, callers)) = rayon::join(
        || resolutions.iter().map(Senders::new).collect::<Vec<_>>(),
        || {
            let groups: Vec<Groups<'_, '_>> = resolutions.iter().map(Groups::new).collect();
            let callers: Vec<Callers<'_>> = resolutions.iter().map(Callers::new).collect();
            (groups, callers)
        },
    );
    let pairs = || senders.iter().zip(&groups);
    let matrices: Vec<Matrix<'_, '_>> = pairs()
        .map(|(senders, groups)| Matrix::with(detail, senders, groups))
        .collect();
    let answers: Vec<Answers<'_>> = pairs()
        .zip(matrices.iter().zip(&callers))
        .map(|((senders, groups), (matrix, callers))| Answers {
            senders,
            groups,
            matrix,
            callers,
        })
        .collect();
    let result = use_answers(&answers);
    if afterwards == Afterwards::Forgotten {
        mem::forget(callers);
        mem::forget(matrices);
        mem::forget(groups);
        mem::forget(senders);
        mem::forget(resolutions);
    }
    result
}

/// What clients who see the same send to a service port, or to a subset of it, and what becomes of it.
#[derive(Debug)]
pub struct Row<'s, 'o> {
    /// The service that is asked for. The one that answers is its cluster's: another one behind an
    /// ExternalName, or where a VirtualService leads.
    pub service: ServiceId,
    /// The port that is asked for.
    pub port: u16,
    /// The subset of the service that answers; `None` is that service as a whole.
    pub subset: Option<&'o str>,
    /// The route that leads there; `None` is the way without VirtualServices.
    pub route: Option<Route<'o>>,
    /// Whether anything goes that way: a subset matters only if a VirtualService routes to it, a service not
    /// if one leads everything away from it.
    pub is_routed: bool,
    /// One that stands for the clients.
    pub client: &'s Client<'s, 'o>,
    /// The clients; many rows of a service have the same.
    pub clients: Arc<[Members]>,
    /// What their proxies do.
    pub cluster: Cluster<'s, 'o>,
    /// What each kind of endpoint gets and makes of it; many rows of a service port have the same.
    pub endpoints: Arc<[EndpointClass<'o>]>,
}

/// Endpoints that get the same and do the same with it.
#[derive(Debug, Clone)]
pub struct EndpointClass<'o> {
    /// The endpoints.
    pub endpoints: Vec<Endpoint<'o>>,
    /// What they get.
    pub sent: Sent<'o>,
    /// What is in force on their port; `None` for an address of which nothing is known.
    pub server: Option<PortDecision<'o>>,
    /// What becomes of it.
    pub outcome: Outcome,
}

impl<'s, 'o> Matrix<'s, 'o> {
    /// Asks every question once.
    pub fn new(senders: &'s Senders<'s, '_, 'o>, groups: &'s Groups<'s, 'o>) -> Self {
        Matrix::with(Detail::Whole, senders, groups)
    }

    /// Asks as much as is wanted.
    pub fn with(detail: Detail, senders: &'s Senders<'s, '_, 'o>, groups: &'s Groups<'s, 'o>) -> Self {
        let mesh = senders.resolution.mesh;
        let services: Vec<ServiceId> = mesh.services().map(|(id, _)| id).collect();
        let untold = |id| match detail {
            Detail::Whole => None,
            Detail::Telling(tells) => {
                let sample = groups.sample(senders, id)?;
                let rows = rows_of(senders, &sample, id);
                (!rows.iter().any(|row| tells(mesh, row))).then_some(rows)
            }
        };
        let whole = |id| rows_of(senders, &groups.classes(senders, id), id);
        let rows = |&id: &ServiceId| untold(id).unwrap_or_else(|| whole(id)).into();
        Matrix {
            by_service: services.par_iter().map(rows).collect(),
            refused: OnceLock::new(),
            ruled: OnceLock::new(),
        }
    }

    /// Where the rows are that something goes through and that are wanted.
    fn places(&self, is_wanted: impl Fn(&Row<'s, 'o>) -> bool) -> Vec<Place> {
        let services = (0..).map(ServiceId).zip(&self.by_service);
        let rows = services.flat_map(|(id, rows)| (0..).map(move |index| (id, index)).zip(rows));
        rows.filter(|(_, row)| row.is_routed && is_wanted(row))
            .map(|(place, _)| place)
            .collect()
    }

    fn at<'a>(&'a self, places: &'a [Place]) -> impl Iterator<Item = &'a Row<'s, 'o>> {
        let row = |&(service, index): &Place| &self.of_service(service)[index as usize];
        places.iter().map(row)
    }

    /// The rows that something goes through and of which some endpoint refuses what the clients' proxies send.
    pub fn refused(&self) -> impl Iterator<Item = &Row<'s, 'o>> {
        self.at(self.refused.get_or_init(|| self.places(Row::is_refused)))
    }

    /// The rows that something goes through and whose clients follow a DestinationRule.
    pub fn ruled(&self) -> impl Iterator<Item = &Row<'s, 'o>> {
        self.at(self
            .ruled
            .get_or_init(|| self.places(|row| row.cluster.rule.is_some())))
    }

    /// Every row that there is.
    pub fn rows(&self) -> impl Iterator<Item = &Row<'s, 'o>> {
        self.services().flatten()
    }

    /// The rows of each service that has any.
    pub fn services(&self) -> impl Iterator<Item = &[Row<'s, 'o>]> {
        self.by_service
            .iter()
            .map(|rows| &**rows)
            .filter(|rows| !rows.is_empty())
    }

    /// The rows of one service, port by port.
    pub fn of_service(&self, service: ServiceId) -> &[Row<'s, 'o>] {
        self.by_service.get(service.0 as usize).map_or(&[], |rows| rows)
    }
}

/// The rows of one service for these clients.
fn rows_of<'s, 'o>(
    senders: &'s Senders<'s, '_, 'o>,
    classes: &[ClientClass<'s, 'o>],
    id: ServiceId,
) -> Vec<Row<'s, 'o>> {
    let service = senders.resolution.mesh.service(id);
    let mut unions = Unions::of(classes);
    let mut rows = Vec::new();
    let ports = senders.resolution.mesh.ports_of(id);
    for port in ports.iter().filter(|port| port.protocol != Protocol::Udp) {
        let servers = servers(senders, id, service, port.number);
        let question = Question {
            senders,
            servers: &servers,
            id,
            port: port.number,
            met: RefCell::default(),
        };
        let mut answers = Merged::default();
        for (index, class) in classes.iter().enumerate() {
            for row in question.answer(class) {
                answers.add(row, index);
            }
        }
        let mut of_port = answers.rows;
        of_port.sort_by_key(|(row, _)| (row.route.is_some(), row.subset));
        rows.extend(of_port.into_iter().map(|(row, seen_by)| Row {
            clients: unions.members(seen_by),
            ..row
        }));
    }
    rows
}

/// The members of several classes of a service together. There are many rows, and they stay, but most of them
/// are for the same clients.
struct Unions<'a, 's, 'o> {
    classes: &'a [ClientClass<'s, 'o>],
    known: HashMap<Vec<usize>, Arc<[Members]>>,
}

impl<'a, 's, 'o> Unions<'a, 's, 'o> {
    fn of(classes: &'a [ClientClass<'s, 'o>]) -> Self {
        Unions {
            classes,
            known: HashMap::default(),
        }
    }

    /// The members of the classes of these indexes.
    fn members(&mut self, classes: Vec<usize>) -> Arc<[Members]> {
        if let Some(known) = self.known.get(&classes) {
            return Arc::clone(known);
        }
        let of_class = |&class: &usize| self.classes[class].members.iter().cloned();
        let members: Arc<[Members]> = classes.iter().flat_map(of_class).collect();
        self.known.insert(classes, Arc::clone(&members));
        members
    }
}

/// An endpoint with what is in force on its port.
type Server<'o> = (Endpoint<'o>, Option<PortDecision<'o>>);

fn servers<'o>(
    senders: &Senders<'_, '_, 'o>,
    id: ServiceId,
    service: &Service<'o>,
    port: u16,
) -> Vec<Server<'o>> {
    let endpoints = senders.endpoints(id, service, port).into_iter();
    let with_decision = endpoints.map(|endpoint| {
        let decision = match endpoint.place {
            EndpointPlace::Workload(workload) => {
                Some(senders.resolution.decide(workload, Some(endpoint.port)))
            }
            EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
        };
        (endpoint, decision)
    });
    with_decision.collect()
}

/// One service port, for which every class of clients is asked.
struct Question<'q, 's, 'm, 'o> {
    senders: &'s Senders<'s, 'm, 'o>,
    servers: &'q [Server<'o>],
    id: ServiceId,
    port: u16,
    /// What the endpoints of the service get from each kind of cluster and make of it, as far as it was asked for.
    met: RefCell<HashMap<ClusterKind, Arc<[EndpointClass<'o>]>>>,
}

/// All of a cluster that endpoints depend on.
type ClusterKind = (
    ServiceId,
    u16,
    Discriminant<ClusterTls<'static>>,
    Option<Wire>,
    Option<Span>,
    [bool; 2],
);

fn kind_of(cluster: &Cluster<'_, '_>) -> ClusterKind {
    let (kind, wire, told) = match cluster.tls {
        ClusterTls::Every(wire) => (ClusterTls::Every(wire), Some(wire), None),
        ClusterTls::PerEndpoint(told) => (
            ClusterTls::PerEndpoint(None),
            None,
            told.map(|told| told.tls.span),
        ),
        ClusterTls::Ztunnel => (ClusterTls::Ztunnel, None, None),
    };
    (
        cluster.service,
        cluster.port,
        discriminant(&kind),
        wire,
        told,
        [cluster.takes_hbone, cluster.uses_waypoint],
    )
}

impl<'s, 'o> Question<'_, 's, '_, 'o> {
    /// The rows of a class: the service as a whole, then each subset of the rule that it follows, then the
    /// destinations to which VirtualServices lead.
    fn answer(&self, class: &ClientClass<'s, 'o>) -> Vec<Row<'s, 'o>> {
        let client = class.client;
        let whole = self.senders.cluster(client, self.id, self.port, None);
        let redirection = match whole.reason {
            ClusterReason::Excluded(_) | ClusterReason::Unknown(_) | ClusterReason::UnknownAlias => {
                Redirection::default()
            }
            _ => self.senders.redirection(client, whole.service, self.port),
        };
        let host = &self.senders.resolution.mesh.service(whole.service).host;
        let is_own = |led: &Led<'_>| led.service == whole.service && led.port == self.port;
        let names = |subset| {
            redirection
                .destinations
                .iter()
                .any(|led| is_own(led) && led.subset == subset)
        };
        let rule = whole.rule.filter(|_| !whole.is_original_destination);
        let is_reached = !redirection.is_total || names(None);
        let endpoints = self.endpoints(&whole);
        let mut rows = vec![self.row(class, whole, None, is_reached, endpoints)];
        for subset in rule.into_iter().flat_map(|rule| &rule.subsets) {
            let subset = &subset.part.value;
            if names(Some(&*subset.name)) {
                continue;
            }
            let cluster = self
                .senders
                .cluster(client, self.id, self.port, Some(&subset.name));
            let servers = self.servers.iter();
            let servers = servers.filter(|(endpoint, _)| self.senders.is_in_subset(endpoint, &subset.labels));
            let is_reached = self.senders.is_led_from_outside(client, host, &subset.name);
            let endpoints = self.meet(&cluster, servers);
            rows.push(self.row(class, cluster, Some(&subset.name), is_reached, endpoints));
        }
        let led = redirection.destinations.iter();
        let led = led.filter(|led| !is_own(led) || led.subset.is_some());
        rows.extend(led.map(|led| self.led_row(class, led, whole.rests_on)));
        rows
    }

    /// The row of a destination to which a VirtualService leads; it rests on what the way to the proxy does.
    fn led_row(&self, class: &ClientClass<'s, 'o>, led: &Led<'o>, rests_on: Assumptions) -> Row<'s, 'o> {
        let senders = self.senders;
        let mut cluster = senders.led_cluster(class.client, led);
        cluster.rests_on |= rests_on;
        let service = senders.resolution.mesh.service(led.service);
        let servers = servers(senders, led.service, service, led.port);
        let labels = led
            .subset
            .and_then(|name| cluster.rule?.subset(name))
            .map(|subset| &subset.part.labels);
        let servers = servers
            .iter()
            .filter(|(endpoint, _)| labels.is_none_or(|labels| senders.is_in_subset(endpoint, labels)));
        let endpoints = self.meet(&cluster, servers);
        let row = self.row(class, cluster, led.subset, true, endpoints);
        Row {
            route: Some(led.route),
            ..row
        }
    }

    /// What each kind of endpoint of the service gets from a cluster and makes of it.
    fn endpoints(&self, cluster: &Cluster<'s, 'o>) -> Arc<[EndpointClass<'o>]> {
        let mut met = self.met.borrow_mut();
        let endpoints = met
            .entry(kind_of(cluster))
            .or_insert_with(|| self.meet(cluster, self.servers.iter()));
        Arc::clone(endpoints)
    }

    /// The same for some of them, or for those of another service.
    fn meet<'q>(
        &self,
        cluster: &Cluster<'s, 'o>,
        servers: impl Iterator<Item = &'q Server<'o>>,
    ) -> Arc<[EndpointClass<'o>]>
    where
        'o: 'q,
    {
        let mut endpoints: Vec<EndpointClass<'o>> = Vec::new();
        for (endpoint, server) in servers {
            let sent = self.senders.send(cluster, endpoint);
            let outcome = match server {
                Some(server) => meet(sent.arriving(), server.accepts),
                None if sent.wire == Wire::Nothing => Outcome::Refused,
                None => Outcome::Unknown,
            };
            let found = EndpointClass {
                endpoints: vec![*endpoint],
                sent,
                server: *server,
                outcome,
            };
            match endpoints.iter_mut().find(|class| class.is_like(&found)) {
                Some(class) => class.endpoints.push(*endpoint),
                None => endpoints.push(found),
            }
        }
        endpoints.into()
    }

    fn row(
        &self,
        class: &ClientClass<'s, 'o>,
        cluster: Cluster<'s, 'o>,
        subset: Option<&'o str>,
        is_routed: bool,
        endpoints: Arc<[EndpointClass<'o>]>,
    ) -> Row<'s, 'o> {
        Row {
            service: self.id,
            port: self.port,
            subset,
            route: None,
            is_routed,
            client: class.client,
            clients: Arc::default(),
            cluster,
            endpoints,
        }
    }
}

impl EndpointClass<'_> {
    /// Whether STRICT is why nothing gets through.
    pub fn is_refused_by_strict(&self) -> bool {
        let is_strict = |server: PortDecision<'_>| server.mode == Some(Mode::Strict);
        self.outcome == Outcome::Refused && self.server.is_some_and(is_strict)
    }

    fn is_like(&self, other: &EndpointClass<'_>) -> bool {
        let server = |class: &EndpointClass<'_>| {
            class
                .server
                .map(|server| (server.mode, server.policy, server.rests_on))
        };
        let port = |class: &EndpointClass<'_>| class.endpoints.first().map(|endpoint| endpoint.port);
        port(self) == port(other)
            && self.sent.is_like(&other.sent)
            && self.outcome == other.outcome
            && server(self) == server(other)
    }
}

/// The rows of a service port, those of clients who see the same together.
#[derive(Default)]
struct Merged<'s, 'o> {
    /// The rows with the classes of clients that they are for, by their indexes.
    rows: Vec<(Row<'s, 'o>, Vec<usize>)>,
    /// The rows about a subset in which clients follow the same rule, by their indexes.
    alike: HashMap<(Option<Span>, Option<&'o str>), Vec<usize>>,
}

impl<'s, 'o> Merged<'s, 'o> {
    /// Adds the row of a class of clients, or the class to the row of others who see the same.
    fn add(&mut self, row: Row<'s, 'o>, class: usize) {
        let alike = self.alike.entry((row.rule(), row.subset)).or_default();
        let known = alike
            .iter()
            .find(|&&index| self.rows[index].0.is_same_answer(&row));
        if let Some(&known) = known {
            self.rows[known].1.push(class);
        } else {
            alike.push(self.rows.len());
            self.rows.push((row, vec![class]));
        }
    }
}

impl Row<'_, '_> {
    /// The service port that answers, where a VirtualService leads to another one; else the one asked for.
    pub fn target(&self) -> (ServiceId, u16) {
        match self.route {
            Some(_) => (self.cluster.service, self.cluster.port),
            None => (self.service, self.port),
        }
    }

    /// Whether some endpoint refuses what the proxies of the clients send.
    pub fn is_refused(&self) -> bool {
        let is_proxied = !matches!(self.cluster.reason, ClusterReason::NoProxy);
        is_proxied && self.endpoints.iter().any(|class| class.outcome.is_refused())
    }

    /// Whether something goes that way, whatever is not given.
    pub fn is_surely_routed(&self) -> bool {
        self.is_routed && self.route.is_none_or(|route| route.is_certain)
    }

    /// Where the rule stands that the clients follow.
    fn rule(&self) -> Option<Span> {
        self.cluster.rule.map(|rule| rule.base().meta.span)
    }

    /// Whether other clients see the same of the same subset for the same reason.
    fn is_same_answer(&self, other: &Row<'_, '_>) -> bool {
        let parts = |row: &Row<'_, '_>| row.cluster.rule.map_or(0, |rule| rule.parts().len());
        let route = |row: &Row<'_, '_>| {
            row.route
                .map(|route| (route.at, route.is_conditional, route.is_certain))
        };
        self.subset == other.subset
            && self.is_routed == other.is_routed
            && route(self) == route(other)
            && self.client.plane == other.client.plane
            && self.rule() == other.rule()
            && parts(self) == parts(other)
            && discriminant(&self.cluster.reason) == discriminant(&other.cluster.reason)
            && self.endpoints.len() == other.endpoints.len()
            && self
                .endpoints
                .iter()
                .zip(&*other.endpoints)
                .all(|(one, other)| one.is_like(other))
    }
}
