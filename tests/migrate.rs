//! `migrate`: applied step by step in memory, its manifests never refuse a client that got through and is known to
//! call, and what is not STRICT in the end has a name.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::command::{Tree, command};
use common::meshes::{documents, join, meshes, testdata};
use jiff::civil::Date;
use peerauth::callers::{Outsider, outside_calls};
use peerauth::id::ObjectName;
use peerauth::load::{self, Loaded};
use peerauth::matrix::{Answers, ask};
use peerauth::mesh::{Mesh, Protocol, Settings, WorkloadId};
use peerauth::model::peer_authentication::Mode;
use peerauth::model::{Context, Hypothesis, Meta, ages};
use peerauth::posture::diff::diff;
use peerauth::posture::migrate::{Caller, Hindrance, Plan, Reserved, plan, settle};
use peerauth::resolve::client::{Client, ClusterReason, EndpointPlace, Senders};
use peerauth::resolve::outcome::{Outcome, outcome};
use peerauth::resolve::server::Reception;
use proptest::prelude::*;

const TODAY: Date = Date::constant(2026, 11, 21);

/// Asks everything of one cluster of what was loaded.
fn with_answers<T>(loaded: &Loaded, context: &Context, use_answers: impl FnOnce(Answers<'_>) -> T) -> T {
    let meshes = [Mesh::new(&loaded.objects, context, Settings::default())];
    ask(&meshes, |answers| use_answers(answers[0]))
}

/// A plan that can be applied step by step.
struct Applied {
    loaded: Loaded,
    before: Context,
    steps: Vec<Vec<String>>,
}

impl Applied {
    fn new(text: &str) -> Applied {
        let mut loaded = load::load_text("mesh.yaml", text);
        let (contexts, reserved) = settle(&mut loaded, &Settings::default(), TODAY);
        let steps = with_answers(&loaded, &contexts[0], |answers| {
            let plan = plan(answers, &reserved[0], TODAY);
            let texts = plan.steps.iter().map(|step| {
                let manifests = step.manifests(&loaded.sources).into_iter();
                manifests.map(|manifest| manifest.after).collect()
            });
            texts.collect::<Vec<Vec<String>>>()
        });
        Applied {
            loaded,
            before: contexts[0].clone(),
            steps,
        }
    }

    /// The cluster after each manifest, in the order in which kubectl applies them; the last of an object counts.
    fn states(&mut self) -> Vec<Context> {
        let mut applied: BTreeMap<ObjectName, String> = BTreeMap::new();
        let mut states = Vec::new();
        for text in self.steps.concat() {
            let object = load::load_text("one.yaml", &text);
            let name = object.objects.every_meta().map(Meta::object_name).next();
            applied.insert(name.unwrap_or_else(|| panic!("not read: {text}")), text);
            let text: Vec<&str> = applied.values().map(String::as_str).collect();
            let file = self.loaded.add_text("<applied>", &text.join("---\n"));
            ages::date_additions(&mut self.loaded.objects, &[file]);
            let hidden = Hypothesis {
                adds: vec![file],
                ..Hypothesis::default()
            };
            self.before = self.before.before(&hidden);
            states.push(file);
        }
        let apply = |file| {
            let change = Hypothesis::adding(&self.loaded.objects, &self.before, [file]);
            self.before.with(&change)
        };
        states.into_iter().map(apply).collect()
    }
}

/// Whether what a client's proxy does tells of the service and not of the client.
fn is_general(reason: &ClusterReason<'_>) -> bool {
    !matches!(
        reason,
        ClusterReason::NoProxy
            | ClusterReason::Ztunnel
            | ClusterReason::Waypoint
            | ClusterReason::Proxyless
            | ClusterReason::Excluded(_)
            | ClusterReason::Unknown(_)
            | ClusterReason::UnknownAlias
            | ClusterReason::NoCluster
    )
}

/// Every connection that is known to be made, asked client by client, with whether it gets through. `any` stands for
/// a sidecar that is not given.
fn known(answers: Answers<'_>) -> BTreeMap<String, (bool, bool)> {
    let (mesh, senders) = (answers.mesh(), answers.senders);
    let mut found = BTreeMap::new();
    let given = mesh
        .workloads()
        .map(|(id, _)| (Some(id), Client::of(senders.resolution, id)));
    let any = mesh
        .namespaces
        .iter()
        .map(|(id, _)| (None, Client::any_sidecar_in(senders.resolution, Some(id))));
    for (workload, client) in given.chain(any) {
        for (id, service) in mesh.services() {
            for port in mesh
                .ports_of(id)
                .iter()
                .filter(|port| port.protocol != Protocol::Udp)
            {
                let cluster = senders.cluster(&client, id, port.number, None);
                let redirection = senders.redirection(&client, cluster.service, port.number);
                if redirection.is_total {
                    continue;
                }
                let is_told = workload.is_some_and(|workload| {
                    answers
                        .callers
                        .calls
                        .between(workload, id, Some(port.number))
                        .is_some()
                });
                for at in senders.endpoints(id, service, port.number) {
                    let EndpointPlace::Workload(server) = at.place else {
                        continue;
                    };
                    let sent = senders.send(&cluster, &at);
                    let becomes = outcome(senders.resolution, sent.arriving(), &at);
                    let who = workload.map_or_else(
                        || format!("any in {:?}", client.namespace.map(|id| mesh.namespaces[id].name)),
                        |id| label(mesh, id),
                    );
                    let key = format!(
                        "{who} -> {}:{} at {}",
                        service.host,
                        port.number,
                        label(mesh, server)
                    );
                    let is_known = is_told || is_general(&cluster.reason);
                    let own = found.entry(key).or_insert((is_known, true));
                    own.0 |= is_known;
                    own.1 &= becomes != Outcome::Refused;
                }
            }
        }
    }
    found.extend(outside(answers.mesh(), senders, answers));
    found
}

fn outside(
    mesh: &Mesh<'_>,
    senders: &Senders<'_, '_, '_>,
    answers: Answers<'_>,
) -> BTreeMap<String, (bool, bool)> {
    let calls = outside_calls(senders, answers.callers).into_iter();
    calls
        .map(|call| {
            let accepts = senders.resolution.decide(call.workload, Some(call.port)).accepts;
            let is_open = match call.by {
                Outsider::ApiServer => accepts.tls != Reception::Refused,
                _ => accepts.plaintext != Reception::Refused || accepts.tls != Reception::Refused,
            };
            let key = format!(
                "{:?} {} -> {}:{}",
                call.by,
                call.object.object_name(),
                label(mesh, call.workload),
                call.port
            );
            (key, (true, is_open))
        })
        .collect()
}

fn label(mesh: &Mesh<'_>, id: WorkloadId) -> String {
    mesh.workload(id).meta().object_name().to_string()
}

/// No manifest refuses whoever got through at first, and a comparison of any two states that follow each other knows of
/// no break. Returns how many connections were looked at again.
fn assert_safe(text: &str) -> usize {
    let mut applied = Applied::new(text);
    let mut states = applied.states();
    states.insert(0, applied.before.clone());
    let states = states.iter();
    let meshes: Vec<Mesh<'_>> = states
        .map(|state| Mesh::new(&applied.loaded.objects, state, Settings::default()))
        .collect();
    let manifests = || applied.steps.concat().join("---\n");
    ask(&meshes, |answers| {
        let at_first = known(answers[0]);
        let mut count = 0;
        for (number, then) in answers.iter().enumerate().skip(1) {
            let after = known(*then);
            for (key, (is_known, got_through)) in &at_first {
                count += usize::from(*is_known && *got_through);
                let gets_through = after.get(key).is_some_and(|(_, gets_through)| *gets_through);
                assert!(
                    !is_known || !got_through || gets_through,
                    "manifest {number} refuses {key}\n{text}\n=====\n{}",
                    manifests()
                );
            }
            for base in [0, number - 1] {
                let changes = diff(&answers[base..=base], &answers[number..=number]);
                let breaks: Vec<_> = changes.iter().filter(|change| change.is_break()).collect();
                assert!(
                    breaks.is_empty(),
                    "manifest {number} breaks {breaks:#?}\n{text}\n=====\n{}",
                    manifests()
                );
            }
        }
        count
    })
}

/// What a plan leaves open, by workload and port, with the objects that hinder it; none for what no object does.
fn open(text: &str) -> BTreeMap<String, Vec<Option<ObjectName>>> {
    let mut loaded = load::load_text("mesh.yaml", text);
    let (contexts, reserved) = settle(&mut loaded, &Settings::default(), TODAY);
    with_answers(&loaded, &contexts[0], |answers| {
        let plan = plan(answers, &reserved[0], TODAY);
        let open = plan.stays.iter().map(|&(id, port, _)| {
            let of_port = plan
                .hindrances
                .iter()
                .filter(|own| (own.workload, own.port) == (id, port));
            let objects = of_port.map(|own| object(&plan, &own.by, id));
            (
                format!("{} {port:?}", label(answers.mesh(), id)),
                objects.collect(),
            )
        });
        open.collect()
    })
}

fn object(plan: &Plan<'_>, by: &Hindrance<'_>, server: WorkloadId) -> Option<ObjectName> {
    let mesh = plan.answers.mesh();
    let Hindrance::Known(known) = by else { return None };
    let object = match known.caller {
        Caller::Told { workload, .. } => mesh.workload(workload).meta(),
        Caller::Rule { tls, .. } => &tls.rule.meta,
        Caller::Proxies { .. } => return None,
        Caller::Outside(call) => call.object,
    };
    (object.span != mesh.workload(server).meta().span).then(|| object.object_name())
}

/// What the resolver says is open once everything is applied.
fn really_open(text: &str) -> BTreeSet<String> {
    let mut applied = Applied::new(text);
    let states = applied.states();
    let state = states.last().unwrap_or(&applied.before);
    with_answers(&applied.loaded, state, |answers| {
        let mesh = answers.mesh();
        let mut open = BTreeSet::new();
        for (id, _) in mesh.workloads() {
            let ports = answers.resolution().declared_ports(id).into_iter().map(Some);
            for port in ports.chain([None]) {
                let mode = answers.resolution().decide(id, port).mode;
                if mode.is_some_and(|mode| mode != Mode::Strict) {
                    open.insert(format!("{} {port:?}", label(mesh, id)));
                }
            }
        }
        open
    })
}

/// Everything that is open in the end is told, with a reason; and without what hinders it, it is STRICT. Returns how many
/// ports were freed so.
fn assert_maximal(text: &str) -> usize {
    let told = open(text);
    for open in really_open(text) {
        assert!(
            told.contains_key(&open),
            "{open} is open and nobody says so\n{text}"
        );
    }
    let freed = told.iter().map(|(port, hindering)| {
        assert!(!hindering.is_empty(), "nothing hinders {port}\n{text}");
        usize::from(is_freed(text, port, hindering.clone()))
    });
    freed.sum()
}

/// Whether a port is STRICT once the objects are gone that hinder it, and those that they hid. It stays open only where
/// something hinders it that is no object of its own.
fn is_freed(text: &str, port: &str, mut hindering: Vec<Option<ObjectName>>) -> bool {
    let mut rest = documents(text);
    loop {
        let Some(objects) = hindering.into_iter().collect::<Option<BTreeSet<ObjectName>>>() else {
            return false;
        };
        let holds = |document: &String| {
            let loaded = load::load_text("one.yaml", document);
            loaded
                .objects
                .every_meta()
                .any(|meta| objects.contains(&meta.object_name()))
        };
        let before = rest.len();
        rest.retain(|document| !holds(document));
        assert!(
            rest.len() < before,
            "{port} is hindered by {objects:?}, which is not there\n{text}"
        );
        match open(&join(&rest)).remove(port) {
            Some(next) => hindering = next,
            None => return true,
        }
    }
}

/// Clients of a headless service go by the policy of the namespace, its servers by their own.
#[test]
fn servers_are_opened_before_the_namespace_that_clients_of_headless_services_go_by() {
    let text = "
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: front, namespace: shop, labels: {app: front}}
spec: {containers: [{name: app, image: example/app:1, env: [{name: DB_HOST, value: db}, {name: DB_PORT, value: '5432'}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: app, image: example/app:1}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{name: tcp, port: 5432}], clusterIP: None}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: DISABLE}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: db, namespace: shop}
spec: {selector: {matchLabels: {app: db}}, mtls: {mode: DISABLE}}
";
    assert!(assert_safe(text) > 0);
    assert_maximal(text);
}

