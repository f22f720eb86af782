//! `NetworkPolicy`: which connections reach a pod at all, whatever its proxy would make of them.

use serde::Deserialize;

use super::config_map::DiscoverySelector;
use super::service::IntOrString;
use crate::yaml::Spanned;

/// The `spec` of a `NetworkPolicy` (`networking.k8s.io/v1`), as far as it is about inbound connections.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPolicy {
    /// The pods that it is about; absent or empty means all of its namespace.
    #[serde(default)]
    pub pod_selector: Option<DiscoverySelector>,
    /// `Ingress`, `Egress`; absent, it is about inbound connections, too.
    #[serde(default)]
    pub policy_types: Vec<Box<str>>,
    /// What is let in.
    #[serde(default)]
    pub ingress: Vec<Spanned<IngressRule>>,
}

impl NetworkPolicy {
    /// Whether inbound connections that no rule lets in are dropped.
    pub fn is_about_ingress(&self) -> bool {
        self.policy_types.is_empty() || self.policy_types.iter().any(|kind| &**kind == "Ingress")
    }
}

/// One entry of `ingress`: these peers may reach these ports.
#[derive(Debug, Default, Deserialize)]
pub struct IngressRule {
    /// Who is let in; none means everybody.
    #[serde(default)]
    pub from: Vec<Peer>,
    /// To which ports; absent or empty means all.
    pub ports: Option<Spanned<Vec<PolicyPort>>>,
}

/// Who is let in.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// Pods: of the policy's namespace, or of those that the next field selects.
    pub pod_selector: Option<DiscoverySelector>,
    /// Namespaces by their labels.
    pub namespace_selector: Option<DiscoverySelector>,
    /// Addresses.
    pub ip_block: Option<IpBlock>,
}

/// A range of addresses.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct IpBlock {
    /// The range.
    #[serde(default)]
    pub cidr: Box<str>,
    /// Parts of it that are left out.
    #[serde(default)]
    pub except: Vec<Box<str>>,
}

/// A port, or a range of ports.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyPort {
    /// TCP, also when absent; UDP or SCTP.
    pub protocol: Option<Box<str>>,
    /// The pod's port by number or by the name that a container gives it; absent means all.
    pub port: Option<IntOrString>,
    /// The last port of a range.
    pub end_port: Option<u16>,
}

impl PolicyPort {
    /// Whether it is about a TCP port of a pod, whose names for the port are given.
    pub fn admits(&self, number: u16, is_called: impl Fn(&str) -> bool) -> bool {
        let is_tcp = self.protocol.as_deref().is_none_or(|protocol| protocol == "TCP");
        is_tcp
            && match &self.port {
                None => true,
                Some(IntOrString::Name(name)) => is_called(name),
                Some(IntOrString::Int(first)) => (*first..=self.end_port.unwrap_or(*first)).contains(&number),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_number_a_name_or_a_range_of_tcp_ports() {
        let port = |port, end_port| PolicyPort {
            port,
            end_port,
            protocol: None,
        };
        let admits = |port: &PolicyPort, number| port.admits(number, |name| name == "http");
        assert!(admits(&port(None, None), 15008));
        assert!(admits(&port(Some(IntOrString::Int(8080)), None), 8080));
        assert!(!admits(&port(Some(IntOrString::Int(8080)), None), 15008));
        assert!(admits(&port(Some(IntOrString::Int(8000)), Some(16000)), 15008));
        assert!(admits(&port(Some(IntOrString::Name("http".into())), None), 8080));
        assert!(!admits(&port(Some(IntOrString::Name("grpc".into())), None), 8080));
        let udp = PolicyPort {
            protocol: Some("UDP".into()),
            ..PolicyPort::default()
        };
        assert!(!admits(&udp, 8080));
    }
}
