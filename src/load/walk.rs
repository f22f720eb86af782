//! One directory and everything below it, without what git would not show.
//!
//! The walk is done on canonical paths: ignore files above the directory hold for it too, and a file that
//! is reached twice is known by one name. What is shown is the path as the directory was given.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::Unreadable;
use super::glob::Filter;
use super::ignored::IgnoreStack;
use crate::error::{Error, in_words};

/// A file that a walk meets.
pub(super) struct Found {
    /// The path as it is shown and opened.
    pub(super) path: PathBuf,
    /// The path by which the file is known.
    pub(super) canonical: PathBuf,
    /// Whether the file is one of a Helm chart's templates.
    pub(super) is_chart_template: bool,
}

/// What to leave out of a walk: globs, and the directory that they are relative to.
pub(super) struct Limits {
    pub(super) filter: Filter,
    /// Canonical.
    pub(super) base: PathBuf,
    /// What is left out relative to the working directory.
    pub(super) filter_here: Filter,
    /// The working directory, canonical.
    pub(super) here: PathBuf,
}

impl Limits {
    /// Whether a file that a kustomization names may be read.
    pub(super) fn admits(&self, path: &Path) -> bool {
        if self.filter.is_open() {
            return true;
        }
        fs::canonicalize(path).is_ok_and(|path| self.includes(&path) && !self.excludes(&path))
    }

    fn excludes(&self, path: &Path) -> bool {
        let excludes = |filter: &Filter, base: &Path| {
            !filter.is_open() && filter.excludes(path.strip_prefix(base).unwrap_or(path))
        };
        excludes(&self.filter, &self.base) || excludes(&self.filter_here, &self.here)
    }

    fn includes(&self, path: &Path) -> bool {
        let relative = || path.strip_prefix(&self.base).unwrap_or(path);
        self.filter.is_open() || self.filter.includes(relative())
    }
}

/// Calls `visit` for every file below `directory`; directories that cannot be read are added to
/// `unreadable`.
///
/// # Errors
/// `directory` itself cannot be read.
pub(super) fn walk(
    directory: &Path,
    limits: &Limits,
    unreadable: &mut Vec<Unreadable>,
    mut visit: impl FnMut(Found),
) -> Result<(), Error> {
    let shown = without_dot(directory);
    let root = canonical(directory)?;
    let mut places: Vec<Place> = Vec::new();
    let mut charts = Charts::default();
    let mut ignored = IgnoreStack::above(&root);
    let entries = WalkDir::new(&root)
        .into_iter()
        .filter_entry(|entry| enters(entry, &mut ignored, limits));
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                unreadable.push(not_walked(error, directory, &root)?);
                continue;
            }
        };
        let depth = entry.depth();
        if entry.file_type().is_dir() {
            places.truncate(depth);
            let shown = match places.last() {
                Some(place) => place.shown.join(name_of(entry.path())),
                None => shown.to_owned(),
            };
            let is_chart_template = charts.hold_directory(entry.path());
            places.push(Place {
                shown,
                is_chart_template,
            });
        }
        if !entry.file_type().is_file() || !limits.includes(entry.path()) {
            continue;
        }
        let Some(place) = depth.checked_sub(1).and_then(|depth| places.get(depth)) else {
            continue;
        };
        visit(Found {
            path: place.shown.join(name_of(entry.path())),
            is_chart_template: place.is_chart_template,
            canonical: entry.into_path(),
        });
    }
    Ok(())
}

/// A directory on the way to where a walk is.
struct Place {
    /// Its path as it is shown.
    shown: PathBuf,
    /// Whether it holds templates of a Helm chart.
    is_chart_template: bool,
}

/// What stands behind the last separator of a path to a file; `Path::file_name` reads a path from its end, component
/// by component, which adds up.
pub(super) fn name_of(path: &Path) -> &OsStr {
    let (_, name) = split_name(path);
    match std::str::from_utf8(name) {
        Ok(name) if !matches!(name, "" | "." | "..") => OsStr::new(name),
        _ => path.file_name().unwrap_or_default(),
    }
}

/// The bytes of a path in front of its last separator, and those behind it.
pub(super) fn split_name(path: &Path) -> (&[u8], &[u8]) {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_separator = |&byte: &u8| std::path::is_separator(char::from(byte));
    match bytes.iter().rposition(is_separator) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (&[], bytes),
    }
}

/// The canonical form of a path of the command line.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(|reason| Error::Unreadable {
        path: path.to_owned(),
        reason,
    })
}

/// A path as people write it: `./a` is `a`.
pub(super) fn without_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

/// Whether the walk takes an entry, and goes into it if it is a directory.
fn enters(entry: &DirEntry, ignored: &mut IgnoreStack, limits: &Limits) -> bool {
    let depth = entry.depth();
    let is_directory = entry.file_type().is_dir();
    ignored.leave_to(depth);
    // A directory that is named is meant, whatever an ignore file says of it.
    if depth > 0 && is_left_out(entry, is_directory, ignored, limits) {
        return false;
    }
    if is_directory {
        ignored.enter(depth, entry.path());
    }
    true
}

fn is_left_out(entry: &DirEntry, is_directory: bool, ignored: &IgnoreStack, limits: &Limits) -> bool {
    (is_directory && entry.file_name() == ".git")
        || ignored.ignores(entry.path(), is_directory)
        || limits.excludes(entry.path())
}

/// What could not be walked, or an error if that is the directory itself.
fn not_walked(error: walkdir::Error, directory: &Path, root: &Path) -> Result<Unreadable, Error> {
    let path = match error.path() {
        Some(path) if error.depth() > 0 => {
            without_dot(directory).join(path.strip_prefix(root).unwrap_or(path))
        }
        _ => directory.to_owned(),
    };
    let is_root = error.depth() == 0;
    let reason: std::io::Error = error.into();
    if is_root {
        return Err(Error::Unreadable { path, reason });
    }
    Ok(Unreadable {
        path,
        reason: in_words(&reason),
    })
}

/// Which directories are, or lie in, the `templates/` of a Helm chart.
#[derive(Default)]
pub(super) struct Charts {
    known: HashMap<PathBuf, bool>,
}

impl Charts {
    /// Whether a chart has the file among its templates; `file` is canonical.
    pub(super) fn hold(&mut self, file: &Path) -> bool {
        file.parent()
            .is_some_and(|directory| self.hold_directory(directory))
    }

    fn hold_directory(&mut self, directory: &Path) -> bool {
        if let Some(&known) = self.known.get(directory) {
            return known;
        }
        let is_held = is_templates_of_chart(directory) || self.hold(directory);
        self.known.insert(directory.to_owned(), is_held);
        is_held
    }
}

fn is_templates_of_chart(directory: &Path) -> bool {
    let is_templates = directory.file_name().is_some_and(|name| name == "templates");
    is_templates && directory.with_file_name("Chart.yaml").exists()
}
