//! The tables that machines read, through whole command lines: `list` and `tls-check` agree with what Istio's own
//! code says, and rows of classes say the same as rows of single clients and endpoints.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::cli::{self, Env};
use serde_json::{Value, json};

/// Every how many-th mesh of the vectors is asked for through the command line.
const STEP: usize = 8;

/// The rows that a command prints as JSON.
fn rows(args: &[&str]) -> Vec<Value> {
    let args = std::iter::once("peerauth")
        .chain(args.iter().copied())
        .map(OsString::from);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let env = Env::plain(Path::new("/nowhere"));
    let code = cli::run(args, &mut &b""[..], &mut stdout, &mut stderr, &env);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&stderr));
    let document: Value = serde_json::from_slice(&stdout).unwrap();
    document["rows"].as_array().unwrap().clone()
}

fn meshes(folder: &str) -> impl Iterator<Item = PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(folder);
    common::files(&folder, "yaml").into_iter().step_by(STEP)
}

/// The lines of a table of the vectors as cells.
fn table(mesh: &Path, extension: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(mesh.with_extension(extension)).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}

/// `namespace/workload`, or an address.
fn named(value: &Value) -> String {
    match &value["address"] {
        Value::String(address) => address.clone(),
        _ => format!("{}/{}", text(&value["namespace"]), text(&value["workload"])),
    }
}

fn joined(rules: &Value) -> String {
    let names: Vec<String> = rules.as_array().unwrap().iter().map(text).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join("+")
    }
}

/// Asks for a row for every client and endpoint.
fn each(path: &str) -> [&str; 9] {
    let command = "tls-check";
    [
        command,
        "-f",
        path,
        "-o",
        "json",
        "--clients",
        "each",
        "--endpoints",
        "each",
    ]
}

#[test]
fn tls_check_agrees_with_the_vectors() {
    let mut compared = 0;
    for mesh in meshes("conformance/sidecar").chain(meshes("conformance/ambient")) {
        let path = mesh.to_str().unwrap();
        let mut found: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for row in rows(&each(path)) {
            let port = ["host", "port", "subset"].map(|key| text(&row[key]));
            let mut key = vec![named(&row["client"])];
            key.extend(port);
            key.extend([named(&row["endpoint"]), text(&row["targetPort"])]);
            let is_address = row["endpoint"]["address"].is_string();
            let outcome = if is_address {
                "-".to_owned()
            } else {
                text(&row["outcome"])
            };
            found.insert(
                key,
                vec![text(&row["sends"]), outcome, joined(&row["destinationRules"])],
            );
        }
        for cells in table(&mesh, "clients.tsv") {
            let (key, wanted) = cells.split_at(6);
            assert_eq!(
                found.get(key).map(Vec::as_slice),
                Some(&wanted[..3]),
                "{path}: {key:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 500, "only {compared} rows were compared");
}

#[test]
fn list_agrees_with_the_vectors() {
    let mut compared = 0;
    for mesh in meshes("conformance/sidecar").chain(meshes("conformance/ambient")) {
        let path = mesh.to_str().unwrap();
        let mut found: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for row in rows(&["list", path, "-o", "json"]) {
            let port = row["port"]
                .as_u64()
                .map_or("*".to_owned(), |port| port.to_string());
            let key = vec![text(&row["namespace"]), text(&row["workload"]), port];
            let accepts = ["plaintext", "istioMtls", "tls"].map(|key| text(&row["accepts"][key]));
            found.insert(key, [vec![text(&row["mode"])], accepts.to_vec()].concat());
        }
        for cells in table(&mesh, "servers.tsv") {
            let (key, wanted) = cells.split_at(3);
            assert_eq!(found.get(key).map(Vec::as_slice), Some(wanted), "{path}: {key:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} rows were compared");
}

/// One client, one endpoint and everything that is said of them.
fn said(row: &Value, client: &Value, endpoint: &Value) -> String {
    let keys = [
        "host",
        "port",
        "subset",
        "targetPort",
        "dataPlane",
        "serverMode",
        "policy",
        "via",
        "route",
        "reached",
        "sends",
        "destinationRules",
        "outcome",
        "because",
        "status",
    ];
    let cells: Vec<String> = keys.iter().map(|key| row[key].to_string()).collect();
    format!("{} {} {}", named(client), named(endpoint), cells.join(" "))
}

#[test]
fn classes_say_what_their_members_say() {
    let mut compared = 0;
    let all = meshes("conformance/sidecar")
        .chain(meshes("conformance/ambient"))
        .chain(meshes("semantics"));
    for mesh in all {
        let path = mesh.to_str().unwrap();
        let mut of_classes = BTreeSet::new();
        for row in rows(&["tls-check", "-f", path, "-o", "json"]) {
            for client in row["clients"].as_array().unwrap() {
                for endpoint in row["endpoints"].as_array().unwrap() {
                    of_classes.insert(said(&row, client, endpoint));
                }
            }
        }
        let of_members: BTreeSet<String> = rows(&each(path))
            .iter()
            .map(|row| said(row, &row["client"], &row["endpoint"]))
            .collect();
        assert_eq!(of_classes, of_members, "{path}");
        compared += of_members.len();
    }
    assert!(compared > 500, "only {compared} rows were compared");
}

#[test]
fn a_route_is_shown_with_its_place() {
    let mesh =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/semantics/virtual-service-condition.yaml");
    let path = mesh.to_str().unwrap();
    let each = [
        "tls-check",
        "svc/cart.shop",
        "-f",
        path,
        "-o",
        "json",
        "--clients",
        "each",
        "--endpoints",
        "each",
    ];
    let rows = rows(&each);
    let front = |row: &&Value| row["client"]["workload"] == json!("front");
    let rows: Vec<&Value> = rows.iter().filter(front).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["route"], Value::Null);
    assert_eq!(rows[0]["reached"], json!("always"));
    assert_eq!(rows[1]["reached"], json!("possible"));
    assert_eq!(rows[1]["via"], json!("pay.shop.svc.cluster.local"));
    assert_eq!(rows[1]["route"]["virtualService"], json!("shop/cart"));
    assert_eq!(rows[1]["route"]["port"], json!(8080));
    let line = rows[1]["route"]["at"]["line"].as_u64().unwrap() as usize;
    let text = fs::read_to_string(&mesh).unwrap();
    assert!(text.lines().nth(line - 1).unwrap().contains("host: pay"));
}
