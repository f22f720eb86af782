//! Words for connections: what a client sends and why, what becomes of it, and what the logs will say.

use crate::matrix::Row;
use crate::mesh::{Mesh, PolicyId, ServiceId};
use crate::model::destination_rule::TlsMode;
use crate::resolve::client::{
    Cluster, ClusterReason, ClusterTls, Relay, Route, Sent, SentReason, Visibility, Wire,
};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::Outcome;
use crate::source::Span;

/// The status of a connection, worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Accepted with identity.
    Ok,
    /// Accepted without identity.
    Plaintext,
    /// The application must speak TLS.
    AppTls,
    /// Nothing shows what listens there.
    Unknown,
    /// Some endpoints accept, some refuse.
    Mixed,
    /// Refused.
    Conflict,
}

impl Status {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::Plaintext => "PLAINTEXT",
            Status::AppTls => "APP-TLS",
            Status::Unknown => "UNKNOWN",
            Status::Mixed => "MIXED",
            Status::Conflict => "CONFLICT",
        }
    }

    /// The status of several outcomes taken together; of none nothing is known.
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Status {
        let mut all = outcomes.into_iter().map(Status::of_one);
        let Some(first) = all.next() else {
            return Status::Unknown;
        };
        all.fold(first, |one, other| if one == other { one } else { Status::Mixed })
    }

    fn of_one(outcome: Outcome) -> Status {
        match outcome {
            Outcome::Mtls => Status::Ok,
            Outcome::Plaintext => Status::Plaintext,
            Outcome::AppTls => Status::AppTls,
            Outcome::Unknown => Status::Unknown,
            Outcome::Refused => Status::Conflict,
        }
    }
}

/// The client side in the words of the API: `ISTIO_MUTUAL (auto)`, `DISABLE`, `HBONE`, `plaintext`.
pub fn client_mode<'s, 'o: 's>(
    cluster: &Cluster<'_, '_>,
    sent: impl IntoIterator<Item = &'s Sent<'o>>,
) -> String {
    if let ClusterReason::Rule(tls) = cluster.reason {
        return tls.mode().as_str().to_owned();
    }
    let mode = |sent: &Sent<'_>| with_relay(sent, wire_name);
    let mut names: Vec<String> = sent.into_iter().map(mode).collect();
    names.dedup();
    let names = if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(", ")
    };
    match cluster.tls {
        ClusterTls::PerEndpoint(_) => format!("{names} (auto)"),
        ClusterTls::Every(_) if matches!(cluster.reason, ClusterReason::Auto) => format!("{names} (auto)"),
        ClusterTls::Every(_) | ClusterTls::Ztunnel => names,
    }
}

/// What is sent, and through which waypoint: `HBONE via shop/waypoint, then plaintext`.
fn with_relay(sent: &Sent<'_>, name: impl Fn(Wire) -> &'static str) -> String {
    let first = name(sent.wire);
    match &sent.relay {
        Some(relay) => format!(
            "{first} via {}, then {}",
            relay.waypoint.qualified_name(),
            name(relay.wire)
        ),
        None => first.to_owned(),
    }
}

/// What is sent in words, with the waypoint on the way.
pub fn sent_words(sent: &Sent<'_>) -> String {
    with_relay(sent, wire_words)
}

fn wire_name(wire: Wire) -> &'static str {
    match wire {
        Wire::Plaintext => "plaintext",
        Wire::IstioMtls => TlsMode::IstioMutual.as_str(),
        Wire::Tls => TlsMode::Simple.as_str(),
        Wire::Mutual => TlsMode::Mutual.as_str(),
        Wire::Hbone => "HBONE",
        Wire::HboneTls => "HBONE + SIMPLE",
        Wire::HboneMutual => "HBONE + MUTUAL",
        Wire::Nothing => "nothing",
    }
}

/// The bytes on the wire in words.
pub fn wire_words(wire: Wire) -> &'static str {
    match wire {
        Wire::Plaintext => "plaintext",
        Wire::IstioMtls => "istio mTLS",
        Wire::Tls => "one-way TLS",
        Wire::Mutual => "mTLS with its own certificates",
        Wire::Hbone => "HBONE",
        Wire::HboneTls => "one-way TLS in HBONE",
        Wire::HboneMutual => "mTLS in HBONE",
        Wire::Nothing => "nothing",
    }
}

