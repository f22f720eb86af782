//! The formats of `check` for other programs: what they hold, that they are valid, and that no text of a
//! manifest gets out of its place.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::command::{Outcome, Tree, command};
use common::folders;
use peerauth::finding::{Assumption, Edit, Finding, Severity};
use peerauth::id::{Kind, ObjectName, RuleId};
use peerauth::lint::{Means, Suppressed};
use peerauth::load::Unreadable;
use peerauth::report::{Input, Summary, concise, github, gitlab, junit, markdown, sarif, text};
use peerauth::rules::RULES;
use peerauth::source::{FileId, SourceMap, Span};
use pulldown_cmark::{Event, Parser, Tag};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::Value;

const FORMATS: [&str; 9] = [
    "text", "concise", "json", "yaml", "sarif", "github", "gitlab", "junit", "markdown",
];
/// Those that name files from the root of the repository.
const HOSTED: [&str; 5] = ["sarif", "github", "gitlab", "junit", "markdown"];

const NAMESPACE: &str =
    "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}\n";

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Trees of manifests with findings and without.
fn trees() -> Vec<PathBuf> {
    let mut trees = folders(&testdata("guide"));
    trees.extend(folders(&testdata("repositories")));
    trees.extend(folders(&testdata("quiet")));
    assert!(trees.len() > 40);
    trees
}

fn check(format: &str, directory: &Path) -> Outcome {
    let args = ["check", "-o", format, "--pedantic", directory.to_str().unwrap()];
    command(&args, "", directory)
}

fn validator(name: &str) -> jsonschema::Validator {
    let schema = fs::read_to_string(testdata("schemas").join(name)).unwrap();
    // The pattern of a member that is never written has a bracket too much, which the crate refuses.
    let schema = schema.replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&schema).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn conflict() -> Tree {
    let tree = Tree::default();
    for file in common::files(&testdata("guide/20-strict-disable-conflict"), "yaml") {
        let name = file.file_name().unwrap().to_str().unwrap();
        tree.add(name, &fs::read_to_string(&file).unwrap());
    }
    tree.add(".git/HEAD", "");
    tree
}

// What every format has to do.

#[test]
fn the_exit_code_does_not_depend_on_the_format() {
    let clean = Tree::default();
    clean.add("namespace.yaml", NAMESPACE);
    let broken = Tree::default();
    broken.add("namespace.yaml", NAMESPACE);
    broken.add("broken.yaml", "apiVersion: v1\nkind: Service: x\n");
    let (conflict, empty) = (conflict(), Tree::default());
    for format in FORMATS {
        let code = |tree: &Tree, more: &[&str]| {
            let args = [&["check", "-o", format], more].concat();
            tree.run(&args).code
        };
        assert_eq!(code(&conflict, &[]), 1, "{format}");
        assert_eq!(code(&conflict, &["--fail-on", "never"]), 0, "{format}");
        assert_eq!(code(&clean, &[]), 0, "{format}");
        assert_eq!(code(&broken, &[]), 2, "{format}");
        assert_eq!(code(&broken, &["--fail-on", "never"]), 2, "{format}");
        assert_eq!(code(&empty, &[]), 2, "{format}");
        assert_eq!(code(&empty, &["--allow-empty"]), 0, "{format}");
    }
}

#[test]
fn a_further_report_is_the_same_as_the_report() {
    let (tree, out) = (conflict(), Tree::default());
    let file = |format: &str| out.path(&format!("report.{format}"));
    let reports: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("--report={format}={}", file(format)))
        .collect();
    let mut args = vec!["check", "-o", "concise"];
    args.extend(reports.iter().map(|report| &**report));
    assert_eq!(tree.run(&args).code, 1);
    for format in FORMATS {
        let written = fs::read_to_string(file(format)).unwrap();
        assert!(!written.is_empty(), "{format}");
        let printed = tree.run(&["check", "-o", format]).stdout;
        assert!(written == printed, "{format}");
    }
}

