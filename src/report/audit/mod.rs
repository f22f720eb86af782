//! What the mesh lets in without an identity, for people and machines.

mod csv;
pub mod json;
mod markdown;
mod text;
mod words;

use std::io::{self, Write};

use jiff::civil::Date;

use super::place::Places;
use crate::load::Skipped;
use crate::mesh::Settings;
use crate::model::Standing;
use crate::posture::audit::{Audit, Opening};

/// The audits of some clusters.
pub struct Audits<'a> {
    /// The audits, each with its settings.
    pub contexts: Vec<(&'a Settings, Audit<'a>)>,
    /// The day that decides what has expired.
    pub today: Date,
    /// Where things stand.
    pub places: &'a Places<'a>,
    /// What was not read.
    pub skipped: &'a [Skipped],
}

impl<'a> Audits<'a> {
    /// For people.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        text::write(self, out)
    }

    /// JSON, an opening, a namespace or an item of the checklist a line.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write(out, &json::document(self))
    }

    /// The same as YAML.
    pub fn yaml(&self, out: &mut dyn Write) -> io::Result<()> {
        super::machine::write_yaml(out, &json::document(self))
    }

    /// For a page or an issue.
    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        markdown::write(self, out)
    }

    /// A row for each open port, for spreadsheets.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write(self, out)
    }

    fn audits(&self) -> impl Iterator<Item = &Audit<'a>> {
        self.contexts.iter().map(|(_, audit)| audit)
    }

    /// Every opening with its cluster, the worst of all clusters first.
    fn openings(&self) -> Vec<(Option<&'a str>, &Opening<'a>)> {
        let of = |audit: &'_ Audit<'a>| audit.context;
        let mut openings: Vec<_> = self
            .audits()
            .flat_map(|audit| audit.openings.iter().map(move |opening| (of(audit), opening)))
            .collect();
        openings.sort_by_key(|(_, opening)| opening.standing);
        openings
    }

    /// How many openings there are of a standing.
    fn count(&self, standing: Standing) -> usize {
        let openings = self.audits().flat_map(|audit| &audit.openings);
        openings.filter(|opening| opening.standing == standing).count()
    }
}
