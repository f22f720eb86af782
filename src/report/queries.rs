//! Queries that ask the Prometheus of a mesh who calls without mutual TLS: what no manifest tells.

/// Of more names than these none is asked for: the query would be too long for a line.
pub(super) const LISTED: usize = 20;

/// Queries for requests and for connections that arrived without mutual TLS in the last week. `destination` is what the
/// metrics' labels have to match besides, each matcher behind a comma.
pub(super) fn without_mutual_tls(destination: &str) -> [String; 2] {
    ["istio_requests_total", "istio_tcp_connections_opened_total"].map(|metric| {
        format!(
            "sum by (source_workload_namespace, source_workload, destination_workload) \
             (increase({metric}{{reporter=\"destination\", connection_security_policy!=\"mutual_tls\"{destination}}}[7d])) > 0"
        )
    })
}
