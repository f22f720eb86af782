//! Namespaces: those that are given, and those that objects only name.

use crate::hash::{HashMap, HashSet};
use crate::model::Object;
use crate::model::namespace::Namespace as NamespaceModel;
use crate::yaml::StringEntry;

/// A namespace of the mesh, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespaceId(pub u32);

/// A namespace.
#[derive(Debug)]
pub struct Namespace<'o> {
    /// Its name; `None` is the one namespace of all objects that name none.
    pub name: Option<&'o str>,
    /// The Namespaces of that name; none means that it is unknown. Several are merged.
    pub given: Vec<&'o Object<NamespaceModel>>,
    /// Whether istiod looks at it (`discoverySelectors`).
    pub is_discovered: bool,
}

impl<'o> Namespace<'o> {
    /// Whether its Namespace is among the manifests.
    pub fn is_given(&self) -> bool {
        !self.given.is_empty()
    }

    /// A label with its place; of merged Namespaces the last one counts.
    pub fn label_entry(&self, key: &str) -> Option<StringEntry<'o>> {
        self.given
            .iter()
            .rev()
            .find_map(|namespace| namespace.meta.labels.entry(key))
    }

    /// The value of a label, also of the one that the API server adds.
    pub fn label(&self, key: &str) -> Option<&'o str> {
        if key == "kubernetes.io/metadata.name" {
            return self.name;
        }
        self.label_entry(key).map(|entry| entry.value)
    }

    /// The name for people.
    pub fn display_name(&self) -> &'o str {
        self.name.unwrap_or("(no namespace)")
    }
}

/// Every namespace, sorted by name; the unnamed one, where there is one, comes first.
#[derive(Debug, Default)]
pub struct Namespaces<'o> {
    all: Vec<Namespace<'o>>,
    by_name: HashMap<Option<&'o str>, NamespaceId>,
}

impl<'o> Namespaces<'o> {
    /// The namespaces of these names; duplicates are fine.
    pub(super) fn new(names: impl Iterator<Item = Option<&'o str>>) -> Self {
        // Every object tells one, and there are few: sorting what is the same takes longer than hashing it.
        let distinct: HashSet<Option<&'o str>> = names.collect();
        let mut names: Vec<Option<&'o str>> = distinct.into_iter().collect();
        names.sort_unstable();
        let by_name = names
            .iter()
            .enumerate()
            .map(|(index, &name)| (name, NamespaceId(index as u32)))
            .collect();
        let all = names
            .into_iter()
            .map(|name| Namespace {
                name,
                given: Vec::new(),
                is_discovered: true,
            })
            .collect();
        Namespaces { all, by_name }
    }

    /// The namespace of that name, if any object names it.
    pub fn find(&self, name: &str) -> Option<NamespaceId> {
        self.by_name.get(&Some(name)).copied()
    }

    /// The namespace that an object names, or the unnamed one, if anything in it takes part.
    pub fn find_own(&self, name: Option<&str>) -> Option<NamespaceId> {
        self.by_name.get(&name).copied()
    }

    /// The namespace of an object's `metadata.namespace`.
    pub fn of(&self, name: Option<&str>) -> NamespaceId {
        // Lookups borrow for shorter than the names live, which the map's key type cannot express.
        self.by_name.get(&name).copied().unwrap_or(NamespaceId(0))
    }

    /// Every namespace with its id.
    pub fn iter(&self) -> impl Iterator<Item = (NamespaceId, &Namespace<'o>)> {
        self.all
            .iter()
            .enumerate()
            .map(|(index, namespace)| (NamespaceId(index as u32), namespace))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn get_mut(&mut self, id: NamespaceId) -> &mut Namespace<'o> {
        &mut self.all[id.0 as usize]
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Namespace<'o>> {
        self.all.iter_mut()
    }
}

impl<'o> std::ops::Index<NamespaceId> for Namespaces<'o> {
    type Output = Namespace<'o>;

    fn index(&self, id: NamespaceId) -> &Namespace<'o> {
        &self.all[id.0 as usize]
    }
}
