//! Would the API server take it: the schemas of Istio's kinds as data, and what they say of an object.
//!
//! Two gates stand before a custom resource: the schema of its definition (with its CEL rules), and Istio's
//! validating webhook. [`tables`] holds the fields of every kind, from which wrong types, wrong words, limits
//! and unknown fields follow; [`admission`] holds the few rules that look at several fields at once. The
//! order is the API server's: unknown fields go, then nulls, then the rest is judged.

mod admission;
mod duration;
mod fault;
mod nearest;
mod review;
mod route;
mod shape;
mod tables;

use crate::id::Kind;
use crate::yaml::Node;

pub use fault::{Fault, Suggestion, UnknownField};
pub use review::Review;
pub use shape::Field;

/// The fields of a kind's `spec`; `None` for kinds that are not Istio's.
pub fn spec_of(kind: Kind) -> Option<&'static [Field]> {
    match kind {
        Kind::PeerAuthentication => Some(tables::peer_authentication::SPEC),
        Kind::DestinationRule => Some(tables::destination_rule::SPEC),
        Kind::VirtualService => Some(tables::virtual_service::SPEC),
        Kind::Sidecar => Some(tables::sidecar::SPEC),
        Kind::ServiceEntry => Some(tables::service_entry::SPEC),
        Kind::WorkloadEntry => Some(tables::workload_entry::SPEC),
        Kind::WorkloadGroup => Some(tables::workload_entry::GROUP),
        _ => None,
    }
}

/// What the API server makes of the object `root`; nothing is said of kinds that are not Istio's.
pub fn review(kind: Kind, root: Node<'_>) -> Review {
    let Some(spec) = spec_of(kind) else {
        return Review::default();
    };
    let mut review = review::review_object(root, &tables::object(spec));
    if review.faults.is_empty() {
        admission::judge(kind, root, &mut review);
    }
    review
}
