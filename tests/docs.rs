//! The examples of the pages below: each section is a directory of its own, its blocks are
//! files, and its commands are run. A block `json FILE POINTER` is that part of a file that a command has written,
//! any other language with a FILE is all of it. `UPDATE=1 cargo test --test docs` writes what they print.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::command::Tree;
use serde_json::Value;

#[rustfmt::skip]
const PAGES: &[&str] = &[
    "docs/audit.md",
    "docs/check.md",
    "docs/config.md",
    "docs/diff.md",
    "docs/explain.md",
    "docs/formats.md",
    "docs/graph.md",
    "docs/list.md",
    "docs/migrate.md",
    "docs/model.md",
    "docs/tls-check.md",
    "docs/troubleshooting.md",
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

/// The pages that people read.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = [root.to_owned(), root.join("docs")]
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = found
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

/// What a link leads to within a page: its headings, as GitHub and GitLab name them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let kept = |char: &char| char.is_alphanumeric() || [' ', '-', '_'].contains(char);
    headings
        .map(|line| line.trim_start_matches('#').trim().to_lowercase())
        .map(|heading| heading.chars().filter(kept).collect::<String>().replace(' ', "-"))
        .collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    for path in pages() {
        let text = fs::read_to_string(&path).unwrap();
        let links = text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap());
        for link in links.filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.with_file_name(file)
            };
            assert!(target.exists(), "{}: {link}", path.display());
            let is_there = || anchors(&fs::read_to_string(&target).unwrap()).contains(&anchor.to_owned());
            assert!(anchor.is_empty() || is_there(), "{}: {link}", path.display());
        }
    }
}

#[test]
fn the_tour_names_every_page_and_every_command() {
    let tour = fs::read_to_string(page("docs/README.md")).unwrap();
    for path in pages() {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.parent().unwrap().ends_with("docs") && name != "README.md" {
            assert!(tour.contains(&format!("[{name}]({name})")), "{name}");
        }
    }
    let help = printed(&Tree::default(), "peerauth --help");
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    for line in commands.lines() {
        let command = line.split_whitespace().next().unwrap();
        let is_named = [format!("`peerauth {command}`"), format!("`peerauth {command} ")]
            .iter()
            .any(|name| tour.contains(name));
        assert!(is_named || command == "help", "{command}");
    }
}
