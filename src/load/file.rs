//! One file: bytes in, what its documents hold out.

use std::fs::File;
use std::io::{self, Read};
use std::mem;

use super::Contents;
use super::discover::{InputFile, Origin};
use super::document::{Text, read_text};
use super::kustomize::Role;
use super::open::Opener;
use super::relevance::declares_object;
use super::remark::is_comments;
use crate::source::{
    self, Buffer, FileId, Fingerprint, HEAD, WINDOW, Window, check_size, read_at_length, read_in_windows,
    read_to_limit,
};
use crate::yaml::{self, RawDocument, Room};

/// How many bytes are asked for at first: nearly every manifest has fewer.
const AT_FIRST: usize = 1 << 14;

/// What stays of a file that was read.
pub(super) enum Kept {
    /// The means to know its text again.
    Fingerprint(Fingerprint),
    /// The text, because nothing can be read a second time, or not as it was parsed.
    Text(String),
    /// Nothing.
    Unreadable(io::Error),
}

impl Kept {
    /// The bytes of the file, as far as they were read.
    pub(super) fn len(&self) -> u64 {
        match self {
            Kept::Fingerprint(fingerprint) => fingerprint.len(),
            Kept::Text(text) => text.len() as u64,
            Kept::Unreadable(_) => 0,
        }
    }
}

/// Reads one file after the other.
pub(super) struct FileReader<'r> {
    /// What standard input holds.
    stdin: &'r [u8],
    /// Whether documents are parsed although they can be proved irrelevant.
    parse_all: bool,
    opener: Opener,
    buffer: &'r mut Buffer,
    room: Room,
}

impl<'r> FileReader<'r> {
    pub(super) fn new(stdin: &'r [u8], parse_all: bool, buffer: &'r mut Buffer) -> Self {
        Self {
            stdin,
            parse_all,
            opener: Opener::default(),
            buffer,
            room: Room::default(),
        }
    }

    /// Adds what a file holds to the last of some `runs` of documents, or as further ones.
    pub(super) fn read(&mut self, id: FileId, file: &InputFile, runs: &mut Vec<Contents>) -> Kept {
        let mut text = Text {
            file: id,
            is_chart_template: file.is_chart_template,
            parse_all: self.parse_all,
            role: &file.role,
            objects: 0,
        };
        let room = &mut self.room;
        let opened = open(file, &mut self.opener, &mut self.buffer.held);
        let kept = opened.and_then(|opened| {
            let (bytes, is_repeatable) = match opened {
                Opened::Stdin => (self.stdin, false),
                Opened::Whole { is_repeatable } => (&self.buffer.held[..], is_repeatable),
                Opened::Start(rest) => return read_long(rest, WINDOW, self.buffer, &mut text, room, runs),
            };
            let content = Content { bytes, is_repeatable };
            content.keep(file, |bytes| read_text(&mut text, bytes.into(), None, room, runs))
        });
        kept.unwrap_or_else(Kept::Unreadable)
    }
}

/// How much of a file is in the buffer.
enum Opened {
    /// Nothing: standard input was read before.
    Stdin,
    /// All of it.
    Whole {
        /// Whether it can be had again, which a pipe does not allow.
        is_repeatable: bool,
    },
    /// What it begins with, and this is the rest: it is long, and need not be held all at once.
    Start(File),
}

/// Opens a file and reads into `buffer` what has to be held of it.
fn open(input: &InputFile, opener: &mut Opener, buffer: &mut Vec<u8>) -> io::Result<Opened> {
    if input.origin == Origin::Stdin {
        return Ok(Opened::Stdin);
    }
    let mut file = opener.open(&input.path)?;
    buffer.clear();
    if input.origin == Origin::Found {
        // A walk has told that it is a file; most end at once, so that nobody has to ask for the length.
        read_start(&mut file, buffer)?;
        if buffer.len() < AT_FIRST {
            return Ok(Opened::Whole { is_repeatable: true });
        }
    }
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        read_to_limit(file, buffer)?;
        return Ok(Opened::Whole { is_repeatable: false });
    }
    check_size(metadata.len())?;
    if metadata.len() >= WINDOW as u64 {
        read_start(&mut file, buffer)?;
        if may_be_cut(input, buffer) {
            return Ok(Opened::Start(file));
        }
    }
    read_at_length(&mut file, metadata.len(), buffer)?;
    Ok(Opened::Whole { is_repeatable: true })
}

