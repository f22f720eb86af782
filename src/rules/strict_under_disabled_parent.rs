//! `strict-under-disabled-parent`.

mod policies_alone;

use super::connections::{Conflict, by_cause, related_policy};
use super::headless_ambient::is_untunnelled;
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::{PolicyId, Scope};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::compose::{Decided, deciding_value};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds `STRICT` for single workloads or ports in a namespace that is `DISABLE` as a whole, by its own
    /// policy or by that of the mesh.
    ///
    /// ## Why is this bad?
    /// For clients, `DISABLE` of a Service's namespace switches mTLS off before they look at any pod:
    /// their sidecars send plaintext, which the `STRICT` ports refuse. Only clients with a DestinationRule that
    /// says `ISTIO_MUTUAL` get through.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: DISABLE}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: payment}
    ///   mtls: {mode: STRICT}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: PERMISSIVE}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: payment}
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct StrictUnderDisabledParent {
        id: "strict-under-disabled-parent",
        family: PeerAuthentication,
        severity: Error,
        effect: Refusal,
    }
}

/// A policy that asks for what its parent keeps clients from sending.
#[derive(Debug, Clone, Copy)]
struct Cause {
    policy: PolicyId,
    /// The `STRICT` that is refused first.
    at: Span,
    parent: Option<PolicyId>,
}

impl Rule for StrictUnderDisabledParent {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let policies = &facts.mesh.policies;
        let conflicts = by_cause(facts, |refusal| {
            let ClusterReason::NamespaceDisabled(parent) = refusal.row.cluster.reason else {
                return None;
            };
            let policy = refusal.server.policy.by?;
            let is_refused =
                refusal.wire() == Wire::Plaintext && refusal.serves(Mode::Strict) && !is_untunnelled(refusal);
            let is_own = policies[policy].scope == Scope::Workload;
            let value = deciding_value(policies, refusal.server.policy, Some(refusal.port))?;
            let cause = Cause {
                policy,
                at: value.span,
                parent,
            };
            (is_refused && is_own).then(|| (policies[policy].object.meta.span, cause))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
        policies_alone::check(*self, facts, findings);
    }
}

impl StrictUnderDisabledParent {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, Cause>) -> Finding {
        let (clients, targets) = (conflict.senders(facts), conflict.targets(facts));
        let finding = self.of_cause(facts, conflict.cause, &clients, &targets);
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }

    fn of_cause(self, facts: &Facts<'_>, cause: Cause, clients: &str, targets: &str) -> Finding {
        let policy = &facts.mesh.policies[cause.policy];
        let message = format!(
            "STRICT of {} refuses {clients} at {targets}: under DISABLE of {} clients send plaintext",
            wording::policy(policy),
            match cause.parent {
                Some(parent) => wording::policy(&facts.mesh.policies[parent]),
                None => "the mesh".to_owned(),
            },
        );
        let finding = self
            .finding(cause.at, message)
            .on(policy.object.meta.object_name())
            .label("clients go by the namespace and send plaintext")
            .help(
                "write PERMISSIVE instead of the parent's DISABLE, or make clients send mTLS by a DestinationRule \
                 with `tls: {mode: ISTIO_MUTUAL}` for the Service",
            );
        let parent = Decided {
            mode: Mode::Disable,
            by: cause.parent,
        };
        related_policy(facts, finding, parent, None)
    }
}
