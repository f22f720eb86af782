//! Services whose clients dial pods themselves: headless ones, and those that a rule or a ServiceEntry
//! passes through. Sidecars then make one decision for all pods.

use super::Facts;
use crate::matrix::Row;
use crate::mesh::WorkloadId;
use crate::model::Meta;
use crate::model::destination_rule::LoadBalancer;
use crate::resolve::client::EndpointPlace;
use crate::resolve::dataplane::DataPlane;
use crate::source::Span;

/// What makes clients dial pods themselves.
#[derive(Debug, Clone)]
pub(super) struct Direct<'a> {
    /// The value that says so.
    pub(super) at: Span,
    /// Its object.
    pub(super) object: &'a Meta,
    /// `headless Service production/db`.
    pub(super) words: String,
}

impl<'a> Direct<'a> {
    /// What makes the clients of a row do so.
    pub(super) fn of(facts: &Facts<'a>, row: &'a Row<'a, 'a>) -> Option<Direct<'a>> {
        let service = facts.mesh.service(row.cluster.service);
        let object = service.meta();
        let name = object.qualified_name();
        if let Some(kubernetes) = service.kubernetes().filter(|_| service.is_headless()) {
            return Some(Direct {
                at: kubernetes.spec.cluster_ip.as_ref()?.span,
                object,
                words: format!("headless Service {name}"),
            });
        }
        if let Some((rule, at)) = pass_through(row) {
            return Some(Direct {
                at,
                object: rule,
                words: format!("PASSTHROUGH of DestinationRule {}", rule.qualified_name()),
            });
        }
        let resolution = service.entry()?.spec.resolution.as_ref();
        Some(Direct {
            at: resolution.map_or(object.name.span, |resolution| resolution.span),
            object,
            words: format!("ServiceEntry {name} without resolution"),
        })
    }
}

/// The `simple: PASSTHROUGH` that holds for a row: of the port, of the subset, or of the whole rule.
fn pass_through<'a>(row: &'a Row<'a, 'a>) -> Option<(&'a Meta, Span)> {
    let rule = row.cluster.rule?;
    let of_port = row
        .cluster
        .port_entry
        .map(|entry| (entry.rule, &entry.part.load_balancer));
    let subset = row.subset.and_then(|name| rule.subset(name));
    let of_subset = subset.and_then(|subset| {
        let policy = subset.part.traffic_policy.as_ref()?;
        Some((subset.rule, &policy.load_balancer))
    });
    let of_rule = rule
        .policy
        .map(|policy| (policy.rule, &policy.part.load_balancer));
    [of_port, of_subset, of_rule]
        .into_iter()
        .flatten()
        .find_map(|(rule, load_balancer)| {
            let load_balancer = load_balancer.as_ref().map(|load_balancer| &load_balancer.value);
            let simple = load_balancer
                .filter(|load_balancer| LoadBalancer::is_passthrough(load_balancer))
                .and_then(|load_balancer| load_balancer.simple.as_ref())?;
            Some((&rule.meta, simple.span))
        })
}

/// A pod without a sidecar behind a row's service, if one is given.
pub(super) fn pod_without_sidecar(facts: &Facts<'_>, row: &Row<'_, '_>) -> Option<WorkloadId> {
    let service = facts.mesh.service(row.cluster.service);
    let endpoints = facts
        .senders
        .endpoints(row.cluster.service, service, row.cluster.port);
    endpoints.into_iter().find_map(|endpoint| {
        let EndpointPlace::Workload(id) = endpoint.place else {
            return None;
        };
        let is_pod = facts.mesh.workload(id).template().is_some();
        let plane = facts.resolution.workload(id).enrolment.plane;
        (is_pod && plane != DataPlane::Sidecar).then_some(id)
    })
}
