//! ConfigMaps that workloads read.
//!
//! Two thirds of the bytes of a usual tree are ConfigMaps, and hardly any tells a workload whom to call. So
//! the first pass only notes what each is called; those that some workload reads are read in a second one.

use std::collections::HashSet;

use rayon::prelude::*;

use super::Loaded;
use super::document::DOCUMENTS;
use super::relevance::metadata_name;
use crate::model::{Objects, Transform};
use crate::source::{FileId, SourceMap};
use crate::yaml::{self, Node, RawDocument};

/// A ConfigMap that was passed over.
#[derive(Debug, Clone)]
pub(super) struct Place {
    file: FileId,
    name: Box<str>,
    /// The first byte of the object where its document holds several; `None` where it is the document.
    start: Option<u32>,
    document: RawDocument,
}

impl Place {
    /// A document that is proved to hold one ConfigMap; `None` if its name cannot be told without parsing it.
    pub(super) fn of_document(file: FileId, document: &RawDocument, text: &[u8]) -> Option<Place> {
        Some(Place {
            file,
            name: metadata_name(text)?.into(),
            start: None,
            document: document.clone(),
        })
    }

    /// A parsed object of a document.
    pub(super) fn of_object(file: FileId, document: &RawDocument, object: Node<'_>, name: &str) -> Place {
        Place {
            file,
            name: name.into(),
            start: Some(object.span().start),
            document: document.clone(),
        }
    }
}

impl Loaded {
    /// Reads the ConfigMaps that workloads read and that were passed over so far.
    pub(super) fn read_config_maps(&mut self) {
        let wanted = self.take_wanted();
        let read = self.config_maps_at(&wanted);
        self.keep_config_maps(read);
    }

    /// The ConfigMaps that workloads read and that were passed over so far, by file.
    pub(super) fn take_wanted(&mut self) -> Vec<Place> {
        let used = names_in_use(&self.objects);
        let places = std::mem::take(&mut self.config_maps);
        let (mut wanted, left): (Vec<Place>, Vec<Place>) =
            places.into_iter().partition(|place| used.contains(&*place.name));
        self.config_maps = left;
        wanted.sort_by_key(|place| place.file);
        wanted
    }

    /// The ConfigMaps at some places, which come by file.
    pub(super) fn config_maps_at(&self, wanted: &[Place]) -> Vec<Objects> {
        let by_file: Vec<&[Place]> = wanted.chunk_by(|one, other| one.file == other.file).collect();
        let Loaded {
            sources, transforms, ..
        } = self;
        let read_file = |places: &&[Place]| {
            let file = places[0].file;
            let read = || read_file(sources, file, places);
            match transforms.get(&file) {
                Some(transforms) => in_every_variant(transforms, read),
                None => read(),
            }
        };
        let runs = by_file.par_chunks(FILES);
        runs.map(|files| together(files.iter().map(read_file))).collect()
    }

    /// Adds ConfigMaps that were read.
    pub(super) fn keep_config_maps(&mut self, read: Vec<Objects>) {
        let count = read.iter().map(|objects| objects.config_maps.len()).sum();
        self.objects.config_maps.reserve_exact(count);
        for objects in read {
            self.objects.append(objects);
        }
        // Those of an earlier file may be the last to be asked for.
        self.objects
            .config_maps
            .sort_by_key(|config_map| config_map.meta.file());
    }
}

/// The names of ConfigMaps that workloads read, whatever the namespace: it may still be filled in.
fn names_in_use(objects: &Objects) -> HashSet<Box<str>> {
    let texts = objects
        .workloads
        .iter()
        .map(|workload| &workload.spec.template.texts);
    texts
        .flat_map(|texts| &texts.config_maps)
        .map(|config_map| config_map.name.clone())
        .collect()
}

fn in_every_variant(transforms: &[Transform], read: impl Fn() -> Objects) -> Objects {
    together(transforms.iter().map(|transform| {
        let mut objects = read();
        transform.apply(&mut objects);
        objects
    }))
}

/// How many files a thread takes at once.
const FILES: usize = 16;

/// A file that changed since it was read tells nothing.
fn read_file(sources: &SourceMap, file: FileId, places: &[Place]) -> Objects {
    let Some(text) = sources.text(file) else {
        return Objects::default();
    };
    let same_document = |one: &Place, other: &Place| one.document.range == other.document.range;
    let documents: Vec<&[Place]> = places.chunk_by(same_document).collect();
    let read = documents
        .par_chunks(DOCUMENTS)
        .map(|documents| read_documents(file, &text, documents));
    let read: Vec<Objects> = read.collect();
    together(read.into_iter())
}

/// Some objects, one after the other.
fn together(parts: impl Iterator<Item = Objects>) -> Objects {
    parts
        .reduce(|mut all, objects| {
            all.append(objects);
            all
        })
        .unwrap_or_default()
}

/// Each of some documents with the objects in it that are wanted.
fn read_documents(file: FileId, text: &str, documents: &[&[Place]]) -> Objects {
    let mut objects = Objects::default();
    for same in documents {
        let document = &same[0].document;
        let Some(tree) = yaml::parse(file, text.as_bytes(), document).tree else {
            continue;
        };
        let starts: HashSet<Option<u32>> = same.iter().map(|place| place.start).collect();
        let root = tree.root();
        if starts.contains(&None) || starts.contains(&Some(root.span().start)) {
            objects.read_config_map(root, 0, text);
        }
        let items = root
            .get("items")
            .into_iter()
            .flat_map(|items| items.value.items());
        for item in items.filter(|item| starts.contains(&Some(item.span().start))) {
            objects.read_config_map(item, 0, text);
        }
    }
    objects
}
