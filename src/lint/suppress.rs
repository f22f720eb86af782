//! Findings that somebody decided to live with: by a comment, an annotation, the config or a baseline.
//!
//! What suppresses is counted, and what suppresses nothing is a finding itself: a suppression that outlives
//! its cause would hide the next one.

use std::cell::LazyCell;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::config::{Baseline, BaselineEntry, Day, Ignore};
use crate::finding::Finding;
use crate::hash::{HashMap, HashSet};
use crate::id::{Kind, ObjectName, RuleId};
use crate::load::{ANNOTATION, Remark, speak_to_us};
use crate::rules::{self, Declared, Given, Owners};
use crate::source::{FileId, Span};
use crate::yaml::StringEntry;

/// What a team decided beside its manifests.
#[derive(Clone, Copy, Default)]
pub struct Gate<'a> {
    /// The `ignore` entries of the config.
    pub ignores: &'a [Ignore],
    /// The path of a file relative to the config.
    pub path_of: Option<&'a dyn Fn(FileId) -> PathBuf>,
    /// Whether a suppression without a reason suppresses nothing.
    pub require_reasons: bool,
    /// The findings that existed when checking began.
    pub baseline: Option<&'a Baseline>,
    /// Whether what was read holds everything that the config is about, so that what is missing is gone.
    pub is_whole: bool,
    /// The same for the baseline.
    pub is_baseline_whole: bool,
}

/// What kind of suppression it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// A comment in the manifest.
    Comment,
    /// An annotation of the object.
    Annotation,
    /// An entry of the config.
    Config,
    /// An entry of the baseline.
    Baseline,
}

impl Means {
    /// The word in machine formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Means::Comment => "comment",
            Means::Annotation => "annotation",
            Means::Config => "config",
            Means::Baseline => "baseline",
        }
    }
}

/// A finding that is suppressed, and by what.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What suppresses it.
    pub by: Means,
    /// Where that stands; `None` if it is being written by this very run.
    pub place: Option<Span>,
    /// Why; empty if nobody said.
    pub reason: Box<str>,
}

/// Where a suppression holds.
pub(super) enum Scope<'a> {
    /// Where findings begin.
    Comment(&'a Remark),
    Object(Annotated),
    Ignore(&'a Ignore),
    /// So many findings that are alike.
    Baseline(&'a BaselineEntry),
    /// Nowhere: the annotation is that of a pod template.
    Template,
}

/// An object with an annotation that suppresses.
#[derive(Clone)]
pub(super) struct Annotated {
    pub(super) span: Span,
    pub(super) name: Option<ObjectName>,
}

/// Something that suppresses findings of one rule, if all is well with it.
pub(super) struct Suppression<'a> {
    pub(super) rule: &'a str,
    pub(super) scope: Scope<'a>,
    /// The rule's name, where it stands.
    pub(super) span: Span,
    pub(super) reason: &'a str,
    pub(super) flaw: Option<Flaw>,
    pub(super) is_used: bool,
}

/// Why something suppresses nothing, whatever is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    Malformed,
    UnknownRule(Option<&'static str>),
    /// What suppressions are checked by cannot be suppressed.
    Itself,
    NoReason,
    BadDay(String),
    Expired(Day),
    PodTemplate,
}

/// Every suppression of a run.
pub(super) struct Suppressions<'a> {
    pub(super) all: Vec<Suppression<'a>>,
    /// Indexes by rule.
    by_rule: HashMap<&'a str, Vec<usize>>,
    /// Few runs ask whose objects places are in.
    owners: LazyCell<Owners<'a>, Box<dyn FnOnce() -> Owners<'a> + 'a>>,
    /// What of the baseline is left, by entry: indexes, the first one last.
    baseline: HashMap<BaselineEntry, Vec<usize>>,
    gate: Gate<'a>,
}

