//! Tables whose rows belong to contexts.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use super::sanitize;

/// Writes rows below a header; of several contexts each row names its own first.
pub(super) fn write<'a, Row: AsRef<[String]>>(
    out: &mut dyn Write,
    header: &[&str],
    contexts: usize,
    rows: impl Iterator<Item = (Option<&'a str>, Row)>,
) -> io::Result<()> {
    let has_contexts = contexts > 1;
    let with_context = |context: &str, cells: &mut dyn Iterator<Item = String>| -> Vec<String> {
        let context = has_contexts.then(|| context.to_owned());
        context.into_iter().chain(cells).collect()
    };
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(with_context(
            "CONTEXT",
            &mut header.iter().map(|title| (*title).to_owned()),
        ));
    for (context, cells) in rows {
        let mut cells = cells
            .as_ref()
            .iter()
            .map(|cell| sanitize::line(cell).into_owned());
        table.add_row(with_context(&sanitize::line(context.unwrap_or("-")), &mut cells));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim())?;
    }
    Ok(())
}
