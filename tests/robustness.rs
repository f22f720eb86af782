//! Whatever is written in a tree, a command line ends with 0, 1 or 2 and a report that is well-formed: no
//! panic, JSON that parses, no control character that reaches a terminal, no place outside of its file.
//!
//! `PROPTEST_CASES=50000 cargo test --test robustness` looks longer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::ffi::OsString;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::command::command;
use peerauth::cli::{self, Env};
use proptest::prelude::*;
use serde_json::Value;

/// The path of each file in its tree, and what it holds.
type Tree = Vec<(String, Vec<u8>)>;

fn read(folder: &Path) -> Tree {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = entries.into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap();
            (name.to_owned(), fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Every case of the rules and of the resolver as a tree of one file, every repository as it is.
fn trees() -> Vec<Tree> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut trees = Vec::new();
    for folder in ["rules", "semantics", "semantics-ambient", "conformance"] {
        let files = read(&testdata.join(folder)).into_iter();
        let manifests =
            files.filter(|(name, _)| Path::new(name).extension().is_some_and(|end| end == "yaml"));
        trees.extend(manifests.map(|(_, bytes)| vec![("mesh.yaml".to_owned(), bytes)]));
    }
    for folder in ["repositories", "guide", "quiet"] {
        trees.extend(
            common::folders(&testdata.join(folder))
                .iter()
                .map(|tree| read(tree)),
        );
    }
    assert!(trees.len() > 1000, "the trees are found");
    trees
}

/// A tree with a config, an ignore file and a baseline that say something about it.
fn configured() -> Tree {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut tree = read(&testdata.join("guide/20-strict-disable-conflict"));
    for (name, text) in [
        (".peerauth.yaml", CONFIG),
        ("values.yaml", "meshConfig:\n  enableAutoMtls: true\n"),
        (".gitignore", "/vendor/\n*.bak\n!keep.yaml\n[a-\n"),
        ("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
        (
            "templates/web.yaml",
            "kind: Service\nmetadata:\n  name: {{ .Values.name }}\n",
        ),
        ("overlay/kustomization.yaml", KUSTOMIZATION),
        ("baseline.json", BASELINE),
    ] {
        tree.push((name.to_owned(), text.as_bytes().to_vec()));
    }
    tree
}

const CONFIG: &str = r#"mesh:
  rootNamespace: istio-system
  trustDomain: cluster.local
  values: values.yaml
  revisions: [default, canary]
  enableAutoMtls: true
  complete: [production]
  discoverySelectors:
    - matchLabels: {istio: "yes"}
  defaultConfig:
    interceptionMode: REDIRECT
contexts:
  prod: ["*.yaml"]
  chart: [templates]
paths:
  exclude: ["vendor/**"]
baseline: baseline.json
rules:
  plaintext-accepted: error
  redundant-policy: off
expect:
  - namespaces: ["production"]
    mode: STRICT
    ports: [8080]
    except:
      - object: Deployment/payment-service.production
        reason: the legacy system
        expires: 2027-01-01
ignore:
  - rule: plaintext-to-strict
    paths: ["destination-rule.yaml"]
    reason: "the legacy system"
    expires: 2027-01-01
"#;

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\
    namespace: production\nnamePrefix: a-\nresources:\n  - ../payment-service.yaml\n  - ./\n  - ../../..\n\
    components: [../templates]\npatches:\n  - path: ../destination-rule.yaml\n    target: {kind: Service, name: \".*\"}\n\
    labels:\n  - pairs: {app: x}\n    includeSelectors: true\n";

const BASELINE: &str = "{\"schemaVersion\": \"1\",\n  \"findings\": [\n    {\"rule\": \"plaintext-to-strict\",\n     \
    \"object\": \"DestinationRule production/payment-service\",\n     \"detail\": \"tls\"}\n  ]\n}\n";

static TREES: LazyLock<Vec<Tree>> = LazyLock::new(trees);

/// What is written in the place of a value, or somewhere.
static PIECES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let texts = [
        "",
        "~",
        "true",
        "no",
        "0",
        "-1",
        "-8080",
        "1e400",
        ".nan",
        "-.inf",
        "0x1F90",
        "0o17",
        "65536",
        "4294967296",
        "99999999999999999999999",
        "-9223372036854775808",
        "1.10",
        "2027-01-01",
        "9999-12-31T23:59:60Z",
        "[]",
        "{}",
        "[[[[1]]]]",
        "[~, {}]",
        "{a: {b: [c]}}",
        "&a [*a]",
        "*a",
        "*missing",
        "&a x",
        "!!str 1",
        "!custom {}",
        "<<: {a: 1}",
        "\"\\u001b[31mred\\u001b[0m\"",
        "\"a\\rb\\nc\\td\"",
        "\"\\u202eevil\\u2066\"",
        "\"\\0\"",
        "\u{1b}]8;;http://example.org\u{7}x",
        "\u{9b}31m",
        "\u{0}",
        "\r",
        "\u{202e}abc",
        "\u{2028}",
        "\u{feff}",
        "🦀👩‍👩‍👧‍👦",
        "e\u{301}e\u{301}",
        "日本語",
        "*",
        "*.*",
        "*.local",
        "..",
        ".",
        "../../..",
        "/",
        "-",
        "---",
        "...",
        "|",
        ">-\n",
        "\"",
        "'",
        "{",
        "[",
        "}",
        "]",
        ": ",
        "- ",
        "#",
        "%",
        "\t",
        "\n---\n",
        "\n...\n",
        "{{ .Values.x }}",
        "{{- end }}",
        "${NAME}",
        "STRICT",
        "DISABLE",
        "UNSET",
        "strict",
        "ISTIO_MUTUAL",
        "istio-system",
        "default",
        "spiffe://a/b",
        "*.production.svc.cluster.local",
        "0.0.0.0/0",
        "::1",
        "10.0.0.0/33",
        "unix:///x",
        "[::]:80",
        "a:b:c",
        "http://a:99999999/",
        "peerauth: ignore",
        "# peerauth: ignore[x]",
        "None",
        "headless",
        "http",
        "web:80",
        "é",
        "kind: PeerAuthentication",
        "kind: List\nitems: [{kind: List, items: []}]",
        "spec: []",
        "metadata: {name: [x]}",
    ];
    let mut pieces: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    pieces.push(vec![0xff, 0xfe]);
    pieces.push(vec![b'a', 0xc3, b'(']);
    pieces.push(vec![0xed, 0xa0, 0x80]);
    pieces.push(vec![b'x'; 70_000]);
    pieces.push("é".repeat(300).into_bytes());
    pieces.push("a.".repeat(200).into_bytes());
    pieces.push("[".repeat(300).into_bytes());
    pieces.push("*".repeat(2000).into_bytes());
    pieces
});

type Index = prop::sample::Index;

/// One change of a file.
#[derive(Debug, Clone)]
struct Edit {
    kind: u8,
    file: Index,
    at: Index,
    other: Index,
    piece: Index,
}

fn edit() -> impl Strategy<Value = Edit> {
    let places = (any::<Index>(), any::<Index>(), any::<Index>(), any::<Index>());
    (0..12u8, places).prop_map(|(kind, (file, at, other, piece))| Edit {
        kind,
        file,
        at,
        other,
        piece,
    })
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

/// Where the value of a line `key: value` or `- value` is.
fn value(line: &[u8]) -> Option<Range<usize>> {
    let after = |mark: &[u8]| line.windows(2).position(|pair| pair == mark).map(|at| at + 2);
    let start = after(b": ").or_else(|| after(b"- "))?;
    let end = line.len() - usize::from(line.ends_with(b"\n"));
    (start <= end).then_some(start..end)
}

impl Edit {
    fn apply(&self, tree: &mut Tree) {
        let file = self.file.index(tree.len());
        let bytes = &mut tree[file].1;
        let piece = self.piece.get(&PIECES);
        let mut lines = lines(bytes);
        if lines.is_empty() {
            bytes.clone_from(piece);
            return;
        }
        let (at, other) = (self.at.index(lines.len()), self.other.index(lines.len()));
        match self.kind {
            0 => drop(lines.remove(at)),
            1 => lines.insert(other, lines[at].clone()),
            2 => lines.swap(at, other),
            3 => {
                let indent = lines[at].iter().take_while(|&&byte| byte == b' ').count();
                lines[at].drain(..indent.min(2));
            }
            4 => lines[at].splice(..0, *b"  ").for_each(drop),
            5..=7 => {
                // The nearest line with a value.
                let found = (at..lines.len())
                    .chain(0..at)
                    .find_map(|at| Some((at, value(&lines[at])?)));
                if let Some((at, range)) = found {
                    lines[at].splice(range, piece.iter().copied()).for_each(drop);
                }
            }
            8 => {
                if let (Some(here), Some(there)) = (value(&lines[at]), value(&lines[other])) {
                    let (mine, theirs) = (
                        lines[at][here.clone()].to_vec(),
                        lines[other][there.clone()].to_vec(),
                    );
                    lines[at].splice(here, theirs).for_each(drop);
                    if at != other {
                        lines[other].splice(there, mine).for_each(drop);
                    }
                }
            }
            9 => {
                let mut flat = lines.concat();
                let at = self.at.index(flat.len() + 1);
                flat.splice(at..at, piece.iter().copied()).for_each(drop);
                *bytes = flat;
                return;
            }
            10 => {
                let mut flat = lines.concat();
                flat.truncate(self.at.index(flat.len() + 1));
                *bytes = flat;
                return;
            }
            _ => {
                let (from, to) = (at.min(other), at.max(other));
                lines.drain(from..to.min(from + 6));
            }
        }
        *bytes = lines.concat();
    }
}

/// Names that the tree writes somewhere, to ask about.
fn named(tree: &Tree, which: Index) -> String {
    let names: Vec<String> = tree
        .iter()
        .flat_map(|(_, bytes)| lines(bytes))
        .filter_map(|line| {
            let line = String::from_utf8_lossy(&line).into_owned();
            let name = line.trim().trim_start_matches("- ").strip_prefix("name: ")?;
            let name: String = name.chars().take(100).filter(|&letter| letter != '\0').collect();
            (!name.starts_with('-')).then_some(name)
        })
        .collect();
    if names.is_empty() {
        "web".to_owned()
    } else {
        which.get(&names).clone()
    }
}

const COMMANDS: [&[&str]; 11] = [
    &["check", "--pedantic"],
    &["check", "-o", "concise", "--no-fold"],
    &["check", "-o", "json", "--pedantic"],
    &["check", "-o", "yaml", "--skip-invalid"],
    &["list"],
    &["list", "-o", "json", "--trail"],
    &["tls-check"],
    &[
        "tls-check",
        "-o",
        "json",
        "--clients",
        "each",
        "--endpoints",
        "each",
    ],
    &["explain", "NAME", "-f"],
    &["explain", "NAME", "-o", "json", "-f"],
    &["explain", "NAME", "--port", "8080", "-f"],
];

/// A character that a terminal would obey, or that turns text around.
fn is_unsafe(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

fn run_in(directory: &Path, args: &[&str]) -> (u8, Vec<u8>, Vec<u8>) {
    let args = std::iter::once("peerauth")
        .chain(args.iter().copied())
        .map(OsString::from);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let env = Env::plain(directory);
    let code = cli::run(args, &mut std::io::empty(), &mut stdout, &mut stderr, &env);
    (code, stdout, stderr)
}

/// Runs a command over a tree and looks at what it leaves.
fn look(tree: &Tree, line: &[&str], name: &str) {
    let directory = tempfile::tempdir().unwrap();
    for (path, bytes) in tree {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let root = directory.path().to_str().unwrap();
    let args: Vec<&str> = line
        .iter()
        .map(|&arg| if arg == "NAME" { name } else { arg })
        .chain([root])
        .collect();
    let began = Instant::now();
    let (code, stdout, stderr) = run_in(directory.path(), &args);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(30), "{args:?} took {took:?}");
    assert!(code <= cli::FAILED, "{args:?} exits with {code}");
    let stdout = String::from_utf8(stdout).expect("the report is text");
    let stderr = String::from_utf8(stderr).expect("the notes are text");
    for text in [&stdout, &stderr] {
        let bad = text.chars().find(|&letter| is_unsafe(letter));
        assert_eq!(bad, None, "{args:?} prints it: {text}");
    }
    assert!(
        code != cli::FAILED || !stderr.is_empty() || !stdout.is_empty(),
        "{args:?} fails without a word"
    );
    if line.contains(&"json") && !stdout.is_empty() {
        let report: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"));
        look_at_places(&report, directory.path());
    }
}

/// Every place of a report lies in a file of the tree.
fn look_at_places(report: &Value, root: &Path) {
    match report {
        Value::Array(items) => items.iter().for_each(|item| look_at_places(item, root)),
        Value::Object(fields) => {
            if let (Some(file), Some(start), Some(end)) =
                (fields.get("file"), fields.get("byteStart"), fields.get("byteEnd"))
            {
                let path: PathBuf = root.join(file.as_str().unwrap());
                let length = fs::metadata(&path)
                    .unwrap_or_else(|error| panic!("{fields:?}: {error}"))
                    .len();
                // What is skipped as a whole has no place in its file.
                let offsets = start.as_u64().zip(end.as_u64());
                let (start, end) = offsets.unwrap_or_default();
                assert!(start <= end && end <= length, "{fields:?} in {length} bytes");
            }
            fields.values().for_each(|field| look_at_places(field, root));
        }
        _ => {}
    }
}

#[test]
fn the_surroundings_are_understood() {
    let directory = tempfile::tempdir().unwrap();
    for (path, bytes) in configured() {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let root = directory.path().to_str().unwrap();
    let (code, stdout, stderr) = run_in(directory.path(), &["check", "-o", "json", root]);
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(code <= cli::FINDINGS, "{stderr}");
    let report: Value = serde_json::from_slice(&stdout).unwrap();
    assert!(report["summary"]["objects"].as_u64() > Some(0), "{report}");
}

#[test]
fn an_error_does_not_reach_for_the_terminal() {
    let outcome = command(&["check", "/no\u{1b}]0;such\rpath"], "", Path::new("/"));
    assert_eq!(outcome.code, cli::FAILED);
    assert_eq!(
        outcome.stderr,
        "error: /no\u{fffd}]0;such\u{fffd}path: no such file or directory\n"
    );
}

#[test]
fn a_baseline_is_written_over_a_baseline_only() {
    let tree = common::command::Tree::default();
    let manifest = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: b}\n\
        spec: {mtls: {mode: STRICT}}\n";
    tree.add("a.yaml", manifest);
    let path = tree.path("a.yaml");
    let outcome = tree.run(&["check", "--write-baseline", &path]);
    assert_eq!(outcome.code, cli::FAILED, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("a.yaml`: the file exists and is not a baseline"),
        "{}",
        outcome.stderr
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), manifest);
    let path = tree.path("baseline.json");
    for before in ["", "{\"schemaVersion\": \"7\", \"findings\": []}"] {
        tree.add("baseline.json", before);
        let outcome = tree.run(&["check", "--write-baseline", &path]);
        assert_eq!(outcome.code, cli::OK, "{}", outcome.stderr);
        assert!(
            fs::read_to_string(&path)
                .unwrap()
                .contains("\"schemaVersion\": \"1\"")
        );
    }
}

/// What holds whatever goes wrong: `PeerAuthentication b/a`.
const POLICY: &str = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: b}\n\
    spec: {mtls: {mode: STRICT}}\n";

/// A policy whose `spec` is not as it should be, and one behind it that is.
fn spoiled(spec: &str) -> String {
    format!(
        "{}---\n{POLICY}",
        POLICY
            .replace("name: a", "name: spoiled")
            .replace("{mtls: {mode: STRICT}}", spec)
    )
}

#[test]
fn what_is_too_much_is_placed_and_hides_nothing_else() {
    let bomb: Vec<String> = (1..12)
        .map(|level| {
            let below = vec![format!("*a{}", level - 1); 9].join(", ");
            format!("\n  a{level}: &a{level} [{below}]")
        })
        .collect();
    let block: Vec<String> = (1..1000)
        .map(|depth| format!("\n{}- ", " ".repeat(depth)))
        .collect();
    let deep = ["[", "{a: "].map(|open| open.repeat(10_000));
    let cases = [
        (
            "an alias bomb",
            format!("\n  a0: &a0 [1]{}", bomb.concat()),
            "oversized-input",
            2,
        ),
        ("10,000 lists", deep[0].clone(), "oversized-input", 2),
        ("10,000 maps", deep[1].clone(), "oversized-input", 2),
        ("1,000 levels", block.concat(), "oversized-input", 2),
        ("an anchor in itself", "&a [*a]".to_owned(), "invalid-yaml", 2),
        (
            "a long line",
            format!("{{mtls: {{mode: {}}}}}", "X".repeat(1 << 17)),
            "invalid-resource",
            1,
        ),
        (
            "a great port",
            "{portLevelMtls: {99999999999999999999999: {mode: STRICT}}}".to_owned(),
            "invalid-resource",
            1,
        ),
        (
            "no number",
            "{portLevelMtls: {.nan: {mode: STRICT}}}".to_owned(),
            "invalid-resource",
            1,
        ),
        (
            "escapes",
            "{mtls: {mode: \"\\e]0;x\\a\\u202e\"}}".to_owned(),
            "invalid-resource",
            1,
        ),
    ];
    for (what, spec, rule, code) in cases {
        let outcome = command(&["check", "-o", "json", "-"], &spoiled(&spec), Path::new("/"));
        assert_eq!(outcome.code, code, "{what}: {}", outcome.stderr);
        let report = outcome.json();
        let findings: Vec<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|finding| finding["rule"].as_str())
            .collect();
        assert!(findings.contains(&rule), "{what}: {findings:?}");
        assert!(
            report["findings"][0]["location"]["line"].as_u64() > Some(3),
            "{what}: {report}"
        );
        assert!(
            report["summary"]["objects"].as_u64() > Some(0),
            "{what}: {report}"
        );
        for format in ["text", "concise", "yaml"] {
            let outcome = command(&["check", "-o", format, "-"], &spoiled(&spec), Path::new("/"));
            assert_eq!(outcome.code, code, "{what}: {}", outcome.stderr);
            assert_eq!(
                outcome.stdout.chars().find(|&letter| is_unsafe(letter)),
                None,
                "{what}: {}",
                outcome.stdout
            );
            assert!(
                outcome.stdout.len() < 100_000,
                "{what}: {} bytes of {format}",
                outcome.stdout.len()
            );
        }
    }
}

