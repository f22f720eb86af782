//! The command line: the only part that knows arguments, environment, streams and exit codes.

pub mod args;
mod audit;
mod check;
mod completions;
mod diff;
mod explain;
mod graph;
mod list;
mod man;
mod migrate;
mod names;
mod notes;
mod progress;
mod revision;
mod rules;
mod schema;
mod selector;
mod served;
mod session;
mod settings;
mod setup;
mod since;
mod target;
mod tls_check;
mod what_if;

use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Error, in_words};
use crate::report::{mistakes, sanitize, text};
use args::{Args, ColorChoice, Command, ConfigCommand};

/// Nothing at or above the severity that fails.
pub const OK: u8 = 0;
/// Findings at or above it.
pub const FINDINGS: u8 = 1;
/// The run itself failed: usage, paths, manifests that do not parse, nothing found.
pub const FAILED: u8 = 2;

/// What the command line takes from the process around it.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about the process"
)]
pub struct Env {
    /// The working directory; paths below it are shown relative to it.
    pub directory: PathBuf,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
    /// Whether `CLICOLOR_FORCE` is set.
    pub force_color: bool,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// The width of the terminal.
    pub width: usize,
    /// The day.
    pub today: Date,
}

/// The width of reports that no terminal limits.
const DEFAULT_WIDTH: usize = 100;

impl Env {
    /// The environment of the process.
    pub fn of_process() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let columns = std::env::var("COLUMNS").ok();
        let columns = columns.and_then(|columns| columns.parse().ok());
        let columns = columns.filter(|&columns| columns > 0);
        let of_terminal = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
        Env {
            directory: std::env::current_dir().unwrap_or_default(),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            force_color: is_set("CLICOLOR_FORCE"),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            width: columns.or_else(of_terminal).unwrap_or(DEFAULT_WIDTH),
            today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        }
    }

    /// Nobody watches: no terminal, no colour, and a day on which nothing has expired yet.
    pub fn plain(directory: impl Into<PathBuf>) -> Self {
        Env {
            directory: directory.into(),
            no_color: false,
            force_color: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width: DEFAULT_WIDTH,
            today: Date::MIN,
        }
    }

    fn uses_color(&self, choice: ColorChoice) -> bool {
        match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if self.no_color => false,
            ColorChoice::Auto => self.force_color || self.stdout_is_terminal,
        }
    }
}

/// Where a command reads and writes.
struct Streams<'s> {
    stdin: &'s mut dyn Read,
    stdout: &'s mut dyn Write,
    stderr: &'s mut dyn Write,
}

/// Why a command has no exit code of its own.
enum Failure {
    /// Something that its user must change.
    Error(Error),
    /// Mistakes in a config.
    Refused(setup::Refused),
    /// The report cannot be written.
    Write(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Write(error)
    }
}