/// A sentence and the place that it is about, where a manifest has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Lower case, no period.
    pub words: String,
    /// The value that decided.
    pub span: Option<Span>,
}

impl Reason {
    fn bare(words: impl Into<String>) -> Reason {
        Reason {
            words: words.into(),
            span: None,
        }
    }
}

/// What a cluster sends before any endpoint is known.
pub fn cluster_words(cluster: &Cluster<'_, '_>) -> &'static str {
    match cluster.tls {
        ClusterTls::Every(wire) => wire_words(wire),
        ClusterTls::PerEndpoint(_) => "auto-mTLS",
        ClusterTls::Ztunnel => wire_words(Wire::Hbone),
    }
}

/// Why a client sends an endpoint, or whichever there may be, what it sends.
pub fn sends_because(mesh: &Mesh<'_>, cluster: &Cluster<'_, '_>, sent: Option<&Sent<'_>>) -> Reason {
    let Some(sent) = sent else {
        return cluster_because(mesh, cluster);
    };
    match sent.reason {
        SentReason::Cluster => cluster_because(mesh, cluster),
        SentReason::TakesMutualTls => Reason::bare("auto-mTLS: the endpoint has a proxy"),
        SentReason::NoMutualTlsLabel => {
            Reason::bare("auto-mTLS: the endpoint has no proxy that takes mutual TLS")
        }
        SentReason::Disabled(by) => Reason {
            words: format!("auto-mTLS: {} disables the port", policy_name(mesh, by)),
            span: None,
        },
        SentReason::Told(tls) => Reason {
            words: format!(
                "the entry for the port has no tls, but endpoints are still told the {} of {}",
                tls.mode().as_str(),
                rule_name(tls)
            ),
            span: Some(tls.span()),
        },
        SentReason::Waypoint => waypoint_because(sent),
        SentReason::Tunnel => Reason::bare("the endpoint takes HBONE"),
        SentReason::NoTunnel => Reason::bare("the endpoint takes no HBONE, and ztunnel speaks nothing else"),
    }
}

/// Which label leads through a waypoint.
fn waypoint_because(sent: &Sent<'_>) -> Reason {
    let Some(Relay { waypoint, .. }) = sent.relay else {
        return Reason::bare("a label names a waypoint");
    };
    let whose = if waypoint.is_of_namespace {
        "the Namespace"
    } else {
        "the destination"
    };
    Reason {
        words: format!("{}={} of {whose}", waypoint.label.key, waypoint.label.value),
        span: Some(waypoint.label.value_span),
    }
}

fn cluster_because(mesh: &Mesh<'_>, cluster: &Cluster<'_, '_>) -> Reason {
    match cluster.reason {
        ClusterReason::NoProxy => Reason::bare("the client has no proxy"),
        ClusterReason::Ztunnel => Reason::bare("ztunnel reads no DestinationRule"),
        ClusterReason::Waypoint => Reason::bare("a waypoint sends HBONE to whoever takes it"),
        ClusterReason::Excluded(span) => Reason {
            words: "the port bypasses the client's proxy".to_owned(),
            span: Some(span),
        },
        ClusterReason::Unknown(visibility) => Reason::bare(unknown_because(mesh, visibility)),
        ClusterReason::NoCluster => {
            Reason::bare("the route's host is unknown to the client's proxy, or no rule defines the subset")
        }
        ClusterReason::UnknownAlias => {
            Reason::bare("the service is another name for a host that the mesh does not know")
        }
        ClusterReason::Rule(tls) => Reason {
            words: format!("DestinationRule {}: tls {}", rule_name(tls), tls.mode().as_str()),
            span: Some(tls.span()),
        },
        ClusterReason::CredentialIgnored(tls) => Reason {
            words: format!(
                "DestinationRule {}: sidecars read credentialName only with a workloadSelector",
                rule_name(tls)
            ),
            span: tls.tls.credential_name.as_ref().map(|name| name.span),
        },
        ClusterReason::Proxyless => {
            Reason::bare("a proxyless client sends mutual TLS only where a rule says so")
        }
        ClusterReason::AutoMtlsOff => Reason::bare("enableAutoMtls is false"),
        ClusterReason::External => Reason::bare("the service lies outside the mesh"),
        ClusterReason::NamespaceDisabled(by) => Reason::bare(format!(
            "{} disables the service's namespace",
            policy_name(mesh, by)
        )),
        ClusterReason::SomeEndpointWithoutProxy => {
            Reason::bare("one endpoint has no proxy, and clients dial all endpoints alike")
        }
        ClusterReason::NoEndpoints => Reason::bare("the service has no endpoints"),
        ClusterReason::Auto => Reason::bare("auto-mTLS (no DestinationRule sets tls)"),
    }
}

