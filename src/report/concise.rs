//! One line for each finding, as compilers write them: editors and `grep` take it as it is.

use std::io::{self, Write};

use super::sanitize::line;
use super::texts::Ranges;
use super::{Input, Paths};
use crate::finding::Finding;

/// Writes `path:line:column: severity[rule] message` for every finding.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_findings(input.paths(), input.findings, out)
}

/// Writes the same for every finding that is suppressed, and by what.
pub fn write_suppressed(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = input.suppressed.iter().map(|suppressed| &suppressed.finding);
    let ranges = Ranges::read(input.paths(), findings.map(|finding| finding.primary.span));
    for suppressed in input.suppressed {
        let mut written = Vec::new();
        write_finding(&ranges, &suppressed.finding, &mut written)?;
        let finding = String::from_utf8_lossy(&written);
        let by = suppressed.by.as_str();
        let reason = match &*suppressed.reason {
            "" => String::new(),
            reason => format!(": {}", line(reason)),
        };
        writeln!(out, "{} (suppressed by {by}{reason})", finding.trim_end())?;
    }
    Ok(())
}

/// Writes one line for each of some findings.
pub(super) fn write_findings(paths: Paths<'_>, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let ranges = Ranges::read(paths, findings.iter().map(|finding| finding.primary.span));
    findings
        .iter()
        .try_for_each(|finding| write_finding(&ranges, finding, out))
}

fn write_finding(ranges: &Ranges<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let span = finding.primary.span;
    write!(out, "{}:", line(&ranges.path(span.file)))?;
    if let Some(range) = ranges.range(span) {
        write!(out, "{}:{}:", range.start.line, range.start.column)?;
    }
    let Finding {
        severity,
        rule,
        message,
        ..
    } = finding;
    writeln!(out, " {severity}[{rule}] {}", line(message))
}
