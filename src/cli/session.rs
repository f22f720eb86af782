//! What every command that reads manifests does first: read them, say what could not be read, and set up
//! the mesh.

use std::path::{Path, PathBuf};

use super::args::{Global, SourceArgs};
use super::progress::Bar;
use super::{Env, FAILED, Failure, OK, Streams, notes};
use crate::callers::Callers;
use crate::error::Error;
use crate::load::{self, Inputs, Loaded};
use crate::matrix::{Answers, Matrix};
use crate::mesh::keys::{KEYS, Unset};
use crate::mesh::{Mesh, Settings};
use crate::report::place::Places;
use crate::resolve::Resolution;
use crate::resolve::classes::Groups;
use crate::resolve::client::Senders;

/// Manifests and how they are understood.
pub(super) struct Session {
    pub(super) loaded: Loaded,
    pub(super) settings: Settings,
}

impl Session {
    /// Reads what the command line names.
    pub(super) fn open(
        paths: &[PathBuf],
        source: &SourceArgs,
        global: &Global,
        streams: &mut Streams<'_>,
        env: &Env,
    ) -> Result<Session, Failure> {
        Session::open_with(&inputs(paths, source), source, global, streams, env)
    }

    /// Reads what the command line names, and a file that belongs to every cluster.
    pub(super) fn open_with_file(
        file: &Path,
        paths: &[PathBuf],
        source: &SourceArgs,
        global: &Global,
        streams: &mut Streams<'_>,
        env: &Env,
    ) -> Result<Session, Failure> {
        let inputs = Inputs {
            everywhere: Some(file.to_owned()),
            ..inputs(paths, source)
        };
        Session::open_with(&inputs, source, global, streams, env)
    }

    fn open_with(
        inputs: &Inputs,
        source: &SourceArgs,
        global: &Global,
        streams: &mut Streams<'_>,
        env: &Env,
    ) -> Result<Session, Failure> {
        let settings = settings(source)?;
        let mut loaded = read(inputs, global, streams, env)?;
        if let Some(namespace) = &source.default_namespace {
            loaded.objects.set_default_namespace(namespace);
        }
        if !source.allow_empty && has_nothing(&loaded) {
            let places = Places::new(&loaded.sources, &env.directory);
            notes::skipped(streams.stderr, &loaded, &places, global)?;
            return Err(Error::NothingFound {
                paths: named(&inputs.paths),
                files: loaded.counts.files,
                documents: loaded.counts.documents,
            }
            .into());
        }
        Ok(Session { loaded, settings })
    }

    /// The mesh of each context.
    pub(super) fn meshes(&self) -> Vec<Mesh<'_>> {
        let contexts = self.loaded.contexts.iter();
        contexts
            .map(|context| Mesh::new(&self.loaded.objects, context, self.settings.clone()))
            .collect()
    }

    /// The places of what was read.
    pub(super) fn places(&self, env: &Env) -> Places<'_> {
        Places::new(&self.loaded.sources, &env.directory)
    }

    /// The exit code of what could not be read.
    pub(super) fn exit_code(&self, source: &SourceArgs) -> u8 {
        let is_broken = !source.skip_invalid && notes::has_broken(&self.loaded);
        if is_broken || !self.loaded.unreadable.is_empty() {
            FAILED
        } else {
            OK
        }
    }
}

fn inputs(paths: &[PathBuf], source: &SourceArgs) -> Inputs {
    Inputs {
        paths: paths.iter().chain(&source.filenames).cloned().collect(),
        exclude: source.exclude.clone(),
        parse_all: source.parse_all,
        ..Inputs::default()
    }
}

/// Whether there is nothing to report, not even a mistake.
fn has_nothing(loaded: &Loaded) -> bool {
    loaded.objects.is_empty()
        && loaded.invalid.is_empty()
        && loaded.unreadable.is_empty()
        && !notes::has_broken(loaded)
}

/// The paths as the user knows them.
fn named(paths: &[PathBuf]) -> Vec<PathBuf> {
    let name = |path: &PathBuf| match path.to_str() {
        Some("-") => PathBuf::from(load::STDIN),
        _ => path.clone(),
    };
    match paths {
        [] => vec![PathBuf::from(".")],
        paths => paths.iter().map(name).collect(),
    }
}

/// Asks everything of each of the meshes.
pub(super) fn ask<T>(meshes: &[Mesh<'_>], use_answers: impl FnOnce(&[Answers<'_>]) -> T) -> T {
    let resolutions: Vec<Resolution<'_, '_>> = meshes.iter().map(Resolution::new).collect();
    let senders: Vec<Senders<'_, '_, '_>> = resolutions.iter().map(Senders::new).collect();
    let groups: Vec<Groups<'_, '_>> = resolutions.iter().map(Groups::new).collect();
    let pairs = || senders.iter().zip(&groups);
    let matrices: Vec<Matrix<'_, '_>> = pairs()
        .map(|(senders, groups)| Matrix::new(senders, groups))
        .collect();
    let callers: Vec<Callers<'_>> = resolutions.iter().map(Callers::new).collect();
    let answers: Vec<Answers<'_>> = pairs()
        .zip(matrices.iter().zip(&callers))
        .map(|((senders, groups), (matrix, callers))| Answers {
            senders,
            groups,
            matrix,
            callers,
        })
        .collect();
    use_answers(&answers)
}

fn read(inputs: &Inputs, global: &Global, streams: &mut Streams<'_>, env: &Env) -> Result<Loaded, Error> {
    if !env.stderr_is_terminal || global.quiet {
        return load::load(inputs, streams.stdin, &());
    }
    let bar = Bar::new();
    let loaded = load::load(inputs, streams.stdin, &bar);
    bar.clear();
    loaded
}

fn settings(source: &SourceArgs) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    // The day of one place for all, so that a run does not depend on a time zone.
    let now = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    settings.today = Some(source.today.unwrap_or_else(now));
    if let Some(namespace) = &source.root_namespace {
        settings.root_namespace.set_by_flag(namespace.as_str().into());
    }
    for (key, value) in &source.mesh {
        settings.set(key, value).map_err(|unset| match unset {
            Unset::UnknownKey => Error::Usage(unknown_key(key)),
            Unset::BadValue(values) => Error::Usage(format!(
                "`--mesh {key}={value}`: expected {values}, found `{value}`"
            )),
        })?;
    }
    Ok(settings)
}

fn unknown_key(key: &str) -> String {
    let likeness =
        |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &key.to_lowercase());
    let names = KEYS.iter().map(|key| key.name);
    let nearest = names.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    if let Some(known) = nearest.filter(|known| likeness(known) > 0.5) {
        return format!("no setting is called `{key}`; did you mean `{known}`?");
    }
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    let names = names.join(", ");
    format!("no setting is called `{key}`; the settings are {names}, and istiod.NAME")
}
