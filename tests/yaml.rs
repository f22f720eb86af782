//! Every text of `testdata/conformance/yaml.jsonl` reads as kubectl's own decoder reads it.
//!
//! `testdata/yaml-lenient.txt` lists the texts, with reasons, on which reading is knowingly more lenient.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::source::FileId;
use peerauth::yaml::{DefectKind, Node, Value, parse, split};
use serde::Deserialize;
use serde_json::{Value as Json, json};

#[derive(Deserialize)]
struct Vector {
    name: String,
    text: String,
    documents: Vec<Json>,
    error: Option<String>,
}

/// What reading a text gives: documents in order up to the first that is refused, and why it is.
struct Reading {
    documents: Vec<Json>,
    error: Option<String>,
}

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(path)
}

fn vectors() -> Vec<Vector> {
    let text = fs::read_to_string(testdata("conformance/yaml.jsonl")).expect("the vectors are there");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a vector is JSON"))
        .collect()
}

/// Name and reason of each lenient text.
fn lenient() -> BTreeMap<String, String> {
    let text = fs::read_to_string(testdata("yaml-lenient.txt")).expect("the list is there");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(": ").expect("`name: reason`"))
        .map(|(name, reason)| (name.to_owned(), reason.to_owned()))
        .collect()
}

fn read(text: &str) -> Reading {
    let mut documents = vec![];
    for document in split(text.as_bytes()) {
        let parsed = parse(FileId(0), text.as_bytes(), &document);
        let syntax = parsed.defects.iter().find_map(|defect| match &defect.kind {
            DefectKind::Syntax(message) => Some(message.clone()),
            DefectKind::Oversized(limit) => Some(format!("{limit:?}")),
            _ => None,
        });
        if syntax.is_some() {
            return Reading {
                documents,
                error: syntax,
            };
        }
        documents.extend(parsed.tree.map(|tree| to_json(tree.root())));
    }
    Reading {
        documents,
        error: None,
    }
}

fn to_json(node: Node<'_>) -> Json {
    match node.value() {
        Value::Null => Json::Null,
        Value::Bool(bool) => json!(bool),
        Value::Int(int) => json!(int),
        Value::UInt(uint) => json!(uint),
        Value::Float(float) => json!(float),
        Value::Str(text) => json!(text),
        Value::Seq => node.items().map(to_json).collect(),
        Value::Map => node
            .entries()
            .map(|entry| (entry.key.to_owned(), to_json(entry.value)))
            .collect(),
    }
}

/// Whether two values are the same JSON; the vectors write large floats as integers.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (Json::Number(x), Json::Number(y)) => a == b || x.as_f64() == y.as_f64(),
        _ => a == b,
    }
}

/// What differs. kubectl yields null for an empty document, which is skipped here.
fn difference(vector: &Vector, lenient: bool) -> Option<String> {
    let reading = read(&vector.text);
    let documents: Vec<&Json> = reading.documents.iter().filter(|json| !json.is_null()).collect();
    let expected: Vec<&Json> = vector.documents.iter().filter(|json| !json.is_null()).collect();
    let beyond = lenient && vector.error.is_some();
    let length = if beyond {
        expected.len()
    } else {
        documents.len().max(expected.len())
    };
    let agree = (0..length).all(|at| match (documents.get(at), expected.get(at)) {
        (Some(a), Some(b)) => same(a, b),
        _ => false,
    });
    let refused = reading.error.is_some() == vector.error.is_some();
    let fine = agree && refused != lenient;
    (!fine).then(|| {
        let found = Json::Array(reading.documents.clone());
        let expected = Json::Array(vector.documents.clone());
        let (error, refusal) = (&reading.error, &vector.error);
        format!(
            "{}: {:?}\n  found {found} {error:?}\n  kubectl {expected} {refusal:?}",
            vector.name, vector.text
        )
    })
}

#[test]
fn reads_as_kubectl() {
    let lenient = lenient();
    let vectors = vectors();
    let differences: Vec<String> = vectors
        .iter()
        .filter_map(|vector| difference(vector, lenient.contains_key(&vector.name)))
        .collect();
    let failed = differences.len();
    println!("{} passed, {failed} failed", vectors.len() - failed);
    assert!(failed == 0, "{failed} failed\n{}", differences.join("\n"));
}

#[test]
fn lenient_texts_are_few_and_known() {
    let lenient = lenient();
    let vectors = vectors();
    assert!(lenient.len() <= 30);
    for (name, reason) in &lenient {
        assert!(!reason.is_empty());
        assert!(
            vectors.iter().any(|vector| &vector.name == name),
            "no text is called {name}"
        );
    }
}