fn process(directory: &Path, args: &[&str], variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(args)
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(
        !output.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn copy(from: &Path, tree: &Tree, name: &str) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            copy(&path, tree, &name);
        } else {
            tree.add(&name, &fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn the_bytes_depend_on_the_input_alone() {
    let tree = Tree::default();
    tree.add(".git/HEAD", "");
    copy(&testdata("guide"), &tree, "repo/manifests");
    let (root, below) = (tree.root().join("repo"), tree.root().join("repo/manifests"));
    let elsewhere = tempfile::tempdir().unwrap();
    let absolute = root.to_str().unwrap();
    for format in FORMATS {
        let args = |path| {
            vec![
                "check",
                "--pedantic",
                "--no-config",
                "--today",
                "2026-01-01",
                "-o",
                format,
                path,
            ]
        };
        let one = process(&root, &args("."), &[("RAYON_NUM_THREADS", "1")]);
        let many = [
            ("RAYON_NUM_THREADS", "8"),
            ("TZ", "Asia/Tokyo"),
            ("LC_ALL", "tr_TR.UTF-8"),
        ];
        assert!(
            one == process(&root, &args("."), &many),
            "{format}: threads, time zone and locale"
        );
        let far = process(elsewhere.path(), &args(absolute), &[]);
        let up = process(&below, &args(".."), &[]);
        if HOSTED.contains(&format) {
            assert!(one == far, "{format}: another directory");
            assert!(one == up, "{format}: a directory below");
        } else if !matches!(format, "text") {
            let relative = far.replace(&format!("{absolute}/"), "");
            assert!(one == relative, "{format}: another directory");
        }
    }
    for name in ["list", "tls-check"] {
        let args = if name == "list" {
            ["list", "-o", "json", "."]
        } else {
            ["tls-check", "-o", "json", "-f."]
        };
        let one = process(&root, &args, &[("RAYON_NUM_THREADS", "1")]);
        assert!(
            one == process(&root, &args, &[("RAYON_NUM_THREADS", "8")]),
            "{name}"
        );
    }
}

// SARIF.

fn sarif_run(directory: &Path) -> Value {
    let outcome = check("sarif", directory);
    let mut log: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", outcome.stdout, outcome.stderr));
    log["runs"][0].take()
}

#[test]
fn sarif_follows_the_standard() {
    let validator = validator("sarif-2.1.0.json");
    let mut levels = BTreeSet::new();
    for tree in trees() {
        let log = check("sarif", &tree).json();
        assert_valid(&validator, &log);
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            assert_eq!(region["startLine"], region["endLine"], "{result}");
            assert!(region["endColumn"].as_u64() >= region["startColumn"].as_u64());
            let prints = result["partialFingerprints"].as_object().unwrap();
            assert!(prints.contains_key("peerauth/v1") && prints.contains_key("primaryLocationLineHash"));
            levels.insert(result["level"].as_str().unwrap().to_owned());
        }
    }
    assert!(
        levels.contains("error") && levels.contains("warning") && levels.contains("note"),
        "{levels:?}"
    );
}

#[test]
fn sarif_describes_every_rule_in_order() {
    let clean = Tree::default();
    clean.add("namespace.yaml", NAMESPACE);
    let run = sarif_run(clean.root());
    assert_eq!(run["results"], serde_json::json!([]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let expected: Vec<&str> = RULES.iter().map(|rule| rule.id().0).collect();
    assert_eq!(ids, expected);
    for rule in rules {
        let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let (short, full) = (text("/shortDescription/text"), text("/fullDescription/text"));
        // What GitHub takes at most.
        assert!(
            !short.is_empty() && short.len() <= 1024 && (short.len()..=1024).contains(&full.len()),
            "{rule}"
        );
        assert!(text("/help/markdown").contains("## Why is this bad?"));
        assert!(
            rule["properties"]["tags"]
                .as_array()
                .unwrap()
                .contains(&"security".into())
        );
        let score: f64 = text("/properties/security-severity").parse().unwrap();
        assert!(score > 0.0 && score <= 10.0);
        assert!(["very-high", "high"].contains(&&*text("/properties/precision")));
        assert_eq!(
            rule.get("helpUri").is_some(),
            !env!("CARGO_PKG_REPOSITORY").is_empty()
        );
        assert!(text("/name").chars().all(char::is_alphanumeric));
    }
    let of = |id: &str| rules.iter().find(|rule| rule["id"] == id).unwrap();
    assert_eq!(of("plaintext-to-strict")["name"], "PlaintextToStrict");
    assert_eq!(
        of("plaintext-to-strict")["properties"]["security-severity"],
        "5.0"
    );
    assert_eq!(of("plaintext-to-strict")["defaultConfiguration"]["enabled"], true);
    assert_eq!(of("invalid-yaml")["properties"]["precision"], "very-high");
    let pedantic = RULES
        .iter()
        .find(|rule| rule.metadata().activation == peerauth::rules::Activation::Pedantic);
    let pedantic = pedantic.unwrap().id().0;
    assert_eq!(of(pedantic)["defaultConfiguration"]["enabled"], false);
}

#[test]
fn sarif_tells_the_course_of_a_connection_and_its_repair() {
    let tree = conflict();
    let run = sarif_run(tree.root());
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"plaintext-to-strict".into(), &"error".into())
    );
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "plaintext-to-strict");
    let message = result["message"]["text"].as_str().unwrap();
    assert!(
        message.contains("makes any sidecar send plaintext")
            && message.contains("\nwrite `mode: ISTIO_MUTUAL`")
    );
    let location = &result["locations"][0];
    let file = &location["physicalLocation"]["artifactLocation"];
    assert_eq!(
        (&file["uri"], &file["uriBaseId"]),
        (&"destination-rule.yaml".into(), &"%SRCROOT%".into())
    );
    assert_eq!(
        location["physicalLocation"]["region"],
        serde_json::json!({"startLine": 11, "startColumn": 13, "endLine": 11, "endColumn": 20})
    );
    let object = &location["logicalLocations"][0]["fullyQualifiedName"];
    assert_eq!(object, "DestinationRule production/payment-service");
    let steps = result
        .pointer("/codeFlows/0/threadFlows/0/locations")
        .unwrap()
        .as_array()
        .unwrap();
    let texts: Vec<&str> = steps
        .iter()
        .map(|step| step["location"]["message"]["text"].as_str().unwrap())
        .collect();
    let expected = [
        "clients (any sidecar) send plaintext: DestinationRule production/payment-service: tls DISABLE",
        "port 80 leads to port 8080 of production/payment-service",
        "data plane of production/payment-service: sidecar (namespace production: istio-injection=enabled)",
        "namespace: production/default says STRICT",
        "reset by the server's proxy (NR filter_chain_not_found); the client logs 503 UC connection termination",
    ];
    assert_eq!(texts, expected);
    let files = steps.iter().map(|step| {
        let place = &step["location"]["physicalLocation"];
        assert!(place["region"]["startLine"].is_u64(), "{place}");
        place["artifactLocation"]["uri"].as_str().unwrap()
    });
    assert_eq!(
        files.collect::<Vec<_>>(),
        [
            "destination-rule.yaml",
            "payment-service.yaml",
            "namespaces.yaml",
            "peer-authentication.yaml",
            "peer-authentication.yaml"
        ]
    );
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related.len(), 2);
    assert_eq!(
        (&related[1]["id"], &related[1]["message"]["text"]),
        (&2.into(), &"port 80 leads to port 8080 of the pods".into())
    );
    let change = result.pointer("/fixes/0/artifactChanges/0").unwrap();
    assert_eq!(change["artifactLocation"]["uri"], "destination-rule.yaml");
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        "ISTIO_MUTUAL"
    );
    assert_eq!(change["replacements"][0]["deletedRegion"]["startColumn"], 13);
    assert_eq!(run["invocations"][0]["exitCode"], 1);
}

