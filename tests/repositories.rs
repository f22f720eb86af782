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

/// What is found in a directory of these files.
fn check_files(files: &[(&str, &[u8])]) -> (Value, String) {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(directory.path().join(name), content).unwrap();
    }
    run("check", directory.path())
}

const NAMESPACE: &str =
    "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}\n";
const POLICY: &str = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  \
                      namespace: shop\nspec:\n  mtls:\n    mode: STRICT\n";

#[test]
fn texts_of_every_make_are_read() {
    let crlf = POLICY.replace('\n', "\r\n");
    let bom = format!("\u{feff}{NAMESPACE}");
    let comments = "# nothing\n---\n# here\n---\n";
    let (report, notes) = check_files(&[
        ("crlf.yaml", crlf.as_bytes()),
        ("bom.yaml", bom.as_bytes()),
        ("comments.yaml", comments.as_bytes()),
        ("empty.yaml", b""),
    ]);
    assert_eq!(findings(&report), BTreeSet::new(), "{notes}");
    assert_eq!(report["summary"]["objects"], 2, "{notes}");
}

#[test]
fn what_is_encrypted_or_still_to_be_filled_in_is_unknown() {
    let encrypted = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n    name: \
                     ENC[AES256_GCM,data:YQ==,iv:aXY=,tag:dGFn,type:str]\nspec:\n    mtls:\n        mode: \
                     ENC[AES256_GCM,data:YQ==,iv:aXY=,tag:dGFn,type:str]\nsops:\n    mac: \
                     ENC[AES256_GCM,data:YQ==,iv:aXY=,tag:dGFn,type:str]\n    version: 3.9.0\n";
    let variables = "apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app: ${app:-payment}
spec:
  selector:
    matchLabels:
      app: ${app}
  portLevelMtls:
    ${port}:
      mode: STRICT
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: modes
  namespace: shop
spec:
  mtls:
    mode: ${mode}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: payment
  namespace: shop
spec:
  host: ${app}.shop.svc.${domain}
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL
---
apiVersion: v1
kind: Service
metadata:
  name: ${app}
  namespace: ${namespace}
spec:
  ports:
    - port: ${port}
";
    let (report, notes) = check_files(&[
        ("encrypted.yaml", encrypted.as_bytes()),
        ("namespace.yaml", NAMESPACE.as_bytes()),
        ("variables.yaml", variables.as_bytes()),
    ]);
    assert_eq!(findings(&report), BTreeSet::new(), "{notes}");
    assert!(notes.contains("skipped 1 encrypted object"), "{notes}");
    assert!(notes.contains("objects with variables"), "{notes}");
}

