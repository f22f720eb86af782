//! What a schema asks for, in words, and how a scalar is written that meets it.

use super::shape::{Format, Shape};
use crate::yaml::{Node, Value};

pub(super) fn range(least: i64, most: i64) -> String {
    match (least, most) {
        (0, most) if most >= i64::from(u32::MAX) => "an integer that is not negative".to_owned(),
        _ => format!("an integer from {least} to {most}"),
    }
}

pub(super) fn describe(shape: &Shape) -> String {
    match shape {
        Shape::Text(text) if text.format == Format::Duration => "a duration such as `10s`".to_owned(),
        Shape::Text(_) => "a string".to_owned(),
        Shape::Word(words) => alternatives(words),
        Shape::Integer(least, most) => range(*least, *most),
        Shape::Number(..) => "a number".to_owned(),
        Shape::Boolean => "`true` or `false`".to_owned(),
        Shape::Labels(_) => "a mapping of labels".to_owned(),
        Shape::Map(_) | Shape::Object(_) | Shape::Any => "a mapping".to_owned(),
        Shape::List(_) => "a sequence".to_owned(),
    }
}

pub(super) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The same scalar written as what the schema asks for: with quotes, without them, with a unit, or as the
/// only item of a sequence.
pub(super) fn converted(node: Node<'_>, shape: &Shape) -> Option<(&'static str, String)> {
    let written = node.source_text()?;
    match (shape, node.value()) {
        (Shape::Text(text), Value::Int(1..)) if text.format == Format::Duration => {
            Some(("Add the unit, seconds", format!("\"{written}s\"")))
        }
        (Shape::Text(text), Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_))
            if text.format == Format::Any =>
        {
            Some(("Put the value in quotes", format!("\"{written}\"")))
        }
        (Shape::Integer(least, most), Value::Str(text)) => {
            let number: i64 = text.parse().ok()?;
            let is_plain = number.to_string() == text && (least..=most).contains(&&number);
            is_plain.then(|| ("Write the number without quotes", text.to_owned()))
        }
        (Shape::Boolean, Value::Str(text @ ("true" | "false"))) => {
            Some(("Write the value without quotes", text.to_owned()))
        }
        (Shape::List(list), Value::Str(text)) if matches!(list.items, Shape::Text(_)) => {
            let quoted = format!("[\"{}\"]", text.replace('\\', "\\\\").replace('"', "\\\""));
            let is_short = !text.contains(['\n', '\r']) && !text.is_empty();
            is_short.then_some(("Make it a sequence of one item", quoted))
        }
        _ => None,
    }
}
