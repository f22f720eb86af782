//! One page that needs nothing else: style, script and data are in it, and its policy forbids it to fetch anything.
//! The data are JSON in which no character could end the element that holds it; the script only ever sets text.

use std::io::{self, Write};

use serde::Serialize;

use super::{Graphs, words};
use crate::posture::graph::{ClientNode, Edge, Graph};
use crate::report::connection::wire_words;
use crate::report::sanitize;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Writes the page.
pub(super) fn write(graphs: &Graphs<'_>, out: &mut dyn Write) -> io::Result<()> {
    let data = serde_json::to_string(&data(graphs)).map_err(io::Error::other)?;
    let mut rest = PAGE;
    for (mark, content) in [
        ("/*style*/", STYLE),
        ("/*data*/", &*inert(&data)),
        ("/*script*/", SCRIPT),
    ] {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        out.write_all(before.as_bytes())?;
        out.write_all(content.as_bytes())?;
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// JSON that means nothing to a reader of HTML.
fn inert(json: &str) -> String {
    sanitize::json(
        json.replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026"),
    )
}

#[derive(Serialize)]
struct Data {
    /// The outcomes: word, and name in the style.
    outcomes: Vec<(&'static str, &'static str)>,
    contexts: Vec<ContextData>,
}

#[derive(Serialize)]
struct ContextData {
    name: String,
    clients: Vec<ClientData>,
    /// Name, namespace and host.
    services: Vec<[String; 3]>,
    edges: Vec<EdgeData>,
}

#[derive(Serialize)]
struct ClientData {
    name: String,
    /// The members by name, as far as they are named.
    members: Vec<String>,
    count: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EdgeData {
    client: usize,
    service: usize,
    /// Which of the outcomes.
    outcome: usize,
    ways: Vec<String>,
    sends: Vec<String>,
    policies: Vec<String>,
    rules: Vec<String>,
    /// Who is told to call, and where.
    told: Vec<[String; 2]>,
}

fn data(graphs: &Graphs<'_>) -> Data {
    let outcomes = words::OUTCOMES.iter();
    Data {
        outcomes: outcomes
            .map(|&outcome| (words::outcome(outcome), outcome.as_str()))
            .collect(),
        contexts: graphs.graphs().map(|graph| context(graphs, graph)).collect(),
    }
}

fn safe(text: &str) -> String {
    sanitize::line(text).into_owned()
}

fn context(graphs: &Graphs<'_>, graph: &Graph<'_>) -> ContextData {
    let clients = graph.clients.iter().map(|client| ClientData {
        name: words::client(client),
        members: match client {
            ClientNode::Workloads(names, _) => names.iter().map(words::workload).collect(),
            ClientNode::Any(_) | ClientNode::AnySidecarIn(_) => Vec::new(),
        },
        count: match client {
            ClientNode::Workloads(_, count) => *count,
            ClientNode::Any(_) | ClientNode::AnySidecarIn(_) => 0,
        },
    });
    let services = graph.services.iter().map(|service| {
        let namespace = words::namespace(service.namespace);
        [words::service(service), namespace, safe(service.host)]
    });
    ContextData {
        name: safe(graph.context.unwrap_or_default()),
        clients: clients.collect(),
        services: services.collect(),
        edges: graph.edges.iter().map(|edge| edge_data(graphs, edge)).collect(),
    }
}

fn edge_data(graphs: &Graphs<'_>, edge: &Edge<'_>) -> EdgeData {
    let names = |objects: &[&crate::model::Meta]| {
        let names = objects.iter().map(|meta| safe(&meta.qualified_name()));
        names.collect()
    };
    EdgeData {
        client: edge.client,
        service: edge.service,
        outcome: edge.outcome as usize,
        ways: edge.ways.iter().map(words::way).collect(),
        sends: edge
            .wires
            .iter()
            .map(|&wire| wire_words(wire).to_owned())
            .collect(),
        policies: names(&edge.policies),
        rules: names(&edge.rules),
        told: edge
            .told
            .iter()
            .map(|(name, span)| {
                let place = graphs.places.of(*span).to_string();
                [words::workload(name), safe(&place)]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_their_element() {
        assert_eq!(
            inert("{\"a\":\"</script><!--&\u{2028}\"}"),
            "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\"}"
        );
    }

    #[test]
    fn the_page_has_a_place_for_everything() {
        let places = ["/*style*/", "/*data*/", "/*script*/"].map(|mark| PAGE.find(mark));
        assert!(places.iter().all(Option::is_some) && places.is_sorted());
        assert!(!SCRIPT.contains("</") && !STYLE.contains("</"));
    }
}
