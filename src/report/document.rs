//! What every machine-readable answer about workloads has around its rows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::json::skip_reason;
use super::place::Places;
use crate::load::Skipped;
use crate::mesh::Settings;
use crate::mesh::settings::{ISTIO_VERSION, Origin};

/// The version of the shape of machine output. Within a version it only grows.
pub const SCHEMA_VERSION: &str = "1";

/// An answer for machines.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document<'a, R> {
    /// The version of this shape.
    pub schema_version: &'static str,
    /// The version of Istio whose behaviour is shown.
    pub istio: &'static str,
    /// The settings in force; of several contexts, those of the first.
    pub mesh: MeshView,
    /// The settings of each context, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<ContextView<'a>>,
    /// What was asked about, where something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The rows.
    pub rows: R,
    /// What was not read.
    pub skipped: Vec<SkippedView>,
}

/// The settings of a context.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContextView<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// Its settings.
    pub mesh: MeshView,
}

/// Settings by name.
pub type MeshView = BTreeMap<String, SettingView>;

/// A setting and where it comes from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SettingView {
    /// The value in force.
    pub value: Value,
    /// `default`, `flag`, or the place in a manifest or the config.
    pub from: String,
}

/// Something that was not read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SkippedView {
    /// The path of its file.
    pub file: String,
    /// The line of the part that was not read; `None` where that is all of the file.
    pub line: Option<u32>,
    /// Why, as a word.
    pub reason: &'static str,
}

impl<'a, R> Document<'a, R> {
    /// The document around the rows of these contexts, each with its name and settings.
    pub fn new<'m>(
        contexts: impl Iterator<Item = (Option<&'a str>, &'m Settings)>,
        rows: R,
        skipped: &[Skipped],
        places: &Places<'_>,
    ) -> Self {
        let mut contexts: Vec<ContextView<'a>> = contexts
            .map(|(name, settings)| ContextView {
                name,
                mesh: mesh_view(settings, places),
            })
            .collect();
        let mesh = match &mut contexts[..] {
            [] => MeshView::new(),
            [only] => std::mem::take(&mut only.mesh),
            [first, ..] => first.mesh.clone(),
        };
        if contexts.len() == 1 {
            contexts.clear();
        }
        Document {
            schema_version: SCHEMA_VERSION,
            istio: ISTIO_VERSION,
            mesh,
            contexts,
            target: None,
            rows,
            skipped: skipped
                .iter()
                .map(|skipped| skipped_view(skipped, places))
                .collect(),
        }
    }
}

fn mesh_view(settings: &Settings, places: &Places<'_>) -> MeshView {
    settings
        .shown()
        .map(|(name, value, from)| {
            let from = origin(from, places);
            (name, SettingView { value, from })
        })
        .collect()
}

/// Where a setting comes from: `default`, `flag`, or a place.
pub fn origin(origin: Origin, places: &Places<'_>) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Flag => "flag".to_owned(),
        Origin::Manifest(span) | Origin::Config(span) => places.of(span).to_string(),
    }
}

fn skipped_view(skipped: &Skipped, places: &Places<'_>) -> SkippedView {
    SkippedView {
        file: places.path(skipped.file),
        line: skipped.span.and_then(|span| places.of(span).line),
        reason: skip_reason(skipped.reason),
    }
}
