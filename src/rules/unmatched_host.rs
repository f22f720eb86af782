//! `unmatched-host`

use super::hosts::{RuleHost, rule_hosts};
use super::manifest;
use super::wording::{destination_rule, is_complete, list};
use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Assumption, Finding, Severity};
use crate::hash::HashMap;
use crate::mesh::settings::Origin;
use crate::mesh::{NamespaceId, Service};
use crate::resolve::destination::HostMap;

declare_rule! {
    /// ## What it does
    /// Finds DestinationRules whose host is no Service: `name.namespace` and `name.namespace.svc`, which
    /// Istio takes literally; a short name, which means the rule's own namespace, of a Service that lives
    /// in another one; a name under another cluster domain; and names that no given Service of the
    /// namespace has.
    ///
    /// ## Why is this bad?
    /// No client follows the rule. Nothing rejects it, so that its TLS mode and subsets look as if they
    /// were in force.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: payment, namespace: production}
    /// spec:
    ///   ports:
    ///     - port: 80
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: web}
    /// spec:
    ///   host: payment.production
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
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
    /// ---
    /// apiVersion: networking.istio.io/v1
    /// kind: DestinationRule
    /// metadata: {name: payment, namespace: web}
    /// spec:
    ///   host: payment.production.svc.cluster.local
    ///   trafficPolicy:
    ///     tls: {mode: ISTIO_MUTUAL}
    /// ```
    pub struct UnmatchedHost {
        id: "unmatched-host",
        family: DestinationRule,
        severity: Error,
        effect: Other,
    }
}

impl Rule for UnmatchedHost {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let given = Given::of(facts);
        for host in rule_hosts(facts) {
            let is_short = !host.written.value.contains('.') && !host.is_wildcard();
            let is_covered = !host.covered(facts).services.is_empty() || given.is_in_entry(&host);
            if is_covered || (is_short && is_unnamed(facts, host.namespace)) {
                continue;
            }
            let found = if is_short {
                self.elsewhere(facts, &given, &host)
            } else {
                self.literal(facts, &given, &host)
                    .or_else(|| self.other_domain(facts, &host))
            };
            findings.extend(found.or_else(|| self.nobody(facts, &given, &host)));
        }
    }
}

/// The given services, by what a host is compared with.
struct Given<'a> {
    /// Hosts of ServiceEntries.
    entries: HostMap<()>,
    /// Kubernetes Services.
    by_namespace: HashMap<NamespaceId, Vec<&'a Service<'a>>>,
    /// All of them.
    by_name: HashMap<&'a str, Vec<&'a Service<'a>>>,
}

impl<'a> Given<'a> {
    fn of(facts: &Facts<'a>) -> Given<'a> {
        let mut given = Given {
            entries: HostMap::default(),
            by_namespace: HashMap::default(),
            by_name: HashMap::default(),
        };
        for (_, service) in facts.mesh.services() {
            if service.entry().is_some() {
                given.entries.slot(&service.host);
            }
            if service.kubernetes().is_some() {
                given
                    .by_namespace
                    .entry(service.namespace)
                    .or_default()
                    .push(service);
            }
            given
                .by_name
                .entry(&service.meta().name.value)
                .or_default()
                .push(service);
        }
        given
    }

    /// Whether a ServiceEntry has the host, or a wildcard around it.
    fn is_in_entry(&self, host: &RuleHost<'_>) -> bool {
        self.entries.most_specific(&host.full).is_some()
    }

    /// The Kubernetes Services of a namespace.
    fn services_in(&self, namespace: NamespaceId) -> &[&'a Service<'a>] {
        self.by_namespace.get(&namespace).map_or(&[], Vec::as_slice)
    }

    /// The services of a name, of whichever kind.
    fn called(&self, name: &str) -> &[&'a Service<'a>] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether enough of a namespace is given to speak of what it lacks.
    fn is_told(&self, facts: &Facts<'_>, namespace: NamespaceId) -> bool {
        is_complete(facts.mesh, namespace) || !self.services_in(namespace).is_empty()
    }

    /// Whether a given Service of that name names no namespace: it may become that of any.
    fn may_be_anywhere(&self, facts: &Facts<'_>, name: &str) -> bool {
        let mut services = self.called(name).iter();
        services.any(|service| is_unnamed(facts, service.namespace))
    }

    /// The Service of a namespace whose name looks most like `name`, if any does.
    fn nearest(&self, namespace: NamespaceId, name: &str) -> Option<&'a Service<'a>> {
        const ALIKE: f64 = 0.75;
        let likeness =
            |service: &&Service<'_>| strsim::normalized_damerau_levenshtein(name, &service.meta().name.value);
        let services = self.services_in(namespace).iter().copied();
        let alike = services.filter(|service| likeness(service) >= ALIKE);
        alike.max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
    }
}

/// Whether a namespace is the one of objects that name none: it may become any.
fn is_unnamed(facts: &Facts<'_>, namespace: NamespaceId) -> bool {
    facts.mesh.namespaces[namespace].name.is_none()
}

impl UnmatchedHost {
    fn report(self, host: &RuleHost<'_>, why: &str) -> Finding {
        let message = format!("no client follows {}: {why}", destination_rule(host.rule));
        self.finding(host.written.span, message)
            .on(host.rule.meta.object_name())
            .detail(host.written.value.to_string())
    }

