//! Findings that a team lives with: suppressed, in a baseline, or older than a revision. What is hidden is
//! counted, and what hides nothing is told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::command::{Outcome, Tree, command};
use serde_json::Value;

fn policy(name: &str, mtls: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: {name}\n  \
         namespace: shop-{name}\nspec:\n  mtls: {mtls}\n"
    )
}

/// The rules of findings, and of suppressed findings with what suppresses them.
fn judged(outcome: &Outcome) -> (Vec<String>, Vec<String>) {
    let document = outcome.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = document["findings"].as_array().unwrap().iter();
    let suppressed = document["suppressed"].as_array().unwrap().iter();
    assert_eq!(document["summary"]["suppressed"], suppressed.len());
    (
        findings.map(|finding| text(&finding["rule"])).collect(),
        suppressed
            .map(|finding| {
                format!(
                    "{} {}",
                    text(&finding["rule"]),
                    text(&finding["suppressedBy"]["means"])
                )
            })
            .collect(),
    )
}

/// What is found in a text that comes from a pipe, as rendered charts do.
fn check_text(text: &str) -> (Vec<String>, Vec<String>) {
    let args = ["check", "-o", "json", "--no-config", "-"];
    judged(&command(&args, text, Path::new("/nowhere")))
}

fn suppresses(text: &str, means: &str) {
    let (findings, suppressed) = check_text(text);
    assert_eq!(findings, [""; 0], "{text}");
    assert_eq!(suppressed, [format!("unset-mode {means}")], "{text}");
}

#[test]
fn comments_and_annotations_suppress_wherever_the_object_stands() {
    let head = format!("# peerauth: ignore[unset-mode] why\n{}", policy("a", "{}"));
    let line = policy("a", "{} # peerauth: ignore[unset-mode] why");
    let above = policy("a", "{}").replace("  mtls", "  # peerauth: ignore[unset-mode] why\n  mtls");
    let annotated = policy("a", "{}").replace(
        "  namespace",
        "  annotations: {ignore.peerauth.dev/unset-mode: why}\n  namespace",
    );
    let strict = policy("b", "{mode: STRICT}");
    let item = |text: &str| format!("  - {}\n", text.trim_end().replace('\n', "\n    "));
    for (text, means) in [
        (&head, "comment"),
        (&line, "comment"),
        (&above, "comment"),
        (&annotated, "annotation"),
    ] {
        suppresses(text, means);
        suppresses(&format!("{strict}---\n{text}"), means);
        suppresses(
            &format!("---\n# Source: shop/templates/a.yaml\n{text}---\n{strict}"),
            means,
        );
        suppresses(&format!("{}---\r\n{}", strict, text.replace('\n', "\r\n")), means);
    }
    for (text, means) in [
        (&line, "comment"),
        (&above, "comment"),
        (&annotated, "annotation"),
    ] {
        let list = format!(
            "apiVersion: v1\nkind: List\nitems:\n{}{}",
            item(&strict),
            item(text)
        );
        suppresses(&list, means);
    }
    let list = format!(
        "# peerauth: ignore[unset-mode] why\napiVersion: v1\nkind: List\nitems:\n{}",
        item(&policy("a", "{}"))
    );
    suppresses(&list, "comment");
    let json = r#"{"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": {"name": "a",
        "annotations": {"ignore.peerauth.dev/unset-mode": "why"}}, "spec": {"mtls": {}}}"#;
    suppresses(json, "annotation");
    let items = format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{json}]}}"#);
    suppresses(&items, "annotation");
}