#[test]
fn no_step_refuses_a_known_client() {
    let count: usize = meshes().iter().map(|text| assert_safe(text)).sum();
    assert!(count > 10_000, "{count} connections are looked at");
}

#[test]
fn what_stays_open_has_a_name_and_nothing_else_does() {
    let count: usize = meshes().iter().map(|text| assert_maximal(text)).sum();
    assert!(count > 60, "{count} ports are freed");
}

/// The plan is right by its making; that it is put to the test as well finds what is not foreseen.
#[test]
fn nothing_has_to_be_reserved() {
    for text in meshes() {
        let mut loaded = load::load_text("mesh.yaml", &text);
        let (_, reserved) = settle(&mut loaded, &Settings::default(), TODAY);
        assert_eq!(
            reserved,
            [Reserved::default()],
            "a client would be refused\n{text}"
        );
    }
}

/// The text with a document changed: another mode, or without it.
fn mutate(documents: &[String], at: usize, how: usize) -> Vec<String> {
    const MODES: [&str; 5] = ["STRICT", "PERMISSIVE", "DISABLE", "UNSET", "ISTIO_MUTUAL"];
    let mut changed = documents.to_vec();
    let at = at % changed.len();
    let document = changed[at].clone();
    let mode = MODES
        .iter()
        .find(|mode| document.contains(&format!("mode: {mode}")));
    match mode {
        Some(mode) => {
            let is_rule = document.contains("kind: DestinationRule");
            let others: &[&str] = if is_rule {
                &["DISABLE", "ISTIO_MUTUAL", "SIMPLE"]
            } else {
                &MODES[..4]
            };
            let other = others[how % others.len()];
            changed[at] = document.replacen(&format!("mode: {mode}"), &format!("mode: {other}"), 1 + how % 3);
        }
        None => drop(changed.remove(at)),
    }
    changed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn changed_meshes_are_migrated_as_safely(
        text in prop::sample::select(meshes()),
        changes in prop::collection::vec((any::<usize>(), any::<usize>()), 1..4),
    ) {
        let mut documents = documents(&text);
        for (at, how) in changes {
            if documents.len() > 1 {
                documents = mutate(&documents, at, how);
            }
        }
        let text = join(&documents);
        assert_safe(&text);
        assert_maximal(&text);
    }
}

