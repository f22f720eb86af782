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
    assert!(trees.len() > 30, "the trees are found");
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
    for (name, mut documents) in trees() {
        let before = analyse(&documents);
        documents.push(stranger.to_owned());
        let after = analyse(&documents);
        assert_eq!(before.servers, after.servers, "{name}");
        assert_eq!(before.connections, after.connections, "{name}");
        assert_eq!(before.keys(), after.keys(), "{name}");
    }
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
