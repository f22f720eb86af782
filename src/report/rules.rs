//! The catalogue of rules: the list of `peerauth rules`, one rule's page, and the whole as markdown.

use std::io::{self, Write};

use comfy_table::Table;
use comfy_table::presets::NOTHING;

use schemars::JsonSchema;
use serde::Serialize;

use super::document::SCHEMA_VERSION;
use crate::finding::Severity;
use crate::rules::{Activation, Effect, Family, Metadata, RULES, Rule};

/// One rule or all of them, as machines read them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RulesDocument {
    /// The version of its shape.
    schema_version: &'static str,
    /// The rules, in the order of the catalogue.
    rules: Vec<RuleView>,
}

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
struct RuleView {
    /// Its name, for good.
    id: &'static str,
    /// The heading under which the catalogue has it.
    family: &'static str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// `exposure`, `refusal` or `other`.
    effect: &'static str,
    /// `always`, `pedantic` or `on-request`.
    activation: &'static str,
    /// What it finds, in a sentence.
    summary: String,
    /// Its page, as Markdown.
    documentation: String,
}

impl RulesDocument {
    /// One rule, or all of them.
    pub fn new(asked: Option<&dyn Rule>) -> Self {
        let rules = match asked {
            Some(rule) => vec![view(rule.metadata())],
            None => RULES.iter().map(|rule| view(rule.metadata())).collect(),
        };
        RulesDocument {
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

/// Writes the rules by family, one line each where `width` columns allow.
pub fn write_list(width: u16, out: &mut dyn Write) -> io::Result<()> {
    for (family, rules) in by_family() {
        writeln!(out, "{}", family.title())?;
        let mut table = Table::new();
        table.load_style(NOTHING).set_width(width);
        table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        for rule in rules {
            table.add_row([rule.id.0.to_owned(), level(rule), rule.summary()]);
        }
        writeln!(out, "{}\n", table.trim_fmt())?;
    }
    Ok(())
}

/// Writes all that is known of one rule.
pub fn write_rule(rule: &dyn Rule, out: &mut dyn Write) -> io::Result<()> {
    let metadata = rule.metadata();
    writeln!(out, "# {}\n", metadata.id)?;
    writeln!(
        out,
        "Severity: {}  \nFamily: {}\n",
        level(metadata),
        metadata.family.title()
    )?;
    writeln!(out, "{}", metadata.documentation().trim_end())
}

/// What the document of all rules begins with.
const PREFACE: &str = "\
# Rules

<!-- Made of src/rules by `UPDATE=1 cargo test --test generated`: edit the rules, not this page. -->

What `peerauth check` finds. `peerauth rules ID` shows one of these pages, `--select ID` and `--ignore ID`
choose. By default an *error* makes `check` exit with 1; *pedantic* rules run with `--pedantic` only, those that are
*off* only when they are selected.
";

/// Writes every rule's page, as one document with an index and a heading for each family.
pub fn write_catalogue(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{PREFACE}")?;
    for (family, rules) in by_family() {
        writeln!(out, "\n**{}**\n", family.title())?;
        for rule in rules {
            let id = rule.id;
            writeln!(out, "- [`{id}`](#{id}) ({}): {}", level(rule), rule.summary())?;
        }
    }
    for (family, rules) in by_family() {
        writeln!(out, "\n## {}", family.title())?;
        for rule in rules {
            let documentation = format!("\n{}", rule.documentation()).replace("\n## ", "\n#### ");
            writeln!(
                out,
                "\n### {}\n\nSeverity: {}\n\n{}",
                rule.id,
                level(rule),
                documentation.trim()
            )?;
        }
    }
    Ok(())
}

fn by_family() -> impl Iterator<Item = (Family, Vec<&'static Metadata>)> {
    let of = |family| {
        let all = RULES.iter().map(|rule| rule.metadata());
        all.filter(|rule| rule.family == family).collect::<Vec<_>>()
    };
    let families = Family::ALL.into_iter().map(move |family| (family, of(family)));
    families.filter(|(_, rules)| !rules.is_empty())
}

fn level(rule: &Metadata) -> String {
    match rule.activation {
        Activation::Always => rule.severity.to_string(),
        Activation::Pedantic => format!("{} (pedantic)", rule.severity),
        Activation::OnRequest => format!("{} (off)", rule.severity),
    }
}
