//! `unreachable-destination-rule`

use super::hosts::{Covered, RuleHost, rule_hosts};
use super::wording::{destination_rule, is_complete, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::Finding;
use crate::mesh::{NamespaceId, ServiceId};
use crate::resolve::client::Client;
use crate::resolve::destination::ExportTo;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules that no client sees, in namespaces of which the configuration says that
    /// everything is given. A client looks in its own namespace, then in that of the service, then in the
    /// root namespace; `exportTo` narrows the last two.
    ///
    /// ## Why is this bad?
    /// The rule is accepted and never used, whatever it says about TLS.
    ///
    /// ## Example
    /// ```yaml
    /// # complete: ops
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   ports: [{port: 80}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: ops}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// # complete: ops
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   ports: [{port: 80}]
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
    /// ```
    pub struct UnreachableDestinationRule {
        id: "unreachable-destination-rule",
        family: DestinationRule,
        severity: Warning,
        effect: Other,
    }
}

impl Rule for UnreachableDestinationRule {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for host in rule_hosts(facts) {
            let covered = host.covered(facts);
            if covered.services.is_empty() {
                continue;
            }
            let Some(readers) = readers(facts, &host, &covered) else {
                continue;
            };
            if readers
                .iter()
                .all(|&namespace| has_no_client(facts, &host, namespace))
            {
                findings.push(self.report(facts, &host, &covered.services, &readers));
            }
        }
    }
}

/// The namespaces whose clients look at a rule; `None` where anyone may be among them.
fn readers(facts: &Facts<'_>, host: &RuleHost<'_>, covered: &Covered) -> Option<Vec<NamespaceId>> {
    let mesh = facts.mesh;
    let own = mesh.namespaces[host.namespace].name?;
    let export_to = ExportTo::of(host.rule);
    let is_own = export_to.includes_own(own);
    let mut readers: Vec<NamespaceId> = is_own.then_some(host.namespace).into_iter().collect();
    let is_looked_up = mesh.root == Some(host.namespace) || covered.has_home(host.namespace);
    if !is_looked_up
        || export_to.is_private_only(own, &mesh.settings.default_destination_rule_export_to.value)
    {
        return Some(readers);
    }
    if export_to.reaches(None) {
        return None;
    }
    for name in export_to.names().filter(|name| *name != ".") {
        readers.push(mesh.namespaces.find(name)?);
    }
    Some(readers)
}

/// Whether a namespace is given as a whole and has nobody whom the rule could concern.
fn has_no_client(facts: &Facts<'_>, host: &RuleHost<'_>, namespace: NamespaceId) -> bool {
    let selector = host.rule.spec.workload_selector.as_ref();
    let is_client = |id| {
        let client = Client::of(facts.resolution, id);
        let is_selected = selector.is_none_or(|selector| {
            client
                .labels
                .is_some_and(|labels| labels.match_all(&selector.match_labels))
        });
        client.follows_rules() && is_selected
    };
    let mut workloads = facts.resolution.index.in_namespace(namespace).iter();
    is_complete(facts.mesh, namespace) && !workloads.any(|&id| is_client(id))
}

impl UnreachableDestinationRule {
    fn report(
        self,
        facts: &Facts<'_>,
        host: &RuleHost<'_>,
        services: &[ServiceId],
        readers: &[NamespaceId],
    ) -> Finding {
        let meta = &host.rule.meta;
        let name = |&namespace: &NamespaceId| facts.mesh.namespaces[namespace].display_name();
        let homes = list(services.iter().map(|&id| name(&facts.mesh.service(id).namespace)));
        let why = match readers {
            [] => format!("only clients of {} itself look there", name(&host.namespace)),
            readers => {
                let places = list(readers.iter().map(name));
                format!(
                    "only those in {places} look at it, and none of them is a sidecar or gateway that it is for"
                )
            }
        };
        let at = host
            .rule
            .spec
            .export_to
            .first()
            .map_or(meta.name.span, |entry| entry.span);
        self.finding(
            at,
            format!("no client follows {}: {why}", destination_rule(host.rule)),
        )
        .on(meta.object_name())
        .label("nobody sees the rule")
        .help(format!(
            "move it to the namespace of the service ({homes}) or of its clients, and name the clients' namespace in `exportTo`"
        ))
        .detail(host.full.clone())
    }
}
