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
        Shell::Elvish => elvish_with_values(&script, &program),
        Shell::PowerShell => powershell_with_values(&script, &program),
        _ => script.into_owned(),
    };
    written(streams.stdout.write_all(script.as_bytes()))?;
    Ok(OK)
}

/// What `clap_complete` ends a script for elvish with: it completes options, and no values.
const ELVISH_END: &str = "    $completions[$command]\n}\n";

/// Completes the values of the word before the unfinished one, unless that looks like an option.
const ELVISH_LOOKUP: &str = "    ]
    var before = ''
    if (and (> (count $words) 2) (not (str:has-prefix $words[-1] '-'))) {
        set before = $words[1]';'$words[-2]
    }
    if (has-key $values $before) {
        $values[$before]
    } else {
        $completions[$command]
    }
}
";

/// Has a script for elvish complete values too.
fn elvish_with_values(script: &str, program: &Command) -> String {
    let Some(head) = script.strip_suffix(ELVISH_END) else {
        return script.to_owned();
    };
    let mut script = format!("{head}    var values = [\n");
    for (before, values) in offers(program) {
        // Writing to a string does not fail.
        let _ = writeln!(script, "        &'{before}'= {{");
        for value in &values {
            let _ = writeln!(script, "            cand {} '{}'", value.get_name(), help(value));
        }
        script += "        }\n";
    }
    script + ELVISH_LOOKUP
}

/// What `clap_complete` ends a script for PowerShell with: of the options, and of no values, those that begin as the
/// unfinished word does.
const POWERSHELL_END: &str = "    $completions.Where{";

/// Finds the words that end before the cursor. Unlike other shells, PowerShell gives no list of them.
const POWERSHELL_LOOKUP: &str = r#"    $words = @(foreach ($element in $commandElements) {
        if ($element.Extent.EndOffset -lt $cursorPosition) { $element.Extent.Text }
    })
    $before = if ($words.Count -gt 1) { "$($words[1]);$($words[-1])" } else { '' }
    $values = @(switch -CaseSensitive ($before) {
"#;

/// Has a script for PowerShell complete values too, unless the unfinished word looks like an option.
fn powershell_with_values(script: &str, program: &Command) -> String {
    let Some((head, end)) = script.split_once(POWERSHELL_END) else {
        return script.to_owned();
    };
    let mut script = format!("{head}{POWERSHELL_LOOKUP}");
    for (before, values) in offers(program) {
        // Writing to a string does not fail.
        let _ = writeln!(script, "        '{before}' {{");
        for value in &values {
            let name = value.get_name();
            let tooltip = Some(help(value)).filter(|help| !help.is_empty());
            // PowerShell refuses a tooltip without text.
            let tooltip = tooltip.unwrap_or_else(|| name.to_owned());
            let _ = writeln!(
                script,
                "            [CompletionResult]::new('{name}', '{name}', [CompletionResultType]::ParameterValue, '{tooltip}')"
            );
        }
        script += "            break\n        }\n";
    }
    script += "    })\n    if ($values.Count -gt 0 -and -not $wordToComplete.StartsWith('-')) {\n        \
               $completions = $values\n    }\n\n";
    script + POWERSHELL_END + end
}

/// The values that can follow a word, behind `FIRST;WORD`: the first word behind the program, which is its command, and
/// the word itself, which is an option or, where an operand is expected, the command.
fn offers(program: &Command) -> Vec<(String, Vec<PossibleValue>)> {
    let mut found = Vec::new();
    for arg in program.get_arguments() {
        // Nothing but the option stands before its value where no command is named yet.
        found.extend(names(arg).map(|name| (format!("{name};{name}"), arg.get_possible_values())));
    }
    for command in program.get_subcommands() {
        collect_offers(command, command.get_name(), &mut found);
    }
    found.retain(|(_, values)| !values.is_empty());
    found
}

fn collect_offers(command: &Command, first: &str, found: &mut Vec<(String, Vec<PossibleValue>)>) {
    for arg in command
        .get_arguments()
        .filter(|arg| arg.get_action().takes_values())
    {
        let operand = arg.is_positional().then(|| command.get_name().to_owned());
        let before = names(arg).chain(operand);
        found.extend(before.map(|before| (format!("{first};{before}"), arg.get_possible_values())));
    }
    for nested in command.get_subcommands() {
        collect_offers(nested, first, found);
    }
}

/// The names of an option as they are written.
fn names(arg: &Arg) -> impl Iterator<Item = String> {
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    long.into_iter().chain(short)
}

/// What a value means, for single quotes of elvish and PowerShell.
fn help(value: &PossibleValue) -> String {
    let help = value.get_help().map(ToString::to_string).unwrap_or_default();
    help.replace('\'', "''").replace('\n', " ")
}
