//! `identity-policy-without-strict`.

use super::connections::related_policy;
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Finding, Severity};
use crate::hash::{HashMap, HashSet};
use crate::mesh::{NamespaceId, WorkloadId};
use crate::model::Object;
use crate::model::authorization_policy::{AuthorizationPolicy, AuthorizationRule, Source};
use crate::model::peer_authentication::Mode;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::server::PortDecision;
use crate::source::Span;
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds AuthorizationPolicies that a caller without identity gets past, because a given policy lets plaintext in
    /// on a selected port: `DENY` for certain identities, and `ALLOW` for all but certain ones. It also finds `ALLOW`
    /// for nobody but workloads that are outside the mesh and therefore have no identity.
    ///
    /// ## Why is this bad?
    /// An identity comes from a client certificate. Whoever sends plaintext has none, matches no `principals`, and is
    /// one of those that `notPrincipals` leaves over. The workload that was to be shut out gets in by opting out of
    /// the mesh.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: PERMISSIVE}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: AuthorizationPolicy
    /// metadata: {name: no-guests, namespace: shop}
    /// spec:
    ///   action: DENY
    ///   rules:
    ///     - from: [{source: {namespaces: [guests]}}]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: AuthorizationPolicy
    /// metadata: {name: no-guests, namespace: shop}
    /// spec:
    ///   action: DENY
    ///   rules:
    ///     - from: [{source: {namespaces: [guests]}}]
    /// ```
    pub struct IdentityPolicyWithoutStrict {
        id: "identity-policy-without-strict",
        family: Posture,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for IdentityPolicyWithoutStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let policies = &facts.mesh.bystanders.authorization_policies;
        let by_name = policies.iter().filter(|policy| is_about_workloads(&policy.spec));
        let mut identities = None;
        let guarded = guarded(facts);
        for policy in by_name {
            let found = match action(policy) {
                "DENY" => self.bypass(facts, policy, &guarded, evaded_denial),
                "ALLOW" => self.bypass(facts, policy, &guarded, open_permission).or_else(|| {
                    let identities = identities.get_or_insert_with(|| Identities::of(facts));
                    self.lock_out(facts, policy, identities)
                }),
                _ => None,
            };
            findings.extend(found);
        }
    }
}

fn action(policy: &Object<AuthorizationPolicy>) -> &str {
    policy
        .spec
        .action
        .as_ref()
        .map_or("ALLOW", |action| &action.value)
}

/// The workloads whose policies together let nobody in that has no identity: one denies all such callers, or
/// every one that allows asks for an identity.
fn guarded(facts: &Facts<'_>) -> HashSet<WorkloadId> {
    let (mut denied, mut allowed, mut open) = (HashSet::default(), HashSet::default(), HashSet::default());
    let policies = &facts.mesh.bystanders.authorization_policies;
    for policy in policies.iter().filter(|policy| is_about_workloads(&policy.spec)) {
        let rules = &policy.spec.rules;
        match action(policy) {
            "DENY" if rules.iter().any(|rule| denies_anonymous(rule)) => {
                denied.extend(selected(facts, policy));
            }
            "ALLOW" if rules.iter().all(|rule| asks_for_identity(rule)) => {
                allowed.extend(selected(facts, policy));
            }
            "ALLOW" => open.extend(selected(facts, policy)),
            _ => {}
        }
    }
    denied.extend(allowed.difference(&open));
    denied
}

fn denies_anonymous(rule: &AuthorizationRule) -> bool {
    let sources = rule.from.iter().map(|from| &from.source);
    let mut lists = sources.flat_map(negative);
    let is_any = |name: &Spanned<Box<str>>| &*name.value == "*";
    rule.to.is_empty() && rule.when.is_empty() && lists.any(|names| names.iter().any(is_any))
}

fn asks_for_identity(rule: &AuthorizationRule) -> bool {
    let has_name = |source: &Source| first_name(positive(source)).is_some();
    let of_sources = !rule.from.is_empty() && rule.from.iter().all(|from| has_name(&from.source));
    of_sources || conditions(rule, false).is_some()
}

/// Those that are attached to something are about waypoints and gateways.
fn is_about_workloads(policy: &AuthorizationPolicy) -> bool {
    policy.target_refs.is_empty() && policy.target_ref.is_none()
}

type Names = Vec<Spanned<Box<str>>>;

fn positive(source: &Source) -> [&Names; 3] {
    [&source.principals, &source.namespaces, &source.service_accounts]
}

fn negative(source: &Source) -> [&Names; 3] {
    [
        &source.not_principals,
        &source.not_namespaces,
        &source.not_service_accounts,
    ]
}

fn first_name(lists: [&Names; 3]) -> Option<Span> {
    lists.into_iter().flatten().map(|name| name.span).next()
}

