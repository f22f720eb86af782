//! Where everything of a tree stands, and what is said about texts that kubectl takes or refuses.

use peerauth::source::{FileId, Span};
use peerauth::yaml::{DefectKind, Node, Parsed, Value, parse, split, transcode};

fn read(text: &str) -> Parsed {
    let document = split(text.as_bytes()).next().expect("a text has a document");
    parse(FileId(0), text.as_bytes(), &document)
}

fn at(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// Follows keys, and items by number.
fn find<'t>(root: Node<'t>, path: &str) -> Node<'t> {
    path.split('.').fold(root, |node, step| {
        let item = step.parse().ok().and_then(|number| node.items().nth(number));
        item.or_else(|| node.get(step).map(|entry| entry.value))
            .expect("the path exists")
    })
}

fn place(text: &str, path: &str) -> String {
    let tree = read(text).tree.expect("the text parses");
    at(text, find(tree.root(), path).span()).to_owned()
}

#[test]
fn spans_are_what_a_person_would_mark() {
    let text = "a: \"x\" # c\nb:\n  c: d\n  e: [1, 2]\n\n# f\ng:\n- h\n-  i: j\n\nk: |+ # l\n  m\n\n  n\n\no: &p {q: r}\ns: *p\nt: x\n  y\n";
    for (path, expected) in [
        ("a", "\"x\""),
        ("b", "c: d\n  e: [1, 2]"),
        ("b.e.1", "2"),
        ("g", "- h\n-  i: j"),
        ("g.1", "i: j"),
        ("k", "|+ # l\n  m\n\n  n"),
        ("o", "{q: r}"),
        ("s", "*p"),
        ("s.q", "r"),
        ("t", "x\n  y"),
    ] {
        assert_eq!(place(text, path), expected, "{path}");
    }
}

#[test]
fn an_empty_value_stands_behind_its_colon_or_dash() {
    for (text, path, position) in [
        ("a:\nb: 1", "a", 2),
        ("\"a\" :\nb: 1", "a", 5),
        ("a: !!str\nb: 1", "a", 8),
        ("a: &x\nb: 1", "a", 5),
        ("{a: , b: }", "b", 8),
        ("{a, b: 1}", "a", 2),
        ("a:\n-\n- b", "a.0", 4),
        ("? a\nb: 1", "a", 4),
    ] {
        let tree = read(text).tree.expect("the text parses");
        let span = find(tree.root(), path).span();
        assert_eq!((span.start, span.end), (position, position), "{text}");
    }
    assert_eq!(place("a: |\nb: 1", "a"), "|");
}

#[test]
fn text_stays_as_written() {
    let text = "[010, yes, 1.10, ~, \"\\x41\", ]";
    let tree = read(text).tree.expect("the text parses");
    let texts: Vec<_> = tree
        .root()
        .items()
        .map(|item| item.source_text().unwrap_or("-"))
        .collect();
    assert_eq!(texts, ["010", "yes", "1.10", "~", "A"]);
    let values: Vec<_> = tree.root().items().map(Node::value).collect();
    assert_eq!(
        values,
        [
            Value::Int(8),
            Value::Bool(true),
            Value::Float(1.1),
            Value::Null,
            Value::Str("A")
        ]
    );
}

#[test]
fn the_last_of_equal_keys_stays() {
    let text = "m:\n  8080: a\n  x: y\n  \"8080\": b\n";
    let parsed = read(text);
    let [defect] = parsed.defects.as_slice() else {
        panic!("one defect")
    };
    let DefectKind::DuplicateKey { key, first } = &defect.kind else {
        panic!("a duplicate")
    };
    assert_eq!(
        (key.as_str(), at(text, *first), at(text, defect.span)),
        ("8080", "8080", "\"8080\"")
    );
    let tree = parsed.tree.unwrap();
    let keys: Vec<_> = find(tree.root(), "m").entries().map(|entry| entry.key).collect();
    assert_eq!(keys, ["x", "8080"]);
}

#[test]
fn a_merge_overrides_what_stands_before_it_and_is_no_duplicate() {
    let text = "a: &x {b: 1, c: 2}\nd:\n  b: 3\n  <<: *x\n  c: 4\n";
    let parsed = read(text);
    assert_eq!(parsed.defects, []);
    let tree = parsed.tree.unwrap();
    let merged: Vec<_> = find(tree.root(), "d")
        .entries()
        .map(|entry| (entry.key, entry.value.value(), entry.key_span.start))
        .collect();
    assert_eq!(merged, [("b", Value::Int(1), 7), ("c", Value::Int(4), 40)]);
}

