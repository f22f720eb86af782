//! `diff`: two directories or git revisions.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::{DiffArgs, DiffFailOn, DiffFormat, FilterArgs, Global, SourceArgs};
use super::revision::{LaidOut, Repository};
use super::session::{Session, ask};
use super::{Env, FINDINGS, Failure, OK, Streams, deliver, notes};
use crate::error::Error;
use crate::model::{Owners, ages};
use crate::posture::diff::{Change, ChangeKind, EndpointName, Present, Subject, diff};
use crate::report::diff::{Diff, State};

pub(super) fn run(
    args: &DiffArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    refuse_rendering(&args.source)?;
    let (base, head) = sides(args)?;
    let mut base = Opened::new(&base, args, global, streams, env)?;
    let mut head = Opened::new(&head, args, global, streams, env)?;
    ages::align(&mut base.session.loaded.objects, &mut head.session.loaded.objects);
    let places = [&base, &head].map(|side| side.session.places(&side.env));
    for (side, places) in [&base, &head].into_iter().zip(&places) {
        notes::unread(streams.stderr, &side.session.loaded, places, &args.source)?;
    }
    let owners = [&base, &head].map(|side| Owners::of(&side.session.loaded.objects));
    let (before, after) = (base.session.meshes(), head.session.meshes());
    let state = |side: &Opened, index: usize| State {
        name: side.name.clone(),
        commit: side.commit.clone(),
        places: &places[index],
        owners: &owners[index],
    };
    let fails = ask(&before, |before| {
        ask(&after, |after| {
            let mut changes = diff(before, after);
            changes.retain(|change| keeps(&args.filter, change));
            let report = Diff {
                changes: &changes,
                base: state(&base, 0),
                head: state(&head, 1),
                contexts: before.len().max(after.len()),
                assumed: None,
            };
            deliver(streams, args.output, &args.reports, |format, out| {
                write(&report, format, out)
            })?;
            Ok::<bool, Failure>(changes.iter().any(|change| args.fails_on(change)))
        })
    })?;
    for (side, places) in [&base, &head].into_iter().zip(&places) {
        if side.commit.is_none() || !global.quiet {
            notes::skipped(streams.stderr, &side.session.loaded, places, global)?;
        }
    }
    notes::unknown_namespaces(streams.stderr, &after, &args.filter, global)?;
    // What was broken in the past cannot be mended any more.
    let past = if base.commit.is_some() {
        OK
    } else {
        base.session.exit_code(&args.source)
    };
    let code = past.max(head.session.exit_code(&args.source));
    Ok(code.max(if fails { FINDINGS } else { OK }))
}

impl DiffArgs {
    fn fails_on(&self, change: &Change<'_>) -> bool {
        self.fail_on.iter().any(|fail_on| match fail_on {
            DiffFailOn::Weakened => change.kind.is_weaker(),
            DiffFailOn::Broken => change.is_break(),
            DiffFailOn::Refused => change.kind == ChangeKind::Refused,
            DiffFailOn::Any => true,
            DiffFailOn::Never => false,
        })
    }
}

pub(super) fn write(report: &Diff<'_>, format: DiffFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        DiffFormat::Text => report.text(out),
        DiffFormat::Json => report.json(out),
        DiffFormat::Yaml => report.yaml(out),
        DiffFormat::Markdown => report.markdown(out),
        DiffFormat::Github => report.github(out),
    }
}

/// Whether a change is about a workload or service of a namespace that is shown.
pub(super) fn keeps(filter: &FilterArgs, change: &Change<'_>) -> bool {
    match &change.subject {
        Subject::Port(port) => filter.keeps(port.workload.namespace),
        Subject::Call(call) => filter.keeps(call.workload.namespace),
        Subject::Connection(connection) => connection.endpoints.iter().any(|endpoint| match endpoint {
            EndpointName::Workload(workload) => filter.keeps(workload.namespace),
            EndpointName::Address(_) => filter.keeps(None),
        }),
        Subject::Presence(presence) => match presence.what {
            Present::Context(_) => true,
            Present::Service { namespace, .. } => filter.keeps(namespace),
            Present::Workload(workload) => filter.keeps(workload.namespace),
        },
    }
}

/// What a chart renders to depends on more than one side's files.
fn refuse_rendering(source: &SourceArgs) -> Result<(), Error> {
    let flag = match (source.helm.is_empty(), source.kustomize.is_empty()) {
        (true, true) => return Ok(()),
        (false, _) => "--helm",
        (true, false) => "--kustomize",
    };
    Err(Error::Usage(format!(
        "`diff` cannot be used with `{flag}`, which would render the same for both sides; render each side into a \
         directory of its own, and compare the two"
    )))
}

/// A side as the command line names it.
enum Named {
    /// Files or directories.
    Paths(PathBuf),
    /// A commit, and what the user calls it.
    Revision { name: String, commit: String },
    /// The files as they are now.
    WorkingTree,
}

