//! What was probably meant by labels that no workload has.

use std::collections::BTreeMap;

use super::Facts;
use crate::hash::HashMap;
use crate::mesh::{NamespaceId, Workload, WorkloadId, WorkloadSource};
use crate::yaml::{StringEntry, StringMap};

/// Keys by which authors name an application; one is easily taken for another.
const APP_KEYS: [&str; 4] = ["app", "app.kubernetes.io/name", "k8s-app", "name"];

/// Labels that come close to those of a selector.
#[derive(Debug, Clone, Copy)]
pub(super) enum Near<'a> {
    /// A workload would be selected if `wanted` said what its pods carry.
    Misspelt {
        wanted: StringEntry<'a>,
        carried: StringEntry<'a>,
        workload: WorkloadId,
    },
    /// The label stands on the object that makes the pods, and its pods lack it.
    OnController {
        wanted: StringEntry<'a>,
        carried: StringEntry<'a>,
        workload: WorkloadId,
    },
}

/// The labels of a namespace as its authors wrote them.
#[derive(Debug, Default)]
pub(super) struct Inventory<'a> {
    /// Labels of pods by key and value, each with its first place.
    of_pods: BTreeMap<&'a str, BTreeMap<&'a str, StringEntry<'a>>>,
    /// Labels of the objects that make pods.
    of_controllers: HashMap<(&'a str, &'a str), Vec<(WorkloadId, StringEntry<'a>)>>,
}

impl<'a> Inventory<'a> {
    pub(super) fn of(facts: &Facts<'a>, namespace: NamespaceId) -> Inventory<'a> {
        let mut inventory = Inventory::default();
        for &id in facts.resolution.index.in_namespace(namespace) {
            let workload = facts.mesh.workload(id);
            for entry in workload.label_maps().into_iter().flatten().flatten() {
                let values = inventory.of_pods.entry(entry.key).or_default();
                values.entry(entry.value).or_insert(entry);
            }
            for entry in controller_labels(workload) {
                let places = inventory
                    .of_controllers
                    .entry((entry.key, entry.value))
                    .or_default();
                places.push((id, entry));
            }
        }
        inventory
    }

    /// The nearest labels that some workload has along with the rest of the selector.
    pub(super) fn nearest(
        &self,
        facts: &Facts<'a>,
        namespace: NamespaceId,
        selector: &'a StringMap,
    ) -> Option<Near<'a>> {
        let on_controller = selector
            .iter()
            .find_map(|wanted| self.on_controller(facts, wanted, selector));
        on_controller.or_else(|| {
            let misspelt = selector
                .iter()
                .filter_map(|wanted| self.misspelt(facts, namespace, wanted, selector));
            misspelt
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, near)| near)
        })
    }

    /// A workload that lacks the label while the object that makes its pods has it, and every other label of
    /// the selector is on one of both.
    fn on_controller(
        &self,
        facts: &Facts<'a>,
        wanted: StringEntry<'a>,
        selector: &StringMap,
    ) -> Option<Near<'a>> {
        let places = self.of_controllers.get(&(wanted.key, wanted.value))?;
        let of_pods = |id: WorkloadId, entry: StringEntry<'_>| {
            facts.resolution.workload(id).labels.get(entry.key) == Some(entry.value)
        };
        let on_either = |id: WorkloadId, entry: StringEntry<'_>| {
            let mut labels = controller_labels(facts.mesh.workload(id));
            of_pods(id, entry) || labels.any(|own| (&own.key, &own.value) == (&entry.key, &entry.value))
        };
        let (workload, carried) = places
            .iter()
            .copied()
            .find(|&(id, _)| !of_pods(id, wanted) && selector.iter().all(|entry| on_either(id, entry)))?;
        Some(Near::OnController {
            wanted,
            carried,
            workload,
        })
    }

    fn misspelt(
        &self,
        facts: &Facts<'a>,
        namespace: NamespaceId,
        wanted: StringEntry<'a>,
        selector: &StringMap,
    ) -> Option<(usize, Near<'a>)> {
        let selectable = |carried: StringEntry<'_>| {
            let with_label = facts
                .resolution
                .index
                .with_label(namespace, carried.key, carried.value);
            with_label.iter().copied().find(|&id| {
                let labels = &facts.resolution.workload(id).labels;
                let mut rest = selector.iter().filter(|entry| entry.key != wanted.key);
                rest.all(|entry| labels.get(entry.key) == Some(entry.value))
            })
        };
        let mut candidates = self.similar(wanted);
        candidates.sort_by_key(|&(distance, carried)| (distance, carried.key, carried.value));
        candidates.into_iter().find_map(|(distance, carried)| {
            let near = Near::Misspelt {
                wanted,
                carried,
                workload: selectable(carried)?,
            };
            Some((distance, near))
        })
    }

    /// Labels with nearly that value, or with that value under nearly that key.
    fn similar(&self, wanted: StringEntry<'_>) -> Vec<(usize, StringEntry<'a>)> {
        let of_key = self.of_pods.get(wanted.key).into_iter().flatten();
        let values = of_key.filter_map(|(value, &entry)| Some((distance(wanted.value, value)?, entry)));
        let other_keys = self.of_pods.iter().filter(|(key, _)| **key != &*wanted.key);
        let keys = other_keys.filter_map(|(key, values)| {
            let entry = *values.get(&*wanted.value)?;
            let both_name_apps = APP_KEYS.contains(key) && APP_KEYS.contains(&&*wanted.key);
            let distance = if both_name_apps {
                0
            } else {
                distance(wanted.key, key)?
            };
            Some((distance, entry))
        });
        values.chain(keys).collect()
    }
}

