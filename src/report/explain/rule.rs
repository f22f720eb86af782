//! A DestinationRule for people: who follows it, what they send, and where and to which rule it loses.

use std::io::{self, Write};

use serde::Serialize;

use super::ClientLine;
use super::block::Block;
use super::clients::line;
use crate::matrix::Answers;
use crate::mesh::Mesh;
use crate::mesh::age::{age, is_ordered_by_time};
use crate::model::destination_rule::{ClientTls, DestinationRule, TrafficPolicy};
use crate::model::{Meta, Object};
use crate::posture::following::{Asked, Following, Loss, Part};
use crate::report::connection::{cluster_words, sends_because};
use crate::report::place::{Place, Places};
use crate::report::row::PolicyRef;
use crate::report::sanitize;
use crate::report::sender::members_words;
use crate::resolve::client::ClusterReason;
use crate::resolve::destination::{ExportTo, Shadowing};
use crate::source::Span;
use crate::yaml::Spanned;

/// A DestinationRule with what it is to whom.
#[derive(Debug)]
pub struct ExplainedRule<'a> {
    /// The rule.
    asked: Asked<'a>,
    /// Why its host is no service that was read; `None` if it is.
    unmatched: Option<String>,
    /// The service ports that it is about, as they are called.
    targets: Vec<String>,
    /// What it is to each class of clients.
    pub rows: Vec<RuleRow<'a>>,
}

/// What a rule is to clients who see the same of a service port, and what becomes of what they send.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleRow<'a> {
    /// The context.
    context: Option<&'a str>,
    /// The host that is asked for.
    host: &'a str,
    /// Its port.
    port: u16,
    /// The subset; `None` is the service as a whole.
    subset: Option<&'a str>,
    /// The part of the rule: `decides`, `says-nothing`, `overridden`, `not-read`.
    verdict: &'static str,
    /// The rule to which it loses.
    loses_to: Option<PolicyRef<'a>>,
    /// Why it loses.
    loses_because: Option<String>,
    #[serde(flatten)]
    clients: ClientLine<'a>,
    /// Where, in text.
    #[serde(skip)]
    at: String,
}

impl<'a> ExplainedRule<'a> {
    /// The rule of that index in its mesh, on all ports or on one. `unmatched` says what is wrong with its
    /// host, where that is known.
    pub fn new(
        answers: &Answers<'a>,
        index: usize,
        port: Option<u16>,
        places: &'a Places<'a>,
        unmatched: impl FnOnce(&Object<DestinationRule>) -> Option<String>,
    ) -> Option<ExplainedRule<'a>> {
        let asked = Asked::of(answers, index)?;
        let mut followings = asked.followings(answers);
        followings.retain(|following| port.is_none_or(|port| port == following.row.port));
        let mut rows = Vec::new();
        for following in &followings {
            rule_rows(answers, &asked, following, places, &mut rows);
        }
        let mut services = answers.mesh().services();
        let is_matched = services.any(|(_, service)| asked.is_about(service));
        let unmatched =
            (!is_matched).then(|| unmatched(asked.rule).unwrap_or_else(|| nothing_covered(&asked)));
        let mut targets: Vec<String> = rows
            .iter()
            .map(|row| format!("{}:{}", row.host, row.port))
            .collect();
        targets.dedup();
        Some(ExplainedRule {
            asked,
            unmatched,
            targets,
            rows,
        })
    }

    /// Writes what the rule does.
    pub(super) fn write(&self, out: &mut dyn Write, mesh: &Mesh<'_>, places: &Places<'_>) -> io::Result<()> {
        writeln!(out, "{}\n", sanitize::line(&self.header(mesh)))?;
        let mut block = Block::default();
        self.summary(&mut block, mesh, places);
        if !self.rows.is_empty() {
            block.gap();
        }
        for row in &self.rows {
            row.write(&mut block);
        }
        block.write(out)
    }

    fn header(&self, mesh: &Mesh<'_>) -> String {
        let host = self.asked.host.as_ref();
        let mut parts = vec![
            self.asked.rule.meta.object_name().to_string(),
            host.map_or("no host".to_owned(), |host| format!("host {host}")),
        ];
        parts.extend(mesh.context.map(|context| format!("context {context}")));
        parts.join(" · ")
    }

    fn summary(&self, block: &mut Block, mesh: &Mesh<'_>, places: &Places<'_>) {
        let spec = &self.asked.rule.spec;
        let mut settings = Settings { block, places };
        settings.policy(None, spec.traffic_policy.as_ref(), self.asked.rule.meta.name.span);
        for subset in &spec.subsets {
            settings.policy(Some(&subset.name), subset.traffic_policy.as_ref(), subset.span);
        }
        let (shown, span) = self.shown_to(mesh);
        block.line(["shown to", &shown], span.map(|span| places.of(span).to_string()));
        let about = match (&self.unmatched, &self.targets[..]) {
            (Some(why), _) => why.clone(),
            (None, []) => "no service port that clients with a proxy call".to_owned(),
            (None, targets) if targets.len() > NAMED => {
                format!(
                    "{} and {} more",
                    targets[..NAMED].join(", "),
                    targets.len() - NAMED
                )
            }
            (None, targets) => targets.join(", "),
        };
        block.line(["about", &about], None);
    }

    /// The clients to whom the rule is shown, and the part of it that says so.
    fn shown_to(&self, mesh: &Mesh<'_>) -> (String, Option<Span>) {
        let rule = self.asked.rule;
        let own = mesh.namespaces[self.asked.namespace].display_name();
        if let Some(selector) = &rule.spec.workload_selector {
            let labels = selector.match_labels.iter();
            let labels: Vec<String> = labels
                .map(|label| format!("{}={}", label.key, label.value))
                .collect();
            let words = format!("workloads of namespace {own} with {}", labels.join(", "));
            return (words, Some(selector.span));
        }
        let span = rule.spec.export_to.first().map(|entry| entry.span);
        let default = &mesh.settings.default_destination_rule_export_to.value;
        let export_to = ExportTo::of(rule);
        if export_to.is_private_only(own, default) {
            return (format!("namespace {own}"), span);
        }
        if export_to.reaches(None) {
            return ("every namespace".to_owned(), span);
        }
        let names: Vec<&str> = export_to
            .names()
            .map(|name| if name == "." { own } else { name })
            .collect();
        let label = if names.len() == 1 {
            "namespace"
        } else {
            "namespaces"
        };
        (format!("{label} {}", names.join(", ")), span)
    }
}

