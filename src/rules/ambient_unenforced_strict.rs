//! `ambient-unenforced-strict`

use super::ambient::{Selected, as_ztunnel_reads, selected};
use super::connections::related_policy;
use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::model::peer_authentication::Mode;
use crate::resolve::compose::{Decided, deciding_value};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds policies with ports, of ambient workloads, that keep ztunnel from enforcing a `STRICT` which
    /// sidecars would enforce. There are two such combinations: a `STRICT` port in a policy of mode `PERMISSIVE`
    /// or `DISABLE`, under a mesh-wide `STRICT` and no mode of the namespace; and a `PERMISSIVE` port in a policy
    /// without a mode, under a mesh-wide `STRICT` and a namespace policy without a mode.
    ///
    /// ## Why is this bad?
    /// istiod turns policies into rules for ztunnel in two steps that disagree here: the first refers to rules
    /// for the ports, the second makes none. Ztunnel skips what it does not know, so everything gets in with
    /// plaintext, and neither the policy nor a log of istiod says so.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: cart}
    ///   mtls: {mode: PERMISSIVE}
    ///   portLevelMtls:
    ///     8443: {mode: STRICT}
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
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: cart}
    ///   mtls: {mode: STRICT}
    ///   portLevelMtls:
    ///     8080: {mode: PERMISSIVE}
    /// ```
    pub struct AmbientUnenforcedStrict {
        id: "ambient-unenforced-strict",
        family: PeerAuthentication,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for AmbientUnenforcedStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let selected = selected(facts).filter(|selected| selected.attached.is_by_port);
        for selected in selected {
            let open: Vec<Open> = open_ports(facts, &selected).collect();
            if !open.is_empty() {
                findings.push(self.report(facts, &selected, &open));
            }
        }
    }
}

/// A port that takes plaintext although STRICT was composed for it; without a number, every other port.
struct Open {
    port: Option<u16>,
    strict: Decided,
}

fn open_ports(facts: &Facts<'_>, selected: &Selected<'_>) -> impl Iterator<Item = Open> {
    selected.ports().filter_map(|port| {
        let strict = selected.composed(facts, port);
        let enforced = selected.attached.mode(port);
        let is_open = as_ztunnel_reads(strict.mode) == Mode::Strict && enforced != Mode::Strict;
        is_open.then_some(Open { port, strict })
    })
}

impl AmbientUnenforcedStrict {
    fn report(self, facts: &Facts<'_>, selected: &Selected<'_>, open: &[Open]) -> Finding {
        let name = wording::policy(selected.policy);
        let is_whole = open.iter().any(|open| open.port.is_none());
        let subject = selected.subject(facts);
        let message = if is_whole {
            format!(
                "{name} opens {subject} to plaintext: its ports keep ztunnel from the STRICT that it inherits"
            )
        } else {
            let ports = wording::list(
                open.iter()
                    .filter_map(|open| open.port)
                    .map(|port| port.to_string()),
            );
            let noun = if open.len() == 1 { "port" } else { "ports" };
            format!(
                "STRICT of {name} for {noun} {ports} is not enforced: ztunnel lets plaintext into {subject}"
            )
        };
        let mut finding = self
            .finding(place(facts, selected, open, is_whole), message)
            .on(selected.policy.object.meta.object_name())
            .label(if is_whole {
                "refers to rules that istiod never makes"
            } else {
                "istiod makes no rule of it"
            })
            .help(if is_whole {
                "write in this policy what it inherits, `mtls: {mode: STRICT}`: then only the listed ports are exceptions"
            } else {
                "turn the policy round, `mtls: {mode: STRICT}` with the open ports as PERMISSIVE, or give the namespace a \
                 policy with an explicit mode"
            });
        let parent = selected.parent(facts);
        finding = related_policy(facts, finding, parent, None);
        if let Some(edit) = edit(selected).filter(|_| is_whole) {
            finding = finding.fix("write the inherited mode", vec![edit]);
        }
        selected.assume(facts, finding)
    }
}

/// The STRICT that is lost, where the policy says it itself; else what leaves the policy without a mode.
fn place(facts: &Facts<'_>, selected: &Selected<'_>, open: &[Open], is_whole: bool) -> Span {
    let object = selected.policy.object;
    let own = open.iter().find(|open| open.strict.by == Some(selected.id));
    let lost = own.and_then(|open| deciding_value(&facts.mesh.policies, open.strict, open.port));
    if let Some(value) = lost.filter(|_| !is_whole) {
        return value.span;
    }
    let unset = object.spec.mtls.as_ref();
    let unset = unset.map(|mtls| mtls.value.mode.as_ref().map_or(mtls.key, |mode| mode.span));
    let ports = object.spec.port_level_mtls.as_ref().map(|ports| ports.key);
    unset.or(ports).unwrap_or(object.meta.name.span)
}

/// A mode that is written as UNSET can say STRICT itself.
fn edit(selected: &Selected<'_>) -> Option<Edit> {
    let spec = &selected.policy.object.spec;
    let mode = spec.mtls.as_ref()?.value.mode.as_ref()?;
    spec.mode().is_none().then(|| Edit {
        span: mode.span,
        text: manifest::in_place_of(mode.span, "UNSET", "STRICT"),
    })
}
