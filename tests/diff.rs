//! `diff`: nothing where nothing differs, everything where something does, and the same whichever way it is asked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use common::command::{Tree, command};
use common::meshes::{documents, join, meshes, testdata};
use peerauth::callers::Callers;
use peerauth::load::{self, Loaded};
use peerauth::matrix::{Answers, Matrix};
use peerauth::mesh::{Mesh, Protocol, Settings};
use peerauth::model::{Context, Hypothesis, ages};
use peerauth::posture::diff::{
    self, Change, ChangeKind, EndpointName, PortState, Protection, Subject, WorkloadName,
};
use peerauth::resolve::Resolution;
use peerauth::resolve::classes::Groups;
use peerauth::resolve::client::{Client, EndpointPlace, Senders};
use peerauth::resolve::outcome::outcome;
use proptest::prelude::*;
use serde_json::Value;

/// Asks everything of one context of what was loaded.
fn with_answers<T>(loaded: &Loaded, context: &Context, ask: impl FnOnce(Answers<'_>) -> T) -> T {
    let mesh = Mesh::new(&loaded.objects, context, Settings::default());
    let resolution = Resolution::new(&mesh);
    let senders = Senders::new(&resolution);
    let groups = Groups::new(&resolution);
    let matrix = Matrix::new(&senders, &groups);
    let callers = Callers::new(&resolution);
    ask(Answers {
        senders: &senders,
        groups: &groups,
        matrix: &matrix,
        callers: &callers,
    })
}

/// The changes between two texts; `date` says whether what is new is younger.
fn with_changes<T>(base: &str, head: &str, date: bool, use_changes: impl FnOnce(&[Change<'_>]) -> T) -> T {
    let (mut base, mut head) = (
        load::load_text("base.yaml", base),
        load::load_text("head.yaml", head),
    );
    if date {
        ages::align(&mut base.objects, &mut head.objects);
    }
    with_answers(&base, &base.contexts[0], |before| {
        with_answers(&head, &head.contexts[0], |after| {
            use_changes(&diff::diff(&[before], &[after]))
        })
    })
}

fn name(workload: &WorkloadName<'_>) -> String {
    format!(
        "{}/{}/{}",
        workload.namespace.unwrap_or("-"),
        workload.kind,
        workload.name
    )
}

fn endpoint(endpoint: &EndpointName<'_>) -> String {
    match endpoint {
        EndpointName::Workload(workload) => name(workload),
        EndpointName::Address(address) => (*address).to_owned(),
    }
}

fn port_state(state: &PortState<'_>) -> String {
    format!("{:?} {:?} {}", state.mode, state.accepts, state.plane)
}

/// A change in a line, without places.
fn line(change: &Change<'_>) -> String {
    let path = match &change.subject {
        Subject::Connection(connection) => format!("{:?}", connection.path),
        _ => String::new(),
    };
    format!("{} {} {path}", change.kind.as_str(), subject(change, false))
}

/// What a change is about, and what was and is; turned round, if `inverse`. The way of requests is left out: it is
/// that of the head, where one takes the place of another.
fn subject(change: &Change<'_>, inverse: bool) -> String {
    let turn = |before: String, after: String| {
        if inverse {
            format!("{after} -> {before}")
        } else {
            format!("{before} -> {after}")
        }
    };
    match &change.subject {
        Subject::Port(port) => format!(
            "port {} {:?} {}",
            name(&port.workload),
            port.port,
            turn(port_state(&port.before), port_state(&port.after))
        ),
        Subject::Connection(connection) => {
            let clients: Vec<String> = connection.clients.named.iter().map(name).collect();
            let endpoints: Vec<String> = connection.endpoints.iter().map(endpoint).collect();
            format!(
                "connection {clients:?} {:?} {}:{} {endpoints:?} {}",
                connection.clients.any_sidecar_in,
                connection.host,
                connection.port,
                turn(
                    format!("{:?}", connection.before),
                    format!("{:?}", connection.after)
                )
            )
        }
        Subject::Call(call) => format!(
            "call {:?} {} {} {}",
            call.by,
            call.object.object_name(),
            name(&call.workload),
            call.port
        ),
        Subject::Presence(presence) => format!("presence {:?}", presence.what),
    }
}

fn lines(base: &str, head: &str) -> Vec<String> {
    with_changes(base, head, true, |changes| changes.iter().map(line).collect())
}

/// What a kind is when the sides are exchanged.
fn inverse(change: &Change<'_>) -> BTreeSet<&'static str> {
    let kinds: &[ChangeKind] = match change.kind {
        // A call that is no longer made.
        ChangeKind::Refused => &[ChangeKind::Gained, ChangeKind::Removed],
        ChangeKind::Gained => &[ChangeKind::Refused],
        ChangeKind::Plaintext | ChangeKind::IdentityLost | ChangeKind::Weakened => {
            &[ChangeKind::Strengthened]
        }
        ChangeKind::Strengthened => &[
            ChangeKind::Plaintext,
            ChangeKind::IdentityLost,
            ChangeKind::Weakened,
        ],
        ChangeKind::Removed => &[ChangeKind::Added, ChangeKind::Refused],
        ChangeKind::Added => &[ChangeKind::Removed],
        ChangeKind::Changed => &[ChangeKind::Changed],
    };
    kinds.iter().map(|kind| kind.as_str()).collect()
}

#[test]
fn the_same_directory_differs_in_nothing() {
    for kind in ["guide", "repositories", "quiet", "meshes"] {
        for folder in common::folders(&testdata(kind)) {
            let path = folder.to_str().unwrap();
            let args = [
                "diff",
                path,
                path,
                "-o",
                "json",
                "--no-config",
                "--allow-empty",
                "--skip-invalid",
            ];
            let outcome = command(&args, "", &folder);
            assert_eq!(outcome.json()["changes"], Value::Array(Vec::new()), "{path}");
        }
    }
}

#[test]
fn the_same_text_differs_in_nothing() {
    let mut count = 0;
    for folder in common::folders(&testdata("rules")) {
        for path in common::files(&folder, "yaml") {
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(lines(&text, &text), [""; 0], "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 100, "the texts are found");
}

#[test]
fn names_of_files_and_order_are_no_change() {
    let (base, head) = (Tree::default(), Tree::default());
    let texts = common::files(&testdata("meshes/shop-during"), "yaml");
    for (index, path) in texts.iter().enumerate() {
        let text = fs::read_to_string(path).unwrap();
        base.add(path.file_name().unwrap().to_str().unwrap(), &text);
        let mut turned = documents(&text);
        turned.reverse();
        head.add(&format!("elsewhere/{}.yml", 99 - index), &join(&turned));
    }
    let outcome = command(
        &["diff", &base.path(""), &head.path(""), "--fail-on", "any"],
        "",
        base.root(),
    );
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("nothing changes"), "{}", outcome.stdout);
}

/// What each given client's connection to each endpoint is worth, asked one by one and without classes. Of services
/// to which VirtualServices lead nothing is said.
fn one_by_one(answers: Answers<'_>) -> BTreeMap<[String; 3], Protection> {
    let (mesh, senders) = (answers.mesh(), answers.senders);
    let mut found = BTreeMap::new();
    for (workload, _) in mesh.workloads() {
        let client = Client::of(senders.resolution, workload);
        for (id, service) in mesh.services() {
            for port in mesh
                .ports_of(id)
                .iter()
                .filter(|port| port.protocol != Protocol::Udp)
            {
                let cluster = senders.cluster(&client, id, port.number, None);
                let redirection = senders.redirection(&client, cluster.service, port.number);
                if !redirection.destinations.is_empty() || redirection.is_total {
                    continue;
                }
                for at in senders.endpoints(id, service, port.number) {
                    let EndpointPlace::Workload(server) = at.place else {
                        continue;
                    };
                    let sent = senders.send(&cluster, &at);
                    let answer = diff::Answer {
                        outcome: outcome(senders.resolution, sent.arriving(), &at),
                        wire: sent.wire,
                        arriving: sent.arriving(),
                    };
                    let object = service.meta().qualified_name();
                    let key = [
                        name(&WorkloadName::of(mesh, workload)),
                        format!("{}:{} {object}", service.host, port.number),
                        name(&WorkloadName::of(mesh, server)),
                    ];
                    found.insert(key, answer.protection());
                }
            }
        }
    }
    found
}

/// Whether the changes are those that one finds by asking client by client.
fn assert_complete(base: &str, head: &str) {
    let (mut before, mut after) = (
        load::load_text("base.yaml", base),
        load::load_text("head.yaml", head),
    );
    ages::align(&mut before.objects, &mut after.objects);
    let expected = with_answers(&before, &before.contexts[0], |before| {
        with_answers(&after, &after.contexts[0], |after| {
            let (was, is) = (one_by_one(before), one_by_one(after));
            // Several services of one host cannot be told apart by what a change says.
            let mut changed: BTreeSet<String> = BTreeSet::new();
            for (key, was) in &was {
                if let Some(is) = is.get(key).filter(|is| *is != was) {
                    let [client, asked, server] = key;
                    let asked = asked.split(' ').next().unwrap();
                    changed.insert(format!("{client} {asked} {server} {was:?} {is:?}"));
                }
            }
            let known: BTreeSet<String> = was
                .keys()
                .filter(|key| is.contains_key(*key))
                .map(|[client, asked, server]| {
                    format!("{client} {} {server}", asked.split(' ').next().unwrap())
                })
                .collect();
            (changed, known, found(&diff::diff(&[before], &[after])))
        })
    });
    let (changed, known, found) = expected;
    let is_known = |line: &&String| {
        let key: Vec<&str> = line.splitn(4, ' ').collect();
        known.contains(&key[..3].join(" "))
    };
    let found: BTreeSet<String> = found.iter().filter(is_known).cloned().collect();
    assert_eq!(changed, found, "{base}\n=====\n{head}");
}

/// The changed connections of given clients on the way without VirtualServices, one by one.
fn found(changes: &[Change<'_>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for change in changes {
        let Subject::Connection(connection) = &change.subject else {
            continue;
        };
        let (Some(before), Some(after)) = (connection.before, connection.after) else {
            continue;
        };
        if connection.path.subset.is_some() || connection.path.leads_to.is_some() {
            continue;
        }
        assert_eq!(connection.clients.given, connection.clients.named.len());
        for client in &connection.clients.named {
            for server in &connection.endpoints {
                found.insert(format!(
                    "{} {}:{} {} {:?} {:?}",
                    name(client),
                    connection.host,
                    connection.port,
                    endpoint(server),
                    before.protection(),
                    after.protection()
                ));
            }
        }
    }
    found
}

/// A tree with one thing changed: a document is left out, or says another mode.
fn mutate(documents: &[String], at: usize, how: usize) -> Vec<String> {
    const MODES: [&str; 6] = [
        "STRICT",
        "PERMISSIVE",
        "DISABLE",
        "ISTIO_MUTUAL",
        "SIMPLE",
        "UNSET",
    ];
    let mut changed = documents.to_vec();
    let at = at % changed.len();
    let document = &changed[at];
    let modes = MODES
        .iter()
        .filter(|mode| document.contains(&format!("mode: {mode}")));
    let Some(mode) = modes.max_by_key(|mode| mode.len()) else {
        changed.remove(at);
        return changed;
    };
    let allowed: &[&str] = if document.contains("kind: PeerAuthentication") {
        &["STRICT", "PERMISSIVE", "DISABLE"]
    } else if document.contains("kind: DestinationRule") {
        &["DISABLE", "ISTIO_MUTUAL", "SIMPLE"]
    } else {
        &[]
    };
    match allowed.get(how % (allowed.len() + 1)) {
        Some(other) => changed[at] = document.replace(&format!("mode: {mode}"), &format!("mode: {other}")),
        None => drop(changed.remove(at)),
    }
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn every_changed_connection_is_found(
        text in prop::sample::select(meshes()),
        at in any::<usize>(),
        how in any::<usize>(),
    ) {
        let documents = documents(&text);
        let changed = mutate(&documents, at, how);
        assert_complete(&join(&documents), &join(&changed));
    }

    #[test]
    fn the_other_way_round_is_the_inverse(
        text in prop::sample::select(meshes()),
        at in any::<usize>(),
        how in any::<usize>(),
    ) {
        let documents = documents(&text);
        let (base, head) = (join(&documents), join(&mutate(&documents, at, how)));
        let there: BTreeMap<String, BTreeSet<&'static str>> = with_changes(&base, &head, false, |changes| {
            changes.iter().map(|change| (subject(change, false), inverse(change))).collect()
        });
        let back: BTreeMap<String, &'static str> = with_changes(&head, &base, false, |changes| {
            changes.iter().map(|change| (subject(change, true), change.kind.as_str())).collect()
        });
        prop_assert_eq!(there.keys().collect::<Vec<_>>(), back.keys().collect::<Vec<_>>());
        for (subject, kind) in &back {
            prop_assert!(there[subject].contains(kind), "{subject}: {kind} is no inverse of {:?}", there[subject]);
        }
    }

    #[test]
    fn the_order_of_documents_is_no_change(
        text in prop::sample::select(meshes()),
        seed in prop::collection::vec(any::<u32>(), 60),
    ) {
        let given = documents(&text);
        let mut order: Vec<usize> = (0..given.len()).collect();
        order.sort_by_key(|&index| (seed[index % seed.len()], index));
        let shuffled: Vec<String> = order.into_iter().map(|index| given[index].clone()).collect();
        let has_duplicates = with_answers(&load::load_text("a.yaml", &text), &Context::default(), |answers| {
            !answers.mesh().duplicates.is_empty()
        });
        prop_assume!(!has_duplicates);
        prop_assert_eq!(lines(&text, &join(&shuffled)), Vec::<String>::new());
    }

    /// What is thought of in a mesh is what a tree says in which it is done.
    #[test]
    fn a_hypothesis_is_the_tree_that_it_speaks_of(
        text in prop::sample::select(meshes()),
        at in any::<usize>(),
        how in any::<usize>(),
    ) {
        let given = documents(&text);
        let changed = mutate(&given, at, how);
        let mut loaded = load::load_text("tree.yaml", &text);
        let context = Context::default();
        let has_duplicates = with_answers(&loaded, &context, |answers| !answers.mesh().duplicates.is_empty());
        prop_assume!(!has_duplicates);
        let new: Vec<String> = changed.iter().filter(|document| !given.contains(document)).cloned().collect();
        let gone = load::load_text("gone.yaml", &join(&given.iter().filter(|document| !changed.contains(document)).cloned().collect::<Vec<_>>()));
        let gone: BTreeSet<_> = gone.objects.every_meta().map(peerauth::model::Meta::object_name).collect();
        let file = loaded.add_text("<what-if>", &join(&new));
        ages::date_additions(&mut loaded.objects, &[file]);
        let mut hypothesis = Hypothesis::adding(&loaded.objects, &context, [file]);
        let removed = loaded.objects.every_meta().filter(|meta| meta.file() != file && gone.contains(&meta.object_name()));
        hypothesis.removes.extend(removed.map(peerauth::model::Meta::place));
        let before = context.before(&hypothesis);
        let assumed: Vec<String> = with_answers(&loaded, &before, |base| {
            with_answers(&loaded, &before.with(&hypothesis), |head| {
                diff::diff(&[base], &[head]).iter().map(line).collect()
            })
        });
        prop_assert_eq!(assumed, lines(&text, &join(&changed)));
    }
}

/// The outputs of a comparison of the shop, and its exit code for each thing that may fail.
fn golden(base: &str, head: &str) {
    let folder = testdata("meshes");
    for (format, extension) in [
        ("text", "txt"),
        ("json", "json"),
        ("markdown", "md"),
        ("github", "github"),
        ("yaml", "yaml"),
    ] {
        let args = [
            "diff",
            &*folder.join(base).display().to_string(),
            &*folder.join(head).display().to_string(),
            "-o",
            format,
        ];
        let outcome = command(&args, "", &folder);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
        let shown = outcome.stdout.replace(&format!("{}/", folder.display()), "");
        let path = folder.join(format!("{base}..{head}.{extension}"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &shown).unwrap();
        }
        assert_eq!(
            shown,
            fs::read_to_string(&path).unwrap_or_default(),
            "{}",
            path.display()
        );
    }
}

fn codes(base: &str, head: &str) -> Vec<u8> {
    let path = |name: &str| testdata("meshes").join(name).display().to_string();
    let code = |fail_on: &&str| {
        let args = ["diff", &*path(base), &*path(head), "--fail-on", fail_on];
        command(&args, "", &testdata("meshes")).code
    };
    ["never", "broken", "weakened", "any", "weakened,broken"]
        .iter()
        .map(code)
        .collect()
}

#[test]
fn the_shop_before_during_and_after() {
    golden("shop-before", "shop-during");
    golden("shop-during", "shop-after");
    golden("shop-before", "shop-after");
    golden("shop-after", "shop-before");
    assert_eq!(codes("shop-before", "shop-before"), [0, 0, 0, 0, 0]);
    assert_eq!(codes("shop-before", "shop-during"), [0, 1, 0, 1, 1]);
    assert_eq!(codes("shop-after", "shop-before"), [0, 0, 1, 1, 1]);
}

/// Runs `what-if` in a folder of the shop.
fn what_if(args: &[&str], stdin: &str) -> common::command::Outcome {
    let folder = testdata("meshes/shop-before");
    let path = folder.display().to_string();
    let args: Vec<&str> = [&["what-if"], args, &[&*path]].concat();
    let mut outcome = command(&args, stdin, &testdata("meshes"));
    outcome.stdout = outcome.stdout.replace(&format!("{path}/"), "");
    outcome
}

/// The changes of a document for machines, without places.
fn changes(document: &Value) -> Vec<Value> {
    let mut changes = document["changes"].as_array().unwrap().clone();
    for change in &mut changes {
        change.as_object_mut().unwrap().remove("cause");
        if let Some(shown) = change.get_mut("shownAt") {
            *shown = Value::Null;
        }
        if let Some(rule) = change.pointer_mut("/evidence/rule") {
            *rule = Value::Null;
        }
        if let Some(told) = change.pointer_mut("/clients/told") {
            *told = Value::Null;
        }
    }
    changes
}

#[test]
fn what_if_shows_the_manifest_and_who_is_refused() {
    let cases: [(&str, &[&str]); 5] = [
        ("strict-shop", &["--strict", "--in", "shop"]),
        ("strict-mesh", &["--strict"]),
        ("strict-port", &["--strict", "--port", "9090"]),
        (
            "strict-orders",
            &["--mode", "strict", "-l", "app=orders", "--in", "shop"],
        ),
        ("remove-rule", &["--remove", "dr/payment.shop"]),
    ];
    for (name, args) in cases {
        let outcome = what_if(args, "");
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{name}");
        let path = testdata("meshes").join(format!("shop-before.{name}.txt"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &outcome.stdout).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(outcome.stdout, expected, "{name}");
    }
}

/// ConfigMaps that name no host are known to `what-if` all the same: they replace others, and can go.
#[test]
fn what_if_knows_config_maps_that_name_no_host() {
    let config_map = |said: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: files\n  namespace: old\ndata:\n  a: {said}\n"
        )
    };
    let run = |said: &str, args: &[&str], stdin: &str| {
        let tree = Tree::default();
        tree.add("files.yaml", &config_map(said));
        tree.add(
            "others.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: cart}, ports: [{port: 80}]}\n\
             ---\napiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: shop, labels: {app: cart}}\n\
             spec: {containers: [{name: a, image: a}]}\n\
             ---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: old, labels: {sidecar.istio.io/inject: 'false'}}\n\
             spec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: files}}]}]}\n",
        );
        let path = tree.root().display().to_string();
        let args: Vec<&str> = [&["what-if", "-o", "json"], args, &[&*path]].concat();
        let outcome = command(&args, stdin, tree.root());
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.json()
    };
    let removed = run("none", &["--remove", "configmap/files"], "");
    assert_eq!(removed["assumed"]["removed"].as_array().unwrap().len(), 1);
    let breaks = |document: &Value| document["summary"]["breaks"].as_u64();
    let strict = ["--strict", "--in", "shop"];
    let applied = [&strict[..], &["--apply", "-"]].concat();
    let (telling, silent) = (config_map("http://cart.shop"), config_map("none"));
    assert_eq!(breaks(&run("http://cart.shop", &strict, "")), Some(1));
    assert_eq!(breaks(&run("none", &applied, &telling)), Some(1));
    assert_eq!(
        breaks(&run("http://cart.shop", &applied, &silent)),
        Some(1),
        "it was told before"
    );
    assert_eq!(breaks(&run("none", &applied, &silent)), Some(0));
}

/// What is assumed, written into the tree, changes what was foretold.
#[test]
fn what_if_foretells_the_diff() {
    for args in [
        &["--strict"][..],
        &["--strict", "--in", "shop", "--in", "web"],
        &["--mode", "DISABLE", "--in", "shop"],
        &["--strict", "-l", "app in (cart, orders)"],
        &["--strict", "--port", "8080"],
    ] {
        let foretold = what_if(&[args, &["-o", "json"]].concat(), "").json();
        let tree = Tree::default();
        for path in common::files(&testdata("meshes/shop-before"), "yaml") {
            let name = path.file_name().unwrap().to_str().unwrap();
            tree.add(name, &fs::read_to_string(&path).unwrap());
        }
        for (index, applied) in foretold["assumed"]["applied"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
        {
            let manifest = applied["manifest"].as_str().unwrap();
            // The mesh's policy is there already: the edited one takes its place.
            let name = match applied["name"].as_str().unwrap() {
                "istio-system/default" => "mesh.yaml".to_owned(),
                _ => format!("new-{index}.yaml"),
            };
            tree.add(&name, manifest);
        }
        let base = testdata("meshes/shop-before").display().to_string();
        let outcome = command(&["diff", &base, &tree.path(""), "-o", "json"], "", tree.root());
        assert_eq!(changes(&foretold), changes(&outcome.json()), "{args:?}");
        assert!(!changes(&foretold).is_empty(), "{args:?}");
    }
}

/// A mesh with one server, and a client that something sets apart from all others.
fn with_client(addition: &str) -> Tree {
    let tree = Tree::default();
    tree.add(
        "mesh.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n---\n\
         apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {istio-injection: enabled}}\n---\n\
         apiVersion: v1\nkind: Namespace\nmetadata: {name: old}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {name: orders, namespace: shop, labels: {app: orders}}\n\
         spec: {containers: [{name: app, image: x, ports: [{containerPort: 8080}]}]}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop}\n\
         spec: {selector: {app: orders}, ports: [{name: http, port: 80, targetPort: 8080}]}\n",
    );
    tree.add("addition.yaml", addition);
    tree
}

/// What is refused once everything is STRICT: how many connections break, how many could, and what shows the first.
fn refused(addition: &str) -> (u64, u64, String) {
    let document = with_client(addition)
        .run(&["what-if", "--strict", "-o", "json"])
        .json();
    let count = |key: &str| document["summary"][key].as_u64().unwrap();
    let first = &document["changes"][0];
    let shown = match &first["evidence"] {
        Value::Null => &first["caller"],
        evidence => &evidence["by"],
    };
    let shown = shown.as_str().unwrap_or_default().to_owned();
    (count("breaks"), count("possibleBreaks"), shown)
}

#[test]
fn what_breaks_is_what_something_shows() {
    let pod = |namespace: &str, annotations: &str, env: &str, init: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: client, namespace: {namespace}, annotations: {{{annotations}}}}}\n\
             spec: {{containers: [{{name: app, image: x, env: [{env}]}}], initContainers: [{init}]}}\n"
        )
    };
    let told = "{name: ORDERS_URL, value: 'http://orders.shop'}";
    let excluded = "traffic.sidecar.istio.io/excludeOutboundPorts: '80'";
    let waiting = format!("{{name: wait, image: x, env: [{told}]}}");
    let classic = "sidecar.istio.io/nativeSidecar: 'false'";
    let hidden = "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: web}\n\
                  spec: {egress: [{hosts: ['./*']}]}\n---\n";
    let rule = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: orders, namespace: shop}\n\
                spec: {host: orders, trafficPolicy: {tls: {mode: DISABLE}}}\n";
    let open = "apiVersion: v1\nkind: Service\nmetadata: {name: public, namespace: shop}\n\
                spec: {type: LoadBalancer, selector: {app: orders}, ports: [{name: http, port: 81, targetPort: 8080}]}\n";
    let cases = [
        (pod("web", "", told, ""), (0, 0, "")),
        (pod("old", "", "", ""), (0, 1, "nothing")),
        (pod("old", "", told, ""), (1, 0, "told")),
        (pod("web", excluded, "", ""), (0, 1, "nothing")),
        (pod("web", excluded, told, ""), (1, 0, "told")),
        (hidden.to_owned() + &pod("web", "", "", ""), (0, 1, "nothing")),
        (hidden.to_owned() + &pod("web", "", told, ""), (1, 0, "told")),
        (pod("web", classic, "", &waiting), (1, 0, "init-container")),
        (rule.to_owned(), (1, 0, "rule")),
        (open.to_owned(), (1, 0, "anybody")),
    ];
    for (addition, (breaks, possible, shown)) in cases {
        assert_eq!(
            refused(&addition),
            (breaks, possible, shown.to_owned()),
            "{addition}"
        );
    }
}

