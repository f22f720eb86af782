//! A row for each open port. Cells that a spreadsheet would take for a formula begin with an apostrophe.

use std::io::{self, Write};

use super::{Audits, words};
use crate::report::sanitize;

const HEADER: [&str; 15] = [
    "context",
    "namespace",
    "kind",
    "workload",
    "port",
    "dataPlane",
    "mode",
    "cause",
    "standing",
    "reason",
    "owner",
    "expires",
    "callers",
    "file",
    "line",
];

/// Writes the header and the rows; a policy of which no workload is given has one of its own.
pub(super) fn write(audits: &Audits<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_row(out, &HEADER.map(str::to_owned))?;
    for (context, opening) in audits.openings() {
        let place = opening.at.map(|at| audits.places.of(at));
        let [reason, owner, expires] =
            words::account(opening).map(|said| said.unwrap_or_default().to_owned());
        let said = [
            words::cause(&opening.cause),
            opening.standing.as_str().to_owned(),
            reason,
            owner,
            expires,
        ];
        let line = place.and_then(|place| place.line);
        let stand = [
            place.map_or_else(String::new, |place| place.file.to_owned()),
            line.map_or_else(String::new, |line| line.to_string()),
        ];
        let context = context.unwrap_or_default().to_owned();
        let ports = opening.ports.iter().map(|open| {
            let callers: Vec<String> = open.callers.iter().map(words::who).collect();
            let cells = [
                open.workload.namespace.unwrap_or_default().to_owned(),
                open.workload.kind.as_str().to_owned(),
                open.workload.name.to_owned(),
                words::port(open.port),
                open.plane.as_str().to_owned(),
                words::mode(open).to_owned(),
            ];
            (cells, callers.join("; "))
        });
        let none = opening.ports.is_empty().then(<([String; 6], String)>::default);
        for (cells, callers) in ports.chain(none) {
            let row = std::iter::once(context.clone()).chain(cells);
            let row = row.chain(said.clone()).chain([callers]).chain(stand.clone());
            write_row(out, &row.collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

fn write_row(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
    writeln!(out, "{}", cells.join(","))
}

/// A cell in RFC 4180's quotes where it needs them.
fn field(text: &str) -> String {
    let mut text = sanitize::line(text).into_owned();
    if text.starts_with(['=', '+', '-', '@']) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"']) {
        text = format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("@x\ny"), "'@x\u{fffd}y");
        assert_eq!(field("plain"), "plain");
    }
}
