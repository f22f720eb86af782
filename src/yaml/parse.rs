//! One document: bytes in, tree and defects out.

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError};

use super::build::Builder;
use super::defect::{Defect, DefectKind, Limit};
use super::encoding::{forbidden_character, is_common};
use super::extent::Extents;
use super::padding::PaddedText;
use super::plain::{self, Lines};
use super::split::RawDocument;
use super::strict::Strictness;
use super::tree::Tree;
use crate::source::{FileId, Span, Window};

/// What reading one document gave.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The tree; `None` if the document is empty or kubectl refuses it.
    pub tree: Option<Tree>,
    /// What is wrong with the text; if there is no tree, why.
    pub defects: Vec<Defect>,
}

/// Parses one document of a file.
pub fn parse<'b>(file: FileId, content: impl Into<Window<'b>>, document: &RawDocument) -> Parsed {
    Room::default().parse(file, content.into(), document)
}

/// Room to parse one document after another in: to ask for it anew is a good part of what a small one costs.
#[derive(Default)]
pub struct Room {
    builder: Builder,
    lines: Lines,
}

impl Room {
    /// As [`parse`].
    pub fn parse(&mut self, file: FileId, content: Window<'_>, document: &RawDocument) -> Parsed {
        let source = Source {
            file,
            start: document.range.start,
        };
        source
            .parse(self, content, document)
            .unwrap_or_else(|defect| Parsed {
                tree: None,
                defects: vec![defect],
            })
    }

    /// Takes back what a tree stands in that nobody needs any more.
    pub fn reuse(&mut self, tree: Tree) {
        self.builder.reuse(tree);
    }
}

/// Where the text of a document stands.
#[derive(Clone, Copy)]
struct Source {
    file: FileId,
    start: usize,
}

/// Why a text does not parse.
struct Refusal {
    defect: Defect,
    /// What may help nevertheless.
    remedy: Remedy,
}

/// Which lines to indent before the next attempt.
enum Remedy {
    None,
    /// Those of the quoted scalar behind the first offset that holds the second.
    Quoted(usize, usize),
    /// Those with a tab in front, from this offset on.
    Tabs(usize),
}

impl From<Defect> for Refusal {
    fn from(defect: Defect) -> Self {
        Self {
            defect,
            remedy: Remedy::None,
        }
    }
}

impl Source {
    fn parse(self, room: &mut Room, content: Window<'_>, document: &RawDocument) -> Result<Parsed, Defect> {
        if let Some(line) = &document.bad_separator {
            let span = Span::new(self.file, line.start as u32, line.end as u32);
            let message = "a `---` has more than a comment behind it, which is no document separator";
            return Err(Defect::syntax(message, span));
        }
        let text = self.text(content.get(document.range.clone()))?;
        if is_common(text) {
            if let Some(parsed) = self.read_plain(room, text) {
                return Ok(parsed);
            }
        } else if let Some((at, character)) = forbidden_character(text) {
            let message = format!("the character U+{:04X} is not allowed", u32::from(character));
            return Err(Defect::syntax(message, self.span(at, at + character.len_utf8())));
        }
        self.read_any(&mut room.builder, text)
    }

    /// The tree of a document of common characters in plain style.
    fn read_plain(self, room: &mut Room, text: &str) -> Option<Parsed> {
        let Room { builder, lines } = room;
        let (tree, defects) = plain::read(builder, lines, self.file, self.start, text)?;
        let tree = Some(tree);
        Some(Parsed { tree, defects })
    }

    /// The tree of a document in any style.
    fn read_any(self, builder: &mut Builder, text: &str) -> Result<Parsed, Defect> {
        let mut padded = PaddedText::new(text);
        // Each attempt costs as much as the text is long, and is at least one line further.
        let mut budget = 4 * Limit::MAX_SIZE;
        loop {
            let refusal = match self.read(builder, &padded) {
                Ok(parsed) => return Ok(parsed),
                Err(refusal) => refusal,
            };
            budget = budget.saturating_sub(padded.as_str().len());
            let indented = match refusal.remedy {
                Remedy::None => false,
                Remedy::Quoted(after, at) => padded.indent_quoted(after, at),
                Remedy::Tabs(at) => padded.indent_tabs(at),
            };
            if !indented || budget == 0 {
                return Err(refusal.defect);
            }
        }
    }

