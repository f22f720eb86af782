//! Who reaches which service, and how: classes of clients, services, and an edge for each outcome between them.
//! It is made of the matrix's rows, so that it grows with what differs and not with clients times services.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::diff::WorkloadName;
use crate::callers::Controller;
use crate::hash::HashMap;
use crate::id::Kind;
use crate::matrix::{Answers, EndpointClass, Row};
use crate::mesh::{NamespaceId, PolicyId, ServiceId, WorkloadId};
use crate::model::Meta;
use crate::resolve::classes::Members;
use crate::resolve::client::Wire;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::Outcome;
use crate::source::Span;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'k> {
    /// The only clients that are shown, with their contexts; `None` shows all.
    pub from: Option<&'k [(Option<&'k str>, WorkloadId)]>,
    /// Whether a row is shown.
    pub keeps: &'k KeepsRow<'k>,
    /// Whether connections with that outcome are shown.
    pub shows: &'k dyn Fn(Outcome) -> bool,
}

/// Decides on what is shown.
pub type KeepsRow<'k> = dyn Fn(&Answers<'_>, &Row<'_, '_>) -> bool + 'k;

/// The graph of one cluster.
#[derive(Debug)]
pub struct Graph<'a> {
    /// The cluster; `None` where there is only one.
    pub context: Option<&'a str>,
    /// The clients: those that stand for many first.
    pub clients: Vec<ClientNode<'a>>,
    /// The services, by namespace and host.
    pub services: Vec<ServiceNode<'a>>,
    /// The edges, by client, service and outcome.
    pub edges: Vec<Edge<'a>>,
}

/// Clients that are one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientNode<'a> {
    /// Everybody on a data plane whom nothing tells apart.
    Any(DataPlane),
    /// Any sidecar of a namespace; `None` for that of objects that name none.
    AnySidecarIn(Option<&'a str>),
    /// Given workloads: the first by name, and how many there are in all.
    Workloads(Vec<WorkloadName<'a>>, usize),
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceNode<'a> {
    /// Its host.
    pub host: &'a str,
    /// The namespace of its object.
    pub namespace: Option<&'a str>,
    /// The name of its object.
    pub name: &'a str,
    /// The kind of its object.
    pub kind: Kind,
}

/// What becomes of connections of some clients to a service, as far as it is the same.
#[derive(Debug)]
pub struct Edge<'a> {
    /// The clients, by their index.
    pub client: usize,
    /// The service, by its index.
    pub service: usize,
    /// What becomes of the connections.
    pub outcome: Outcome,
    /// The ports, subsets and destinations.
    pub ways: Vec<Way<'a>>,
    /// What is sent.
    pub wires: Vec<Wire>,
    /// The policies that decide on the ports of the endpoints.
    pub policies: Vec<&'a Meta>,
    /// The DestinationRules that set TLS.
    pub rules: Vec<&'a Meta>,
    /// The given workloads of which a manifest shows that they call, each with the first place.
    pub told: BTreeMap<WorkloadName<'a>, Span>,
}

/// The way of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way<'a> {
    /// The port that is asked for.
    pub port: u16,
    /// The subset.
    pub subset: Option<&'a str>,
    /// The host and port to which a VirtualService leads.
    pub leads_to: Option<(&'a str, u16)>,
}

/// How many workloads of a node are named, and compared with those of others.
const NAMED: usize = 100;

/// What makes clients one node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Any(DataPlane),
    AnySidecarIn(NamespaceId),
    Workloads(Vec<WorkloadId>, usize),
}

/// Draws each cluster.
pub fn graph<'a>(answers: &[Answers<'a>], question: Question<'_>) -> Vec<Graph<'a>> {
    let draw = |answers| Drawing::new(answers, question).finish();
    answers.iter().map(draw).collect()
}

struct Drawing<'a, 'k> {
    answers: Answers<'a>,
    question: Question<'k>,
    edges: BTreeMap<(Key, ServiceId, Outcome), Edge<'a>>,
    services: BTreeSet<ServiceId>,
    /// The callers of each service, with the port that each is told.
    told: HashMap<ServiceId, Vec<(WorkloadId, Option<u16>, Span)>>,
}

