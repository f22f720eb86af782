//! `ValidateSidecar`.

use std::collections::BTreeSet;

use super::{Judge, filled, items, names, number, part};
use crate::yaml::{Entry, Node};

/// What a `Sidecar` can say, of which it needs something.
const PARTS: [&str; 2] = ["outboundTrafficPolicy", "inboundConnectionPool"];

impl Judge<'_, '_> {
    pub(super) fn sidecar(&mut self, spec: Entry<'_>) {
        let node = spec.value;
        let has_listeners = ["ingress", "egress"]
            .iter()
            .any(|name| items(node, name).next().is_some());
        if !has_listeners && PARTS.iter().all(|name| part(node, name).is_none()) {
            let message = "expected `ingress`, `egress` or another setting";
            self.refuse(spec.key_span, "spec", message);
        }
        self.ingress(node);
        self.egress(node);
        if let Some(pool) = part(node, "inboundConnectionPool") {
            self.connection_pool(pool, "spec.inboundConnectionPool");
        }
        self.outbound(node);
    }

    fn ingress(&mut self, spec: Node<'_>) {
        let mut served = BTreeSet::new();
        for (index, listener) in items(spec, "ingress") {
            let route = format!("spec.ingress[{index}]");
            let Some(port) = part(listener, "port") else {
                continue;
            };
            self.listener_port(port, listener, &format!("{route}.port"));
            if let Some(number) = number(port.value, "number")
                && !served.insert(number)
            {
                let message = format!("expected each port once, found {number} again");
                self.refuse(port.value.span(), format_args!("{route}.port.number"), message);
            }
            self.default_endpoint(listener, &route);
            if let Some(tls) = part(listener, "tls") {
                let protocol = filled(port.value, "protocol").map_or("", |(_, protocol)| protocol);
                self.ingress_tls(tls, protocol, &format!("{route}.tls"));
            }
            if let Some(pool) = part(listener, "connectionPool") {
                self.connection_pool(pool, &format!("{route}.connectionPool"));
            }
        }
    }

    fn listener_port(&mut self, port: Entry<'_>, listener: Node<'_>, route: &str) {
        if let Some((name, text)) = filled(port.value, "name")
            && !names::is_label(text)
        {
            let message = format!("expected a port's name of letters, digits and `-`, found `{text}`");
            self.refuse(name.value.span(), format_args!("{route}.name"), message);
        }
        self.protocol(port.value, route);
        let number = number(port.value, "number").unwrap_or_default();
        if !(1..=65_535).contains(&number) {
            let at = part(port.value, "number").map_or(port.key_span, |number| number.value.span());
            let message = "expected a port number from 1 to 65535";
            self.refuse(at, format_args!("{route}.number"), message);
        }
        if let Some((bind, address)) = filled(listener, "bind")
            && !names::is_address(address)
        {
            let message = format!("expected an IP address, found `{address}`");
            self.refuse(bind.value.span(), format_args!("{route}.bind"), message);
        }
    }

    /// `127.0.0.1:port`, `[::1]:port`, `:port`, or a socket.
    fn default_endpoint(&mut self, listener: Node<'_>, route: &str) {
        let Some((entry, endpoint)) = filled(listener, "defaultEndpoint") else {
            return;
        };
        let is_good = match endpoint.strip_prefix("unix://") {
            Some(path) => path.starts_with(['/', '@']),
            None => is_own_endpoint(endpoint),
        };
        if !is_good {
            let message = format!("expected an endpoint such as `127.0.0.1:8080`, found `{endpoint}`");
            self.refuse(
                entry.value.span(),
                format_args!("{route}.defaultEndpoint"),
                message,
            );
        }
    }

    fn egress(&mut self, spec: Node<'_>) {
        let mut known = BTreeSet::new();
        let count = items(spec, "egress").count();
        for (index, listener) in items(spec, "egress") {
            let route = format!("spec.egress[{index}]");
            match part(listener, "port") {
                Some(port) => self.egress_port(port, listener, &mut known, &route),
                None if index + 1 < count => {
                    let message = "expected the listener without a port to be the last one";
                    self.refuse(listener.span(), &route, message);
                }
                None => {}
            }
            self.egress_hosts(listener, &route);
        }
    }

    fn egress_port(&mut self, port: Entry<'_>, listener: Node<'_>, known: &mut BTreeSet<i64>, route: &str) {
        let route = format!("{route}.port");
        let Some(number) = number(port.value, "number") else {
            let bind = filled(listener, "bind").map_or("", |(_, bind)| bind);
            if !bind.starts_with("unix://") {
                let message = "expected a port number, or a socket in `bind`";
                self.refuse(port.key_span, &route, message);
            }
            return self.protocol(port.value, &route);
        };
        self.listener_port(port, listener, &route);
        if !known.insert(number) {
            let message = format!("expected each port once, found {number} again");
            self.refuse(port.value.span(), &route, message);
        }
    }

    fn egress_hosts(&mut self, listener: Node<'_>, route: &str) {
        if let Some(hosts) = part(listener, "hosts")
            && hosts.value.items().next().is_none()
        {
            self.refuse(
                hosts.key_span,
                format_args!("{route}.hosts"),
                "expected at least one host",
            );
        }
        for (index, item) in items(listener, "hosts") {
            if let Some(problem) = refuse_egress_host(item.as_str().unwrap_or_default()) {
                self.refuse(item.span(), format_args!("{route}.hosts[{index}]"), problem);
            }
        }
    }

    fn outbound(&mut self, spec: Node<'_>) {
        let Some(policy) = part(spec, "outboundTrafficPolicy") else {
            return;
        };
        let Some(proxy) = part(policy.value, "egressProxy") else {
            return;
        };
        let route = "spec.outboundTrafficPolicy.egressProxy";
        // Protobuf's default is the first word of the enum.
        let mode = filled(policy.value, "mode").map_or("REGISTRY_ONLY", |(_, mode)| mode);
        if mode != "ALLOW_ANY" {
            self.refuse(proxy.key_span, route, "`egressProxy` needs mode `ALLOW_ANY`");
        }
        if let Some((host, text)) = filled(proxy.value, "host")
            && let Some(problem) = names::refuse_name(text)
        {
            self.refuse(host.value.span(), format_args!("{route}.host"), problem);
        }
        if part(proxy.value, "port").is_none() {
            self.refuse(proxy.key_span, route, "expected `port` in `egressProxy`");
        }
    }
}

fn is_own_endpoint(endpoint: &str) -> bool {
    const OWN: [&str; 5] = ["", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"];
    let Some((host, port)) = endpoint.rsplit_once(':') else {
        return false;
    };
    OWN.contains(&host) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// `namespace/host`, with `*` or `.` for the namespace; a `~` before it takes hosts away
/// (`validateNamespaceSlashWildcardHostname`).
fn refuse_egress_host(text: &str) -> Option<String> {
    let Some((namespace, host)) = text.split_once('/') else {
        return Some(format!("expected `namespace/host`, found `{text}`"));
    };
    let named = namespace.strip_prefix('~').unwrap_or(namespace);
    let is_pattern = matches!(named, "*" | ".") || namespace == "~";
    if !is_pattern && !names::is_label(named) {
        return Some(format!(
            "expected `*`, `.`, `~` or a namespace before the slash, found `{namespace}`"
        ));
    }
    if host != "*" && !host.contains('.') {
        return Some(format!("expected a full name behind the slash, found `{host}`"));
    }
    names::refuse_wildcard_host(host)
}
