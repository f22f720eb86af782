//! What can end a run. What is wrong *in* a manifest is never among it: that is what a run is for.

use std::io;
use std::path::PathBuf;

/// Why there is nothing to report: each one exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path on the command line names nothing.
    #[error("{}: no such file or directory", .0.display())]
    NotFound(PathBuf),
    /// A path on the command line cannot be read.
    #[error("{}: {}", path.display(), in_words(reason))]
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says.
        #[source]
        reason: io::Error,
    },
    /// A file that is asked for cannot be written.
    #[error("cannot write {}: {}", path.display(), in_words(reason))]
    Unwritable {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says.
        #[source]
        reason: io::Error,
    },
    /// A glob on the command line matches no file.
    #[error("{}: no file matches this glob", .0.display())]
    NoMatch(PathBuf),
    /// A glob of the command line or the config is none.
    #[error("`{glob}` is not a glob: {reason}")]
    InvalidGlob {
        /// The text that should be one.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Everything was read and none of it is of a kind that is read.
    #[error("{}: {}", list(paths), nothing(*files, *documents))]
    NothingFound {
        /// The paths as they were given.
        paths: Vec<PathBuf>,
        /// Files that were opened.
        files: usize,
        /// Documents in them.
        documents: usize,
    },
    /// A program that a flag asks for is not installed.
    #[error(
        "`{flag}` needs {program}, which is not installed; what is rendered elsewhere can be read from \
         standard input: `… | peerauth check -`"
    )]
    ProgramMissing {
        /// Its name.
        program: String,
        /// The flag.
        flag: &'static str,
    },
    /// A program that renders manifests did not.
    #[error("`{line}` failed ({status}){says}")]
    ProgramFailed {
        /// The program with what it should render.
        line: String,
        /// How it ended.
        status: String,
        /// What it wrote to standard error.
        says: String,
    },
    /// A program that renders manifests printed none.
    #[error("`{line}` printed no manifest{says}")]
    ProgramSilent {
        /// The program with what it should render.
        line: String,
        /// What it wrote to standard error.
        says: String,
    },
    /// The command line contradicts itself.
    #[error("{0}")]
    Usage(String),
}

/// What the system says as the rest of a message, without its number.
pub(crate) fn in_words(reason: &io::Error) -> String {
    let said = reason.to_string();
    let said = said.split(" (os error ").next().unwrap_or_default();
    let mut chars = said.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// How many paths are named.
const NAMED: usize = 3;

fn list(paths: &[PathBuf]) -> String {
    let named = paths.iter().take(NAMED).map(|path| path.display().to_string());
    let named: Vec<String> = named.collect();
    let more = if paths.len() > NAMED { ", …" } else { "" };
    named.join(", ") + more
}

/// What there is instead of objects.
fn nothing(files: usize, documents: usize) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    match (files, documents) {
        (0, _) => "no .yaml, .yml or .json file".to_owned(),
        (1, 0) => "no YAML or JSON document".to_owned(),
        (files, 0) => format!("no YAML or JSON document in {}", count(files, "file")),
        (files, documents) => format!(
            "no object that matters to the mesh in {} with {}",
            count(files, "file"),
            count(documents, "document")
        ),
    }
}
