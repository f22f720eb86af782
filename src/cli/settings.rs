//! `config show`, and the schema of the config: what is in force, and what may be written.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{LineStyle, Table};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::args::{ConfigShowArgs, Format, Global};
use super::session::Session;
use super::{Env, Failure, OK, Streams, notes, written};
use crate::config::{Config, OPERATORS};
use crate::mesh::keys::{ISTIOD_VARIABLES, KEYS, Key, Shape};
use crate::report::document::{SCHEMA_VERSION, origin};
use crate::report::place::Places;
use crate::report::{machine, sanitize};
use crate::rules::RULES;
use crate::source::Span;

pub(super) fn run(
    args: &ConfigShowArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let mut args_source = args.source.clone();
    // Settings can be shown before there is anything to apply them to.
    args_source.allow_empty = true;
    let session = Session::open(&args.paths, &args_source, global, streams, env)?;
    let places = session.places(env);
    notes::unreadable(streams.stderr, &session.loaded)?;
    let rows = rows(&session, &places, args);
    let out = &mut *streams.stdout;
    written(match args.output {
        Format::Text => text(out, &rows),
        Format::Json => machine::write(out, &document(&rows)),
        Format::Yaml => machine::write_yaml(out, &document(&rows)),
    })?;
    Ok(OK)
}

/// A setting, its value, and where that comes from.
struct Row {
    name: String,
    value: Value,
    from: String,
}

/// Everything that decides on a run, the mesh first.
fn rows(session: &Session, places: &Places<'_>, args: &ConfigShowArgs) -> Vec<Row> {
    let mut rows = Vec::new();
    for mesh in session.meshes() {
        let context = mesh
            .context
            .map(|name| format!("contexts.{name}."))
            .unwrap_or_default();
        rows.extend(mesh.settings.shown().map(|(name, value, from)| Row {
            name: format!("{context}mesh.{name}"),
            value,
            from: origin(from, places),
        }));
    }
    rows.extend(of_config(&session.setup.understood.config, places));
    let flags = &args.source.exclude;
    if !flags.is_empty() {
        rows.push(Row {
            name: "paths.exclude".into(),
            value: json!(flags),
            from: "flag".into(),
        });
    }
    rows
}

fn of_config(config: &Config, places: &Places<'_>) -> Vec<Row> {
    let row = |name: String, value: Value, span: Option<Span>| Row {
        name,
        value,
        from: span.map_or_else(|| "default".to_owned(), |span| places.of(span).to_string()),
    };
    let mut rows = vec![row(
        "baseline".into(),
        json!(config.baseline.as_deref()),
        config.baseline.as_ref().map(|named| named.span),
    )];
    for context in &config.contexts {
        let paths: Vec<&str> = context.paths.iter().map(|path| &*path.value).collect();
        rows.push(row(
            format!("contexts.{}", *context.name),
            json!(paths),
            Some(context.name.span),
        ));
    }
    for (index, expectation) in config.expect.iter().enumerate() {
        let mode = expectation.mode.value.mode();
        let namespaces: Vec<&str> = expectation.namespaces.iter().map(|glob| glob.as_str()).collect();
        let value =
            json!({"mode": mode.as_str(), "namespaces": namespaces, "exceptions": expectation.except.len()});
        rows.push(row(format!("expect.{index}"), value, Some(expectation.mode.span)));
    }
    for (index, ignore) in config.ignore.iter().enumerate() {
        let value = json!({"rule": &*ignore.rule.value, "expires": ignore.expires.as_ref().map(|day| day.to_string())});
        rows.push(row(format!("ignore.{index}"), value, Some(ignore.rule.span)));
    }
    for (name, globs) in [
        ("include", &config.paths.include),
        ("exclude", &config.paths.exclude),
    ] {
        let words: Vec<&str> = globs.iter().map(|glob| glob.as_str()).collect();
        rows.push(row(
            format!("paths.{name}"),
            json!(words),
            globs.first().map(|glob| glob.span),
        ));
    }
    let demands = config.require_reasons.as_ref();
    rows.push(row(
        "require-reasons".into(),
        json!(config.demands_reasons()),
        demands.map(|demands| demands.span),
    ));
    for level in &config.rules {
        let value = json!(level.level.to_string());
        rows.push(row(
            format!("rules.{}", *level.rule),
            value,
            Some(level.rule.span),
        ));
    }
    rows
}

