//! The JSON that is written follows the schemas that are printed, and the schemas know all of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::command::command;
use common::folders;
use serde_json::{Value, json};

fn schema(of: &str) -> Value {
    let outcome = command(&["schema", of], "", Path::new("/nowhere"));
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    outcome.json()
}

/// A schema under which a field that it does not name is an error.
fn closed(schema: &Value) -> jsonschema::Validator {
    let mut schema = schema.clone();
    close(&mut schema, false);
    jsonschema::validator_for(&schema).unwrap()
}

/// `is_part`: it describes some fields of an object of which others are described elsewhere.
fn close(schema: &mut Value, is_part: bool) {
    match schema {
        Value::Object(members) => {
            let is_open = !members.contains_key("additionalProperties");
            if !is_part && is_open && members.contains_key("properties") {
                members.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            for (key, value) in members {
                close(value, matches!(&**key, "anyOf" | "oneOf" | "allOf"));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, is_part)),
        _ => {}
    }
}

fn trees() -> Vec<PathBuf> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut trees = folders(&testdata.join("guide"));
    trees.extend(folders(&testdata.join("repositories")));
    trees.extend(folders(&testdata.join("quiet")));
    trees.extend(folders(&testdata.join("meshes")));
    trees.extend(common::files(&testdata.join("ambient"), "yaml"));
    trees.extend(folders(&testdata.join("config/effects")));
    for rule in folders(&testdata.join("rules")) {
        trees.extend(common::files(&rule, "yaml").into_iter().step_by(3));
    }
    assert!(trees.len() > 150);
    trees
}

/// The fields that a value has, with those above.
fn fields(value: &Value, route: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let route = format!("{route}/{key}");
                fields(value, &route, found);
                found.insert(route);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, route, found)),
        _ => {}
    }
}

