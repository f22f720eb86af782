//! `PrometheusRule` of the Prometheus operator: which expressions somebody is alerted by, or keeps.

use memchr::memmem;

use crate::source::Span;
use crate::yaml::Node;

/// The label of Istio's metrics that tells mutual TLS from plaintext.
pub const SECURITY_LABEL: &str = "connection_security_policy";

/// What the metrics that count down to the end of a certificate of the mesh have in their names: those of istiod, of
/// the agent beside a proxy, and of the proxy itself.
const CERTIFICATE_METRICS: &[&str] = &[
    "citadel_server_root_cert_expiry",
    "citadel_server_cert_chain_expiry",
    "istio_agent_cert_expiry",
    "envoy_server_days_until_first_cert_expiring",
];

/// The rules of a `PrometheusRule`.
#[derive(Debug, Default)]
pub struct PrometheusRule {
    /// The rules of all of its groups, in text order.
    pub rules: Vec<Watch>,
}

/// A rule of Prometheus.
#[derive(Debug)]
pub struct Watch {
    /// The name of the alert, or of the series that is kept.
    pub name: Box<str>,
    /// Where that stands.
    pub at: Span,
    /// Whether somebody is alerted by it.
    pub is_alert: bool,
    /// What is computed.
    expression: Box<str>,
}

impl Watch {
    /// Whether it tells mutual TLS from plaintext.
    pub fn tells_security(&self) -> bool {
        self.expression.contains(SECURITY_LABEL)
    }

    /// Whether it looks at the end of a certificate of the mesh.
    pub fn tells_expiry(&self) -> bool {
        CERTIFICATE_METRICS
            .iter()
            .any(|metric| self.expression.contains(metric))
    }
}

impl PrometheusRule {
    /// Reads the object `root`. What cannot be read watches nothing; Prometheus itself is strict about the rest.
    pub fn read(root: Node<'_>) -> Self {
        let spec = root.get("spec").map(|spec| spec.value);
        let groups = spec
            .and_then(|spec| spec.get("groups"))
            .map(|groups| groups.value);
        let rules = groups
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|group| group.get("rules"));
        let rules = rules.flat_map(|rules| rules.value.items()).filter_map(watch);
        PrometheusRule {
            rules: rules.collect(),
        }
    }
}

fn watch(rule: Node<'_>) -> Option<Watch> {
    let alert = rule.get("alert");
    let name = alert.or_else(|| rule.get("record"))?.value;
    Some(Watch {
        name: Box::from(name.as_str()?),
        at: name.span(),
        is_alert: alert.is_some(),
        expression: Box::from(rule.get("expr")?.value.as_str()?),
    })
}

/// Whether the text of a `PrometheusRule` may watch anything of the mesh's security; most watch other things.
pub fn may_watch_mesh(text: &[u8]) -> bool {
    let mut words = CERTIFICATE_METRICS.iter().chain([&SECURITY_LABEL]);
    words.any(|word| memmem::find(text, word.as_bytes()).is_some())
}