/// What one side alone shows is itself the change.
#[test]
fn a_call_that_comes_or_goes_is_caused_by_what_shows_it() {
    let mesh = |service: &str| {
        let tree = with_client(&shop_policy("default", "STRICT"));
        let public = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: public, namespace: shop}}\n\
             spec: {{type: {service}, selector: {{app: orders}}, ports: [{{name: http, port: 81, targetPort: 8080}}]}}\n"
        );
        tree.add("public.yaml", &public);
        tree
    };
    let (closed, open) = (mesh("ClusterIP"), mesh("LoadBalancer"));
    let compare = |base: &Tree, head: &Tree| {
        let args = ["diff", &base.path(""), &head.path(""), "-o", "json"];
        command(&args, "", Path::new("/")).json()["changes"].clone()
    };
    for (changes, kind, before, after, side) in [
        (
            compare(&closed, &open),
            "refused",
            Value::Null,
            Value::from("refused"),
            "head",
        ),
        (
            compare(&open, &closed),
            "removed",
            Value::from("refused"),
            Value::Null,
            "base",
        ),
    ] {
        let call = &changes[0];
        assert_eq!(call["kind"], kind, "{changes}");
        assert_eq!((&call["before"], &call["after"]), (&before, &after));
        assert_eq!(
            (&call["cause"]["kind"], &call["cause"]["side"]),
            (&"Service".into(), &side.into())
        );
    }
}

