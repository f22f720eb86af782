//! Reading never panics, never hangs, and every place it names is a place of the text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use peerauth::source::{FileId, Span};
use peerauth::yaml::{
    Defect, DefectKind, Limit, Node, Parsed, Sniff, Spanned, StringMap, Value, from_node, parse, sniff, split,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;

const MANIFEST: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web # the shop\n  labels: {app: web, \"v\": '1'}\n  \
    annotations:\n    note: |\n      one\n        two\n\n    more: >-\n      folded\n      text\nspec:\n  ports:\n  - &p\n    \
    name: http\n    port: 80\n  - <<: *p\n    name: \"tw\\u00e9\n      lines\"\n  selector:\n    app: wéb\n---\n{\"kind\": \"Pod\"}\n";

/// Characters that mean something to YAML, and some that need care.
const PIECES: [&str; 36] = [
    "\t", " ", "  ", "\n", "\r\n", "\r", ": ", ":", "- ", "-", "? ", "#", " #", "|", ">-", "\"", "'", "{",
    "}", "[", "]", ",", "&a ", "*a", "!!str ", "<<: ", "%", "@", "\\", "\n...\n", "\n---\n", "~", "\u{feff}",
    "é", "\u{2028}", "\u{0}",
];

/// A manifest with pieces put in and pieces cut out.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0..40usize, 0..PIECES.len());
    (prop::collection::vec(edit, 1..5), any::<prop::sample::Index>()).prop_map(|(edits, cut)| {
        let mut characters: Vec<char> = MANIFEST.chars().collect();
        for (at, length, piece) in edits {
            let at = at.index(characters.len() + 1);
            let end = (at + length.saturating_sub(34)).min(characters.len());
            characters.splice(at..end, PIECES[piece].chars());
        }
        // Every other text is also cut off.
        let end = cut.index(2 * characters.len() + 1).min(characters.len());
        characters.into_iter().take(end).collect()
    })
}

#[derive(Deserialize)]
struct Object {
    #[expect(dead_code, reason = "only reading it matters")]
    metadata: Option<Spanned<BTreeMap<String, Spanned<IgnoredAny>>>>,
    #[expect(dead_code, reason = "only reading it matters")]
    labels: Option<StringMap>,
}

/// Reads every document and looks at every place.
fn read_all(bytes: &[u8]) -> Vec<Parsed> {
    let mut read_to = 0;
    let mut all = vec![];
    for document in split(bytes) {
        assert!(read_to <= document.range.start && document.range.start <= document.range.end);
        read_to = document.range.end;
        let sniff = sniff(bytes, &document, is_read);
        let parsed = parse(FileId(3), bytes, &document);
        for defect in &parsed.defects {
            check_span(bytes, defect.span);
            if let DefectKind::DuplicateKey { first, .. } = defect.kind {
                check_span(bytes, first);
            }
        }
        if let Some(tree) = &parsed.tree {
            check_node(bytes, tree.root());
            if let Err(error) = from_node::<Object>(tree.root()) {
                check_span(bytes, error.span);
            }
            if matches!(sniff, Sniff::NoKind | Sniff::Kind(_)) {
                let kind = tree.root().get("kind").and_then(|entry| entry.value.as_str());
                assert!(
                    !kind.is_some_and(is_read),
                    "a relevant document was called irrelevant"
                );
            }
        }
        all.push(parsed);
    }
    assert!(read_to <= bytes.len());
    all
}

fn is_read(kind: &str) -> bool {
    ["Service", "Pod"].contains(&kind) || kind.ends_with("List")
}

fn check_span(bytes: &[u8], span: Span) {
    assert_eq!(span.file, FileId(3));
    assert!(span.start <= span.end, "{span:?}");
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(end <= bytes.len(), "{span:?}");
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(
            text.is_char_boundary(start) && text.is_char_boundary(end),
            "{span:?}"
        );
    }
}

fn check_node(bytes: &[u8], node: Node<'_>) {
    check_span(bytes, node.span());
    for entry in node.entries() {
        check_span(bytes, entry.key_span);
        check_node(bytes, entry.value);
        assert_eq!(
            node.get(entry.key).map(|found| found.key_span),
            Some(entry.key_span)
        );
    }
    node.items().for_each(|item| check_node(bytes, item));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn any_mix_of_indicators_is_read(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        read_all(pieces.concat().as_bytes());
    }

    #[test]
    fn any_mutated_manifest_is_read(text in mutated()) {
        read_all(text.as_bytes());
    }

    #[test]
    fn what_is_irrelevant_has_no_kind_that_is_read(lines in prop::collection::vec(line(), 0..8)) {
        read_all(lines.concat().as_bytes());
    }
}

