//! Which field was meant by one that does not exist.

use super::fault::{Suggestion, UnknownField};
use super::review::{fits, present};
use super::shape::{Field, Shape};
use crate::finding::{Edit, Fix};
use crate::source::Span;
use crate::yaml::{Entry, Node};

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.7;

/// Fields that other kinds, or older versions, call by another name.
const ALIASES: &[(&str, &str)] = &[
    ("peers", "mtls"),
    ("tls", "mtls"),
    ("targets", "selector"),
    ("workloadSelector", "selector"),
    ("podSelector", "selector"),
    ("selector", "workloadSelector"),
    ("labels", "matchLabels"),
    ("matchLabels", "labels"),
    ("labelSelector", "selector"),
    ("ports", "portLevelMtls"),
    ("portLevelMtls", "portLevelSettings"),
    ("portLevelSettings", "portLevelMtls"),
    ("policy", "trafficPolicy"),
    ("hostname", "host"),
    ("hosts", "host"),
    ("host", "hosts"),
    ("mtls", "tls"),
];

/// The field of the same mapping that was meant, or else the place where one of that name belongs.
pub(super) fn suggest(
    parent: Node<'_>,
    entry: Entry<'_>,
    siblings: &[Field],
    whole: &[Field],
) -> Option<Suggestion> {
    let is_free = |field: &&Field| present(parent).all(|other| other.key != field.name);
    if let Some(field) = nearest(entry.key, siblings).filter(is_free) {
        return Some(Suggestion::Here(field.name, rename(entry, field)));
    }
    let place = belongs(entry.key, whole, siblings)?;
    Some(Suggestion::Elsewhere(place.into()))
}

/// Whether an unknown field stands for the field of this name.
pub(super) fn means(unknown: &UnknownField, name: &str) -> bool {
    matches!(&unknown.suggestion, Some(Suggestion::Here(meant, _)) if *meant == name)
}

fn nearest<'f>(name: &str, fields: &'f [Field]) -> Option<&'f Field> {
    let plain = plain(name);
    let same = fields.iter().find(|field| self::plain(field.name) == plain);
    let alias = || {
        let meant = ALIASES.iter().filter(|(other, _)| *other == name);
        let mut fields = meant.filter_map(|(_, meant)| fields.iter().find(|field| field.name == *meant));
        fields.next()
    };
    same.or_else(alias).or_else(|| alike(&plain, fields))
}

fn alike<'f>(plain: &str, fields: &'f [Field]) -> Option<&'f Field> {
    let scored = fields.iter().map(|field| {
        let likeness = strsim::normalized_damerau_levenshtein(plain, &self::plain(field.name));
        (likeness, field)
    });
    scored
        .filter(|&(likeness, _)| likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, field)| field)
}

/// `port_level_mtls`, `port-level-mtls` and `portLevelMTLS` are one name.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|char| !matches!(char, '_' | '-'));
    letters.flat_map(char::to_lowercase).collect()
}

/// The repair, if the value is what the field asks for.
fn rename(entry: Entry<'_>, field: &Field) -> Option<Fix> {
    fits(entry.value, &field.shape).then(|| Fix {
        title: format!("Rename it to `{}`", field.name).into(),
        edits: vec![Edit {
            span: entry.key_span,
            text: in_quotes_of(entry.key_span, entry.key, field.name),
        }],
    })
}

/// A text to put in the place of another one, in quotes if that one has them: JSON knows no others.
pub(super) fn in_quotes_of(span: Span, old: &str, new: &str) -> String {
    if (span.end - span.start) as usize > old.len() {
        format!("\"{new}\"")
    } else {
        new.to_owned()
    }
}

/// The shortest way to a field of that name, other than the mapping at hand.
fn belongs(name: &str, whole: &[Field], siblings: &[Field]) -> Option<String> {
    let plain = plain(name);
    let mut level: Vec<(String, &[Field])> = vec![(String::new(), whole)];
    while !level.is_empty() {
        let mut below = Vec::new();
        for (way, fields) in level {
            let is_elsewhere = !std::ptr::eq(fields, siblings);
            let found = fields.iter().find(|field| self::plain(field.name) == plain);
            if let Some(field) = found.filter(|_| is_elsewhere) {
                return Some(format!("{way}{}", field.name));
            }
            for field in fields {
                if let Shape::Object(inner) = field.shape {
                    below.push((format!("{way}{}.", field.name), inner));
                }
            }
        }
        level = below;
    }
    None
}

/// Names under which selectors are known somewhere, without capitals and dashes.
const SELECTORS: [&str; 9] = [
    "selector",
    "workloadselector",
    "podselector",
    "labelselector",
    "matchlabels",
    "matchexpressions",
    "targets",
    "targetref",
    "targetrefs",
];

/// Whether the field was to select workloads: a label right under a selector, `matchExpressions`, or a
/// selector where there is none.
pub(super) fn is_lost_selector(parent: &str, entry: Entry<'_>, meant: Option<&Suggestion>) -> bool {
    let is_list = entry.value.items().next().is_some();
    let is_map = present(entry.value).next().is_some();
    if matches!(parent, "spec.selector" | "spec.workloadSelector") {
        let is_label = entry.value.source_text().is_some() && !entry.value.is_null();
        return is_label || is_list || is_map;
    }
    let sounds = SELECTORS.contains(&&*plain(entry.key));
    let is_meant = matches!(meant, Some(Suggestion::Here("selector" | "workloadSelector", _)));
    (sounds || is_meant) && (is_list || is_map)
}
