//! Would the API server take it: the schemas of Istio's kinds as data, and what they say of an object.
//!
//! Two gates stand before a custom resource: the schema of its definition (with its CEL rules), and Istio's
//! validating webhook. `tables` holds the fields of every kind, from which wrong types, wrong words, limits
//! and unknown fields follow; `admission` holds the few rules that look at several fields at once. The
//! order is the API server's: unknown fields go, then nulls, then the rest is judged.

mod admission;
mod duration;
mod fault;
mod nearest;
mod review;
mod route;
mod shape;
mod tables;
mod words;

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
        Kind::IstioGateway => Some(tables::gateway::SPEC),
        _ => None,
    }
}

/// The versions in which the API server serves Istio's kinds, by their group.
pub(super) fn versions_of(group: &str) -> &'static [&'static str] {
    match group {
        "security.istio.io" => &["v1", "v1beta1"],
        _ => &["v1", "v1beta1", "v1alpha3"],
    }
}

/// What is wrong with an object of one of Istio's kinds that names another of Istio's groups: nothing reads
/// it. `groups` are those of the kind.
pub(super) fn review_group(kind: Kind, root: Node<'_>, groups: &[&str]) -> Option<Review> {
    spec_of(kind)?;
    let entry = root.get("apiVersion")?;
    let written = entry.value.as_str()?;
    let (group, _) = written.split_once('/')?;
    let is_istio = group == "istio.io" || group.ends_with(".istio.io");
    let meant = format!("{}/v1", groups.first()?);
    let message = format!("expected `{meant}`, found `{written}`, which has no {kind}");
    let text = nearest::in_quotes_of(entry.value.span(), written, &meant);
    let fault =
        Fault::new(entry.value.span(), "apiVersion", message).replace_by(format!("Write `{meant}`"), text);
    is_istio.then(|| Review {
        faults: vec![fault],
        unknown: Vec::new(),
    })
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