    /// `name.namespace` and `name.namespace.svc`, where that can be no host outside the cluster.
    fn literal(self, facts: &Facts<'_>, services: &Given<'_>, host: &RuleHost<'_>) -> Option<Finding> {
        let stem = host.full.strip_suffix(".svc").unwrap_or(&host.full);
        let (name, namespace) = stem.split_once('.').filter(|(_, rest)| !rest.contains('.'))?;
        let meant = format!(
            "{name}.{namespace}.svc.{}",
            facts.mesh.settings.cluster_domain.value
        );
        let given = facts.mesh.services_of_host(&meant).first();
        let is_namespace = facts
            .mesh
            .namespaces
            .find(namespace)
            .is_some_and(|id| services.is_told(facts, id));
        let is_service_name = stem.len() < host.full.len() || given.is_some() || is_namespace;
        if !is_service_name {
            return None;
        }
        let why = format!(
            "Istio takes the host {} literally, and no Service has it",
            host.full
        );
        let finding = self
            .report(host, &why)
            .label("taken literally, as it holds a dot")
            .help(format!("write `host: {meant}`"))
            .fix(
                "write the full name",
                vec![manifest::replaced(host.written, &meant)],
            );
        Some(match given {
            Some(&id) => finding.related(
                facts.mesh.service(id).meta().name.span,
                "the Service that is meant",
            ),
            None => finding.assuming(
                Assumption::ServiceNotGiven,
                format!("no ServiceEntry has the host {}", host.full),
            ),
        })
    }

    /// A short name, while the Service lives in other namespaces.
    fn elsewhere(self, facts: &Facts<'_>, given: &Given<'_>, host: &RuleHost<'_>) -> Option<Finding> {
        let name = &*host.written.value;
        let called = given.called(name).iter().copied();
        let others: Vec<&Service<'_>> = called.filter(|service| service.kubernetes().is_some()).collect();
        let namespaces = |services: &[&Service<'_>]| {
            let ids = services
                .iter()
                .map(|service| facts.mesh.namespaces[service.namespace].display_name());
            list(ids)
        };
        let [first, ..] = others[..] else { return None };
        if !given.is_told(facts, host.namespace)
            || others.iter().any(|other| is_unnamed(facts, other.namespace))
        {
            return None;
        }
        let own = facts.mesh.namespaces[host.namespace].display_name();
        let why = format!(
            "its host {name} means namespace {own}, and Service {name} is in {}",
            namespaces(&others)
        );
        let mut finding = self
            .report(host, &why)
            .label(format!("means {}", host.full))
            .help(format!("write `host: {}`", first.host))
            .related(first.meta().name.span, "the Service of that name");
        if others.len() == 1 {
            let edit = manifest::replaced(host.written, &first.host);
            finding = finding.fix("write the full name", vec![edit]);
        }
        Some(assuming_absence(facts, finding, host, host.namespace))
    }

    /// The name of a given Service under another domain.
    fn other_domain(self, facts: &Facts<'_>, host: &RuleHost<'_>) -> Option<Finding> {
        let domain = &facts.mesh.settings.cluster_domain;
        let (stem, other) = host.full.split_once(".svc.")?;
        // Names of several clusters have a domain of their own.
        if other == &*domain.value || !other.ends_with("local") || other == "clusterset.local" {
            return None;
        }
        let meant = format!("{stem}.svc.{}", domain.value);
        let id = facts.mesh.services_of_host(&meant).first()?;
        let why = format!(
            "the domain of {} is not the cluster's, {}",
            host.full, domain.value
        );
        let mut finding = self
            .report(host, &why)
            .label("another cluster domain")
            .help(format!("write `host: {meant}`"))
            .fix(
                "write the cluster's domain",
                vec![manifest::replaced(host.written, &meant)],
            )
            .related(
                facts.mesh.service(*id).meta().name.span,
                "the Service of that name",
            );
        if domain.origin == Origin::Default {
            let words = format!("the domain of the cluster is {}", domain.value);
            finding = finding.assuming(Assumption::NotModelled, words);
        }
        Some(finding)
    }

    /// A name that no given Service of its namespace has.
    fn nobody(self, facts: &Facts<'_>, given: &Given<'_>, host: &RuleHost<'_>) -> Option<Finding> {
        let suffix = format!(".svc.{}", facts.mesh.settings.cluster_domain.value);
        let (name, namespace) = host.full.strip_suffix(&suffix)?.split_once('.')?;
        let namespace = facts.mesh.namespaces.find(namespace)?;
        if !given.is_told(facts, namespace) || given.may_be_anywhere(facts, name) {
            return None;
        }
        let place = facts.mesh.namespaces[namespace].display_name();
        let severity = if is_complete(facts.mesh, namespace) {
            Severity::Warning
        } else {
            Severity::Info
        };
        let finding = self
            .report(host, &format!("no given Service of {place} is called {name}"))
            .severity(severity)
            .label("no given Service");
        let finding = match given.nearest(namespace, name) {
            Some(known) => finding.help(format!("write `host: {}` if that Service is meant", known.host)),
            None => finding.help("name a Service of that namespace, or remove the rule"),
        };
        Some(assuming_absence(facts, finding, host, namespace))
    }
}

fn assuming_absence(
    facts: &Facts<'_>,
    finding: Finding,
    host: &RuleHost<'_>,
    namespace: NamespaceId,
) -> Finding {
    if is_complete(facts.mesh, namespace) {
        return finding;
    }
    let words = format!("no Service or ServiceEntry has the host {}", host.full);
    finding.assuming(Assumption::ServiceNotGiven, words)
}
