//! `unused-ignore`: suppressions that suppress nothing.

use super::suppress::{Flaw, Scope, Suppression, Suppressions, starts_in};
use super::{Gate, Level, Levels, UNUSED_IGNORE};
use crate::config::ObjectRef;
use crate::finding::Finding;
use crate::hash::{HashMap, HashSet};
use crate::id::RuleId;
use crate::load::{ANNOTATION, SkipReason};
use crate::rules::{self, Declared, Given, Owners};
use crate::source::Span;

/// The findings about suppressions that were used by no finding, or could not be; `first` is where each rule first spoke
/// in each file.
pub(super) fn report(
    suppressions: &Suppressions<'_>,
    given: &Given<'_>,
    gate: &Gate<'_>,
    levels: &Levels,
    first: FirstPlaces,
) -> Vec<Finding> {
    let mut unused = suppressions
        .all
        .iter()
        .filter(|suppression| !suppression.is_used)
        .peekable();
    if unused.peek().is_none() {
        return Vec::new();
    }
    let judge = Judge {
        given,
        gate,
        levels,
        owners: Owners::of(given.objects),
        objects: given
            .objects
            .metas()
            .map(|meta| meta.object_name().to_string())
            .collect(),
        first,
    };
    unused
        .filter_map(|suppression| judge.judge(suppression))
        .collect()
}

/// The findings about exceptions of expectations that except nothing in any context, or no longer; those that
/// are `used` do.
pub(super) fn exceptions(
    used: &HashSet<Span>,
    given: &Given<'_>,
    gate: &Gate<'_>,
    levels: &Levels,
) -> Vec<Finding> {
    let Ok(rule) = rules::find(UNMET_EXPECTATION) else {
        return Vec::new();
    };
    if !levels.judges(rule.metadata()) {
        return Vec::new();
    }
    let all = given
        .expectations
        .iter()
        .flat_map(|expectation| &expectation.except);
    let unused = all.filter_map(|exception| {
        let (message, help) = match &exception.expires {
            Some(day) if day.is_over(given.today) => (
                format!("this exception expired with {}", day.value),
                "meet the expectation, or decide again and write another day".to_owned(),
            ),
            _ if given.require_reasons && !rules::has_reason(exception) => (
                "the config demands a reason for an exception, so this excepts nothing".to_owned(),
                "add `reason`".to_owned(),
            ),
            _ if used.contains(&exception.object.span) || !is_given(given, gate, &exception.object) => {
                return None;
            }
            _ => (
                "this excepts nothing: what it names meets the expectation".to_owned(),
                "remove it: it would hide the next deviation".to_owned(),
            ),
        };
        let rule = rules::find(UNUSED_IGNORE.0).ok()?.metadata();
        let finding = Finding::new(UNUSED_IGNORE, rule.severity, exception.object.span, message);
        Some(
            finding
                .help(help)
                .detail(format!("exception {}", exception.object.as_str())),
        )
    });
    unused.collect()
}

/// Whether an object would be known if there were one.
fn is_given(given: &Given<'_>, gate: &Gate<'_>, object: &ObjectRef) -> bool {
    let mut metas = given.objects.metas();
    gate.is_whole || metas.any(|meta| object.names(&meta.object_name()))
}

/// The rule that `except` belongs to.
const UNMET_EXPECTATION: &str = "unmet-expectation";

struct Judge<'s, 'a> {
    given: &'s Given<'a>,
    gate: &'s Gate<'a>,
    levels: &'s Levels,
    owners: Owners<'a>,
    /// Every object that was read, by its whole name.
    objects: HashSet<String>,
    /// Where each rule first speaks in each file.
    first: FirstPlaces,
}

/// By rule and file.
pub(super) type FirstPlaces = HashMap<(RuleId, u32), Span>;

/// Where each rule first speaks in each file.
pub(super) fn first_places(found: &[Finding]) -> FirstPlaces {
    let mut first = HashMap::default();
    for finding in found {
        let span = finding.primary.span;
        first.entry((finding.rule, span.file.0)).or_insert(span);
    }
    first
}

impl Judge<'_, '_> {
    fn judge(&self, suppression: &Suppression<'_>) -> Option<Finding> {
        if self.is_in_template(suppression.span) {
            return None;
        }
        let (message, help) = match &suppression.flaw {
            Some(flaw) => flawed(suppression, flaw),
            None => self.unused(suppression)?,
        };
        let rule = rules::find(UNUSED_IGNORE.0).ok()?.metadata();
        let finding = Finding::new(UNUSED_IGNORE, rule.severity, suppression.span, message)
            .help(help)
            .detail(format!(
                "{} {}",
                suppression.means().as_str(),
                detail(suppression)
            ));
        let finding = match self.owners.owner(suppression.span) {
            Some(object) => finding.on(object),
            None => finding,
        };
        Some(self.with_place(finding, suppression))
    }

    /// A comment in a template speaks of what the template becomes.
    fn is_in_template(&self, at: Span) -> bool {
        let not_rendered = self.given.skipped.iter().filter(|skipped| {
            skipped.file == at.file
                && matches!(skipped.reason, SkipReason::HelmTemplate | SkipReason::Unresolved)
        });
        not_rendered
            .into_iter()
            .any(|skipped| skipped.span.is_none_or(|span| starts_in(span, at)))
    }

