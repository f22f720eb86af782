//! GitLab's Code Quality report: a list of issues, by which a merge request shows what it adds.

use std::io::{self, Write};

use serde::Serialize;

use super::texts::Ranges;
use super::{Input, machine, sanitize};
use crate::finding::{Finding, Severity};

/// Writes the list.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let ranges = input.hosted_ranges();
    let issues: Vec<Issue> = input
        .findings
        .iter()
        .map(|finding| Issue::of(finding, &ranges))
        .collect();
    machine::write(out, &issues)
}

/// The fields that GitLab reads.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    /// Of issues with the same one GitLab keeps the last.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl Issue {
    fn of(finding: &Finding, ranges: &Ranges<'_>) -> Issue {
        let range = ranges.one_line(finding.primary.span);
        // GitLab takes no issue without a line: of a file that has changed meanwhile it is the first.
        let line = range.map_or(1, |range| range.start.line);
        Issue {
            description: sanitize::line(&finding.message).into_owned(),
            check_name: finding.rule.0,
            fingerprint: finding.fingerprint().to_string(),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: ranges.path(finding.primary.span.file).into_owned(),
                lines: Lines {
                    begin: line,
                    end: line,
                },
            },
        }
    }
}
