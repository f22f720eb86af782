//! The settings by the names that people use: one table, from which the config and the command line
//! set them and machine output shows them.

use serde_json::{Value, json};

use crate::id;
use crate::model::config_map::DiscoverySelector;

use super::settings::{
    Expression, InjectionPolicy, InterceptionMode, NamespaceSelector, Origin, OutboundTraffic, Setting,
    Settings, UnlistedNamespaces,
};

/// A setting with its name. Istio's own name where it has one.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The name.
    pub name: &'static str,
    /// What a value looks like.
    pub values: Values,
    set: fn(&mut Settings, &str, Origin) -> Option<()>,
    show: fn(&Settings) -> (Value, Origin),
}

/// What the values of a setting look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    /// For people.
    pub words: &'static str,
    /// For schemas.
    pub shape: Shape,
}

/// How a value is written in a config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A word.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A number from 1 to 65535.
    Port,
    /// A sequence of words; on the command line with commas between them.
    Words,
    /// A sequence of label selectors; on the command line labels with commas between them.
    Selectors,
}

/// Why a setting was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unset {
    /// No setting has that name; the nearest one, if any is near.
    UnknownKey(Option<&'static str>),
    /// The value is none of these.
    BadValue(&'static str),
}

impl Key {
    /// The value in force, and where it comes from.
    pub fn show(&self, settings: &Settings) -> (Value, Origin) {
        (self.show)(settings)
    }
}

macro_rules! key {
    ($name:literal, $values:expr, $field:ident, $parse:expr) => {
        key!($name, $values, $field, $parse, |value| json!(value))
    };
    ($name:literal, $values:expr, $field:ident, $parse:expr, $show:expr) => {
        Key {
            name: $name,
            values: $values,
            set: |settings, text, origin| {
                settings.$field.set($parse(text)?, origin);
                Some(())
            },
            show: |settings| shown(&settings.$field, $show),
        }
    };
}

const BOOLEAN: Values = values("true or false", Shape::Flag);
const DOMAIN: Values = values("a domain", Shape::Text);
const EXPORT_TO: Values = values(
    "`*`, `.`, `~` or namespaces, with commas between them",
    Shape::Words,
);
const INJECTION: Values = values("enabled or disabled", Shape::Choice(&["enabled", "disabled"]));
const INTERCEPTION: Values = values(
    "REDIRECT, TPROXY or NONE",
    Shape::Choice(&["REDIRECT", "TPROXY", "NONE"]),
);
const LABELS: Values = values(
    "labels of namespaces: LABEL=VALUE, with commas between them",
    Shape::Selectors,
);
const NAMESPACE: Values = values("a namespace", Shape::Text);
const NAMESPACES: Values = values("namespaces or globs, with commas between them", Shape::Words);
const OUTBOUND: Values = values(
    "ALLOW_ANY or REGISTRY_ONLY",
    Shape::Choice(&["ALLOW_ANY", "REGISTRY_ONLY"]),
);
const PORT: Values = values("a port", Shape::Port);
const REVISIONS: Values = values(
    "installed revisions and tags, with commas between them",
    Shape::Words,
);
const UNLISTED: Values = values(
    "unknown, injected or not-injected",
    Shape::Choice(&["unknown", "injected", "not-injected"]),
);

const fn values(words: &'static str, shape: Shape) -> Values {
    Values { words, shape }
}

/// Every setting that has a value of its own, by name; `istiod.NAME` stands for istiod's environment.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key!("ambient", BOOLEAN, ambient, |text| flag(text).map(Some)),
    key!("clusterDomain", DOMAIN, cluster_domain, text),
    key!("complete", NAMESPACES, complete, words),
    key!("defaultConfig.interceptionMode", INTERCEPTION, interception_mode, InterceptionMode::parse, |value| interception_value(*value)),
    key!("defaultConfig.proxyMetadata.ISTIO_META_ENABLE_HBONE", BOOLEAN, sidecar_hbone, flag),
    key!("defaultConfig.statusPort", PORT, status_port, port),
    key!("defaultDestinationRuleExportTo", EXPORT_TO, default_destination_rule_export_to, words),
    key!("defaultServiceExportTo", EXPORT_TO, default_service_export_to, words),
    key!("defaultVirtualServiceExportTo", EXPORT_TO, default_virtual_service_export_to, words),
    key!("discoverySelectors", LABELS, discovery_selectors, selectors, selector_values),
    key!("enableAutoMtls", BOOLEAN, enable_auto_mtls, flag),
    key!("enableNamespacesByDefault", BOOLEAN, enable_namespaces_by_default, flag),
    key!("enablePrometheusMerge", BOOLEAN, enable_prometheus_merge, flag),
    key!("injection.unlistedNamespaces", UNLISTED, unlisted_namespaces, unlisted, |value| unlisted_value(*value)),
    key!("injector.policy", INJECTION, injection_policy, injection_policy, |value| injection_value(*value)),
    key!("injector.rewriteAppHTTPProbe", BOOLEAN, rewrite_app_http_probe, flag),
    key!("outboundTrafficPolicy", OUTBOUND, outbound_traffic_policy, outbound, |value| outbound_value(*value)),
    key!("revisions", REVISIONS, revisions, |text| words(text).map(Some)),
    key!("rootNamespace", NAMESPACE, root_namespace, text),
    key!("trustDomain", DOMAIN, trust_domain, text),
];

