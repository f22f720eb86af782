//! `explain`: the mode of a port with its whole derivation. Text and JSON are views of the recorded trail.

mod block;
pub mod clients;
mod policy;
pub mod routing;
pub mod rule;
mod words;
mod workload;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use self::routing::{ExplainedRouting, RoutingRow};
use self::rule::{ExplainedRule, RuleRow};
use super::document::Document;
use super::place::Place;
use super::row::{Row, Rows};
use super::sanitize;
use super::trail::TrailView;
use crate::load::Skipped;
use crate::mesh::{PolicyId, WorkloadId};
use crate::posture::influence::Influence;
use crate::resolve::server::PortDecision;
use crate::resolve::trail::Trail;

/// What is explained: of each context in which the target exists, what it is there.
pub struct Explanation<'a> {
    /// The target as it is called.
    pub target: String,
    /// What to say about it, in order.
    pub parts: Vec<Part<'a>>,
    /// The contexts of the run.
    pub contexts: Vec<Rows<'a>>,
    /// What was not read.
    pub skipped: &'a [Skipped],
}

/// One thing to explain in one context.
pub struct Part<'a> {
    /// The context.
    pub rows: Rows<'a>,
    /// What is said before it; empty to say nothing.
    pub heading: String,
    /// The thing.
    pub subject: Subject<'a>,
}

/// What can be explained.
pub enum Subject<'a> {
    /// Ports of a workload.
    Workload(WorkloadId, Vec<Port<'a>>),
    /// What a policy does to the workloads that it is about.
    Policy(PolicyId, Vec<Influence<'a>>),
    /// What a DestinationRule is to the clients of the services that it is about.
    Rule(ExplainedRule<'a>),
    /// Where a VirtualService leads whom.
    Routing(ExplainedRouting<'a>),
    /// The heading says it all.
    Nothing,
}

/// One port.
pub struct Port<'a> {
    /// What is in force.
    pub decision: PortDecision<'a>,
    /// How it came about.
    pub trail: Trail,
    /// What clients send and what becomes of it; empty where nobody asked.
    pub clients: Vec<ClientLine<'a>>,
}

/// What one kind of client sends to a port and what becomes of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClientLine<'a> {
    /// The clients.
    pub from: String,
    /// The service port, and the subset, that they call; `None` for whoever has no proxy.
    pub via: Option<String>,
    /// What they send.
    pub sends: String,
    /// What becomes of it.
    pub outcome: String,
    /// Why they send it.
    pub because: String,
    /// What becomes of it, in the words of the logs where it fails.
    pub detail: String,
    /// The place that decided.
    pub place: Option<Place<'a>>,
    /// What led the clients here, where they asked for something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteLine<'a>>,
}

/// The route of a VirtualService that leads clients to a port.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteLine<'a> {
    /// Which one, and for which requests.
    pub words: String,
    /// Where it names the destination.
    pub place: Place<'a>,
}

/// A row with what only `explain` says.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ExplainedRow<'e, 'a> {
    #[serde(flatten)]
    row: Row<'a>,
    /// The part of the policy that is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    /// What a move between sidecar and ambient would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    clients: &'e [ClientLine<'a>],
}

/// A row: a port of a workload, or clients of a service port.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum AnyRow<'e, 'a> {
    Port(Box<ExplainedRow<'e, 'a>>),
    Clients(&'e RuleRow<'a>),
    Led(&'e RoutingRow<'a>),
    None(NoRow<'e>),
}

/// Why nobody follows the target, as the only row.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NoRow<'e> {
    context: Option<&'e str>,
    host: Option<&'e str>,
    port: Option<u16>,
    verdict: &'static str,
    because: String,
}

/// How many service ports are named.
const NAMED: usize = 3;

/// So many names, and how many there are beside them.
fn first_of(names: &[String], count: usize) -> String {
    match names.len().checked_sub(count) {
        Some(more @ 1..) => format!("{} and {more} more", names[..count].join(", ")),
        _ => names.join(", "),
    }
}

/// The service ports of some rows as they are called, which stand together.
fn targets<'r>(rows: impl Iterator<Item = (&'r str, u16)>) -> Vec<String> {
    let mut targets: Vec<String> = rows.map(|(host, port)| format!("{host}:{port}")).collect();
    targets.dedup();
    targets
}

impl<'a> Explanation<'a> {
    /// Text for people.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut heading = "";
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            if part.heading != heading {
                heading = &part.heading;
                writeln!(out, "{}", sanitize::line(heading))?;
                if !matches!(part.subject, Subject::Nothing) {
                    writeln!(out)?;
                }
            }
            match &part.subject {
                Subject::Workload(id, ports) => workload::write(out, &part.rows, *id, ports)?,
                Subject::Policy(id, influences) => policy::write(out, &part.rows, *id, influences)?,
                Subject::Rule(rule) => rule.write(out, part.rows.resolution.mesh, part.rows.places)?,
                Subject::Routing(routing) => {
                    routing.write(out, part.rows.resolution.mesh, part.rows.places)?;
                }
                Subject::Nothing => {}
            }
        }
        Ok(())
    }

    /// JSON: a row a port, each with its trail.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write(out, &self.document())
    }

    /// The same as YAML.
    pub fn yaml(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write_yaml(out, &self.document())
    }

    fn document(&self) -> Option<Document<'a, Vec<AnyRow<'_, 'a>>>> {
        let places = self.contexts.first()?.places;
        let contexts = self.contexts.iter().map(|rows| {
            let mesh = rows.resolution.mesh;
            (mesh.context, &mesh.settings)
        });
        let rows = self.parts.iter().flat_map(Part::rows).collect();
        let mut document = Document::new(contexts, rows, self.skipped, places);
        document.target = Some(self.target.clone());
        Some(document)
    }
}

impl<'a> Part<'a> {
    fn rows(&self) -> Vec<AnyRow<'_, 'a>> {
        match &self.subject {
            Subject::Rule(rule) => {
                let own = rule.rows.iter().map(AnyRow::Clients);
                own.chain(rule.no_row(self.rows.resolution.mesh).map(AnyRow::None))
                    .collect()
            }
            Subject::Routing(routing) => {
                let own = routing.rows.iter().map(AnyRow::Led);
                own.chain(routing.no_row(self.rows.resolution.mesh).map(AnyRow::None))
                    .collect()
            }
            _ => self
                .port_rows()
                .into_iter()
                .map(|row| AnyRow::Port(Box::new(row)))
                .collect(),
        }
    }

    fn port_rows(&self) -> Vec<ExplainedRow<'_, 'a>> {
        match &self.subject {
            Subject::Rule(_) | Subject::Routing(_) | Subject::Nothing => Vec::new(),
            Subject::Workload(id, ports) => ports
                .iter()
                .map(|port| ExplainedRow {
                    row: self.row(*id, &port.decision, &port.trail),
                    differs: words::difference(self.rows.resolution, *id, &port.decision),
                    verdict: None,
                    clients: &port.clients,
                })
                .collect(),
            Subject::Policy(_, influences) => influences
                .iter()
                .map(|influence| ExplainedRow {
                    row: self.row(influence.workload, &influence.decision, &influence.trail),
                    verdict: Some(policy::verdict_name(influence.verdict)),
                    differs: words::difference(self.rows.resolution, influence.workload, &influence.decision),
                    clients: &[],
                })
                .collect(),
        }
    }

    fn row(&self, id: WorkloadId, decision: &PortDecision<'a>, trail: &Trail) -> Row<'a> {
        let trail = TrailView::new(self.rows.resolution.mesh, self.rows.places, trail);
        self.rows.row_of(id, decision, Some(trail))
    }
}
