//! A policy for people: whom it is about, where it decides, and where and to which policy it loses.

use std::io::{self, Write};

use super::block::{Block, write_object};
use super::words;
use crate::mesh::{PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::posture::influence::{Influence, Verdict};
use crate::report::row::{Rows, deciding_span};
use crate::resolve::trail::IgnoredReason;
use crate::source::Span;

/// The verdict in machine output.
pub(super) fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Decides => "decides",
        Verdict::Overridden { .. } => "overridden",
        Verdict::SaysNothing => "says-nothing",
        Verdict::Ignored(_) => "ignored",
    }
}

/// Writes what a policy does.
pub(super) fn write(
    out: &mut dyn Write,
    rows: &Rows<'_>,
    id: PolicyId,
    influences: &[Influence<'_>],
) -> io::Result<()> {
    let mesh = rows.resolution.mesh;
    let mut own = Block::default();
    summary(&mut own, rows, id, influences);
    let mut lines = Block::default();
    let by_workload = influences.chunk_by(|one, other| one.workload == other.workload);
    for of_workload in by_workload {
        workload_lines(&mut lines, rows, of_workload);
    }
    let name = mesh.policies[id].object.meta.object_name();
    let header = vec![name.to_string(), about(rows, id)];
    write_object(out, header, mesh.context, &own, &lines)
}

fn about(rows: &Rows<'_>, id: PolicyId) -> String {
    let policy = &rows.resolution.mesh.policies[id];
    let selector = || {
        let selector = policy.object.spec.selector.iter();
        let labels = selector.flat_map(|selector| selector.match_labels.iter());
        let labels: Vec<String> = labels
            .map(|label| format!("{}={}", label.key, label.value))
            .collect();
        labels.join(", ")
    };
    match policy.scope {
        Scope::Mesh => "the whole mesh".to_owned(),
        Scope::Namespace => "its whole namespace".to_owned(),
        Scope::Workload => format!("workloads with {}", selector()),
        Scope::RootSelector => format!("workloads with {} in the root namespace: never read", selector()),
    }
}

fn summary(block: &mut Block, rows: &Rows<'_>, id: PolicyId, influences: &[Influence<'_>]) {
    let spec = &rows.resolution.mesh.policies[id].object.spec;
    let place = |span| Some(rows.places.of(span).to_string());
    match spec.mode() {
        Some(mode) => block.line(["mode", mode.value.as_str()], place(mode.span)),
        None => block.line(
            ["mode", "(unset)"],
            place(rows.resolution.mesh.policies[id].object.meta.name.span),
        ),
    }
    for entry in spec.port_modes() {
        let mode = entry.mtls.explicit_mode();
        block.line(
            [
                &*format!("port {}", entry.port),
                mode.map_or("(unset)", |mode| mode.value.as_str()),
            ],
            place(mode.map_or(entry.mtls.key, |mode| mode.span)),
        );
    }
    let mut workloads: Vec<WorkloadId> = influences.iter().map(|influence| influence.workload).collect();
    workloads.dedup();
    let count = match workloads.len() {
        0 => "no workload among the manifests".to_owned(),
        1 => "1 workload".to_owned(),
        count => format!("{count} workloads"),
    };
    block.line(["about", &count], None);
}

/// A line for each part that the policy has in the decisions on one workload.
fn workload_lines(block: &mut Block, rows: &Rows<'_>, influences: &[Influence<'_>]) {
    let Some(first) = influences.first() else { return };
    let name = rows
        .resolution
        .mesh
        .workload(first.workload)
        .meta()
        .object_name()
        .to_string();
    let mut said: Vec<Said> = Vec::new();
    for influence in influences {
        let (word, text) = outcome(rows, influence);
        let port = influence.decision.port;
        let winner = winner_span(rows, influence);
        let mut known = said.iter_mut();
        match known.find(|known| known.text == text && known.winner == winner) {
            Some(known) => known.ports.push(port),
            None => said.push(Said {
                word,
                text,
                winner,
                ports: vec![port],
            }),
        }
    }
    for said in &said {
        let ports = if said.ports.len() == influences.len() {
            "every port".to_owned()
        } else {
            ports_text(&said.ports)
        };
        let place = said.winner.map(|span| rows.places.of(span).to_string());
        block.line([said.word, &name, &ports, &said.text], place);
    }
}

