//! `check`.

use std::collections::HashMap;
use std::io::{self, Write};

use super::args::{CheckArgs, CheckFormat, Global};
use super::selector::Selector;
use super::session::{Session, ask};
use super::{Env, FINDINGS, Failure, OK, Streams, notes, write_file, written};
use crate::error::Error;
use crate::finding::Finding;
use crate::id::{ObjectName, RuleId};
use crate::lint::{self, Levels};
use crate::model::{Meta, Objects};
use crate::report::{Input, Summary, concise, json, text};
use crate::rules::{self, Declared, Facts};

pub(super) fn run(
    args: &CheckArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let levels = levels(args)?;
    let session = Session::open(&args.paths, &args.source, global, streams, env)?;
    let loaded = &session.loaded;
    let meshes = session.meshes();
    let mut findings = ask(&meshes, |contexts| {
        let facts: Vec<Facts<'_>> = contexts
            .iter()
            .map(|&answers| Facts::new(loaded, answers))
            .collect();
        lint::run(&facts, &levels)
    });
    findings.retain(|finding| is_kept(args, finding));
    if let Some(selector) = &args.selector {
        retain_selected(&mut findings, selector, &loaded.objects);
    }
    let input = Input {
        sources: &loaded.sources,
        base: &env.directory,
        findings: &findings,
        suppressed: &[],
        skipped: &loaded.skipped,
        summary: Summary::of(loaded),
    };
    let look = text::Options {
        width: env.width,
        color: env.uses_color(global.color),
        no_fold: args.no_fold,
    };
    notes::unreadable(streams.stderr, loaded)?;
    written(write(&input, args.output, &look, streams.stdout).and_then(|()| streams.stdout.flush()))?;
    for (format, path) in &args.reports {
        let look = text::Options { color: false, ..look };
        write_file(path, |out| write(&input, *format, &look, out))?;
    }
    if args.output != CheckFormat::Text && !global.quiet {
        writeln!(streams.stderr, "{}", text::summary_line(&input))?;
    }
    let places = session.places(env);
    notes::unparsed(streams.stderr, loaded, &places, &args.source)?;
    notes::skipped(streams.stderr, loaded, &places, global)?;
    notes::unknown_namespaces(streams.stderr, &meshes, &args.filter, global)?;
    let fails = findings
        .iter()
        .any(|finding| args.fail_on.includes(finding.severity));
    Ok(session
        .exit_code(&args.source)
        .max(if fails { FINDINGS } else { OK }))
}

/// Writes what was found.
fn write(
    input: &Input<'_>,
    format: CheckFormat,
    look: &text::Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        CheckFormat::Text => text::write(input, look, out),
        CheckFormat::Concise => concise::write(input, out),
        CheckFormat::Json => json::write(input, out),
        CheckFormat::Yaml => json::write_yaml(input, out),
    }
}

fn levels(args: &CheckArgs) -> Result<Levels, Error> {
    Ok(Levels {
        pedantic: args.pedantic,
        select: rule_ids(&args.select)?,
        ignore: rule_ids(&args.ignore)?,
        ..Levels::default()
    })
}

fn rule_ids(names: &[String]) -> Result<Vec<RuleId>, Error> {
    let find = |name: &String| rules::find(name).map(Declared::id);
    let ids: Result<_, _> = names.iter().map(find).collect();
    ids.map_err(|unknown| Error::Usage(unknown.to_string()))
}

/// Whether a finding is on an object of a namespace that is shown; one on no object always is.
fn is_kept(args: &CheckArgs, finding: &Finding) -> bool {
    let object = finding.object.as_ref();
    object.is_none_or(|object| args.filter.keeps(object.namespace.as_deref()))
}

/// Keeps the findings on objects with certain labels.
fn retain_selected(findings: &mut Vec<Finding>, selector: &Selector, objects: &Objects) {
    let metas: HashMap<ObjectName, &Meta> = objects.metas().map(|meta| (meta.object_name(), meta)).collect();
    findings.retain(|finding| {
        let meta = finding.object.as_ref().and_then(|object| metas.get(object));
        meta.is_some_and(|meta| selector.matches(|key| meta.labels.get(key)))
    });
}
