//! `ambient-blocked-hbone`

use super::ambient::{is_ambient, is_ambient_by_default};
use super::{Declared, Facts, Rule, declare_rule, ports, wording};
use crate::finding::Finding;
use crate::hash::HashMap;
use crate::mesh::settings::NamespaceSelector;
use crate::mesh::{NamespaceId, WorkloadId};
use crate::model::Object;
use crate::model::config_map::DiscoverySelector;
use crate::model::network_policy::{IngressRule, NetworkPolicy, Peer, PolicyPort};
use crate::resolve::capture::HBONE_PORT;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::labels::Labels;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds NetworkPolicies that let clients of the mesh reach ports of ambient pods, but not port 15008.
    ///
    /// ## Why is this bad?
    /// Between ambient pods every connection travels through one encrypted tunnel to port 15008, and that is
    /// the port that a NetworkPolicy sees. A list of application ports that leaves it out lets in the plaintext
    /// of clients outside the mesh and drops everything that the mesh sends. What other NetworkPolicies of the
    /// pods let in is taken into account.
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
    ///   containers: [{name: app, image: example/cart:1, ports: [{containerPort: 8080}]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   podSelector:
    ///     matchLabels: {app: cart}
    ///   ingress:
    ///     - ports:
    ///         - port: 8080
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
    ///   containers: [{name: app, image: example/cart:1, ports: [{containerPort: 8080}]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   podSelector:
    ///     matchLabels: {app: cart}
    ///   ingress:
    ///     - ports:
    ///         - port: 8080
    ///         - port: 15008
    /// ```
    pub struct AmbientBlockedHbone {
        id: "ambient-blocked-hbone",
        family: PeerAuthentication,
        severity: Warning,
        effect: Refusal,
    }
}

impl Rule for AmbientBlockedHbone {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut namespaces: Vec<_> = facts.mesh.network_policies.iter().collect();
        namespaces.sort_unstable_by_key(|(namespace, _)| **namespace);
        for (&namespace, policies) in namespaces {
            let guards = Guards::of(facts, namespace, policies);
            let found = guards
                .policies
                .iter()
                .filter_map(|guard| self.of_policy(facts, &guards, guard));
            findings.extend(found);
        }
    }
}

/// A NetworkPolicy with the ambient workloads whose inbound connections it limits.
struct Guard<'a> {
    object: &'a Object<NetworkPolicy>,
    workloads: Vec<WorkloadId>,
}

/// The NetworkPolicies of a namespace: what one of them drops, another one may let in.
struct Guards<'a> {
    namespace: NamespaceId,
    policies: Vec<Guard<'a>>,
    by_workload: HashMap<WorkloadId, Vec<usize>>,
}

impl<'a> Guards<'a> {
    fn of(facts: &Facts<'a>, namespace: NamespaceId, objects: &[&'a Object<NetworkPolicy>]) -> Guards<'a> {
        let mut guards = Guards {
            namespace,
            policies: Vec::new(),
            by_workload: HashMap::default(),
        };
        for object in objects.iter().filter(|object| object.spec.is_about_ingress()) {
            let workloads = selected(facts, namespace, object.spec.pod_selector.as_ref());
            let workloads: Vec<WorkloadId> = workloads
                .into_iter()
                .filter(|&id| is_ambient(facts, id))
                .collect();
            for &id in &workloads {
                let of_workload = guards.by_workload.entry(id).or_default();
                of_workload.push(guards.policies.len());
            }
            guards.policies.push(Guard { object, workloads });
        }
        guards
    }

    /// Whether some NetworkPolicy of a workload lets HBONE of all these peers in.
    fn let_hbone_in(&self, workload: WorkloadId, peers: &[Peer]) -> bool {
        let of_workload = self.by_workload.get(&workload).into_iter().flatten();
        let mut rules = of_workload.flat_map(|&index| &self.policies[index].object.spec.ingress);
        rules.any(|rule| admits_hbone(&rule.value) && covers(&rule.value.from, peers))
    }
}

/// The workloads of a namespace that a selector of pods selects.
fn selected(
    facts: &Facts<'_>,
    namespace: NamespaceId,
    selector: Option<&DiscoverySelector>,
) -> Vec<WorkloadId> {
    let index = &facts.resolution.index;
    let Some(selector) = selector else {
        return index.in_namespace(namespace).to_vec();
    };
    let candidates = index.candidates(namespace, &selector.match_labels).iter();
    let selector = NamespaceSelector::of(selector);
    let is_selected = |labels: &Labels<'_>| selector.matches(|key| labels.get(key));
    candidates
        .copied()
        .filter(|&id| is_selected(&facts.resolution.workload(id).labels))
        .collect()
}

fn listed(rule: &IngressRule) -> &[PolicyPort] {
    rule.ports.as_ref().map_or(&[], |ports| &ports.value)
}

fn admits_hbone(rule: &IngressRule) -> bool {
    let ports = listed(rule);
    ports.is_empty() || ports.iter().any(|port| port.admits(HBONE_PORT, |_| false))
}

