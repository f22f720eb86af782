//! The config: what is wrong in one is shown where it stands, and what is right in one has its effect.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write as _;
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
            writeln!(
                failures,
                "{}: {}\n{}",
                path.display(),
                outcome.code,
                outcome.stderr
            )
            .unwrap();
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
        "istiod.ENABLE_NATIVE_SIDECARS",
        "istiod: {ENABLE_NATIVE_SIDECARS: auto}",
        "\"auto\"",
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

/// A policy that says nothing, which is found, and one that is STRICT, which is not.
fn policy(name: &str, mtls: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n\
         metadata: {{name: {name}, namespace: shop}}\nspec:\n  mtls: {mtls}\n"
    )
}

/// The findings of a run: file, rule and severity.
fn found(tree: &Tree, args: &[&str]) -> Vec<String> {
    let args: Vec<&str> = ["check", "-o", "json"].iter().chain(args).copied().collect();
    let document = tree.run(&args).json();
    let findings = document["findings"].as_array().unwrap();
    let line = |finding: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let file = text(&finding["location"]["file"]);
        format!("{file} {} {}", text(&finding["rule"]), text(&finding["severity"]))
    };
    findings.iter().map(line).collect()
}

/// A tree with one finding in each of two files.
fn two_findings(config: &str) -> Tree {
    let tree = Tree::default();
    tree.add("a/one.yaml", &policy("one", "{}"));
    tree.add("b/two.yaml", &policy("two", "{}").replace("shop", "web"));
    tree.add(".peerauth.yaml", config);
    tree
}

const ONE: &str = "a/one.yaml unset-mode info";
const TWO: &str = "b/two.yaml unset-mode info";

#[test]
fn paths_limit_what_is_read() {
    assert_eq!(found(&two_findings(""), &[]), [ONE, TWO]);
    assert_eq!(found(&two_findings("paths: {include: [a]}"), &[]), [ONE]);
    assert_eq!(
        found(&two_findings("paths: {exclude: [\"a/*.yaml\"]}"), &[]),
        [TWO]
    );
    assert_eq!(
        found(&two_findings("paths: {exclude: [a]}"), &["--no-config"]),
        [ONE, TWO]
    );
    assert_eq!(
        found(
            &two_findings("paths: {exclude: [a]}"),
            &["--exclude", "two.yaml", "--allow-empty"]
        ),
        [""; 0]
    );
}

#[test]
fn levels_are_those_of_the_config_unless_a_flag_says_otherwise() {
    let level = |level: &str| {
        two_findings(&format!(
            "rules: {{unset-mode: {level}}}\npaths: {{include: [a]}}"
        ))
    };
    assert_eq!(found(&level("off"), &[]), [""; 0]);
    assert_eq!(found(&level("error"), &[]), ["a/one.yaml unset-mode error"]);
    assert_eq!(found(&level("off"), &["--select", "unset-mode"]), [ONE]);
    assert_eq!(found(&level("error"), &["--ignore", "unset-mode"]), [""; 0]);
    assert_eq!(level("error").run(&["check"]).code, 1);
    assert_eq!(level("warning").run(&["check"]).code, 0);
    assert_eq!(level("warning").run(&["check", "--fail-on", "warning"]).code, 1);
}

#[test]
fn contexts_are_clusters_of_their_own() {
    let tree = Tree::default();
    tree.add("a/one.yaml", &policy("one", "{mode: STRICT}"));
    tree.add("b/one.yaml", &policy("one", "{mode: STRICT}"));
    tree.add(".peerauth.yaml", "contexts: {east: [a, b]}\n");
    let duplicates = found(&tree, &[]);
    assert!(
        duplicates.iter().any(|found| found.contains("duplicate-object")),
        "{duplicates:?}"
    );
    tree.add(".peerauth.yaml", "contexts: {east: [a], west: [b]}\n");
    assert_eq!(found(&tree, &[]), [""; 0]);
}

