//! `unmeshed-caller`.

use std::collections::{BTreeMap, BTreeSet};

use super::connections::host;
use super::strict_ports::{self, StrictPort, strict_port};
use super::wording::{counted, list};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::callers::{Call, How, starts_after_init};
use crate::finding::{Finding, Severity};
use crate::mesh::{NamespaceId, Protocol, ServiceId, Workload, WorkloadId};
use crate::resolve::client::Outbound;
use crate::resolve::dataplane::DataPlane;
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds workloads outside the mesh that call a port which accepts mTLS of the mesh only: the Service's name
    /// stands in their environment, their arguments or a ConfigMap that they read. The same goes for calls that bypass
    /// the sidecar (`excludeOutboundPorts`), and for init containers that run before it. Where nothing shows whom they
    /// call, there is one note for the namespace.
    ///
    /// ## Why is this bad?
    /// Without a proxy the caller sends plaintext, and the server's proxy resets the connection. Jobs are hit first:
    /// they opt out of injection because their sidecar would keep them from ending, and nobody sees them fail at night.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: default, namespace: shop}
    /// spec:
    ///   mtls: {mode: STRICT}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: cleanup, namespace: shop}
    /// spec:
    ///   template:
    ///     metadata:
    ///       labels: {sidecar.istio.io/inject: "false"}
    ///     spec:
    ///       containers:
    ///         - name: app
    ///           image: example/cleanup:1
    ///           args: ["--cart=http://cart.shop.svc.cluster.local"]
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
    /// metadata: {name: cart, namespace: shop, labels: {app: cart}}
    /// spec:
    ///   containers: [{name: app, image: example/cart:1}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: cleanup, namespace: shop}
    /// spec:
    ///   template:
    ///     metadata:
    ///       annotations: {sidecar.istio.io/nativeSidecar: "true"}
    ///     spec:
    ///       containers:
    ///         - name: app
    ///           image: example/cleanup:1
    ///           args: ["--cart=http://cart.shop.svc.cluster.local"]
    /// ```
    pub struct UnmeshedCaller {
        id: "unmeshed-caller",
        family: Callers,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for UnmeshedCaller {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let mut silent: BTreeMap<NamespaceId, Vec<WorkloadId>> = BTreeMap::new();
        for (id, workload) in facts
            .mesh
            .workloads()
            .filter(|(_, workload)| workload.template().is_some())
        {
            let calls = facts.callers.calls.of(id);
            findings.extend(self.with_evidence(facts, id, workload, calls));
            if calls.is_empty() && is_outside(facts, id) {
                silent.entry(workload.namespace).or_default().push(id);
            }
        }
        if !silent.is_empty() {
            let strict = strict_services(facts);
            findings.extend(silent.iter().filter_map(|(namespace, workloads)| {
                self.without_evidence(facts, *namespace, workloads, strict.get(namespace)?)
            }));
        }
    }
}

/// Why a call meets no proxy of the caller.
#[derive(Debug, Clone, Copy)]
enum Bare {
    Outside,
    Excluded(Span),
    BeforeSidecar(Option<Span>),
}

/// A call that is refused, with the ports that refuse it.
type Refused<'a> = (&'a Call<'a>, Bare, Vec<StrictPort<'a>>);

fn is_outside(facts: &Facts<'_>, id: WorkloadId) -> bool {
    let enrolment = &facts.resolution.workload(id).enrolment;
    enrolment.plane == DataPlane::None && enrolment.rests_on.is_empty()
}

fn bare(facts: &Facts<'_>, id: WorkloadId, workload: &Workload<'_>, call: &Call<'_>) -> Option<Bare> {
    if is_outside(facts, id) {
        return Some(Bare::Outside);
    }
    if facts.resolution.workload(id).enrolment.plane != DataPlane::Sidecar {
        return None;
    }
    let excluded = call.port.and_then(|port| Outbound::of(workload).bypassed(port));
    let before = || {
        call.is_init
            .then(|| starts_after_init(facts.mesh, workload))
            .flatten()
            .map(Bare::BeforeSidecar)
    };
    excluded.map(Bare::Excluded).or_else(before)
}

/// The ports that refuse a call. Where the port is not told, all of the service's have to.
fn refusing<'a>(facts: &Facts<'a>, call: &Call<'_>) -> Vec<StrictPort<'a>> {
    let service = facts.mesh.service(call.service);
    let ports = facts.mesh.ports_of(call.service);
    let Some(port) = call.port else {
        let tcp = ports.iter().filter(|port| port.protocol != Protocol::Udp);
        let each: Vec<_> = tcp
            .map(|port| strict_ports::behind(facts, call.service, port.number))
            .collect();
        let is_closed = each.iter().all(|ports| !ports.is_empty());
        return if is_closed { each.concat() } else { Vec::new() };
    };
    if service.is_headless() && service.port(port).is_none() {
        let pods = facts.resolution.endpoints(call.service).iter();
        return pods.filter_map(|&pod| strict_port(facts, pod, port)).collect();
    }
    strict_ports::behind(facts, call.service, port)
}

