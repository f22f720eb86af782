//! Documents of kinds that are read.

use std::fmt::Write;

use super::Corpus;

impl Corpus {
    pub(super) fn namespace(&mut self, text: &mut String, number: usize) {
        let name = &self.namespaces[number];
        writeln!(text, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}").unwrap();
        if self.random.chance(80) {
            text.push_str("  labels:\n    istio-injection: enabled\n");
        }
    }

    pub(super) fn service(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        text.push_str("apiVersion: v1\nkind: Service\n");
        self.metadata(text, &app, Some(&namespace), Some(&app));
        text.push_str("spec:\n  type: ClusterIP\n  ports:\n");
        for number in 0..self.random.between(1, 4) {
            let port = self.random.pick(&[80, 8080, 443, 9090, 15020, 3306]);
            let protocol = self.random.pick(&["http", "grpc", "tcp", "https", "metrics"]);
            let target = if self.random.chance(70) {
                port.to_string()
            } else {
                "http".to_owned()
            };
            writeln!(
                text,
                "    - name: {protocol}-{number}\n      port: {port}\n      targetPort: {target}\n      protocol: TCP"
            )
            .unwrap();
        }
        writeln!(text, "  selector:\n    app: {app}").unwrap();
        "Service"
    }

    pub(super) fn deployment(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        text.push_str("apiVersion: apps/v1\nkind: Deployment\n");
        self.metadata(text, &app, Some(&namespace), Some(&app));
        let (replicas, version) = (self.random.between(1, 9), self.random.between(1, 4));
        writeln!(
            text,
            "spec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      app: {app}\n  template:\n    metadata:\n      \
             labels:\n        app: {app}\n        version: v{version}\n      annotations:\n        \
             prometheus.io/scrape: \"true\"\n        prometheus.io/port: \"9090\""
        )
        .unwrap();
        if self.random.chance(15) {
            text.push_str("        sidecar.istio.io/inject: \"false\"\n");
        }
        writeln!(
            text,
            "    spec:\n      serviceAccountName: {app}\n      containers:"
        )
        .unwrap();
        for number in 0..self.random.pick(&[1, 1, 1, 2, 3]) {
            self.container(text, &namespace, &app, number);
        }
        writeln!(
            text,
            "      volumes:\n        - name: config\n          configMap:\n            name: {app}-config"
        )
        .unwrap();
        "Deployment"
    }

    fn container(&mut self, text: &mut String, namespace: &str, app: &str, number: usize) {
        let name = match number {
            0 => app.to_owned(),
            _ => format!("side-{number}"),
        };
        let (minor, patch) = (self.random.below(90), self.random.below(9));
        writeln!(
            text,
            "        - name: {name}\n          image: registry.example.com/{namespace}/{app}:v1.{minor}.{patch}\n          \
             imagePullPolicy: IfNotPresent\n          ports:\n            - containerPort: 8080\n              name: http\n              \
             protocol: TCP\n            - containerPort: 9090\n              name: metrics\n          env:"
        )
        .unwrap();
        for variable in 0..self.random.between(2, 14) {
            self.variable(text, app, variable);
        }
        text.push_str(
            "          resources:\n            requests:\n              cpu: 100m\n              memory: 128Mi\n            \
             limits:\n              cpu: 500m\n              memory: 512Mi\n          livenessProbe:\n            httpGet:\n              \
             path: /healthz\n              port: http\n            initialDelaySeconds: 10\n            periodSeconds: 10\n          \
             readinessProbe:\n            httpGet: {path: /ready, port: http}\n          volumeMounts:\n            \
             - name: config\n              mountPath: /etc/config\n              readOnly: true\n",
        );
    }

    fn variable(&mut self, text: &mut String, app: &str, number: usize) {
        let (one, other) = (
            self.random.word().to_uppercase(),
            self.random.word().to_uppercase(),
        );
        writeln!(text, "            - name: {one}_{other}_{number}").unwrap();
        if self.random.chance(60) {
            let value = self.random.words(1, 5);
            writeln!(text, "              value: \"{value}\"").unwrap();
        } else {
            let key = self.random.word();
            writeln!(
                text,
                "              valueFrom:\n                secretKeyRef:\n                  name: {app}-secret\n                  key: {key}"
            )
            .unwrap();
        }
    }

    pub(super) fn peer_authentication(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        let version = self.random.pick(&["v1beta1", "v1"]);
        writeln!(
            text,
            "apiVersion: security.istio.io/{version}\nkind: PeerAuthentication"
        )
        .unwrap();
        let share = self.random.below(100);
        if share < 35 {
            let mode = self
                .random
                .pick(&["STRICT", "STRICT", "PERMISSIVE", "DISABLE", "UNSET"]);
            writeln!(
                text,
                "metadata:\n  name: default\n  namespace: {namespace}\nspec:\n  mtls:\n    mode: {mode}"
            )
            .unwrap();
            return "PeerAuthentication";
        }
        self.metadata(text, &format!("{app}-mtls"), Some(&namespace), None);
        let mode = self.random.pick(&["STRICT", "PERMISSIVE", "DISABLE"]);
        let remark = self.random.words(4, 5);
        writeln!(
            text,
            "spec:\n  selector:\n    matchLabels:\n      app: {app}\n  mtls:\n    mode: {mode}  # {remark}"
        )
        .unwrap();
        if share > 70 {
            text.push_str("  portLevelMtls:\n");
            let first = self.random.below(6);
            for number in first..first + self.random.between(1, 4) {
                let port = [80, 8080, 9090, 3306, 15020, 8443][number % 6];
                let quote = self.random.pick(&["\"", ""]);
                let mode = self.random.pick(&["DISABLE", "PERMISSIVE", "STRICT"]);
                writeln!(text, "    {quote}{port}{quote}:\n      mode: {mode}").unwrap();
            }
        }
        "PeerAuthentication"
    }

    pub(super) fn destination_rule(&mut self, text: &mut String) -> &'static str {
        let (namespace, app) = self.place();
        let version = self.random.pick(&["v1", "v1beta1", "v1alpha3"]);
        writeln!(
            text,
            "apiVersion: networking.istio.io/{version}\nkind: DestinationRule"
        )
        .unwrap();
        self.metadata(text, &app, Some(&namespace), None);
        let mode = self
            .random
            .pick(&["ISTIO_MUTUAL", "ISTIO_MUTUAL", "DISABLE", "SIMPLE"]);
        writeln!(
            text,
            "spec:\n  host: {app}.{namespace}.svc.cluster.local\n  trafficPolicy:\n    tls:\n      mode: {mode}"
        )
        .unwrap();
        if self.random.chance(40) {
            text.push_str(
                "    portLevelSettings:\n      - port:\n          number: 8080\n        tls:\n          mode: DISABLE\n",
            );
        }
        if self.random.chance(50) {
            text.push_str("  subsets:\n");
            for version in 1..self.random.between(2, 4) {
                writeln!(
                    text,
                    "    - name: v{version}\n      labels:\n        version: v{version}"
                )
                .unwrap();
            }
        }
        "DestinationRule"
    }
}
