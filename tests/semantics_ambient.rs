//! What the vectors leave out of ambient: waypoints, the tunnel into sidecars, pods that bypass ztunnel.
//!
//! A case is a file in `testdata/semantics-ambient/<topic>`. Its first lines name the function of Istio from
//! which the expectation comes, and the cells that are expected:
//!
//! ```text
//! # server NAMESPACE/WORKLOAD PORT MODE PLAINTEXT ISTIO-MTLS TLS
//! # client NAMESPACE/WORKLOAD NAME.NAMESPACE:PORT ENDPOINT SENDS WAYPOINT THEN OUTCOME
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::cli::{self, Env};
use serde_json::Value;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/semantics-ambient");
    let topics = fs::read_dir(root).unwrap().map(|topic| topic.unwrap().path());
    let mut cases: Vec<PathBuf> = topics
        .flat_map(|topic| fs::read_dir(topic).unwrap().map(|case| case.unwrap().path()))
        .collect();
    cases.sort();
    cases
}

/// The rows of a command on a case.
fn rows(args: &[&str], case: &Path) -> Vec<Value> {
    let directory = case.parent().unwrap();
    let name = case.to_str().unwrap();
    let path: &[&str] = if args[0] == "tls-check" {
        &["-f", name]
    } else {
        &[name]
    };
    let args = ["peerauth"].iter().chain(args).chain(path).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = cli::run(
        args,
        &mut std::io::empty(),
        &mut out,
        &mut err,
        &Env::plain(directory),
    );
    assert_eq!(code, 0, "{name}: {}", String::from_utf8_lossy(&err));
    let document: Value = serde_json::from_slice(&out).unwrap();
    document["rows"].as_array().unwrap().clone()
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| "-".to_owned(), str::to_owned)
}

/// `namespace/name` of two fields of a value; `-` for null.
fn name(value: &Value, key: &str) -> String {
    match value[key].as_str() {
        Some(name) => format!("{}/{name}", word(&value["namespace"])),
        None => "-".to_owned(),
    }
}

fn server_cell(row: &Value) -> String {
    let accepts = &row["accepts"];
    let words = [
        &row["mode"],
        &accepts["plaintext"],
        &accepts["istioMtls"],
        &accepts["tls"],
    ];
    let words = words.map(word).join(" ");
    format!("server {} {} {words}", name(row, "workload"), row["port"])
}

fn client_cell(row: &Value) -> String {
    let host = word(&row["host"]).replace(".svc.cluster.local", "");
    let waypoint = &row["waypoint"];
    format!(
        "client {} {host}:{} {} {} {} {} {}",
        name(&row["client"], "workload"),
        row["port"],
        name(&row["endpoint"], "workload"),
        word(&row["sends"]),
        name(waypoint, "name"),
        word(&waypoint["sends"]),
        word(&row["outcome"]),
    )
}

#[test]
fn every_expected_cell_is_there() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let mut head = text.lines().map_while(|line| line.strip_prefix("# "));
        let source = head.next().unwrap_or_default();
        assert!(source.starts_with("Source: "), "{}", case.display());
        let expected: Vec<&str> = head.collect();
        assert!(!expected.is_empty(), "{} expects nothing", case.display());
        let servers = rows(&["list", "-o", "json"], &case);
        let each = ["--clients", "each", "--endpoints", "each"];
        let clients = rows(&[&["tls-check", "-o", "json"], &each[..]].concat(), &case);
        let found: Vec<String> = servers
            .iter()
            .map(server_cell)
            .chain(clients.iter().map(client_cell))
            .collect();
        for cell in expected {
            compared += 1;
            if !found.iter().any(|found| found == cell) {
                let found = found.join("\n    ");
                wrong.push(format!(
                    "{}\n  expected {cell}\n  found\n    {found}",
                    case.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 35, "only {compared} cells");
}
