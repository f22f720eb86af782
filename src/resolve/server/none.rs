//! No proxy in front of the port: policies are not enforced, the application gets the bytes as they are.
//! So do gateway pods on ports that are not a Gateway's listener; PeerAuthentication never applies there.

use super::{Accepts, Enforcement};
use crate::finding::Assumptions;

pub(super) fn enforce<'o>() -> Enforcement<'o> {
    Enforcement {
        mode: None,
        accepts: Accepts::RAW,
        bypass: None,
        rests_on: Assumptions::NONE,
    }
}
