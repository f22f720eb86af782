//! Which parts of a tree belong to one target cluster.
//!
//! The config says it, or the tree does: where two directories define the same object, or two
//! kustomizations are built on the same base, they are alternatives, and no cluster has both. Everything
//! else is shared. Alternatives of one name belong together: `cart/dev` and `payment/dev` beside `cart/prod`
//! and `payment/prod` are two clusters and not four.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::discover::{InputFile, Inputs, Origin};
use super::glob::{Filter, is_glob};
use super::kustomize::{Outermost, Role, normal};
use super::render::{Rendered, RenderedFrom};
use super::walk::{DirectoryId, canonical};
use crate::error::Error;
use crate::hash::{HashMap, HashSet};
use crate::id::Kind;
use crate::model::{Context, Meta, Objects, Part, Variant};
use crate::source::FileId;

/// The units of a tree: files of one directory, or what a kustomization includes.
#[derive(Debug)]
pub(super) struct Plan {
    /// What the names of contexts are relative to.
    root: PathBuf,
    /// Whether something is rendered in the place of files that are read all the same.
    replaces: bool,
    units: Vec<Unit>,
    declared: Option<Declared>,
}

/// Parts that are never alternatives of each other.
#[derive(Debug)]
struct Unit {
    /// Where it stands.
    directory: PathBuf,
    parts: Vec<Part>,
    bases: Vec<u32>,
    is_unrendered: bool,
    /// Whether it belongs to every cluster.
    is_everywhere: bool,
    /// The contexts of the config that it belongs to.
    declared: Vec<usize>,
}

/// The contexts of the config.
#[derive(Debug)]
struct Declared {
    /// Canonical.
    base: PathBuf,
    contexts: Vec<DeclaredContext>,
}

#[derive(Debug)]
struct DeclaredContext {
    name: Box<str>,
    paths: Vec<PathBuf>,
    globs: Option<Filter>,
}

impl Declared {
    fn new(inputs: &Inputs) -> Result<Option<Declared>, Error> {
        if inputs.contexts.is_empty() {
            return Ok(None);
        }
        let contexts = inputs.contexts.iter().map(|(name, paths)| {
            let (globs, paths): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| is_glob(path));
            let globs: Vec<String> = globs
                .iter()
                .map(|glob| glob.to_string_lossy().into_owned())
                .collect();
            let globs = (!globs.is_empty()).then(|| Filter::new(&globs, &[]));
            Ok(DeclaredContext {
                name: name.clone(),
                paths: paths.into_iter().map(|path| normal(path)).collect(),
                globs: globs.transpose()?,
            })
        });
        Ok(Some(Declared {
            base: canonical(inputs.base.as_deref().unwrap_or(Path::new(".")))?,
            contexts: contexts.collect::<Result<_, Error>>()?,
        }))
    }

    /// The contexts that a file or directory belongs to.
    fn of(&self, path: &Path) -> Vec<usize> {
        let here = if path == Path::new("") {
            Path::new(".")
        } else {
            path
        };
        let canonical = canonical(here).unwrap_or_else(|_| path.to_owned());
        let path = canonical.strip_prefix(&self.base).unwrap_or(&canonical);
        let holds = |context: &DeclaredContext| {
            context.paths.iter().any(|own| path.starts_with(own))
                || context.globs.as_ref().is_some_and(|globs| globs.includes(path))
        };
        (0..self.contexts.len())
            .filter(|&index| holds(&self.contexts[index]))
            .collect()
    }
}

