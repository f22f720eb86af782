//! `check`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::args::{CheckArgs, CheckFormat, Global};
use super::session::Session;
use super::setup::covers;
use super::{Env, FAILED, FINDINGS, Failure, OK, Streams, notes, since, write_file, written};
use crate::config::{self, Baseline, WrittenBaseline};
use crate::error::Error;
use crate::finding::Finding;
use crate::hash::HashMap;
use crate::id::{ObjectName, RuleId};
use crate::lint::{self, Contexts, Gate, Judged, Level, Levels, Means, Suppressed};
use crate::matrix::{Afterwards, Detail, ask_for};
use crate::mesh::Shared;
use crate::model::{Meta, Objects};
use crate::report::place::Places;
use crate::report::{
    Input, Summary, concise, course, github, gitlab, json, junit, machine, markdown, sarif, text,
};
use crate::rules::{self, Declared, Facts, Given, RULES, may_tell};

pub(super) fn run(
    args: &CheckArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let older = args
        .since
        .as_ref()
        .map(|revision| since::older(revision, args, global, env));
    let older = older.transpose()?;
    // The process is about to end: to give back object after object would take a twentieth of its time.
    let mut session = ManuallyDrop::new(Session::open(&args.paths, &args.source, global, streams, env)?);
    let mut judged = judged(&mut session, args, global, env, false)?;
    if let Some(path) = &args.write_baseline {
        spare(path)?;
        write_baseline(path, &mut judged)?;
        let count = judged
            .suppressed
            .iter()
            .filter(|suppressed| suppressed.place.is_none())
            .count();
        if !global.quiet {
            writeln!(
                streams.stderr,
                "note: wrote a baseline of {count} to {}",
                path.display()
            )?;
        }
    }
    let loaded = &session.loaded;
    let kept = Kept::of(args, &loaded.objects);
    judged.findings.retain(|finding| kept.keeps(finding));
    judged
        .suppressed
        .retain(|suppressed| kept.keeps(&suppressed.finding));
    let found = judged.findings.len();
    judged
        .findings
        .retain(|finding| !older.as_ref().is_some_and(|older| older.holds(finding)));
    let findings = judged.findings;
    let root = root(args, env);
    let input = Input {
        sources: &loaded.sources,
        base: &env.directory,
        root: &root,
        findings: &findings,
        suppressed: &judged.suppressed,
        skipped: &loaded.skipped,
        unreadable: &loaded.unreadable,
        fails_from: args.fail_on.least(),
        is_broken: session.exit_code(&args.source) == FAILED,
        summary: Summary {
            older: found - findings.len(),
            ..Summary::of(loaded)
        },
    };
    let look = text::Options {
        width: env.width,
        color: env.uses_color(global.color),
        no_fold: args.no_fold,
    };
    notes::unreadable(streams.stderr, loaded)?;
    written(write(&input, args, args.output, &look, streams.stdout).and_then(|()| streams.stdout.flush()))?;
    for (format, path) in &args.reports {
        let look = text::Options { color: false, ..look };
        write_file(path, |out| write(&input, args, *format, &look, out))?;
    }
    if args.output != CheckFormat::Text && !global.quiet {
        writeln!(streams.stderr, "{}", text::summary_line(&input))?;
    }
    let places = session.places(env);
    notes::unparsed(streams.stderr, loaded, &places, &args.source)?;
    notes::skipped(streams.stderr, loaded, &places, global)?;
    if !args.filter.namespaces.is_empty() {
        notes::unknown_namespaces(streams.stderr, &session.meshes(), &args.filter, global)?;
    }
    let fails = findings
        .iter()
        .any(|finding| args.fail_on.includes(finding.severity));
    Ok(session
        .exit_code(&args.source)
        .max(if fails { FINDINGS } else { OK }))
}

