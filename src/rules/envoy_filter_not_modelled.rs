//! `envoy-filter-not-modelled`.

use super::{Declared, Facts, Rule, declare_rule, wording};
use crate::finding::Finding;
use crate::resolve::filters;

declare_rule! {
    /// ## What it does
    /// Finds EnvoyFilters that change filter chains, listeners or TLS of given workloads with a sidecar. What they do
    /// is not modelled: whatever is said of those workloads holds only if they leave TLS as it is.
    ///
    /// ## Why is this bad?
    /// It need not be. But an EnvoyFilter can turn a `STRICT` port into one that takes anything, and nothing else in
    /// the manifests shows it.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: networking.istio.io/v1alpha3
    /// kind: EnvoyFilter
    /// metadata: {name: chains, namespace: shop}
    /// spec:
    ///   configPatches:
    ///     - applyTo: FILTER_CHAIN
    ///       match: {context: SIDECAR_INBOUND}
    ///       patch: {operation: MERGE, value: {}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: networking.istio.io/v1alpha3
    /// kind: EnvoyFilter
    /// metadata: {name: headers, namespace: shop}
    /// spec:
    ///   configPatches:
    ///     - applyTo: HTTP_FILTER
    ///       match: {context: SIDECAR_INBOUND}
    ///       patch: {operation: INSERT_BEFORE, value: {name: envoy.filters.http.header_to_metadata}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]
    /// ```
    pub struct EnvoyFilterNotModelled {
        id: "envoy-filter-not-modelled",
        family: Object,
        severity: Info,
        effect: Other,
    }
}

impl Rule for EnvoyFilterNotModelled {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        for filter in &facts.mesh.bystanders.envoy_filters {
            let Some(patch) = filter.spec.patch_of_tls() else {
                continue;
            };
            let selected = filters::selected(facts.resolution, filter);
            if selected.is_empty() {
                continue;
            }
            let message = format!(
                "EnvoyFilter {} changes what {} may accept or send, which is not modelled",
                filter.meta.qualified_name(),
                wording::workloads(facts.mesh, &selected),
            );
            let at = patch
                .apply_to
                .as_ref()
                .map_or(patch.span, |apply_to| apply_to.span);
            findings.push(
                self.finding(at, message)
                    .on(filter.meta.object_name())
                    .label("may change TLS")
                    .help("look at the proxy itself: `istioctl proxy-config listeners POD -o json`"),
            );
        }
    }
}