impl Plan {
    /// The units of `files`.
    pub(super) fn new(
        files: &[InputFile],
        mut kustomizations: Vec<Outermost>,
        rendered: &[Rendered],
        inputs: &Inputs,
    ) -> Result<Plan, Error> {
        let declared = Declared::new(inputs)?;
        let contexts_of = |path: &Path| {
            declared
                .as_ref()
                .map(|declared| declared.of(path))
                .unwrap_or_default()
        };
        let everywhere = inputs.everywhere.as_deref().map(normal);
        let mut units: Vec<Unit> = Vec::new();
        let mut by_place: HashMap<(PathBuf, Vec<usize>), usize> = HashMap::default();
        // Files come in path order, so that most lie in the directory of the one before them. To look at their paths would
        // be to wait for the memory of each.
        let is_by_directory = declared.is_none() && everywhere.is_none();
        let mut last: Option<(DirectoryId, usize)> = None;
        for (index, file) in files.iter().enumerate() {
            if !matches!(file.role, Role::Plain) {
                continue;
            }
            let part = Part {
                file: FileId(index as u32),
                variant: Variant::default(),
            };
            if let Some((directory, unit)) = last
                && file.directory == Some(directory)
            {
                units[unit].parts.push(part);
                continue;
            }
            let path = normal(&file.path);
            let directory = path.parent().unwrap_or(Path::new(""));
            if file.origin == Origin::Stdin || everywhere.as_ref() == Some(&path) {
                units.push(Unit::everywhere(part));
                continue;
            }
            let contexts = contexts_of(&path);
            let unit = *by_place
                .entry((directory.to_owned(), contexts.clone()))
                .or_insert_with(|| {
                    units.push(Unit::plain(directory.to_owned(), contexts));
                    units.len() - 1
                });
            units[unit].parts.push(part);
            last = file
                .directory
                .filter(|_| is_by_directory)
                .map(|directory| (directory, unit));
        }
        let mut next = files.len() as u32;
        for rendered in rendered {
            let first = next;
            next += rendered.documents.len() as u32;
            let parts = (first..next).map(|index| Part {
                file: FileId(index),
                variant: Variant::default(),
            });
            match &rendered.origin {
                RenderedFrom::Chart(_) => units.extend(parts.map(Unit::everywhere)),
                RenderedFrom::Kustomization(directory) => {
                    replace(&mut kustomizations, directory, parts.collect());
                }
            }
        }
        units.extend(kustomizations.into_iter().map(|kustomization| Unit {
            declared: contexts_of(&kustomization.directory),
            ..Unit::from(kustomization)
        }));
        Ok(Plan {
            root: root(inputs),
            replaces: !inputs.rendering.kustomizations.is_empty(),
            units,
            declared,
        })
    }

    /// The target clusters, given what was read.
    pub(super) fn contexts(&self, objects: &Objects) -> Vec<Context> {
        if let Some(declared) = &self.declared {
            return self.declared_contexts(declared);
        }
        let defined = Defined::of(objects);
        if defined.is_unambiguous() && self.share_no_base() {
            return vec![self.single()];
        }
        let mut tree = Directory::default();
        for (index, unit) in self
            .units
            .iter()
            .enumerate()
            .filter(|(_, unit)| !unit.is_everywhere)
        {
            tree.insert(&unit.directory, index);
        }
        let split = tree.split(&self.units, &defined, Path::new(""));
        if split.leaves.is_empty() {
            return vec![self.single()];
        }
        self.combine(split)
    }

    fn declared_contexts(&self, declared: &Declared) -> Vec<Context> {
        let context = |(index, declared): (usize, &DeclaredContext)| {
            let units = self.units.iter();
            let units = units.filter(|unit| unit.declared.is_empty() || unit.declared.contains(&index));
            Context {
                name: Some(declared.name.clone()),
                ..assemble(units)
            }
        };
        declared.contexts.iter().enumerate().map(context).collect()
    }

    fn share_no_base(&self) -> bool {
        let mut seen = HashSet::default();
        let mut bases = self.units.iter().flat_map(|unit| &unit.bases);
        bases.all(|base| seen.insert(base))
    }

    /// Everything, in one cluster.
    fn single(&self) -> Context {
        let mut context = assemble(self.units.iter());
        context.parts = context.parts.filter(|_| self.replaces);
        context
    }

    fn combine(&self, split: Split) -> Vec<Context> {
        let mut by_key: BTreeMap<String, Vec<Leaf>> = BTreeMap::new();
        for leaf in split.leaves {
            by_key.entry(leaf.key.clone()).or_default().push(leaf);
        }
        let everywhere = (0..self.units.len()).filter(|&index| self.units[index].is_everywhere);
        let shared: Vec<usize> = split.shared.into_iter().chain(everywhere).collect();
        let context = |(key, leaves): (String, Vec<Leaf>)| {
            let own = leaves.iter().flat_map(|leaf| &leaf.units);
            let units = shared.iter().chain(own).map(|&index| &self.units[index]);
            let name = match &leaves[..] {
                [only] => self.name(only),
                _ => key,
            };
            Context {
                name: Some(name.into()),
                ..assemble(units)
            }
        };
        let mut contexts: Vec<Context> = by_key.into_iter().map(context).collect();
        contexts.sort_by(|one, other| one.name.cmp(&other.name));
        contexts
    }

    /// The innermost directory that holds all of a leaf.
    fn name(&self, leaf: &Leaf) -> String {
        let mut directories = leaf.own.iter().map(|&index| &self.units[index].directory);
        let Some(first) = directories.next() else {
            return leaf.key.clone();
        };
        let common = directories.fold(first.as_path(), |common, directory| {
            common_ancestor(common, directory)
        });
        let shown = common.strip_prefix(&self.root).unwrap_or(common);
        match shown.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/") {
            name if name.is_empty() => ".".to_owned(),
            name => name,
        }
    }
}

