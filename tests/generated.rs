//! The files that are made of the program are as it makes them now. `UPDATE=1 cargo test --test generated`
//! writes them all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

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
        let args = ["peerauth", "completions", shell].map(OsString::from);
        let (mut script, mut stderr) = (Vec::new(), Vec::new());
        let code = cli::run(
            args,
            &mut std::io::empty(),
            &mut script,
            &mut stderr,
            &Env::plain("/"),
        );
        assert_eq!((code, stderr.len()), (0, 0), "{shell}");
        assert_current(&format!("completions/{name}"), &script);
    }
}
