//! The JSON Schemas of what is written as JSON, derived from the very types that are written.
//!
//! They are open: within a version fields are added, and a word may become one of more.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::audit::json::AuditDocument;
use super::diff::json::DiffDocument;
use super::document::Document;
use super::explain::AnyRow;
use super::graph::json::GraphDocument;
use super::json::Report;
use super::migrate::view::MigrationView;
use super::row::Row;
use super::rules::RulesDocument;
use super::tls_check::Connection;
use crate::config::WrittenBaseline;

/// That of `check`.
pub fn report() -> Schema {
    of::<Report<'static>>("What `peerauth check -o json` writes")
}

/// That of `list`.
pub fn list() -> Schema {
    of::<Document<'static, Vec<Row<'static>>>>("What `peerauth list -o json` writes")
}

/// That of `tls-check`.
pub fn tls_check() -> Schema {
    of::<Document<'static, Vec<Connection<'static>>>>("What `peerauth tls-check -o json` writes")
}

/// That of `explain`.
pub fn explain() -> Schema {
    of::<Document<'static, Vec<AnyRow<'static, 'static>>>>("What `peerauth explain -o json` writes")
}

/// That of `diff`.
pub fn diff() -> Schema {
    of::<DiffDocument<'static>>("What `peerauth diff -o json` writes")
}

/// That of `what-if`.
pub fn what_if() -> Schema {
    of::<DiffDocument<'static>>("What `peerauth what-if -o json` writes")
}

/// That of `audit`.
pub fn audit() -> Schema {
    of::<AuditDocument<'static>>("What `peerauth audit -o json` writes")
}

/// That of `graph`.
pub fn graph() -> Schema {
    of::<GraphDocument<'static>>("What `peerauth graph -o json` writes")
}

/// That of `migrate`.
pub fn migrate() -> Schema {
    of::<MigrationView<'static>>("What `peerauth migrate -o json` writes")
}

/// That of `rules`.
pub fn rules() -> Schema {
    of::<RulesDocument>("What `peerauth rules -o json` writes")
}

/// That of a baseline. What it does not know is a mistake, as in the config.
pub fn baseline() -> Schema {
    let mut schema = of::<WrittenBaseline>("A baseline: what `peerauth check --write-baseline` writes");
    schema.remove("description");
    schema
}

/// The schema of what serialization gives, which is more certain than what it would take back.
pub fn of<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.insert(
        "description".to_owned(),
        "Fields may be added and words may become more; whoever reads it passes over what is new.".into(),
    );
    schema
}
