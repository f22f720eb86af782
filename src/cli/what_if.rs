//! `what-if`: the answer to a change before it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::{Global, ModeArg, WhatIfArgs};
use super::diff::{keeps, write};
use super::selector::Selector;
use super::session::{Session, ask};
use super::{Env, Failure, Streams, deliver, notes};
use crate::error::Error;
use crate::finding::Assumption;
use crate::id::{Kind, ObjectName, nearest};
use crate::load::Inputs;
use crate::mesh::{Mesh, NamespaceId, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::model::{Context, Hypothesis, Meta, Owners, ages};
use crate::posture::diff::{Change, ChangeKind, Subject, diff};
use crate::posture::what_if::{Wish, policies};
use crate::report::diff::{Assumed, Diff, State};
use crate::resolve::Resolution;
use crate::source::FileId;

pub(super) fn run(
    args: &WhatIfArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    // An object that decides nothing may be replaced by one that does, or be removed.
    let adjust = |inputs: &mut Inputs| inputs.every_config_map = true;
    let mut session = Session::open_with(&args.paths, adjust, &args.source, global, streams, env)?;
    let (hypotheses, mut assumed) = assume(&mut session, args, streams.stdin)?;
    let places = session.places(env);
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;
    let contexts = session.loaded.contexts.iter().zip(&hypotheses);
    let (now, then): (Vec<Context>, Vec<Context>) = contexts
        .map(|(context, all)| {
            let now = all
                .iter()
                .fold(context.clone(), |context, one| context.before(one));
            let then = all.iter().fold(now.clone(), |context, one| context.with(one));
            (now, then)
        })
        .unzip();
    let (before, after) = (session.meshes_of(&now), session.meshes_of(&then));
    let owners = Owners::of(&session.loaded.objects);
    let state = |name: &str| State {
        name: name.to_owned(),
        commit: None,
        places: &places,
        owners: &owners,
    };
    ask(&before, |before| {
        ask(&after, |after| {
            let mut changes = diff(before, after);
            changes.retain(|change| keeps(&args.filter, change));
            note_unknown(&mut assumed, &changes);
            let report = Diff {
                changes: &changes,
                base: state("now"),
                head: state("then"),
                contexts: before.len(),
                assumed: Some(assumed),
            };
            deliver(streams, args.output, &args.reports, |format, out| {
                write(&report, format, out)
            })
        })
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    notes::unknown_namespaces(streams.stderr, &before, &args.filter, global)?;
    Ok(session.exit_code(&args.source))
}

/// What is to be assumed of each context, in order, and the same for people.
fn assume(
    session: &mut Session,
    args: &WhatIfArgs,
    stdin: &mut dyn Read,
) -> Result<(Vec<Vec<Hypothesis>>, Assumed), Failure> {
    let applied = apply(session, args, stdin)?;
    let removed = remove(session, args, &applied)?;
    let objects = &session.loaded.objects;
    let first: Vec<Hypothesis> = session
        .loaded
        .contexts
        .iter()
        .map(|context| {
            let mut hypothesis = Hypothesis::adding(objects, context, applied.iter().copied());
            let gone = objects.every_meta().filter(|meta| goes(meta, &removed, &applied));
            hypothesis.removes.extend(gone.map(Meta::place));
            hypothesis
        })
        .collect();
    let mut assumed = Assumed {
        removed: removed.into_iter().collect(),
        ..Assumed::default()
    };
    let wished = wish(session, args, &first)?;
    // The same policy in several clusters is one text.
    let mut files: BTreeMap<(String, String), FileId> = BTreeMap::new();
    let mut hypotheses: Vec<Vec<Hypothesis>> = first.into_iter().map(|hypothesis| vec![hypothesis]).collect();
    for (index, policies) in wished.into_iter().enumerate() {
        let mut own = Vec::new();
        for (name, text) in policies {
            let file = files.entry((name.clone(), text.clone())).or_insert_with(|| {
                assumed.applied.push((name.clone(), text.clone()));
                session.loaded.add_text(format!("<what-if {name}>"), &text)
            });
            own.push(*file);
        }
        hypotheses[index].push(Hypothesis {
            adds: own,
            ..Hypothesis::default()
        });
    }
    date(session, args, &applied, &files);
    let (objects, contexts) = (&session.loaded.objects, &session.loaded.contexts);
    for (context, all) in contexts.iter().zip(&mut hypotheses) {
        // What a policy of the wish replaces may be what is applied.
        let applied = context.with(&all[0]);
        let adds = std::mem::take(&mut all[1].adds);
        all[1] = Hypothesis::adding(objects, &applied, adds);
    }
    Ok((hypotheses, assumed))
}

/// Whether an object goes with those that are removed: with a Namespace goes everything in it but what is applied.
fn goes(meta: &Meta, removed: &BTreeSet<ObjectName>, applied: &[FileId]) -> bool {
    let is_of =
        |object: &ObjectName| object.kind == Kind::Namespace && meta.namespace_name() == Some(&*object.name);
    removed.contains(&meta.object_name()) || (removed.iter().any(is_of) && !applied.contains(&meta.file()))
}

/// Gives what is assumed its namespace and its age.
fn date(
    session: &mut Session,
    args: &WhatIfArgs,
    applied: &[FileId],
    wished: &BTreeMap<(String, String), FileId>,
) {
    let objects = &mut session.loaded.objects;
    if let Some(namespace) = &args.source.default_namespace {
        objects.set_default_namespace(namespace);
    }
    let files: Vec<FileId> = applied.iter().chain(wished.values()).copied().collect();
    ages::date_additions(objects, &files);
}

/// Reads what `--apply` names, as the paths are read.
fn apply(session: &mut Session, args: &WhatIfArgs, stdin: &mut dyn Read) -> Result<Vec<FileId>, Error> {
    let is_stdin = |path: &PathBuf| path == Path::new("-");
    if args.apply.iter().any(is_stdin) && args.paths.iter().chain(&args.source.filenames).any(is_stdin) {
        let message = "standard input is read once: `-` is a path, or what `--apply` names, but not both";
        return Err(Error::Usage(message.to_owned()));
    }
    let mut files = Vec::new();
    for path in &args.apply {
        let inputs = Inputs {
            paths: vec![path.clone()],
            ..session.setup.inputs(&[], &args.source)
        };
        let before = session.loaded.objects.every_meta().count();
        files.extend(session.loaded.add_inputs(&inputs, stdin)?);
        let is_read = session.loaded.defects.is_empty() && session.loaded.unreadable.is_empty();
        if session.loaded.objects.every_meta().count() == before && is_read {
            return Err(Error::Usage(format!(
                "`--apply {}`: it holds no object that matters to the mesh",
                path.display()
            )));
        }
    }
    if let Some(namespace) = &args.source.default_namespace {
        session.loaded.objects.set_default_namespace(namespace);
    }
    Ok(files)
}

/// The objects that `--remove` names.
fn remove(session: &Session, args: &WhatIfArgs, applied: &[FileId]) -> Result<BTreeSet<ObjectName>, Error> {
    let objects = session.loaded.objects.every_meta();
    let known: BTreeSet<ObjectName> = objects
        .filter(|meta| !applied.contains(&meta.file()))
        .map(Meta::object_name)
        .collect();
    args.remove.iter().map(|text| named(text, &known)).collect()
}

/// The object of a name such as `pa/default.shop`: the last dot splits unless the whole name exists.
fn named(text: &str, known: &BTreeSet<ObjectName>) -> Result<ObjectName, Error> {
    let (kind, name) = match text.split_once('/') {
        Some((kind, name)) => {
            let unknown = || Error::Usage(format!("`--remove {text}`: `{kind}` is no kind that is read"));
            (Some(Kind::named(kind).ok_or_else(unknown)?), name)
        }
        None => (None, text),
    };
    let of_kind = || {
        known
            .iter()
            .filter(|object| kind.is_none_or(|kind| kind == object.kind))
    };
    let mut meant: Vec<&ObjectName> = of_kind().filter(|object| *object.name == *name).collect();
    if let (true, Some((head, namespace))) = (meant.is_empty(), name.rsplit_once('.')) {
        let is_meant =
            |object: &&ObjectName| *object.name == *head && object.namespace.as_deref() == Some(namespace);
        meant = of_kind().filter(is_meant).collect();
    }
    match meant[..] {
        [only] => Ok(only.clone()),
        [] => {
            let head = name.split('.').next().unwrap_or(name);
            let near = nearest(head, of_kind().map(|object| &*object.name));
            let near = near.and_then(|name| of_kind().find(|object| *object.name == *name));
            let near = near.map(|object| format!("; did you mean `{}`?", spelled(object)));
            let near = near.unwrap_or_default();
            Err(Error::Usage(format!(
                "`--remove {text}`: no object is called so{near}"
            )))
        }
        _ => {
            let names: Vec<String> = meant
                .into_iter()
                .map(|object| format!("\n  {}", spelled(object)))
                .collect();
            Err(Error::Usage(format!(
                "`--remove {text}` is ambiguous:{}",
                names.concat()
            )))
        }
    }
}

/// An object as `--remove` takes it.
fn spelled(object: &ObjectName) -> String {
    let kind = object.kind.as_str().to_lowercase();
    match &object.namespace {
        Some(namespace) => format!("{kind}/{}.{namespace}", object.name),
        None => format!("{kind}/{}", object.name),
    }
}

/// The policies of `--strict` and `--mode` in each context, with their names.
fn wish(
    session: &Session,
    args: &WhatIfArgs,
    first: &[Hypothesis],
) -> Result<Vec<Vec<(String, String)>>, Error> {
    let mode = match (args.strict, args.mode) {
        (true, _) | (_, Some(ModeArg::Strict)) => Mode::Strict,
        (_, Some(ModeArg::Permissive)) => Mode::Permissive,
        (_, Some(ModeArg::Disable)) => Mode::Disable,
        (false, None) if args.within.is_empty() && args.selector.is_none() && args.port.is_none() => {
            return Ok(vec![Vec::new(); first.len()]);
        }
        (false, None) => {
            let message =
                "`--in`, `-l` and `--port` say where a mode is set: they need `--strict` or `--mode`";
            return Err(Error::Usage(message.to_owned()));
        }
    };
    let contexts = session.loaded.contexts.iter().zip(first);
    let contexts: Vec<Context> = contexts
        .map(|(context, hypothesis)| context.before(hypothesis).with(hypothesis))
        .collect();
    let meshes = session.meshes_of(&contexts);
    for name in &args.within {
        if !meshes.iter().any(|mesh| mesh.namespaces.find(name).is_some()) {
            return Err(Error::Usage(format!(
                "`--in {name}`: no object is in that namespace"
            )));
        }
    }
    let found: Vec<_> = meshes
        .iter()
        .map(|mesh| of_mesh(mesh, args, mode))
        .collect::<Result<_, _>>()?;
    if found.iter().all(Vec::is_empty) {
        let message =
            "no workload of the mesh that a policy can select is meant by `--in`, `-l` and `--port`";
        return Err(Error::Usage(message.to_owned()));
    }
    Ok(found)
}

fn of_mesh(mesh: &Mesh<'_>, args: &WhatIfArgs, mode: Mode) -> Result<Vec<(String, String)>, Error> {
    let namespaces: Vec<NamespaceId> = args
        .within
        .iter()
        .filter_map(|name| mesh.namespaces.find(name))
        .collect();
    if namespaces.is_empty() && !args.within.is_empty() {
        return Ok(Vec::new());
    }
    let resolution = Resolution::new(mesh);
    let selects = args
        .selector
        .as_ref()
        .map(|selector| |id: WorkloadId| selector.matches(|key| resolution.workload(id).labels.get(key)));
    let wish = Wish {
        mode,
        namespaces: &namespaces,
        selects: selects
            .as_ref()
            .map(|selects| selects as &dyn Fn(WorkloadId) -> bool),
        labels: args.selector.as_ref().and_then(Selector::labels),
        port: args.port,
    };
    let policies = policies(&resolution, &wish).into_iter().map(|policy| {
        let text = policy.to_yaml();
        let text = text.map_err(|reason| Error::Usage(format!("a policy cannot be written: {reason}")));
        Ok((policy.qualified_name(), text?))
    });
    policies.collect()
}

/// Names what nobody can know: who else calls a port that refuses plaintext from now on.
fn note_unknown(assumed: &mut Assumed, changes: &[Change<'_>]) {
    let mut callers: BTreeSet<String> = BTreeSet::new();
    let mut namespaces: BTreeSet<String> = BTreeSet::new();
    for change in changes {
        let Subject::Port(port) = &change.subject else {
            continue;
        };
        let Some(namespace) = port.workload.namespace else {
            continue;
        };
        if change.kind == ChangeKind::Strengthened && port.after.mode == Some(Mode::Strict) {
            callers.insert(namespace.to_owned());
        }
        if change.rests_on.contains(Assumption::NamespaceNotGiven) {
            namespaces.insert(namespace.to_owned());
        }
    }
    assumed.unknown_callers = callers.into_iter().collect();
    assumed.unknown_namespaces = namespaces.into_iter().collect();
}