/// The files of a case, written anew with `UPDATE=1`.
fn assert_golden(path: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, text).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(text, expected, "{}: run the tests with UPDATE=1", path.display());
}

#[test]
fn plans_are_shown_in_every_format() {
    let formats = [
        ("text", "txt"),
        ("json", "json"),
        ("yaml", "yaml"),
        ("markdown", "md"),
    ];
    for case in ["shop-before", "shop-during", "shop-after", "hindered"] {
        for (format, extension) in formats {
            if case != "hindered" && case != "shop-before" && format != "text" {
                continue;
            }
            let path = testdata(&format!("meshes/{case}"));
            let args = [
                "migrate",
                path.to_str().unwrap(),
                "-o",
                format,
                "--no-config",
                "--today",
                "2026-11-21",
            ];
            let outcome = command(&args, "", &testdata("meshes"));
            assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{case}");
            assert_golden(
                &testdata(&format!("meshes/{case}.migrate.{extension}")),
                &outcome.stdout,
            );
        }
    }
}

/// Every file below a directory with its text.
fn files_below(directory: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            files_below(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn manifests_are_written_to_an_empty_directory_alone() {
    let tree = Tree::default();
    let plan = tree.path("plan");
    let meshes = testdata("meshes");
    let hindered = meshes.join("hindered");
    let args = [
        "migrate",
        hindered.to_str().unwrap(),
        "--no-config",
        "--write",
        &plan,
        "-o",
        "json",
    ];
    let outcome = command(&args, "", &meshes);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let mut files = BTreeMap::new();
    files_below(Path::new(&plan), "", &mut files);
    let document = outcome.json();
    for step in document["plans"][0]["steps"].as_array().unwrap() {
        let text = &files[step["file"].as_str().unwrap()];
        let read = load::load_text("step.yaml", text);
        let names: Vec<String> = read
            .objects
            .every_meta()
            .map(|meta| meta.object_name().to_string())
            .collect();
        let manifests = step["manifests"].as_array().unwrap();
        let mut expected: Vec<&str> = manifests
            .iter()
            .map(|manifest| manifest["object"].as_str().unwrap())
            .collect();
        expected.sort_unstable();
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, expected);
        assert!(read.defects.is_empty() && read.flawed.is_empty(), "{text}");
    }
    assert!(files.contains_key("PLAN.md"));
    assert!(files.contains_key("rollback/11-strict-desk.yaml.undo"));

    let again = command(&args, "", &meshes);
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("the directory is not empty"),
        "{}",
        again.stderr
    );
    assert_eq!(again.stdout, "");
}

