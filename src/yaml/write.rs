//! YAML that kubectl reads back as what it was. Writers of YAML 1.2 leave `yes`, `on` or `1_000` plain, which are no
//! strings to YAML 1.1.

use granit_parser::ScalarStyle;
use serde::Serialize;
use serde_yaml::{Error, Mapping, Value};

use super::scalar::{self, Scalar};

/// Writes an object in block style, its fields in their order.
///
/// # Errors
/// Where the value cannot be written as YAML at all.
pub fn write(object: &impl Serialize) -> Result<String, Error> {
    let mut text = String::new();
    match serde_yaml::to_value(object)? {
        Value::Mapping(entries) if !entries.is_empty() => write_entries(&entries, 0, &mut text)?,
        other => text = inline(&other)? + "\n",
    }
    Ok(text)
}

fn write_entries(entries: &Mapping, indent: usize, text: &mut String) -> Result<(), Error> {
    for (index, (key, value)) in entries.iter().enumerate() {
        // The first entry of an item stands behind the dash.
        if index > 0 || !text.ends_with("- ") {
            *text += &" ".repeat(indent);
        }
        *text += &inline(key)?;
        text.push(':');
        match value {
            Value::Mapping(inner) if !inner.is_empty() => {
                text.push('\n');
                write_entries(inner, indent + 2, text)?;
            }
            Value::Sequence(items) if !items.is_empty() => {
                text.push('\n');
                write_items(items, indent, text)?;
            }
            other => {
                text.push(' ');
                write_line(other, text)?;
            }
        }
    }
    Ok(())
}

fn write_items(items: &[Value], indent: usize, text: &mut String) -> Result<(), Error> {
    for item in items {
        *text += &" ".repeat(indent);
        *text += "- ";
        match item {
            Value::Mapping(inner) if !inner.is_empty() => write_entries(inner, indent + 2, text)?,
            other => write_line(other, text)?,
        }
    }
    Ok(())
}

fn write_line(value: &Value, text: &mut String) -> Result<(), Error> {
    *text += &inline(value)?;
    text.push('\n');
    Ok(())
}

/// A value in one line. JSON is YAML, whatever it holds.
fn inline(value: &Value) -> Result<String, Error> {
    match value {
        Value::String(text) => Ok(string(text)),
        Value::Number(number) => Ok(number.to_string()),
        other => serde_json::to_string(other).map_err(serde::ser::Error::custom),
    }
}

/// A string: plain where nobody reads it otherwise, else in quotes.
fn string(text: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let is_simple = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.bytes().all(is_word);
    let is_string = || {
        let resolved = scalar::resolve(text, ScalarStyle::Plain, None);
        resolved.is_ok_and(|(resolved, _)| resolved.value == Scalar::Str)
    };
    if is_simple && is_string() && !is_date(text) {
        text.to_owned()
    } else if text
        .chars()
        .any(|c| c.is_control() || c == '\u{feff}' || c == '\u{2028}' || c == '\u{2029}')
    {
        serde_json::Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Whether a text may be a date, which is a string to kubectl and none to other readers of YAML 1.1.
fn is_date(text: &str) -> bool {
    const YEAR: usize = 4;
    let (year, rest) = text.as_bytes().split_at(YEAR.min(text.len()));
    year.len() == YEAR && year.iter().all(u8::is_ascii_digit) && rest.first() == Some(&b'-')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::source::FileId;

    #[test]
    fn kubectl_reads_back_what_was_written() {
        let texts = [
            "yes",
            "on",
            "y",
            "N",
            "010",
            "2027-01-01",
            "1_000",
            "0x1F",
            "1e3",
            "",
            "null",
            "~",
            "2026-11-21",
            "12:30:45",
            "1.0",
            "a: b",
            "it's",
            "- a",
            "#x",
            "a #b",
            " a ",
            "two\nlines",
            "tab\there",
            "é",
            "{a}",
            "*a",
            "&a",
            "!a",
            "%a",
            "<<",
            "=",
            ".inf",
            "app.kubernetes.io/name",
            "+1",
            "0b1",
            "0o7",
            "true",
            "-",
            "?",
            "a:",
        ];
        let object: BTreeMap<&str, Vec<&str>> = texts.iter().map(|text| (*text, vec![*text])).collect();
        let written = write(&object).unwrap();
        let bytes = written.as_bytes();
        let document = crate::yaml::split(bytes).next().unwrap();
        let parsed = crate::yaml::parse(FileId(0), bytes, &document);
        let tree = parsed.tree.expect("it is YAML");
        let read: BTreeMap<String, Vec<String>> = crate::yaml::from_node(tree.root()).unwrap();
        for text in texts {
            assert_eq!(read[text], [text], "{written}");
        }
    }

    #[test]
    fn blocks_are_nested() {
        let value = serde_json::json!({"a": [{"b": 1, "c": {"d": true}}, 2], "e": {}, "f": []});
        assert_eq!(
            write(&value).unwrap(),
            "a:\n- b: 1\n  c:\n    d: true\n- 2\ne: {}\nf: []\n"
        );
    }
}
