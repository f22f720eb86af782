//! The gate is the same everywhere: what CI calls is what a developer calls, and it runs what the README says. What
//! other pipelines take from here, the action, the hook and the recipes of docs/ci.md, is run too.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;
use serde_yaml::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_peerauth");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn yaml(name: &str) -> Value {
    serde_yaml::from_str(&read(name)).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is no text"))
}

#[test]
fn the_gate_is_a_script_that_can_be_run() {
    for name in [
        ".ci/run",
        "docs/ci/check.sh",
        "completions/kubectl_complete-peerauth",
    ] {
        let path = root().join(name);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111);
        let checked = Command::new("bash").arg("-n").arg(&path).status();
        assert!(checked.unwrap().success());
    }
}

#[test]
fn the_gate_runs_the_tests_as_the_readme_does() {
    let gate = read(".ci/run");
    assert!(read("README.md").contains("\ncargo test\n```"));
    assert!(gate.contains("\nstep \"tests\" cargo test\n"), "{gate}");
}

#[test]
fn the_workflow_calls_the_gate() {
    let workflow = yaml(".github/workflows/ci.yml");
    let steps = workflow["jobs"]["gate"]["steps"].as_sequence().unwrap();
    assert_eq!(text(&steps.last().unwrap()["run"]), ".ci/run");
}

/// A directory with manifests, the program and whatever else a pipeline has.
struct Place {
    directory: tempfile::TempDir,
}

/// Stands for GitHub's program: notes its arguments and the file that it would send, and lists comments.
const GH: &str = r#"#!/bin/bash
here=$(dirname "$0")
printf '%s\n' "$*" >>"$here/calls"
for argument; do case $argument in body=@*|sarif=@*) cat "${argument#*=@}" >"$here/sent" ;; esac; done
case " $* " in *" --jq "*) cat "$here/listed" ;; esac
"#;