/// What the steps of a rule's only result say.
fn course(root: &Path, rule: &str) -> Vec<String> {
    let run = sarif_run(root);
    let results = run["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == rule).unwrap();
    let steps = result.pointer("/codeFlows/0/threadFlows/0/locations").unwrap();
    let texts = steps.as_array().unwrap().iter().enumerate().map(|(index, step)| {
        assert_eq!(step["executionOrder"], index + 1);
        step["location"]["message"]["text"].as_str().unwrap().to_owned()
    });
    texts.collect()
}

#[test]
fn a_port_has_the_course_of_its_mode() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/guide/25-fixes-overlap");
    assert_eq!(
        course(&root, "plaintext-accepted"),
        [
            "lets callers in that show no identity",
            "data plane of production/my-service: sidecar (namespace production: istio-injection=enabled)",
            "namespace: production/default says STRICT",
            "workload: production/allow-external says nothing, inherits STRICT",
            "port 8080: production/allow-external says PERMISSIVE, overrides namespace",
        ]
    );
}

/// The first cluster, in which the port takes plaintext, would tell another one.
#[test]
fn a_course_is_that_of_the_context_in_which_it_was_found() {
    let tree = Tree::default();
    for file in common::files(&testdata("guide/20-strict-disable-conflict"), "yaml") {
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        tree.add(
            &format!("prod/{name}"),
            &text.replace("mode: STRICT", "mode: PERMISSIVE"),
        );
        tree.add(&format!("test/{name}"), &text);
    }
    tree.add(".peerauth.yaml", "contexts: {prod: [prod], test: [test]}\n");
    let steps = course(tree.root(), "plaintext-to-strict");
    assert!(
        steps.contains(&"namespace: production/default says STRICT".to_owned()),
        "{steps:?}"
    );
}

