//! ConfigMaps that workloads read.
//!
//! Two thirds of the bytes of a usual tree are ConfigMaps, and hardly any tells a workload whom to call. So
//! the first pass only notes what each is called and whether its bytes may name a host; those that some workload
//! reads and that may tell it something are read in a second one.

use rayon::prelude::*;

use super::document::{DOCUMENTS, add_refused};
use super::relevance::{PlainMetadata, start_of_content};
use super::{Contents, Loaded};
use crate::hash::{HashMap, HashSet};
use crate::model::mention::{may_mention, names_address};
use crate::model::{Objects, Transform};
use crate::source::{Buffers, FileId, Stretch, Window};
use crate::yaml::{Node, Parsed, RawDocument, Room};

/// A ConfigMap that was passed over.
#[derive(Debug, Clone)]
pub(super) struct Place {
    file: FileId,
    name: Box<str>,
    /// None if it is not known.
    namespace: Option<Box<str>>,
    /// Whether it may name a host, whatever its readers call what they read.
    may_mention: bool,
    /// The first byte of the object where its document holds several; `None` where it is the document.
    start: Option<u32>,
    document: RawDocument,
}

impl Place {
    /// A document with this text that is proved to hold one ConfigMap with this metadata.
    pub(super) fn of_document(
        file: FileId,
        document: &RawDocument,
        text: &[u8],
        metadata: PlainMetadata<'_>,
    ) -> Place {
        let (before, after) = (
            &text[start_of_content(text)..metadata.range.start],
            &text[metadata.range.end..],
        );
        // What an anchor in the metadata marks may stand anywhere.
        let has_anchor = memchr::memchr(b'&', &text[metadata.range]).is_some();
        Place {
            file,
            name: metadata.name.into(),
            namespace: metadata.namespace.map(Box::from),
            may_mention: has_anchor || may_mention(before) || may_mention(after),
            start: None,
            document: document.clone(),
        }
    }

    /// Where it begins.
    fn at(&self) -> (FileId, u32) {
        let start = self.start.unwrap_or(self.document.range.start as u32);
        (self.file, start)
    }

    /// A parsed object of a document.
    pub(super) fn of_object(file: FileId, document: &RawDocument, object: Node<'_>, name: &str) -> Place {
        Place {
            file,
            name: name.into(),
            namespace: None,
            may_mention: true,
            start: Some(object.span().start),
            document: document.clone(),
        }
    }
}

impl Loaded {
    /// Reads the ConfigMaps that tell workloads something and that were passed over so far.
    pub(super) fn read_config_maps(&mut self) {
        let telling = self.telling();
        self.keep(telling);
    }

    /// The ConfigMaps that were passed over so far and that tell the workloads that read them something. With
    /// them go later ones of the same names, since the last of duplicates takes part.
    pub(super) fn telling(&self) -> Telling {
        let are_wanted = self.are_wanted(&self.config_maps);
        let places = self.config_maps.iter().zip(&are_wanted);
        let mut wanted: Vec<&Place> = places
            .filter(|(_, wanted)| **wanted)
            .map(|(place, _)| place)
            .collect();
        wanted.sort_by_key(|place| place.file);
        let read = self.config_maps_at(&wanted);
        Telling { are_wanted, read }
    }

    /// Adds ConfigMaps that were read.
    pub(super) fn keep(&mut self, telling: Telling) {
        let mut are_wanted = telling.are_wanted.into_iter();
        self.config_maps
            .retain(|_| !are_wanted.next().unwrap_or_default());
        let read = || telling.read.iter();
        let counts = read().map(|contents| contents.objects.config_maps.len());
        self.objects.config_maps.reserve_exact(counts.sum());
        let is_whole = read().all(|contents| contents.defects.is_empty() && contents.skipped.is_empty());
        for contents in telling.read {
            self.append(contents);
        }
        if !is_whole {
            self.defects.sort_by_key(|defect| defect.span);
            self.skipped.sort_by_key(|skipped| (skipped.file, skipped.span));
        }
        // Those of an earlier file may be the last to be asked for.
        self.objects
            .config_maps
            .sort_by_key(|config_map| config_map.meta.span);
    }