impl<'a, 'k> Drawing<'a, 'k> {
    fn new(answers: &Answers<'a>, question: Question<'k>) -> Self {
        let mut told: HashMap<_, Vec<_>> = HashMap::default();
        for (workload, call) in answers.callers.calls.iter() {
            let callers = told.entry(call.service).or_default();
            callers.push((workload, call.port, call.span));
        }
        // A gateway without a proxy sends what everybody without one does; one with a sidecar may dial pods.
        for call in &answers.callers.ingresses {
            if let Controller::Given(id) = call.controller
                && answers.resolution().workload(id).enrolment.plane == DataPlane::None
            {
                let callers = told.entry(call.service).or_default();
                callers.push((id, Some(call.port), call.span));
            }
        }
        let mut drawing = Drawing {
            answers: *answers,
            question,
            edges: BTreeMap::new(),
            services: BTreeSet::new(),
            told,
        };
        let services = answers.matrix.services();
        for of_port in services.flat_map(|rows| rows.chunk_by(|one, other| one.port == other.port)) {
            drawing.add_port(of_port);
        }
        drawing
    }

    /// The rows of a service port.
    fn add_port(&mut self, rows: &'a [Row<'a, 'a>]) {
        for row in rows.iter().filter(|row| row.is_routed) {
            if !(self.question.keeps)(&self.answers, row) {
                continue;
            }
            let callers = self.callers(row);
            for key in self.keys(row) {
                self.add_row(row, &key, &callers);
            }
        }
    }

    /// Who of a row is told to call its port.
    fn callers(&self, row: &Row<'_, '_>) -> Vec<(WorkloadId, Span)> {
        let told = self.told.get(&row.service).into_iter().flatten();
        let of_row = told.filter(|(workload, port, _)| {
            let holds = |members| self.answers.groups.holds(members, *workload);
            port.is_none_or(|port| port == row.port) && row.clients.iter().any(holds)
        });
        of_row.map(|&(workload, _, span)| (workload, span)).collect()
    }

    /// The nodes of the clients of a row. Who is told apart and yet sees the same as everybody of his data plane is
    /// not shown beside them.
    fn keys(&self, row: &Row<'a, 'a>) -> Vec<Key> {
        if let Some(from) = self.question.from {
            let here = from.iter().filter(|(context, workload)| {
                let holds = |members| self.answers.groups.holds(members, *workload);
                *context == self.answers.mesh().context && row.clients.iter().any(holds)
            });
            return here
                .map(|&(_, workload)| Key::Workloads(vec![workload], 1))
                .collect();
        }
        let any = row.clients.iter().find_map(|members| match members {
            Members::Everywhere { plane, .. } => Some(*plane),
            _ => None,
        });
        if let Some(plane) = any {
            // All clients of a row have one data plane.
            return vec![Key::Any(plane)];
        }
        let mut keys: Vec<Key> = row.clients.iter().map(|members| self.key(members)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn key(&self, members: &Members) -> Key {
        let groups = self.answers.groups;
        if let Some(namespace) = groups.open_namespace(members) {
            return Key::AnySidecarIn(namespace);
        }
        let mut first: Vec<WorkloadId> = groups.given(members).take(NAMED).collect();
        first.sort_unstable();
        Key::Workloads(first, groups.count(members))
    }

    fn add_row(&mut self, row: &'a Row<'a, 'a>, key: &Key, callers: &[(WorkloadId, Span)]) {
        if row.endpoints.is_empty() {
            self.add(row, key, Outcome::Unknown, None, callers);
        }
        for class in row.endpoints.iter() {
            self.add(row, key, class.outcome, Some(class), callers);
        }
    }

    fn add(
        &mut self,
        row: &'a Row<'a, 'a>,
        key: &Key,
        outcome: Outcome,
        class: Option<&'a EndpointClass<'a>>,
        callers: &[(WorkloadId, Span)],
    ) {
        if !(self.question.shows)(outcome) {
            return;
        }
        let mesh = self.answers.mesh();
        self.services.insert(row.service);
        let edge = self.edges.entry((key.clone(), row.service, outcome));
        let edge = edge.or_insert_with(|| Edge::new(outcome));
        push_new(&mut edge.ways, way(&self.answers, row));
        if let Some(class) = class {
            push_new(&mut edge.wires, class.sent.wire);
            let by: Option<PolicyId> = class.server.and_then(|server| server.policy.by);
            push_object(&mut edge.policies, by.map(|by| &mesh.policies[by].object.meta));
        }
        push_object(&mut edge.rules, rule(row));
        let is_shown = |caller: WorkloadId| match key {
            Key::Workloads(own, count) if own.len() == *count => own.contains(&caller),
            Key::AnySidecarIn(namespace) => mesh.workload(caller).namespace == *namespace,
            _ => true,
        };
        for &(workload, span) in callers.iter().filter(|(workload, _)| is_shown(*workload)) {
            edge.told.entry(WorkloadName::of(mesh, workload)).or_insert(span);
        }
    }

    /// Numbers the nodes.
    fn finish(self) -> Graph<'a> {
        let mesh = self.answers.mesh();
        let mut services: Vec<ServiceId> = self.services.into_iter().collect();
        services.sort_by_key(|&id| (mesh.service(id).namespace, id));
        let service_index: HashMap<ServiceId, usize> = services
            .iter()
            .enumerate()
            .map(|(index, &id)| (id, index))
            .collect();
        let mut clients: Vec<ClientNode<'a>> = Vec::new();
        let mut edges = Vec::new();
        let mut last: Option<Key> = None;
        // The edges of a client follow each other.
        for ((key, service, _), mut edge) in self.edges {
            if last.as_ref() != Some(&key) {
                clients.push(client_node(&self.answers, &key));
                last = Some(key);
            }
            edge.client = clients.len() - 1;
            edge.service = service_index[&service];
            edge.ways.sort_unstable();
            edges.push(edge);
        }
        edges.sort_by_key(|edge: &Edge<'_>| (edge.client, edge.service, edge.outcome));
        Graph {
            context: mesh.context,
            clients,
            services: services
                .iter()
                .map(|&id| service_node(&self.answers, id))
                .collect(),
            edges,
        }
    }
}

impl Edge<'_> {
    /// An edge of nobody yet.
    fn new(outcome: Outcome) -> Self {
        Edge {
            client: 0,
            service: 0,
            outcome,
            ways: Vec::new(),
            wires: Vec::new(),
            policies: Vec::new(),
            rules: Vec::new(),
            told: BTreeMap::new(),
        }
    }
}

fn push_new<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

fn push_object<'a>(all: &mut Vec<&'a Meta>, one: Option<&'a Meta>) {
    if let Some(one) = one.filter(|one| all.iter().all(|known| known.span != one.span)) {
        all.push(one);
    }
}