#[test]
fn objects_by_themselves_have_no_course() {
    let tree = Tree::default();
    let policy = |name: &str| {
        format!(
            "{{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {{name: {name}, namespace: shop}}, spec: {{mtls: {{mode: STRICT}}}}}}\n"
        )
    };
    tree.add("policies.yaml", &(policy("a") + "---\n" + &policy("b")));
    let run = sarif_run(tree.root());
    let shadowed = run["results"].as_array().unwrap();
    let shadowed = shadowed
        .iter()
        .find(|result| result["ruleId"] == "shadowed-policy")
        .unwrap();
    assert!(!shadowed["relatedLocations"].as_array().unwrap().is_empty());
    assert!(shadowed.get("codeFlows").is_none());
}

#[test]
fn sarif_keeps_what_is_suppressed() {
    let tree = conflict();
    let rule = fs::read_to_string(tree.path("destination-rule.yaml")).unwrap();
    let rule = rule.replace(
        "mode: DISABLE",
        "mode: DISABLE # peerauth: ignore[plaintext-to-strict] until Friday",
    );
    tree.add("destination-rule.yaml", &rule);
    let outcome = check("sarif", tree.root());
    let run = &outcome.json()["runs"][0];
    let result = &run["results"][0];
    assert_eq!(
        (outcome.code, &result["ruleId"]),
        (0, &"plaintext-to-strict".into()),
        "{}",
        outcome.stderr
    );
    let suppression = &result["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["status"], "accepted");
    assert_eq!(suppression["justification"], "until Friday");
    assert_eq!(
        suppression["location"]["physicalLocation"]["region"]["startLine"],
        11
    );
    assert_valid(&validator("sarif-2.1.0.json"), &outcome.json());
}

#[test]
fn a_path_is_an_address_below_the_root() {
    let tree = Tree::default();
    tree.add(".git/HEAD", "");
    let broken = "apiVersion: v1\nkind: Service: x\n";
    tree.add("a b/ü#?%.yaml", broken);
    let run = sarif_run(&tree.root().join("a b"));
    let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b/%C3%BC%23%3F%25.yaml");
    let github = check("github", &tree.root().join("a b")).stdout;
    assert!(github.contains(",file=a b/ü#?%25.yaml,line=2,"), "{github}");
    let stdin = command(&["check", "-o", "sarif", "-"], broken, tree.root()).json();
    let uri = &stdin["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "%3Cstdin%3E");
}

// Reports over findings that no manifest could make as bad.

/// Texts that mean something to a format, a terminal or a person.
const HOSTILE: [&str; 18] = [
    "\u{1b}[31mred\u{7}\u{9b}",
    "\u{202e}lmay.\u{2066}\u{200b}",
    "%0A::error file=x::y",
    "a\n::error::injected",
    "a\r\n::stop-commands::x",
    "]]> <![CDATA[",
    "<img src=x onerror=alert(1)>",
    "</details></summary><script>",
    "[click](https://evil.example) ![x](y)",
    "`code` ``` *b* _i_ ~~s~~ **x**",
    "| a | b |\n|---|---|",
    "\n# heading\n- item",
    "@everyone #1 GH-1 https://evil.example www.evil.example a@b.example",
    "&lt;&amp;&#64;",
    "\u{fffe}\u{ffff}\u{0}",
    "${{ secrets.X }} $x$",
    "a,b:c=d",
    "<!-- x --> \\ \" ' {0}",
];

/// What is shown of such a text in one line.
fn shown(text: &str) -> String {
    let is_bad = |c: char| c.is_control() || matches!(c, '\u{200b}' | '\u{202e}' | '\u{2066}');
    text.chars()
        .map(|c| if is_bad(c) { '\u{fffd}' } else { c })
        .collect()
}

struct Case {
    sources: SourceMap,
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    unreadable: Vec<Unreadable>,
}

impl Case {
    fn new(name: &str) -> Case {
        let mut sources = SourceMap::default();
        sources.add_text(format!("/work/{name}"), "mode: DISABLE\nhost: a\n");
        Case {
            sources,
            findings: Vec::new(),
            suppressed: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    /// A finding all of whose texts are that one.
    fn hostile(text: &str) -> Case {
        let mut case = Case::new(&format!("{text}.yaml"));
        let finding = Case::finding(Severity::Error, text);
        case.suppressed.push(Suppressed {
            finding: finding.clone(),
            by: Means::Comment,
            place: None,
            reason: text.into(),
        });
        case.findings.push(finding);
        case.unreadable.push(Unreadable {
            path: format!("/work/{text}").into(),
            reason: text.to_owned(),
        });
        case
    }

    fn finding(severity: Severity, text: &str) -> Finding {
        let words = || text.to_owned();
        let at = Span::new(FileId(0), 6, 13);
        let mut finding = Finding::new(RuleId("plaintext-to-strict"), severity, at, text)
            .on(ObjectName {
                kind: Kind::DestinationRule,
                namespace: Some(text.into()),
                name: text.into(),
            })
            .label(words())
            .related(Span::new(FileId(0), 20, 21), words())
            .help(words())
            .assuming(Assumption::NotModelled, words())
            .fix(
                words(),
                vec![Edit {
                    span: at,
                    text: words(),
                }],
            );
        finding.contexts = vec![text.into()];
        finding
    }

    fn input(&self) -> Input<'_> {
        Input {
            sources: &self.sources,
            base: Path::new("/work"),
            root: Path::new("/work"),
            findings: &self.findings,
            suppressed: &self.suppressed,
            skipped: &[],
            unreadable: &self.unreadable,
            fails_from: Some(Severity::Error),
            is_broken: !self.unreadable.is_empty(),
            summary: Summary::default(),
        }
    }

    fn write(&self, write: fn(&Input<'_>, &mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&self.input(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn json(&self, write: fn(&Input<'_>, &mut dyn Write) -> io::Result<()>) -> Value {
        serde_json::from_str(&self.write(write)).unwrap()
    }
}

#[test]
fn no_format_writes_what_a_terminal_obeys() {
    fn text_report(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
        let look = text::Options {
            width: 100,
            color: false,
            no_fold: false,
        };
        text::write(input, &look, out)
    }
    let writers = [
        text_report,
        concise::write,
        sarif::write,
        github::write,
        gitlab::write,
        junit::write,
        markdown::write,
    ];
    for hostile in HOSTILE {
        for write in writers {
            let report = Case::hostile(hostile).write(write);
            let bad = report
                .chars()
                .find(|&c| c != '\n' && shown(&c.to_string()) == "\u{fffd}" && c != '\u{fffd}');
            assert_eq!(bad, None, "{report}");
        }
    }
}

#[test]
fn hostile_text_stays_text_in_sarif() {
    let validator = validator("sarif-2.1.0.json");
    for hostile in HOSTILE {
        let log = Case::hostile(hostile).json(sarif::write);
        assert_valid(&validator, &log);
        let run = &log["runs"][0];
        let result = &run["results"][0];
        let message = result["message"]["text"].as_str().unwrap();
        let expected = shown(hostile).replace("](", "] (");
        assert_eq!(message.lines().next().unwrap_or_default(), expected);
        assert!(!message.contains("]("));
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            .as_str()
            .unwrap();
        assert_eq!(decoded(uri), format!("{hostile}.yaml").replace("//", "/"));
        let edit = result.pointer("/fixes/0/artifactChanges/0/replacements/0/insertedContent/text");
        assert_eq!(edit.unwrap(), hostile, "what is written to a file is exact");
        assert_eq!(
            run["results"][1]["suppressions"][0]["justification"],
            shown(hostile)
        );
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["exitCode"], 2);
        let notification = &invocation["toolExecutionNotifications"][0];
        assert_eq!(notification["level"], "error");
        assert!(
            notification["message"]["text"]
                .as_str()
                .unwrap()
                .starts_with("cannot read ")
        );
    }
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap();
                (u8::from_str_radix(digits, 16).unwrap(), tail)
            }
            (byte, tail) => (*byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).unwrap()
}

// GitHub.

/// A workflow command as the runner reads it.
fn parsed(line: &str) -> (String, BTreeMap<String, String>, String) {
    let (head, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let undo = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let properties = properties
        .split(',')
        .filter_map(|property| property.split_once('='));
    let properties = properties.map(|(key, value)| {
        let value = value.replace("%3A", ":").replace("%2C", ",");
        (key.to_owned(), undo(&value))
    });
    (name.to_owned(), properties.collect(), undo(data))
}

#[test]
fn hostile_text_stays_in_its_workflow_command() {
    for hostile in HOSTILE {
        let report = Case::hostile(hostile).write(github::write);
        let commands: Vec<_> = report.split_terminator('\n').map(parsed).collect();
        let names: Vec<&str> = commands.iter().map(|(name, _, _)| &**name).collect();
        assert_eq!(
            names,
            ["group", "error", "endgroup", "group", "error", "endgroup"],
            "{report}"
        );
        let (_, properties, data) = &commands[4];
        assert_eq!(data.lines().next().unwrap_or_default(), shown(hostile));
        let file = shown(&format!("{hostile}.yaml")).replace("//", "/");
        let expected = [
            ("col", "7"),
            ("endColumn", "14"),
            ("endLine", "1"),
            ("file", &*file),
            ("line", "1"),
            ("title", "peerauth plaintext-to-strict"),
        ];
        let properties: Vec<(&str, &str)> =
            properties.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(properties, expected);
    }
}

#[test]
fn annotations_are_grouped_and_the_worst_come_first() {
    let mut case = Case::new("a.yaml");
    for severity in [
        Severity::Info,
        Severity::Warning,
        Severity::Error,
        Severity::Warning,
    ] {
        let finding = Case::finding(severity, severity.as_str());
        case.findings.push(finding);
    }
    let report = case.write(github::write);
    let heads: Vec<&str> = report
        .lines()
        .map(|line| line.split(" title").next().unwrap())
        .collect();
    assert_eq!(
        heads,
        [
            "::group::1 error",
            "::error",
            "::endgroup::",
            "::group::2 warnings",
            "::warning",
            "::warning",
            "::endgroup::",
            "::group::1 info",
            "::notice",
            "::endgroup::",
        ]
    );
    let clean = Case::new("a.yaml").write(github::write);
    assert_eq!(clean, "");
}

// GitLab.

#[test]
fn gitlab_reads_the_report() {
    let validator = validator("gitlab-code-quality.json");
    let mut all = 0;
    for tree in trees() {
        let issues = check("gitlab", &tree).json();
        assert_valid(&validator, &issues);
        let issues = issues.as_array().unwrap();
        let fingerprints: BTreeSet<&str> = issues
            .iter()
            .map(|issue| issue["fingerprint"].as_str().unwrap())
            .collect();
        assert_eq!(
            fingerprints.len(),
            issues.len(),
            "GitLab drops issues that are alike"
        );
        all += issues.len();
    }
    assert!(all > 20);
    assert_eq!(Case::new("a.yaml").json(gitlab::write), serde_json::json!([]));
    let mut case = Case::new("a.yaml");
    case.findings = [Severity::Error, Severity::Warning, Severity::Info]
        .map(|severity| Case::finding(severity, "text"))
        .into();
    let issues = case.json(gitlab::write);
    let severities: Vec<&Value> = issues
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| &issue["severity"])
        .collect();
    assert_eq!(severities, ["critical", "minor", "info"]);
    for hostile in HOSTILE {
        let issues = Case::hostile(hostile).json(gitlab::write);
        assert_valid(&validator, &issues);
        assert_eq!(issues[0]["description"], shown(hostile));
    }
}

// JUnit.

fn cases(report: &Report) -> Vec<&TestCase> {
    report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases)
        .collect()
}

