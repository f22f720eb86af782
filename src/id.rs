//! Names for things that are talked about everywhere: kinds, objects and rules.

use std::fmt;

macro_rules! kinds {
    ($($name:ident $(= $word:literal)?),* $(,)?) => {
        /// A Kubernetes or Istio kind that is read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are the kinds' own")]
        pub enum Kind { $($name),* }

        impl Kind {
            /// Every kind, in the order of the declaration.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// The kind as manifests write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$name => kinds!(@word $name $($word)?)),* }
            }

            /// The kind of that name, exactly as manifests write it; of those of several groups the first.
            pub fn parse(name: &str) -> Option<Kind> {
                #[expect(unreachable_patterns, reason = "of kinds with the same name")]
                match name {
                    $(kinds!(@word $name $($word)?) => Some(Kind::$name),)*
                    _ => None,
                }
            }
        }
    };
    (@word $name:ident) => { stringify!($name) };
    (@word $name:ident $word:literal) => { $word };
}

kinds! {
    PeerAuthentication, DestinationRule, VirtualService, Sidecar, ServiceEntry, WorkloadEntry, WorkloadGroup,
    AuthorizationPolicy, EnvoyFilter, Gateway, IstioGateway = "Gateway", ProxyConfig,
    Namespace, Service, EndpointSlice, Endpoints, ConfigMap, NetworkPolicy,
    IstioOperator, Istio, Application, HelmRelease,
    Policy, MeshPolicy, ClusterRbacConfig, RbacConfig, ServiceRole, ServiceRoleBinding,
    Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, Rollout,
    ValidatingWebhookConfiguration, MutatingWebhookConfiguration, CustomResourceDefinition, APIService,
    Ingress, IngressClass, HTTPRoute, GRPCRoute, TLSRoute, TCPRoute,
    ServiceMonitor, PodMonitor, PrometheusRule,
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
                | Kind::MeshPolicy
                | Kind::ClusterRbacConfig
                | Kind::RbacConfig
        )
    }

    /// Whether objects of the kind only tell who calls whom, who may, or who else answers: where they are says
    /// nothing of a namespace.
    pub fn is_bystander(self) -> bool {
        matches!(
            self,
            Kind::AuthorizationPolicy
                | Kind::EnvoyFilter
                | Kind::Gateway
                | Kind::IstioGateway
                | Kind::ProxyConfig
                | Kind::EndpointSlice
                | Kind::Endpoints
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
                | Kind::PrometheusRule
        )
    }

    /// The kind of a name as kubectl takes it: `deploy`, `Deployment` or `deployments.apps`.
    pub fn named(name: &str) -> Option<Kind> {
        let name = name.to_lowercase();
        let name = name.split('.').next().unwrap_or_default();
        let short = SHORT_NAMES.iter().find(|(short, _)| *short == name);
        let is_named = |kind: &&Kind| {
            let singular = kind.as_str().to_lowercase();
            let plural = match singular.strip_suffix('y') {
                Some(stem) => format!("{stem}ies"),
                None => format!("{singular}s"),
            };
            name == singular || name == plural
        };
        let by_name = || Kind::ALL.iter().find(is_named).copied();
        short.map(|&(_, kind)| kind).or_else(by_name)
    }
}

/// The short names of kinds that kubectl knows.
const SHORT_NAMES: &[(&str, Kind)] = &[
    ("pa", Kind::PeerAuthentication),
    ("dr", Kind::DestinationRule),
    ("vs", Kind::VirtualService),
    ("se", Kind::ServiceEntry),
    ("we", Kind::WorkloadEntry),
    ("wg", Kind::WorkloadGroup),
    ("ns", Kind::Namespace),
    ("cm", Kind::ConfigMap),
    ("svc", Kind::Service),
    ("ep", Kind::Endpoints),
    ("po", Kind::Pod),
    ("deploy", Kind::Deployment),
    ("sts", Kind::StatefulSet),
    ("ds", Kind::DaemonSet),
    ("rs", Kind::ReplicaSet),
    ("rc", Kind::ReplicationController),
    ("cj", Kind::CronJob),
    ("ro", Kind::Rollout),
];

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

/// The known word that looks most like what was written, if any does; underscores, capitals and what stands
/// in front of the last dot are forgiven.
pub fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    const ALIKE: f64 = 0.6;
    let plain = |word: &str| word.to_lowercase().replace('_', "-");
    let written = plain(written);
    let likeness = |known: &str| {
        let known = plain(known);
        let last = known.rsplit_once('.').map_or(&*known, |(_, last)| last);
        let alike = |known| strsim::normalized_damerau_levenshtein(&written, known);
        if written.len() > 2 && known.starts_with(&written) {
            return 0.9;
        }
        // A whole word that is right but for what stands in front of it is nearly right.
        alike(&known).max(alike(last) - 0.1)
    };
    known
        .map(|known| (likeness(known), known))
        .filter(|&(likeness, _)| likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_parse_their_own_names() {
        for &kind in Kind::ALL {
            let expected = if kind == Kind::IstioGateway {
                Kind::Gateway
            } else {
                kind
            };
            assert_eq!(Kind::parse(kind.as_str()), Some(expected));
        }
        assert_eq!(Kind::parse("peerauthentication"), None);
    }

    #[test]
    fn the_nearest_word_is_near() {
        let known = ["rootNamespace", "injector.policy", "invalid-yaml"];
        let nearest = |written| nearest(written, known.into_iter());
        assert_eq!(nearest("rotnamespace"), Some("rootNamespace"));
        assert_eq!(nearest("invalid_ymal"), Some("invalid-yaml"));
        assert_eq!(nearest("policy"), Some("injector.policy"));
        assert_eq!(nearest("root"), Some("rootNamespace"));
        assert_eq!(nearest("nonsense"), None);
    }
}
