//! `root-namespace-selector`

use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::Finding;
use crate::mesh::{NamespaceId, Policy, PolicyId, Scope, WorkloadId};
use crate::resolve::Resolution;
use crate::yaml::StringMap;

declare_rule! {
    /// ## What it does
    /// Finds policies with a selector in the root namespace (usually `istio-system`). Istio reads them for no
    /// workload at all: not for those of other namespaces, and not for those of the root namespace either.
    ///
    /// ## Why is this bad?
    /// The policy looks as if it protected, or exempted, workloads with certain labels in every namespace. The
    /// API reference even says so. At run time these workloads keep the mode of their namespace or of the mesh.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: payment-strict
    ///   namespace: istio-system
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: payment-service
    ///   mtls:
    ///     mode: STRICT
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: payment-strict
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: payment-service
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct RootNamespaceSelector {
        id: "root-namespace-selector",
        family: PeerAuthentication,
        severity: Error,
        effect: Exposure,
    }
}

impl Rule for RootNamespaceSelector {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for (id, policy) in facts.mesh.policies.iter() {
            if policy.scope == Scope::RootSelector
                && let Some(selector) = &policy.object.spec.selector
            {
                let meant = Meant::of(facts.resolution, id, policy, &selector.match_labels);
                let finding = self.finding(selector.key, message(facts, policy, &meant));
                findings.push(complete(finding, facts, policy, &meant));
            }
        }
    }
}

/// The workloads with the labels of a policy.
struct Meant {
    /// Those of the root namespace.
    in_root: usize,
    /// Those of other namespaces.
    elsewhere: Vec<(NamespaceId, Vec<WorkloadId>)>,
}

impl Meant {
    fn of(resolution: &Resolution<'_, '_>, id: PolicyId, policy: &Policy<'_>, selector: &StringMap) -> Meant {
        let with_labels = |namespace| {
            let candidates = resolution.index.candidates(namespace, selector).iter().copied();
            let has_labels = |id: &WorkloadId| resolution.workload(*id).labels.match_all(selector);
            candidates.filter(has_labels).collect::<Vec<_>>()
        };
        let namespaces = resolution.mesh.namespaces.iter().map(|(id, _)| id);
        let elsewhere = namespaces
            .filter(|&namespace| namespace != policy.namespace)
            .map(|namespace| (namespace, with_labels(namespace)))
            .filter(|(_, workloads)| !workloads.is_empty());
        Meant {
            in_root: resolution.selected_by(id).len(),
            elsewhere: elsewhere.collect(),
        }
    }

    fn count(&self) -> usize {
        let elsewhere = self.elsewhere.iter().map(|(_, workloads)| workloads.len());
        elsewhere.sum::<usize>() + self.in_root
    }
}

fn message(facts: &Facts<'_>, policy: &Policy<'_>, meant: &Meant) -> String {
    let policy_name = wording::policy(policy);
    let whom = match meant.count() {
        0 => "any workload".to_owned(),
        count => {
            let root = (meant.in_root > 0).then_some(policy.namespace);
            let namespaces = meant
                .elsewhere
                .iter()
                .map(|&(namespace, _)| namespace)
                .chain(root);
            let names = namespaces.map(|id| facts.mesh.namespaces[id].display_name());
            let workloads = wording::counted(count, "workload");
            format!("{workloads} in {}", wording::list(names))
        }
    };
    format!("{policy_name} has no effect on {whom}: with a selector it is ignored in the root namespace")
}

fn complete(finding: Finding, facts: &Facts<'_>, policy: &Policy<'_>, meant: &Meant) -> Finding {
    const RELATED: usize = 5;
    let mesh = facts.mesh;
    let mut finding = finding
        .label("no control plane reads a policy with this selector here")
        .on(policy.object.meta.object_name());
    for (namespace, workloads) in meant.elsewhere.iter().take(RELATED) {
        let name = mesh.namespaces[*namespace].display_name();
        let selected = wording::workloads(mesh, workloads);
        let first = mesh.workload(workloads[0]).meta().name.span;
        finding = finding.related(first, format!("has the labels, in namespace {name}: {selected}"));
    }
    finding.help(help(facts, policy, meant))
}

fn help(facts: &Facts<'_>, policy: &Policy<'_>, meant: &Meant) -> String {
    const MANIFESTS: usize = 3;
    let names = meant
        .elsewhere
        .iter()
        .map(|(id, _)| facts.mesh.namespaces[*id].name);
    let namespaces: Vec<&str> = names.flatten().collect();
    if namespaces.is_empty() {
        return "move the policy to the namespace of its workloads, or remove the selector to set the mode of the \
                whole mesh; workloads of the root namespace follow the mesh-wide policy alone"
            .to_owned();
    }
    let shown = namespaces.iter().take(MANIFESTS);
    let manifests: Vec<String> = shown
        .map(|namespace| manifest::policy_in(policy.object, namespace))
        .collect();
    let rest = match namespaces.len().saturating_sub(MANIFESTS) {
        0 => String::new(),
        more => format!(
            ", and likewise in {}",
            wording::counted(more, "further namespace")
        ),
    };
    format!(
        "write it in {}{rest}:\n{}",
        wording::list(&namespaces),
        manifests.join("---\n").trim_end()
    )
}