    /// Whether each of some ConfigMaps tells something, or may come later than one of its name that does.
    fn are_wanted(&self, places: &[Place]) -> Vec<bool> {
        let uses = uses_of_config_maps(&self.objects);
        let tells = |place: &Place| {
            uses.get(&*place.name).is_some_and(|is_host_by_use| {
                *is_host_by_use
                    || place.may_mention
                    || self.every_config_map
                    || self.transforms.contains_key(&place.file)
            })
        };
        let mut names = FirstOfNames::default();
        let known = self.objects.config_maps.iter();
        for meta in known.map(|config_map| &config_map.meta) {
            let at = (meta.file(), meta.span.start);
            names.add(&meta.name.value, meta.namespace_name(), at);
        }
        let telling: Vec<bool> = places.iter().map(tells).collect();
        for (place, _) in places.iter().zip(&telling).filter(|(_, tells)| **tells) {
            // A kustomization may give it another namespace.
            let is_final = !self.transforms.contains_key(&place.file);
            let namespace = place.namespace.as_deref().filter(|_| is_final);
            names.add(&place.name, namespace, place.at());
        }
        let pairs = places.iter().zip(telling);
        pairs
            .map(|(place, tells)| tells || names.has_earlier(place))
            .collect()
    }

    /// The ConfigMaps at some places, which come by file.
    fn config_maps_at(&self, wanted: &[&Place]) -> Vec<Contents> {
        let by_file: Vec<&[&Place]> = wanted.chunk_by(|one, other| one.file == other.file).collect();
        let Loaded {
            sources, transforms, ..
        } = self;
        let buffers = Buffers::default();
        let document_of = |place: &&Place| place.document.range.clone();
        // What changed since it was read tells nothing.
        let read = |places: &&[&Place]| {
            let file = places[0].file;
            let look = |stretch: &Stretch<'_, &Place>| {
                let read = || read_places(file, stretch.window, stretch.places);
                match transforms.get(&file) {
                    Some(transforms) => in_every_variant(transforms, read),
                    None => read(),
                }
            };
            let found = sources.look(file, places, document_of, &buffers, look);
            found.into_iter().flatten()
        };
        let files = by_file.par_iter().with_min_len(FILES);
        files.flat_map_iter(read).collect()
    }
}

/// ConfigMaps that workloads read.
pub(super) struct Telling {
    /// For each that was passed over so far whether it is one of them.
    are_wanted: Vec<bool>,
    /// What they say in order, or why they do not parse.
    read: Vec<Contents>,
}

/// Where the first of the ConfigMaps of a name is that tell something, by namespace as far as that is known.
#[derive(Default)]
struct FirstOfNames<'p> {
    by_name: HashMap<&'p str, HashMap<Option<&'p str>, (FileId, u32)>>,
}

impl<'p> FirstOfNames<'p> {
    fn add(&mut self, name: &'p str, namespace: Option<&'p str>, at: (FileId, u32)) {
        let first = self
            .by_name
            .entry(name)
            .or_default()
            .entry(namespace)
            .or_insert(at);
        *first = at.min(*first);
    }

    /// Whether a ConfigMap may be a later duplicate of one of them.
    fn has_earlier(&self, place: &Place) -> bool {
        let is_earlier = |first: &(FileId, u32)| *first < place.at();
        let namespace = place.namespace.as_deref();
        self.by_name
            .get(&*place.name)
            .is_some_and(|firsts| match namespace {
                Some(_) => [namespace, None]
                    .iter()
                    .filter_map(|namespace| firsts.get(namespace))
                    .any(is_earlier),
                None => firsts.values().any(is_earlier),
            })
    }
}

/// The names of ConfigMaps that workloads read, whatever the namespace: it may still be filled in. With each, whether
/// some variable gets an entry whose name says that a bare word is a host.
fn uses_of_config_maps(objects: &Objects) -> HashMap<&str, bool> {
    let templates = objects.workloads.iter().map(|workload| &workload.spec.template);
    let mut uses = HashMap::default();
    for used in templates.flat_map(|template| &template.texts.config_maps) {
        let is_host_by_use = used.variable.as_deref().is_some_and(names_address);
        *uses.entry(&*used.name).or_default() |= is_host_by_use;
    }
    uses
}

/// What is read once for each way in which kustomizations use it; what does not parse is told once.
fn in_every_variant(transforms: &[Transform], read: impl Fn() -> Vec<Contents>) -> Vec<Contents> {
    let variants = transforms.iter().enumerate().flat_map(|(index, transform)| {
        let mut variant = read();
        for contents in &mut variant {
            transform.apply(&mut contents.objects);
            if index > 0 {
                contents.defects.clear();
                contents.skipped.clear();
            }
        }
        variant
    });
    variants.collect()
}

/// How many files a thread takes at once.
const FILES: usize = 16;

/// The objects at some places of a file. A text that is held as a whole may have any number of them.
fn read_places(file: FileId, content: Window<'_>, places: &[&Place]) -> Vec<Contents> {
    let of_one_document = |one: &&Place, other: &&Place| one.document.range == other.document.range;
    let documents: Vec<&[&Place]> = places.chunk_by(of_one_document).collect();
    let read = documents
        .par_chunks(DOCUMENTS)
        .map(|documents| read_documents(file, content, documents));
    read.collect()
}

