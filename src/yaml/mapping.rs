//! Which entries a mapping has in the end: merged ones in, overridden ones out.
//!
//! go-yaml fills a map in the order of the text and lets the last one win, a merge included: `<<` after
//! an explicit key overrides it.

use super::tree::{Data, RawEntry, Tree};
use crate::hash::{HashMap, map_for};

/// Mappings up to this size are compared entry by entry, which is faster than hashing.
const SMALL: usize = 12;

/// Whether a mapping is small, and no two of its keys are equal.
#[inline]
pub(super) fn is_small_without_duplicates(pending: &[RawEntry], text: &str) -> bool {
    let is_new = |index: usize| {
        let key = pending[index].key(text);
        !pending[..index].iter().any(|earlier| earlier.has_key(key, text))
    };
    pending.len() <= SMALL && (1..pending.len()).all(is_new)
}

/// Adds what is left of `pending` to `entries`; the result is each pair of equal keys that stand in the
/// same mapping, the overridden one first. To override a key that `<<` brought is what merging is for.
pub(super) fn effective(
    pending: &[RawEntry],
    is_merged: impl Fn(usize) -> bool,
    text: &str,
    entries: &mut Vec<RawEntry>,
) -> Vec<(RawEntry, RawEntry)> {
    let mut overridden = vec![];
    let mut duplicates = vec![];
    let mut last: HashMap<&[u8], usize> = map_for(pending.len());
    for (index, later) in pending.iter().enumerate() {
        let Some(earlier) = last.insert(later.key(text), index) else {
            continue;
        };
        overridden.push(earlier);
        if !is_merged(index) && !is_merged(earlier) {
            duplicates.push((pending[earlier], *later));
        }
    }
    if overridden.is_empty() {
        entries.extend_from_slice(pending);
        return duplicates;
    }
    overridden.sort_unstable();
    let kept = |index: &usize| overridden.binary_search(index).is_err();
    entries.extend((0..pending.len()).filter(kept).map(|index| pending[index]));
    duplicates
}

/// Adds the entries that `<<: node` brings; `None` if that is no mapping and no sequence of mappings.
pub(super) fn merge(tree: &Tree, node: u32, entries: &mut Vec<RawEntry>) -> Option<()> {
    let raw = &tree.nodes[node as usize];
    if raw.data != Data::Seq {
        return merge_mapping(tree, node, entries);
    }
    let items = &tree.items[raw.content.range()];
    // The first of several has the last word.
    items
        .iter()
        .rev()
        .try_for_each(|&item| merge_mapping(tree, item, entries))
}

fn merge_mapping(tree: &Tree, node: u32, entries: &mut Vec<RawEntry>) -> Option<()> {
    let raw = match &tree.nodes[node as usize] {
        alias if let Data::Alias(target) = alias.data => &tree.nodes[target as usize],
        raw => raw,
    };
    if raw.data != Data::Map {
        return None;
    }
    entries.extend_from_slice(&tree.entries[raw.content.range()]);
    Some(())
}
