//! A kustomization as it is written.

use serde::Deserialize;

use super::patch;
use crate::model::transform::{Labels, Step};
use crate::source::FileId;
use crate::yaml::{self, Node, RawDocument, Spanned, StringMap, Tree};

/// The names that kustomize looks for in a directory.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file of that name is a kustomization.
pub(in crate::load) fn is_kustomization(name: &std::ffi::OsStr) -> bool {
    FILE_NAMES.iter().any(|own| name == *own)
}

/// The names of a kustomization in a directory.
pub(super) fn file_names() -> [&'static str; 3] {
    FILE_NAMES
}

/// What a kustomization includes and changes.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kustomization {
    #[serde(default)]
    kind: Option<Box<str>>,
    #[serde(default)]
    resources: Vec<Box<str>>,
    /// The old name of directories among `resources`.
    #[serde(default)]
    bases: Vec<Box<str>>,
    /// Kustomizations that change what is included so far.
    #[serde(default)]
    pub(super) components: Vec<Box<str>>,
    namespace: Option<Spanned<Box<str>>>,
    #[serde(default)]
    name_prefix: Box<str>,
    #[serde(default)]
    name_suffix: Box<str>,
    #[serde(default)]
    common_labels: StringMap,
    #[serde(default)]
    common_annotations: StringMap,
    #[serde(default)]
    labels: Vec<LabelsEntry>,
    #[serde(default)]
    pub(super) patches: Vec<Patch>,
    #[serde(default)]
    pub(super) patches_strategic_merge: Vec<Box<str>>,
    #[serde(default, rename = "patchesJson6902")]
    pub(super) patches_json6902: Vec<Patch>,
    #[serde(default)]
    replacements: Vec<Replacement>,
    /// Plugins and files that change anything at all.
    #[serde(default)]
    transformers: Vec<Box<str>>,
    /// Files that change what the built-in changes touch.
    #[serde(default)]
    configurations: Vec<Box<str>>,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Patch {
    pub(super) path: Option<Box<str>>,
    pub(super) patch: Option<Box<str>>,
}

/// An entry of `replacements`, of which only the file matters.
#[derive(Debug, Default, Deserialize)]
struct Replacement {
    path: Option<Box<str>>,
}

/// An entry of `labels`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LabelsEntry {
    pairs: StringMap,
    include_selectors: bool,
    include_templates: bool,
}

impl Kustomization {
    /// Reads the text of a kustomization; `None` if kustomize would not read it either.
    pub(super) fn parse(file: FileId, text: &str) -> Option<Kustomization> {
        let tree = first_document(file, text)?;
        yaml::from_node(tree.root()).ok()
    }

    /// Whether it is made to be included by others only.
    pub(super) fn is_component(&self) -> bool {
        self.kind.as_deref() == Some("Component")
    }

    /// Files, directories and addresses of what is included.
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().chain(&self.bases).map(|path| &**path)
    }

    /// Files that hold no objects, whatever they look like.
    pub(super) fn patch_files(&self) -> impl Iterator<Item = &str> {
        let patches = self.patches.iter().chain(&self.patches_json6902);
        let patches = patches.filter_map(|patch| patch.path.as_deref());
        let merges = self.patches_strategic_merge.iter().map(|patch| &**patch);
        let replacements = self.replacements.iter().filter_map(|entry| entry.path.as_deref());
        let settings = self.transformers.iter().chain(&self.configurations);
        patches
            .chain(merges)
            .chain(replacements)
            .chain(settings.map(|path| &**path))
            .filter(|path| !path.contains('\n'))
    }

    /// Whether anything but patches changes what nobody else could foresee.
    pub(super) fn has_foreign_changes(&self) -> bool {
        !self.replacements.is_empty() || !self.transformers.is_empty() || !self.configurations.is_empty()
    }

    /// Whether a patch in the kustomization itself may decide something.
    pub(super) fn has_deciding_inline_patch(&self) -> bool {
        let inline = self.patches.iter().chain(&self.patches_json6902);
        let inline = inline.filter_map(|patch| patch.patch.as_deref());
        let merges = self.patches_strategic_merge.iter().map(|patch| &**patch);
        inline
            .chain(merges.filter(|patch| patch.contains('\n')))
            .any(patch::decides)
    }

    /// What it changes without patches.
    pub(super) fn step(self) -> Step {
        let common = Labels {
            pairs: self.common_labels,
            to_templates: true,
            to_selectors: true,
        };
        let labels = self.labels.into_iter().map(|entry| Labels {
            pairs: entry.pairs,
            to_templates: entry.include_templates,
            to_selectors: entry.include_selectors,
        });
        Step {
            namespace: self.namespace.filter(|namespace| !namespace.value.is_empty()),
            name_prefix: self.name_prefix,
            name_suffix: self.name_suffix,
            labels: labels
                .chain([common])
                .filter(|labels| !labels.pairs.is_empty())
                .collect(),
            annotations: self.common_annotations,
        }
    }
}

fn first_document(file: FileId, text: &str) -> Option<Tree> {
    documents(text).find_map(|document| yaml::parse(file, text.as_bytes(), &document).tree)
}

/// The documents of a text.
fn documents(text: &str) -> impl Iterator<Item = RawDocument> {
    yaml::split(text.as_bytes())
}

/// Shows the root of each document of a text to `visit`, until it says yes.
pub(super) fn any_document(text: &str, visit: impl Fn(Node<'_>) -> bool) -> bool {
    documents(text).any(|document| {
        let tree = yaml::parse(FileId(0), text.as_bytes(), &document).tree;
        tree.is_some_and(|tree| visit(tree.root()))
    })
}
