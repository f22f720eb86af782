//! A flowchart of Mermaid. In its labels every character that could mean something is written by its number.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::plan::{Cluster, Line, Plan};
use super::words;
use crate::resolve::outcome::Outcome;

/// Writes the chart.
pub(super) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for outcome in words::OUTCOMES {
        let arrow = arrow(outcome);
        writeln!(out, "  %% {arrow} {}", words::outcome(outcome))?;
    }
    for note in &plan.notes {
        writeln!(out, "  %% {note}")?;
    }
    for (index, note) in plan.notes.iter().enumerate() {
        writeln!(out, "  note{index}[\"{}\"]", label(note))?;
        writeln!(out, "  style note{index} stroke-dasharray:4 4")?;
    }
    // Of several styles of an edge Mermaid keeps the last one only.
    let mut styles: BTreeMap<(Outcome, bool), Vec<usize>> = BTreeMap::new();
    let mut number = 0;
    for (index, cluster) in plan.clusters.iter().enumerate() {
        if let Some(name) = &cluster.name {
            writeln!(out, "  subgraph k{index}[\"{}\"]", label(name))?;
        }
        write_nodes(cluster, index, out)?;
        for edge in &cluster.edges {
            write_edge(edge, index, out)?;
            let style = (edge.outcome, edge.is_told);
            styles.entry(style).or_default().push(number);
            number += 1;
        }
        if cluster.name.is_some() {
            writeln!(out, "  end")?;
        }
    }
    for ((outcome, is_told), edges) in styles {
        let edges: Vec<String> = edges.iter().map(usize::to_string).collect();
        let color = words::color(outcome);
        let width = if is_told { ",stroke-width:4px" } else { "" };
        writeln!(
            out,
            "  linkStyle {} stroke:{color},color:{color}{width}",
            edges.join(",")
        )?;
    }
    Ok(())
}

fn write_nodes(cluster: &Cluster, index: usize, out: &mut dyn Write) -> io::Result<()> {
    for (client, text) in cluster.clients.iter().enumerate() {
        writeln!(out, "  c{index}_{client}([\"{}\"])", label(text))?;
    }
    let mut node = 0;
    for (number, (title, nodes)) in cluster.namespaces.iter().enumerate() {
        if let Some(title) = title {
            writeln!(out, "  subgraph n{index}_{number}[\"{}\"]", label(title))?;
        }
        for text in nodes {
            writeln!(out, "    s{index}_{node}[\"{}\"]", label(text))?;
            node += 1;
        }
        if title.is_some() {
            writeln!(out, "  end")?;
        }
    }
    Ok(())
}

fn write_edge(edge: &Line, index: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "  c{index}_{} {}|\"{}\"| s{index}_{}",
        edge.client,
        arrow(edge.outcome),
        label(&edge.label),
        edge.node
    )
}

fn arrow(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Mtls => "-->",
        Outcome::Plaintext => "-.->",
        Outcome::AppTls => "==>",
        Outcome::Unknown => "-.-o",
        Outcome::Refused => "--x",
    }
}

/// The text of a label.
fn label(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | '/' | ':' | '(' | ')') {
            safe.push(c);
        } else {
            // Writing into a string cannot fail.
            let _ = write!(safe, "#{};", u32::from(c));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_means_anything() {
        assert_eq!(label("shop/cart"), "shop/cart");
        assert_eq!(label("\"]; <b>`#"), "#34;#93;#59; #60;b#62;#96;#35;");
    }
}
