//! `ProxyConfig`: settings of the proxies of a mesh, of a namespace or of some workloads.

use serde::Deserialize;

use super::object::LabelSelector;
use crate::yaml::{Spanned, StringMap};

/// The `spec` of a `ProxyConfig` (istio/api `networking/v1beta1/proxy_config.proto`), as far as it decides on TLS.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyConfig {
    /// Which workloads of its namespace; absent means all, in the root namespace those of the mesh.
    pub selector: Option<Spanned<LabelSelector>>,
    /// Environment of the proxies.
    #[serde(default)]
    pub environment_variables: StringMap,
}
