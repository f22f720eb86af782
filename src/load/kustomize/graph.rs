//! Which kustomization includes which, and which files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::kustomization::{Kustomization, file_names};
use super::patch;
use super::path::is_remote;
use crate::hash::{HashMap, HashSet};
use crate::source::{FileId, normal};

/// How deep kustomizations may lie in each other, and how much they may include, each thing as often as it is
/// reached: a few lines of them can ask for more than any memory holds.
const MAX_DEPTH: usize = 200;
pub(super) const MAX_INCLUDED: usize = 1_000_000;

/// Kustomizations by their directories.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    by_directory: HashMap<PathBuf, usize>,
    /// Patches, replacements and plugins.
    instructions: HashSet<PathBuf>,
}

/// A kustomization.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) directory: PathBuf,
    pub(super) file: PathBuf,
    pub(super) text: String,
    is_component: bool,
    resources: Vec<Resource>,
    components: Vec<usize>,
    /// Whether only kustomize can tell what it does.
    decides: bool,
    unresolved: Kustomization,
}

/// Something that a kustomization includes.
#[derive(Debug, Clone)]
enum Resource {
    Kustomization(usize),
    File(PathBuf),
}

/// A file, with the kustomizations that change it, innermost first.
#[derive(Debug, Clone)]
pub(super) struct Included {
    pub(super) path: PathBuf,
    pub(super) by: Vec<usize>,
}

/// Everything that a kustomization includes.
#[derive(Debug, Default)]
pub(super) struct Closure {
    pub(super) files: Vec<Included>,
    pub(super) bases: Vec<u32>,
    pub(super) is_unrendered: bool,
    /// How much more may be included.
    pub(super) left: usize,
}

impl Graph {
    /// Adds the kustomization that is this file, unless its directory has one or it is none.
    pub(super) fn add(&mut self, path: &Path) -> Option<usize> {
        let file = normal(path);
        let directory = file.parent().unwrap_or(Path::new("")).to_owned();
        if let Some(&known) = self.by_directory.get(&directory) {
            return Some(known);
        }
        let text = fs::read_to_string(path).ok()?;
        let kustomization = Kustomization::parse(FileId(0), &text)?;
        let index = self.nodes.len();
        self.by_directory.insert(directory.clone(), index);
        self.nodes.push(Node {
            directory,
            file,
            text,
            is_component: kustomization.is_component(),
            resources: Vec::new(),
            components: Vec::new(),
            decides: false,
            unresolved: kustomization,
        });
        Some(index)
    }

    /// Follows every reference, also to kustomizations that were not known; the result are the files, and
    /// kustomizations, that are included and not `known`.
    pub(super) fn follow(
        &mut self,
        known: &HashSet<PathBuf>,
        admits: &dyn Fn(&Path) -> bool,
    ) -> BTreeSet<PathBuf> {
        let mut added = BTreeSet::new();
        let mut next = 0;
        while next < self.nodes.len() {
            let kustomization = std::mem::take(&mut self.nodes[next].unresolved);
            let directory = self.nodes[next].directory.clone();
            let mut find = |graph: &mut Graph, reference: &str| {
                let found = graph.find(&directory, reference, known, admits)?;
                let path = match &found {
                    Resource::Kustomization(index) => &graph.nodes[*index].file,
                    Resource::File(path) => path,
                };
                if !known.contains(path) {
                    added.insert(path.clone());
                }
                Some(found)
            };
            let resources = kustomization
                .resources()
                .filter_map(|reference| find(self, reference))
                .collect();
            let components = kustomization.components.iter();
            let components = components
                .filter_map(|reference| match find(self, reference)? {
                    Resource::Kustomization(index) => Some(index),
                    Resource::File(_) => None,
                })
                .collect();
            let decides = self.take_patches(&directory, &kustomization);
            let node = &mut self.nodes[next];
            node.resources = resources;
            node.components = components;
            node.decides = decides;
            next += 1;
        }
        added
    }

    fn find(
        &mut self,
        directory: &Path,
        reference: &str,
        known: &HashSet<PathBuf>,
        admits: &dyn Fn(&Path) -> bool,
    ) -> Option<Resource> {
        if is_remote(reference) {
            return None;
        }
        let path = normal(&directory.join(reference));
        if let Some(&index) = self.by_directory.get(&path) {
            return Some(Resource::Kustomization(index));
        }
        if known.contains(&path) {
            return Some(Resource::File(path));
        }
        if path.is_file() {
            return admits(&path).then_some(Resource::File(path));
        }
        let mut files = file_names().into_iter().map(|name| path.join(name));
        let file = files.find(|file| file.is_file() && admits(file))?;
        self.add(&file).map(Resource::Kustomization)
    }

