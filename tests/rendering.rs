//! Rendering through the user's own programs, which are stubs here: what they are asked, what becomes of what
//! they print, and what is said if they do not.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/repositories")
        .join(name)
}

/// A directory of programs; each is a shell script.
fn programs(scripts: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, script) in scripts {
        let path = directory.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    directory
}

/// Runs the program itself, with nothing but `programs` to be found.
fn run(programs: &TempDir, directory: &Path, args: &[&str]) -> (i32, String, String) {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(args)
        .current_dir(directory)
        .env("PATH", programs.path())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

const STRICT: &str = "# Source: shop/templates/policy.yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: shop
spec:
  mtls:
    mode: STRICT";

fn print(manifests: &str) -> String {
    format!("printf '%s\\n' '---\n{manifests}\n---\n# nothing\n'")
}

#[test]
fn a_rendered_chart_joins_the_manifests() {
    let helm = format!("printf '%s ' \"$@\" >&2; {}", print(STRICT));
    let programs = programs(&[("helm", &helm)]);
    let args = [
        "check",
        "-o",
        "concise",
        "--helm",
        "chart",
        "--values",
        "chart/values.yaml",
        "--set",
        "a=b",
    ];
    let (code, stdout, stderr) = run(&programs, &repository("chart"), &args);
    assert!(stdout.starts_with("destination-rule.yaml:10:"), "{stdout}");
    assert!(stdout.contains("error[plaintext-to-strict]"), "{stdout}");
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    assert!(!stderr.contains("skipped 1 Helm template"), "{stderr}");
    assert_eq!(code, 1);
}

#[test]
fn places_in_rendered_text_name_the_program_and_the_object() {
    let programs = programs(&[("helm", &print(STRICT))]);
    let args = ["list", "-o", "json", "--helm", "chart"];
    let (_, stdout, _) = run(&programs, &repository("chart"), &args);
    let list: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let by = &list["rows"][0]["decidedBy"];
    assert_eq!(
        by["file"],
        "<helm template chart: PeerAuthentication shop/default>"
    );
    assert_eq!(by["name"], "default");
}

#[test]
fn the_arguments_reach_helm() {
    let programs = programs(&[("helm", "printf '[%s]' \"$@\" >&2; exit 1")]);
    let args = [
        "check",
        "--helm",
        "chart",
        "--values",
        "a.yaml",
        "--set",
        "b=c d",
        "--default-namespace",
        "shop",
    ];
    let (code, _, stderr) = run(&programs, &repository("chart"), &args);
    let asked = "[template][chart][--values][a.yaml][--set][b=c d][--namespace][shop]";
    assert!(stderr.contains(asked), "{stderr}");
    assert!(stderr.contains("`helm template chart` failed"), "{stderr}");
    assert_eq!(code, 2);
}

#[test]
fn an_overlay_is_rendered_by_kustomize_or_else_by_kubectl() {
    let permissive = STRICT.replace("STRICT", "PERMISSIVE");
    let app = fs::read_to_string(repository("unrendered-overlay").join("base/app.yaml")).unwrap();
    let rule =
        fs::read_to_string(repository("unrendered-overlay").join("base/destination-rule.yaml")).unwrap();
    let script = print(&format!("{permissive}\n---\n{app}\n---\n{rule}"));
    for program in ["kustomize", "kubectl"] {
        let programs = programs(&[(program, &script)]);
        let args = ["list", "-o", "json", "--kustomize", "overlays/relaxed"];
        let (code, stdout, stderr) = run(&programs, &repository("unrendered-overlay"), &args);
        assert_eq!(code, 0, "{stderr}");
        assert!(!stderr.contains("--kustomize"), "{stderr}");
        let list: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let modes: Vec<(&str, &str)> = list["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["port"].is_null())
            .map(|row| (row["context"].as_str().unwrap(), row["mode"].as_str().unwrap()))
            .collect();
        assert_eq!(
            modes,
            [("overlays/plain", "STRICT"), ("overlays/relaxed", "PERMISSIVE")]
        );
    }
}

#[test]
fn a_rendered_tree_without_alternatives_has_one_context() {
    let programs = programs(&[("kustomize", &print(&STRICT.replace("STRICT", "DISABLE")))]);
    let repository = repository("unlisted-alternatives");
    let (_, stdout, _) = run(
        &programs,
        &repository,
        &["list", "-o", "json", "--kustomize", "."],
    );
    let list: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    // What was printed stands in the place of the directory: there is no workload left.
    assert_eq!(list["rows"].as_array().unwrap().len(), 0);
}

#[test]
fn what_goes_wrong_is_said_and_ends_the_run() {
    let nothing = programs(&[]);
    let silent = programs(&[
        ("helm", "echo '# no manifest'"),
        ("kustomize", "echo 'is that all?' >&2"),
    ]);
    let failing = programs(&[("helm", "echo 'no such chart' >&2; exit 3")]);
    let overlay = ["check", "--kustomize", "overlays/plain"];
    let root = repository("unrendered-overlay");
    for (programs, args, expected) in [
        (
            &nothing,
            &["check", "--helm", "chart"][..],
            "`--helm` needs helm, which is not installed",
        ),
        (
            &nothing,
            &overlay,
            "`--kustomize` needs kustomize or kubectl, which is not installed",
        ),
        (
            &silent,
            &["check", "--helm", "chart"],
            "`helm template chart` printed no manifest",
        ),
        (
            &silent,
            &overlay,
            "`kustomize build overlays/plain` printed no manifest:\nis that all?",
        ),
        (
            &failing,
            &["check", "--helm", "chart"],
            "`helm template chart` failed (exit status: 3):\nno such chart",
        ),
        (
            &nothing,
            &["check", "--kustomize", "overlays/none"],
            "overlays/none: no such file or directory",
        ),
        (&nothing, &["check", "--set", "a=b"], "--helm"),
    ] {
        let (code, stdout, stderr) = run(programs, &root, args);
        assert_eq!((code, &*stdout), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.contains(expected), "{args:?}: {stderr}");
    }
}