fn way<'a>(answers: &Answers<'a>, row: &'a Row<'a, 'a>) -> Way<'a> {
    let (service, port) = row.target();
    let is_led = row.route.is_some() && (service, port) != (row.service, row.port);
    Way {
        port: row.port,
        subset: row.subset,
        leads_to: is_led.then(|| (&*answers.mesh().service(service).host, port)),
    }
}

/// The rule whose TLS is followed.
fn rule<'a>(row: &Row<'a, 'a>) -> Option<&'a Meta> {
    row.cluster.reason.setting().map(|tls| &tls.rule.meta)
}

fn client_node<'a>(answers: &Answers<'a>, key: &Key) -> ClientNode<'a> {
    let mesh = answers.mesh();
    match key {
        Key::Any(plane) => ClientNode::Any(*plane),
        Key::AnySidecarIn(namespace) => ClientNode::AnySidecarIn(mesh.namespaces[*namespace].name),
        Key::Workloads(first, count) => {
            let names = first.iter().map(|&id| WorkloadName::of(mesh, id));
            ClientNode::Workloads(names.collect(), *count)
        }
    }
}

fn service_node<'a>(answers: &Answers<'a>, id: ServiceId) -> ServiceNode<'a> {
    let service = answers.mesh().service(id);
    let meta = service.meta();
    ServiceNode {
        host: &service.host,
        namespace: meta.namespace_name(),
        name: &meta.name.value,
        kind: meta.kind,
    }
}

/// The services of each namespace: they follow each other.
pub fn by_namespace<'g, 'a>(services: &'g [ServiceNode<'a>]) -> Vec<(Option<&'a str>, Range<usize>)> {
    let mut namespaces: Vec<(Option<&'a str>, Range<usize>)> = Vec::new();
    for (index, service) in services.iter().enumerate() {
        match namespaces.last_mut() {
            Some((namespace, range)) if *namespace == service.namespace => range.end = index + 1,
            _ => namespaces.push((service.namespace, index..index + 1)),
        }
    }
    namespaces
}