/// Services with a STRICT port, by namespace.
fn strict_services(facts: &Facts<'_>) -> BTreeMap<NamespaceId, BTreeSet<ServiceId>> {
    let mut strict: BTreeMap<NamespaceId, BTreeSet<ServiceId>> = BTreeMap::new();
    for (id, service) in facts.mesh.services() {
        let mut ports = service.ports.iter().filter(|port| port.protocol != Protocol::Udp);
        if ports.any(|port| !strict_ports::behind(facts, id, port.number).is_empty()) {
            strict.entry(service.namespace).or_default().insert(id);
        }
    }
    strict
}

impl UnmeshedCaller {
    fn with_evidence<'a>(
        self,
        facts: &Facts<'a>,
        id: WorkloadId,
        workload: &Workload<'_>,
        calls: &'a [Call<'a>],
    ) -> Option<Finding> {
        let refused = calls.iter().filter_map(|call| {
            let bare = bare(facts, id, workload, call)?;
            let ports = refusing(facts, call);
            (!ports.is_empty()).then_some((call, bare, ports))
        });
        let refused: Vec<Refused<'_>> = refused.collect();
        let (call, bare, ports) = refused.first()?;
        let meta = workload.meta();
        let targets = list(refused.iter().map(|(call, ..)| called(facts, call)));
        let message = format!(
            "{} {} calls {targets} in plaintext, which STRICT refuses: {}",
            meta.kind,
            meta.qualified_name(),
            match bare {
                Bare::Outside => "it has no proxy",
                Bare::Excluded(_) => "the port bypasses its sidecar",
                Bare::BeforeSidecar(_) => "its init containers run before the sidecar",
            },
        );
        let finding = self
            .finding(call.span, message)
            .on(meta.object_name())
            .label(evidence(call.how))
            .help(help(facts, *bare, &ports[0]));
        let finding = relate(facts, finding, id, &refused);
        Some(strict_ports::assume(facts, finding, ports))
    }

    /// Nothing shows whom they call: worth knowing once for each namespace that has something to call.
    fn without_evidence(
        self,
        facts: &Facts<'_>,
        namespace: NamespaceId,
        workloads: &[WorkloadId],
        strict: &BTreeSet<ServiceId>,
    ) -> Option<Finding> {
        let first = facts.mesh.workload(*workloads.first()?);
        let services = list(
            strict
                .iter()
                .map(|&id| &*facts.mesh.service(id).meta().name.value),
        );
        let message = format!(
            "{} outside the mesh ({}) cannot reach {} of namespace {} ({services})",
            counted(workloads.len(), "workload"),
            list(workloads.iter().map(|&id| facts.mesh.workload(id).name())),
            counted(strict.len(), "STRICT service"),
            facts.mesh.namespaces[namespace].display_name(),
        );
        let finding = self
            .finding(first.meta().name.span, message)
            .severity(Severity::Info)
            .on(first.meta().object_name())
            .label("sends plaintext, if it calls them at all")
            .help("give whatever calls these services a proxy; nothing given shows which workloads do")
            .detail("no evidence");
        let finding = wording::related_enrolment(facts, finding, workloads[0]);
        let rests_on = strict.first().and_then(|&service| {
            let port = facts.mesh.service(service).ports.first()?;
            let ports = strict_ports::behind(facts, service, port.number);
            Some(strict_ports::assume(facts, finding.clone(), &ports))
        });
        Some(rests_on.unwrap_or(finding))
    }
}

/// Shows the other calls, and what keeps them from a proxy.
fn relate(facts: &Facts<'_>, mut finding: Finding, id: WorkloadId, refused: &[Refused<'_>]) -> Finding {
    for (other, ..) in refused.iter().skip(1).take(4) {
        finding = finding.related(other.span, format!("and {}", called(facts, other)));
    }
    let Some((_, bare, ports)) = refused.first() else {
        return finding;
    };
    let finding = match bare {
        Bare::Outside => wording::related_enrolment(facts, finding, id),
        Bare::Excluded(span) => finding.related(*span, "keeps calls from the sidecar"),
        Bare::BeforeSidecar(Some(span)) => {
            finding.related(*span, "the sidecar starts after the init containers")
        }
        Bare::BeforeSidecar(None) => finding,
    };
    strict_ports::related(facts, finding, ports)
}

/// `cart.shop:80`, or without the port where none is told.
fn called(facts: &Facts<'_>, call: &Call<'_>) -> String {
    let host = host(facts, call.service);
    match call.port {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

fn evidence(how: How<'_>) -> String {
    match how {
        How::Environment => "the environment names it".to_owned(),
        How::Argument => "an argument names it".to_owned(),
        How::ConfigMap(config_map) => format!("ConfigMap {} names it", config_map.name.value),
    }
}

fn help(facts: &Facts<'_>, bare: Bare, strict: &StrictPort<'_>) -> String {
    let why = match bare {
        Bare::Outside => "give the caller a proxy, or let it in on this port alone",
        Bare::Excluded(_) => "let the sidecar carry the calls, or let them in on this port alone",
        Bare::BeforeSidecar(_) => {
            "let the sidecar start first (`sidecar.istio.io/nativeSidecar: \"true\"`), or let the calls in on this port \
             alone"
        }
    };
    strict_ports::exception(facts, why, strict)
}
