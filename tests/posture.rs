//! `audit` and `graph`: nothing open is left out, nothing closed is in it, each opening stands as its annotations say;
//! every edge is what `tls-check` says, and the page works in a browser.

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

/// Who comes through a Service that is open to the outside, and a probe that meets the proxy, need their port.
#[test]
fn callers_from_outside_are_known() {
    let opened = |service: &str, probe: &str| {
        let annotations = "sidecar.istio.io/rewriteAppHTTPProbers: 'false'";
        format!(
            "{SHOP}apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: web, namespace: shop}}\n\
             spec: {{selector: {{matchLabels: {{app: web}}}}, portLevelMtls: {{8080: {{mode: PERMISSIVE}}}}}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop, labels: {{app: web}}, annotations: {{{annotations}}}}}\n\
             spec: {{containers: [{{name: app, image: x, ports: [{{containerPort: 8080}}]{probe}}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\n\
             spec: {{type: {service}, selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080}}]}}\n"
        )
    };
    let probe = ", readinessProbe: {httpGet: {port: 8080}}";
    let cases = [
        (opened("ClusterIP", ""), "unknown", None),
        (opened("LoadBalancer", ""), "yes", Some("anybody")),
        (opened("NodePort", ""), "yes", Some("anybody")),
        (opened("ClusterIP", probe), "yes", Some("kubelet")),
    ];
    for (text, port_level, caller) in cases {
        assert_eq!(verdict(&text, "port-level"), port_level, "{text}");
        let document = audit(&text, &["-o", "json"]).json();
        let found = document.pointer("/rows/0/ports/0/callers/0/kind");
        assert_eq!(found.and_then(Value::as_str), caller, "{document}");
    }
}

