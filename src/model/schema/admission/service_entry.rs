//! `ValidateServiceEntry` and the CEL rules beside it.

use std::collections::BTreeSet;

use super::export_to::Exporter;
use super::{Judge, filled, items, names, number, part};
use crate::yaml::{Entry, Node};

impl Judge<'_, '_> {
    pub(super) fn service_entry(&mut self, spec: Entry<'_>) {
        let node = spec.value;
        let resolution = filled(node, "resolution").map_or("NONE", |(_, resolution)| resolution);
        self.hosts(node, resolution);
        self.addresses(node, resolution);
        let defined = self.ports(node);
        self.endpoints(node, resolution, &defined);
        self.export_to(node, Exporter::ServiceEntry);
    }

    fn hosts(&mut self, spec: Node<'_>, resolution: &str) {
        let asks_dns = matches!(resolution, "DNS" | "DNS_ROUND_ROBIN") && !has_items(spec, "endpoints");
        for (index, item) in items(spec, "hosts") {
            let host = item.as_str().unwrap_or_default();
            let problem = if host == "*" {
                Some("expected a host, found `*`".to_owned())
            } else if asks_dns && host.starts_with('*') {
                Some(format!("expected a host that DNS can look up, found `{host}`"))
            } else {
                names::refuse_wildcard_host(host)
            };
            if let Some(problem) = problem {
                self.refuse(item.span(), format_args!("spec.hosts[{index}]"), problem);
            }
        }
    }

    fn addresses(&mut self, spec: Node<'_>, resolution: &str) {
        for (index, item) in items(spec, "addresses") {
            let address = item.as_str().unwrap_or_default();
            let problem = if !names::is_subnet(address) {
                format!("expected an IP address or a range of them, found `{address}`")
            } else if address.contains('/') && !matches!(resolution, "NONE" | "STATIC") {
                format!("expected an IP address under resolution `{resolution}`, found a range")
            } else {
                continue;
            };
            self.refuse(item.span(), format_args!("spec.addresses[{index}]"), problem);
        }
    }

    /// The names of the ports.
    fn ports<'t>(&mut self, spec: Node<'t>) -> Vec<&'t str> {
        let mut defined = Vec::new();
        let mut numbers = BTreeSet::new();
        for (index, port) in items(spec, "ports") {
            let route = format!("spec.ports[{index}]");
            if let Some(name) = part(port, "name") {
                let text = name.value.as_str().unwrap_or_default();
                if defined.contains(&text) {
                    let message = format!("expected each port's name once, found `{text}` again");
                    self.refuse(name.value.span(), format_args!("{route}.name"), message);
                } else if !names::is_label(text) {
                    let message =
                        format!("expected a port's name of letters, digits and `-`, found `{text}`");
                    self.refuse(name.value.span(), format_args!("{route}.name"), message);
                }
                defined.push(text);
            }
            if let Some(entry) = part(port, "number")
                && number(port, "number").is_some_and(|number| !numbers.insert(number))
            {
                let message = "expected each port's number once";
                self.refuse(entry.value.span(), format_args!("{route}.number"), message);
            }
            self.protocol(port, &route);
        }
        defined
    }

    /// A protocol that Istio knows (`ValidateProtocol`).
    pub(super) fn protocol(&mut self, port: Node<'_>, route: &str) {
        if let Some((entry, protocol)) = filled(port, "protocol")
            && !names::is_protocol(protocol)
        {
            let message = format!("expected a protocol such as `HTTP`, `TLS` or `TCP`, found `{protocol}`");
            self.refuse(entry.value.span(), format_args!("{route}.protocol"), message);
        }
    }

    fn endpoints(&mut self, spec: Node<'_>, resolution: &str, defined: &[&str]) {
        let Some(endpoints) = part(spec, "endpoints") else {
            return;
        };
        let count = endpoints.value.items().count();
        let problem = match resolution {
            _ if part(spec, "workloadSelector").is_some() => {
                Some("expected either `endpoints` or `workloadSelector`")
            }
            "NONE" => Some("expected no `endpoints` under resolution `NONE`"),
            "DNS_ROUND_ROBIN" if count > 1 => {
                Some("expected at most one endpoint under resolution `DNS_ROUND_ROBIN`")
            }
            _ => None,
        };
        if let Some(problem) = problem {
            self.refuse(endpoints.key_span, "spec.endpoints", problem);
        }
        for (index, endpoint) in endpoints.value.items().enumerate() {
            self.endpoint(endpoint, resolution, defined, &format!("spec.endpoints[{index}]"));
        }
    }

    fn endpoint(&mut self, endpoint: Node<'_>, resolution: &str, defined: &[&str], route: &str) {
        if part(endpoint, "address").is_none() && part(endpoint, "network").is_none() {
            self.refuse(endpoint.span(), route, "expected `address` or `network`");
        }
        if let Some((entry, address)) = filled(endpoint, "address")
            && resolution == "STATIC"
            && !address.starts_with("unix://")
            && !names::is_address(address)
        {
            let message = format!("expected an IP address under resolution `STATIC`, found `{address}`");
            self.refuse(entry.value.span(), format_args!("{route}.address"), message);
            self.label_syntax(endpoint, route);
        } else {
            self.machine(endpoint, route);
        }
        self.endpoint_ports(endpoint, defined, route);
    }
}

fn has_items(node: Node<'_>, key: &str) -> bool {
    items(node, key).next().is_some()
}