fn unknown_because(mesh: &Mesh<'_>, visibility: Visibility) -> String {
    let why = match visibility {
        Visibility::NotExported | Visibility::Visible => {
            "the service is not exported to the client".to_owned()
        }
        Visibility::NotImported => "the client's Sidecar resource does not import it".to_owned(),
        Visibility::OtherNamespace(other) => format!("the client gets {} instead", service_name(mesh, other)),
    };
    format!("unknown to the client's proxy: {why}")
}

fn service_name(mesh: &Mesh<'_>, service: ServiceId) -> String {
    let meta = mesh.service(service).meta();
    format!("{} {}", meta.kind, meta.qualified_name())
}

fn policy_name(mesh: &Mesh<'_>, policy: Option<PolicyId>) -> String {
    policy.map_or("the mesh's default".to_owned(), |policy| {
        mesh.policies[policy].object.meta.qualified_name()
    })
}

fn rule_name(tls: TlsSetting<'_>) -> String {
    tls.rule.meta.qualified_name()
}

/// What becomes of a connection, in the words that its client will see in logs when it fails.
pub fn outcome_because(
    row: &Row<'_, '_>,
    wire: Wire,
    server: Option<DataPlane>,
    outcome: Outcome,
) -> &'static str {
    let has_no_cluster = matches!(row.cluster.reason, ClusterReason::NoCluster);
    match (outcome, wire) {
        (Outcome::Mtls, _) => "accepted, with the client's identity",
        (Outcome::Plaintext, _) => "accepted, without any identity",
        (Outcome::AppTls, _) => "TLS reaches the application, which must speak it",
        (Outcome::Unknown, _) => "nothing shows what listens at the address",
        (Outcome::Refused, Wire::Nothing) if has_no_cluster => {
            "dropped by the client's proxy: 503 NC cluster_not_found"
        }
        (Outcome::Refused, Wire::Nothing) => "dropped by the client's proxy: BlackHoleCluster",
        (Outcome::Refused, wire) => refused_because(row.client.plane, wire, server),
    }
}

fn refused_because(client: DataPlane, wire: Wire, server: Option<DataPlane>) -> &'static str {
    match (server, wire, client) {
        (Some(DataPlane::Ambient), Wire::Plaintext, _) => {
            "ztunnel closes it: policy rejection, explicitly denied by istio_converted_static_strict"
        }
        (Some(DataPlane::Sidecar), Wire::Plaintext, DataPlane::Sidecar | DataPlane::Gateway) => {
            "reset by the server's proxy (NR filter_chain_not_found); the client logs 503 UC connection termination"
        }
        (Some(DataPlane::Sidecar), Wire::Plaintext, _) => {
            "reset by the server's proxy (NR filter_chain_not_found): connection reset by peer"
        }
        (Some(DataPlane::Sidecar), Wire::Tls | Wire::Mutual, _) => {
            "no filter chain takes this TLS: reset, or a TLS alert that asks for a certificate of the mesh"
        }
        (_, Wire::IstioMtls, _) => {
            "the application gets a TLS handshake that it cannot read: 503 UF, TLS_error WRONG_VERSION_NUMBER"
        }
        _ => "refused by the server",
    }
}

/// The VirtualService that leads somewhere, and for which requests.
pub fn route_words(route: &Route<'_>) -> String {
    let name = route.object.meta.qualified_name();
    if route.is_conditional {
        format!("VirtualService {name} leads some requests here")
    } else {
        format!("VirtualService {name} leads here")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_outcomes_are_mixed() {
        assert_eq!(Status::of([Outcome::Mtls, Outcome::Mtls]), Status::Ok);
        assert_eq!(Status::of([Outcome::Mtls, Outcome::Refused]), Status::Mixed);
        assert_eq!(Status::of([]), Status::Unknown);
    }
}