/// What a plan calls safe `what-if` calls safe as well: the whole of it, and whatever comes first.
#[test]
fn what_if_knows_of_no_break_in_a_plan() {
    let mut strengthened = 0;
    for mesh in common::folders(&testdata("meshes")) {
        let mesh = mesh.to_str().unwrap();
        let tree = Tree::default();
        let plan = tree.path("plan");
        let written = command(&["migrate", mesh, "--write", &plan], "", tree.root());
        assert_eq!(written.code, 0, "{}", written.stderr);
        let steps = common::files(Path::new(&plan), "yaml");
        let first = steps.iter().map(|step| ["--apply", step.to_str().unwrap()]);
        let first: Vec<&str> = first.flatten().collect();
        let firsts = (1..=steps.len()).map(|count| &first[..2 * count]);
        let whole = ["--apply", &*plan];
        let whole = (!steps.is_empty()).then_some(&whole[..]);
        for applied in firsts.chain(whole) {
            let args = [&["what-if", mesh, "-o", "json"], applied].concat();
            let outcome = command(&args, "", tree.root());
            assert_eq!(outcome.code, 0, "{}", outcome.stderr);
            let summary = &outcome.json()["summary"];
            assert_eq!(summary["breaks"], 0, "{applied:?}: {}", outcome.stdout);
            strengthened += summary["strengthened"].as_u64().unwrap();
        }
    }
    assert!(strengthened > 100, "{strengthened}");
}

