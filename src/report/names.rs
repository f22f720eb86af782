//! Names of objects as machines read them, the same in every document.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::Serialize;

use crate::posture::diff::WorkloadName;

/// A workload by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct NameView<'a> {
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) kind: &'static str,
}

impl<'a> NameView<'a> {
    pub(super) fn of(name: &WorkloadName<'a>) -> Self {
        NameView {
            namespace: name.namespace,
            name: name.name,
            kind: name.kind.as_str(),
        }
    }

    fn key(&self) -> impl Ord + use<'a> {
        (self.namespace, self.kind, self.name)
    }
}

/// Workloads of a kind stand together.
impl Ord for NameView<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for NameView<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A port of a host.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TargetView<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
}
