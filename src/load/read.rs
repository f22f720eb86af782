//! Reading and parsing files in parallel.
//!
//! A file's id is its place, so that threads need not talk to each other; each takes a run of files with
//! one buffer, and the runs are merged in order. No text outlives its file's turn.

use std::io::{self, Read};
use std::mem;
use std::path::PathBuf;

use rayon::prelude::*;

use super::discover::{InputFile, Origin};
use super::document::{Text, read_text};
use super::open::Opener;
use super::relevance::declares_object;
use super::{Contents, Loaded, Progress, Unreadable};
use crate::error::{Error, in_words};
use crate::source::{self, Buffers, FileId, HEAD, check_size, content_hash, read_at_length, read_to_limit};
use crate::yaml::{self, Room};

/// How many files a thread takes at once, unless they are long: enough to forget the cost of sharing, few enough to share
/// well.
const RUN: usize = 64;

/// How many bytes are read, more or less, before what they hold is merged: what the runs took is free for the next ones
/// then.
const BATCH: u64 = 1 << 26;

/// How many files are read before it is known how long they are.
const FIRST_BATCH: usize = 16;

/// How many times the files of one batch the next may have, as they may be longer.
const GROWTH: usize = 8;

/// How many bytes are asked for at first: nearly every manifest has fewer.
const AT_FIRST: usize = 1 << 14;

/// Reads `files` into `loaded`, behind what it holds.
pub(super) fn read_files(
    mut files: Vec<InputFile>,
    parse_all: bool,
    stdin: &mut dyn Read,
    progress: &dyn Progress,
    loaded: &mut Loaded,
) -> Result<(), Error> {
    let stdin = read_stdin(&files, stdin)?;
    let mut first = loaded.sources.len();
    let mut last = Batch::default();
    let mut rest = &mut files[..];
    let mut length = FIRST_BATCH;
    let buffers = Buffers::default();
    while !rest.is_empty() {
        let (batch, behind) = rest.split_at_mut(length.min(rest.len()));
        let per_run = (length / RUN).clamp(1, RUN);
        let read_batch = || -> Vec<Run> {
            // Else the last thousands of files would be left to one thread.
            let runs = batch.par_chunks(per_run).enumerate().with_max_len(1);
            let runs = runs.map(|(index, files)| {
                let first = first + index * per_run;
                let run = buffers.with_one(|buffer| read_run(first, files, &stdin, parse_all, buffer));
                progress.read(files.len());
                run
            });
            runs.collect()
        };
        // What one batch holds is merged while the next one is read.
        let (runs, ()) = rayon::join(read_batch, || merge(mem::take(&mut last), loaded));
        let paths = batch.iter_mut().map(|file| mem::take(&mut file.path));
        last = Batch {
            runs,
            paths: paths.collect(),
        };
        first += batch.len();
        length = last.next_length();
        rest = behind;
    }
    merge(last, loaded);
    Ok(())
}

/// What was read of some files.
#[derive(Default)]
struct Batch {
    runs: Vec<Run>,
    paths: Vec<PathBuf>,
}

impl Batch {
    /// How many files the next one should have, if they are as long as these.
    fn next_length(&self) -> usize {
        let files = self.paths.len();
        let bytes: u64 = self.runs.iter().flat_map(|run| &run.kept).map(Kept::len).sum();
        let fitting = BATCH * files as u64 / bytes.max(1);
        (fitting as usize).clamp(1, files * GROWTH)
    }
}

/// Adds what the files of these paths hold.
fn merge(batch: Batch, loaded: &mut Loaded) {
    let mut paths = batch.paths.into_iter();
    for run in batch.runs {
        for (content, path) in run.kept.into_iter().zip(&mut paths) {
            keep(content, path, loaded);
        }
        run.contents
            .into_iter()
            .for_each(|contents| loaded.append(contents));
    }
}

fn read_stdin(files: &[InputFile], stdin: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![];
    if let Some(file) = files.iter().find(|file| file.origin == Origin::Stdin) {
        read_to_limit(stdin, &mut bytes).map_err(|reason| Error::Unreadable {
            path: file.path.clone(),
            reason,
        })?;
    }
    Ok(bytes)
}

/// Some files that follow each other.
struct Run {
    /// What they hold, in order.
    contents: Vec<Contents>,
    /// For each file what stays of it.
    kept: Vec<Kept>,
}