impl<'a> Suppressions<'a> {
    pub(super) fn of(given: &Given<'a>, gate: &Gate<'a>) -> Suppressions<'a> {
        let mut all: Vec<Suppression<'a>> = Vec::new();
        for remark in given.remarks {
            all.extend(of_remark(remark));
        }
        // An object that is flawed but taken, or taken several times, is met several times.
        let mut seen = HashSet::default();
        let mut of_annotations = of_annotations(given);
        of_annotations.retain(|suppression| seen.insert(suppression.span));
        all.append(&mut of_annotations);
        all.extend(gate.ignores.iter().map(of_ignore));
        for suppression in &mut all {
            suppression.find_flaw(gate, given.today);
        }
        let objects = given.objects;
        let mut suppressions = Suppressions {
            by_rule: HashMap::default(),
            owners: LazyCell::new(Box::new(move || Owners::of(objects))),
            baseline: HashMap::default(),
            gate: *gate,
            all,
        };
        suppressions.index();
        suppressions.add_baseline();
        suppressions
    }

    fn index(&mut self) {
        for (index, suppression) in self.all.iter().enumerate() {
            if suppression.flaw.is_some() {
                continue;
            }
            self.by_rule.entry(suppression.rule).or_default().push(index);
        }
    }

    fn add_baseline(&mut self) {
        let entries = self.gate.baseline.map_or(&[][..], |baseline| &baseline.findings);
        for entry in entries.iter().rev() {
            let same = self.baseline.entry(entry.value.clone()).or_default();
            same.push(self.all.len());
            self.all.push(Suppression {
                rule: &entry.value.rule,
                scope: Scope::Baseline(&entry.value),
                span: entry.span,
                reason: "",
                flaw: None,
                is_used: false,
            });
        }
    }

    /// What suppresses a finding, if anything does. All that would are marked as used.
    pub(super) fn suppress(&mut self, finding: &Finding) -> Option<(Means, Span, Box<str>)> {
        let of_rule = self.by_rule.get(finding.rule.0).map_or(&[][..], Vec::as_slice);
        let mut holding: Vec<usize> = of_rule
            .iter()
            .copied()
            .filter(|&index| self.holds(&self.all[index].scope, finding))
            .collect();
        if !self.baseline.is_empty() {
            let of_baseline = self.baseline.get_mut(&baseline_entry(finding));
            holding.extend(of_baseline.and_then(Vec::pop));
        }
        for &index in &holding {
            self.all[index].is_used = true;
        }
        let first = &self.all[*holding.first()?];
        Some((first.means(), first.span, first.reason.into()))
    }

    fn holds(&self, scope: &Scope<'_>, finding: &Finding) -> bool {
        let at = finding.primary.span;
        match scope {
            Scope::Comment(remark) => starts_in(remark.scope, at),
            Scope::Object(object) => {
                starts_in(object.span, at) || object.name.is_some() && self.is_only_named(object, finding)
            }
            Scope::Ignore(ignore) => {
                let object = finding.object.as_ref();
                let is_object = ignore
                    .object
                    .as_ref()
                    .is_none_or(|wanted| object.is_some_and(|object| wanted.names(object)));
                is_object && (ignore.paths.is_empty() || self.is_in_paths(ignore, at.file))
            }
            Scope::Baseline(_) | Scope::Template => false,
        }
    }

    /// Whether a finding is on an object but points at another one. Of several objects with one name that
    /// counts which is pointed into.
    fn is_only_named(&self, object: &Annotated, finding: &Finding) -> bool {
        finding.object == object.name && self.owners.owner(finding.primary.span) != finding.object
    }

    pub(super) fn is_in_paths(&self, ignore: &Ignore, file: FileId) -> bool {
        let Some(path_of) = self.gate.path_of else {
            return false;
        };
        let path = path_of(file);
        ignore.paths.iter().any(|glob| glob.matches_path(&path))
    }
}

/// What lasts of a finding.
pub fn baseline_entry(finding: &Finding) -> BaselineEntry {
    BaselineEntry {
        rule: finding.rule.0.into(),
        object: finding.object.as_ref().map(|object| object.to_string().into()),
        detail: finding.detail.as_str().into(),
        context: (!finding.contexts.is_empty()).then(|| finding.contexts.join(", ").into()),
    }
}

impl Suppression<'_> {
    pub(super) fn means(&self) -> Means {
        match self.scope {
            Scope::Comment(_) => Means::Comment,
            Scope::Object(_) | Scope::Template => Means::Annotation,
            Scope::Ignore(_) => Means::Config,
            Scope::Baseline(_) => Means::Baseline,
        }
    }

    fn find_flaw(&mut self, gate: &Gate<'_>, today: Date) {
        if self.flaw.is_some() {
            return;
        }
        self.flaw = match rules::find(self.rule) {
            Err(unknown) => Some(Flaw::UnknownRule(unknown.suggestion)),
            Ok(rule) if rule.id() == super::UNUSED_IGNORE => Some(Flaw::Itself),
            Ok(_) => self.limit(today),
        };
        if self.flaw.is_none() && gate.require_reasons && self.reason.is_empty() {
            self.flaw = Some(Flaw::NoReason);
        }
    }

    /// Takes the day from the reason (`expires=2026-12-31 until the migration`), or from the config.
    fn limit(&mut self, today: Date) -> Option<Flaw> {
        let day = if let Scope::Ignore(ignore) = self.scope {
            ignore.expires.as_ref().map(|day| day.value)
        } else {
            let words = self.reason.split_once(char::is_whitespace);
            let (word, rest) = words.unwrap_or((self.reason, ""));
            let written = word.strip_prefix("expires=")?;
            self.reason = rest.trim_start();
            let Some(day) = Day::parse(written) else {
                return Some(Flaw::BadDay(written.to_owned()));
            };
            Some(day)
        };
        day.filter(|day| day.is_over(today)).map(Flaw::Expired)
    }
}

