//! Which entries a mapping has in the end: merged ones in, overridden ones out.
//!
//! go-yaml fills a map in the order of the text and lets the last one win, a merge included: `<<` after
//! an explicit key overrides it.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::tree::{Data, RawEntry, Tree};

/// An entry of a mapping that is still open.
pub(super) struct PendingEntry {
    pub(super) entry: RawEntry,
    /// Whether `<<` brought it here: overriding such a key is what merging is for.
    pub(super) merged: bool,
}

/// Mappings below this size are compared entry by entry, which is faster than hashing.
const SMALL: usize = 12;

/// Adds what is left of `pending` to `entries`; the result is each pair of equal keys that stand in the
/// same mapping, the overridden one first.
#[inline]
pub(super) fn effective(
    pending: &[PendingEntry],
    text: &str,
    entries: &mut Vec<RawEntry>,
) -> Vec<(RawEntry, RawEntry)> {
    let mut overridden = vec![];
    let mut duplicates = vec![];
    let mut last = LastByKey::new(pending, text);
    for (index, later) in pending.iter().enumerate() {
        let Some(earlier) = last.replace(index) else {
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

/// The last entry so far of each key.
struct LastByKey<'a> {
    pending: &'a [PendingEntry],
    text: &'a str,
    by_key: Option<HashMap<&'a [u8], usize>>,
}

impl<'a> LastByKey<'a> {
    fn new(pending: &'a [PendingEntry], text: &'a str) -> Self {
        let by_key = (pending.len() > SMALL).then(|| HashMap::with_capacity(pending.len()));
        Self {
            pending,
            text,
            by_key,
        }
    }

    #[inline]
    fn key(&self, index: usize) -> &'a [u8] {
        let range = &self.pending[index].entry.text;
        &self.text.as_bytes()[range.start as usize..range.end as usize]
    }

    /// Makes `index` the last of its key; the result is the one that was.
    #[inline]
    fn replace(&mut self, index: usize) -> Option<usize> {
        let key = self.key(index);
        let Some(by_key) = &mut self.by_key else {
            return (0..index).rev().find(|&earlier| self.key(earlier) == key);
        };
        match by_key.entry(key) {
            Slot::Occupied(mut slot) => Some(slot.insert(index)),
            Slot::Vacant(slot) => {
                slot.insert(index);
                None
            }
        }
    }
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
