//! `--revision`: whose control plane is asked about.

use std::collections::BTreeSet;

use super::args::RevisionArgs;
use crate::error::Error;
use crate::id::nearest;
use crate::matrix::Row;
use crate::resolve::classes::Groups;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::{Resolution, Resolved};

/// Refuses a revision that serves nobody: what is shown then would be empty for a slip of the pen too.
pub(super) fn known<'a>(
    args: &RevisionArgs,
    contexts: impl Iterator<Item = &'a Resolution<'a, 'a>>,
) -> Result<(), Error> {
    let Some(wanted) = args.revision.as_deref() else {
        return Ok(());
    };
    let served: BTreeSet<&str> = contexts
        .flat_map(|resolution| {
            let workloads = resolution.mesh.workloads();
            workloads.map(|(id, _)| resolution.workload(id))
        })
        .filter(|resolved| has_proxy(resolved))
        .map(|resolved| resolved.revision)
        .collect();
    if served.contains(wanted) {
        return Ok(());
    }
    let all: Vec<&str> = served.iter().copied().collect();
    let hint = match nearest(wanted, all.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if all.is_empty() => "none of them has a proxy".to_owned(),
        None => format!("those that do: {}", all.join(", ")),
    };
    Err(Error::Usage(format!(
        "--revision {wanted}: it serves no workload among the manifests; {hint}"
    )))
}

/// Whether a workload is shown.
pub(super) fn is_served(args: &RevisionArgs, resolved: &Resolved<'_>) -> bool {
    let is_by = |wanted: &String| has_proxy(resolved) && resolved.revision == wanted;
    args.revision.as_ref().is_none_or(is_by)
}

/// Whether what clients see is shown.
pub(super) fn are_served(args: &RevisionArgs, groups: &Groups<'_, '_>, row: &Row<'_, '_>) -> bool {
    let is_by = |wanted: &String| {
        let mut clients = row.clients.iter();
        clients.any(|members| groups.are_served_by(members, wanted))
    };
    args.revision.as_ref().is_none_or(is_by)
}

fn has_proxy(resolved: &Resolved<'_>) -> bool {
    resolved.enrolment.plane != DataPlane::None
}
