//! Every label, annotation and selector of every object, wherever its kind keeps them.

use super::{Meta, Objects};
use crate::id::Kind;
use crate::yaml::StringMap;

/// What the entries of a map are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Labels of the object, of its pods, or of the endpoints of a subset.
    Label,
    /// Annotations of the object or of its pods.
    Annotation,
    /// Labels that something else must have.
    Selector,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Role::Label => "label",
            Role::Annotation => "annotation",
            Role::Selector => "selector",
        })
    }
}

/// Shows each map to `visit`, with the object that it belongs to.
pub fn visit<'o>(objects: &'o Objects, visit: &mut impl FnMut(&'o Meta, Role, &'o StringMap)) {
    for meta in objects.metas() {
        visit(meta, Role::Label, &meta.labels);
        visit(meta, Role::Annotation, &meta.annotations);
    }
    visit_workloads(objects, visit);
    visit_policies(objects, visit);
    visit_services(objects, visit);
    visit_machines(objects, visit);
}

fn visit_workloads<'o>(objects: &'o Objects, visit: &mut impl FnMut(&'o Meta, Role, &'o StringMap)) {
    // The labels of a Pod are those of its metadata.
    let controllers = objects
        .workloads
        .iter()
        .filter(|workload| workload.meta.kind != Kind::Pod);
    for workload in controllers {
        visit(&workload.meta, Role::Label, &workload.spec.template.labels);
        visit(
            &workload.meta,
            Role::Annotation,
            &workload.spec.template.annotations,
        );
        visit(&workload.meta, Role::Label, &workload.spec.outer_labels);
    }
}

fn visit_policies<'o>(objects: &'o Objects, visit: &mut impl FnMut(&'o Meta, Role, &'o StringMap)) {
    for policy in &objects.peer_authentications {
        if let Some(selector) = &policy.spec.selector {
            visit(&policy.meta, Role::Selector, &selector.match_labels);
        }
    }
    for rule in &objects.destination_rules {
        if let Some(selector) = &rule.spec.workload_selector {
            visit(&rule.meta, Role::Selector, &selector.match_labels);
        }
        for subset in &rule.spec.subsets {
            visit(&rule.meta, Role::Label, &subset.labels);
        }
    }
    for policy in &objects.network_policies {
        if let Some(selector) = &policy.spec.pod_selector {
            visit(&policy.meta, Role::Selector, &selector.match_labels);
        }
    }
    for sidecar in &objects.sidecars {
        if let Some(selector) = &sidecar.spec.workload_selector {
            visit(&sidecar.meta, Role::Selector, &selector.labels);
        }
    }
}

fn visit_services<'o>(objects: &'o Objects, visit: &mut impl FnMut(&'o Meta, Role, &'o StringMap)) {
    for service in &objects.services {
        visit(&service.meta, Role::Selector, &service.spec.selector);
    }
    for entry in &objects.service_entries {
        if let Some(selector) = &entry.spec.workload_selector {
            visit(&entry.meta, Role::Selector, &selector.labels);
        }
        for endpoint in &entry.spec.endpoints {
            visit(&entry.meta, Role::Label, &endpoint.labels);
        }
    }
}

fn visit_machines<'o>(objects: &'o Objects, visit: &mut impl FnMut(&'o Meta, Role, &'o StringMap)) {
    for entry in &objects.workload_entries {
        visit(&entry.meta, Role::Label, &entry.spec.labels);
    }
    for group in &objects.workload_groups {
        if let Some(metadata) = &group.spec.metadata {
            visit(&group.meta, Role::Label, &metadata.labels);
            visit(&group.meta, Role::Annotation, &metadata.annotations);
        }
        if let Some(template) = &group.spec.template {
            visit(&group.meta, Role::Label, &template.labels);
        }
    }
}
