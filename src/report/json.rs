//! The report for programs, as JSON or as the same value in YAML.
//!
//! Names and shapes are a contract: within one `schemaVersion` they only grow.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::texts::Texts;
use super::{Input, sanitize};
use crate::finding::{Edit, Finding, Fix, Label, Severity};
use crate::id::ObjectName;
use crate::lint::{self, Suppressed};
use crate::load::{SkipReason, Skipped};
use crate::mesh::settings::ISTIO_VERSION;
use crate::source::Span;

/// Writes the report as JSON.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(&Report::of(input))?;
    writeln!(out, "{}", sanitize::json(json))
}

/// Writes the report as YAML.
pub fn write_yaml(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let yaml = serde_yaml::to_string(&Report::of(input)).map_err(io::Error::other)?;
    // YAML has escapes in double quotes only, which are not for us to choose.
    write!(out, "{}", sanitize::block(&yaml))
}

/// The whole report.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    schema_version: &'static str,
    tool: Tool,
    summary: Summary,
    findings: Vec<Row<'a>>,
    suppressed: Vec<SuppressedRow<'a>>,
    skipped: Vec<SkippedRow>,
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
    location: Location,
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
    file: Option<String>,
}

impl<'a> SuppressedRow<'a> {
    fn of(suppressed: &'a Suppressed, texts: &Texts<'_>) -> SuppressedRow<'a> {
        SuppressedRow {
            row: Row::of(&suppressed.finding, texts),
            suppressed_by: By {
                means: suppressed.by.as_str(),
                reason: (!suppressed.reason.is_empty()).then_some(&*suppressed.reason),
                file: suppressed.place.map(|place| texts.path(place.file)),
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
struct Location {
    file: String,
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
    location: Location,
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
    location: Location,
    text: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SkippedRow {
    file: String,
    /// The part that was not read; null where that is all of the file.
    byte_start: Option<u32>,
    byte_end: Option<u32>,
    reason: &'static str,
}

impl<'a> Report<'a> {
    fn of(input: &Input<'a>) -> Report<'a> {
        let suppressed = input.suppressed.iter();
        let hidden = suppressed.clone().map(|suppressed| &suppressed.finding);
        let texts = Texts::read(input, input.findings.iter().chain(hidden));
        Report {
            schema_version: "1",
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                istio: ISTIO_VERSION,
            },
            summary: Summary::of(input),
            findings: input
                .findings
                .iter()
                .map(|finding| Row::of(finding, &texts))
                .collect(),
            suppressed: suppressed
                .map(|suppressed| SuppressedRow::of(suppressed, &texts))
                .collect(),
            skipped: input
                .skipped
                .iter()
                .map(|skipped| SkippedRow::of(skipped, &texts))
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
    fn of(finding: &'a Finding, texts: &Texts<'_>) -> Row<'a> {
        let related = finding.related.iter().map(|label| Related::of(label, texts));
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
            location: Location::of(finding.primary.span, texts),
            label: &finding.primary.text,
            related: related.collect(),
            assumptions: assumptions.collect(),
            fix: finding.fix.as_ref().map(|fix| FixRow::of(fix, texts)),
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
    fn of(label: &'a Label, texts: &Texts<'_>) -> Related<'a> {
        Related {
            message: &label.text,
            location: Location::of(label.span, texts),
        }
    }
}

impl<'a> FixRow<'a> {
    fn of(fix: &'a Fix, texts: &Texts<'_>) -> FixRow<'a> {
        let edit = |edit: &'a Edit| EditRow {
            location: Location::of(edit.span, texts),
            text: &edit.text,
        };
        FixRow {
            title: &fix.title,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

impl Location {
    fn of(span: Span, texts: &Texts<'_>) -> Location {
        let range = texts.range(span);
        Location {
            file: texts.path(span.file),
            line: range.map(|range| range.start.line),
            column: range.map(|range| range.start.column),
            end_line: range.map(|range| range.end.line),
            end_column: range.map(|range| range.end.column),
            byte_start: span.start,
            byte_end: span.end,
        }
    }
}

impl SkippedRow {
    fn of(skipped: &Skipped, texts: &Texts<'_>) -> SkippedRow {
        SkippedRow {
            file: texts.path(skipped.file),
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
