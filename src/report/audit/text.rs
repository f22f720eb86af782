//! For people: what it comes to, the figures, what is open, and the checklist.

use std::io::{self, Write};

use super::{Audits, words};
use crate::posture::audit::Opening;
use crate::report::{sanitize, table};

/// Writes the audit.
pub(super) fn write(audits: &Audits<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", words::verdict(audits))?;
    let figures = words::coverage(audits);
    writeln!(out, "\nCoverage")?;
    table::write(out, &words::COVERAGE, audits.contexts.len(), figures.into_iter())?;
    if let Some(assumed) = words::assumed(audits) {
        writeln!(out, "{assumed}")?;
    }
    for (context, opening) in audits.openings() {
        let context = context.filter(|_| audits.contexts.len() > 1);
        write_opening(audits, context, opening, out)?;
    }
    write_checklist(audits, out)
}

fn write_opening(
    audits: &Audits<'_>,
    context: Option<&str>,
    opening: &Opening<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = |text: String| writeln!(out, "{}", sanitize::line(&text));
    line(String::new())?;
    let context = context.map(|name| format!("[{name}] ")).unwrap_or_default();
    let place = opening.at.map(|at| format!("  {}", audits.places.of(at)));
    line(format!(
        "{context}{}{}",
        words::cause(&opening.cause),
        place.unwrap_or_default()
    ))?;
    line(format!("    opens    {}", words::ports(opening)))?;
    let [reason, owner, expires] = words::account(opening);
    let expires = expires.unwrap_or("no day");
    line(format!("    why      {}", reason.unwrap_or("no reason is given")))?;
    line(format!("    owner    {}", owner.unwrap_or("nobody is named")))?;
    line(format!("    until    {expires} ({})", opening.standing.as_str()))?;
    let callers = words::callers(audits, opening);
    if callers.is_empty() {
        return line("    callers  none is known".to_owned());
    }
    for (index, caller) in callers.iter().take(words::SHOWN).enumerate() {
        let title = if index == 0 { "callers" } else { "" };
        line(format!("    {title:<7}  {caller}"))?;
    }
    match callers.len().saturating_sub(words::SHOWN) {
        0 => Ok(()),
        more => line(format!("             and {more} more")),
    }
}

fn write_checklist(audits: &Audits<'_>, out: &mut dyn Write) -> io::Result<()> {
    for audit in audits.audits() {
        let context = audit.context.filter(|_| audits.contexts.len() > 1);
        let context = context.map(|name| format!(" of {name}")).unwrap_or_default();
        writeln!(out, "\nChecklist{}", sanitize::line(&context))?;
        for check in &audit.checklist {
            writeln!(out, "{} {}", words::verdict_box(check.verdict), check.item)?;
            let place = check.at.map(|at| format!("  {}", audits.places.of(at)));
            let why = format!("{}{}", check.why, place.unwrap_or_default());
            writeln!(out, "      {}", sanitize::line(&why))?;
        }
    }
    Ok(())
}