#[test]
fn a_lattice_of_kustomizations_ends() {
    let tree = common::command::Tree::default();
    for level in 0..60 {
        for side in ["a", "b"] {
            let next = level + 1;
            tree.add(
                &format!("{side}{level}/kustomization.yaml"),
                &format!("resources: [../a{next}, ../b{next}]"),
            );
        }
    }
    tree.add("a60/kustomization.yaml", "resources: [policy.yaml]");
    tree.add("a60/policy.yaml", POLICY);
    tree.add("beside/policy.yaml", POLICY);
    let outcome = tree.run(&["check", "-o", "json"]);
    assert_eq!(outcome.code, cli::OK, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("only kustomize can apply"),
        "{}",
        outcome.stderr
    );
}

#[cfg(unix)]
mod places {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::process::{Command, Stdio};

    use super::*;

    /// A tree with a policy beside everything that a directory may hold instead of a file.
    fn odd() -> common::command::Tree {
        let tree = common::command::Tree::default();
        tree.add("policy.yaml", POLICY);
        let path = |name: &str| tree.root().join(name);
        symlink("nowhere.yaml", path("dangling.yaml")).unwrap();
        symlink("two.yaml", path("one.yaml")).unwrap();
        symlink("one.yaml", path("two.yaml")).unwrap();
        symlink(".", path("self")).unwrap();
        symlink("/dev/zero", path("endless.yaml")).unwrap();
        fs::create_dir(path("directory.yaml")).unwrap();
        let made = Command::new("mkfifo").arg(path("pipe.yaml")).status().unwrap();
        assert!(made.success());
        tree
    }

