//! The section `mesh`: settings by Istio's own names, nested as Istio nests them.
//!
//! Which names there are is known where the settings are; here they are only flattened to `a.b.c`.

use super::Mistake;
use crate::model::config_map::DiscoverySelector;
use crate::source::Span;
use crate::yaml::{self, Node, Value};

/// A setting of the mesh.
#[derive(Debug)]
pub struct MeshEntry {
    /// Its name, with dots.
    pub name: String,
    /// The key.
    pub key: Span,
    /// The value's place.
    pub span: Span,
    /// The value.
    pub value: MeshValue,
}

/// The value of a setting.
#[derive(Debug)]
pub enum MeshValue {
    /// A scalar as it is written; of a sequence the items with commas between them, as on a command line.
    Text(String),
    /// Selectors of namespaces.
    Selectors(Vec<DiscoverySelector>),
}

/// The one setting whose value is more than words.
const SELECTORS: &str = "discoverySelectors";

/// The settings of a section, and what is wrong with it.
pub(super) fn read_mesh(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Vec<MeshEntry> {
    let mut entries = Vec::new();
    if node.value() == Value::Map {
        flatten("", node, &mut entries, mistakes);
    } else {
        let message = format!("expected a mapping, found {}", node.value().describe());
        mistakes.push(Mistake::new(node.span(), message));
    }
    entries
}

fn flatten(prefix: &str, node: Node<'_>, entries: &mut Vec<MeshEntry>, mistakes: &mut Vec<Mistake>) {
    for entry in node.entries() {
        let name = format!("{prefix}{}", entry.key);
        let node = entry.value;
        let value = match node.value() {
            Value::Null => continue,
            Value::Map => {
                flatten(&format!("{name}."), node, entries, mistakes);
                continue;
            }
            Value::Seq if name == SELECTORS => selectors(node),
            Value::Seq => words(node),
            _ => Ok(MeshValue::Text(node.source_text().unwrap_or_default().to_owned())),
        };
        match value {
            Ok(value) => entries.push(MeshEntry {
                name,
                key: entry.key_span,
                span: node.span(),
                value,
            }),
            Err(mistake) => mistakes.push(mistake),
        }
    }
}

fn selectors(node: Node<'_>) -> Result<MeshValue, Mistake> {
    if node.items().next().is_none() {
        return Err(nothing_said(node));
    }
    for selector in node.items() {
        check_keys(selector, &["matchExpressions", "matchLabels"])?;
        let expressions = selector.get("matchExpressions").into_iter();
        for expression in expressions.flat_map(|entry| entry.value.items()) {
            check_expression(expression)?;
        }
    }
    Ok(MeshValue::Selectors(yaml::from_node(node)?))
}

fn check_keys(node: Node<'_>, known: &[&str]) -> Result<(), Mistake> {
    let Some(entry) = node.entries().find(|entry| !known.contains(&entry.key)) else {
        return Ok(());
    };
    let message = format!("no key is called `{}` here", entry.key);
    Err(Mistake::new(entry.key_span, message).suggest(entry.key, known.iter().copied()))
}

/// The operators of label selectors.
pub const OPERATORS: [&str; 4] = ["DoesNotExist", "Exists", "In", "NotIn"];

/// Refuses what Kubernetes refuses too (`ValidateLabelSelectorRequirement`): it would select nothing.
fn check_expression(node: Node<'_>) -> Result<(), Mistake> {
    check_keys(node, &["key", "operator", "values"])?;
    // One that is missing or no text is told when the whole is read.
    let operator = node.get("operator").map(|entry| entry.value);
    let Some((at, operator)) = operator.and_then(|node| Some((node.span(), node.as_str()?))) else {
        return Ok(());
    };
    if !OPERATORS.contains(&operator) {
        let mistake = Mistake::new(at, format!("no operator is called `{operator}`"));
        return Err(mistake.suggest(operator, OPERATORS.into_iter()));
    }
    let has_values = node
        .get("values")
        .is_some_and(|entry| entry.value.items().next().is_some());
    match (operator, has_values) {
        ("In" | "NotIn", false) => Err(Mistake::new(at, format!("`{operator}` needs `values`"))),
        ("Exists" | "DoesNotExist", true) => Err(Mistake::new(at, format!("`{operator}` takes no `values`"))),
        _ => Ok(()),
    }
}

fn words(node: Node<'_>) -> Result<MeshValue, Mistake> {
    let words: Vec<&str> = yaml::from_node(node)?;
    if words.is_empty() {
        return Err(nothing_said(node));
    }
    if let Some(word) = words.iter().find(|word| word.contains(',')) {
        let message = format!("`{word}` has a comma in it, which no name has");
        return Err(Mistake::new(node.span(), message));
    }
    Ok(MeshValue::Text(words.join(",")))
}

fn nothing_said(node: Node<'_>) -> Mistake {
    Mistake::new(node.span(), "the sequence is empty and says nothing")
}
