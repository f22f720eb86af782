//! Words for classes of clients: who sees a rule, and on what it rests that they exist.

use std::collections::BTreeSet;

use super::Facts;
use super::wording::{assuming_enrolment, list};
use crate::finding::{Assumption, Finding};
use crate::matrix::Row;
use crate::mesh::{NamespaceId, WorkloadId};
use crate::resolve::classes::Members;
use crate::resolve::client::Client;
use crate::resolve::dataplane::{self, DataPlane};

/// The clients that a finding is about: given workloads, and whoever could exist.
#[derive(Debug, Default)]
pub(super) struct Clients {
    /// Given workloads that stand for nobody else.
    named: BTreeSet<WorkloadId>,
    /// Whether any client is given, and certain to send what it does.
    is_any_certain: bool,
    /// A namespace that is not given, although a client in it is.
    unknown: Option<NamespaceId>,
    /// Namespaces in which any sidecar is one.
    namespaces: BTreeSet<NamespaceId>,
    /// Data planes of which any client is one, wherever it is.
    everywhere: BTreeSet<DataPlane>,
}

impl Clients {
    /// Adds the clients of a row that can reasonably exist.
    pub(super) fn add(&mut self, facts: &Facts<'_>, row: &Row<'_, '_>) {
        for members in row.clients.iter() {
            self.add_class(facts, row.client, members);
        }
    }

    /// Adds the members of a class that can reasonably exist.
    pub(super) fn add_class(&mut self, facts: &Facts<'_>, client: &Client<'_, '_>, members: &Members) {
        match members {
            Members::Group { possible: true, .. } => self.namespaces.extend(client.namespace),
            Members::Group { possible: false, .. }
            | Members::Alike { .. }
            | Members::Scope { .. }
            | Members::Unaware { .. } => {
                self.named.extend(facts.groups.given(members));
            }
            Members::AnySidecarIn(namespace) => {
                if may_hold_sidecars(facts, *namespace) {
                    self.namespaces.insert(*namespace);
                }
            }
            Members::Everywhere { plane, .. } => {
                self.everywhere.insert(*plane);
            }
        }
        self.is_any_certain = self.is_any_certain || facts.groups.has_certain(members);
        if !self.is_any_certain
            && let Some(id) = facts.groups.given(members).next()
        {
            self.unknown = Some(facts.mesh.workload(id).namespace);
        }
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.namespaces.is_empty() && self.everywhere.is_empty()
    }

    /// Who they are: `any sidecar`, `sidecars in web`, or names.
    pub(super) fn words(&self, facts: &Facts<'_>) -> String {
        if let Some(plane) = self.everywhere.first() {
            return format!("any {}", noun(*plane));
        }
        let mesh = facts.mesh;
        if self.namespaces.is_empty() {
            return list(self.named.iter().map(|&id| {
                let workload = mesh.workload(id);
                let namespace = mesh.namespaces[workload.namespace].display_name();
                format!("{namespace}/{}", workload.name())
            }));
        }
        let namespaces = self
            .namespaces
            .iter()
            .map(|&id| mesh.namespaces[id].display_name());
        format!("sidecars in {}", list(namespaces))
    }

    /// Says that no given workload is such a client for certain, where that is so.
    pub(super) fn assume(&self, facts: &Facts<'_>, finding: Finding) -> Finding {
        if self.is_any_certain {
            return finding;
        }
        if let Some(namespace) = self.unknown {
            let rests_on = Assumption::NamespaceNotGiven.into();
            return assuming_enrolment(finding, facts.mesh, namespace, rests_on);
        }
        let words = match (self.everywhere.first(), self.namespaces.first()) {
            (None, Some(&namespace)) => {
                let namespace = facts.mesh.namespaces[namespace].display_name();
                format!("a sidecar in namespace {namespace} calls it")
            }
            _ => "a sidecar calls it".to_owned(),
        };
        finding.assuming(Assumption::WorkloadsNotGiven, words)
    }
}

fn noun(plane: DataPlane) -> &'static str {
    match plane {
        DataPlane::Sidecar => "sidecar",
        DataPlane::Gateway => "gateway",
        DataPlane::Proxyless => "proxyless gRPC client",
        DataPlane::Ambient => "ambient workload",
        DataPlane::Waypoint => "waypoint",
        DataPlane::None => "workload without a proxy",
    }
}

/// Whether sidecars can be expected in a namespace: it is not given, or pods are injected there unless
/// they opt out. One that injects nothing only has those that are given.
pub(super) fn may_hold_sidecars(facts: &Facts<'_>, namespace: NamespaceId) -> bool {
    dataplane::enrol_by_default(facts.mesh, namespace).plane == DataPlane::Sidecar
}
