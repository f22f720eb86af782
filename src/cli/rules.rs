//! `rules`.

use serde::Serialize;

use super::args::{Format, RulesArgs};
use super::{Env, Failure, OK, Streams, written};
use crate::error::Error;
use crate::finding::Severity;
use crate::report::document::SCHEMA_VERSION;
use crate::report::{self, machine};
use crate::rules::{self, Activation, Effect, Metadata, RULES, Rule};

pub(super) fn run(args: &RulesArgs, streams: &mut Streams<'_>, env: &Env) -> Result<u8, Failure> {
    let find = |id: &String| rules::find(id).map_err(|unknown| Error::Usage(unknown.to_string()));
    let asked = args.id.as_ref().map(find).transpose()?;
    let out = &mut *streams.stdout;
    written(match (args.output, asked) {
        (Format::Json, asked) => machine::write(out, &Document::new(asked)),
        (Format::Yaml, asked) => machine::write_yaml(out, &Document::new(asked)),
        (Format::Text, Some(rule)) => report::rules::write_rule(rule, out),
        (Format::Text, None) => report::rules::write_list(u16::try_from(env.width).unwrap_or(u16::MAX), out),
    })?;
    Ok(OK)
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
    /// One rule, or all of them.
    fn new(asked: Option<&dyn Rule>) -> Self {
        let rules = match asked {
            Some(rule) => vec![view(rule.metadata())],
            None => RULES.iter().map(|rule| view(rule.metadata())).collect(),
        };
        Document {
            schema_version: SCHEMA_VERSION,
            rules,
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
            Activation::OnRequest => "on-request",
        },
        summary: rule.summary(),
        documentation: rule.documentation(),
    }
}
