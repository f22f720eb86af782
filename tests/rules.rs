//! Every rule fires where it should and is silent where it should.
//!
//! A case is a file or a directory `fires-*` or `silent-*` in `testdata/rules/<id>`, beside a `.out` with
//! what is reported; `UPDATE=1` writes those. The examples of a rule's documentation are cases too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::callers::Callers;
use peerauth::finding::Finding;
use peerauth::lint::{self, Levels};
use peerauth::load::{Loaded, load_text};
use peerauth::matrix::{Answers, Matrix};
use peerauth::mesh::{Mesh, Settings};
use peerauth::report::{Input, Summary, concise};
use peerauth::resolve::Resolution;
use peerauth::resolve::classes::Groups;
use peerauth::resolve::client::Senders;
use peerauth::rules::{self, Facts, RULES, Rule};

/// Reads texts without the walk of directories, so that a case is nothing but its text.
fn load(texts: &[(String, String)]) -> Loaded {
    let (first, rest) = texts.split_first().expect("a case has a text");
    let mut loaded = load_text(&first.0, &first.1);
    for (name, text) in rest {
        loaded.add_text(name, text);
    }
    loaded
}

fn report(loaded: &Loaded, findings: &[Finding]) -> String {
    let input = Input {
        sources: &loaded.sources,
        base: Path::new("/"),
        findings,
        suppressed: &[],
        skipped: &loaded.skipped,
        summary: Summary::of(loaded),
    };
    let mut out = Vec::new();
    concise::write(&input, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Every rule runs, whatever its activation: a silent case must be silent under all circumstances.
fn lint(rule: &dyn Rule, texts: &[(String, String)]) -> (Loaded, Vec<Finding>) {
    let loaded = load(texts);
    let findings = run(
        &loaded,
        settings(texts),
        &Levels {
            select: vec![rule.id()],
            ..Levels::default()
        },
    );
    (loaded, findings)
}

/// The settings of a case: a comment `# complete: a, b` names the namespaces of which everything is given,
/// `# istiod: NAME=VALUE` sets a variable of istiod's environment, `# today: YYYY-MM-DD` the day.
fn settings(texts: &[(String, String)]) -> Settings {
    let lines = texts.iter().flat_map(|(_, text)| text.lines());
    let names = lines.clone().filter_map(|line| line.strip_prefix("# complete: "));
    let complete = names.flat_map(|names| names.split(", ")).map(Box::from).collect();
    let mut settings = Settings::default();
    settings.complete.set_by_flag(complete);
    let mut days = lines.clone().filter_map(|line| line.strip_prefix("# today: "));
    settings.today = days.next().map(|day| day.parse().unwrap());
    let variables = lines.filter_map(|line| line.strip_prefix("# istiod: ")?.split_once('='));
    settings
        .istiod
        .extend(variables.map(|(name, value)| (name.into(), value.into())));
    settings
}

fn run(loaded: &Loaded, settings: Settings, levels: &Levels) -> Vec<Finding> {
    let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], settings);
    let resolution = Resolution::new(&mesh);
    let senders = Senders::new(&resolution);
    let groups = Groups::new(&resolution);
    let matrix = Matrix::new(&senders, &groups);
    let callers = Callers::new(&resolution);
    lint::run(
        &[Facts::new(
            loaded,
            Answers {
                senders: &senders,
                groups: &groups,
                matrix: &matrix,
                callers: &callers,
            },
        )],
        levels,
    )
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
