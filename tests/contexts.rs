//! Which parts of a tree belong to one cluster: what the config says, and what kustomizations do to names,
//! labels and each other.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use peerauth::cli::{self, Env};
use peerauth::load::{Inputs, Loaded, load};
use peerauth::model::{Context, Meta};
use tempfile::TempDir;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

fn policy(name: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: {name}, namespace: shop}}\n"
    )
}

fn read(directory: &TempDir, paths: &[&str], contexts: &[(&str, &[&str])]) -> Loaded {
    let contexts = contexts.iter().map(|(name, paths)| {
        let paths = paths.iter().map(PathBuf::from).collect();
        (Box::from(*name), paths)
    });
    let inputs = Inputs {
        paths: paths.iter().map(|path| directory.path().join(path)).collect(),
        base: Some(directory.path().to_owned()),
        contexts: contexts.collect(),
        ..Inputs::default()
    };
    load(&inputs, &mut io::empty(), &()).unwrap()
}

/// The contexts with the qualified names of their objects.
fn contents(loaded: &Loaded) -> Vec<(String, Vec<String>)> {
    let objects = |context: &Context| {
        let held = loaded.objects.metas().filter(|meta| context.holds(meta));
        let mut names: Vec<String> = held.map(Meta::qualified_name).collect();
        names.sort();
        names
    };
    let contexts = loaded.contexts.iter();
    contexts
        .map(|context| {
            (
                context.name.as_deref().unwrap_or("-").to_owned(),
                objects(context),
            )
        })
        .collect()
}

#[track_caller]
fn assert_contents(loaded: &Loaded, expected: &[(&str, &[&str])]) {
    let contents = contents(loaded);
    let contents: Vec<(&str, Vec<&str>)> = contents
        .iter()
        .map(|(name, objects)| (&**name, objects.iter().map(|name| &**name).collect()))
        .collect();
    let expected: Vec<(&str, Vec<&str>)> = expected
        .iter()
        .map(|(name, objects)| (*name, objects.to_vec()))
        .collect();
    assert_eq!(contents, expected);
}

#[test]
fn the_config_names_clusters() {
    let directory = tree(&[
        ("east/a.yaml", &policy("east")),
        ("west/a.yaml", &policy("west")),
        ("west/b/c.yaml", &policy("far-west")),
        ("shared/a.yaml", &policy("default")),
        ("one.yaml", &policy("one")),
    ]);
    let contexts: &[(&str, &[&str])] = &[("left", &["west", "one.yaml"]), ("right", &["ea*"])];
    let loaded = read(&directory, &[""], contexts);
    assert_contents(
        &loaded,
        &[
            (
                "left",
                &["shop/default", "shop/far-west", "shop/one", "shop/west"],
            ),
            ("right", &["shop/default", "shop/east"]),
        ],
    );
}

#[test]
fn a_tree_without_alternatives_is_one_cluster() {
    let directory = tree(&[("a/a.yaml", &policy("a")), ("b/b.yaml", &policy("b"))]);
    let loaded = read(&directory, &[""], &[]);
    assert_contents(&loaded, &[("-", &["shop/a", "shop/b"])]);
}

#[test]
fn alternatives_within_alternatives_share_what_lies_above_them() {
    let directory = tree(&[
        ("dev/base.yaml", &policy("base")),
        ("dev/blue/a.yaml", &policy("a")),
        ("dev/green/a.yaml", &policy("a")),
        ("prod/base.yaml", &policy("base")),
        ("top.yaml", &policy("top")),
    ]);
    let loaded = read(&directory, &[""], &[]);
    assert_contents(
        &loaded,
        &[
            ("dev/blue", &["shop/a", "shop/base", "shop/top"]),
            ("dev/green", &["shop/a", "shop/base", "shop/top"]),
            ("prod", &["shop/base", "shop/top"]),
        ],
    );
}

