//! `tls-check`: what every client sends to every service port and whether it gets through. A view of the
//! matrix: a row per answer, or one per client, endpoint or both.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::connection::{Reason, Status, client_mode, outcome_because, sends_because};
use super::document::Document;
use super::place::{Place, Places};
use super::sender::{sender_words, workload_name};
use super::table;
use crate::load::Skipped;
use crate::matrix::{Answers, EndpointClass, Row};
use crate::mesh::{Mesh, ServiceId, WorkloadId};
use crate::resolve::client::{Endpoint, EndpointPlace, Relay};
use crate::resolve::compose::deciding_value;
use crate::resolve::dataplane::DataPlane;

/// What is shown, and how finely.
pub struct TlsCheck<'a> {
    /// The contexts.
    pub contexts: Vec<Answers<'a>>,
    /// Which services and endpoints are shown.
    pub keeps_row: &'a dyn Fn(&Answers<'a>, &Row<'a, 'a>) -> bool,
    /// The only client that is shown, with the name of each context that has it; `None` shows all.
    pub from: Option<Vec<(Option<&'a str>, WorkloadId)>>,
    /// A row for each given client.
    pub each_client: bool,
    /// A row for each endpoint.
    pub each_endpoint: bool,
    /// The worst first.
    pub by_status: bool,
    /// What was not read.
    pub skipped: &'a [Skipped],
    /// Where things stand.
    pub places: &'a Places<'a>,
}

/// A row for machines.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection<'a> {
    context: Option<&'a str>,
    #[serde(flatten)]
    client: ClientView<'a>,
    host: &'a str,
    port: u16,
    subset: Option<&'a str>,
    #[serde(flatten)]
    endpoint: EndpointView<'a>,
    target_port: Option<u16>,
    data_plane: Option<&'static str>,
    server_mode: Option<&'static str>,
    policy: Option<String>,
    via: Option<String>,
    route: Option<RouteView<'a>>,
    reached: &'static str,
    sends: &'static str,
    waypoint: Option<WaypointView<'a>>,
    sends_because: String,
    sends_because_at: Option<Place<'a>>,
    destination_rules: Vec<String>,
    outcome: &'static str,
    because: &'static str,
    status: &'static str,
    assumptions: Vec<&'static str>,
}

/// The route of a VirtualService that leads to the endpoints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RouteView<'a> {
    virtual_service: String,
    host: &'a str,
    port: u16,
    at: Place<'a>,
}

impl<'a> RouteView<'a> {
    fn of(mesh: &'a Mesh<'a>, row: &'a Row<'a, 'a>, places: &'a Places<'a>) -> Option<Self> {
        let route = row.route?;
        let (service, port) = row.target();
        Some(RouteView {
            virtual_service: route.object.meta.qualified_name(),
            host: &mesh.service(service).host,
            port,
            at: places.of(route.at),
        })
    }
}

/// Whether requests to the host go that way.
fn reached(row: &Row<'_, '_>) -> &'static str {
    match row.route {
        _ if !row.is_routed => "never",
        Some(route) if route.is_conditional => "possible",
        _ => "always",
    }
}

/// The waypoint on the way, and the second leg of the connection: what it sends to the endpoint.
#[derive(Debug, Serialize, JsonSchema)]
struct WaypointView<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
    sends: &'static str,
}

impl<'a> WaypointView<'a> {
    fn of(relay: Relay<'a>) -> Self {
        WaypointView {
            namespace: relay.waypoint.namespace,
            name: relay.waypoint.name,
            sends: relay.wire.as_str(),
        }
    }
}

