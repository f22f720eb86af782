//! Settings of the mesh, wherever teams keep them: what is in force, and where it stands.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io;

use peerauth::load::{Inputs, load, load_text};
use peerauth::mesh::settings::Origin;
use peerauth::mesh::{Mesh, Settings};
use peerauth::source::position;
use serde_json::Value;

/// A setting that the manifests decide: its value, and the line of the place that says so.
fn setting(text: &str, name: &str) -> Option<(Value, u32)> {
    let loaded = load_text("mesh.yaml", text);
    assert!(loaded.flawed.is_empty(), "{:?}", loaded.flawed);
    let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], Settings::default());
    let (_, value, origin) = mesh.settings.shown().find(|(known, ..)| known == name)?;
    match origin {
        Origin::Manifest(span) => Some((value, position(text, span.start).line)),
        _ => None,
    }
}

#[track_caller]
fn assert_setting(text: &str, name: &str, value: impl Into<Value>, line: u32) {
    assert_eq!(setting(text, name), Some((value.into(), line)), "{name}");
}

#[test]
fn values_of_an_operator_lie_over_its_mesh_config() {
    let text = "apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  namespace: mesh-system
  profile: ambient
  meshConfig:
    enableAutoMtls: false
    trustDomain: one.example
  components:
    pilot:
      k8s:
        env:
          - name: ENABLE_TLS_ON_SIDECAR_INGRESS
            value: \"true\"
  values:
    meshConfig:
      trustDomain: two.example
    sidecarInjectorWebhook:
      rewriteAppHTTPProbe: false
      enableNamespacesByDefault: true
";
    assert_setting(text, "rootNamespace", "mesh-system", 5);
    assert_setting(text, "ambient", true, 6);
    assert_setting(text, "enableAutoMtls", false, 8);
    assert_setting(text, "istiod.ENABLE_TLS_ON_SIDECAR_INGRESS", "true", 15);
    assert_setting(text, "trustDomain", "two.example", 18);
    assert_setting(text, "injector.rewriteAppHTTPProbe", false, 20);
    assert_setting(text, "enableNamespacesByDefault", true, 21);
}

#[test]
fn the_sail_operator_has_values_of_the_chart() {
    let text = "apiVersion: sailoperator.io/v1
kind: Istio
metadata: {name: default}
spec:
  namespace: istio-system
  values:
    pilot: {env: {PILOT_ENABLE_AMBIENT: 'true'}}
    meshConfig:
      outboundTrafficPolicy: {mode: REGISTRY_ONLY}
      rootNamespace: ${ROOT}
";
    assert_setting(text, "outboundTrafficPolicy", "REGISTRY_ONLY", 9);
    assert_setting(text, "istiod.PILOT_ENABLE_AMBIENT", "true", 7);
    assert_setting(text, "rootNamespace", "istio-system", 5);
}

#[test]
fn the_injector_has_values_in_json() {
    let text = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: istio-sidecar-injector
  namespace: istio-system
data:
  config: |-
    defaultTemplates: [sidecar]
    policy: disabled
  values: |-
    {
      "global": {"proxy": {"clusterDomain": "corp.example"}},
      "sidecarInjectorWebhook": {"rewriteAppHTTPProbe": false}
    }
"#;
    assert_setting(text, "injector.policy", "disabled", 9);
    assert_setting(text, "clusterDomain", "corp.example", 12);
    assert_setting(text, "injector.rewriteAppHTTPProbe", false, 13);
}

#[test]
fn an_application_with_several_sources_and_a_chart_around_istiod() {
    let text = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: mesh, namespace: argocd}
spec:
  sources:
    - repoURL: https://example.org/charts
      chart: platform-mesh
      helm:
        values: \"istiod: {meshConfig: {enableAutoMtls: false}}\"
        parameters:
          - name: istiod.meshConfig.trustDomain
            value: example.org
          - {name: trustDomain, value: ignored.example}
    - ref: values
      repoURL: https://example.org/values
";
    assert_setting(text, "enableAutoMtls", false, 9);
    assert_setting(text, "trustDomain", "example.org", 12);
}

#[test]
fn a_running_config_map_beats_what_is_still_to_be_installed() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: istiod, namespace: istio-system}
spec:
  chart: {spec: {chart: istiod}}
  values: {meshConfig: {trustDomain: new.example, enableAutoMtls: false}}
---
";
    let config = "apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    trustDomain: old.example
";
    let both = format!("{release}{config}");
    assert_setting(&both, "trustDomain", "old.example", 13);
    assert_setting(&both, "enableAutoMtls", false, 6);
}

#[test]
fn other_charts_say_nothing_of_the_mesh() {
    let text = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: istiod-dashboards, namespace: monitoring}
spec:
  chart: {spec: {chart: grafana}}
  values: {meshConfig: {trustDomain: new.example}}
";
    assert_eq!(setting(text, "trustDomain"), None);
    assert!(load_text("a.yaml", text).objects.is_empty());
}

#[test]
fn unrevisioned_control_planes_count_more() {
    let plane = |name: &str, revision: &str, domain: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: \
             istio-system}}\nspec:\n  chart: {{spec: {{chart: istiod}}}}\n  values: {{revision: '{revision}', meshConfig: \
             {{trustDomain: {domain}}}}}\n---\n"
        )
    };
    let text = plane("a", "", "a.example") + &plane("b", "canary", "b.example");
    assert_setting(&text, "trustDomain", "a.example", 6);
}

#[test]
fn values_files_are_read_where_they_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("values.yaml");
    fs::write(&path, "meshConfig:\n  trustDomain: example.org\n").unwrap();
    let inputs = |values| Inputs {
        paths: vec![directory.path().to_owned()],
        values,
        ..Inputs::default()
    };
    let trust_domain = |inputs: &Inputs| {
        let loaded = load(inputs, &mut io::empty(), &()).unwrap();
        let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], Settings::default());
        mesh.settings.trust_domain.value.to_string()
    };
    assert_eq!(trust_domain(&inputs(Vec::new())), "cluster.local");
    assert_eq!(trust_domain(&inputs(vec![path])), "example.org");
    let missing = inputs(vec![directory.path().join("missing.yaml")]);
    assert!(load(&missing, &mut io::empty(), &()).is_err());
}