impl Unit {
    fn plain(directory: PathBuf, declared: Vec<usize>) -> Unit {
        Unit {
            directory,
            parts: Vec::new(),
            bases: Vec::new(),
            is_unrendered: false,
            is_everywhere: false,
            declared,
        }
    }

    fn everywhere(part: Part) -> Unit {
        Unit {
            parts: vec![part],
            is_everywhere: true,
            ..Unit::plain(PathBuf::new(), Vec::new())
        }
    }
}

impl From<Outermost> for Unit {
    fn from(outermost: Outermost) -> Unit {
        let Outermost {
            directory,
            parts,
            bases,
            is_unrendered,
        } = outermost;
        Unit {
            parts,
            bases,
            is_unrendered,
            ..Unit::plain(directory, Vec::new())
        }
    }
}

/// The directory that holds everything that the command line names.
fn root(inputs: &Inputs) -> PathBuf {
    let paths = inputs.paths.iter().filter(|path| *path != Path::new("-"));
    let directories = paths.map(|path| {
        if path.is_dir() {
            normal(path)
        } else if is_glob(path) {
            normal(
                &path
                    .components()
                    .take_while(|part| !is_glob(part.as_ref()))
                    .collect::<PathBuf>(),
            )
        } else {
            normal(path.parent().unwrap_or(Path::new("")))
        }
    });
    directories
        .reduce(|one, other| common_ancestor(&one, &other).to_owned())
        .unwrap_or_default()
}

/// Puts what kustomize made of a directory in the place of what can be understood without it.
fn replace(kustomizations: &mut Vec<Outermost>, directory: &Path, parts: Vec<Part>) {
    let wanted = canonical(directory).ok();
    let is_same = |known: &Outermost| {
        let known = if known.directory == Path::new("") {
            Path::new(".")
        } else {
            &known.directory
        };
        canonical(known).ok() == wanted
    };
    if let Some(known) = kustomizations.iter_mut().find(|known| is_same(known)) {
        known.parts = parts;
        known.is_unrendered = false;
    } else {
        kustomizations.push(Outermost {
            directory: normal(directory),
            parts,
            bases: Vec::new(),
            is_unrendered: false,
        });
    }
}

fn common_ancestor<'p>(one: &'p Path, other: &Path) -> &'p Path {
    let mut ancestors = one.ancestors();
    ancestors
        .find(|ancestor| other.starts_with(ancestor))
        .unwrap_or(Path::new(""))
}

/// The context of some units.
fn assemble<'u>(units: impl Iterator<Item = &'u Unit>) -> Context {
    let mut parts = Vec::new();
    let mut unrendered = Vec::new();
    for unit in units {
        parts.extend(&unit.parts);
        if unit.is_unrendered {
            unrendered.extend(&unit.parts);
        }
    }
    Context {
        parts: Some(sorted(parts)),
        unrendered: sorted(unrendered),
        ..Context::default()
    }
}

/// What tells objects apart.
type Key<'o> = (Kind, Option<&'o str>, &'o str);

fn key(meta: &Meta) -> Option<Key<'_>> {
    let name = &*meta.name.value;
    // Namespaces are merged, and the API server completes generated names.
    let counts = meta.kind != Kind::Namespace && !name.ends_with('-');
    counts.then(|| (meta.kind, meta.namespace_name(), name))
}

/// The objects that are defined several times, by the part that defines them.
#[derive(Debug)]
struct Defined {
    /// Sorted.
    places: Vec<(Part, u32)>,
    /// For each file where its places begin, and where those of the last one end.
    starts: Vec<usize>,
}

impl Defined {
    fn of(objects: &Objects) -> Defined {
        let mut ids: HashMap<Key<'_>, u32> = HashMap::default();
        let mut definitions: Vec<u32> = Vec::new();
        let mut places: Vec<(Part, u32)> = Vec::new();
        for meta in objects.metas() {
            let Some(key) = key(meta) else { continue };
            let next = definitions.len() as u32;
            let id = *ids.entry(key).or_insert(next);
            if id == next {
                definitions.push(0);
            }
            definitions[id as usize] += 1;
            places.push((meta.part(), id));
        }
        places.retain(|&(_, id)| definitions[id as usize] > 1);
        places.sort_unstable();
        let mut starts = vec![0];
        for (index, (part, _)) in places.iter().enumerate() {
            starts.resize(part.file.0 as usize + 1, index);
        }
        starts.push(places.len());
        Defined { places, starts }
    }

