//! Typed values out of a tree: places, nulls, and errors in words.

use std::collections::BTreeMap;

use peerauth::source::{FileId, Span};
use peerauth::yaml::{Spanned, StringMap, Tree, from_node, parse, split};
use serde::Deserialize;
use serde::de::IgnoredAny;

fn tree(text: &str) -> Tree {
    let document = split(text.as_bytes()).next().expect("a text has a document");
    parse(FileId(7), text.as_bytes(), &document)
        .tree
        .expect("the text parses")
}

fn at(text: &str, span: Span) -> &str {
    assert_eq!(span.file, FileId(7));
    &text[span.start as usize..span.end as usize]
}

#[derive(Deserialize, Debug, PartialEq, Clone, Copy)]
#[serde(rename_all = "UPPERCASE")]
enum Mode {
    Strict,
    Permissive,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum IntOrString {
    Int(u16),
    String(String),
}

#[derive(Deserialize, Debug, Default)]
#[serde(default, rename_all = "camelCase")]
struct Spec<'t> {
    #[serde(borrow)]
    name: Option<Spanned<&'t str>>,
    mode: Option<Spanned<Mode>>,
    ports: BTreeMap<Spanned<u16>, Spanned<Mode>>,
    labels: Labels,
    target: Option<IntOrString>,
    hosts: Vec<Spanned<String>>,
    tls: Option<Spanned<IgnoredAny>>,
    empty: Option<Spanned<()>>,
    weight: Option<f64>,
}

#[derive(Deserialize, Debug, Default)]
#[serde(transparent)]
struct Labels(StringMap);

#[test]
fn every_shape_is_read_with_its_place() {
    let text = "name: \"web\"\nmode: STRICT\nports:\n  8080: PERMISSIVE\n  '010': STRICT\nlabels:\n  app: web\n  \
                version: 1.10\n  on: yes\n  gone:\ntarget: http\nhosts: [a, b]\ntls: {}\nempty: {}\nweight: 1\nmore: [{}]\n";
    let tree = tree(text);
    let spec: Spec<'_> = from_node(tree.root()).unwrap();
    let name = spec.name.unwrap();
    assert_eq!(
        (*name, at(text, name.key), at(text, name.span)),
        ("web", "name", "\"web\"")
    );
    assert_eq!(*spec.mode.unwrap(), Mode::Strict);
    let ports: Vec<_> = spec.ports.iter().map(|(port, mode)| (**port, **mode)).collect();
    assert_eq!(ports, [(10, Mode::Strict), (8080, Mode::Permissive)]);
    let (port, mode) = spec.ports.last_key_value().unwrap();
    assert_eq!(
        (at(text, port.key), at(text, mode.key), at(text, mode.span)),
        ("8080", "8080", "PERMISSIVE")
    );
    let labels: Vec<_> = spec
        .labels
        .0
        .iter()
        .map(|e| (e.key, e.value, e.is_string, e.is_null))
        .collect();
    assert_eq!(
        labels,
        [
            ("app", "web", true, false),
            ("version", "1.10", false, false),
            ("true", "yes", false, false),
            ("gone", "", true, true)
        ]
    );
    assert!(matches!(spec.target, Some(IntOrString::String(name)) if name == "http"));
    assert_eq!(at(text, spec.hosts[1].key), "b");
    assert_eq!(at(text, spec.tls.unwrap().span), "{}");
    assert_eq!(at(text, spec.empty.unwrap().key), "empty");
    assert_eq!(spec.weight, Some(1.0));
}

#[test]
fn either_type_is_read() {
    let tree = tree("target: 80");
    let spec: Spec<'_> = from_node(tree.root()).unwrap();
    assert!(matches!(spec.target, Some(IntOrString::Int(80))));
}

#[test]
fn null_is_absent() {
    let tree = tree("name:\nmode: ~\nports: null\nhosts:\nlabels:\ntls:\n");
    let spec: Spec<'_> = from_node(tree.root()).unwrap();
    assert!(spec.name.is_none() && spec.mode.is_none() && spec.ports.is_empty());
    assert!(spec.hosts.is_empty() && spec.labels.0.is_empty() && spec.tls.is_none());
}

#[test]
fn a_root_has_the_start_of_the_document_as_its_key() {
    let text = "# hello\na: 1\n";
    let tree = tree(text);
    let root: Spanned<IgnoredAny> = from_node(tree.root()).unwrap();
    assert_eq!((root.key.start, root.key.end), (0, 0));
    assert_eq!(at(text, root.span), "a: 1");
}

#[test]
fn integers_are_what_json_has() {
    let tree = tree("[08, 1e3, 80.0, 0x50]");
    assert_eq!(from_node::<Vec<u16>>(tree.root()).unwrap(), [8, 1000, 80, 80]);
}

fn error(text: &str) -> (String, String) {
    let tree = tree(text);
    let error = from_node::<Spec<'_>>(tree.root()).expect_err("the text is wrong");
    (error.message.clone(), at(text, error.span).to_owned())
}

#[test]
fn errors_say_what_was_expected_and_where() {
    let cases = [
        (
            "name: 5",
            "expected a string, found a number; put it in quotes",
            "5",
        ),
        ("name: [a]", "expected a string, found a sequence", "[a]"),
        (
            "ports: {8080: strict}",
            "expected `STRICT` or `PERMISSIVE`, found `strict`",
            "strict",
        ),
        (
            "ports: {70000: STRICT}",
            "expected an integer from 0 to 65535, found 70000",
            "70000",
        ),
        (
            "ports: {http: STRICT}",
            "expected an integer from 0 to 65535, found `http`",
            "http",
        ),
        (
            "ports: [STRICT]",
            "expected a mapping, found a sequence",
            "[STRICT]",
        ),
        ("hosts: a", "expected a sequence, found a string", "a"),
        (
            "hosts: [a, 1]",
            "expected a string, found a number; put it in quotes",
            "1",
        ),
        ("mode: 1", "expected a string, found a number", "1"),
        (
            "labels: {a: b, c: {}}",
            "expected a string, found a mapping",
            "{}",
        ),
        ("labels: a", "expected a mapping, found a string", "a"),
        ("weight: heavy", "expected a number, found a string", "heavy"),
        ("[a]", "expected a mapping, found a sequence", "[a]"),
    ];
    for (text, message, place) in cases {
        assert_eq!(error(text), (message.to_owned(), place.to_owned()), "{text}");
    }
}
