//! The config: what is wrong in one is shown where it stands, and what is right in one has its effect.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::command::{Outcome, Tree, command};
use serde_json::Value;

fn testdata(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/config")
        .join(folder)
}

/// Checks an empty tree with this config.
fn check(config: &str) -> Outcome {
    let tree = Tree::default();
    tree.add(".peerauth.yaml", config);
    tree.run(&["check", "--allow-empty"])
}

#[test]
fn every_mistake_is_shown_where_it_stands() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    for path in common::files(&testdata("mistakes"), "yaml") {
        let outcome = check(&fs::read_to_string(&path).unwrap());
        let out = path.with_extension("out");
        if update {
            fs::write(&out, &outcome.stderr).unwrap();
        }
        let expected = fs::read_to_string(&out).unwrap_or_default();
        if outcome.stderr != expected || outcome.code != 2 || !outcome.stdout.is_empty() {
            failures += &format!("{}: {}\n{}", path.display(), outcome.code, outcome.stderr);
        }
    }
    assert!(failures.is_empty(), "not as expected:\n{failures}");
}

#[test]
fn a_missing_config_ends_the_run() {
    let outcome = command(
        &["check", "--config", "/no/such/file.yaml"],
        "",
        Path::new("/nowhere"),
    );
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("/no/such/file.yaml"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_empty_config_says_nothing() {
    for text in ["", "# nothing yet\n", "---\n", "rules:\nignore:\n"] {
        let outcome = check(text);
        assert_eq!(outcome.code, 0, "{text:?}: {}", outcome.stderr);
    }
}

/// Settings by name, as `config show` has them.
fn shown(tree: &Tree, args: &[&str]) -> Value {
    let args: Vec<&str> = ["config", "show", "-o", "json"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let outcome = tree.run(&args);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.json()["settings"].take()
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let tree = Tree::default();
    tree.add(
        "mesh.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |-\n    \
         rootNamespace: of-manifest\n    trustDomain: of-manifest\n    enableAutoMtls: false\n",
    );
    tree.add(
        ".peerauth.yaml",
        "mesh:\n  trustDomain: of-config\n  enableAutoMtls: true\n",
    );
    let settings = shown(&tree, &["--mesh", "enableAutoMtls=false"]);
    let setting = |name: &str| settings[format!("mesh.{name}")].clone();
    let expect = |value: Value, from: &str| serde_json::json!({"value": value, "from": from});
    assert_eq!(
        setting("clusterDomain"),
        expect("cluster.local".into(), "default")
    );
    assert_eq!(
        setting("rootNamespace"),
        expect("of-manifest".into(), "mesh.yaml:6")
    );
    assert_eq!(
        setting("trustDomain"),
        expect("of-config".into(), ".peerauth.yaml:2")
    );
    assert_eq!(setting("enableAutoMtls"), expect(false.into(), "flag"));
    let without = shown(&tree, &["--no-config"]);
    assert_eq!(
        without["mesh.trustDomain"],
        expect("of-manifest".into(), "mesh.yaml:7")
    );
}

/// Every setting of the mesh with a value that is not its default, as a config nests it and as it is shown.
const MESH: &[(&str, &str, &str)] = &[
    ("ambient", "ambient: true", "true"),
    ("clusterDomain", "clusterDomain: example.org", "\"example.org\""),
    ("complete", "complete: [a, \"b-*\"]", "[\"a\",\"b-*\"]"),
    (
        "defaultConfig.interceptionMode",
        "defaultConfig: {interceptionMode: TPROXY}",
        "\"TPROXY\"",
    ),
    (
        "defaultConfig.proxyMetadata.ISTIO_META_ENABLE_HBONE",
        "defaultConfig: {proxyMetadata: {ISTIO_META_ENABLE_HBONE: \"true\"}}",
        "true",
    ),
    (
        "defaultConfig.statusPort",
        "defaultConfig: {statusPort: 15099}",
        "15099",
    ),
    (
        "defaultDestinationRuleExportTo",
        "defaultDestinationRuleExportTo: [\".\"]",
        "[\".\"]",
    ),
    (
        "defaultServiceExportTo",
        "defaultServiceExportTo: [\"~\"]",
        "[\"~\"]",
    ),
    (
        "defaultVirtualServiceExportTo",
        "defaultVirtualServiceExportTo: [\".\"]",
        "[\".\"]",
    ),
    (
        "discoverySelectors",
        "discoverySelectors: [{matchLabels: {mesh: \"on\"}}]",
        "[{\"matchExpressions\":[],\"matchLabels\":{\"mesh\":\"on\"}}]",
    ),
    ("enableAutoMtls", "enableAutoMtls: false", "false"),
    (
        "enableNamespacesByDefault",
        "enableNamespacesByDefault: true",
        "true",
    ),
    ("enablePrometheusMerge", "enablePrometheusMerge: false", "false"),
    (
        "injection.namespaces.shop",
        "injection: {namespaces: {shop: injected}}",
        "\"injected\"",
    ),
    (
        "injection.unlistedNamespaces",
        "injection: {unlistedNamespaces: not-injected}",
        "\"not-injected\"",
    ),
    ("injector.policy", "injector: {policy: disabled}", "\"disabled\""),
    (
        "injector.rewriteAppHTTPProbe",
        "injector: {rewriteAppHTTPProbe: false}",
        "false",
    ),
    (
        "istiod.ENABLE_TLS_ON_SIDECAR_INGRESS",
        "istiod: {ENABLE_TLS_ON_SIDECAR_INGRESS: true}",
        "\"true\"",
    ),
    (
        "outboundTrafficPolicy",
        "outboundTrafficPolicy: {mode: REGISTRY_ONLY}",
        "\"REGISTRY_ONLY\"",
    ),
    ("revisions", "revisions: [canary]", "[\"canary\"]"),
    ("rootNamespace", "rootNamespace: mesh", "\"mesh\""),
    ("trustDomain", "trustDomain: example.org", "\"example.org\""),
];

#[test]
fn every_setting_of_the_mesh_is_taken_from_the_config() {
    let defaults = shown(&Tree::default(), &[]);
    for (name, written, value) in MESH {
        let tree = Tree::default();
        tree.add(".peerauth.yaml", &format!("mesh:\n  {written}\n"));
        let name = format!("mesh.{name}");
        let settings = shown(&tree, &[]);
        assert_eq!(settings[&name]["value"].to_string(), *value, "{name}");
        assert_eq!(settings[&name]["from"], ".peerauth.yaml:2", "{name}");
        assert_ne!(settings[&name]["value"], defaults[&name]["value"], "{name}");
    }
    let named: Vec<String> = MESH.iter().map(|(name, ..)| format!("mesh.{name}")).collect();
    for name in defaults
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| name.starts_with("mesh."))
    {
        assert!(named.contains(name), "{name} is not tried");
    }
}
