//! Meshes with many policies, rules and callers, for tests of what must hold in every mesh.

use std::fs;
use std::path::{Path, PathBuf};

use super::{files, folders};

/// A file or folder of the test data.
pub fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

fn texts(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let paths = files(folder, "yaml").into_iter();
    paths.map(|path| fs::read_to_string(path).expect("the file is readable"))
}

/// The manifests of a folder in one text.
pub fn text_of(folder: &Path) -> String {
    join(&texts(folder).collect::<Vec<_>>())
}

/// The documents of a text.
pub fn documents(text: &str) -> Vec<String> {
    text.split("\n---\n")
        .map(|document| document.trim_start_matches("---\n").to_owned())
        .filter(|document| !document.trim().is_empty())
        .collect()
}

/// A text of documents.
pub fn join(documents: &[String]) -> String {
    documents.join("\n---\n")
}

/// Every mesh of the test data, one text each.
pub fn meshes() -> Vec<String> {
    let mut meshes: Vec<String> = Vec::new();
    for kind in [
        "conformance/sidecar",
        "conformance/ambient",
        "semantics",
        "semantics-ambient",
    ] {
        meshes.extend(texts(&testdata(kind)));
    }
    for kind in ["guide", "meshes"] {
        meshes.extend(folders(&testdata(kind)).iter().map(|folder| text_of(folder)));
    }
    for rule in folders(&testdata("rules")) {
        meshes.extend(texts(&rule).take(2));
    }
    assert!(meshes.len() > 200, "the meshes are found");
    meshes
}
