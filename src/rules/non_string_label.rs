//! `non-string-label`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Edit, Finding};
use crate::model::Meta;
use crate::model::string_maps::{self, Role};
use crate::yaml::StringEntry;

declare_rule! {
    /// ## What it does
    /// Finds labels, annotations and selectors whose value YAML makes a boolean or a number.
    ///
    /// ## Why is this bad?
    /// The API server takes only strings there and refuses the whole object. In YAML as kubectl reads it,
    /// `yes`, `no`, `on` and `off` are booleans, and a version such as `1.10` is a number.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: payment
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: payment
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: payment
    ///         version: 1.10
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: payment
    ///   namespace: production
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: payment
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: payment
    ///         version: "1.10"
    /// ```
    pub struct NonStringLabel {
        id: "non-string-label",
        family: Object,
        severity: Error,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for NonStringLabel {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        string_maps::visit(facts.given.objects, &mut |meta, role, map| {
            findings.extend(map.non_strings().map(|entry| self.report(meta, role, entry)));
        });
    }
}

impl NonStringLabel {
    fn report(self, meta: &Meta, role: Role, entry: StringEntry<'_>) -> Finding {
        let StringEntry { key, value, .. } = entry;
        let object = meta.object_name();
        let message = format!(
            "the API server refuses {object}: the {role} `{key}` is {}, not a string",
            kind(value)
        );
        let quoted = format!("\"{value}\"");
        self.finding(entry.value_span, message)
            .on(object)
            .label(kind(value))
            .help(format!("write `{key}: {quoted}`"))
            .detail(format!("{role} {key}"))
            .fix(
                "put the value in quotes",
                vec![Edit {
                    span: entry.value_span,
                    text: quoted,
                }],
            )
    }
}

/// What YAML makes of a plain scalar that is no string: only booleans start with a letter.
fn kind(value: &str) -> &'static str {
    if value.starts_with(|first: char| first.is_ascii_alphabetic()) {
        "a boolean"
    } else {
        "a number"
    }
}
