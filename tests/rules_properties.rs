//! What holds for every rule, whatever the case: what is not among the manifests is unknown, not absent;
//! a repair repairs; and what the settings declare complete is taken as such.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::finding::{Assumption, Edit, Finding, Severity};
use peerauth::lint::{self, Levels};
use peerauth::load::load_text;
use peerauth::mesh::Settings;
use peerauth::rules::{self, Facts, Family};
use serde::Deserialize;

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
    let today = common::today(std::iter::once(text)).unwrap_or_default();
    common::with_facts(&loaded, settings, |facts| {
        let given = facts.given.on(today);
        lint::run(&[Facts { given, ..facts }], &Levels::default())
    })
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
fn a_fix_removes_its_finding_and_adds_none() {
    let mut fixed = 0;
    let mut failures = Vec::new();
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let settings = common::settings(&std::iter::once(&*text));
        let before = findings(&text, settings.clone());
        for finding in before.iter().filter(|finding| finding.fix.is_some()) {
            let edits = &finding.fix.as_ref().unwrap().edits;
            let after = findings(&apply(&text, edits), settings.clone());
            let failed = failures_of_repair(finding, &before, &after);
            failures.extend(failed.map(|failure| format!("{}: {failure}", case.display())));
            fixed += 1;
        }
    }
    println!("{fixed} findings were repaired");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(fixed > 40, "only {fixed} findings had a fix");
}

fn failures_of_repair(
    repaired: &Finding,
    before: &[Finding],
    after: &[Finding],
) -> impl Iterator<Item = String> {
    let Finding { rule, message, .. } = repaired;
    let is_same = |other: &&Finding| other.rule == repaired.rule && other.object == repaired.object;
    let count = |findings: &[Finding]| findings.iter().filter(is_same).count();
    let left = (count(after) >= count(before)).then(|| format!("the repair of {rule} leaves: {message}"));
    let added = after.iter().filter(|new| is_added(before, repaired, new));
    let added = added.map(|new| format!("the repair of {rule} adds {}: {}", new.rule, new.message));
    left.into_iter().chain(added).collect::<Vec<_>>().into_iter()
}

/// The documents of a case as JSON; none where a document has no counterpart.
fn as_json(text: &str) -> Option<Vec<String>> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let values = documents.map(|document| serde_json::Value::deserialize(document).ok());
    let texts = values.map(|value| serde_json::to_string_pretty(&value?).ok());
    texts.collect()
}

#[test]
fn a_fix_of_json_leaves_json() {
    let mut fixed = 0;
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let settings = common::settings(&std::iter::once(&*text));
        let Some(documents) = as_json(&text) else {
            continue;
        };
        let text = documents.join("\n---\n");
        let repairs = findings(&text, settings)
            .into_iter()
            .filter_map(|finding| Some((finding.rule, finding.fix?)));
        for (rule, fix) in repairs {
            let repaired = apply(&text, &fix.edits);
            for document in repaired.split("\n---\n") {
                let json: Result<serde_json::Value, _> = serde_json::from_str(document);
                assert!(
                    json.is_ok(),
                    "{}: the repair of {rule} breaks\n{document}",
                    case.display()
                );
            }
            fixed += 1;
        }
    }
    assert!(fixed > 30, "only {fixed} findings had a fix");
}

/// Whether a finding is new, other than by saying of an object that is taken at last what it does.
fn is_added(before: &[Finding], repaired: &Finding, new: &Finding) -> bool {
    let is_known = before
        .iter()
        .any(|old| old.rule == new.rule && old.object == new.object);
    // What a setting says shows only once it is in force.
    let was_refused = matches!(
        repaired.rule.0,
        "invalid-resource"
            | "unknown-field"
            | "widened-selector"
            | "target-port-in-port-settings"
            | "ambient-ignored-port-exception"
    );
    let is_about_the_object = |finding: &Finding| {
        let rule = rules::find(finding.rule.0).expect("findings are of rules");
        rule.metadata().family == Family::Object
    };
    !is_known && (!was_refused || is_about_the_object(new))
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
