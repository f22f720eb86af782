//! The report for programs, as JSON or as the same value in YAML.
//!
//! Names and shapes are a contract: within one `schemaVersion` they only grow.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::texts::{Ranges, places};
use super::{Input, machine};
use crate::finding::{Edit, Finding, Fix, Label, Severity};
use crate::id::ObjectName;
use crate::lint::{self, Suppressed};
use crate::load::{SkipReason, Skipped};
use crate::mesh::settings::ISTIO_VERSION;
use crate::source::Span;

/// Writes the report as JSON.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    machine::write_pretty(out, &Report::of(input, &ranges(input), true))
}

/// Writes the report as YAML.
pub fn write_yaml(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    machine::write_yaml(out, &Report::of(input, &ranges(input), false))
}

/// The whole report.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    schema_version: &'static str,
    tool: Tool,
    summary: Summary,
    #[schemars(with = "Vec<Row<'a>>")]
    findings: Rows<'a, Finding, Row<'a>>,
    #[schemars(with = "Vec<SuppressedRow<'a>>")]
    suppressed: Rows<'a, Suppressed, SuppressedRow<'a>>,
    skipped: Vec<SkippedRow<'a>>,
}

/// Rows, made when they are written.
struct Rows<'a, T, R> {
    are_json: bool,
    of: &'a [T],
    ranges: &'a Ranges<'a>,
    row: fn(&'a T, &'a Ranges<'a>) -> R,
}

/// How deep in the document rows stand.
const DEPTH: usize = 2;

impl<T: Sync, R: Serialize> Serialize for Rows<'_, T, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |item| (self.row)(item, self.ranges);
        if !self.are_json {
            return serializer.collect_seq(self.of.iter().map(row));
        }
        let mut rows = serializer.serialize_seq(Some(self.of.len()))?;
        machine::write_rows(&mut rows, DEPTH, self.of, row)?;
        rows.end()
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
    /// The version of Istio whose behaviour is implemented.
    istio: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    files: usize,
    documents: usize,
    objects: usize,
    skipped: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    /// Findings that are left out because they are older than the revision that was asked about.
    older: usize,
    rules: Vec<TallyRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TallyRow {
    rule: &'static str,
    severity: &'static str,
    count: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    object: Option<Object<'a>>,
    /// The names of the contexts in which it holds; null where it holds in all.
    context: Option<String>,
    location: Location<'a>,
    /// The words at the location.
    label: &'a str,
    related: Vec<Related<'a>>,
    assumptions: Vec<AssumptionRow<'a>>,
    fix: Option<FixRow<'a>>,
    fingerprint: String,
}

/// A finding that is suppressed, and by what.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SuppressedRow<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    suppressed_by: By<'a>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct By<'a> {
    /// `comment`, `annotation`, `config` or `baseline`.
    means: &'static str,
    /// Why; null if nobody said.
    reason: Option<&'a str>,
    /// Where that is written; null for a baseline that this run writes.
    file: Option<Cow<'a, str>>,
}

impl<'a> SuppressedRow<'a> {
    fn of(suppressed: &'a Suppressed, ranges: &'a Ranges<'_>) -> SuppressedRow<'a> {
        SuppressedRow {
            row: Row::of(&suppressed.finding, ranges),
            suppressed_by: By {
                means: suppressed.by.as_str(),
                reason: (!suppressed.reason.is_empty()).then_some(&*suppressed.reason),
                file: suppressed.place.map(|place| ranges.path(place.file)),
            },
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct Object<'a> {
    kind: &'static str,
    namespace: Option<&'a str>,
    name: &'a str,
}

/// Lines and columns count from 1, columns in code points; ends are exclusive. Both are null where the file
/// has changed since it was read.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    file: Cow<'a, str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    byte_start: u32,
    byte_end: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct AssumptionRow<'a> {
    name: &'static str,
    /// What is assumed, in words that read after "if".
    text: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FixRow<'a> {
    title: &'a str,
    edits: Vec<EditRow<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EditRow<'a> {
    location: Location<'a>,
    text: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SkippedRow<'a> {
    file: Cow<'a, str>,
    /// The part that was not read; null where that is all of the file.
    byte_start: Option<u32>,
    byte_end: Option<u32>,
    reason: &'static str,
}

/// The places of everything that is reported.
fn ranges<'a>(input: &Input<'a>) -> Ranges<'a> {
    Ranges::read(input.paths(), input.all_findings().flat_map(places))
}

