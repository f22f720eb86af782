//! `schema`.

use std::io;

use super::args::SchemaOf;
use super::settings::{self, SettingsDocument};
use super::{Failure, OK, Streams, written};
use crate::report::schema;

pub(super) fn run(of: SchemaOf, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    let schema = match of {
        SchemaOf::Config => settings::schema(),
        SchemaOf::Report => schema::report().to_value(),
        SchemaOf::List => schema::list().to_value(),
        SchemaOf::TlsCheck => schema::tls_check().to_value(),
        SchemaOf::Explain => schema::explain().to_value(),
        SchemaOf::Diff => schema::diff().to_value(),
        SchemaOf::WhatIf => schema::what_if().to_value(),
        SchemaOf::Audit => schema::audit().to_value(),
        SchemaOf::Graph => schema::graph().to_value(),
        SchemaOf::Migrate => schema::migrate().to_value(),
        SchemaOf::Rules => schema::rules().to_value(),
        SchemaOf::ConfigShow => {
            schema::of::<SettingsDocument<'static>>("What `peerauth config show -o json` writes").to_value()
        }
        SchemaOf::Baseline => schema::baseline().to_value(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(io::Error::from)?;
    written(writeln!(streams.stdout, "{text}"))?;
    Ok(OK)
}