/// What is found in what was read, and what of it is suppressed. `is_past`: it is a tree as it was, where
/// a baseline need not exist yet.
pub(super) fn judged(
    session: &mut Session,
    args: &CheckArgs,
    global: &Global,
    env: &Env,
    is_past: bool,
) -> Result<Judged, Failure> {
    let levels = levels(args, &session.setup.understood.levels)?;
    let baseline = match args.write_baseline {
        Some(_) => None,
        None => session.baseline(args.baseline.as_deref(), is_past)?,
    };
    let (loaded, setup) = (&session.loaded, &session.setup);
    let config = &setup.understood.config;
    let path_of = |file| setup.path_of(loaded.sources.path(file));
    let paths: Vec<PathBuf> = args.paths.iter().chain(&args.source.filenames).cloned().collect();
    let gate = Gate {
        ignores: &config.ignore,
        path_of: Some(&path_of),
        require_reasons: config.demands_reasons(),
        baseline: baseline.as_ref().map(|(baseline, _)| baseline),
        is_whole: setup.is_whole,
        is_baseline_whole: baseline
            .as_ref()
            .is_some_and(|(_, directory)| covers(&paths, directory)),
    };
    let today = global.day(env);
    let contexts = OneByOne {
        shared: session.shared_by(&loaded.contexts),
        session,
        afterwards: match loaded.contexts.len() {
            1 if !is_past => Afterwards::Forgotten,
            _ => Afterwards::GivenBack,
        },
        given: Given::new(loaded).expecting(config, setup.is_whole).on(today),
        places: (shows_courses(args) && !is_past).then(|| session.places(env)),
    };
    Ok(lint::judge(&contexts, &levels, &gate))
}

/// The contexts of what was read. There may be hundreds of clusters that share a mesh, so what is known of one is
/// dropped when it was asked.
struct OneByOne<'s> {
    session: &'s Session,
    shared: Option<Shared<'s>>,
    /// A lone cluster is the last that is asked.
    afterwards: Afterwards,
    given: Given<'s>,
    /// Where to say how findings come about, if that is shown.
    places: Option<Places<'s>>,
}

impl Contexts for OneByOne<'_> {
    fn given(&self) -> Option<Given<'_>> {
        Some(self.given)
    }

    fn each<T: Send>(&self, question: impl Fn(usize, &Facts<'_>) -> T + Sync) -> Vec<T> {
        let contexts = self.session.loaded.contexts.par_iter().enumerate();
        let answers = contexts.map(|(index, context)| {
            let mesh = self.session.mesh_of(self.shared.as_ref(), context);
            ask_for(Detail::Telling(may_tell), &[mesh], self.afterwards, |answers| {
                let facts = answers.iter().map(|&answers| Facts::new(self.given, answers));
                facts.map(|facts| question(index, &facts)).collect::<Vec<T>>()
            })
        });
        answers.flatten_iter().collect()
    }

    fn complete(&self, facts: &Facts<'_>, findings: &mut [Finding]) {
        if let Some(places) = &self.places {
            course::tell(facts.answers(), places, findings);
        }
    }
}

/// Whether a report shows how findings come about.
fn shows_courses(args: &CheckArgs) -> bool {
    let reports = args.reports.iter().map(|(format, _)| format);
    reports
        .chain([&args.output])
        .any(|format| *format == CheckFormat::Sarif)
}

/// Writes what was found to a baseline, and takes it from the findings. What is said of suppressions stays:
/// it could be suppressed by nothing.
fn write_baseline(path: &Path, judged: &mut Judged) -> Result<(), Failure> {
    let findings = std::mem::take(&mut judged.findings);
    let (kept, taken): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding| finding.rule == lint::UNUSED_IGNORE);
    judged.findings = kept;
    let written = WrittenBaseline::new(taken.iter().map(lint::baseline_entry).collect());
    // As a value it has its keys in alphabetical order, as the baselines that are there.
    write_file(path, |out| machine::write(out, &serde_json::to_value(&written)?))?;
    judged
        .suppressed
        .extend(taken.into_iter().map(|finding| Suppressed {
            finding,
            by: Means::Baseline,
            place: None,
            reason: Box::default(),
        }));
    judged
        .suppressed
        .sort_by(|one, other| one.finding.order(&other.finding));
    Ok(())
}