/// Labels of the object that makes a workload's pods; nothing selects by them.
fn controller_labels<'a>(workload: &Workload<'a>) -> impl Iterator<Item = StringEntry<'a>> + use<'a> {
    let maps = match workload.source {
        WorkloadSource::Pods(object) if object.meta.kind != crate::id::Kind::Pod => {
            [Some(&object.meta.labels), Some(&object.spec.outer_labels)]
        }
        _ => [None, None],
    };
    maps.into_iter().flatten().flatten()
}

/// How many slips of the pen lie between two words, if so few that they are probably the same. Words that
/// differ in nothing but digits are meant to differ.
fn distance(one: &str, other: &str) -> Option<usize> {
    const SHORT: usize = 3;
    const LONG: usize = 8;
    let shorter = one.len().min(other.len());
    let allowed = match shorter {
        0..SHORT => 0,
        SHORT..LONG => 1,
        _ => 2,
    };
    if one.eq_ignore_ascii_case(other) {
        return Some(0);
    }
    // Whoever compares thousands of labels is glad to count most of them out at a glance.
    let unlike = (alphabet(one) ^ alphabet(other)).count_ones() as usize;
    if one.len().abs_diff(other.len()) > allowed || unlike > 2 * allowed {
        return None;
    }
    let (one_rest, other_rest) = without_common_ends(one, other);
    let distance = strsim::osa_distance(one_rest, other_rest);
    (distance <= allowed && letters(one) != letters(other)).then_some(distance)
}

/// What is left of two words between what they begin and end with alike.
fn without_common_ends<'w>(one: &'w str, other: &'w str) -> (&'w str, &'w str) {
    let start: usize = (one.chars().zip(other.chars()))
        .take_while(|(one, other)| one == other)
        .map(|(letter, _)| letter.len_utf8())
        .sum();
    let (one, other) = (&one[start..], &other[start..]);
    let end: usize = (one.chars().rev().zip(other.chars().rev()))
        .take_while(|(one, other)| one == other)
        .map(|(letter, _)| letter.len_utf8())
        .sum();
    (&one[..one.len() - end], &other[..other.len() - end])
}

/// The set of characters of a word, as bits; some share one. A slip changes two at most.
fn alphabet(word: &str) -> u64 {
    word.bytes().fold(0, |bits, byte| bits | 1 << (byte % 64))
}

fn letters(word: &str) -> String {
    word.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_names_are_not() {
        assert_eq!(distance("payment-servce", "payment-service"), Some(1));
        assert_eq!(distance("Payment", "payment"), Some(0));
        assert_eq!(distance("apps", "app"), Some(1));
        assert_eq!(distance("cart", "card"), Some(1));
        assert_eq!(distance("db", "dc"), None);
        assert_eq!(distance("shop-1", "shop-2"), None);
        assert_eq!(distance("cart", "cart-worker"), None);
    }
}
