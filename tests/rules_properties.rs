//! What holds for every rule, whatever the case: what is not among the manifests is unknown, not absent;
//! a repair repairs; and what the settings declare complete is taken as such.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::callers::Callers;
use peerauth::finding::{Assumption, Edit, Finding, Severity};
use peerauth::lint::{self, Levels};
use peerauth::load::load_text;
use peerauth::matrix::{Answers, Matrix};
use peerauth::mesh::{Mesh, Settings};
use peerauth::resolve::Resolution;
use peerauth::resolve::classes::Groups;
use peerauth::resolve::client::Senders;
use peerauth::rules::Facts;

/// The cases of every rule that are one file.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    let rules = common::folders(&folder);
    rules
        .iter()
        .flat_map(|rule| common::files(rule, "yaml"))
        .collect()
}

/// What is found in a text.
fn findings(text: &str, settings: Settings) -> Vec<Finding> {
    let loaded = load_text("manifests.yaml", text);
    let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], settings);
    let resolution = Resolution::new(&mesh);
    let senders = Senders::new(&resolution);
    let groups = Groups::new(&resolution);
    let matrix = Matrix::new(&senders, &groups);
    let callers = Callers::new(&resolution);
    let facts = Facts::new(
        &loaded,
        Answers {
            senders: &senders,
            groups: &groups,
            matrix: &matrix,
            callers: &callers,
        },
    );
    lint::run(&[facts], &Levels::default())
}

/// How many errors rest on no assumption, by rule and object.
fn certain_errors(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings(text, Settings::default()) {
        if finding.severity == Severity::Error && finding.assumptions.is_empty() {
            let cause = format!("{} {:?}", finding.rule, finding.object);
            *counts.entry(cause).or_default() += 1;
        }
    }
    counts
}

/// Whether a document is what may as well live in another repository.
fn may_be_elsewhere(document: &str) -> bool {
    const KINDS: [&str; 10] = [
        "Namespace",
        "Service",
        "Pod",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "Job",
        "CronJob",
        "WorkloadEntry",
    ];
    let kind = document.lines().find_map(|line| line.strip_prefix("kind: "));
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

#[test]
fn leaving_an_object_out_adds_no_certain_error() {
    let mut compared = 0;
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let documents: Vec<&str> = text.split("\n---\n").collect();
        let before = certain_errors(&text);
        for left_out in (0..documents.len()).filter(|&index| may_be_elsewhere(documents[index])) {
            let mut rest = documents.clone();
            rest.remove(left_out);
            let after = certain_errors(&rest.join("\n---\n"));
            let is_new =
                |&(cause, count): &(&String, &usize)| before.get(cause).is_none_or(|known| known < count);
            let added: Vec<_> = after.iter().filter(is_new).collect();
            let document = documents[left_out];
            assert!(
                added.is_empty(),
                "{} without\n{document}\n{added:#?}",
                case.display()
            );
            compared += 1;
        }
    }
    assert!(compared > 50, "only {compared} objects were left out");
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

#[test]
fn a_fix_removes_its_finding() {
    let mut fixed = 0;
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let before = findings(&text, Settings::default());
        for finding in before.iter().filter(|finding| finding.fix.is_some()) {
            let edits = &finding.fix.as_ref().unwrap().edits;
            let repaired = apply(&text, edits);
            let after = findings(&repaired, Settings::default());
            let is_same = |other: &&Finding| other.rule == finding.rule && other.object == finding.object;
            let count = |findings: &[Finding]| findings.iter().filter(is_same).count();
            assert!(
                count(&after) < count(&before),
                "{}:\n{repaired}\n{after:#?}",
                case.display()
            );
            fixed += 1;
        }
    }
    assert!(fixed > 10, "only {fixed} findings had a fix");
}

#[test]
fn what_a_complete_namespace_does_not_hold_does_not_exist() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules/unmatched-selector");
    let text = fs::read_to_string(folder.join("fires-nothing-near.yaml")).unwrap();
    let mut settings = Settings::default();
    let unsure = findings(&text, settings.clone()).remove(0);
    assert_eq!(unsure.severity, Severity::Info);
    assert_eq!(unsure.assumptions[0].0, Assumption::WorkloadsNotGiven);
    settings.complete.set_by_flag(vec!["prod*".into()]);
    let sure = findings(&text, settings).remove(0);
    assert_eq!(sure.severity, Severity::Warning);
    assert!(sure.assumptions.is_empty());
}
