//! `rules`.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::args::{Format, RulesArgs};
use super::{Failure, OK, Streams, written};
use crate::error::Error;
use crate::finding::Severity;
use crate::report::machine;
use crate::rules::{self, Activation, Effect, Metadata, RULES};

pub(super) fn run(args: &RulesArgs, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    let shown: Vec<&Metadata> = match &args.id {
        None => RULES.iter().map(|rule| rule.metadata()).collect(),
        Some(id) => {
            let rule = rules::find(id).map_err(|unknown| Error::Usage(unknown.to_string()))?;
            vec![rule.metadata()]
        }
    };
    let out = &mut *streams.stdout;
    written(match args.output {
        Format::Json => machine::write(out, &Document::new(&shown)),
        Format::Yaml => machine::write_yaml(out, &Document::new(&shown)),
        Format::Text if args.id.is_some() => documentation(out, shown[0]),
        Format::Text => table(out, &shown),
    })?;
    Ok(OK)
}

fn documentation(out: &mut dyn Write, rule: &Metadata) -> io::Result<()> {
    writeln!(
        out,
        "# {}\n\n{} · {}\n",
        rule.id,
        rule.severity,
        rule.family.title()
    )?;
    writeln!(out, "{}", rule.documentation().trim())
}

fn table(out: &mut dyn Write, rules: &[&Metadata]) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(["RULE", "SEVERITY", "RUNS", "WHAT IT FINDS"]);
    for rule in rules {
        let summary = rule.summary();
        table.add_row([
            rule.id.0,
            rule.severity.as_str(),
            activation(rule.activation),
            &summary,
        ]);
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim())?;
    }
    Ok(())
}

fn activation(activation: Activation) -> &'static str {
    match activation {
        Activation::Always => "always",
        Activation::Pedantic => "--pedantic",
        Activation::OnRequest => "--select",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    schema_version: &'static str,
    rules: Vec<RuleView>,
}

#[derive(Serialize)]
struct RuleView {
    id: &'static str,
    family: &'static str,
    severity: &'static str,
    effect: &'static str,
    activation: &'static str,
    summary: String,
    documentation: String,
}

impl Document {
    fn new(rules: &[&Metadata]) -> Self {
        Document {
            schema_version: crate::report::document::SCHEMA_VERSION,
            rules: rules.iter().map(|rule| view(rule)).collect(),
        }
    }
}

fn view(rule: &Metadata) -> RuleView {
    RuleView {
        id: rule.id.0,
        family: rule.family.title(),
        severity: Severity::as_str(rule.severity),
        effect: match rule.effect {
            Effect::Exposure => "exposure",
            Effect::Refusal => "refusal",
            Effect::Other => "other",
        },
        activation: match rule.activation {
            Activation::Always => "always",
            Activation::Pedantic => "pedantic",
            Activation::OnRequest => "onRequest",
        },
        summary: rule.summary(),
        documentation: rule.documentation(),
    }
}