    #[test]
    fn what_is_no_file_is_passed_over() {
        let tree = odd();
        for command in ["check", "list", "tls-check"] {
            let outcome = if command == "tls-check" {
                tree.run(&[command, "-f"])
            } else {
                tree.run(&[command])
            };
            assert_eq!(outcome.code, cli::OK, "{command}: {}", outcome.stderr);
        }
    }

    #[test]
    fn what_is_named_and_no_file_is_said() {
        let tree = odd();
        for (name, says) in [
            ("dangling.yaml", "no such file or directory"),
            ("one.yaml", "too many levels of symbolic links"),
            ("directory.yaml", "no .yaml, .yml or .json file"),
            ("policy.yaml/x", "not a directory"),
        ] {
            let path = tree.path(name);
            let outcome = command(&["check", &path], "", tree.root());
            assert_eq!(outcome.code, cli::FAILED);
            assert_eq!(outcome.stderr, format!("error: {path}: {says}\n"));
        }
        let long = "a".repeat(5000);
        let outcome = command(&["check", &long], "", tree.root());
        assert_eq!(outcome.stderr, format!("error: {long}: file name too long\n"));
        let outcome = command(&["check", "/dev/null"], "", tree.root());
        assert_eq!(outcome.stderr, "error: /dev/null: no YAML or JSON document\n");
    }

