//! Hosts of DestinationRules, and the given services that they cover.

use super::Facts;
use crate::mesh::{NamespaceId, ServiceId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::destination::{covers, normalize_host};
use crate::yaml::Spanned;

/// A DestinationRule with its host.
#[derive(Debug, Clone)]
pub(super) struct RuleHost<'a> {
    /// The rule.
    pub(super) rule: &'a Object<DestinationRule>,
    /// Its namespace.
    pub(super) namespace: NamespaceId,
    /// The host as it is written.
    pub(super) written: &'a Spanned<Box<str>>,
    /// The host as Istio reads it.
    pub(super) full: String,
}

/// Every DestinationRule that has a host, in path order.
pub(super) fn rule_hosts<'a>(facts: &Facts<'a>) -> impl Iterator<Item = RuleHost<'a>> {
    let mesh = facts.mesh;
    mesh.destination_rules.iter().filter_map(|&(rule, namespace)| {
        let written = rule.spec.host.as_ref()?;
        let own = mesh.namespaces[namespace].name.unwrap_or_default();
        let full = normalize_host(&written.value, own, &mesh.settings.cluster_domain.value);
        Some(RuleHost {
            rule,
            namespace,
            written,
            full,
        })
    })
}

impl RuleHost<'_> {
    /// Whether the host is a wildcard.
    pub(super) fn is_wildcard(&self) -> bool {
        self.full.starts_with('*')
    }

    /// The given services that the host covers, by host.
    pub(super) fn services(&self, facts: &Facts<'_>) -> Vec<ServiceId> {
        if !self.is_wildcard() {
            return facts.mesh.services_of_host(&self.full).to_vec();
        }
        let services = facts.mesh.services();
        services
            .filter(|(_, service)| covers(&self.full, &service.host))
            .map(|(id, _)| id)
            .collect()
    }
}
