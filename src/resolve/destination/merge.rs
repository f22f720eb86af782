//! How rules of one namespace for one host become one (`pilot/pkg/model/destination_rule.go`
//! `mergeDestinationRule`, with `ENABLE_ENHANCED_DESTINATIONRULE_MERGE`).

use crate::model::Object;
use crate::model::destination_rule::{DestinationRule, Subset, TrafficPolicy};
use crate::yaml::{Spanned, StringMap};

/// The namespaces to which a rule says that it is shown; empty where it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportTo(Vec<Box<str>>);

impl ExportTo {
    /// What a rule says; one with a selector is always for its own namespace alone.
    pub fn of(rule: &Object<DestinationRule>) -> ExportTo {
        if rule.spec.workload_selector.is_some() {
            return ExportTo(vec![".".into()]);
        }
        let mut namespaces: Vec<Box<str>> = rule
            .spec
            .export_to
            .iter()
            .map(|entry| entry.value.clone())
            .collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        ExportTo(namespaces)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|own| &**own == name)
    }

    /// Whether clients of its own namespace are among them.
    pub fn includes_own(&self, own: &str) -> bool {
        self.0.is_empty() || self.has("*") || self.has(".") || self.has(own)
    }

    /// Whether the rule is for its own namespace alone. Of the mesh's default only `.` is honoured.
    pub fn is_private_only(&self, own: &str, default: &[Box<str>]) -> bool {
        match &self.0[..] {
            [] => default.iter().any(|name| &**name == "."),
            [only] => &**only == "." || &**only == own,
            _ => false,
        }
    }

    /// Whether the rule is shown to clients of a namespace; `None` is one that no manifest speaks of.
    pub fn reaches(&self, client: Option<&str>) -> bool {
        self.0.is_empty() || self.has("*") || client.is_some_and(|client| self.has(client))
    }

    /// The namespaces that it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|name| &**name)
    }

    fn is_superset_of(&self, other: &ExportTo) -> bool {
        other.0.iter().all(|name| self.has(name))
    }
}

/// Rules that were merged into one.
#[derive(Debug, Clone)]
pub struct MergedRule<'o> {
    /// The rules, in the order in which they were merged; there is at least the first.
    parts: Vec<&'o Object<DestinationRule>>,
    /// To whom it is shown: what its first rule says.
    pub export_to: ExportTo,
    /// The policy: of the first rule that has any, taken whole.
    pub policy: Option<Owned<'o, TrafficPolicy>>,
    /// Subsets; of equal names the first.
    pub subsets: Vec<Owned<'o, Subset>>,
}

/// A part of a rule with the rule that it stands in.
#[derive(Debug)]
pub struct Owned<'o, T> {
    /// The rule.
    pub rule: &'o Object<DestinationRule>,
    /// The part.
    pub part: &'o Spanned<T>,
}

impl<T> Clone for Owned<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Owned<'_, T> {}

/// Compares what the rules say, whatever they are called and wherever they stand.
impl PartialEq for MergedRule<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (own, others) = (self.parts.iter(), other.parts.iter());
        own.map(|part| &part.spec).eq(others.map(|part| &part.spec))
    }
}

impl<'o> MergedRule<'o> {
    /// A rule by itself, as if no other were for its host.
    pub fn alone(rule: &'o Object<DestinationRule>) -> Self {
        MergedRule::new(rule, ExportTo::of(rule))
    }

    fn new(rule: &'o Object<DestinationRule>, export_to: ExportTo) -> Self {
        MergedRule {
            parts: vec![rule],
            export_to,
            policy: rule.spec.traffic_policy.as_ref().map(|part| Owned { rule, part }),
            subsets: rule
                .spec
                .subsets
                .iter()
                .map(|part| Owned { rule, part })
                .collect(),
        }
    }

    /// The rule into which the others were merged: its namespace and selector count.
    pub fn base(&self) -> &'o Object<DestinationRule> {
        self.parts[0]
    }

    /// Every rule that makes up this one.
    pub fn parts(&self) -> &[&'o Object<DestinationRule>] {
        &self.parts
    }

    /// The clients it is for; `None` for all of its namespace (or beyond).
    pub fn selector(&self) -> Option<&'o StringMap> {
        selector(self.base())
    }

    /// The subset of that name.
    pub fn subset(&self, name: &str) -> Option<&Owned<'o, Subset>> {
        self.subsets.iter().find(|subset| &*subset.part.name == name)
    }

    /// `namespace/name` of its rules, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.parts.iter().map(|rule| rule.meta.qualified_name()).collect();
        names.sort_unstable();
        names
    }

    fn absorb(&mut self, rule: &'o Object<DestinationRule>) {
        for part in &rule.spec.subsets {
            if self.subset(&part.name).is_none() {
                self.subsets.push(Owned { rule, part });
            }
        }
        if self.policy.is_none() {
            self.policy = rule.spec.traffic_policy.as_ref().map(|part| Owned { rule, part });
        }
        self.parts.push(rule);
    }
}

pub(super) fn selector(rule: &Object<DestinationRule>) -> Option<&StringMap> {
    rule.spec
        .workload_selector
        .as_ref()
        .map(|selector| &selector.value.match_labels)
}

/// Adds a rule to those of its host: merged into some of them, beside them, or both. What the last one
/// that was looked at asks for decides whether it also stands for itself.
pub(super) fn add<'o>(
    rules: &mut Vec<MergedRule<'o>>,
    rule: &'o Object<DestinationRule>,
    export_to: &ExportTo,
) {
    let mut stands_alone = true;
    for existing in rules.iter_mut() {
        stands_alone = match relation(existing, rule, export_to) {
            Relation::Apart => true,
            Relation::Merged { also_alone } => {
                existing.absorb(rule);
                also_alone
            }
        };
    }
    if stands_alone {
        rules.push(MergedRule::new(rule, export_to.clone()));
    }
}

enum Relation {
    Apart,
    Merged { also_alone: bool },
}

fn relation(existing: &MergedRule<'_>, rule: &Object<DestinationRule>, export_to: &ExportTo) -> Relation {
    let is_superset = !existing.export_to.0.is_empty() && export_to.is_superset_of(&existing.export_to);
    let is_equal = *export_to == existing.export_to;
    if !is_equal && !is_superset {
        return Relation::Apart;
    }
    match (existing.selector(), selector(rule)) {
        (Some(one), Some(other)) if !same_entries(one, other) => Relation::Apart,
        (Some(_), Some(_)) | (None, None) => Relation::Merged { also_alone: false },
        _ => Relation::Merged {
            also_alone: !is_equal,
        },
    }
}

fn same_entries(one: &StringMap, other: &StringMap) -> bool {
    one.len() == other.len() && one.iter().all(|entry| other.get(entry.key) == Some(entry.value))
}
