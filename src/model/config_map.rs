//! The ConfigMap `istio`, which holds the mesh's settings as YAML within YAML.

use std::ops::Range;

use serde::Deserialize;

use crate::source::Span;
use crate::yaml::{self, Node, RawDocument, Spanned, StringMap};

/// What the ConfigMap says under `data.mesh`.
#[derive(Debug)]
pub struct MeshConfigMap {
    /// The settings.
    pub mesh: MeshConfig,
    /// The value of `data.mesh`.
    pub span: Span,
}

/// Istio's mesh config (istio/api `mesh/v1alpha1/config.proto`), as far as it decides TLS.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeshConfig {
    /// The namespace whose policies hold for the mesh.
    pub root_namespace: Option<Spanned<Box<str>>>,
    /// The domain of identities.
    pub trust_domain: Option<Spanned<Box<str>>>,
    /// Whether clients choose mutual TLS by themselves; on unless switched off.
    pub enable_auto_mtls: Option<Spanned<bool>>,
    /// Whether scrapes are merged into one plaintext port.
    pub enable_prometheus_merge: Option<Spanned<bool>>,
    /// What happens to unknown hosts.
    pub outbound_traffic_policy: Option<Spanned<super::sidecar::OutboundTrafficPolicy>>,
    /// Who sees a Service that says nothing.
    pub default_service_export_to: Option<Spanned<Vec<Box<str>>>>,
    /// Who sees a `DestinationRule` that says nothing.
    pub default_destination_rule_export_to: Option<Spanned<Vec<Box<str>>>>,
    /// Who sees a `VirtualService` that says nothing.
    pub default_virtual_service_export_to: Option<Spanned<Vec<Box<str>>>>,
    /// Which namespaces istiod looks at; none means all.
    pub discovery_selectors: Option<Spanned<Vec<DiscoverySelector>>>,
    /// The proxies' settings.
    pub default_config: Option<Spanned<ProxyConfig>>,
}

/// A full Kubernetes selector, as `discoverySelectors` and NetworkPolicies have it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoverySelector {
    /// Labels that must be there.
    #[serde(default)]
    pub match_labels: StringMap,
    /// Further conditions.
    #[serde(default)]
    pub match_expressions: Vec<MatchExpression>,
}

/// One condition of a selector.
#[derive(Debug, Deserialize)]
pub struct MatchExpression {
    /// The label.
    pub key: Box<str>,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Box<str>,
    /// The values of `In` and `NotIn`.
    #[serde(default)]
    pub values: Vec<Box<str>>,
}

/// `defaultConfig`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyConfig {
    /// REDIRECT, TPROXY or NONE.
    pub interception_mode: Option<Spanned<Box<str>>>,
    /// The agent's port, 15020 by default.
    pub status_port: Option<Spanned<u16>>,
    /// Environment of the proxies.
    #[serde(default)]
    pub proxy_metadata: StringMap,
}

impl MeshConfigMap {
    /// Whether an object of this name is a mesh config: `istio`, or `istio-REVISION`.
    pub fn is_named(name: &str) -> bool {
        name == "istio" || (name.starts_with("istio-") && !name.starts_with("istio-sidecar-injector"))
    }

    /// Reads the ConfigMap `root` of a file with the content `text`; `None` if it has no `data.mesh`.
    pub fn read(root: Node<'_>, text: &str) -> Option<Result<MeshConfigMap, yaml::Error>> {
        let mesh = root.get("data")?.value.get("mesh")?.value;
        let span = mesh.span();
        let (content, is_exact) = if let Some(range) = block_content(text, span) {
            (yaml::parse(span.file, text.as_bytes(), &document(range)), true)
        } else {
            let inner = mesh.as_str()?;
            (
                yaml::parse(span.file, inner.as_bytes(), &document(0..inner.len())),
                false,
            )
        };
        let config = match (content.tree, content.defects.into_iter().next()) {
            (Some(tree), _) => yaml::from_node(tree.root()),
            (None, Some(defect)) => Err(yaml::Error::new(defect.span, "expected YAML")),
            (None, None) => Ok(MeshConfig::default()),
        };
        let place = |error: yaml::Error| {
            if is_exact {
                error
            } else {
                yaml::Error::new(span, error.message)
            }
        };
        Some(config.map(|mesh| MeshConfigMap { mesh, span }).map_err(place))
    }
}

/// The bytes of a literal block scalar's content: YAML of its own, only indented.
fn block_content(text: &str, span: Span) -> Option<Range<usize>> {
    let raw = text.get(span.start as usize..span.end as usize)?;
    let header = raw.lines().next().filter(|line| line.starts_with('|'))?;
    let start = span.start as usize + header.len();
    (start < span.end as usize).then_some(start..span.end as usize)
}

fn document(range: Range<usize>) -> RawDocument {
    RawDocument {
        range,
        index: 0,
        bad_separator: None,
    }
}
