//! Where teams keep the mesh's settings: the ConfigMaps of a running control plane, the operators' resources,
//! and the values of istiod's chart, wherever a GitOps tool has them.
//!
//! All but the mesh config itself are read field by field: what a later tool fills in, or what is none of
//! the types that istiod expects, is unknown, and the rest counts all the same.

use serde::Deserialize;

use super::config_map::{MeshConfig, parse_scalar, parse_text};
use crate::id::Kind;
use crate::source::{Span, Window};
use crate::yaml::{self, Node, Spanned, StringEntry, StringMap};

/// What one object says of the mesh's settings.
#[derive(Debug)]
pub struct MeshSource {
    /// What it says, the later over the earlier.
    pub layers: Vec<IstiodValues>,
    /// Texts within the object that have only one place for everything in them.
    opaque: Vec<Span>,
}

/// Values of istiod's chart, as far as they decide TLS.
#[derive(Debug, Default)]
pub struct IstiodValues {
    /// `meshConfig`.
    pub mesh_config: MeshConfig,
    /// `global.istioNamespace`, which is the root namespace unless the mesh config names one.
    pub istio_namespace: Option<Spanned<Box<str>>>,
    /// `global.proxy.clusterDomain`.
    pub cluster_domain: Option<Spanned<Box<str>>>,
    /// `global.proxy.autoInject`, or the injector's own `policy`: `enabled` or `disabled`.
    pub injection_policy: Option<Spanned<Box<str>>>,
    /// `sidecarInjectorWebhook.rewriteAppHTTPProbe`.
    pub rewrite_app_http_probe: Option<Spanned<bool>>,
    /// `sidecarInjectorWebhook.enableNamespacesByDefault`.
    pub enable_namespaces_by_default: Option<Spanned<bool>>,
    /// `pilot.env`: istiod's environment.
    pub environment: StringMap,
    /// `profile`, of which only `ambient` matters.
    pub profile: Option<Spanned<Box<str>>>,
    /// `revision`.
    pub revision: Option<Spanned<Box<str>>>,
}

/// How close an object is to what istiod reads in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// The values of a chart that is still to be installed.
    Values,
    /// The resource of an operator.
    Operator,
    /// The injector's own ConfigMap.
    Injector,
    /// istiod's own ConfigMap.
    MeshConfig,
}

impl MeshSource {
    /// Reads the object `root` of a file; `None` if it is not about istiod.
    pub fn read(
        kind: Kind,
        name: &str,
        root: Node<'_>,
        file: Window<'_>,
    ) -> Option<Result<MeshSource, yaml::Error>> {
        let mut source = MeshSource {
            layers: Vec::new(),
            opaque: Vec::new(),
        };
        match kind {
            Kind::ConfigMap if is_injector(name) => source.read_injector(root, file),
            Kind::ConfigMap if name == "istio" || name.starts_with("istio-") => {
                if let Err(error) = source.read_mesh_config(root, file)? {
                    return Some(Err(error));
                }
            }
            Kind::IstioOperator => source.read_operator(root.get("spec")?.value),
            Kind::Istio => source.read_sail(root.get("spec")?.value),
            Kind::Application => source.read_application(root.get("spec")?.value, file),
            Kind::HelmRelease => source.read_release(root.get("spec")?.value),
            _ => {}
        }
        (!source.layers.is_empty()).then_some(Ok(source))
    }

    /// Whether a setting has a place of its own, and not only that of the text which holds it.
    pub fn is_exact(&self, span: Span) -> bool {
        !self.opaque.contains(&span)
    }

    fn read_mesh_config(&mut self, root: Node<'_>, file: Window<'_>) -> Option<Result<(), yaml::Error>> {
        let mesh = root.get("data")?.value.get("mesh")?.value;
        let span = mesh.span();
        let embedded = parse_scalar(mesh.as_str()?, span, file);
        if embedded.is_opaque {
            self.opaque.push(span);
        }
        let config = embedded.tree.and_then(|tree| match tree {
            Some(tree) => yaml::from_node(tree.root()),
            None => Ok(MeshConfig::default()),
        });
        // A word cannot be replaced where only the whole text has a place.
        let config = config.map_err(|error| {
            let mut details = error.into_details();
            details.choice = details.choice.filter(|_| details.span != span);
            details.into()
        });
        Some(config.map(|mesh_config| {
            self.layers.push(IstiodValues {
                mesh_config,
                ..IstiodValues::default()
            });
        }))
    }

