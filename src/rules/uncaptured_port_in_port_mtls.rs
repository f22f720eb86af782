//! `uncaptured-port-in-port-mtls`

use super::{Declared, Facts, Rule, declare_rule, manifest, ports, wording};
use crate::finding::{Assumptions, Edit, Finding, Severity};
use crate::mesh::{Policy, PolicyId, WorkloadId};
use crate::model::peer_authentication::{Mode, PortMode};
use crate::resolve::capture::{Bypass, is_proxy_port};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds entries of `portLevelMtls` for ports whose traffic never meets the sidecar: the proxy's own ports
    /// (15008, 15020, 15021, 15090), those of `excludeInboundPorts`, those that `includeInboundPorts` leaves
    /// out, and every port under interception mode `NONE`. `DISABLE` for a port of the application is the one
    /// entry that helps there, since clients follow it and send plaintext.
    ///
    /// ## Why is this bad?
    /// Nothing enforces the mode: `STRICT` lets plaintext in. Clients in the mesh do follow it, so that with
    /// `STRICT` or `PERMISSIVE` they send mTLS to an application that cannot read it. The proxy's own
    /// ports always answer in plaintext; a scraper needs no exception for 15020.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: orders-metrics
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: orders
    ///   mtls:
    ///     mode: STRICT
    ///   portLevelMtls:
    ///     15020:
    ///       mode: PERMISSIVE
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: orders
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: orders
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct UncapturedPortInPortMtls {
        id: "uncaptured-port-in-port-mtls",
        family: PeerAuthentication,
        severity: Warning,
        effect: Exposure,
    }
}

impl Rule for UncapturedPortInPortMtls {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy, entry) in ports::entries(facts) {
            let uncaptured = Uncaptured::find(facts, id, entry.port);
            let Some(uncaptured) = uncaptured else { continue };
            let mode = entry.mtls.explicit_mode();
            let finding = if uncaptured.is_proxy_port {
                self.of_the_proxy(policy, entry, mode.map(|mode| mode.value))
            } else if let Some(mode) = mode.filter(|mode| mode.value != Mode::Disable) {
                let message = uncaptured.message(facts, policy, entry.port, mode.value);
                with_remedy(
                    self.finding(mode.span, message),
                    entry.port,
                    mode.value,
                    mode.span,
                )
            } else {
                continue;
            };
            findings.push(uncaptured.complete(finding, facts, policy, entry));
        }
    }
}

impl UncapturedPortInPortMtls {
    /// Nothing that is written about the proxy's own ports has any effect.
    fn of_the_proxy(self, policy: &Policy<'_>, entry: &PortMode, mode: Option<Mode>) -> Finding {
        let name = wording::policy(policy);
        let port = entry.port;
        let (severity, message) = match mode {
            Some(Mode::Strict) => (
                Severity::Warning,
                format!(
                    "STRICT of {name} is not enforced on {port}: a port of the proxy itself follows no policy"
                ),
            ),
            _ => (
                Severity::Info,
                format!("{name} changes nothing on {port}: a port of the proxy itself follows no policy"),
            ),
        };
        self.finding(entry.mtls.key, message)
            .severity(severity)
            .label("a port of the proxy itself")
            .help("remove the entry, or name the port on which the application itself listens")
    }
}

/// What clients see follows from the entry even though no proxy enforces it.
fn with_remedy(finding: Finding, port: u16, mode: Mode, at: Span) -> Finding {
    let finding = finding.label("no proxy enforces this").help(format!(
        "write DISABLE to let clients in the mesh reach port {port} in plaintext, or let the sidecar capture the port to \
         protect it"
    ));
    if mode == Mode::Strict {
        return finding;
    }
    finding.fix(
        "tell clients to send plaintext",
        vec![Edit {
            span: at,
            text: manifest::in_place_of(at, mode.as_str(), Mode::Disable.as_str()),
        }],
    )
}

/// A port that bypasses the sidecars of the workloads that a policy selects.
struct Uncaptured<'o> {
    /// Whether it is the proxy's own, wherever it bypasses it.
    is_proxy_port: bool,
    workloads: Vec<WorkloadId>,
    because: Option<Bypass<'o>>,
    rests_on: Assumptions,
}

impl<'o> Uncaptured<'o> {
    fn find(facts: &Facts<'o>, policy: PolicyId, port: u16) -> Option<Uncaptured<'o>> {
        let selected = facts.resolution.selected_by(policy);
        let mut uncaptured = Uncaptured {
            is_proxy_port: true,
            workloads: Vec::new(),
            because: None,
            rests_on: Assumptions::NONE,
        };
        for &workload in selected {
            let resolved = facts.resolution.workload(workload);
            if let Some(bypass) = resolved.bypass(Some(port)) {
                uncaptured.is_proxy_port &= matches!(bypass, Bypass::ProxyPort) || is_proxy_port(port);
                uncaptured.workloads.push(workload);
                uncaptured.because.get_or_insert(bypass);
                uncaptured.rests_on |= resolved.enrolment.rests_on;
            }
        }
        // Of pods that are not given only the proxy's own ports are known.
        let is_known = !uncaptured.workloads.is_empty() || (selected.is_empty() && is_proxy_port(port));
        is_known.then_some(uncaptured)
    }

    fn message(&self, facts: &Facts<'_>, policy: &Policy<'_>, port: u16, mode: Mode) -> String {
        let name = wording::policy(policy);
        let workloads = wording::workloads(facts.mesh, &self.workloads);
        let happens = match mode {
            Mode::Strict => "lets plaintext in on",
            Mode::Permissive | Mode::Disable => "makes clients send mTLS to",
        };
        format!("{mode} of {name} {happens} port {port} of {workloads}, which bypasses the sidecar")
    }

    fn complete(
        &self,
        finding: Finding,
        facts: &Facts<'_>,
        policy: &Policy<'_>,
        entry: &PortMode,
    ) -> Finding {
        let mut finding = finding
            .on(policy.object.meta.object_name())
            .detail(entry.port.to_string());
        if let Some(bypass) = &self.because
            && let Some(span) = bypass.span()
        {
            finding = finding.related(span, format!("the port bypasses the sidecar: {bypass}"));
        }
        if self.workloads.is_empty() {
            let words = "the pods that it selects have a sidecar";
            return wording::assuming_no_others(finding, facts.mesh, policy.namespace, words);
        }
        wording::assuming_enrolment(finding, facts.mesh, policy.namespace, self.rests_on)
    }
}
