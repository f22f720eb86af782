//! What all contexts have in common, indexed once: a hundred clusters that share a mesh differ in a few objects
//! each.

use super::duplicates::{Duplicate, Effective, Key, key};
use super::namespaces::{NamespaceId, Namespaces};
use super::services::Service;
use super::{Settings, collect_services, namespace_names};
use crate::hash::{HashMap, HashSet};
use crate::model::{Context, Meta, Objects, Part};

/// The objects that every context has.
#[derive(Debug)]
pub struct Shared<'o> {
    /// Their parts, sorted.
    parts: Vec<Part>,
    keys: HashSet<Key<'o>>,
    /// Those that are defined more than once among them, by the place of the definition that is overwritten.
    duplicates: Vec<Duplicate<'o>>,
    /// The namespaces that they name.
    namespaces: Namespaces<'o>,
    /// The services that they make, in the order of a mesh; their namespaces are those above.
    services: Vec<Service<'o>>,
    cluster_domain: Box<str>,
}

impl<'o> Shared<'o> {
    /// Indexes what the contexts have in common; `None` if there are no others to share it. `settings` are what the
    /// command line says: a context with a cluster domain of its own makes its services itself.
    pub fn new(objects: &'o Objects, contexts: &[Context], settings: &Settings) -> Option<Shared<'o>> {
        let common = Context {
            parts: Some(common_parts(contexts)?),
            ..Context::default()
        };
        let metas: Vec<&'o Meta> = objects.metas_of(&common).collect();
        let last: HashMap<Key<'o>, &'o Meta> = metas.iter().map(|&meta| (key(meta), meta)).collect();
        let duplicates = metas.iter().map(|&overwritten| Duplicate {
            overwritten,
            effective: last[&key(overwritten)],
        });
        let mut duplicates: Vec<Duplicate<'o>> = duplicates
            .filter(|duplicate| duplicate.effective.span != duplicate.overwritten.span)
            .collect();
        duplicates.sort_by_key(|duplicate| duplicate.overwritten.place());
        let namespaces = Namespaces::new(namespace_names(objects, &common));
        let effective = Effective::new(&common, None);
        Some(Shared {
            services: collect_services(objects, &effective, &namespaces, settings),
            keys: last.into_keys().collect(),
            duplicates,
            namespaces,
            cluster_domain: settings.cluster_domain.value.clone(),
            parts: common.parts.unwrap_or_default(),
        })
    }

    /// How many services every context has.
    pub fn service_count(&self) -> usize {
        self.services.len()
    }

    /// What a context has besides; `None` if it lacks anything of this, or something is assumed of it.
    pub(super) fn rest_of(&self, context: &Context) -> Option<Context> {
        let is_as_read = context.hidden.is_empty() && context.removed.is_empty();
        let parts = context.parts.as_ref().filter(|_| is_as_read)?;
        let mut shared = self.parts.iter().peekable();
        let is_own = |part: &&Part| shared.next_if_eq(part).is_none();
        let own: Vec<Part> = parts.iter().filter(is_own).copied().collect();
        (own.len() + self.parts.len() == parts.len()).then(|| Context {
            parts: Some(own),
            ..Context::default()
        })
    }

    /// Whether one of these is the same object.
    pub(super) fn has(&self, meta: &Meta) -> bool {
        self.keys.contains(&key(meta))
    }

    /// The definition that takes part where one of these stands.
    pub(super) fn effective(&self, meta: &'o Meta) -> &'o Meta {
        let known = self
            .duplicates
            .binary_search_by_key(&meta.place(), |duplicate| duplicate.overwritten.place());
        known.map_or(meta, |index| self.duplicates[index].effective)
    }

    /// The names of the namespaces.
    pub(super) fn namespace_names(&self) -> impl Iterator<Item = Option<&'o str>> {
        self.namespaces.iter().map(|(_, namespace)| namespace.name)
    }

    /// The services in a mesh with more namespaces; `None` where they would not be the same.
    pub(super) fn services(
        &self,
        namespaces: &Namespaces<'o>,
        settings: &Settings,
    ) -> Option<Vec<Service<'o>>> {
        let is_whole = settings.discovery_selectors.value.is_empty();
        if !is_whole || settings.cluster_domain.value != self.cluster_domain {
            return None;
        }
        let ids: Vec<NamespaceId> = self.namespace_names().map(|name| namespaces.of(name)).collect();
        let services = self.services.iter().map(|service| Service {
            namespace: ids[service.namespace.0 as usize],
            ..service.clone()
        });
        Some(services.collect())
    }
}

/// The parts of all contexts.
fn common_parts(contexts: &[Context]) -> Option<Vec<Part>> {
    let (first, others) = contexts.split_first().filter(|(_, others)| !others.is_empty())?;
    let others: Option<Vec<&Vec<Part>>> = others.iter().map(|context| context.parts.as_ref()).collect();
    let (mut common, others) = (first.parts.clone()?, others?);
    for parts in others {
        let mut parts = parts.iter().peekable();
        common.retain(|part| {
            while parts.next_if(|other| *other < part).is_some() {}
            parts.next_if_eq(&part).is_some()
        });
    }
    Some(common)
}
