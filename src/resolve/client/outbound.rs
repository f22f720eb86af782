//! What bypasses a client's proxy on the way out: annotations that the injector turns into iptables rules
//! (`tools/istio-iptables/pkg/capture/run.go`). Ports are those that the application dials.

use crate::mesh::Workload;
use crate::resolve::dataplane::Mark;
use crate::source::Span;

const EXCLUDE_PORTS: &str = "traffic.sidecar.istio.io/excludeOutboundPorts";
const INCLUDE_PORTS: &str = "traffic.sidecar.istio.io/includeOutboundPorts";
const EXCLUDE_RANGES: &str = "traffic.sidecar.istio.io/excludeOutboundIPRanges";
const INCLUDE_RANGES: &str = "traffic.sidecar.istio.io/includeOutboundIPRanges";

/// The annotations of a client about its outbound traffic.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outbound<'o> {
    exclude_ports: Option<Mark<'o>>,
    include_ports: Option<Mark<'o>>,
    exclude_ranges: Option<Mark<'o>>,
    include_ranges: Option<Mark<'o>>,
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
        let annotation = |key| workload.annotation(key).map(Mark::of);
        Outbound {
            exclude_ports: annotation(EXCLUDE_PORTS),
            include_ports: annotation(INCLUDE_PORTS),
            exclude_ranges: annotation(EXCLUDE_RANGES),
            include_ranges: annotation(INCLUDE_RANGES),
        }
    }

    /// Whether nothing is said, so that the proxy captures everything.
    pub fn is_default(&self) -> bool {
        self.texts().iter().all(Option::is_none)
    }

    /// The texts, to tell clients apart.
    pub fn texts(&self) -> [Option<&'o str>; 4] {
        let all = [
            self.exclude_ports,
            self.include_ports,
            self.exclude_ranges,
            self.include_ranges,
        ];
        all.map(|annotation| annotation.map(|annotation| annotation.value))
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
        let names = |annotation: &Mark<'_>| {
            annotation
                .value
                .split(',')
                .any(|listed| listed.trim() == "*" || listed.trim().parse() == Ok(port))
        };
        if let Some(excluded) = self.exclude_ports.filter(names) {
            return Interception::Bypassed(excluded.span);
        }
        if self.include_ports.as_ref().is_some_and(names) {
            return Interception::Captured;
        }
        match (self.exclude_ranges, self.include_ranges) {
            (Some(excluded), _) if covers_everything(excluded.value) => Interception::Bypassed(excluded.span),
            (_, Some(included)) if included.value.trim().is_empty() => Interception::Bypassed(included.span),
            (Some(excluded), _) if !excluded.value.trim().is_empty() => {
                Interception::Undecided(excluded.span)
            }
            (_, Some(included)) if !covers_everything(included.value) => {
                Interception::Undecided(included.span)
            }
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
