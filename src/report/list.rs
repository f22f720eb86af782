//! `list`: what is in force on every port of every workload, a row each.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::document::Document;
use super::row::{Row, Rows, ServiceRef};
use super::table;
use crate::load::Skipped;
use crate::mesh::WorkloadId;

/// The workloads of some contexts.
pub struct List<'a> {
    /// The contexts.
    pub contexts: Vec<Rows<'a>>,
    /// Which workloads are listed.
    pub keep: &'a dyn Fn(&Rows<'a>, WorkloadId) -> bool,
    /// What was not read.
    pub skipped: &'a [Skipped],
}

impl<'a> List<'a> {
    fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.contexts.iter().flat_map(|rows| {
            let workloads = rows.resolution.mesh.workloads().map(|(id, _)| id);
            let kept = workloads.filter(|&id| (self.keep)(rows, id));
            kept.flat_map(move |id| rows.ports(id).map(move |port| rows.row(id, port)))
        })
    }

    fn document(&self) -> Option<Document<'a, AllRows<'_, 'a>>> {
        let places = self.contexts.first()?.places;
        let contexts = self.contexts.iter().map(|rows| {
            let mesh = rows.resolution.mesh;
            (mesh.context, &mesh.settings)
        });
        Some(Document::new(contexts, AllRows(self), self.skipped, places))
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
        let rows = self.rows().map(|row| (row.context, cells(&row)));
        table::write(out, &HEADER, self.contexts.len(), rows)
    }
}

const HEADER: [&str; 8] = [
    "NAMESPACE",
    "WORKLOAD",
    "PORT",
    "PROTOCOL",
    "SERVICES",
    "DATA PLANE",
    "MODE",
    "DECIDED BY",
];

fn cells(row: &Row<'_>) -> Vec<String> {
    let port = match (row.port, row.port_name) {
        (Some(port), Some(name)) => format!("{port} {name}"),
        (Some(port), None) => port.to_string(),
        (None, _) => "*".to_owned(),
    };
    let services: Vec<String> = row
        .services
        .iter()
        .map(|service| service_cell(row, service))
        .collect();
    let decider = row.decided_by.map_or_else(
        || "mesh default".to_owned(),
        |by| format!("{}/{}", by.namespace.unwrap_or("-"), by.name),
    );
    vec![
        row.namespace.unwrap_or("-").to_owned(),
        format!("{}/{}", row.kind, row.workload),
        port,
        row.protocol.to_owned(),
        if services.is_empty() {
            "-".to_owned()
        } else {
            services.join(",")
        },
        row.data_plane.to_owned(),
        mode_cell(row),
        decider,
    ]
}

/// What is enforced; what the policies say beside it, where that is something else.
fn mode_cell(row: &Row<'_>) -> String {
    match row.mode {
        Some(mode) if mode != row.policy_mode => format!("{mode} (policies: {})", row.policy_mode),
        Some(mode) => mode.to_owned(),
        None => "-".to_owned(),
    }
}

/// A service port; its namespace only where it is another.
fn service_cell(row: &Row<'_>, service: &ServiceRef<'_>) -> String {
    match service.namespace {
        Some(namespace) if row.namespace != Some(namespace) => {
            format!("{namespace}/{}:{}", service.name, service.port)
        }
        _ => format!("{}:{}", service.name, service.port),
    }
}

/// Every row, made while it is written.
struct AllRows<'l, 'a>(&'l List<'a>);

impl Serialize for AllRows<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows())
    }
}
