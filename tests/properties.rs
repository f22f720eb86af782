//! What must hold of every tree: the order of documents never matters, and what is missing is never taken
//! for absent.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::Analysis;
use proptest::prelude::*;

/// Trees of several kinds, as documents.
fn trees() -> Vec<(String, Vec<String>)> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut trees: Vec<(String, Vec<String>)> = Vec::new();
    for kind in ["conformance/sidecar", "conformance/ambient"] {
        for path in common::files(&testdata.join(kind), "yaml").into_iter().step_by(5) {
            trees.push((
                path.display().to_string(),
                documents(&fs::read_to_string(path).expect("a mesh")),
            ));
        }
    }
    for folder in common::folders(&testdata.join("guide")) {
        let texts = common::files(&folder, "yaml")
            .into_iter()
            .map(|path| fs::read_to_string(path).expect("a manifest"));
        trees.push((
            folder.display().to_string(),
            texts.flat_map(|text| documents(&text)).collect(),
        ));
    }
    for path in common::files(&testdata.join("semantics"), "yaml") {
        let text = fs::read_to_string(&path).expect("a mesh");
        trees.push((path.display().to_string(), documents(&text)));
    }
    assert!(trees.len() > 100, "the trees are found");
    trees
}

fn documents(text: &str) -> Vec<String> {
    text.split("\n---\n")
        .map(|document| document.trim_start_matches("---\n").to_owned())
        .collect()
}

fn analyse(documents: &[String]) -> Analysis {
    Analysis::of(&documents.join("\n---\n"))
}

/// Documents that belong to no object of which the order counts: a second definition of an object
/// overwrites the first.
fn has_duplicates(analysis: &Analysis) -> bool {
    analysis
        .findings
        .iter()
        .any(|finding| finding.rule == "duplicate-object")
}

#[test]
fn the_order_of_documents_changes_no_answer() {
    for (name, documents) in trees() {
        let given = analyse(&documents);
        if has_duplicates(&given) {
            continue;
        }
        let mut turned = documents.clone();
        turned.reverse();
        let mut halved = documents.clone();
        halved.rotate_left(documents.len() / 2);
        for other in [turned, halved] {
            let other = analyse(&other);
            assert_eq!(given.servers, other.servers, "{name}");
            assert_eq!(given.connections, other.connections, "{name}");
            assert_eq!(given.keys(), other.keys(), "{name}");
        }
    }
}

/// Kinds whose absence may only be assumed away in words.
fn may_live_elsewhere(document: &str) -> bool {
    const KINDS: [&str; 8] = [
        "Namespace",
        "Service",
        "Pod",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Job",
    ];
    KINDS
        .iter()
        .any(|kind| document.lines().any(|line| line == format!("kind: {kind}")))
}

#[test]
fn what_is_removed_is_unknown_and_not_absent() {
    for (name, documents) in trees() {
        let before = analyse(&documents).certain_errors();
        for index in (0..documents.len()).filter(|&index| may_live_elsewhere(&documents[index])) {
            let mut rest = documents.clone();
            let removed = rest.remove(index);
            let after = analyse(&rest).certain_errors();
            let new: BTreeSet<_> = after.difference(&before).collect();
            assert!(
                new.is_empty(),
                "{name}: without\n{removed}\nthere are new errors: {new:#?}"
            );
        }
    }
}

#[test]
fn an_unrelated_namespace_changes_nothing() {
    let stranger = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: stranger\n  labels:\n    istio-injection: enabled\n---\n\
        apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: own\n  namespace: stranger\n\
        spec:\n  mtls:\n    mode: DISABLE\n---\n\
        apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: own\n  namespace: stranger\n\
        spec:\n  host: nobody.stranger.svc.cluster.local\n  trafficPolicy:\n    tls:\n      mode: DISABLE";
    for (name, documents) in trees() {
        assert_nothing_changes(&name, &documents, &[stranger]);
    }
}

/// Whatever a namespace without workloads says about itself: a Service, a ServiceEntry, a VirtualService of its
/// own hosts and a Sidecar resource.
#[test]
fn what_an_unrelated_namespace_holds_changes_nothing() {
    let head = |kind: &str, api: &str| {
        format!("apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: own\n  namespace: stranger\nspec:\n")
    };
    let networking = "networking.istio.io/v1";
    let strangers = [
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: stranger\n  labels:\n    istio-injection: enabled".to_owned(),
        head("Service", "v1") + "  selector:\n    app: own\n  ports:\n    - name: http\n      port: 80",
        head("ServiceEntry", networking)
            + "  hosts:\n    - own.stranger.example\n  ports:\n    - name: http\n      number: 80\n      protocol: HTTP\n  \
               resolution: DNS",
        head("VirtualService", networking)
            + "  hosts:\n    - own\n  http:\n    - match:\n        - sourceLabels:\n            app: own\n      route:\n        \
               - destination:\n            host: own.stranger.example\n    - route:\n        - destination:\n            host: own",
        head("Sidecar", networking) + "  egress:\n    - hosts:\n        - ./*",
    ];
    let strangers: Vec<&str> = strangers.iter().map(String::as_str).collect();
    for (name, documents) in trees() {
        assert_nothing_changes(&name, &documents, &strangers);
    }
}

/// Whether nothing is said otherwise of the objects of a tree once strangers are beside them.
fn assert_nothing_changes(name: &str, documents: &[String], strangers: &[&str]) {
    let before = analyse(documents);
    let mut documents = documents.to_vec();
    documents.extend(strangers.iter().copied().map(str::to_owned));
    let after = analyse(&documents);
    let is_about_stranger = |line: &&String| line.contains("stranger");
    let known: BTreeSet<String> = after
        .connections
        .iter()
        .filter(|line| !is_about_stranger(line))
        .cloned()
        .collect();
    assert_eq!(before.servers, after.servers, "{name}");
    assert_eq!(before.connections, known, "{name}");
    let keys: BTreeSet<&str> = after
        .keys()
        .into_iter()
        .filter(|key| !key.contains("stranger"))
        .collect();
    assert_eq!(before.keys(), keys, "{name}");
}

#[test]
fn classes_and_single_clients_see_the_same() {
    for (name, documents) in trees() {
        let analysis = analyse(&documents);
        assert_eq!(analysis.connections, analysis.expanded, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any order, also of documents between files of one tree.
    #[test]
    fn shuffled_documents_change_no_answer(
        tree in prop::sample::select(trees()),
        seed in prop::collection::vec(any::<u32>(), 80),
    ) {
        let (_, documents) = tree;
        let given = analyse(&documents);
        prop_assume!(!has_duplicates(&given));
        let mut order: Vec<usize> = (0..documents.len()).collect();
        order.sort_by_key(|&index| (seed[index % seed.len()], index));
        let shuffled: Vec<String> = order.into_iter().map(|index| documents[index].clone()).collect();
        let shuffled = analyse(&shuffled);
        prop_assert_eq!(given.servers, shuffled.servers);
        prop_assert_eq!(given.connections, shuffled.connections);
    }
}
