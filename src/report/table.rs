//! Tables whose rows belong to contexts.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::sanitize;

/// What ends the cells and the rows that are kept; sanitised text has neither.
const CELL_END: char = '\t';
const ROW_END: char = '\n';

/// How many bytes of rows are kept together.
const CHUNK: usize = 1 << 16;

/// How many spaces stand between two columns.
const GAP: usize = 2;

/// Writes rows below a header; of several contexts each row names its own first.
pub(super) fn write<'a, Row: AsRef<[String]>>(
    out: &mut dyn Write,
    header: &[&str],
    contexts: usize,
    rows: impl Iterator<Item = (Option<&'a str>, Row)>,
) -> io::Result<()> {
    let has_contexts = contexts > 1;
    let mut kept = Kept::default();
    kept.add(has_contexts.then_some("CONTEXT"), header.iter().copied());
    for (context, cells) in rows {
        let context = has_contexts.then(|| context.unwrap_or("-"));
        kept.add(context, cells.as_ref().iter().map(String::as_str));
    }
    kept.write(out)
}

/// The rows until it is known how wide the columns are. There may be a hundred thousand, so they are kept as text,
/// and a library that lays out cells in boxes is not asked.
#[derive(Default)]
struct Kept {
    chunks: Vec<String>,
    /// How many places of a terminal the widest cell of each column takes.
    widths: Vec<usize>,
}

impl Kept {
    fn add<'a>(&mut self, context: Option<&'a str>, cells: impl Iterator<Item = &'a str>) {
        let mut row = String::new();
        for (column, cell) in context.into_iter().chain(cells).enumerate() {
            let cell = sanitize::line(cell);
            match self.widths.get_mut(column) {
                Some(width) => *width = cell.width().max(*width),
                None => self.widths.push(cell.width()),
            }
            row.push_str(&cell);
            row.push(CELL_END);
        }
        row.push(ROW_END);
        match self.chunks.last_mut() {
            Some(last) if last.len() + row.len() <= CHUNK => last.push_str(&row),
            _ => {
                let mut chunk = String::with_capacity(CHUNK);
                chunk.push_str(&row);
                self.chunks.push(chunk);
            }
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut line = String::new();
        let rows = self
            .chunks
            .iter()
            .flat_map(|chunk| chunk.split_terminator(ROW_END));
        for row in rows {
            line.clear();
            for (cell, width) in row.split_terminator(CELL_END).zip(&self.widths) {
                line.push_str(cell);
                let missing = width - cell.width() + GAP;
                line.extend(std::iter::repeat_n(' ', missing));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: usize = 3000;

    #[test]
    fn columns_are_as_wide_all_the_way_down() {
        let name = |row: usize| format!("{}{row}", "n".repeat(row / 500));
        let rows = (0..ROWS).map(|row| (Some("prod"), [name(row), "\u{5bbf}\u{e9}\n".repeat(row % 2)]));
        let mut out = Vec::new();
        write(&mut out, &["NAME", "SAID"], 1, rows).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.lines().count(), 1 + ROWS);
        let column = out.lines().next().unwrap().find("SAID").unwrap();
        for (row, line) in out.lines().skip(1).enumerate() {
            assert_eq!(line.get(..column).unwrap_or(line).trim_end(), name(row));
            assert_eq!(line.len() > column, row % 2 == 1, "{line}");
        }
    }
}