/// The names that begin so belong to istiod's environment.
const ISTIOD: &str = "istiod.";

/// The names that begin so belong to single namespaces that are not given.
const NAMESPACE_INJECTION: &str = "injection.namespaces.";

/// The variables of istiod's environment that are read.
pub const ISTIOD_VARIABLES: &[&str] = &[NATIVE_SIDECARS, "ENABLE_TLS_ON_SIDECAR_INGRESS"];

/// The one of them that is more than a boolean.
const NATIVE_SIDECARS: &str = "ENABLE_NATIVE_SIDECARS";

/// Istio's own longer names of settings.
const LONG_NAMES: [(&str, &str); 1] = [("outboundTrafficPolicy.mode", "outboundTrafficPolicy")];

impl Settings {
    /// Sets what the command line says.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Unset> {
        self.set_from(name, value, Origin::Flag)
    }

    /// Sets what the config or the command line says, and forgets what was said before.
    pub fn set_from(&mut self, name: &str, value: &str, origin: Origin) -> Result<(), Unset> {
        if let Some(variable) = name.strip_prefix(ISTIOD) {
            return self.set_variable(variable, value, origin);
        }
        if let Some(namespace) = name.strip_prefix(NAMESPACE_INJECTION) {
            let value = unlisted(value).ok_or(Unset::BadValue(UNLISTED.words))?;
            self.namespaces
                .insert(namespace.into(), Setting { value, origin });
            return Ok(());
        }
        let long_name = LONG_NAMES.iter().find(|(long, _)| *long == name);
        let name = long_name.map_or(name, |(_, short)| short);
        let key = KEYS.iter().find(|key| key.name == name);
        let key = key.ok_or_else(|| Unset::UnknownKey(nearest(name)))?;
        (key.set)(self, value, origin).ok_or(Unset::BadValue(key.values.words))
    }

    /// Sets a variable of istiod's environment.
    fn set_variable(&mut self, variable: &str, value: &str, origin: Origin) -> Result<(), Unset> {
        if !ISTIOD_VARIABLES.contains(&variable) {
            let known = ISTIOD_VARIABLES.iter().copied();
            return Err(Unset::UnknownKey(id::nearest(variable, known)));
        }
        let is_auto = variable == NATIVE_SIDECARS && value == "auto";
        if flag(value).is_none() && !is_auto {
            return Err(Unset::BadValue(BOOLEAN.words));
        }
        let value = value.into();
        self.istiod.insert(variable.into(), Setting { value, origin });
        Ok(())
    }

    /// Sets the namespaces that istiod looks at to those with certain labels.
    pub fn set_discovery_selectors(&mut self, selectors: &[DiscoverySelector], origin: Origin) {
        let selectors = selectors.iter().map(NamespaceSelector::of).collect();
        self.discovery_selectors.set(selectors, origin);
    }

    /// Every setting in force by name, and where it comes from.
    pub fn shown(&self) -> impl Iterator<Item = (String, Value, Origin)> {
        let own = KEYS.iter().map(|key| {
            let (value, origin) = key.show(self);
            (key.name.to_owned(), value, origin)
        });
        let namespaces = self.namespaces.iter().map(|(name, setting)| {
            let name = format!("{NAMESPACE_INJECTION}{name}");
            (name, unlisted_value(setting.value), setting.origin)
        });
        let istiod = self
            .istiod
            .iter()
            .map(|(name, setting)| (format!("{ISTIOD}{name}"), json!(setting.value), setting.origin));
        own.chain(namespaces).chain(istiod)
    }
}

/// The setting that was probably meant.
fn nearest(name: &str) -> Option<&'static str> {
    id::nearest(name, KEYS.iter().map(|key| key.name))
}

fn shown<T>(setting: &Setting<T>, show: impl FnOnce(&T) -> Value) -> (Value, Origin) {
    (show(&setting.value), setting.origin)
}

