//! From paths to objects.
//!
//! Files are found first, so that each one's id is its place in path order; then they are read in parallel
//! and merged in that order. One bad document hides no other one, and one bad file hides no other file.

mod config_maps;
mod contexts;
mod discover;
mod document;
mod file;
mod glob;
mod ignored;
mod kustomize;
mod open;
mod read;
mod relevance;
mod remark;
mod render;
mod template;
mod walk;

use std::io::Read;
use std::path::PathBuf;

pub use discover::{Inputs, STDIN};
pub use remark::{ANNOTATION, Remark, speak_to_us};
pub use render::Rendering;

use discover::InputFile;
use kustomize::Role;
use render::Rendered;

use crate::error::Error;
use crate::hash::HashMap;
use crate::id::{Kind, ObjectName};
use crate::model::mesh_source::IstiodValues;
use crate::model::schema::Review;
use crate::model::{Context, Objects, Transform};
use crate::source::{self, FileId, SourceMap, Span};
use crate::yaml::{self, Room};

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts, in path order.
    pub sources: SourceMap,
    /// The objects, in path and text order.
    pub objects: Objects,
    /// The target clusters; one without a name where there is only one.
    pub contexts: Vec<Context>,
    /// Mistakes in the texts, in path and text order.
    pub defects: Vec<yaml::Defect>,
    /// Objects that the API server would refuse, or from which it would drop something.
    pub flawed: Vec<FlawedObject>,
    /// Texts and objects that were not read, and why.
    pub skipped: Vec<Skipped>,
    /// Comments that ask for findings to be ignored, in path and text order.
    pub remarks: Vec<Remark>,
    /// Objects of kinds that are not read, with annotations that ask for findings to be ignored.
    pub unread: Vec<UnreadObject>,
    /// What could not be opened, in path order.
    pub unreadable: Vec<Unreadable>,
    /// How much was read.
    pub counts: Counts,
    /// ConfigMaps that were passed over.
    config_maps: Vec<config_maps::Place>,
    /// Whether those that name no host are read too, where a workload reads them.
    every_config_map: bool,
    /// What kustomizations do to the objects of files.
    transforms: HashMap<FileId, Vec<Transform>>,
}

/// An object that the API server would refuse, or from which it would drop something.
#[derive(Debug, Clone)]
pub struct FlawedObject {
    /// Its kind.
    pub kind: Kind,
    /// `metadata.namespace`, as far as it can be told.
    pub namespace: Option<Box<str>>,
    /// `metadata.name`, as far as it can be told.
    pub name: Option<Box<str>>,
    /// Whether `metadata.name` says anything, be it of the wrong type.
    pub is_named: bool,
    /// `metadata.annotations`, as far as they can be read.
    pub annotations: yaml::StringMap,
    /// The bytes of the whole object.
    pub span: Span,
    /// What is wrong, and where. What is refused takes no part; what is dropped counts as absent.
    pub review: Review,
}

impl FlawedObject {
    /// Kind, namespace and name, if it has a name.
    pub fn object_name(&self) -> Option<ObjectName> {
        let name = self.name.clone()?;
        Some(ObjectName {
            kind: self.kind,
            namespace: self.namespace.clone(),
            name,
        })
    }
}

/// An object of a kind that is not read, of which the annotations matter all the same.
#[derive(Debug, Clone)]
pub struct UnreadObject {
    /// `metadata.annotations`.
    pub annotations: yaml::StringMap,
    /// The bytes of the whole object.
    pub span: Span,
}

/// Something that was not read.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// The file.
    pub file: FileId,
    /// The part of it, or the value that was the reason; none for the whole file.
    pub span: Option<Span>,
    /// Why.
    pub reason: SkipReason,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A Helm template: it is no YAML before it is rendered.
    HelmTemplate,
    /// No manifest: neither `apiVersion` nor `kind` is among its keys.
    NotAManifest,
    /// A value that a later tool fills in (`${VAR}`) where a number or a word of the API belongs.
    Unresolved,
    /// An object that SOPS has encrypted.
    Encrypted,
    /// Manifests in a directory with a kustomization that does not list them.
    Unlisted,
}

/// A file or directory below a given directory that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its path.
    pub path: PathBuf,
    /// What the system says.
    pub reason: String,
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were opened.
    pub files: usize,
    /// Documents in them, empty ones left out.
    pub documents: usize,
    /// Objects of kinds that decide nothing here.
    pub other_kinds: usize,
}

/// Hears how far loading is; called from several threads.
pub trait Progress: Sync {
    /// All files are found.
    fn found(&self, files: usize);
    /// So many more of them are read.
    fn read(&self, files: usize);
}

/// Nobody listens.
impl Progress for () {
    fn found(&self, _files: usize) {}
    fn read(&self, _files: usize) {}
}

/// Reads everything that `inputs` name.
///
/// # Errors
/// A path or glob of the command line that is missing, matches nothing or cannot be read.
pub fn load(inputs: &Inputs, stdin: &mut dyn Read, progress: &dyn Progress) -> Result<Loaded, Error> {
    let rendered = render::render(&inputs.rendering)?;
    let first = FileId(0);
    let found = discover::discover(inputs, first)?;
    progress.found(found.files.len());
    let mut loaded = Loaded {
        unreadable: found.unreadable,
        every_config_map: inputs.every_config_map,
        ..Loaded::new()
    };
    let roles = contexts::Plan::new(&found.files, found.kustomizations, &rendered, inputs)?;
    loaded.transforms = transforms(first, &found.files);
    read::read_files(found.files, inputs.parse_all, stdin, progress, &mut loaded)?;
    loaded.add_rendered(&rendered);
    loaded.objects.shrink_to_fit();
    let contexts = || roles.contexts(&loaded.objects);
    let (contexts, telling) = rayon::join(contexts, || loaded.telling());
    loaded.contexts = contexts;
    loaded.keep(telling);
    loaded.read_values(&inputs.values)?;
    loaded
        .unreadable
        .sort_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
    Ok(loaded)
}