/// Reads what a file begins with, as far as that is not in `buffer`.
fn read_start(file: &mut File, buffer: &mut Vec<u8>) -> io::Result<()> {
    let missing = AT_FIRST - buffer.len();
    buffer.reserve(missing);
    file.take(missing as u64).read_to_end(buffer)?;
    Ok(())
}

/// The bytes of a file that are held all at once.
struct Content<'b> {
    bytes: &'b [u8],
    is_repeatable: bool,
}

impl Content<'_> {
    /// Gives the text to `read`; the result is what stays of it.
    fn keep(&self, file: &InputFile, read: impl FnOnce(&[u8])) -> io::Result<Kept> {
        let transcoded = yaml::transcode(self.bytes);
        let text = transcoded.as_deref().map_or(self.bytes, str::as_bytes);
        check_size(text.len() as u64)?;
        check_text(file, text)?;
        read(text);
        Ok(match transcoded {
            Some(text) => Kept::Text(text),
            None if self.is_repeatable => Kept::Fingerprint(Fingerprint::of(self.bytes)),
            None => Kept::Text(source::decode(self.bytes).into_owned()),
        })
    }
}

/// Binary files lie in many directories; one that is named is a mistake. A stray byte in a manifest is one of
/// its document alone.
fn check_text(file: &InputFile, content: &[u8]) -> io::Result<()> {
    let is_binary = || holds_zero(content) && !declares_object(content);
    if matches!(file.origin, Origin::Named | Origin::Stdin) && is_binary() {
        return Err(source::binary());
    }
    Ok(())
}

/// Whether a text begins as binary files do.
fn holds_zero(content: &[u8]) -> bool {
    memchr::memchr(0, &content[..content.len().min(HEAD)]).is_some()
}

/// Whether a file that begins so can be told without all of it at hand.
fn may_be_cut(file: &InputFile, start: &[u8]) -> bool {
    let is_read = matches!(file.role, Role::Plain | Role::Included(_)) && !file.is_chart_template;
    is_read && !holds_zero(start) && yaml::transcode(start).is_none()
}

/// Reads a text that need not be held all at once, of which the buffer has the start.
fn read_long(
    rest: impl Read + Send,
    step: usize,
    buffer: &mut Buffer,
    text: &mut Text<'_>,
    room: &mut Room,
    runs: &mut Vec<Contents>,
) -> io::Result<Kept> {
    // What cannot be read to its end is not read at all.
    let (mut whole, mut last) = (Contents::default(), Vec::new());
    let fingerprint = read_in_windows(rest, step, buffer, cut, |window, documents| {
        let before = mem::take(&mut last);
        // What one window holds is merged while the next one is looked at.
        rayon::join(
            || read_text(text, window, documents, room, &mut last),
            || before.into_iter().for_each(|contents| whole.append(contents)),
        );
    })?;
    runs.push(whole);
    runs.append(&mut last);
    Ok(Kept::Fingerprint(fingerprint))
}

/// Where the start of a text can be cut without a change to what is read of its documents, and those in front of that: in
/// front of a separator, behind content, since a comment may be about the next document. A bad separator is judged by all
/// that follows.
fn cut(held: Window<'_>) -> Option<(usize, Vec<RawDocument>)> {
    let (bytes, start) = (held.bytes(), held.range().start);
    let (mut documents, mut last) = (Vec::new(), None);
    for document in yaml::split(held) {
        if document.bad_separator.is_some() {
            return None;
        }
        let (before, behind) = bytes.split_at(document.range.end - start);
        documents.push(document);
        let is_separator = behind.starts_with(b"---") && memchr::memchr(b'\n', behind).is_some();
        if is_separator && ends_with_content(before) {
            last = Some((before.len(), documents.len()));
        }
    }
    let (end, count) = last?;
    documents.truncate(count);
    Some((end, documents))
}