    /// `istio-sidecar-injector`: its template's `values`, and the `policy` of its config.
    fn read_injector(&mut self, root: Node<'_>, file: Window<'_>) {
        let Some(data) = root.get("data") else { return };
        if let Some(values) = data.value.get("values") {
            self.read_text(values.value, file, |root| Some(IstiodValues::read(root)));
        }
        if let Some(config) = data.value.get("config") {
            self.read_text(config.value, file, |root| {
                Some(IstiodValues {
                    injection_policy: word(root, &["policy"]),
                    ..IstiodValues::default()
                })
            });
        }
    }

    /// `IstioOperator`: what `spec.values` says counts more than the API of the operator itself.
    fn read_operator(&mut self, spec: Node<'_>) {
        self.layers.push(IstiodValues {
            mesh_config: find(spec, &["meshConfig"]).map(mesh_config).unwrap_or_default(),
            istio_namespace: word(spec, &["namespace"]),
            environment: find(spec, &["components", "pilot", "k8s", "env"])
                .map(variables)
                .unwrap_or_default(),
            profile: word(spec, &["profile"]),
            revision: word(spec, &["revision"]),
            ..IstiodValues::default()
        });
        self.layers
            .extend(find(spec, &["values"]).map(IstiodValues::read));
    }

    /// `Istio` of the sail operator.
    fn read_sail(&mut self, spec: Node<'_>) {
        self.layers.push(IstiodValues {
            istio_namespace: word(spec, &["namespace"]),
            profile: word(spec, &["profile"]),
            ..IstiodValues::default()
        });
        self.layers
            .extend(find(spec, &["values"]).map(IstiodValues::read));
    }

    /// Argo CD: `values`, over which lies `valuesObject`, over which lie `parameters`.
    fn read_application(&mut self, spec: Node<'_>, file: Window<'_>) {
        let several = find(spec, &["sources"]).into_iter().flat_map(Node::items);
        for source in find(spec, &["source"]).into_iter().chain(several) {
            let is_own = ["chart", "path"].iter().any(|key| names_istiod(source, &[key]));
            let Some(helm) = find(source, &["helm"]) else {
                continue;
            };
            if let Some(values) = find(helm, &["values"]) {
                self.read_text(values, file, |root| own_or_nested(root, is_own));
            }
            self.layers
                .extend(find(helm, &["valuesObject"]).and_then(|root| own_or_nested(root, is_own)));
            for parameter in find(helm, &["parameters"]).into_iter().flat_map(Node::items) {
                self.read_parameter(parameter, is_own);
            }
        }
    }

    /// `name: meshConfig.trustDomain`, as `helm --set` takes it.
    fn read_parameter(&mut self, parameter: Node<'_>, is_own: bool) -> Option<()> {
        let name = find(parameter, &["name"])?.as_str()?;
        let value = find(parameter, &["value"])?;
        let written = value.source_text()?;
        if name.contains(['[', '\\']) || is_filled_in(written) {
            return None;
        }
        let is_bare = matches!(written, "true" | "false") || written.parse::<i64>().is_ok();
        let mut text = if is_bare {
            written.to_owned()
        } else {
            serde_json::to_string(written).ok()?
        };
        for key in name.rsplit('.') {
            text = format!("{{{}: {text}}}", serde_json::to_string(key).ok()?);
        }
        let tree = parse_text(&text, 0..text.len(), value.span())
            .ok()??
            .pinned(value.span());
        self.layers.extend(own_or_nested(tree.root(), is_own));
        Some(())
    }

    /// Flux: the values of a release of istiod's chart.
    fn read_release(&mut self, spec: Node<'_>) {
        let is_own = [&["chart", "spec", "chart"][..], &["chartRef", "name"]]
            .iter()
            .any(|path| names_istiod(spec, path));
        self.layers
            .extend(find(spec, &["values"]).and_then(|values| own_or_nested(values, is_own)));
    }