/// Clients begin to send mutual TLS because of what policies say now, not because of what they said.
#[test]
fn an_edited_policy_causes_what_it_no_longer_prevents() {
    let mesh = |mode: &str| with_client(&shop_policy("default", mode));
    let (before, after) = (mesh("DISABLE"), mesh("PERMISSIVE"));
    let args = ["diff", &before.path(""), &after.path(""), "-o", "json"];
    let document = command(&args, "", Path::new("/")).json();
    let changes = document["changes"].as_array().unwrap();
    let connection = changes
        .iter()
        .find(|change| change["subject"] == "connection")
        .unwrap();
    assert_eq!(connection["after"]["sends"], "istio-mtls");
    assert_eq!(connection["cause"]["side"], "head", "{connection}");
    assert_eq!(connection["cause"]["kind"], "PeerAuthentication");
}

#[test]
fn failing_on_what_is_refused_counts_what_nothing_shows() {
    let client = "apiVersion: v1\nkind: Pod\nmetadata: {name: client, namespace: old}\n\
                  spec: {containers: [{name: app, image: x}]}\n";
    let (base, head) = (with_client(client), with_client(client));
    let policy = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\n\
                  spec: {mtls: {mode: STRICT}}\n";
    head.add("policy.yaml", policy);
    for (fail_on, code) in [
        ("broken", 0),
        ("weakened", 0),
        ("refused", 1),
        ("broken,refused", 1),
    ] {
        let (base, head) = (base.path(""), head.path(""));
        let outcome = command(&["diff", &base, &head, "--fail-on", fail_on], "", Path::new("/"));
        assert_eq!(outcome.code, code, "{fail_on}: {}", outcome.stdout);
    }
}

