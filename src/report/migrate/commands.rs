//! What to run: queries of Prometheus, and commands for exactly the workloads of a plan.

use super::words;
use crate::id::Kind;
use crate::mesh::WorkloadId;
use crate::posture::diff::WorkloadName;
use crate::posture::migrate::{Manifest, Plan, Step, StepKind};
use crate::report::names::NameView;
use crate::report::queries::{LISTED, without_mutual_tls};
use crate::resolve::dataplane::DataPlane;

/// How many workloads get a command of their own.
const NAMED: usize = 3;

/// Queries that give whoever still calls without mutual TLS, for HTTP and for TCP.
pub(super) fn queries(namespace: Option<&str>, workloads: &[NameView<'_>]) -> Vec<String> {
    let names: Vec<&str> = workloads.iter().map(|workload| workload.name).collect();
    let of_workloads = if names.len() > LISTED || names.is_empty() {
        String::new()
    } else {
        // The dots of names are no wildcards.
        format!(
            ", destination_workload=~\"{}\"",
            names.join("|").replace('.', "\\\\.")
        )
    };
    let of_namespace = namespace
        .map(|name| format!(", destination_workload_namespace=\"{name}\""))
        .unwrap_or_default();
    without_mutual_tls(&format!("{of_namespace}{of_workloads}")).into()
}

/// Commands that show what the proxies of some workloads accept now.
pub(super) fn inspect(plan: &Plan<'_>, workloads: &[WorkloadId]) -> Vec<String> {
    let mut commands: Vec<String> = of_plane(plan, workloads, DataPlane::Sidecar)
        .filter_map(|id| resource(plan, id))
        .take(NAMED)
        .map(|(resource, namespace)| {
            format!("istioctl proxy-config listeners {resource}{namespace} --port 15006")
        })
        .collect();
    if of_plane(plan, workloads, DataPlane::Ambient).next().is_some() {
        commands.push("istioctl ztunnel-config workloads".to_owned());
    }
    commands
}

/// Commands that show that a step did what it is for.
pub(super) fn verify(plan: &Plan<'_>, step: &Step<'_>, turning: &[WorkloadId]) -> Vec<String> {
    let namespace = words::namespace(plan, step)
        .map(|name| format!(" -n {name}"))
        .unwrap_or_default();
    let mut commands = Vec::new();
    match &step.kind {
        StepKind::Rule(change) => {
            commands.push(format!(
                "kubectl get destinationrule{namespace} {} -o yaml",
                change.rule.meta.name.value
            ));
        }
        StepKind::Mesh => commands.push("kubectl get peerauthentication -A".to_owned()),
        _ => commands.push(format!("kubectl get peerauthentication{namespace}")),
    }
    let sidecars = of_plane(plan, turning, DataPlane::Sidecar).filter_map(|id| resource(plan, id));
    commands.extend(sidecars.take(NAMED).map(|(resource, namespace)| {
        format!("kubectl logs{namespace} {resource} -c istio-proxy --since=10m | grep filter_chain_not_found # nothing")
    }));
    if of_plane(plan, turning, DataPlane::Ambient).next().is_some() {
        commands.push(format!(
            "kubectl logs -n {} ds/ztunnel --since=10m | grep 'explicitly denied by' # nothing",
            plan.answers.mesh().settings.root_namespace.value
        ));
    }
    commands
}

/// Commands that undo a step.
pub(super) fn roll_back(manifests: &[Manifest], file: &str) -> Vec<String> {
    let new = manifests.iter().filter(|manifest| manifest.before.is_none());
    let mut commands: Vec<String> = new
        .map(|manifest| {
            let object = &manifest.object;
            let namespace = object
                .namespace
                .as_ref()
                .map(|name| format!(" -n {name}"))
                .unwrap_or_default();
            format!(
                "kubectl delete{namespace} {} {}",
                object.kind.as_str().to_lowercase(),
                object.name
            )
        })
        .rev()
        .collect();
    if manifests.iter().any(|manifest| manifest.before.is_some()) {
        commands.push(format!("kubectl apply -f {}", rollback(file)));
    }
    commands
}

/// Where a plan keeps what a step replaces. Whoever applies or reads the whole directory takes files of manifests by
/// their extension, and would undo the plan.
pub(super) fn rollback(file: &str) -> String {
    format!("rollback/{file}.undo")
}

fn of_plane<'p>(
    plan: &'p Plan<'_>,
    workloads: &'p [WorkloadId],
    plane: DataPlane,
) -> impl Iterator<Item = WorkloadId> + use<'p> {
    let of_plane: Vec<WorkloadId> = workloads
        .iter()
        .copied()
        .filter(|&id| plan.answers.resolution().workload(id).enrolment.plane == plane)
        .collect();
    of_plane.into_iter()
}

/// A workload as kubectl and istioctl take it, and its namespace as an option; none for what has no pods.
fn resource(plan: &Plan<'_>, id: WorkloadId) -> Option<(String, String)> {
    let WorkloadName {
        namespace,
        name,
        kind,
    } = WorkloadName::of(plan.answers.mesh(), id);
    if matches!(kind, Kind::WorkloadEntry | Kind::WorkloadGroup | Kind::CronJob) {
        return None;
    }
    let namespace = namespace.map(|name| format!(" -n {name}")).unwrap_or_default();
    let resource = match kind {
        Kind::Pod => name.to_owned(),
        kind => format!("{}/{name}", kind.as_str().to_lowercase()),
    };
    Some((resource, namespace))
}
