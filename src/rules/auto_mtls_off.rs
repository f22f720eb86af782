//! `auto-mtls-off`.

use super::connections::{Conflict, by_cause, related_policy};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Edit, Finding};
use crate::mesh::settings::Origin;
use crate::mesh::{PolicyId, Scope};
use crate::model::Object;
use crate::model::destination_rule::TlsMode;
use crate::model::mesh_source::MeshSource;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{ClusterReason, Wire};
use crate::resolve::compose::{Decided, deciding_value};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds `enableAutoMtls: false` in a mesh with `STRICT` ports towards which no DestinationRule says
    /// `ISTIO_MUTUAL`.
    ///
    /// ## Why is this bad?
    /// Without auto-mTLS a sidecar sends mTLS only where a DestinationRule tells it to. All other
    /// connections are plaintext, and `STRICT` refuses them. The default is `true`.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: istio, namespace: istio-system}
    /// data:
    ///   mesh: |
    ///     enableAutoMtls: false
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: istio, namespace: istio-system}
    /// data:
    ///   mesh: |
    ///     enableAutoMtls: true
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: istio-system}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct AutoMtlsOff {
        id: "auto-mtls-off",
        family: Agreement,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for AutoMtlsOff {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        if facts.mesh.settings.enable_auto_mtls.value {
            return;
        }
        let policies = &facts.mesh.policies;
        let setting = Setting::of(facts);
        let conflicts = by_cause(facts, |refusal| {
            let is_off = matches!(refusal.row.cluster.reason, ClusterReason::AutoMtlsOff)
                && refusal.wire() == Wire::Plaintext
                && refusal.serves(Mode::Strict);
            let strict = deciding_value(policies, refusal.server.policy, Some(refusal.port));
            let at = setting.as_ref().map_or(strict?.span, |setting| setting.at);
            is_off.then_some((at, at))
        });
        findings.extend(
            conflicts
                .iter()
                .map(|conflict| self.report(facts, setting.as_ref(), conflict)),
        );
        if let (true, Some(setting), Some(policy)) = (conflicts.is_empty(), &setting, strict_alone(facts)) {
            findings.push(self.report_alone(facts, setting, policy));
        }
    }
}

/// The line that switches auto-mTLS off, if a manifest does.
struct Setting<'a> {
    object: &'a Object<MeshSource>,
    at: Span,
    /// Whether the value itself is known and not only the text that holds it.
    is_exact: bool,
}

impl<'a> Setting<'a> {
    fn of(facts: &Facts<'a>) -> Option<Setting<'a>> {
        let Origin::Manifest(span) = facts.mesh.settings.enable_auto_mtls.origin else {
            return None;
        };
        let mut configs = facts.given.objects.mesh_configs.iter();
        let object = configs.find(|object| {
            let mut layers = object.spec.layers.iter();
            layers.any(|layer| {
                let said = layer.mesh_config.enable_auto_mtls.as_ref();
                said.is_some_and(|said| said.span == span)
            })
        })?;
        Some(Setting {
            object,
            at: span,
            is_exact: object.spec.is_exact(span),
        })
    }
}

/// A policy that says STRICT, where neither a workload behind a Service nor a rule shows what clients send.
fn strict_alone(facts: &Facts<'_>) -> Option<PolicyId> {
    let has_endpoints = facts
        .mesh
        .services()
        .any(|(id, _)| !facts.resolution.endpoints(id).is_empty());
    let is_forced = facts.mesh.destination_rules.iter().any(|(rule, _)| {
        let policy = rule.spec.traffic_policy.as_ref();
        let tls = policy.and_then(|policy| policy.tls.as_ref());
        tls.is_some_and(|tls| tls.effective_mode() == TlsMode::IstioMutual)
    });
    let mut policies = facts
        .mesh
        .policies
        .iter()
        .filter(|_| !has_endpoints && !is_forced);
    let is_strict = |spec: &crate::model::peer_authentication::PeerAuthentication| {
        spec.mode().is_some_and(|mode| mode.value == Mode::Strict)
    };
    policies
        .find(|(_, policy)| policy.scope != Scope::RootSelector && is_strict(&policy.object.spec))
        .map(|(id, _)| id)
}

impl AutoMtlsOff {
    fn report(
        self,
        facts: &Facts<'_>,
        setting: Option<&Setting<'_>>,
        conflict: &Conflict<'_, Span>,
    ) -> Finding {
        let (clients, targets) = (conflict.senders(facts), conflict.targets(facts));
        let message = format!(
            "enableAutoMtls: false makes {clients} send plaintext to {targets}, where STRICT refuses it"
        );
        let mut finding = self.completed(conflict.cause, message, setting);
        if setting.is_some() {
            finding = conflict.related_policy(facts, finding);
        } else if let Some(by) = conflict.first.server.policy.by {
            finding = finding.on(facts.mesh.policies[by].object.meta.object_name());
        }
        let finding = conflict.related_service_port(facts, finding);
        conflict.assume(facts, finding)
    }

    fn report_alone(self, facts: &Facts<'_>, setting: &Setting<'_>, by: PolicyId) -> Finding {
        let policy = &facts.mesh.policies[by];
        let message = format!(
            "enableAutoMtls: false makes any sidecar send plaintext, which STRICT of {} refuses",
            wording::policy(policy),
        );
        let decided = Decided {
            mode: Mode::Strict,
            by: Some(by),
        };
        let finding = self.completed(setting.at, message, Some(setting));
        related_policy(facts, finding, decided, None)
            .assuming(
                Assumption::ServiceNotGiven,
                "sidecars call a Service that it covers",
            )
            .assuming(Assumption::WorkloadsNotGiven, "the pods there have sidecars")
    }

    fn completed(self, at: Span, message: String, setting: Option<&Setting<'_>>) -> Finding {
        let finding = self
            .finding(at, message)
            .label("without auto-mTLS, clients need a rule to send mTLS")
            .help(
                "remove `enableAutoMtls: false`, or write a DestinationRule with `tls: {mode: ISTIO_MUTUAL}` for the \
                 hosts that are STRICT",
            );
        let Some(setting) = setting else { return finding };
        let finding = finding.on(setting.object.meta.object_name());
        if !setting.is_exact {
            return finding;
        }
        let text = "true".to_owned();
        finding.fix("switch auto-mTLS on", vec![Edit { span: at, text }])
    }
}
