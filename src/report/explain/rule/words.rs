//! Why a DestinationRule loses, in words.

use crate::mesh::age::{age, is_ordered_by_time};
use crate::model::destination_rule::DestinationRule;
use crate::model::{Meta, Object};
use crate::posture::following::{Asked, Loss, Part};
use crate::resolve::destination::Shadowing;

/// The verdict in machine output.
pub(super) fn verdict_name(part: Part<'_>) -> &'static str {
    match part {
        Part::Decides => "decides",
        Part::SaysNothing => "says-nothing",
        Part::Loses { .. } => "overridden",
        Part::NotRead => "not-read",
        Part::NotRouted => "not-routed",
    }
}

/// In which order rules for the same host come, where that is why one of them wins.
fn order_words(loser: &Meta, winner: &Meta) -> &'static str {
    if age(winner) > age(loser) {
        ""
    } else if is_ordered_by_time(winner, loser) {
        " and is older"
    } else {
        " and comes first by name (in a cluster the older one does)"
    }
}

/// Why a rule loses, and to which one.
pub(super) fn loss_words(asked: &Asked<'_>, to: Option<&Object<DestinationRule>>, because: Loss) -> String {
    let name = to.map(|winner| winner.meta.qualified_name());
    // What they follow instead, where that is not why.
    let instead = match &name {
        Some(name) => format!("; they follow {name}"),
        None => String::new(),
    };
    let winner = name.as_deref().unwrap_or("another rule");
    match because {
        Loss::OtherRevision => format!("another revision's control plane reads it{instead}"),
        Loss::NotSelected => format!("its workloadSelector is for others{instead}"),
        Loss::NotShown => format!("it is not shown to them{instead}"),
        Loss::NotLookedUp => format!(
            "they look in their own namespace, the service's and the root's, not in {}{instead}",
            asked.rule.meta.namespace_name().unwrap_or("its")
        ),
        Loss::Shadowed(Shadowing::SameHost) => {
            let order = to.map_or("", |to| order_words(&asked.rule.meta, &to.meta));
            format!("{winner} is for the same host{order}, and one policy counts")
        }
        Loss::Shadowed(Shadowing::Wildcard) => {
            format!("{winner}, a wildcard of their own namespace, comes first")
        }
        Loss::Shadowed(Shadowing::Selector) => {
            format!("{winner} of their own namespace, which selects other workloads, comes first")
        }
        Loss::Shadowed(Shadowing::Hidden) => {
            format!("{winner}, which is not shown to them, has the more specific host")
        }
        Loss::OwnNamespace => format!("{winner} of their own namespace comes first"),
        Loss::ServiceNamespace => format!("{winner} of the service's namespace comes before the root's"),
        Loss::MoreSpecificHost => format!("{winner} has the more specific host"),
        Loss::Subset => format!("{winner}, with which it is one, sets tls for the subset"),
        Loss::OtherClients => "a rule for other clients comes first".to_owned(),
    }
}
