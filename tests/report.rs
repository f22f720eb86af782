//! The reports, byte by byte: `testdata/report/<case>.{text,concise,json}`; `UPDATE=1` writes them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use peerauth::finding::{Assumption, Edit, Finding, Severity};
use peerauth::id::{Kind, ObjectName, RuleId};
use peerauth::load::{SkipReason, Skipped};
use peerauth::report::{Input, Summary, concise, json, rules as catalogue, text};
use peerauth::rules::RULES;
use peerauth::source::{FileId, SourceMap, Span};
use proptest::prelude::*;

const RULE: RuleId = RuleId("plaintext-to-strict");

/// A report over texts, with the findings that a test asks for.
struct Case {
    sources: SourceMap,
    findings: Vec<Finding>,
    skipped: Vec<Skipped>,
}

impl Case {
    fn new<const N: usize>(texts: [(&str, &str); N]) -> Case {
        let mut sources = SourceMap::default();
        for (name, text) in texts {
            sources.add_text(format!("/work/{name}"), text);
        }
        Case {
            sources,
            findings: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// The first occurrence of `part` in the text of that index.
    fn span(&self, file: u32, part: &str) -> Span {
        let mut buffer = Vec::new();
        let text = self.sources.text(FileId(file), &mut buffer).unwrap();
        let start = text.find(part).unwrap() as u32;
        Span::new(FileId(file), start, start + part.len() as u32)
    }

    fn find(&mut self, severity: Severity, at: Span, message: &str) -> &mut Finding {
        self.findings.push(Finding::new(RULE, severity, at, message));
        self.findings.last_mut().unwrap()
    }

    fn input(&self) -> Input<'_> {
        Input {
            sources: &self.sources,
            base: Path::new("/work"),
            root: Path::new("/work"),
            findings: &self.findings,
            suppressed: &[],
            skipped: &self.skipped,
            unreadable: &[],
            fails_from: Some(Severity::Error),
            is_broken: false,
            summary: Summary {
                files: self.sources.len(),
                documents: 3,
                objects: 1,
                older: 0,
            },
        }
    }

    fn text(&self) -> String {
        let options = text::Options {
            width: 100,
            color: false,
            no_fold: false,
        };
        written(|out| text::write(&self.input(), &options, out))
    }

    fn check(&self, name: &str) {
        let input = self.input();
        compare(name, "text", &self.text());
        compare(name, "concise", &written(|out| concise::write(&input, out)));
        let json = written(|out| json::write(&input, out));
        compare(name, "json", &json);
        let yaml = written(|out| json::write_yaml(&input, out));
        let of_yaml: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
        assert_eq!(of_yaml, serde_json::from_str::<serde_json::Value>(&json).unwrap());
    }
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn compare(name: &str, format: &str, actual: &str) {
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    let actual = actual.replace(version, "\"version\": \"…\"");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/report")
        .join(format!("{name}.{format}"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(actual == expected, "{} differs:\n{actual}", path.display());
}

fn object(kind: Kind, namespace: &str, name: &str) -> ObjectName {
    ObjectName {
        kind,
        namespace: Some(namespace.into()),
        name: name.into(),
    }
}

#[test]
fn a_finding_in_two_files() {
    let rule = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: all\n  namespace: web\nspec:\n  host: \"*.production.svc.cluster.local\"\n  trafficPolicy:\n    tls:\n      mode: DISABLE\n";
    let policy = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  namespace: production\nspec:\n  mtls:\n    mode: STRICT\n";
    let mut case = Case::new([
        ("web/rule.yaml", rule),
        ("policy.yaml", policy),
        ("tsconfig.json", "{}"),
    ]);
    let (mode, host, strict) = (
        case.span(0, "DISABLE"),
        case.span(0, "\"*.prod"),
        case.span(1, "STRICT"),
    );
    let message = "payment.production port 80 refuses what sidecars in web send: DestinationRule web/all sends plaintext to STRICT";
    let finding = case.find(Severity::Error, mode, message);
    *finding = finding
        .clone()
        .on(object(Kind::DestinationRule, "web", "all"))
        .label("clients send plaintext")
        .related(host, "for these hosts")
        .related(strict, "this policy makes the port STRICT")
        .help("write\n\ntls:\n  mode: ISTIO_MUTUAL")
        .assuming(
            Assumption::NamespaceNotGiven,
            "production is injected, as its STRICT policy implies",
        )
        .detail("payment.production:80")
        .fix(
            "Send mutual TLS",
            vec![Edit {
                span: mode,
                text: "ISTIO_MUTUAL".into(),
            }],
        );
    case.skipped.push(Skipped {
        file: FileId(2),
        span: None,
        reason: SkipReason::NotAManifest,
    });
    case.check("two-files");
}

#[test]
fn places_that_are_hard_to_show() {
    let tabs = "metadata:\t# a tab\n  name:\tdefault\t# and more\n  namespace: 東京\r\n  labels: {ü: x}\r\nspec:\r\n  selector:\r\n    matchLabels:\r\n      app: a\r\n  mtls:";
    let mut case = Case::new([("tabs.yaml", tabs)]);
    let value = case.span(0, "default");
    case.find(Severity::Error, value, "behind tabs").primary.text = "this name".into();
    let wide = case.span(0, "東京");
    case.find(Severity::Warning, wide, "wide characters").primary.text = "this namespace".into();
    let key = case.span(0, "ü");
    case.find(Severity::Info, key, "behind a carriage return")
        .primary
        .text = "this key".into();
    let block = case.span(0, "selector:\r\n    matchLabels:\r\n      app: a");
    case.find(Severity::Error, block, "over several lines")
        .primary
        .text = "this selector".into();
    let end = tabs.len() as u32;
    case.find(
        Severity::Error,
        Span::new(FileId(0), end, end),
        "at the end of the text",
    )
    .primary
    .text = "no mode".into();
    case.check("hard-places");
}

#[test]
fn a_report_without_findings() {
    Case::new([("a.yaml", "")]).check("clean");
}

#[test]
fn an_empty_place_after_the_last_line_is_shown_at_it() {
    let mut case = Case::new([("a.yaml", "mtls:\n\n")]);
    case.find(Severity::Error, Span::new(FileId(0), 7, 7), "nothing follows")
        .primary
        .text = "here".into();
    assert!(
        case.text()
            .contains(" 1 │ mtls:\n   ·      ▲\n   ·      ╰── here\n"),
        "{}",
        case.text()
    );
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let hostile = "name: \u{1b}]0;x\u{7}\u{202e}evil\u{9b}2J\n";
    let mut case = Case::new([("\u{1b}[2J.yaml", hostile)]);
    let at = case.span(0, "evil");
    let finding = case.find(
        Severity::Error,
        at,
        "Pod \u{1b}[31m\nerror[x] forged\u{202e} is refused",
    );
    *finding = finding
        .clone()
        .on(object(Kind::Pod, "\u{1b}", "\u{202e}"))
        .label("\u{1b}[0m")
        .related(at, "\u{2066}other")
        .help("\u{1b}[1mhelp\u{7}")
        .assuming(Assumption::NotModelled, "\u{9b}")
        .fix("\u{1b}", Vec::new());
    case.findings[0].contexts.push("\u{1b}prod".into());
    let is_harmful = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{2069}').contains(&c);
    let input = case.input();
    let concise = written(|out| concise::write(&input, out));
    assert_eq!(concise.lines().count(), 1);
    let json = written(|out| json::write(&input, out));
    let yaml = written(|out| json::write_yaml(&input, out));
    for report in [case.text(), concise, json.clone(), yaml] {
        assert!(!report.contains(is_harmful), "{report:?}");
    }
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["findings"][0]["message"], *case.findings[0].message);
}

#[test]
fn many_findings_are_folded_and_a_file_that_changed_has_no_lines() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.yaml");
    fs::write(&path, "changed").unwrap();
    let mut case = Case::new([]);
    case.sources.add_file(path, b"a: 1");
    for _ in 0..60 {
        case.find(Severity::Warning, Span::new(FileId(0), 0, 1), "again");
    }
    let report = case.text();
    assert_eq!(
        report
            .matches("a.yaml: warning[plaintext-to-strict] again\n")
            .count(),
        10
    );
    assert_eq!(report.matches("has changed since it was read").count(), 50);
    assert!(report.contains("0 errors, 60 warnings"));
}

#[test]
fn of_a_long_file_only_what_changed_has_no_lines() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.yaml");
    let lines = |first: &str| first.to_owned() + &"b: 2\n".repeat(20_000) + "c: 3\n";
    fs::write(&path, lines("a: 0\n")).unwrap();
    let mut case = Case::new([]);
    let text = lines("a: 1\n");
    case.sources.add_file(path, text.as_bytes());
    let last = text.len() as u32 - 5;
    for start in [0, last] {
        let place = Span::new(FileId(0), start, start + 1);
        case.find(Severity::Error, place, "here").primary.text = "this".into();
    }
    let report = case.text();
    let (changed, same) = report.split_at(report.rfind("plaintext-to-strict\n").unwrap());
    assert!(
        changed.contains("has changed since it was read") && !changed.contains("this"),
        "{changed}"
    );
    assert!(
        !same.contains("has changed since") && same.contains(" 20002 │ c: 3\n"),
        "{same}"
    );
}

#[test]
fn of_a_very_long_line_the_neighbourhood_is_shown() {
    let text = format!(
        "{{\"a\": \"{}\", \"mode\": \"STRICT\", \"b\": \"{}\"}}",
        "x".repeat(9000),
        "y".repeat(9000)
    );
    let mut case = Case::new([("a.json", &text)]);
    let (mode, start) = (case.span(0, "\"STRICT\""), case.span(0, "\"a\""));
    let finding = case.find(Severity::Error, mode, "in a long line");
    finding.primary.text = "this mode".into();
    *finding = finding.clone().related(start, "and this");
    case.check("long-line");
}

#[test]
fn colour_is_nothing_but_colour() {
    let mut case = Case::new([("a.yaml", "mode: STRICT\n"), ("b.yaml", "mode: STRICT\n")]);
    let (here, there) = (case.span(0, "STRICT"), case.span(1, "STRICT"));
    let finding = case.find(Severity::Warning, here, "in colour");
    *finding = finding.clone().label("here").related(there, "there").help("help");
    let options = text::Options {
        width: 100,
        color: true,
        no_fold: false,
    };
    let mut plain = String::new();
    let mut rest = &*written(|out| text::write(&case.input(), &options, out));
    assert!(rest.contains('\u{1b}'));
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
    assert_eq!(trimmed.join("\n"), case.text().trim_end());
}

#[test]
fn the_catalogue_holds_every_rule() {
    let list = written(|out| catalogue::write_list(100, out));
    let whole = written(|out| catalogue::write_catalogue(out));
    for &rule in RULES {
        let page = written(|out| catalogue::write_rule(rule, out));
        assert!(
            page.contains("## Why is this bad?") && page.ends_with("```\n"),
            "{page}"
        );
        assert_eq!(whole.matches(&format!("\n### {}\n", rule.id())).count(), 1);
        assert!(list.contains(&format!(" {} ", rule.id())), "{list}");
    }
    assert!(list.lines().all(|line| line.chars().count() <= 100), "{list}");
}

proptest! {
    /// miette asserts that labels lie within lines; whatever a span is, it has to.
    #[test]
    fn any_place_in_any_text_can_be_shown(
        text in "[a-z: \\-\"東ü\u{1b}\t\r\n]{0,60}",
        spans in prop::collection::vec((0u32..200, 0u32..200), 1..4),
    ) {
        let mut case = Case::new([("a.yaml", &*text), ("b.yaml", &*text)]);
        let span = |index: usize, (one, other): (u32, u32)| {
            Span::new(FileId(index as u32 % 2), one.min(other), one.max(other))
        };
        let finding = case.find(Severity::Error, span(0, spans[0]), "anywhere");
        for (index, &place) in spans.iter().enumerate() {
            *finding = finding.clone().related(span(index, place), "related");
        }
        prop_assert!(case.text().contains("anywhere"));
        let input = case.input();
        written(|out| json::write(&input, out));
    }
}
