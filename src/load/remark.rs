//! Comments that speak to this program: `# peerauth: ignore[rule-id, other-id] reason`.
//!
//! They are found by their bytes alone, so that they are found in documents that are not parsed too, and in
//! YAML within YAML.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use crate::source::{FileId, Span, Window};
use crate::yaml::{self, StringMap};

/// A comment that asks for findings to be ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The comment from `#` to the end of its line.
    pub span: Span,
    /// The rules that it names, each where it stands; none if it is not of the form that is understood.
    pub rules: NamedRules,
    /// What follows the rules.
    pub reason: Box<str>,
    /// Where findings begin that it is about: its own line, the next line, or the document that it heads.
    pub scope: Span,
    /// Whether the scope is a whole document.
    pub is_head: bool,
}

/// The rules of a comment, each where it stands.
type NamedRules = Vec<(Box<str>, Span)>;

/// What every remark and annotation for this program holds; made once, because every text is asked.
static NAME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"peerauth"));

const MARKER: &[u8] = b"peerauth:";

/// What annotations begin with that ask for findings on their object to be ignored.
pub const ANNOTATION: &str = "ignore.peerauth.dev/";

/// Whether a text may hold a remark or an annotation.
pub(super) fn speaks_to_us(bytes: &[u8]) -> bool {
    NAME.find(bytes).is_some()
}

/// Whether some of these annotations ask for findings on their object to be ignored.
pub fn speak_to_us(annotations: &StringMap) -> bool {
    annotations.iter().any(|entry| entry.key.starts_with(ANNOTATION))
}

/// The comments of a text. One that says something else behind `peerauth:` is none of them, unless it was
/// probably meant to be.
pub(super) fn find(file: FileId, content: Window<'_>) -> Vec<Remark> {
    let bytes = content.bytes();
    let mut found = memmem::find_iter(bytes, MARKER).peekable();
    if found.peek().is_none() {
        return Vec::new();
    }
    let text = Text {
        file,
        start: content.range().start,
        bytes,
        documents: yaml::split(bytes).map(|document| document.range).collect(),
    };
    found.filter_map(|at| text.remark(at)).collect()
}

struct Text<'b> {
    file: FileId,
    /// Where they stand, from where everything here counts.
    start: usize,
    bytes: &'b [u8],
    documents: Vec<Range<usize>>,
}

impl Text<'_> {
    fn remark(&self, at: usize) -> Option<Remark> {
        let line = self.line(at);
        let before = self.bytes[line.start..at].trim_ascii_end();
        let mark = before.len() - before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before).len();
        let before = &before[mark..];
        let content = before.strip_suffix(b"#")?;
        if !content.is_empty() && !content.ends_with(b" ") && !content.ends_with(b"\t") {
            return None;
        }
        let start = line.start + mark + content.len();
        let end = line.start + self.bytes[line.clone()].trim_ascii_end().len();
        let said = at + MARKER.len()..end;
        let (rules, reason) = match self.ignore(said.clone()) {
            Some(parts) => parts,
            None if was_meant(&self.bytes[said]) => (Vec::new(), Box::default()),
            None => return None,
        };
        let (scope, is_head) = self.scope(&line, content.trim_ascii().is_empty());
        Some(Remark {
            span: self.span(start..end),
            rules,
            reason,
            scope: self.span(scope),
            is_head,
        })
    }

    /// The rules and the reason of `ignore[rule, …] reason`.
    fn ignore(&self, said: Range<usize>) -> Option<(NamedRules, Box<str>)> {
        let text = std::str::from_utf8(&self.bytes[said.clone()]).ok()?;
        let list = text.trim_start().strip_prefix("ignore[")?;
        let (list, reason) = list.split_once(']')?;
        let mut start = said.end - reason.len() - 1 - list.len();
        let mut rules = Vec::new();
        for part in list.split(',') {
            let name = part.trim();
            let at = start + (part.len() - part.trim_start().len());
            if name.is_empty() {
                return None;
            }
            rules.push((name.into(), self.span(at..at + name.len())));
            start += part.len() + 1;
        }
        Some((rules, reason.trim().into()))
    }

    /// The bytes that a comment on `line` is about, and whether they are a whole document.
    fn scope(&self, line: &Range<usize>, is_alone: bool) -> (Range<usize>, bool) {
        if !is_alone {
            return (line.clone(), false);
        }
        let index = self
            .documents
            .partition_point(|document| document.start <= line.end);
        let index = index.saturating_sub(1);
        let Some(document) = self.documents.get(index) else {
            return (line.clone(), false);
        };
        let above = self.bytes.get(document.start..line.start).unwrap_or_default();
        if document.start <= line.end && is_comments(above) {
            // What stands above the first `---` of a file is a document of comments.
            let is_all = is_comments(&self.bytes[document.clone()]);
            let headed = self
                .documents
                .get(index + 1)
                .filter(|_| is_all)
                .unwrap_or(document);
            return (headed.clone(), true);
        }
        (self.next_line(line.end), false)
    }

    /// The first line behind `end` that is not a comment.
    fn next_line(&self, mut end: usize) -> Range<usize> {
        while end < self.bytes.len() {
            let next = self.line(end + 1);
            if next.is_empty() || !self.bytes[next.clone()].trim_ascii_start().starts_with(b"#") {
                return next;
            }
            end = next.end;
        }
        end..end
    }

    /// The line that holds a byte, without its line feed.
    fn line(&self, at: usize) -> Range<usize> {
        let at = at.min(self.bytes.len());
        let start = memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |feed| feed + 1);
        let end = memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |feed| at + feed);
        start..end
    }

    fn span(&self, range: Range<usize>) -> Span {
        let at = |offset: usize| (self.start + offset) as u32;
        Span::new(self.file, at(range.start), at(range.end))
    }
}

