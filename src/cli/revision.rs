//! The tree of a commit, read through the user's own git and laid out in a directory of its own, so that it is
//! searched exactly as the working tree is; nothing is checked out.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::args::{Global, SourceArgs};
use super::session::Session;
use super::{Env, Failure, Streams};
use crate::config;
use crate::error::Error;

/// The repository that a path lies in.
pub(super) struct Repository {
    root: PathBuf,
    /// What asks, for messages.
    asker: &'static str,
}

impl Repository {
    pub(super) fn around(path: &Path, asker: &'static str) -> Result<Repository, Error> {
        if path == Path::new("-") {
            return Err(Error::Usage(format!(
                "`{asker}` needs files of a repository, and standard input has no history"
            )));
        }
        let existing = path.ancestors().find(|part| part.exists());
        let existing = existing
            .filter(|part| *part != Path::new(""))
            .unwrap_or(Path::new("."));
        let directory = if existing.is_dir() {
            existing
        } else {
            existing.parent().unwrap_or(existing)
        };
        let directory = if directory == Path::new("") {
            Path::new(".")
        } else {
            directory
        };
        let repository = Repository {
            root: directory.to_owned(),
            asker,
        };
        let root = repository.git(["rev-parse", "--show-toplevel"])?;
        let root = PathBuf::from(root.trim_end_matches(['\n', '\r']));
        let root = fs::canonicalize(&root).map_err(|reason| Error::Unreadable { path: root, reason })?;
        Ok(Repository { root, asker })
    }

    fn command<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root).args(args);
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        command
    }

    fn not_run(&self, reason: &std::io::Error) -> Error {
        Error::Usage(format!(
            "`{}` needs git, which cannot be run: {reason}",
            self.asker
        ))
    }

    /// What git prints.
    fn git<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Result<String, Error> {
        let output = self
            .command(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|reason| self.not_run(&reason))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim().trim_start_matches("fatal: ").to_owned();
            return Err(Error::Usage(format!("git: {said}")));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The commit of a revision.
    pub(super) fn commit(&self, revision: &str) -> Result<String, Error> {
        let commit = self.find(revision).ok_or_else(|| self.unknown(revision))?;
        Ok(commit)
    }

    /// The commit of a revision, if git knows it.
    pub(super) fn find(&self, revision: &str) -> Option<String> {
        let commit = format!("{revision}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &*commit];
        let commit = self.git(verify).ok()?;
        Some(commit.trim().to_owned())
    }

    /// The commit from which two revisions went apart.
    pub(super) fn merge_base(&self, one: &str, other: &str) -> Result<String, Error> {
        let commits = [self.commit(one)?, self.commit(other)?];
        let unrelated = |_| {
            let asker = self.asker;
            Error::Usage(format!(
                "`{asker} {other}`: it has no commit in common with {one}; a shallow clone has to fetch more of its history"
            ))
        };
        let base = self
            .git(["merge-base", &*commits[0], &*commits[1]])
            .map_err(unrelated)?;
        Ok(base.trim().to_owned())
    }

    /// That git does not know a revision; in CI mostly because the clone does not hold it.
    fn unknown(&self, revision: &str) -> Error {
        let shallow = self.git(["rev-parse", "--is-shallow-repository"]);
        let remedy = if shallow.is_ok_and(|answer| answer.trim() == "true") {
            "; the clone is shallow and has to fetch more of its history"
        } else {
            ""
        };
        Error::Usage(format!(
            "`{} {revision}`: git knows no such revision{remedy}",
            self.asker
        ))
    }

    /// Writes what may be read of a commit into a new directory.
    pub(super) fn lay_out(&self, commit: &str, paths: &[PathBuf]) -> Result<LaidOut, Error> {
        let directory = tempfile::tempdir().map_err(not_written)?;
        let tree = LaidOut {
            root: self.root.clone(),
            directory,
            asker: self.asker,
        };
        let named: Vec<PathBuf> = paths.iter().filter_map(|path| tree.relative(path).ok()).collect();
        // The search for configs and ignore files ends where it ends in the repository.
        fs::create_dir(tree.directory.path().join(".git")).map_err(not_written)?;
        let listing = self.git(["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let files: Vec<(&str, &Path)> = listing
            .split('\0')
            .filter_map(file)
            .filter(|(_, path)| may_be_read(path) || named.iter().any(|named| named == path))
            .collect();
        self.copy(&files, tree.directory.path())?;
        Ok(tree)
    }

    /// Writes blobs as the files that they are.
    fn copy(&self, files: &[(&str, &Path)], directory: &Path) -> Result<(), Error> {
        let mut child = self
            .command(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|reason| self.not_run(&reason))?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(self.not_run(&std::io::Error::other("it has no streams")));
        };
        let names: String = files.iter().flat_map(|(blob, _)| [*blob, "\n"]).collect();
        // Both sides would wait for each other if one thread wrote and read.
        let copied = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(names.as_bytes()));
            let mut blobs = BufReader::new(stdout);
            files
                .iter()
                .try_for_each(|(_, path)| copy_blob(&mut blobs, &directory.join(path)))
        });
        // What git has to say after all blobs were read is of no interest.
        let _ = child.wait();
        copied.map_err(not_written)
    }
}

