//! How fast a tree is loaded, beside the time that it takes to read its files and do nothing with them.
//!
//! `cargo bench --bench load [-- DIRECTORY]`; without a directory a small tree is made. Each line is the
//! median of several runs over a warm file cache.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use peerauth::load::{Inputs, load};
use rayon::prelude::*;
use walkdir::WalkDir;

const RUNS: usize = 9;
const FILES: usize = 4000;

fn main() {
    let generated = tempfile::tempdir().unwrap();
    let given = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let directory = given.map_or_else(|| generate(generated.path()), PathBuf::from);
    let inputs = |parse_all| Inputs {
        paths: vec![directory.clone()],
        parse_all,
        ..Inputs::default()
    };
    let (fast, complete) = (inputs(false), inputs(true));
    let loaded = load(&fast, &mut io::empty(), &()).unwrap();
    let (counts, objects) = (loaded.counts, loaded.objects.len());
    println!(
        "{} files, {} documents, {objects} objects",
        counts.files, counts.documents
    );
    drop(loaded);
    measure("walk and read", || read_all(&directory));
    measure("load", || {
        load(&fast, &mut io::empty(), &()).unwrap().objects.len() as u64
    });
    measure("load, parse all", || {
        load(&complete, &mut io::empty(), &()).unwrap().objects.len() as u64
    });
}

fn measure(name: &str, run: impl Fn() -> u64) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("{name:16} {:>8.1} ms", times[RUNS / 2].as_secs_f64() * 1e3);
}

/// The floor: every file is found and read.
fn read_all(directory: &Path) -> u64 {
    let paths: Vec<PathBuf> = WalkDir::new(directory)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    let read = |path: &PathBuf| fs::read(path).unwrap().len() as u64;
    paths.par_iter().with_min_len(64).map(read).sum()
}

/// Writes a tree with the usual mix: a quarter of the documents are of kinds that are read.
fn generate(directory: &Path) -> PathBuf {
    for number in 0..FILES {
        let folder = directory.join(format!("app-{:02}", number / 64));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{number}.yaml")), document(number)).unwrap();
    }
    directory.to_owned()
}

fn document(number: usize) -> String {
    let (kind, spec) = match number % 16 {
        0 => (
            "security.istio.io/v1\nkind: PeerAuthentication",
            "spec:\n  mtls:\n    mode: STRICT\n".to_owned(),
        ),
        1 => (
            "v1\nkind: Service",
            "spec:\n  ports:\n  - port: 80\n  selector:\n    app: a\n".to_owned(),
        ),
        2 | 3 => ("apps/v1\nkind: Deployment", deployment(number)),
        4..10 => ("v1\nkind: ConfigMap", config_map(number)),
        _ => (
            "rbac.authorization.k8s.io/v1\nkind: Role",
            "rules:\n- verbs: [get]\n".to_owned(),
        ),
    };
    format!("# generated\napiVersion: {kind}\nmetadata:\n  name: n{number}\n  namespace: ns\n{spec}")
}

fn deployment(number: usize) -> String {
    let mut text =
        "spec:\n  template:\n    metadata:\n      labels:\n        app: a\n    spec:\n      containers:\n"
            .to_owned();
    for container in 0..=number % 3 {
        write!(
            text,
            "      - name: c{container}\n        image: registry.example.com/a:1.{number}\n        env:\n"
        )
        .unwrap();
        for variable in 0..12 {
            write!(
                text,
                "        - name: V{variable}\n          value: \"value {number}\"\n"
            )
            .unwrap();
        }
    }
    text
}

fn config_map(number: usize) -> String {
    let mut text = "data:\n  application.properties: |\n".to_owned();
    for line in 0..40 + number % 100 {
        writeln!(
            text,
            "    some.property.{line}={number} and a few words that nobody reads"
        )
        .unwrap();
    }
    text
}