/// Whether there are only comments, blank lines and byte order marks.
pub(super) fn is_comments(bytes: &[u8]) -> bool {
    bytes.split(|&byte| byte == b'\n').all(|line| {
        let content = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        content.is_empty() || content.starts_with(b"#")
    })
}

/// Whether somebody tried to write `ignore[…]`.
fn was_meant(said: &[u8]) -> bool {
    let said = String::from_utf8_lossy(said).to_lowercase();
    let word: String = said
        .trim_start()
        .chars()
        .take_while(|char| char.is_alphabetic())
        .collect();
    let has_list = said.trim_start()[word.len()..]
        .trim_start()
        .starts_with(['[', '(', '=', ':']);
    let is_alike = strsim::damerau_levenshtein(&word, "ignore") <= 2;
    let is_synonym = matches!(
        &*word,
        "disable" | "suppress" | "skip" | "allow" | "noqa" | "nolint"
    );
    is_alike || has_list && is_synonym
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remarks(text: &str) -> Vec<(Vec<String>, String, String)> {
        let slice = |span: Span| text[span.start as usize..span.end as usize].trim_end().to_owned();
        find(FileId(0), text.into())
            .into_iter()
            .map(|remark| {
                let rules = remark.rules.iter().map(|(name, span)| {
                    assert_eq!(**name, slice(*span));
                    name.to_string()
                });
                (rules.collect(), remark.reason.to_string(), slice(remark.scope))
            })
            .collect()
    }

    fn scope(text: &str) -> String {
        let remarks = remarks(text);
        assert_eq!(remarks.len(), 1, "{text}");
        remarks[0].2.clone()
    }

    #[test]
    fn rules_and_reason_are_told_apart() {
        let found = remarks("a: 1  # peerauth: ignore[one, two-b] for now, see #12\n");
        assert_eq!(found[0].0, ["one", "two-b"]);
        assert_eq!(found[0].1, "for now, see #12");
    }

    #[test]
    fn a_comment_is_about_its_line_or_the_next_one() {
        assert_eq!(
            scope("a: 1\nb: 2 #peerauth: ignore[x]\nc: 3"),
            "b: 2 #peerauth: ignore[x]"
        );
        assert_eq!(scope("a: 1\n# peerauth: ignore[x]\n# why\r\nb: 2\nc: 3"), "b: 2");
        assert_eq!(scope("a: 1\n# peerauth: ignore[x]"), "");
    }

    #[test]
    fn a_comment_above_all_content_is_about_the_document() {
        assert_eq!(
            scope("\u{feff}# peerauth: ignore[x]\n\na: 1\nb: 2"),
            "# peerauth: ignore[x]\n\na: 1\nb: 2"
        );
        assert_eq!(
            scope("z: 1\n---\n# Source: a.yaml\n# peerauth: ignore[x]\na: 1\n---\nb: 2"),
            "# Source: a.yaml\n# peerauth: ignore[x]\na: 1"
        );
        assert_eq!(scope("# peerauth: ignore[x]\n---\na: 1\n---\nb: 2"), "a: 1");
        assert_eq!(scope("a: 1\n# peerauth: ignore[x]\n---\nb: 2"), "---");
    }

    #[test]
    fn what_only_looks_like_one_is_kept_apart() {
        assert_eq!(remarks("# peerauth: STRICT since May\n"), []);
        assert_eq!(remarks("x: a#peerauth: ignore[y]\n"), []);
        assert_eq!(remarks("peerauth: ignore[x]\n"), []);
        for text in [
            "# peerauth: ignore x",
            "# peerauth: ingore[x]",
            "# peerauth: disable[x]",
            "# peerauth: ignore[]",
        ] {
            assert_eq!(remarks(text)[0].0, [""; 0], "{text}");
        }
    }
}
