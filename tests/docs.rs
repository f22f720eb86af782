//! The examples of pages in docs/: each section is a directory of its own, its blocks are
//! files, and its commands are run. A block `json FILE POINTER` is that part of a file that a command has written,
//! any other language with a FILE is all of it. `UPDATE=1 cargo test --test docs` writes what they print.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::command::Tree;
use serde_json::Value;

const PAGES: &[&str] = &[
    "docs/config.md",
    "docs/diff.md",
    "docs/formats.md",
    "docs/migrate.md",
];

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What a command of the page prints, the report first.
fn printed(tree: &Tree, command: &str) -> String {
    let args = command.strip_prefix("peerauth ").unwrap().split(' ');
    let output = Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(args)
        .current_dir(tree.root())
        .env_clear()
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

/// A console block with what its commands really print.
fn run(tree: &Tree, block: &str) -> String {
    let commands = block.lines().filter_map(|line| line.strip_prefix("$ "));
    let transcripts = commands.map(|command| {
        let said = printed(tree, command);
        format!("$ {command}\n{}\n", said.trim_end())
    });
    transcripts
        .map(|transcript| transcript.replace("\n\n", "\n"))
        .collect()
}

/// What a command has written to a file, or a part of it.
fn written(tree: &Tree, block: &str) -> String {
    let words: Vec<&str> = block.split(' ').collect();
    match words[..] {
        ["json", file, pointer] => {
            let text = fs::read_to_string(tree.path(file)).unwrap();
            let document: Value = serde_json::from_str(&text).unwrap();
            let part = document.pointer(pointer).unwrap();
            serde_json::to_string_pretty(part).unwrap() + "\n"
        }
        [_, file] => fs::read_to_string(tree.path(file)).unwrap(),
        _ => panic!("nothing runs {block}"),
    }
}

/// The page with what its commands really print.
fn executed(text: &str) -> String {
    let mut tree = Tree::default();
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, fenced)) = rest.split_once("```") {
        if before.contains("\n## ") {
            tree = Tree::default();
        }
        let (block, after) = fenced.split_once("\n```\n").unwrap();
        let (language, content) = block.split_once('\n').unwrap_or((block, ""));
        result += before;
        let content = format!("{content}\n");
        let shown = match language {
            "yaml" => {
                let name = content.lines().next().unwrap().strip_prefix("# ").unwrap();
                tree.add(name, &content);
                content
            }
            "console" => run(&tree, &content),
            other => written(&tree, other),
        };
        result += &["```", language, "\n", &shown, "```\n"].concat();
        rest = after;
    }
    result + rest
}

#[test]
fn the_pages_say_what_happens() {
    for name in PAGES {
        let text = fs::read_to_string(page(name)).unwrap();
        let executed = executed(&text);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(page(name), &executed).unwrap();
        }
        let text = fs::read_to_string(page(name)).unwrap();
        assert_eq!(text, executed, "run the tests with UPDATE=1");
    }
}
