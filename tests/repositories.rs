//! Repositories as teams keep them: bases and overlays, clusters side by side, charts, dumps. `check` at
//! their root needs no flags, and what belongs to different clusters never meets.
//!
//! Each folder of `testdata/repositories/` has an `expected.txt`, which lists everything that is found:
//!
//! ```text
//! contexts NAME…                              the target clusters; - for a single one without a name
//! FILE:LINE severity[rule] CONTEXT…           a finding; - for one that holds in all contexts
//! row CONTEXT NAMESPACE/WORKLOAD MODE         what a workload's other ports enforce
//! setting NAME VALUE ORIGIN                   a setting of the first context: default, flag or manifest
//! note WORDS                                  words on standard error
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::cli::{self, Env};
use serde_json::Value;

fn repositories() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/repositories")
}

/// The output of a command at the root of a repository, and what it says beside it.
fn run(command: &str, directory: &Path) -> (Value, String) {
    let args = ["peerauth", command, "-o", "json"].map(OsString::from);
    let args = args.into_iter().chain([directory.as_os_str().to_owned()]);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    cli::run(
        args,
        &mut &b""[..],
        &mut stdout,
        &mut stderr,
        &Env::plain(directory),
    );
    let stderr = String::from_utf8(stderr).unwrap();
    let output = serde_json::from_slice(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    (output, stderr)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn findings(report: &Value) -> BTreeSet<String> {
    let line = |finding: &Value| {
        let location = &finding["location"];
        format!(
            "{}:{} {}[{}] {}",
            text(&location["file"]),
            location["line"],
            text(&finding["severity"]),
            text(&finding["rule"]),
            text(&finding["context"]).replace(", ", " ")
        )
    };
    array(&report["findings"]).map(line).collect()
}

fn contexts(list: &Value) -> String {
    let names: Vec<&str> = array(&list["contexts"])
        .map(|context| text(&context["name"]))
        .collect();
    format!(
        "contexts {}",
        if names.is_empty() {
            "-".into()
        } else {
            names.join(" ")
        }
    )
}

fn rows(list: &Value) -> BTreeSet<String> {
    let rows = array(&list["rows"]).filter(|row| row["port"].is_null());
    rows.map(|row| {
        format!(
            "row {} {}/{} {}",
            text(&row["context"]),
            text(&row["namespace"]),
            text(&row["workload"]),
            text(&row["mode"])
        )
    })
    .collect()
}

fn settings(list: &Value) -> BTreeSet<String> {
    let settings = list["mesh"].as_object().unwrap().iter();
    settings
        .map(|(name, setting)| {
            let origin = match text(&setting["from"]) {
                known @ ("default" | "flag") => known,
                _ => "manifest",
            };
            let value = setting["value"]
                .as_str()
                .map_or(setting["value"].to_string(), Into::into);
            format!("setting {name} {value} {origin}")
        })
        .collect()
}

/// Everything that differs from what is expected.
fn differences(repository: &Path) -> Vec<String> {
    let (report, notes) = run("check", repository);
    let (list, _) = run("list", repository);
    let mut found = findings(&report);
    found.append(&mut rows(&list));
    found.insert(contexts(&list));
    let settings = settings(&list);
    let expected = fs::read_to_string(repository.join("expected.txt")).unwrap();
    let mut differences = Vec::new();
    for line in expected.lines() {
        let is_there = match line.split_once(' ') {
            Some(("note", words)) => notes.contains(words),
            Some(("setting", _)) => settings.contains(line),
            _ => found.remove(line),
        };
        if !is_there {
            differences.push(format!("missing  {line}"));
        }
    }
    differences.extend(found.into_iter().map(|line| format!("surplus  {line}")));
    if !differences.is_empty() {
        differences.push(format!("standard error: {notes}"));
    }
    differences
}

#[test]
fn every_repository_is_understood() {
    let mut failures = Vec::new();
    let repositories = common::folders(&repositories());
    assert!(repositories.len() >= 12);
    for repository in repositories {
        let differences = differences(&repository);
        if !differences.is_empty() {
            failures.push(format!(
                "{}\n  {}",
                repository.display(),
                differences.join("\n  ")
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
