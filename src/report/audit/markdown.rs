//! For a page or an issue of the review: the verdict, the figures, what is open, and the checklist.

use std::io::{self, Write};

use super::{Audits, words};
use crate::report::escape::markdown_code;

/// Writes the audit.
pub(super) fn write(audits: &Audits<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!-- peerauth audit -->\n**{}**", words::verdict(audits))?;
    writeln!(out, "\n### Coverage\n")?;
    let titles = words::COVERAGE.map(capitalized);
    write_table(audits, &titles, words::coverage(audits), out)?;
    if let Some(assumed) = words::assumed(audits) {
        writeln!(out, "\n{assumed}.")?;
    }
    let openings = openings(audits);
    if !openings.is_empty() {
        let titles = [
            "Cause", "Opens", "Why", "Owner", "Until", "Standing", "Callers", "At",
        ];
        writeln!(out, "\n### What is open\n")?;
        write_table(audits, &titles.map(str::to_owned), openings, out)?;
    }
    for audit in audits.audits() {
        let context = audit.context.filter(|_| audits.contexts.len() > 1);
        let context = context.map(|name| format!(" of {}", markdown_code(name)));
        writeln!(out, "\n### Checklist{}\n", context.unwrap_or_default())?;
        for check in &audit.checklist {
            // Markdown knows no third state of a box.
            let mark = words::verdict_box(check.verdict).replace('?', " ");
            let place = check
                .at
                .map(|at| format!(", {}", markdown_code(&audits.places.of(at).to_string())));
            writeln!(
                out,
                "- {mark} {}: **{}**, {}{}",
                check.item,
                check.verdict.as_str(),
                markdown_code(&check.why),
                place.unwrap_or_default()
            )?;
        }
    }
    Ok(())
}

type Rows<'a> = Vec<(Option<&'a str>, Vec<String>)>;

fn openings<'a>(audits: &Audits<'a>) -> Rows<'a> {
    let rows = audits.openings().into_iter().map(|(context, opening)| {
        let [reason, owner, expires] =
            words::account(opening).map(|said| said.unwrap_or_default().to_owned());
        let place = opening.at.map(|at| audits.places.of(at).to_string());
        let cells = vec![
            words::cause(&opening.cause),
            words::ports(opening),
            reason,
            owner,
            expires,
            opening.standing.as_str().to_owned(),
            words::first_of(&words::callers(audits, opening)),
            place.unwrap_or_default(),
        ];
        (context, cells)
    });
    rows.collect()
}

fn write_table(
    audits: &Audits<'_>,
    titles: &[String],
    rows: Rows<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let has_contexts = audits.contexts.len() > 1;
    let context = has_contexts.then(|| "Context".to_owned());
    let titles: Vec<String> = context.into_iter().chain(titles.iter().cloned()).collect();
    writeln!(
        out,
        "| {} |\n|{}",
        titles.join(" | "),
        "---|".repeat(titles.len())
    )?;
    for (context, cells) in rows {
        let context = has_contexts.then(|| context.unwrap_or("-").to_owned());
        let cells = context.iter().chain(&cells).map(|cell| markdown_code(cell));
        writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
    }
    Ok(())
}

fn capitalized(title: &str) -> String {
    if title == "STRICT" || title == "PERMISSIVE" || title == "DISABLE" || title == "STRICT %" {
        return title.to_owned();
    }
    let lower = title.to_lowercase();
    let mut chars = lower.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
