//! Whole command lines, run in this process: what they print, where, and with which exit code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use peerauth::cli::{self, Env};
use peerauth::rules::RULES;
use serde_json::Value;

/// What a command line did.
struct Outcome {
    code: u8,
    stdout: String,
    stderr: String,
}

fn run_with_stdin(args: &[&str], stdin: &str, directory: &Path) -> Outcome {
    let args = std::iter::once("peerauth")
        .chain(args.iter().copied())
        .map(OsString::from);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = cli::run(
        args,
        &mut stdin.as_bytes(),
        &mut stdout,
        &mut stderr,
        &Env::plain(directory),
    );
    Outcome {
        code,
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

fn run(args: &[&str]) -> Outcome {
    run_with_stdin(args, "", Path::new("/nowhere"))
}

/// A directory with one namespace, one workload behind one Service, and policies of three levels.
struct Tree {
    directory: tempfile::TempDir,
}

const NAMESPACE: &str =
    "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}\n";

impl Tree {
    fn new() -> Tree {
        let tree = Tree {
            directory: tempfile::tempdir().unwrap(),
        };
        tree.add("namespace.yaml", NAMESPACE);
        tree.add(
            "payment.yaml",
            &(deployment("payment") + "---\n" + &service("payment")),
        );
        tree.add(
            "mesh.yaml",
            &policy("default", "istio-system", "mtls: {mode: PERMISSIVE}"),
        );
        tree.add("shop.yaml", &policy("default", "shop", "mtls: {mode: STRICT}"));
        tree
    }

    fn add(&self, name: &str, text: &str) {
        fs::write(self.directory.path().join(name), text).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    fn run(&self, args: &[&str]) -> Outcome {
        self.run_with_stdin(args, "")
    }

    /// Runs with the directory behind the arguments, as a path or, for `explain`, as `-f`.
    fn run_with_stdin(&self, args: &[&str], stdin: &str) -> Outcome {
        let root = self.path("");
        let mut args = args.to_vec();
        if args[0] == "explain" {
            args.push("-f");
        }
        args.push(&root);
        run_with_stdin(&args, stdin, self.directory.path())
    }
}

fn deployment(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec:\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n\
         \x20       - name: app\n          ports: [{{name: http, containerPort: 8080}}]\n"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80, targetPort: http}}]}}\n"
    )
}

fn policy(name: &str, namespace: &str, spec: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n\
         metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  {spec}\n"
    )
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.stdout))
}

#[test]
fn list_has_a_row_a_port() {
    let outcome = Tree::new().run(&["list"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let lines: Vec<Vec<&str>> = outcome
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[1],
        [
            "shop",
            "Deployment/payment",
            "8080",
            "http",
            "HTTP",
            "payment:80",
            "sidecar",
            "STRICT",
            "shop/default"
        ]
    );
    assert_eq!(
        lines[2],
        [
            "shop",
            "Deployment/payment",
            "*",
            "AUTO",
            "-",
            "sidecar",
            "STRICT",
            "shop/default"
        ]
    );
    assert_eq!(outcome.stderr, "");
}

#[test]
fn list_for_machines_has_every_field() {
    let tree = Tree::new();
    let document = json(&tree.run(&[
        "list",
        "-o",
        "json",
        "-i",
        "istio-system",
        "--mesh",
        "trustDomain=a.org",
    ]));
    assert_eq!(document["schemaVersion"], "1");
    assert_eq!(
        document["mesh"]["trustDomain"],
        serde_json::json!({"value": "a.org", "from": "flag"})
    );
    assert_eq!(
        document["mesh"]["enableAutoMtls"],
        serde_json::json!({"value": true, "from": "default"})
    );
    let expected = serde_json::json!({
        "namespace": "shop", "kind": "Deployment", "workload": "payment", "port": 8080, "portName": "http",
        "protocol": "HTTP", "services": [{"namespace": "shop", "name": "payment", "port": 80}],
        "dataPlane": "sidecar", "dataPlaneBecause": "namespace shop: istio-injection=enabled", "captured": true,
        "mode": "STRICT", "policyMode": "STRICT", "context": null, "assumptions": [],
        "accepts": {"plaintext": "refused", "istioMtls": "accepted", "tls": "refused"},
        "decidedBy": {"namespace": "shop", "name": "default", "file": "shop.yaml", "line": 5}
    });
    assert_eq!(document["rows"][0], expected);
    assert_eq!(document["rows"][1]["port"], Value::Null);
    assert_eq!(document["rows"].as_array().unwrap().len(), 2);
    assert_eq!(document["skipped"], serde_json::json!([]));
}

#[test]
fn yaml_is_the_json() {
    let tree = Tree::new();
    let yaml = tree.run(&["list", "-o", "yaml", "--trail"]);
    let from_yaml: Value = serde_yaml::from_str(&yaml.stdout).unwrap();
    assert_eq!(from_yaml, json(&tree.run(&["list", "-o", "json", "--trail"])));
    assert_eq!(from_yaml["rows"][0]["trail"]["steps"][1]["effect"], "overrides");
}

#[test]
fn output_is_filtered_by_namespace_and_labels() {
    let tree = Tree::new();
    tree.add("cart.yaml", &deployment("cart"));
    let rows = |args: &[&str]| json(&tree.run(args))["rows"].as_array().unwrap().len();
    assert_eq!(rows(&["list", "-o", "json"]), 4);
    assert_eq!(rows(&["list", "-o", "json", "-l", "app=cart"]), 2);
    assert_eq!(
        rows(&["list", "-o", "json", "-l", "app!=cart", "-n", "shop", "-A"]),
        2
    );
    assert_eq!(rows(&["list", "-o", "json", "-n", "elsewhere"]), 0);
    let outcome = tree.run(&["list", "-n", "elsewhere"]);
    assert_eq!(outcome.stderr, "note: no object is in namespace elsewhere\n");
}

#[test]
fn a_default_namespace_is_that_of_objects_without_one() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {}}";
    let outcome = run_with_stdin(
        &["list", "-o", "json", "-", "--default-namespace", "a"],
        pod,
        Path::new("/"),
    );
    assert_eq!(json(&outcome)["rows"][0]["namespace"], "a");
    let outcome = run_with_stdin(&["list", "-o", "json", "-"], pod, Path::new("/"));
    assert_eq!(json(&outcome)["rows"][0]["namespace"], Value::Null);
}