    /// What is wrong with a suppression that could have been used; `None` if it may be used elsewhere.
    fn unused(&self, suppression: &Suppression<'_>) -> Option<(String, String)> {
        let rule = rules::find(suppression.rule).ok();
        let Some(rule) = rule.map(Declared::metadata) else {
            // Of a baseline's entry only: every other one has a flaw then.
            let message = format!(
                "no rule is called `{}`: the entry suppresses nothing",
                suppression.rule
            );
            return Some((message, "remove the entry".to_owned()));
        };
        if self.levels.overrides.get(&rule.id) == Some(&Level::Off) {
            let message = format!("`{}` is off in the config, so this suppresses nothing", rule.id);
            return Some((message, "remove it, or let the rule run".to_owned()));
        }
        if !self.levels.judges(rule) || !self.may_be_gone(suppression) {
            return None;
        }
        let id = rule.id;
        let place = match &suppression.scope {
            Scope::Comment(remark) if remark.is_head => "in this document".to_owned(),
            Scope::Comment(remark) if remark.scope.start <= remark.span.start => "on this line".to_owned(),
            Scope::Comment(_) => "on the next line".to_owned(),
            Scope::Object(object) => match &object.name {
                Some(name) => format!("on {name}"),
                None => "on this object".to_owned(),
            },
            Scope::Template => "on this object".to_owned(),
            Scope::Ignore(_) => "there".to_owned(),
            Scope::Baseline(entry) => {
                let object = entry.object.as_deref().map(|object| format!(" on {object}"));
                let object = object.unwrap_or_default();
                let message = format!("the entry is stale: `{id}` is not found any more{object}");
                let help = "remove the entry, or write the baseline again".to_owned();
                return Some((message, help));
            }
        };
        let message = format!("this suppresses nothing: `{id}` is not found {place}");
        Some((message, "remove it: it would hide the next one".to_owned()))
    }

    /// Whether a finding that is not there is gone, rather than in a part that was not read.
    fn may_be_gone(&self, suppression: &Suppression<'_>) -> bool {
        match &suppression.scope {
            Scope::Comment(_) | Scope::Object(_) | Scope::Template => true,
            Scope::Ignore(ignore) => {
                let object = ignore.object.as_ref();
                let is_read = object.is_some_and(|object| is_given(self.given, self.gate, object));
                self.gate.is_whole || is_read
            }
            Scope::Baseline(entry) => {
                let object = entry.object.as_deref();
                self.gate.is_baseline_whole || object.is_some_and(|object| self.objects.contains(object))
            }
        }
    }

    /// Shows where the rule does speak: the suppression may only be in the wrong place.
    fn with_place(&self, finding: Finding, suppression: &Suppression<'_>) -> Finding {
        let is_misplaced = suppression.flaw.is_none() || suppression.flaw == Some(Flaw::PodTemplate);
        let rule = rules::find(suppression.rule).ok().filter(|_| is_misplaced);
        let key = rule.map(|rule| (rule.id(), suppression.span.file.0));
        match key.and_then(|key| self.first.get(&key)) {
            Some(&span) => finding.related(span, format!("`{}` is found here", suppression.rule)),
            None => finding,
        }
    }
}

/// What lasts of a suppression.
fn detail(suppression: &Suppression<'_>) -> String {
    match &suppression.scope {
        Scope::Baseline(entry) => {
            let object = entry.object.as_deref().unwrap_or_default();
            format!("{} {object} {}", entry.rule, entry.detail)
        }
        _ => suppression.rule.to_owned(),
    }
}

/// What is wrong with a suppression that never suppresses.
fn flawed(suppression: &Suppression<'_>, flaw: &Flaw) -> (String, String) {
    let nothing = "so this suppresses nothing";
    let rule = suppression.rule;
    match flaw {
        Flaw::Malformed => (
            "this suppresses nothing: it names no rule".to_owned(),
            "write `# peerauth: ignore[rule-id] reason`".to_owned(),
        ),
        Flaw::UnknownRule(meant) => (
            format!("no rule is called `{rule}`, {nothing}"),
            match meant {
                Some(meant) => format!("write `{meant}`"),
                None => "name a rule that `peerauth rules` lists".to_owned(),
            },
        ),
        Flaw::Itself => (
            format!("`{rule}` cannot be suppressed, {nothing}"),
            format!("remove what is unused; for none at all, write `rules: {{{rule}: off}}` in the config"),
        ),
        Flaw::NoReason => (
            format!("the config demands a reason to ignore `{rule}`, {nothing}"),
            match suppression.scope {
                Scope::Comment(_) => format!("write `# peerauth: ignore[{rule}] reason`"),
                Scope::Ignore(_) => "add `reason`".to_owned(),
                _ => format!("write `{ANNOTATION}{rule}: reason`"),
            },
        ),
        Flaw::BadDay(written) => (
            format!("`{written}` is no day such as 2026-12-31, {nothing}"),
            "write `expires=YYYY-MM-DD` in front of the reason".to_owned(),
        ),
        Flaw::Expired(day) => (
            format!("this expired with {day}: `{rule}` is not suppressed any more"),
            "fix what is found, or decide again and write another day".to_owned(),
        ),
        Flaw::PodTemplate => (
            format!("an annotation of pods suppresses nothing: `{rule}` is found on objects"),
            "move it to `metadata.annotations` of the object itself".to_owned(),
        ),
    }
}