/// What `kubectl get -A -o yaml` prints of a cluster with this many namespaces.
fn dump(namespaces: usize) -> String {
    let mut items = Vec::new();
    let created = |day: usize| format!("creationTimestamp: '2026-01-{:02}T00:00:00Z'", day % 28 + 1);
    let owner = |kind: &str, name: &str| {
        format!(
            "ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: {name}, uid: x, controller: true}}]"
        )
    };
    let pod_spec = "containers: [{name: app, image: a, ports: [{containerPort: 8080, name: http}]}]";
    for index in 0..namespaces {
        let ns = format!("team-{index:02}");
        let at = |name: &str, rest: &str| {
            format!(
                "metadata: {{name: {name}, namespace: {ns}, {}, {rest}}}",
                created(index)
            )
        };
        items.push(format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {ns}, labels: {{istio-injection: enabled}}}}"
        ));
        items.push(format!(
            "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n{}\nspec: {{mtls: {{mode: STRICT}}}}",
            at("default", "labels: {}")
        ));
        for name in ["front", "back"] {
            let labels = format!("labels: {{app: {name}}}");
            let template = format!("template: {{metadata: {{{labels}}}, spec: {{{pod_spec}}}}}");
            items.push(format!(
                "apiVersion: apps/v1\nkind: Deployment\n{}\nspec: {{replicas: 2, {template}}}",
                at(name, &labels)
            ));
            for (set, replicas) in [(format!("{name}-old"), 0), (format!("{name}-new"), 2)] {
                items.push(format!(
                    "apiVersion: apps/v1\nkind: ReplicaSet\n{}\nspec: {{replicas: {replicas}, {template}}}",
                    at(&set, &owner("Deployment", name))
                ));
            }
            for pod in ["a", "b"] {
                let meta = format!(
                    "labels: {{app: {name}, security.istio.io/tlsMode: istio}}, annotations: \
                     {{sidecar.istio.io/status: '{{}}'}}, {}",
                    owner("ReplicaSet", &format!("{name}-new"))
                );
                items.push(format!(
                    "apiVersion: v1\nkind: Pod\n{}\nspec: {{containers: [{{name: app, image: a, ports: \
                     [{{containerPort: 8080}}]}}, {{name: istio-proxy, image: b, args: [proxy, sidecar], ports: \
                     [{{containerPort: 15090}}]}}]}}",
                    at(&format!("{name}-new-{pod}"), &meta)
                ));
            }
            items.push(format!(
                "apiVersion: v1\nkind: Service\n{}\nspec: {{selector: {{app: {name}}}, ports: [{{name: http, port: \
                 80, targetPort: 8080}}]}}",
                at(name, &labels)
            ));
            items.push(format!(
                "apiVersion: v1\nkind: ServiceAccount\n{}",
                at(name, &labels)
            ));
        }
    }
    // Its namespace lost the label after the pod was injected.
    items.push("apiVersion: v1\nkind: Namespace\nmetadata: {name: late}".to_owned());
    items.push(format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: late, namespace: late}}\nspec: {{template: \
         {{metadata: {{labels: {{app: late}}}}, spec: {{{pod_spec}}}}}}}"
    ));
    items.push(format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: late-0, namespace: late, labels: {{app: late}}, annotations: \
         {{sidecar.istio.io/status: '{{}}'}}, {}}}\nspec: {{containers: [{{name: istio-proxy, image: b, args: \
         [proxy, sidecar]}}]}}",
        owner("StatefulSet", "late")
    ));
    let items = items
        .iter()
        .map(|item| format!("- {}\n", item.replace('\n', "\n  ")));
    format!(
        "apiVersion: v1\nkind: List\nmetadata: {{resourceVersion: ''}}\nitems:\n{}",
        items.collect::<String>()
    )
}

#[test]
fn a_dump_of_a_whole_cluster_is_its_workloads() {
    const NAMESPACES: usize = 24;
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("cluster.yaml"), dump(NAMESPACES)).unwrap();
    let (report, notes) = run("check", directory.path());
    assert_eq!(findings(&report), BTreeSet::new(), "{notes}");
    let objects = report["summary"]["objects"].as_u64().unwrap();
    assert!(objects > 300, "{objects}");
    let (list, _) = run("list", directory.path());
    assert_eq!(contexts(&list), "contexts -");
    let rows = rows(&list);
    assert_eq!(rows.len(), 2 * NAMESPACES + 1);
    assert!(rows.contains("row - team-07/front STRICT"), "{rows:?}");
    // The live pod tells that it has a sidecar; no policy says more than the mesh default.
    assert!(rows.contains("row - late/late PERMISSIVE"), "{rows:?}");
    let ports = array(&list["rows"]).filter(|row| row["workload"] == "late");
    let ports: Vec<&Value> = ports.map(|row| &row["port"]).collect();
    assert_eq!(ports, [&Value::from(8080), &Value::Null]);
}

#[test]
fn a_server_is_asked_about_in_its_own_context() {
    let root = repositories().join("apps-by-environment");
    let args = ["peerauth", "tls-check", "payment.payment", "-o", "json", "-f"].map(OsString::from);
    let args = args.into_iter().chain([root.as_os_str().to_owned()]);
    let mut stdout = Vec::new();
    let code = cli::run(
        args,
        &mut &b""[..],
        &mut stdout,
        &mut Vec::new(),
        &Env::plain(&root),
    );
    let check: Value = serde_json::from_slice(&stdout).unwrap();
    let rows: BTreeSet<(&str, &str, &str)> = array(&check["rows"])
        .map(|row| {
            (
                text(&row["context"]),
                text(&row["host"]),
                text(&row["serverMode"]),
            )
        })
        .collect();
    let host = "payment.payment.svc.cluster.local";
    assert_eq!(
        rows,
        BTreeSet::from([("dev", host, "PERMISSIVE"), ("prod", host, "STRICT")])
    );
    assert_eq!(code, 0);
}
