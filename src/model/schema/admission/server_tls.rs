//! `tls` of a listener of one's own (`validateTLSOptions`).

use super::{Judge, filled, items, part};
use crate::yaml::{Entry, Node};

impl Judge<'_, '_> {
    /// TLS that a `Sidecar` serves on a port of this protocol.
    pub(super) fn ingress_tls(&mut self, tls: Entry<'_>, protocol: &str, route: &str) {
        if !["https", "tls"]
            .iter()
            .any(|known| protocol.eq_ignore_ascii_case(known))
        {
            let message = "`tls` needs the port's protocol to be `HTTPS` or `TLS`";
            self.refuse(tls.key_span, route, message);
        }
        for name in ["credentialName", "subjectAltNames"] {
            let is_set = filled(tls.value, name).is_some() || items(tls.value, name).next().is_some();
            if let Some(entry) = part(tls.value, name).filter(|_| is_set) {
                let message = format!("a Sidecar's `tls` knows no `{name}`");
                self.refuse(entry.key_span, format_args!("{route}.{name}"), message);
            }
        }
        self.certificates(tls, route);
    }

    /// The files that a mode needs.
    pub(super) fn certificates(&mut self, tls: Entry<'_>, route: &str) {
        let node = tls.value;
        // Protobuf's default is the first word of the enum.
        let mode = filled(node, "mode").map_or("PASSTHROUGH", |(_, mode)| mode);
        let files: &[&str] = match mode {
            "SIMPLE" => &["serverCertificate", "privateKey"],
            "MUTUAL" | "OPTIONAL_MUTUAL" => &["serverCertificate", "privateKey", "caCertificates"],
            _ => &[],
        };
        if has_other_certificates(node) {
            return;
        }
        for name in files {
            if filled(node, name).is_none() {
                let at = part(node, "mode").map_or(tls.key_span, |mode| mode.value.span());
                let message = format!("mode `{mode}` needs `{name}`");
                self.refuse(at, format_args!("{route}.{name}"), message);
            }
        }
    }
}

fn has_other_certificates(tls: Node<'_>) -> bool {
    ["credentialNames", "tlsCertificates"]
        .into_iter()
        .any(|name| items(tls, name).next().is_some())
        || filled(tls, "credentialName").is_some()
}