/// Whether everybody among `inner` is surely among `outer`.
fn covers(outer: &[Peer], inner: &[Peer]) -> bool {
    let is_everybody = |peer: &Peer| {
        let any_namespace = peer.namespace_selector.as_ref();
        peer.pod_selector.is_none() && any_namespace.is_some_and(is_empty)
    };
    outer.is_empty()
        || outer.iter().any(is_everybody)
        || (!inner.is_empty()
            && inner
                .iter()
                .all(|peer| outer.iter().any(|other| is_same(peer, other))))
}

fn is_empty(selector: &DiscoverySelector) -> bool {
    NamespaceSelector::of(selector) == NamespaceSelector::default()
}

fn is_same(one: &Peer, other: &Peer) -> bool {
    let selector = |selector: &Option<DiscoverySelector>| selector.as_ref().map(NamespaceSelector::of);
    selector(&one.pod_selector) == selector(&other.pod_selector)
        && selector(&one.namespace_selector) == selector(&other.namespace_selector)
        && one.ip_block == other.ip_block
}

/// Whether any of the peers is known to send HBONE; of ranges of addresses nothing is known.
fn send_hbone(facts: &Facts<'_>, own: NamespaceId, peers: &[Peer]) -> bool {
    peers.is_empty() || peers.iter().any(|peer| sends_hbone(facts, own, peer))
}

fn sends_hbone(facts: &Facts<'_>, own: NamespaceId, peer: &Peer) -> bool {
    let pods_of = |namespace| {
        let pods = selected(facts, namespace, peer.pod_selector.as_ref());
        if pods.is_empty() {
            return is_ambient_by_default(facts, namespace);
        }
        let plane = |id: &WorkloadId| facts.resolution.workload(*id).enrolment.plane;
        pods.iter().any(|id| {
            matches!(
                plane(id),
                DataPlane::Ambient | DataPlane::Sidecar | DataPlane::Gateway
            )
        })
    };
    let Some(selector) = &peer.namespace_selector else {
        return peer.pod_selector.is_some() && pods_of(own);
    };
    let selector = NamespaceSelector::of(selector);
    let mut namespaces = facts.mesh.namespaces.iter();
    namespaces.any(|(id, namespace)| selector.matches(|key| namespace.label(key)) && pods_of(id))
}

/// What a rule lets in of the application's ports while HBONE is dropped.
struct Blocked {
    at: Span,
    /// A port that is let in, of a pod that says which ports it has.
    port: Option<u16>,
    workloads: Vec<WorkloadId>,
}

impl AmbientBlockedHbone {
    fn of_policy(self, facts: &Facts<'_>, guards: &Guards<'_>, guard: &Guard<'_>) -> Option<Finding> {
        let mut rules = guard.object.spec.ingress.iter();
        let blocked = rules.find_map(|rule| blocked(facts, guards, guard, &rule.value))?;
        let subject = wording::workloads(facts.mesh, &blocked.workloads);
        let what = match blocked.port {
            Some(port) => format!("port {port}"),
            None => "ports".to_owned(),
        };
        let message = format!(
            "NetworkPolicy {} lets {what} of {subject} in but not 15008: what the mesh sends is dropped",
            guard.object.meta.qualified_name(),
        );
        let finding = self
            .finding(blocked.at, message)
            .on(guard.object.meta.object_name())
            .label("ambient clients arrive on port 15008")
            .help("add `- {protocol: TCP, port: 15008}` to these ports");
        let first = facts.resolution.workload(*blocked.workloads.first()?);
        let because = first.enrolment.because;
        Some(match because.span() {
            Some(span) => finding.related(span, format!("the pods are in ambient: {because}")),
            None => finding,
        })
    }
}

fn blocked(facts: &Facts<'_>, guards: &Guards<'_>, guard: &Guard<'_>, rule: &IngressRule) -> Option<Blocked> {
    let at = rule.ports.as_ref()?.key;
    if admits_hbone(rule) || !send_hbone(facts, guards.namespace, &rule.from) {
        return None;
    }
    let mut port = None;
    let mut workloads = guard.workloads.clone();
    workloads.retain(|&id| {
        let known = ports::known(facts, id);
        let served = known
            .iter()
            .find(|&&number| admits(facts, id, listed(rule), number));
        port = port.or(served.copied());
        // Where no manifest tells a pod's ports, it may serve any.
        (known.is_empty() || served.is_some()) && !guards.let_hbone_in(id, &rule.from)
    });
    (!workloads.is_empty()).then_some(Blocked { at, port, workloads })
}

/// Whether a port of a workload is among those that are let in.
fn admits(facts: &Facts<'_>, id: WorkloadId, admitted: &[PolicyPort], number: u16) -> bool {
    let is_called = |name: &str| {
        let mut declared = facts.mesh.workload(id).container_ports();
        declared.any(|port| port.number == number && port.name == Some(name))
    };
    admitted.iter().any(|port| port.admits(number, is_called))
}
