//! Every key of the config has an effect: a case for each one that the schema knows.
//!
//! A case is a file `testdata/config/effects/<key>.yaml`: a command line, a config and a tiny tree. The
//! command runs with the key and without it, or with another value where a config must have the key
//! (`#: instead:`). Beside it `<key>.out` has the lines that only one of both wrote: `-` without, `+` with;
//! `UPDATE=1` writes it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use common::command::{Tree, command};
use serde_json::Value;
use serde_yaml::Value as Yaml;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/config/effects");
    common::files(&folder, "yaml")
}

/// The key that a case is about.
fn key_of(case: &Path) -> &str {
    case.file_stem().unwrap().to_str().unwrap()
}

/// The keys that hold values of their own, with dots; sequences are not told apart from their items.
fn leaves(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(schema, schema, "", &mut found);
    found
}

fn collect(root: &Value, node: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = node["$ref"].as_str() {
        let definition = root.pointer(name.trim_start_matches('#')).unwrap();
        return collect(root, definition, path, found);
    }
    let inner = node.get("items").into_iter();
    let inner = inner.chain(node["anyOf"].as_array().into_iter().flatten());
    let properties: Vec<_> = node["properties"].as_object().into_iter().flatten().collect();
    let is_nested = ["anyOf", "items"].iter().any(|key| !node[key].is_null());
    if properties.is_empty() && !is_nested {
        found.insert(path.to_owned());
    }
    for node in inner {
        collect(root, node, path, found);
    }
    for (name, node) in properties {
        let dot = if path.is_empty() { "" } else { "." };
        collect(root, node, &format!("{path}{dot}{name}"), found);
    }
}

#[test]
fn every_key_has_a_case() {
    let schema = command(&["schema", "config"], "", Path::new("/nowhere")).json();
    let cases = cases();
    let tried: BTreeSet<String> = cases.iter().map(|case| key_of(case).to_owned()).collect();
    let known = leaves(&schema);
    assert!(known.len() > 40, "{known:?}");
    let untried: Vec<_> = known.difference(&tried).collect();
    assert!(untried.is_empty(), "without a case: {untried:?}");
    let unknown: Vec<_> = tried.difference(&known).collect();
    assert!(unknown.is_empty(), "not in the schema: {unknown:?}");
}

/// Removes a key wherever it stands, or gives it another value; whether it stood there.
fn change(node: &mut Yaml, path: &str, instead: Option<&Yaml>) -> bool {
    if let Some(items) = node.as_sequence_mut() {
        let changed = items
            .iter_mut()
            .filter_map(|item| change(item, path, instead).then_some(()));
        return changed.count() > 0;
    }
    let Some(mapping) = node.as_mapping_mut() else {
        return false;
    };
    if mapping.contains_key(path) {
        match instead {
            Some(value) => drop(mapping.insert(path.into(), value.clone())),
            None => drop(mapping.remove(path)),
        }
        return true;
    }
    let Some((first, rest)) = path.split_once('.') else {
        return false;
    };
    mapping
        .get_mut(first)
        .is_some_and(|node| change(node, rest, instead))
}

/// A case as it is written.
struct Case {
    args: Vec<String>,
    instead: Option<Yaml>,
    config: Yaml,
    /// Names and texts.
    files: Vec<(String, String)>,
}

impl Case {
    fn read(text: &str) -> Case {
        let mut case = Case {
            args: Vec::new(),
            instead: None,
            config: Yaml::Null,
            files: Vec::new(),
        };
        let sections = text.strip_prefix("#: ").unwrap().split("\n#: ");
        for section in sections {
            let (head, body) = section.split_once('\n').unwrap_or((section, ""));
            if let Some(args) = head.strip_prefix("peerauth ") {
                case.args = args.split_whitespace().map(str::to_owned).collect();
            } else if let Some(value) = head.strip_prefix("instead: ") {
                case.instead = Some(serde_yaml::from_str(value).unwrap());
            } else if head == ".peerauth.yaml" {
                case.config = serde_yaml::from_str(body).unwrap();
            } else {
                case.files.push((head.to_owned(), format!("{body}\n")));
            }
        }
        case
    }

    /// Everything that the command writes, and how it ends. Where in the config something stands is left
    /// out: that differs whatever a key does.
    fn run(&self, config: &Yaml) -> String {
        let tree = Tree::default();
        for (name, text) in &self.files {
            tree.add(name, text);
        }
        tree.add(".peerauth.yaml", &serde_yaml::to_string(config).unwrap());
        let root = tree.path("");
        let mut args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        args.extend(["-f", &*root]);
        let outcome = command(&args, "", tree.root());
        let lines = outcome.stdout.lines().chain(outcome.stderr.lines());
        let mut written: Vec<String> = lines.map(without_place).collect();
        written.push(format!("exit code {}", outcome.code));
        written.join("\n")
    }
}

/// A line without the place in the config that it begins with.
fn without_place(line: &str) -> String {
    match line.split_once(".peerauth.yaml:") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|char: char| char.is_ascii_digit() || char == ':');
            format!("{before}.peerauth.yaml{after}")
        }
        None => line.to_owned(),
    }
}

/// The lines that only one of two texts has.
fn difference(without: &str, with: &str) -> String {
    let mut found = String::new();
    for (mark, one, other) in [('-', without, with), ('+', with, without)] {
        let known: BTreeSet<&str> = other.lines().collect();
        for line in one.lines().filter(|line| !known.contains(line)) {
            let line = format!("{mark} {line}");
            writeln!(found, "{}", line.trim_end()).unwrap();
        }
    }
    found
}

#[test]
fn every_key_has_an_effect() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    for path in cases() {
        let key = key_of(&path);
        let case = Case::read(&fs::read_to_string(&path).unwrap());
        let mut without = case.config.clone();
        assert!(change(&mut without, key, case.instead.as_ref()), "{key}");
        let found = difference(&case.run(&without), &case.run(&case.config));
        let out = path.with_extension("out");
        if update {
            fs::write(&out, &found).unwrap();
        }
        if found.is_empty() {
            writeln!(failures, "{key} has no effect").unwrap();
        } else if fs::read_to_string(&out).unwrap_or_default() != found {
            writeln!(failures, "{key}:\n{found}").unwrap();
        }
    }
    assert!(failures.is_empty(), "not as expected:\n{failures}");
}
