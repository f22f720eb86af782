//! `ambient-ignored-port-exception`

use super::ambient::{Selected, selected};
use super::connections::related_policy;
use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::model::peer_authentication::{Mode, PortMode};
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds policies of ambient workloads that leave their own mode unset, inherit `STRICT`, and list ports in
    /// mode `DISABLE` but none in mode `PERMISSIVE`.
    ///
    /// ## Why is this bad?
    /// istiod hands the ports of such a policy to ztunnel only if one of them is `PERMISSIVE`; `DISABLE` alone
    /// does not count. The ports stay `STRICT` and plaintext is refused, although a sidecar would take it.
    /// Nothing reports this: the policy has no status.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: shop, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: db}
    ///   portLevelMtls:
    ///     9187: {mode: DISABLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: shop, labels: {app: db}}
    /// spec:
    ///   containers: [{name: app, image: example/db:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: db}
    ///   mtls: {mode: STRICT}
    ///   portLevelMtls:
    ///     9187: {mode: PERMISSIVE}
    /// ```
    pub struct AmbientIgnoredPortException {
        id: "ambient-ignored-port-exception",
        family: PeerAuthentication,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for AmbientIgnoredPortException {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for selected in selected(facts) {
            let ignored = ignored_ports(&selected);
            if let Some((first, mode)) = ignored.first() {
                findings.push(self.report(facts, &selected, first, mode, &ignored));
            }
        }
    }
}

/// An entry with the DISABLE that it says.
type Exception<'a> = (&'a PortMode, Spanned<Mode>);

fn ignored_ports<'a>(selected: &Selected<'a>) -> Vec<Exception<'a>> {
    let entries = selected.policy.object.spec.port_modes().iter();
    let disabled = entries.filter_map(|entry| Some((entry, entry.mtls.explicit_mode()?)));
    disabled
        .filter(|(entry, said)| {
            said.value == Mode::Disable && selected.attached.denies_plaintext(Some(entry.port))
        })
        .collect()
}

impl AmbientIgnoredPortException {
    fn report(
        self,
        facts: &Facts<'_>,
        selected: &Selected<'_>,
        first: &PortMode,
        mode: &Spanned<Mode>,
        ignored: &[Exception<'_>],
    ) -> Finding {
        let ports = wording::list(ignored.iter().map(|(entry, _)| entry.port.to_string()));
        let noun = if ignored.len() == 1 { "port" } else { "ports" };
        let message = format!(
            "DISABLE of {} for {noun} {ports} is ignored: ztunnel keeps {} STRICT there and refuses plaintext",
            wording::policy(selected.policy),
            selected.subject(facts),
        );
        let mut finding = self
            .finding(mode.span, message)
            .on(selected.policy.object.meta.object_name())
            .detail(first.port.to_string())
            .label("never reaches ztunnel")
            .help(
                "write in the same policy what the other ports inherit, `mtls: {mode: STRICT}`, and write PERMISSIVE for the \
                 port: then ztunnel takes plaintext there, as a sidecar would",
            );
        for (_, other) in &ignored[1..] {
            finding = finding.related(other.span, "ignored as well");
        }
        let parent = selected.parent(facts);
        finding = related_policy(facts, finding, parent, None);
        if let Some(edit) = edit(selected) {
            finding = finding.fix("write the inherited mode, so that the ports count", vec![edit]);
        }
        selected.assume(facts, finding)
    }
}

/// A mode that is written as UNSET can say STRICT itself: for sidecars that changes nothing.
fn edit(selected: &Selected<'_>) -> Option<Edit> {
    let mode = selected.policy.object.spec.mtls.as_ref()?.value.mode.as_ref()?;
    Some(Edit {
        span: mode.span,
        text: manifest::in_place_of(mode.span, "UNSET", "STRICT"),
    })
}
