//! `scrape-to-strict`.

use super::strict_ports::{self, StrictPort};
use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::callers::scrapes::{Scrape, Scraper};
use crate::finding::{Assumption, Finding, Severity};
use crate::mesh::WorkloadId;
use crate::resolve::dataplane::DataPlane;

declare_rule! {
    /// ## What it does
    /// Finds ServiceMonitors, PodMonitors and `prometheus.io/port` annotations that make Prometheus scrape a port
    /// which accepts mTLS of the mesh only. It is silent where the injector turns the annotation to the
    /// agent's own port, and for monitors that show certificates of the mesh. Those on a port that is not `STRICT`
    /// are a warning: no proxy takes them there.
    ///
    /// ## Why is this bad?
    /// Every scrape fails, and with the metrics go the alerts. A sidecar beside Prometheus does not help: it dials
    /// pods by their address, which its sidecar knows nothing of.
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
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers:
    ///     - {name: app, image: example/web:1, ports: [{name: metrics, containerPort: 9090}]}
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PodMonitor
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: web}
    ///   podMetricsEndpoints: [{port: metrics}]
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
    ///   annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090"}
    /// spec:
    ///   containers:
    ///     - {name: app, image: example/web:1, ports: [{name: metrics, containerPort: 9090}]}
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PodMonitor
    /// metadata: {name: proxies, namespace: shop}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: web}
    ///   podMetricsEndpoints: [{port: http-envoy-prom, path: /stats/prometheus}]
    /// ```
    pub struct ScrapeToStrict {
        id: "scrape-to-strict",
        family: Callers,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for ScrapeToStrict {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let scraper = Scraper::of(facts.resolution);
        for scrape in &facts.callers.scrapes {
            findings.extend(if scrape.uses_mesh_certificates {
                self.with_certificates(facts, scrape)
            } else {
                self.in_plaintext(facts, scrape, &scraper)
            });
        }
    }
}

impl ScrapeToStrict {
    fn in_plaintext(self, facts: &Facts<'_>, scrape: &Scrape<'_>, scraper: &Scraper) -> Option<Finding> {
        let may_tunnel = scraper.may_tunnel(facts.resolution, scrape);
        let is_ambient = |id: WorkloadId| facts.resolution.workload(id).enrolment.plane == DataPlane::Ambient;
        let reached = scrape
            .targets
            .iter()
            .filter(|(workload, _)| !(may_tunnel && is_ambient(*workload)));
        let ports: Vec<StrictPort<'_>> = reached
            .filter_map(|&(workload, port)| strict_ports::strict_port(facts, workload, port))
            .collect();
        let first = ports.first()?;
        let name = format!("{} {}", scrape.object.kind, scrape.object.qualified_name());
        let message = if facts.mesh.workload(first.workload).meta().span == scrape.object.span {
            format!(
                "{name} asks for plaintext scrapes of port {}, which STRICT refuses",
                first.port
            )
        } else {
            format!(
                "{name} scrapes {} in plaintext, which STRICT refuses",
                strict_ports::words(facts, &ports),
            )
        };
        let why = "scrape the agent's merged metrics on port 15020, give Prometheus certificates of the mesh, or let \
                   plaintext in on this port alone";
        let finding = self
            .finding(scrape.span, message)
            .on(scrape.object.object_name())
            .label(format!("port {} is STRICT", first.port))
            .help(strict_ports::exception(facts, why, first))
            .detail(first.port.to_string());
        let finding = strict_ports::related(facts, finding, &ports);
        let finding = strict_ports::assume(facts, finding, &ports);
        if scraper.is_given || !ports.iter().all(|port| is_ambient(port.workload)) {
            return Some(finding);
        }
        Some(finding.assuming(Assumption::WorkloadsNotGiven, "Prometheus is outside ambient"))
    }

    /// Certificates of the mesh are meant for a proxy, and only under STRICT does one end every TLS.
    fn with_certificates(self, facts: &Facts<'_>, scrape: &Scrape<'_>) -> Option<Finding> {
        let open = scrape.targets.iter().filter(|&&(workload, port)| {
            let plane = facts.resolution.workload(workload).enrolment.plane;
            let decision = facts.resolution.decide(workload, Some(port));
            plane == DataPlane::Sidecar
                && decision.is_enforced()
                && strict_ports::strict_port(facts, workload, port).is_none()
        });
        let open: Vec<(WorkloadId, u16)> = open.copied().collect();
        let &(workload, port) = open.first()?;
        let decision = facts.resolution.decide(workload, Some(port));
        let workloads: Vec<WorkloadId> = open.iter().map(|&(workload, _)| workload).collect();
        let message = format!(
            "{} {} shows certificates of the mesh to port {port} of {}, whose proxy takes them under STRICT only",
            scrape.object.kind,
            scrape.object.qualified_name(),
            wording::workloads(facts.mesh, &workloads),
        );
        let finding = self
            .finding(scrape.span, message)
            .severity(Severity::Warning)
            .on(scrape.object.object_name())
            .label(format!("port {port} is {}", decision.policy.mode))
            .help("scrape it without `tlsConfig`, or make the port STRICT")
            .detail(port.to_string());
        let namespace = facts.mesh.workload(workload).namespace;
        Some(wording::assuming_server(
            finding,
            facts.mesh,
            namespace,
            decision.rests_on,
        ))
    }
}
