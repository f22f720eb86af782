//! Which services a proxy knows: what is exported to its namespace, narrowed by its Sidecar resource
//! (`pilot/pkg/model/push_context.go` `IsServiceVisible`, `pilot/pkg/model/sidecar.go` `selectServices`).

use std::cmp::Reverse;

use super::{Client, Senders};
use crate::mesh::{Mesh, NamespaceId, ServiceId};
use crate::model::sidecar::EgressListener;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::covers;
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
        // Kubernetes Services have no revision.
        if service
            .entry()
            .is_some_and(|entry| !entry.meta.is_read_by(client.revision))
        {
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

    /// Whether a client's Sidecar resource imports a service, by itself or by a VirtualService that leads
    /// there.
    fn is_imported(&self, client: &Client<'_, 'o>, id: ServiceId, port: Option<u16>) -> bool {
        let Some(listeners) = client.egress() else {
            return true;
        };
        let mesh = self.resolution.mesh;
        let service = mesh.service(id);
        let is_named = |listener: &EgressListener| {
            let only = listener.only_port();
            let is_for_port = only.is_none() || port.is_none() || only == port;
            is_for_port
                && imports(mesh, client, listener, service.namespace, |pattern| {
                    covers(pattern, &service.host)
                })
        };
        listeners.iter().any(|listener| is_named(listener)) || self.is_led_to(client, &service.host, port)
    }

    /// Of several services with one host, the one that a client gets: that of its own namespace, else a
    /// Kubernetes Service, else the first by explicit export, age, name and namespace.
    pub(super) fn preferred(&self, client: &Client<'_, 'o>, id: ServiceId) -> Option<ServiceId> {
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

impl<'o> Client<'_, 'o> {
    /// The listeners that limit what its proxy knows; `None` where nothing does: without a Sidecar resource,
    /// with one that has no listener, and for gateways.
    pub(super) fn egress(&self) -> Option<&'o [Spanned<EgressListener>]> {
        let obeys = matches!(self.plane, DataPlane::Sidecar | DataPlane::Proxyless);
        let sidecar = self.sidecar.filter(|_| obeys)?;
        let listeners = &sidecar.spec.egress[..];
        (!listeners.is_empty()).then_some(listeners)
    }
}

/// Whether the hosts of a listener take part of what is in a namespace and has a host that `matches` accepts;
/// an exclusion overrides every inclusion.
pub(super) fn imports(
    mesh: &Mesh<'_>,
    client: &Client<'_, '_>,
    listener: &EgressListener,
    namespace: NamespaceId,
    matches: impl Fn(&str) -> bool,
) -> bool {
    let name = mesh.namespaces[namespace].name.unwrap_or_default();
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
            "." => client.namespace == Some(namespace),
            listed => listed == name,
        };
        if names_namespace && matches(host) {
            if is_exclusion {
                return false;
            }
            is_included = true;
        }
    }
    is_included
}
