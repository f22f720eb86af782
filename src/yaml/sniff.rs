//! What kind of object a document holds, proved without parsing it.
//!
//! Most documents of a tree are of kinds that nobody asks for. The kind of a document whose first line at column 0 is a
//! plain key or an item can only stand in such a line, unless another one begins as keys do that are not plain, or as the
//! end of the document does. Wherever that proof fails the document has to be parsed.

use std::iter;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::split::RawDocument;
use crate::source::Window;

/// What the lines at column 0 prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniff<'d> {
    /// Nothing: the document has to be parsed.
    Unproved,
    /// No more than that its first kind is wanted: the document is parsed, which tells the rest.
    Wanted,
    /// The document has no kind: it is empty, no mapping, or no object.
    NoKind,
    /// The document is a mapping whose kind, if anything that is read, is this word.
    Kind(&'d str),
}

/// Looks at a document of a file until it is clear that it has to be parsed: `is_wanted` says so of a kind.
pub fn sniff<'b>(
    content: impl Into<Window<'b>>,
    document: &RawDocument,
    is_wanted: impl Fn(&str) -> bool,
) -> Sniff<'b> {
    if document.bad_separator.is_some() {
        return Sniff::Unproved;
    }
    let text = content.into().get(document.range.clone());
    // The lines are asked first, as they may tell early that there is no proof.
    match only_kind(text, is_wanted) {
        Sniff::NoKind | Sniff::Kind(_) if has_lone_carriage_return(text) => Sniff::Unproved,
        sniff => sniff,
    }
}

/// The only document of a file, where its lines at column 0 prove what it holds: a separator would be one of them.
pub fn sniff_only<'b>(
    content: impl Into<Window<'b>>,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<(RawDocument, Sniff<'b>)> {
    let content = content.into();
    let document = RawDocument {
        range: content.range(),
        bad_separator: None,
    };
    let sniff = sniff(content, &document, is_wanted);
    (!matches!(sniff, Sniff::Unproved | Sniff::Wanted)).then_some((document, sniff))
}

/// YAML ends a line there too, so that what looks like a comment may hold a key.
fn has_lone_carriage_return(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'))
}

/// What the one `kind:` line says, or that there is none.
fn only_kind<'d>(text: &'d [u8], is_wanted: impl Fn(&str) -> bool) -> Sniff<'d> {
    let Some(content) = content(text) else {
        return Sniff::Unproved;
    };
    let mut kind = Sniff::NoKind;
    let mut has_metadata = false;
    let look = |line: &'d [u8]| {
        let (name, value) = match classify(line) {
            Some(Line::Key { name, value }) => (name, value),
            Some(Line::Item) => return ControlFlow::Continue(()),
            None => return ControlFlow::Break(Sniff::Unproved),
        };
        // Of a key that is there twice the last counts, so that the first proves nothing.
        match name {
            b"kind" if kind == Sniff::NoKind => match word(value) {
                Some(word) if is_wanted(word) => return ControlFlow::Break(Sniff::Wanted),
                Some(word) => kind = Sniff::Kind(word),
                None => return ControlFlow::Break(Sniff::Unproved),
            },
            b"metadata" if !has_metadata => has_metadata = true,
            b"kind" | b"metadata" => return ControlFlow::Break(Sniff::Unproved),
            _ => {}
        }
        ControlFlow::Continue(())
    };
    match telling_lines(content, look) {
        ControlFlow::Break(sniff) => sniff,
        ControlFlow::Continue(()) => kind,
    }
}

/// What begins with the first line that is more than a comment; `None` if that does not start at column 0.
fn content(text: &[u8]) -> Option<&[u8]> {
    let newlines = memchr::memchr_iter(b'\n', text).map(|newline| newline + 1);
    let lines = iter::once(0).chain(newlines).map(|start| &text[start..]);
    for rest in lines {
        match rest.first() {
            None | Some(b'\n' | b'\r' | b'#') => {}
            Some(b' ' | b'\t') if is_blank_or_comment(rest) => {}
            Some(b' ' | b'\t') => return None,
            Some(_) => return Some(rest),
        }
    }
    Some(&[])
}

