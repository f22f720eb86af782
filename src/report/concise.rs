//! One line for each finding, as compilers write them: editors and `grep` take it as it is.

use std::io::{self, Write};

use super::sanitize::line;
use super::{Input, Texts};
use crate::finding::Finding;

/// Writes `path:line:column: severity[rule] message` for every finding.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::read(input, input.findings.iter());
    input
        .findings
        .iter()
        .try_for_each(|finding| write_finding(&texts, finding, out))
}

/// Writes the same for every finding that is suppressed, and by what.
pub fn write_suppressed(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::read(
        input,
        input.suppressed.iter().map(|suppressed| &suppressed.finding),
    );
    for suppressed in input.suppressed {
        let mut written = Vec::new();
        write_finding(&texts, &suppressed.finding, &mut written)?;
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

pub(super) fn write_finding(texts: &Texts<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let span = finding.primary.span;
    write!(out, "{}:", line(&texts.path(span.file)))?;
    if let Some(range) = texts.range(span) {
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
