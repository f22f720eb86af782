//! `workload-entry-without-identity`.

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Finding};
use crate::hash::HashSet;
use crate::mesh::{PolicyId, Scope, Workload, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::client::{EndpointPlace, SentReason};
use crate::resolve::compose::deciding_value;
use crate::resolve::dataplane::{Because, DataPlane};
use crate::source::Span;

declare_rule! {
    /// ## What it does
    /// Finds WorkloadEntries and WorkloadGroups without a `serviceAccount` that a `STRICT` policy selects by
    /// their labels.
    ///
    /// ## Why is this bad?
    /// An entry without an identity is taken for a machine without a proxy, so clients send plaintext. If the
    /// machine does run a proxy, as the policy suggests, `STRICT` refuses them.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: WorkloadEntry
    /// metadata: {name: billing, namespace: production}
    /// spec:
    ///   address: 10.0.0.7
    ///   labels: {app: billing}
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: billing, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: billing}
    ///   mtls: {mode: STRICT}
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: networking.istio.io/v1
    /// kind: WorkloadEntry
    /// metadata: {name: billing, namespace: production}
    /// spec:
    ///   address: 10.0.0.7
    ///   labels: {app: billing}
    ///   serviceAccount: billing
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata: {name: billing, namespace: production}
    /// spec:
    ///   selector:
    ///     matchLabels: {app: billing}
    ///   mtls: {mode: STRICT}
    /// ```
    pub struct WorkloadEntryWithoutIdentity {
        id: "workload-entry-without-identity",
        family: Agreement,
        severity: Warning,
        effect: Refusal,
    }
}

impl Rule for WorkloadEntryWithoutIdentity {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let machines = facts.mesh.workloads().filter(|&(id, _)| {
            let because = facts.resolution.workload(id).enrolment.because;
            because == Because::MachineWithoutIdentity
        });
        let candidates = machines.filter_map(|(id, workload)| Some((id, workload, strict_of(facts, id)?)));
        let candidates: Vec<_> = candidates.collect();
        if candidates.is_empty() {
            return;
        }
        let reached = Reached::of(facts);
        for (id, workload, strict) in candidates {
            // Where rules tell every client to send mTLS, the identity is not asked for.
            if reached.in_plaintext.contains(&id) || !reached.at_all.contains(&id) {
                findings.push(self.report(facts, workload, strict));
            }
        }
    }
}

/// The machines that sidecars reach.
#[derive(Default)]
struct Reached {
    at_all: HashSet<WorkloadId>,
    /// Those to which some of them send plaintext because of the missing identity.
    in_plaintext: HashSet<WorkloadId>,
}

impl Reached {
    fn of(facts: &Facts<'_>) -> Reached {
        let mut reached = Reached::default();
        let rows = facts.matrix.rows().filter(|row| row.is_surely_routed());
        for class in rows
            .filter(|row| row.client.plane == DataPlane::Sidecar)
            .flat_map(|row| row.endpoints.iter())
        {
            for endpoint in &class.endpoints {
                let EndpointPlace::Workload(id) = endpoint.place else {
                    continue;
                };
                reached.at_all.insert(id);
                if matches!(class.sent.reason, SentReason::NoMutualTlsLabel) {
                    reached.in_plaintext.insert(id);
                }
            }
        }
        reached
    }
}

/// The STRICT of a policy for single workloads that holds for a machine, on some port.
fn strict_of(facts: &Facts<'_>, id: WorkloadId) -> Option<(PolicyId, Span)> {
    let policies = &facts.mesh.policies;
    let ports = facts.resolution.declared_ports(id).into_iter().map(Some);
    std::iter::once(None).chain(ports).find_map(|port| {
        let policy = facts.resolution.decide(id, port).policy;
        let by = policy.by.filter(|_| policy.mode == Mode::Strict)?;
        let value = deciding_value(policies, policy, port)?;
        (policies[by].scope == Scope::Workload).then_some((by, value.span))
    })
}

impl WorkloadEntryWithoutIdentity {
    fn report(self, facts: &Facts<'_>, workload: &Workload<'_>, strict: (PolicyId, Span)) -> Finding {
        let (policy, value) = strict;
        let meta = workload.meta();
        let policy = wording::policy(&facts.mesh.policies[policy]);
        let message = format!(
            "{} {} has no serviceAccount, so clients send it plaintext, which STRICT of {policy} refuses",
            meta.kind,
            meta.qualified_name(),
        );
        self.finding(meta.name.span, message)
            .on(meta.object_name())
            .label("without `serviceAccount` it is taken for a machine without a proxy")
            .help("write the service account of its proxy, `serviceAccount: NAME`")
            .related(value, format!("{policy} asks for mTLS"))
            .assuming(Assumption::NotModelled, "the machine runs a proxy")
    }
}