#[test]
fn explain_shows_the_derivation_of_a_port() {
    let tree = Tree::new();
    tree.add(
        "own.yaml",
        &policy("own", "shop", "selector: {matchLabels: {app: payment}}"),
    );
    tree.add(
        "own2.yaml",
        &policy("own2", "shop", "selector: {matchLabels: {app: payment}}"),
    );
    tree.add(
        "other.yaml",
        &policy("other", "shop", "selector: {matchLabels: {app: cart}}"),
    );
    let outcome = tree.run(&["explain", "payment", "--port", "8080"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let expected = "\
payment (Deployment shop/payment) · port 8080 \"http\" · Service payment:80 → 8080

  mode        STRICT        decided by PeerAuthentication shop/default
  data plane  sidecar       namespace shop: istio-injection=enabled                                  namespace.yaml:1
  assumes     policies of one scope have no distinct creationTimestamp: here the first by name wins, in a cluster the oldest

  mesh        PERMISSIVE    istio-system/default                                                     mesh.yaml:5
  namespace   STRICT        shop/default          overrides mesh                                     shop.yaml:5
  workload    (unset)       shop/own              inherits STRICT                                    own.yaml:3
  port 8080   —             not listed            inherits STRICT
  ignored     shop/own2: same scope, shop/own comes first by name (in a cluster the older one wins)  own2.yaml:3
  ignored     1 policy selects other labels: other
";
    let (derivation, clients) = outcome
        .stdout
        .split_once("\n  clients\n")
        .expect("a section of clients");
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(derivation), squeezed(expected));
    assert!(clients.contains("any sidecar"), "{clients}");
}

#[test]
fn explain_says_what_modes_mean_on_other_data_planes() {
    let tree = Tree::new();
    tree.add("ambient.yaml", AMBIENT);
    let explain = |target: &str| tree.run(&["explain", target, "-n", "wild"]).stdout;
    let ambient = explain("ztunnelled");
    assert!(ambient.contains("ztunnel knows two modes"), "{ambient}");
    assert!(
        ambient.contains("a sidecar would enforce STRICT here, ztunnel enforces PERMISSIVE"),
        "{ambient}"
    );
    assert!(ambient.contains("(policies: STRICT)"), "{ambient}");
    let waypoint = explain("waypoint");
    assert!(
        waypoint.contains("enforced, whatever the policies compose to"),
        "{waypoint}"
    );
    assert!(waypoint.contains("takes HBONE and nothing else"), "{waypoint}");
    let gateway = explain("gateway");
    assert!(
        gateway.contains("not enforced  no policy applies to a gateway"),
        "{gateway}"
    );
    let outside = explain("outside");
    assert!(outside.contains("not enforced  no proxy"), "{outside}");
    assert!(outside.contains("hostNetwork: true"), "{outside}");
}

/// Every data plane but a sidecar, under a mesh that is STRICT, and a policy that istiod converts wrongly.
const AMBIENT: &str = "\
{apiVersion: v1, kind: Namespace, metadata: {name: wild, labels: {istio.io/dataplane-mode: ambient}}}
---
{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: a, namespace: istio-system}, spec: {mtls: {mode: STRICT}}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: own, namespace: wild}
spec: {selector: {matchLabels: {app: p}}, mtls: {mode: PERMISSIVE}, portLevelMtls: {8080: {mode: STRICT}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: ztunnelled, namespace: wild, labels: {app: p}}, spec: {}}
---
{apiVersion: v1, kind: Pod, metadata: {name: waypoint, namespace: wild, labels: {gateway.istio.io/managed: istio.io-mesh-controller}}, spec: {}}
---
{apiVersion: v1, kind: Pod, metadata: {name: gateway, namespace: wild, labels: {gateway.istio.io/managed: istio.io-gateway-controller}}, spec: {}}
---
{apiVersion: v1, kind: Pod, metadata: {name: outside, namespace: wild}, spec: {hostNetwork: true}}
";