/// What is said alike of several ports.
struct Said {
    word: &'static str,
    text: String,
    /// What another policy says that is in force instead.
    winner: Option<Span>,
    ports: Vec<Option<u16>>,
}

fn ports_text(ports: &[Option<u16>]) -> String {
    let names: Vec<String> = ports
        .iter()
        .map(|port| port.map_or_else(|| "other ports".to_owned(), |port| port.to_string()))
        .collect();
    match ports.first() {
        Some(Some(_)) if ports.len() == 1 => format!("port {}", names.join(", ")),
        Some(Some(_)) => format!("ports {}", names.join(", ")),
        _ => names.join(", "),
    }
}

/// What another policy says that is in force in place of this one.
fn winner_span(rows: &Rows<'_>, influence: &Influence<'_>) -> Option<Span> {
    let mesh = rows.resolution.mesh;
    let port = influence.decision.port;
    match influence.verdict {
        Verdict::Overridden { by } => Some(deciding_span(mesh, by, port)),
        Verdict::SaysNothing => {
            let by = influence.decision.policy.by?;
            Some(deciding_span(mesh, by, port))
        }
        Verdict::Ignored(IgnoredReason::Outranked { by, .. }) => {
            Some(mesh.policies[by].object.meta.name.span)
        }
        Verdict::Decides | Verdict::Ignored(_) => None,
    }
}

/// One word and the rest of the sentence.
fn outcome(rows: &Rows<'_>, influence: &Influence<'_>) -> (&'static str, String) {
    let mesh = rows.resolution.mesh;
    let decision = &influence.decision;
    let name = |id: PolicyId| mesh.policies[id].object.meta.qualified_name();
    let effective = decision.policy.mode;
    match influence.verdict {
        Verdict::Decides => (
            "decides",
            match decision.mode {
                Some(mode) if mode == effective => mode.to_string(),
                Some(mode) => format!("{effective}, enforced as {mode}"),
                None => {
                    let plane = rows.resolution.workload(influence.workload).enrolment.plane;
                    format!(
                        "{effective}, not enforced: {}",
                        words::why_not_enforced(plane, decision)
                    )
                }
            },
        ),
        Verdict::Overridden { by } => ("loses", format!("{effective}: {} is more specific", name(by))),
        Verdict::SaysNothing => (
            "unset",
            match decision.policy.by {
                Some(by) => format!("inherits {effective} from {}", name(by)),
                None => format!("inherits {}, the default of the mesh", Mode::Permissive),
            },
        ),
        Verdict::Ignored(reason) => ("loses", ignored(rows, influence, reason)),
    }
}

fn ignored(rows: &Rows<'_>, influence: &Influence<'_>, reason: IgnoredReason) -> String {
    let effective = influence.decision.policy.mode;
    match reason {
        IgnoredReason::Outranked { by, by_time } => {
            let winner = rows.resolution.mesh.policies[by].object.meta.qualified_name();
            let why = if by_time {
                "is older"
            } else {
                "comes first by name (in a cluster the older one wins)"
            };
            format!("{effective}: {winner} of the same scope {why}")
        }
        IgnoredReason::RootSelector => {
            format!("{effective}: Istio reads no policy with a selector in the root namespace")
        }
        IgnoredReason::OtherRevision => format!("{effective}: another revision's control plane reads it"),
        IgnoredReason::OtherLabels | IgnoredReason::RuntimeLabels => {
            format!("{effective}: its labels are not known here")
        }
    }
}