#[test]
fn a_suppression_in_the_wrong_place_is_told() {
    let wrong = [
        format!(
            "{}---\n# peerauth: ignore[unset-mode]\n{}",
            policy("a", "{}"),
            policy("b", "{mode: STRICT}")
        ),
        policy("a", "{}").replace("  name:", "  # peerauth: ignore[unset-mode]\n  name:"),
        format!("{}# peerauth: ignore[unset-mode]\n", policy("a", "{}")),
        policy("a", "{}").replace("metadata:", "metadata: # peerauth: ignore[unset-mode]"),
        format!("# peerauth: ignore[unset-mde]\n{}", policy("a", "{}")),
        // A document of another kind, which is not even parsed.
        format!(
            "{}---\n# peerauth: ignore[unset-mode]\napiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\n",
            policy("a", "{}")
        ),
    ];
    for text in wrong {
        let (mut findings, suppressed) = check_text(&text);
        findings.sort();
        assert_eq!(findings, ["unset-mode", "unused-ignore"], "{text}");
        assert_eq!(suppressed, [""; 0], "{text}");
    }
}

#[test]
fn nothing_is_said_of_suppressions_whose_rule_does_not_run() {
    let text = format!(
        "# peerauth: ignore[unset-mode]\n{}",
        policy("a", "{mode: STRICT}")
    );
    let run = |flags: &[&str]| {
        let args: Vec<&str> = ["check", "-o", "json", "--no-config", "-"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        judged(&command(&args, &text, Path::new("/nowhere"))).0
    };
    assert_eq!(run(&[]), ["unused-ignore"]);
    assert_eq!(run(&["--ignore", "unset-mode"]), [""; 0]);
    assert_eq!(run(&["--select", "invalid-yaml"]), [""; 0]);
    assert_eq!(run(&["--select", "unused-ignore"]), ["unused-ignore"]);
}

#[test]
fn what_is_hidden_is_counted_and_can_be_shown() {
    let tree = Tree::default();
    tree.add(
        "a.yaml",
        &format!("# peerauth: ignore[unset-mode] on purpose\n{}", policy("a", "{}")),
    );
    for format in ["text", "concise"] {
        let outcome = tree.run(&["check", "-o", format]);
        let summary = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(summary.contains("1 suppressed"), "{summary}");
        assert!(!outcome.stdout.contains("unset-mode"), "{}", outcome.stdout);
        let shown = tree.run(&["check", "-o", format, "--show-suppressed"]).stdout;
        assert!(shown.contains("info[unset-mode]"), "{shown}");
        assert!(shown.contains("(suppressed by comment: on purpose)"), "{shown}");
    }
    let json = tree.run(&["check", "-o", "json"]).json();
    let by = &json["suppressed"][0]["suppressedBy"];
    assert_eq!(by["reason"], "on purpose");
    assert_eq!(by["file"], "a.yaml");
}

/// A tree with a baseline of two findings that are alike and a third one.
fn with_baseline() -> Tree {
    let tree = Tree::default();
    tree.add(
        "a.yaml",
        &format!("{}---\n{}", policy("a", "{}"), policy("b", "{}")),
    );
    tree.add(
        ".peerauth.yaml",
        "baseline: baseline.json\nrules: {unset-mode: error}\n",
    );
    let outcome = tree.run(&["check"]);
    assert_eq!(
        outcome.code, 2,
        "a baseline that is named has to exist: {}",
        outcome.stderr
    );
    let written = tree.run(&["check", "--write-baseline", &tree.path("baseline.json")]);
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    tree
}

fn check(tree: &Tree) -> (Vec<String>, Vec<String>) {
    judged(&tree.run(&["check", "-o", "json"]))
}

#[test]
fn a_baseline_hides_what_was_there_and_shows_what_is_new() {
    let tree = with_baseline();
    let text = fs::read_to_string(tree.path("baseline.json")).unwrap();
    assert!(!text.contains("a.yaml"), "{text}");
    let (findings, suppressed) = check(&tree);
    assert_eq!(findings, [""; 0]);
    assert!(
        suppressed.iter().all(|means| means.ends_with(" baseline")),
        "{suppressed:?}"
    );
    let before = suppressed.len();
    assert_eq!(tree.run(&["check"]).code, 0);
    tree.add("c.yaml", &policy("c", "{}"));
    let (findings, suppressed) = check(&tree);
    assert_eq!(
        (findings, suppressed.len()),
        (vec!["unset-mode".to_owned()], before)
    );
    assert_eq!(tree.run(&["check"]).code, 1);
}

#[test]
fn a_baseline_survives_moves_and_tells_what_is_stale() {
    let tree = with_baseline();
    let before = check(&tree);
    fs::remove_file(tree.path("a.yaml")).unwrap();
    tree.add(
        "moved/z.yaml",
        &format!(
            "# a line\n\n{}---\n# another\n{}",
            policy("b", "{}"),
            policy("a", "{}")
        ),
    );
    let mut after = check(&tree);
    after.1.sort();
    let mut expected = before;
    expected.1.sort();
    assert_eq!(after, expected);
    tree.add("moved/z.yaml", &policy("b", "{}"));
    let outcome = tree.run(&["check", "-o", "json"]).json();
    let stale: Vec<&Value> = outcome["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "unused-ignore")
        .collect();
    assert!(!stale.is_empty());
    for finding in stale {
        assert_eq!(finding["location"]["file"], "baseline.json");
        assert!(
            finding["message"].as_str().unwrap().contains("stale"),
            "{finding}"
        );
    }
}

#[test]
fn a_baseline_is_not_stale_for_what_was_not_read() {
    let tree = with_baseline();
    tree.add(
        "other/c.yaml",
        &policy("c", "{mode: STRICT}").replace("shop-c", "other"),
    );
    let args = ["check", "-o", "json", &tree.path("other")];
    assert_eq!(judged(&command(&args, "", tree.root())).0, [""; 0]);
}

#[test]
fn a_broken_baseline_ends_the_run() {
    let tree = with_baseline();
    for (text, said) in [
        ("", "the baseline is empty"),
        ("{", "no YAML"),
        ("{\"schemaVersion\": \"7\"}", "schemaVersion 7"),
        (
            "{\"schemaVersion\": \"1\", \"findings\": [{\"rul\": \"x\"}]}",
            "did you mean `rule`?",
        ),
    ] {
        tree.add("baseline.json", text);
        let outcome = tree.run(&["check"]);
        assert_eq!(outcome.code, 2, "{text}");
        assert!(outcome.stderr.contains(said), "{text}: {}", outcome.stderr);
    }
}

/// A repository with one commit.
fn repository() -> Tree {
    let tree = Tree::default();
    tree.git(&["init", "-q", "-b", "main"]);
    tree.add("k8s/a.yaml", &policy("a", "{}"));
    tree.add("k8s/b.yaml", &policy("b", "{mode: STRICT}"));
    commit(&tree);
    tree
}

fn commit(tree: &Tree) {
    tree.git(&["add", "-A"]);
    tree.git(&["commit", "-q", "-m", "a"]);
}

/// What is new since main: object names, and how many findings are older.
fn since_main(tree: &Tree) -> (Vec<String>, u64) {
    let outcome = tree.run(&["check", "-o", "json", "--since", "main"]);
    let document = outcome.json();
    let findings = document["findings"].as_array().unwrap().iter();
    let names = findings.map(|finding| {
        let object = finding["object"]["name"].as_str().unwrap_or("-");
        format!("{} {object}", finding["rule"].as_str().unwrap())
    });
    (names.collect(), document["summary"]["older"].as_u64().unwrap())
}

#[test]
fn what_is_rendered_cannot_be_compared_with_an_older_commit() {
    for flag in ["--helm", "--kustomize"] {
        let outcome = Tree::default().run(&["check", "--since", "main", flag, "chart"]);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        for said in [flag, "remote bases are not part of it", "--write-baseline FILE"] {
            assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
        }
    }
}

#[test]
fn only_what_is_new_since_the_merge_base_is_reported() {
    let tree = repository();
    assert_eq!(since_main(&tree), (vec![], 1));
    tree.git(&["checkout", "-q", "-b", "branch"]);
    tree.add("k8s/b.yaml", &policy("b", "{}"));
    assert_eq!(since_main(&tree), (vec!["unset-mode b".to_owned()], 1));
    commit(&tree);
    // What main got since then is not undone by this branch.
    tree.git(&["checkout", "-q", "main"]);
    tree.add("k8s/b.yaml", &policy("b", "{}"));
    tree.add("k8s/c.yaml", &policy("c", "{}"));
    commit(&tree);
    tree.git(&["checkout", "-q", "branch"]);
    assert_eq!(since_main(&tree), (vec!["unset-mode b".to_owned()], 1));
    let outcome = tree.run(&["check", "--since", "main"]);
    assert!(outcome.stdout.contains("1 older"), "{}", outcome.stdout);
}

#[test]
fn what_moves_is_not_new_and_what_gets_worse_is() {
    let tree = repository();
    fs::rename(tree.path("k8s/a.yaml"), tree.path("k8s/z.yaml")).unwrap();
    assert_eq!(since_main(&tree), (vec![], 1));
    tree.add(".peerauth.yaml", "rules: {unset-mode: error}\n");
    assert_eq!(since_main(&tree), (vec!["unset-mode a".to_owned()], 0));
    assert_eq!(tree.run(&["check", "--since", "main"]).code, 1);
    commit(&tree);
    assert_eq!(since_main(&tree), (vec![], 1));
}

#[test]
fn a_suppression_that_is_removed_brings_its_finding_back() {
    let tree = repository();
    tree.add(
        "k8s/a.yaml",
        &format!("# peerauth: ignore[unset-mode]\n{}", policy("a", "{}")),
    );
    commit(&tree);
    tree.add("k8s/a.yaml", &policy("a", "{}"));
    assert_eq!(since_main(&tree), (vec!["unset-mode a".to_owned()], 0));
}

#[test]
fn a_config_that_was_wrong_then_does_not_matter_now() {
    let tree = repository();
    tree.add(".peerauth.yaml", "rule: {}\n");
    commit(&tree);
    tree.add(".peerauth.yaml", "rules: {}\n");
    assert_eq!(since_main(&tree), (vec![], 1));
}

#[test]
fn a_path_that_did_not_exist_then_had_no_findings() {
    let tree = repository();
    tree.add("new/c.yaml", &policy("c", "{}"));
    let args = ["check", "-o", "json", "--since", "HEAD", &tree.path("new")];
    let (findings, _) = judged(&command(&args, "", tree.root()));
    assert_eq!(findings, ["unset-mode"]);
}

#[test]
fn a_shallow_clone_is_said_to_be_one() {
    let tree = repository();
    let clone = Tree::default();
    let from = format!("file://{}", tree.root().display());
    clone.git(&["clone", "-q", "--depth", "1", &from, "clone"]);
    let args = ["check", "--since", "HEAD~1", &clone.path("clone")];
    let outcome = command(&args, "", clone.root());
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stderr
            .contains("git knows no such revision; the clone is shallow"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn revisions_and_places_that_git_does_not_know_end_the_run() {
    let tree = repository();
    for (args, said) in [
        (vec!["check", "--since", "nonsense"], "git knows no such revision"),
        (vec!["check", "--since=--output=x"], "git knows no such revision"),
    ] {
        let outcome = tree.run(&args);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    let text = command(&["check", "--since", "main", "-"], "", tree.root());
    assert!(
        text.stderr.contains("standard input has no history"),
        "{}",
        text.stderr
    );
    let outside = Tree::default();
    outside.add("a.yaml", &policy("a", "{}"));
    let outcome = outside.run(&["check", "--since", "main"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("not a git repository"),
        "{}",
        outcome.stderr
    );
}
