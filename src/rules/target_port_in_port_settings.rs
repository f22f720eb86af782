//! `target-port-in-port-settings`

use super::connections::host as service_host;
use super::hosts::{RuleHost, rule_hosts};
use super::wording::{destination_rule, is_complete, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumption, Edit, Finding};
use crate::hash::HashSet;
use crate::mesh::{ServiceId, TargetPort};
use crate::model::destination_rule::TrafficPolicy;
use crate::resolve::endpoints::target_port;
use crate::source::Span;
use crate::yaml::Spanned;

declare_rule! {
    /// ## What it does
    /// Finds entries of `portLevelSettings` that name a port on which only the pods listen. A
    /// DestinationRule is read by clients, and clients know the ports of the Service.
    ///
    /// ## Why is this bad?
    /// The entry is accepted and never used. Clients send what the rest of the rule says, or what
    /// auto-mTLS chooses, so that a port which was meant as an exception is none.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   ports:
    ///     - port: 80
    ///       targetPort: 8080
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment
    ///   trafficPolicy:
    ///     portLevelSettings:
    ///       - port: {number: 8080}
    ///         tls: {mode: DISABLE}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   ports:
    ///     - port: 80
    ///       targetPort: 8080
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   host: payment
    ///   trafficPolicy:
    ///     portLevelSettings:
    ///       - port: {number: 80}
    ///         tls: {mode: DISABLE}
    /// ```
    pub struct TargetPortInPortSettings {
        id: "target-port-in-port-settings",
        family: DestinationRule,
        severity: Error,
        effect: Refusal,
    }
}

impl Rule for TargetPortInPortSettings {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let routed = routed_subsets(facts);
        for host in rule_hosts(facts) {
            let policies = policies(&host, &routed);
            let settings = policies.iter().flat_map(|policy| &policy.port_level_settings);
            let numbers: Vec<_> = settings
                .filter_map(|entry| entry.port.as_ref()?.number.as_ref())
                .collect();
            for number in &numbers {
                let Some(mistaken) = Mistaken::find(facts, &host, number.value) else {
                    continue;
                };
                let is_taken = |port: u16| numbers.iter().any(|other| other.value == u32::from(port));
                let finding = self.report(facts, &host, &mistaken, number);
                findings.push(mistaken.mend(finding, number, is_taken));
            }
        }
    }
}

/// The subsets, of whatever service, to which a route leads.
fn routed_subsets<'a>(facts: &Facts<'a>) -> HashSet<&'a str> {
    let rows = facts.matrix.rows().filter(|row| row.is_surely_routed());
    rows.filter_map(|row| row.subset).collect()
}

/// The policies of a rule that somebody follows: those of subsets only where a route leads there.
fn policies<'a>(host: &RuleHost<'a>, routed: &HashSet<&str>) -> Vec<&'a TrafficPolicy> {
    let spec = &host.rule.spec;
    let subsets = spec.subsets.iter();
    let routed = subsets.filter(|subset| subset.traffic_policy.is_some() && routed.contains(&*subset.name));
    let of_subsets = routed.filter_map(|subset| subset.traffic_policy.as_ref());
    let all = spec.traffic_policy.iter().chain(of_subsets);
    all.map(|policy| &policy.value).collect()
}

/// A port of pods that was taken for one of their Service.
struct Mistaken {
    /// A Service that leads to the port.
    service: ServiceId,
    /// Its ports that do, each once, with their places.
    ports: Vec<(u16, Span)>,
}

impl Mistaken {
    /// The Service behind which pods listen on that number, unless it is also a port of a given Service.
    fn find(facts: &Facts<'_>, host: &RuleHost<'_>, number: u32) -> Option<Mistaken> {
        let number = u16::try_from(number).ok()?;
        let covered = host.covered(facts);
        let mut services = covered.services.iter().copied();
        let has_port = |id: ServiceId| facts.mesh.ports_of(id).iter().any(|port| port.number == number);
        if services.clone().any(has_port) {
            return None;
        }
        services.find_map(|service| {
            let ports = leading_to(facts, service, number);
            (!ports.is_empty()).then_some(Mistaken { service, ports })
        })
    }

    /// A single port takes the number's place, unless it has an entry of its own.
    fn mend(self, finding: Finding, number: &Spanned<u32>, is_taken: impl Fn(u16) -> bool) -> Finding {
        match self.ports[..] {
            [(port, _)] if is_taken(port) => finding.help(format!(
                "remove the entry: there already is one for port {port} of the Service"
            )),
            [(port, _)] => finding
                .help(format!(
                    "write the port of the Service: {port} instead of {}",
                    number.value
                ))
                .fix(
                    format!("name the Service's port {port}"),
                    vec![Edit {
                        span: number.span,
                        text: port.to_string(),
                    }],
                ),
            _ => finding.help("write an entry for each of these ports of the Service"),
        }
    }
}

/// The ports of a service that lead to a port of its pods. A name is looked up in the given pods.
fn leading_to(facts: &Facts<'_>, id: ServiceId, number: u16) -> Vec<(u16, Span)> {
    let service = facts.mesh.service(id);
    let pods = facts.resolution.endpoints(id);
    let leads = service.ports.iter().filter(|port| match port.target {
        TargetPort::Number(target) => target == number,
        TargetPort::Name(_) => pods
            .iter()
            .any(|&pod| target_port(service, port, facts.mesh.workload(pod)) == Some(number)),
    });
    leads.map(|port| (port.number, port.span)).collect()
}

impl TargetPortInPortSettings {
    fn report(
        self,
        facts: &Facts<'_>,
        host: &RuleHost<'_>,
        mistaken: &Mistaken,
        number: &Spanned<u32>,
    ) -> Finding {
        let service = service_host(facts, mistaken.service);
        let ports = list(mistaken.ports.iter().map(|(port, _)| port.to_string()));
        let message = format!(
            "{} changes nothing for clients of {service} on {}, a port of the pods alone: they call it on {ports}",
            destination_rule(host.rule),
            number.value,
        );
        let mut finding = self
            .finding(number.span, message)
            .on(host.rule.meta.object_name())
            .label("a port of the pods, not of the Service")
            .detail(number.value.to_string());
        for (_, span) in &mistaken.ports {
            finding = finding.related(*span, format!("leads to port {} of the pods", number.value));
        }
        let namespace = facts.mesh.service(mistaken.service).namespace;
        if host.is_wildcard() && !is_complete(facts.mesh, namespace) {
            let words = format!("no other Service of {} has port {}", host.full, number.value);
            finding = finding.assuming(Assumption::ServiceNotGiven, words);
        }
        finding
    }
}
