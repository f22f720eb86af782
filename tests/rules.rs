//! Every rule fires where it should and is silent where it should.
//!
//! A case is a file or a directory `fires-*` or `silent-*` in `testdata/rules/<id>`, beside a `.out` with
//! what is reported; `UPDATE=1` writes those. The examples of a rule's documentation are cases too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use peerauth::config::{self, Config};
use peerauth::finding::Finding;
use peerauth::lint::{self, Gate, Levels};
use peerauth::load::{Loaded, load_text};
use peerauth::mesh::Settings;
use peerauth::report::{Input, Summary, concise};
use peerauth::rules::{self, Facts, RULES, Rule};

/// Reads texts without the walk of directories, so that a case is nothing but its text. One that begins with
/// the comment `# .peerauth.yaml` has a config for its first document.
fn load(texts: &[(String, String)]) -> (Loaded, Config) {
    let (first, rest) = texts.split_first().expect("a case has a text");
    let config = first
        .1
        .strip_prefix(CONFIG)
        .map(|text| text.split_once("---\n").unwrap());
    let mut loaded = load_text(&first.0, config.map_or(&first.1, |(_, manifests)| manifests));
    for (name, text) in rest {
        loaded.add_text(name, text);
    }
    let text = config.map_or("", |(config, _)| config);
    let file = loaded.sources.add_text(".peerauth.yaml", text);
    let (config, mistakes) = config::read(file, text);
    assert_eq!(mistakes, [], "{}", first.0);
    (loaded, config)
}

/// What begins a case with a config.
const CONFIG: &str = "# .peerauth.yaml\n";

/// The day of every case.
const TODAY: Date = date(2026, 7, 1);

fn report(loaded: &Loaded, findings: &[Finding]) -> String {
    let input = Input {
        sources: &loaded.sources,
        base: Path::new("/"),
        root: Path::new("/"),
        findings,
        suppressed: &[],
        skipped: &loaded.skipped,
        unreadable: &[],
        fails_from: None,
        is_broken: false,
        summary: Summary::of(loaded),
    };
    let mut out = Vec::new();
    concise::write(&input, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Every rule runs, whatever its activation: a silent case must be silent under all circumstances.
fn lint(rule: &dyn Rule, texts: &[(String, String)]) -> (Loaded, Vec<Finding>) {
    let (loaded, config) = load(texts);
    let findings = run(
        &loaded,
        &config,
        common::settings(&texts.iter().map(|(_, text)| &**text)),
        common::today(texts.iter().map(|(_, text)| &**text)).unwrap_or(TODAY),
        &Levels {
            select: vec![rule.id()],
            ..Levels::default()
        },
    );
    (loaded, findings)
}

fn run(loaded: &Loaded, config: &Config, settings: Settings, today: Date, levels: &Levels) -> Vec<Finding> {
    let gate = Gate {
        ignores: &config.ignore,
        require_reasons: config.demands_reasons(),
        is_whole: true,
        ..Gate::default()
    };
    common::with_facts(loaded, settings, |facts| {
        let given = facts.given.expecting(config, true).on(today);
        lint::judge([Facts { given, ..facts }].as_slice(), levels, &gate).findings
    })
}

fn directory(rule: &dyn Rule) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/rules")
        .join(rule.id().0)
}

/// The cases of a rule by name, `.out` files left out.
fn cases(rule: &dyn Rule) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory(rule)) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = paths
        .filter(|path| path.extension() != Some("out".as_ref()))
        .collect();
    cases.sort();
    cases
}

/// The texts of a case with their names: of a directory, the paths below it.
fn texts(case: &Path) -> Vec<(String, String)> {
    let mut paths = vec![case.to_owned()];
    if case.is_dir() {
        paths = fs::read_dir(case)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
    }
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn every_case_is_reported_as_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    for case in RULES
        .iter()
        .flat_map(|&rule| cases(rule).into_iter().map(move |case| (rule, case)))
    {
        let (rule, path) = case;
        let (loaded, findings) = lint(rule, &texts(&path));
        let actual = report(&loaded, &findings);
        let out = path.with_extension("out");
        if update {
            fs::write(&out, &actual).unwrap();
        }
        let expected = fs::read_to_string(&out).unwrap_or_default();
        let name = path.file_name().unwrap().to_str().unwrap();
        if actual != expected || name.starts_with("fires-") == actual.is_empty() {
            writeln!(failures, "{}:\n{actual}", path.display()).unwrap();
        }
    }
    assert!(failures.is_empty(), "not as expected:\n{failures}");
}

