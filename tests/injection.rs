//! The data plane of a pod against what Istio's webhook configurations and its injector decide.

mod common;

use peerauth::mesh::{Mesh, Settings};
use peerauth::model::Context;
use peerauth::resolve::Resolution;

fn settings(install: &str) -> Settings {
    let mut settings = Settings::default();
    let (revisions, by_default) = match install {
        "default" => (vec!["default"], false),
        "canary" => (vec!["canary"], false),
        "default,canary" => (vec!["default", "canary"], false),
        _ => (vec!["default"], true),
    };
    settings
        .revisions
        .set_by_flag(Some(revisions.into_iter().map(Box::from).collect()));
    settings.enable_namespaces_by_default.set_by_flag(by_default);
    settings
}

fn data_plane(row: &[&str]) -> &'static str {
    let row: [&str; 7] = row.try_into().expect("a row has seven columns");
    let [
        install,
        namespace,
        namespace_labels,
        labels,
        annotations,
        host_network,
        _,
    ] = row;
    let text = format!(
        "{{apiVersion: v1, kind: Namespace, metadata: {{name: {namespace}, labels: {namespace_labels}}}}}\n---\n\
         {{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: {namespace}, labels: {labels}, \
         annotations: {annotations}}}, spec: {{hostNetwork: {host_network}}}}}\n"
    );
    let objects = common::objects(&text);
    let context = Context::default();
    let mesh = Mesh::new(&objects, &context, settings(install));
    let resolution = Resolution::new(&mesh);
    let (id, _) = mesh.workloads().next().expect("the pod");
    resolution.workload(id).enrolment.plane.as_str()
}

#[test]
fn every_row_agrees() {
    let rows = include_str!("../testdata/conformance/injection.tsv");
    let rows: Vec<Vec<&str>> = rows
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let found = data_plane(row);
            (found != row[6]).then(|| format!("{row:?}: found {found}"))
        })
        .collect();
    println!(
        "injection: {} passed, {} failed",
        rows.len() - wrong.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rows.len(), 1000);
}