fn text(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(NOTHING.row_separator(LineStyle::none()))
        .set_header(["SETTING", "VALUE", "FROM"]);
    for row in rows {
        let value = match &row.value {
            Value::String(text) => text.clone(),
            Value::Null => "-".to_owned(),
            value => value.to_string(),
        };
        let cells = [&row.name, &value, &row.from].map(|cell| sanitize::line(cell).into_owned());
        table.add_row(cells);
    }
    for line in table.to_string().lines() {
        writeln!(out, "{}", line.trim())?;
    }
    Ok(())
}

/// The settings as machines read them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SettingsDocument<'a> {
    /// The version of its shape.
    schema_version: &'static str,
    /// The settings by their names.
    settings: BTreeMap<&'a str, SettingView<'a>>,
}

/// A setting in force.
#[derive(Debug, Serialize, JsonSchema)]
struct SettingView<'a> {
    /// `default`, `flag`, or the place that says so.
    from: &'a str,
    /// Its value, as the config would have it.
    value: &'a Value,
}

fn document(rows: &[Row]) -> SettingsDocument<'_> {
    let settings = rows.iter().map(|row| {
        let (value, from) = (&row.value, &*row.from);
        (&*row.name, SettingView { from, value })
    });
    SettingsDocument {
        schema_version: SCHEMA_VERSION,
        settings: settings.collect(),
    }
}

/// The JSON Schema of the config as the types have it, with the names of settings and rules, which only higher layers know.
pub(super) fn schema() -> Value {
    let mut schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap_or_default();
    let properties = &mut schema["properties"];
    let description = properties["mesh"]["description"].take();
    properties["mesh"] = mesh_schema();
    properties["mesh"]["description"] = description;
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id().0).collect();
    properties["rules"]["propertyNames"] = json!({"enum": ids});
    schema["$defs"]["Ignore"]["properties"]["rule"]["enum"] = json!(ids);
    schema
}

/// Settings by their dotted names, nested.
fn mesh_schema() -> Value {
    let mut root = object();
    for key in KEYS {
        let mut parts: Vec<&str> = key.name.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut parent = &mut root;
        for part in parts {
            let nested = &mut parent["properties"][part];
            if nested.is_null() {
                *nested = object();
            }
            parent = nested;
        }
        parent["properties"][last] = value_schema(key);
    }
    let unlisted = root["properties"]["injection"]["properties"]["unlistedNamespaces"].clone();
    root["properties"]["injection"]["properties"]["namespaces"] =
        json!({"type": "object", "additionalProperties": unlisted});
    let path = json!({"type": "string", "pattern": "^[^,]+$"});
    root["properties"]["values"] = json!({"anyOf": [path, {"type": "array", "items": path, "minItems": 1}]});
    root["properties"]["istiod"] = object();
    for variable in ISTIOD_VARIABLES {
        root["properties"]["istiod"]["properties"][variable] =
            json!({"enum": [true, false, "true", "false", "auto"]});
    }
    root
}

fn object() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {}})
}

fn value_schema(key: &Key) -> Value {
    match key.values.shape {
        Shape::Flag => json!({"enum": [true, false, "true", "false"]}),
        Shape::Text => json!({"type": "string", "minLength": 1}),
        Shape::Choice(words) if key.name == "outboundTrafficPolicy" => {
            let mode = json!({"enum": words});
            json!({"anyOf": [mode, {"type": "object", "additionalProperties": false, "properties": {"mode": mode}}]})
        }
        Shape::Choice(words) => json!({"enum": words}),
        Shape::Port => json!({"type": "integer", "minimum": 1, "maximum": 65535}),
        Shape::Words => {
            let word = json!({"type": "string", "pattern": "^[^,]+$"});
            json!({"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": word, "minItems": 1}]})
        }
        Shape::Selectors => {
            json!({"anyOf": [{"type": "string", "pattern": "="}, {"type": "array", "items": selector_schema(), "minItems": 1}]})
        }
    }
}

fn selector_schema() -> Value {
    let strings = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}},
            "matchExpressions": {"type": "array", "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["key", "operator"],
                "properties": {"key": {"type": "string"}, "operator": {"enum": OPERATORS}, "values": strings},
            }},
        },
    })
}