    /// The text of a document, if it is one and not too long.
    fn text(self, bytes: &[u8]) -> Result<&str, Defect> {
        if bytes.len() > Limit::MAX_SIZE {
            return Err(Defect::oversized(Limit::Size, self.span(0, 0)));
        }
        std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let length = error.error_len().unwrap_or(bytes.len() - at);
            Defect::syntax("the text is not UTF-8", self.span(at, at + length))
        })
    }

    fn read(self, builder: &mut Builder, padded: &PaddedText<'_>) -> Result<Parsed, Refusal> {
        let text = padded.original();
        builder.begin(self.file, self.start as u32, text.len());
        let mut extents = Extents::new(padded.as_str());
        let mut strictness = Strictness::new(text);
        let mut end = 0;
        for event in Parser::new_from_str_with_options(padded.as_str(), options()) {
            let (event, place) = event.map_err(|error| self.refusal(&error, padded, extents.last_end()))?;
            let extent = padded.sources(extents.of(&event, place.byte_range().unwrap_or_default()));
            let span = self.span(extent.start, extent.end);
            if event == Event::DocumentEnd {
                end = extent.start;
                break;
            }
            let checked = match event {
                Event::DocumentStart(..) => check_start(&text[..extent.start]),
                _ => strictness.check(&event, extent),
            };
            checked.map_err(|message| Defect::syntax(message, span))?;
            builder.event(&event, span)?;
        }
        let (tree, mut defects) = builder.finish();
        if tree.is_none() {
            check_start(text).map_err(|message| Defect::syntax(message, self.span(0, 0)))?;
        } else if let Some((start, end)) = first_content(text, end, true) {
            let kind = DefectKind::DroppedDocument;
            let span = self.span(start, end);
            defects.push(Defect { kind, span });
        }
        Ok(Parsed { tree, defects })
    }

    fn span(self, start: usize, end: usize) -> Span {
        Span::new(self.file, (self.start + start) as u32, (self.start + end) as u32)
    }

    fn refusal(self, error: &ScanError, padded: &PaddedText<'_>, after: usize) -> Refusal {
        let text = padded.as_str();
        let at = error.marker().byte_offset().unwrap_or_default().min(text.len());
        let length = text[at..].chars().next().map_or(0, char::len_utf8);
        let span = self.span(padded.source(at), padded.source(at + length));
        let defect = match error.kind() {
            ErrorKind::RecursionLimitExceeded => Defect::oversized(Limit::Depth, span),
            kind => Defect::syntax(kind.to_string(), span),
        };
        let remedy = match error.kind() {
            ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation => Remedy::Quoted(after, at),
            ErrorKind::TabInBlockIndentation => Remedy::Tabs(at),
            _ => Remedy::None,
        };
        Refusal { defect, remedy }
    }
}

fn options() -> Options {
    granit_parser::options! { emit_anchor_events: true }
}

/// Refuses anything but comments in front of a document: it could only be a `...`.
fn check_start(before: &str) -> Result<(), &'static str> {
    match first_content(before, 0, false) {
        None => Ok(()),
        Some(_) => Err("a document ends before it begins"),
    }
}

