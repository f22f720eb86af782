//! What every object has: identity, labels, age and origin.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::context::{ObjectPlace, Part, Variant};
use crate::id::{Kind, ObjectName};
use crate::source::{FileId, Span};
use crate::yaml::{Spanned, StringMap};

/// One object of a manifest with its typed `spec`.
#[derive(Debug)]
pub struct Object<T> {
    /// Identity, labels and origin.
    pub meta: Meta,
    /// The part that its kind defines.
    pub spec: T,
}

/// `metadata` and where the object stands.
#[derive(Debug)]
pub struct Meta {
    /// The kind.
    pub kind: Kind,
    /// `metadata.name`.
    pub name: Spanned<Box<str>>,
    /// `metadata.namespace`, if the manifest names one.
    pub namespace: Option<Spanned<Box<str>>>,
    /// `metadata.labels`.
    pub labels: StringMap,
    /// `metadata.annotations`.
    pub annotations: StringMap,
    /// `metadata.creationTimestamp`: in a cluster the older of two policies wins.
    pub created: Option<Timestamp>,
    /// The controller among `metadata.ownerReferences`.
    pub controller: Option<Owner>,
    /// The bytes of the whole object.
    pub span: Span,
    /// Which object of its file it is, in text order.
    pub ordinal: u32,
    /// What kustomizations made of it.
    pub variant: Variant,
}

impl Meta {
    /// The revision whose control plane alone reads the object, from the label `istio.io/rev`.
    pub fn revision(&self) -> Option<&str> {
        self.labels
            .get("istio.io/rev")
            .filter(|revision| !revision.is_empty())
    }

    /// Whether a control plane of that revision reads the object (`pkg/config/model.go` `LabelsInRevision`). Tags
    /// are not resolved.
    pub fn is_read_by(&self, revision: &str) -> bool {
        self.revision().is_none_or(|own| own == revision)
    }

    /// The file in which the object stands.
    pub fn file(&self) -> FileId {
        self.span.file
    }

    /// The part of the tree that the object belongs to.
    pub fn part(&self) -> Part {
        Part {
            file: self.file(),
            variant: self.variant,
        }
    }

    /// Which object it is among all that were read.
    pub fn place(&self) -> ObjectPlace {
        (self.part(), self.ordinal)
    }

    /// Kind, namespace and name.
    pub fn object_name(&self) -> ObjectName {
        ObjectName {
            kind: self.kind,
            namespace: self.namespace_name().map(Box::from),
            name: self.name.value.clone(),
        }
    }

    /// The namespace as text.
    pub fn namespace_name(&self) -> Option<&str> {
        self.namespace.as_ref().map(|namespace| &*namespace.value)
    }

    /// `namespace/name`, or the name alone.
    pub fn qualified_name(&self) -> String {
        match self.namespace_name() {
            Some(namespace) => format!("{namespace}/{}", self.name.value),
            None => self.name.value.to_string(),
        }
    }
}

/// The object that made this one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Owner {
    /// Its kind, known to this program or not.
    pub kind: Box<str>,
    /// Its name, in the same namespace.
    pub name: Box<str>,
    /// Whether it is the managing controller.
    #[serde(default)]
    pub controller: bool,
}

/// `metadata` as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawMetadata {
    /// Absent in templates and where `generateName` stands.
    pub name: Option<Spanned<Box<str>>>,
    /// What the API server completes to a name.
    pub generate_name: Option<Spanned<Box<str>>>,
    /// Absent for cluster-wide kinds.
    pub namespace: Option<Spanned<Box<str>>>,
    /// Labels.
    #[serde(default)]
    pub labels: StringMap,
    /// Annotations.
    #[serde(default)]
    pub annotations: StringMap,
    /// RFC 3339; anything else counts as absent.
    pub creation_timestamp: Option<Box<str>>,
    /// Owners.
    #[serde(default)]
    pub owner_references: Vec<Owner>,
}

impl RawMetadata {
    /// The metadata of an object of `kind` at `span`; `None` without any name.
    pub fn into_meta(self, kind: Kind, span: Span, ordinal: u32) -> Option<Meta> {
        Some(Meta {
            kind,
            name: self.name.or(self.generate_name)?,
            namespace: self.namespace.filter(|namespace| !namespace.value.is_empty()),
            labels: self.labels,
            annotations: self.annotations,
            created: self.creation_timestamp.and_then(|text| text.parse().ok()),
            controller: self.owner_references.into_iter().find(|owner| owner.controller),
            span,
            ordinal,
            variant: Variant::default(),
        })
    }
}

/// A selector by labels: `matchLabels` of Istio's kinds (they know no expressions).
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(from = "RawLabelSelector")]
pub struct LabelSelector {
    /// Every entry must be among the labels; none matches everything.
    pub match_labels: StringMap,
    /// The first null in the place of a label's value. The API server drops such a label.
    pub null: Option<Span>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLabelSelector {
    #[serde(default)]
    match_labels: StringMap,
}

impl From<RawLabelSelector> for LabelSelector {
    fn from(raw: RawLabelSelector) -> Self {
        let mut nulls = raw.match_labels.iter().filter(|entry| entry.is_null);
        LabelSelector {
            null: nulls.next().map(|entry| entry.value_span),
            match_labels: raw.match_labels.without_nulls(),
        }
    }
}

/// Labels of a custom resource, from which the API server drops nulls.
pub(super) fn labels_without_nulls<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<StringMap, D::Error> {
    StringMap::deserialize(deserializer).map(StringMap::without_nulls)
}
