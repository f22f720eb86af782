//! From the text of one file to objects, and to what is wrong with it.
//!
//! What is said about a text depends on what it is: a mistake in a file that is no manifest, or in an
//! object that decides nothing here, is somebody else's business and is left out.

use std::ops::Range;

use memchr::memmem;
use rayon::prelude::*;

use super::config_maps::Place;
use super::kustomize::Role;
use super::relevance::{
    ISTIO, declares_object, holds_template_action, is_blank, may_hold_mesh_config, may_hold_webhook,
    may_install_istiod, may_name_kind, plain_metadata,
};
use super::remark::{self, ANNOTATION, speak_to_us};
use super::template::is_stopped_by_action;
use super::{Contents, FlawedObject, SkipReason, Skipped, UnreadObject};
use crate::id::Kind;
use crate::model::Objects;
use crate::model::objects::Refusal;
use crate::model::prometheus_rule::may_watch_mesh;
use crate::model::schema::{Review, UnknownField};
use crate::source::{FileId, SEGMENT, Span, Window};
use crate::yaml::{self, Defect, DefectKind, Node, Parsed, RawDocument, Room, Sniff, StringMap, Value};

/// What is known of the text of a file beforehand, and of what was read of it.
pub(super) struct Text<'b> {
    pub(super) file: FileId,
    /// Whether the file is one of a Helm chart's templates.
    pub(super) is_chart_template: bool,
    /// Whether documents are parsed although they can be proved irrelevant.
    pub(super) parse_all: bool,
    /// What is read of it.
    pub(super) role: &'b Role,
    /// How many objects were met so far, whatever their kind.
    pub(super) objects: u32,
}

impl Text<'static> {
    /// A text of which nothing is known.
    pub(super) fn unknown(file: FileId) -> Self {
        Text {
            file,
            is_chart_template: false,
            parse_all: false,
            role: &Role::Plain,
            objects: 0,
        }
    }
}

/// Texts that are longer are read by several threads.
pub(super) const LONG: usize = 2 * SEGMENT;

/// How many documents of a file a thread takes at once.
pub(super) const DOCUMENTS: usize = 64;

/// Reads every document of a text, or of a segment of a long one, and adds what they hold to the last of some `runs` of
/// documents, or as further ones. The `documents` need not be told.
pub(super) fn read_text(
    text: &mut Text<'_>,
    content: Window<'_>,
    documents: Option<Vec<RawDocument>>,
    room: &mut Room,
    runs: &mut Vec<Contents>,
) {
    if runs.is_empty() {
        runs.push(Contents::default());
    }
    let further = runs
        .last_mut()
        .map(|last| read_into(text, content, documents, room, last));
    runs.extend(further.into_iter().flatten());
}

/// Reads a text into `contents`; what is left is what the documents of a long one hold.
fn read_into(
    text: &mut Text<'_>,
    content: Window<'_>,
    documents: Option<Vec<RawDocument>>,
    room: &mut Room,
    contents: &mut Contents,
) -> Vec<Contents> {
    let bytes = content.bytes();
    let speaks_to_us = remark::speaks_to_us(bytes);
    let has_annotations = speaks_to_us && memmem::find(bytes, ANNOTATION.as_bytes()).is_some();
    let mut reader = Reader::new(text, content, has_annotations, room, contents);
    reader.objects = text.objects;
    reader.contents.counts.files += usize::from(content.range().start == 0);
    match text.role {
        Role::Plain | Role::Included(_) => {}
        Role::Unlisted => {
            reader.pass_over_unlisted();
            return Vec::new();
        }
        Role::Instruction => return Vec::new(),
    }
    if text.is_chart_template && holds_template_action(bytes) {
        reader.skip(None, SkipReason::HelmTemplate);
        return Vec::new();
    }
    if speaks_to_us {
        let mut remarks = remark::find(text.file, content);
        reader.contents.remarks.append(&mut remarks);
    }
    if documents.is_none()
        && let Some((document, sniff)) = yaml::sniff_only(content, is_always_parsed)
    {
        reader.read(&document, || sniff);
    } else {
        let documents = documents.unwrap_or_else(|| yaml::split(content).collect());
        if bytes.len() > LONG {
            return read_in_parallel(text, content, &documents, has_annotations);
        }
        reader.read_all(&documents);
    }
    text.objects = reader.objects;
    Vec::new()
}

