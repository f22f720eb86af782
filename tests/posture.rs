//! `audit`: nothing open is left out, nothing closed is in it, and each opening stands as its annotations say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::command::{Outcome, Tree, command};
use serde_json::Value;

const TODAY: &str = "2026-11-21";

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Compares what a command says about a mesh of the test data with what it said.
fn golden(mesh: &str, args: &[&str], extension: &str) {
    let folder = testdata("meshes");
    let tree = folder.join(mesh).display().to_string();
    let outcome = command(&[args, &[&*tree]].concat(), "", &folder);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{args:?}");
    let path = folder.join(format!("{mesh}.{extension}"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &outcome.stdout).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(outcome.stdout, expected, "{}", path.display());
}

#[test]
fn the_audits_of_the_shop() {
    for mesh in ["shop-before", "shop-during", "shop-after"] {
        for (format, extension) in [
            ("text", "audit.txt"),
            ("json", "audit.json"),
            ("yaml", "audit.yaml.out"),
            ("markdown", "audit.md"),
            ("csv", "audit.csv"),
        ] {
            golden(mesh, &["audit", "--today", TODAY, "-o", format], extension);
        }
    }
}

/// A port of a workload, by everything that tells it from others.
type Key = (String, String, String, String, Option<u64>);

fn key(context: &Value, row: &Value) -> Key {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    (
        text(context),
        text(&row["namespace"]),
        text(&row["kind"]),
        text(&row["workload"]),
        row["port"].as_u64(),
    )
}

/// The ports that `list` shows to be open to strangers.
fn open_by_list(list: &Value) -> BTreeSet<Key> {
    let rows = list["rows"].as_array().unwrap().iter();
    let open = rows.filter(|row| {
        let plane = row["dataPlane"].as_str().unwrap();
        let accepts = &row["accepts"];
        let is_guarded = plane != "none" || !row["port"].is_null();
        let is_proxys_own = plane == "sidecar" && matches!(row["port"].as_u64(), Some(15020 | 15021 | 15090));
        (accepts["plaintext"] != "refused" || accepts["tls"] == "app")
            && !matches!(plane, "gateway" | "waypoint")
            && is_guarded
            && !is_proxys_own
    });
    open.map(|row| key(&row["context"], row)).collect()
}

#[test]
fn what_is_open_is_what_list_shows_open() {
    let mut count = 0;
    for kind in ["guide", "repositories", "quiet", "meshes"] {
        for folder in common::folders(&testdata(kind)) {
            let path = folder.to_str().unwrap();
            let run = |name| {
                let args = [name, path, "-o", "json", "--allow-empty", "--skip-invalid"];
                command(&args, "", &folder).json()
            };
            let (list, audit) = (run("list"), run("audit"));
            let openings = audit["rows"].as_array().unwrap();
            let mut open = BTreeSet::new();
            for opening in openings {
                for port in opening["ports"].as_array().unwrap() {
                    assert!(
                        open.insert(key(&opening["context"], port)),
                        "{path}: {port} twice"
                    );
                }
            }
            assert_eq!(open, open_by_list(&list), "{path}");
            count += open.len();
            assert_figures(&list, &audit, path);
        }
    }
    assert!(count > 100, "{count}");
}

/// Whether the figures of the meshes are those that one counts in the list.
fn assert_figures(list: &Value, audit: &Value, path: &str) {
    let rows = list["rows"].as_array().unwrap();
    for figures in audit["coverage"].as_array().unwrap() {
        let counted = |mode: Value| {
            let of_mode = rows.iter().filter(|row| {
                let plane = row["dataPlane"].as_str().unwrap();
                row["context"] == figures["context"]
                    && (figures["of"] == "mesh" || row["namespace"] == figures["namespace"])
                    && !row["port"].is_null()
                    && row["mode"] == mode
                    && !matches!(plane, "gateway" | "waypoint")
                    && !(plane == "sidecar" && matches!(row["port"].as_u64(), Some(15020 | 15021 | 15090)))
            });
            of_mode.count() as u64
        };
        for (field, mode) in [
            ("strict", "STRICT".into()),
            ("permissive", "PERMISSIVE".into()),
            ("disable", "DISABLE".into()),
            ("noProxy", Value::Null),
        ] {
            assert_eq!(
                figures[field]["count"],
                counted(mode),
                "{path}: {figures} {field}"
            );
        }
    }
}

/// A policy that opens one workload, with annotations.
fn exception(name: &str, annotations: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: {name}, namespace: shop, \
         annotations: {{{annotations}}}}}\nspec: {{selector: {{matchLabels: {{app: {name}}}}}, mtls: {{mode: \
         PERMISSIVE}}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: \
         {name}}}}}\nspec: {{containers: [{{name: app, image: i, ports: [{{containerPort: 80}}]}}]}}\n---\n"
    )
}

const SHOP: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n---\n\
                    apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: \
                    shop}\nspec: {mtls: {mode: STRICT}}\n---\n";

