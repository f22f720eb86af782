//! Kinds that Istio no longer serves: `Policy` and `MeshPolicy` of `authentication.istio.io`, and those of
//! `rbac.istio.io`. What they said is read only to say how it is written today.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::peer_authentication::Mode;
use crate::yaml::Spanned;

/// The `spec` of a `Policy` or `MeshPolicy` (istio/api `authentication/v1alpha1/policy.proto`), as far as it is
/// about mTLS; of the other kinds, nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedApi {
    /// The Services that it is about; none means the namespace.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// How clients may authenticate.
    #[serde(default)]
    peers: Vec<Peer>,
    /// Whether they may also do without.
    #[serde(default)]
    peer_is_optional: bool,
}

/// A Service, and possibly some of its ports.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// The Service's name, in the policy's own namespace.
    pub name: Spanned<Box<str>>,
    /// Its ports; none means all.
    #[serde(default)]
    pub ports: Vec<TargetPort>,
}

/// A port of a Service, by number or by name.
#[derive(Debug, Deserialize)]
pub struct TargetPort {
    /// The number.
    pub number: Option<u16>,
    /// The name.
    pub name: Option<Box<str>>,
}

#[derive(Debug, Deserialize)]
struct Peer {
    /// Absent and empty mean STRICT alike: `- mtls:` was the common way to write it.
    mtls: Option<Mtls>,
    jwt: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Mtls {
    mode: Option<Box<str>>,
}

impl RemovedApi {
    /// The mode that it asked for. Without `mtls` among the peers, clients sent plaintext.
    pub fn mode(&self) -> Mode {
        let mut peers = self.peers.iter();
        let Some(peer) = peers.find(|peer| peer.mtls.is_some() || peer.jwt.is_none()) else {
            return Mode::Disable;
        };
        let written = peer.mtls.as_ref().and_then(|mtls| mtls.mode.as_deref());
        if self.peer_is_optional || written == Some("PERMISSIVE") {
            Mode::Permissive
        } else {
            Mode::Strict
        }
    }
}