/// How many service ports are named.
const NAMED: usize = 3;

fn nothing_covered(asked: &Asked<'_>) -> String {
    match &asked.host {
        Some(host) => format!("nobody: no service among the manifests has the host {host}"),
        None => "nobody: the rule has no host".to_owned(),
    }
}

/// Writes what a rule says on TLS.
struct Settings<'b, 'p> {
    block: &'b mut Block,
    places: &'p Places<'p>,
}

impl Settings<'_, '_> {
    /// The policy of the rule itself, or of a subset; `span` is the place of one that is left out.
    fn policy(&mut self, subset: Option<&str>, policy: Option<&Spanned<TrafficPolicy>>, span: Span) {
        let label = |port: Option<u32>| {
            let subset = subset.map(|subset| format!("subset {subset}"));
            let port = port.map(|port| format!("port {port}"));
            let parts: Vec<String> = subset.into_iter().chain(port).collect();
            if parts.is_empty() {
                "tls".to_owned()
            } else {
                parts.join(" ")
            }
        };
        let tls = policy.and_then(|policy| policy.tls.as_ref());
        self.tls(&label(None), tls, policy.map_or(span, |policy| policy.key));
        for entry in policy.into_iter().flat_map(|policy| &policy.port_level_settings) {
            self.tls(&label(entry.number()), entry.tls.as_ref(), entry.span);
        }
    }

    fn tls(&mut self, label: &str, tls: Option<&Spanned<ClientTls>>, otherwise: Span) {
        let mode = tls.map_or("(unset)", |tls| tls.effective_mode().as_str());
        let span = tls.map_or(otherwise, |tls| {
            tls.mode.as_ref().map_or(tls.key, |mode| mode.span)
        });
        self.block
            .line([label, mode], Some(self.places.of(span).to_string()));
    }
}

/// A row for each kind of endpoints, or one where none is known.
fn rule_rows<'a>(
    answers: &Answers<'a>,
    asked: &Asked<'a>,
    following: &Following<'a>,
    places: &'a Places<'a>,
    rows: &mut Vec<RuleRow<'a>>,
) {
    let row = following.row;
    let from = members_words(answers, &following.clients);
    let mut lines: Vec<ClientLine<'a>> = row
        .endpoints
        .iter()
        .map(|class| line(answers, row, class, from.clone(), places))
        .collect();
    if lines.is_empty() {
        lines.push(line_without_endpoints(answers, following, from, places));
    }
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
            clients: ClientLine {
                because: because(asked, following, clients.because),
                place: loss_place(asked, following, places).or(clients.place),
                ..clients
            },
            at: at(asked, host, row.port, row.subset),
        });
    }
}

fn line_without_endpoints<'a>(
    answers: &Answers<'a>,
    following: &Following<'a>,
    from: String,
    places: &'a Places<'a>,
) -> ClientLine<'a> {
    let row = following.row;
    let reason = sends_because(answers.mesh(), &row.cluster, None);
    ClientLine {
        from,
        via: None,
        sends: cluster_words(&row.cluster).to_owned(),
        outcome: "no endpoint given".to_owned(),
        because: reason.words,
        detail: String::new(),
        place: reason.span.map(|span| places.of(span)),
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

/// The verdict in machine output.
fn verdict_name(part: Part<'_>) -> &'static str {
    match part {
        Part::Decides => "decides",
        Part::SaysNothing => "says-nothing",
        Part::Loses { .. } => "overridden",
        Part::NotRead => "not-read",
    }
}

impl RuleRow<'_> {
    fn write(&self, block: &mut Block) {
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
            verdict => verdict,
        }
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
fn loss_words(asked: &Asked<'_>, to: Option<&Object<DestinationRule>>, because: Loss) -> String {
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
        Loss::OtherClients => "a rule for other clients comes first".to_owned(),
    }
}