/// Reads the documents of a long text by several threads.
fn read_in_parallel(
    text: &mut Text<'_>,
    content: Window<'_>,
    documents: &[RawDocument],
    has_annotations: bool,
) -> Vec<Contents> {
    let read = documents.par_chunks(DOCUMENTS).map(|documents| {
        let (mut room, mut contents) = (Room::default(), Contents::default());
        let mut reader = Reader::new(text, content, has_annotations, &mut room, &mut contents);
        reader.read_all(documents);
        (reader.objects, contents)
    });
    let read: Vec<(u32, Contents)> = read.collect();
    let in_order = read.into_iter().map(|(objects, contents)| {
        let contents = contents.behind(text.objects);
        text.objects += objects;
        contents
    });
    in_order.collect()
}

/// Adds what is to be said of a document that was left for later and turned out to have no tree.
pub(super) fn add_refused(
    file: FileId,
    content: Window<'_>,
    document: &RawDocument,
    defects: Vec<Defect>,
    contents: &mut Contents,
) {
    let text = Text::unknown(file);
    Reader::new(&text, content, false, &mut Room::default(), contents).refuse(defects, document);
}

struct Reader<'b, 'c> {
    file: FileId,
    content: Window<'b>,
    parse_all: bool,
    role: &'b Role,
    /// Whether some object may ask for findings to be ignored.
    has_annotations: bool,
    /// How many objects were met so far, whatever their kind.
    objects: u32,
    room: &'c mut Room,
    contents: &'c mut Contents,
}

impl<'b, 'c> Reader<'b, 'c> {
    fn new(
        text: &Text<'b>,
        content: Window<'b>,
        has_annotations: bool,
        room: &'c mut Room,
        contents: &'c mut Contents,
    ) -> Self {
        Reader {
            file: text.file,
            content,
            parse_all: text.parse_all,
            role: text.role,
            has_annotations,
            objects: 0,
            room,
            contents,
        }
    }

    fn read_all(&mut self, documents: &[RawDocument]) {
        let content = self.content;
        for document in documents {
            self.read(document, || yaml::sniff(content, document, is_always_parsed));
        }
    }

