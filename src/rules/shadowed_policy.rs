//! `shadowed-policy`

mod rivals;
mod stakes;

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::{Assumption, Finding, Severity};
use crate::mesh::{PolicyId, WorkloadId};

use rivals::{Contest, Contested, Rivals};
use stakes::Stake;

declare_rule! {
    /// ## What it does
    /// Finds policies of one scope that exclude each other: several for the mesh, several for a namespace, or
    /// several whose selectors meet on one workload. Istio takes the oldest of them whole and reads nothing
    /// of the others, not even their ports.
    ///
    /// ## Why is this bad?
    /// All but one do nothing. Which one counts is told by no manifest: it is the one that was created first
    /// in this cluster. A cluster that is rebuilt from the same manifests creates them at once, and then
    /// their names decide.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: PERMISSIVE
    /// ---
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: strict
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct ShadowedPolicy {
        id: "shadowed-policy",
        family: PeerAuthentication,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for ShadowedPolicy {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for rivals in rivals::all(facts) {
            let verdict = rivals.loser().map(|(loser, contest)| Verdict {
                facts,
                rivals: &rivals,
                loser,
                contest,
                is_told: is_told(facts, &rivals),
                stake: stakes::find(facts, &rivals),
            });
            findings.extend(verdict.map(|verdict| self.report(&verdict)));
        }
    }
}

/// Whether timestamps tell which policy counts, wherever some compete.
fn is_told(facts: &Facts<'_>, rivals: &Rivals) -> bool {
    rivals.contests.iter().all(|contest| {
        let mut others = contest.policies.iter().skip(1);
        others.all(|&other| facts.mesh.policies.is_ordered_by_time(contest.policies[0], other))
    })
}

/// What becomes of a group of rivals.
struct Verdict<'a> {
    facts: &'a Facts<'a>,
    rivals: &'a Rivals,
    loser: PolicyId,
    contest: &'a Contest,
    is_told: bool,
    stake: Option<Stake>,
}

impl ShadowedPolicy {
    fn report(self, verdict: &Verdict<'_>) -> Finding {
        let policies = &verdict.facts.mesh.policies;
        let loser = &policies[verdict.loser].object.meta;
        let winner = verdict.contest.policies[0];
        let label = if verdict.is_told {
            "ignored"
        } else {
            "ignored unless it was created first"
        };
        let mut finding = self
            .finding(loser.name.span, verdict.message())
            .on(loser.object_name())
            .label(label)
            .detail(policies[winner].object.meta.qualified_name())
            .help(verdict.help());
        for &id in verdict.rivals.policies.iter().filter(|&&id| id != verdict.loser) {
            let words = match (verdict.rivals.losers.contains(&id), verdict.is_told) {
                (false, true) => "counts: it is the oldest",
                (false, false) => "counts if it was created first",
                (true, true) => "ignored as well",
                (true, false) => "ignored as well unless it was created first",
            };
            finding = finding.related(policies[id].object.meta.name.span, words);
        }
        if !verdict.is_told {
            let words = "the policies were created at once, or in the order of their names";
            finding = finding.assuming(Assumption::NoTimestamps, words);
        }
        match &verdict.stake {
            None => finding.severity(Severity::Info),
            Some(stake) => {
                let namespace = policies[verdict.loser].namespace;
                wording::assuming_enrolment(finding, verdict.facts.mesh, namespace, stake.rests_on)
            }
        }
    }
}

impl Verdict<'_> {
    fn name(&self, id: PolicyId) -> &str {
        &self.facts.mesh.policies[id].object.meta.name.value
    }

    fn message(&self) -> String {
        let whom = self.whom();
        if self.is_told {
            let loser = wording::policy(&self.facts.mesh.policies[self.loser]);
            let winner = self.name(self.contest.policies[0]);
            let outcome = self.stake.as_ref().map_or("; the modes are the same", |_| "");
            return format!("{loser} is ignored for {whom}, since {winner} is older{outcome}");
        }
        let outcome = match &self.stake {
            None => "; the modes are the same".to_owned(),
            Some(Stake { places, .. }) => {
                let port = places[0].port.map(|port| format!(" on port {port}"));
                let modes = places[0].alternatives();
                format!(", so the mode is {modes}{}", port.unwrap_or_default())
            }
        };
        let names = wording::list(self.contest.policies.iter().map(|&id| self.name(id)));
        format!("only the oldest of policies {names} counts for {whom}{outcome}")
    }

    /// Those for whom the loser is ignored.
    fn whom(&self) -> String {
        let mesh = self.facts.mesh;
        match self.contest.over {
            Contested::Mesh => "the mesh".to_owned(),
            Contested::Namespace(id) => format!("namespace {}", mesh.namespaces[id].display_name()),
            Contested::Workload(first) => {
                let lost = self.rivals.lost_by(self.loser).map(|contest| contest.over);
                let workloads: Vec<WorkloadId> = lost.filter_map(Contested::workload).collect();
                let namespace = mesh.namespaces[mesh.workload(first).namespace].display_name();
                format!("{} in {namespace}", wording::workloads(mesh, &workloads))
            }
        }
    }

    fn help(&self) -> String {
        let advice = "write one policy that says everything, or selectors that do not meet".to_owned();
        let by_name = self.contest.policies.iter().map(|&id| self.name(id)).min();
        let rebuilt = format!(
            "a rebuilt cluster creates them at once, and then {} counts",
            by_name.unwrap_or_default()
        );
        let yields = self.stake.iter().flat_map(|stake| self.yields(stake));
        let lines: Vec<String> = std::iter::once(advice).chain(yields).chain([rebuilt]).collect();
        lines.join("\n")
    }

    /// What each order yields.
    fn yields<'s>(&'s self, stake: &'s Stake) -> impl Iterator<Item = String> + 's {
        let subject = match stake.over.workload() {
            Some(workload) => self.facts.mesh.workload(workload).name().to_owned(),
            None => self.whom(),
        };
        let each = stake.policies.iter().enumerate();
        each.map(move |(index, &id)| {
            let modes = stake.places.iter().map(|place| match place.port {
                Some(port) => format!("{} on port {port}", place.modes[index]),
                None => place.modes[index].to_string(),
            });
            let modes: Vec<String> = modes.collect();
            format!(
                "if {} is the oldest, {subject} is {}",
                self.name(id),
                modes.join(", ")
            )
        })
    }
}