/// What kustomizations do to files of which the first gets that id.
fn transforms(first: FileId, files: &[InputFile]) -> HashMap<FileId, Vec<Transform>> {
    let files = (first.0..).map(FileId).zip(files);
    let included = files.filter_map(|(id, file)| match &file.role {
        Role::Included(transforms) => Some((id, transforms.clone())),
        _ => None,
    });
    included.collect()
}

/// Reads `text` as if it were the only file, and keeps it under `name`.
pub fn load_text(name: impl Into<PathBuf>, text: &str) -> Loaded {
    let mut loaded = Loaded::new();
    loaded.add_text(name, text);
    loaded
}

/// Adds what some contents hold behind what is there, in lists of the same names.
macro_rules! append {
    ($all:ident, $contents:ident) => {{
        let mut contents = $contents;
        $all.objects.append(contents.objects);
        $all.defects.append(&mut contents.defects);
        $all.flawed.append(&mut contents.flawed);
        $all.skipped.append(&mut contents.skipped);
        $all.config_maps.append(&mut contents.config_maps);
        $all.remarks.append(&mut contents.remarks);
        $all.unread.append(&mut contents.unread);
        $all.counts.files += contents.counts.files;
        $all.counts.documents += contents.counts.documents;
        $all.counts.other_kinds += contents.counts.other_kinds;
    }};
}

impl Loaded {
    /// Nothing yet, in one context.
    fn new() -> Self {
        Self {
            contexts: vec![Context::default()],
            ..Self::default()
        }
    }

    /// Reads what further paths name; the objects come last, and belong to no context yet. Rendering, contexts and values
    /// of `inputs` are not looked at, nor whether it asks for every ConfigMap: that was said at first. The result is the files, in path order.
    ///
    /// # Errors
    /// A path or glob that is missing, matches nothing or cannot be read.
    pub fn add_inputs(&mut self, inputs: &Inputs, stdin: &mut dyn Read) -> Result<Vec<FileId>, Error> {
        let first = FileId(self.sources.len() as u32);
        let found = discover::discover(inputs, first)?;
        self.unreadable.extend(found.unreadable);
        self.transforms.extend(transforms(first, &found.files));
        read::read_files(found.files, inputs.parse_all, stdin, &(), self)?;
        self.read_config_maps();
        Ok((first.0..self.sources.len() as u32).map(FileId).collect())
    }

    /// Reads one more text, which is kept under `name`; its objects come last.
    pub fn add_text(&mut self, name: impl Into<PathBuf>, text: &str) -> FileId {
        let file = self.add(name, text);
        self.read_config_maps();
        file
    }

    fn add(&mut self, name: impl Into<PathBuf>, text: &str) -> FileId {
        let file = self.sources.add_text(name, text);
        let mut runs = Vec::new();
        let mut known = document::Text::unknown(file);
        document::read_text(&mut known, text.into(), None, &mut Room::default(), &mut runs);
        for contents in runs {
            self.append(contents);
        }
        file
    }

    /// Reads what programs have rendered; templates that it comes from are not missed.
    fn add_rendered(&mut self, rendered: &[Rendered]) {
        for (name, text) in rendered.iter().flat_map(|rendered| &rendered.documents) {
            self.add(name, text);
        }
        let charts = rendered.iter().filter_map(Rendered::chart);
        let charts: Vec<PathBuf> = charts.filter_map(|chart| chart.canonicalize().ok()).collect();
        let sources = &self.sources;
        self.skipped.retain(|skipped| {
            let is_rendered = || {
                let path = sources.path(skipped.file).canonicalize();
                path.is_ok_and(|path| charts.iter().any(|chart| path.starts_with(chart)))
            };
            charts.is_empty() || skipped.reason != SkipReason::HelmTemplate || !is_rendered()
        });
    }

    /// Reads files with values of istiod's chart.
    fn read_values(&mut self, paths: &[PathBuf]) -> Result<(), Error> {
        for path in paths {
            let unreadable = |reason| Error::Unreadable {
                path: path.clone(),
                reason,
            };
            let bytes = source::read(path).map_err(unreadable)?;
            let file = self.sources.add_file(path.clone(), &bytes);
            for document in yaml::split(&bytes) {
                let parsed = yaml::parse(file, &bytes, &document);
                match (parsed.tree, parsed.defects.into_iter().last()) {
                    (Some(tree), _) => self.objects.values.push(IstiodValues::read(tree.root())),
                    (None, Some(defect)) => self.defects.push(defect),
                    (None, None) => {}
                }
            }
        }
        Ok(())
    }

    fn append(&mut self, contents: Contents) {
        append!(self, contents);
    }
}

/// What some texts hold, or some documents of one; their ids are given beforehand.
#[derive(Debug, Default)]
struct Contents {
    objects: Objects,
    defects: Vec<yaml::Defect>,
    flawed: Vec<FlawedObject>,
    skipped: Vec<Skipped>,
    remarks: Vec<Remark>,
    unread: Vec<UnreadObject>,
    counts: Counts,
    config_maps: Vec<config_maps::Place>,
}

impl Contents {
    fn append(&mut self, others: Contents) {
        append!(self, others);
    }

    /// The same behind so many objects of the file.
    fn behind(mut self, objects: u32) -> Self {
        self.objects.metas_mut().for_each(|meta| meta.ordinal += objects);
        self
    }
}