impl<'a> Report<'a> {
    fn of(input: &Input<'a>, ranges: &'a Ranges<'a>, is_json: bool) -> Report<'a> {
        Report {
            schema_version: "1",
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                istio: ISTIO_VERSION,
            },
            summary: Summary::of(input),
            findings: Rows {
                are_json: is_json,
                of: input.findings,
                ranges,
                row: Row::of,
            },
            suppressed: Rows {
                are_json: is_json,
                of: input.suppressed,
                ranges,
                row: SuppressedRow::of,
            },
            skipped: input
                .skipped
                .iter()
                .map(|skipped| SkippedRow::of(skipped, ranges))
                .collect(),
        }
    }
}

impl Summary {
    fn of(input: &Input<'_>) -> Summary {
        let tally = |tally: lint::Tally| TallyRow {
            rule: tally.rule.0,
            severity: tally.severity.as_str(),
            count: tally.count,
        };
        Summary {
            files: input.summary.files,
            documents: input.summary.documents,
            objects: input.summary.objects,
            skipped: input.skipped.len(),
            errors: input.count(Severity::Error),
            warnings: input.count(Severity::Warning),
            infos: input.count(Severity::Info),
            suppressed: input.suppressed.len(),
            older: input.summary.older,
            rules: lint::tally(input.findings).into_iter().map(tally).collect(),
        }
    }
}

impl<'a> Row<'a> {
    fn of(finding: &'a Finding, ranges: &'a Ranges<'_>) -> Row<'a> {
        let related = finding.related.iter().map(|label| Related::of(label, ranges));
        let assumptions = finding
            .assumptions
            .iter()
            .map(|(assumption, text)| AssumptionRow {
                name: assumption.as_str(),
                text,
            });
        Row {
            rule: finding.rule.0,
            severity: finding.severity.as_str(),
            message: &finding.message,
            help: finding.help.as_deref(),
            object: finding.object.as_ref().map(Object::of),
            context: (!finding.contexts.is_empty()).then(|| finding.contexts.join(", ")),
            location: Location::of(finding.primary.span, ranges),
            label: &finding.primary.text,
            related: related.collect(),
            assumptions: assumptions.collect(),
            fix: finding.fix.as_ref().map(|fix| FixRow::of(fix, ranges)),
            fingerprint: finding.fingerprint().to_string(),
        }
    }
}

impl<'a> Object<'a> {
    fn of(name: &'a ObjectName) -> Object<'a> {
        Object {
            kind: name.kind.as_str(),
            namespace: name.namespace.as_deref(),
            name: &name.name,
        }
    }
}

impl<'a> Related<'a> {
    fn of(label: &'a Label, ranges: &'a Ranges<'_>) -> Related<'a> {
        Related {
            message: &label.text,
            location: Location::of(label.span, ranges),
        }
    }
}

impl<'a> FixRow<'a> {
    fn of(fix: &'a Fix, ranges: &'a Ranges<'_>) -> FixRow<'a> {
        let edit = |edit: &'a Edit| EditRow {
            location: Location::of(edit.span, ranges),
            text: &edit.text,
        };
        FixRow {
            title: &fix.title,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

impl<'a> Location<'a> {
    fn of(span: Span, ranges: &'a Ranges<'_>) -> Location<'a> {
        let range = ranges.range(span);
        Location {
            file: ranges.path(span.file),
            line: range.map(|range| range.start.line),
            column: range.map(|range| range.start.column),
            end_line: range.map(|range| range.end.line),
            end_column: range.map(|range| range.end.column),
            byte_start: span.start,
            byte_end: span.end,
        }
    }
}

impl<'a> SkippedRow<'a> {
    fn of(skipped: &Skipped, ranges: &'a Ranges<'_>) -> SkippedRow<'a> {
        SkippedRow {
            file: ranges.path(skipped.file),
            byte_start: skipped.span.map(|span| span.start),
            byte_end: skipped.span.map(|span| span.end),
            reason: skip_reason(skipped.reason),
        }
    }
}

/// Why something was not read, as a word.
pub(super) fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::HelmTemplate => "helm-template",
        SkipReason::NotAManifest => "not-a-manifest",
        SkipReason::Unresolved => "unresolved-variable",
        SkipReason::Encrypted => "encrypted",
        SkipReason::Unlisted => "not-in-kustomization",
    }
}
