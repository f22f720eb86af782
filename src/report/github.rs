//! Workflow commands: GitHub Actions shows each as an annotation at its line.
//!
//! GitHub keeps ten annotations of each level and step, so the worst come first.

use std::io::{self, Write};

use super::advice::advice;
use super::texts::Texts;
use super::{Input, sanitize, text::count};
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
                property(&path),
                data(&message)
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
        let figure = count(input.count(severity), severity.as_str());
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
        property(&title),
        property(&file)
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
    writeln!(out, "::{}", data(&lines.collect::<Vec<_>>().join("\n")))
}

/// The text of a command.
fn data(text: &str) -> String {
    let text = sanitize::block(text);
    // The runner turns these back, and nothing else.
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(&sanitize::line(text))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_command() {
        assert_eq!(data("50%0A\n::error::x"), "50%250A%0A::error::x");
        assert_eq!(property("a,b:c\nd%\u{202e}"), "a%2Cb%3Ac\u{fffd}d%25\u{fffd}");
    }
}
