//! What the validating webhook and the CEL rules ask for beyond types: rules over several fields
//! (`ValidatePeerAuthentication`, `ValidateDestinationRule` and their like in `pkg/config/validation`).
//!
//! A rule runs only on an object whose types are right, and sees nulls and unknown fields as absent.

mod destination_rule;
mod export_to;
mod gateway;
mod machine;
pub(super) mod names;
mod peer_authentication;
mod server_tls;
mod service_entry;
mod sidecar;

use std::fmt::Display;

use super::fault::Fault;
use super::nearest::in_quotes_of;
use super::review::{Review, present};
use super::versions_of;
use crate::id::Kind;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// Adds what the kind's own rules refuse.
pub(super) fn judge(kind: Kind, root: Node<'_>, review: &mut Review) {
    let mut judge = Judge {
        namespace: namespace(root),
        review,
    };
    judge.version(root);
    judge.name(root);
    let Some(spec) = part(root, "spec") else {
        if matches!(
            kind,
            Kind::ServiceEntry | Kind::WorkloadEntry | Kind::WorkloadGroup | Kind::IstioGateway
        ) {
            let kind_key = part(root, "kind").map_or(root.span(), |entry| entry.key_span);
            judge.refuse(kind_key, "spec", "expected the field `spec`");
        }
        return;
    };
    match kind {
        Kind::PeerAuthentication => judge.peer_authentication(spec.value),
        Kind::DestinationRule => judge.destination_rule(spec),
        Kind::Sidecar => judge.sidecar(spec),
        Kind::ServiceEntry => judge.service_entry(spec),
        Kind::WorkloadEntry => judge.workload_entry(spec),
        Kind::WorkloadGroup => judge.workload_group(spec.value),
        Kind::IstioGateway => judge.gateway(root, spec),
        _ => {}
    }
}

/// Collects what is refused.
struct Judge<'t, 'r> {
    /// The object's namespace, if it is given.
    namespace: Option<&'t str>,
    review: &'r mut Review,
}

impl Judge<'_, '_> {
    fn refuse(&mut self, span: Span, route: impl Display, message: impl Into<String>) {
        self.review.faults.push(Fault::new(span, route, message));
    }

    /// A version that Istio's definition of the kind has.
    fn version(&mut self, root: Node<'_>) {
        let Some(entry) = part(root, "apiVersion") else {
            return;
        };
        let written = entry.value.as_str().unwrap_or_default();
        let Some((group, version)) = written.split_once('/') else {
            return;
        };
        let served = versions_of(group);
        if !served.contains(&version) {
            let span = entry.value.span();
            let message = format!(
                "expected a version that is served ({}), found `{version}`",
                served.join(", ")
            );
            let text = in_quotes_of(span, written, &format!("{group}/v1"));
            let fault = Fault::new(span, "apiVersion", message);
            self.review
                .faults
                .push(fault.replace_by("Write the current version", text));
        }
    }

    /// `metadata.name` is a name of DNS (`ValidateObjectMeta` of Kubernetes).
    fn name(&mut self, root: Node<'_>) {
        let metadata = part(root, "metadata");
        let Some(name) = metadata.and_then(|metadata| part(metadata.value, "name")) else {
            return;
        };
        if name
            .value
            .as_str()
            .is_some_and(|text| !names::is_object_name(text))
        {
            let message = "expected a name of small letters, digits, `-` and `.`";
            self.refuse(name.value.span(), "metadata.name", message);
        }
    }
}

fn namespace(root: Node<'_>) -> Option<&str> {
    let namespace = part(part(root, "metadata")?.value, "namespace")?;
    namespace.value.as_str().filter(|name| !name.is_empty())
}

/// The entry of that key, unless it is null.
fn part<'t>(node: Node<'t>, key: &str) -> Option<Entry<'t>> {
    node.get(key).filter(|entry| !entry.value.is_null())
}

/// A text that is there and not empty: protobuf tells neither from absent.
fn filled<'t>(node: Node<'t>, key: &str) -> Option<(Entry<'t>, &'t str)> {
    let entry = part(node, key)?;
    let text = entry.value.as_str().filter(|text| !text.is_empty())?;
    Some((entry, text))
}

/// A number that is there and not zero.
fn number(node: Node<'_>, key: &str) -> Option<i64> {
    match part(node, key)?.value.value() {
        Value::Int(number) => Some(number).filter(|&number| number != 0),
        _ => None,
    }
}

/// The items of a sequence with their places in it.
fn items<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = (usize, Node<'t>)> + use<'t> {
    let list = part(node, key);
    list.into_iter().flat_map(|list| list.value.items()).enumerate()
}
