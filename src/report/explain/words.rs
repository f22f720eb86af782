//! The sentences of `explain` about data planes and about what an answer rests on.

use crate::finding::Assumption;
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::resolve::Resolution;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::server::{PortDecision, ztunnel};

/// What the modes mean on a data plane; nothing where they mean what the API says.
pub(super) fn meaning(plane: DataPlane) -> Option<&'static str> {
    match plane {
        DataPlane::Sidecar => None,
        DataPlane::Ambient => Some(
            "ztunnel knows two modes: STRICT denies connections without identity, DISABLE is the same as PERMISSIVE",
        ),
        DataPlane::Gateway => {
            Some("a gateway serves what Gateway resources say: PeerAuthentication never applies to it")
        }
        DataPlane::Waypoint => {
            Some("a waypoint takes HBONE and nothing else, whatever PeerAuthentication says")
        }
        DataPlane::Proxyless => Some(
            "gRPC enforces the mode itself if the server uses xDS credentials; PERMISSIVE is mTLS where the pod label security.istio.io/tlsMode is istio, else plaintext",
        ),
        DataPlane::None => Some("nothing enforces a policy here: the application takes whatever arrives"),
    }
}

/// Why no proxy enforces anything on a port.
pub(super) fn why_not_enforced(plane: DataPlane, decision: &PortDecision<'_>) -> String {
    if let Some(bypass) = &decision.bypass {
        return format!("bypasses the sidecar: {bypass}");
    }
    match plane {
        DataPlane::Ambient => {
            "plaintext bypasses ztunnel (ambient.istio.io/bypass-inbound-capture)".to_owned()
        }
        DataPlane::Gateway => "no policy applies to a gateway".to_owned(),
        _ => "no proxy".to_owned(),
    }
}

/// Where sidecars and ztunnel make different things of the same policies: what, and why. For a sidecar it is
/// what a move to ambient would change.
pub(super) fn difference(
    resolution: &Resolution<'_, '_>,
    workload: WorkloadId,
    decision: &PortDecision<'_>,
) -> Option<String> {
    decision.mode?;
    let plane = resolution.workload(workload).enrolment.plane;
    let has_pods = resolution.mesh.workload(workload).template().is_some();
    let (attached, _) = ztunnel::attached(resolution, workload);
    let ztunnel = attached.mode(decision.port);
    let sidecar = match decision.policy.mode {
        Mode::Disable => Mode::Permissive,
        mode => mode,
    };
    if ztunnel == sidecar || !has_pods {
        return None;
    }
    let why = if attached.is_dangling {
        "istiod attaches port rules that it never makes, and ztunnel then lets everything pass"
    } else if ztunnel == Mode::Strict {
        "without a PERMISSIVE port beside it, istiod does not send a DISABLE port to ztunnel"
    } else if attached.is_by_port {
        "istiod sends ztunnel the rules of the policy's ports alone"
    } else {
        "in ambient a mesh-wide policy with an empty selector is not read"
    };
    match plane {
        DataPlane::Ambient => Some(format!(
            "a sidecar would enforce {sidecar} here, ztunnel enforces {ztunnel}: {why}"
        )),
        DataPlane::Sidecar => Some(format!(
            "the sidecar enforces {}; moved to ambient, ztunnel would enforce {ztunnel}: {why}",
            decision.policy.mode
        )),
        _ => None,
    }
}

/// What an answer rests on, in words.
pub(super) fn assumption(assumption: Assumption) -> &'static str {
    match assumption {
        Assumption::NamespaceNotGiven => "the Namespace is not among the manifests: it is taken as injected",
        Assumption::ServiceNotGiven => "a Service is not among the manifests",
        Assumption::WorkloadsNotGiven => "there may be workloads that are not among the manifests",
        Assumption::NoTimestamps => {
            "policies of one scope have no distinct creationTimestamp: here the first by name wins, in a cluster the oldest"
        }
        Assumption::RevisionUnknown => "the revision that a label names is taken as installed",
        Assumption::NotModelled => "part of this only shows in a running cluster",
    }
}

/// The namespaces to which something is shown; `.` is its own.
pub(super) fn namespaces<'n>(names: impl Iterator<Item = &'n str>, own: &'n str) -> String {
    let names: Vec<&str> = names.map(|name| if name == "." { own } else { name }).collect();
    let label = if names.len() == 1 {
        "namespace"
    } else {
        "namespaces"
    };
    format!("{label} {}", names.join(", "))
}
