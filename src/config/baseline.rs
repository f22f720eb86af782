//! A baseline: the findings that existed when checking began, so that a gate can close for new ones.
//!
//! An entry holds what lasts of a finding: rule, object and detail, never a path or a line. JSON is read as
//! YAML, so that every entry has a place to point at once it is stale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Mistake;
use super::read::mistake_of;
use crate::source::FileId;
use crate::yaml::{self, Spanned};

/// What a baseline holds.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Baseline {
    /// The version of its shape.
    pub schema_version: Box<str>,
    /// The findings.
    #[serde(default)]
    pub findings: Vec<Spanned<BaselineEntry>>,
}

/// A baseline as it is written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WrittenBaseline {
    schema_version: &'static str,
    findings: Vec<BaselineEntry>,
}

impl WrittenBaseline {
    /// A baseline of some findings, in its own order.
    pub fn new(mut findings: Vec<BaselineEntry>) -> Self {
        findings.sort();
        WrittenBaseline {
            schema_version: Baseline::SCHEMA_VERSION,
            findings,
        }
    }
}

/// A finding as it lasts; two that are alike are two entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// The rule.
    pub rule: Box<str>,
    /// Kind, namespace and name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Box<str>>,
    /// What tells the finding from others of the same rule on the same object.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub detail: Box<str>,
    /// The contexts in which it holds, where those are not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Box<str>>,
}

impl Baseline {
    /// The version that is written and read.
    pub const SCHEMA_VERSION: &'static str = "1";

    /// Whether a file is a baseline, of this version or another.
    pub fn was_written(bytes: &[u8]) -> bool {
        let value: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
        value.is_ok_and(|value| value.get("schemaVersion").is_some() && value.get("findings").is_some())
    }

    /// Reads the text of a baseline.
    pub fn read(file: FileId, text: &str) -> Result<Baseline, Mistake> {
        let bytes = text.as_bytes();
        let start = crate::source::Span::new(file, 0, 0);
        let Some(document) = yaml::split(bytes).next() else {
            return Err(Mistake::new(start, "the baseline is empty"));
        };
        let parsed = yaml::parse(file, bytes, &document);
        let Some(tree) = parsed.tree else {
            let defect = parsed.defects.into_iter().next();
            return Err(defect.map_or_else(
                || Mistake::new(start, "the baseline is empty"),
                |defect| mistake_of(defect.kind, defect.span),
            ));
        };
        let baseline: Baseline = yaml::from_node(tree.root())?;
        if &*baseline.schema_version != Baseline::SCHEMA_VERSION {
            let message = format!(
                "the baseline has schemaVersion {}, and this version of peerauth reads {}",
                baseline.schema_version,
                Baseline::SCHEMA_VERSION
            );
            return Err(Mistake::new(start, message));
        }
        Ok(baseline)
    }
}