    fn is_unambiguous(&self) -> bool {
        self.places.is_empty()
    }

    fn of_unit(&self, unit: &Unit) -> impl Iterator<Item = Common> {
        let objects = unit.parts.iter().flat_map(|part| self.of_part(*part));
        objects.chain(unit.bases.iter().map(|&base| Common::Base(base)))
    }

    fn of_part(&self, part: Part) -> impl Iterator<Item = Common> {
        let file = part.file.0 as usize;
        let of_file = match self.starts.get(file..=file + 1) {
            Some(&[start, end]) => &self.places[start..end],
            _ => &[],
        };
        let objects = of_file.iter().filter(move |(own, _)| *own == part);
        objects.map(|&(_, id)| Common::Object(id))
    }
}

/// Something that alternatives have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    Object(u32),
    Base(u32),
}

/// Alternatives.
#[derive(Debug)]
struct Leaf {
    /// The names of the directories at which ways part.
    key: String,
    /// What belongs to it alone.
    own: Vec<usize>,
    /// That, and what it shares with a part of the other leaves.
    units: Vec<usize>,
}

/// A directory with everything below it, taken apart.
#[derive(Debug, Default)]
struct Split {
    shared: Vec<usize>,
    leaves: Vec<Leaf>,
    /// What others may have too; sorted, each once.
    common: Vec<Common>,
}

impl Split {
    /// The leaves of a directory that is an alternative itself.
    fn into_leaves(self, name: &str) -> Vec<Leaf> {
        if self.leaves.is_empty() {
            return vec![Leaf {
                key: name.to_owned(),
                own: self.shared.clone(),
                units: self.shared,
            }];
        }
        let shared = self.shared;
        let leaves = self.leaves.into_iter().map(|leaf| Leaf {
            key: format!("{name}/{}", leaf.key),
            own: leaf.own,
            units: leaf.units.into_iter().chain(shared.iter().copied()).collect(),
        });
        leaves.collect()
    }
}

/// The units of a directory and of those below it.
#[derive(Debug, Default)]
struct Directory {
    own: Vec<usize>,
    children: BTreeMap<OsString, Directory>,
}

impl Directory {
    fn insert(&mut self, path: &Path, unit: usize) {
        let mut directory = self;
        for component in path.components() {
            let name = component.as_os_str().to_owned();
            directory = directory.children.entry(name).or_default();
        }
        directory.own.push(unit);
    }

    fn split(&self, units: &[Unit], defined: &Defined, path: &Path) -> Split {
        let mut members: Vec<(String, Split)> = Vec::with_capacity(self.children.len() + 1);
        if !self.own.is_empty() {
            let common = self.own.iter().flat_map(|&unit| defined.of_unit(&units[unit]));
            let own = Split {
                common: sorted(common.collect()),
                shared: self.own.clone(),
                leaves: Vec::new(),
            };
            members.push((".".to_owned(), own));
        }
        for (name, child) in &self.children {
            let split = child.split(units, defined, &path.join(name));
            members.push((name.to_string_lossy().into_owned(), split));
        }
        unite(members)
    }
}

/// Puts the members of a directory together: those that have something in common are alternatives.
fn unite(members: Vec<(String, Split)>) -> Split {
    let groups = groups(members.iter().map(|(_, split)| &split.common));
    let mut united = Split::default();
    for ((name, mut split), is_alternative) in members.into_iter().zip(groups) {
        united.common.append(&mut split.common);
        if is_alternative {
            united.leaves.append(&mut split.into_leaves(&name));
        } else {
            united.shared.append(&mut split.shared);
            united.leaves.append(&mut split.leaves);
        }
    }
    united.common = sorted(united.common);
    united
}

/// Each of some things once, in order. Most of them come in a few runs that are in order already, which is why the sort
/// is a stable one.
fn sorted<T: Ord>(mut things: Vec<T>) -> Vec<T> {
    things.sort();
    things.dedup();
    things
}

/// For each set, whether it has something in common with another one.
fn groups<'s>(sets: impl Iterator<Item = &'s Vec<Common>>) -> Vec<bool> {
    let mut owned: Vec<(Common, usize)> = Vec::new();
    let mut has_rival = Vec::new();
    for (index, set) in sets.enumerate() {
        owned.extend(set.iter().map(|&common| (common, index)));
        has_rival.push(false);
    }
    owned.sort();
    for owners in owned.chunk_by(|(one, _), (other, _)| one == other) {
        if owners.len() > 1 {
            for &(_, index) in owners {
                has_rival[index] = true;
            }
        }
    }
    has_rival
}