/// Conditions on the caller's identity, by the values that they name.
fn conditions(rule: &AuthorizationRule, is_negative: bool) -> Option<Span> {
    let about_identity = rule.when.iter().filter(|condition| {
        matches!(
            &*condition.key,
            "source.principal" | "source.namespace" | "source.serviceAccount"
        )
    });
    let mut values = about_identity.flat_map(|condition| {
        if is_negative {
            &condition.not_values
        } else {
            &condition.values
        }
    });
    values.next().map(|value| value.span)
}

/// The name that a caller without identity does not match, so that the denial passes it over.
fn evaded_denial(rule: &AuthorizationRule) -> Option<Span> {
    let sources = rule.from.iter().map(|from| &from.source);
    let evaded: Option<Vec<Span>> = sources.map(|source| first_name(positive(source))).collect();
    // One source without identities still matches.
    let of_sources = evaded.and_then(|spans| spans.first().copied());
    of_sources.or_else(|| conditions(rule, false))
}

/// The name that a caller without identity is not, so that the permission holds for it.
fn open_permission(rule: &AuthorizationRule) -> Option<Span> {
    if conditions(rule, false).is_some() {
        return None;
    }
    let needs_nothing = |source: &Source| {
        positive(source).iter().all(|names| names.is_empty())
            && source.request_principals.is_empty()
            && source.ip_blocks.is_empty()
            && source.remote_ip_blocks.is_empty()
    };
    let mut open = rule
        .from
        .iter()
        .map(|from| &from.source)
        .filter(|source| needs_nothing(source));
    let of_sources = open.find_map(|source| first_name(negative(source)));
    of_sources.or_else(|| conditions(rule, true).filter(|_| rule.from.is_empty()))
}

/// The workloads that a policy is for: those of its namespace, in the root namespace those of the mesh.
fn selected(facts: &Facts<'_>, policy: &Object<AuthorizationPolicy>) -> Vec<WorkloadId> {
    let mesh = facts.mesh;
    let Some(own) = mesh.namespaces.find_own(policy.meta.namespace_name()) else {
        return Vec::new();
    };
    let namespaces: Vec<NamespaceId> = if mesh.root == Some(own) {
        mesh.namespaces.iter().map(|(id, _)| id).collect()
    } else {
        vec![own]
    };
    let selector = policy
        .spec
        .selector
        .as_ref()
        .map(|selector| &selector.match_labels);
    let index = &facts.resolution.index;
    namespaces
        .into_iter()
        .flat_map(|namespace| match selector {
            Some(labels) => index.candidates(namespace, labels),
            None => index.in_namespace(namespace),
        })
        .copied()
        .filter(|&id| selector.is_none_or(|labels| facts.resolution.workload(id).labels.match_all(labels)))
        .collect()
}

/// A port, of those that a rule is for, on which a given policy lets plaintext in.
fn open_port<'a>(facts: &Facts<'a>, id: WorkloadId, rule: &AuthorizationRule) -> Option<PortDecision<'a>> {
    let plane = facts.resolution.workload(id).enrolment.plane;
    if !matches!(plane, DataPlane::Sidecar | DataPlane::Ambient)
        || facts.mesh.workload(id).template().is_none()
    {
        return None;
    }
    let named: Vec<&Names> = rule.to.iter().map(|to| &to.operation.ports).collect();
    let names_all = !named.is_empty() && named.iter().all(|ports| !ports.is_empty());
    let ports: Vec<u16> = if names_all {
        let ports = named.into_iter().flatten();
        ports.filter_map(|port| port.value.parse().ok()).collect()
    } else {
        facts.resolution.declared_ports(id)
    };
    let mut decisions = ports
        .into_iter()
        .map(|port| facts.resolution.decide(id, Some(port)));
    decisions.find(|decision| {
        let is_open = matches!(decision.mode, Some(Mode::Permissive | Mode::Disable));
        is_open && decision.policy.by.is_some()
    })
}

