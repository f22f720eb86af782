//! `unset-mode`

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::mesh::{Policy, Scope};
use crate::resolve::compose::{self, Chosen, Decided};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds policies that set nothing: no `mtls`, an empty one, or mode `UNSET`, and no ports either.
    ///
    /// ## Why is this bad?
    /// Such a policy passes on the mode of the level above, whatever that is. In the API that came before,
    /// `mtls: {}` meant `STRICT`; here it means nothing. And it still wins over younger policies of its scope.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls: {}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct UnsetMode {
        id: "unset-mode",
        family: PeerAuthentication,
        severity: Info,
        effect: Exposure,
    }
}

impl Rule for UnsetMode {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (_, policy) in facts.mesh.policies.iter() {
            let spec = &policy.object.spec;
            let says_nothing = spec.mode().is_none() && spec.port_modes().is_empty();
            if says_nothing && policy.scope != Scope::RootSelector {
                findings.push(self.report(facts, policy));
            }
        }
    }
}

impl UnsetMode {
    fn report(self, facts: &Facts<'_>, policy: &Policy<'_>) -> Finding {
        let Decided { mode, by } = inherited(facts, policy);
        let by = by.map(|id| &facts.mesh.policies[id]);
        let source = by.map_or_else(
            || "Istio's default".to_owned(),
            |by| format!("as {} says", wording::policy(by)),
        );
        let message = format!(
            "{} sets no mode: what it covers stays {mode}, {source}",
            wording::policy(policy)
        );
        let finding = self
            .finding(place(policy), message)
            .on(policy.object.meta.object_name())
            .label("inherits")
            .help(format!(
                "write the mode that is meant, for example `mtls: {{mode: {mode}}}`, or remove the policy"
            ));
        match by.and_then(|by| by.object.spec.mode()) {
            Some(mode) => finding.related(mode.span, "the mode that holds"),
            None => finding,
        }
    }
}

/// What holds at the level above. What a policy without a mode says itself makes no difference.
fn inherited(facts: &Facts<'_>, policy: &Policy<'_>) -> Decided {
    let revision = policy.revision().unwrap_or("default");
    let chosen = compose::choose(facts.mesh, policy.namespace, revision, &[], &mut ());
    let above = match policy.scope {
        Scope::Mesh | Scope::RootSelector => Chosen::default(),
        Scope::Namespace => Chosen {
            namespace: None,
            ..chosen
        },
        Scope::Workload => chosen,
    };
    above.overall(&facts.mesh.policies, &mut ())
}

/// The mode as written, else the key that lacks it, else the name.
fn place(policy: &Policy<'_>) -> Span {
    let object = policy.object;
    let mtls = object.spec.mtls.as_ref();
    let mode = mtls
        .and_then(|mtls| mtls.value.mode.as_ref())
        .map(|mode| mode.span);
    mode.or_else(|| mtls.map(|mtls| mtls.key))
        .unwrap_or(object.meta.name.span)
}
