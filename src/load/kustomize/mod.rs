//! What kustomizations make of the files around them, without rendering anything.
//!
//! A directory with a kustomization holds what that lists and nothing else: the other files in it are
//! patches, values and alternatives. Bases are part of every kustomization that includes them, so that a
//! file may be read in several variants. All of this is known before the first manifest is read.

mod graph;
mod kustomization;
mod patch;
mod path;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::{InputFile, Origin};
use crate::hash::{HashMap, HashSet};
use crate::model::transform::Step;
use crate::model::{Part, Transform, Variant};
use crate::source::FileId;

pub(super) use crate::source::normal;
use graph::{Graph, Included};
use kustomization::Kustomization;
pub(super) use kustomization::is_kustomization;

/// What is read of a file.
#[derive(Debug, Clone, Default)]
pub(super) enum Role {
    /// Its objects, as they are written.
    #[default]
    Plain,
    /// Its objects, as kustomizations change them.
    Included(Vec<Transform>),
    /// Nothing: no kustomization of its directory lists it.
    Unlisted,
    /// Nothing: it is a kustomization, or a part of one.
    Instruction,
}

/// A kustomization that no other one includes, with everything that it includes.
#[derive(Debug)]
pub(super) struct Outermost {
    /// Its directory.
    pub(super) directory: PathBuf,
    /// What it is made of.
    pub(super) parts: Vec<Part>,
    /// What it is built on: two that have one of these in common are alternatives.
    pub(super) bases: Vec<u32>,
    /// Whether something in it is only known once kustomize has run.
    pub(super) is_unrendered: bool,
}

/// Finds out what is read of each of `files`, in path order. Files outside of what was searched that
/// kustomizations include are added if `admits` lets them in.
pub(super) fn plan(
    files: &mut Vec<InputFile>,
    first: FileId,
    admits: &dyn Fn(&Path) -> bool,
) -> Vec<Outermost> {
    if !files.iter().any(|file| file.is_kustomization) {
        return Vec::new();
    }
    let mut graph = Graph::default();
    let known: HashSet<PathBuf> = files.iter().map(|file| normal(&file.path)).collect();
    for file in files.iter().filter(|file| file.is_kustomization) {
        graph.add(&file.path);
    }
    let added = graph.follow(&known, admits);
    files.extend(added.into_iter().map(InputFile::included));
    files.sort_unstable_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
    Plan::new(&graph, files, first).finish(files)
}

/// Kustomizations with the ids of files.
struct Plan<'g> {
    graph: &'g Graph,
    first: FileId,
    ids: HashMap<PathBuf, FileId>,
    /// What each kustomization changes; `None` for nothing.
    steps: Vec<Option<Arc<Step>>>,
    variants: HashMap<Vec<usize>, Variant>,
    transforms: HashMap<FileId, Vec<Transform>>,
    /// How much more may be included.
    left: usize,
}

impl<'g> Plan<'g> {
    fn new(graph: &'g Graph, files: &[InputFile], first: FileId) -> Plan<'g> {
        let ids: HashMap<PathBuf, FileId> = files
            .iter()
            .zip(first.0..)
            .map(|(file, id)| (normal(&file.path), FileId(id)))
            .collect();
        let step = |node: &graph::Node| {
            // Now that the file has its id, so have the places in it.
            let file = *ids.get(&node.file)?;
            let step = Kustomization::parse(file, &node.text)?.step();
            (!step.is_empty()).then(|| Arc::new(step))
        };
        Plan {
            steps: graph.nodes.iter().map(step).collect(),
            graph,
            first,
            ids,
            variants: HashMap::default(),
            transforms: HashMap::default(),
            left: graph::MAX_INCLUDED,
        }
    }

    fn finish(mut self, files: &mut [InputFile]) -> Vec<Outermost> {
        let outermost = self.graph.outermost();
        let outermost = outermost.into_iter().map(|node| self.resolve(node)).collect();
        let kustomized = self.graph.kustomized_directories();
        for (file, id) in files.iter_mut().zip(self.first.0..) {
            if file.origin == Origin::Stdin {
                continue;
            }
            let path = normal(&file.path);
            file.role = if self.graph.is_instruction(&path) {
                Role::Instruction
            } else if let Some(transforms) = self.transforms.remove(&FileId(id)) {
                Role::Included(transforms)
            } else if file.origin == Origin::Found
                && path.parent().is_some_and(|parent| kustomized.contains(parent))
            {
                Role::Unlisted
            } else {
                Role::Plain
            };
        }
        outermost
    }

    fn resolve(&mut self, node: usize) -> Outermost {
        let closure = self.graph.closure(node, self.left);
        self.left = closure.left;
        let mut parts: Vec<Part> = closure
            .files
            .iter()
            .filter_map(|included| self.part(included))
            .collect();
        parts.sort_unstable();
        parts.dedup();
        Outermost {
            directory: self.graph.nodes[node].directory.clone(),
            parts,
            bases: closure.bases,
            is_unrendered: closure.is_unrendered,
        }
    }

    fn part(&mut self, included: &Included) -> Option<Part> {
        let file = *self.ids.get(&included.path)?;
        let changing: Vec<usize> = included
            .by
            .iter()
            .copied()
            .filter(|&node| self.steps[node].is_some())
            .collect();
        let next = Variant(self.variants.len() as u32 + 1);
        let variant = if changing.is_empty() {
            Variant::default()
        } else {
            *self.variants.entry(changing.clone()).or_insert(next)
        };
        let transforms = self.transforms.entry(file).or_default();
        if !transforms.iter().any(|transform| transform.variant == variant) {
            let steps = changing.iter().filter_map(|&node| self.steps[node].clone());
            transforms.push(Transform {
                variant,
                steps: steps.collect(),
            });
        }
        Some(Part { file, variant })
    }
}
