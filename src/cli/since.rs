//! `check --since`: what was found already at the merge base with a revision.
//!
//! The tree of that commit is read through the user's own git and laid out in a directory of its own, so
//! that it is searched exactly as the working tree is; nothing is checked out.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::args::{CheckArgs, Global};
use super::check::judged;
use super::session::Session;
use super::{Env, Failure, Streams};
use crate::config;
use crate::error::Error;
use crate::finding::{Finding, Fingerprint, Severity};

/// The findings of another tree, each with its severity there.
pub(super) struct Older(HashMap<Fingerprint, Severity>);

impl Older {
    /// Whether a finding was there already, and no milder.
    pub(super) fn holds(&self, finding: &Finding) -> bool {
        let known = self.0.get(&finding.fingerprint());
        known.is_some_and(|&severity| severity >= finding.severity)
    }
}

/// What `check` found at the merge base of HEAD and `revision`, with the config that held there.
pub(super) fn older(revision: &str, args: &CheckArgs, global: &Global, env: &Env) -> Result<Older, Failure> {
    refuse_rendering(args)?;
    let here = [PathBuf::from(".")];
    let paths: Vec<PathBuf> = args.paths.iter().chain(&args.source.filenames).cloned().collect();
    let paths = if paths.is_empty() { &here[..] } else { &paths };
    let repository = Repository::around(&paths[0])?;
    let base = repository.merge_base(revision)?;
    let tree = repository.lay_out(&base, paths)?;
    let mut findings = HashMap::new();
    let moved: Vec<PathBuf> = paths
        .iter()
        .map(|path| tree.moved(path))
        .collect::<Result<_, _>>()?;
    let existing: Vec<PathBuf> = moved.into_iter().filter(|path| may_exist(path)).collect();
    if !existing.is_empty() {
        for finding in check(existing, &tree, args, global, env)? {
            let severity = findings.entry(finding.fingerprint()).or_insert(finding.severity);
            *severity = finding.severity.max(*severity);
        }
    }
    Ok(Older(findings))
}

/// What a chart or a kustomization renders to depends on more than the files of the commit: on the chart's
/// dependencies, on remote bases, and on the program. Findings that differ because of those are not new.
fn refuse_rendering(args: &CheckArgs) -> Result<(), Error> {
    let source = &args.source;
    let flag = match (source.helm.is_empty(), source.kustomize.is_empty()) {
        (true, true) => return Ok(()),
        (false, _) => "--helm",
        (true, false) => "--kustomize",
    };
    Err(Error::Usage(format!(
        "`--since` cannot be used with `{flag}`: the older commit may render to something else than it did then, as \
         dependencies and remote bases are not part of it; check that commit with `{flag}` and \
         `--write-baseline FILE`, then this one with `{flag}` and `--baseline FILE`"
    )))
}

/// Checks the tree as it was.
fn check(
    paths: Vec<PathBuf>,
    tree: &LaidOut,
    args: &CheckArgs,
    global: &Global,
    env: &Env,
) -> Result<Vec<Finding>, Failure> {
    let mut then = args.clone();
    then.paths = paths;
    then.source.filenames = Vec::new();
    then.source.allow_empty = true;
    then.source.config = tree.moved_or_same(args.source.config.as_deref());
    then.baseline = tree.moved_or_same(args.baseline.as_deref());
    then.source.here = tree.moved(Path::new(".")).ok();
    let quiet = Global {
        quiet: true,
        verbose: false,
        ..global.clone()
    };
    let env = Env {
        directory: tree.directory.path().to_owned(),
        stderr_is_terminal: false,
        ..env.clone()
    };
    let mut streams = Streams {
        stdin: &mut std::io::empty(),
        stdout: &mut std::io::sink(),
        stderr: &mut std::io::sink(),
    };
    let mut open = || Session::open(&then.paths, &then.source, &quiet, &mut streams, &env);
    let session = match open() {
        // What is wrong with a config that was replaced since is nobody's concern any more.
        Err(Failure::Refused(_)) => {
            tree.replace_configs()?;
            open()
        }
        session => session,
    };
    // A baseline that did not exist yet held nothing.
    let mut session = session?;
    Ok(judged(&mut session, &then, &quiet, &env, true)?.findings)
}

/// The repository that a path lies in.
struct Repository {
    root: PathBuf,
}

impl Repository {
    fn around(path: &Path) -> Result<Repository, Error> {
        if path == Path::new("-") {
            let message = "`--since` needs files of a repository, and standard input has no history";
            return Err(Error::Usage(message.to_owned()));
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
        };
        let root = repository.git(["rev-parse", "--show-toplevel"])?;
        let root = PathBuf::from(root.trim_end_matches(['\n', '\r']));
        let root = fs::canonicalize(&root).map_err(|reason| Error::Unreadable { path: root, reason })?;
        Ok(Repository { root })
    }

    fn command<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root).args(args);
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        command
    }

    /// What git prints.
    fn git<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Result<String, Error> {
        let output = self
            .command(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|reason| not_run(&reason))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim().trim_start_matches("fatal: ").to_owned();
            return Err(Error::Usage(format!("git: {said}")));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn merge_base(&self, revision: &str) -> Result<String, Error> {
        let commit = format!("{revision}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &*commit];
        let commit = self.git(verify).map_err(|_| self.unknown(revision))?;
        let unrelated = |_| {
            Error::Usage(format!(
                "`--since {revision}`: it has no commit in common with HEAD; a shallow clone has to fetch more of its history"
            ))
        };
        let base = self
            .git(["merge-base", "HEAD", commit.trim()])
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
            "`--since {revision}`: git knows no such revision{remedy}"
        ))
    }

    /// Writes what `check` may read of a commit into a new directory.
    fn lay_out(&self, commit: &str, paths: &[PathBuf]) -> Result<LaidOut, Error> {
        let directory = tempfile::tempdir().map_err(not_written)?;
        let tree = LaidOut {
            root: self.root.clone(),
            directory,
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
            .map_err(|reason| not_run(&reason))?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(not_run(&std::io::Error::other("it has no streams")));
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
struct LaidOut {
    /// The root of the repository, canonical.
    root: PathBuf,
    directory: TempDir,
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
                "`--since`: {} is not in the repository {root}",
                path.display()
            ))
        })
    }

    /// The same path in the laid out tree.
    fn moved(&self, path: &Path) -> Result<PathBuf, Error> {
        Ok(self.directory.path().join(self.relative(path)?))
    }

    /// A file as it was, or as it is where it was not or lies elsewhere.
    fn moved_or_same(&self, path: Option<&Path>) -> Option<PathBuf> {
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

/// Whether a path existed, or is a glob: that it matched nothing is no error of a tree as it was.
fn may_exist(path: &Path) -> bool {
    path.exists()
}

fn not_run(reason: &std::io::Error) -> Error {
    Error::Usage(format!("`--since` needs git, which cannot be run: {reason}"))
}

fn not_written(reason: std::io::Error) -> Error {
    Error::Unwritable {
        path: std::env::temp_dir(),
        reason,
    }
}
