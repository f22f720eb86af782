//! `.peerauth.yaml`: what a team decided, once, beside its manifests.
//!
//! It is read with places for every key, so that a mistake in it is shown where it stands, and so that what
//! it decides can be pointed at. Nothing in it is ever ignored silently: an unknown key ends the run.

mod baseline;
mod discover;
mod mesh;
mod mistake;
mod read;
mod version;
mod words;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::Severity;
use crate::model::peer_authentication::Mode;
use crate::yaml::Spanned;

pub use baseline::{Baseline, BaselineEntry, WrittenBaseline};
pub use discover::{FILE_NAME, Located, locate, repository_root};
pub use mesh::{MeshEntry, MeshValue, OPERATORS};
pub use mistake::Mistake;
pub use read::read;
pub use words::{Day, Glob, ObjectRef, Port};

/// What a config says.
#[derive(Debug, Default, JsonSchema)]
#[schemars(
    default,
    rename_all = "kebab-case",
    deny_unknown_fields,
    title = "The config of peerauth, .peerauth.yaml"
)]
pub struct Config {
    /// The version of peerauth that the config is written for: a requirement as Cargo knows it, such as
    /// `>=0.1, <0.3`.
    pub required_version: Option<Spanned<Box<str>>>,
    /// Settings of the mesh by Istio's own names. They beat the mesh config among the manifests.
    #[schemars(with = "Option<serde_json::Value>")]
    pub mesh: Vec<MeshEntry>,
    /// What is read of the directories that are named.
    pub paths: Paths,
    /// The target clusters: a name, and the paths whose objects are its own.
    #[schemars(with = "std::collections::BTreeMap<String, Vec<String>>")]
    pub contexts: Vec<ContextPaths>,
    /// The levels of rules.
    #[schemars(with = "std::collections::BTreeMap<String, Level>")]
    pub rules: Vec<RuleLevel>,
    /// Findings that somebody decided to live with.
    pub ignore: Vec<Ignore>,
    /// Whether a suppression without a reason suppresses nothing.
    pub require_reasons: Option<Spanned<bool>>,
    /// The file with the findings that existed when checking began; see `check --write-baseline`.
    pub baseline: Option<Spanned<Box<str>>>,
    /// The modes that have to be in force.
    pub expect: Vec<Expectation>,
}

impl Config {
    /// Whether a suppression without a reason suppresses nothing.
    pub fn demands_reasons(&self) -> bool {
        self.require_reasons.as_ref().is_some_and(|demands| demands.value)
    }
}

/// What is read of the directories that are named. Globs are relative to the config; one without a slash
/// holds at any depth, and one that matches a directory holds for all that is in it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// If there are any, only what one of these matches.
    #[serde(default)]
    pub include: Vec<Spanned<Glob>>,
    /// Nothing that one of these matches.
    #[serde(default)]
    pub exclude: Vec<Spanned<Glob>>,
}

/// One target cluster.
#[derive(Debug)]
pub struct ContextPaths {
    /// Its name.
    pub name: Spanned<Box<str>>,
    /// The paths whose objects are its own, relative to the config.
    pub paths: Vec<Spanned<Box<str>>>,
}

/// A rule and its level.
#[derive(Debug)]
pub struct RuleLevel {
    /// The id.
    pub rule: Spanned<Box<str>>,
    /// The level of its findings.
    pub level: Level,
}

/// What a run does with a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It does not run.
    Off,
    /// It runs, and each of its findings has this severity.
    At(Severity),
}

/// Findings that somebody decided to live with: those of a rule on an object, in some files, or both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// The rule.
    pub rule: Spanned<Box<str>>,
    /// The object: [KIND/]NAME[.NAMESPACE].
    pub object: Option<Spanned<ObjectRef>>,
    /// Globs of files, relative to the config.
    #[serde(default)]
    pub paths: Vec<Spanned<Glob>>,
    /// Why.
    pub reason: Option<Spanned<Box<str>>>,
    /// The last day on which it holds.
    pub expires: Option<Spanned<Day>>,
}

/// A mode that has to be in force on every port of some workloads.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Globs of namespaces; none means every namespace.
    #[serde(default)]
    pub namespaces: Vec<Spanned<Glob>>,
    /// The labels of the workloads' pods; none means every workload.
    #[serde(default)]
    pub selector: Selector,
    /// The workloads' ports; none means every port.
    #[serde(default)]
    pub ports: Vec<Spanned<Port>>,
    /// The mode.
    pub mode: Spanned<ExpectedMode>,
    /// What need not meet it.
    #[serde(default)]
    pub except: Vec<Spanned<Exception>>,
}

/// Labels that all must be there.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Selector {
    /// Each label with its value.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub match_labels: crate::yaml::StringMap,
}

/// A mode that can be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(inline)]
pub enum ExpectedMode {
    /// Mutual TLS only.
    Strict,
    /// Plaintext and mutual TLS.
    Permissive,
    /// Plaintext only.
    Disable,
}

impl ExpectedMode {
    /// The mode.
    pub fn mode(self) -> Mode {
        match self {
            ExpectedMode::Strict => Mode::Strict,
            ExpectedMode::Permissive => Mode::Permissive,
            ExpectedMode::Disable => Mode::Disable,
        }
    }
}

/// What need not meet an expectation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The workload, or the policy that makes the exception: [KIND/]NAME[.NAMESPACE].
    pub object: Spanned<ObjectRef>,
    /// The workload's ports; none means every port.
    #[serde(default)]
    pub ports: Vec<Spanned<Port>>,
    /// Why.
    pub reason: Option<Spanned<Box<str>>>,
    /// Who answers for it.
    pub owner: Option<Spanned<Box<str>>>,
    /// The last day on which it holds.
    pub expires: Option<Spanned<Day>>,
}
