//! The fields of every kind, from the definitions that Istio installs (istio/api
//! `kubernetes/customresourcedefinitions.gen.yaml`; all served versions of a kind have one schema).

mod connection;
pub(super) mod destination_rule;
pub(super) mod gateway;
pub(super) mod peer_authentication;
mod server;
pub(super) mod service_entry;
pub(super) mod sidecar;
pub(super) mod virtual_service;
pub(super) mod workload_entry;

use super::shape::{Field, Shape, field, object as object_field};

/// What every object has around its `spec`.
pub(super) const fn object(spec: &'static [Field]) -> [Field; 5] {
    [
        field("apiVersion", Shape::Any),
        field("kind", Shape::Any),
        object_field("metadata", METADATA),
        object_field("spec", spec),
        field("status", Shape::Any),
    ]
}

/// `ObjectMeta` of Kubernetes. The values are read elsewhere: they are alike for all kinds.
const METADATA: &[Field] = &[
    field("name", Shape::Any),
    field("generateName", Shape::Any),
    field("namespace", Shape::Any),
    field("labels", Shape::Any),
    field("annotations", Shape::Any),
    field("uid", Shape::Any),
    field("resourceVersion", Shape::Any),
    field("generation", Shape::Any),
    field("creationTimestamp", Shape::Any),
    field("deletionTimestamp", Shape::Any),
    field("deletionGracePeriodSeconds", Shape::Any),
    field("ownerReferences", Shape::Any),
    field("finalizers", Shape::Any),
    field("managedFields", Shape::Any),
    field("selfLink", Shape::Any),
    field("clusterName", Shape::Any),
];

/// The labels of `matchLabels` that a selector may hold, and those of `labels`.
const MATCH_LABELS: usize = 4096;
const LABELS: usize = 256;