/// Whether the last line that is not blank is neither a comment nor a separator.
fn ends_with_content(text: &[u8]) -> bool {
    let content = text.trim_ascii_end();
    let start = memchr::memrchr(b'\n', content).map_or(0, |line_feed| line_feed + 1);
    let line = &content[start..];
    !is_comments(line) && !line.starts_with(b"---")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Loaded;
    use super::super::document::DOCUMENTS;
    use super::*;

    /// What is read of a text, however it comes about.
    fn told(read: impl FnOnce(&mut Text<'_>, &mut Room, &mut Vec<Contents>)) -> String {
        let mut text = Text::unknown(FileId(0));
        let (mut runs, mut loaded) = (Vec::new(), Loaded::default());
        read(&mut text, &mut Room::default(), &mut runs);
        for contents in runs {
            loaded.append(contents);
        }
        format!("{loaded:#?}\n{} objects", text.objects)
    }

    fn at_once(content: &str) -> String {
        told(|text, room, runs| read_text(text, content.into(), None, room, runs))
    }

    fn in_windows(content: &str, step: usize) -> String {
        let (start, rest) = content.as_bytes().split_at(content.len().min(step / 3));
        let mut buffer = Buffer::default();
        buffer.held.extend_from_slice(start);
        told(|text, room, runs| {
            read_long(rest, step, &mut buffer, text, room, runs).unwrap();
        })
    }

    const LINES: [&str; 14] = [
        "---\n",
        "--- # next\n",
        "--- a\n",
        "\u{feff}",
        "\n",
        "...\n",
        "# peerauth: ignore[unset-mode] as agreed\n",
        "a: |\n  b\n",
        "kind: Service\napiVersion: v1\nmetadata: {name: a}\n",
        "kind: Service\napiVersion: v1\nmetadata: [a\n",
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: c\ndata:\n  A_HOST: cart\n",
        "kind: Other\nmetadata:\n  annotations: {ignore.peerauth.dev/unset-mode: later}\n",
        "{\"kind\": \"Service\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"j\"}}\n",
        "kind: Deployment\nmetadata: {name: \"{{ x }}\"}\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_long_text_says_the_same_in_windows(
            lines in prop::collection::vec(prop::sample::select(&LINES[..]), 0..12),
            step in 1usize..120,
        ) {
            let content = lines.concat();
            prop_assert_eq!(in_windows(&content, step), at_once(&content), "{:?}", content);
        }
    }

    #[test]
    fn what_several_threads_read_of_a_window_stays_in_order() {
        let service = |index| format!("kind: Service\napiVersion: v1\nmetadata: {{name: s{index}}}\n---\n");
        let content: String = (0..9 * DOCUMENTS).map(service).collect();
        assert!(in_windows(&content, content.len() / 3) == at_once(&content));
    }

    #[test]
    fn texts_are_cut_in_front_of_separators() {
        let cut = |text: &str| {
            let (end, documents) = cut(text.into())?;
            assert_eq!(documents, yaml::split(&text[..end]).collect::<Vec<_>>());
            Some(end)
        };
        assert_eq!(cut("a: 1\n---\nb: 2\n---\nc"), Some(14));
        // It may go on.
        assert_eq!(cut("a: 1\n---\nb: 2\n---"), Some(5));
        assert_eq!(cut("a: 1\nb: 2"), None);
        // The next document may be meant.
        assert_eq!(cut("a: 1\n---\n# why\n\n---\nb: 2"), Some(5));
        assert_eq!(cut("a: 1\n---\n# why\n---\n---\nb: 2"), Some(5));
        // Whether a manifest stands behind it is not known yet.
        assert_eq!(cut("a: 1\n---\nb: 2\n--- c\nd: 3"), None);
    }
}
