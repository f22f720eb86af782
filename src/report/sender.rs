//! Words for the clients of a row.

use crate::matrix::{Answers, Row};
use crate::mesh::{Mesh, NamespaceId, WorkloadId};
use crate::resolve::classes::Members;
use crate::resolve::dataplane::DataPlane;

/// How many clients are named.
const SHOWN: usize = 3;

/// Who sees a row: `any sidecar`, `any sidecar in web`, `no proxy`, or names.
pub(super) fn sender_words(answers: &Answers<'_>, row: &Row<'_, '_>) -> String {
    members_words(answers, &row.clients)
}

/// The same for some of the clients of a row.
pub(super) fn members_words(answers: &Answers<'_>, clients: &[Members]) -> String {
    let mut words: Vec<String> = Vec::new();
    // Of names only as many are made as could be shown.
    let mut more = 0;
    for members in clients {
        let word = match members {
            Members::Everywhere { plane, except, .. } => everywhere(*plane, !except.is_empty()),
            Members::AnySidecarIn(namespace) => any_in(answers, *namespace),
            Members::Group { possible: true, .. } => match answers.groups.given(members).next() {
                Some(id) => any_in(answers, answers.mesh().workload(id).namespace),
                None => continue,
            },
            Members::Group { possible: false, .. }
            | Members::Alike { .. }
            | Members::Scope { .. }
            | Members::Unaware { .. } => {
                let named = answers.groups.given(members).take(SHOWN);
                words.extend(named.map(|id| workload_name(answers.mesh(), id)));
                more += answers.groups.count(members).saturating_sub(SHOWN);
                continue;
            }
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    shorten(words, more)
}

fn everywhere(plane: DataPlane, has_exceptions: bool) -> String {
    match plane {
        DataPlane::Sidecar if has_exceptions => "any other sidecar".to_owned(),
        DataPlane::Sidecar => "any sidecar".to_owned(),
        DataPlane::None => "no proxy".to_owned(),
        plane => format!("any {plane}"),
    }
}

fn any_in(answers: &Answers<'_>, namespace: NamespaceId) -> String {
    format!(
        "any sidecar in {}",
        answers.mesh().namespaces[namespace].display_name()
    )
}

/// Clients of "any other" namespace make the named ones beside them redundant. Beside the words there are
/// so many `more`.
fn shorten(mut words: Vec<String>, more: usize) -> String {
    if words.iter().any(|word| word == "any other sidecar") {
        words.retain(|word| !word.starts_with("any sidecar in "));
        for word in &mut words {
            if word == "any other sidecar" {
                "any sidecar".clone_into(word);
            }
        }
    }
    let more = more + words.len().saturating_sub(SHOWN);
    words.truncate(SHOWN);
    let listed = words.join(", ");
    if more == 0 {
        listed
    } else {
        format!("{listed} and {more} more")
    }
}

/// `namespace/name`.
pub(super) fn workload_name(mesh: &Mesh<'_>, id: WorkloadId) -> String {
    let workload = mesh.workload(id);
    format!(
        "{}/{}",
        mesh.namespaces[workload.namespace].display_name(),
        workload.name()
    )
}