    /// Notes the files of patches; whether one of them, or anything else, may decide something.
    fn take_patches(&mut self, directory: &Path, kustomization: &Kustomization) -> bool {
        let mut decides = kustomization.has_foreign_changes() || kustomization.has_deciding_inline_patch();
        for reference in kustomization.patch_files() {
            let path = normal(&directory.join(reference));
            // A device or a pipe may never end.
            let text = path.is_file().then(|| fs::read_to_string(&path).ok()).flatten();
            decides |= text.is_none_or(|text| patch::decides(&text));
            self.instructions.insert(path);
        }
        decides
    }

    /// Whether a file belongs to a kustomization and holds no objects.
    pub(super) fn is_instruction(&self, path: &Path) -> bool {
        let is_own = |directory: &Path| {
            let index = self.by_directory.get(directory);
            index.is_some_and(|&index| self.nodes[index].file == path)
        };
        self.instructions.contains(path) || path.parent().is_some_and(is_own)
    }

    /// The directories of which nothing is read but what is listed: those of kustomizations, and those
    /// without one of which a kustomization lists a file.
    pub(super) fn kustomized_directories(&self) -> HashSet<&Path> {
        let listed = self.nodes.iter().flat_map(|node| &node.resources);
        let listed = listed.filter_map(|resource| match resource {
            Resource::File(path) => path.parent(),
            Resource::Kustomization(_) => None,
        });
        let patches = self.instructions.iter().filter_map(|path| path.parent());
        let own = self.nodes.iter().map(|node| &*node.directory);
        own.chain(listed).chain(patches).collect()
    }

    /// The kustomizations that no other one includes, in path order. Of those that include each other in a
    /// circle, which kustomize refuses, the first one stands for the rest.
    pub(super) fn outermost(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.nodes.len())
            .filter(|&index| !self.nodes[index].is_component)
            .collect();
        order.sort_by_key(|&index| &self.nodes[index].directory);
        let included: HashSet<usize> = self.nodes.iter().flat_map(Node::kustomizations).collect();
        let (inner, mut outermost): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|index| included.contains(index));
        let mut reached = HashSet::default();
        for &index in &outermost {
            self.reach(index, &mut reached);
        }
        for index in inner {
            if self.reach(index, &mut reached) {
                outermost.push(index);
            }
        }
        outermost.sort_by_key(|&index| &self.nodes[index].directory);
        outermost
    }

    /// Adds what a kustomization includes to `reached`; whether it was not there itself.
    fn reach(&self, index: usize, reached: &mut HashSet<usize>) -> bool {
        let is_new = reached.insert(index);
        let mut pending = if is_new { vec![index] } else { Vec::new() };
        while let Some(index) = pending.pop() {
            let included = self.nodes[index].kustomizations();
            pending.extend(included.filter(|&included| reached.insert(included)));
        }
        is_new
    }

    /// Everything that a kustomization includes, of which no more than `left` is taken.
    pub(super) fn closure(&self, node: usize, left: usize) -> Closure {
        let mut closure = Closure {
            left,
            ..Closure::default()
        };
        closure.files = self.included(node, &mut vec![], &mut closure);
        closure.bases.sort_unstable();
        closure.bases.dedup();
        closure
    }

    /// The files of a kustomization; `path` leads to it, for those that include themselves.
    fn included(&self, index: usize, path: &mut Vec<usize>, closure: &mut Closure) -> Vec<Included> {
        let node = &self.nodes[index];
        if path.contains(&index) || !closure.affords(1 + node.resources.len(), path.len()) {
            return Vec::new();
        }
        path.push(index);
        closure.is_unrendered |= node.decides;
        let mut files = Vec::new();
        for resource in &node.resources {
            match resource {
                Resource::File(path) => files.push(Included {
                    path: path.clone(),
                    by: Vec::new(),
                }),
                Resource::Kustomization(base) => {
                    closure.bases.push(*base as u32);
                    files.append(&mut self.included(*base, path, closure));
                }
            }
        }
        for &component in &node.components {
            // What components have in common tells nothing of those that use them.
            let bases = closure.bases.len();
            files.append(&mut self.included(component, path, closure));
            closure.bases.truncate(bases);
            // The component changes its own files too, which it did already.
            let own = files.iter_mut().filter(|file| file.by.last() != Some(&component));
            own.for_each(|file| file.by.push(component));
        }
        path.pop();
        for file in &mut files {
            file.by.push(index);
        }
        files
    }
}

impl Node {
    /// The kustomizations that this one includes.
    fn kustomizations(&self) -> impl Iterator<Item = usize> {
        let bases = self.resources.iter().filter_map(|resource| match resource {
            Resource::Kustomization(index) => Some(*index),
            Resource::File(_) => None,
        });
        bases.chain(self.components.iter().copied())
    }
}

impl Closure {
    /// Whether so much more may be included this deep. Where it may not, nothing is concluded from the rest.
    fn affords(&mut self, more: usize, depth: usize) -> bool {
        let left = self.left.checked_sub(more).filter(|_| depth < MAX_DEPTH);
        self.is_unrendered |= left.is_none();
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}