    fn read<'d>(&mut self, document: &RawDocument, sniff: impl FnOnce() -> Sniff<'d>) {
        if document.bad_separator.is_none() && is_blank(self.bytes(document)) {
            return;
        }
        self.contents.counts.documents += 1;
        if !self.parse_all && !self.is_annotated(document) && self.is_passed_over(document, sniff()) {
            return;
        }
        let Parsed { tree, defects } = self.room.parse(self.file, self.content, document);
        match tree {
            Some(tree) => {
                self.read_tree(tree.root(), defects, document);
                self.room.reuse(tree);
            }
            None => self.refuse(defects, document),
        }
    }

    fn bytes(&self, document: &RawDocument) -> &'b [u8] {
        self.content.get(document.range.clone())
    }

    /// Whether an object of the document may ask for findings to be ignored.
    fn is_annotated(&self, document: &RawDocument) -> bool {
        self.has_annotations && memmem::find(self.bytes(document), ANNOTATION.as_bytes()).is_some()
    }

    /// Whether the document is proved to hold nothing that is read; it is counted then.
    fn is_passed_over(&mut self, document: &RawDocument, sniff: Sniff<'_>) -> bool {
        let sniff = match sniff {
            Sniff::Unproved if self.has_no_kind(document) => Sniff::NoKind,
            sniff => sniff,
        };
        match sniff {
            Sniff::Unproved | Sniff::Wanted => return false,
            Sniff::Kind(kind) => match Kind::parse(kind) {
                Some(Kind::ConfigMap) => return self.notes_config_map(document),
                Some(kind) if may_matter(kind, self.bytes(document)) => return false,
                _ => self.pass_over_kind(),
            },
            Sniff::NoKind if !declares_object(self.bytes(document)) => {
                self.skip(Some(self.span(document)), SkipReason::NotAManifest);
            }
            Sniff::NoKind => self.pass_over_kind(),
        }
        true
    }

    /// Whether a ConfigMap can be told from others unread, and holds no settings of the mesh: it is counted and noted then.
    fn notes_config_map(&mut self, document: &RawDocument) -> bool {
        let bytes = self.bytes(document);
        let Some(metadata) = plain_metadata(bytes) else {
            return false;
        };
        if metadata.name.starts_with(ISTIO) && may_hold_mesh_config(bytes) {
            return false;
        }
        let place = Place::of_document(self.file, document, bytes, metadata);
        self.contents.config_maps.push(place);
        self.pass_over_kind();
        true
    }

    /// Whether a document that may be anything is proved to have no kind.
    fn has_no_kind(&self, document: &RawDocument) -> bool {
        let bytes = self.bytes(document);
        document.bad_separator.is_none() && !may_name_kind(bytes) && !holds_template_action(bytes)
    }

    /// Counts an object of a kind that is not read; what it wants ignored is noted, lest somebody relies on it.
    fn pass_over_object(&mut self, root: Node<'_>) {
        self.pass_over_kind();
        if !self.has_annotations || is_templated(root) {
            return;
        }
        let annotations = annotations(root);
        if speak_to_us(&annotations) {
            let span = root.span();
            self.contents.unread.push(UnreadObject { annotations, span });
        }
    }

    fn pass_over_kind(&mut self) {
        self.objects += 1;
        self.contents.counts.other_kinds += 1;
    }

    fn skip(&mut self, span: Option<Span>, reason: SkipReason) {
        let file = self.file;
        self.contents.skipped.push(Skipped { file, span, reason });
    }

    fn span(&self, document: &RawDocument) -> Span {
        Span::new(self.file, document.range.start as u32, document.range.end as u32)
    }

    /// A document without a tree: empty, or the last of its defects says why there is none.
    fn refuse(&mut self, mut defects: Vec<Defect>, document: &RawDocument) {
        let Some(refusal) = defects.pop() else {
            return;
        };
        let is_manifest = self.was_meant_as_manifest(document);
        // As if it were passed over by its kind.
        self.objects += u32::from(is_manifest);
        if self.is_template(&refusal, document) {
            self.skip(Some(self.span(document)), SkipReason::HelmTemplate);
        } else if is_manifest {
            self.contents.defects.push(refusal);
        } else {
            self.skip(Some(self.span(document)), SkipReason::NotAManifest);
        }
    }

    fn is_template(&self, refusal: &Defect, document: &RawDocument) -> bool {
        let error = (refusal.span.start as usize).saturating_sub(document.range.start);
        matches!(refusal.kind, DefectKind::Syntax(_)) && is_stopped_by_action(self.bytes(document), error)
    }

    /// Behind a bad separator the manifest may be on either side of it.
    fn was_meant_as_manifest(&self, document: &RawDocument) -> bool {
        let end = self.content.range().end;
        let behind = |line: &Range<usize>| self.content.get(line.end..end);
        let behind = document.bad_separator.as_ref().map(behind);
        declares_object(self.bytes(document)) || behind.is_some_and(declares_object)
    }

    fn read_tree(&mut self, root: Node<'_>, defects: Vec<Defect>, document: &RawDocument) {
        let mut read = Extent::default();
        if root.get("apiVersion").is_none() && root.get("kind").is_none() {
            self.skip(Some(self.span(document)), SkipReason::NotAManifest);
        } else if is_list(root) {
            self.read_list(root, document, &mut read);
        } else if self.read_object(root, document, None) {
            read.include(root.span());
        }
        let document_end = document.range.end;
        let content = self.content;
        let matters = |defect: &Defect| match defect.kind {
            DefectKind::DroppedDocument => {
                declares_object(content.get(defect.span.start as usize..document_end))
            }
            _ => read.covers(defect.span),
        };
        self.contents.defects.extend(defects.into_iter().filter(matters));
    }

    fn read_list(&mut self, list: Node<'_>, document: &RawDocument, read: &mut Extent) {
        read.include(list.span());
        let items = list
            .get("items")
            .into_iter()
            .flat_map(|items| items.value.items());
        for item in items {
            if !self.read_object(item, document, Some(list)) {
                read.exclude(item.span());
            }
        }
    }

    /// Whether the object, an item of `list` or a document, is of a kind that is read.
    fn read_object(&mut self, root: Node<'_>, document: &RawDocument, list: Option<Node<'_>>) -> bool {
        let kind = declared_kind(root, list);
        if kind == Some(Kind::ConfigMap)
            && let Some(name) = metadata(root, "name")
        {
            let place = Place::of_object(self.file, document, root, name);
            self.contents.config_maps.push(place);
        }
        let span = root.span();
        let bytes = self.content.at(span);
        let Some(kind) = kind.filter(|&kind| may_matter(kind, bytes)) else {
            self.pass_over_object(root);
            return false;
        };
        if is_templated(root) {
            self.skip(Some(root.span()), SkipReason::HelmTemplate);
            return false;
        }
        if is_encrypted(root) {
            self.skip(Some(root.span()), SkipReason::Encrypted);
            return false;
        }
        let result = self.take(root, list);
        if matches!(result, Err(Refusal::OtherKind)) {
            self.pass_over_object(root);
            return false;
        }
        self.objects += 1;
        match result {
            Err(Refusal::Unresolved(span)) => self.skip(Some(span), SkipReason::Unresolved),
            Err(Refusal::Invalid(review)) => self.note_flaws(kind, root, review),
            Ok(unknown) if !unknown.is_empty() => self.note_flaws(
                kind,
                root,
                Review {
                    unknown,
                    ..Review::default()
                },
            ),
            Ok(_) | Err(Refusal::OtherKind) => {}
        }
        true
    }

    /// Adds the object, once for each way in which kustomizations use it.
    fn take(&mut self, root: Node<'_>, list: Option<Node<'_>>) -> Result<Vec<UnknownField>, Refusal> {
        let ordinal = self.objects;
        let content = self.content;
        let read = |objects: &mut Objects| match list {
            Some(list) => objects.read_item(root, list, ordinal, content),
            None => objects.read(root, ordinal, content),
        };
        let Role::Included(transforms) = self.role else {
            return read(&mut self.contents.objects);
        };
        let mut unknown = Vec::new();
        for transform in transforms {
            let mut objects = Objects::default();
            unknown = read(&mut objects)?;
            transform.apply(&mut objects);
            self.contents.objects.append(objects);
        }
        Ok(unknown)
    }

    /// Manifests are counted; values and the like are no loss.
    fn pass_over_unlisted(&mut self) {
        let mut documents = yaml::split(self.content);
        if documents.any(|document| declares_object(self.bytes(&document))) {
            self.skip(None, SkipReason::Unlisted);
        }
    }

    fn note_flaws(&mut self, kind: Kind, root: Node<'_>, review: Review) {
        // Further lines are those of a mapping, in which the action may have nothing to do with the fault.
        let is_templated = |span: Span| {
            let value = self.content.at(span);
            holds_template_action(value) && !value.contains(&b'\n')
        };
        let mut faults = review.faults.iter().map(|fault| fault.span);
        if let Some(span) = faults.find(|&span| is_templated(span)) {
            self.skip(Some(span), SkipReason::HelmTemplate);
            return;
        }
        self.contents.flawed.push(FlawedObject {
            annotations: annotations(root),
            kind,
            namespace: metadata(root, "namespace").map(Box::from),
            name: metadata(root, "name").map(Box::from),
            is_named: says_name(root),
            span: root.span(),
            review,
        });
    }
}

