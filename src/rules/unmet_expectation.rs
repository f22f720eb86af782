//! `unmet-expectation`

mod causes;

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::config::{Exception, Expectation, Glob};
use crate::finding::{Assumption, Finding, Severity};
use crate::hash::HashSet;
use crate::source::Span;
use crate::yaml::Spanned;

use causes::{Cause, Violation, violations};

declare_rule! {
    /// ## What it does
    /// Checks the modes that the config expects (`expect`) on the ports of workloads: what is in force is
    /// compared, whatever policies say. A port that no proxy guards takes plaintext.
    ///
    /// ## Why is this bad?
    /// A team has decided which modes have to be in force. A policy that is added, a label that is removed or
    /// a namespace that is renamed can change them far away from where the decision is written down.
    ///
    /// ## Example
    /// ```yaml
    /// # .peerauth.yaml
    /// expect:
    ///   - namespaces: ["prod-*"]
    ///     mode: STRICT
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: prod-shop
    /// spec:
    ///   mtls:
    ///     mode: PERMISSIVE
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: cart
    ///   namespace: prod-shop
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: cart
    ///           ports:
    ///             - containerPort: 8080
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// # .peerauth.yaml
    /// expect:
    ///   - namespaces: ["prod-*"]
    ///     mode: STRICT
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: prod-shop
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: cart
    ///   namespace: prod-shop
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: cart
    ///           ports:
    ///             - containerPort: 8080
    /// ```
    pub struct UnmetExpectation {
        id: "unmet-expectation",
        family: Posture,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for UnmetExpectation {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for expectation in facts.given.expectations {
            let mut groups: Vec<Vec<Violation<'_>>> = Vec::new();
            for violation in violations(facts, expectation) {
                if excused(facts, expectation, &violation).is_some() {
                    continue;
                }
                match groups.iter_mut().find(|group| group[0].cause == violation.cause) {
                    Some(group) => group.push(violation),
                    None => groups.push(vec![violation]),
                }
            }
            let unmet = groups.iter().map(|group| self.report(facts, expectation, group));
            findings.extend(unmet);
            findings.extend(self.about_nothing(facts, expectation));
        }
    }
}

impl UnmetExpectation {
    fn report(self, facts: &Facts<'_>, expectation: &Expectation, group: &[Violation<'_>]) -> Finding {
        let expected = expectation.mode.value.mode();
        let place = place(facts, group);
        let (message, help) = match &group[0].cause {
            Cause::Policy { mode, policy, .. } => (
                format!(
                    "{mode} of {} is in force on {place}, where the config expects {expected}",
                    wording::policy(policy)
                ),
                format!(
                    "set the mode to {expected}, or name what is exempt under `except`, with a reason and a day"
                ),
            ),
            Cause::Default(mode) => (
                format!(
                    "nothing sets a mode for {place}: {mode} is in force, where the config expects {expected}"
                ),
                format!("add a PeerAuthentication with mode {expected}"),
            ),
            Cause::NoProxy { because, .. } => (
                format!("no proxy guards {place}, where the config expects {expected}: {because}"),
                "bring the workload into the mesh, or name it under `except`, with a reason and a day"
                    .to_owned(),
            ),
            Cause::Bypass { bypass, .. } => (
                format!(
                    "traffic to {place} bypasses the proxy, where the config expects {expected}: {bypass}"
                ),
                "let the proxy take the port, or name it under `except`, with a reason and a day".to_owned(),
            ),
        };
        let first = &group[0];
        let at = first.cause.span().unwrap_or(expectation.mode.span);
        let mut finding = self
            .finding(at, shortened(message))
            .help(help)
            .detail(detail(expectation));
        if let Some(object) = first.cause.object(facts) {
            finding = finding.on(object);
        }
        if at != expectation.mode.span {
            finding = finding.related(expectation.mode.span, format!("{expected} is expected here"));
        }
        finding = related_workloads(finding, facts, group);
        for exception in expired(facts, expectation, group) {
            let day = exception
                .expires
                .as_ref()
                .map(|day| day.to_string())
                .unwrap_or_default();
            let owner = exception.owner.as_ref();
            let owner = owner.map_or_else(String::new, |owner| format!("; {} answers for it", owner.value));
            finding = finding.related(
                exception.object.span,
                format!("this exception expired with {day}{owner}"),
            );
        }
        assuming(finding, facts, group)
    }

    /// An expectation that is about nothing would be met for ever.
    fn about_nothing(self, facts: &Facts<'_>, expectation: &Expectation) -> Option<Finding> {
        if !facts.given.is_whole {
            return None;
        }
        let namespaces = facts.given.objects.metas().filter_map(|meta| match meta.kind {
            crate::id::Kind::Namespace => Some(&*meta.name.value),
            _ => meta.namespace_name(),
        });
        let namespaces: HashSet<&str> = namespaces.collect();
        let is_unmatched = |glob: &&Spanned<Glob>| !namespaces.iter().any(|name| glob.matches(name));
        let unmatched = expectation.namespaces.iter().find(is_unmatched)?;
        let message = format!(
            "this expects nothing: no namespace among the manifests matches `{}`",
            unmatched.as_str()
        );
        let finding = self
            .finding(unmatched.span, shortened(message))
            .severity(Severity::Warning)
            .help("correct the glob, or remove it")
            .detail(unmatched.as_str());
        Some(finding)
    }
}

