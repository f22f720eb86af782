//! `undocumented-exception`.

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::{Policy, Scope};
use crate::model::Account;
use crate::model::peer_authentication::Mode;
use crate::resolve::compose;
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds policies that make an exception from `STRICT` of a wider policy, or of their own mode, without the
    /// annotation `peerauth.dev/reason`. It only runs where the configuration turns it on.
    ///
    /// ## Why is this bad?
    /// Nobody dares to remove an exception of which nobody knows what it is for.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: web}
    ///   mtls: {mode: PERMISSIVE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: web
    ///   namespace: shop
    ///   annotations:
    ///     peerauth.dev/reason: the till of the old shop calls it
    /// spec:
    ///   selector:
    ///     matchLabels: {app: web}
    ///   mtls: {mode: PERMISSIVE}
    /// ```
    pub struct UndocumentedException {
        id: "undocumented-exception",
        family: Posture,
        severity: Warning,
        effect: Exposure,
        activation: OnRequest,
    }
}

impl Rule for UndocumentedException {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (_, policy) in facts.mesh.policies.iter() {
            let meta = &policy.object.meta;
            if Account::of(meta).reason.is_some() {
                continue;
            }
            if let Some(exception) = exception(facts, policy) {
                let message = format!(
                    "{} makes an exception from STRICT and does not say why",
                    wording::policy(policy)
                );
                findings.push(
                    self.finding(exception.span, message)
                        .on(meta.object_name())
                        .label(format!("{} below STRICT", exception.value))
                        .help("say why in the annotation `peerauth.dev/reason`, and until when in `peerauth.dev/expires`"),
                );
            }
        }
    }
}

/// The first value that opens what the level above, or the policy's own mode, closes.
fn exception(facts: &Facts<'_>, policy: &Policy<'_>) -> Option<Spanned<Mode>> {
    let above = compose::above(facts.mesh, policy)?;
    let own = policy.object.spec.mode();
    if let Some(own) = own.filter(|own| own.value != Mode::Strict && above == Mode::Strict) {
        return Some(own);
    }
    let overall = own.map_or(above, |own| own.value);
    let mut ports = policy.object.spec.port_modes().iter();
    ports
        .find_map(|entry| {
            entry
                .mtls
                .explicit_mode()
                .filter(|mode| mode.value != Mode::Strict)
        })
        .filter(|_| overall == Mode::Strict && policy.scope == Scope::Workload)
}