/// The first line from `at` on that is more than a comment; behind a document also more than the `...` that
/// ends it.
fn first_content(text: &str, mut at: usize, behind_document: bool) -> Option<(usize, usize)> {
    for line in text[at..].split_inclusive(['\n', '\r']) {
        let content = line.trim_ascii();
        let marker = content.strip_prefix("...").filter(|_| behind_document);
        let more = marker.unwrap_or(content).trim_ascii_start();
        if !more.is_empty() && !more.starts_with('#') {
            let start = at + (line.len() - line.trim_ascii_start().len());
            return Some((start, start + content.len()));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::*;
    use crate::yaml::split;

    const START: usize = 7;

    /// Whether the text is in plain style; the parser has to make the same of it then.
    fn is_plain(text: &str) -> bool {
        let file = FileId(1);
        let source = Source { file, start: START };
        let mut room = Room::default();
        let common = is_common(text).then_some(text);
        let Some(plain) = common.and_then(|text| source.read_plain(&mut room, text)) else {
            return false;
        };
        let parsed = source
            .read_any(&mut room.builder, text)
            .unwrap_or_else(|defect| panic!("{text:?} is plain, but {defect:?}"));
        assert_eq!(
            (plain.tree, plain.defects),
            (parsed.tree, parsed.defects),
            "{text:?}"
        );
        true
    }

    fn testdata() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
    }

    /// The documents of every manifest below `directory`.
    fn documents(directory: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                documents(&path, found);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.extend(split(text.as_bytes()).map(|document| text[document.range].to_owned()));
            }
        }
    }

    fn manifests() -> Vec<String> {
        let mut found = Vec::new();
        documents(&testdata(), &mut found);
        found
    }

    #[test]
    fn manifests_are_plain_and_the_parser_agrees() {
        let mut found = manifests();
        found.retain(|text| text.contains("apiVersion:"));
        let plain = found.iter().filter(|text| is_plain(text)).count();
        assert!(10 * plain > 8 * found.len(), "only {plain} of {}", found.len());
    }

    #[test]
    fn the_parser_agrees_on_every_vector() {
        let vectors = fs::read_to_string(testdata().join("conformance/yaml.jsonl")).unwrap();
        let mut plain = 0;
        for line in vectors.lines() {
            let vector: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = vector["text"].as_str().unwrap();
            for document in split(text.as_bytes()) {
                plain += usize::from(is_plain(&text[document.range]));
            }
        }
        assert!(plain > 100, "only {plain}");
    }

    #[test]
    fn nothing_of_a_document_is_left_in_its_room() {
        let mut room = Room::default();
        for text in manifests() {
            let document = split(text.as_bytes()).next();
            let Some(document) = document else { continue };
            let parsed = room.parse(FileId(1), text.as_bytes().into(), &document);
            let alone = parse(FileId(1), text.as_bytes(), &document);
            assert_eq!(
                (&parsed.tree, &parsed.defects),
                (&alone.tree, &alone.defects),
                "{text:?}"
            );
            parsed.tree.into_iter().for_each(|tree| room.reuse(tree));
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for text in [
            "a: b\n  c",
            "a:\n  b",
            "a: |\n  b",
            "a: |+\n  b\n",
            "a: |2\n  b\n",
            "a: | # b\n  c\n",
            "a: >\n  b\n",
            "a: |\n\n  b\n",
            "a: |\nb: c\n",
            "a: |\n  b\n   \n",
            "a: |\n  b\n c\n",
            "a: |\n    b\n  c: d\n",
            "- |\n- b\n",
            "|\n  a\n",
            "a: *b",
            "&a b: c",
            "!a b: c",
            "a: b: c",
            "a : b",
            "a: \"\\n\"",
            "a: 'b''c'",
            "a: [b",
            "a: {b}",
            "a: {b: c,",
            "a: [b,",
            "a: {",
            "-\n  a: b",
            "- # a\n",
            "a: [b, ]",
            "a: \"b\"c",
            "a: \"b\"#c",
            "? a",
            "<<: {}",
            "a: - b",
            "- a\nb: c",
            "a: b\n- c",
            "  a: b\nc: d",
            "a: b\n c: d",
            "a:\n- b\n c: d",
            "a",
            "",
            "...",
            "a: b\n...",
            "%YAML 1.1",
            "a:\tb",
            "a: b\r\n",
            "a: \u{e9}",
            "a: [b: c]",
            "{a: b}",
            "a: @b",
            "a: #b\n  c",
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
        for text in [
            "a: b",
            "a:",
            "a:\n- b\n-\n- - c\n  -\nd: e",
            "- a: b\n  c:\n  - d\n  e: f\n-\n- g: h",
            "  a: b\n  c: d\n",
            "a: [b, \"c\", {d: e, f: []}] # g\nh: {}",
            "\"a\": 'b' # c\n\n# d\n'e': -f",
            "a: b c#d:e # f",
            "a:\n\n  # b\n  c:\nd: e",
            "yes: 1\ntrue: 2\n010: 3",
            "a: |\n  b\n",
            "a: |  \n  # b: c\n   d \n\n  --- e\n \nf: g\n",
            "a: |-\n  b\n\n\n# c\nd: e",
            "a:\n- |\n b\n- - |-\n   c\n  - d: |\n      e\n    f: g",
            "a: ~\nb: 1.0\nc: .5\nd: $(E)\nf: --g",
        ] {
            assert!(is_plain(text), "{text:?}");
        }
    }

    /// What means something to YAML, and blanks in numbers that change the structure.
    const PIECES: [&str; 44] = [
        " ", "  ", "    ", "\n", "\n\n", "\n  ", "\n- ", "\n  - ", ":", ": ", ": \n", "-", "- ", "- - ", "#",
        " # c\n", "\"", "'", "\"a\"", "'b'", "{}", "[]", "{a: b}", "[a, 'b']", "{", "]", ",", "?", "|", "*",
        "&", "!", "<<", "~", "...", "%", "a: b", "k:\n", "a: |\n", "|\n", "|-\n", "  a\n", "    a\n",
        "   \n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// Manifests with pieces put in and pieces cut out.
        #[test]
        fn the_parser_agrees_on_mutations(
            manifest in prop::sample::select(manifests()),
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..24usize, 0..PIECES.len()), 1..4),
            window in any::<prop::sample::Index>(),
        ) {
            // A short piece of a manifest, so that edits meet each other.
            let start = window.index(manifest.chars().count() + 1);
            let line = manifest.chars().take(start).collect::<String>().rfind('\n').map_or(0, |at| at + 1);
            let mut characters: Vec<char> = manifest[line..].chars().take(240).collect();
            for (at, length, piece) in edits {
                let at = at.index(characters.len() + 1);
                let end = (at + length.saturating_sub(16)).min(characters.len());
                characters.splice(at..end, PIECES[piece].chars());
            }
            is_plain(&characters.into_iter().collect::<String>());
        }

        /// Texts of pieces alone.
        #[test]
        fn the_parser_agrees_on_pieces(pieces in prop::collection::vec(0..PIECES.len(), 1..12)) {
            is_plain(&pieces.into_iter().map(|piece| PIECES[piece]).collect::<String>());
        }
    }
}
