//! A DestinationRule for people: who follows it, what they send, and where and to which rule it loses.

mod rows;
mod settings;
mod words;

use std::io::{self, Write};

pub use self::rows::RuleRow;
use self::rows::rule_rows;
use self::settings::Settings;
use super::block::{Block, write_object};
use super::words::namespaces;
use super::{NAMED, NoRow, first_of, targets};
use crate::matrix::Answers;
use crate::mesh::Mesh;
use crate::model::Object;
use crate::model::destination_rule::DestinationRule;
use crate::posture::following::Asked;
use crate::report::place::Places;
use crate::resolve::destination::ExportTo;
use crate::source::Span;

/// A DestinationRule with what it is to whom.
#[derive(Debug)]
pub struct ExplainedRule<'a> {
    /// The rule.
    asked: Asked<'a>,
    /// Why its host is no service that was read; `None` if it is.
    unmatched: Option<String>,
    /// The service ports that it is about, as they are called.
    targets: Vec<String>,
    /// The rules with which it is one.
    merged: Vec<&'a Object<DestinationRule>>,
    /// What it is to each class of clients.
    pub rows: Vec<RuleRow<'a>>,
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
        let mut merged: Vec<&'a Object<DestinationRule>> = Vec::new();
        for rule in followings
            .iter()
            .flat_map(|following| asked.merged_with(following.row))
        {
            if !merged.iter().any(|known| std::ptr::eq(*known, rule)) {
                merged.push(rule);
            }
        }
        let mut services = answers.mesh().services();
        let is_matched = services.any(|(_, service)| asked.is_about(service));
        let unmatched =
            (!is_matched).then(|| unmatched(asked.rule).unwrap_or_else(|| nothing_covered(&asked)));
        Some(ExplainedRule {
            asked,
            unmatched,
            targets: targets(rows.iter().map(|row| (row.host, row.port))),
            merged,
            rows,
        })
    }

    /// What machines get where there is no row.
    pub(super) fn no_row<'e>(&'e self, mesh: &'e Mesh<'_>) -> Option<NoRow<'e>> {
        self.rows.is_empty().then(|| NoRow {
            context: mesh.context,
            host: self.asked.host.as_deref(),
            port: None,
            verdict: "unmatched",
            because: self.about(),
        })
    }

    /// Writes what the rule does.
    pub(super) fn write(&self, out: &mut dyn Write, mesh: &Mesh<'_>, places: &Places<'_>) -> io::Result<()> {
        let (mut summary, mut rows) = (Block::default(), Block::default());
        self.summary(&mut summary, mesh, places);
        for row in &self.rows {
            row.write(&mut rows);
        }
        write_object(out, self.header(), mesh.context, &summary, &rows)
    }

    fn header(&self) -> Vec<String> {
        let host = self.asked.host.as_ref();
        vec![
            self.asked.rule.meta.object_name().to_string(),
            host.map_or("no host".to_owned(), |host| format!("host {host}")),
        ]
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
        for (index, rule) in self.merged.iter().enumerate() {
            let label = if index == 0 { "merged with" } else { "" };
            let place = places.of(rule.meta.name.span).to_string();
            block.line([label, &rule.meta.qualified_name()], Some(place));
        }
        block.line(["about", &self.about()], None);
    }

    fn about(&self) -> String {
        match (&self.unmatched, &self.targets[..]) {
            (Some(why), _) => why.clone(),
            (None, []) => "no service port that clients with a proxy call".to_owned(),
            (None, targets) => first_of(targets, NAMED),
        }
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
        (namespaces(export_to.names(), own), span)
    }
}

fn nothing_covered(asked: &Asked<'_>) -> String {
    match &asked.host {
        Some(host) => format!("nobody: no service among the manifests has the host {host}"),
        None => "nobody: the rule has no host".to_owned(),
    }
}
