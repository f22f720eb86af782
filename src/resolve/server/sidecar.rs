//! A sidecar's filter chains: which bytes find one, by mode and declared protocol
//! (`pilot/pkg/networking/core/filterchain_options.go`).

use super::{Accepts, Enforcement, Reception};
use crate::finding::Assumptions;
use crate::mesh::Protocol;
use crate::model::peer_authentication::Mode;
use crate::resolve::Resolved;

pub(super) fn enforce<'o>(
    resolved: &Resolved<'o>,
    port: Option<u16>,
    mode: Mode,
    protocol: Protocol,
) -> Enforcement<'o> {
    let bypass = resolved.bypass(port);
    let (mode, accepts) = match bypass {
        Some(_) => (None, Accepts::RAW),
        None => (Some(mode), filter_chains(mode, protocol)),
    };
    Enforcement {
        mode,
        accepts,
        bypass,
        rests_on: Assumptions::NONE,
    }
}

/// What the chains of a captured port take.
fn filter_chains(mode: Mode, protocol: Protocol) -> Accepts {
    let is_http = protocol == Protocol::Http;
    match mode {
        Mode::Strict => Accepts::MUTUAL_TLS,
        // A port declared HTTP has a chain for the mesh's ALPN names and one for plaintext, none for
        // other TLS; elsewhere other TLS passes to the application.
        Mode::Permissive => Accepts {
            plaintext: Reception::Accepted,
            istio_mtls: Reception::Accepted,
            tls: if is_http {
                Reception::Refused
            } else {
                Reception::App
            },
        },
        // No TLS inspector runs: an HTTP codec meets the handshake, or the application does.
        Mode::Disable if is_http => Accepts {
            istio_mtls: Reception::Refused,
            tls: Reception::Refused,
            ..Accepts::RAW
        },
        Mode::Disable => Accepts::RAW,
    }
}
