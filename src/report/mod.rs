//! What a run found or was asked, in the formats that people and machines read.
//!
//! Reports resolve nothing and decide nothing: they write what they are given, in the order in which it is
//! given. Lines and columns exist only here.

pub mod concise;
pub mod connection;
pub mod diff;
pub mod document;
mod escape;
pub mod explain;
pub mod json;
pub mod list;
pub mod machine;
pub mod migrate;
pub mod mistakes;
mod page;
pub mod place;
pub mod row;
pub mod rules;
pub(crate) mod sanitize;
mod sender;
mod snippet;
mod table;
pub mod text;
mod texts;
pub mod tls_check;
pub mod trail;

use std::path::Path;

use crate::finding::{Finding, Severity};
use crate::id::RuleId;
use crate::lint::Suppressed;
use crate::load::{Loaded, Skipped};
use crate::source::SourceMap;

use texts::Texts;

/// What there is to report.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// The working directory; paths below it are written relative to it.
    pub base: &'a Path,
    /// The findings in order.
    pub findings: &'a [Finding],
    /// Findings that somebody decided to live with.
    pub suppressed: &'a [Suppressed],
    /// What was not read.
    pub skipped: &'a [Skipped],
    /// How much was looked at.
    pub summary: Summary,
}

impl Input<'_> {
    /// How many findings there are of a severity.
    fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were opened.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects that matter to the mesh.
    pub objects: usize,
    /// Findings that are left out because they are older than the revision that was asked about.
    pub older: usize,
}

impl Summary {
    /// The figures of what was read.
    pub fn of(loaded: &Loaded) -> Summary {
        Summary {
            files: loaded.counts.files,
            documents: loaded.counts.documents,
            objects: loaded.objects.len(),
            older: 0,
        }
    }
}

/// Where a rule is documented, if this build knows the place of its sources.
fn documentation_url(rule: RuleId) -> Option<String> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let version = env!("CARGO_PKG_VERSION");
    let page = format!("{repository}/blob/v{version}/RULES.md#{rule}");
    (!repository.is_empty()).then_some(page)
}
