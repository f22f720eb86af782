//! The files that are made of the program are as it makes them now. `UPDATE=1 cargo test --test generated`
//! writes them all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a picture has a few thousand pixels"
)]
mod picture;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use peerauth::cli::{self, Env};
use peerauth::report::rules::write_catalogue;

/// Compares a file with what it should hold, or writes it.
fn assert_current(name: &str, content: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let is_current = fs::read(&path).is_ok_and(|current| current == content);
    if is_current {
        return;
    }
    assert!(
        std::env::var_os("UPDATE").is_some(),
        "{name} is out of date: run `UPDATE=1 cargo test --test generated`"
    );
    fs::write(&path, content).unwrap();
}

/// Runs a command in the directory of the project; the result is what it prints.
fn run(args: &[&str], expected: u8) -> String {
    let args = ["peerauth"].iter().chain(args).map(OsString::from);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let env = Env::plain(env!("CARGO_MANIFEST_DIR"));
    let code = cli::run(args, &mut std::io::empty(), &mut stdout, &mut stderr, &env);
    assert_eq!((code, &*String::from_utf8(stderr).unwrap()), (expected, ""));
    String::from_utf8(stdout).unwrap()
}

#[test]
fn the_picture_is_current() {
    let command = ["check", "testdata/guide/20-strict-disable-conflict"];
    let shown = run(&[&command[..], &["--color", "always"]].concat(), 1);
    let prompt = format!("\u{1b}[2m$\u{1b}[0m peerauth {}\n", command.join(" "));
    assert_current(
        "docs/check.svg",
        picture::svg(&(prompt + shown.trim_end())).as_bytes(),
    );
}

#[test]
fn the_catalogue_of_rules_is_current() {
    let mut catalogue = Vec::new();
    write_catalogue(&mut catalogue).unwrap();
    assert_current("RULES.md", &catalogue);
}

#[test]
fn completions_are_current() {
    let shells = [
        ("bash", "peerauth.bash"),
        ("elvish", "peerauth.elv"),
        ("fish", "peerauth.fish"),
        ("powershell", "_peerauth.ps1"),
        ("zsh", "_peerauth"),
    ];
    for (shell, name) in shells {
        let script = run(&["completions", shell], 0);
        assert_current(&format!("completions/{name}"), script.as_bytes());
    }
}
