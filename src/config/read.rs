//! From the text of a config to what it says, and to everything that is wrong with it.
//!
//! Each part is read on its own, so that one mistake hides no other one.

use serde::de::{Deserialize, Deserializer, Visitor};

use super::mesh::read_mesh;
use super::{Config, ContextPaths, Ignore, Level, Mistake, RuleLevel, version};
use crate::finding::Severity;
use crate::source::{FileId, Span};
use crate::yaml::{self, DefectKind, Entry, Node, Spanned, Value};

/// The keys of a config.
pub(super) const KEYS: &[&str] = &[
    "baseline",
    "contexts",
    "expect",
    "ignore",
    "mesh",
    "paths",
    "require-reasons",
    "required-version",
    "rules",
];

/// Reads the text of a config.
pub fn read(file: FileId, text: &str) -> (Config, Vec<Mistake>) {
    let mut reader = Reader {
        config: Config::default(),
        mistakes: Vec::new(),
    };
    reader.read_text(file, text);
    let mut mistakes = reader.mistakes;
    mistakes.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    (reader.config, mistakes)
}

struct Reader {
    config: Config,
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn read_text(&mut self, file: FileId, text: &str) {
        let bytes = text.as_bytes();
        let mut is_first = true;
        for document in yaml::split(bytes) {
            let parsed = yaml::parse(file, bytes, &document);
            let defects = parsed.defects.into_iter();
            self.mistakes
                .extend(defects.map(|defect| mistake_of(defect.kind, defect.span)));
            let Some(tree) = parsed.tree else { continue };
            let root = tree.root();
            if root.is_null() {
                continue;
            }
            if !is_first {
                let start = first_place(root);
                self.mistakes.push(Mistake::new(
                    start,
                    "a config is one document, and this is another one",
                ));
                return;
            }
            is_first = false;
            self.read_root(root);
        }
    }

    fn read_root(&mut self, root: Node<'_>) {
        if root.value() != Value::Map {
            let found = root.value().describe();
            let message = format!("expected a mapping, found {found}");
            self.mistakes.push(Mistake::new(root.span(), message));
            return;
        }
        // What another version would understand is no mistake of this one's reader.
        if let Some(entry) = root.get("required-version")
            && let Err(mistake) = version::check(entry.value)
        {
            self.mistakes = vec![mistake];
            return;
        }
        for entry in root.entries().filter(|entry| !entry.value.is_null()) {
            self.read_key(entry);
        }
    }

    fn read_key(&mut self, entry: Entry<'_>) {
        let node = entry.value;
        match entry.key {
            "baseline" => self.config.baseline = self.value(entry),
            "contexts" => self.config.contexts = self.entries(node, Self::context),
            "expect" => self.config.expect = self.items(node),
            "ignore" => {
                self.config.ignore = self.items(node);
                self.check_ignores();
            }
            "mesh" => self.config.mesh = read_mesh(node, &mut self.mistakes),
            "paths" => self.config.paths = self.value(entry).map(|paths| paths.value).unwrap_or_default(),
            "require-reasons" => self.config.require_reasons = self.value(entry),
            "required-version" => self.config.required_version = self.value(entry),
            "rules" => self.config.rules = self.entries(node, Self::rule),
            unknown => {
                let message = format!("no key is called `{unknown}` here");
                let mistake = Mistake::new(entry.key_span, message);
                self.mistakes.push(mistake.suggest(unknown, KEYS.iter().copied()));
            }
        }
    }

    fn value<'t, T: Deserialize<'t>>(&mut self, entry: Entry<'t>) -> Option<Spanned<T>> {
        let value = self.taken(yaml::from_node::<Spanned<T>>(entry.value))?;
        Some(Spanned {
            key: entry.key_span,
            ..value
        })
    }

    fn items<'t, T: Deserialize<'t>>(&mut self, node: Node<'t>) -> Vec<T> {
        if node.value() != Value::Seq {
            self.expected("a sequence", node);
        }
        let items = node.items().map(yaml::from_node);
        items.filter_map(|item| self.taken(item)).collect()
    }

