//! What Istio does in the cases that no vector covers. Each case of `testdata/semantics` is a mesh,
//! `NAME.yaml`, that names its source, the function or page of Istio, beside `NAME.expected`, which was written
//! by hand from that source: nothing writes these files.
//!
//! A line about a server is `server NAMESPACE/WORKLOAD PORT MODE PLAINTEXT ISTIO-MTLS TLS`; one about a client is
//! `NAMESPACE/WORKLOAD HOST:PORT[|SUBSET] ENDPOINT:PORT SENDS OUTCOME`, and goes on with ` to HOST:PORT by
//! VIRTUAL-SERVICE`, ` sometimes` where only some requests go there and ` never` where none does. Everything that
//! the program says of a server's port, or of a client and a port that it calls, must be there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use peerauth::load::load_text;
use peerauth::matrix::{Matrix, Row};
use peerauth::mesh::{Mesh, Settings, WorkloadId};
use peerauth::resolve::Resolution;
use peerauth::resolve::classes::Groups;
use peerauth::resolve::client::{Endpoint, EndpointPlace, Senders};
use peerauth::resolve::server::Reception;

/// The settings of a case: `# mesh: KEY=VALUE` sets one.
fn settings(text: &str) -> Settings {
    let mut settings = Settings::default();
    for line in text.lines().filter_map(|line| line.strip_prefix("# mesh: ")) {
        let (key, value) = line.split_once('=').unwrap();
        settings.set(key, value).unwrap();
    }
    settings
}

/// Everything that is said of a mesh.
fn answers(text: &str) -> BTreeSet<String> {
    let loaded = load_text("case.yaml", text);
    assert!(
        loaded.defects.is_empty() && loaded.flawed.is_empty(),
        "{loaded:?}"
    );
    let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], settings(text));
    let resolution = Resolution::new(&mesh);
    let senders = Senders::new(&resolution);
    let groups = Groups::new(&resolution);
    let matrix = Matrix::new(&senders, &groups);
    let mut lines = servers(&resolution);
    for row in matrix.rows() {
        for client in row.clients.iter().flat_map(|members| groups.given(members)) {
            lines.extend(connections(&mesh, row, client));
        }
    }
    lines
}

fn servers(resolution: &Resolution<'_, '_>) -> BTreeSet<String> {
    let mesh = resolution.mesh;
    let mut lines = BTreeSet::new();
    for (id, _) in mesh.workloads() {
        for port in resolution.declared_ports(id).into_iter().map(Some).chain([None]) {
            let decision = resolution.decide(id, port);
            let port = port.map_or("*".to_owned(), |port| port.to_string());
            let mode = decision.mode.map_or("-", |mode| mode.as_str());
            let accepts = decision.accepts;
            let cells = [accepts.plaintext, accepts.istio_mtls, accepts.tls].map(Reception::as_str);
            lines.insert(format!(
                "server {} {port} {mode} {}",
                name(mesh, id),
                cells.join(" ")
            ));
        }
    }
    lines
}

fn connections(mesh: &Mesh<'_>, row: &Row<'_, '_>, client: WorkloadId) -> Vec<String> {
    let host = &mesh.service(row.service).host;
    let subset = row.subset.map(|subset| format!("|{subset}")).unwrap_or_default();
    let asked = format!("{} {host}:{}{subset}", name(mesh, client), row.port);
    let mut way = String::new();
    if let Some(route) = row.route {
        let (service, port) = row.target();
        let by = route.object.meta.qualified_name();
        write!(way, " to {}:{port} by {by}", mesh.service(service).host).unwrap();
        way += if route.is_conditional { " sometimes" } else { "" };
    }
    way += if row.is_routed { "" } else { " never" };
    let endpoints = row.endpoints.iter().flat_map(|class| {
        let endpoints = class.endpoints.iter();
        endpoints.map(move |endpoint| (endpoint, class.sent.wire.as_str(), class.outcome.as_str()))
    });
    let mut lines: Vec<String> = endpoints
        .map(|(endpoint, wire, outcome)| {
            format!("{asked} {} {wire} {outcome}{way}", endpoint_name(mesh, endpoint))
        })
        .collect();
    if lines.is_empty() {
        lines.push(format!("{asked} -{way}"));
    }
    lines
}

fn name(mesh: &Mesh<'_>, id: WorkloadId) -> String {
    let workload = mesh.workload(id);
    let namespace = mesh.namespaces[workload.namespace].display_name();
    format!("{namespace}/{}", workload.name())
}

fn endpoint_name(mesh: &Mesh<'_>, endpoint: &Endpoint<'_>) -> String {
    let place = match endpoint.place {
        EndpointPlace::Workload(id) => name(mesh, id),
        EndpointPlace::Listed(entry) => entry.address.as_ref().unwrap().value.to_string(),
        EndpointPlace::Address(address) => address.to_owned(),
        EndpointPlace::Host => "dns".to_owned(),
    };
    format!("{place}:{}", endpoint.port)
}

/// What a line is about: a server's port, or a client with the host and port that it asks for.
fn subject(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let count = if words[0] == "server" { 3 } else { 2 };
    let subject = words[..count].join(" ");
    subject.split('|').next().unwrap().to_owned()
}

#[test]
fn every_case_is_as_its_source_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/semantics");
    let (mut cases, mut cells, mut failures) = (0, 0, String::new());
    for path in common::files(&folder, "yaml") {
        let text = fs::read_to_string(&path).unwrap();
        let case = path.file_stem().unwrap().to_str().unwrap();
        assert!(text.contains("# source: "), "{case} names no source");
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        let lines = expected
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let expected: BTreeSet<String> = lines.map(str::to_owned).collect();
        assert!(!expected.is_empty(), "{case} expects nothing");
        let subjects: BTreeSet<String> = expected.iter().map(|line| subject(line)).collect();
        let mut actual = answers(&text);
        actual.retain(|line| subjects.contains(&subject(line)));
        for line in expected.difference(&actual) {
            writeln!(failures, "{case}: expected {line}").unwrap();
        }
        for line in actual.difference(&expected) {
            writeln!(failures, "{case}: found    {line}").unwrap();
        }
        cases += 1;
        cells += expected.len();
    }
    println!("semantics: {cases} cases, {cells} lines");
    assert!(cases > 30, "only {cases} cases");
    assert!(failures.is_empty(), "not as expected:\n{failures}");
}