#[test]
fn junit_is_red_where_the_run_fails() {
    let mut case = Case::new("a.yaml");
    case.findings = vec![
        Case::finding(Severity::Error, "one"),
        Case::finding(Severity::Warning, "two"),
    ];
    let suppressed = Case::finding(Severity::Error, "three");
    case.suppressed.push(Suppressed {
        finding: suppressed,
        by: Means::Config,
        place: None,
        reason: "why".into(),
    });
    case.unreadable.push(Unreadable {
        path: "/work/b.yaml".into(),
        reason: "denied".into(),
    });
    let xml = case.write(junit::write);
    let report = Report::deserialize_from_str(&xml).unwrap();
    assert_eq!(
        (report.tests, report.failures, report.errors, report.skipped),
        (4, 1, 1, 1),
        "{xml}"
    );
    let suites: Vec<&str> = report
        .test_suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    assert_eq!(suites, ["b.yaml", "a.yaml"]);
    let cases = cases(&report);
    assert_eq!(cases[0].name.as_str(), "read b.yaml");
    assert_eq!(cases[1].name.as_str(), "plaintext-to-strict: one");
    assert_eq!(cases[1].classname.as_ref().unwrap().as_str(), "a.yaml");
    let TestCaseStatus::NonSuccess {
        kind,
        message,
        description,
        ..
    } = &cases[1].status
    else {
        panic!("{xml}")
    };
    assert_eq!(
        (*kind, message.as_ref().unwrap().as_str()),
        (NonSuccessKind::Failure, "one")
    );
    let description = description.as_ref().unwrap().as_str();
    assert!(
        description.starts_with("a.yaml:1:7: error[plaintext-to-strict] one\n"),
        "{description}"
    );
    assert!(description.ends_with("\na.yaml:2:7: one"), "{description}");
    assert!(matches!(cases[2].status, TestCaseStatus::Success { .. }));
    assert!(
        cases[2]
            .system_out
            .as_ref()
            .unwrap()
            .as_str()
            .contains("warning[plaintext-to-strict] two")
    );
    let TestCaseStatus::Skipped { message, .. } = &cases[3].status else {
        panic!("{xml}")
    };
    assert_eq!(message.as_ref().unwrap().as_str(), "suppressed by config: why");
}

