//! `check --since`: what was found already at the merge base with a revision.

use std::path::PathBuf;

use super::args::{CheckArgs, Global};
use super::check::judged;
use super::revision::{LaidOut, Repository};
use super::{Env, Failure};
use crate::error::Error;
use crate::finding::{Finding, Fingerprint, Severity};
use crate::hash::HashMap;

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
    let repository = Repository::around(&paths[0], "--since")?;
    let base = repository.merge_base("HEAD", revision)?;
    let tree = repository.lay_out(&base, paths)?;
    let mut findings = HashMap::default();
    let existing = tree.existing(paths)?;
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
    then.source = tree.source(&args.source);
    then.baseline = tree.moved_or_same(args.baseline.as_deref());
    let (mut session, global, env) = tree.open(&then.paths, &then.source, global, env)?;
    // A baseline that did not exist yet held nothing.
    Ok(judged(&mut session, &then, &global, &env, true)?.findings)
}
