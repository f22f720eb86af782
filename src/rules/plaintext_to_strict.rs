//! `plaintext-to-strict`.

use super::connections::{Conflict, Connection, by_cause};
use super::headless_ambient::is_untunnelled;
use super::policies_alone::{self, Alone};
use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::model::destination_rule::TlsMode;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, SentReason, Wire};
use crate::resolve::destination::TlsSetting;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules that make clients send plaintext to a port that accepts mTLS only. The
    /// plaintext may come from `mode: DISABLE`, from a `tls` without a mode, from a `credentialName` that
    /// sidecars do not read, or from an entry for a port that leaves out the `tls` of the rest.
    ///
    /// ## Why is this bad?
    /// Every connection is reset by the server's proxy. The client's log shows `503 UC` or
    /// `connection termination`, the server's `NR filter_chain_not_found`, and nothing names the rule.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: DISABLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: production}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
    /// ```
    pub struct PlaintextToStrict {
        id: "plaintext-to-strict",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for PlaintextToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let conflicts = by_cause(facts, |refusal| {
            let is_meant = refusal.serves(Mode::Strict) && !is_untunnelled(refusal);
            let cause = cause_of(refusal).filter(|_| is_meant)?;
            Some((cause.at, cause))
        });
        findings.extend(conflicts.iter().map(|conflict| self.report(facts, conflict)));
        let alone = policies_alone::conflicts(facts, Mode::Strict, |tls| tls.mode() == TlsMode::Disable);
        findings.extend(alone.iter().map(|conflict| self.report_alone(facts, conflict)));
    }
}

/// Why plaintext is sent.
#[derive(Debug, Clone, Copy)]
struct Cause<'a> {
    tls: TlsSetting<'a>,
    kind: CauseKind,
    /// The value to change.
    at: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CauseKind {
    /// `mode: DISABLE`, or no mode.
    Disabled,
    /// A `credentialName` that sidecars do not read.
    Credential,
    /// An entry for the port without `tls`; endpoints are still told the rule's own mode.
    PortEntry,
}

fn cause_of<'a>(refusal: &Connection<'a>) -> Option<Cause<'a>> {
    if refusal.wire() != Wire::Plaintext {
        return None;
    }
    let cluster = &refusal.row.cluster;
    if let SentReason::Told(tls) = refusal.sent.reason {
        let entry = cluster.port_entry?;
        let at = entry.part.port.as_ref().map_or(entry.part.span, |port| port.span);
        return Some(Cause {
            tls,
            kind: CauseKind::PortEntry,
            at,
        });
    }
    match cluster.reason {
        ClusterReason::Rule(tls) if tls.mode() == TlsMode::Disable => Some(Cause {
            tls,
            kind: CauseKind::Disabled,
            at: tls.span(),
        }),
        ClusterReason::CredentialIgnored(tls) => {
            let name = tls.tls.credential_name.as_ref();
            Some(Cause {
                tls,
                kind: CauseKind::Credential,
                at: name.map_or(tls.span(), |name| name.span),
            })
        }
        _ => None,
    }
}

impl PlaintextToStrict {
    fn report(self, facts: &Facts<'_>, conflict: &Conflict<'_, Cause<'_>>) -> Finding {
        let cause = conflict.cause;
        let (clients, targets) = (conflict.senders(facts), conflict.targets(facts));
        let finding = self.of_cause(cause, &clients, &targets);
        let mut finding = finding.detail(cause.tls.part());
        finding = conflict.related_policy(facts, finding);
        if cause.kind == CauseKind::PortEntry {
            finding = finding.related(cause.tls.span(), "endpoints are still told this mode");
        }
        finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }

    fn report_alone(self, facts: &Facts<'_>, conflict: &Alone<'_>) -> Finding {
        let cause = Cause {
            tls: conflict.tls,
            kind: CauseKind::Disabled,
            at: conflict.tls.span(),
        };
        let finding = self.of_cause(cause, &conflict.clients(facts), conflict.host());
        conflict.complete(facts, finding)
    }

    fn of_cause(self, cause: Cause<'_>, clients: &str, targets: &str) -> Finding {
        let rule = wording::destination_rule(cause.tls.rule);
        let message = format!("{rule} makes {clients} send plaintext to {targets}, where STRICT refuses it");
        let finding = self
            .finding(cause.at, message)
            .on(cause.tls.rule.meta.object_name())
            .label(cause_label(cause))
            .help(help(cause));
        match edit(cause) {
            Some(edit) => finding.fix("send mTLS of the mesh", vec![edit]),
            None => finding,
        }
    }
}

fn cause_label(cause: Cause<'_>) -> &'static str {
    match cause.kind {
        CauseKind::Disabled if cause.tls.tls.mode.is_some() => "clients send plaintext",
        CauseKind::Disabled => "without a mode, clients send plaintext",
        CauseKind::Credential => "sidecars do not read it and send plaintext",
        CauseKind::PortEntry => "this entry leaves out `tls`",
    }
}

fn help(cause: Cause<'_>) -> &'static str {
    match cause.kind {
        CauseKind::Disabled => "write `mode: ISTIO_MUTUAL`, or remove `tls` and let auto-mTLS decide",
        CauseKind::Credential => {
            "write `mode: ISTIO_MUTUAL` without `credentialName`: the mesh's own certificates are what STRICT asks for"
        }
        CauseKind::PortEntry => {
            "repeat `tls: {mode: ISTIO_MUTUAL}` in this entry, or remove the rule's own `tls`"
        }
    }
}

/// Only a spelt-out mode can be replaced in place.
fn edit(cause: Cause<'_>) -> Option<Edit> {
    let settings = cause.tls.tls;
    let mode = settings.mode.as_ref()?;
    // In the new mode certificates would be read by nobody.
    let is_enough = cause.kind == CauseKind::Disabled && !settings.names_certificates();
    is_enough.then(|| Edit {
        span: mode.span,
        text: manifest::in_place_of(mode.span, mode.value.as_str(), "ISTIO_MUTUAL"),
    })
}
