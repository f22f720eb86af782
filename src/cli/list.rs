//! `list`.

use std::io::{self, Write};

use super::args::{Format, Global, ListArgs};
use super::session::Session;
use super::{Env, Failure, Streams, deliver, notes, served};
use crate::mesh::WorkloadId;
use crate::report::list::List;
use crate::report::row::Rows;
use crate::resolve::Resolution;

pub(super) fn run(
    args: &ListArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let session = Session::open(&args.paths, &args.source, global, streams, env)?;
    let places = session.places(env);
    let meshes = session.meshes();
    let resolutions: Vec<Resolution<'_, '_>> = meshes.iter().map(Resolution::new).collect();
    served::known(&args.revision, resolutions.iter())?;
    let rows = resolutions.iter().map(|resolution| Rows {
        resolution,
        places: &places,
        with_trail: args.trail,
    });
    let list = List {
        contexts: rows.collect(),
        keep: &|rows, id| is_kept(args, rows, id),
        skipped: &session.loaded.skipped,
    };
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;
    deliver(streams, args.output, &args.reports, |format, out| {
        write(&list, format, out)
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    notes::unknown_namespaces(streams.stderr, &meshes, &args.filter, global)?;
    Ok(session.exit_code(&args.source))
}

fn write(list: &List<'_>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => list.text(out),
        Format::Json => list.json(out),
        Format::Yaml => list.yaml(out),
    }
}

fn is_kept(args: &ListArgs, rows: &Rows<'_>, id: WorkloadId) -> bool {
    let resolved = rows.resolution.workload(id);
    let mesh = rows.resolution.mesh;
    let namespace = mesh.namespaces[mesh.workload(id).namespace].name;
    let selector = args.selector.as_ref();
    args.filter.keeps(namespace)
        && served::is_served(&args.revision, resolved)
        && selector.is_none_or(|selector| selector.matches(|key| resolved.labels.get(key)))
}