#[test]
fn explain_for_machines_has_rows_with_trails() {
    let tree = Tree::new();
    let document = json(&tree.run(&["explain", "deploy/payment.shop", "-o", "json"]));
    assert_eq!(document["target"], "deploy/payment.shop");
    let rows = document["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["mode"], "STRICT");
    let step = &rows[0]["trail"]["steps"][1];
    assert_eq!(step["level"], "namespace");
    assert_eq!(step["policy"]["file"], "shop.yaml");
    assert_eq!(step["above"], "mesh");
}

#[test]
fn objects_are_named_as_kubectl_names_them() {
    let tree = Tree::new();
    for target in [
        "payment",
        "payment.shop",
        "deploy/payment",
        "Deployment/payment.shop",
        "deployments.apps/payment",
        "svc/payment",
        "payment.shop.svc.cluster.local",
        "pa/default.shop",
        "peerauthentications/default.istio-system",
    ] {
        let outcome = tree.run(&["explain", target]);
        assert_eq!(outcome.code, 0, "{target}: {}", outcome.stderr);
        assert!(outcome.stdout.contains("STRICT"), "{target}: {}", outcome.stdout);
    }
}

#[test]
fn the_last_dot_splits_unless_the_whole_name_exists() {
    let tree = Tree::new();
    tree.add("dotted.yaml", &deployment("payment.shop"));
    let document = json(&tree.run(&["explain", "payment.shop", "-o", "json"]));
    assert_eq!(document["rows"][0]["workload"], "payment.shop");
}

#[test]
fn a_service_is_explained_by_its_endpoints() {
    let tree = Tree::new();
    tree.add("lonely.yaml", &service("lonely"));
    let outcome = tree.run(&["explain", "svc/payment", "-p", "80"]);
    let first = outcome.stdout.lines().next().unwrap();
    assert_eq!(
        first,
        "Service shop/payment (payment.shop.svc.cluster.local) · 1 workload"
    );
    assert!(outcome.stdout.contains("port 8080"));
    let outcome = tree.run(&["explain", "svc/payment", "-p", "8080"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "error: Service shop/payment has no port 8080; it has 80\n"
    );
    let outcome = tree.run(&["explain", "lonely"]);
    assert!(
        outcome
            .stdout
            .ends_with("no workload among the manifests is behind it\n"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_policy_is_explained_by_what_it_decides() {
    let tree = Tree::new();
    tree.add(
        "own.yaml",
        &policy(
            "own",
            "shop",
            "selector: {matchLabels: {app: payment}}\n  portLevelMtls: {8080: {mode: DISABLE}}",
        ),
    );
    let text = |target| tree.run(&["explain", target]).stdout;
    assert!(
        text("pa/own").contains("decides     Deployment shop/payment"),
        "{}",
        text("pa/own")
    );
    assert!(
        text("pa/own").contains("inherits STRICT from shop/default"),
        "{}",
        text("pa/own")
    );
    assert!(
        text("pa/default.shop").contains("port 8080"),
        "{}",
        text("pa/default.shop")
    );
    assert!(
        text("pa/default.shop").contains("DISABLE: shop/own is more specific"),
        "{}",
        text("pa/default.shop")
    );
    let document = json(&tree.run(&["explain", "pa/default.istio-system", "-o", "json"]));
    assert_eq!(document["rows"][0]["verdict"], "overridden");
}

#[test]
fn what_is_not_found_is_suggested() {
    let tree = Tree::new();
    let outcome = tree.run(&["explain", "paymnet"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr,
        "error: no workload, Service, PeerAuthentication, DestinationRule or VirtualService is called `paymnet`; the nearest names are:\n  \
         Deployment shop/payment\n  Service shop/payment\n"
    );
    let outcome = tree.run(&["explain", "shop/payment"]);
    assert!(
        outcome
            .stderr
            .contains("if it is a namespace, write payment.shop"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_directory_is_no_name() {
    let tree = Tree::new();
    let directory = tree.directory.path().to_str().unwrap();
    for command in ["explain", "tls-check"] {
        let outcome = run(&[command, directory, "-f", directory]);
        assert_eq!(outcome.code, 2, "{command}");
        let advice = format!("is a directory; to read the manifests in it, write `-f {directory}`\n");
        assert!(outcome.stderr.ends_with(&advice), "{}", outcome.stderr);
    }
}

#[test]
fn an_ambiguous_name_lists_its_candidates() {
    let tree = Tree::new();
    let outcome = tree.run(&["explain", "default"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "error: `default` is ambiguous:\n  peerauthentication/default.istio-system\n  peerauthentication/default.shop\n"
    );
    assert_eq!(tree.run(&["explain", "default", "-n", "shop"]).code, 0);
}

fn destination_rule(name: &str, namespace: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n\
         metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  {spec}\n"
    )
}

/// A rule that some follow, with rules of other namespaces in its way, and one whose host is nobody's.
fn tree_with_rules() -> Tree {
    let tree = Tree::new();
    let rules = [
        (
            "own",
            "shop",
            "host: payment\n  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}",
        ),
        (
            "web",
            "web",
            "host: payment.shop.svc.cluster.local\n  trafficPolicy: {tls: {mode: DISABLE}}",
        ),
        (
            "all",
            "istio-system",
            "host: \"*.svc.cluster.local\"\n  trafficPolicy: {tls: {mode: DISABLE}}",
        ),
        ("lost", "shop", "host: payment.shop"),
        (
            "private",
            "ops",
            "host: payment.shop.svc.cluster.local\n  exportTo: [shop]",
        ),
    ];
    for (name, namespace, spec) in rules {
        tree.add(
            &format!("dr-{name}.yaml"),
            &destination_rule(name, namespace, spec),
        );
    }
    tree
}

/// Compares with a file of `testdata/report`, or writes it.
fn is_as_expected(folder: &str, name: &str, found: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/report")
        .join(folder);
    let path = folder.join(format!("{name}.txt"));
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&path, found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

#[test]
fn a_destination_rule_is_explained_by_who_follows_it() {
    let tree = tree_with_rules();
    let text = |target: &str| {
        let outcome = tree.run(&["explain", target]);
        assert_eq!(outcome.code, 0, "{target}: {}", outcome.stderr);
        outcome.stdout
    };
    for name in ["own", "web", "all", "lost", "private"] {
        is_as_expected("explain-rule", name, &text(&format!("dr/{name}")));
    }
    assert_eq!(text("DestinationRule/own.shop"), text("dr/own"));
    assert_eq!(text("own"), text("dr/own"));
}

#[test]
fn a_destination_rule_for_machines_has_a_row_a_class_of_clients() {
    let tree = tree_with_rules();
    let document = json(&tree.run(&["explain", "dr/own", "-o", "json"]));
    let rows = document["rows"].as_array().unwrap();
    let of = |from: &str| rows.iter().find(|row| row["from"] == from).unwrap();
    let row = of("any sidecar");
    assert_eq!(row["verdict"], "decides");
    assert_eq!((&row["port"], &row["losesTo"]), (&80.into(), &Value::Null));
    assert_eq!(
        (&row["sends"], &row["outcome"]),
        (&"istio mTLS".into(), &"accepted".into())
    );
    let row = of("any sidecar in web");
    assert_eq!(row["verdict"], "overridden");
    assert_eq!(
        (&row["losesTo"]["name"], &row["losesTo"]["file"]),
        (&"web".into(), &"dr-web.yaml".into())
    );
    assert_eq!(row["outcome"], "REFUSED");
    let yaml = tree.run(&["explain", "dr/own", "-o", "yaml"]);
    assert!(yaml.stdout.contains("verdict: overridden"), "{}", yaml.stdout);
}

#[test]
fn a_destination_rule_is_explained_on_one_port() {
    let tree = tree_with_rules();
    let whole = tree.run(&["explain", "dr/own"]);
    assert_eq!(tree.run(&["explain", "dr/own", "-p", "80"]).stdout, whole.stdout);
    let outcome = tree.run(&["explain", "dr/own", "-p", "8080"]);
    assert_eq!(outcome.code, 2);
    let message = "no service that DestinationRule shop/own is about has a port 8080";
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

#[test]
fn subsets_and_ports_of_a_destination_rule_are_told_apart() {
    let tree = Tree::new();
    tree.add(
        "dr.yaml",
        &destination_rule(
            "dr",
            "shop",
            "host: payment\n  trafficPolicy:\n    portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]\n  \
             subsets:\n    - {name: v1, labels: {app: payment}, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}\n    \
             - {name: v2, labels: {version: v2}}",
        ),
    );
    let lines = |stdout: &str| -> Vec<String> {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        stdout.lines().map(words).collect()
    };
    let unrouted = tree.run(&["explain", "dr/dr"]).stdout;
    assert!(
        lines(&unrouted).contains(
            &"decides port 80 any sidecar plaintext REFUSED its port 80: tls DISABLE dr.yaml:7".to_owned()
        ),
        "{unrouted}"
    );
    let unused = |subset: &str| {
        format!(
            "unused port 80 subset {subset} any sidecar nothing no traffic \
             no VirtualService among the manifests leads to the subset"
        )
    };
    for subset in ["v1", "v2"] {
        assert!(lines(&unrouted).contains(&unused(subset)), "{unrouted}");
    }
    tree.add(
        "vs.yaml",
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: vs, namespace: shop}\n\
         spec: {hosts: [payment], http: [{route: [{destination: {host: payment, subset: v1}}]}]}\n",
    );
    let routed = tree.run(&["explain", "dr/dr"]).stdout;
    assert!(
        lines(&routed).contains(
            &"decides port 80 subset v1 any sidecar istio mTLS accepted its subset v1: tls ISTIO_MUTUAL dr.yaml:9".to_owned()
        ),
        "{routed}"
    );
    assert!(!lines(&routed).contains(&unused("v1")), "{routed}");
    assert!(lines(&routed).contains(&unused("v2")), "{routed}");
}

#[test]
fn merged_destination_rules_are_told_apart() {
    let tree = Tree::new();
    let spec = "host: payment\n  subsets: [{name: v1, labels: {app: payment}, trafficPolicy: {tls: {mode: DISABLE}}}]";
    tree.add("dr-a.yaml", &destination_rule("a", "shop", spec));
    let spec = "host: payment\n  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}";
    tree.add("dr-b.yaml", &destination_rule("b", "shop", spec));
    let routes = "hosts: [payment]\n  http: [{route: [{destination: {host: payment, subset: v1}}]}]";
    tree.add("vs.yaml", &virtual_service("vs", "shop", routes));
    let document = json(&tree.run(&["explain", "dr/b", "-o", "json"]));
    let rows = document["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["subset"] == "v1").unwrap();
    assert_eq!(row["verdict"], "overridden");
    assert_eq!(row["losesTo"]["name"], "a");
    assert_eq!(row["mergedWith"][0]["name"], "a");
    assert_eq!(row["outcome"], "REFUSED");
    let whole = rows.iter().find(|row| row["subset"].is_null()).unwrap();
    assert_eq!(whole["verdict"], "not-routed");
}

#[test]
fn a_destination_rule_of_no_host_says_so_to_machines() {
    let tree = tree_with_rules();
    let document = json(&tree.run(&["explain", "dr/lost", "-o", "json"]));
    let row = &document["rows"][0];
    assert_eq!(
        (&row["verdict"], &row["host"]),
        (&"unmatched".into(), &"payment.shop".into())
    );
    assert!(row["because"].as_str().unwrap().contains("no Service has it"));
}

fn virtual_service(name: &str, namespace: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\n\
         metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  {spec}\n"
    )
}

/// VirtualServices for one host, of which one leads elsewhere and the others come behind it, are for
/// others, or are asked by delegation.
fn tree_with_routes() -> Tree {
    let tree = Tree::new();
    tree.add("audit.yaml", &(deployment("audit") + "---\n" + &service("audit")));
    tree.add("ledger.yaml", &service("ledger"));
    tree.add(
        "audit-rule.yaml",
        &destination_rule(
            "audit",
            "shop",
            "host: audit\n  trafficPolicy: {tls: {mode: DISABLE}}",
        ),
    );
    let routes = [
        (
            "a",
            "shop",
            "hosts: [payment]\n  http:\n    - match: [{headers: {canary: {exact: always}}}]\n      \
             route: [{destination: {host: audit}}]\n    - match: [{sourceNamespace: web}]\n      \
             route: [{destination: {host: gone.example.com}}, {destination: {host: audit, port: {number: 80}}, weight: 100}]\n    \
             - route: [{destination: {host: payment}}]",
        ),
        (
            "b",
            "shop",
            "hosts: [payment]\n  http: [{route: [{destination: {host: audit}}]}]",
        ),
        (
            "wild",
            "web",
            "hosts: [\"*.shop.svc.cluster.local\"]\n  exportTo: [.]\n  http: [{delegate: {name: part}}]",
        ),
        (
            "part",
            "web",
            "http: [{route: [{destination: {host: payment.shop.svc.cluster.local}}]}]",
        ),
        (
            "tcp",
            "shop",
            "hosts: [audit]\n  tcp: [{route: [{destination: {host: payment}}]}]",
        ),
        (
            "edge",
            "shop",
            "hosts: [shop.example.com]\n  gateways: [istio-system/edge]\n  http: [{route: [{destination: {host: payment}}]}]",
        ),
    ];
    for (name, namespace, spec) in routes {
        tree.add(
            &format!("vs-{name}.yaml"),
            &virtual_service(name, namespace, spec),
        );
    }
    tree
}

#[test]
fn a_virtual_service_is_explained_by_whom_it_leads_where() {
    let tree = tree_with_routes();
    for name in ["a", "b", "wild", "part", "tcp", "edge"] {
        let outcome = tree.run(&["explain", &format!("vs/{name}")]);
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.stderr);
        is_as_expected("explain-routing", name, &outcome.stdout);
    }
    let whole = tree.run(&["explain", "vs/a"]);
    assert_eq!(tree.run(&["explain", "vs/a", "-p", "80"]).stdout, whole.stdout);
    let outcome = tree.run(&["explain", "vs/a", "-p", "8080"]);
    assert_eq!(outcome.code, 2);
    let message = "no service that VirtualService shop/a is about has a port 8080";
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

#[test]
fn a_virtual_service_for_machines_has_a_row_a_class_of_clients() {
    let tree = tree_with_routes();
    let document = json(&tree.run(&["explain", "vs/a", "-o", "json"]));
    let rows = document["rows"].as_array().unwrap();
    let to = |host: &str, from: &str| {
        let is_asked = |row: &&Value| row["destination"]["host"] == host && row["from"] == from;
        rows.iter().find(is_asked).unwrap()
    };
    let audit = to("audit.shop.svc.cluster.local", "any sidecar");
    assert_eq!(
        (&audit["verdict"], &audit["isConditional"]),
        (&"leads".into(), &true.into())
    );
    assert_eq!(
        (&audit["sends"], &audit["outcome"]),
        (&"plaintext".into(), &"REFUSED".into())
    );
    let own = to("payment.shop.svc.cluster.local", "any sidecar");
    assert_eq!(
        (&own["isConditional"], &own["outcome"]),
        (&false.into(), &"accepted".into())
    );
    let second = json(&tree.run(&["explain", "vs/b", "-o", "json"]));
    let row = &second["rows"][0];
    assert_eq!(
        (&row["verdict"], &row["losesTo"]["name"]),
        (&"overridden".into(), &"a".into())
    );
    let edge = json(&tree.run(&["explain", "vs/edge", "-o", "json"]));
    assert_eq!(edge["rows"][0]["verdict"], "unmatched");
    let yaml = tree.run(&["explain", "vs/b", "-o", "yaml"]);
    assert!(yaml.stdout.contains("verdict: overridden"), "{}", yaml.stdout);
}

#[test]
fn a_file_may_hold_the_target() {
    let tree = Tree::new();
    let inside = tree.path("payment.yaml");
    let outcome = tree.run(&["explain", &inside]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    assert!(
        outcome.stdout.contains("port 8080    STRICT"),
        "{}",
        outcome.stdout
    );

    // What is in hand counts, not what the tree has under the same name.
    let edited = deployment("payment").replace("8080", "9999");
    let outcome = tree.run_with_stdin(&["explain", "-"], &edited);
    assert!(
        outcome.stdout.contains("port 9999    STRICT"),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );

    let outcome = tree.run(&["explain", &tree.path("shop.yaml")]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("no workload is in this file"),
        "{}",
        outcome.stderr
    );
    let outcome = tree.run(&["explain", "missing.yaml"]);
    assert_eq!(
        (outcome.code, &*outcome.stderr),
        (2, "error: missing.yaml: no such file or directory\n")
    );
}

#[test]
fn a_missing_path_and_an_empty_directory_fail() {
    let outcome = run(&["list", "/no/such/path"]);
    assert_eq!(
        (outcome.code, &*outcome.stderr),
        (2, "error: /no/such/path: no such file or directory\n")
    );
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    for command in ["list", "check"] {
        let outcome = run(&[command, path]);
        assert_eq!(outcome.code, 2, "{command}");
        assert_eq!(
            outcome.stderr,
            format!("error: {path}: no .yaml, .yml or .json file\n")
        );
        assert_eq!(run(&[command, path, "--allow-empty"]).code, 0, "{command}");
    }
}

#[test]
fn where_nothing_is_found_is_said_with_what_is_there_instead() {
    let tree = Tree {
        directory: tempfile::tempdir().unwrap(),
    };
    tree.add("values.yaml", "a: 1\n---\nb: 2\n");
    tree.add("empty.yaml", "# nothing\n");
    tree.add("template.yaml", "kind: Service\nmetadata:\n  name: {{ .x }}\n");
    let outcome = |names: &[&str], stdin: &str| {
        let paths: Vec<String> = names.iter().map(|name| tree.path(name)).collect();
        let args: Vec<&str> = std::iter::once("check")
            .chain(paths.iter().map(String::as_str))
            .collect();
        let args = if names.is_empty() {
            vec!["check", "-"]
        } else {
            args
        };
        let outcome = run_with_stdin(&args, stdin, tree.directory.path());
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{}", outcome.stderr);
        outcome.stderr.replace(&tree.path(""), "")
    };
    assert_eq!(outcome(&[], ""), "error: <stdin>: no YAML or JSON document\n");
    assert_eq!(
        outcome(&["empty.yaml"], ""),
        "error: empty.yaml: no YAML or JSON document\n"
    );
    assert_eq!(
        outcome(&["values.yaml"], ""),
        "error: values.yaml: no object that matters to the mesh in 1 file with 2 documents\n"
    );
    let several = outcome(&["values.yaml", "empty.yaml", "template.yaml"], "");
    assert!(several.starts_with("note: skipped 1 Helm template;"), "{several}");
    assert!(
        several.ends_with(
            "error: values.yaml, empty.yaml, template.yaml: \
             no object that matters to the mesh in 3 files with 3 documents\n"
        ),
        "{several}"
    );
}

#[test]
fn a_file_that_is_no_text_is_named_and_hides_nothing_else() {
    let tree = Tree::new();
    tree.add("image.png", "\u{89}PNG\r\n\u{1a}\n\0\0\0\rIHDR");
    tree.add("image.yaml", "\0");
    let root = tree.path("");
    // Among the files of a directory it is nobody's business.
    assert_eq!(run(&["check", &root]).code, 0);
    let image = tree.path("image.png");
    let message = format!("error: {image}: a binary file, neither YAML nor JSON\n");
    for (args, shown) in [
        (vec!["list", &image, &root], "shop/default"),
        (vec!["check", &image, &root], "checked 5 files"),
        (vec!["tls-check", "-f", &image, "-f", &root], "payment.shop"),
        (
            vec!["explain", "payment", "-f", &image, "-f", &root],
            "shop/default",
        ),
    ] {
        let outcome = run(&args);
        assert_eq!((outcome.code, &outcome.stderr), (2, &message), "{args:?}");
        assert!(outcome.stdout.contains(shown), "{args:?}: {}", outcome.stdout);
    }
    assert_eq!(run(&["check", &image]).code, 2);
    let outcome = run_with_stdin(&["check", "-"], "\0", Path::new("/"));
    assert_eq!(
        (outcome.code, &*outcome.stderr),
        (2, "error: <stdin>: a binary file, neither YAML nor JSON\n")
    );
}

#[test]
fn a_stray_byte_spoils_one_document_alone() {
    let tree = Tree::new();
    let bad = policy("bad", "shop", "mtls: {mode: \0}");
    tree.add(
        "mixed.yaml",
        &(bad + "---\n" + &policy("good", "shop", "mtls: {mode: STRICT}")),
    );
    let outcome = run(&["explain", "pa/good", "-f", &tree.path("mixed.yaml")]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.starts_with("error: ") && outcome.stderr.contains("mixed.yaml:5: "),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stdout.contains("shop/good"), "{}", outcome.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_opened_is_named_and_hides_nothing_else() {
    let tree = Tree::new();
    let socket = tree.path("socket.yaml");
    // Nobody can read a socket, not even root.
    let _socket = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let outcome = run(&["check", &socket, &tree.path(""), "-o", "concise"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.starts_with(&format!("error: {socket}: ")),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("checked 4 files"), "{}", outcome.stderr);
}

#[test]
fn a_directory_that_is_given_twice_counts_once() {
    let tree = Tree::new();
    let root = tree.path("");
    let (dotted, file) = (tree.path("./."), tree.path("shop.yaml"));
    let once = run(&["check", &root]);
    let twice = run(&["check", &root, &dotted, &file, "-f", &root]);
    assert_eq!((once.code, twice.code), (0, 0));
    assert_eq!(once.stdout, twice.stdout);
}

#[test]
fn objects_that_are_refused_are_reported_alone_too() {
    let tree = Tree {
        directory: tempfile::tempdir().unwrap(),
    };
    tree.add("a.yaml", &policy("default", "shop", "mtls: {mode: strict}"));
    let outcome = tree.run(&["check", "-o", "concise"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(
        outcome.stdout.contains("error[invalid-resource]"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_broken_manifest_hides_nothing_else() {
    let tree = Tree::new();
    tree.add(
        "broken.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: [\n",
    );
    for command in ["list", "check"] {
        let outcome = tree.run(&[command, "-o", if command == "list" { "text" } else { "concise" }]);
        assert_eq!(outcome.code, 2, "{command}");
        assert!(
            outcome.stderr.contains("broken.yaml:"),
            "{command}: {}",
            outcome.stderr
        );
        assert!(!outcome.stdout.is_empty(), "{command}");
    }
    let outcome = tree.run(&["list", "--skip-invalid"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stdout.contains("shop/default"));
    // Then it is a finding as any other.
    assert_eq!(tree.run(&["check", "--skip-invalid"]).code, 1);
    assert_eq!(
        tree.run(&["check", "--skip-invalid", "--fail-on", "never"]).code,
        0
    );
    assert_eq!(tree.run(&["check", "--fail-on", "never"]).code, 2);
}

#[test]
fn what_is_skipped_is_noted() {
    let tree = Tree::new();
    tree.add(
        "template.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n",
    );
    let outcome = tree.run(&["list"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("skipped 1 Helm template; to read it"),
        "{}",
        outcome.stderr
    );
    assert_eq!(tree.run(&["list", "-q"]).stderr, "");
    let outcome = tree.run(&["list", "-v"]);
    assert!(
        outcome.stderr.contains("skipped: template.yaml"),
        "{}",
        outcome.stderr
    );
    let document = json(&tree.run(&["list", "-o", "json"]));
    assert_eq!(document["skipped"][0]["reason"], "helm-template");
}

#[test]
fn findings_at_or_above_the_level_fail() {
    let tree = Tree::new();
    assert_eq!(tree.run(&["check"]).code, 0);
    // One object in two files.
    tree.add("zz.yaml", &policy("default", "shop", "mtls: {mode: PERMISSIVE}"));
    let outcome = tree.run(&["check", "-o", "concise"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(
        outcome.stdout.contains("error[duplicate-object]"),
        "{}",
        outcome.stdout
    );
    assert_eq!(tree.run(&["check", "--fail-on", "never"]).code, 0);
    assert_eq!(tree.run(&["check", "--ignore", "duplicate-object"]).code, 0);
    assert_eq!(tree.run(&["check", "--select", "invalid-yaml"]).code, 0);
    assert_eq!(tree.run(&["check", "-n", "elsewhere"]).code, 0);
    let outcome = tree.run(&["check", "--ignore", "duplicate-objects"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("did you mean `duplicate-object`?"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn reports_are_written_to_files_too() {
    let tree = Tree::new();
    let file = tree.path("out.report");
    let outcome = tree.run(&["list", "--report", &format!("json={file}")]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.starts_with("NAMESPACE"));
    let document: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(document["schemaVersion"], "1");
    assert_eq!(tree.run(&["list", "--report", "json=/no/such/dir/file"]).code, 2);
    assert_eq!(tree.run(&["list", "--report", "toml=x"]).code, 2);
}

#[test]
fn a_run_that_no_rule_is_left_for_is_refused() {
    let tree = Tree::new();
    let rule = "plaintext-accepted";
    let outcome = tree.run(&["check", "--select", rule, "--ignore", rule]);
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""));
    assert_eq!(
        outcome.stderr,
        "error: no rule is left to run: `--ignore` leaves out all that are selected (plaintext-accepted)\n"
    );
    let both = "plaintext-accepted,plaintext-to-strict";
    assert_eq!(tree.run(&["check", "--select", both, "--ignore", rule]).code, 0);
    // What is selected runs although the config switches it off.
    let off: Vec<String> = RULES.iter().map(|rule| format!("{}: off", rule.id())).collect();
    tree.add(".peerauth.yaml", &format!("rules: {{{}}}\n", off.join(", ")));
    assert_eq!(tree.run(&["check", "--select", rule]).code, 0);
    let outcome = tree.run(&["check"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "error: no rule is left to run: the config and `--ignore` leave out all of them\n"
    );
}

#[test]
fn tls_check_writes_reports_too() {
    let tree = Tree::new();
    let file = tree.path("out.report");
    for format in ["text", "json", "yaml"] {
        let outcome = tree.run(&["tls-check", "--report", &format!("{format}={file}"), "-f"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert_eq!(outcome.stdout, tree.run(&["tls-check", "-f"]).stdout);
        let expected = tree.run(&["tls-check", "-o", format, "-f"]).stdout;
        assert_eq!(fs::read_to_string(&file).unwrap(), expected, "{format}");
        assert!(expected.contains("payment"), "{expected}");
    }
}

#[test]
fn settings_have_names() {
    let tree = Tree::new();
    let outcome = tree.run(&["list", "--mesh", "rotNamespace=x"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "error: no setting is called `rotNamespace`; did you mean `rootNamespace`?\n"
    );
    let outcome = tree.run(&["list", "--mesh", "enableAutoMtls=on"]);
    assert!(
        outcome.stderr.contains("expected true or false, found `on`"),
        "{}",
        outcome.stderr
    );
    for flag in ["-i", "--root-namespace", "--istioNamespace"] {
        let document = json(&tree.run(&["list", "-o", "json", flag, "shop"]));
        assert_eq!(document["mesh"]["rootNamespace"]["value"], "shop", "{flag}");
    }
}

#[test]
fn usage_is_explained() {
    let outcome = run(&["--help"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stdout.contains("explain"));
    let outcome = run(&["--version"]);
    assert!(outcome.stdout.contains("Istio 1.32"), "{}", outcome.stdout);
    let outcome = run(&["chekc"]);
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""));
    assert!(outcome.stderr.contains("check"));
    let outcome = run(&["list", "--select", "x"]);
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""));
    assert!(outcome.stderr.contains("'--select'"), "{}", outcome.stderr);
}

#[test]
fn rules_are_documented() {
    let outcome = run(&["rules"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stdout.contains("invalid-yaml"));
    let outcome = run(&["rules", "invalid-yaml"]);
    assert!(outcome.stdout.contains("## What it does"), "{}", outcome.stdout);
    assert_eq!(run(&["rules", "nonsense"]).code, 2);
    let document = json(&run(&["rules", "-o", "json"]));
    assert!(
        document["rules"]
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| rule["id"] == "invalid-yaml")
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let tree = Tree::new();
    for format in ["text", "json", "yaml"] {
        let args = ["peerauth", "list", "-o", format, &tree.path("")].map(OsString::from);
        let mut stderr = Vec::new();
        let code = cli::run(args, &mut io::empty(), &mut Closed, &mut stderr, &Env::plain("/"));
        assert_eq!((code, stderr), (0, Vec::new()), "{format}");
    }
}

#[test]
fn without_paths_the_working_directory_is_read() {
    let tree = Tree::new();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(["explain", "payment", "-o", "json"])
        .current_dir(tree.directory.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["rows"][0]["decidedBy"]["file"], "shop.yaml");
}

#[test]
fn the_day_on_which_exceptions_end_can_be_given() {
    let exception = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: till\n  \
                     namespace: shop\n  annotations: {peerauth.dev/reason: a till, peerauth.dev/expires: \"2026-01-31\"}\n\
                     spec:\n  mtls: {mode: PERMISSIVE}\n";
    let on = |day: &str| {
        run_with_stdin(
            &["check", "-", "-o", "concise", "--today", day],
            exception,
            Path::new("/"),
        )
    };
    assert_eq!((on("2025-12-31").code, on("2025-12-31").stdout.as_str()), (0, ""));
    let soon = on("2026-01-31");
    assert!(
        soon.code == 0 && soon.stdout.contains("warning[expired-exception]"),
        "{}",
        soon.stdout
    );
    let over = on("2026-02-01");
    assert!(
        over.code == 1 && over.stdout.contains("error[expired-exception]"),
        "{}",
        over.stdout
    );
    assert_eq!(on("tomorrow").code, 2);
}

#[test]
fn a_revision_shows_whom_its_control_plane_serves() {
    let manifests = |revision: &str, name: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{istio.io/rev: {revision}}}}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {name}, labels: {{app: {name}}}}}\n\
             spec: {{containers: [{{name: app}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {name}}}\n\
             spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80}}]}}\n---\n"
        )
    };
    let private = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n\
                   metadata: {name: new, namespace: new, labels: {istio.io/rev: canary}}\n\
                   spec: {host: old.old.svc.cluster.local, exportTo: [\".\"], trafficPolicy: {tls: {mode: DISABLE}}}\n---\n\
                   apiVersion: v1\nkind: Pod\nmetadata: {name: bare, namespace: out, labels: {sidecar.istio.io/inject: \"false\"}}\n\
                   spec: {containers: [{name: app}]}\n";
    let text = manifests("stable", "old") + &manifests("canary", "new") + private;
    let asked = |args: &[&str]| run_with_stdin(args, &text, Path::new("/"));
    let list = |revision: &str| asked(&["list", "-", "-q", "-r", revision]);
    let canary = list("canary");
    assert_eq!(canary.code, 0, "{}", canary.stderr);
    assert!(
        canary.stdout.contains("Pod/new") && !canary.stdout.contains("Pod/old"),
        "{}",
        canary.stdout
    );
    assert!(!list("stable").stdout.contains("Pod/bare"));
    let sent = |revision: &str| asked(&["tls-check", "old.old", "-f", "-", "-q", "-r", revision]).stdout;
    assert!(sent("canary").contains("DISABLE"), "{}", sent("canary"));
    assert!(!sent("stable").contains("DISABLE"), "{}", sent("stable"));
    let slip = list("canari");
    assert_eq!(slip.code, 2);
    assert!(slip.stderr.contains("did you mean `canary`?"), "{}", slip.stderr);
}