/// What stays of a file that was read.
enum Kept {
    /// The means to know its text again.
    Fingerprint { len: u64, hash: u64 },
    /// The text, because nothing can be read a second time, or not as it was parsed.
    Text(String),
    /// Nothing.
    Unreadable(io::Error),
}

impl Kept {
    /// The bytes of the file, as far as they were read.
    fn len(&self) -> u64 {
        match self {
            Kept::Fingerprint { len, .. } => *len,
            Kept::Text(text) => text.len() as u64,
            Kept::Unreadable(_) => 0,
        }
    }
}

fn read_run(first: usize, files: &[InputFile], stdin: &[u8], parse_all: bool, buffer: &mut Vec<u8>) -> Run {
    let mut contents = Vec::new();
    let (mut opener, mut room) = (Opener::default(), Room::default());
    let kept = files
        .iter()
        .zip(first..)
        .map(|(file, index)| {
            let read = |bytes: &[u8]| {
                let text = Text {
                    file: FileId(index as u32),
                    content: bytes.into(),
                    is_chart_template: file.is_chart_template,
                    parse_all,
                    role: &file.role,
                };
                read_text(&text, &mut room, &mut contents);
            };
            read_file(file, stdin, &mut opener, buffer, read)
        })
        .collect();
    Run { contents, kept }
}

/// Gives the bytes of `file` to `read`; the result is what stays of it.
fn read_file(
    file: &InputFile,
    stdin: &[u8],
    opener: &mut Opener,
    buffer: &mut Vec<u8>,
    read: impl FnOnce(&[u8]),
) -> Kept {
    let (bytes, is_repeatable) = if file.origin == Origin::Stdin {
        (stdin, false)
    } else {
        match fill(file, opener, buffer) {
            Ok(is_repeatable) => (&buffer[..], is_repeatable),
            Err(error) => return Kept::Unreadable(error),
        }
    };
    let transcoded = yaml::transcode(bytes);
    let content = transcoded.as_deref().map_or(bytes, str::as_bytes);
    if let Err(error) = check_size(content.len() as u64).and_then(|()| check_text(file, content)) {
        return Kept::Unreadable(error);
    }
    read(content);
    if let Some(text) = transcoded {
        return Kept::Text(text);
    }
    if !is_repeatable {
        return Kept::Text(source::decode(bytes).into_owned());
    }
    Kept::Fingerprint {
        len: bytes.len() as u64,
        hash: content_hash(bytes),
    }
}

/// Fills `buffer` with the file's content; the result is whether that could be done again, which a pipe
/// does not allow.
fn fill(input: &InputFile, opener: &mut Opener, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut file = opener.open(&input.path)?;
    buffer.clear();
    if input.origin == Origin::Found {
        // A walk has told that it is a file; most end at once, so that nobody has to ask for the length.
        buffer.reserve(AT_FIRST);
        file.by_ref().take(AT_FIRST as u64).read_to_end(buffer)?;
        if buffer.len() < AT_FIRST {
            return Ok(true);
        }
    }
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        read_to_limit(file, buffer)?;
        return Ok(false);
    }
    read_at_length(&mut file, metadata.len(), buffer)?;
    Ok(true)
}

/// Binary files lie in many directories; one that is named is a mistake. A stray byte in a manifest is one of
/// its document alone.
fn check_text(file: &InputFile, content: &[u8]) -> io::Result<()> {
    let head = &content[..content.len().min(HEAD)];
    let is_binary = || memchr::memchr(0, head).is_some() && !declares_object(content);
    if matches!(file.origin, Origin::Named | Origin::Stdin) && is_binary() {
        return Err(source::binary());
    }
    Ok(())
}

fn keep(kept: Kept, path: PathBuf, loaded: &mut Loaded) {
    match kept {
        Kept::Fingerprint { len, hash } => {
            loaded.sources.add_hashed_file(path, len, hash);
        }
        Kept::Text(text) => {
            loaded.sources.add_text(path, text);
        }
        Kept::Unreadable(reason) => {
            loaded.unreadable.push(Unreadable {
                path: path.clone(),
                reason: in_words(&reason),
            });
            // The ids of the files behind it are given already.
            loaded.sources.add_hashed_file(path, 0, 0);
        }
    }
}
