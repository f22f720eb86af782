//! The settings by the names that people use: one table, from which the command line sets them and
//! machine output shows them.

use serde_json::{Value, json};

use super::settings::{
    Expression, InjectionPolicy, InterceptionMode, NamespaceSelector, Origin, OutboundTraffic, Setting,
    Settings, UnlistedNamespaces,
};

/// A setting with its name. Istio's own name where it has one.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The name.
    pub name: &'static str,
    /// What a value looks like, for people.
    pub values: &'static str,
    set: fn(&mut Settings, &str) -> Option<()>,
    show: fn(&Settings) -> (Value, Origin),
}

/// Why a setting was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unset {
    /// No setting has that name.
    UnknownKey,
    /// The value is not one of these.
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
            set: |settings, text| {
                settings.$field.set_by_flag($parse(text)?);
                Some(())
            },
            show: |settings| shown(&settings.$field, $show),
        }
    };
}

const BOOLEAN: &str = "true or false";
const EXPORT_TO: &str = "`*`, `.`, `~` or namespaces, with commas between them";
const INTERCEPTION: &str = "REDIRECT, TPROXY or NONE";
const LABELS: &str = "labels of namespaces: LABEL=VALUE, with commas between them";
const NAMESPACES: &str = "namespaces or globs, with commas between them";
const REVISIONS: &str = "installed revisions and tags, with commas between them";
const UNLISTED: &str = "unknown, injected or not-injected";

/// Every setting that has a value of its own, by name; `istiod.NAME` stands for istiod's environment.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key!("ambient", BOOLEAN, ambient, |text| flag(text).map(Some)),
    key!("clusterDomain", "a domain", cluster_domain, text),
    key!("complete", NAMESPACES, complete, words),
    key!("defaultConfig.interceptionMode", INTERCEPTION, interception_mode, InterceptionMode::parse, |value| interception_value(*value)),
    key!("defaultConfig.proxyMetadata.ISTIO_META_ENABLE_HBONE", BOOLEAN, sidecar_hbone, flag),
    key!("defaultConfig.statusPort", "a port", status_port, port),
    key!("defaultDestinationRuleExportTo", EXPORT_TO, default_destination_rule_export_to, words),
    key!("defaultServiceExportTo", EXPORT_TO, default_service_export_to, words),
    key!("defaultVirtualServiceExportTo", EXPORT_TO, default_virtual_service_export_to, words),
    key!("discoverySelectors", LABELS, discovery_selectors, selectors, selector_values),
    key!("enableAutoMtls", BOOLEAN, enable_auto_mtls, flag),
    key!("enableNamespacesByDefault", BOOLEAN, enable_namespaces_by_default, flag),
    key!("enablePrometheusMerge", BOOLEAN, enable_prometheus_merge, flag),
    key!("injection.unlistedNamespaces", UNLISTED, unlisted_namespaces, unlisted, |value| unlisted_value(*value)),
    key!("injector.policy", "enabled or disabled", injection_policy, injection_policy, |value| injection_value(*value)),
    key!("injector.rewriteAppHTTPProbe", BOOLEAN, rewrite_app_http_probe, flag),
    key!("outboundTrafficPolicy", "ALLOW_ANY or REGISTRY_ONLY", outbound_traffic_policy, outbound, |value| outbound_value(*value)),
    key!("revisions", REVISIONS, revisions, |text| words(text).map(Some)),
    key!("rootNamespace", "a namespace", root_namespace, text),
    key!("trustDomain", "a domain", trust_domain, text),
];

/// The names that begin so belong to istiod's environment.
const ISTIOD: &str = "istiod.";

impl Settings {
    /// Sets what the command line says.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Unset> {
        if let Some(variable) = name.strip_prefix(ISTIOD) {
            self.set_istiod(variable, value);
            return Ok(());
        }
        let key = KEYS
            .iter()
            .find(|key| key.name == name)
            .ok_or(Unset::UnknownKey)?;
        (key.set)(self, value).ok_or(Unset::BadValue(key.values))
    }

    /// Every setting in force by name, and where it comes from.
    pub fn shown(&self) -> impl Iterator<Item = (String, Value, Origin)> {
        let own = KEYS.iter().map(|key| {
            let (value, origin) = key.show(self);
            (key.name.to_owned(), value, origin)
        });
        let istiod = self
            .istiod
            .iter()
            .map(|(name, setting)| (format!("{ISTIOD}{name}"), json!(setting.value), setting.origin));
        own.chain(istiod)
    }
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
        assert_eq!(settings.set("rotNamespace", "mesh"), Err(Unset::UnknownKey));
        assert_eq!(
            settings.set("enableAutoMtls", "yes"),
            Err(Unset::BadValue("true or false"))
        );
    }
}