/// Runs a command line; the first of `args` is the name of the program. Returns the exit code.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    stdin: &mut (dyn Read + Send),
    stdout: &mut (dyn Write + Send),
    stderr: &mut (dyn Write + Send),
    env: &Env,
) -> u8 {
    let mut stdout = BufWriter::new(stdout);
    let args = match parse(args) {
        Ok(args) => args,
        Err(error) => return show_usage(&error, &mut stdout, stderr),
    };
    let mut answer = || {
        let mut streams = Streams {
            stdin,
            stdout: &mut stdout,
            stderr,
        };
        dispatch(&args, &mut streams, env)
    };
    let result = if args.command.reads_manifests() {
        // In one of the threads that read and judge: what they took and gave back is free for those of the same pool only.
        rayon::scope(|_| answer())
    } else {
        answer()
    };
    let result = result.and_then(|code| {
        written(stdout.flush())?;
        Ok(code)
    });
    let message = match result {
        Ok(code) => return code,
        Err(Failure::Refused(refused)) => {
            // There is nobody left to tell if standard error is gone too.
            let _ = show_mistakes(&refused, &args, stderr, env);
            return FAILED;
        }
        Err(Failure::Error(error)) => error.to_string(),
        Err(Failure::Write(error)) => format!("cannot write the report: {}", in_words(&error)),
    };
    // There is nobody left to tell if standard error is gone too.
    let _ = writeln!(stderr, "error: {}", sanitize::block(&message));
    FAILED
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut args = args.into_iter().peekable();
    let mut command = program(args.peek());
    let matches = command.try_get_matches_from_mut(args)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// The program by the name that its user calls it by: kubectl runs a file `kubectl-peerauth` as `kubectl peerauth`.
fn program(called: Option<&OsString>) -> clap::Command {
    let name = called.and_then(|path| Path::new(path).file_stem());
    if name.is_some_and(|name| name == "kubectl-peerauth") {
        return Args::command().bin_name("kubectl peerauth");
    }
    Args::command()
}

fn dispatch(args: &Args, streams: &mut Streams<'_>, env: &Env) -> Result<u8, Failure> {
    match &args.command {
        Command::Check(own) => check::run(own, &args.global, streams, env),
        Command::Explain(own) => explain::run(own, &args.global, streams, env),
        Command::List(own) => list::run(own, &args.global, streams, env),
        Command::TlsCheck(own) => tls_check::run(own, &args.global, streams, env),
        Command::Diff(own) => diff::run(own, &args.global, streams, env),
        Command::WhatIf(own) => what_if::run(own, &args.global, streams, env),
        Command::Audit(own) => audit::run(own, &args.global, streams, env),
        Command::Graph(own) => graph::run(own, &args.global, streams, env),
        Command::Migrate(own) => migrate::run(own, &args.global, streams, env),
        Command::Rules(own) => rules::run(own, streams, env),
        Command::Config(ConfigCommand::Show(own)) => settings::run(own, &args.global, streams, env),
        Command::Schema { of } => schema::run(*of, streams),
        Command::Completions { shell } => completions::run(*shell, streams),
        Command::Man(own) => man::run(own, streams),
    }
}

/// Mistakes in a config are diagnostics, not the report that was asked for.
fn show_mistakes(refused: &setup::Refused, args: &Args, stderr: &mut dyn Write, env: &Env) -> io::Result<()> {
    let look = text::Options {
        width: env.width,
        color: match args.global.color {
            ColorChoice::Auto => !env.no_color && (env.force_color || env.stderr_is_terminal),
            choice => env.uses_color(choice),
        },
        no_fold: true,
    };
    mistakes::write(&refused.sources, &env.directory, &refused.mistakes, &look, stderr)
}

/// Help and the version are what was asked for; anything else is an error of usage.
fn show_usage(error: &clap::Error, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let text = error.render().to_string();
    let result = if error.use_stderr() {
        write!(stderr, "{text}")
    } else {
        write!(stdout, "{text}").and_then(|()| stdout.flush())
    };
    match result {
        Ok(()) if !error.use_stderr() => OK,
        Err(gone) if gone.kind() == ErrorKind::BrokenPipe => OK,
        _ => FAILED,
    }
}

/// A reader that has enough closes the pipe; that is no error.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a report to standard output, then in further formats to files.
fn deliver<F: Copy>(
    streams: &mut Streams<'_>,
    output: F,
    reports: &[(F, PathBuf)],
    mut write: impl FnMut(F, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    written(write(output, streams.stdout).and_then(|()| streams.stdout.flush()))?;
    reports
        .iter()
        .try_for_each(|(format, path)| write_file(path, |out| write(*format, out)))
}

/// Writes a further report to a file.
fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let result = std::fs::File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        write(&mut file)?;
        file.flush()
    });
    match result {
        // As on standard output, whoever reads it may have seen enough.
        Err(reason) if reason.kind() != ErrorKind::BrokenPipe => Err(Failure::Error(Error::Unwritable {
            path: path.to_owned(),
            reason,
        })),
        _ => Ok(()),
    }
}
