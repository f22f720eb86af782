//! Lines in columns: each column is as wide as its widest cell, and the places stand in a column of
//! their own behind everything.

use std::io::{self, Write};

use crate::report::sanitize;

/// Lines that are aligned together.
#[derive(Debug, Default)]
pub(super) struct Block {
    lines: Vec<Line>,
}

/// Writes an object: its name and what else is worth knowing at once, a block on the object itself, and one on what it
/// does, if anything.
pub(super) fn write_object(
    out: &mut dyn Write,
    mut header: Vec<String>,
    context: Option<&str>,
    summary: &Block,
    rows: &Block,
) -> io::Result<()> {
    header.extend(context.map(|context| format!("context {context}")));
    writeln!(out, "{}\n", sanitize::line(&header.join(" · ")))?;
    summary.write(out)?;
    if rows.lines.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    rows.write(out)
}

#[derive(Debug, Default)]
struct Line {
    cells: Vec<String>,
    place: Option<String>,
}

impl Block {
    /// Adds a line. Its last cell, which may be empty, can be as long as it needs: it widens no column.
    pub(super) fn line<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>, place: Option<String>) {
        let cells: Vec<String> = cells
            .into_iter()
            .map(|cell| sanitize::line(cell).into_owned())
            .collect();
        self.lines.push(Line { cells, place });
    }

    /// Adds an empty line, unless one is there or nothing is.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.cells.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Writes the lines, indented.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths();
        let texts: Vec<String> = self.lines.iter().map(|line| line.text(&widths)).collect();
        let placed = self
            .lines
            .iter()
            .zip(&texts)
            .filter(|(line, _)| line.place.is_some());
        let width = placed.map(|(_, text)| width(text)).max().unwrap_or(0);
        for (line, text) in self.lines.iter().zip(&texts) {
            match &line.place {
                Some(place) => {
                    let padding = width - self::width(text) + GAP;
                    writeln!(out, "  {text}{:padding$}{}", "", sanitize::line(place))?;
                }
                None if text.is_empty() => writeln!(out)?,
                None => writeln!(out, "  {text}")?,
            }
        }
        Ok(())
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = MIN_WIDTHS.to_vec();
        for line in &self.lines {
            let Some((_, fixed)) = line.cells.split_last() else {
                continue;
            };
            for (index, cell) in fixed.iter().enumerate() {
                if index == widths.len() {
                    widths.push(0);
                }
                widths[index] = widths[index].max(width(cell));
            }
        }
        widths
    }
}

/// Blanks between columns.
const GAP: usize = 2;
/// Labels and modes take the same room everywhere.
const MIN_WIDTHS: [usize; 2] = ["data plane".len(), "not enforced".len()];

impl Line {
    fn text(&self, widths: &[usize]) -> String {
        let Some((last, fixed)) = self.cells.split_last() else {
            return String::new();
        };
        let mut text = String::new();
        for (cell, column) in fixed.iter().zip(widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', column - width(cell) + GAP));
        }
        text.push_str(last);
        text.truncate(text.trim_end().len());
        text
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stand_in_a_column() {
        let mut block = Block::default();
        block.line(["mode", "STRICT", "as ever"], Some("a.yaml:1".to_owned()));
        block.gap();
        block.gap();
        block.line(["note", "a sentence that is longer than its column"], None);
        block.line(["mesh", "(unset)", "", ""], Some("b.yaml:2".to_owned()));
        let mut out = Vec::new();
        block.write(&mut out).unwrap();
        let expected = "  mode        STRICT        as ever  a.yaml:1\n\n  \
                        note        a sentence that is longer than its column\n  \
                        mesh        (unset)                b.yaml:2\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
