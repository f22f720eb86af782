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
    #[error("{}: {reason}", path.display())]
    Unreadable {
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
    #[error("no object that matters to the mesh in {files} files ({documents} documents)")]
    NothingFound {
        /// Files that were opened.
        files: usize,
        /// Documents in them.
        documents: usize,
    },
    /// The command line contradicts itself.
    #[error("{0}")]
    Usage(String),
}
