//! Workflow commands: GitHub Actions shows each as an annotation at its line.
//!
//! GitHub keeps ten annotations of each level and step, so the worst come first.

use std::io::{self, Write};

use super::advice::advice;
use super::escape::{workflow_message, workflow_property};
use super::texts::Texts;
use super::{Input, sanitize};
use crate::finding::phrases::counted;
use crate::finding::{Finding, Severity};

/// Writes a command for what could not be read and for every finding, in a group for each severity.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let texts = input.hosted_texts();
    if !input.unreadable.is_empty() {
        writeln!(out, "::group::{} unreadable", input.unreadable.len())?;
        for unreadable in input.unreadable {
            let path = texts.named(&unreadable.path);
            let message = format!("cannot read {path}: {}", unreadable.reason);
            writeln!(
                out,
                "::error title=peerauth,file={}::{}",
                workflow_property(&path),
                workflow_message(&message)
            )?;
        }
        writeln!(out, "::endgroup::")?;
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let found = input.findings.iter();
        let mut found = found.filter(|finding| finding.severity == severity).peekable();
        if found.peek().is_none() {
            continue;
        }
        let figure = counted(input.count(severity), severity.as_str());
        writeln!(out, "::group::{figure}")?;
        found.try_for_each(|finding| write_finding(&texts, finding, out))?;
        writeln!(out, "::endgroup::")?;
    }
    Ok(())
}

fn write_finding(texts: &Texts<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let span = finding.primary.span;
    let title = format!("peerauth {}", finding.rule);
    let file = texts.path(span.file);
    write!(
        out,
        "::{command} title={},file={}",
        workflow_property(&title),
        workflow_property(&file)
    )?;
    if let Some(range) = texts.one_line(span) {
        let (start, end) = (range.start, range.end);
        write!(
            out,
            ",line={},endLine={},col={},endColumn={}",
            start.line, end.line, start.column, end.column
        )?;
    }
    let lines = std::iter::once(sanitize::line(&finding.message).into_owned()).chain(advice(finding));
    writeln!(
        out,
        "::{}",
        workflow_message(&lines.collect::<Vec<_>>().join("\n"))
    )
}