#[test]
fn an_expectation_is_a_gate() {
    let expect = |mode: &str| two_findings(&format!("expect: [{{namespaces: [shop], mode: {mode}}}]\n"));
    let outcome = expect("STRICT").run(&["check"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("unmet-expectation"), "{}", outcome.stdout);
    assert_eq!(expect("PERMISSIVE").run(&["check"]).code, 0);
}

#[test]
fn an_ignore_of_the_config_holds_for_its_object_and_its_paths() {
    let ignore = |entry: &str| two_findings(&format!("ignore: [{{rule: unset-mode, {entry}}}]\n"));
    assert_eq!(found(&ignore("object: pa/one"), &[]), [TWO]);
    assert_eq!(found(&ignore("object: two.web"), &[]), [ONE]);
    assert_eq!(found(&ignore("paths: [b]"), &[]), [ONE]);
    assert_eq!(found(&ignore("paths: [\"*.yaml\"]"), &[]), [""; 0]);
    let both = found(&ignore("object: one, paths: [b]"), &[]);
    assert_eq!(both, [ONE, TWO, ".peerauth.yaml unused-ignore warning"]);
    let day = ignore("object: pa/one, expires: 2026-06-30");
    assert_eq!(found(&day, &["--today", "2026-06-30"]), [TWO]);
    let over = found(&day, &["--today", "2026-07-01"]);
    assert_eq!(over, [ONE, TWO, ".peerauth.yaml unused-ignore warning"]);
}

#[test]
fn a_part_of_the_tree_says_nothing_of_the_rest() {
    let tree = two_findings(
        "ignore:\n- {rule: unset-mode, object: pa/gone.web}\n- {rule: unset-mode, paths: [c]}\n",
    );
    let unused = found(&tree, &["--select", "unused-ignore"]);
    assert_eq!(unused.len(), 2, "{unused:?}");
    let part = common::command::command(&["check", "-o", "json", &tree.path("a")], "", tree.root());
    assert_eq!(part.json()["summary"]["warnings"], 0, "{}", part.stdout);
}

#[test]
fn a_demanded_reason_is_demanded_of_all() {
    let demanded = "require-reasons: true\nignore: [{rule: unset-mode, object: pa/one, reason: \"\"}]\n";
    let found_demanded = found(&two_findings(demanded), &[]);
    assert_eq!(found_demanded, [ONE, TWO, ".peerauth.yaml unused-ignore warning"]);
    let free = demanded.replace("true", "false");
    assert_eq!(found(&two_findings(&free), &[]), [TWO]);
}

#[test]
fn a_required_version_is_met_or_the_run_ends() {
    assert_eq!(check("required-version: \">=0.1\"\n").code, 0);
    assert_eq!(check("required-version: \">=99\"\n").code, 2);
}

/// What the schema has to say about a config.
fn is_valid(validator: &jsonschema::Validator, text: &str) -> bool {
    let value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
    let value = if value.is_null() {
        serde_json::json!({})
    } else {
        serde_json::to_value(value).unwrap()
    };
    validator.is_valid(&value)
}

/// The files of a page, as path and text: blocks that name the path in their first line.
fn examples(page: &str) -> Vec<(&str, &str)> {
    let blocks = page.split("```yaml\n# ").skip(1);
    blocks
        .map(|block| block.split_once("```").unwrap().0)
        .map(|block| block.split_once('\n').unwrap())
        .collect()
}

/// What a schema cannot know: whether the text is YAML, other files, the version, and the whole of an entry.
const BEYOND: [&str; 11] = [
    "general-ignore",
    "missing-baseline",
    "missing-context",
    "missing-values",
    "required-version",
    "selector-no-values",
    "selector-values",
    "syntax",
    "twice",
    "two-documents",
    "wrong-version",
];

#[test]
fn the_schema_is_that_of_the_config() {
    let schema = command(&["schema", "config"], "", Path::new("/nowhere")).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, written, _) in MESH {
        assert!(is_valid(&validator, &format!("mesh:\n  {written}\n")), "{name}");
        assert!(
            !is_valid(&validator, &format!("mesh:\n  x-{written}\n")),
            "{name}"
        );
    }
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/config.md")).unwrap();
    let tree = Tree::default();
    for (path, text) in examples(&page) {
        tree.add(path, text);
    }
    for (_, example) in examples(&page)
        .iter()
        .filter(|(path, _)| *path == ".peerauth.yaml")
    {
        tree.add(".peerauth.yaml", example);
        let reads = tree.run(&["check"]).code != 2;
        assert_eq!(is_valid(&validator, example), reads, "{example}");
    }
    for path in common::files(&testdata("mistakes"), "yaml") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        if !BEYOND.contains(&name) {
            let text = fs::read_to_string(&path).unwrap();
            assert!(!is_valid(&validator, &text), "{name}");
        }
    }
}

#[test]
fn the_schema_knows_every_key_and_no_other() {
    let schema = command(&["schema", "config"], "", Path::new("/nowhere")).json();
    let keys = schema["properties"].as_object().unwrap().keys();
    for key in keys {
        // Whatever is wrong with the value, the key is known.
        let outcome = check(&format!("{key}: 7\n"));
        assert!(
            !outcome.stderr.contains("no key is called"),
            "{key}: {}",
            outcome.stderr
        );
    }
    let unknown = check("colour: blue\n").stderr;
    let known: Vec<&str> = unknown.split('`').skip(3).step_by(2).collect();
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(known, keys, "{unknown}");
}

#[test]
fn values_of_the_chart_are_read_where_the_config_names_them() {
    let tree = Tree::default();
    tree.add("charts/values.yaml", "meshConfig:\n  trustDomain: of-values\n");
    tree.add(".peerauth.yaml", "paths: {exclude: [charts]}\n");
    assert_eq!(shown(&tree, &[])["mesh.trustDomain"]["from"], "default");
    tree.add(
        ".peerauth.yaml",
        "mesh: {values: [charts/values.yaml]}\npaths: {exclude: [charts]}\n",
    );
    assert_eq!(shown(&tree, &[])["mesh.trustDomain"]["value"], "of-values");
    let named = format!("values={}", tree.path("charts/values.yaml"));
    let settings = shown(&tree, &["--no-config", "--mesh", &named]);
    assert_eq!(settings["mesh.trustDomain"]["value"], "of-values");
}
