//! Whom a VirtualService leads where, row by row.

use schemars::JsonSchema;
use serde::Serialize;

use super::words::{because, verdict_name};
use crate::matrix::Answers;
use crate::posture::routing::{Leading, Part};
use crate::report::explain::block::Block;
use crate::report::explain::clients::row_lines;
use crate::report::place::{Place, Places};
use crate::report::row::PolicyRef;
use crate::report::sender::members_words;
use crate::resolve::client::{Led, RoutingPart};

/// Where a VirtualService leads clients who see the same of a service port, and what becomes of what they
/// send there.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingRow<'a> {
    /// The context.
    context: Option<&'a str>,
    /// The host that is asked for.
    pub(super) host: &'a str,
    /// Its port.
    pub(super) port: u16,
    /// The part of the VirtualService: `leads`, `leads-out`, `overridden`, `says-nothing`, `not-read`.
    verdict: &'static str,
    /// Where it leads.
    destination: Option<Address<'a>>,
    /// Whether only requests under a condition go there.
    is_conditional: bool,
    /// Where it names the destination.
    route: Option<Place<'a>>,
    /// The VirtualService to which it loses.
    loses_to: Option<PolicyRef<'a>>,
    /// The clients.
    from: String,
    /// What they send there.
    sends: Option<String>,
    /// What becomes of it.
    outcome: Option<String>,
    /// Why they send it, or why the VirtualService leads nowhere.
    because: String,
    /// What becomes of it, in the words of the logs where it fails.
    detail: Option<String>,
    /// The place that decided.
    place: Option<Place<'a>>,
}

/// A service port, or a subset of it.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
struct Address<'a> {
    host: &'a str,
    port: u16,
    subset: Option<&'a str>,
}

/// A row for each kind of endpoints, or one where none is known or the VirtualService leads nowhere.
pub(super) fn routing_rows<'a>(
    answers: &Answers<'a>,
    leading: &Leading<'a>,
    is_delegate: bool,
    places: &'a Places<'a>,
    rows: &mut Vec<RoutingRow<'a>>,
) {
    let loses_to = match &leading.part {
        Part::TakesNone {
            part: RoutingPart::Loses { to, .. },
            ..
        } => Some(*to),
        _ => None,
    };
    let without_traffic = || RoutingRow {
        context: answers.mesh().context,
        host: &answers.mesh().service(leading.service).host,
        port: leading.port,
        verdict: verdict_name(&leading.part),
        destination: None,
        is_conditional: false,
        route: None,
        loses_to: loses_to.map(|winner| PolicyRef::new(&winner.meta, winner.meta.name.span, places)),
        from: members_words(answers, &leading.clients),
        sends: None,
        outcome: None,
        because: because(&leading.part, is_delegate),
        detail: None,
        place: loses_to.map(|winner| places.of(winner.meta.name.span)),
    };
    let Part::Leads(led, row) = &leading.part else {
        rows.push(without_traffic());
        return;
    };
    let with_destination = || RoutingRow {
        destination: Some(address(answers, led)),
        is_conditional: led.route.is_conditional,
        route: Some(places.of(led.route.at)),
        ..without_traffic()
    };
    let Some(row) = row else {
        rows.push(with_destination());
        return;
    };
    for traffic in row_lines(answers, row, "", places) {
        rows.push(RoutingRow {
            sends: Some(traffic.sends),
            outcome: Some(traffic.outcome),
            because: traffic.because,
            detail: Some(traffic.detail),
            place: traffic.place,
            ..with_destination()
        });
    }
}

fn address<'a>(answers: &Answers<'a>, led: &Led<'a>) -> Address<'a> {
    Address {
        host: &answers.mesh().service(led.service).host,
        port: led.port,
        subset: led.subset,
    }
}

impl RoutingRow<'_> {
    /// Adds its line, without the host where that is the only one of the VirtualService.
    pub(super) fn write(&self, block: &mut Block, only_host: Option<&str>) {
        let at = if only_host == Some(self.host) {
            format!("port {}", self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        };
        let place = self.place.or(self.route).map(|place| place.to_string());
        let Some(to) = self.destination else {
            block.line([self.word(), &at, "", &self.from, "", "", &self.because], place);
            return;
        };
        let subset = to
            .subset
            .map(|subset| format!(" subset {subset}"))
            .unwrap_or_default();
        let to = if to.host == self.host && to.port == self.port {
            format!("→{subset}{}", if subset.is_empty() { " itself" } else { "" })
        } else {
            format!("→ {}:{}{subset}", to.host, to.port)
        };
        let sends = self.sends.as_deref().unwrap_or("unknown");
        let outcome = self.outcome.as_deref().unwrap_or("unknown");
        block.line(
            [self.word(), &at, &to, &self.from, sends, outcome, &self.because],
            place,
        );
    }

    fn word(&self) -> &'static str {
        match self.verdict {
            "leads" if self.is_conditional => "leads some",
            "leads-out" => "leads out",
            "overridden" => "loses",
            "says-nothing" => "no route",
            "not-read" => "not read",
            verdict => verdict,
        }
    }
}