impl Place {
    /// With the manifests of a folder of the guide.
    fn deploying(folder: &str) -> Place {
        let directory = tempfile::tempdir().unwrap();
        let place = Place { directory };
        for entry in fs::read_dir(root().join("testdata/guide").join(folder)).unwrap() {
            let file = entry.unwrap();
            let name = Path::new("deploy").join(file.file_name());
            place.write(name.to_str().unwrap(), &fs::read_to_string(file.path()).unwrap());
        }
        place.link("temp/peerauth/bin/peerauth");
        place.link(".peerauth/bin/peerauth");
        place.write("bin/gh", GH);
        fs::set_permissions(place.path("bin/gh"), fs::Permissions::from_mode(0o755)).unwrap();
        place.write("bin/listed", "");
        place.link("bin/peerauth");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn link(&self, name: &str) {
        symlink(PROGRAM, self.path(name)).unwrap();
    }

    /// Runs a script as the runners of GitHub do, with nothing in the environment but what is given.
    fn bash(&self, script: &str, environment: &BTreeMap<String, String>) -> Output {
        let path = format!(
            "{}:{}",
            self.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", path)
            .envs(environment)
            .output()
            .unwrap()
    }

    /// Commits everything.
    fn commit(&self) {
        let script = "git init -q . && git add deploy && git -c user.name=a -c user.email=a@example.org commit -q -m a";
        let done = self.bash(script, &BTreeMap::new());
        assert!(done.status.success(), "{done:?}");
    }
}

/// A run of the action on a pull request.
struct Run {
    place: Place,
    inputs: BTreeMap<&'static str, String>,
}

impl Run {
    fn of(folder: &str, inputs: &[(&'static str, &str)]) -> Run {
        let place = Place::deploying(folder);
        let inputs = inputs.iter().map(|&(name, value)| (name, value.to_owned()));
        Run {
            place,
            inputs: inputs.collect(),
        }
    }

    /// What the runner makes of an expression.
    fn value(&self, expression: &str) -> String {
        if let Some(input) = expression.strip_prefix("inputs.") {
            let default = || text(&yaml("action.yml")["inputs"][input]["default"]).to_owned();
            return self.inputs.get(input).cloned().unwrap_or_else(default);
        }
        if let Some(output) = expression.strip_prefix("steps.check.outputs.") {
            let outputs = self.place.read("outputs");
            let line = outputs
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{output}=")));
            return line.unwrap().to_owned();
        }
        match expression {
            "github.event.pull_request.number" => "7".to_owned(),
            other => panic!("no such expression is expected: {other}"),
        }
    }

    fn step(&self, name: &str) -> Output {
        let action = yaml("action.yml");
        let steps = action["runs"]["steps"].as_sequence().unwrap();
        let step = steps.iter().find(|step| step["name"] == name).unwrap();
        let mut environment = BTreeMap::new();
        for (name, value) in step["env"].as_mapping().into_iter().flatten() {
            let expression = text(value)
                .strip_prefix("${{ ")
                .and_then(|rest| rest.strip_suffix(" }}"));
            environment.insert(text(name).to_owned(), self.value(expression.unwrap()));
        }
        let path = |name: &str| self.place.path(name).to_str().unwrap().to_owned();
        for (name, value) in [
            ("RUNNER_TEMP", path("temp")),
            ("GITHUB_OUTPUT", path("outputs")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
            ("GITHUB_ACTION_PATH", root().to_str().unwrap().to_owned()),
            ("GITHUB_REPOSITORY", "shop/deploy".to_owned()),
            ("GITHUB_SHA", "0123".to_owned()),
            ("GITHUB_REF", "refs/pull/7/merge".to_owned()),
        ] {
            environment.insert(name.to_owned(), value);
        }
        self.place.bash(text(&step["run"]), &environment)
    }

    /// Runs a step that has to work; the result is what it prints.
    fn passes(&self, name: &str) -> String {
        let output = self.step(name);
        assert!(output.status.success(), "{name}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn calls(&self) -> Vec<String> {
        self.place.read("bin/calls").lines().map(str::to_owned).collect()
    }
}

#[test]
fn nothing_that_strangers_write_is_part_of_a_script_of_the_action() {
    let action = yaml("action.yml");
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        assert!(
            !step["run"].as_str().unwrap_or_default().contains("${{"),
            "{step:?}"
        );
    }
}

#[test]
fn the_action_annotates_summarises_and_fails() {
    let run = Run::of("20-strict-disable-conflict", &[("paths", "deploy/\n")]);
    let shown = run.passes("Check");
    assert!(
        shown.contains("::error title=peerauth plaintext-to-strict,file=deploy/destination-rule.yaml"),
        "{shown}"
    );
    assert!(run.place.read("summary").starts_with("<!-- peerauth -->\n"));
    let sarif: Json =
        serde_json::from_str(&fs::read_to_string(run.value("steps.check.outputs.sarif-file")).unwrap())
            .unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(run.step("Result").status.code(), Some(1));

    let run = Run::of("21-strict-disable-fixed", &[]);
    run.passes("Check");
    run.passes("Result");
}

#[test]
fn the_inputs_of_the_action_are_those_of_check() {
    let run = Run::of("20-strict-disable-conflict", &[("fail-on", "never")]);
    run.passes("Check");
    run.passes("Result");
    let arguments = [("arguments", "--ignore\nplaintext-to-strict\n\n--quiet")];
    let run = Run::of("20-strict-disable-conflict", &arguments);
    run.passes("Check");
    run.passes("Result");
    let run = Run::of("20-strict-disable-conflict", &[("since", "HEAD")]);
    run.place.commit();
    run.passes("Check");
    run.passes("Result");
}

#[test]
fn an_input_of_the_action_is_never_run_and_never_an_option() {
    let hostile = "$(touch pwned)\n`touch pwned`\n; touch pwned\n--fail-on=never";
    let run = Run::of(
        "20-strict-disable-conflict",
        &[
            ("paths", hostile),
            ("since", "$(touch pwned)"),
            ("fail-on", "never; touch pwned"),
        ],
    );
    run.passes("Check");
    assert_eq!(run.step("Result").status.code(), Some(2));
    assert!(!run.place.path("pwned").exists());
}

#[test]
fn the_action_replaces_its_own_comment() {
    let run = Run::of("20-strict-disable-conflict", &[]);
    run.passes("Check");
    run.passes("Comment");
    assert!(
        run.calls()[0].contains("startswith(\"<!-- peerauth -->\")"),
        "{:?}",
        run.calls()
    );
    assert!(run.calls()[1].contains("--method POST repos/shop/deploy/issues/7/comments -F body=@"));
    assert_eq!(run.place.read("bin/sent"), run.place.read("summary"));

    run.place.write("bin/listed", "41\n42\n");
    run.passes("Comment");
    assert!(run.calls()[3].contains("--method PATCH repos/shop/deploy/issues/comments/41 -F body=@"));
}

/// What the action asks for among all comments, where there is a program that can tell.
#[test]
fn only_a_comment_of_the_action_is_its_own() {
    if Command::new("jq").arg("--version").output().is_err() {
        return;
    }
    let action = read("action.yml");
    let query = action.split("--jq '").nth(1).unwrap().split('\'').next().unwrap();
    let comments = r#"[
        {"id": 1, "user": {"type": "User"}, "body": "<!-- peerauth -->\nmine"},
        {"id": 2, "user": {"type": "Bot"}, "body": "about <!-- peerauth -->"},
        {"id": 3, "user": {"type": "Bot"}, "body": "<!-- peerauth -->\n### passed"}]"#;
    let place = Place::deploying("21-strict-disable-fixed");
    place.write("comments", comments);
    let environment = BTreeMap::from([("QUERY".to_owned(), query.to_owned())]);
    let found = place.bash("jq \"$QUERY\" comments", &environment);
    assert_eq!(String::from_utf8(found.stdout).unwrap(), "3\n");
}

#[test]
fn the_action_uploads_what_it_found() {
    let run = Run::of("20-strict-disable-conflict", &[]);
    run.passes("Check");
    run.passes("Code scanning");
    let call = &run.calls()[0];
    for part in [
        "repos/shop/deploy/code-scanning/sarifs",
        "commit_sha=0123",
        "ref=refs/pull/7/merge",
    ] {
        assert!(call.contains(part), "{call}");
    }
    let unpacked = run.place.bash("base64 -d bin/sent | gzip -dc", &BTreeMap::new());
    assert_eq!(
        String::from_utf8(unpacked.stdout).unwrap(),
        run.place.read("temp/peerauth.sarif")
    );
}

#[test]
fn a_build_is_kept_until_the_sources_change() {
    let run = Run::of("21-strict-disable-fixed", &[]);
    run.passes("Fingerprint of the sources");
    let outputs = run.place.read("outputs");
    let sum = outputs.trim_end().strip_prefix("sha256=").unwrap();
    assert!(
        sum.len() == 64 && sum.chars().all(|char| char.is_ascii_hexdigit()),
        "{outputs}"
    );
}

#[test]
fn the_recipe_for_github_gives_the_action_what_it_knows() {
    let recipe = yaml("docs/ci/github.yml");
    let steps = recipe["jobs"]["peerauth"]["steps"].as_sequence().unwrap();
    let given = steps.last().unwrap()["with"].as_mapping().unwrap();
    let action = yaml("action.yml");
    for (name, _) in given {
        assert!(action["inputs"].get(text(name)).is_some(), "{name:?}");
    }
    let run = Run::of(
        "20-strict-disable-conflict",
        &[("paths", "deploy/"), ("since", "origin/main")],
    );
    assert_eq!(text(&given["paths"]), "deploy/");
    assert_eq!(text(&given["since"]), "origin/main");
    run.place.commit();
    let known = run
        .place
        .bash("git update-ref refs/remotes/origin/main HEAD", &BTreeMap::new());
    assert!(known.status.success());
    run.passes("Check");
    run.passes("Result");
}

#[test]
fn the_recipe_for_gitlab_writes_what_it_declares() {
    let recipe = yaml("docs/ci/gitlab-ci.yml");
    let place = Place::deploying("20-strict-disable-conflict");
    let job = &recipe["peerauth"];
    let baseline = "peerauth check deploy/ --write-baseline peerauth-baseline.json";
    assert!(place.bash(baseline, &BTreeMap::new()).status.success());
    for command in job["script"].as_sequence().unwrap() {
        let done = place.bash(text(command), &BTreeMap::new());
        assert!(done.status.success(), "{command:?}: {done:?}");
    }
    let reports = &job["artifacts"]["reports"];
    let quality: Json = serde_json::from_str(&place.read(text(&reports["codequality"]))).unwrap();
    assert_eq!(quality, Json::Array(Vec::new()));
    assert!(place.read(text(&reports["junit"])).starts_with("<?xml"));
}

#[test]
fn the_hook_checks_the_directory_that_it_is_given() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let config = yaml("docs/ci/pre-commit-config.yaml");
    let used = &config["repos"][0]["hooks"][0];
    assert_eq!(hooks[0]["id"], used["id"]);
    assert_eq!(hooks[0]["pass_filenames"], Value::Bool(false));
    let args = used["args"].as_sequence().unwrap().iter().map(text);
    let command = [text(&hooks[0]["entry"])].into_iter().chain(args);
    let command = command.collect::<Vec<_>>().join(" ");
    for (folder, code) in [("20-strict-disable-conflict", 1), ("21-strict-disable-fixed", 0)] {
        let done = Place::deploying(folder).bash(&command, &BTreeMap::new());
        assert_eq!(done.status.code(), Some(code), "{done:?}");
    }
}

#[test]
fn the_recipe_of_a_shell_fails_only_because_of_what_a_branch_adds() {
    let script = root().join("docs/ci/check.sh");
    let command = format!("{} base", script.display());
    let place = Place::deploying("21-strict-disable-fixed");
    place.commit();
    assert!(place.bash("git branch base", &BTreeMap::new()).status.success());
    let done = place.bash(&command, &BTreeMap::new());
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let rule = root().join("testdata/guide/20-strict-disable-conflict/destination-rule.yaml");
    place.write("deploy/destination-rule.yaml", &fs::read_to_string(rule).unwrap());
    place.commit();
    let done = place.bash(&command, &BTreeMap::new());
    assert_eq!(done.status.code(), Some(1), "{done:?}");
    assert!(place.read("peerauth.xml").contains("plaintext-to-strict"));
}

#[test]
fn the_image_is_built_of_all_that_cargo_needs() {
    let place = Place::deploying("21-strict-disable-fixed");
    for name in read(".dockerignore")
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
    {
        symlink(root().join(name), place.path(&format!("context/{name}"))).unwrap();
    }
    let cargo = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--locked",
            "--format-version",
            "1",
        ])
        .current_dir(place.path("context/x").parent().unwrap())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{cargo:?}");
    let said: Json = serde_json::from_slice(&cargo.stdout).unwrap();
    let targets = said["packages"][0]["targets"].as_array().unwrap();
    assert!(
        targets
            .iter()
            .any(|target| target["kind"][0] == "bin" && target["name"] == "peerauth")
    );
    let image = read("Dockerfile");
    assert!(
        image.contains("USER 65532") && image.contains("FROM scratch"),
        "{image}"
    );
}

/// The program of the image is that of the tests; what stands in front of it is docker's.
#[test]
fn what_the_page_has_the_image_do_passes() {
    let page = read("docs/ci.md");
    let commands: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("docker run "))
        .collect();
    assert_eq!(commands.len(), 2);
    assert!(read("Dockerfile").contains("\nWORKDIR /work\n"));
    let place = Place::deploying("21-strict-disable-fixed");
    for command in commands {
        let (options, args) = command.split_once(" peerauth ").unwrap();
        assert!(options.contains("--volume \"$PWD:/work"), "{options}");
        let done = place.bash(&format!("peerauth {args}"), &BTreeMap::new());
        assert_eq!(done.status.code(), Some(0), "{done:?}");
    }
    assert!(place.read("peerauth.xml").contains("<testsuite"));
}

/// The blocks of the pages that show a file, by what their first line calls it.
#[test]
fn pages_show_the_recipes_as_they_are() {
    let recipes = [
        "github.yml",
        "gitlab-ci.yml",
        "pre-commit-config.yaml",
        "check.sh",
    ];
    for recipe in recipes {
        let block = read(&format!("docs/ci/{recipe}"));
        let language = if block.starts_with("#!") { "sh" } else { "yaml" };
        let block = format!("```{language}\n{block}```\n");
        assert!(
            read("docs/ci.md").contains(&block),
            "docs/ci.md does not show {recipe} as it is"
        );
    }
    for name in [".pre-commit-hooks.yaml", "Dockerfile"] {
        assert!(read("docs/ci.md").contains(name), "{name}");
    }
    let action = yaml("action.yml");
    for name in action["inputs"].as_mapping().unwrap().keys().map(text) {
        assert!(read("docs/ci.md").contains(&format!("| `{name}` |")), "{name}");
    }
}
