//! The server side: what a workload's port accepts, by data plane.

mod none;
mod proxyless;
mod sidecar;
mod waypoint;
pub mod ztunnel;

use super::capture::Bypass;
use super::compose::Decided;
use super::dataplane::DataPlane;
use super::trail::Recorder;
use super::{Resolution, Resolved};
use crate::finding::Assumptions;
use crate::mesh::{Protocol, WorkloadId};
use crate::model::peer_authentication::Mode;

/// What a port does with bytes of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reception {
    /// It takes them: plaintext reaches the application, TLS ends at the proxy.
    Accepted,
    /// TLS reaches the application as it is.
    App,
    /// It refuses them.
    Refused,
}

impl Reception {
    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Reception::Accepted => "accepted",
            Reception::App => "app",
            Reception::Refused => "refused",
        }
    }
}

/// What a port accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepts {
    /// Plaintext.
    pub plaintext: Reception,
    /// Mutual TLS as the mesh's proxies speak it.
    pub istio_mtls: Reception,
    /// TLS of anybody else: one-way, or with certificates of another authority.
    pub tls: Reception,
}

impl Accepts {
    /// Nothing but HBONE, or nothing at all.
    pub const NOTHING: Accepts = Accepts {
        plaintext: Reception::Refused,
        istio_mtls: Reception::Refused,
        tls: Reception::Refused,
    };
    /// Only mutual TLS of the mesh.
    pub const MUTUAL_TLS: Accepts = Accepts {
        plaintext: Reception::Refused,
        istio_mtls: Reception::Accepted,
        tls: Reception::Refused,
    };
    /// The application's own port: bytes arrive as they are.
    pub const RAW: Accepts = Accepts {
        plaintext: Reception::Accepted,
        istio_mtls: Reception::App,
        tls: Reception::App,
    };
}

/// What is in force on one port of a workload.
#[derive(Debug, Clone, Copy)]
pub struct PortDecision<'o> {
    /// The workload port; `None` stands for every port that nothing declares.
    pub port: Option<u16>,
    /// The declared protocol.
    pub protocol: Protocol,
    /// Why the port bypasses the sidecar, if it does.
    pub bypass: Option<Bypass<'o>>,
    /// What the policies compose to; clients follow it even where no proxy enforces it.
    pub policy: Decided,
    /// What is enforced; `None` where no proxy does.
    pub mode: Option<Mode>,
    /// What the port accepts.
    pub accepts: Accepts,
    /// What the decision rests on.
    pub rests_on: Assumptions,
}

impl PortDecision<'_> {
    /// Whether a proxy sees the port's traffic.
    pub fn is_enforced(&self) -> bool {
        self.mode.is_some()
    }
}

/// What a data plane makes of the composed mode.
struct Enforcement<'o> {
    mode: Option<Mode>,
    accepts: Accepts,
    bypass: Option<Bypass<'o>>,
    rests_on: Assumptions,
}

/// Decides one port of a workload; `None` as port decides every port that nothing declares. The recorder
/// is told each step.
pub fn decide<'o, R: Recorder>(
    resolution: &Resolution<'_, 'o>,
    workload: WorkloadId,
    port: Option<u16>,
    recorder: &mut R,
) -> PortDecision<'o> {
    let mesh = resolution.mesh;
    let resolved = resolution.workload(workload);
    let chosen = resolution.choose(workload, recorder);
    let overall = chosen.overall(&mesh.policies, recorder);
    let policy = match port {
        Some(port) => chosen.on_port(&mesh.policies, overall, port, recorder),
        None => overall,
    };
    let protocol = resolution.protocol(workload, port);
    let enforcement = match resolved.enrolment.plane {
        DataPlane::Sidecar => sidecar::enforce(resolved, port, policy.mode, protocol),
        DataPlane::Ambient => ztunnel::enforce(resolution, workload, port),
        DataPlane::Proxyless => proxyless::enforce(resolved, policy.mode),
        DataPlane::Waypoint => waypoint::enforce(),
        DataPlane::Gateway | DataPlane::None => none::enforce(),
    };
    PortDecision {
        port,
        protocol,
        bypass: enforcement.bypass,
        policy,
        mode: enforcement.mode,
        accepts: enforcement.accepts,
        rests_on: chosen.rests_on | resolved.rests_on() | enforcement.rests_on,
    }
}

impl Resolved<'_> {
    /// What every decision on this workload rests on.
    fn rests_on(&self) -> Assumptions {
        self.enrolment.rests_on | self.undecided
    }
}
