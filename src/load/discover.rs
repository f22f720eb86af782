//! From the paths of the command line to the files to read, each once and in path order.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Unreadable;
use super::glob::{Filter, GlobPath, is_glob};
use super::kustomize::{self, Outermost, Role, is_kustomization};
use super::render::Rendering;
use super::walk::{Charts, DirectoryId, Found, Limits, canonical, name_of, walk, without_dot};
use crate::error::Error;
use crate::hash::HashSet;
use crate::source::FileId;

/// The name under which standard input appears among the files.
pub const STDIN: &str = "<stdin>";

/// The name of this program's own config, which is no manifest.
const CONFIG_NAME: &str = ".peerauth.yaml";

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Files, directories, globs or `-`; none means the working directory.
    pub paths: Vec<PathBuf>,
    /// Globs; of directories only what matches one is read. None lets everything in.
    pub include: Vec<String>,
    /// Globs; of directories nothing that matches one is read.
    pub exclude: Vec<String>,
    /// The directory that `include` and `exclude` are relative to; none means the working directory.
    pub base: Option<PathBuf>,
    /// Further globs to leave out, relative to `here` whatever `base` is.
    pub exclude_here: Vec<String>,
    /// The directory that `exclude_here` is relative to; none means the working directory.
    pub here: Option<PathBuf>,
    /// Whether documents are parsed although they can be proved irrelevant.
    pub parse_all: bool,
    /// Whether each ConfigMap that a workload reads becomes an object, although it can be proved that it names no host.
    pub every_config_map: bool,
    /// The target clusters with the files, directories and globs that belong to each alone; none means
    /// that the tree tells.
    pub contexts: Vec<(Box<str>, Vec<PathBuf>)>,
    /// What the user's own programs render.
    pub rendering: Rendering,
    /// Files with values of istiod's chart.
    pub values: Vec<PathBuf>,
    /// A file that belongs to every cluster, wherever it lies.
    pub everywhere: Option<PathBuf>,
}

/// A file to read.
#[derive(Debug)]
pub(super) struct InputFile {
    /// The path as it is shown and opened.
    pub(super) path: PathBuf,
    pub(super) origin: Origin,
    /// The directory in which a walk met it; most files of one follow each other.
    pub(super) directory: Option<DirectoryId>,
    /// Whether the file is one of a Helm chart's templates.
    pub(super) is_chart_template: bool,
    /// Whether it has the name of a kustomization.
    pub(super) is_kustomization: bool,
    /// What is read of it.
    pub(super) role: Role,
}

impl InputFile {
    fn new(found: Found, origin: Origin) -> InputFile {
        InputFile {
            path: found.path,
            origin,
            directory: found.directory,
            is_chart_template: found.is_chart_template,
            is_kustomization: found.is_kustomization,
            role: Role::Plain,
        }
    }

    /// A file that a kustomization includes from outside of what was searched.
    pub(super) fn included(path: PathBuf) -> InputFile {
        let found = Found {
            path,
            ..Found::default()
        };
        InputFile::new(found, Origin::Included)
    }
}

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The command line names it, so that it should be a manifest.
    Named,
    /// It is a regular file that lies in a directory or matches a glob.
    Found,
    /// A kustomization names it.
    Included,
    /// It is standard input.
    Stdin,
}

/// What a search finds.
#[derive(Debug, Default)]
pub(super) struct Discovered {
    /// In path order.
    pub(super) files: Vec<InputFile>,
    /// Directories that could not be searched.
    pub(super) unreadable: Vec<Unreadable>,
    /// The kustomizations that no other one includes.
    pub(super) kustomizations: Vec<Outermost>,
}

/// Finds the files that `inputs` name; the first in path order gets the id `first`.
pub(super) fn discover(inputs: &Inputs, first: FileId) -> Result<Discovered, Error> {
    let working_directory = [PathBuf::from(".")];
    let paths = match &*inputs.paths {
        [] => &working_directory,
        paths => paths,
    };
    let mut search = Search {
        limits: Limits {
            filter: Filter::new(&inputs.include, &inputs.exclude)?,
            base: canonical(inputs.base.as_deref().unwrap_or(Path::new(".")))?,
            filter_here: Filter::new(&[], &inputs.exclude_here)?,
            here: canonical(inputs.here.as_deref().unwrap_or(Path::new(".")))?,
        },
        // A single walk meets no file twice.
        seen: (paths.len() > 1).then(HashSet::default),
        charts: Charts::default(),
        next_directory: DirectoryId::FIRST,
        found: Discovered::default(),
    };
    for path in paths {
        search.add(path)?;
    }
    let mut found = search.found;
    found
        .files
        .par_sort_unstable_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
    found.kustomizations = kustomize::plan(&mut found.files, first, &|path| search.limits.admits(path));
    Ok(found)
}

