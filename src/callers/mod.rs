//! Evidence that somebody calls a port, and how: what manifests say of calls before anyone asks what becomes
//! of them. Rules and questions about callers that cannot speak the mesh's mutual TLS read it.

pub mod calls;

pub use calls::{Call, Calls, How};

use crate::resolve::Resolution;

/// Everything that is known of callers in one context.
#[derive(Debug)]
pub struct Callers<'o> {
    /// Services that workloads are told to call.
    pub calls: Calls<'o>,
}

impl<'o> Callers<'o> {
    /// Gathers the evidence of a mesh.
    pub fn new(resolution: &Resolution<'_, 'o>) -> Self {
        Callers {
            calls: Calls::new(resolution.mesh),
        }
    }
}