/// What the command line compares.
fn sides(args: &DiffArgs) -> Result<(Named, Named), Error> {
    match &args.sides[..] {
        [one] => match as_path(one, args)? {
            Some(_) => Err(Error::Usage(format!(
                "`{one}` is a directory; name a second one to compare it with, or a git revision: \
                 `peerauth diff REVISION -- {one}`"
            ))),
            None => range(one, args),
        },
        [base, head] => match (as_path(base, args)?, as_path(head, args)?) {
            (Some(base), Some(head)) => directories(base, head, args),
            (None, None) => {
                let repository = repository(args)?;
                Ok((repository.named(base)?, repository.named(head)?))
            }
            (None, Some(_)) if repository(args).is_ok_and(|repository| repository.find(base).is_none()) => {
                Err(Error::NotFound(PathBuf::from(base)))
            }
            (Some(_), None) if repository(args).is_ok_and(|repository| repository.find(head).is_none()) => {
                Err(Error::NotFound(PathBuf::from(head)))
            }
            (None, Some(path)) | (Some(path), None) => Err(Error::Usage(format!(
                "`{base}` and `{head}`: one is a directory, the other is not; to compare a directory with what it was, \
                 write `peerauth diff REVISION -- {}`",
                path.display()
            ))),
        },
        _ => Err(Error::Usage("expected one or two states to compare".to_owned())),
    }
}

fn directories(base: PathBuf, head: PathBuf, args: &DiffArgs) -> Result<(Named, Named), Error> {
    let more = args.paths.iter().chain(&args.source.filenames).next();
    if let Some(path) = more {
        return Err(Error::Usage(format!(
            "`{}` can only be chosen from revisions: of directories all is compared",
            path.display()
        )));
    }
    Ok((Named::Paths(base), Named::Paths(head)))
}

/// One argument: `BASE..HEAD`, `BASE...HEAD`, or a revision that the working tree is compared with. A side that is
/// left out is HEAD, as git has it.
fn range(text: &str, args: &DiffArgs) -> Result<(Named, Named), Error> {
    let repository = repository(args)?;
    let or_head = |name: &str| {
        if name.is_empty() {
            "HEAD".to_owned()
        } else {
            name.to_owned()
        }
    };
    if let Some((base, head)) = text.split_once("...") {
        let (base, head) = (or_head(base), or_head(head));
        let commit = repository.merge_base(&head, &base)?;
        let base = Named::Revision { name: base, commit };
        return Ok((base, repository.named(&head)?));
    }
    if let Some((base, head)) = text.split_once("..") {
        return Ok((
            repository.named(&or_head(base))?,
            repository.named(&or_head(head))?,
        ));
    }
    Ok((repository.named(text)?, Named::WorkingTree))
}

fn repository(args: &DiffArgs) -> Result<Repository, Error> {
    Repository::around(&paths(args)[0], "diff")
}

/// The paths to read of revisions.
fn paths(args: &DiffArgs) -> Vec<PathBuf> {
    let named: Vec<PathBuf> = args.paths.iter().chain(&args.source.filenames).cloned().collect();
    if named.is_empty() {
        vec![PathBuf::from(".")]
    } else {
        named
    }
}

impl Repository {
    fn named(&self, name: &str) -> Result<Named, Error> {
        Ok(Named::Revision {
            commit: self.commit(name)?,
            name: name.to_owned(),
        })
    }
}

/// The path of a name, unless it is that of a revision.
fn as_path(name: &str, args: &DiffArgs) -> Result<Option<PathBuf>, Error> {
    let path = Path::new(name);
    if args.rev {
        return Ok(None);
    }
    if args.dir {
        return if path.exists() {
            Ok(Some(path.to_owned()))
        } else {
            Err(Error::NotFound(path.to_owned()))
        };
    }
    let is_revision = || repository(args).is_ok_and(|repository| repository.find(name).is_some());
    match (path.exists(), name.contains(std::path::MAIN_SEPARATOR)) {
        (true, _) if is_revision() => Err(Error::Usage(format!(
            "`{name}` is both a path and a git revision; say which with `--dir` or `--rev`"
        ))),
        (true, _) => Ok(Some(path.to_owned())),
        (false, true) if !name.contains("..") && !is_revision() => Err(Error::NotFound(path.to_owned())),
        (false, _) => Ok(None),
    }
}

/// A side that was read.
struct Opened {
    name: String,
    commit: Option<String>,
    session: Session,
    env: Env,
    /// Where the files of a commit lie until everything is said.
    _tree: Option<LaidOut>,
}

impl Opened {
    fn new(
        side: &Named,
        args: &DiffArgs,
        global: &Global,
        streams: &mut Streams<'_>,
        env: &Env,
    ) -> Result<Opened, Failure> {
        let source = SourceArgs {
            filenames: Vec::new(),
            ..args.source.clone()
        };
        let here = |name: String, session| Opened {
            name,
            commit: None,
            session,
            env: env.clone(),
            _tree: None,
        };
        match side {
            Named::Paths(path) => {
                let session = Session::open(std::slice::from_ref(path), &source, global, streams, env)?;
                Ok(here(path.display().to_string(), session))
            }
            Named::WorkingTree => {
                let session = Session::open(&paths(args), &source, global, streams, env)?;
                Ok(here("working tree".to_owned(), session))
            }
            Named::Revision { name, commit } => {
                let paths = paths(args);
                let tree = repository(args)?.lay_out(commit, &paths)?;
                let mut existing = tree.existing(&paths)?;
                if existing.is_empty() {
                    existing.push(tree.nothing()?);
                }
                let (session, _, env) = tree.open(&existing, &tree.source(&source), global, env)?;
                Ok(Opened {
                    name: name.clone(),
                    commit: Some(commit.clone()),
                    session,
                    env,
                    _tree: Some(tree),
                })
            }
        }
    }
}
