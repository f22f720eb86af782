//! `AuthorizationPolicy`: who may call, as far as it is told by identity.

use serde::Deserialize;

use super::object::LabelSelector;
use crate::yaml::Spanned;

/// The `spec` of an `AuthorizationPolicy` (istio/api `security/v1beta1/authorization_policy.proto`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationPolicy {
    /// Which workloads; absent or empty means the namespace, in the root namespace the mesh.
    pub selector: Option<Spanned<LabelSelector>>,
    /// What it is attached to instead; such a policy is about waypoints and gateways.
    #[serde(default)]
    pub target_refs: Vec<Spanned<TargetReference>>,
    /// The same, a single one.
    pub target_ref: Option<Spanned<TargetReference>>,
    /// `ALLOW` (also when absent), `DENY`, `AUDIT` or `CUSTOM`.
    pub action: Option<Spanned<Box<str>>>,
    /// The rules, one of which must match.
    #[serde(default)]
    pub rules: Vec<Spanned<AuthorizationRule>>,
}

/// An object that a policy is attached to.
#[derive(Debug, Default, Deserialize)]
pub struct TargetReference {
    /// Its kind.
    pub kind: Option<Box<str>>,
}

/// A rule: all of its parts must match.
#[derive(Debug, Default, Deserialize)]
pub struct AuthorizationRule {
    /// Who calls; one must match.
    #[serde(default)]
    pub from: Vec<From>,
    /// What is called; one must match.
    #[serde(default)]
    pub to: Vec<To>,
    /// Further conditions, all of which must match.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// One of `from`.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    /// Its conditions, all of which must match.
    #[serde(default)]
    pub source: Source,
}

/// A source. Every list but the addresses and the request's principals needs the caller's identity.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are those of the API")]
pub struct Source {
    #[serde(default)]
    pub principals: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub not_principals: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub namespaces: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub not_namespaces: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub service_accounts: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub not_service_accounts: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub ip_blocks: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub remote_ip_blocks: Vec<Spanned<Box<str>>>,
    #[serde(default)]
    pub request_principals: Vec<Spanned<Box<str>>>,
}

/// One of `to`.
#[derive(Debug, Default, Deserialize)]
pub struct To {
    /// Its conditions.
    #[serde(default)]
    pub operation: Operation,
}

/// An operation, as far as it names ports.
#[derive(Debug, Default, Deserialize)]
pub struct Operation {
    /// Workload ports.
    #[serde(default)]
    pub ports: Vec<Spanned<Box<str>>>,
}

/// One of `when`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// The attribute, such as `source.principal`.
    #[serde(default)]
    pub key: Box<str>,
    /// Values of which one must match.
    #[serde(default)]
    pub values: Vec<Spanned<Box<str>>>,
    /// Values of which none may match.
    #[serde(default)]
    pub not_values: Vec<Spanned<Box<str>>>,
}
