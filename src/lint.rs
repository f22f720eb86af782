//! From rules to the findings of a run: which rules run, at which level, and in which order they report.

mod suppress;
mod unused;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::mem;

use rayon::prelude::*;

use crate::finding::{Assumption, Finding, Severity};
use crate::hash::{HashMap, HashSet, map_for};
use crate::id::RuleId;
use crate::rules::{self, Activation, Declared, Facts, Given, Input, Metadata, RULES, Rule};
use crate::source::Span;

pub use crate::config::Level;
pub use suppress::{Gate, Means, Suppressed, baseline_entry};

use suppress::{Suppressions, named_rules};

/// The rule about suppressions. It speaks when all others have, and cannot be suppressed itself.
pub(crate) const UNUSED_IGNORE: RuleId = RuleId("unused-ignore");

/// Which rules run, and at which level.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// Levels by rule, from the config.
    pub overrides: BTreeMap<RuleId, Level>,
    /// Whether pedantic rules run.
    pub pedantic: bool,
    /// If not empty, the only rules that run, pedantic or switched off as they may be.
    pub select: Vec<RuleId>,
    /// Rules that do not run, whatever else is said of them.
    pub ignore: Vec<RuleId>,
}

impl Levels {
    /// Whether a rule runs.
    pub fn enables(&self, rule: &Metadata) -> bool {
        if self.ignore.contains(&rule.id) {
            return false;
        }
        if !self.select.is_empty() {
            return self.select.contains(&rule.id);
        }
        match (self.overrides.get(&rule.id), rule.activation) {
            (Some(level), _) => *level != Level::Off,
            (None, Activation::Always) => true,
            (None, Activation::Pedantic) => self.pedantic,
            (None, Activation::OnRequest) => false,
        }
    }

    /// Whether it is known in this run what a rule finds. Suppressions are judged by rules that were left
    /// out too if the rule about them was asked for by name.
    fn judges(&self, rule: &Metadata) -> bool {
        self.enables(rule) || self.select.contains(&UNUSED_IGNORE) && !self.ignore.contains(&rule.id)
    }

    /// The severity of a finding in this run.
    fn severity(&self, finding: &Finding) -> Severity {
        match self.overrides.get(&finding.rule) {
            Some(&Level::At(severity)) => severity,
            Some(Level::Off) | None => finding.severity,
        }
    }
}

/// What a run found.
#[derive(Debug, Default)]
pub struct Judged {
    /// The findings in order.
    pub findings: Vec<Finding>,
    /// Findings that somebody decided to live with, in order.
    pub suppressed: Vec<Suppressed>,
}

/// The contexts of a run. Each is asked once, and need not be kept for that.
pub trait Contexts {
    /// What was read; `None` where there is no context.
    fn given(&self) -> Option<Given<'_>>;

