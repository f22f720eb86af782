//! What every command that reads manifests does first: read them, say what could not be read, and set up
//! the mesh.

use std::path::PathBuf;

use rayon::prelude::*;

use super::args::{Global, SourceArgs};
use super::progress::Bar;
use super::setup::Setup;
use super::{Env, FAILED, Failure, OK, Streams, notes};
use crate::error::Error;
use crate::load::{self, Inputs, Loaded};
pub(super) use crate::matrix::ask;
use crate::mesh::{Mesh, Shared};
use crate::model::Context;
use crate::report::place::{Places, shown_path};
use crate::report::sanitize;

/// Manifests and how they are understood.
pub(super) struct Session {
    pub(super) loaded: Loaded,
    pub(super) setup: Setup,
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
        Session::open_with(paths, |_| (), source, global, streams, env)
    }

    /// Reads what the command line names, the way `adjust` asks for.
    pub(super) fn open_with(
        paths: &[PathBuf],
        adjust: impl FnOnce(&mut Inputs),
        source: &SourceArgs,
        global: &Global,
        streams: &mut Streams<'_>,
        env: &Env,
    ) -> Result<Session, Failure> {
        let paths: Vec<PathBuf> = paths.iter().chain(&source.filenames).cloned().collect();
        let mut setup = Setup::new(&paths, source, env)?;
        if let Some(located) = setup.located.as_ref().filter(|_| global.verbose) {
            let path = shown_path(&located.path, &env.directory);
            writeln!(streams.stderr, "config: {}", sanitize::line(&path))?;
        }
        let mut inputs = setup.inputs(&paths, source);
        adjust(&mut inputs);
        let mut loaded = read(&inputs, global, streams, env)?;
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
        setup.join(&mut loaded, source)?;
        Ok(Session { loaded, setup })
    }

    /// The mesh of each context.
    pub(super) fn meshes(&self) -> Vec<Mesh<'_>> {
        self.meshes_of(&self.loaded.contexts)
    }

    /// The mesh of each of some contexts of what was read.
    pub(super) fn meshes_of<'s>(&'s self, contexts: &'s [Context]) -> Vec<Mesh<'s>> {
        let shared = self.shared_by(contexts);
        let contexts = contexts.par_iter();
        contexts
            .map(|context| self.mesh_of(shared.as_ref(), context))
            .collect()
    }

    /// What some contexts of what was read have in common.
    pub(super) fn shared_by(&self, contexts: &[Context]) -> Option<Shared<'_>> {
        Shared::new(&self.loaded.objects, contexts, &self.setup.understood.settings)
    }

    /// The mesh of one context of what was read, with what it shares with others.
    pub(super) fn mesh_of<'s>(&'s self, shared: Option<&Shared<'s>>, context: &'s Context) -> Mesh<'s> {
        let settings = self.setup.understood.settings.clone();
        Mesh::with(shared, &self.loaded.objects, context, settings)
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

/// Whether there is nothing to report, not even a mistake.
fn has_nothing(loaded: &Loaded) -> bool {
    loaded.objects.is_empty()
        && loaded.flawed.is_empty()
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

fn read(inputs: &Inputs, global: &Global, streams: &mut Streams<'_>, env: &Env) -> Result<Loaded, Error> {
    if !env.stderr_is_terminal || global.quiet {
        return load::load(inputs, streams.stdin, &());
    }
    let bar = Bar::new();
    let loaded = load::load(inputs, streams.stdin, &bar);
    bar.clear();
    loaded
}
