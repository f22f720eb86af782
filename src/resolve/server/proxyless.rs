//! gRPC servers without a proxy: the library enforces the mode, if the application uses xDS credentials
//! (`pilot/pkg/networking/grpcgen/lds.go` `buildInboundFilterChains`).

use super::{Accepts, Enforcement};
use crate::finding::Assumption;
use crate::model::peer_authentication::Mode;
use crate::resolve::Resolved;
use crate::resolve::dataplane::TLS_MODE_LABEL;

pub(super) fn enforce<'o>(resolved: &Resolved<'o>, policy: Mode) -> Enforcement<'o> {
    // There is no permissive listener: the pod's label says which of the two it is.
    let is_strict = match policy {
        Mode::Strict => true,
        Mode::Permissive => resolved.labels.get(TLS_MODE_LABEL) == Some("istio"),
        Mode::Disable => false,
    };
    let (mode, accepts) = if is_strict {
        (Mode::Strict, Accepts::MUTUAL_TLS)
    } else {
        (Mode::Disable, Accepts::RAW)
    };
    Enforcement {
        mode: Some(mode),
        accepts,
        bypass: None,
        rests_on: Assumption::NotModelled.into(),
    }
}
