//! What people see: colour and width as their terminal and environment want them. A terminal is made by `script`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const COMMAND: &str = "check --no-config testdata/guide/20-strict-disable-conflict";

fn peerauth(args: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peerauth"));
    prepare(&mut command, variables).args(args.split(' '));
    command
}

fn prepare<'c>(command: &'c mut Command, variables: &[(&str, &str)]) -> &'c mut Command {
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
}

/// What goes to standard output where that is no terminal.
fn piped(args: &str, variables: &[(&str, &str)]) -> String {
    String::from_utf8(peerauth(args, variables).output().unwrap().stdout).unwrap()
}

fn script() -> Option<PathBuf> {
    let candidates = ["/usr/bin/script", "/bin/script"];
    candidates.iter().map(PathBuf::from).find(|path| path.exists())
}

/// What a terminal of so many columns gets; `None` where none can be made.
fn on_terminal(columns: u16, args: &str, variables: &[(&str, &str)]) -> Option<String> {
    let script = script()?;
    let program = Path::new(env!("CARGO_BIN_EXE_peerauth")).display();
    let line = format!("stty cols {columns} rows 24; {program} {args}");
    let mut command = Command::new(script);
    prepare(&mut command, variables)
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .args(["-qec", &line, "/dev/null"]);
    let output = command.output().unwrap();
    Some(String::from_utf8(output.stdout).unwrap())
}

fn is_colored(text: &str) -> bool {
    text.contains("\u{1b}[")
}

/// The text without what colours it and links.
fn widest(text: &str) -> usize {
    text.lines()
        .map(|line| line.trim_end().chars().count())
        .max()
        .unwrap()
}

#[test]
fn colour_is_for_terminals_unless_someone_says_otherwise() {
    assert!(piped(COMMAND, &[]).contains("plaintext-to-strict"));
    let colored =
        |more: &str, variables: &[(&str, &str)]| is_colored(&piped(&(COMMAND.to_owned() + more), variables));
    assert!(!colored("", &[]));
    assert!(colored("", &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored("", &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored(" --color always", &[("NO_COLOR", "1")]));
    assert!(!colored(" --color never", &[("CLICOLOR_FORCE", "1")]));
    let Some(shown) = on_terminal(100, COMMAND, &[]) else {
        return;
    };
    assert!(is_colored(&shown), "{shown}");
    assert!(!is_colored(
        &on_terminal(100, COMMAND, &[("NO_COLOR", "1")]).unwrap()
    ));
    assert!(is_colored(
        &on_terminal(100, COMMAND, &[("NO_COLOR", "")]).unwrap()
    ));
}

#[test]
fn a_report_is_as_wide_as_its_terminal() {
    let plain = [("NO_COLOR", "1")];
    let message = |text: &str| text.lines().take_while(|line| !line.contains('╭')).count();
    let wide = piped(COMMAND, &[("COLUMNS", "200")]);
    let usual = piped(COMMAND, &[]);
    let narrow = piped(COMMAND, &[("COLUMNS", "60")]);
    assert!(message(&wide) < message(&usual) && message(&usual) < message(&narrow));
    assert!(widest(narrow.split_once('╭').unwrap().0) <= 60, "{narrow}");
    assert_eq!(piped(COMMAND, &[("COLUMNS", "0")]), usual);
    assert_eq!(piped(COMMAND, &[("COLUMNS", "wide")]), usual);
    let Some(shown) = on_terminal(60, COMMAND, &plain) else {
        return;
    };
    assert!(
        shown
            .replace('\r', "")
            .starts_with(narrow.split_once('╭').unwrap().0),
        "{shown}"
    );
    let by_columns = on_terminal(60, COMMAND, &[("NO_COLOR", "1"), ("COLUMNS", "200")]).unwrap();
    assert!(
        by_columns
            .replace('\r', "")
            .starts_with(wide.split_once('╭').unwrap().0)
    );
}

#[test]
fn progress_is_nothing_that_a_short_run_shows() {
    let Some(shown) = on_terminal(100, COMMAND, &[("NO_COLOR", "1")]) else {
        return;
    };
    assert!(!shown.contains("reading "), "{shown}");
}