    /// What a question finds in each context, in their order.
    fn each<T: Send>(&self, question: impl Fn(usize, &Facts<'_>) -> T + Sync) -> Vec<T>;

    /// Completes what was found in a context, as long as it is there.
    fn complete(&self, _facts: &Facts<'_>, _findings: &mut [Finding]) {}
}

impl Contexts for [Facts<'_>] {
    fn given(&self) -> Option<Given<'_>> {
        self.first().map(|facts| facts.given)
    }

    fn each<T: Send>(&self, question: impl Fn(usize, &Facts<'_>) -> T + Sync) -> Vec<T> {
        let facts = self.iter().enumerate();
        facts.map(|(index, facts)| question(index, facts)).collect()
    }
}

/// Runs the rules over the facts of every context, under the suppressions of the manifests alone.
pub fn run(contexts: &[Facts<'_>], levels: &Levels) -> Vec<Finding> {
    judge(contexts, levels, &Gate::default()).findings
}

/// Runs the rules over the facts of every context and tells apart what is suppressed. The result is sorted,
/// and the same for any number of threads.
pub fn judge(contexts: &(impl Contexts + Sync + ?Sized), levels: &Levels, gate: &Gate<'_>) -> Judged {
    let Some(given) = contexts.given() else {
        return Judged::default();
    };
    let mut suppressions = Suppressions::of(&given, gate);
    let found = find(contexts, levels, &named_rules(&suppressions));
    let first = unused::first_places(&found.findings);
    let enabled = RULES.iter().filter(|rule| levels.enables(rule.metadata()));
    let enabled: HashSet<RuleId> = enabled.map(|rule| rule.id()).collect();
    let mut judged = Judged {
        findings: Vec::with_capacity(found.findings.len()),
        ..Judged::default()
    };
    for finding in found.findings {
        match suppressions.suppress(&finding) {
            _ if !enabled.contains(&finding.rule) => {}
            None => judged.findings.push(finding),
            Some((by, place, reason)) => judged.suppressed.push(Suppressed {
                finding,
                by,
                place: Some(place),
                reason,
            }),
        }
    }
    let about_suppressions = rules::find(UNUSED_IGNORE.0).map(Declared::metadata);
    if about_suppressions.is_ok_and(|rule| levels.enables(rule)) {
        let mut unused = unused::report(&suppressions, &given, gate, levels, first);
        unused.extend(unused::exceptions(&found.used_exceptions, &given, gate, levels));
        finish(&mut unused, levels);
        judged.findings.append(&mut unused);
        judged.findings.sort_by(Finding::order);
    }
    judged
}

/// What the rules find in all contexts.
struct Found {
    findings: Vec<Finding>,
    /// The exceptions of expectations that except something in some context.
    used_exceptions: HashSet<Span>,
}

/// The same of one context.
struct OfContext {
    name: Box<str>,
    /// The findings of each rule that runs.
    by_rule: Vec<Vec<Finding>>,
    used_exceptions: HashSet<Span>,
}

/// What the rules find that run, or by which `named` suppressions are judged.
fn find(contexts: &(impl Contexts + Sync + ?Sized), levels: &Levels, named: &[RuleId]) -> Found {
    let runs = |rule: &Metadata| levels.enables(rule) || named.contains(&rule.id) && levels.judges(rule);
    let running = RULES.iter().copied().filter(|rule| runs(rule.metadata()));
    let running: Vec<&dyn Rule> = running.collect();
    let mut of_contexts = contexts.each(|index, facts| OfContext {
        name: facts.mesh.context.unwrap_or_default().into(),
        by_rule: running
            .par_iter()
            .map(|rule| run_rule(*rule, contexts, index, facts))
            .collect(),
        used_exceptions: rules::used_exceptions(facts),
    });
    let taken = of_contexts.iter_mut().map(|of| mem::take(&mut of.by_rule));
    let by_rule = by_rule(running.len(), taken);
    let context_names: Vec<&str> = of_contexts.iter().map(|of| &*of.name).collect();
    let by_rule = running.into_par_iter().zip(by_rule);
    let by_rule = by_rule.map(|(rule, found)| {
        let mut findings = together(rule, found, &context_names);
        finish(&mut findings, levels);
        findings
    });
    let by_rule: Vec<Vec<Finding>> = by_rule.collect();
    Found {
        findings: in_order(by_rule),
        used_exceptions: of_contexts
            .into_iter()
            .flat_map(|of| of.used_exceptions)
            .collect(),
    }
}

/// For each of so many rules what it found in each context.
fn by_rule(rules: usize, contexts: impl Iterator<Item = Vec<Vec<Finding>>>) -> Vec<Vec<Vec<Finding>>> {
    let mut by_rule: Vec<Vec<Vec<Finding>>> = (0..rules).map(|_| Vec::new()).collect();
    for of_context in contexts {
        for (all, found) in by_rule.iter_mut().zip(of_context) {
            all.push(found);
        }
    }
    by_rule
}

/// Findings of several rules that are in order for each.
fn in_order(by_rule: Vec<Vec<Finding>>) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(by_rule.iter().map(Vec::len).sum());
    findings.extend(by_rule.into_iter().flatten());
    findings.sort_by(Finding::order);
    findings
}

/// Completes what one rule found, and puts it in order.
fn finish(findings: &mut [Finding], levels: &Levels) {
    for finding in &mut *findings {
        finding.severity = levels.severity(finding);
    }
    findings.sort_by(Finding::order);
    number(findings);
}

/// What a rule finds in one context. The texts are the same in all of them, so they are looked at in the first.
fn run_rule(
    rule: &dyn Rule,
    contexts: &(impl Contexts + ?Sized),
    index: usize,
    facts: &Facts<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if rule.metadata().input == Input::Manifests && index > 0 {
        return findings;
    }
    rule.check(facts, &mut findings);
    findings.retain(|finding| is_conclusive(rule, facts, finding));
    contexts.complete(facts, &mut findings);
    findings
}

/// What a rule found in each context of these names, as one list.
fn together(rule: &dyn Rule, found: Vec<Vec<Finding>>, names: &[&str]) -> Vec<Finding> {
    let mut all = Vec::with_capacity(found.iter().map(Vec::len).sum());
    for (findings, &name) in found.into_iter().zip(names) {
        all.extend(findings.into_iter().map(|finding| (finding, name)));
    }
    if rule.metadata().input == Input::Manifests {
        once_for_each_place(&mut all);
        return unite(all, 1);
    }
    unite(all, names.len())
}

/// A text that several kustomizations use is wrong only once.
fn once_for_each_place(found: &mut Vec<(Finding, &str)>) {
    found.sort_by(|(one, _), (other, _)| one.order(other));
    let what = |finding: &Finding| (finding.primary.clone(), finding.detail.clone());
    found.dedup_by(|(one, _), (other, _)| what(one) == what(other));
}

/// Whether a finding holds although kustomize has not run: it does not if it rests on anything that may look
/// otherwise afterwards, be it there or missing.
fn is_conclusive(rule: &dyn Rule, facts: &Facts<'_>, finding: &Finding) -> bool {
    if facts.mesh.unrendered.is_empty() || rule.metadata().input == Input::Manifests {
        return true;
    }
    let mut places = finding.related.iter().chain([&finding.primary]);
    let rests_on_absence = finding.assumptions.iter().any(|(assumption, _)| {
        matches!(
            assumption,
            Assumption::WorkloadsNotGiven | Assumption::ServiceNotGiven
        )
    });
    !rests_on_absence && !places.any(|label| facts.mesh.is_unrendered(label.span.file))
}

/// One finding for each cause, with the contexts in which it was found unless those are all.
fn unite(mut found: Vec<(Finding, &str)>, contexts: usize) -> Vec<Finding> {
    // The sort is stable: contexts stay in their order.
    found.sort_by(|(one, _), (other, _)| cause(one).cmp(&cause(other)).then_with(|| one.order(other)));
    let mut united = Vec::with_capacity(found.len());
    for same in runs(found, |(one, _), (other, _)| cause(one) == cause(other)) {
        if is_once_for_each_context(&same) {
            united.extend(merge(same, contexts));
        } else {
            let equal = runs(same, |(one, _), (other, _)| one.order(other).is_eq());
            united.extend(equal.filter_map(|equal| merge(equal, contexts)));
        }
    }
    united
}

/// Items that are like their neighbour, together.
fn runs<T>(items: Vec<T>, is_like: impl Fn(&T, &T) -> bool) -> impl Iterator<Item = Vec<T>> {
    let mut items = items.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut run = vec![items.next()?];
        while let Some(next) = items.next_if(|next| run.last().is_some_and(|last| is_like(last, next))) {
            run.push(next);
        }
        Some(run)
    })
}

/// What a finding is about, whatever else takes part in it in some context.
fn cause(finding: &Finding) -> impl Ord + use<'_> {
    let Finding {
        rule,
        severity,
        object,
        primary,
        detail,
        ..
    } = finding;
    (primary.span, rule, severity, object, detail)
}

