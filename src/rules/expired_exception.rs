//! `expired-exception`.

use jiff::civil::Date;

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Finding, Severity};
use crate::mesh::Policy;
use crate::model::account::{Account, is_near};
use crate::yaml::StringEntry;

declare_rule! {
    /// ## What it does
    /// Finds policies whose annotation `peerauth.dev/expires` names a day that is over. Within the last thirty days
    /// before it, and where it names no day at all, the finding is a warning.
    ///
    /// ## Why is this bad?
    /// Somebody agreed to an exception for a time, and the time is over: what it lets in was meant to be closed by now.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: web
    ///   namespace: shop
    ///   annotations:
    ///     peerauth.dev/reason: the till of the old shop calls it
    ///     peerauth.dev/expires: "soon"
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
    /// metadata:
    ///   name: web
    ///   namespace: shop
    ///   annotations:
    ///     peerauth.dev/reason: the till of the old shop calls it
    ///     peerauth.dev/expires: "2999-12-31"
    /// spec:
    ///   selector:
    ///     matchLabels: {app: web}
    ///   mtls: {mode: PERMISSIVE}
    /// ```
    pub struct ExpiredException {
        id: "expired-exception",
        family: Posture,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for ExpiredException {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (_, policy) in facts.mesh.policies.iter() {
            let Some(expires) = Account::of(&policy.object.meta).expires else {
                continue;
            };
            findings.extend(match expires.day {
                Some(day) => self.ending(policy, expires.entry, day, facts.given.today),
                None => Some(self.endless(policy, expires.entry)),
            });
        }
    }
}

impl ExpiredException {
    /// The day itself still counts.
    fn ending(self, policy: &Policy<'_>, entry: StringEntry<'_>, day: Date, today: Date) -> Option<Finding> {
        let name = wording::policy(policy);
        let (message, severity) = if day < today {
            (
                format!("the exception of {name} expired on {day}"),
                Severity::Error,
            )
        } else if is_near(day, today) {
            (
                format!("the exception of {name} expires on {day}"),
                Severity::Warning,
            )
        } else {
            return None;
        };
        let finding = self
            .finding(entry.value_span, message)
            .severity(severity)
            .on(policy.object.meta.object_name())
            .label(format!("today is {today}"))
            .help("remove the exception, or agree on another day with whoever answers for it");
        Some(finding)
    }

    fn endless(self, policy: &Policy<'_>, entry: StringEntry<'_>) -> Finding {
        let message = format!(
            "the exception of {} never ends: its `peerauth.dev/expires` is no day",
            wording::policy(policy)
        );
        self.finding(entry.value_span, message)
            .severity(Severity::Warning)
            .on(policy.object.meta.object_name())
            .label("expected YYYY-MM-DD")
            .help("write the day as `YYYY-MM-DD`, in quotes")
    }
}
