//! `migrate`: the way to STRICT.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::args::{Global, MigrateArgs, MigrateFailOn, MigrateFormat};
use super::session::{Session, ask};
use super::{Env, FINDINGS, Failure, OK, Streams, deliver, notes, write_file};
use crate::error::Error;
use crate::posture::migrate::{Plan, plan, settle};
use crate::report::migrate::{Migration, MigrationView};

pub(super) fn run(
    args: &MigrateArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let directory = args.write.as_deref();
    if let Some(directory) = directory {
        refuse_used(directory)?;
    }
    let mut session = Session::open(&args.paths, &args.source, global, streams, env)?;
    let today = global.day(env);
    let (contexts, reserved) = settle(&mut session.loaded, &session.setup.understood.settings, today);
    let places = session.places(env);
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;
    let meshes = session.meshes_of(&contexts);
    let fails = ask(&meshes, |answers| {
        let plans: Vec<Plan<'_>> = answers
            .iter()
            .zip(&reserved)
            .map(|(answers, reserved)| plan(*answers, reserved, today))
            .collect();
        let migration = Migration {
            plans: &plans,
            places: &places,
            sources: &session.loaded.sources,
            is_written: directory.is_some(),
        };
        let view = migration.view();
        if let Some(directory) = directory {
            write_files(directory, &view)?;
        }
        deliver(streams, args.output, &args.reports, |format, out| {
            write(&view, format, out)
        })?;
        Ok::<bool, Failure>(plans.iter().any(|plan| args.fails_on(plan)))
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    notes::unknown_namespaces(
        streams.stderr,
        &meshes,
        &super::args::FilterArgs::everything(),
        global,
    )?;
    Ok(session
        .exit_code(&args.source)
        .max(if fails { FINDINGS } else { OK }))
}

impl MigrateArgs {
    fn fails_on(&self, plan: &Plan<'_>) -> bool {
        let is_blocked = !plan.stays.is_empty() || !plan.is_mesh_strict;
        match self.fail_on {
            MigrateFailOn::Open => is_blocked || !plan.steps.is_empty(),
            MigrateFailOn::Blocked => is_blocked,
            MigrateFailOn::Never => false,
        }
    }
}

fn write(view: &MigrationView<'_>, format: MigrateFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        MigrateFormat::Text => view.text(out),
        MigrateFormat::Json => view.json(out),
        MigrateFormat::Yaml => view.yaml(out),
        MigrateFormat::Markdown => view.markdown(out),
    }
}

/// What stands in the directory may belong to another plan: a number that is left over would be applied too.
fn refuse_used(directory: &Path) -> Result<(), Error> {
    let is_used = match fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_some(),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => false,
        Err(reason) => return Err(unwritable(directory, reason)),
    };
    if is_used {
        return Err(Error::Usage(format!(
            "`--write {}`: the directory is not empty; name another one, or empty it",
            directory.display()
        )));
    }
    Ok(())
}

fn write_files(directory: &Path, view: &MigrationView<'_>) -> Result<(), Failure> {
    for (path, text) in view.files()? {
        let path = directory.join(path);
        let folder = path.parent().unwrap_or(directory);
        fs::create_dir_all(folder).map_err(|reason| unwritable(folder, reason))?;
        write_file(&path, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

fn unwritable(path: &Path, reason: io::Error) -> Error {
    Error::Unwritable {
        path: path.to_owned(),
        reason,
    }
}
