//! Every command of the README does what the README says: its transcripts, its scripts and its CI recipes
//! are run. `UPDATE=1 cargo test --test readme` writes the output of the transcripts.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

/// Stands for any number of lines of a transcript.
const ELLIPSIS: &str = "…";

/// How the README starts the program before it is installed.
const FROM_SOURCE: &str = "cargo run --release -- ";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// A fenced block: its language, the line of the README on which its content starts (from 0), and that.
struct Block<'t> {
    language: &'t str,
    start: usize,
    lines: Vec<&'t str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let content = lines.by_ref().map(|(_, line)| line);
            blocks.push(Block {
                language,
                start: number + 1,
                lines: content.take_while(|line| *line != "```").collect(),
            });
        }
    }
    blocks
}

/// A repository like that of a reader: the test data, manifests to deploy and a chart, all on `origin/main`, and on
/// the path the program itself beside stand-ins for what asks a cluster or renders.
struct Desk {
    directory: tempfile::TempDir,
}

/// What a stand-in prints: a mesh without findings, if it is called as the README calls it.
const KUBECTL: &str = r#"#!/bin/sh
case "$1 $2" in
  "get cm") printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "{}"}\n' ;;
  "get "*) case "$*" in *" -A -o yaml") for file in deploy/*.yaml; do echo ---; cat "$file"; done ;; *) exit 64 ;; esac ;;
  "kustomize "*) cat "$2"/rendered ;;
  *) exit 64 ;;
esac
"#;
const KUSTOMIZE: &str = r#"#!/bin/sh
[ "$1" = build ] && kubectl kustomize "$2"
"#;
const HELM: &str = r#"#!/bin/sh
[ "$1" = template ] && cat "$2"/rendered
"#;

fn policy(namespace: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: default, namespace: {namespace}}}\n\
         spec: {{mtls: {{mode: STRICT}}}}\n"
    )
}

/// The reader's clone, with what was found on the first day in a baseline.
const REPOSITORY: &str = "git init -q . && git add deploy && \
    git -c user.name=a -c user.email=a@example.org commit -q -m a && \
    git update-ref refs/remotes/origin/main HEAD && \
    peerauth check deploy/ --write-baseline peerauth-baseline.json";

impl Desk {
    fn new() -> Desk {
        Desk::deploying("21-strict-disable-fixed")
    }

    /// A desk with the manifests of a folder of the guide.
    fn deploying(name: &str) -> Desk {
        let desk = Desk {
            directory: tempfile::tempdir().unwrap(),
        };
        desk.link("testdata", &root().join("testdata"));
        for entry in fs::read_dir(root().join("testdata/guide").join(name)).unwrap() {
            let file = entry.unwrap();
            fs::copy(
                file.path(),
                desk.path("deploy/x").with_file_name(file.file_name()),
            )
            .unwrap();
        }
        fs::write(desk.path("overlays/production/rendered"), policy("overlay")).unwrap();
        desk.link("bin/peerauth", Path::new(env!("CARGO_BIN_EXE_peerauth")));
        fs::write(desk.path("chart/rendered"), policy("chart")).unwrap();
        fs::write(desk.path("chart/production.yaml"), "").unwrap();
        desk.script("bin/kubectl", KUBECTL);
        desk.script("bin/kustomize", KUSTOMIZE);
        desk.script("bin/helm", HELM);
        let (shown, code) = desk.run(REPOSITORY, "");
        assert_eq!(code, 0, "{shown}");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn link(&self, name: &str, target: &Path) {
        symlink(target, self.path(name)).unwrap();
    }

    fn script(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a command line in a directory below this one: what a terminal shows, and the exit code.
    fn run(&self, command: &str, directory: &str) -> (String, i32) {
        let command = command.replace(FROM_SOURCE, "peerauth ");
        let path = format!(
            "{}:{}",
            self.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let output = Command::new("bash")
            .args(["-o", "pipefail", "-c", &format!("exec 2>&1\n{command}")])
            .current_dir(self.path(directory))
            .env("PATH", path)
            .env_remove("COLUMNS")
            .env_remove("CLICOLOR_FORCE")
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        (shown, output.status.code().unwrap())
    }
}

/// Whether a command only builds or tests this project: that is what happens here anyway.
fn is_set_up(command: &str) -> bool {
    command == "cargo test" || command.starts_with("cargo install ")
}

/// One command of a transcript, what is shown below it, and the exit code that the next command asks for.
struct Step<'t> {
    command: &'t str,
    /// The lines of the output within the block.
    shown: std::ops::Range<usize>,
    code: i32,
}

fn steps<'t>(block: &Block<'t>) -> Vec<Step<'t>> {
    let mut steps: Vec<Step<'t>> = Vec::new();
    let mut asks_code = false;
    for (number, &line) in block.lines.iter().enumerate() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some("echo $?"), Some(_)) => asks_code = true,
            (Some(command), _) => {
                asks_code = false;
                steps.push(Step {
                    command,
                    shown: number + 1..number + 1,
                    code: 0,
                });
            }
            (None, Some(step)) if asks_code => step.code = line.parse().unwrap(),
            (None, Some(step)) => step.shown.end = number + 1,
            (None, None) => panic!(
                "line {}: expected a command behind `$ `",
                block.start + number + 1
            ),
        }
    }
    steps
}

fn trimmed(text: &str) -> Vec<&str> {
    let text = text.trim_end();
    text.lines().map(str::trim_end).collect()
}

/// Whether the lines are those that are expected, where an ellipsis stands for any.
fn agrees(expected: &[&str], found: &[&str]) -> bool {
    let Some(cut) = expected.iter().position(|line| *line == ELLIPSIS) else {
        return expected == found;
    };
    let (head, tail) = (&expected[..cut], &expected[cut + 1..]);
    found.starts_with(head) && (head.len()..=found.len()).any(|skipped| agrees(tail, &found[skipped..]))
}

/// Runs the transcripts. The result is the README with their real output and what is wrong with it as it is.
fn replay(text: &str, desk: &Desk) -> (String, Vec<String>) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut wrong = Vec::new();
    let blocks = blocks(text);
    let transcripts = blocks.iter().filter(|block| block.language == "console");
    // From the last to the first, so that the numbers of lines stay right.
    for block in transcripts.rev() {
        let mut directory = "";
        let mut output = Vec::new();
        for step in steps(block) {
            if let Some(target) = step.command.strip_prefix("cd ") {
                directory = target;
                continue;
            }
            let (shown, code) = desk.run(step.command, directory);
            if code != step.code {
                wrong.push(format!("`{}` exits with {code}:\n{shown}", step.command));
            }
            output.push((step, shown));
        }
        for (step, shown) in output.iter().rev() {
            let expected = &block.lines[step.shown.clone()];
            let found = trimmed(shown);
            if agrees(expected, &found) {
                continue;
            }
            wrong.push(format!("`{}` shows:\n{shown}", step.command));
            if !expected.contains(&ELLIPSIS) {
                let place = block.start + step.shown.start..block.start + step.shown.end;
                lines.splice(place, found.iter().map(ToString::to_string));
            }
        }
    }
    (lines.join("\n") + "\n", wrong)
}

#[test]
fn transcripts_show_what_happens() {
    let text = readme();
    let desk = Desk::new();
    let (mut current, mut wrong) = replay(&text, &desk);
    if std::env::var_os("UPDATE").is_some() && current != text {
        fs::write(root().join("README.md"), &current).unwrap();
        (current, wrong) = replay(&current, &desk);
        assert_eq!(current, readme());
    }
    assert!(
        wrong.is_empty(),
        "run `UPDATE=1 cargo test --test readme`, and read what it wrote\n{}",
        wrong.join("\n")
    );
}

#[test]
fn scripts_run() {
    let text = readme();
    let desk = Desk::new();
    let blocks = blocks(&text);
    let scripts = blocks.iter().filter(|block| block.language == "sh");
    for line in scripts.flat_map(|block| &block.lines) {
        let (command, code) = line.split_once(" # exit ").unwrap_or((line, "0"));
        assert_runs(&desk, command, code.parse().unwrap());
    }
}

fn assert_runs(desk: &Desk, command: &str, expected: i32) {
    if is_set_up(command) {
        return;
    }
    let (shown, code) = desk.run(command, "");
    assert_eq!(code, expected, "{command}\n{shown}");
}

/// The commands of a CI recipe: what the action and the hook make of their inputs.
fn commands(recipe: &Value, found: &mut Vec<String>) {
    match recipe {
        Value::Mapping(mapping) => {
            found.extend(of_action(recipe).or_else(|| of_hook(recipe)));
            mapping.values().for_each(|value| commands(value, found));
        }
        Value::Sequence(items) => items.iter().for_each(|item| commands(item, found)),
        _ => {}
    }
}

/// What a step that uses the action runs; `tests/ci.rs` runs the action itself.
fn of_action(step: &Value) -> Option<String> {
    step["uses"].as_str().filter(|used| used.contains("/peerauth@"))?;
    let input = |name: &str| step["with"][name].as_str().unwrap();
    Some(format!(
        "peerauth check {} --since {}",
        input("paths"),
        input("since")
    ))
}

/// What pre-commit runs for a hook.
fn of_hook(used: &Value) -> Option<String> {
    let args = used["args"].as_sequence()?;
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks: Value = serde_yaml::from_str(&hooks).unwrap();
    let hook = hooks
        .as_sequence()
        .unwrap()
        .iter()
        .find(|hook| hook["id"] == used["id"]);
    let words = [&hook.unwrap()["entry"]].into_iter().chain(args);
    let words: Vec<&str> = words.map(|word| word.as_str().unwrap()).collect();
    Some(words.join(" "))
}

#[test]
fn recipes_run() {
    let text = readme();
    let desk = Desk::new();
    let blocks = blocks(&text);
    let recipes: Vec<_> = blocks.iter().filter(|block| block.language == "yaml").collect();
    let recipes: Vec<_> = recipes.into_iter().filter(|block| !is_config(block)).collect();
    assert_eq!(recipes.len(), 2);
    for block in recipes {
        let recipe: Value = serde_yaml::from_str(&block.lines.join("\n")).unwrap();
        let mut found = Vec::new();
        commands(&recipe, &mut found);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_runs(&desk, &found[0], 0);
    }
}

fn is_config(block: &Block<'_>) -> bool {
    block.lines.first() == Some(&"# .peerauth.yaml")
}

#[test]
fn configs_are_accepted() {
    let text = readme();
    let desk = Desk::new();
    let blocks = blocks(&text);
    let configs: Vec<_> = blocks.iter().filter(|block| is_config(block)).collect();
    assert_eq!(configs.len(), 1);
    for block in configs {
        fs::write(desk.path("deploy/.peerauth.yaml"), block.lines.join("\n")).unwrap();
        // The example expects something of namespaces that are not here, which is told but fails nothing.
        let (shown, code) = desk.run("peerauth check deploy/", "");
        assert_eq!(code, 0, "{shown}");
        assert!(shown.contains("prod-*"), "{shown}");
    }
}

#[test]
fn recipes_of_a_gate_let_old_findings_pass() {
    let text = readme();
    let desk = Desk::deploying("20-strict-disable-conflict");
    assert_runs(&desk, "peerauth check deploy/", 1);
    for gate in [" --since origin/main", " --baseline peerauth-baseline.json"] {
        let command = format!("peerauth check deploy/{gate}");
        assert!(text.contains(&command), "{command}");
        assert_runs(&desk, &command, 0);
    }
    let new = policy("new").replace("STRICT", "STRCT");
    fs::write(desk.path("deploy/new.yaml"), new).unwrap();
    for gate in [" --since origin/main", " --baseline peerauth-baseline.json"] {
        assert_runs(&desk, &format!("peerauth check deploy/{gate}"), 1);
    }
}

#[test]
fn nothing_of_the_readme_is_left_untested() {
    let text = readme();
    let blocks = blocks(&text);
    let languages: Vec<&str> = blocks.iter().map(|block| block.language).collect();
    assert!(
        languages
            .iter()
            .all(|language| ["console", "sh", "yaml"].contains(language)),
        "{languages:?}"
    );
    let all: String = blocks.iter().flat_map(|block| &block.lines).copied().collect();
    for command in [
        "check",
        "explain",
        "list",
        "tls-check",
        "migrate",
        "rules",
        "config show",
        "schema",
        "completions",
        "man",
    ] {
        assert!(all.contains(&format!("peerauth {command}")), "{command}");
    }
}

#[test]
fn links_lead_to_files() {
    let text = readme();
    let targets = text
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap());
    for target in targets.filter(|target| !target.contains("://")) {
        assert!(root().join(target).exists(), "{target}");
    }
}

#[test]
fn an_ellipsis_stands_for_any_lines() {
    let found = ["a", "b", "c"];
    for expected in [
        &["a", "b", "c"][..],
        &[ELLIPSIS],
        &["a", ELLIPSIS],
        &[ELLIPSIS, "b", ELLIPSIS],
        &["a", ELLIPSIS, "b", "c"],
    ] {
        assert!(agrees(expected, &found), "{expected:?}");
    }
    for expected in [&["a", "b"][..], &["b", ELLIPSIS], &[ELLIPSIS, "d", ELLIPSIS], &[]] {
        assert!(!agrees(expected, &found), "{expected:?}");
    }
}
