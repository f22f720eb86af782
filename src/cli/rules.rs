//! `rules`.

use super::args::{Format, RulesArgs};
use super::{Env, Failure, OK, Streams, written};
use crate::error::Error;
use crate::report::machine;
use crate::report::rules::{RulesDocument, write_list, write_rule};
use crate::rules;

pub(super) fn run(args: &RulesArgs, streams: &mut Streams<'_>, env: &Env) -> Result<u8, Failure> {
    let find = |id: &String| rules::find(id).map_err(|unknown| Error::Usage(unknown.to_string()));
    let asked = args.id.as_ref().map(find).transpose()?;
    let out = &mut *streams.stdout;
    written(match (args.output, asked) {
        (Format::Json, asked) => machine::write(out, &RulesDocument::new(asked)),
        (Format::Yaml, asked) => machine::write_yaml(out, &RulesDocument::new(asked)),
        (Format::Text, Some(rule)) => write_rule(rule, out),
        (Format::Text, None) => write_list(u16::try_from(env.width).unwrap_or(u16::MAX), out),
    })?;
    Ok(OK)
}