/// One client, or those who see the same.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum ClientView<'a> {
    One { client: Named<'a> },
    Class { from: String, clients: Vec<Named<'a>> },
}

/// One endpoint, or those that get the same.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum EndpointView<'a> {
    One { endpoint: EndpointName<'a> },
    Class { endpoints: Vec<EndpointName<'a>> },
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum EndpointName<'a> {
    Workload(Named<'a>),
    Address { address: &'a str },
}

/// A workload by name.
#[derive(Debug, Serialize, JsonSchema)]
struct Named<'a> {
    namespace: Option<&'a str>,
    workload: &'a str,
    kind: &'static str,
}

impl<'a> Named<'a> {
    fn of(mesh: &Mesh<'a>, id: WorkloadId) -> Self {
        let workload = mesh.workload(id);
        Named {
            namespace: mesh.namespaces[workload.namespace].name,
            workload: workload.name(),
            kind: workload.kind().as_str(),
        }
    }
}

impl<'a> EndpointName<'a> {
    fn of(mesh: &Mesh<'a>, endpoint: &Endpoint<'a>, host: &'a str) -> Self {
        let listed = match endpoint.place {
            EndpointPlace::Host => return EndpointName::Address { address: host },
            EndpointPlace::Address(address) => return EndpointName::Address { address },
            EndpointPlace::Listed(entry) => Some(entry),
            EndpointPlace::Workload(id) => mesh.workload(id).machine(),
        };
        match (listed, endpoint.place) {
            (Some(entry), _) => EndpointName::Address {
                address: entry.address.as_ref().map_or("unknown", |address| &address.value),
            },
            (None, EndpointPlace::Workload(id)) => EndpointName::Workload(Named::of(mesh, id)),
            (None, _) => EndpointName::Address { address: host },
        }
    }
}

/// Who sends a row: a class as a whole, or one of its members.
enum Sender<'a> {
    Class(&'a Row<'a, 'a>),
    One(WorkloadId),
}

impl<'a> TlsCheck<'a> {
    fn kept(&self) -> impl Iterator<Item = (&Answers<'a>, &'a Row<'a, 'a>)> {
        self.contexts.iter().flat_map(move |answers| {
            let rows = answers.matrix.rows();
            rows.filter(move |row| (self.keeps_row)(answers, row))
                .map(move |row| (answers, row))
        })
    }

    fn senders(&self, answers: &Answers<'a>, row: &'a Row<'a, 'a>) -> Vec<Sender<'a>> {
        if self.each_client {
            let members = self.members(answers, row);
            return members.into_iter().map(Sender::One).collect();
        }
        let is_shown = self.shows_client(answers, row);
        is_shown.then_some(Sender::Class(row)).into_iter().collect()
    }

    /// Whether clients of a row are shown.
    fn shows_client(&self, answers: &Answers<'a>, row: &Row<'a, 'a>) -> bool {
        self.from.is_none() || self.wanted(answers, row).is_some()
    }

    /// The only client that is shown, if the row is about it.
    fn wanted(&self, answers: &Answers<'a>, row: &Row<'a, 'a>) -> Option<WorkloadId> {
        let mut wanted = self.from.iter().flatten();
        let &(_, client) = wanted.find(|(context, _)| *context == answers.mesh().context)?;
        let mut clients = row.clients.iter();
        let holds = clients.any(|members| answers.groups.holds(members, client));
        holds.then_some(client)
    }

    /// The given clients of a row that are shown.
    fn members(&self, answers: &Answers<'a>, row: &Row<'a, 'a>) -> Vec<WorkloadId> {
        if self.from.is_some() {
            return Vec::from_iter(self.wanted(answers, row));
        }
        let clients = row.clients.iter();
        let mut members: Vec<WorkloadId> = clients
            .flat_map(|members| answers.groups.given(members))
            .collect();
        members.sort_unstable();
        members
    }

    fn connections(&self, answers: &Answers<'a>, row: &'a Row<'a, 'a>) -> Vec<Connection<'a>> {
        let mut connections = Vec::new();
        for sender in self.senders(answers, row) {
            for class in row.endpoints.iter() {
                if self.each_endpoint {
                    let one = |endpoint| {
                        self.connection(answers, row, &sender, class, std::slice::from_ref(endpoint))
                    };
                    connections.extend(class.endpoints.iter().map(one));
                } else {
                    connections.push(self.connection(answers, row, &sender, class, &class.endpoints));
                }
            }
        }
        connections
    }

    fn connection(
        &self,
        answers: &Answers<'a>,
        row: &'a Row<'a, 'a>,
        sender: &Sender<'a>,
        class: &EndpointClass<'a>,
        endpoints: &[Endpoint<'a>],
    ) -> Connection<'a> {
        let mesh = answers.mesh();
        let host = &*mesh.service(row.service).host;
        let names: Vec<EndpointName<'a>> = endpoints
            .iter()
            .map(|endpoint| EndpointName::of(mesh, endpoint, host))
            .collect();
        let Reason { words, span } = sends_because(mesh, &row.cluster, Some(&class.sent));
        let plane = endpoints.first().and_then(|endpoint| plane_of(answers, endpoint));
        let server = class.server.filter(|server| server.mode.is_some());
        let rests_on =
            class.sent.rests_on | row.cluster.rests_on | class.server.map(|s| s.rests_on).unwrap_or_default();
        Connection {
            context: mesh.context,
            client: self.client_view(answers, sender),
            host,
            port: row.port,
            subset: row.subset,
            endpoint: endpoint_view(names, self.each_endpoint),
            target_port: endpoints.first().map(|endpoint| endpoint.port),
            data_plane: plane.map(DataPlane::as_str),
            server_mode: server
                .and_then(|server| server.mode)
                .map(crate::model::peer_authentication::Mode::as_str),
            policy: class.server.map(|server| policy_name(mesh, &server)),
            via: via(mesh, row).map(|target| mesh.service(target).host.to_string()),
            route: RouteView::of(mesh, row, self.places),
            reached: reached(row),
            sends: class.sent.wire.as_str(),
            waypoint: class.sent.relay.map(WaypointView::of),
            sends_because: words,
            sends_because_at: span.map(|span| self.places.of(span)),
            destination_rules: row
                .cluster
                .rule
                .map(crate::resolve::destination::MergedRule::names)
                .unwrap_or_default(),
            outcome: class.outcome.as_str(),
            because: outcome_because(row, class.sent.arriving(), plane, class.outcome),
            status: Status::of([class.outcome]).as_str(),
            assumptions: rests_on.iter().map(crate::finding::Assumption::as_str).collect(),
        }
    }

    fn client_view(&self, answers: &Answers<'a>, sender: &Sender<'a>) -> ClientView<'a> {
        let mesh = answers.mesh();
        match *sender {
            Sender::One(id) => ClientView::One {
                client: Named::of(mesh, id),
            },
            Sender::Class(row) => ClientView::Class {
                from: sender_words(answers, row),
                clients: self
                    .members(answers, row)
                    .into_iter()
                    .map(|id| Named::of(mesh, id))
                    .collect(),
            },
        }
    }

    /// Whether any row that is shown is refused, for some endpoints or for all.
    pub fn has_conflict(&self) -> bool {
        let refused = |row: &Row<'_, '_>| row.endpoints.iter().any(|class| class.outcome.is_refused());
        self.kept()
            .any(|(answers, row)| row.is_routed && refused(row) && !self.senders(answers, row).is_empty())
    }

    fn document(&self) -> Document<'a, AllRows<'_, 'a>> {
        let contexts = self.contexts.iter().map(|answers| {
            let mesh = answers.mesh();
            (mesh.context, &mesh.settings)
        });
        Document::new(contexts, AllRows(self), self.skipped, self.places)
    }

    /// JSON, a row a line; rows are written as they are made.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write(out, &self.document())
    }

    /// The same as YAML.
    pub fn yaml(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write_yaml(out, &self.document())
    }

    /// A table.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let routed = self.kept().filter(|(_, row)| row.is_routed);
        let lines = routed.flat_map(|(answers, row)| {
            let senders = self.senders(answers, row).into_iter();
            senders.map(move |sender| line(answers, row, &sender))
        });
        let lines: Box<dyn Iterator<Item = Line<'_>>> = if self.by_status {
            let mut sorted: Vec<Line<'_>> = lines.collect();
            sorted.sort_by_key(|line| std::cmp::Reverse(line.status));
            Box::new(sorted.into_iter())
        } else {
            Box::new(lines)
        };
        let rows = lines.map(|line| (line.context, line.cells));
        table::write(out, &HEADER, self.contexts.len(), rows)
    }
}

