//! `Namespace`: only its labels matter, and they are metadata.

use serde::Deserialize;

/// The `spec` of a `Namespace`: nothing in it decides anything here.
#[derive(Debug, Default, Deserialize)]
pub struct Namespace {}
