//! What a VirtualService is to clients, in words.

use crate::posture::routing::Part;
use crate::resolve::client::RoutingPart;

/// The verdict in machine output.
pub(super) fn verdict_name(part: &Part<'_>) -> &'static str {
    match part {
        Part::Leads(..) => "leads",
        Part::LeadsOut => "leads-out",
        Part::TakesNone { part, .. } => match part {
            RoutingPart::Loses { .. } => "overridden",
            RoutingPart::NoRoute | RoutingPart::Leads(_) => "says-nothing",
            _ => "not-read",
        },
        Part::Unknown => "not-read",
    }
}

/// Why it leads nowhere; of a delegate, why the one that names it does not.
pub(super) fn because(part: &Part<'_>, is_delegate: bool) -> String {
    match part {
        Part::Leads(..) => String::new(),
        Part::LeadsOut => {
            "its routes name no service port among the manifests, or answer by themselves".to_owned()
        }
        Part::Unknown => {
            "the client's proxy does not know the service, or the port bypasses it: no route is looked at"
                .to_owned()
        }
        Part::TakesNone { root, part } if is_delegate => {
            format!("through {}: {}", root.meta.qualified_name(), no_part(part))
        }
        Part::TakesNone { part, .. } => no_part(part),
    }
}

fn no_part(part: &RoutingPart<'_>) -> String {
    let words = match part {
        RoutingPart::Leads(_) | RoutingPart::NoRoute => {
            "none of its routes is for these clients, the port and its protocol: as if it were not there"
        }
        RoutingPart::Loses { to, is_more_specific } => {
            let name = to.meta.qualified_name();
            return if *is_more_specific {
                format!("{name} has the more specific host")
            } else {
                format!("{name} comes first for the same host, and the first that has a route counts")
            };
        }
        RoutingPart::ForGateways => "its gateways leave out `mesh`: no sidecar follows it",
        RoutingPart::OtherRevision => "another revision's control plane reads it",
        RoutingPart::NotShown => "it is not shown to them",
        RoutingPart::NotImported => "their Sidecar resource does not import it",
        RoutingPart::NotRead => "ztunnel follows no VirtualService (a waypoint does)",
    };
    words.to_owned()
}
