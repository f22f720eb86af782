//! `ValidateGateway`.

use std::collections::BTreeSet;

use super::{Judge, filled, items, names, number, part};
use crate::yaml::{Entry, Node};

/// What a server may not bring along where the mesh's own certificates serve.
const CERTIFICATES: [&str; 4] = [
    "serverCertificate",
    "privateKey",
    "caCertificates",
    "credentialName",
];

impl Judge<'_, '_> {
    pub(super) fn gateway(&mut self, root: Node<'_>, spec: Entry<'_>) {
        let name = part(root, "metadata").and_then(|metadata| filled(metadata.value, "name"));
        if let Some((entry, name)) = name
            && !names::is_label(name)
        {
            let message = "expected a Gateway's name without `.` and of at most 63 characters";
            self.refuse(entry.value.span(), "metadata.name", message);
        }
        if items(spec.value, "servers").next().is_none() {
            let at = part(spec.value, "servers").map_or(spec.key_span, |servers| servers.key_span);
            self.refuse(at, "spec.servers", "expected at least one server");
        }
        let mut known = BTreeSet::new();
        for (index, server) in items(spec.value, "servers") {
            let route = format!("spec.servers[{index}]");
            self.server_hosts(server, &route);
            let Some(port) = part(server, "port") else {
                continue;
            };
            self.server_port(port, server, &route, &mut known);
            self.server_tls(port, server, &route);
        }
    }

    fn server_hosts(&mut self, server: Node<'_>, route: &str) {
        if let Some(hosts) = part(server, "hosts")
            && hosts.value.items().next().is_none()
        {
            let route = format_args!("{route}.hosts");
            self.refuse(hosts.key_span, route, "expected at least one host");
        }
        for (index, item) in items(server, "hosts") {
            if let Some(problem) = refuse_server_host(item.as_str().unwrap_or_default()) {
                self.refuse(item.span(), format_args!("{route}.hosts[{index}]"), problem);
            }
        }
    }

    fn server_port<'t>(
        &mut self,
        port: Entry<'t>,
        server: Node<'_>,
        route: &str,
        known: &mut BTreeSet<&'t str>,
    ) {
        let route = format!("{route}.port");
        self.protocol(port.value, &route);
        let is_socket = filled(server, "bind").is_some_and(|(_, bind)| bind.starts_with("unix://"));
        let number = number(port.value, "number");
        if !number.map_or(is_socket, |number| (1..=65_535).contains(&number)) {
            let at = part(port.value, "number").map_or(port.key_span, |number| number.value.span());
            let message = "expected a port number from 1 to 65535";
            self.refuse(at, format_args!("{route}.number"), message);
        }
        match filled(port.value, "name") {
            None => {
                let at = part(port.value, "name").map_or(port.key_span, |name| name.value.span());
                self.refuse(at, format_args!("{route}.name"), "expected a name of the port");
            }
            Some((entry, name)) if !known.insert(name) => {
                let message = format!("expected each port's name once, found `{name}` again");
                self.refuse(entry.value.span(), format_args!("{route}.name"), message);
            }
            Some(_) => {}
        }
    }

    fn server_tls(&mut self, port: Entry<'_>, server: Node<'_>, route: &str) {
        let protocol = filled(port.value, "protocol").map_or("", |(_, protocol)| protocol);
        let is_one_of = |known: &[&str]| known.iter().any(|known| protocol.eq_ignore_ascii_case(known));
        let is_tls = is_one_of(&["https", "tls"]);
        let route = format!("{route}.tls");
        let Some(tls) = part(server, "tls") else {
            if is_tls {
                let message = format!("protocol `{protocol}` needs `tls`");
                self.refuse(port.key_span, route, message);
            }
            return;
        };
        // Protobuf's default is the first word of the enum.
        let mode = filled(tls.value, "mode").map_or("PASSTHROUGH", |(_, mode)| mode);
        let brought = CERTIFICATES.iter().find_map(|name| filled(tls.value, name));
        // A server of plain HTTP may have one for its redirection.
        let redirects = is_one_of(&["http", "http2", "http_proxy", "grpc", "grpc-web"])
            && matches!(mode, "PASSTHROUGH" | "AUTO_PASSTHROUGH");
        if !is_tls && !redirects {
            let message = format!("`tls` needs protocol `HTTPS` or `TLS`, found `{protocol}`");
            self.refuse(tls.key_span, route, message);
        } else if mode == "ISTIO_MUTUAL" {
            if let Some((entry, _)) = brought {
                let message = format!("mode `ISTIO_MUTUAL` knows no `{}`", entry.key);
                self.refuse(entry.key_span, format_args!("{route}.{}", entry.key), message);
            }
        } else {
            self.certificates(tls, &route);
        }
    }
}

/// A host, or `namespace/host` with `*` or `.` for the namespace (`validateNamespaceSlashWildcardHostname`).
fn refuse_server_host(text: &str) -> Option<String> {
    let (namespace, host) = text.split_once('/').unwrap_or(("*", text));
    if !matches!(namespace, "*" | ".") && !names::is_label(namespace) {
        return Some(format!(
            "expected `*`, `.` or a namespace before the slash, found `{namespace}`"
        ));
    }
    if host != "*" && !host.contains('.') {
        return Some(format!("expected a full name or `*`, found `{host}`"));
    }
    names::refuse_wildcard_host(host).filter(|_| !names::is_address(host))
}
