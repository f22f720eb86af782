//! Every situation of the guide against what its tables say of it, and the explanations of those that
//! people look up first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::cli::{self, Env};
use serde_json::Value;

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/guide")
}

fn folders() -> BTreeSet<String> {
    let entries = fs::read_dir(guide()).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders
        .map(|folder| folder.file_name().into_string().unwrap())
        .collect()
}

/// The rows of a table without its header and the folder, for one folder.
fn rows_of(table: &str, folder: &str) -> BTreeSet<Vec<String>> {
    let rows = table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    rows.filter(|row| row[0] == folder)
        .map(|row| row[1..].to_vec())
        .collect()
}

/// Runs a command in a folder of the guide.
fn run(args: &[&str], folder: &str) -> String {
    let directory = guide().join(folder);
    let path = directory.to_str().unwrap();
    let last: &[&str] = if args[0] == "explain" {
        &["-f", path]
    } else {
        &[path]
    };
    let args = ["peerauth"].iter().chain(args).chain(last).map(OsString::from);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = cli::run(
        args,
        &mut std::io::empty(),
        &mut stdout,
        &mut stderr,
        &Env::plain(&directory),
    );
    assert!(code < 2, "{folder}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

fn text(value: &Value, none: &str) -> String {
    match value {
        Value::Null => none.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn compare(
    what: &str,
    expected: &BTreeSet<Vec<String>>,
    found: &BTreeSet<Vec<String>>,
    wrong: &mut Vec<String>,
) {
    wrong.extend(
        expected
            .difference(found)
            .map(|row| format!("{what}: missing {row:?}")),
    );
    wrong.extend(
        found
            .difference(expected)
            .map(|row| format!("{what}: unexpected {row:?}")),
    );
}

#[test]
fn modes_are_those_of_the_table() {
    let table = fs::read_to_string(guide().join("expected.tsv")).unwrap();
    let mut wrong = Vec::new();
    for folder in folders() {
        let document: Value = serde_json::from_str(&run(&["list", "-o", "json"], &folder)).unwrap();
        let rows = document["rows"].as_array().unwrap().iter().map(|row| {
            let decider = &row["decidedBy"];
            let decider = match decider {
                Value::Null => "-".to_owned(),
                policy => format!(
                    "{}/{}",
                    text(&policy["namespace"], "-"),
                    text(&policy["name"], "-")
                ),
            };
            vec![
                text(&row["namespace"], "-"),
                text(&row["workload"], "-"),
                text(&row["port"], "*"),
                text(&row["mode"], "-"),
                decider,
            ]
        });
        compare(&folder, &rows_of(&table, &folder), &rows.collect(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn findings_are_those_of_the_table() {
    let table = fs::read_to_string(guide().join("findings.tsv")).unwrap();
    let mut wrong = Vec::new();
    for folder in folders() {
        let expected = rows_of(&table, &folder);
        let document: Value = serde_json::from_str(&run(&["check", "-o", "json"], &folder)).unwrap();
        let findings = document["findings"].as_array().unwrap().iter().map(|finding| {
            let object = &finding["object"];
            let object = format!(
                "{} {}/{}",
                text(&object["kind"], "-"),
                text(&object["namespace"], "-"),
                text(&object["name"], "-")
            );
            vec![
                text(&finding["severity"], "-"),
                text(&finding["rule"], "-"),
                text(&finding["location"]["file"], "-"),
                text(&finding["location"]["line"], "-"),
                object,
            ]
        });
        compare(&folder, &expected, &findings.collect(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_says_the_same_of_every_folder() {
    let page = include_str!("../docs/guide.md");
    let table = fs::read_to_string(guide().join("findings.tsv")).unwrap();
    for folder in folders() {
        let link = format!("(../testdata/guide/{folder}) |");
        let row = page.lines().find(|line| line.contains(&link)).unwrap();
        let findings: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .filter(|columns| columns[0] == folder)
            .collect();
        let words = findings
            .iter()
            .map(|found| format!("{} `{}` {}:{}", found[1], found[2], found[3], found[4]));
        let words: Vec<String> = words.collect();
        let words = if words.is_empty() {
            "none".to_owned()
        } else {
            words.join("<br>")
        };
        let code = u8::from(findings.iter().any(|found| found[1] == "error"));
        let end = format!(" | {words} | {code} |");
        assert!(row.ends_with(&end), "{folder}: {row}\n{end}");
    }
}

#[test]
fn explanations_are_the_recorded_ones() {
    let cases: &[(&str, &[&str])] = &[
        ("05-priority", &["explain", "payment-service"]),
        ("10-port-level", &["explain", "api-gateway"]),
        (
            "12-monitoring-exception",
            &["explain", "order-service", "--port", "15020"],
        ),
        (
            "20-strict-disable-conflict",
            &["explain", "payment-service", "--port", "8080"],
        ),
        ("25-fixes-overlap", &["explain", "pa/metrics-permissive"]),
    ];
    for (folder, args) in cases {
        let found = run(args, folder);
        let path = guide().join(format!("{folder}.explain.txt"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let recorded = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, recorded, "{folder}");
    }
}
