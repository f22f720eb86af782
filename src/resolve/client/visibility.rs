//! Which services a proxy knows: what is exported to its namespace, narrowed by its Sidecar resource
//! (`pilot/pkg/model/push_context.go` `IsServiceVisible`, `pilot/pkg/model/sidecar.go` `selectServices`).

use std::cmp::Reverse;

use super::{Client, Senders};
use crate::mesh::ServiceId;
use crate::model::sidecar::EgressListener;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::{self, covers};
use crate::yaml::Spanned;

/// Whether a client's proxy has a cluster for a service port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// It has.
    Visible,
    /// The service is not exported to the client's namespace.
    NotExported,
    /// The client's Sidecar resource does not import the service, or not this port.
    NotImported,
    /// Another namespace defines the same host, and that one is taken.
    OtherNamespace(ServiceId),
}

impl<'o> Senders<'_, '_, 'o> {
    /// Whether a client's proxy has a cluster for a port of a service.
    pub fn visibility(&self, client: &Client<'_, 'o>, id: ServiceId, port: u16) -> Visibility {
        if !self.is_exported(id, client) {
            return Visibility::NotExported;
        }
        if !self.is_imported(client, id, Some(port)) {
            return Visibility::NotImported;
        }
        match self.preferred(client, id) {
            Some(other) if other != id => Visibility::OtherNamespace(other),
            _ => Visibility::Visible,
        }
    }

    /// Whether a service is shown to a namespace.
    fn is_exported(&self, id: ServiceId, client: &Client<'_, 'o>) -> bool {
        let mesh = self.resolution.mesh;
        let service = mesh.service(id);
        if !destination::is_read_by(service.meta(), client.revision) {
            return false;
        }
        let is_own = client.namespace == Some(service.namespace);
        let client_name = client
            .namespace
            .and_then(|namespace| mesh.namespaces[namespace].name);
        let reaches = |names: &mut dyn Iterator<Item = &str>| {
            let names: Vec<&str> = names.collect();
            if names.contains(&"*") {
                return true;
            }
            // `~` hides the service from everybody, its own namespace included.
            !names.contains(&"~")
                && names
                    .iter()
                    .any(|&name| Some(name) == client_name || (name == "." && is_own))
        };
        let default = &mesh.settings.default_service_export_to.value;
        match service.exported_to() {
            Some(names) => reaches(&mut names.into_iter()),
            None => reaches(&mut default.iter().map(|name| &**name)),
        }
    }

    /// Whether a client's Sidecar resource imports a service; gateways have none.
    fn is_imported(&self, client: &Client<'_, 'o>, id: ServiceId, port: Option<u16>) -> bool {
        let (DataPlane::Sidecar | DataPlane::Proxyless, Some(sidecar)) = (client.plane, client.sidecar)
        else {
            return true;
        };
        // Without any listener everything visible is imported.
        let listeners = &sidecar.spec.egress;
        listeners.is_empty()
            || listeners
                .iter()
                .any(|listener| self.listener_imports(client, listener, id, port))
    }

    fn listener_imports(
        &self,
        client: &Client<'_, 'o>,
        listener: &Spanned<EgressListener>,
        id: ServiceId,
        port: Option<u16>,
    ) -> bool {
        let mesh = self.resolution.mesh;
        let service = mesh.service(id);
        let only = listener
            .port
            .as_ref()
            .and_then(|port| port.number.as_ref())
            .map(|number| number.value);
        if only.is_some_and(|only| port.is_some_and(|port| port != only)) {
            return false;
        }
        let namespace = mesh.namespaces[service.namespace].name.unwrap_or_default();
        let mut is_included = false;
        for pattern in listener.hosts.iter().map(|host| &*host.value) {
            let (is_exclusion, pattern) = match pattern.strip_prefix('~') {
                Some(rest) => (true, rest),
                None => (false, pattern),
            };
            let (of_namespace, host) = pattern.split_once('/').unwrap_or(("*", pattern));
            // `~/*` is the old spelling of "nothing".
            let names_namespace = match of_namespace {
                "*" | "" => true,
                "." => client.namespace == Some(service.namespace),
                name => name == namespace,
            };
            if names_namespace && covers(host, &service.host) {
                if is_exclusion {
                    return false;
                }
                is_included = true;
            }
        }
        is_included
    }

    /// Of several services with one host, the one that a client gets: that of its own namespace, else a
    /// Kubernetes Service, else the first by explicit export, age, name and namespace.
    fn preferred(&self, client: &Client<'_, 'o>, id: ServiceId) -> Option<ServiceId> {
        let mesh = self.resolution.mesh;
        let candidates = mesh.services_of_host(&mesh.service(id).host);
        if candidates.len() < 2 {
            return None;
        }
        let visible = candidates
            .iter()
            .copied()
            .filter(|&other| self.is_exported(other, client) && self.is_imported(client, other, None));
        visible.max_by_key(|&other| {
            let service = mesh.service(other);
            let is_explicit = service.exported_to().is_some_and(|names| !names.contains(&"*"));
            let (created, _, namespace) = service.object_age();
            (
                Some(service.namespace) == client.namespace && client.plane != DataPlane::Gateway,
                service.kubernetes().is_some(),
                is_explicit,
                Reverse((created, &*service.host, namespace, other)),
            )
        })
    }
}
