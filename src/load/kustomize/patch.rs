//! Which patches decide anything here. Most of them set images, replicas and resources, and an overlay
//! with no others can be understood without kustomize.

use super::kustomization::any_document;
use crate::yaml::{Node, Value};

/// The keys of a Kubernetes workload or Service that no answer depends on, with all below them.
const IDLE: &[&str] = &[
    "affinity",
    "automountServiceAccountToken",
    "image",
    "imagePullPolicy",
    "imagePullSecrets",
    "maxReplicas",
    "minReadySeconds",
    "minReplicas",
    "nodeSelector",
    "priorityClassName",
    "progressDeadlineSeconds",
    "replicas",
    "resources",
    "revisionHistoryLimit",
    "securityContext",
    "strategy",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
    "updateStrategy",
    "volumeClaimTemplates",
    "volumeMounts",
    "volumes",
];

/// The keys on the way to them.
const ON_THE_WAY: &[&str] = &["spec", "template", "jobTemplate", "containers", "initContainers"];

/// The kinds that such a patch is written for; of any other kind, every change may decide.
const WORKLOADS: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Pod",
    "Job",
    "CronJob",
    "Rollout",
];

/// Kinds that decide nothing, however they are changed.
const BYSTANDERS: &[&str] = &[
    "Certificate",
    "ClusterRole",
    "ClusterRoleBinding",
    "HorizontalPodAutoscaler",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "Role",
    "RoleBinding",
    "Secret",
    "StorageClass",
];

/// Whether the text of a patch, a strategic merge or a list of JSON patch operations, may change an answer.
/// One that does not parse may.
pub(super) fn decides(text: &str) -> bool {
    let is_idle = |root: Node<'_>| match root.value() {
        Value::Map => merge_is_idle(root),
        Value::Seq => root.items().all(operation_is_idle),
        Value::Null => true,
        _ => false,
    };
    any_document(text, |root| !is_idle(root)) || !any_document(text, |_| true)
}

fn merge_is_idle(root: Node<'_>) -> bool {
    let kind = text(root, "kind").unwrap_or_default();
    if BYSTANDERS.contains(&kind) {
        return root.get("$patch").is_none();
    }
    WORKLOADS.contains(&kind)
        && root.entries().all(|entry| match entry.key {
            "apiVersion" | "kind" => true,
            "metadata" => entry
                .value
                .entries()
                .all(|entry| matches!(entry.key, "name" | "namespace")),
            "spec" => fields_are_idle(entry.value),
            _ => false,
        })
}

fn fields_are_idle(node: Node<'_>) -> bool {
    match node.value() {
        Value::Map => node.entries().all(|entry| {
            entry.key == "name"
                || IDLE.contains(&entry.key)
                || ON_THE_WAY.contains(&entry.key) && fields_are_idle(entry.value)
        }),
        Value::Seq => node.items().all(fields_are_idle),
        _ => false,
    }
}

/// An operation is idle if its path leads to an idle field of a workload.
fn operation_is_idle(operation: Node<'_>) -> bool {
    let Some(path) = text(operation, "path") else {
        return false;
    };
    let Some(path) = path.strip_prefix("/spec/") else {
        return false;
    };
    let mut segments = path.split('/').skip_while(|segment| {
        ON_THE_WAY.contains(segment) || segment.bytes().all(|byte| byte.is_ascii_digit())
    });
    matches!(text(operation, "op"), Some("add" | "replace" | "remove" | "test"))
        && segments.next().is_some_and(|segment| IDLE.contains(&segment))
}

fn text<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.get(key)?.value.as_str()
}

#[cfg(test)]
mod tests {
    use super::decides;

    #[test]
    fn images_and_replicas_decide_nothing() {
        assert!(!decides(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: 3\n  template:\n    \
             spec:\n      containers:\n        - name: a\n          image: b:2\n          resources:\n            \
             limits: {memory: 1Gi}\n"
        ));
        assert!(!decides(
            "- op: replace\n  path: /spec/replicas\n  value: 3\n- op: add\n  path: \
             /spec/template/spec/containers/0/resources/limits\n  value: {}\n"
        ));
        assert!(!decides(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 9}\n"
        ));
    }

    #[test]
    fn labels_ports_modes_and_deletions_do() {
        for patch in [
            "kind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    metadata:\n      labels: {v: b}\n",
            "kind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      hostNetwork: true\n",
            "kind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n        - \
             name: a\n          ports: []\n",
            "kind: PeerAuthentication\nmetadata:\n  name: a\nspec:\n  mtls: {mode: STRICT}\n",
            "$patch: delete\nkind: Deployment\nmetadata:\n  name: a\n",
            "- op: remove\n  path: /spec/template/spec/containers/0\n",
            "- op: replace\n  path: /spec\n  value: {}\n",
            "- op: replace\n  path: /metadata/name\n  value: b\n",
            "a: [",
            "",
        ] {
            assert!(decides(patch), "{patch}");
        }
    }
}