/// `of`: what the document is about.
fn assert_valid(validator: &jsonschema::Validator, document: &Value, of: &str) {
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{of}: {errors:#?}");
}

/// That fields were met, so that not only documents without them were valid.
fn assert_met(met: &BTreeSet<String>, fields: &[&str]) {
    for field in fields {
        assert!(met.contains(*field), "{field}: {met:#?}");
    }
}

/// Validates what a command writes about every tree; the result is the fields that were met.
fn validate(of: &str, args: &[&str]) -> BTreeSet<String> {
    let schema = schema(of);
    let validator = closed(&schema);
    let (mut written, mut met) = (0, BTreeSet::new());
    for tree in trees() {
        let args = [args, &["-f", tree.to_str().unwrap()]].concat();
        let outcome = command(&args, "", Path::new("/nowhere"));
        if outcome.stdout.is_empty() {
            continue;
        }
        let document = outcome.json();
        assert_valid(&validator, &document, &tree.to_string_lossy());
        fields(&document, "", &mut met);
        written += 1;
    }
    assert!(written > 100, "{written}");
    met
}

#[test]
fn check_writes_what_its_schema_says() {
    let met = validate("report", &["check", "--pedantic", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/findings/fix/edits/text",
            "/findings/related/location/endColumn",
            "/suppressed/suppressedBy/means",
            "/skipped/reason",
        ],
    );
}

#[test]
fn audit_writes_what_its_schema_says() {
    let met = validate("audit", &["audit", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/rows/policy/name",
            "/rows/because",
            "/rows/reason",
            "/rows/ports/callers/file",
            "/coverage/strict/percent",
            "/checklist/at/line",
            "/contexts/mesh",
        ],
    );
}

#[test]
fn graph_writes_what_its_schema_says() {
    let met = validate("graph", &["graph", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/rows/told/line",
            "/rows/ways/leadsTo",
            "/rows/policies",
            "/clients/workloads/name",
            "/services/host",
        ],
    );
}

#[test]
fn what_if_writes_what_its_schema_says() {
    let met = validate("what-if", &["what-if", "--strict", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/assumed/applied/manifest",
            "/changes/before/accepts/plaintext",
            "/changes/clients/told/line",
            "/changes/cause/file",
            "/changes/shownAt/line",
        ],
    );
}

#[test]
fn diff_writes_what_its_schema_says() {
    let validator = closed(&schema("diff"));
    let mut met = BTreeSet::new();
    let guide = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/guide"));
    for pair in guide.windows(2) {
        let [base, head] = [&pair[0], &pair[1]].map(|tree| tree.to_str().unwrap());
        let outcome = command(
            &["diff", base, head, "--dir", "-o", "json"],
            "",
            Path::new("/nowhere"),
        );
        let document = outcome.json();
        assert_valid(&validator, &document, &format!("{base} {head}"));
        fields(&document, "", &mut met);
    }
    assert_met(
        &met,
        &[
            "/changes/subject",
            "/changes/ports/mode",
            "/changes/object/kind",
            "/summary/gained",
        ],
    );
}

#[test]
fn migrate_writes_what_its_schema_says() {
    let met = validate("migrate", &["migrate", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/schemaVersion",
            "/plans/steps/manifests/after",
            "/plans/blockers",
        ],
    );
}

#[test]
fn list_writes_what_its_schema_says() {
    let met = validate("list", &["list", "--trail", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/rows/decidedBy/file",
            "/rows/trail/ignored/by/line",
            "/contexts/mesh",
        ],
    );
}

#[test]
fn tls_check_writes_what_its_schema_says() {
    let met = validate("tls-check", &["tls-check", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/rows/endpoints/workload",
            "/rows/clients/kind",
            "/rows/route/virtualService",
            "/rows/waypoint/sends",
        ],
    );
    let met = validate(
        "tls-check",
        &[
            "tls-check",
            "--clients",
            "each",
            "--endpoints",
            "each",
            "-o",
            "json",
        ],
    );
    assert_met(&met, &["/rows/endpoint/address", "/rows/client/kind"]);
}

#[test]
fn explain_writes_what_its_schema_says() {
    let validator = closed(&schema("explain"));
    let mut met = BTreeSet::new();
    for tree in trees() {
        let tree = tree.to_str().unwrap().to_owned();
        let rows = command(&["list", "-o", "json", &tree], "", Path::new("/nowhere"));
        if rows.stdout.is_empty() {
            continue;
        }
        let rows = rows.json();
        let Some(row) = rows["rows"].get(0).filter(|row| row["namespace"].is_string()) else {
            continue;
        };
        let name = |key: &str| row[key].as_str().unwrap().to_owned();
        let target = format!("{}/{}.{}", name("kind"), name("workload"), name("namespace"));
        let policy = row["decidedBy"]["name"].as_str();
        let policy = policy.map(|name| {
            format!(
                "PeerAuthentication/{name}.{}",
                row["decidedBy"]["namespace"].as_str().unwrap_or_default()
            )
        });
        let routes = command(
            &["tls-check", "-o", "json", "-f", &tree],
            "",
            Path::new("/nowhere"),
        );
        let routes = if routes.stdout.is_empty() {
            Value::Null
        } else {
            routes.json()
        };
        let routing = routes["rows"].as_array().into_iter().flatten().flat_map(|row| {
            let rules = row["destinationRules"].as_array().into_iter().flatten();
            let rules = rules.map(|rule| ("DestinationRule", rule));
            rules.chain([("VirtualService", &row["route"]["virtualService"])])
        });
        let routing: BTreeSet<String> = routing
            .filter_map(|(kind, name)| {
                let (namespace, name) = name.as_str()?.split_once('/')?;
                Some(format!("{kind}/{name}.{namespace}"))
            })
            .collect();
        for target in [Some(target), policy].into_iter().flatten().chain(routing) {
            let outcome = command(
                &["explain", &target, "-o", "json", "-f", &tree],
                "",
                Path::new("/nowhere"),
            );
            if outcome.stdout.is_empty() {
                continue;
            }
            let document = outcome.json();
            assert_valid(&validator, &document, &format!("{tree} {target}"));
            fields(&document, "", &mut met);
        }
    }
    assert_met(
        &met,
        &[
            "/target",
            "/rows/clients/sends",
            "/rows/verdict",
            "/rows/trail/steps/mode",
            "/rows/mergedWith",
            "/rows/isConditional",
        ],
    );
}

#[test]
fn config_show_writes_what_its_schema_says() {
    let met = validate("config-show", &["config", "show", "-o", "json"]);
    assert_met(
        &met,
        &[
            "/settings/mesh.trustDomain/value",
            "/settings/mesh.rootNamespace/from",
            "/settings/paths.exclude/value",
        ],
    );
}

#[test]
fn rules_writes_what_its_schema_says() {
    let validator = closed(&schema("rules"));
    for args in [
        &["rules", "-o", "json"][..],
        &["rules", "plaintext-to-strict", "-o", "json"],
    ] {
        let document = command(args, "", Path::new("/nowhere")).json();
        assert_valid(&validator, &document, &args.join(" "));
        let mut met = BTreeSet::new();
        fields(&document, "", &mut met);
        assert_met(&met, &["/schemaVersion", "/rules/id", "/rules/documentation"]);
    }
}

#[test]
fn a_baseline_is_what_its_schema_says() {
    let schema = schema("baseline");
    let validator = closed(&schema);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline.json");
    let mut met = BTreeSet::new();
    for tree in trees() {
        let tree = tree.to_str().unwrap();
        let args = [
            "check",
            tree,
            "--pedantic",
            "--write-baseline",
            path.to_str().unwrap(),
        ];
        command(&args, "", Path::new("/nowhere"));
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_valid(&validator, &document, tree);
        fields(&document, "", &mut met);
        fs::remove_file(&path).unwrap();
    }
    assert_met(
        &met,
        &[
            "/schemaVersion",
            "/findings/rule",
            "/findings/object",
            "/findings/detail",
            "/findings/context",
        ],
    );
    let misspelt = json!({"schemaVersion": "1", "findings": [{"rule": "no-mesh-policy", "objekt": "x"}]});
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&misspelt));
}

#[test]
fn schemas_say_what_is_always_there_and_what_may_be_null() {
    let report = schema("report");
    let finding = &report["$defs"]["Row"];
    let required = finding["required"].as_array().unwrap();
    for field in [
        "rule",
        "severity",
        "message",
        "help",
        "object",
        "context",
        "location",
        "related",
        "assumptions",
        "fix",
        "fingerprint",
    ] {
        assert!(required.contains(&field.into()), "{field}");
    }
    assert_eq!(finding["properties"]["help"]["type"], json!(["string", "null"]));
    assert_eq!(finding["properties"]["rule"]["type"], "string");
    let optional = schema("list");
    let required = optional["$defs"]["Row"]["required"].as_array().unwrap();
    assert!(!required.contains(&"trail".into()) && required.contains(&"decidedBy".into()));
    let rejected = json!({"schemaVersion": "1", "findings": []});
    assert!(!jsonschema::validator_for(&report).unwrap().is_valid(&rejected));
}
