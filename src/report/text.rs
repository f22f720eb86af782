//! The report for people: every finding with the lines that it is about, then the figures.

use std::io::{self, Write};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, LineStyle, Table};
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::advice::advice;
use super::excerpt::{CONTEXT, Excerpts};
use super::page::{Page, pages};
use super::texts::labelled;
use super::{Input, concise, documentation_url, sanitize};
use crate::finding::phrases::counted;
use crate::finding::{Finding, Severity};
use crate::lint;

/// How a terminal (or what stands for one) wants it.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Columns.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Whether every finding is shown with its lines, however many there are.
    pub no_fold: bool,
}

/// Findings that are shown with their lines.
const UNFOLDED: usize = 50;
/// Below this many columns nothing is legible.
const MIN_WIDTH: usize = 40;

/// Writes every finding, the figures, and a last line that sums up.
pub fn write(input: &Input<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let handler = handler(options);
    let unfolded = if options.no_fold { usize::MAX } else { UNFOLDED };
    let (shown, folded) = input.findings.split_at(unfolded.min(input.findings.len()));
    let excerpts = Excerpts::cut(input.paths(), shown.iter().flat_map(labelled));
    for finding in shown {
        writeln!(out, "{}", render(finding, &excerpts, &handler))?;
    }
    concise::write_findings(input.paths(), folded, out)?;
    if !folded.is_empty() {
        writeln!(
            out,
            "\n{} of these are shown in one line each; --no-fold shows all in full\n",
            folded.len()
        )?;
    }
    if !input.findings.is_empty() {
        writeln!(out, "{}\n", tally(input.findings))?;
    }
    writeln!(out, "{}", summary_line(input))
}

pub(super) fn handler(options: &Options) -> GraphicalReportHandler {
    let theme = if options.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(options.width.max(MIN_WIDTH))
        .with_links(options.color)
        .with_context_lines(CONTEXT)
        .without_syntax_highlighting()
}

/// A finding with its lines: those of its own file, then those of others, then help.
fn render(finding: &Finding, excerpts: &Excerpts<'_>, handler: &GraphicalReportHandler) -> String {
    let mut pages = pages(finding, excerpts);
    if let Some(last) = pages.last_mut() {
        last.help = Some(help(finding, excerpts));
    }
    let mut report = String::new();
    for (index, page) in pages.iter().enumerate() {
        let rendered = render_page(page, handler);
        // miette has no page without a message: that of all but the first is an empty line with an icon.
        let lines = if index == 0 {
            Some(&*rendered)
        } else {
            rendered.split_once('\n').map(|(_, lines)| lines)
        };
        for line in lines.unwrap_or_default().lines() {
            report.push_str(line.trim_end());
            report.push('\n');
        }
    }
    report
}

pub(super) fn render_page(page: &Page<'_>, handler: &GraphicalReportHandler) -> String {
    let mut rendered = String::new();
    // Writing into a string fails only where the snippet does, and then there is none.
    let _ = handler.render_report(&mut rendered, page);
    rendered
}

/// What to write instead, what the finding rests on, where it holds, and where to read on.
fn help(finding: &Finding, excerpts: &Excerpts<'_>) -> String {
    let mut lines = advice(finding);
    let place = finding.primary.span;
    if excerpts.mark(place).is_none() {
        lines.push(format!(
            "{} has changed since it was read",
            sanitize::line(&excerpts.paths.of(place.file))
        ));
    }
    if documentation_url(finding.rule).is_none() {
        lines.push(format!("more: `peerauth rules {}`", finding.rule));
    }
    // What follows a manifest must not look like a part of it.
    let has_manifest = finding.help.as_ref().is_some_and(|help| help.contains('\n'));
    if has_manifest {
        lines.insert(1, String::new());
    }
    lines.join("\n")
}

/// The findings by rule and severity.
fn tally(findings: &[Finding]) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()))
        .set_header(["rule", "severity", "findings"]);
    for tally in lint::tally(findings) {
        table.add_row([tally.rule.0, tally.severity.as_str(), &tally.count.to_string()]);
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// `checked 48 files, 211 documents, 173 mesh objects; 9 skipped; 3 errors, 5 warnings, 2 suppressed`
pub fn summary_line(input: &Input<'_>) -> String {
    let summary = &input.summary;
    let mut figures = vec![
        counted(input.count(Severity::Error), "error"),
        counted(input.count(Severity::Warning), "warning"),
    ];
    if input.count(Severity::Info) > 0 {
        figures.push(format!("{} info", input.count(Severity::Info)));
    }
    if !input.suppressed.is_empty() {
        figures.push(format!("{} suppressed", input.suppressed.len()));
    }
    if summary.older > 0 {
        figures.push(format!("{} older", summary.older));
    }
    format!(
        "checked {}, {}, {}; {} skipped; {}",
        counted(summary.files, "file"),
        counted(summary.documents, "document"),
        counted(summary.objects, "mesh object"),
        input.skipped.len(),
        figures.join(", ")
    )
}