/// The exception that holds for a violation.
fn excused<'e>(
    facts: &Facts<'_>,
    expectation: &'e Expectation,
    violation: &Violation<'_>,
) -> Option<&'e Spanned<Exception>> {
    expectation
        .except
        .iter()
        .find(|exception| holds(facts, exception) && is_about(facts, exception, violation))
}

/// Whether an exception still holds, and has the reason that the config may demand.
fn holds(facts: &Facts<'_>, exception: &Exception) -> bool {
    let is_over = exception
        .expires
        .as_ref()
        .is_some_and(|day| day.is_over(facts.given.today));
    !is_over && (has_reason(exception) || !facts.given.require_reasons)
}

/// Whether somebody said why.
pub(crate) fn has_reason(exception: &Exception) -> bool {
    exception
        .reason
        .as_ref()
        .is_some_and(|reason| !reason.trim().is_empty())
}

fn is_about(facts: &Facts<'_>, exception: &Exception, violation: &Violation<'_>) -> bool {
    let workload = violation
        .workload
        .map(|id| facts.mesh.workload(id).meta().object_name());
    let policy = violation.cause.object(facts);
    let is_object = workload
        .into_iter()
        .chain(policy)
        .any(|name| exception.object.names(&name));
    let ports = &exception.ports;
    is_object && (ports.is_empty() || ports.iter().any(|port| Some(port.value.0) == violation.port))
}

/// The exceptions of all expectations that excuse something in one context, by the place of their objects.
pub(crate) fn used_exceptions(facts: &Facts<'_>) -> HashSet<Span> {
    let mut used = HashSet::default();
    for expectation in facts
        .given
        .expectations
        .iter()
        .filter(|expectation| !expectation.except.is_empty())
    {
        for violation in violations(facts, expectation) {
            let about = expectation
                .except
                .iter()
                .filter(|exception| is_about(facts, exception, &violation));
            used.extend(about.map(|exception| exception.object.span));
        }
    }
    used
}

fn expired<'e>(
    facts: &Facts<'_>,
    expectation: &'e Expectation,
    group: &[Violation<'_>],
) -> Vec<&'e Exception> {
    let is_expired = |exception: &&Spanned<Exception>| {
        let is_over = exception
            .expires
            .as_ref()
            .is_some_and(|day| day.is_over(facts.given.today));
        is_over
            && group
                .iter()
                .any(|violation| is_about(facts, exception, violation))
    };
    let expired = expectation.except.iter().filter(is_expired);
    expired.map(|exception| &exception.value).collect()
}

/// `port 8080 of cart`, or `3 ports of 2 workloads (cart, checkout)`.
fn place(facts: &Facts<'_>, group: &[Violation<'_>]) -> String {
    let mut workloads: Vec<_> = group.iter().filter_map(|violation| violation.workload).collect();
    workloads.dedup();
    if let Cause::Policy { policy, .. } = group[0].cause
        && workloads.is_empty()
        && policy.object.spec.selects_labels()
    {
        return "the workloads that it selects".to_owned();
    }
    if workloads.is_empty() {
        let namespace = facts.mesh.namespaces[group[0].namespace].display_name();
        return format!("workloads of namespace {namespace}");
    }
    let names = wording::workloads(facts.mesh, &workloads);
    let mut ports: Vec<_> = group.iter().filter_map(|violation| violation.port).collect();
    match (&ports[..], group.len()) {
        ([port], 1) => format!("port {port} of {names}"),
        ([], _) => names,
        (_, count) => {
            ports.sort_unstable();
            ports.dedup();
            match &ports[..] {
                [port] => format!("port {port} of {names}"),
                _ => format!("{} of {names}", wording::counted(count, "port")),
            }
        }
    }
}

/// What an expectation is known by, however it moves in the config.
fn detail(expectation: &Expectation) -> String {
    let mut words = vec![expectation.mode.value.mode().as_str().to_owned()];
    words.extend(expectation.namespaces.iter().map(|glob| glob.as_str().to_owned()));
    let labels = expectation.selector.match_labels.iter();
    words.extend(labels.map(|label| format!("{}={}", label.key, label.value)));
    words.extend(expectation.ports.iter().map(|port| port.value.0.to_string()));
    words.join(" ")
}

/// Messages have at most 160 characters, and names can be long.
fn shortened(message: String) -> String {
    const LONGEST: usize = 160;
    if message.chars().count() <= LONGEST {
        return message;
    }
    message.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn related_workloads(mut finding: Finding, facts: &Facts<'_>, group: &[Violation<'_>]) -> Finding {
    const SHOWN: usize = 3;
    let mut workloads: Vec<_> = group.iter().filter_map(|violation| violation.workload).collect();
    workloads.dedup();
    for id in workloads.into_iter().take(SHOWN) {
        let meta = facts.mesh.workload(id).meta();
        if meta.name.span != finding.primary.span {
            finding = finding.related(meta.name.span, format!("{} {}", meta.kind, meta.name.value));
        }
    }
    finding
}

fn assuming(finding: Finding, facts: &Facts<'_>, group: &[Violation<'_>]) -> Finding {
    let first = &group[0];
    let rests_on = group
        .iter()
        .fold(first.rests_on, |all, violation| all | violation.rests_on);
    let finding = wording::assuming_server(finding, facts.mesh, first.namespace, rests_on);
    if !rests_on.contains(Assumption::WorkloadsNotGiven) {
        return finding;
    }
    let namespace = facts.mesh.namespaces[first.namespace].display_name();
    finding.assuming(
        Assumption::WorkloadsNotGiven,
        format!("namespace {namespace} has workloads that it holds for"),
    )
}
