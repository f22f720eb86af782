//! The mesh's settings: Istio's defaults, overridden by the mesh config among the manifests, overridden
//! by the config and the command line. Each remembers where it comes from.

use std::collections::BTreeMap;

use crate::id::Kind;
use crate::model::Object;
use crate::model::config_map::{DiscoverySelector, MatchExpression, MeshConfig};
use crate::model::mesh_source::{Closeness, IstiodValues, MeshSource, closeness};
use crate::source::Span;
use crate::yaml::Spanned;

/// The version of Istio whose behaviour is implemented.
pub const ISTIO_VERSION: &str = "1.32";

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Istio's own default (`pkg/config/mesh/mesh.go` `DefaultMeshConfig`).
    Default,
    /// A mesh config among the manifests.
    Manifest(Span),
    /// This place of `.peerauth.yaml`.
    Config(Span),
    /// The command line.
    Flag,
}

/// A setting and its origin.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    /// What is in force.
    pub value: T,
    /// Who said so.
    pub origin: Origin,
}

impl<T> Setting<T> {
    fn default(value: T) -> Self {
        Setting {
            value,
            origin: Origin::Default,
        }
    }

    /// Sets it from the command line.
    pub fn set_by_flag(&mut self, value: T) {
        self.set(value, Origin::Flag);
    }

    /// Sets it, whatever was said before.
    pub fn set(&mut self, value: T, origin: Origin) {
        *self = Setting { value, origin };
    }

    /// Takes what a manifest says, unless the config or the command line said otherwise.
    fn take<U>(&mut self, said: Option<&Spanned<U>>, convert: impl FnOnce(&U) -> T) {
        if let Some(said) = said {
            self.take_at(said.span, convert(&said.value));
        }
    }

    fn take_at(&mut self, span: Span, value: T) {
        if matches!(self.origin, Origin::Default | Origin::Manifest(_)) {
            self.set(value, Origin::Manifest(span));
        }
    }
}

/// What happens to a connection whose destination the proxy does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboundTraffic {
    /// It passes as it is.
    AllowAny,
    /// It is dropped.
    RegistryOnly,
}

/// How inbound connections reach the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterceptionMode {
    /// Redirected by the kernel.
    Redirect,
    /// Redirected, keeping the source address.
    Tproxy,
    /// Not at all.
    None,
}

impl InterceptionMode {
    /// The mode of that name (`REDIRECT`, `TPROXY`, `NONE`).
    pub fn parse(name: &str) -> Option<InterceptionMode> {
        match name {
            "REDIRECT" => Some(InterceptionMode::Redirect),
            "TPROXY" => Some(InterceptionMode::Tproxy),
            "NONE" => Some(InterceptionMode::None),
            _ => None,
        }
    }
}

/// What is assumed of a namespace whose Namespace is not among the manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlistedNamespaces {
    /// Nothing is known: taken as injected, and every answer says so.
    Unknown,
    /// Injected.
    Injected,
    /// Not injected.
    NotInjected,
}

/// Who decides on a pod that neither its labels nor its annotations decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InjectionPolicy {
    /// Inject.
    Enabled,
    /// Do not.
    Disabled,
}

/// Every setting.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The namespace whose policies hold for the whole mesh.
    pub root_namespace: Setting<Box<str>>,
    /// The domain of the cluster's Services.
    pub cluster_domain: Setting<Box<str>>,
    /// The domain of identities.
    pub trust_domain: Setting<Box<str>>,
    /// Whether clients choose mutual TLS by themselves.
    pub enable_auto_mtls: Setting<bool>,
    /// Whether scrapes are merged into the agent's plaintext port.
    pub enable_prometheus_merge: Setting<bool>,
    /// What happens to unknown destinations.
    pub outbound_traffic_policy: Setting<OutboundTraffic>,
    /// Who sees a Service that does not say.
    pub default_service_export_to: Setting<Vec<Box<str>>>,
    /// Who sees a `DestinationRule` that does not say.
    pub default_destination_rule_export_to: Setting<Vec<Box<str>>>,
    /// Who sees a `VirtualService` that does not say.
    pub default_virtual_service_export_to: Setting<Vec<Box<str>>>,
    /// The namespaces that istiod looks at; none means all.
    pub discovery_selectors: Setting<Vec<NamespaceSelector>>,
    /// How inbound connections reach proxies.
    pub interception_mode: Setting<InterceptionMode>,
    /// The agent's port.
    pub status_port: Setting<u16>,
    /// Whether sidecars speak HBONE (`ISTIO_META_ENABLE_HBONE` in the proxies' environment).
    pub sidecar_hbone: Setting<bool>,
    /// Installed revisions and tags; `None`: every one that a label names, and `default`.
    pub revisions: Setting<Option<Vec<Box<str>>>>,
    /// Whether namespaces without any label are injected.
    pub enable_namespaces_by_default: Setting<bool>,
    /// Whether ambient is installed; `None`: where a label asks for it.
    pub ambient: Setting<Option<bool>>,
    /// What is assumed of namespaces that are not given.
    pub unlisted_namespaces: Setting<UnlistedNamespaces>,
    /// The same for single namespaces by name.
    pub namespaces: BTreeMap<Box<str>, Setting<UnlistedNamespaces>>,
    /// The injector's default for pods that nothing decides.
    pub injection_policy: Setting<InjectionPolicy>,
    /// Whether probes are rewritten to the agent.
    pub rewrite_app_http_probe: Setting<bool>,
    /// istiod's environment, where it differs from the defaults.
    pub istiod: BTreeMap<Box<str>, Setting<Box<str>>>,
    /// Namespaces (globs) whose workloads and Services are all given.
    pub complete: Setting<Vec<Box<str>>>,
}

