//! For a comment on a pull request: a hidden mark by which the comment is found again, the verdict, and a table
//! for each kind of change, which stays below what GitHub takes.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Assumed, Diff, text, words};
use crate::posture::diff::{Change, Side};
use crate::report::escape::markdown_code;
use crate::report::sanitize;

/// The most characters of a comment on GitHub, with room for the end.
const MOST: usize = 65_536 - 512;

/// Writes the verdict and the tables.
pub(super) fn write(diff: &Diff<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (base, head) = (diff.name(Side::Base), diff.name(Side::Head));
    let mut page = format!(
        "<!-- peerauth diff -->\n**{}**: {} → {}\n",
        diff.verdict(),
        markdown_code(&base),
        markdown_code(&head)
    );
    if let Some(assumed) = &diff.assumed {
        page += &assumption(assumed);
    }
    let mut left_out = 0;
    for (title, changes) in words::sections(diff) {
        let (tables, count) = tables(diff, &changes);
        let is_open = changes
            .iter()
            .any(|change| change.is_break() || change.kind.is_weaker());
        let section = if is_open {
            format!("\n### {title}\n\n{tables}")
        } else {
            format!("\n<details><summary>{title} ({count})</summary>\n\n{tables}\n</details>\n")
        };
        if page.chars().count() + section.chars().count() > MOST {
            left_out += count;
        } else {
            page += &section;
        }
    }
    if left_out > 0 {
        // Writing into a string cannot fail.
        let _ = writeln!(
            page,
            "\n{left_out} further rows do not fit here; `peerauth diff` shows them."
        );
    }
    out.write_all(page.as_bytes())
}

/// What is taken for done, and what is not known of it.
fn assumption(assumed: &Assumed) -> String {
    let mut text = String::new();
    for (name, manifest) in &assumed.applied {
        // A line of the manifest never ends the block: it is indented.
        let lines = manifest
            .lines()
            .map(|line| format!("    {}\n", sanitize::line(line)));
        let lines: String = lines.collect();
        let _ = writeln!(
            text,
            "\nAssumed to be applied: {}\n\n{lines}",
            markdown_code(name)
        );
    }
    for object in &assumed.removed {
        let _ = writeln!(
            text,
            "\nAssumed to be deleted: {}",
            markdown_code(&object.to_string())
        );
    }
    let not_known = words::not_known(assumed);
    let lines = not_known.iter().filter(|line| !line.is_empty()).skip(1);
    for line in lines {
        let _ = writeln!(text, "\nNot known: {}", markdown_code(line.trim()));
    }
    text
}

/// How many rows of one table are shown.
const ROWS: usize = 100;

fn tables(diff: &Diff<'_>, changes: &[&Change<'_>]) -> (String, usize) {
    let kinds: [(&[&str], _); 3] = [
        (&text::CONNECTION, text::connections(diff, changes)),
        (&text::PORT, text::ports(diff, changes)),
        (&text::PRESENCE, text::presences(diff, changes)),
    ];
    let (mut page, mut count) = (String::new(), 0);
    for (header, rows) in kinds.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let context = (diff.contexts > 1).then_some("CONTEXT");
        let titles: Vec<String> = context
            .iter()
            .chain(header)
            .map(|title| capitalized(title))
            .collect();
        let _ = writeln!(
            page,
            "| {} |\n|{}",
            titles.join(" | "),
            "---|".repeat(titles.len())
        );
        count += rows.len();
        let more = rows.len().saturating_sub(ROWS);
        for (name, cells) in rows.into_iter().take(ROWS) {
            let name = context.map(|_| name.unwrap_or("-").to_owned());
            let cells: Vec<String> = name
                .iter()
                .chain(&cells)
                .map(|cell| markdown_code(cell))
                .collect();
            let _ = writeln!(page, "| {} |", cells.join(" | "));
        }
        if more > 0 {
            let _ = writeln!(page, "\n… and {more} more");
        }
        page.push('\n');
    }
    (page, count)
}

fn capitalized(title: &str) -> String {
    let lower = title.to_lowercase();
    let mut chars = lower.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