#[test]
fn what_if_edits_the_policy_that_is_in_force() {
    let tree = Tree::default();
    tree.add(
        "shop.yaml",
        &fs::read_to_string(testdata("meshes/shop-before/cart.yaml")).unwrap(),
    );
    tree.add(
        "policies.yaml",
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: all\n  namespace: shop\n  \
         creationTimestamp: 2024-01-01T00:00:00Z\nspec:\n  mtls:\n    mode: PERMISSIVE\n---\n\
         apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: aaa\n  namespace: shop\n  \
         creationTimestamp: 2025-01-01T00:00:00Z\nspec:\n  mtls:\n    mode: DISABLE\n",
    );
    let document = tree
        .run(&["what-if", "--strict", "--in", "shop", "-o", "json"])
        .json();
    assert_eq!(document["assumed"]["applied"][0]["name"], "shop/all");
    assert!(
        document["summary"]["strengthened"].as_u64().unwrap() > 0,
        "{document}"
    );
    assert_eq!(
        document["assumed"]["unknownNamespaces"],
        serde_json::json!(["shop"])
    );
}

/// A policy of the namespace of the shop.
fn shop_policy(name: &str, mode: &str) -> String {
    format!(
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{mtls: {{mode: {mode}}}}}\n"
    )
}

#[test]
fn what_if_applies_whatever_a_path_names() {
    let tree = Tree::default();
    tree.add("new/a/policy.yaml", &shop_policy("default", "STRICT"));
    tree.add("new/b/notes.txt", "no manifest");
    tree.add("new/b/other.json", "{}");
    let (directory, glob) = (tree.path("new"), tree.path("new/*/pol*.yaml"));
    let named = tree.path("new/a/policy.yaml");
    let expected = changes(&what_if(&["--apply", &named, "-o", "json"], "").json());
    assert!(!expected.is_empty());
    for path in [&*directory, &*glob] {
        let outcome = what_if(&["--apply", path, "-o", "json"], "");
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{path}");
        assert_eq!(changes(&outcome.json()), expected, "{path}");
    }
    let piped = what_if(&["--apply", "-", "-o", "json"], &shop_policy("default", "STRICT"));
    assert_eq!(changes(&piped.json()), expected);

    // The last of one name is what kubectl leaves.
    tree.add("new/z/policy.yaml", &shop_policy("default", "PERMISSIVE"));
    let outcome = what_if(&["--apply", &directory], "");
    assert!(outcome.stdout.contains("nothing changes"), "{}", outcome.stdout);

    // A kustomization says which files are meant, and in which namespace.
    tree.add(
        "overlay/kustomization.yaml",
        "resources: [policy.yaml]\nnamespace: shop\n",
    );
    let nameless = shop_policy("default", "STRICT").replace(", namespace: shop", "");
    tree.add("overlay/policy.yaml", &nameless);
    tree.add("overlay/other.yaml", &shop_policy("default", "DISABLE"));
    let outcome = what_if(&["--apply", &tree.path("overlay"), "-o", "json"], "");
    assert_eq!(changes(&outcome.json()), expected, "{}", outcome.stdout);
}