/// A selector of Namespaces or pods, with expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamespaceSelector {
    /// Labels with their values.
    pub labels: Vec<(Box<str>, Box<str>)>,
    /// Further conditions.
    pub expressions: Vec<Expression>,
}

/// One condition on a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The label.
    pub key: Box<str>,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Box<str>,
    /// The values of `In` and `NotIn`.
    pub values: Vec<Box<str>>,
}

impl Expression {
    fn of(expression: &MatchExpression) -> Self {
        let MatchExpression {
            key,
            operator,
            values,
        } = expression;
        Expression {
            key: key.clone(),
            operator: operator.clone(),
            values: values.clone(),
        }
    }

    fn holds(&self, found: Option<&str>) -> bool {
        let listed = found.is_some_and(|found| self.values.iter().any(|value| &**value == found));
        match &*self.operator {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            _ => false,
        }
    }
}

impl NamespaceSelector {
    /// The selector as a manifest writes it.
    pub fn of(selector: &DiscoverySelector) -> Self {
        let labels = selector.match_labels.iter();
        let expressions = selector.match_expressions.iter();
        NamespaceSelector {
            labels: labels
                .map(|entry| (entry.key.into(), entry.value.into()))
                .collect(),
            expressions: expressions.map(Expression::of).collect(),
        }
    }

    /// Whether what has these labels is selected.
    pub fn matches<'a>(&self, label: impl Fn(&str) -> Option<&'a str>) -> bool {
        let all_labels = self.labels.iter().all(|(key, value)| label(key) == Some(value));
        all_labels
            && self
                .expressions
                .iter()
                .all(|expression| expression.holds(label(&expression.key)))
    }
}

impl Default for Settings {
    fn default() -> Self {
        let everyone = || Setting::default(vec![Box::from("*")]);
        Settings {
            root_namespace: Setting::default("istio-system".into()),
            cluster_domain: Setting::default("cluster.local".into()),
            trust_domain: Setting::default("cluster.local".into()),
            enable_auto_mtls: Setting::default(true),
            enable_prometheus_merge: Setting::default(true),
            outbound_traffic_policy: Setting::default(OutboundTraffic::AllowAny),
            default_service_export_to: everyone(),
            default_destination_rule_export_to: everyone(),
            default_virtual_service_export_to: everyone(),
            discovery_selectors: Setting::default(Vec::new()),
            interception_mode: Setting::default(InterceptionMode::Redirect),
            status_port: Setting::default(15020),
            sidecar_hbone: Setting::default(false),
            revisions: Setting::default(None),
            enable_namespaces_by_default: Setting::default(false),
            ambient: Setting::default(None),
            unlisted_namespaces: Setting::default(UnlistedNamespaces::Unknown),
            namespaces: BTreeMap::new(),
            injection_policy: Setting::default(InjectionPolicy::Enabled),
            rewrite_app_http_probe: Setting::default(true),
            istiod: BTreeMap::new(),
            complete: Setting::default(Vec::new()),
        }
    }
}

impl Settings {
    /// Takes the settings among the manifests: of each kind of source one, and the closer a source is to what
    /// istiod reads, the more it counts. Of several control planes that of the unrevisioned one in
    /// `istio-system` counts, else the last.
    pub fn take_sources(&mut self, sources: &[&Object<MeshSource>]) {
        for wanted in [
            Closeness::Values,
            Closeness::Operator,
            Closeness::Injector,
            Closeness::MeshConfig,
        ] {
            let of_kind = sources.iter().filter(|source| {
                let meta = &source.meta;
                closeness(meta.kind, &meta.name.value) == wanted
            });
            if let Some(source) = of_kind.max_by_key(|source| rank(source)) {
                source
                    .spec
                    .layers
                    .iter()
                    .for_each(|layer| self.take_values(layer));
            }
        }
    }

