//! `completions`.

use std::fmt::Write as _;

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

use super::args::Args;
use super::{Failure, OK, Streams, written};

pub(super) fn run(shell: Shell, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    let mut program = Args::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, "peerauth", &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = match shell {
        Shell::Elvish => with_values(&script, &program),
        _ => script.into_owned(),
    };
    written(streams.stdout.write_all(script.as_bytes()))?;
    Ok(OK)
}

/// What `clap_complete` ends a script for elvish with: it completes options, and no values.
const ELVISH_END: &str = "    $completions[$command]\n}\n";

/// Has a script for elvish complete values too: those of the word before the unfinished one.
fn with_values(script: &str, program: &Command) -> String {
    let Some(head) = script.strip_suffix(ELVISH_END) else {
        return script.to_owned();
    };
    let mut values = String::new();
    for command in program.get_subcommands() {
        for arg in command.get_arguments() {
            write_values(command, arg, &mut values);
        }
    }
    format!(
        "{head}    var values = [\n{values}    ]\n    var before = ''\n    if (> (count $words) 2) {{\n        \
         set before = $words[1]';'$words[-2]\n    }}\n    if (has-key $values $before) {{\n        \
         $values[$before]\n    }} else {{\n        $completions[$command]\n    }}\n}}\n"
    )
}

/// Adds the values of an option behind each of its names, and those of an operand behind the command.
fn write_values(command: &Command, arg: &Arg, out: &mut String) {
    let values = arg.get_possible_values();
    if values.is_empty() || !arg.get_action().takes_values() {
        return;
    }
    let name = command.get_name();
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    let operand = arg.is_positional().then(|| name.to_owned());
    for before in long.into_iter().chain(short).chain(operand) {
        // Writing to a string does not fail.
        let _ = writeln!(out, "        &'{name};{before}'= {{");
        for value in &values {
            write_value(value, out);
        }
        let _ = writeln!(out, "        }}");
    }
}

fn write_value(value: &PossibleValue, out: &mut String) {
    let help = value.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.replace('\'', "''").replace('\n', " ");
    let _ = writeln!(out, "            cand {} '{help}'", value.get_name());
}