/// The case that a comment at the head names, and how many lines it is said to differ in.
fn claimed_difference(text: &str) -> Option<&str> {
    let claim = text.lines().next()?.strip_prefix("# differs from ")?;
    Some(
        claim
            .strip_suffix(" in one line")
            .expect("a claim is about one line"),
    )
}

#[test]
fn silent_cases_differ_from_firing_ones_in_what_they_say() {
    let mut compared = 0;
    for case in RULES
        .iter()
        .flat_map(|&rule| cases(rule))
        .filter(|case| case.is_file())
    {
        let text = fs::read_to_string(&case).unwrap();
        let Some(other) = claimed_difference(&text) else {
            continue;
        };
        assert!(
            other.starts_with("fires-"),
            "{}: {other} does not fire",
            case.display()
        );
        let other = fs::read_to_string(case.with_file_name(other)).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let others: Vec<&str> = other.lines().collect();
        let differing = lines
            .iter()
            .zip(&others)
            .filter(|(one, other)| one != other)
            .count();
        assert!(
            lines.len() == others.len() && differing == 1 || differs_by_one_more(&lines, &others),
            "{} differs in more than one line",
            case.display()
        );
        compared += 1;
    }
    assert!(compared > 20, "only {compared} cases say what they differ from");
}

/// Whether one text is the other with one line more.
fn differs_by_one_more(lines: &[&str], others: &[&str]) -> bool {
    let (long, short) = if lines.len() > others.len() {
        (lines, others)
    } else {
        (others, lines)
    };
    let same = long
        .iter()
        .zip(short)
        .take_while(|(one, other)| one == other)
        .count();
    long.len() == short.len() + 1 && long[same + 1..] == short[same..]
}

#[test]
fn every_rule_has_a_case_that_fires_and_one_that_is_silent() {
    for &rule in RULES {
        for kind in ["fires-", "silent-"] {
            let is_kind = |case: &PathBuf| case.file_name().unwrap().to_str().unwrap().starts_with(kind);
            assert!(
                cases(rule).iter().any(is_kind),
                "{} has no {kind} case",
                rule.id()
            );
        }
    }
}

#[test]
fn every_folder_belongs_to_a_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(rules::find(&name).is_ok(), "no rule is called {name}");
    }
}

#[test]
fn the_documentation_is_complete_and_its_examples_hold() {
    for &rule in RULES {
        let (id, metadata) = (rule.id(), rule.metadata());
        assert!(metadata.documentation().contains("## Why is this bad?\n"), "{id}");
        assert!(!metadata.summary().is_empty(), "{id} does not say what it does");
        let example = metadata
            .example()
            .unwrap_or_else(|| panic!("{id} has no example"));
        let counter_example = metadata
            .counter_example()
            .unwrap_or_else(|| panic!("{id} has no remedy"));
        let fires = |text: String| !lint(rule, &[(id.0.to_owned(), text)]).1.is_empty();
        assert!(fires(example), "{id} is silent on its own example");
        assert!(!fires(counter_example), "{id} fires on what it recommends");
    }
}

#[test]
fn messages_have_one_form() {
    for &rule in RULES {
        for case in cases(rule) {
            for finding in lint(rule, &texts(&case)).1 {
                let message = &finding.message;
                assert!(message.chars().count() <= 160, "too long: {message}");
                assert!(
                    !message.ends_with('.') && !message.contains(['\n', '\r']),
                    "{message}"
                );
                let labels = std::iter::once(&finding.primary).chain(&finding.related);
                assert!(
                    labels.clone().all(|label| !label.text.ends_with('.')),
                    "{labels:?}"
                );
            }
        }
    }
}
