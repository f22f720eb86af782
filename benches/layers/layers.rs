//! What each layer costs on the same ordinary tree, one after the other: each gets what those below it have made.
//!
//! `cargo bench --manifest-path benches/layers/Cargo.toml [-- LAYER]`. The figures are per run over the whole tree and, as
//! throughput, per document; `granit` is the YAML parser alone, over what `parse` reads.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

#[path = "../corpus/mod.rs"]
#[allow(dead_code, reason = "other benches tell more of what was written")]
mod corpus;

use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use granit_parser::Parser;
use peerauth::finding::{Finding, Severity};
use peerauth::lint::{self, Levels};
use peerauth::load::{Inputs, Loaded, load};
use peerauth::matrix::ask;
use peerauth::mesh::Mesh;
use peerauth::mesh::settings::Settings;
use peerauth::model::Objects;
use peerauth::report::{Input, Summary, json, sarif, text};
use peerauth::resolve::Resolution;
use peerauth::rules::{Facts, Given};
use peerauth::source::FileId;
use peerauth::yaml;

/// Documents of the tree; all layers together take about a minute.
const DOCUMENTS: usize = 2_000;

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = layers
}
criterion_main!(benches);

fn layers(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let plan = corpus::Plan {
        documents: DOCUMENTS,
        per_file: 100,
        is_all_relevant: false,
    };
    corpus::write(directory.path(), &plan);
    let texts = texts(directory.path());
    let loaded = load_all(directory.path());
    let mut layers = criterion.benchmark_group("layers");
    layers.throughput(Throughput::Elements(DOCUMENTS as u64));
    layers.bench_function("split", |bencher| bencher.iter(|| split(&texts)));
    layers.bench_function("granit", |bencher| bencher.iter(|| granit(&texts)));
    layers.bench_function("parse", |bencher| bencher.iter(|| parse(&texts)));
    let parsed = parse(&texts);
    layers.bench_function("model", |bencher| bencher.iter(|| model(&parsed, &texts)));
    layers.bench_function("load", |bencher| bencher.iter(|| load_all(directory.path())));
    layers.bench_function("index", |bencher| bencher.iter(|| black_box(meshes(&loaded)).len()));
    let meshes = meshes(&loaded);
    layers.bench_function("resolve", |bencher| {
        bencher.iter(|| {
            let resolutions = meshes.iter().map(Resolution::new);
            black_box(resolutions.collect::<Vec<_>>()).len()
        });
    });
    layers.bench_function("resolve and matrix", |bencher| {
        bencher.iter(|| ask(&meshes, |answers| black_box(answers).len()));
    });
    ask(&meshes, |answers| {
        let facts: Vec<Facts<'_>> = answers.iter().map(|&of| Facts::new(Given::new(&loaded), of)).collect();
        let levels = Levels::default();
        layers.bench_function("rules", |bencher| bencher.iter(|| lint::run(&facts, &levels)));
        let findings = lint::run(&facts, &levels);
        assert!(!findings.is_empty(), "nothing was found");
        let input = input(&loaded, directory.path(), &findings);
        layers.bench_function("report, text", |bencher| {
            let options = text::Options {
                width: 100,
                color: false,
                no_fold: true,
            };
            bencher.iter(|| text::write(&input, &options, &mut io::sink()).unwrap());
        });
        layers.bench_function("report, json", |bencher| {
            bencher.iter(|| json::write(&input, &mut io::sink()).unwrap());
        });
        layers.bench_function("report, sarif", |bencher| {
            bencher.iter(|| sarif::write(&input, &mut io::sink()).unwrap());
        });
    });
    layers.finish();
}

/// The files of a tree, in no order.
fn texts(directory: &Path) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(self::texts(&path));
        } else {
            texts.push(fs::read(path).unwrap());
        }
    }
    texts
}

fn load_all(directory: &Path) -> Loaded {
    let inputs = Inputs {
        paths: vec![directory.to_owned()],
        ..Inputs::default()
    };
    load(&inputs, &mut io::empty(), &()).unwrap()
}

fn split(texts: &[Vec<u8>]) -> usize {
    let documents = texts.iter().map(|text| yaml::split(text).count());
    documents.sum()
}

/// The parser alone: every event is looked at once.
fn granit(texts: &[Vec<u8>]) -> usize {
    let texts = texts.iter().map(|text| std::str::from_utf8(text).unwrap());
    let events = texts.map(|text| Parser::new_from_str(text).inspect(|event| assert!(event.is_ok())));
    events.map(Iterator::count).sum()
}

/// The trees of every document, by text.
fn parse(texts: &[Vec<u8>]) -> Vec<Vec<yaml::Tree>> {
    let parse = |(number, text): (usize, &Vec<u8>)| {
        let file = FileId(u32::try_from(number).unwrap());
        let documents = yaml::split(text);
        let trees = documents.filter_map(|document| yaml::parse(file, text, &document).tree);
        trees.collect()
    };
    texts.iter().enumerate().map(parse).collect()
}

/// The objects of all trees that hold one of a kind that is read.
fn model(parsed: &[Vec<yaml::Tree>], texts: &[Vec<u8>]) -> Objects {
    let mut objects = Objects::default();
    for (trees, text) in parsed.iter().zip(texts) {
        for (ordinal, tree) in (0..).zip(trees) {
            // Most documents are of other kinds.
            let _ = objects.read(tree.root(), ordinal, text.into());
        }
    }
    assert!(!objects.is_empty(), "nothing was read");
    objects
}

fn meshes(loaded: &Loaded) -> Vec<Mesh<'_>> {
    let contexts = loaded.contexts.iter();
    contexts
        .map(|context| Mesh::new(&loaded.objects, context, Settings::default()))
        .collect()
}

fn input<'a>(loaded: &'a Loaded, base: &'a Path, findings: &'a [Finding]) -> Input<'a> {
    Input {
        sources: &loaded.sources,
        base,
        root: base,
        findings,
        suppressed: &[],
        skipped: &loaded.skipped,
        unreadable: &loaded.unreadable,
        fails_from: Some(Severity::Error),
        is_broken: false,
        summary: Summary::of(loaded),
    }
}
