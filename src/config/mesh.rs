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
    const KEYS: [&str; 2] = ["matchExpressions", "matchLabels"];
    if node.items().next().is_none() {
        return Err(nothing_said(node));
    }
    let keys = || node.items().flat_map(Node::entries);
    if let Some(entry) = keys().find(|entry| !KEYS.contains(&entry.key)) {
        let message = format!("no key is called `{}` here", entry.key);
        return Err(Mistake::new(entry.key_span, message).suggest(entry.key, KEYS.into_iter()));
    }
    Ok(MeshValue::Selectors(yaml::from_node(node)?))
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