/// Whether documents that begin as an object of that kind are parsed whatever else they say; a list may hold anything.
fn is_always_parsed(kind: &str) -> bool {
    kind.ends_with("List") || Kind::parse(kind).is_some_and(|kind| judge_of(kind).is_none())
}

/// Whether an object of a kind may hold what is read, as far as its bytes tell.
fn may_matter(kind: Kind, object: &[u8]) -> bool {
    judge_of(kind).is_none_or(|may_matter| may_matter(object))
}

/// What tells of the bytes of an object whether it may hold what is read, where few of its kind do.
fn judge_of(kind: Kind) -> Option<fn(&[u8]) -> bool> {
    match kind {
        Kind::ConfigMap => Some(may_hold_mesh_config),
        Kind::CustomResourceDefinition => Some(may_hold_webhook),
        Kind::PrometheusRule => Some(may_watch_mesh),
        Kind::Application | Kind::HelmRelease => Some(may_install_istiod),
        _ => None,
    }
}

/// A list is a `List`, or any `…List` with items: `kubectl get -o yaml` writes both.
fn is_list(root: Node<'_>) -> bool {
    let items = root.get("items").map(|items| items.value.value());
    let kind = text_of(root, "kind").unwrap_or_default();
    kind == "List" || kind.ends_with("List") && items == Some(Value::Seq)
}

