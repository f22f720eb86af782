//! Manifests that a finding's help proposes, and texts that its fix puts in place of others.

use serde_yaml::{Mapping, Value};

use crate::finding::Edit;
use crate::model::Object;
use crate::model::peer_authentication::{Mode, MutualTls, PeerAuthentication, PortMode};
use crate::source::Span;
use crate::yaml::{Spanned, StringMap};

/// A policy as it would stand in `namespace`.
pub fn policy_in(policy: &Object<PeerAuthentication>, namespace: &str) -> String {
    let spec = &policy.spec;
    let mut fields: Vec<(&str, Value)> = Vec::new();
    if let Some(selector) = spec.selector.as_ref().filter(|_| spec.selects_labels()) {
        fields.push(("selector", map([("matchLabels", labels(&selector.match_labels))])));
    }
    if let Some(mtls) = &spec.mtls {
        fields.push(("mtls", mutual_tls(mtls)));
    }
    if !spec.port_modes().is_empty() {
        let ports = spec.port_modes().iter();
        let ports = ports.map(|entry| (Value::from(entry.port), mutual_tls(&entry.mtls)));
        fields.push(("portLevelMtls", Value::Mapping(ports.collect())));
    }
    peer_authentication(&policy.meta.name.value, namespace, map(fields))
}

/// What a new policy is to say.
pub struct Proposal<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// The labels that it selects, if any.
    pub selector: Option<&'a StringMap>,
    /// The mode of all ports that are not listed.
    pub mode: Option<Mode>,
    /// Modes by workload port.
    pub ports: &'a [(u16, Mode)],
}

/// A new policy.
pub fn policy(proposal: &Proposal<'_>) -> String {
    let mode = |mode: Mode| map([("mode", mode.as_str().into())]);
    let mut fields: Vec<(&str, Value)> = Vec::new();
    if let Some(selector) = proposal.selector {
        fields.push(("selector", map([("matchLabels", labels(selector))])));
    }
    if let Some(overall) = proposal.mode {
        fields.push(("mtls", mode(overall)));
    }
    if !proposal.ports.is_empty() {
        let ports = proposal.ports.iter();
        let ports = ports.map(|&(port, own)| (Value::from(port), mode(own)));
        fields.push(("portLevelMtls", Value::Mapping(ports.collect())));
    }
    peer_authentication(proposal.name, proposal.namespace, map(fields))
}

fn peer_authentication(name: &str, namespace: &str, spec: Value) -> String {
    let metadata = map([("name", name.into()), ("namespace", namespace.into())]);
    let manifest = map([
        ("apiVersion", "security.istio.io/v1".into()),
        ("kind", "PeerAuthentication".into()),
        ("metadata", metadata),
        ("spec", spec),
    ]);
    serde_yaml::to_string(&manifest).unwrap_or_default()
}

fn mutual_tls(mtls: &MutualTls) -> Value {
    match mtls.explicit_mode() {
        Some(mode) => map([("mode", mode.as_str().into())]),
        None => map([]),
    }
}

fn labels(labels: &StringMap) -> Value {
    map(labels.iter().map(|entry| (entry.key, Value::from(entry.value))))
}

fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (Value::from(key), value));
    Value::Mapping(entries.collect::<Mapping>())
}

/// Another text in place of a value.
pub fn replaced(value: &Spanned<Box<str>>, new: &str) -> Edit {
    Edit {
        span: value.span,
        text: in_place_of(value.span, &value.value, new),
    }
}

/// `new` as it can stand where a scalar `old` stands: in quotes if that has quotes, as in JSON, or if YAML
/// would not take it for a string otherwise.
pub fn in_place_of(span: Span, old: &str, new: &str) -> String {
    let plain = serde_yaml::to_string(new).unwrap_or_default();
    if is_quoted(span, old) || plain.trim_end() != new {
        format!("\"{new}\"")
    } else {
        new.to_owned()
    }
}

/// Another port as the key of an entry, in quotes where the key has quotes: JSON needs them.
pub fn port_in_place_of(entry: &PortMode, port: u16) -> String {
    if is_quoted(entry.mtls.key, &entry.port.to_string()) {
        format!("\"{port}\"")
    } else {
        port.to_string()
    }
}

/// Whether a scalar is written longer than it is.
fn is_quoted(span: Span, value: &str) -> bool {
    (span.end - span.start) as usize > value.len()
}