#[test]
fn rules_of_prometheus_answer_the_checklist() {
    let rule = |rule: &str| {
        format!(
            "{SHOP}apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: mesh, namespace: \
             monitoring}}\nspec:\n  groups:\n    - name: mesh\n      rules:\n        - alert: Up\n          expr: 1\n        {rule}\n"
        )
    };
    let plaintext = "expr: sum(rate(istio_requests_total{connection_security_policy=\"none\"}[5m])) > 0";
    let expiry = "expr: (citadel_server_root_cert_expiry_timestamp - time()) < 604800";
    let proxy = "expr: min(envoy_server_days_until_first_cert_expiring) < 1";
    let cases = [
        (
            format!("- alert: Plaintext\n          {plaintext}"),
            ["yes", "unknown"],
        ),
        (
            format!("- record: plaintext\n          {plaintext}"),
            ["yes", "unknown"],
        ),
        (format!("- alert: Expiry\n          {expiry}"), ["unknown", "yes"]),
        (format!("- alert: Expiry\n          {proxy}"), ["unknown", "yes"]),
        // What is only kept alerts nobody.
        (
            format!("- record: expiry\n          {expiry}"),
            ["unknown", "unknown"],
        ),
        (
            "- alert: Down\n          expr: up == 0".to_owned(),
            ["unknown", "unknown"],
        ),
        // A word in a text that nothing computes.
        (
            format!(
                "- alert: Down\n          expr: up == 0\n          annotations: {{text: '{}'}}",
                "citadel_server_root_cert_expiry"
            ),
            ["unknown", "unknown"],
        ),
    ];
    for (text, verdicts) in cases {
        let text = rule(&text);
        assert_eq!(
            [verdict(&text, "monitoring"), verdict(&text, "alerts")],
            verdicts,
            "{text}"
        );
    }
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

#[test]
fn the_graphs_of_the_shop() {
    for mesh in ["shop-before", "shop-during", "shop-after"] {
        for (format, extension) in [("mermaid", "mmd"), ("dot", "dot"), ("json", "graph.json")] {
            golden(mesh, &["graph", "-o", format], extension);
        }
    }
    golden("shop-during", &["graph", "-o", "html"], "html");
}

/// A page apart from its data, and the data.
fn taken_apart(page: &str) -> (String, Value) {
    const START: &str = "<script id=\"data\" type=\"application/json\">";
    let (before, rest) = page.split_once(START).unwrap();
    let (data, after) = rest.split_once("</script>").unwrap();
    (
        format!("{before}{START}{after}"),
        serde_json::from_str(data).unwrap(),
    )
}

/// The page of every mesh is the same but for its data, and these are those of the format for machines.
#[test]
fn the_pages_of_the_shop_draw_what_the_graph_is() {
    let golden = fs::read_to_string(testdata("meshes/shop-during.html")).unwrap();
    let (frame, _) = taken_apart(&golden);
    for mesh in ["shop-before", "shop-during", "shop-after", "hindered"] {
        let path = testdata("meshes").join(mesh).display().to_string();
        let graph = |format: &str| command(&["graph", "-o", format, &path], "", &testdata("meshes"));
        let (own, data) = taken_apart(&graph("html").stdout);
        assert_eq!(own, frame, "{mesh}");
        let document = graph("json").json();
        let context = &data["contexts"][0];
        let names = |list: &Value, name: &str| {
            let all = list.as_array().unwrap().iter();
            all.map(|one| one[name].as_str().unwrap().to_owned())
                .collect::<Vec<String>>()
        };
        let services = context["services"].as_array().unwrap().iter();
        let hosts: Vec<&str> = services.map(|service| service[2].as_str().unwrap()).collect();
        assert_eq!(hosts, names(&document["services"], "host"), "{mesh}");
        assert_eq!(
            context["clients"].as_array().unwrap().len(),
            document["clients"].as_array().unwrap().len()
        );
        let word = |edge: &Value| data["outcomes"][edge["outcome"].as_u64().unwrap() as usize][1].clone();
        let count = |list: &Value| list.as_array().unwrap().len();
        let drawn = context["edges"].as_array().unwrap().iter();
        let drawn: Vec<_> = drawn
            .map(|edge| {
                (
                    &edge["client"],
                    &edge["service"],
                    word(edge),
                    count(&edge["ways"]),
                    count(&edge["told"]),
                )
            })
            .collect();
        let rows = document["rows"].as_array().unwrap().iter();
        let rows: Vec<_> = rows
            .map(|row| {
                (
                    &row["client"],
                    &row["service"],
                    row["outcome"].clone(),
                    count(&row["ways"]),
                    count(&row["told"]),
                )
            })
            .collect();
        assert_eq!(drawn, rows, "{mesh}");
        assert!(drawn.len() > 5, "{mesh}");
    }
}

/// What becomes of the connections of one client to every service port, by the rows of `tls-check`.
fn by_tls_check(path: &str, client: &str, folder: &Path) -> BTreeSet<(String, u64, String)> {
    let args = [
        "tls-check",
        "--from",
        client,
        "-f",
        path,
        "-o",
        "json",
        "--endpoints",
        "each",
    ];
    let document = command(&args, "", folder).json();
    let rows = document["rows"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["subset"].is_null());
    let line = |row: &Value| {
        let outcome = row["outcome"].as_str().unwrap().to_owned();
        (
            row["host"].as_str().unwrap().to_owned(),
            row["port"].as_u64().unwrap(),
            outcome,
        )
    };
    rows.map(line).collect()
}

#[test]
fn the_edges_of_a_client_are_what_tls_check_says() {
    let mut count = 0;
    for mesh in ["shop-before", "shop-during", "shop-after"] {
        let folder = testdata("meshes");
        let path = folder.join(mesh).display().to_string();
        for client in [
            "Deployment/orders.shop",
            "CronJob/invoices.legacy",
            "storefront.web",
            "prometheus",
        ] {
            let args = ["graph", &path, "--from", client, "-o", "json"];
            let outcome = command(&args, "", &folder);
            if outcome.code == 2 {
                continue;
            }
            let graph = outcome.json();
            let mut edges = BTreeSet::new();
            for edge in graph["rows"].as_array().unwrap() {
                let service = &graph["services"][edge["service"].as_u64().unwrap() as usize];
                let outcome = edge["outcome"].as_str().unwrap();
                for way in edge["ways"].as_array().unwrap() {
                    let host = service["host"].as_str().unwrap().to_owned();
                    edges.insert((host, way["port"].as_u64().unwrap(), outcome.to_owned()));
                }
            }
            assert_eq!(edges, by_tls_check(&path, client, &folder), "{mesh} {client}");
            count += edges.len();
        }
    }
    assert!(count > 40, "{count}");
}

/// Namespaces with services, every second of which refuses plaintext, and a pod outside the mesh.
fn many_services(namespaces: usize, services: usize) -> String {
    let mut documents = vec![
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: legacy}".to_owned(),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: old, namespace: legacy}\nspec: {containers: [{name: app, image: i}]}"
            .to_owned(),
    ];
    for namespace in (0..namespaces).map(|number| format!("team-{number}")) {
        documents.push(format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}, labels: {{istio-injection: enabled}}}}"
        ));
        if namespace.ends_with(['0', '2', '4', '6', '8']) {
            documents.push(format!(
                "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: default, namespace: \
                 {namespace}}}\nspec: {{mtls: {{mode: STRICT}}}}"
            ));
        }
        for service in (0..services).map(|number| format!("app-{number}")) {
            documents.push(format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: {service}, namespace: {namespace}, labels: {{app: \
                 {service}}}}}\nspec: {{containers: [{{name: app, image: i, ports: [{{containerPort: 80}}]}}]}}"
            ));
            documents.push(format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: {service}, namespace: {namespace}}}\nspec: {{selector: \
                 {{app: {service}}}, ports: [{{name: http, port: 80}}]}}"
            ));
        }
    }
    documents.join("\n---\n") + "\n---\n"
}