/// Each of some documents with the objects in it that are wanted.
fn read_documents(file: FileId, content: Window<'_>, documents: &[&[&Place]]) -> Contents {
    let (mut room, mut contents) = (Room::default(), Contents::default());
    for same in documents {
        let document = &same[0].document;
        let Parsed { tree, defects } = room.parse(file, content, document);
        let Some(tree) = tree else {
            add_refused(file, content, document, defects, &mut contents);
            continue;
        };
        let objects = &mut contents.objects;
        let starts: HashSet<Option<u32>> = same.iter().map(|place| place.start).collect();
        let whole = tree.root();
        if starts.contains(&None) || starts.contains(&Some(whole.span().start)) {
            objects.read_config_map(whole, 0, content);
        }
        let items = whole
            .get("items")
            .into_iter()
            .flat_map(|items| items.value.items());
        for item in items.filter(|item| starts.contains(&Some(item.span().start))) {
            objects.read_config_map(item, 0, content);
        }
        room.reuse(tree);
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::super::relevance::plain_metadata;
    use super::*;
    use crate::model::config_map::ConfigMap;
    use crate::model::mention::Mention;
    use crate::yaml::{self, Sniff};

    /// A document with this text behind `data:`, where it passes for a ConfigMap unread: whether it may name a host
    /// then, and whether it does.
    fn judged(data: &str) -> Option<(bool, bool)> {
        let text = format!(
            "# from app.yaml\nkind: ConfigMap\nmetadata:\n  name: c\n  labels: {{a.b: c.d}}\ndata:{data}\n"
        );
        let document = yaml::split(text.as_bytes()).next()?;
        let is_told = yaml::sniff(text.as_bytes(), &document, |_| false) == Sniff::Kind("ConfigMap");
        let tree = yaml::parse(FileId(0), text.as_bytes(), &document).tree?;
        let bytes = &text.as_bytes()[document.range.clone()];
        let place = Place::of_document(FileId(0), &document, bytes, plain_metadata(bytes)?);
        let entries = ConfigMap::read(tree.root(), (&text).into()).entries;
        let mut mentions = entries.iter().flat_map(|entry| &entry.mentions);
        is_told.then(|| (place.may_mention, mentions.any(Mention::is_host_by_itself)))
    }

    #[test]
    fn hosts_are_suspected_in_every_style() {
        for data in [
            " {a: http://cart}",
            "\n  a: http://cart",
            "\n  a: 'cart:80'",
            "\n  a: \"x\\ncart.shop\"",
            "\n  a: \"cart\\x2eshop\"",
            "\n  a: \"cart\\\n    .shop\"",
            "\n  a: >-\n    export DB_HOST\n    =cart",
            "\n  DB_HOST: cart",
            "\n  \"DB_HOST\" : cart",
            "\n  ? DB_HOST\n  : cart",
            "\n  a: &a DB_HOST\n  *a : cart",
            "\n  a: !!binary aHR0cDovL2NhcnQ=",
            "\n  a: me:secret@db",
            "\n  a: |\n    # http://other\n    cart.shop",
            "\n  a: |\n    {\"url_url\": \"cart\"}",
        ] {
            assert_eq!(judged(data), Some((true, true)), "{data}");
        }
    }

    #[test]
    fn most_texts_are_proved_to_name_none() {
        for data in [
            "\n  app.properties: |\n    a.b.c=some text\n    a.b: 'x'\n  A_1: cart",
            "\n  dashboard.json: |-\n    {\n      \"a_1\": {\"title\": \"b\", \"h\": 3, \"expr\": \"sum(x{job=\\\"y\\\"}[5m])\"}\n    }",
            "\n  a: 10.0.0.1\n  b: \"1.2\"\n  c: \"12:30\"\n  d: >-\n    some text",
        ] {
            assert_eq!(judged(data), Some((false, false)), "{data}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]

        /// Whatever parses and names a host was suspected to.
        #[test]
        fn no_host_is_overlooked(
            data in "(\n  (k|DB_HOST|\"A_URL\"|a\\.b): ?(['\"]|[>|]-?\n   )?(cart|db\\.x|_HOST|://|80|[:=@.#&*! \"'/]|\n   |\\\\[nx\"/\\\\]|\\\\\n|2e|[$]){0,8}['\"]?){1,2}"
        ) {
            if let Some((may_mention, mentions)) = judged(&data) {
                proptest::prop_assert!(may_mention || !mentions, "{data}");
            }
        }
    }
}
