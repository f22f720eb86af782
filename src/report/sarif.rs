//! SARIF 2.1.0, for GitHub code scanning and every other reader of the standard.
//!
//! Places are those of the repository, one line each: a code host marks the line and not the block. What is
//! shown to people is made safe; the texts of fixes are exact.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::advice::advice;
use super::line_hash::line_hashes;
use super::texts::{Range, Ranges, Text};
use super::{Input, Verdict, documentation_url, machine, sanitize};
use crate::finding::{Edit, Finding, Fix, Label, Severity};
use crate::hash::{HashMap, HashSet};
use crate::id::RuleId;
use crate::lint::{Means, Suppressed};
use crate::load::Unreadable;
use crate::mesh::settings::ISTIO_VERSION;
use crate::rules::{self, Activation, Effect, Metadata, RULES, Rule};
use crate::source::{FileId, Span};

/// The schema that the report follows.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative addresses are relative to.
const ROOT: &str = "%SRCROOT%";

/// Writes the report. It has no time of day and no path of the machine, so that the same input gives the same
/// bytes everywhere.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: SCHEMA,
        runs: [Run::of(input)],
        version: "2.1.0",
    };
    machine::write_pretty(out, &log)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run<'a>; 1],
    version: &'static str,
}

/// The standard has no null: what there is not is left out.
fn without_nulls(mut value: Value) -> Value {
    drop_nulls(&mut value);
    value
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// What results are made of.
struct Run<'a> {
    input: &'a Input<'a>,
    ranges: Ranges<'a>,
    /// The hashes of the lines in which something was found, by the place that was found.
    hashes: HashMap<Span, String>,
}

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut run = serializer.serialize_map(None)?;
        run.serialize_entry("columnKind", "unicodeCodePoints")?;
        run.serialize_entry("invocations", &[without_nulls(self.invocation())])?;
        run.serialize_entry(
            "originalUriBaseIds",
            &json!({ROOT: {"description": {
                "text": "The root of the repository; outside of one, the working directory.",
            }}}),
        )?;
        run.serialize_entry("results", &Results(self))?;
        run.serialize_entry("tool", &without_nulls(json!({"driver": driver()})))?;
        run.end()
    }
}

/// The results, made when they are written.
struct Results<'r, 'a>(&'r Run<'a>);

/// How deep in the document results stand.
const DEPTH: usize = 4;

impl Serialize for Results<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Results(run) = self;
        let mut results = serializer.serialize_seq(None)?;
        let result = |finding: &Finding| without_nulls(run.result(finding));
        machine::write_rows(&mut results, DEPTH, run.input.findings, result)?;
        let result = |suppressed: &Suppressed| without_nulls(run.suppressed_result(suppressed));
        machine::write_rows(&mut results, DEPTH, run.input.suppressed, result)?;
        results.end()
    }
}