/// Refuses to write a baseline over what is none: the path of a manifest in its place would destroy it.
fn spare(path: &Path) -> Result<(), Error> {
    // A pipe or a device holds nothing; where there is no file, or none to read, writing says so.
    let before = if path.is_file() {
        std::fs::read(path).ok()
    } else {
        None
    };
    if before.is_some_and(|bytes| !bytes.trim_ascii().is_empty() && !Baseline::was_written(&bytes)) {
        let path = path.display();
        return Err(Error::Usage(format!(
            "`--write-baseline {path}`: the file exists and is not a baseline; remove it first or name another"
        )));
    }
    Ok(())
}

/// Writes what was found.
fn write(
    input: &Input<'_>,
    args: &CheckArgs,
    format: CheckFormat,
    look: &text::Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_for_people = matches!(format, CheckFormat::Text | CheckFormat::Concise);
    if args.show_suppressed && is_for_people && !input.suppressed.is_empty() {
        concise::write_suppressed(input, out)?;
        if format == CheckFormat::Text {
            writeln!(out)?;
        }
    }
    match format {
        CheckFormat::Text => text::write(input, look, out),
        CheckFormat::Concise => concise::write(input, out),
        CheckFormat::Json => json::write(input, out),
        CheckFormat::Yaml => json::write_yaml(input, out),
        CheckFormat::Sarif => sarif::write(input, out),
        CheckFormat::Github => github::write(input, out),
        CheckFormat::Gitlab => gitlab::write(input, out),
        CheckFormat::Junit => junit::write(input, out),
        CheckFormat::Markdown => markdown::write(input, out),
    }
}

/// The repository that is checked: that of the first path, wherever the command is run.
fn root(args: &CheckArgs, env: &Env) -> PathBuf {
    let first = args.paths.iter().chain(&args.source.filenames).next();
    let first = first.filter(|path| path.as_os_str() != "-");
    let start = env.directory.join(first.map_or(Path::new(""), |path| path));
    config::repository_root(&start).unwrap_or_else(|| env.directory.clone())
}

/// Which rules run.
fn levels(args: &CheckArgs, of_config: &BTreeMap<RuleId, Level>) -> Result<Levels, Error> {
    let levels = Levels {
        overrides: of_config.clone(),
        pedantic: args.pedantic,
        select: rule_ids(&args.select)?,
        ignore: rule_ids(&args.ignore)?,
    };
    if RULES.iter().any(|rule| levels.enables(rule.metadata())) {
        return Ok(levels);
    }
    Err(Error::Usage(no_rule(&levels)))
}

/// A run without any rule would pass whatever the manifests say.
fn no_rule(levels: &Levels) -> String {
    if levels.select.is_empty() {
        return "no rule is left to run: the config and `--ignore` leave out all of them".to_owned();
    }
    let mut names: Vec<&str> = levels.select.iter().map(|rule| rule.0).collect();
    names.dedup();
    format!(
        "no rule is left to run: `--ignore` leaves out all that are selected ({})",
        names.join(", ")
    )
}

fn rule_ids(names: &[String]) -> Result<Vec<RuleId>, Error> {
    let find = |name: &String| rules::find(name).map(Declared::id);
    let ids: Result<_, _> = names.iter().map(find).collect();
    ids.map_err(|unknown| Error::Usage(unknown.to_string()))
}

/// Which findings are shown.
struct Kept<'a> {
    args: &'a CheckArgs,
    /// Needed for labels only.
    metas: HashMap<ObjectName, &'a Meta>,
}

impl<'a> Kept<'a> {
    fn of(args: &'a CheckArgs, objects: &'a Objects) -> Kept<'a> {
        let asked = args.selector.is_some();
        let metas = objects.metas().filter(|_| asked);
        Kept {
            args,
            metas: metas.map(|meta| (meta.object_name(), meta)).collect(),
        }
    }

    /// Whether a finding is on an object of a namespace that is shown, with the labels that are asked for;
    /// one on no object is in every namespace.
    fn keeps(&self, finding: &Finding) -> bool {
        let object = finding.object.as_ref();
        let is_in_namespace = object.is_none_or(|object| self.args.filter.keeps(object.namespace.as_deref()));
        let has_labels = self.args.selector.as_ref().is_none_or(|selector| {
            let meta = object.and_then(|object| self.metas.get(object));
            meta.is_some_and(|meta| selector.matches(|key| meta.labels.get(key)))
        });
        is_in_namespace && has_labels
    }
}