#[test]
fn a_mapping_ends_behind_what_is_written_in_it() {
    let text = "a: &x {b: 1}\nc:\n  d: 2\n  <<: *x\ne: {f: 1}\ng:\n  h: 1\n  h: 2\n";
    assert_eq!(place(text, "c"), "d: 2");
    // What was merged there is forgotten behind it.
    assert_eq!(place(text, "e"), "{f: 1}");
    assert_eq!(place(text, "g"), "h: 1\n  h: 2");
    assert_eq!(read(text).defects.len(), 1);
}

#[test]
fn what_follows_the_end_of_a_document_is_dropped() {
    let dropped = |text: &str| {
        let parsed = read(text);
        let defect = parsed.defects.first()?;
        assert!(parsed.tree.is_some() && defect.kind == DefectKind::DroppedDocument);
        Some(at(text, defect.span).to_owned())
    };
    assert_eq!(
        dropped("a: 1\n...\n# c\n\n  b: 2\nc: 3\n").as_deref(),
        Some("b: 2")
    );
    assert_eq!(dropped("{a: 1}\n{b: 2}\n").as_deref(), Some("{b: 2}"));
    assert_eq!(dropped("a: 1\n... # c\n...\n"), None);
}

fn refusal(text: &str) -> (String, String) {
    let parsed = read(text);
    assert!(parsed.tree.is_none(), "{text}");
    let message = match &parsed.defects[0].kind {
        DefectKind::Syntax(message) => message,
        other => unreachable!("{text}: {other:?}"),
    };
    assert!(!message.ends_with('.') && !message.contains("line "), "{message}");
    (message.clone(), at(text, parsed.defects[0].span).to_owned())
}

#[test]
fn refusals_name_the_place() {
    for (text, place) in [
        ("a: 1\n--- b\n", "--- b"),
        ("a: x\u{1}y\n", "\u{1}"),
        ("a: {{ .Values.x }}\n", "{"),
        ("m:\n  ~: a\n", "~"),
        ("a: .inf\n", ".inf"),
        ("a: {<<: 1}\n", "1"),
        ("a: &x\n  b: *x\n", "*x"),
        ("a: [x?y]\n", "x?y"),
        ("a: \"\\/\"\n", "\"\\/\""),
        ("a: !!int x\n", "x"),
        ("a: &x.y 1\n", "&x.y"),
        ("a: &x{b: 1}\n", "&x"),
    ] {
        assert_eq!(refusal(text).1, place, "{text}");
    }
}

#[test]
fn tabs_are_refused_where_go_yaml_refuses_them() {
    for text in [
        "a: 1\n\t\nb: 2\n",
        "a:\n  \t\n  b: 1\n",
        "-\ta\n",
        "-\t# c\n",
        "a: |\n  \tx\n",
        "a: x\n\ty\n",
        "a:\n\t# c\n  b: 1\n",
    ] {
        refusal(text);
    }
    for text in [
        "a:\t1\t# c\n",
        "{\n\t\"a\": 1\n}\n",
        "a: [\n1,\n\t2]\n",
        "a: |\n  x\n  \ty\n",
        "a: \"x\n\ty\"\n",
        "a: 1\n  \t\nb: 2\n",
    ] {
        assert_eq!(read(text).defects, [], "{text}");
    }
}

#[test]
fn quoted_lines_need_no_indentation() {
    let text = "a:\n  b: '{\n  \"c\": \"é\"\n}'\nd: \"x\n\ty\nz\"\ne: [f]\n";
    let tree = read(text).tree.expect("the text parses");
    assert_eq!(find(tree.root(), "a.b").as_str(), Some("{ \"c\": \"é\" }"));
    assert_eq!(find(tree.root(), "d").as_str(), Some("x y z"));
    assert_eq!(place(text, "a.b"), "'{\n  \"c\": \"é\"\n}'");
    assert_eq!(place(text, "e.0"), "f");
}

#[test]
fn json_may_be_indented_with_tabs() {
    let text = "a:\n  b: {\n\t\"c\": [\n\t\t\"d\"\n\t]\n}\ne: f\n";
    assert_eq!(place(text, "a.b.c.0"), "\"d\"");
    assert_eq!(place(text, "a.b"), "{\n\t\"c\": [\n\t\t\"d\"\n\t]\n}");
    assert_eq!(place("\n\t{\"a\": 1}\n", "a"), "1");
    refusal("a: [\n\t1\n\t]\n");
}

#[test]
fn empty_documents_are_nothing() {
    for text in ["---\n", "\n# c\n", "--- # c\n  # d"] {
        let documents = split(text.as_bytes()).map(|document| parse(FileId(0), text.as_bytes(), &document));
        assert!(
            documents
                .into_iter()
                .all(|parsed| parsed.tree.is_none() && parsed.defects.is_empty())
        );
    }
}

#[test]
fn transcoded_text_is_read_like_any_other() {
    let utf16: Vec<u8> = "\u{feff}a: ü\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let text = transcode(&utf16).unwrap();
    assert_eq!(place(&text, "a"), "ü");
}