    fn entries<'t, T>(
        &mut self,
        node: Node<'t>,
        read: impl Fn(&mut Self, Spanned<Box<str>>, Node<'t>) -> Option<T>,
    ) -> Vec<T> {
        if node.value() != Value::Map {
            self.expected("a mapping", node);
        }
        let mut entries = Vec::new();
        for entry in node.entries() {
            let name = Spanned {
                value: entry.key.into(),
                key: entry.key_span,
                span: entry.key_span,
            };
            entries.extend(read(self, name, entry.value));
        }
        entries
    }

    fn context(&mut self, name: Spanned<Box<str>>, node: Node<'_>) -> Option<ContextPaths> {
        let paths: Vec<Spanned<Box<str>>> = self.taken(yaml::from_node(node))?;
        if paths.is_empty() {
            let message = "the context has no path";
            self.mistakes.push(Mistake::new(node.span(), message));
        }
        Some(ContextPaths { name, paths })
    }

    fn rule(&mut self, rule: Spanned<Box<str>>, node: Node<'_>) -> Option<RuleLevel> {
        if node.is_null() {
            self.expected("`off`, `info`, `warning` or `error`", node);
            return None;
        }
        let level = self.taken(yaml::from_node(node))?;
        Some(RuleLevel { rule, level })
    }

    /// An ignore that names neither an object nor a path would be a rule that is off.
    fn check_ignores(&mut self) {
        let is_general = |ignore: &&Ignore| ignore.object.is_none() && ignore.paths.is_empty();
        for ignore in self.config.ignore.iter().filter(is_general) {
            let rule = &ignore.rule;
            let message = format!("nothing says where `{}` is ignored", rule.value);
            let help = format!(
                "add `object` or `paths`; for a rule that never runs, write `rules: {{{}: off}}`",
                rule.value
            );
            self.mistakes.push(Mistake::new(rule.span, message).help(help));
        }
    }

    fn expected(&mut self, expected: &str, node: Node<'_>) {
        let found = node.value().describe();
        let message = format!("expected {expected}, found {found}");
        self.mistakes.push(Mistake::new(node.span(), message));
    }

    fn taken<T>(&mut self, read: Result<T, yaml::Error>) -> Option<T> {
        read.map_err(|error| self.mistakes.push(error.into())).ok()
    }
}

fn first_place(root: Node<'_>) -> Span {
    root.entries().next().map_or(root.span(), |entry| entry.key_span)
}

pub(super) fn mistake_of(kind: DefectKind, span: Span) -> Mistake {
    match kind {
        DefectKind::Syntax(message) => Mistake::new(span, format!("this is no YAML: {message}")),
        DefectKind::DuplicateKey { key, .. } => {
            Mistake::new(span, format!("the key `{key}` stands here twice"))
        }
        DefectKind::DroppedDocument => Mistake::new(span, "the document ends before this"),
        DefectKind::Oversized(limit) => Mistake::new(
            span,
            format!("the document is larger than what is read ({})", limit.value()),
        ),
    }
}

const LEVELS: &[&str] = &["off", "info", "warning", "error"];

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

struct LevelVisitor;

impl Visitor<'_> for LevelVisitor {
    type Value = Level;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("`off`, `info`, `warning` or `error`")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Level, E> {
        match word {
            "off" => Ok(Level::Off),
            "info" => Ok(Level::At(Severity::Info)),
            "warning" => Ok(Level::At(Severity::Warning)),
            "error" => Ok(Level::At(Severity::Error)),
            _ => Err(E::unknown_variant(word, LEVELS)),
        }
    }

    /// YAML 1.1 takes `off` for a boolean.
    fn visit_bool<E: serde::de::Error>(self, on: bool) -> Result<Level, E> {
        if on {
            return Err(E::invalid_value(serde::de::Unexpected::Bool(on), &self));
        }
        Ok(Level::Off)
    }
}

impl schemars::JsonSchema for Level {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // Readers of YAML 1.1 see `false` where `off` stands.
        schemars::json_schema!({"enum": ["off", "info", "warning", "error", false]})
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Level::Off => f.pad("off"),
            Level::At(severity) => f.pad(severity.as_str()),
        }
    }
}
