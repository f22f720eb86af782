//! Which parts of a tree belong to one cluster: what the config says, and what kustomizations do to names,
//! labels and each other.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use peerauth::cli::{self, Env};
use peerauth::load::{Inputs, Loaded, load};
use peerauth::mesh::{Mesh, Settings, Shared};
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

/// Everything of a mesh that rests on which objects there are.
fn described(mesh: &Mesh<'_>) -> String {
    let namespaces = mesh.namespaces.iter().map(|(id, namespace)| {
        let given = namespace.given.len();
        format!("{id:?} {:?} {given} {}", namespace.name, namespace.is_discovered)
    });
    let services = mesh.services().map(|(id, service)| {
        let at = service.meta().span;
        let found = mesh.services_of_host(&service.host);
        format!(
            "{id:?} {} {:?} {at:?} {:?} {found:?}",
            service.host, service.namespace, service.ports
        )
    });
    let workloads = mesh.workloads().map(|(id, workload)| {
        let namespace = workload.namespace;
        format!("{id:?} {namespace:?} {:?}", workload.meta().span)
    });
    let policies = mesh.policies.iter().map(|(id, policy)| {
        let namespace = policy.namespace;
        format!(
            "{id:?} {namespace:?} {:?} {:?}",
            policy.scope, policy.object.meta.span
        )
    });
    let rules = mesh.destination_rules.iter();
    let rules = rules.map(|(rule, namespace)| format!("{namespace:?} {:?}", rule.meta.span));
    let duplicates = mesh.duplicates.iter().map(|duplicate| {
        let [overwritten, effective] = [duplicate.overwritten, duplicate.effective].map(|meta| meta.span);
        format!("{overwritten:?} by {effective:?}")
    });
    let parts = [
        namespaces.collect::<Vec<_>>(),
        services.collect(),
        workloads.collect(),
        policies.collect(),
        rules.collect(),
        duplicates.collect(),
    ];
    format!("{:?} {:?} {parts:#?}", mesh.context, mesh.root)
}

/// Holds for every context with what all of them share; the result is how many services they share.
fn assert_shared_is_the_same(loaded: &Loaded) -> usize {
    let Loaded {
        objects, contexts, ..
    } = loaded;
    let settings = Settings::default();
    let Some(shared) = Shared::new(objects, contexts, &settings) else {
        return 0;
    };
    let assert_same = |context: &Context| {
        let alone = Mesh::new(objects, context, settings.clone());
        let with_shared = Mesh::with(Some(&shared), objects, context, settings.clone());
        assert_eq!(described(&with_shared), described(&alone));
    };
    for context in contexts {
        assert_same(context);
        // What is only assumed of a cluster is not what the clusters share.
        for meta in objects.metas().filter(|meta| context.holds(meta)) {
            assert_same(&Context {
                removed: [meta.place()].into(),
                ..context.clone()
            });
        }
    }
    shared.service_count()
}

#[test]
fn what_clusters_share_is_in_each_as_if_it_were_alone() {
    let service = |name: &str, namespace: &str, port: u16| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{ports: \
             [{{port: {port}}}], selector: {{app: {name}}}}}\n"
        )
    };
    let entry = |host: &str| {
        format!(
            "---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{name: e, namespace: \
             shop}}\nspec: {{hosts: [{host}, Other.example.org], ports: [{{number: 80, name: http, protocol: HTTP}}]}}\n"
        )
    };
    let namespace = |name: &str, labels: &str| {
        format!("---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n")
    };
    let workload = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: shop}\nspec: {template: \
                    {metadata: {labels: {app: a}}, spec: {containers: []}}}\n";
    let discovery = "---\napiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: \
                     mesh}\nspec: {meshConfig: {discoverySelectors: [{matchLabels: {mesh: 'yes'}}]}}\n";
    let domain = "---\napiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: \
                  mesh}\nspec: {values: {global: {proxy: {clusterDomain: example.test}}}}\n";
    let shared = [
        service("a", "shop", 80),
        service("b", "shop", 80),
        service("z", "web", 80),
        entry("api.example.org"),
        // The second definition takes part, in each of the clusters.
        service("b", "shop", 81),
        namespace("shop", "mesh: 'yes'"),
        namespace("web", ""),
        workload.to_owned(),
    ];
    let leaves = [
        policy("default"),
        policy("default") + &service("a", "shop", 8080),
        policy("default") + &entry("a.example.org"),
        policy("default") + &service("new", "before", 80) + &namespace("middle", ""),
        policy("default") + &namespace("shop", "more: labels") + workload,
        policy("default") + &service("a", "zoo", 80) + discovery,
        policy("default") + domain,
        policy("default") + &policy("default"),
    ];
    let names: Vec<String> = (0..leaves.len()).map(|index| format!("c{index}")).collect();
    let files: Vec<String> = names.iter().map(|name| format!("{name}/all.yaml")).collect();
    let leaves = files.iter().zip(&leaves).map(|(file, text)| (&**file, &**text));
    let paths: Vec<[&str; 1]> = names.iter().map(|name| [&**name]).collect();
    let contexts = names
        .iter()
        .zip(&paths)
        .map(|(name, paths)| (&**name, &paths[..]));
    let contexts: Vec<(&str, &[&str])> = contexts.collect();
    let shared = shared.concat();
    // What stands before the leaves in path order is overwritten by them; what stands behind them overwrites them.
    for place in ["base/all.yaml", "shared/all.yaml"] {
        let files: Vec<(&str, &str)> = leaves.clone().chain([(place, &*shared)]).collect();
        let loaded = read(&tree(&files), &[""], &contexts);
        assert_eq!(assert_shared_is_the_same(&loaded), 5, "{place}");
    }
}

#[test]
fn what_the_clusters_of_repositories_share_is_in_each_as_if_it_were_alone() {
    let repositories = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/repositories");
    let repositories = fs::read_dir(repositories)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let shared = repositories.map(|path| {
        let inputs = Inputs {
            base: Some(path.clone()),
            paths: vec![path],
            ..Inputs::default()
        };
        assert_shared_is_the_same(&load(&inputs, &mut io::empty(), &()).unwrap())
    });
    let shared: usize = shared.sum();
    assert!(shared > 0, "nothing is shared");
}
