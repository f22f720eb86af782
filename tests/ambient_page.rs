//! The page on ambient: its manifests are those of `testdata/ambient`, and its commands print what it says.
//! `UPDATE=1 cargo test --test ambient_page` writes both into the page.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use peerauth::cli::{self, Env};

/// What a command prints on its two streams.
fn run(command: &str) -> String {
    let args = command.split(' ').map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = cli::run(args, &mut std::io::empty(), &mut out, &mut err, &Env::plain(root));
    assert!(code < 2, "{command}: {}", String::from_utf8_lossy(&err));
    String::from_utf8(out).unwrap()
}

/// A block as it should be: a manifest as its file has it, a transcript with what its commands print.
fn current(language: &str, block: &[&str]) -> String {
    if language == "console" {
        let commands = block.iter().filter_map(|line| line.strip_prefix("$ "));
        return commands
            .flat_map(|command| ["$ ".to_owned(), format!("{command}\n"), run(command)])
            .collect();
    }
    let file = block[0].strip_prefix("# ").expect("a manifest names its file");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap()
}

/// The page with every block as it should be, and how many there are.
fn rewritten(page: &str) -> (String, usize) {
    let (mut text, mut blocks) = (String::new(), 0);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        text += line;
        text += "\n";
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            text += &current(language, &block);
            text += "```\n";
            blocks += 1;
        }
    }
    (text, blocks)
}

#[test]
fn the_page_says_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ambient.md");
    let page = fs::read_to_string(&path).unwrap();
    let (text, blocks) = rewritten(&page);
    assert!(blocks >= 11, "only {blocks} blocks");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text).unwrap();
    } else {
        assert_eq!(page, text, "run `UPDATE=1 cargo test --test ambient_page`");
    }
}

#[test]
fn every_manifest_of_the_folder_is_on_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/ambient.md")).unwrap();
    for entry in fs::read_dir(root.join("testdata/ambient")).unwrap() {
        let name = format!("testdata/ambient/{}", entry.unwrap().file_name().display());
        assert!(page.contains(&name), "{name} is not on the page");
    }
}

/// The three differences: what is enforced is not what sidecars would make of the same policies.
#[test]
fn the_three_differences_are_explained() {
    for (file, port, other) in [
        ("strict-port", "8443", "STRICT"),
        ("permissive-port", "8080", "STRICT"),
        ("disable-port", "9090", "PERMISSIVE"),
    ] {
        let command = format!("peerauth explain pod/cart --port {port} -f testdata/ambient/{file}.yaml");
        let words = format!("a sidecar would enforce {other} here");
        assert!(run(&command).contains(&words), "{file}");
    }
}