#[test]
fn namespaces_and_generated_names_are_in_common_without_harm() {
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
    let job = "{apiVersion: batch/v1, kind: Job, metadata: {generateName: job-, namespace: shop}}";
    let directory = tree(&[
        ("a/n.yaml", namespace),
        ("b/n.yaml", namespace),
        ("a/j.yaml", job),
        ("b/j.yaml", job),
    ]);
    let loaded = read(&directory, &[""], &[]);
    assert_eq!(loaded.contexts.len(), 1);
}

#[test]
fn an_overlay_alone_brings_its_base() {
    let directory = tree(&[
        ("base/kustomization.yaml", "resources: [a.yaml]"),
        ("base/a.yaml", &policy("a")),
        ("base/b.yaml", &policy("b")),
        (
            "overlay/kustomization.yaml",
            "resources: [../base]\nnamePrefix: x-\nnamespace: other",
        ),
    ]);
    let loaded = read(&directory, &["overlay"], &[]);
    assert_contents(&loaded, &[("-", &["other/x-a"])]);
}

#[test]
fn what_kustomize_changes_without_patches() {
    let objects = "apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {selector: {app: app}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, labels: {tier: one}}
spec: {template: {metadata: {labels: {app: app}}}}
";
    let directory = tree(&[
        (
            "base/kustomization.yaml",
            "resources: [a.yaml]\nnameSuffix: -v1\nnamespace: inner",
        ),
        ("base/a.yaml", objects),
        (
            "kustomization.yaml",
            "resources: [base]\nnamePrefix: x-\nnamespace: outer\ncommonLabels: {team: red}\nlabels:\n- pairs: {tier: \
             two}\n- pairs: {stage: prod}\n  includeTemplates: true\ncommonAnnotations: {note: here}\n",
        ),
    ]);
    let loaded = read(&directory, &[""], &[]);
    assert_contents(&loaded, &[("-", &["outer", "outer/x-app-v1", "outer/x-app-v1"])]);
    let selector = &loaded.objects.services[0].spec.selector;
    assert_eq!((selector.get("team"), selector.get("stage")), (Some("red"), None));
    let workload = &loaded.objects.workloads[0];
    assert_eq!(workload.meta.labels.get("tier"), Some("two"));
    let template = &workload.spec.template;
    assert_eq!(template.labels.get("tier"), None);
    assert_eq!(template.labels.get("stage"), Some("prod"));
    assert_eq!(template.labels.get("team"), Some("red"));
    assert_eq!(template.annotations.get("note"), Some("here"));
    // What the kustomization adds stands there.
    let added = template.labels.entry("team").unwrap();
    assert_eq!(
        loaded.sources.path(added.value_span.file),
        directory.path().join("kustomization.yaml")
    );
}

#[test]
fn kustomizations_that_include_themselves_or_nothing_end_no_run() {
    let directory = tree(&[
        (
            "a/kustomization.yaml",
            "resources: [../b, missing.yaml, https://example.org/x.yaml]",
        ),
        ("b/kustomization.yaml", "resources: [../a, b.yaml]"),
        ("b/b.yaml", &policy("b")),
        ("c/kustomization.yaml", "resources: {"),
        ("c/c.yaml", &policy("c")),
    ]);
    let loaded = read(&directory, &[""], &[]);
    assert_contents(&loaded, &[("-", &["shop/b", "shop/c"])]);
}

#[test]
fn tables_name_the_cluster_of_each_row() {
    let repository = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/repositories/dev-prod-trees"
    );
    for (command, first) in [("list", "NAMESPACE"), ("tls-check", "HOST:PORT")] {
        let args = ["peerauth", command, "-f", repository].map(std::ffi::OsString::from);
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let env = Env::plain(Path::new("/nowhere"));
        cli::run(args, &mut io::empty(), &mut stdout, &mut stderr, &env);
        let table = String::from_utf8(stdout).unwrap();
        assert_eq!(
            table.split_whitespace().take(2).collect::<Vec<_>>(),
            ["CONTEXT", first]
        );
        let mut clusters: Vec<&str> = table
            .lines()
            .skip(1)
            .filter_map(|line| line.split("  ").next())
            .collect();
        clusters.dedup();
        assert_eq!(clusters, ["clusters/dev", "clusters/prod"], "{table}");
    }
}
