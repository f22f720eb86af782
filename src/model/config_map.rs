//! ConfigMaps: `istio`, which holds the mesh's settings as YAML within YAML, and those that tell workloads
//! whom to call.

use std::ops::Range;

use serde::Deserialize;

use super::mention::{self, Mention};
use super::pod_texts::{beside, variable_mentions};
use crate::source::{Span, Window};
use crate::yaml::{self, Node, RawDocument, Spanned, StringMap, Tree};

/// What a ConfigMap tells those who read it, reduced to the hosts in it.
#[derive(Debug, Default)]
pub struct ConfigMap {
    /// The entries of `data` that name any.
    pub entries: Vec<ConfigEntry>,
}

/// An entry of a ConfigMap.
#[derive(Debug)]
pub struct ConfigEntry {
    /// Its key: the name of a file, or of a variable.
    pub key: Box<str>,
    /// The hosts in its value. Where that is one bare word, the reader's name for it has to say that it is a
    /// host.
    pub mentions: Vec<Mention>,
}

impl ConfigMap {
    /// Reads the ConfigMap `root` of a file.
    pub fn read(root: Node<'_>, file: Window<'_>) -> ConfigMap {
        let data = root.get("data").map(|entry| entry.value);
        let sibling = |name: &str| data?.get(name)?.value.as_str();
        let entries = data.into_iter().flat_map(Node::entries);
        let entries = entries.filter(|entry| !mention::names_exceptions(entry.key));
        let entries = entries.map(|entry| ConfigEntry {
            key: entry.key.into(),
            mentions: variable_mentions(entry.key, entry.value, file, || beside(entry.key, sibling)),
        });
        ConfigMap {
            entries: entries.filter(|entry| !entry.mentions.is_empty()).collect(),
        }
    }
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

/// The part `range` of `text`, which lies in the file of `span`; nothing if it is empty.
pub(super) fn parse_text<'b>(
    text: impl Into<Window<'b>>,
    range: Range<usize>,
    span: Span,
) -> Result<Option<Tree>, yaml::Error> {
    let parsed = yaml::parse(span.file, text, &document(range));
    match (parsed.tree, parsed.defects.into_iter().next()) {
        (None, Some(defect)) => Err(yaml::Error::new(defect.span, "expected YAML")),
        (tree, _) => Ok(tree),
    }
}

/// YAML within a scalar.
pub(super) struct Embedded {
    /// What it says; nothing if it is empty.
    pub(super) tree: Result<Option<Tree>, yaml::Error>,
    /// Whether everything in it stands where the scalar does: what is quoted or folded has no places of its own.
    pub(super) is_opaque: bool,
}

/// Reads the YAML that is the value of the scalar at `span` of a file.
pub(super) fn parse_scalar(value: &str, span: Span, file: Window<'_>) -> Embedded {
    if let Some(range) = block_content(file, span) {
        let tree = parse_text(file, range, span);
        return Embedded {
            tree,
            is_opaque: false,
        };
    }
    let tree = parse_text(value, 0..value.len(), span)
        .map(|tree| tree.map(|tree| tree.pinned(span)))
        .map_err(|error| yaml::Error::new(span, error.into_details().message));
    Embedded {
        tree,
        is_opaque: true,
    }
}

/// The bytes of a literal block scalar's content: YAML of its own, only indented.
fn block_content(file: Window<'_>, span: Span) -> Option<Range<usize>> {
    let header = file
        .text(span)
        .lines()
        .next()
        .filter(|line| line.starts_with('|'))?;
    let start = span.start as usize + header.len();
    (start < span.end as usize).then_some(start..span.end as usize)
}

fn document(range: Range<usize>) -> RawDocument {
    RawDocument {
        range,
        bad_separator: None,
    }
}