/// The kind that an object names, or else the list that it is in; it may be of another API group.
fn declared_kind(root: Node<'_>, list: Option<Node<'_>>) -> Option<Kind> {
    let named = text_of(root, "kind");
    let listed = || text_of(list?, "kind")?.strip_suffix("List");
    Kind::parse(named.or_else(listed)?)
}

/// SOPS leaves its own key beside those of the object.
fn is_encrypted(root: Node<'_>) -> bool {
    root.get("sops")
        .is_some_and(|sops| sops.value.get("mac").is_some())
}

/// A template can be good YAML when its actions stand in quotes.
fn is_templated(root: Node<'_>) -> bool {
    ["name", "namespace"]
        .into_iter()
        .filter_map(|key| metadata(root, key))
        .any(|value| holds_template_action(value.as_bytes()))
}

/// `metadata.annotations`, as far as they can be read.
fn annotations(root: Node<'_>) -> StringMap {
    let metadata = root.get("metadata");
    let annotations = metadata.and_then(|metadata| metadata.value.get("annotations"));
    annotations
        .and_then(|annotations| yaml::from_node(annotations.value).ok())
        .unwrap_or_default()
}

fn metadata<'t>(root: Node<'t>, key: &str) -> Option<&'t str> {
    text_of(root.get("metadata")?.value, key)
}

/// Whether `metadata.name` says anything, be it of the wrong type.
fn says_name(root: Node<'_>) -> bool {
    let name = root
        .get("metadata")
        .and_then(|metadata| metadata.value.get("name"));
    name.is_some_and(|name| !matches!(name.value.value(), Value::Null | Value::Str("")))
}

fn text_of<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.get(key)?.value.as_str()
}

/// The parts of a document that hold what is read.
#[derive(Default)]
struct Extent {
    included: Option<Span>,
    excluded: Vec<Span>,
}

impl Extent {
    fn include(&mut self, span: Span) {
        self.included = Some(span);
    }

    fn exclude(&mut self, span: Span) {
        self.excluded.push(span);
    }

    fn covers(&self, span: Span) -> bool {
        let holds = |outer: &Span| outer.start <= span.start && span.end <= outer.end;
        self.included.as_ref().is_some_and(holds) && !self.excluded.iter().any(holds)
    }
}
