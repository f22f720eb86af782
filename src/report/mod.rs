//! What a run found or was asked, in the formats that people and machines read.
//!
//! Reports resolve nothing and decide nothing: they write what they are given, in the order in which it is
//! given. Lines and columns exist only here.

mod advice;
pub mod audit;
pub mod concise;
pub mod connection;
pub mod course;
pub mod diff;
pub mod document;
mod escape;
mod excerpt;
pub mod explain;
pub mod github;
pub mod gitlab;
pub mod graph;
pub mod json;
pub mod junit;
mod line_hash;
pub mod list;
pub mod machine;
pub mod markdown;
pub mod migrate;
pub mod mistakes;
mod names;
mod page;
pub mod place;
mod queries;
pub mod row;
pub mod rules;
pub(crate) mod sanitize;
pub mod sarif;
pub mod schema;
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
use crate::load::{Loaded, Skipped, Unreadable};
use crate::source::{SourceMap, Span};

use texts::{Paths, Ranges};

/// What there is to report.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// The working directory; paths below it are written relative to it.
    pub base: &'a Path,
    /// The root of the repository; formats that a code host reads name files relative to it, as the host does.
    pub root: &'a Path,
    /// The findings in order.
    pub findings: &'a [Finding],
    /// Findings that somebody decided to live with.
    pub suppressed: &'a [Suppressed],
    /// What was not read.
    pub skipped: &'a [Skipped],
    /// What could not be opened.
    pub unreadable: &'a [Unreadable],
    /// The severity from which on a finding makes the run fail; `None` if none does.
    pub fails_from: Option<Severity>,
    /// Whether something could not be read, so that the run fails whatever was found.
    pub is_broken: bool,
    /// How much was looked at.
    pub summary: Summary,
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// Something was found that makes it fail.
    Failed,
    /// Something could not be read.
    Broken,
}

impl<'a> Input<'a> {
    /// What the run comes to; the worst counts.
    fn verdict(&self) -> Verdict {
        if self.is_broken {
            Verdict::Broken
        } else if self.findings.iter().any(|finding| self.fails(finding)) {
            Verdict::Failed
        } else {
            Verdict::Passed
        }
    }

    /// Whether a finding makes the run fail.
    fn fails(&self, finding: &Finding) -> bool {
        self.fails_from.is_some_and(|least| finding.severity >= least)
    }

    /// Paths relative to the working directory.
    fn paths(&self) -> Paths<'a> {
        Paths::new(self.sources, self.base)
    }

    /// The findings, then those that somebody decided to live with.
    fn all_findings(&self) -> impl Iterator<Item = &'a Finding> {
        let suppressed = self.suppressed.iter().map(|suppressed| &suppressed.finding);
        self.findings.iter().chain(suppressed)
    }

    /// Paths as a code host knows them.
    fn hosted_paths(&self) -> Paths<'a> {
        self.paths().rooted_at(self.root)
    }

    /// Every place of what is reported.
    fn all_places(&self) -> impl Iterator<Item = Span> {
        let places = self.suppressed.iter().filter_map(|suppressed| suppressed.place);
        self.all_findings().flat_map(texts::places).chain(places)
    }

    /// The places of everything that is reported, with paths as a code host knows them.
    fn hosted_ranges(&self) -> Ranges<'a> {
        Ranges::read(self.hosted_paths(), self.all_places())
    }

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
