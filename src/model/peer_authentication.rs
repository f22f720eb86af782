//! `PeerAuthentication`: what a workload's ports accept.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::object::LabelSelector;
use crate::yaml::Spanned;

/// The `spec` of a `PeerAuthentication` (istio/api `security/v1beta1/peer_authentication.proto`).
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerAuthentication {
    /// Which workloads; absent or empty means the namespace, in the root namespace the mesh.
    pub selector: Option<Spanned<LabelSelector>>,
    /// The mode of every port that is not listed.
    pub mtls: Option<Spanned<MutualTls>>,
    /// Modes by workload port. Read only where the selector has labels.
    pub port_level_mtls: Option<Spanned<PortModes>>,
}

impl PeerAuthentication {
    /// Whether it names labels: only then is it about single workloads.
    pub fn selects_labels(&self) -> bool {
        self.selector
            .as_ref()
            .is_some_and(|selector| !selector.match_labels.is_empty())
    }

    /// The mode of `mtls`; absent and `UNSET` are the same.
    pub fn mode(&self) -> Option<Spanned<Mode>> {
        self.mtls.as_ref().and_then(|mtls| mtls.explicit_mode())
    }

    /// The entries of `portLevelMtls`.
    pub fn port_modes(&self) -> &[PortMode] {
        self.port_level_mtls.as_ref().map_or(&[], |modes| &modes.value.0)
    }
}

/// `mtls` and each value of `portLevelMtls`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct MutualTls {
    /// The mode as written.
    pub mode: Option<Spanned<WrittenMode>>,
}

impl MutualTls {
    /// The mode unless it is absent or `UNSET`, both of which inherit.
    pub fn explicit_mode(&self) -> Option<Spanned<Mode>> {
        let written = self.mode.as_ref()?;
        let mode = match written.value {
            WrittenMode::Unset => return None,
            WrittenMode::Disable => Mode::Disable,
            WrittenMode::Permissive => Mode::Permissive,
            WrittenMode::Strict => Mode::Strict,
        };
        Some(Spanned {
            value: mode,
            key: written.key,
            span: written.span,
        })
    }
}

/// A mode as a manifest may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WrittenMode {
    /// Inherit.
    Unset,
    /// Plaintext only.
    Disable,
    /// Plaintext and mutual TLS.
    Permissive,
    /// Mutual TLS only.
    Strict,
}

/// A mode in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Plaintext only.
    Disable,
    /// Plaintext and mutual TLS.
    Permissive,
    /// Mutual TLS only.
    Strict,
}

impl Mode {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Disable => "DISABLE",
            Mode::Permissive => "PERMISSIVE",
            Mode::Strict => "STRICT",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `portLevelMtls` in text order.
#[derive(Debug, Default)]
pub struct PortModes(pub Vec<PortMode>);

/// One entry of `portLevelMtls`.
#[derive(Debug, Clone)]
pub struct PortMode {
    /// The workload port (never a Service's port).
    pub port: u16,
    /// What is said of it; `key` is the port as written.
    pub mtls: Spanned<MutualTls>,
}

impl<'de> Deserialize<'de> for PortModes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PortModesVisitor)
    }
}

struct PortModesVisitor;

impl<'de> Visitor<'de> for PortModesVisitor {
    type Value = PortModes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from port numbers to modes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PortModes, A::Error> {
        let mut modes = Vec::with_capacity(map.size_hint().unwrap_or(0));
        while let Some(key) = map.next_key::<PortKey>()? {
            // A null entry is dropped by the API server, as every null of a custom resource is.
            if let Some(mtls) = map.next_value::<Option<Spanned<MutualTls>>>()? {
                modes.push(PortMode { port: key.0, mtls });
            }
        }
        Ok(PortModes(modes))
    }
}

/// A key of `portLevelMtls`: a number from 1 to 65535.
struct PortKey(u16);

impl<'de> Deserialize<'de> for PortKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let port = text.parse().ok().filter(|&port| port != 0);
        port.map(PortKey).ok_or_else(|| {
            de::Error::custom(format_args!(
                "expected a port number from 1 to 65535, found `{text}`"
            ))
        })
    }
}
