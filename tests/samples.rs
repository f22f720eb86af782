//! Where many namespaces have a rule for a wildcard, rules look at some of them first. That nothing escapes them
//! by it is shown by asking both ways.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use peerauth::finding::Finding;
use peerauth::lint::{self, Levels};
use peerauth::load::{Loaded, load_text};
use peerauth::matrix::{Detail, Row};
use peerauth::mesh::{Mesh, ServiceId, Settings};
use peerauth::rules::{Facts, may_tell};

/// How many namespaces have a rule for the wildcard.
const TEAMS: usize = 20;

/// What the rules of the teams say. Each is for a wildcard.
const POLICIES: [&str; 8] = [
    "  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}\n",
    "  trafficPolicy: {tls: {mode: DISABLE}}\n",
    "  trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /etc/certs/cert-chain.pem, privateKey: /etc/certs/key.pem, caCertificates: /etc/certs/root-cert.pem}}\n",
    "  trafficPolicy: {tls: {mode: MUTUAL, credentialName: client}}\n",
    "  trafficPolicy: {tls: {mode: SIMPLE}}\n",
    "  trafficPolicy: {tls: {mode: ISTIO_MUTUAL, subjectAltNames: [\"spiffe://cluster.local/ns/none/sa/none\"]}}\n",
    "  trafficPolicy:\n    tls: {mode: ISTIO_MUTUAL}\n    portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: PASSTHROUGH}}]\n",
    "  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}, trafficPolicy: {tls: {mode: DISABLE}}}]\n",
];

/// What a team has besides its rule for the wildcard: mostly nothing, or a Deployment.
const PARTICULARS: [&str; 8] = [
    "",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: grpc, namespace: TEAM}\nspec:\n  template:\n    metadata:\n      labels: {app: grpc, sidecar.istio.io/inject: \"true\"}\n      annotations: {inject.istio.io/templates: grpc-agent}\n---\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: TEAM}\nspec:\n  template:\n    metadata:\n      labels: {app: app, sidecar.istio.io/inject: \"true\"}\n      annotations: {traffic.sidecar.istio.io/includeOutboundPorts: \"9999\", traffic.sidecar.istio.io/excludeOutboundIPRanges: \"0.0.0.0/0\", traffic.sidecar.istio.io/excludeOutboundPorts: \"80,8080,443,9090\"}\n---\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: TEAM}\nspec:\n  template:\n    metadata: {labels: {app: app, sidecar.istio.io/inject: \"true\"}}\n---\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bare, namespace: TEAM}\nspec:\n  template:\n    metadata: {labels: {app: bare, sidecar.istio.io/inject: \"false\"}}\n---\n",
    "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: TEAM}\nspec:\n  egress: [{hosts: [\"./*\"]}]\n---\n",
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: own, namespace: TEAM}\nspec:\n  host: HOST\n  trafficPolicy: {tls: {mode: DISABLE}}\n---\n",
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: selecting, namespace: TEAM}\nspec:\n  host: \"WILDCARD\"\n  workloadSelector: {matchLabels: {app: app}}\n  trafficPolicy: {tls: {mode: SIMPLE}}\n---\n",
];

/// Teams with a rule for a wildcard each; `kind` says which of the rules, and who has something else.
fn teams(kind: usize, wildcard: &str, host: &str) -> String {
    let mut text = String::new();
    for team in 0..TEAMS {
        // Most teams say the same, some another thing of which rules have little to say.
        let policy = match (team, kind % POLICIES.len()) {
            (3 | 17, 0) => POLICIES[7],
            (3 | 17, _) => POLICIES[0],
            (_, kind) => POLICIES[kind],
        };
        let particular = match team % 8 {
            phase @ 1..=3 => PARTICULARS[phase],
            6 => PARTICULARS[(kind + team) % PARTICULARS.len()],
            7 => PARTICULARS[(kind + team / 8) % PARTICULARS.len()],
            _ => PARTICULARS[0],
        };
        let particular = particular
            .replace("TEAM", &format!("team-{team}"))
            .replace("HOST", host)
            .replace("WILDCARD", wildcard);
        let plane = if team == 5 {
            "istio.io/dataplane-mode: ambient"
        } else {
            "istio-injection: enabled"
        };
        write!(
            text,
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: team-{team}, labels: {{{plane}}}}}\n---\n\
             {particular}\
             apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: everything, namespace: team-{team}}}\n\
             spec:\n  host: \"{wildcard}\"\n{policy}",
        )
        .expect("a string takes everything");
    }
    text
}