/// Gives the first line of `content` to `look`, and each later one that may tell something as long as that goes on.
fn telling_lines<'d, B>(
    content: &'d [u8],
    mut look: impl FnMut(&'d [u8]) -> ControlFlow<B>,
) -> ControlFlow<B> {
    if content.is_empty() {
        return ControlFlow::Continue(());
    }
    look(content)?;
    match &*LINE_STARTS {
        Some(starts) => starts
            .find_iter(content)
            .map(|start| start.start() + 1)
            .try_for_each(|start| look(&content[start..])),
        None => one_by_one(content).try_for_each(|start| look(&content[start..])),
    }
}

/// Where the lines begin that may tell something: what [`LINE_STARTS`] finds.
fn one_by_one(content: &[u8]) -> impl Iterator<Item = usize> {
    let starts = memchr::memchr_iter(b'\n', content).map(|newline| newline + 1);
    starts.filter(|&start| {
        let first = content.get(start);
        first.is_some_and(|first| TELLING.contains(first))
    })
}

/// What lines at column 0 begin with that are `kind` or `metadata`, may bring them, or end the document. No other line is one
/// of these, or hides one.
const TELLING: &[u8] = b"km\"'?&!*<{-.";

/// A line break and what it makes the first byte of a line; `None` where the processor knows no way to look for all at once.
static LINE_STARTS: LazyLock<Option<Searcher>> =
    LazyLock::new(|| Searcher::new(TELLING.iter().map(|&first| [b'\n', first])));

/// A line at column 0 that has content.
enum Line<'d> {
    Item,
    Key { name: &'d [u8], value: &'d [u8] },
}

/// `rest` starts at the line, and goes on behind it.
fn classify(rest: &[u8]) -> Option<Line<'_>> {
    if rest[0] == b'-' {
        return ends_token(&rest[1..]).then_some(Line::Item);
    }
    if !rest[0].is_ascii_alphabetic() && rest[0] != b'_' {
        return None;
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-');
    let length = rest.iter().position(|byte| !is_name(byte))?;
    let (name, after) = rest.split_at(length);
    let value = after.strip_prefix(b":")?;
    ends_token(value).then_some(Line::Key { name, value })
}

/// Whether a blank or the end of the line comes next.
fn ends_token(rest: &[u8]) -> bool {
    matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

fn line(rest: &[u8]) -> &[u8] {
    &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]
}

fn is_blank_or_comment(rest: &[u8]) -> bool {
    matches!(line(rest).trim_ascii_start().first(), None | Some(b'#'))
}

/// The word that is all of a value, but for simple quotes and a comment.
fn word(value: &[u8]) -> Option<&str> {
    let value = line(value).trim_ascii();
    let end = value
        .iter()
        .position(|&byte| matches!(byte, b' ' | b'\t'))
        .unwrap_or(value.len());
    let (token, after) = value.split_at(end);
    if !matches!(after.trim_ascii_start().first(), None | Some(b'#')) {
        return None;
    }
    let word = unquoted(token, b'"')
        .or_else(|| unquoted(token, b'\''))
        .unwrap_or(token);
    let simple =
        word.first().is_some_and(u8::is_ascii_alphabetic) && word.iter().all(u8::is_ascii_alphanumeric);
    std::str::from_utf8(word).ok().filter(|_| simple)
}