fn text(text: &str) -> Option<Box<str>> {
    (!text.is_empty()).then(|| text.into())
}

fn words(text: &str) -> Option<Vec<Box<str>>> {
    let words = text.split(',').map(str::trim);
    words
        .map(|word| (!word.is_empty()).then(|| word.into()))
        .collect()
}

fn flag(text: &str) -> Option<bool> {
    text.parse().ok()
}

fn port(text: &str) -> Option<u16> {
    text.parse().ok()
}

fn outbound(text: &str) -> Option<OutboundTraffic> {
    match text {
        "ALLOW_ANY" => Some(OutboundTraffic::AllowAny),
        "REGISTRY_ONLY" => Some(OutboundTraffic::RegistryOnly),
        _ => None,
    }
}

fn outbound_value(policy: OutboundTraffic) -> Value {
    json!(match policy {
        OutboundTraffic::AllowAny => "ALLOW_ANY",
        OutboundTraffic::RegistryOnly => "REGISTRY_ONLY",
    })
}

fn interception_value(mode: InterceptionMode) -> Value {
    json!(match mode {
        InterceptionMode::Redirect => "REDIRECT",
        InterceptionMode::Tproxy => "TPROXY",
        InterceptionMode::None => "NONE",
    })
}

fn unlisted(text: &str) -> Option<UnlistedNamespaces> {
    match text {
        "unknown" => Some(UnlistedNamespaces::Unknown),
        "injected" => Some(UnlistedNamespaces::Injected),
        "not-injected" => Some(UnlistedNamespaces::NotInjected),
        _ => None,
    }
}

fn unlisted_value(unlisted: UnlistedNamespaces) -> Value {
    json!(match unlisted {
        UnlistedNamespaces::Unknown => "unknown",
        UnlistedNamespaces::Injected => "injected",
        UnlistedNamespaces::NotInjected => "not-injected",
    })
}

fn injection_policy(text: &str) -> Option<InjectionPolicy> {
    match text {
        "enabled" => Some(InjectionPolicy::Enabled),
        "disabled" => Some(InjectionPolicy::Disabled),
        _ => None,
    }
}

fn injection_value(policy: InjectionPolicy) -> Value {
    json!(match policy {
        InjectionPolicy::Enabled => "enabled",
        InjectionPolicy::Disabled => "disabled",
    })
}

fn selectors(text: &str) -> Option<Vec<NamespaceSelector>> {
    let labels = text.split(',').map(|label| {
        let (key, value) = label.split_once('=')?;
        Some((key.trim().into(), value.trim().into()))
    });
    let labels = labels.collect::<Option<_>>()?;
    Some(vec![NamespaceSelector {
        labels,
        expressions: Vec::new(),
    }])
}

#[expect(clippy::ptr_arg, reason = "the setting holds a vector")]
fn selector_values(selectors: &Vec<NamespaceSelector>) -> Value {
    selectors.iter().map(selector_value).collect()
}

fn selector_value(selector: &NamespaceSelector) -> Value {
    let labels: serde_json::Map<String, Value> = selector
        .labels
        .iter()
        .map(|(key, value)| (key.to_string(), json!(value)))
        .collect();
    let expressions: Vec<Value> = selector
        .expressions
        .iter()
        .map(|expression| {
            let Expression {
                key,
                operator,
                values,
            } = expression;
            json!({"key": key, "operator": operator, "values": values})
        })
        .collect();
    json!({"matchLabels": labels, "matchExpressions": expressions})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_and_unique() {
        assert!(KEYS.is_sorted_by(|one, other| one.name < other.name));
    }

    #[test]
    fn what_is_set_is_shown() {
        let mut settings = Settings::default();
        settings.set("rootNamespace", "mesh").unwrap();
        settings.set("revisions", "canary, stable").unwrap();
        let shown: Vec<_> = settings.shown().collect();
        assert!(shown.contains(&("rootNamespace".into(), json!("mesh"), Origin::Flag)));
        assert!(shown.contains(&("revisions".into(), json!(["canary", "stable"]), Origin::Flag)));
        assert!(shown.contains(&("enableAutoMtls".into(), json!(true), Origin::Default)));
    }

    #[test]
    fn wrong_names_and_values_are_told_apart() {
        let mut settings = Settings::default();
        assert_eq!(
            settings.set("rotNamespace", "mesh"),
            Err(Unset::UnknownKey(Some("rootNamespace")))
        );
        assert_eq!(
            settings.set("enableAutoMtls", "yes"),
            Err(Unset::BadValue("true or false"))
        );
    }
}