    /// Takes values of istiod's chart.
    pub fn take_values(&mut self, values: &IstiodValues) {
        self.root_namespace
            .take(values.istio_namespace.as_ref(), Clone::clone);
        self.cluster_domain
            .take(values.cluster_domain.as_ref(), Clone::clone);
        self.rewrite_app_http_probe
            .take(values.rewrite_app_http_probe.as_ref(), |&on| on);
        self.enable_namespaces_by_default
            .take(values.enable_namespaces_by_default.as_ref(), |&on| on);
        self.injection_policy
            .take(values.injection_policy.as_ref(), |policy| match &**policy {
                "disabled" => InjectionPolicy::Disabled,
                _ => InjectionPolicy::Enabled,
            });
        // The profile of that name installs ambient, and lets sidecars speak its protocol.
        if let Some(profile) = values
            .profile
            .as_ref()
            .filter(|profile| &*profile.value == "ambient")
        {
            self.ambient.take_at(profile.span, Some(true));
            self.sidecar_hbone.take_at(profile.span, true);
        }
        for variable in &values.environment {
            self.istiod_variable(variable.key)
                .take_at(variable.value_span, variable.value.into());
        }
        self.take(&values.mesh_config);
    }

    /// Sets a variable of istiod's environment from the command line.
    pub fn set_istiod(&mut self, name: &str, value: &str) {
        self.istiod_variable(name).set_by_flag(value.into());
    }

    fn istiod_variable(&mut self, name: &str) -> &mut Setting<Box<str>> {
        self.istiod
            .entry(name.into())
            .or_insert_with(|| Setting::default(Box::from("")))
    }

    fn take(&mut self, mesh: &MeshConfig) {
        self.root_namespace
            .take(mesh.root_namespace.as_ref(), Clone::clone);
        self.trust_domain.take(mesh.trust_domain.as_ref(), Clone::clone);
        self.enable_auto_mtls
            .take(mesh.enable_auto_mtls.as_ref(), |&on| on);
        self.enable_prometheus_merge
            .take(mesh.enable_prometheus_merge.as_ref(), |&on| on);
        self.default_service_export_to
            .take(mesh.default_service_export_to.as_ref(), Clone::clone);
        self.default_destination_rule_export_to
            .take(mesh.default_destination_rule_export_to.as_ref(), Clone::clone);
        self.default_virtual_service_export_to
            .take(mesh.default_virtual_service_export_to.as_ref(), Clone::clone);
        self.discovery_selectors
            .take(mesh.discovery_selectors.as_ref(), |selectors| {
                selectors.iter().map(NamespaceSelector::of).collect()
            });
        if let Some(policy) = &mesh.outbound_traffic_policy {
            self.outbound_traffic_policy
                .take(policy.mode.as_ref(), |mode| match &**mode {
                    "REGISTRY_ONLY" => OutboundTraffic::RegistryOnly,
                    _ => OutboundTraffic::AllowAny,
                });
        }
        if let Some(proxy) = &mesh.default_config {
            self.status_port.take(proxy.status_port.as_ref(), |&port| port);
            self.interception_mode
                .take(proxy.interception_mode.as_ref(), |mode| {
                    InterceptionMode::parse(mode).unwrap_or(InterceptionMode::Redirect)
                });
            self.take_hbone(proxy);
        }
    }

    fn take_hbone(&mut self, proxy: &crate::model::config_map::ProxyConfig) {
        if let Some(entry) = proxy.proxy_metadata.entry("ISTIO_META_ENABLE_HBONE") {
            self.sidecar_hbone
                .take_at(entry.value_span, entry.value == "true");
        }
    }

    /// What is assumed of a namespace that is not given.
    pub fn unlisted(&self, namespace: Option<&str>) -> UnlistedNamespaces {
        let own = namespace.and_then(|name| self.namespaces.get(name));
        own.unwrap_or(&self.unlisted_namespaces).value
    }

    /// Whether `namespace` is declared complete: what is not given there does not exist.
    pub fn is_complete(&self, namespace: &str) -> bool {
        self.complete
            .value
            .iter()
            .any(|pattern| glob_matches(pattern, namespace))
    }
}

/// Which of several control planes counts.
fn rank(source: &Object<MeshSource>) -> (bool, bool) {
    let mut layers = source.spec.layers.iter();
    let is_revisioned = layers.any(|layer| {
        let revision = layer.revision.as_ref();
        revision.is_some_and(|revision| &*revision.value != "default")
    });
    let name = &*source.meta.name.value;
    let has_suffix =
        source.meta.kind == Kind::ConfigMap && !matches!(name, "istio" | "istio-sidecar-injector");
    (
        !is_revisioned && !has_suffix,
        source.meta.namespace_name() == Some("istio-system"),
    )
}

/// Whether `name` matches a glob of a namespace name; a pattern that is no glob matches itself.
fn glob_matches(pattern: &str, name: &str) -> bool {
    match globset::Glob::new(pattern) {
        Ok(glob) => glob.compile_matcher().is_match(name),
        Err(_) => pattern == name,
    }
}
