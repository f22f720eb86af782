//! One file: bytes in, what its documents hold out.

use std::fs::File;
use std::io::{self, Read};

use super::Contents;
use super::discover::{InputFile, Origin};
use super::document::{Text, read_text};
use super::kustomize::Role;
use super::open::Opener;
use super::relevance::declares_object;
use super::remark::is_comments;
use crate::source::{
    self, FileId, Fingerprint, HEAD, LONG, LongText, SEGMENT, Window, check_size, read_at_length,
    read_exact_at, read_to_limit,
};
use crate::yaml::{self, RawDocument, Room};

/// How many bytes are asked for at first: nearly every manifest has fewer.
const AT_FIRST: usize = 1 << 14;

/// How much of what stands in front of a separator is asked whether it can be read without what follows.
const BEFORE: usize = 1 << 14;

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
    buffer: &'r mut Vec<u8>,
    room: Room,
}

impl<'r> FileReader<'r> {
    pub(super) fn new(stdin: &'r [u8], parse_all: bool, buffer: &'r mut Vec<u8>) -> Self {
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
        let Self {
            stdin, buffer, room, ..
        } = self;
        let opened = open(file, &mut self.opener, buffer);
        let kept = opened.and_then(|opened| {
            let (bytes, is_repeatable) = match opened {
                Opened::Stdin => (*stdin, false),
                Opened::Whole { is_repeatable } => (&buffer[..], is_repeatable),
                Opened::Start { mut file, len } => {
                    let read_at = |bytes: &mut [u8], offset| read_exact_at(&file, bytes, offset);
                    let long = long_text(len as usize, read_at, BEFORE);
                    if let Some(fingerprint) = read_long(&long, SEGMENT, &text, runs)? {
                        return Ok(Kept::Fingerprint(fingerprint));
                    }
                    read_at_length(&mut file, len, buffer)?;
                    (&buffer[..], true)
                }
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
    /// What it begins with: it is long, and mostly need not be held all at once.
    Start { file: File, len: u64 },
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
    let len = metadata.len();
    if len >= LONG as u64 {
        read_start(&mut file, buffer)?;
        if may_be_cut(input, buffer) {
            return Ok(Opened::Start { file, len });
        }
    }
    read_at_length(&mut file, len, buffer)?;
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

/// A text of which `read_at` fills a buffer with what stands at an offset, cut in front of separators.
fn long_text<R>(len: usize, read_at: R, before: usize) -> LongText<R> {
    LongText {
        len,
        read_at,
        mark: b"\n---",
        before,
        ends_well: ends_with_content,
    }
}

/// Reads a text in segments, by all threads; none, if it has to be held all at once.
fn read_long(
    long: &LongText<impl Fn(&mut [u8], u64) -> io::Result<()> + Sync>,
    step: usize,
    text: &Text<'_>,
    runs: &mut Vec<Contents>,
) -> io::Result<Option<Fingerprint>> {
    let look = |window: Window<'_>| {
        let documents: Vec<RawDocument> = yaml::split(window).collect();
        // A bad separator is judged by all that follows.
        if documents.iter().any(|document| document.bad_separator.is_some()) {
            return None;
        }
        let (mut room, mut read) = (Room::default(), Vec::new());
        let mut text = Text { objects: 0, ..*text };
        read_text(&mut text, window, Some(documents), &mut room, &mut read);
        Some((read, text.objects))
    };
    let (mut whole, mut objects) = (Contents::default(), text.objects);
    let keep = |(read, count): (Vec<Contents>, u32)| {
        for contents in read {
            whole.append(contents.behind(objects));
        }
        objects += count;
    };
    let fingerprint = long.look(step, look, keep)?;
    if fingerprint.is_some() {
        runs.push(whole);
    }
    Ok(fingerprint)
}

/// Whether what stands in front of a separator can be read without what follows: it ends with content, since a comment may
/// be about the next document.
fn ends_with_content(text: &[u8]) -> bool {
    let content = text.trim_ascii_end();
    memchr::memrchr(b'\n', content).is_some_and(|line_feed| {
        let line = &content[line_feed + 1..];
        !is_comments(line) && !line.starts_with(b"---")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Loaded;
    use super::super::document::{DOCUMENTS, LONG};
    use super::*;

    /// What is read of a text, however it comes about.
    fn told(read: impl FnOnce(&mut Text<'_>, &mut Room, &mut Vec<Contents>)) -> String {
        let mut text = Text::unknown(FileId(0));
        let (mut runs, mut loaded) = (Vec::new(), Loaded::default());
        read(&mut text, &mut Room::default(), &mut runs);
        for contents in runs {
            loaded.append(contents);
        }
        format!("{loaded:#?}")
    }

    fn at_once(content: &str) -> String {
        told(|text, room, runs| read_text(text, content.into(), None, room, runs))
    }

    /// What is read of it in segments, unless that cannot be.
    fn in_segments(content: &str, step: usize, before: usize) -> Option<String> {
        let read_at = |bytes: &mut [u8], offset: u64| {
            let start = offset as usize;
            bytes.copy_from_slice(&content.as_bytes()[start..start + bytes.len()]);
            Ok(())
        };
        let mut is_read = false;
        let told = told(|text, _, runs| {
            let fingerprint =
                read_long(&long_text(content.len(), read_at, before), step, text, runs).unwrap();
            is_read = fingerprint.is_some();
        });
        is_read.then_some(told)
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
        fn a_long_text_says_the_same_in_segments(
            lines in prop::collection::vec(prop::sample::select(&LINES[..]), 0..12),
            step in 1usize..120,
            before in 1usize..120,
        ) {
            let content = lines.concat();
            let has_bad_separator = yaml::split(&content).any(|document| document.bad_separator.is_some());
            let expected = (!has_bad_separator).then(|| at_once(&content));
            prop_assert_eq!(in_segments(&content, step, before), expected, "{:?}", content);
        }
    }

    #[test]
    fn what_several_threads_read_stays_in_order() {
        let padding = "#".repeat(LONG / (4 * DOCUMENTS));
        let service = |index| {
            format!("kind: Service\napiVersion: v1\nmetadata:\n  name: s{index} {padding}\nspec: {{}}\n---\n")
        };
        let content: String = (0..9 * DOCUMENTS).map(service).collect();
        assert!(content.len() > 2 * LONG);
        let expected = at_once(&content);
        // Segments that one thread reads, and those that several do.
        for step in [LONG / 9, content.len() / 2] {
            let told = in_segments(&content, step, BEFORE);
            assert!(told.is_some_and(|told| told == expected), "{step}");
        }
    }

    #[test]
    fn documents_are_told_apart_behind_content() {
        for text in ["a: 1\n b: 2\n", "\n- a\n\n \n"] {
            assert!(ends_with_content(text.as_bytes()), "{text:?}");
        }
        // The next document may be meant, or the start of the line is not known.
        for text in [
            "a: 1\n# why\n",
            "a: 1\n  # why\n\n",
            "a: 1\n---\n",
            "\n\n",
            "a: 1\n",
        ] {
            assert!(!ends_with_content(text.as_bytes()), "{text:?}");
        }
    }
}
