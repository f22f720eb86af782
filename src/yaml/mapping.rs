//! Which entries a mapping has in the end: merged ones in, overridden ones out.
//!
//! go-yaml fills a map in the order of the text and lets the last one win, a merge included: `<<` after
//! an explicit key overrides it.

use std::collections::HashMap;

use super::tree::{Data, RawEntry, Tree};

/// An entry of a mapping that is still open.
pub(super) struct PendingEntry {
    pub(super) entry: RawEntry,
    /// Whether `<<` brought it here: overriding such a key is what merging is for.
    pub(super) merged: bool,
}

/// Mappings up to this size are first compared entry by entry, which is faster than hashing.
const SMALL: usize = 12;

/// Adds what is left of `pending` to `entries`; the result is each pair of equal keys that stand in the
/// same mapping, the overridden one first.
#[inline]
pub(super) fn effective(
    pending: &[PendingEntry],
    text: &str,
    entries: &mut Vec<RawEntry>,
) -> Vec<(RawEntry, RawEntry)> {
    if pending.len() <= SMALL && is_each_key_new(pending, text) {
        entries.extend(pending.iter().map(|pending| pending.entry.clone()));
        return vec![];
    }
    let mut overridden = vec![];
    let mut duplicates = vec![];
    let mut last: HashMap<&[u8], usize> = HashMap::with_capacity(pending.len());
    for (index, later) in pending.iter().enumerate() {
        let Some(earlier) = last.insert(later.entry.key(text), index) else {
            continue;
        };
        overridden.push(earlier);
        if !later.merged && !pending[earlier].merged {
            duplicates.push((pending[earlier].entry.clone(), later.entry.clone()));
        }
    }
    if overridden.is_empty() {
        entries.extend(pending.iter().map(|pending| pending.entry.clone()));
        return duplicates;
    }
    overridden.sort_unstable();
    let kept = |index: &usize| overridden.binary_search(index).is_err();
    entries.extend(
        (0..pending.len())
            .filter(kept)
            .map(|index| pending[index].entry.clone()),
    );
    duplicates
}

/// Whether no two keys are equal.
#[inline]
fn is_each_key_new(pending: &[PendingEntry], text: &str) -> bool {
    (1..pending.len()).all(|index| {
        let key = pending[index].entry.key(text);
        let mut before = pending[..index].iter();
        !before.any(|earlier| earlier.entry.has_key(key, text))
    })
}

/// Adds the entries that `<<: node` brings; `None` if that is no mapping and no sequence of mappings.
pub(super) fn merge(tree: &Tree, node: u32, entries: &mut Vec<PendingEntry>) -> Option<()> {
    let raw = &tree.nodes[node as usize];
    if raw.data != Data::Seq {
        return merge_mapping(tree, node, entries);
    }
    let items = &tree.items[raw.content.start as usize..raw.content.end as usize];
    // The first of several has the last word.
    items
        .iter()
        .rev()
        .try_for_each(|&item| merge_mapping(tree, item, entries))
}

fn merge_mapping(tree: &Tree, node: u32, entries: &mut Vec<PendingEntry>) -> Option<()> {
    let raw = match &tree.nodes[node as usize] {
        alias if let Data::Alias(target) = alias.data => &tree.nodes[target as usize],
        raw => raw,
    };
    if raw.data != Data::Map {
        return None;
    }
    let merged = &tree.entries[raw.content.start as usize..raw.content.end as usize];
    entries.extend(
        merged
            .iter()
            .cloned()
            .map(|entry| PendingEntry { entry, merged: true }),
    );
    Some(())
}