impl<'a> Run<'a> {
    fn of(input: &'a Input<'a>) -> Run<'a> {
        let primary: HashSet<Span> = input.all_findings().map(|finding| finding.primary.span).collect();
        let (ranges, hashes) = Ranges::read_and(input.hosted_paths(), input.all_places(), |text, places| {
            let places = places.iter().copied().filter(|place| primary.contains(place));
            hashes_at(places.collect(), text)
        });
        Run {
            input,
            ranges,
            hashes: hashes.into_iter().flatten().collect(),
        }
    }

    fn invocation(&self) -> Value {
        let input = self.input;
        let notifications = input
            .unreadable
            .iter()
            .map(|unreadable| self.notification(unreadable));
        json!({
            "executionSuccessful": input.unreadable.is_empty(),
            "exitCode": match input.verdict() {
                Verdict::Passed => 0,
                Verdict::Failed => 1,
                Verdict::Broken => 2,
            },
            "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
        })
    }

    fn notification(&self, unreadable: &Unreadable) -> Value {
        let path = self.ranges.named(&unreadable.path);
        json!({
            "level": "error",
            "message": {"text": inert(&format!("cannot read {path}: {}", unreadable.reason))},
            "locations": [{"physicalLocation": {"artifactLocation": artifact(&path)}}],
        })
    }

    fn result(&self, finding: &Finding) -> Value {
        let related = finding.related.iter().enumerate();
        json!({
            "ruleId": finding.rule.0,
            "ruleIndex": RULES.iter().position(|rule| rule.id() == finding.rule),
            "level": level(finding.severity),
            "message": {"text": message(finding)},
            "locations": [self.primary_location(finding)],
            "relatedLocations": related
                .map(|(index, label)| self.labelled(label, Some(index + 1)))
                .collect::<Vec<_>>(),
            "codeFlows": self.code_flow(finding).map(|flow| json!([flow])),
            "partialFingerprints": {
                "peerauth/v1": finding.fingerprint().to_string(),
                "primaryLocationLineHash": self.hashes.get(&finding.primary.span),
            },
            "fixes": finding.fix.as_ref().and_then(|fix| self.fix(fix)).map(|fix| json!([fix])),
            "properties": properties(finding),
        })
    }

    /// A result that somebody decided to live with, and where that is written.
    fn suppressed_result(&self, suppressed: &Suppressed) -> Value {
        let mut result = self.result(&suppressed.finding);
        let reason = (!suppressed.reason.is_empty()).then(|| sanitize::line(&suppressed.reason));
        result["suppressions"] = json!([{
            "kind": match suppressed.by {
                Means::Comment | Means::Annotation => "inSource",
                Means::Config | Means::Baseline => "external",
            },
            "status": "accepted",
            "justification": reason,
            "location": suppressed.place.map(|place| self.location(place)),
            "properties": {"means": suppressed.by.as_str()},
        }]);
        result
    }

    fn primary_location(&self, finding: &Finding) -> Value {
        let mut location = self.labelled(&finding.primary, None);
        if let Some(object) = &finding.object {
            location["logicalLocations"] = json!([{
                "name": sanitize::line(&object.name),
                "fullyQualifiedName": sanitize::line(&object.to_string()),
                "kind": "object",
            }]);
        }
        location
    }

    fn labelled(&self, label: &Label, id: Option<usize>) -> Value {
        let mut location = self.location(label.span);
        location["id"] = json!(id);
        if !label.text.is_empty() {
            location["message"] = json!({"text": inert(&label.text)});
        }
        location
    }

    fn location(&self, span: Span) -> Value {
        json!({"physicalLocation": {
            "artifactLocation": artifact(&self.ranges.path(span.file)),
            "region": self.ranges.one_line(span).map(region),
        }})
    }

    /// The derivation of what was computed, step by step. A finding about an object by itself has none.
    fn code_flow(&self, finding: &Finding) -> Option<Value> {
        let steps = finding.course.iter().enumerate().map(
            |(index, label)| json!({"location": self.labelled(label, None), "executionOrder": index + 1}),
        );
        let flow = json!({"threadFlows": [{"locations": steps.collect::<Vec<_>>()}]});
        (!finding.course.is_empty()).then_some(flow)
    }

    /// A fix, if the texts that it edits can still be had.
    fn fix(&self, fix: &Fix) -> Option<Value> {
        let mut changes: Vec<(FileId, Vec<Value>)> = Vec::new();
        for edit in &fix.edits {
            let replacement = self.replacement(edit)?;
            match changes.iter_mut().find(|(file, _)| *file == edit.span.file) {
                Some((_, replacements)) => replacements.push(replacement),
                None => changes.push((edit.span.file, vec![replacement])),
            }
        }
        let changes = changes.into_iter().map(|(file, replacements)| {
            json!({
                "artifactLocation": artifact(&self.ranges.path(file)),
                "replacements": replacements,
            })
        });
        Some(json!({
            "description": {"text": inert(&fix.title)},
            "artifactChanges": changes.collect::<Vec<_>>(),
        }))
    }

    fn replacement(&self, edit: &Edit) -> Option<Value> {
        Some(json!({
            "deletedRegion": region(self.ranges.range(edit.span)?),
            "insertedContent": (!edit.text.is_empty()).then(|| json!({"text": edit.text})),
        }))
    }
}

