//! For people: what it comes to, then a table for each kind of change.

use std::io::{self, Write};

use super::{Assumed, Diff, words};
use crate::hash::HashMap;
use crate::posture::diff::{CallChange, Change, ConnectionChange, Side, Subject};
use crate::report::{sanitize, table};

/// Writes the verdict and the changes.
pub(super) fn write(diff: &Diff<'_>, out: &mut dyn Write) -> io::Result<()> {
    let names = format!("{} -> {}", diff.name(Side::Base), diff.name(Side::Head));
    writeln!(out, "{}: {}", sanitize::line(&names), diff.verdict())?;
    if let Some(assumed) = &diff.assumed {
        write_assumed(assumed, out)?;
    }
    for (title, changes) in words::sections(diff) {
        writeln!(out, "\n{title}")?;
        write_tables(diff, &changes, out)?;
    }
    if let Some(assumed) = &diff.assumed {
        for line in words::not_known(assumed) {
            writeln!(out, "{}", sanitize::line(&line))?;
        }
    }
    Ok(())
}

/// What is taken for done.
fn write_assumed(assumed: &Assumed, out: &mut dyn Write) -> io::Result<()> {
    for (name, manifest) in &assumed.applied {
        writeln!(out, "\nAssumed to be applied: {}", sanitize::line(name))?;
        for line in manifest.lines() {
            writeln!(out, "    {}", sanitize::line(line))?;
        }
    }
    for object in &assumed.removed {
        let object = object.to_string();
        writeln!(out, "\nAssumed to be deleted: {}", sanitize::line(&object))?;
    }
    Ok(())
}

/// A row with its context.
type Row<'a> = (Option<&'a str>, Vec<String>);

fn write_tables(diff: &Diff<'_>, changes: &[&Change<'_>], out: &mut dyn Write) -> io::Result<()> {
    for change in changes {
        if let Subject::Connection(connection) = &change.subject {
            write_connection(diff, change, connection, out)?;
        }
        if let Subject::Call(call) = &change.subject {
            write_call(diff, change, call, out)?;
        }
    }
    let tables: [(&[&str], Vec<Row<'_>>); 2] = [
        (&PORT, ports(diff, changes)),
        (&PRESENCE, presences(diff, changes)),
    ];
    let mut is_below = changes
        .iter()
        .any(|change| matches!(change.subject, Subject::Connection(_) | Subject::Call(_)));
    for (header, rows) in tables.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        if std::mem::replace(&mut is_below, true) {
            writeln!(out)?;
        }
        table::write(out, header, diff.contexts, rows.into_iter())?;
    }
    Ok(())
}

/// A call from outside in a few lines.
fn write_call(
    diff: &Diff<'_>,
    change: &Change<'_>,
    call: &CallChange<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let context = change.context.filter(|_| diff.contexts > 1);
    let context = context.map(|name| format!("[{name}] ")).unwrap_or_default();
    let (object, at) = words::because(diff, change);
    let workload = words::workload(&call.workload);
    let [was, is] = words::passages(call);
    let lines = [
        format!(
            "{context}{} -> port {} of {workload}",
            words::caller(call),
            call.port
        ),
        format!("    was        {was}"),
        format!("    is         {is}"),
        format!("    because    {object}  {at}"),
        format!("    shown at   {}", diff.place(call.side, call.span)),
    ];
    for line in &lines {
        writeln!(out, "{}", sanitize::line(line))?;
    }
    Ok(())
}

/// A connection in a few lines: its names are too long for the columns of a table.
fn write_connection(
    diff: &Diff<'_>,
    change: &Change<'_>,
    connection: &ConnectionChange<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let context = change.context.filter(|_| diff.contexts > 1);
    let context = context.map(|name| format!("[{name}] ")).unwrap_or_default();
    let clients = words::clients(&connection.clients);
    let mut lines = vec![
        format!("{context}{clients} -> {}", words::target(connection)),
        format!("    endpoints  {}", words::endpoints(connection)),
        format!(
            "    was        {}\n    is         {}",
            words::answer(connection.before),
            words::answer(connection.after)
        ),
    ];
    let (object, at) = words::because(diff, change);
    if change.cause.is_some() {
        lines.push(format!("    because    {object}  {at}"));
    }
    if let Some((rule, at)) = words::followed(diff, change, connection) {
        lines.push(format!("    follow     {rule}  {at}"));
    }
    let told = &connection.clients.told;
    let places = told
        .iter()
        .map(|(_, side, span)| diff.place(*side, *span).to_string());
    if !told.is_empty() {
        lines.push(format!("    told at    {}", words::first_of(places, told.len())));
    }
    for line in lines.iter().flat_map(|lines| lines.lines()) {
        writeln!(out, "{}", sanitize::line(line))?;
    }
    Ok(())
}