const HEADER: [&str; 8] = [
    "HOST:PORT",
    "STATUS",
    "SERVER",
    "DATA PLANE",
    "CLIENT",
    "FROM",
    "POLICY",
    "DESTINATION RULE",
];

/// A row of the table.
struct Line<'a> {
    context: Option<&'a str>,
    status: Status,
    cells: [String; 8],
}

fn line<'a>(answers: &Answers<'a>, row: &Row<'_, '_>, sender: &Sender<'_>) -> Line<'a> {
    let mesh = answers.mesh();
    let status = Status::of(row.endpoints.iter().map(|class| class.outcome));
    let servers = row.endpoints.iter().filter_map(|class| class.server);
    let modes = servers
        .clone()
        .map(|server| server.mode.map_or("-", |mode| mode.as_str()).to_owned());
    let planes = row.endpoints.iter().flat_map(|class| &class.endpoints);
    let planes = planes
        .filter_map(|endpoint| plane_of(answers, endpoint))
        .map(|plane| plane.as_str().to_owned());
    let from = match sender {
        Sender::Class(row) => sender_words(answers, row),
        Sender::One(id) => workload_name(mesh, *id),
    };
    let rules = row.cluster.rule.map(|rule| rule.names().join("+"));
    let cells = [
        asked(mesh, row),
        status.as_str().to_owned(),
        distinct(modes),
        distinct(planes),
        client_mode(&row.cluster, row.endpoints.iter().map(|class| &class.sent)),
        from,
        distinct(servers.map(|server| policy_name(mesh, &server))),
        rules.unwrap_or_else(|| "-".to_owned()),
    ];
    Line {
        context: mesh.context,
        status,
        cells,
    }
}