    /// Reads YAML within a scalar.
    fn read_text(
        &mut self,
        node: Node<'_>,
        file: Window<'_>,
        read: impl FnOnce(Node<'_>) -> Option<IstiodValues>,
    ) {
        let span = node.span();
        let embedded = parse_scalar(node.as_str().unwrap_or_default(), span, file);
        if embedded.is_opaque {
            self.opaque.push(span);
        }
        let tree = embedded.tree.ok().flatten();
        self.layers.extend(tree.and_then(|tree| read(tree.root())));
    }
}

/// How close an object of a kind and name is to what istiod reads.
pub fn closeness(kind: Kind, name: &str) -> Closeness {
    match kind {
        Kind::ConfigMap if is_injector(name) => Closeness::Injector,
        Kind::ConfigMap => Closeness::MeshConfig,
        Kind::IstioOperator | Kind::Istio => Closeness::Operator,
        _ => Closeness::Values,
    }
}

fn is_injector(name: &str) -> bool {
    name.starts_with("istio-sidecar-injector")
}

/// Whether a chart, or the directory of one, is istiod's.
fn names_istiod(node: Node<'_>, path: &[&str]) -> bool {
    let name = find(node, path).and_then(Node::as_str).unwrap_or_default();
    let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    matches!(last, "istiod" | "istio-discovery") || last.starts_with("istiod-")
}

/// The values of istiod's own chart, or those of a chart that has it as a part.
fn own_or_nested(values: Node<'_>, is_own: bool) -> Option<IstiodValues> {
    let values = if is_own {
        Some(values)
    } else {
        find(values, &["istiod"])
    };
    values.map(IstiodValues::read)
}

impl IstiodValues {
    /// Reads the values of istiod's chart.
    pub fn read(values: Node<'_>) -> IstiodValues {
        let injector = |key| find(values, &["sidecarInjectorWebhook", key]).and_then(typed);
        IstiodValues {
            mesh_config: find(values, &["meshConfig"]).map(mesh_config).unwrap_or_default(),
            istio_namespace: word(values, &["global", "istioNamespace"]),
            cluster_domain: word(values, &["global", "proxy", "clusterDomain"]),
            injection_policy: word(values, &["global", "proxy", "autoInject"]),
            rewrite_app_http_probe: injector("rewriteAppHTTPProbe"),
            enable_namespaces_by_default: injector("enableNamespacesByDefault"),
            environment: find(values, &["pilot", "env"])
                .and_then(typed)
                .unwrap_or_default(),
            profile: word(values, &["profile"]),
            revision: word(values, &["revision"]),
        }
    }
}

/// A mesh config of which single fields may be unknown.
fn mesh_config(node: Node<'_>) -> MeshConfig {
    let proxy = |path: &[&str]| find(node, path).and_then(typed);
    MeshConfig {
        root_namespace: word(node, &["rootNamespace"]),
        trust_domain: word(node, &["trustDomain"]),
        enable_auto_mtls: find(node, &["enableAutoMtls"]).and_then(typed),
        enable_prometheus_merge: find(node, &["enablePrometheusMerge"]).and_then(typed),
        outbound_traffic_policy: find(node, &["outboundTrafficPolicy"]).and_then(typed),
        default_service_export_to: find(node, &["defaultServiceExportTo"]).and_then(typed),
        default_destination_rule_export_to: find(node, &["defaultDestinationRuleExportTo"]).and_then(typed),
        default_virtual_service_export_to: find(node, &["defaultVirtualServiceExportTo"]).and_then(typed),
        discovery_selectors: find(node, &["discoverySelectors"]).and_then(typed),
        default_config: proxy(&["defaultConfig"]),
    }
}

/// The node at a path of keys; null is nothing.
fn find<'t>(node: Node<'t>, path: &[&str]) -> Option<Node<'t>> {
    let found = path
        .iter()
        .try_fold(node, |node, key| Some(node.get(key)?.value))?;
    (!found.is_null()).then_some(found)
}

fn typed<'t, T: Deserialize<'t>>(node: Node<'t>) -> Option<T> {
    yaml::from_node(node).ok()
}

/// A text that is known already.
fn word(node: Node<'_>, path: &[&str]) -> Option<Spanned<Box<str>>> {
    let word: Spanned<Box<str>> = typed(find(node, path)?)?;
    (!word.value.is_empty() && !is_filled_in(&word.value)).then_some(word)
}

fn is_filled_in(text: &str) -> bool {
    ["${", "$(", "{{"].iter().any(|variable| text.contains(variable))
}

/// `env` of a container, as a mapping.
fn variables(list: Node<'_>) -> StringMap {
    let variables = list
        .items()
        .filter_map(|variable| Some((find(variable, &["name"])?.as_str()?, typed(variable)?)));
    let variables: Vec<(&str, StringMap)> = variables.collect();
    let values = variables.iter().filter_map(|&(key, ref variable)| {
        let value = variable.entry("value").filter(|value| !value.is_null)?;
        Some(StringEntry { key, ..value })
    });
    values.collect()
}
