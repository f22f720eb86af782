//! What `check` costs on a big ordinary tree, beside the floor: a process that walks the same tree and reads the same
//! files with two threads and does nothing with them.
//!
//! `cargo bench --bench tree [-- [--write DIRECTORY] [TREE]... [DOCUMENTS]]`. Each line is the best of three runs over a
//! warm file cache; every run is a process of its own.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

mod corpus;
mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use corpus::{Plan, Written};
use process::{Cost, peerauth, run};
use rayon::prelude::*;
use serde_json::Value;
use walkdir::WalkDir;

const RUNS: usize = 3;

const THREADS: usize = 2;

/// How many documents there are unless the command line tells.
const DOCUMENTS: usize = 100_000;

/// The trees: a name, how many documents share a file, and whether every one is of a kind that is read.
const TREES: [(&str, usize, bool); 4] = [
    ("files", 1, false),
    ("thousands", 1000, false),
    ("one-file", usize::MAX, false),
    ("relevant", 1, true),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(PathBuf::from)
    };
    if let Some(directory) = option("--floor") {
        println!("{}", floor(&directory));
        return;
    }
    let documents = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let is_any_named = TREES.iter().any(|(name, ..)| is_named(name));
    for (name, per_file, is_all_relevant) in TREES {
        if is_any_named && !is_named(name) {
            continue;
        }
        let plan = Plan {
            documents: documents.unwrap_or(DOCUMENTS),
            per_file,
            is_all_relevant,
        };
        if let Some(directory) = option("--write") {
            corpus::write(&directory.join(name), &plan);
        } else {
            measure(name, &plan);
        }
    }
}

/// How many bytes the files of a tree have, found by reading them all.
fn floor(directory: &Path) -> u64 {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .build()
        .unwrap();
    threads.install(|| {
        let entries = WalkDir::new(directory).into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_file());
        let paths: Vec<PathBuf> = files.map(walkdir::DirEntry::into_path).collect();
        let read = |path: &PathBuf| fs::read(path).unwrap().len() as u64;
        paths.par_iter().with_min_len(64).map(read).sum()
    })
}

fn measure(name: &str, plan: &Plan) {
    let directory = tempfile::tempdir().unwrap();
    let written = corpus::write(directory.path(), plan);
    describe(name, plan, &written);
    println!("  {}", outcome(directory.path()));
    let floor = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("--floor").arg(directory.path());
        command
    };
    let floor = best(floor);
    println!("  floor {}", words(&floor));
    for format in ["json", "text"] {
        let check = || {
            let mut command = peerauth();
            command
                .args(["check", "--quiet", "-o", format])
                .arg(directory.path());
            command.env("RAYON_NUM_THREADS", THREADS.to_string());
            command
        };
        let check = best(check);
        let allowed = 100_000 + 2 * written.relevant();
        println!(
            "  check -o {format} {}: {:.2} times the floor by the clock, {:.2} by the processor; {allowed} kB allowed",
            words(&check),
            check.wall.as_secs_f64() / floor.wall.as_secs_f64(),
            check.cpu / floor.cpu,
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

fn best(command: impl Fn() -> Command) -> Cost {
    let costs = (0..RUNS).map(|_| run(&mut command()));
    costs.min_by_key(|cost| cost.wall).unwrap()
}

fn words(cost: &Cost) -> String {
    format!(
        "{:.2} s ({:.2} s of processor), {} MB",
        cost.wall.as_secs_f64(),
        cost.cpu,
        cost.peak >> 10
    )
}