#[test]
fn exit_codes_tell_what_is_left() {
    let meshes = testdata("meshes");
    let code = |case: &str, fail_on: &str| {
        let path = meshes.join(case);
        command(
            &[
                "migrate",
                path.to_str().unwrap(),
                "--no-config",
                "--fail-on",
                fail_on,
            ],
            "",
            &meshes,
        )
        .code
    };
    assert_eq!(code("shop-before", "never"), 0);
    assert_eq!(code("shop-before", "open"), 1);
    assert_eq!(code("hindered", "blocked"), 1);
    assert_eq!(code("shop-after", "open"), 1, "ports stay open");
    let tree = Tree::default();
    let root = tree.path("");
    tree.add(
        "mesh.yaml",
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: istio-system}\n\
         spec: {mtls: {mode: STRICT}}\n",
    );
    for fail_on in ["open", "blocked", "never"] {
        let outcome = command(&["migrate", &root, "--fail-on", fail_on], "", tree.root());
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
        assert!(
            outcome
                .stdout
                .starts_with("everything that can be STRICT is STRICT")
        );
    }
    let nothing = Tree::default();
    assert_eq!(nothing.run(&["migrate"]).code, 2);
    assert_eq!(tree.run(&["migrate", "--fail-on", "sometimes"]).code, 2);
}

/// What YAML 1.1 takes for a boolean or a number is quoted, or nobody would read the policy.
#[test]
fn names_that_yaml_reads_otherwise_are_quoted() {
    let tree = Tree::default();
    let labels = "app: \"yes\", a: \"010\", b: \"1_000\", c: \"off\", d: \"null\", e: \"\", f: \"1e3\"";
    tree.add(
        "mesh.yaml",
        &format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: \"on\", labels: {{istio-injection: enabled}}}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: \"y\", namespace: \"on\", labels: {{{labels}}}}}\n\
             spec: {{containers: [{{name: a, image: x, ports: [{{containerPort: 80}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: \"on\"}}\n\
             spec: {{type: LoadBalancer, selector: {{{labels}}}, ports: [{{port: 80}}]}}\n"
        ),
    );
    let outcome = tree.run(&["migrate", "-o", "json"]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    let stays = &outcome.json()["plans"][0]["stays"];
    assert_eq!(stays.as_array().unwrap().len(), 1, "{stays}");
}
