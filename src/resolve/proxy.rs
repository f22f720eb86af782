//! The settings of a workload's proxy. Over those of the mesh lie the ProxyConfig of the root namespace, that of the
//! workload's own, the pods' annotation, and the ProxyConfig that selects the pods; the oldest of several counts
//! (`pilot/pkg/model/proxy_config.go` `EffectiveProxyConfig`).

use crate::mesh::settings::InterceptionMode;
use crate::mesh::{Mesh, NamespaceId, Workload};
use crate::model::Object;
use crate::model::proxy_config::ProxyConfig;
use crate::source::Span;
use crate::yaml::StringMap;

const HBONE: &str = "ISTIO_META_ENABLE_HBONE";

/// What decides on the traffic of a proxy.
#[derive(Debug, Clone, Copy)]
pub struct ProxySettings {
    /// The agent's port.
    pub status_port: u16,
    /// How inbound connections reach it.
    pub interception_mode: InterceptionMode,
    /// Where the pods' annotation says so; `None` where the mesh does.
    pub interception_at: Option<Span>,
    /// Whether it speaks HBONE.
    pub speaks_hbone: bool,
}

impl ProxySettings {
    /// Those of a workload whose control plane has that revision.
    pub fn of(mesh: &Mesh<'_>, workload: &Workload<'_>, revision: &str) -> ProxySettings {
        let mut settings = ProxySettings::of_namespace(mesh, workload.namespace, revision);
        let Some(template) = workload.template() else {
            return settings;
        };
        if let Some(annotated) = &template.proxy_config {
            if let Some(port) = &annotated.status_port {
                settings.status_port = port.value;
            }
            if let Some(mode) = &annotated.interception_mode
                && let Some(parsed) = InterceptionMode::parse(&mode.value)
            {
                settings.interception_mode = parsed;
                settings.interception_at = Some(mode.span);
            }
            settings.take_environment(&annotated.proxy_metadata);
        }
        let is_selecting = |config: &ProxyConfig| {
            let labels = config
                .selector
                .as_ref()
                .map(|selector| &selector.value.match_labels);
            labels.is_some_and(|labels| {
                let has =
                    |key: &str, value: &str| workload.label_entry(key).is_some_and(|own| own.value == value);
                !labels.is_empty() && labels.iter().all(|label| has(label.key, label.value))
            })
        };
        let own = mesh.namespaces[workload.namespace].name;
        settings.take_first(mesh, own, revision, is_selecting);
        settings
    }

    /// Those of the proxies of a namespace that say nothing themselves.
    pub fn of_namespace(mesh: &Mesh<'_>, namespace: NamespaceId, revision: &str) -> ProxySettings {
        let of_mesh = &mesh.settings;
        let mut settings = ProxySettings {
            status_port: of_mesh.status_port.value,
            interception_mode: of_mesh.interception_mode.value,
            interception_at: None,
            speaks_hbone: of_mesh.sidecar_hbone.value,
        };
        let is_for_all = |config: &ProxyConfig| config.selector.is_none();
        let root = Some(&*of_mesh.root_namespace.value);
        let own = mesh.namespaces[namespace].name;
        settings.take_first(mesh, root, revision, is_for_all);
        if own != root {
            settings.take_first(mesh, own, revision, is_for_all);
        }
        settings
    }

    /// Takes the oldest ProxyConfig of a namespace that meets a condition.
    fn take_first(
        &mut self,
        mesh: &Mesh<'_>,
        namespace: Option<&str>,
        revision: &str,
        is_meant: impl Fn(&ProxyConfig) -> bool,
    ) {
        let is_read =
            |config: &&&Object<ProxyConfig>| config.meta.is_read_by(revision) && is_meant(&config.spec);
        let configs = mesh.proxy_configs.get(&namespace);
        if let Some(config) = configs.into_iter().flatten().find(is_read) {
            self.take_environment(&config.spec.environment_variables);
        }
    }

    fn take_environment(&mut self, variables: &StringMap) {
        if let Some(value) = variables.get(HBONE) {
            self.speaks_hbone = value == "true";
        }
    }
}