/// Meshes, each with teams beside it whose rules cover its services.
fn meshes() -> Vec<String> {
    let wildcards = ["*", "*.local", "*.svc.cluster.local"];
    let folder = common::meshes::testdata("rules");
    let rules = common::folders(&folder).into_iter();
    let cases = rules.flat_map(|rule| common::files(&rule, "yaml"));
    let cases = cases.map(|path| fs::read_to_string(path).expect("a case"));
    let meshes = cases.chain(common::meshes::meshes()).enumerate().step_by(2);
    let meshes = meshes.map(|(index, text)| {
        let objects = load_text("mesh.yaml", &text).objects;
        let service = objects.services.first();
        let host = service.map_or("nobody.example.com".to_owned(), |service| {
            let namespace = service.meta.namespace_name().unwrap_or("default");
            format!("{}.{namespace}.svc.cluster.local", service.meta.name.value)
        });
        text + "\n" + &teams(index / 2, wildcards[index / 2 % wildcards.len()], &host)
    });
    meshes.collect()
}

fn with_detail<T>(loaded: &Loaded, detail: Detail, ask: impl FnOnce(Facts<'_>) -> T) -> T {
    common::with_detail(detail, loaded, Settings::default(), ask)
}

fn findings(loaded: &Loaded, detail: Detail) -> Vec<Finding> {
    with_detail(loaded, detail, |facts| lint::run(&[facts], &Levels::default()))
}

/// What a row says, but for whose rule it is and who follows it.
fn said(mesh: &Mesh<'_>, row: &Row<'_, '_>) -> String {
    let endpoints = row.endpoints.iter().map(|class| {
        let server = class.server.map(|server| (server.mode, server.policy.mode));
        (class.endpoints.len(), class.sent.wire, class.outcome, server)
    });
    let rule = row.cluster.rule.map(|rule| {
        let specs: Vec<_> = rule
            .parts()
            .iter()
            .map(|part| part.spec.export_to.len())
            .collect();
        (specs, rule.subsets.len())
    });
    format!(
        "{}:{} {:?} {} {:?} {:?} {:?} {rule:?} {} {:?}",
        mesh.service(row.service).host,
        row.port,
        row.subset,
        row.is_routed,
        row.route
            .map(|route| (route.at, route.is_conditional, route.is_certain)),
        row.client.plane,
        std::mem::discriminant(&row.cluster.reason),
        row.cluster.port_entry.is_some(),
        endpoints.collect::<Vec<_>>(),
    )
}

fn rows(loaded: &Loaded, detail: Detail) -> BTreeSet<String> {
    with_detail(loaded, detail, |facts| {
        facts.matrix.rows().map(|row| said(facts.mesh, row)).collect()
    })
}

#[test]
fn a_sample_has_every_answer() {
    for text in meshes() {
        let loaded = load_text("tree.yaml", &text);
        let whole = rows(&loaded, Detail::Whole);
        let sampled = rows(&loaded, Detail::Telling(|_, _| false));
        assert_eq!(whole, sampled, "{text}");
    }
}

#[test]
fn nothing_that_rules_tell_escapes_a_sample() {
    let mut told = 0;
    for text in meshes() {
        let loaded = load_text("tree.yaml", &text);
        let whole = findings(&loaded, Detail::Whole);
        let sampled = findings(&loaded, Detail::Telling(may_tell));
        assert_eq!(whole, sampled, "{text}");
        told += whole.len();
    }
    assert!(told > 1000, "{told} findings are compared");
}

#[test]
fn most_services_are_sampled() {
    let (mut sampled, mut all, mut fewer) = (0, 0, 0);
    for text in meshes() {
        let loaded = load_text("tree.yaml", &text);
        with_detail(&loaded, Detail::Telling(|_, _| false), |facts| {
            let services: Vec<ServiceId> = facts.mesh.services().map(|(id, _)| id).collect();
            for id in services {
                let Some(sample) = facts.groups.sample(facts.senders, id) else {
                    continue;
                };
                sampled += 1;
                fewer += usize::from(sample.len() * 2 < facts.groups.classes(facts.senders, id).len());
            }
            all += facts.mesh.services().count();
        });
    }
    assert!(sampled * 2 > all, "{sampled} of {all} services have a sample");
    assert!(fewer * 2 > sampled, "{fewer} of {sampled} samples are small");
}
