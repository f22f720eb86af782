//! Tables whose rows belong to contexts.

use std::io::{self, Write};

use comfy_table::ColumnConstraint::Absolute;
use comfy_table::{ContentArrangement, Table, Width, presets};

use super::sanitize;

/// How many rows are laid out at a time: a table holds each of its cells several times over.
const CHUNK: usize = 1024;

/// What stands between the cells of a kept row; sanitised text has none.
const BETWEEN: char = '\n';

/// Writes rows below a header; of several contexts each row names its own first.
pub(super) fn write<'a, Row: AsRef<[String]>>(
    out: &mut dyn Write,
    header: &[&str],
    contexts: usize,
    rows: impl Iterator<Item = (Option<&'a str>, Row)>,
) -> io::Result<()> {
    let has_contexts = contexts > 1;
    let header = row(has_contexts.then_some("CONTEXT"), &mut header.iter().copied());
    let rows = rows.map(|(context, cells)| {
        let context = has_contexts.then(|| context.unwrap_or("-"));
        row(context, &mut cells.as_ref().iter().map(String::as_str))
    });
    let rows: Vec<Box<str>> = std::iter::once(header).chain(rows).collect();
    let widths = widths(&rows);
    for chunk in rows.chunks(CHUNK) {
        let mut table = table(chunk);
        for (column, width) in table.column_iter_mut().zip(&widths) {
            let width = width.saturating_add(column.padding_width());
            column.set_constraint(Absolute(Width::Fixed(width)));
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim())?;
        }
    }
    Ok(())
}

fn row<'a>(context: Option<&'a str>, cells: &mut dyn Iterator<Item = &'a str>) -> Box<str> {
    let cells = context.into_iter().chain(cells).map(sanitize::line);
    let cells: Vec<_> = cells.collect();
    cells.join(&BETWEEN.to_string()).into()
}

fn table(rows: &[Box<str>]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row.split(BETWEEN));
    }
    table
}

/// How many places of a terminal the widest cell of each column takes.
fn widths(rows: &[Box<str>]) -> Vec<u16> {
    let chunks = rows
        .chunks(CHUNK)
        .map(|chunk| table(chunk).column_max_content_widths());
    let widest = |mut widest: Vec<u16>, widths: Vec<u16>| {
        for (widest, width) in widest.iter_mut().zip(widths) {
            *widest = width.max(*widest);
        }
        widest
    };
    chunks.reduce(widest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_all_the_way_down() {
        let name = |row: usize| format!("{}{row}", "n".repeat(row / 500));
        let rows = (0..3 * CHUNK).map(|row| (Some("prod"), [name(row), "\u{5bbf}\u{e9}\n".repeat(row % 2)]));
        let mut out = Vec::new();
        write(&mut out, &["NAME", "SAID"], 1, rows).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.lines().count(), 1 + 3 * CHUNK);
        let column = out.lines().next().unwrap().find("SAID").unwrap();
        for (row, line) in out.lines().skip(1).enumerate() {
            assert_eq!(line.get(..column).unwrap_or(line).trim_end(), name(row));
            assert_eq!(line.len() > column, row % 2 == 1, "{line}");
        }
    }
}
