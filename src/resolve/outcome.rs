//! Does it get through? What was sent against what the port accepts.

use super::Resolution;
use super::client::{Endpoint, EndpointPlace, Wire};
use super::server::{Accepts, Reception};

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Accepted, and the server knows who calls.
    Mtls,
    /// Accepted, and the server does not know who calls.
    Plaintext,
    /// TLS reaches the application, which must speak it.
    AppTls,
    /// Nothing shows what listens at an address.
    Unknown,
    /// Reset, or the application gets bytes that it cannot read.
    Refused,
}

impl Outcome {
    /// Whether the connection fails.
    pub fn is_refused(self) -> bool {
        self == Outcome::Refused
    }

    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Mtls => "mtls",
            Outcome::Plaintext => "plaintext",
            Outcome::AppTls => "app-tls",
            Outcome::Unknown => "unknown",
            Outcome::Refused => "refused",
        }
    }
}

/// The outcome of bytes at an endpoint.
pub fn outcome(resolution: &Resolution<'_, '_>, wire: Wire, endpoint: &Endpoint<'_>) -> Outcome {
    let EndpointPlace::Workload(workload) = endpoint.place else {
        return if wire == Wire::Nothing {
            Outcome::Refused
        } else {
            Outcome::Unknown
        };
    };
    let decision = resolution.decide(workload, Some(endpoint.port));
    meet(wire, decision.accepts)
}

/// What a port makes of bytes. Inside the tunnel only the application can read TLS.
pub fn meet(wire: Wire, accepts: Accepts) -> Outcome {
    match wire {
        Wire::Plaintext => match accepts.plaintext {
            Reception::Refused => Outcome::Refused,
            Reception::Accepted | Reception::App => Outcome::Plaintext,
        },
        Wire::IstioMtls => match accepts.istio_mtls {
            Reception::Accepted => Outcome::Mtls,
            // The application cannot read a handshake that was meant for a proxy.
            Reception::App | Reception::Refused => Outcome::Refused,
        },
        Wire::Tls | Wire::Mutual => match accepts.tls {
            Reception::Accepted => Outcome::Mtls,
            Reception::App => Outcome::AppTls,
            Reception::Refused => Outcome::Refused,
        },
        Wire::Hbone => Outcome::Mtls,
        Wire::HboneTls | Wire::HboneMutual => Outcome::AppTls,
        Wire::Nothing => Outcome::Refused,
    }
}
