//! Documents of kinds that decide nothing, or hardly anything.

use std::fmt::Write;

use super::Corpus;

impl Corpus {
    /// Every eighth holds a dashboard, every twentieth a manifest.
    pub(super) fn config_map(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        let share = self.random.below(100);
        text.push_str("apiVersion: v1\nkind: ConfigMap\n");
        self.metadata(text, &format!("{app}-config"), Some(&namespace), Some(&app));
        text.push_str("data:\n");
        for _ in 0..self.random.between(2, 9) {
            let (word, number) = (self.random.word(), self.random.below(9999));
            if self.random.chance(30) {
                let other = self.random.word();
                writeln!(text, "  {word}.{other}-{number}: 'true'").unwrap();
            } else {
                let value = self.random.words(1, 6);
                writeln!(text, "  {}_{number}: {value}", word.to_uppercase()).unwrap();
            }
        }
        if share < 35 {
            text.push_str("  application.properties: |\n");
            for _ in 0..self.random.between(5, 60) {
                let (one, two, three) = (self.random.word(), self.random.word(), self.random.word());
                let value = self.random.words(1, 5);
                writeln!(text, "    {one}.{two}.{three}={value}").unwrap();
            }
        }
        if share < 12 {
            self.dashboard(text);
        }
        if share > 94 {
            text.push_str(
                "  manifest.yaml: |\n    ---\n    apiVersion: security.istio.io/v1\n    kind: PeerAuthentication\n    metadata:\n      \
                 name: embedded\n    spec:\n      mtls:\n        mode: DISABLE\n",
            );
        }
        "ConfigMap"
    }

    fn dashboard(&mut self, text: &mut String) {
        text.push_str("  dashboard.json: |-\n    {\n");
        for number in 0..self.random.between(150, 900) {
            let (key, job) = (self.random.word(), self.random.word());
            let title = self.random.words(3, 4);
            let (height, width) = (number % 9, number % 24);
            writeln!(
                text,
                "      \"{key}_{number}\": {{\"title\": \"{title}\", \"gridPos\": {{\"h\": {height}, \"w\": {width}}}, \
                 \"expr\": \"sum(rate(http_requests_total{{job=\\\"{job}\\\"}}[5m])) by (le)\"}},"
            )
            .unwrap();
        }
        text.push_str("      \"end\": true\n    }\n");
    }

    pub(super) fn secret(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        text.push_str("apiVersion: v1\nkind: Secret\n");
        self.metadata(text, &format!("{app}-secret"), Some(&namespace), Some(&app));
        text.push_str("type: Opaque\ndata:\n");
        for number in 0..self.random.between(1, 6) {
            let bytes = self.random.pick(&[12, 24, 48, 900]);
            let (key, value) = (self.random.word(), self.random.encoded(bytes));
            writeln!(text, "  {key}-{number}: {value}").unwrap();
        }
        "Secret"
    }