fn is_once_for_each_context(found: &[(Finding, &str)]) -> bool {
    let mut contexts: Vec<&str> = found.iter().map(|&(_, context)| context).collect();
    contexts.sort_unstable();
    contexts.windows(2).all(|pair| pair[0] != pair[1])
}

/// The first of some findings, with what took part in the others.
fn merge(found: Vec<(Finding, &str)>, contexts: usize) -> Option<Finding> {
    let mut names: Vec<&str> = found.iter().map(|&(_, context)| context).collect();
    let mut findings = found.into_iter().map(|(finding, _)| finding);
    let mut merged = findings.next()?;
    for label in findings.flat_map(|other| other.related) {
        if !merged.related.iter().any(|known| known.span == label.span) {
            merged.related.push(label);
        }
    }
    names.sort_unstable();
    names.dedup();
    if names.len() < contexts {
        merged.contexts = names.into_iter().map(Box::from).collect();
    }
    Some(merged)
}

/// Tells apart the findings that are alike in everything that lasts.
fn number(findings: &mut [Finding]) {
    let mut seen: HashMap<_, u32> = map_for(findings.len());
    let ordinals = findings.iter().map(|finding| {
        let Finding {
            rule,
            object,
            detail,
            contexts,
            ..
        } = finding;
        let alike = seen.entry((rule, object, detail, contexts)).or_default();
        mem::replace(alike, *alike + 1)
    });
    let ordinals: Vec<u32> = ordinals.collect();
    for (finding, ordinal) in findings.iter_mut().zip(ordinals) {
        finding.ordinal = ordinal;
    }
}

