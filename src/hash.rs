//! Maps and sets that hash quickly: names are looked up millions of times, and the hash that the standard library
//! takes by default is a good part of what a lookup costs.
//!
//! Each process seeds the hash anew, so that no manifest can be written whose names all collide.

#![expect(
    clippy::disallowed_types,
    reason = "here they get the hash for which others come here"
)]

use foldhash::fast::RandomState;

/// As the standard library's, with a quicker hash.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// As the standard library's, with a quicker hash.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// A map with room for so many entries.
pub fn map_for<K, V>(entries: usize) -> HashMap<K, V> {
    HashMap::with_capacity_and_hasher(entries, RandomState::default())
}
