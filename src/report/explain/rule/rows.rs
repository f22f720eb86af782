//! What a DestinationRule is to clients, row by row.

use schemars::JsonSchema;
use serde::Serialize;

use super::words::{loss_words, verdict_name};
use crate::matrix::{Answers, Row};
use crate::posture::following::{Asked, Following, Loss, Part};
use crate::report::explain::ClientLine;
use crate::report::explain::block::Block;
use crate::report::explain::clients::row_lines;
use crate::report::place::{Place, Places};
use crate::report::row::PolicyRef;
use crate::report::sender::members_words;
use crate::resolve::client::ClusterReason;

/// What a rule is to clients who see the same of a service port, and what becomes of what they send.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleRow<'a> {
    /// The context.
    context: Option<&'a str>,
    /// The host that is asked for.
    pub(super) host: &'a str,
    /// Its port.
    pub(super) port: u16,
    /// The subset; `None` is the service as a whole.
    subset: Option<&'a str>,
    /// The part of the rule: `decides`, `says-nothing`, `overridden`, `not-read`, `not-routed`.
    verdict: &'static str,
    /// The rule to which it loses.
    loses_to: Option<PolicyRef<'a>>,
    /// Why it loses.
    loses_because: Option<String>,
    /// The rules with which it is one for these clients.
    merged_with: Vec<PolicyRef<'a>>,
    #[serde(flatten)]
    clients: ClientLine<'a>,
    /// Where, in text.
    #[serde(skip)]
    at: String,
}

/// A row for each kind of endpoints, or one where none is known.
pub(super) fn rule_rows<'a>(
    answers: &Answers<'a>,
    asked: &Asked<'a>,
    following: &Following<'a>,
    places: &'a Places<'a>,
    rows: &mut Vec<RuleRow<'a>>,
) {
    let row = following.row;
    let from = members_words(answers, &following.clients);
    let lines = lines(answers, following, &from, places);
    let host = &*answers.mesh().service(row.service).host;
    let (loses_to, loses_because) = match following.part {
        Part::Loses { to, because } => (to, Some(loss_words(asked, to, because))),
        _ => (None, None),
    };
    for clients in lines {
        rows.push(RuleRow {
            context: answers.mesh().context,
            host,
            port: row.port,
            subset: row.subset,
            verdict: verdict_name(following.part),
            loses_to: loses_to.map(|winner| PolicyRef::new(&winner.meta, winner.meta.name.span, places)),
            loses_because: loses_because.clone(),
            merged_with: asked
                .merged_with(row)
                .map(|rule| PolicyRef::new(&rule.meta, rule.meta.name.span, places))
                .collect(),
            clients: ClientLine {
                because: because(asked, following, clients.because),
                place: loss_place(asked, following, places).or(clients.place),
                ..clients
            },
            at: at(asked, host, row.port, row.subset),
        });
    }
}

/// One for each kind of endpoints; one alone where none is known, or nothing goes there.
fn lines<'a>(
    answers: &Answers<'a>,
    following: &Following<'a>,
    from: &str,
    places: &'a Places<'a>,
) -> Vec<ClientLine<'a>> {
    let row = following.row;
    if matches!(following.part, Part::NotRouted) {
        return vec![line_without_traffic(row, from)];
    }
    row_lines(answers, row, from, places)
}

fn line_without_traffic<'a>(row: &Row<'_, '_>, from: &str) -> ClientLine<'a> {
    let because = if row.subset.is_some() {
        "no VirtualService among the manifests leads to the subset"
    } else {
        "VirtualServices lead everything elsewhere"
    };
    ClientLine {
        from: from.to_owned(),
        via: None,
        sends: "nothing".to_owned(),
        outcome: "no traffic".to_owned(),
        because: because.to_owned(),
        detail: String::new(),
        place: None,
        route: None,
    }
}

/// Why clients send what they send, from the rule's own point of view.
fn because(asked: &Asked<'_>, following: &Following<'_>, otherwise: String) -> String {
    match (following.part, following.row.cluster.reason) {
        (Part::Decides, ClusterReason::Rule(tls)) if std::ptr::eq(tls.rule, asked.rule) => {
            let (part, mode) = (tls.part(), tls.mode().as_str());
            if part == "tls" {
                format!("its tls {mode}")
            } else {
                format!("its {part}: tls {mode}")
            }
        }
        (Part::SaysNothing, ClusterReason::Auto | ClusterReason::AutoMtlsOff) => {
            format!("it sets no tls here; {otherwise}")
        }
        _ => otherwise,
    }
}

/// What keeps the rule from clients: where it says to whom it is shown.
fn loss_place<'a>(asked: &Asked<'a>, following: &Following<'a>, places: &'a Places<'a>) -> Option<Place<'a>> {
    let Part::Loses { to, because } = following.part else {
        return None;
    };
    let spec = &asked.rule.spec;
    let span = match because {
        Loss::NotSelected => spec.workload_selector.as_ref().map(|selector| selector.span),
        Loss::NotShown => spec.export_to.first().map(|entry| entry.span),
        _ => to.map(|winner| winner.meta.name.span),
    };
    span.map(|span| places.of(span))
}

/// The service port, without its host where that is the rule's own.
fn at(asked: &Asked<'_>, host: &str, port: u16, subset: Option<&str>) -> String {
    let subset = subset
        .map(|subset| format!(" subset {subset}"))
        .unwrap_or_default();
    if asked.host.as_deref() == Some(host) {
        format!("port {port}{subset}")
    } else {
        format!("{host}:{port}{subset}")
    }
}

impl RuleRow<'_> {
    pub(super) fn write(&self, block: &mut Block) {
        let clients = &self.clients;
        let because = self.loses_because.as_deref().unwrap_or(&clients.because);
        block.line(
            [
                self.word(),
                &self.at,
                &clients.from,
                &clients.sends,
                &clients.outcome,
                because,
            ],
            clients.place.map(|place| place.to_string()),
        );
        if let Some(route) = &clients.route {
            block.line(["", &route.words], Some(route.place.to_string()));
        }
    }

    fn word(&self) -> &'static str {
        match self.verdict {
            "overridden" => "loses",
            "says-nothing" => "unset",
            "not-read" => "not read",
            "not-routed" => "unused",
            verdict => verdict,
        }
    }
}