fn graph(text: &str, args: &[&str]) -> Outcome {
    let tree = Tree::default();
    tree.add("mesh.yaml", text);
    let outcome = tree.run(&[&["graph", "--no-config"], args].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    outcome
}

#[test]
fn many_services_are_folded_and_it_is_said() {
    let text = many_services(20, 25);
    let folded = graph(&text, &[]).stdout;
    assert!(
        folded.contains("500 services folded into their namespaces"),
        "{folded}"
    );
    assert!(folded.contains("[\"team-7: 25 services\"]"), "{folded}");
    assert_eq!(
        folded.matches("s0_").count(),
        20 + 40,
        "a node for each namespace, two edges to each"
    );
    let unfolded = graph(&text, &["--collapse", "never"]).stdout;
    assert!(unfolded.contains("520 edges of 1000 not drawn"), "{unfolded}");
    let edges = unfolded.lines().filter(|line| line.contains("|\"80 "));
    assert_eq!(edges.count(), 480);
    assert_eq!(
        unfolded.matches("80 refused").count(),
        250,
        "the worst outcomes stay"
    );
    let few = graph(&many_services(2, 2), &[]).stdout;
    assert!(
        !few.contains("folded") && few.contains("subgraph n0_0[\"team-0\"]"),
        "{few}"
    );
    assert!(
        graph(&many_services(2, 2), &["--collapse", "always"])
            .stdout
            .contains("4 services folded")
    );
}

#[test]
fn the_filters_of_a_graph_hold() {
    let text = many_services(2, 2);
    let rows = |args: &[&str]| {
        let json = graph(&text, &[args, &["-o", "json"]].concat()).json();
        (
            json["rows"].as_array().unwrap().len(),
            json["services"].as_array().unwrap().len(),
        )
    };
    assert_eq!(rows(&[]), (8, 4));
    assert_eq!(rows(&["-n", "team-0"]), (4, 2));
    assert_eq!(rows(&["-l", "app=app-1"]), (4, 2));
    assert_eq!(rows(&["--only", "refused"]), (2, 2));
    assert_eq!(rows(&["--only", "refused,plaintext"]), (4, 4));
    assert_eq!(rows(&["--only", "unknown"]), (0, 0));
    assert_eq!(rows(&["--from", "app-0.team-1"]), (4, 4));
    let empty = graph(&text, &["--only", "unknown"]).stdout;
    assert!(empty.contains("there is no connection to show"), "{empty}");
}

/// Manifests whose names would break out of a page that took them for more than text.
fn hostile() -> String {
    let name = "\"</script><img src=x onerror=document.body.dataset.pwned=1>&lt;b&gt;'`\\u202e\"";
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {name}}}\nspec: {{selector: {{app: a}}, ports: \
         [{{name: http, port: 80}}]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {name}, \
         labels: {{app: a}}}}\nspec: {{containers: [{{name: app, image: i, args: [\"http://app-0.team-0\"]}}]}}\n---\n"
    )
}

#[test]
fn hostile_names_stay_text() {
    let tree = Tree::default();
    tree.add("mesh.yaml", &(many_services(1, 1) + &hostile()));
    let shown = |format| tree.run(&["graph", "--no-config", "-q", "-o", format]).stdout;
    let html = shown("html");
    assert!(
        html.contains("\\u003c/script\\u003e"),
        "the names are in the page"
    );
    assert_eq!(html.matches("</script>").count(), 2);
    assert!(!html.contains("<img") && !html.contains('\u{202e}'));
    let mermaid = shown("mermaid");
    assert!(!mermaid.contains("<img") && !mermaid.contains('`'), "{mermaid}");
    let dot = shown("dot");
    let quotes = |line: &str| line.matches('"').count() - line.matches("\\\"").count();
    assert!(dot.lines().all(|line| quotes(line) % 2 == 0), "{dot}");
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let html = graph(&many_services(1, 1), &["-o", "html"]).stdout;
    for word in [
        "http://",
        "https://",
        "src=",
        "@import",
        "url(",
        "fetch(",
        "innerHTML",
        "eval(",
    ] {
        let without_names = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!without_names.contains(word), "{word}");
    }
    assert!(html.contains("default-src 'none'"));
}

/// A browser that can be run without a screen.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let candidates = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// The document that a browser makes of a page, and what it says of mistakes.
fn render(browser: &Path, tree: &Tree, page: &str, size: &str) -> (String, String) {
    let output = std::process::Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ])
        .args([
            "--enable-logging=stderr",
            "--v=0",
            "--virtual-time-budget=4000",
            "--dump-dom",
        ])
        .arg(format!("--window-size={size}"))
        .arg(format!("--user-data-dir={}", tree.path("profile")))
        .arg(format!("file://{}", tree.path(page)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    (String::from_utf8_lossy(&output.stdout).into_owned(), said)
}

/// What somebody does with the keyboard and the mouse; each step leaves what it finds.
const HANDS: &str = r##"<script>
const found = [];
const key = (key, at) => at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const step = (name) => found.push(name + ":" + document.querySelectorAll("tbody tr").length);
key("/", document.body);
found.push(document.activeElement.id);
const query = document.getElementById("query");
query.value = "payment";
query.dispatchEvent(new Event("input"));
step("search");
key("Escape", query);
step("escape");
const fold = document.querySelector("#services .node");
fold.focus();
fold.click();
found.push("folded:" + document.body.dataset.folded, document.activeElement.textContent.includes("shop"));
document.activeElement.click();
key("ArrowDown", document.activeElement);
document.activeElement.click();
step(document.activeElement.textContent);
found.push(document.activeElement.getAttribute("aria-pressed"));
key("Escape", document.activeElement);
step("escape");
document.querySelector("#outcomes input").click();
step("without mTLS");
found.push(location.hash);
document.body.dataset.found = found.join(" ");
</script></body>"##;

#[test]
fn a_browser_shows_the_page() {
    let Some(browser) = browser() else {
        println!("skipped: no browser is installed");
        return;
    };
    let tree = Tree::default();
    let shop = testdata("meshes/shop-during").display().to_string();
    tree.add(
        "shop.html",
        &command(&["graph", &shop, "-o", "html"], "", shop.as_ref()).stdout,
    );
    let shop = fs::read_to_string(tree.path("shop.html")).unwrap();
    tree.add("hands.html", &shop.replace("</body>", HANDS));
    tree.add("mesh/mesh.yaml", &(many_services(20, 25) + &hostile()));
    let many = command(
        &["graph", &tree.path("mesh"), "-o", "html", "--no-config", "-q"],
        "",
        tree.root(),
    );
    tree.add("many.html", &many.stdout);
    let pages: [(&str, &[&str]); 10] = [
        (
            "shop.html",
            &[
                "data-edges=\"10\"",
                "data-services=\"5\"",
                "data-lines=\"10\"",
                ">storefront<",
            ],
        ),
        (
            "shop.html#q=payment",
            &["data-edges=\"2\"", "data-services=\"1\"", "1 of 5 services"],
        ),
        ("shop.html#q=nowhere", &["data-edges=\"0\"", "Nothing matches."]),
        ("shop.html#q=SHOP/orders%20plaintext", &["data-edges=\"2\""]),
        (
            "hands.html",
            &[
                "data-found=\"query search:2 escape:10 folded:4 true cache:2 true escape:10 without mTLS:6 \
                 #only=plaintext%2Capp-tls%2Cunknown%2Crefused\"",
            ],
        ),
        (
            "shop.html#only=refused",
            &["data-edges=\"2\"", "data-services=\"2\""],
        ),
        (
            "shop.html#told=1&only=plaintext",
            &["data-edges=\"3\"", "legacy/invoices"],
        ),
        ("shop.html#open=none", &["data-folded=\"5\"", "Unfold all"]),
        (
            "many.html",
            &[
                "data-services=\"501\"",
                "data-folded=\"501\"",
                "501 folded into their namespaces",
                "&lt;img src=x",
            ],
        ),
        (
            "many.html#open=all",
            &["data-folded=\"0\"", "out of view not drawn", ">app-24<"],
        ),
    ];
    for (page, expected) in pages {
        let (document, said) = render(&browser, &tree, page, "1200,900");
        let body = document.find("<body").map(|at| &document[at..]).unwrap();
        for part in expected {
            assert!(
                body.contains(part),
                "{page}: {part}\n{}",
                &body[..body.len().min(600)]
            );
        }
        assert!(
            body.contains("data-errors=\"0\"") && !body.contains("data-pwned"),
            "{page}"
        );
        assert!(!body.contains("<img"), "{page}");
        let mistakes: Vec<&str> = said.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(mistakes.is_empty(), "{page}: {mistakes:#?}");
    }
}
