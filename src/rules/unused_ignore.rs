//! `unused-ignore`

use super::{Facts, Rule, declare_rule};
use crate::finding::Finding;

declare_rule! {
    /// ## What it does
    /// Finds suppressions that suppress nothing: comments, annotations, entries of the config (`ignore`, and
    /// `except` of an expectation) and of a baseline. Either nothing is found there any more, or the rule has
    /// another name, or the day is over until which it was meant to hold, or the config demands a reason and
    /// there is none.
    ///
    /// ## Why is this bad?
    /// What is left behind hides the next finding of the same rule, and its reader believes that a decision
    /// is in force that is not.
    ///
    /// ## Example
    /// ```yaml
    /// # peerauth: ignore[unset-mode] inherits on purpose
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// # peerauth: ignore[unset-mode] inherits on purpose
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls: {}
    /// ```
    pub struct UnusedIgnore {
        id: "unused-ignore",
        family: Posture,
        severity: Warning,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for UnusedIgnore {
    /// Nothing by itself: what is unused is known when all other rules have spoken (`lint::judge`).
    fn check(&self, _facts: &Facts<'_>, _findings: &mut Vec<Finding>) {}
}
