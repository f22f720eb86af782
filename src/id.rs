//! Names for things that are talked about everywhere: kinds, objects and rules.

use std::fmt;

macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        /// A Kubernetes or Istio kind that is read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are the kinds' own")]
        pub enum Kind { $($name),* }

        impl Kind {
            /// Every kind, in the order of the declaration.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// The kind as manifests write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$name => stringify!($name)),* }
            }
        }
    };
}

kinds! {
    PeerAuthentication, DestinationRule, VirtualService, Sidecar, ServiceEntry, WorkloadEntry, WorkloadGroup,
    AuthorizationPolicy, EnvoyFilter, Gateway,
    Namespace, Service, ConfigMap, NetworkPolicy,
    IstioOperator, Istio, Application, HelmRelease,
    Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, Rollout,
    ValidatingWebhookConfiguration, MutatingWebhookConfiguration, CustomResourceDefinition, APIService,
    Ingress, IngressClass, HTTPRoute, GRPCRoute, TLSRoute, TCPRoute,
    ServiceMonitor, PodMonitor,
}

impl Kind {
    /// Whether objects of the kind are in no namespace.
    pub fn is_cluster_wide(self) -> bool {
        matches!(
            self,
            Kind::Namespace
                | Kind::IngressClass
                | Kind::ValidatingWebhookConfiguration
                | Kind::MutatingWebhookConfiguration
                | Kind::CustomResourceDefinition
                | Kind::APIService
        )
    }

    /// Whether objects of the kind only tell who calls whom, or who may: neither what they say nor where they
    /// are decides on TLS.
    pub fn is_bystander(self) -> bool {
        matches!(
            self,
            Kind::AuthorizationPolicy
                | Kind::EnvoyFilter
                | Kind::Gateway
                | Kind::ValidatingWebhookConfiguration
                | Kind::MutatingWebhookConfiguration
                | Kind::CustomResourceDefinition
                | Kind::APIService
                | Kind::Ingress
                | Kind::IngressClass
                | Kind::HTTPRoute
                | Kind::GRPCRoute
                | Kind::TLSRoute
                | Kind::TCPRoute
                | Kind::ServiceMonitor
                | Kind::PodMonitor
        )
    }

    /// The kind of that name, exactly as manifests write it.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What an object is called. The namespace is `None` for cluster-wide kinds and for manifests that
/// leave it to the one who applies them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The kind.
    pub kind: Kind,
    /// `metadata.namespace`.
    pub namespace: Option<Box<str>>,
    /// `metadata.name`.
    pub name: Box<str>,
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// The permanent, kebab-case name of a rule. It names the bad pattern and reads right after "allow".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub &'static str);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_parse_their_own_names() {
        for &kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("peerauthentication"), None);
    }
}
