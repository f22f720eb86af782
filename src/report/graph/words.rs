//! Words for nodes and edges, the same in every drawing.

use crate::finding::phrases::counted;
use crate::posture::diff::WorkloadName;
use crate::posture::graph::{ClientNode, Edge, ServiceNode, Way};
use crate::report::sanitize;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::Outcome;

/// How many names a node shows.
const SHOWN: usize = 3;

/// Every outcome, the best first.
pub(super) const OUTCOMES: [Outcome; 5] = [
    Outcome::Mtls,
    Outcome::Plaintext,
    Outcome::AppTls,
    Outcome::Unknown,
    Outcome::Refused,
];

/// The outcome for people.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Mtls => "mTLS",
        Outcome::Plaintext => "plaintext",
        Outcome::AppTls => "TLS to the application",
        Outcome::Unknown => "unknown",
        Outcome::Refused => "refused",
    }
}

/// The colour of an outcome on paper; each is told by its words and its stroke too.
pub(super) fn color(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Mtls => "#1a7f37",
        Outcome::Plaintext => "#b35900",
        Outcome::AppTls => "#0969da",
        Outcome::Unknown => "#6e7781",
        Outcome::Refused => "#cf222e",
    }
}

/// `shop/cart`.
pub(super) fn workload(name: &WorkloadName<'_>) -> String {
    sanitize::line(&format!("{}/{}", name.namespace.unwrap_or("-"), name.name)).into_owned()
}

/// A namespace.
pub(super) fn namespace(name: Option<&str>) -> String {
    sanitize::line(name.unwrap_or("(no namespace)")).into_owned()
}

/// Who connects.
pub(super) fn client(node: &ClientNode<'_>) -> String {
    match node {
        ClientNode::Any(DataPlane::None) => "no proxy".to_owned(),
        ClientNode::Any(plane) => format!("any {plane}"),
        ClientNode::AnySidecarIn(name) => format!("any sidecar in {}", namespace(*name)),
        ClientNode::Workloads(names, count) => {
            let shown: Vec<String> = names.iter().take(SHOWN).map(workload).collect();
            match count.saturating_sub(shown.len()) {
                0 => shown.join(", "),
                more => format!("{} and {more} more", shown.join(", ")),
            }
        }
    }
}

/// The name of a service: that of its object, or the host of a `ServiceEntry`.
pub(super) fn service(node: &ServiceNode<'_>) -> String {
    let name = match node.kind {
        crate::id::Kind::Service => node.name,
        _ => node.host,
    };
    sanitize::line(name).into_owned()
}

/// `80`, `80 subset v2`, `80 to reviews.shop:9080`.
pub(super) fn way(way: &Way<'_>) -> String {
    let mut text = way.port.to_string();
    if let Some(subset) = way.subset {
        text = format!("{text} subset {subset}");
    }
    if let Some((host, port)) = way.leads_to {
        let host = host.split_once(".svc.").map_or(host, |(short, _)| short);
        text = format!("{text} to {host}:{port}");
    }
    sanitize::line(&text).into_owned()
}

/// How many ways a label names.
const WAYS: usize = 4;

/// The ways of an edge in a label.
pub(super) fn ways(edge: &Edge<'_>) -> String {
    let shown: Vec<String> = edge.ways.iter().take(WAYS).map(way).collect();
    match edge.ways.len().saturating_sub(WAYS) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `12 services`.
pub(super) fn services(count: usize) -> String {
    counted(count, "service")
}
