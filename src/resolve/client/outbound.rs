//! What bypasses a client's proxy on the way out: annotations that the injector turns into iptables rules
//! (`tools/istio-iptables/pkg/capture/run.go`). Ports are those that the application dials.

use crate::mesh::Workload;
use crate::source::Span;
use crate::yaml::StringEntry;

const EXCLUDE_PORTS: &str = "traffic.sidecar.istio.io/excludeOutboundPorts";
const INCLUDE_PORTS: &str = "traffic.sidecar.istio.io/includeOutboundPorts";
const EXCLUDE_RANGES: &str = "traffic.sidecar.istio.io/excludeOutboundIPRanges";
const INCLUDE_RANGES: &str = "traffic.sidecar.istio.io/includeOutboundIPRanges";

/// The annotations of a client about its outbound traffic.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outbound<'o> {
    exclude_ports: Option<&'o StringEntry>,
    include_ports: Option<&'o StringEntry>,
    exclude_ranges: Option<&'o StringEntry>,
    include_ranges: Option<&'o StringEntry>,
}

/// Whether a connection meets the client's proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interception {
    /// It does.
    Captured,
    /// It does not; the annotation that says so.
    Bypassed(Span),
    /// It depends on the address that is dialled.
    Undecided(Span),
}

impl<'o> Outbound<'o> {
    /// The annotations of a workload.
    pub fn of(workload: &Workload<'o>) -> Self {
        Outbound {
            exclude_ports: workload.annotation(EXCLUDE_PORTS),
            include_ports: workload.annotation(INCLUDE_PORTS),
            exclude_ranges: workload.annotation(EXCLUDE_RANGES),
            include_ranges: workload.annotation(INCLUDE_RANGES),
        }
    }

    /// Whether nothing is said, so that the proxy captures everything.
    pub fn is_default(&self) -> bool {
        let all = [
            self.exclude_ports,
            self.include_ports,
            self.exclude_ranges,
            self.include_ranges,
        ];
        all.iter().all(Option::is_none)
    }

    /// The texts, to tell clients apart.
    pub fn texts(&self) -> [Option<&'o str>; 4] {
        let all = [
            self.exclude_ports,
            self.include_ports,
            self.exclude_ranges,
            self.include_ranges,
        ];
        all.map(|entry| entry.map(|entry| &*entry.value))
    }

    /// The annotation that keeps connections to a port from the proxy for certain.
    pub fn bypassed(&self, port: u16) -> Option<Span> {
        match self.interception(port) {
            Interception::Bypassed(span) => Some(span),
            Interception::Captured | Interception::Undecided(_) => None,
        }
    }

    /// Whether connections to a port meet the proxy.
    pub fn interception(&self, port: u16) -> Interception {
        let names = |entry: &&StringEntry| {
            entry
                .value
                .split(',')
                .any(|listed| listed.trim() == "*" || listed.trim().parse() == Ok(port))
        };
        if let Some(entry) = self.exclude_ports.filter(names) {
            return Interception::Bypassed(entry.value_span);
        }
        if self.include_ports.is_some_and(|entry| names(&entry)) {
            return Interception::Captured;
        }
        match (self.exclude_ranges, self.include_ranges) {
            (Some(entry), _) if covers_everything(&entry.value) => Interception::Bypassed(entry.value_span),
            (_, Some(entry)) if entry.value.trim().is_empty() => Interception::Bypassed(entry.value_span),
            (Some(entry), _) if !entry.value.trim().is_empty() => Interception::Undecided(entry.value_span),
            (_, Some(entry)) if !covers_everything(&entry.value) => Interception::Undecided(entry.value_span),
            _ => Interception::Captured,
        }
    }
}

/// Whether a list of ranges holds every address.
fn covers_everything(ranges: &str) -> bool {
    ranges
        .split(',')
        .any(|range| matches!(range.trim(), "*" | "0.0.0.0/0"))
}