fn unquoted(token: &[u8], quote: u8) -> Option<&[u8]> {
    token.strip_prefix(&[quote])?.strip_suffix(&[quote])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml::{self, split};

    fn sniffed(text: &str) -> Sniff<'_> {
        let document = split(text.as_bytes()).next().unwrap();
        sniff(text.as_bytes(), &document, |kind| kind == "Wanted")
    }

    #[test]
    fn one_plain_kind_is_proved() {
        for text in [
            "# c\n  # d\n\nkind: Role\nrules:\n- a\n",
            "kind: 'Role' # c\nmetadata:\n  kind: Pod\n",
            "apiVersion: v1\r\nkind: \"Role\"\r\n",
            "a.b/c-d:\nkind:\tRole",
        ] {
            assert_eq!(sniffed(text), Sniff::Kind("Role"), "{text}");
        }
    }

    #[test]
    fn no_kind_at_column_0_is_no_kind() {
        assert_eq!(sniffed("- kind: Pod\n- a\n"), Sniff::NoKind);
        assert_eq!(sniffed("# kind: Pod\nspec:\n  kind: Pod\n"), Sniff::NoKind);
    }

    #[test]
    fn everything_else_has_to_be_parsed() {
        for text in [
            "kind: Role\nkind: Pod\n",
            "kind: Role\nmetadata:\n  name: a\nmetadata:\n  name: b\n",
            "kind: &x Pod\n",
            "kind:\n  Pod\n",
            "kind: Role\n\"kind\": Pod\n",
            "kind: Role\nkind : Pod\n",
            "kind: Role\n? kind\n: Pod\n",
            "kind: Role\n<<: *x\n",
            "  kind: Role\n",
            "{kind: Pod}\n",
            "kind: Role\n...\n",
            "%YAML 1.1\n",
            "a: # x\rkind: Pod\n",
            "kind: Role\n--- x\n",
            "-x: 1\nkind: Role\n",
        ] {
            assert_eq!(sniffed(text), Sniff::Unproved, "{text}");
        }
    }

    #[test]
    fn lines_that_tell_nothing_hide_no_kind() {
        let is_telling = |first: char| TELLING.iter().any(|byte| char::from(*byte) == first);
        for first in ('\0'..='\u{ff}').filter(|&first| !is_telling(first) && !" \r\n#".contains(first)) {
            for before in ["kind: Role", "a: |\n  b", "a:\n- b", "a: 'b"] {
                let text = format!("{before}\n{first}kind: Pod\n{first} kind: Pod\n");
                let document = split(text.as_bytes()).next().unwrap();
                let parsed = yaml::parse(FileId(0), text.as_bytes(), &document);
                let kind = parsed.tree.as_ref().and_then(|tree| tree.root().get("kind"));
                let kind = kind.and_then(|kind| kind.value.as_str());
                assert!(matches!(kind, None | Some("Role")), "{text:?}");
            }
        }
    }

    proptest::proptest! {
        /// A processor that cannot look for all line breaks at once finds the same.
        #[test]
        fn lines_are_found_one_by_one_as_together(text in "(\n|\r| |[a-zA-Z\"',.:;_<>?&!*{}#%0-9-]|kind: Pod){0,40}") {
            let mut starts = Vec::new();
            let _: ControlFlow<()> = telling_lines(text.as_bytes(), |line| {
                starts.push(text.len() - line.len());
                ControlFlow::Continue(())
            });
            let first = (!text.is_empty()).then_some(0);
            let expected: Vec<usize> = first.into_iter().chain(one_by_one(text.as_bytes())).collect();
            proptest::prop_assert!(LINE_STARTS.is_some() || cfg!(not(target_arch = "x86_64")));
            proptest::prop_assert_eq!(starts, expected);
        }
    }

    #[test]
    fn what_is_proved_of_a_file_is_proved_of_its_only_document() {
        for text in [
            "kind: Role\n",
            "# --- c\nkind: Role\nrules:\n ---\n- a\n",
            "- kind: Pod\n",
            "\n",
        ] {
            let documents: Vec<_> = split(text.as_bytes()).collect();
            let (only, sniff) = sniff_only(text.as_bytes(), |_| false).unwrap();
            assert_eq!((documents, sniff), (vec![only], sniffed(text)), "{text:?}");
        }
        for text in [
            "---\nkind: Role\n",
            "kind: Role\n---\n",
            "kind: Role\n--- x\n",
            "kind: Role\n---",
            "\u{feff}kind: Role\n",
            "{\"kind\": \"Role\"}{\"kind\": \"Pod\"}",
            "kind: Role # a\r---\n",
        ] {
            assert!(sniff_only(text.as_bytes(), |_| false).is_none(), "{text:?}");
        }
    }

    #[test]
    fn nothing_is_looked_at_behind_a_wanted_kind() {
        assert_eq!(sniffed("kind: Wanted\nkind: Role\n{\n"), Sniff::Wanted);
        assert_eq!(sniffed("kind: Role\nkind: Wanted\n"), Sniff::Unproved);
        // Whether another document follows is not known yet.
        assert!(sniff_only(b"kind: Wanted\n", |kind| kind == "Wanted").is_none());
    }
}
