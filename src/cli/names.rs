//! Names that a shell completes, while whoever reads the argument tells which names there are.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, CommandFactory};

use super::args::Args;
use crate::rules::RULES;

/// Takes any text and offers those that mean something.
#[derive(Clone)]
pub(super) struct Names(fn() -> Vec<PossibleValue>);

impl Names {
    /// The ids of the rules, with what each finds.
    pub(super) const RULES: Names = Names(rules);
    /// The commands that have no command above them.
    pub(super) const COMMANDS: Names = Names(commands);
}

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter()))
    }
}

fn rules() -> Vec<PossibleValue> {
    let named = RULES.iter().map(|rule| {
        // Shells run what stands between backticks unless it is quoted just so.
        let summary = rule.metadata().summary().replace('`', "");
        PossibleValue::new(rule.id().0).help(summary)
    });
    named.collect()
}

fn commands() -> Vec<PossibleValue> {
    let program = Args::command();
    let names = program.get_subcommands().map(Command::get_name);
    names.map(|name| PossibleValue::new(name.to_owned())).collect()
}
