//! The protocol that a port declares. It decides which filter chains a sidecar builds, and so what plain
//! TLS meets there.

/// A declared protocol, as far as filter chains differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// HTTP of any version, gRPC.
    Http,
    /// TCP, TLS, HTTPS and the databases.
    Tcp,
    /// Nothing declared: the proxy looks at the first bytes.
    Auto,
    /// UDP: no proxy takes part.
    Udp,
}

impl Protocol {
    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Http => "HTTP",
            Protocol::Tcp => "TCP",
            Protocol::Auto => "AUTO",
            Protocol::Udp => "UDP",
        }
    }

    /// The protocol of a Kubernetes Service port (`pkg/config/kube/conversion.go` `ConvertProtocol`).
    pub fn of_service_port(
        port: u16,
        name: Option<&str>,
        app_protocol: Option<&str>,
        is_udp: bool,
    ) -> Protocol {
        if is_udp {
            return Protocol::Udp;
        }
        let declared = match app_protocol {
            Some("kubernetes.io/h2c" | "kubernetes.io/ws") => return Protocol::Http,
            Some("kubernetes.io/wss") => return Protocol::Tcp,
            Some(declared) => declared,
            None => name.unwrap_or_default(),
        };
        match Protocol::parse(declared) {
            // Server-first protocols would never show their first bytes.
            Protocol::Auto if matches!(port, 25 | 53 | 3306 | 27017) => Protocol::Tcp,
            protocol => protocol,
        }
    }

    /// Whether a name, as [`Protocol::parse`] reads it, declares TLS of the application's own
    /// (`pkg/config/protocol/instance.go` `IsTLS`).
    pub fn is_tls(name: &str) -> bool {
        let name = name.split('-').next().unwrap_or_default();
        name.eq_ignore_ascii_case("https") || name.eq_ignore_ascii_case("tls")
    }

    /// The protocol of a name: a ServiceEntry's `protocol`, or a port name with its suffix
    /// (`pkg/config/protocol/instance.go` `Parse`).
    pub fn parse(name: &str) -> Protocol {
        let name = name.to_ascii_lowercase();
        if name.starts_with("grpc-web") {
            return Protocol::Http;
        }
        match name.split('-').next().unwrap_or_default() {
            "http" | "http2" | "grpc" | "http_proxy" => Protocol::Http,
            "tcp" | "https" | "tls" | "mongo" | "redis" | "mysql" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            _ => Protocol::Auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_declare_protocols() {
        let of = |name, port| Protocol::of_service_port(port, Some(name), None, false);
        assert_eq!(of("http-web", 80), Protocol::Http);
        assert_eq!(of("GRPC", 80), Protocol::Http);
        assert_eq!(of("grpc-web-x", 80), Protocol::Http);
        assert_eq!(of("httpx", 80), Protocol::Auto);
        assert_eq!(of("https", 443), Protocol::Tcp);
        assert_eq!(of("main", 3306), Protocol::Tcp);
        assert_eq!(
            Protocol::of_service_port(80, Some("http"), None, true),
            Protocol::Udp
        );
    }

    #[test]
    fn app_protocol_comes_before_the_name() {
        let of = |app| Protocol::of_service_port(80, Some("http"), Some(app), false);
        assert_eq!(of("tcp"), Protocol::Tcp);
        assert_eq!(of("kubernetes.io/h2c"), Protocol::Http);
        assert_eq!(of("example.com/own"), Protocol::Auto);
    }
}
