//! For machines: nodes by number, and a row for each edge.

use schemars::JsonSchema;
use serde::Serialize;

use super::Graphs;
use crate::model::Meta;
use crate::posture::graph::{ClientNode, Edge, Graph, ServiceNode};
use crate::report::document::Document;
use crate::report::names::{NameView, TargetView};
use crate::report::place::{Place, Places};

/// What a graph has beside what every answer has: `rows` are the edges.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphDocument<'a> {
    /// What every answer has.
    #[serde(flatten)]
    answer: Document<'a, Vec<EdgeView<'a>>>,
    /// The clients; edges name them by `id`.
    clients: Vec<ClientView<'a>>,
    /// The services; edges name them by `id`.
    services: Vec<ServiceView<'a>>,
}

/// Clients that are one node.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ClientView<'a> {
    id: usize,
    context: Option<&'a str>,
    /// `any` (everybody on a data plane), `any-sidecar` (of a namespace) or `workloads`.
    kind: &'static str,
    /// The data plane of `any` and `any-sidecar`.
    data_plane: Option<&'static str>,
    /// The namespace of `any-sidecar`.
    namespace: Option<&'a str>,
    /// The first hundred of `workloads`.
    workloads: Vec<NameView<'a>>,
    /// How many `workloads` there are.
    count: usize,
}

/// A service.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceView<'a> {
    id: usize,
    context: Option<&'a str>,
    host: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    kind: &'static str,
}

/// What becomes of connections of some clients to a service.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EdgeView<'a> {
    context: Option<&'a str>,
    client: usize,
    service: usize,
    outcome: &'static str,
    ways: Vec<WayView<'a>>,
    sends: Vec<&'static str>,
    policies: Vec<String>,
    destination_rules: Vec<String>,
    /// The given workloads of which a manifest shows that they call.
    told: Vec<ToldView<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WayView<'a> {
    port: u16,
    subset: Option<&'a str>,
    leads_to: Option<TargetView<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ToldView<'a> {
    #[serde(flatten)]
    workload: NameView<'a>,
    #[serde(flatten)]
    place: Place<'a>,
}

/// The document of some graphs; ids count through all of them.
pub(super) fn document<'a>(graphs: &'a Graphs<'a>) -> GraphDocument<'a> {
    let (mut clients, mut services, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for graph in graphs.graphs() {
        let first = (clients.len(), services.len());
        let edges = graph.edges.iter();
        rows.extend(edges.map(|edge| edge_view(graphs.places, graph, first, edge)));
        let of_graph = graph.clients.iter().enumerate();
        clients.extend(of_graph.map(|(index, client)| client_view(graph, first.0 + index, client)));
        let of_graph = graph.services.iter().enumerate();
        services.extend(of_graph.map(|(index, service)| service_view(graph, first.1 + index, service)));
    }
    let settings = graphs.contexts.iter();
    let settings = settings.map(|(settings, graph)| (graph.context, *settings));
    GraphDocument {
        answer: Document::new(settings, rows, graphs.skipped, graphs.places),
        clients,
        services,
    }
}

fn client_view<'a>(graph: &Graph<'a>, id: usize, client: &ClientNode<'a>) -> ClientView<'a> {
    let (kind, data_plane, namespace) = match client {
        ClientNode::Any(plane) => ("any", Some(plane.as_str()), None),
        ClientNode::AnySidecarIn(namespace) => ("any-sidecar", Some("sidecar"), *namespace),
        ClientNode::Workloads(..) => ("workloads", None, None),
    };
    let (workloads, count) = match client {
        ClientNode::Workloads(names, count) => (names.iter().map(NameView::of).collect(), *count),
        ClientNode::Any(_) | ClientNode::AnySidecarIn(_) => (Vec::new(), 0),
    };
    ClientView {
        id,
        context: graph.context,
        kind,
        data_plane,
        namespace,
        workloads,
        count,
    }
}

fn service_view<'a>(graph: &Graph<'a>, id: usize, service: &ServiceNode<'a>) -> ServiceView<'a> {
    ServiceView {
        id,
        context: graph.context,
        host: service.host,
        namespace: service.namespace,
        name: service.name,
        kind: service.kind.as_str(),
    }
}

fn edge_view<'a>(
    places: &'a Places<'a>,
    graph: &Graph<'a>,
    (clients, services): (usize, usize),
    edge: &Edge<'a>,
) -> EdgeView<'a> {
    let names = |objects: &[&Meta]| objects.iter().map(|meta| meta.qualified_name()).collect();
    EdgeView {
        context: graph.context,
        client: clients + edge.client,
        service: services + edge.service,
        outcome: edge.outcome.as_str(),
        ways: edge
            .ways
            .iter()
            .map(|way| WayView {
                port: way.port,
                subset: way.subset,
                leads_to: way.leads_to.map(|(host, port)| TargetView { host, port }),
            })
            .collect(),
        sends: edge.wires.iter().map(|wire| wire.as_str()).collect(),
        policies: names(&edge.policies),
        destination_rules: names(&edge.rules),
        told: edge
            .told
            .iter()
            .map(|(workload, span)| ToldView {
                workload: NameView::of(workload),
                place: places.of(*span),
            })
            .collect(),
    }
}