/// The service that answers in place of the one that is asked for: behind an ExternalName, or where a
/// VirtualService leads.
fn via(mesh: &Mesh<'_>, row: &Row<'_, '_>) -> Option<ServiceId> {
    match row.route {
        Some(_) => Some(row.cluster.service).filter(|&target| target != row.service),
        None => mesh.alias_of(row.service),
    }
}

/// `reviews.shop.svc.cluster.local:80`, with the destination behind an arrow where that is another one.
fn asked(mesh: &Mesh<'_>, row: &Row<'_, '_>) -> String {
    let (service, port) = row.target();
    let host = &mesh.service(service).host;
    let host = row
        .subset
        .map_or_else(|| host.to_string(), |subset| subset_host(host, subset));
    if (service, port) == (row.service, row.port) {
        return format!("{host}:{port}");
    }
    format!("{}:{} -> {host}:{port}", mesh.service(row.service).host, row.port)
}

/// `reviews|v2.shop.svc.cluster.local`.
fn subset_host(host: &str, subset: &str) -> String {
    match host.split_once('.') {
        Some((name, rest)) => format!("{name}|{subset}.{rest}"),
        None => format!("{host}|{subset}"),
    }
}

/// The different values in their order; `-` for none.
fn distinct(values: impl Iterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    if seen.is_empty() {
        "-".to_owned()
    } else {
        seen.join(", ")
    }
}

fn plane_of(answers: &Answers<'_>, endpoint: &Endpoint<'_>) -> Option<DataPlane> {
    match endpoint.place {
        EndpointPlace::Workload(id) => Some(answers.resolution().workload(id).enrolment.plane),
        EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
    }
}

fn policy_name(mesh: &Mesh<'_>, server: &crate::resolve::server::PortDecision<'_>) -> String {
    let has_value = deciding_value(&mesh.policies, server.policy, server.port).is_some();
    match server.policy.by.filter(|_| has_value) {
        Some(by) => mesh.policies[by].object.meta.qualified_name(),
        None => "mesh default".to_owned(),
    }
}

fn endpoint_view(mut names: Vec<EndpointName<'_>>, is_each: bool) -> EndpointView<'_> {
    match names.pop() {
        Some(endpoint) if is_each => EndpointView::One { endpoint },
        last => {
            names.extend(last);
            EndpointView::Class { endpoints: names }
        }
    }
}

/// Every row, made while it is written.
struct AllRows<'t, 'a>(&'t TlsCheck<'a>);

impl Serialize for AllRows<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self
            .0
            .kept()
            .flat_map(|(answers, row)| self.0.connections(answers, row));
        if !self.0.by_status {
            return serializer.collect_seq(rows);
        }
        let mut rows: Vec<Connection<'_>> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.rank()));
        serializer.collect_seq(rows)
    }
}

impl Connection<'_> {
    fn rank(&self) -> Option<usize> {
        ["OK", "PLAINTEXT", "APP-TLS", "UNKNOWN", "CONFLICT"]
            .iter()
            .position(|status| *status == self.status)
    }
}