#[test]
fn what_if_says_what_it_cannot_apply() {
    let tree = Tree::default();
    tree.add("empty/notes.txt", "no manifest");
    tree.add(
        "broken/policy.yaml",
        "kind: PeerAuthentication\nspec: {mtls: {mode: STRICT}\n",
    );
    let (empty, broken) = (tree.path("empty"), tree.path("broken"));
    for (path, message) in [
        (&*empty, "holds no object that matters"),
        (&*tree.path("nothing/*.yaml"), "no file matches"),
        (&*broken, "broken/policy.yaml"),
    ] {
        let outcome = what_if(&["--apply", path], "");
        assert_eq!(outcome.code, 2, "{path}");
        assert!(outcome.stderr.contains(message), "{path}: {}", outcome.stderr);
    }
    let outcome = what_if(&["--apply", "-", "-f", "-"], "");
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("standard input is read once"),
        "{}",
        outcome.stderr
    );
}

/// Every form by which an object may be named.
#[test]
fn what_if_removes_an_object_by_any_of_its_names() {
    let expected = what_if(&["--remove", "dr/payment.shop"], "").stdout;
    for name in [
        "destinationrule/payment.shop",
        "destinationrules/payment.shop",
        "DestinationRule/payment.shop",
        "destinationrules.networking.istio.io/payment.shop",
        "dr/payment",
    ] {
        let outcome = what_if(&["--remove", name], "");
        assert_eq!(outcome.stdout, expected, "{name}: {}", outcome.stderr);
    }
}