    /// What has no end is not read until the memory is full.
    #[test]
    fn a_device_without_an_end_is_refused_at_once() {
        let tree = common::command::Tree::default();
        tree.add("policy.yaml", POLICY);
        let policy = tree.path("policy.yaml");
        for args in [
            &["check", "/dev/zero"][..],
            &["list", "/dev/zero"],
            &["tls-check", "-f", "/dev/zero"],
            &["check", &policy, "--config", "/dev/zero"],
            &["check", &policy, "--baseline", "/dev/zero"],
            &["what-if", "--apply", "/dev/zero", &policy],
        ] {
            let outcome = command(args, "", tree.root());
            assert_eq!(outcome.code, cli::FAILED, "{args:?}");
            let says = "/dev/zero: a binary file, neither YAML nor JSON";
            assert!(outcome.stderr.contains(says), "{args:?}: {}", outcome.stderr);
        }
    }

    /// `<(helm template …)` gives a pipe a name.
    #[test]
    fn a_pipe_with_a_name_is_read() {
        let script = r#""$0" list --no-config <(cat "$1") | grep -c web"#;
        let tree = common::command::Tree::default();
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: a}]}}\n";
        tree.add("web.yaml", pod);
        let output = Command::new("bash")
            .args([
                "-c",
                script,
                env!("CARGO_BIN_EXE_peerauth"),
                &tree.path("web.yaml"),
            ])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n", "{output:?}");
    }

    #[test]
    fn kustomizations_open_files_only() {
        let tree = odd();
        tree.add(
            "kustomization.yaml",
            "resources: [policy.yaml, pipe.yaml, endless.yaml, one.yaml, directory.yaml]\n\
             components: [pipe.yaml, self]\npatches: [{path: pipe.yaml}, {path: endless.yaml}, {path: /dev/zero}]\n",
        );
        let outcome = tree.run(&["check"]);
        assert_eq!(outcome.code, cli::OK, "{}", outcome.stderr);
    }

    #[test]
    fn settings_and_reports_that_are_no_files_are_said() {
        let tree = odd();
        let policy = tree.path("policy.yaml");
        let directory = tree.path("directory.yaml");
        let missing = tree.path("missing/x");
        for (flag, path, says) in [
            (
                "--config",
                &missing,
                format!("{missing}: no such file or directory"),
            ),
            ("--config", &directory, format!("{directory}: is a directory")),
            (
                "--baseline",
                &missing,
                format!("{missing}: no such file or directory"),
            ),
            ("--baseline", &directory, format!("{directory}: is a directory")),
            (
                "--write-baseline",
                &missing,
                format!("cannot write {missing}: no such file or directory"),
            ),
            (
                "--write-baseline",
                &directory,
                format!("cannot write {directory}: is a directory"),
            ),
            (
                "--report",
                &format!("json={missing}"),
                format!("cannot write {missing}: no such file or directory"),
            ),
        ] {
            let outcome = command(&["check", "-q", flag, path, &policy], "", tree.root());
            assert_eq!(outcome.code, cli::FAILED, "{flag} {path}");
            assert_eq!(outcome.stderr, format!("error: {says}\n"));
        }
        for asked in [
            ["check", &policy].as_slice(),
            &["audit", &policy],
            &["diff", &policy, &policy],
            &["explain", &policy],
            &["graph", &policy],
            &["list", &policy],
            &["migrate", &policy],
            &["tls-check", "-f", &policy],
            &["what-if", "--strict", &policy],
        ] {
            let outcome = command(&[asked, &["--report", "json="]].concat(), "", tree.root());
            assert_eq!(outcome.code, cli::FAILED, "{asked:?}");
            assert!(
                outcome.stderr.contains("expected FORMAT=FILE"),
                "{asked:?}: {}",
                outcome.stderr
            );
        }
    }

    #[test]
    fn names_need_be_no_text() {
        let tree = common::command::Tree::default();
        let spoiled = spoiled("{mtls: {mode: NONE}}");
        for name in [
            b"x\xff\xfe.yaml".as_slice(),
            b"e\x1b[31m\nq.yaml",
            "\u{202e}lmay.yaml".as_bytes(),
        ] {
            fs::write(tree.root().join(OsStr::from_bytes(name)), &spoiled).unwrap();
        }
        tree.add(&format!("{}.yaml", "a".repeat(250)), &spoiled);
        for format in ["text", "concise", "json", "yaml"] {
            let outcome = tree.run(&["check", "-o", format, "-v"]);
            assert_eq!(outcome.code, cli::FINDINGS, "{}", outcome.stderr);
            for text in [&outcome.stdout, &outcome.stderr] {
                assert_eq!(text.chars().find(|&letter| is_unsafe(letter)), None, "{text}");
            }
        }
    }

    /// The program itself, whose reader has gone.
    #[test]
    fn nobody_needs_to_read_to_the_end() {
        let tree = common::command::Tree::default();
        let values: Vec<String> = (0..20_000).map(|key| format!("a{key}: 1")).collect();
        tree.add("a.yaml", &spoiled(&format!("{{{}}}", values.join(", "))));
        let path = OsString::from(tree.path("a.yaml"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_peerauth"))
            .args(["check", "-o", "concise", "-q"])
            .arg(path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let outcome = child.wait_with_output().unwrap();
        assert!(outcome.status.code() < Some(2), "{:?}", outcome.status);
        assert_eq!(String::from_utf8_lossy(&outcome.stderr), "");
    }
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(16),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn manifests(tree: Index, edits in prop::collection::vec(edit(), 1..6), command: Index, name: Index) {
        let mut tree = tree.get(&TREES).clone();
        for edit in &edits {
            edit.apply(&mut tree);
        }
        look(&tree, COMMANDS[command.index(COMMANDS.len())], &named(&tree, name));
    }

    #[test]
    fn what_surrounds_manifests(edits in prop::collection::vec(edit(), 0..5), command: Index, name: Index) {
        let mut tree = configured();
        for edit in &edits {
            edit.apply(&mut tree);
        }
        look(&tree, COMMANDS[command.index(COMMANDS.len())], &named(&tree, name));
    }
}
