//! Markdown for the comment of a merge request or the summary of a job.
//!
//! The first line is a marker by which a job finds its own comment again to replace it. Names that strangers
//! chose are shown as they are: they neither format, nor link, nor call anybody.

use std::io::{self, Write};

use super::advice::advice;
use super::text::summary_line;
use super::texts::Texts;
use super::{Input, Verdict, documentation_url, sanitize};
use crate::finding::phrases::counted;
use crate::finding::{Finding, Severity};
use crate::id::RuleId;
use crate::lint;

/// The first line.
pub const MARKER: &str = "<!-- peerauth -->";
/// GitHub takes no comment of 65,536 characters; bytes are never fewer.
const LIMIT: usize = 65_535;
/// Bytes that are kept for what closes a report that is cut.
const RESERVE: usize = 200;

/// Writes the verdict, the figures, and the findings of each file, folded. What would be too long is cut
/// between findings, and counted.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let texts = input.hosted_texts();
    let mut page = format!("{MARKER}\n### {}\n\n{}\n", verdict(input), summary_line(input));
    if !input.findings.is_empty() {
        page += &tally(input.findings);
    }
    for unreadable in input.unreadable {
        let path = texts.named(&unreadable.path);
        let (path, reason) = (escape(&path), escape(&unreadable.reason));
        append(&mut page, &format!("\n- cannot read {path}: {reason}\n"));
    }
    let shown = write_files(&mut page, &files(input.findings), &texts);
    if shown < input.findings.len() {
        let hidden = counted(input.findings.len() - shown, "finding");
        page += &["\n… and ", &hidden, " more\n"].concat();
    }
    out.write_all(page.as_bytes())
}

/// Adds the findings of each file, up to the first that does not fit. Returns how many fit.
fn write_files(page: &mut String, files: &[Vec<&Finding>], texts: &Texts<'_>) -> usize {
    let mut shown = 0;
    for findings in files {
        let head = head(findings, texts);
        let mut items = findings.iter().map(|finding| item(finding, texts)).peekable();
        let fits = items
            .peek()
            .is_some_and(|first| page.len() + head.len() + first.len() <= LIMIT - RESERVE);
        if !fits {
            return shown;
        }
        *page += &head;
        let fitting = items.take_while(|item| append(page, item)).count();
        *page += "\n</details>\n";
        shown += fitting;
        if fitting < findings.len() {
            return shown;
        }
    }
    shown
}

/// Adds what fits.
fn append(page: &mut String, text: &str) -> bool {
    let fits = page.len() + text.len() <= LIMIT - RESERVE;
    if fits {
        page.push_str(text);
    }
    fits
}

fn verdict(input: &Input<'_>) -> String {
    let found = match input.findings.len() {
        0 => "nothing found".to_owned(),
        number => counted(number, "finding"),
    };
    match input.verdict() {
        Verdict::Passed => format!("✅ peerauth: passed, {found}"),
        Verdict::Failed => format!("❌ peerauth: failed, {found}"),
        Verdict::Broken => format!("❌ peerauth: not everything could be read, {found}"),
    }
}

/// The findings by rule and severity; never more rows than there are rules and severities.
fn tally(findings: &[Finding]) -> String {
    let rows = lint::tally(findings).into_iter().map(|tally| {
        let rule = rule(tally.rule);
        format!("| {rule} | {} | {} |\n", tally.severity, tally.count)
    });
    let rows: String = rows.collect();
    format!("\n| rule | severity | findings |\n|---|---|---:|\n{rows}")
}

fn rule(rule: RuleId) -> String {
    match documentation_url(rule) {
        Some(url) => format!("[`{rule}`]({url})"),
        None => format!("`{rule}`"),
    }
}

/// The findings by file, the worst first in both; else in the order of the report.
fn files(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut files: Vec<Vec<&Finding>> = findings
        .chunk_by(|one, other| one.primary.span.file == other.primary.span.file)
        .map(|file| file.iter().collect())
        .collect();
    for file in &mut files {
        file.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    files.sort_by_key(|file| std::cmp::Reverse(file[0].severity));
    files
}

fn head(findings: &[&Finding], texts: &Texts<'_>) -> String {
    let figures = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        let of = findings.iter().filter(|finding| finding.severity == severity);
        (of.count(), severity.as_str())
    });
    let figures = figures.into_iter().filter(|(number, _)| *number > 0);
    let figures: Vec<String> = figures.map(|(number, noun)| counted(number, noun)).collect();
    let path = texts.path(findings[0].primary.span.file);
    // Up to the empty line this is HTML.
    let path = escape_html(&sanitize::line(&path));
    format!(
        "\n<details>\n<summary><code>{path}</code>: {}</summary>\n\n",
        figures.join(", ")
    )
}

fn item(finding: &Finding, texts: &Texts<'_>) -> String {
    let Finding {
        severity, message, ..
    } = finding;
    let line = texts
        .one_line(finding.primary.span)
        .map(|range| format!(" line {}", range.start.line))
        .unwrap_or_default();
    let rule = rule(finding.rule);
    let advice = advice(finding).into_iter().map(|advice| {
        if advice.contains('\n') {
            block(&advice)
        } else {
            format!("  <br>{}\n", escape(&advice))
        }
    });
    let advice: String = advice.collect();
    format!("- **{severity}** {rule}{line}: {}\n{advice}", escape(message))
}

/// Lines of code within a list item.
fn block(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    format!(
        "\n  {fence}text\n  {}\n  {fence}\n\n",
        text.trim_end().replace('\n', "\n  ")
    )
}

fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of);
    runs.map(str::len).max().unwrap_or_default()
}

/// Text that Markdown shows as it is. Code hosts look for names of people, issues and addresses in what is
/// left; nothing visible keeps their parts apart. The text must not begin a line, where more has a meaning.
fn escape(text: &str) -> String {
    const BREAK: &str = "<!-- -->";
    let text = sanitize::line(text);
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for c in text.chars() {
        let is_reference = "@#!~%&$^".contains(before) && (c.is_alphanumeric() || c == '_');
        let is_address = before == ':' && c == '/' || before.eq_ignore_ascii_case(&'w') && c == '.';
        if is_reference || is_address {
            escaped += BREAK;
        }
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            // As a reference it begins no formula, which GitHub looks for before it reads Markdown.
            '$' => escaped += "&#36;",
            '`' | '*' | '_' | '[' | ']' | '|' | '~' | '\\' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
        before = c;
    }
    escaped
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_it_is() {
        assert_eq!(escape("`a` <b> *c*\n|"), "\\`a\\` &lt;b&gt; \\*c\\*\u{fffd}\\|");
        assert_eq!(
            escape("@all #1 https://a www.b"),
            "@<!-- -->all #<!-- -->1 https:<!-- -->//a www<!-- -->.b"
        );
        assert_eq!(escape("50% of $a$"), "50% of &#36;<!-- -->a&#36;");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(block("a\n````\nb").lines().nth(1), Some("  `````text"));
    }
}