#[test]
fn what_if_removes_a_namespace_with_all_that_is_in_it() {
    let document = what_if(&["--remove", "ns/legacy", "-o", "json"], "").json();
    let changes = document["changes"].as_array().unwrap().iter();
    let removed = changes.filter(|change| change["kind"] == "removed");
    let names: Vec<&str> = removed
        .filter_map(|change| change["workload"]["name"].as_str())
        .collect();
    assert_eq!(names, ["invoices", "reports"], "{document}");
}

#[test]
fn what_if_says_what_it_does_not_find() {
    let errors = [
        (
            &["--remove", "dr/paymnt.shop"][..],
            "did you mean `destinationrule/payment.shop`?",
        ),
        (&["--remove", "cart"], "is ambiguous"),
        (&["--strict", "--in", "nowhere"], "no object is in that namespace"),
        (&["--strict", "-l", "app=nobody"], "no workload of the mesh"),
        (
            &["--remove", "dr/payment.shop", "--in", "shop"],
            "they need `--strict` or `--mode`",
        ),
        (&["--apply", "no-such.yaml"], "no such file"),
    ];
    for (args, message) in errors {
        let outcome = what_if(args, "");
        assert_eq!(outcome.code, 2, "{args:?}");
        assert!(outcome.stderr.contains(message), "{args:?}: {}", outcome.stderr);
    }
    let applied = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n";
    let outcome = what_if(&["--apply", "-", "-o", "json"], applied);
    // A Namespace is replaced as a whole: without its label nothing there is injected any more.
    assert!(
        outcome.json()["summary"]["weakened"].as_u64().unwrap() > 0,
        "{}",
        outcome.stdout
    );
    assert_eq!(outcome.code, 0);
}