#[test]
fn junit_has_a_case_that_passes_where_nothing_is_found() {
    let report = Report::deserialize_from_str(&Case::new("a.yaml").write(junit::write)).unwrap();
    assert_eq!(
        (report.tests, report.failures, report.errors, report.skipped),
        (1, 0, 0, 0)
    );
    assert!(matches!(cases(&report)[0].status, TestCaseStatus::Success { .. }));
}

#[test]
fn hostile_text_stays_text_in_junit() {
    for hostile in HOSTILE {
        let xml = Case::hostile(hostile).write(junit::write);
        let report = Report::deserialize_from_str(&xml).unwrap();
        let cases = cases(&report);
        assert_eq!(cases.len(), 3, "{xml}");
        let TestCaseStatus::NonSuccess { message, .. } = &cases[1].status else {
            panic!("{xml}")
        };
        let expected = shown(hostile).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        assert_eq!(message.as_ref().unwrap().as_str(), expected);
    }
}

// Markdown.

/// What is read, and the HTML that a page has.
fn rendered(page: &str) -> (String, Vec<String>) {
    let (mut text, mut html) = (String::new(), Vec::new());
    let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(page, options) {
        match event {
            Event::Text(part) | Event::Code(part) => text += &part,
            Event::Html(part) | Event::InlineHtml(part) => html.push(part.trim().to_owned()),
            Event::SoftBreak => text.push('\n'),
            Event::Start(tag) => assert!(
                !matches!(
                    tag,
                    Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough
                ),
                "{page}"
            ),
            _ => {}
        }
    }
    (text, html)
}

