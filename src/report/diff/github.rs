//! Workflow commands of GitHub: an annotation at what causes a change, for what breaks or becomes weaker, and a
//! notice of what the rest comes to.

use std::io::{self, Write};

use super::{Diff, words};
use crate::posture::diff::{Change, ChangeKind, Side, Subject};
use crate::report::escape::{workflow_message, workflow_property};

/// Writes the commands, errors first.
pub(super) fn write(diff: &Diff<'_>, out: &mut dyn Write) -> io::Result<()> {
    for change in diff.changes {
        if let Some(command) = command(change) {
            annotate(diff, change, command, out)?;
        }
    }
    writeln!(
        out,
        "::notice title=peerauth diff::{}",
        workflow_message(&diff.verdict())
    )
}

/// What a change is worth. What is merely different is in the notice.
fn command(change: &Change<'_>) -> Option<&'static str> {
    match change.kind {
        ChangeKind::Refused if change.is_break() => Some("error"),
        ChangeKind::Refused => Some("warning"),
        kind if kind.is_weaker() => Some("warning"),
        _ => None,
    }
}

fn annotate(diff: &Diff<'_>, change: &Change<'_>, command: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = format!("title=peerauth diff%3A {}", change.kind.as_str());
    let mut message = sentence(change);
    if let Some(cause) = &change.cause {
        let stand = diff.stand(cause);
        if let Some(object) = &stand.object {
            let was = if stand.side == Side::Base { "was " } else { "" };
            message = format!("{message}, because of {was}{object}");
        }
        // Only what is in the tree now can be annotated.
        if stand.side == Side::Head {
            let line = stand
                .place
                .line
                .map(|line| format!(",line={line}"))
                .unwrap_or_default();
            let file = workflow_property(stand.place.file);
            properties = format!("file={file}{line},{properties}");
        }
    }
    writeln!(out, "::{command} {properties}::{}", workflow_message(&message))
}

fn sentence(change: &Change<'_>) -> String {
    let context = change.context.map(|name| format!("{name}: ")).unwrap_or_default();
    match &change.subject {
        Subject::Connection(connection) => format!(
            "{context}{} to {} ({}): {}, was {}",
            words::clients(&connection.clients),
            words::target(connection),
            words::endpoints(connection),
            words::answer(connection.after),
            words::answer(connection.before)
        ),
        Subject::Port(port) => format!(
            "{context}{} port {}: {}, was {}",
            words::workload(&port.workload),
            words::port(port.port),
            words::state(&port.before, &port.after, false),
            words::state(&port.before, &port.after, true)
        ),
        Subject::Call(call) => format!(
            "{context}{} to port {} of {}: {}",
            words::caller(call),
            call.port,
            words::workload(&call.workload),
            words::passages(call)[1]
        ),
        Subject::Presence(presence) => format!("{context}{}", words::present(&presence.what)),
    }
}