    /// A CustomResourceDefinition.
    pub(super) fn definition(&mut self, text: &mut String) -> &'static str {
        let (kind, group) = (self.random.word(), self.random.word());
        let number = self.random.below(9999);
        writeln!(
            text,
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  annotations:\n    \
             controller-gen.kubebuilder.io/version: v0.14.0\n  name: {kind}s{number}.{group}.example.com\nspec:\n  \
             group: {group}.example.com\n  names:\n    kind: {kind}\n    listKind: {kind}List\n    plural: {kind}s\n    \
             singular: {kind}\n  scope: Namespaced\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:"
        )
        .unwrap();
        let mut budget = self.random.between(60, 900);
        self.properties(text, 8, 7, &mut budget);
        text.push_str("    served: true\n    storage: true\n    subresources:\n      status: {}\n");
        "CustomResourceDefinition"
    }

    fn properties(&mut self, text: &mut String, indent: usize, depth: usize, budget: &mut usize) {
        if self.random.chance(60) {
            let words = self.random.words(4, 12);
            writeln!(text, "{:indent$}description: {words}", "").unwrap();
        } else {
            let (one, other) = (self.random.words(12, 13), self.random.words(10, 11));
            writeln!(
                text,
                "{:indent$}description: |-\n{:indent$}  {one}\n{:indent$}  {other}",
                "", "", ""
            )
            .unwrap();
        }
        if depth == 0 || *budget == 0 {
            let of = self.random.pick(&["string", "integer", "boolean"]);
            writeln!(text, "{:indent$}type: {of}", "").unwrap();
            return;
        }
        writeln!(text, "{:indent$}properties:", "").unwrap();
        for number in 0..self.random.between(2, 6) {
            *budget = budget.saturating_sub(4);
            let (one, other) = (self.random.word(), self.random.word());
            writeln!(text, "{:indent$}  {one}-{other}{number}:", "").unwrap();
            let further = if self.random.chance(80) { depth - 1 } else { 0 };
            self.properties(text, indent + 4, further, budget);
        }
        writeln!(text, "{:indent$}type: object", "").unwrap();
    }

    /// What says who may do what.
    pub(super) fn access(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        let kind = self
            .random
            .pick(&["Role", "ClusterRole", "RoleBinding", "ServiceAccount"]);
        let version = match kind {
            "ServiceAccount" => "v1",
            _ => "rbac.authorization.k8s.io/v1",
        };
        writeln!(text, "apiVersion: {version}\nkind: {kind}").unwrap();
        let own = (kind != "ClusterRole").then_some(&*namespace);
        self.metadata(text, &app, own, Some(&app));
        if kind == "RoleBinding" {
            writeln!(
                text,
                "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: {app}\nsubjects:\n\
                 - kind: ServiceAccount\n  name: {app}\n  namespace: {namespace}"
            )
            .unwrap();
        } else if kind != "ServiceAccount" {
            text.push_str("rules:\n");
            for _ in 0..self.random.between(1, 9) {
                let group = self.random.pick(&["", "apps", "batch"]);
                let (one, other) = (self.random.word(), self.random.word());
                writeln!(
                    text,
                    "- apiGroups: [\"{group}\"]\n  resources:\n  - {one}s\n  - {other}s\n  verbs: [\"get\", \"list\", \"watch\"]"
                )
                .unwrap();
            }
        }
        kind
    }

    pub(super) fn other(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        let (version, kind) = self.random.pick(&[
            ("networking.k8s.io/v1", "Ingress"),
            ("autoscaling/v2", "HorizontalPodAutoscaler"),
            ("networking.k8s.io/v1", "NetworkPolicy"),
            ("networking.istio.io/v1beta1", "VirtualService"),
            ("security.istio.io/v1", "AuthorizationPolicy"),
            ("monitoring.coreos.com/v1", "PrometheusRule"),
        ]);
        writeln!(text, "apiVersion: {version}\nkind: {kind}").unwrap();
        self.metadata(text, &app, Some(&namespace), Some(&app));
        text.push_str("spec:\n");
        match kind {
            "Ingress" => writeln!(
                text,
                "  ingressClassName: nginx\n  rules:\n    - host: {app}.example.com\n      http:\n        paths:\n          \
                 - path: /\n            pathType: Prefix\n            backend:\n              service:\n                \
                 name: {app}\n                port:\n                  number: 80"
            )
            .unwrap(),
            "HorizontalPodAutoscaler" => writeln!(
                text,
                "  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: {app}\n  minReplicas: 2\n  \
                 maxReplicas: 10\n  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n        target:\n          \
                 type: Utilization\n          averageUtilization: 70"
            )
            .unwrap(),
            "NetworkPolicy" => writeln!(
                text,
                "  podSelector:\n    matchLabels:\n      app: {app}\n  policyTypes: [Ingress, Egress]\n  ingress:\n    \
                 - from:\n        - namespaceSelector: {{}}"
            )
            .unwrap(),
            "VirtualService" => self.routes(text, &app),
            "AuthorizationPolicy" => writeln!(
                text,
                "  action: ALLOW\n  rules:\n    - from:\n        - source:\n            \
                 principals: [\"cluster.local/ns/{namespace}/sa/{app}\"]"
            )
            .unwrap(),
            _ => self.alerts(text, &app),
        }
        kind
    }

    fn routes(&mut self, text: &mut String, app: &str) {
        writeln!(text, "  hosts:\n    - {app}\n  http:").unwrap();
        for subset in 0..self.random.between(1, 5) {
            let prefix = self.random.word();
            writeln!(
                text,
                "    - match:\n        - uri:\n            prefix: /{prefix}\n      route:\n        - destination:\n            \
                 host: {app}\n            subset: v{subset}"
            )
            .unwrap();
        }
    }

    fn alerts(&mut self, text: &mut String, app: &str) {
        writeln!(text, "  groups:\n    - name: {app}.rules\n      rules:").unwrap();
        for number in 0..self.random.between(2, 12) {
            let (alert, metric) = (self.random.word(), self.random.word());
            let description = self.random.words(9, 10);
            writeln!(
                text,
                "        - alert: {alert}{number}\n          annotations:\n            \
                 description: '{description} {{{{ $labels.pod }}}}.'\n          expr: |\n            \
                 sum(rate({metric}_total{{job=\"{app}\"}}[5m])) > {number}\n          for: 10m\n          labels:\n            \
                 severity: warning"
            )
            .unwrap();
        }
    }
}