/// Runs the program in a directory of a tree.
fn program(tree: &Tree, directory: &str, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(args)
        .current_dir(tree.root().join(directory))
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn revisions_are_read_without_a_checkout() {
    let tree = Tree::default();
    let policy = |mode: &str| {
        format!(
            "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  namespace: shop\n\
             spec:\n  mtls:\n    mode: {mode}\n"
        )
    };
    tree.git(&["init", "-q", "-b", "main"]);
    let cart = fs::read_to_string(testdata("meshes/shop-before/cart.yaml")).unwrap();
    tree.add("deploy/cart.yaml", &cart);
    tree.add("deploy/policy.yaml", &policy("STRICT"));
    tree.git(&["add", "-A"]);
    tree.git(&["commit", "-qm", "one"]);
    tree.git(&["tag", "v1"]);
    tree.git(&["checkout", "-q", "-b", "topic"]);
    tree.add("deploy/policy.yaml", &policy("PERMISSIVE"));
    tree.git(&["commit", "-qam", "two"]);
    tree.git(&["checkout", "-q", "main"]);
    tree.add("deploy/policy.yaml", &policy("DISABLE"));
    tree.git(&["commit", "-qam", "three"]);
    tree.git(&["checkout", "-q", "topic"]);

    let weaker = "deploy/policy.yaml:8";
    for args in [
        &["diff", "v1..topic"][..],
        &["diff", "v1", "topic"],
        &["diff", "main...topic"],
        &["diff", "v1"],
    ] {
        let (code, said) = program(&tree, "", &[args, &["--fail-on", "weakened"]].concat());
        assert_eq!(code, 1, "{args:?}: {said}");
        assert!(
            said.contains("STRICT") && said.contains("PERMISSIVE") && said.contains(weaker),
            "{said}"
        );
    }
    let (code, said) = program(
        &tree,
        "",
        &["diff", "main..topic", "--fail-on", "weakened", "--", "deploy"],
    );
    assert!(code == 0 && said.contains("DISABLE"), "{said}");
    let (code, said) = program(&tree, "", &["diff", "HEAD", "--fail-on", "any"]);
    assert!(code == 0 && said.contains("nothing changes"), "{said}");
    let (code, said) = program(&tree, "", &["diff", "v1", "topic", "--", "elsewhere"]);
    assert!(code == 0 && said.contains("nothing changes"), "{said}");
    // From a directory below, that directory alone.
    let (code, said) = program(&tree, "deploy", &["diff", "v1", "--fail-on", "weakened"]);
    assert!(code == 1 && said.contains("policy.yaml:8"), "{said}");

    fs::create_dir(tree.root().join("v1")).unwrap();
    let (code, said) = program(&tree, "", &["diff", "v1", "topic"]);
    assert!(code == 2 && said.contains("`--dir` or `--rev`"), "{said}");
    assert_eq!(
        program(
            &tree,
            "",
            &["diff", "--rev", "v1", "topic", "--fail-on", "weakened"]
        )
        .0,
        1
    );
    for (args, message) in [
        (&["diff", "nowhere"][..], "git knows no such revision"),
        (&["diff", "deploy"], "name a second one"),
        (&["diff", "topic", "deploy"], "one is a directory"),
        (&["diff", "deploy", "nowhere"], "no such file"),
        (&["diff", "--dir", "topic", "deploy"], "no such file"),
    ] {
        let (code, said) = program(&tree, "", args);
        assert!(code == 2 && said.contains(message), "{args:?}: {said}");
    }
}

/// Of two clusters one is gone, one is new, and the one of both is compared.
#[test]
fn clusters_belong_together_by_name() {
    let cart = fs::read_to_string(testdata("meshes/shop-before/cart.yaml")).unwrap();
    let (base, head) = (Tree::default(), Tree::default());
    for name in ["dev", "prod"] {
        base.add(&format!("{name}/cart.yaml"), &cart);
    }
    for name in ["prod", "test"] {
        head.add(&format!("{name}/cart.yaml"), &cart);
    }
    let document = command(
        &["diff", &base.path(""), &head.path(""), "-o", "json"],
        "",
        base.root(),
    )
    .json();
    let changes = document["changes"].as_array().unwrap().iter();
    let changes: Vec<String> = changes
        .map(|change| format!("{} {}", change["kind"], change["name"]))
        .collect();
    assert_eq!(changes, ["\"removed\" \"dev\"", "\"added\" \"test\""]);
}
