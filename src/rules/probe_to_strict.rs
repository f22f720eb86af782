//! `probe-to-strict`.

use super::strict_ports::{self, StrictPort};
use super::wording;
use super::{Declared, Facts, Rule, declare_rule};
use crate::callers::probes::{Handler, ProbeCall, ProbePort, Unrewritten, probes};
use crate::finding::{Finding, Severity};
use crate::mesh::{Workload, WorkloadId};
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds probes and hooks of pods with a sidecar that cannot work: those on a `STRICT` port where the rewriting
    /// of probes is switched off, and those on a named port that the container does not declare. A `tcpSocket` there
    /// is a warning.
    ///
    /// ## Why is this bad?
    /// The kubelet is no part of the mesh. Unless the injector turns its probes to the agent, the sidecar resets them
    /// and the container is restarted for ever. A `tcpSocket` always passes, whatever the application does: the
    /// sidecar takes the connection before it asks for a certificate.
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
    /// metadata:
    ///   name: web
    ///   namespace: shop
    ///   labels: {app: web}
    ///   annotations: {sidecar.istio.io/rewriteAppHTTPProbers: "false"}
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: example/web:1
    ///       ports: [{containerPort: 8080}]
    ///       readinessProbe:
    ///         httpGet: {path: /ready, port: 8080}
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
    /// metadata:
    ///   name: web
    ///   namespace: shop
    ///   labels: {app: web}
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: example/web:1
    ///       ports: [{containerPort: 8080}]
    ///       readinessProbe:
    ///         httpGet: {path: /ready, port: 8080}
    /// ```
    pub struct ProbeToStrict {
        id: "probe-to-strict",
        family: Callers,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for ProbeToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, workload) in facts.mesh.workloads() {
            // Ztunnel lets the kubelet pass.
            if facts.resolution.workload(id).enrolment.plane != DataPlane::Sidecar {
                continue;
            }
            let probes = probes(workload);
            if probes.is_empty() {
                continue;
            }
            findings.extend(self.refused(facts, id, workload, &probes));
            findings.extend(self.nowhere(facts, id, workload, &probes));
        }
    }
}

impl ProbeToStrict {
    /// Probes that meet the sidecar.
    fn refused(
        self,
        facts: &Facts<'_>,
        id: WorkloadId,
        workload: &Workload<'_>,
        probes: &[ProbeCall<'_>],
    ) -> Option<Finding> {
        let unrewritten = Unrewritten::of(facts.mesh, workload)?;
        let mut met: Vec<(&ProbeCall<'_>, StrictPort<'_>)> = probes
            .iter()
            .filter_map(|probe| {
                let ProbePort::Number(port) = probe.port else {
                    return None;
                };
                Some((probe, strict_ports::strict_port(facts, id, port)?))
            })
            .collect();
        met.sort_by_key(|(probe, _)| probe.handler == Handler::TcpSocket);
        let (probe, first) = met.first()?;
        let name = workload.meta().qualified_name();
        let (port, purpose) = (first.port, probe.purpose);
        let is_vacuous = probe.handler == Handler::TcpSocket;
        let message = if is_vacuous {
            format!("{purpose} of {name} always passes: the sidecar accepts every connection to port {port}")
        } else {
            format!("{purpose} of {name} fails: the sidecar refuses plaintext on STRICT port {port}")
        };
        let finding = self
            .finding(probe.key, message)
            .severity(if is_vacuous { Severity::Warning } else { Severity::Error })
            .on(workload.meta().object_name())
            .label("the kubelet meets the sidecar here")
            .help(
                "let the injector redirect probes to the agent: remove `sidecar.istio.io/rewriteAppHTTPProbers: \"false\"`, \
                 or set it to \"true\"",
            )
            .detail(port.to_string());
        Some(complete(facts, finding, &met, &unrewritten))
    }

    /// Probes on a named port that leads nowhere.
    fn nowhere(
        self,
        facts: &Facts<'_>,
        id: WorkloadId,
        workload: &Workload<'_>,
        probes: &[ProbeCall<'_>],
    ) -> Option<Finding> {
        let (probe, name, at) = probes.iter().find_map(|probe| match probe.port {
            ProbePort::Undeclared(name, at) => Some((probe, name, at)),
            ProbePort::Number(_) => None,
        })?;
        let message = format!(
            "{} of {} fails: its container declares no port `{name}`",
            probe.purpose,
            workload.meta().qualified_name(),
        );
        let finding = self
            .finding(at, message)
            .on(workload.meta().object_name())
            .label("no port of this container has that name")
            .help("name the port in `ports` of the container, or write its number")
            .detail(name);
        let rests_on = facts.resolution.workload(id).enrolment.rests_on;
        Some(wording::assuming_enrolment(
            finding,
            facts.mesh,
            workload.namespace,
            rests_on,
        ))
    }
}

fn complete(
    facts: &Facts<'_>,
    mut finding: Finding,
    met: &[(&ProbeCall<'_>, StrictPort<'_>)],
    unrewritten: &Unrewritten,
) -> Finding {
    for (other, _) in met.iter().skip(1) {
        finding = finding.related(other.key, format!("{} meets it too", other.purpose));
    }
    if let Some(at) = unrewritten.at {
        finding = finding.related(at, "switches the rewriting of probes off");
    }
    let ports: Vec<StrictPort<'_>> = met.iter().map(|(_, port)| *port).collect();
    let finding = strict_ports::related(facts, finding, &ports);
    strict_ports::assume(facts, finding, &ports)
}
