//! Who reaches which service, drawn for people and told to machines.

mod dot;
mod html;
pub mod json;
mod mermaid;
mod plan;
mod words;

use std::io::{self, Write};

use super::place::Places;
use crate::load::Skipped;
use crate::mesh::Settings;
use crate::posture::graph::Graph;

/// The graphs of some clusters.
pub struct Graphs<'a> {
    /// The graphs, each with its settings.
    pub contexts: Vec<(&'a Settings, Graph<'a>)>,
    /// Whether namespaces are single nodes of a drawing; `None` leaves it to their number.
    pub collapse: Option<bool>,
    /// Where things stand.
    pub places: &'a Places<'a>,
    /// What was not read.
    pub skipped: &'a [Skipped],
}

impl<'a> Graphs<'a> {
    /// A flowchart of Mermaid.
    pub fn mermaid(&self, out: &mut dyn Write) -> io::Result<()> {
        mermaid::write(&plan::plan(self), out)
    }

    /// A digraph of Graphviz.
    pub fn dot(&self, out: &mut dyn Write) -> io::Result<()> {
        dot::write(&plan::plan(self), out)
    }

    /// A page that needs no network.
    pub fn html(&self, out: &mut dyn Write) -> io::Result<()> {
        html::write(self, out)
    }

    /// JSON, a node or an edge a line.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write(out, &json::document(self))
    }

    fn graphs(&self) -> impl Iterator<Item = &Graph<'a>> {
        self.contexts.iter().map(|(_, graph)| graph)
    }
}
