//! Would the API server take it: objects that were shown to Istio's schemas and its validating webhook, with
//! their verdicts. `check` must report an error on what is refused, and on what loses fields on the way; and
//! none on anything else. `PEERAUTH_CONFORMANCE` names a folder with other vectors.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use peerauth::rules::{self, Family};
use serde_json::Value;

/// One line of the vectors.
struct Case {
    name: String,
    kind: String,
    object: String,
    /// Why Istio refuses it or drops a part of it; nothing if it does not.
    refusal: Option<String>,
}

impl Case {
    fn of(line: &str) -> Case {
        let line: Value = serde_json::from_str(line).unwrap();
        let reasons = ["unknownFields", "schema", "webhook"]
            .iter()
            .filter_map(|key| line.get(key));
        let reasons: Vec<String> = reasons.map(ToString::to_string).collect();
        let is_flawed = line["verdict"] == "rejected" || line.get("unknownFields").is_some();
        Case {
            name: line["name"].as_str().unwrap().to_owned(),
            kind: line["object"]["kind"].as_str().unwrap().to_owned(),
            object: serde_json::to_string_pretty(&line["object"]).unwrap(),
            refusal: is_flawed.then(|| reasons.join(" ")),
        }
    }

    /// The errors that say that the API server would not take the object as it is.
    fn errors(&self) -> Vec<String> {
        let findings = common::Analysis::of(&self.object).findings;
        let of_family = findings.into_iter().filter(|finding| {
            let rule = rules::find(&finding.rule).unwrap();
            finding.is_certain_error && rule.metadata().family == Family::Object
        });
        of_family.map(|finding| finding.key).collect()
    }
}

fn vectors() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/conformance");
    std::env::var_os("PEERAUTH_CONFORMANCE").map_or(own, PathBuf::from)
}

#[test]
fn every_object_is_judged_as_the_api_server_judges_it() {
    let text = fs::read_to_string(vectors().join("admission.jsonl")).unwrap();
    let mut tallies: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for case in text.lines().map(Case::of) {
        let errors = case.errors();
        let tally = tallies.entry(case.kind.clone()).or_default();
        if errors.is_empty() == case.refusal.is_none() {
            tally.0 += 1;
        } else {
            let Case {
                name,
                object,
                refusal,
                ..
            } = case;
            let object: Value = serde_json::from_str(&object).unwrap();
            tally.1.push(format!(
                "{name}: {}\n    found {errors:?}\n    wanted {refusal:?}",
                object["spec"]
            ));
        }
    }
    for (kind, (passed, failed)) in &tallies {
        println!("{kind}: {passed} passed, {} failed", failed.len());
        failed.iter().take(10).for_each(|line| println!("  {line}"));
    }
    assert!(tallies.len() >= 5, "the vectors have five kinds");
    assert!(
        tallies.values().all(|(_, failed)| failed.is_empty()),
        "an object is judged otherwise than by Istio"
    );
}
