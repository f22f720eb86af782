//! A digraph of Graphviz.

use std::io::{self, Write};

use super::plan::{Cluster, Plan};
use super::words;
use crate::resolve::outcome::Outcome;

/// Writes the graph.
pub(super) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph peerauth {{")?;
    writeln!(
        out,
        "  graph [rankdir=LR, ranksep=2, fontname=\"sans-serif\", labelloc=b, label={}]",
        quoted(&plan.notes.join("\n"))
    )?;
    writeln!(out, "  node [shape=box, style=rounded, fontname=\"sans-serif\"]")?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10]")?;
    for (index, cluster) in plan.clusters.iter().enumerate() {
        if let Some(name) = &cluster.name {
            writeln!(out, "  subgraph cluster_{index} {{\n  label={}", quoted(name))?;
        }
        write_cluster(cluster, index, out)?;
        if cluster.name.is_some() {
            writeln!(out, "  }}")?;
        }
    }
    writeln!(out, "}}")
}

fn write_cluster(cluster: &Cluster, index: usize, out: &mut dyn Write) -> io::Result<()> {
    for (client, text) in cluster.clients.iter().enumerate() {
        writeln!(out, "  c{index}_{client} [label={}, shape=oval]", quoted(text))?;
    }
    let mut node = 0;
    for (number, (title, nodes)) in cluster.namespaces.iter().enumerate() {
        if let Some(title) = title {
            writeln!(
                out,
                "  subgraph cluster_{index}_{number} {{\n    label={}",
                quoted(title)
            )?;
        }
        for text in nodes {
            writeln!(out, "    s{index}_{node} [label={}]", quoted(text))?;
            node += 1;
        }
        if title.is_some() {
            writeln!(out, "  }}")?;
        }
    }
    for edge in &cluster.edges {
        let color = words::color(edge.outcome);
        let width = if edge.is_told { 3 } else { 1 };
        writeln!(
            out,
            "  c{index}_{} -> s{index}_{} [label={}, color=\"{color}\", fontcolor=\"{color}\", {}, penwidth={width}]",
            edge.client,
            edge.node,
            quoted(&edge.label),
            stroke(edge.outcome)
        )?;
    }
    Ok(())
}

fn stroke(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Mtls => "style=solid",
        Outcome::Plaintext => "style=dashed",
        Outcome::AppTls => "style=solid, arrowhead=empty",
        Outcome::Unknown => "style=dotted, arrowhead=odot",
        Outcome::Refused => "style=solid, arrowhead=tee",
    }
}

/// A string of the language; `\n` in it breaks lines.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_where_it_should() {
        assert_eq!(quoted("a\"b\\c\nd"), "\"a\\\"b\\\\c\\nd\"");
    }
}
