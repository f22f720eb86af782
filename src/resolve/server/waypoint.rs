//! Waypoints take HBONE and nothing else, whatever PeerAuthentication says
//! (`pilot/pkg/networking/plugin/authn/authentication.go` `ForHBONE`).

use super::{Accepts, Enforcement};
use crate::finding::Assumptions;
use crate::model::peer_authentication::Mode;

pub(super) fn enforce<'o>() -> Enforcement<'o> {
    let mode = Some(Mode::Strict);
    Enforcement {
        mode,
        accepts: Accepts::NOTHING,
        bypass: None,
        rests_on: Assumptions::NONE,
    }
}
