//! `WorkloadEntry`, `WorkloadGroup` and the endpoints of a `ServiceEntry` (`validateWorkloadEntry`).

use super::{Judge, filled, names, part, present};
use crate::yaml::{Entry, Node};

impl Judge<'_, '_> {
    pub(super) fn workload_entry(&mut self, spec: Entry<'_>) {
        if part(spec.value, "address").is_none() && part(spec.value, "network").is_none() {
            self.refuse(spec.key_span, "spec", "expected `address` or `network`");
        }
        self.machine(spec.value, "spec");
    }

    pub(super) fn workload_group(&mut self, spec: Node<'_>) {
        if let Some(template) = part(spec, "template") {
            self.machine(template.value, "spec.template");
        }
    }

    /// An address that may be a name of DNS or a socket, and labels.
    pub(super) fn machine(&mut self, node: Node<'_>, route: &str) {
        self.label_syntax(node, route);
        let Some((entry, address)) = filled(node, "address") else {
            return;
        };
        let route = format!("{route}.address");
        if let Some(path) = address.strip_prefix("unix://") {
            self.socket(node, entry, path, &route);
        } else if !names::is_address(address) && names::refuse_name(address).is_some() {
            let message = format!("expected an IP address or a host, found `{address}`");
            self.refuse(entry.value.span(), route, message);
        }
    }

    fn socket(&mut self, node: Node<'_>, address: Entry<'_>, path: &str, route: &str) {
        if !path.starts_with(['/', '@']) || path.ends_with('/') {
            let message = "expected a socket's absolute path behind `unix://`";
            self.refuse(address.value.span(), route, message);
        }
        if let Some(ports) = part(node, "ports") {
            self.refuse(ports.key_span, route, "a socket has no `ports`");
        }
    }

    /// Ports of an endpoint are overrides of ports that the entry has.
    pub(super) fn endpoint_ports(&mut self, node: Node<'_>, defined: &[&str], route: &str) {
        let ports = part(node, "ports");
        for port in ports.into_iter().flat_map(|ports| present(ports.value)) {
            if !defined.contains(&port.key) {
                let message = format!("no port of the ServiceEntry is called `{}`", port.key);
                self.refuse(port.key_span, format_args!("{route}.ports.{}", port.key), message);
            }
        }
    }
}
