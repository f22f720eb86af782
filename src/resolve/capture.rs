//! Which inbound ports reach the sidecar at all. A policy says nothing about the others
//! (`tools/istio-iptables/pkg/capture/run.go` `handleInboundPortsInclude`).

use std::fmt;

use super::dataplane::Mark;
use super::proxy::ProxySettings;
use crate::mesh::Workload;
use crate::mesh::settings::InterceptionMode;
use crate::model::workload::PodTemplate;
use crate::source::Span;
use crate::yaml::StringEntry;

const INCLUDE: &str = "traffic.sidecar.istio.io/includeInboundPorts";
const EXCLUDE: &str = "traffic.sidecar.istio.io/excludeInboundPorts";
const STATUS_PORT: &str = "status.sidecar.istio.io/port";
const INTERCEPTION: &str = "sidecar.istio.io/interceptionMode";

/// Ports of the proxy itself that redirection leaves alone: the agent's health and metrics.
const PROXY_PORTS: [u16; 2] = [15021, 15090];
/// The port of HBONE has a rule of its own and is never redirected.
pub const HBONE_PORT: u16 = 15008;

/// Which ports of a pod its sidecar captures.
#[derive(Debug, Clone)]
pub struct Capture<'o> {
    rule: Rule<'o>,
    status_port: u16,
}

#[derive(Debug, Clone)]
enum Rule<'o> {
    /// Every TCP port but the proxy's own and those of `excludeInboundPorts`.
    AllBut(Option<Ports<'o>>),
    /// Exactly these; exclusions are not read then.
    Only(Ports<'o>),
    /// Interception is off.
    Nothing(Option<Span>),
}

#[derive(Debug, Clone)]
struct Ports<'o> {
    annotation: Mark<'o>,
    numbers: Vec<u16>,
}

impl<'o> Ports<'o> {
    fn of(entry: StringEntry<'o>) -> Self {
        let numbers = entry
            .value
            .split(',')
            .filter_map(|port| port.trim().parse().ok())
            .collect();
        Ports {
            annotation: Mark::of(entry),
            numbers,
        }
    }
}

/// Why a port bypasses the proxy.
#[derive(Debug, Clone, Copy)]
pub enum Bypass<'o> {
    /// It is one of the proxy's own ports.
    ProxyPort,
    /// `excludeInboundPorts` names it.
    Excluded(Mark<'o>),
    /// `includeInboundPorts` does not name it.
    NotIncluded(Mark<'o>),
    /// Interception is off (where: the annotation, else the mesh's setting).
    NoInterception(Option<Span>),
}

impl Bypass<'_> {
    /// The place that decided, if the manifest has one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Bypass::ProxyPort => None,
            Bypass::Excluded(annotation) | Bypass::NotIncluded(annotation) => Some(annotation.span),
            Bypass::NoInterception(span) => *span,
        }
    }
}

impl fmt::Display for Bypass<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bypass::ProxyPort => f.write_str("a port of the proxy itself"),
            Bypass::Excluded(annotation) => write!(f, "excludeInboundPorts: \"{}\"", annotation.value),
            Bypass::NotIncluded(annotation) => {
                write!(f, "not in includeInboundPorts: \"{}\"", annotation.value)
            }
            Bypass::NoInterception(_) => f.write_str("interception mode NONE"),
        }
    }
}

impl<'o> Capture<'o> {
    /// The rule of a pod with a sidecar. A machine captures everything by default.
    pub fn of(workload: &Workload<'o>, proxy: &ProxySettings) -> Capture<'o> {
        match workload.template() {
            Some(template) => Capture::of_template(template, proxy),
            None => Capture {
                rule: Rule::AllBut(None),
                status_port: proxy.status_port,
            },
        }
    }

    fn of_template(template: &'o PodTemplate, proxy: &ProxySettings) -> Capture<'o> {
        let annotation = |key| template.annotations.entry(key);
        let status_port = annotation(STATUS_PORT)
            .and_then(|entry| entry.value.parse().ok())
            .unwrap_or(proxy.status_port);
        let interception = annotation(INTERCEPTION);
        let mode = interception.and_then(|entry| InterceptionMode::parse(entry.value));
        let rule = if mode.unwrap_or(proxy.interception_mode) == InterceptionMode::None {
            let written = interception.map(|entry| entry.value_span);
            Rule::Nothing(written.or(proxy.interception_at))
        } else {
            match annotation(INCLUDE) {
                Some(entry) if entry.value.trim() != "*" => Rule::Only(Ports::of(entry)),
                _ => Rule::AllBut(annotation(EXCLUDE).map(Ports::of)),
            }
        };
        Capture { rule, status_port }
    }

    /// Why `port` bypasses the proxy, or `None` if the proxy captures it.
    pub fn bypass(&self, port: u16) -> Option<Bypass<'o>> {
        if port == HBONE_PORT {
            return Some(Bypass::ProxyPort);
        }
        match &self.rule {
            Rule::Nothing(span) => Some(Bypass::NoInterception(*span)),
            Rule::Only(ports) => {
                (!ports.numbers.contains(&port)).then_some(Bypass::NotIncluded(ports.annotation))
            }
            Rule::AllBut(_) if PROXY_PORTS.contains(&port) || port == self.status_port => {
                Some(Bypass::ProxyPort)
            }
            Rule::AllBut(Some(ports)) if ports.numbers.contains(&port) => {
                Some(Bypass::Excluded(ports.annotation))
            }
            Rule::AllBut(_) => None,
        }
    }

    /// Why ports that nothing declares bypass the proxy, or `None` if it captures them.
    pub fn bypass_of_undeclared(&self) -> Option<Bypass<'o>> {
        match &self.rule {
            Rule::Nothing(span) => Some(Bypass::NoInterception(*span)),
            Rule::Only(ports) => Some(Bypass::NotIncluded(ports.annotation)),
            Rule::AllBut(_) => None,
        }
    }
}

/// Whether a port belongs to the proxy, so that no application serves it.
pub fn is_proxy_port(port: u16) -> bool {
    port == HBONE_PORT || PROXY_PORTS.contains(&port) || port == 15020
}