fn of_remark(remark: &Remark) -> impl Iterator<Item = Suppression<'_>> {
    let suppression = move |rule, span, flaw| Suppression {
        rule,
        scope: Scope::Comment(remark),
        span,
        reason: &remark.reason,
        flaw,
        is_used: false,
    };
    let malformed = remark.rules.is_empty();
    let malformed = malformed.then(|| suppression("", remark.span, Some(Flaw::Malformed)));
    let rules = remark.rules.iter();
    malformed
        .into_iter()
        .chain(rules.map(move |(rule, span)| suppression(&**rule, *span, None)))
}

fn of_annotations<'a>(given: &Given<'a>) -> Vec<Suppression<'a>> {
    // Hardly any object speaks to us, and only of those that do the name is wanted.
    let on_objects = given
        .objects
        .metas()
        .filter(|meta| speak_to_us(&meta.annotations));
    let on_objects = on_objects.map(|meta| (&meta.annotations, meta.span, Some(meta.object_name())));
    let flawed = given.flawed.iter();
    let on_flawed = flawed.filter(|flawed| speak_to_us(&flawed.annotations));
    let on_flawed = on_flawed.map(|flawed| (&flawed.annotations, flawed.span, flawed.object_name()));
    // ConfigMaps are met here too if workloads read them.
    let on_unread = given
        .unread
        .iter()
        .map(|unread| (&unread.annotations, unread.span, None));
    let on_all = on_objects.chain(on_flawed).chain(on_unread);
    let on_objects = on_all.flat_map(|(annotations, span, name)| {
        annotations.iter().filter_map(move |entry| {
            let name = name.clone();
            of_annotation(entry, Scope::Object(Annotated { span, name }), None)
        })
    });
    // The template of a Pod is the Pod.
    let controllers = given
        .objects
        .workloads
        .iter()
        .filter(|workload| workload.meta.kind != Kind::Pod);
    let on_templates = controllers
        .flat_map(|workload| workload.spec.template.annotations.iter())
        .filter_map(|entry| of_annotation(entry, Scope::Template, Some(Flaw::PodTemplate)));
    // There are as many of the one as of the other, and hardly anything is to do but to wait for their memory.
    let collect = || on_objects.collect();
    let (mut all, on_templates): (Vec<_>, Vec<_>) = rayon::join(collect, || on_templates.collect());
    all.extend(on_templates);
    all
}

fn of_annotation<'a>(
    entry: StringEntry<'a>,
    scope: Scope<'a>,
    flaw: Option<Flaw>,
) -> Option<Suppression<'a>> {
    let rule = entry.key.strip_prefix(ANNOTATION)?;
    Some(Suppression {
        rule,
        scope,
        span: entry.key_span,
        reason: entry.value.trim(),
        flaw,
        is_used: false,
    })
}

fn of_ignore(ignore: &Ignore) -> Suppression<'_> {
    Suppression {
        rule: &ignore.rule,
        scope: Scope::Ignore(ignore),
        span: ignore.rule.span,
        reason: ignore.reason.as_ref().map_or("", |reason| reason.trim()),
        flaw: None,
        is_used: false,
    }
}

/// Whether `at` begins in `scope`.
pub(super) fn starts_in(scope: Span, at: Span) -> bool {
    at.file == scope.file && (scope.start..scope.end.max(scope.start + 1)).contains(&at.start)
}

/// The rules that suppressions name.
pub(super) fn named_rules(suppressions: &Suppressions<'_>) -> Vec<RuleId> {
    let named = suppressions
        .by_rule
        .keys()
        .filter_map(|name| rules::find(name).ok());
    named.map(Declared::id).collect()
}