/// A regular file of a listing: its blob and its path.
fn file(entry: &str) -> Option<(&str, &Path)> {
    let (facts, path) = entry.split_once('\t')?;
    let mut facts = facts.split(' ');
    let is_file = facts.next()?.starts_with("100");
    let blob = facts.nth(1)?;
    let path = Path::new(path);
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    (is_file && is_inside).then_some((blob, path))
}

fn may_be_read(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    let name = path.file_name().and_then(OsStr::to_str);
    matches!(extension, Some("yaml" | "yml" | "json")) || matches!(name, Some(".gitignore" | "Kustomization"))
}

fn copy_blob(blobs: &mut impl BufRead, path: &Path) -> std::io::Result<()> {
    let mut header = String::new();
    blobs.read_line(&mut header)?;
    let size = header
        .trim_end()
        .rsplit(' ')
        .next()
        .and_then(|size| size.parse().ok());
    let size: u64 = size.ok_or_else(|| std::io::Error::other("git has no such object"))?;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    std::io::copy(&mut blobs.by_ref().take(size), &mut fs::File::create(path)?)?;
    // A line feed follows each blob.
    blobs.read_exact(&mut [0])
}

/// The tree of a commit in a directory.
pub(super) struct LaidOut {
    /// The root of the repository, canonical.
    root: PathBuf,
    directory: TempDir,
    asker: &'static str,
}

impl LaidOut {
    /// A path of the working tree relative to the root of the repository.
    fn relative(&self, path: &Path) -> Result<PathBuf, Error> {
        let absolute = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        let relative = absolute
            .ok()
            .and_then(|path| Some(path.strip_prefix(&self.root).ok()?.to_owned()));
        relative.ok_or_else(|| {
            let root = self.root.display();
            Error::Usage(format!(
                "`{}`: {} is not in the repository {root}",
                self.asker,
                path.display()
            ))
        })
    }

    /// The same path in the laid out tree.
    fn moved(&self, path: &Path) -> Result<PathBuf, Error> {
        Ok(self.directory.path().join(self.relative(path)?))
    }

    /// Those of some paths that existed.
    pub(super) fn existing(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
        let moved = paths.iter().map(|path| self.moved(path));
        let moved: Vec<PathBuf> = moved.collect::<Result<_, Error>>()?;
        Ok(moved.into_iter().filter(|path| path.exists()).collect())
    }

    /// A directory without anything: what is read of a tree in which nothing existed yet.
    pub(super) fn nothing(&self) -> Result<PathBuf, Error> {
        let nothing = self.directory.path().join(".git").join("nothing");
        fs::create_dir_all(&nothing).map_err(not_written)?;
        Ok(nothing)
    }

    /// How the tree is read, where the working tree is read so.
    pub(super) fn source(&self, source: &SourceArgs) -> SourceArgs {
        SourceArgs {
            filenames: Vec::new(),
            allow_empty: true,
            config: self.moved_or_same(source.config.as_deref()),
            here: self.moved(Path::new(".")).ok(),
            ..source.clone()
        }
    }

    /// Reads the tree, as seen from its root and without a word.
    pub(super) fn open(
        &self,
        paths: &[PathBuf],
        source: &SourceArgs,
        global: &Global,
        env: &Env,
    ) -> Result<(Session, Global, Env), Failure> {
        let quiet = Global {
            quiet: true,
            verbose: false,
            ..global.clone()
        };
        let env = Env {
            directory: self.directory.path().to_owned(),
            stderr_is_terminal: false,
            ..env.clone()
        };
        let mut streams = Streams {
            stdin: &mut std::io::empty(),
            stdout: &mut std::io::sink(),
            stderr: &mut std::io::sink(),
        };
        let mut open = || Session::open(paths, source, &quiet, &mut streams, &env);
        let session = match open() {
            // What is wrong with a config that was replaced since is nobody's concern any more.
            Err(Failure::Refused(_)) => {
                self.replace_configs()?;
                open()
            }
            session => session,
        };
        Ok((session?, quiet, env))
    }

    /// A file as it was, or as it is where it was not or lies elsewhere.
    pub(super) fn moved_or_same(&self, path: Option<&Path>) -> Option<PathBuf> {
        let path = path?;
        let moved = self.moved(path).ok().filter(|moved| moved.is_file());
        Some(moved.unwrap_or_else(|| path.to_owned()))
    }

    /// Puts the configs of the working tree in the place of those that were.
    fn replace_configs(&self) -> Result<(), Error> {
        for entry in walkdir::WalkDir::new(self.directory.path()).into_iter().flatten() {
            if entry.file_name() != config::FILE_NAME {
                continue;
            }
            let relative = entry
                .path()
                .strip_prefix(self.directory.path())
                .unwrap_or(entry.path());
            let text = fs::read(self.root.join(relative)).unwrap_or_default();
            fs::write(entry.path(), text).map_err(not_written)?;
        }
        Ok(())
    }
}

fn not_written(reason: std::io::Error) -> Error {
    Error::Unwritable {
        path: std::env::temp_dir(),
        reason,
    }
}