/// Lines from which documents with one kind, several kinds and hidden kinds arise.
fn line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "kind: Service\n",
        "kind: Role\n",
        "kind: 'Role' # c\n",
        "kind:\n",
        "kind: |\n",
        "\"kind\": Service\n",
        "kind : Service\n",
        "  kind: Service\n",
        "a: \"\n",
        "\"\n",
        "a: '\n",
        "a: {\n",
        "}\n",
        "a: [\n",
        " ]\n",
        "a: |\n",
        "- kind: Service\n",
        "? kind\n",
        ": Service\n",
        "# kind: Service\n",
        "<<: {kind: Service}\n",
        "spec:\n",
        "  a: b\n",
        "...\n",
        "a: b\r",
        "\t\n",
        "kind: &a Service\n",
        " Service\n",
        "b: c\n",
    ])
}

#[test]
fn a_bad_document_does_not_hide_the_next() {
    let text = b"a: [\n---\nb: \xff\xfe\n---\n\tc: 1\n---\nd: 1\n";
    let all = read_all(text);
    let trees: Vec<bool> = all.iter().map(|parsed| parsed.tree.is_some()).collect();
    assert_eq!(trees, [false, false, false, true]);
    assert_eq!(all[1].defects[0].span, Span::new(FileId(3), 12, 13));
}

fn limit(text: &str) -> Option<Limit> {
    let defects: Vec<Defect> = read_all(text.as_bytes())
        .into_iter()
        .flat_map(|parsed| parsed.defects)
        .collect();
    defects.iter().find_map(|defect| match defect.kind {
        DefectKind::Oversized(limit) => Some(limit),
        _ => None,
    })
}

#[test]
fn depth_is_limited() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(limit(&nested(250)), None);
    assert_eq!(limit(&nested(100_000)), Some(Limit::Depth));
    let mut blocks = String::new();
    for level in 0..5000 {
        let _ = writeln!(blocks, "{}a:", " ".repeat(level));
    }
    assert_eq!(limit(&blocks), Some(Limit::Depth));
    let mut chain = String::from("a0: &a0 [1]\n");
    for link in 1..2000 {
        let _ = writeln!(chain, "a{link}: &a{link} [*a{}]", link - 1);
    }
    assert_eq!(limit(&chain), Some(Limit::Depth));
}

#[test]
fn aliases_are_limited() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(laughs, "a{level}: &a{level} [{aliases}]");
    }
    assert_eq!(limit(&laughs), Some(Limit::Aliases));
    let mut merges = String::from("a0: &a0 {k0: 1}\n");
    for level in 1..3000 {
        let _ = writeln!(merges, "a{level}: &a{level} {{<<: *a{}, k{level}: 1}}", level - 1);
    }
    assert!(limit(&merges).is_some());
}

#[test]
fn size_is_limited_by_document() {
    let text = format!(
        "a: 1\n---\nb: \"{}\"\n---\nc: 1\n",
        "x".repeat(Limit::Size.value())
    );
    let all = read_all(text.as_bytes());
    assert!(all[0].tree.is_some() && all[1].tree.is_none() && all[2].tree.is_some());
    assert_eq!(all[1].defects[0].kind, DefectKind::Oversized(Limit::Size));
}

#[test]
fn large_texts_take_linear_time() {
    let flat: String = (0..20_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "key{number}: value");
        text
    });
    let parsed = &read_each(&flat)[0];
    assert_eq!(
        parsed.tree.as_ref().map(|tree| tree.root().entries().count()),
        Some(20_000)
    );
    let objects = "{\"a\": 1}".repeat(20_000);
    assert_eq!(read_each(&objects).len(), 20_000);
    let quotes = format!("a: \"{}\"\n", "\nx".repeat(20_000));
    let root = &read_each(&quotes)[0];
    assert!(
        root.tree
            .as_ref()
            .is_some_and(|tree| tree.root().value() == Value::Map)
    );
}

fn read_each(text: &str) -> Vec<Parsed> {
    let bytes = text.as_bytes();
    split(bytes)
        .map(|document| parse(FileId(3), bytes, &document))
        .collect()
}
