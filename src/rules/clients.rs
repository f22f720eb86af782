//! Words for classes of clients: who sees a rule, and on what it rests that they exist.

use super::Facts;
use super::wording::list;
use crate::finding::{Assumption, Finding};
use crate::mesh::NamespaceId;
use crate::resolve::classes::Members;
use crate::resolve::dataplane::{self, DataPlane};

/// The clients that a finding is about: given workloads, and whoever could exist.
#[derive(Debug, Default)]
pub(super) struct Clients {
    /// Names of given workloads with their namespaces.
    given: Vec<String>,
    /// Namespaces in which any sidecar is one; no name for those that nothing speaks of.
    possible: Vec<Option<NamespaceId>>,
}

impl Clients {
    /// Adds the members of a class that can reasonably exist.
    pub(super) fn add(&mut self, facts: &Facts<'_>, members: &Members) {
        match members {
            Members::Group { possible: true, .. } => {
                self.possible.extend(namespace_of(facts, members).map(Some))
            }
            Members::Group { possible: false, .. } => {}
            Members::AnySidecarIn(namespace) => {
                if may_hold_sidecars(facts, *namespace) {
                    self.possible.push(Some(*namespace));
                }
            }
            Members::Everywhere { .. } => self.possible.push(None),
        }
        for id in facts.groups.given(members) {
            let workload = facts.mesh.workload(id);
            let namespace = facts.mesh.namespaces[workload.namespace].display_name();
            self.given.push(format!("{namespace}/{}", workload.name()));
        }
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.given.is_empty() && self.possible.is_empty()
    }

    /// Who they are: `any sidecar`, `sidecars in web`, or names.
    pub(super) fn words(&self, facts: &Facts<'_>) -> String {
        if self.possible.contains(&None) {
            return "any sidecar".to_owned();
        }
        let mut namespaces: Vec<&str> = self
            .possible
            .iter()
            .flatten()
            .map(|&namespace| facts.mesh.namespaces[namespace].display_name())
            .collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        if namespaces.is_empty() {
            let mut names = self.given.clone();
            names.sort_unstable();
            names.dedup();
            return list(names);
        }
        format!("sidecars in {}", list(namespaces))
    }

    /// Says that no given workload is such a client, where that is so.
    pub(super) fn assume(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        if !self.given.is_empty() {
            return finding;
        }
        let words = match &self.possible[..] {
            [Some(namespace), ..] => {
                let namespace = facts.mesh.namespaces[*namespace].display_name();
                format!("a sidecar in namespace {namespace} calls it")
            }
            _ => "a sidecar calls it".to_owned(),
        };
        finding.assuming(Assumption::WorkloadsNotGiven, words)
    }
}

fn namespace_of(facts: &Facts<'_>, members: &Members) -> Option<NamespaceId> {
    let first = facts.groups.given(members).next()?;
    Some(facts.mesh.workload(first).namespace)
}

/// Whether sidecars can be expected in a namespace: it is not given, or pods are injected there unless
/// they opt out. One that injects nothing only has those that are given.
pub(super) fn may_hold_sidecars(facts: &Facts<'_>, namespace: NamespaceId) -> bool {
    dataplane::enrol_by_default(facts.mesh, namespace).plane == DataPlane::Sidecar
}
