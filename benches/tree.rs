//! What `check` costs on an ordinary tree, beside three floors: a process that walks the same tree and reads the same files
//! with two threads and does nothing with them, one that also looks for the kind of every document, and one that has the
//! YAML parser read every document.
//!
//! `cargo bench --bench tree [-- [--write DIRECTORY] [TREE]... [DOCUMENTS]]`. Every run is a process of its own, over a warm
//! file cache; all that is compared takes turns, and each line is the least of several.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

mod corpus;
mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use corpus::{Plan, Written};
use granit_parser::Parser;
use peerauth::id::Kind;
use peerauth::yaml::{self, Sniff};
use process::{Cost, Start, in_turns, peerauth, run_often};
use rayon::prelude::*;
use serde_json::Value;
use walkdir::WalkDir;

const RUNS: u32 = 7;

/// Runs of what takes milliseconds, of which the mean is told.
const SHORT_RUNS: u32 = 100;

const THREADS: usize = 2;

/// How many documents there are unless the tree or the command line tells.
const DOCUMENTS: usize = 100_000;

/// Formats of `check` that are measured: two that people read, one of them in full, and those of machines.
const FORMATS: [(&str, &[&str]); 5] = [
    ("json", &["-o", "json"]),
    ("text", &["-o", "text"]),
    ("text --no-fold", &["-o", "text", "--no-fold"]),
    ("sarif", &["-o", "sarif"]),
    ("github", &["-o", "github"]),
];

/// A tree that is measured.
struct Tree {
    name: &'static str,
    documents: usize,
    per_file: usize,
    is_all_relevant: bool,
}

const fn tree(name: &'static str, documents: usize, per_file: usize, is_all_relevant: bool) -> Tree {
    Tree {
        name,
        documents,
        per_file,
        is_all_relevant,
    }
}

const TREES: [Tree; 5] = [
    tree("files", DOCUMENTS, 1, false),
    tree("thousands", DOCUMENTS, 1000, false),
    tree("one-file", DOCUMENTS, usize::MAX, false),
    tree("relevant", DOCUMENTS, 1, true),
    tree("ten", 10, 1, true),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(PathBuf::from)
    };
    if let Some(directory) = option("--floor") {
        println!("{}", on_files(&directory, |text| text.len() as u64));
        return;
    }
    if let Some(directory) = option("--kinds") {
        println!("{}", on_files(&directory, unparsed));
        return;
    }
    if let Some(directory) = option("--granit") {
        println!("{}", on_files(&directory, granit));
        return;
    }
    let documents = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let is_any_named = TREES.iter().any(|tree| is_named(tree.name));
    for tree in &TREES {
        if is_any_named && !is_named(tree.name) {
            continue;
        }
        let plan = Plan {
            documents: documents.unwrap_or(tree.documents),
            per_file: tree.per_file,
            is_all_relevant: tree.is_all_relevant,
        };
        if let Some(directory) = option("--write") {
            corpus::write(&directory.join(tree.name), &plan);
        } else {
            measure(tree.name, &plan);
        }
    }
}

/// The sum of what is made of every file of a tree, with two threads.
fn on_files(directory: &Path, make: fn(&[u8]) -> u64) -> u64 {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .build()
        .unwrap();
    threads.install(|| {
        let entries = WalkDir::new(directory).into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_file());
        let paths: Vec<PathBuf> = files.map(walkdir::DirEntry::into_path).collect();
        let read = |path: &PathBuf| make(&fs::read(path).unwrap());
        paths.par_iter().with_max_len(64).map(read).sum()
    })
}

/// How many events the YAML parser makes of a text.
fn granit(text: &[u8]) -> u64 {
    let events = Parser::new_from_str(std::str::from_utf8(text).unwrap());
    events.map(Result::unwrap).count() as u64
}