struct Search {
    limits: Limits,
    /// Canonical paths.
    seen: Option<HashSet<PathBuf>>,
    charts: Charts,
    /// Where the next walk begins.
    next_directory: DirectoryId,
    found: Discovered,
}

impl Search {
    fn add(&mut self, path: &Path) -> Result<(), Error> {
        if path == Path::new("-") {
            self.add_stdin();
            return Ok(());
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.add_directory(path),
            Ok(_) => {
                self.add_named(path);
                Ok(())
            }
            Err(_) if is_glob(path) => self.add_glob(path),
            Err(reason) if reason.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::NotFound(path.to_owned()))
            }
            Err(reason) => Err(Error::Unreadable {
                path: path.to_owned(),
                reason,
            }),
        }
    }

    fn add_stdin(&mut self) {
        let is_new = !self.found.files.iter().any(|file| file.origin == Origin::Stdin);
        if is_new {
            let stdin = Found {
                path: PathBuf::from(STDIN),
                ..Found::default()
            };
            self.found.files.push(InputFile::new(stdin, Origin::Stdin));
        }
    }

    fn add_named(&mut self, path: &Path) {
        // A pipe (`/dev/fd/63`) has no other name.
        let canonical = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let found = Found {
            path: without_dot(path).to_owned(),
            directory: None,
            is_chart_template: self.charts.hold(&canonical),
            is_kustomization: is_kustomization(name_of(path)),
        };
        self.push(found, Origin::Named, |_| canonical);
    }

    fn add_directory(&mut self, directory: &Path) -> Result<(), Error> {
        self.walk(directory, is_manifest)?;
        Ok(())
    }

    fn add_glob(&mut self, path: &Path) -> Result<(), Error> {
        let glob = GlobPath::new(without_dot(path))?;
        let directory = match &*glob.base {
            base if base == Path::new("") => Path::new("."),
            base => base,
        };
        let no_match = || Error::NoMatch(path.to_owned());
        if !directory.is_dir() {
            return Err(no_match());
        }
        let wants = |path: &Path| glob.matches(path) || (is_manifest(path) && glob.matches_parent(path));
        let matches = self.walk(directory, wants)?;
        if matches == 0 { Err(no_match()) } else { Ok(()) }
    }

    /// Adds the files below `directory` that are wanted; the result is how many those are.
    fn walk(&mut self, directory: &Path, is_wanted: impl Fn(&Path) -> bool + Sync) -> Result<usize, Error> {
        let (root, shown) = (canonical(directory)?, without_dot(directory));
        let unreadable = &mut self.found.unreadable;
        let files = walk(
            directory,
            &root,
            &self.limits,
            is_wanted,
            &mut self.next_directory,
            unreadable,
        )?;
        let count = files.len();
        // A walk follows no links.
        let canonical = |path: &Path| root.join(path.strip_prefix(shown).unwrap_or(path));
        for found in files {
            self.push(found, Origin::Found, canonical);
        }
        Ok(count)
    }

    /// Adds a file unless it is among the files already.
    fn push(&mut self, found: Found, origin: Origin, canonical: impl FnOnce(&Path) -> PathBuf) {
        let is_new = |seen: &mut HashSet<PathBuf>| seen.insert(canonical(&found.path));
        if !self.seen.as_mut().is_none_or(is_new) {
            return;
        }
        self.found.files.push(InputFile::new(found, origin));
    }
}

/// Whether a directory contributes the file.
fn is_manifest(path: &Path) -> bool {
    let is_named = |extension: &OsStr| extension == "yaml" || extension == "yml" || extension == "json";
    let name = name_of(path);
    let extension = Path::new(name).extension();
    name != CONFIG_NAME && (extension.is_some_and(is_named) || is_kustomization(name))
}