#[test]
fn hostile_text_stays_text_in_markdown() {
    for hostile in HOSTILE {
        let mut case = Case::hostile(hostile);
        case.findings[0].help = Some(format!("write\n{hostile}\n").into());
        let page = case.write(markdown::write);
        let (text, html) = rendered(&page);
        let expected = shown(hostile);
        assert!(
            text.contains(&format!("line 1: {}", expected.trim_end())),
            "{text}"
        );
        let path = escaped(&shown(&format!("{hostile}.yaml"))).replace("//", "/");
        let summary = format!("<summary><code>{path}</code>: 1 error</summary>");
        for html in html {
            let known = [
                "<!-- peerauth -->",
                "<!-- -->",
                "<br>",
                "<details>",
                "</details>",
                &*summary,
            ];
            assert!(known.contains(&&*html), "{html}\n{page}");
        }
        for call in ["@everyone", "#1", "https://", "www.", "a@b"] {
            assert!(!outside_of_code(&page).contains(call), "{page}");
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The page without fenced blocks and summaries, in which nothing calls anybody.
fn outside_of_code(page: &str) -> String {
    let mut is_code = false;
    let lines = page.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence && !line.starts_with("<summary>")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn markdown_has_a_verdict_figures_and_files() {
    let mut case = Case::new("a.yaml");
    case.sources.add_text("/work/b.yaml", "mode: DISABLE\nhost: a\n");
    let page = case.write(markdown::write);
    assert!(
        page.starts_with("<!-- peerauth -->\n### ✅ peerauth: passed, nothing found\n\nchecked "),
        "{page}"
    );
    assert!(!page.contains("<details>") && !page.contains('|'));
    case.findings = vec![Case::finding(Severity::Warning, "mild")];
    let page = case.write(markdown::write);
    assert!(page.contains("### ✅ peerauth: passed, 1 finding\n"), "{page}");
    let mut worse = Case::finding(Severity::Error, "bad");
    worse.primary.span.file = FileId(1);
    case.findings.push(worse);
    let page = case.write(markdown::write);
    assert!(page.contains("### ❌ peerauth: failed, 2 findings\n"), "{page}");
    assert!(
        page.contains("| `plaintext-to-strict` | error | 1 |\n| `plaintext-to-strict` | warning | 1 |\n")
    );
    let (bad, mild) = (page.find("<code>b.yaml"), page.find("<code>a.yaml"));
    assert!(bad.unwrap() < mild.unwrap(), "the worst comes first: {page}");
    case.unreadable.push(Unreadable {
        path: "/work/c.yaml".into(),
        reason: "denied".into(),
    });
    let page = case.write(markdown::write);
    assert!(
        page.contains("### ❌ peerauth: not everything could be read, 2 findings\n"),
        "{page}"
    );
    assert!(page.contains("\n- cannot read c.yaml: denied\n"), "{page}");
}

#[test]
fn markdown_fits_into_a_comment() {
    let mut case = Case::new("a.yaml");
    let count = 2000;
    case.findings = (0..count)
        .map(|number| Case::finding(Severity::Error, &format!("number {number}\nin two lines")))
        .collect();
    let page = case.write(markdown::write);
    assert!(page.len() < 65_536 && page.len() > 60_000, "{}", page.len());
    let shown = page.matches("\n- **error**").count();
    assert!(
        page.ends_with(&format!(
            "\n</details>\n\n… and {} findings more\n",
            count - shown
        )),
        "{page}"
    );
    assert_eq!(
        page.matches("<details>").count(),
        page.matches("</details>").count()
    );
    assert!(page.contains(&format!("failed, {count} findings")));
    case.findings.truncate(shown);
    assert!(!case.write(markdown::write).contains("more\n"));
}

/// A cluster of which every namespace has a conflict, as one text with so many bytes of comment above each document.
fn conflicts(comment: usize) -> String {
    let comment = format!("#{}\n", " ".repeat(comment));
    let namespaces = (0..40).flat_map(|number| {
        let meta = |name: &str| format!("metadata: {{name: {name}, namespace: n{number}}}\n");
        [
            format!("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n{}spec: {{mtls: {{mode: STRICT}}}}\n", meta("default")),
            format!(
                "apiVersion: v1\nkind: Service\n{}spec: {{selector: {{app: cart}}, ports: [{{port: 80, name: http}}]}}\n",
                meta("cart")
            ),
            format!(
                "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n{}spec:\n  host: cart\n  trafficPolicy: {{tls: {{mode: DISABLE}}}}\n",
                meta("cart")
            ),
            format!(
                "apiVersion: apps/v1\nkind: Deployment\n{}spec:\n  template:\n    metadata: {{labels: {{app: cart, sidecar.istio.io/inject: \"true\"}}}}\n    \
                 spec: {{containers: [{{name: cart, ports: [{{containerPort: 80}}], envFrom: [{{configMapRef: {{name: peers}}}}]}}]}}\n",
                meta("cart")
            ),
            format!(
                "apiVersion: v1\nkind: ConfigMap\n{}data:\n  CART_HOST: cart.n{}\n",
                meta("peers").replace("metadata: {name: peers, ", "metadata:\n  name: peers\n  ").replace('}', ""),
                (number + 1) % 40
            ),
            "kind: Secret\napiVersion: v1\nmetadata: {name: s}\n".to_owned(),
        ]
    });
    let documents = namespaces.map(|document| format!("{comment}{document}"));
    documents.collect::<Vec<_>>().join("---\n")
}

#[test]
fn a_file_that_is_too_long_to_be_held_is_reported_as_a_short_one() {
    let (short, long) = (Tree::default(), Tree::default());
    short.add("all.yaml", &conflicts(1));
    let text = conflicts(160_000);
    assert!(text.len() > 2 << 24);
    long.add("all.yaml", &text);
    // The others tell bytes too.
    for format in ["concise", "github", "text"] {
        let args = ["check", "--no-fold", "-o", format];
        let (short, long) = (short.run(&args), long.run(&args));
        assert!(
            short.stdout.matches("plaintext-to-strict").count() >= 40,
            "{}",
            short.stdout
        );
        assert_eq!(short.stdout, long.stdout, "{format}");
        assert_eq!((short.code, long.code), (1, 1), "{}", long.stderr);
    }
}