/// How many documents of a text tell by their kind that they need not be parsed; ConfigMaps are only where a workload
/// that is read asks for one.
fn unparsed(text: &[u8]) -> u64 {
    let is_unparsed = |sniff: Sniff<'_>| match sniff {
        Sniff::Kind("ConfigMap" | "CustomResourceDefinition") => true,
        Sniff::Kind(kind) => !kind.ends_with("List") && Kind::parse(kind).is_none(),
        Sniff::Unproved | Sniff::Wanted | Sniff::NoKind => false,
    };
    let sniffs = yaml::split(text).map(|document| is_unparsed(yaml::sniff(text, &document, |_| false)));
    sniffs.filter(|&is_unparsed| is_unparsed).count() as u64
}

fn measure(name: &str, plan: &Plan) {
    let directory = tempfile::tempdir().unwrap();
    let written = corpus::write(directory.path(), plan);
    describe(name, plan, &written);
    println!("  {}", outcome(directory.path()));
    let unparsed = on_files(directory.path(), unparsed);
    let parsed = plan.documents as u64 - unparsed;
    println!(
        "  {parsed} documents are parsed, {unparsed} tell by their kind that they decide nothing, or not yet"
    );
    let of_this = &|option: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(option).arg(directory.path());
        command
    };
    let check = &|options: &[&str]| {
        let mut command = peerauth();
        command.args(["check", "--quiet"]).args(options);
        command.arg(directory.path());
        command.env("RAYON_NUM_THREADS", THREADS.to_string());
        command
    };
    let cost = if plan.documents < 1000 { means } else { least };
    // What takes seconds of both processors slows down whatever comes behind it, so that it has no turn.
    let granit = &cost(&[&|| of_this("--granit")])[0];
    let floors: [Start<'_>; 2] = [&|| of_this("--floor"), &|| of_this("--kinds")];
    let checks = FORMATS.map(|(_, options)| move || check(options));
    let mut programs = floors.to_vec();
    programs.extend(checks.iter().map(|check| check as Start<'_>));
    let costs = cost(&programs);
    let ([floor, kinds], checks) = costs.split_first_chunk().unwrap();
    println!("  floor {}", words(floor));
    println!("  kinds {}", words(kinds));
    println!("  granit {}", words(granit));
    let allowed = 100_000 + 2 * written.relevant();
    for ((name, _), check) in FORMATS.iter().zip(checks) {
        println!(
            "  check -o {name} {}: {:.2} times the floor by the clock, {:.2} by the processor; {:.2} times granit by the \
             processor; {:.1} µs of processor for each document that is read; {allowed} kB allowed",
            words(check),
            check.wall.as_secs_f64() / floor.wall.as_secs_f64(),
            check.cpu / floor.cpu,
            check.cpu / granit.cpu,
            check.cpu * 1e6 / f64::from(u32::try_from(written.relevant()).unwrap()),
        );
    }
}

fn describe(name: &str, plan: &Plan, written: &Written) {
    println!(
        "{name}: {} documents in {} files, {} MB, {} of kinds that are read",
        plan.documents,
        written.files,
        written.bytes / 1_000_000,
        written.relevant(),
    );
    let kinds: Vec<String> = written
        .kinds
        .iter()
        .map(|(kind, count)| {
            let share = count * 1000 / plan.documents;
            format!("{kind} {}.{} %", share / 10, share % 10)
        })
        .collect();
    println!("  {}", kinds.join(", "));
}

/// What `check` says of the tree: a run that found nothing would measure nothing.
fn outcome(directory: &Path) -> String {
    let output = peerauth()
        .args(["check", "--quiet", "-o", "json"])
        .arg(directory)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().len();
    assert!(findings > 0, "nothing was found");
    format!("{findings} findings; {}", report["summary"])
}

fn least(programs: &[Start<'_>]) -> Vec<Cost> {
    in_turns(RUNS, programs)
}

fn means(programs: &[Start<'_>]) -> Vec<Cost> {
    let means = programs.iter().map(|start| run_often(SHORT_RUNS, *start));
    means.collect()
}

fn words(cost: &Cost) -> String {
    format!(
        "{:.1} ms ({:.1} ms of processor), {} MB",
        cost.wall.as_secs_f64() * 1e3,
        cost.cpu * 1e3,
        cost.peak >> 10
    )
}
