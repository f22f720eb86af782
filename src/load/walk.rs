//! One directory and everything below it, without what git would not show; several threads look at as many directories
//! at once.
//!
//! The walk is done on canonical paths: ignore files above the directory hold for it too. What is shown is the path as
//! the directory was given.

use std::ffi::OsStr;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::Unreadable;
use super::glob::Filter;
use super::ignored::Ignored;
use super::kustomize::is_kustomization;
use crate::error::{Error, in_words};
use crate::hash::HashMap;

/// A file that a walk meets.
#[derive(Default)]
pub(super) struct Found {
    /// The path as it is shown and opened.
    pub(super) path: PathBuf,
    /// The directory in which a walk met it.
    pub(super) directory: Option<DirectoryId>,
    /// Whether the file is one of a Helm chart's templates.
    pub(super) is_chart_template: bool,
    /// Whether it has the name of a kustomization.
    pub(super) is_kustomization: bool,
}

/// A directory where a walk was: one number for each of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirectoryId(NonZeroU32);

impl DirectoryId {
    /// Where the first walk of a run begins.
    pub(super) const FIRST: DirectoryId = DirectoryId(NonZeroU32::MIN);

    /// The one that comes so many later.
    fn plus(self, later: usize) -> DirectoryId {
        DirectoryId(self.0.saturating_add(later as u32))
    }
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

/// The files below `directory`, of which `root` is the canonical form, that are wanted, by the paths as they are shown;
/// directories that cannot be read are added to `unreadable`. Neither comes in any order. `next` is the number of the
/// first directory.
///
/// # Errors
/// `directory` itself cannot be read.
pub(super) fn walk(
    directory: &Path,
    root: &Path,
    limits: &Limits,
    is_wanted: impl Fn(&Path) -> bool + Sync,
    next: &mut DirectoryId,
    unreadable: &mut Vec<Unreadable>,
) -> Result<Vec<Found>, Error> {
    fs::read_dir(root).map_err(|reason| Error::Unreadable {
        path: directory.to_owned(),
        reason,
    })?;
    let mut level = vec![Place {
        is_chart_template: Charts::default().hold_directory(root),
        ignored: Ignored::at(root),
        shown: without_dot(directory).to_owned(),
        canonical: root.to_owned(),
    }];
    let walk = Walk { limits, is_wanted };
    let mut files = Vec::new();
    // Level by level, as there may be more of them than a stack is deep.
    while !level.is_empty() {
        let first = *next;
        *next = first.plus(level.len());
        let places = level.par_iter().enumerate().with_max_len(1);
        let listings = places.map(|(index, place)| walk.list(place, first.plus(index)));
        let listings: Vec<Listing> = listings.collect();
        level.clear();
        for listing in listings {
            files.extend(listing.files);
            unreadable.extend(listing.unreadable);
            level.extend(listing.directories);
        }
    }
    Ok(files)
}

struct Walk<'l, W> {
    limits: &'l Limits,
    is_wanted: W,
}

/// A directory where a walk is.
struct Place {
    canonical: PathBuf,
    /// Its path as it is shown.
    shown: PathBuf,
    /// Whether it holds templates of a Helm chart.
    is_chart_template: bool,
    ignored: Arc<Ignored>,
}

/// What a walk meets in one directory.
#[derive(Default)]
struct Listing {
    files: Vec<Found>,
    directories: Vec<Place>,
    unreadable: Vec<Unreadable>,
}

impl<W: Fn(&Path) -> bool> Walk<'_, W> {
    fn list(&self, place: &Place, id: DirectoryId) -> Listing {
        let mut listing = Listing::default();
        for entry in WalkDir::new(&place.canonical).min_depth(1).max_depth(1) {
            match entry {
                Ok(entry) => self.add(entry, place, id, &mut listing),
                Err(error) => listing.unreadable.push(not_walked(error, place)),
            }
        }
        listing
    }

    fn add(&self, entry: DirEntry, place: &Place, id: DirectoryId, listing: &mut Listing) {
        let is_directory = entry.file_type().is_dir();
        let name = name_of(entry.path());
        if self.leaves_out(&entry, name, is_directory, place) {
            return;
        }
        if is_directory {
            let shown = place.path_of(name);
            listing.directories.push(place.inside(entry, shown));
        } else if entry.file_type().is_file() && self.limits.includes(entry.path()) {
            let path = place.path_of(name);
            if (self.is_wanted)(&path) {
                listing.files.push(Found {
                    path,
                    directory: Some(id),
                    is_chart_template: place.is_chart_template,
                    is_kustomization: is_kustomization(name),
                });
            }
        }
    }

    fn leaves_out(&self, entry: &DirEntry, name: &OsStr, is_directory: bool, place: &Place) -> bool {
        (is_directory && name == ".git")
            || place.ignored.ignores(entry.path(), is_directory)
            || self.limits.excludes(entry.path())
    }
}

impl Place {
    /// The path of something in it as it is shown. `Path::join` would ask for memory twice.
    fn path_of(&self, name: &OsStr) -> PathBuf {
        let mut path = PathBuf::with_capacity(self.shown.as_os_str().len() + 1 + name.len());
        path.push(&self.shown);
        path.push(name);
        path
    }

    /// A directory in this one, by the path as it is shown.
    fn inside(&self, entry: DirEntry, shown: PathBuf) -> Place {
        Place {
            shown,
            is_chart_template: self.is_chart_template || is_templates_of_chart(entry.path()),
            ignored: self.ignored.within(entry.path()),
            canonical: entry.into_path(),
        }
    }
}

/// What stands behind the last separator of a path to a file; `Path::file_name` reads a path from its end, component
/// by component, which adds up.
pub(super) fn name_of(path: &Path) -> &OsStr {
    let bytes = path.as_os_str().as_encoded_bytes();
    let separator = std::path::MAIN_SEPARATOR as u8;
    let start = memchr::memrchr2(b'/', separator, bytes).map_or(0, |at| at + 1);
    match std::str::from_utf8(&bytes[start..]) {
        Ok(name) if !matches!(name, "" | "." | "..") => OsStr::new(name),
        _ => path.file_name().unwrap_or_default(),
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

/// What could not be walked of a directory.
fn not_walked(error: walkdir::Error, place: &Place) -> Unreadable {
    let entry = error
        .path()
        .and_then(|path| path.strip_prefix(&place.canonical).ok());
    let path = match entry {
        Some(entry) if entry != Path::new("") => place.shown.join(entry),
        _ => place.shown.clone(),
    };
    Unreadable {
        path,
        reason: in_words(&error.into()),
    }
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
