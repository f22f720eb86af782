//! The gate is the same everywhere: what CI calls is what a developer calls, and it runs what the README says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use serde_yaml::Value;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[cfg(unix)]
#[test]
fn the_gate_is_a_script_that_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111);
    let checked = std::process::Command::new("bash").arg("-n").arg(&path).status();
    assert!(checked.unwrap().success());
}

#[test]
fn the_gate_runs_the_tests_as_the_readme_does() {
    let gate = read(".ci/run");
    assert!(read("README.md").contains("\ncargo test\n```"));
    assert!(gate.contains("\nstep \"tests\" cargo test\n"), "{gate}");
}

#[test]
fn the_workflow_calls_the_gate() {
    let workflow: Value = serde_yaml::from_str(&read(".github/workflows/ci.yml")).unwrap();
    let steps = workflow["jobs"]["gate"]["steps"].as_sequence().unwrap();
    let last = steps.last().unwrap()["run"].as_str();
    assert_eq!(last, Some(".ci/run"));
}
