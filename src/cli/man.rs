//! `man`: the manual pages, made of the same descriptions as the help.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::{Args, ManArgs};
use super::{Failure, OK, Streams, write_file, written};
use crate::error::Error;
use crate::id::nearest;

/// What closes every page.
const EXIT_STATUS: &str = r#".SH "EXIT STATUS"
.TP
0
The answer, and no finding or change at or above \fB\-\-fail\-on\fR.
.TP
1
Findings, changes or refused connections that \fB\-\-fail\-on\fR names.
.TP
2
Wrong usage, a path that cannot be read, a manifest that does not parse, or nothing found. It beats 1.
"#;

/// What closes the page of the program.
const FILES: &str = r".SH FILES
.TP
.I .peerauth.yaml
The config: the nearest one above the first path, up to the root of the repository.
.SH ENVIRONMENT
.TP
\fBNO_COLOR\fR, \fBCLICOLOR_FORCE\fR
Whether the report is coloured where \fB\-\-color\fR does not say it.
.TP
.B COLUMNS
The width of the report.
";

pub(super) fn run(args: &ManArgs, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    let mut program = Args::command().disable_help_subcommand(true);
    program.build();
    match &args.directory {
        Some(directory) => write_all(&program, directory)?,
        None => written(write(named(&program, &args.command)?, streams.stdout))?,
    }
    Ok(OK)
}

/// The command that some words name, below another.
fn named<'c>(above: &'c Command, words: &[String]) -> Result<&'c Command, Error> {
    let Some((word, below)) = words.split_first() else {
        return Ok(above);
    };
    let found = above.find_subcommand(word).ok_or_else(|| unknown(above, word))?;
    named(found, below)
}

fn unknown(above: &Command, word: &str) -> Error {
    let names = above.get_subcommands().map(Command::get_name);
    let suggestion = nearest(word, names).map(|name| format!("; did you mean `{name}`?"));
    let suggestion = suggestion.unwrap_or_default();
    Error::Usage(format!("no command is called `{word}`{suggestion}"))
}

/// Writes the page of a command, and those of all below it, to files.
fn write_all(command: &Command, directory: &Path) -> Result<(), Failure> {
    let page = directory.join(page(command).get_filename());
    write_file(&page, |out| write(command, out))?;
    command
        .get_subcommands()
        .try_for_each(|below| write_all(below, directory))
}

fn page(command: &Command) -> Man {
    Man::new(command.clone())
        .source(concat!("peerauth ", env!("CARGO_PKG_VERSION")))
        .manual("User Commands")
}

fn write(command: &Command, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let mut text = Vec::new();
    page(command).render(&mut text)?;
    out.write_all(&text)?;
    out.write_all(EXIT_STATUS.as_bytes())?;
    if command.get_version().is_some() {
        out.write_all(FILES.as_bytes())?;
    }
    Ok(())
}