/// The hashes of the lines in which places begin, which are given in order.
fn hashes_at(places: Vec<Span>, text: &Text<'_>) -> Vec<(Span, String)> {
    let line = |place: &Span| text.line_of(place.start as usize);
    let lines: Vec<usize> = places.iter().map(line).collect();
    let hashes = line_hashes(&text.content, &lines).into_iter();
    let hashes = hashes.map(|hash| hash.to_string());
    places.into_iter().zip(hashes).collect()
}

fn region(range: Range) -> Value {
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
    })
}

/// A file: relative to the root if it lies there.
fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        return json!({"uri": format!("file://{}", percent_encoded(path))});
    }
    json!({"uri": percent_encoded(path), "uriBaseId": ROOT})
}

/// A path as the path of an address (RFC 3986): a colon could be taken for the end of a scheme.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    encoded
}

/// What is found and what to do about it.
fn message(finding: &Finding) -> String {
    let lines = std::iter::once(sanitize::line(&finding.message).into_owned()).chain(advice(finding));
    inert(&lines.collect::<Vec<_>>().join("\n")).into_owned()
}

/// Text in which nothing is a link: readers take `[text](1)` in a message for one.
fn inert(text: &str) -> Cow<'_, str> {
    let text = sanitize::block(text);
    if text.contains("](") {
        return text.replace("](", "] (").into();
    }
    text
}

/// What no standard field holds.
fn properties(finding: &Finding) -> Value {
    let assumptions = finding.assumptions.iter();
    let assumptions: Vec<&str> = assumptions.map(|(assumption, _)| assumption.as_str()).collect();
    let context = finding.contexts.join(", ");
    json!({
        "assumptions": assumptions,
        "context": (!context.is_empty()).then(|| sanitize::line(&context)),
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn driver() -> Value {
    let repository = env!("CARGO_PKG_REPOSITORY");
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": (!repository.is_empty()).then_some(repository),
        "rules": RULES.iter().map(|rule| descriptor(*rule)).collect::<Vec<_>>(),
        "properties": {"istio": ISTIO_VERSION},
    })
}

/// A rule as code hosts show it.
fn descriptor(rule: &dyn Rule) -> Value {
    let rule = rule.metadata();
    let documentation = rule.documentation();
    json!({
        "id": rule.id.0,
        "name": pascal_case(rule.id),
        "shortDescription": {"text": rule.summary()},
        "fullDescription": {"text": rule.description()},
        "help": {"text": documentation, "markdown": documentation},
        "helpUri": documentation_url(rule.id),
        "defaultConfiguration": {
            "enabled": rule.activation == Activation::Always,
            "level": level(rule.severity),
        },
        "properties": rule_properties(rule),
    })
}

fn rule_properties(rule: &Metadata) -> Map<String, Value> {
    let effect = match rule.effect {
        Effect::Exposure => Some("exposure"),
        Effect::Refusal => Some("availability"),
        Effect::Other => None,
    };
    let tags = ["security", "istio", "mtls"].into_iter().chain(effect);
    // What stands in a text is so; what follows from many rests on what is given.
    let precision = match rule.input {
        rules::Input::Manifests => "very-high",
        rules::Input::Mesh => "high",
    };
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    };
    Map::from_iter([
        ("tags".to_owned(), tags.collect()),
        ("precision".to_owned(), precision.into()),
        ("problem.severity".to_owned(), severity.into()),
        (
            "security-severity".to_owned(),
            format!("{:.1}", rule.security_severity()).into(),
        ),
    ])
}

/// `plaintext-to-strict` as `PlaintextToStrict`.
fn pascal_case(id: RuleId) -> String {
    let words = id.0.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_no_character_of_meaning() {
        assert_eq!(percent_encoded("a b/ü:%#?.yaml"), "a%20b/%C3%BC%3A%25%23%3F.yaml");
        assert_eq!(artifact("/etc/a b"), json!({"uri": "file:///etc/a%20b"}));
    }

    #[test]
    fn text_holds_no_link() {
        assert_eq!(
            inert("see [this](https://example.org)"),
            "see [this] (https://example.org)"
        );
        assert_eq!(inert("\u{202e}a"), "\u{fffd}a");
    }
}
