//! Trees that are right stay quiet: nothing at warning or above is found in `testdata/quiet`, apart from the
//! lines of a tree's `expected.txt`, each with its reason. And leaving out any one Namespace, Service or
//! workload never makes an error of it that rests on no assumption: it may live in another repository.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::finding::{Finding, Severity};
use peerauth::lint::{self, Levels};
use peerauth::load::{Loaded, load_text};
use peerauth::mesh::Settings;
use peerauth::rules::Facts;

fn trees() -> Vec<PathBuf> {
    common::folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/quiet"))
}

/// Every file of a tree in path order, as one text.
fn text(tree: &Path) -> String {
    let mut paths = Vec::new();
    collect(tree, &mut paths);
    paths.sort();
    let texts: Vec<String> = paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    texts.join("---\n")
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            paths.push(path);
        }
    }
}

fn findings(loaded: &Loaded) -> Vec<Finding> {
    let today = "2026-11-21".parse().unwrap();
    common::with_facts(loaded, Settings::default(), |facts| {
        let given = facts.given.on(today);
        lint::run(&[Facts { given, ..facts }], &Levels::default())
    })
}

/// `severity rule object: message`.
fn line(finding: &Finding) -> String {
    let object = finding
        .object
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    format!(
        "{} {} {object}: {}",
        finding.severity, finding.rule, finding.message
    )
}

/// What a tree is expected to find: lines, each below a comment with its reason.
fn expected(tree: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(tree.join("expected.txt")).unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[test]
fn trees_that_are_right_are_quiet() {
    let trees = trees();
    assert_eq!(trees.len(), 8);
    for tree in trees {
        let text = text(&tree);
        let documents = text.split("\n---\n").count();
        assert!(documents >= 60, "{} has {documents} objects", tree.display());
        let found = findings(&load_text("tree.yaml", &text));
        let loud = found
            .iter()
            .filter(|finding| finding.severity >= Severity::Warning);
        let loud: BTreeSet<String> = loud.map(line).collect();
        assert_eq!(loud, expected(&tree), "{}", tree.display());
    }
}

fn certain_errors(text: &str) -> BTreeSet<String> {
    let found = findings(&load_text("tree.yaml", text));
    let certain = found
        .iter()
        .filter(|finding| finding.severity == Severity::Error && finding.assumptions.is_empty());
    certain
        .map(|finding| format!("{} {:?}", finding.rule, finding.object))
        .collect()
}

fn may_be_elsewhere(document: &str) -> bool {
    const KINDS: [&str; 7] = [
        "Namespace",
        "Service",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
    ];
    let kind = document.lines().find_map(|line| line.strip_prefix("kind: "));
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

#[test]
fn leaving_one_object_out_adds_no_certain_error() {
    for tree in trees() {
        let text = text(&tree);
        let documents: Vec<&str> = text.split("\n---\n").collect();
        let before = certain_errors(&text);
        for left_out in (0..documents.len()).filter(|&index| may_be_elsewhere(documents[index])) {
            let mut rest = documents.clone();
            let document = rest.remove(left_out);
            let after = certain_errors(&rest.join("\n---\n"));
            let added: Vec<_> = after.difference(&before).collect();
            assert!(
                added.is_empty(),
                "{} without\n{document}\n{added:#?}",
                tree.display()
            );
        }
    }
}