fn audit(text: &str, args: &[&str]) -> Outcome {
    let tree = Tree::default();
    tree.add("shop.yaml", text);
    tree.run(&[&["audit", "--today", TODAY, "--no-config"], args].concat())
}

/// The verdict of an item of the checklist.
fn verdict(text: &str, id: &str) -> String {
    let audit = audit(text, &["-o", "json"]).json();
    let checks = audit["checklist"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == id).unwrap();
    check["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn an_opening_stands_as_its_annotations_say() {
    let reason = "peerauth.dev/reason: why";
    let cases = [
        ("", "undocumented", [0, 1, 1]),
        ("peerauth.dev/reason: ' '", "undocumented", [0, 1, 1]),
        (reason, "endless", [0, 1, 1]),
        (
            &*format!("{reason}, peerauth.dev/expires: soon"),
            "endless",
            [0, 1, 1],
        ),
        (
            &*format!("{reason}, peerauth.dev/expires: '2026-11-20'"),
            "expired",
            [1, 0, 1],
        ),
        ("peerauth.dev/expires: '2026-11-20'", "expired", [1, 0, 1]),
        (
            &*format!("{reason}, peerauth.dev/expires: '2026-11-21'"),
            "ending",
            [0, 0, 1],
        ),
        (
            &*format!("{reason}, peerauth.dev/expires: '2026-12-21'"),
            "ending",
            [0, 0, 1],
        ),
        (
            &*format!("{reason}, peerauth.dev/expires: '2026-12-22'"),
            "documented",
            [0, 0, 1],
        ),
    ];
    for (annotations, standing, codes) in cases {
        let text = [SHOP, &exception("web", annotations)].concat();
        let json = audit(&text, &["-o", "json"]).json();
        assert_eq!(json["rows"].as_array().unwrap().len(), 1, "{annotations}");
        assert_eq!(json["rows"][0]["standing"], standing, "{annotations}");
        let code = |fail_on| audit(&text, &["--fail-on", fail_on]).code;
        assert_eq!(
            ["expired", "undocumented", "any"].map(code),
            codes,
            "{annotations}"
        );
        assert_eq!(audit(&text, &[]).code, 0);
    }
    assert_eq!(audit(SHOP, &["--fail-on", "any,expired,undocumented"]).code, 0);
}

#[test]
fn a_workload_accounts_for_itself() {
    let own = "peerauth.dev/reason: mine, peerauth.dev/expires: '2027-01-01'";
    let policy = exception(
        "web",
        "peerauth.dev/owner: team, peerauth.dev/expires: '2020-01-01'",
    );
    let text = policy.replace(
        "labels: {app: web}}\nspec: {containers",
        &format!("labels: {{app: web}}, annotations: {{{own}}}}}\nspec: {{containers"),
    );
    assert_ne!(policy, text);
    let json = audit(&[SHOP, &text].concat(), &["-o", "json"]).json();
    let row = &json["rows"][0];
    assert_eq!(
        [&row["standing"], &row["reason"], &row["owner"], &row["expires"]],
        ["documented", "mine", "team", "2027-01-01"]
    );
}

#[test]
fn the_worst_comes_first_and_filters_hold() {
    let text = [
        SHOP,
        &exception(
            "a",
            "peerauth.dev/reason: why, peerauth.dev/expires: '2027-01-01'",
        ),
        &exception("b", "peerauth.dev/expires: '2020-01-01'"),
        &exception("c", ""),
    ]
    .concat();
    let names = |args: &[&str]| {
        let json = audit(&text, &[args, &["-o", "json"]].concat()).json();
        let rows = json["rows"].as_array().unwrap().iter();
        let names: Vec<String> = rows
            .map(|row| row["policy"]["name"].as_str().unwrap().to_owned())
            .collect();
        (
            names.concat(),
            json["coverage"].as_array().unwrap().last().unwrap()["ports"]
                .as_u64()
                .unwrap(),
        )
    };
    assert_eq!(names(&[]), ("bca".to_owned(), 3));
    assert_eq!(names(&["-l", "app=c"]), ("c".to_owned(), 1));
    assert_eq!(names(&["-n", "shop"]), ("bca".to_owned(), 3));
    assert_eq!(names(&["-n", "elsewhere"]), (String::new(), 0));
    assert_eq!(
        audit(&text, &["-l", "app=a", "--fail-on", "expired,undocumented"]).code,
        0
    );
}

#[test]
fn policies_without_workloads_are_openings_too() {
    let policy = exception("web", "").split("---\n").next().unwrap().to_owned();
    let json = audit(&policy, &["-o", "json"]).json();
    assert_eq!(json["rows"][0]["policy"]["name"], "web");
    assert_eq!(json["rows"][0]["assumptions"][0], "WorkloadsNotGiven");
    let strict = policy.replace("PERMISSIVE", "STRICT");
    assert_eq!(audit(&strict, &["--fail-on", "any"]).code, 0);
    // One that loses to an older policy opens nothing.
    let text = [
        SHOP,
        &SHOP
            .replace("name: default", "name: later")
            .replace("STRICT", "DISABLE"),
    ]
    .concat();
    assert_eq!(audit(&text, &["--fail-on", "any"]).code, 0);
}

#[test]
fn the_checklist_follows_the_manifests() {
    let mesh = |mode: &str| {
        format!(
            "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: default, namespace: \
             istio-system}}\nspec: {{mtls: {{mode: {mode}}}}}\n---\n"
        )
    };
    assert_eq!(verdict(SHOP, "baseline"), "unknown");
    assert_eq!(verdict(&[SHOP, &mesh("PERMISSIVE")].concat(), "baseline"), "yes");
    assert_eq!(verdict(&[SHOP, &mesh("STRICT")].concat(), "baseline"), "yes");
    assert_eq!(verdict(&[SHOP, &mesh("DISABLE")].concat(), "baseline"), "no");

    let web = [SHOP, &exception("web", "")].concat();
    let strict = web.replace("PERMISSIVE", "STRICT");
    assert_eq!(
        [verdict(SHOP, "injection"), verdict(&web, "injection")],
        ["unknown", "yes"]
    );
    let outside = web.replace(
        "labels: {app: web}}\nspec: {containers",
        "labels: {app: web, sidecar.istio.io/inject: 'false'}}\nspec: {containers",
    );
    assert_eq!(verdict(&outside, "injection"), "no");
    let unknown = web
        .replace("istio-injection: enabled", "a: b")
        .replacen("name: shop,", "name: other,", 1);
    assert_eq!(verdict(&unknown, "injection"), "unknown");

    assert_eq!(
        [
            verdict(SHOP, "strict"),
            verdict(&web, "strict"),
            verdict(&strict, "strict")
        ],
        ["unknown", "no", "yes"]
    );
    let agreed = "peerauth.dev/reason: why, peerauth.dev/expires: '2027-01-01'";
    let documented = [SHOP, &exception("web", agreed)].concat();
    assert_eq!(verdict(&documented, "strict"), "yes");
    assert_eq!(
        [verdict(&web, "documented"), verdict(&documented, "documented")],
        ["no", "yes"]
    );
    assert_eq!(
        [
            verdict(&web, "review"),
            verdict(&documented, "review"),
            verdict(&strict, "review")
        ],
        ["no", "yes", "yes"]
    );
    assert_eq!(
        verdict(&documented.replace("2027-01-01", "2027-03-01"), "review"),
        "no"
    );
    assert_eq!(
        [verdict(&web, "port-level"), verdict(&strict, "port-level")],
        ["no", "yes"]
    );
    let single = web.replace(
        "mtls: {mode: PERMISSIVE}",
        "portLevelMtls: {80: {mode: PERMISSIVE}}",
    );
    assert_eq!(verdict(&single, "port-level"), "unknown");
    let scraped = format!(
        "{single}apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {{name: web, namespace: shop}}\nspec: \
         {{selector: {{matchLabels: {{app: web}}}}, podMetricsEndpoints: [{{targetPort: 80}}]}}\n"
    );
    assert_eq!(verdict(&scraped, "port-level"), "yes");

    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, \
                   ports: [{name: http, port: 80}]}\n---\n";
    let served = [&*web, service].concat();
    assert_eq!(
        [verdict(&web, "outbound"), verdict(&served, "outbound")],
        ["unknown", "yes"]
    );
    let rule = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web, namespace: shop}\nspec: \
                {host: web, trafficPolicy: {tls: {mode: DISABLE}}}\n";
    assert_eq!(verdict(&[&*served, rule].concat(), "outbound"), "no");
    let mutual = rule.replace("DISABLE", "ISTIO_MUTUAL");
    assert_eq!(verdict(&[&*served, &mutual].concat(), "outbound"), "yes");
    for (name, expected) in [("web", "unknown"), ("kiali", "yes"), ("prometheus", "unknown")] {
        assert_eq!(
            verdict(&[SHOP, &exception(name, "")].concat(), "monitoring"),
            expected
        );
    }
}

#[test]
fn hostile_annotations_stay_harmless() {
    let text = [
        SHOP,
        &exception("web", "peerauth.dev/reason: \"=cmd|'x'!A1\\e[31m`|<b>\\n@all\""),
    ]
    .concat();
    for format in ["text", "markdown", "csv", "json", "yaml"] {
        let shown = audit(&text, &["-o", format]).stdout;
        assert!(!shown.contains('\u{1b}'), "{format}: {shown}");
    }
    let csv = audit(&text, &["-o", "csv"]).stdout;
    assert!(csv.contains(",'=cmd|"), "{csv}");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let markdown = audit(&text, &["-o", "markdown"]).stdout;
    assert!(
        markdown.contains("`=cmd\\|'x'!A1\u{fffd}[31m'\\|<b>\u{fffd}@all`"),
        "{markdown}"
    );
}