pub(super) const CONNECTION: [&str; 7] = ["FROM", "TO", "ENDPOINTS", "BEFORE", "AFTER", "BECAUSE OF", "AT"];
pub(super) const PORT: [&str; 6] = ["WORKLOAD", "PORT", "BEFORE", "AFTER", "BECAUSE OF", "AT"];
pub(super) const PRESENCE: [&str; 3] = ["OBJECT", "MODE", "AT"];

/// A row for each connection, and for each call from outside.
pub(super) fn connections<'a>(diff: &Diff<'a>, changes: &[&Change<'a>]) -> Vec<Row<'a>> {
    let rows = changes.iter().filter_map(|change| {
        if let Subject::Call(call) = &change.subject {
            return Some((change.context, call_cells(diff, change, call)));
        }
        let Subject::Connection(connection) = &change.subject else {
            return None;
        };
        let (object, at) = words::because(diff, change);
        let mut from = words::clients(&connection.clients);
        let told = &connection.clients.told;
        if let Some((_, side, span)) = told.first() {
            from = format!("{from}; told so at {}", diff.place(*side, *span));
        }
        if let Some((rule, at)) = words::followed(diff, change, connection) {
            from = format!("{from}; they follow {rule} at {at}");
        }
        let cells = vec![
            from,
            words::target(connection),
            words::endpoints(connection),
            words::answer(connection.before),
            words::answer(connection.after),
            object,
            at,
        ];
        Some((change.context, cells))
    });
    rows.collect()
}

fn call_cells(diff: &Diff<'_>, change: &Change<'_>, call: &CallChange<'_>) -> Vec<String> {
    let (object, at) = words::because(diff, change);
    let workload = words::workload(&call.workload);
    let [before, after] = words::passages(call);
    let shown = diff.place(call.side, call.span);
    vec![
        format!("{}, shown at {shown}", words::caller(call)),
        format!("port {}", call.port),
        workload,
        before.to_owned(),
        after.to_owned(),
        object,
        at,
    ]
}

/// The ports of which the same is said, in one row: those of a workload, then the workloads.
pub(super) fn ports<'a>(diff: &Diff<'a>, changes: &[&Change<'a>]) -> Vec<Row<'a>> {
    /// Everything of a row but the workload and its ports.
    type Said<'a> = (Option<&'a str>, [String; 4]);
    let mut of_workloads: Vec<(Said<'a>, String, Vec<Option<u16>>, usize)> = Vec::new();
    for change in changes {
        let Subject::Port(port) = &change.subject else {
            continue;
        };
        let (object, at) = words::because(diff, change);
        let before = words::state(&port.before, &port.after, true);
        let after = words::state(&port.before, &port.after, false);
        let said = (change.context, [before, after, object, at]);
        let workload = words::workload(&port.workload);
        // The ports of a workload follow each other.
        let mut known = of_workloads
            .iter_mut()
            .rev()
            .take_while(|(_, name, ..)| *name == workload);
        match known.find(|(other, ..)| *other == said) {
            Some((_, _, ports, _)) => ports.push(port.port),
            None => of_workloads.push((said, workload, vec![port.port], port.ports_in_all)),
        }
    }
    let mut rows: Vec<(Said<'a>, String, Vec<String>)> = Vec::new();
    let mut known: HashMap<(Said<'a>, String), usize> = HashMap::default();
    for (said, workload, ports, in_all) in of_workloads {
        let ports = if ports.len() == in_all {
            "every".to_owned()
        } else {
            ports.into_iter().map(words::port).collect::<Vec<_>>().join(", ")
        };
        let row = *known.entry((said.clone(), ports.clone())).or_insert_with(|| {
            rows.push((said, ports, Vec::new()));
            rows.len() - 1
        });
        rows[row].2.push(workload);
    }
    let rows = rows
        .into_iter()
        .map(|((context, [before, after, object, at]), ports, workloads)| {
            let count = workloads.len();
            let workloads = words::first_of(workloads.into_iter(), count);
            (context, vec![workloads, ports, before, after, object, at])
        });
    rows.collect()
}

/// A row for each thing that one side has.
pub(super) fn presences<'a>(diff: &Diff<'a>, changes: &[&Change<'a>]) -> Vec<Row<'a>> {
    let rows = changes.iter().filter_map(|change| {
        let Subject::Presence(presence) = &change.subject else {
            return None;
        };
        let (_, at) = words::because(diff, change);
        let cells = vec![words::present(&presence.what), words::modes(&presence.ports), at];
        Some((change.context, cells))
    });
    rows.collect()
}
