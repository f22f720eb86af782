//! What is drawn where a drawing has no reader to unfold it: with many services, a namespace is one node, and of
//! too many edges the worst are kept. What is left out is said.

use std::collections::BTreeMap;

use super::{Graphs, words};
use crate::finding::phrases::counted;
use crate::posture::graph::{Graph, by_namespace};
use crate::resolve::outcome::Outcome;

/// More services than these are folded into their namespaces.
const SERVICES: usize = 60;
/// So are more edges than these.
const EDGES: usize = 240;
/// Mermaid refuses a chart with more edges than 500.
const MOST_EDGES: usize = 480;

/// Everything that is drawn.
pub(super) struct Plan {
    /// The clusters.
    pub(super) clusters: Vec<Cluster>,
    /// What the reader must know.
    pub(super) notes: Vec<String>,
}

/// What is drawn of a cluster.
pub(super) struct Cluster {
    /// Its name, where there are several.
    pub(super) name: Option<String>,
    /// The labels of the clients.
    pub(super) clients: Vec<String>,
    /// The namespaces, each with the labels of its nodes; a folded one has no title of its own.
    pub(super) namespaces: Vec<(Option<String>, Vec<String>)>,
    /// The edges from client to node, by their indexes.
    pub(super) edges: Vec<Line>,
}

/// An edge of a drawing.
pub(super) struct Line {
    pub(super) client: usize,
    pub(super) node: usize,
    pub(super) outcome: Outcome,
    pub(super) label: String,
    /// Whether a manifest shows that the connection is made.
    pub(super) is_told: bool,
}

/// Plans the drawing of some clusters.
pub(super) fn plan(graphs: &Graphs<'_>) -> Plan {
    let services = graphs.graphs().map(|graph| graph.services.len()).sum::<usize>();
    let edges = graphs.graphs().map(|graph| graph.edges.len()).sum::<usize>();
    let is_folded = graphs.collapse.unwrap_or(services > SERVICES || edges > EDGES);
    let mut plan = Plan {
        clusters: Vec::new(),
        notes: Vec::new(),
    };
    if edges == 0 {
        plan.notes.push("there is no connection to show".to_owned());
    }
    let has_several = graphs.contexts.len() > 1;
    for graph in graphs.graphs() {
        let name = graph
            .context
            .filter(|_| has_several)
            .map(|name| words::namespace(Some(name)));
        let (namespaces, edges) = if is_folded { folded(graph) } else { unfolded(graph) };
        plan.clusters.push(Cluster {
            name,
            clients: graph.clients.iter().map(words::client).collect(),
            namespaces,
            edges,
        });
    }
    if is_folded && services > 0 {
        plan.notes.push(format!(
            "{} folded into their namespaces: `--collapse never` shows each, and so do `-o html` and `-o json`",
            words::services(services)
        ));
    }
    plan.cut();
    plan
}

impl Plan {
    /// Keeps as many edges as a reader and Mermaid bear, the worst.
    fn cut(&mut self) {
        let all = self
            .clusters
            .iter()
            .map(|cluster| cluster.edges.len())
            .sum::<usize>();
        if all <= MOST_EDGES {
            return;
        }
        let mut ranks: Vec<(bool, Outcome)> = self
            .clusters
            .iter()
            .flat_map(|cluster| cluster.edges.iter().map(Line::rank))
            .collect();
        ranks.sort_unstable_by(|one, other| other.cmp(one));
        let least = ranks[MOST_EDGES - 1];
        let mut room = MOST_EDGES - ranks.iter().filter(|&&rank| rank > least).count();
        for cluster in &mut self.clusters {
            cluster.edges.retain(|edge| {
                let is_last = edge.rank() == least && room > 0;
                room -= usize::from(is_last);
                edge.rank() > least || is_last
            });
        }
        self.notes.push(format!(
            "{} of {all} not drawn, the best outcomes first: choose with `-n`, `--from` or `--only`",
            counted(all - MOST_EDGES, "edge")
        ));
    }
}

impl Line {
    /// What is worth more room: calls that manifests show, then the worse outcome.
    fn rank(&self) -> (bool, Outcome) {
        (self.is_told, self.outcome)
    }
}

type Drawn = (Vec<(Option<String>, Vec<String>)>, Vec<Line>);

fn unfolded(graph: &Graph<'_>) -> Drawn {
    let namespaces = by_namespace(&graph.services).into_iter();
    let namespaces = namespaces.map(|(name, range)| {
        let services = graph.services[range].iter().map(words::service);
        (Some(words::namespace(name)), services.collect())
    });
    let edges = graph.edges.iter().map(|edge| Line {
        client: edge.client,
        node: edge.service,
        outcome: edge.outcome,
        label: format!("{} {}", words::ways(edge), words::outcome(edge.outcome)),
        is_told: !edge.told.is_empty(),
    });
    (namespaces.collect(), edges.collect())
}

fn folded(graph: &Graph<'_>) -> Drawn {
    let namespaces = by_namespace(&graph.services);
    let mut node_of = vec![0; graph.services.len()];
    for (node, (_, range)) in namespaces.iter().enumerate() {
        node_of[range.clone()].fill(node);
    }
    let mut lines: BTreeMap<(usize, usize, Outcome), (usize, bool)> = BTreeMap::new();
    for edge in &graph.edges {
        let key = (edge.client, node_of[edge.service], edge.outcome);
        let (count, is_told) = lines.entry(key).or_default();
        *count += 1;
        *is_told |= !edge.told.is_empty();
    }
    let nodes = namespaces.iter().map(|(name, range)| {
        let label = format!("{}: {}", words::namespace(*name), words::services(range.len()));
        (None, vec![label])
    });
    let lines = lines.into_iter();
    let edges = lines.map(|((client, node, outcome), (count, is_told))| Line {
        client,
        node,
        outcome,
        label: format!("{} {}", words::services(count), words::outcome(outcome)),
        is_told,
    });
    (nodes.collect(), edges.collect())
}
