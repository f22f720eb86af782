//! Why clients do not follow a DestinationRule.

use super::{Asked, Loss, Part};
use crate::matrix::Answers;
use crate::mesh::{Service, ServiceId};
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::resolve::client::Client;
use crate::resolve::destination::{ExportTo, MergedRule, Shadowing, Sight, normalize_host};
use crate::yaml::StringMap;

impl<'a> Asked<'a> {
    /// Why clients who follow another rule, or none, do not follow this one.
    pub(super) fn loss(
        &self,
        answers: &Answers<'a>,
        id: ServiceId,
        client: &Client<'a, 'a>,
        followed: Option<&MergedRule<'a>>,
    ) -> Part<'a> {
        let to = followed.map(|rule| rule.policy.map_or_else(|| rule.base(), |policy| policy.rule));
        let service = answers.mesh().service(id);
        if let Some(because) = self.unseen(answers, service, client) {
            return Part::Loses { to, because };
        }
        let sight = Sight {
            mesh: answers.mesh(),
            client: client.namespace,
            labels: client.labels,
            host: &service.host,
            service_namespace: service.namespace,
        };
        let shadowed = answers.senders.destinations(client.revision).shadowed(&sight);
        match shadowed.iter().find(|shadowed| self.is(shadowed.loser)) {
            Some(shadowed) => Part::Loses {
                to: Some(shadowed.winner),
                because: Loss::Shadowed(shadowed.cause),
            },
            None => Part::Loses {
                to,
                because: self.outranked(answers, client, to),
            },
        }
    }

    /// Why clients do not even see the rule.
    fn unseen(&self, answers: &Answers<'a>, service: &Service<'a>, client: &Client<'a, 'a>) -> Option<Loss> {
        let mesh = answers.mesh();
        if !self.rule.meta.is_read_by(client.revision) {
            return Some(Loss::OtherRevision);
        }
        let is_own = client.namespace == Some(self.namespace);
        let is_for = |labels: &StringMap| is_own && client.labels.is_some_and(|own| own.match_all(labels));
        let selector = self.rule.spec.workload_selector.as_ref();
        if selector.is_some_and(|selector| !is_for(&selector.match_labels)) {
            return Some(Loss::NotSelected);
        }
        let own = mesh.namespaces[self.namespace].name.unwrap_or_default();
        let export_to = ExportTo::of(self.rule);
        if is_own {
            return (!export_to.includes_own(own)).then_some(Loss::NotShown);
        }
        if self.namespace != service.namespace && mesh.root != Some(self.namespace) {
            return Some(Loss::NotLookedUp);
        }
        let default = &mesh.settings.default_destination_rule_export_to.value;
        let name = client.namespace.and_then(|id| mesh.namespaces[id].name);
        let is_shown = !export_to.is_private_only(own, default) && export_to.reaches(name);
        (!is_shown).then_some(Loss::NotShown)
    }

    /// Which of the orders of Istio puts a rule before this one.
    fn outranked(
        &self,
        answers: &Answers<'a>,
        client: &Client<'a, 'a>,
        winner: Option<&'a Object<DestinationRule>>,
    ) -> Loss {
        let Some(winner) = winner else {
            return Loss::OtherClients;
        };
        let mesh = answers.mesh();
        let namespace = winner.meta.namespace_name();
        let host = |rule: &Object<DestinationRule>| {
            let host = rule.spec.host.as_ref()?;
            let domain = &mesh.settings.cluster_domain.value;
            let own = rule.meta.namespace_name().unwrap_or_default();
            Some(normalize_host(&host.value, own, domain))
        };
        if namespace == self.rule.meta.namespace_name() {
            return if host(winner) == host(self.rule) {
                Loss::Shadowed(Shadowing::SameHost)
            } else {
                Loss::MoreSpecificHost
            };
        }
        let of_client = client.namespace.map(|id| mesh.namespaces[id].name);
        if of_client == Some(namespace) {
            Loss::OwnNamespace
        } else {
            Loss::ServiceNamespace
        }
    }
}