/// How many findings a rule has at one severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The rule.
    pub rule: RuleId,
    /// The severity.
    pub severity: Severity,
    /// How many.
    pub count: usize,
}

/// The findings by rule and severity: the worst first, then the most, then by name.
pub fn tally(findings: &[Finding]) -> Vec<Tally> {
    let mut counts: BTreeMap<(RuleId, Severity), usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.rule, finding.severity)).or_default() += 1;
    }
    let tallies = counts.into_iter().map(|((rule, severity), count)| Tally {
        rule,
        severity,
        count,
    });
    let mut tallies: Vec<Tally> = tallies.collect();
    tallies.sort_by_key(|tally| (Reverse(tally.severity), Reverse(tally.count), tally.rule));
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    const RULE: RuleId = RuleId("invalid-yaml");

    fn finding(start: u32) -> Finding {
        let span = Span::new(FileId(0), start, start + 1);
        Finding::new(RULE, Severity::Error, span, "something is wrong")
    }

    #[test]
    fn what_all_contexts_have_in_common_names_none() {
        let found = vec![(finding(1), "dev"), (finding(1), "prod"), (finding(2), "prod")];
        let united = unite(found, 2);
        assert_eq!(united.len(), 2);
        assert!(united[0].contexts.is_empty());
        assert_eq!(united[1].contexts, ["prod".into()]);
    }

    #[test]
    fn findings_that_are_alike_are_numbered() {
        let mut findings = [finding(1), finding(2), finding(3).detail("other")];
        number(&mut findings);
        assert_eq!(findings.each_ref().map(|finding| finding.ordinal), [0, 1, 0]);
        assert_ne!(findings[0].fingerprint(), findings[1].fingerprint());
    }

    #[test]
    fn the_command_line_beats_the_config_and_ignoring_beats_selecting() {
        let rule = rules::find(RULE.0).unwrap().metadata();
        let mut levels = Levels::default();
        assert!(levels.enables(rule));
        levels.overrides.insert(RULE, Level::Off);
        assert!(!levels.enables(rule));
        levels.select.push(RULE);
        assert!(levels.enables(rule));
        levels.ignore.push(RULE);
        assert!(!levels.enables(rule));
    }
}
