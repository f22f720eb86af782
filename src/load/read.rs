//! Reading and parsing files in parallel.
//!
//! A file's id is its place, so that threads need not talk to each other; each takes a run of files with
//! one buffer, and the runs are merged in order. No text outlives its file's turn.

use std::io::Read;
use std::mem;
use std::path::PathBuf;

use rayon::prelude::*;

use super::discover::{InputFile, Origin};
use super::file::{FileReader, Kept};
use super::{Contents, Loaded, Progress, Unreadable};
use crate::error::{Error, in_words};
use crate::source::{Buffers, FileId, Fingerprint, read_to_limit};

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

/// Reads `files` into `loaded`, behind what it holds.
pub(super) fn read_files(
    mut files: Vec<InputFile>,
    parse_all: bool,
    stdin: &mut dyn Read,
    progress: &dyn Progress,
    loaded: &mut Loaded,
) -> Result<(), Error> {
    let reading = Reading {
        stdin: read_stdin(&files, stdin)?,
        parse_all,
        progress,
        buffers: Buffers::default(),
    };
    let mut first = loaded.sources.len();
    let mut last = Batch::default();
    let mut rest = &mut files[..];
    let mut length = FIRST_BATCH;
    while !rest.is_empty() {
        let (files, behind) = rest.split_at_mut(length.min(rest.len()));
        let last_one = mem::take(&mut last);
        // What one batch holds is merged while the next one is read.
        let (runs, ()) = rayon::join(|| reading.batch(first, files), || last_one.merge(loaded));
        let paths = files.iter_mut().map(|file| mem::take(&mut file.path));
        last = Batch {
            runs,
            paths: paths.collect(),
        };
        first += files.len();
        length = last.next_length();
        rest = behind;
    }
    last.merge(loaded);
    Ok(())
}

/// What all threads read with.
struct Reading<'p> {
    stdin: Vec<u8>,
    parse_all: bool,
    progress: &'p dyn Progress,
    buffers: Buffers,
}

impl Reading<'_> {
    /// Reads files of which the first gets the number `first`.
    fn batch(&self, first: usize, files: &[InputFile]) -> Vec<Run> {
        let length = (files.len() / RUN).clamp(1, RUN);
        // Else the last thousands of files would be left to one thread.
        let runs = files.par_chunks(length).enumerate().with_max_len(1);
        let runs = runs.map(|(index, files)| self.run(first + index * length, files));
        runs.collect()
    }

    /// Reads files that follow each other.
    fn run(&self, first: usize, files: &[InputFile]) -> Run {
        let mut contents = Vec::new();
        let read = |buffer: &mut Vec<u8>| {
            let mut reader = FileReader::new(&self.stdin, self.parse_all, buffer);
            let ids = (first..).map(|index| FileId(index as u32));
            let kept = ids
                .zip(files)
                .map(|(id, file)| reader.read(id, file, &mut contents));
            kept.collect()
        };
        let kept = self.buffers.with_one(read);
        self.progress.read(files.len());
        Run { contents, kept }
    }
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

    /// Adds what the files hold.
    fn merge(self, loaded: &mut Loaded) {
        let mut paths = self.paths.into_iter();
        for run in self.runs {
            for (content, path) in run.kept.into_iter().zip(&mut paths) {
                keep(content, path, loaded);
            }
            run.contents
                .into_iter()
                .for_each(|contents| loaded.append(contents));
        }
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

fn keep(kept: Kept, path: PathBuf, loaded: &mut Loaded) {
    match kept {
        Kept::Fingerprint(fingerprint) => {
            loaded.sources.add_known_file(path, fingerprint);
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
            loaded.sources.add_known_file(path, Fingerprint::of(b""));
        }
    }
}
