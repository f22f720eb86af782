//! Evidence that somebody calls a port, and how: what manifests say of calls before anyone asks what becomes
//! of them. Rules and questions about callers that cannot speak the mesh's mutual TLS read it.

pub mod api_server;
pub mod calls;
pub mod ingresses;
mod outside;
pub mod probes;
pub mod scrapes;

pub use api_server::ApiServerCall;
pub use calls::{Call, Calls, How, starts_after_init};
pub use ingresses::{Controller, IngressCall};
pub use outside::{OutsideCall, Outsider, is_guarded, outside_calls};
pub use scrapes::Scrape;

use crate::resolve::Resolution;

/// Everything that is known of callers in one context.
#[derive(Debug)]
pub struct Callers<'o> {
    /// Services that workloads are told to call.
    pub calls: Calls<'o>,
    /// Services that the API server calls.
    pub api_server: Vec<ApiServerCall<'o>>,
    /// Services that gateways of others than Istio call.
    pub ingresses: Vec<IngressCall<'o>>,
    /// Ports that Prometheus scrapes.
    pub scrapes: Vec<Scrape<'o>>,
}

impl<'o> Callers<'o> {
    /// Gathers the evidence of a mesh.
    pub fn new(resolution: &Resolution<'_, 'o>) -> Self {
        Callers {
            calls: Calls::new(resolution.mesh),
            api_server: api_server::calls(resolution.mesh),
            ingresses: ingresses::calls(resolution.mesh),
            scrapes: scrapes::scrapes(resolution),
        }
    }
}