impl IdentityPolicyWithoutStrict {
    fn bypass(
        self,
        facts: &Facts<'_>,
        policy: &Object<AuthorizationPolicy>,
        guarded: &HashSet<WorkloadId>,
        name: impl Fn(&AuthorizationRule) -> Option<Span>,
    ) -> Option<Finding> {
        let action = action(policy);
        let (rule, at) = policy
            .spec
            .rules
            .iter()
            .find_map(|rule| Some((&rule.value, name(&rule.value)?)))?;
        let unguarded = selected(facts, policy)
            .into_iter()
            .filter(|id| !guarded.contains(id));
        let open = unguarded.filter_map(|id| Some((id, open_port(facts, id, rule)?)));
        let open: Vec<(WorkloadId, PortDecision<'_>)> = open.collect();
        let (first, decision) = open.first()?;
        let workloads: Vec<WorkloadId> = open.iter().map(|(id, _)| *id).collect();
        let port = decision.port.unwrap_or_default();
        let message = format!(
            "a caller without identity gets past {action} of AuthorizationPolicy {}: port {port} of {} accepts plaintext",
            policy.meta.qualified_name(),
            wording::workloads(facts.mesh, &workloads),
        );
        let finding = self
            .finding(at, message)
            .on(policy.meta.object_name())
            .label(if action == "DENY" {
                "plaintext has no identity that this could match"
            } else {
                "plaintext has no identity that this could leave out"
            })
            .help(if action == "DENY" {
                "make the port STRICT, or turn the policy round: ALLOW for those that may call"
            } else {
                "make the port STRICT, or name those that may call: `principals` instead of `notPrincipals`"
            });
        let finding = related_policy(facts, finding, decision.policy, decision.port);
        let namespace = facts.mesh.workload(*first).namespace;
        Some(wording::assuming_server(
            finding,
            facts.mesh,
            namespace,
            decision.rests_on,
        ))
    }

    fn lock_out(
        self,
        facts: &Facts<'_>,
        policy: &Object<AuthorizationPolicy>,
        identities: &Identities<'_, '_>,
    ) -> Option<Finding> {
        let outside = identities.all_outside(policy)?;
        let (at, _) = outside.first()?;
        let workloads: Vec<WorkloadId> = outside.iter().map(|&(_, id)| id).collect();
        let meshed = selected(facts, policy);
        let is_enforced = |&id: &WorkloadId| {
            let plane = facts.resolution.workload(id).enrolment.plane;
            matches!(plane, DataPlane::Sidecar | DataPlane::Ambient)
        };
        let server = meshed.into_iter().find(is_enforced)?;
        let message = format!(
            "AuthorizationPolicy {} lets nobody in: {} has no identity without a proxy",
            policy.meta.qualified_name(),
            wording::workloads(facts.mesh, &workloads),
        );
        let finding = self
            .finding(*at, message)
            .severity(Severity::Warning)
            .on(policy.meta.object_name())
            .label("outside the mesh")
            .help("put the callers into the mesh, or let them in by something that they have")
            .assuming(
                Assumption::WorkloadsNotGiven,
                "no other workload has one of these identities",
            );
        let finding = wording::related_enrolment(facts, finding, workloads[0]);
        let resolved = facts.resolution.workload(server);
        Some(wording::assuming_enrolment(
            finding,
            facts.mesh,
            facts.mesh.workload(server).namespace,
            resolved.enrolment.rests_on,
        ))
    }
}

/// The given workloads by namespace and service account.
struct Identities<'f, 'a> {
    facts: &'f Facts<'a>,
    by_account: HashMap<(&'a str, &'a str), Vec<WorkloadId>>,
}

impl<'f, 'a> Identities<'f, 'a> {
    fn of(facts: &'f Facts<'a>) -> Self {
        let mut by_account: HashMap<_, Vec<WorkloadId>> = HashMap::default();
        for (id, workload) in facts
            .mesh
            .workloads()
            .filter(|(_, workload)| workload.template().is_some())
        {
            let namespace = facts.mesh.namespaces[workload.namespace].name.unwrap_or_default();
            let account = workload
                .service_account()
                .map_or("default", |account| &account.value);
            by_account.entry((namespace, account)).or_default().push(id);
        }
        Identities { facts, by_account }
    }

    /// The workloads that a policy lets in, with the names by which it does, if all of them are known and
    /// none has a proxy.
    fn all_outside(&self, policy: &Object<AuthorizationPolicy>) -> Option<Vec<(Span, WorkloadId)>> {
        let mut outside = Vec::new();
        for rule in &policy.spec.rules {
            if rule.from.is_empty() {
                return None;
            }
            for source in rule.from.iter().map(|from| &from.source) {
                if source.principals.is_empty() {
                    return None;
                }
                for principal in &source.principals {
                    let workloads = self.workloads(&principal.value)?;
                    outside.extend(workloads.iter().map(|&id| (principal.span, id)));
                }
            }
        }
        Some(outside)
    }

    /// The workloads of `DOMAIN/ns/NAMESPACE/sa/ACCOUNT`, if some are given and all are outside.
    fn workloads<'s>(&'s self, principal: &'s str) -> Option<&'s [WorkloadId]> {
        let mut parts = principal.split('/').skip(1);
        let (ns, namespace, sa, account) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        // Lookups borrow for shorter than the names live, which the map's key type cannot express.
        let by_account: &HashMap<(&str, &str), Vec<WorkloadId>> = &self.by_account;
        let workloads = by_account
            .get(&(namespace, account))
            .filter(|_| ns == "ns" && sa == "sa")?;
        let is_outside = |&id: &WorkloadId| {
            let enrolment = &self.facts.resolution.workload(id).enrolment;
            enrolment.plane == DataPlane::None && enrolment.rests_on.is_empty()
        };
        workloads.iter().all(is_outside).then_some(workloads)
    }
}
