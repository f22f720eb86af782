//! The resolver against vectors that were made by running Istio's own code: what every port accepts, and
//! what every client sends to every endpoint. `PEERAUTH_CONFORMANCE` names a folder with more of them.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use peerauth::id::Kind;
use peerauth::mesh::{Mesh, Protocol, Service, ServiceId, Settings, Workload, WorkloadId};
use peerauth::model::Context;
use peerauth::resolve::Resolution;
use peerauth::resolve::client::{Client, Endpoint, EndpointPlace, Senders};
use peerauth::resolve::outcome::outcome;

/// How many cells of one column agree, and the first that do not.
#[derive(Default)]
struct Column {
    passed: usize,
    failed: Vec<String>,
}

/// The columns of one kind of table.
struct Tally {
    title: String,
    names: Vec<&'static str>,
    columns: Vec<Column>,
}

impl Tally {
    fn new(title: String, names: &[&'static str]) -> Self {
        Tally {
            title,
            names: names.to_vec(),
            columns: names.iter().map(|_| Column::default()).collect(),
        }
    }

    fn compare(&mut self, case: &str, key: &str, wanted: &[&str], found: Option<&Vec<String>>) {
        for (index, wanted) in wanted.iter().enumerate() {
            let cell = found.map_or("(no row)", |row| &row[index]);
            if cell == *wanted {
                self.columns[index].passed += 1;
            } else {
                self.columns[index]
                    .failed
                    .push(format!("{case}: {key}: wanted {wanted}, found {cell}"));
            }
        }
    }

    /// Prints a line per column and tells whether every cell agrees.
    fn is_clean(&self) -> bool {
        for (name, column) in self.names.iter().zip(&self.columns) {
            println!(
                "{} {name}: {} passed, {} failed",
                self.title,
                column.passed,
                column.failed.len()
            );
            column
                .failed
                .iter()
                .take(10)
                .for_each(|line| println!("  {line}"));
        }
        self.columns.iter().all(|column| column.failed.is_empty())
    }
}

type Rows = BTreeMap<String, Vec<String>>;

fn qualified(mesh: &Mesh<'_>, workload: &Workload<'_>) -> String {
    format!(
        "{}/{}",
        mesh.namespaces[workload.namespace].display_name(),
        workload.name()
    )
}

/// The rows of `servers.tsv`: enforced ports of pods.
fn server_rows(resolution: &Resolution<'_, '_>) -> Rows {
    let mesh = resolution.mesh;
    let mut rows = Rows::new();
    for (id, workload) in mesh.workloads() {
        let declared = resolution.declared_ports(id).into_iter().map(Some);
        for port in declared.chain([None]) {
            let decision = resolution.decide(id, port);
            let (Some(mode), true) = (decision.mode, workload.kind() != Kind::WorkloadEntry) else {
                continue;
            };
            let port = port.map_or("*".to_owned(), |port| port.to_string());
            let key = format!("{}\t{port}", qualified(mesh, workload).replace('/', "\t"));
            let accepts = decision.accepts;
            let cells =
                [accepts.plaintext, accepts.istio_mtls, accepts.tls].map(|cell| cell.as_str().to_owned());
            rows.insert(key, [vec![mode.to_string()], cells.to_vec()].concat());
        }
    }
    rows
}

/// The rows of `clients.tsv`, and those that it leaves out.
fn client_rows(senders: &Senders<'_, '_, '_>) -> Rows {
    let mesh = senders.resolution.mesh;
    let mut rows = Rows::new();
    for (client, workload) in mesh
        .workloads()
        .filter(|(_, workload)| workload.template().is_some())
    {
        for (id, service) in mesh.services() {
            for port in service.ports.iter().filter(|port| port.protocol != Protocol::Udp) {
                let name = qualified(mesh, workload);
                service_port_rows(senders, (client, &name), (id, service), port.number, &mut rows);
            }
        }
    }
    rows
}

fn service_port_rows(
    senders: &Senders<'_, '_, '_>,
    (client, name): (WorkloadId, &str),
    (id, service): (ServiceId, &Service<'_>),
    port: u16,
    rows: &mut Rows,
) {
    let client = Client::of(senders.resolution, client);
    let whole = senders.cluster(&client, id, port, None);
    let rule = whole.rule.filter(|_| !whole.is_original_destination);
    let subsets = rule
        .into_iter()
        .flat_map(|rule| &rule.subsets)
        .map(|subset| Some(&subset.part.value));
    for subset in [None].into_iter().chain(subsets) {
        let cluster = senders.cluster(&client, id, port, subset.map(|subset| &*subset.name));
        for endpoint in senders.endpoints(id, service, port) {
            if subset.is_some_and(|subset| !senders.is_in_subset(&endpoint, &subset.labels)) {
                continue;
            }
            let address = address(senders, &endpoint, service);
            let subset = subset.map_or("-", |subset| &subset.name);
            let key = format!(
                "{name}\t{}\t{port}\t{subset}\t{address}\t{}",
                service.host, endpoint.port
            );
            let wire = senders.send(&cluster, &endpoint).wire;
            let outcome = if address.contains('/') {
                outcome(senders.resolution, wire, &endpoint).as_str()
            } else {
                "-"
            };
            let rules = cluster.rule.map_or("-".to_owned(), |rule| rule.names().join("+"));
            rows.insert(key, vec![wire.as_str().to_owned(), outcome.to_owned(), rules]);
        }
    }
}

/// `namespace/workload`, or the address of an endpoint that is no pod.
fn address(senders: &Senders<'_, '_, '_>, endpoint: &Endpoint<'_>, service: &Service<'_>) -> String {
    let mesh = senders.resolution.mesh;
    let entry = match endpoint.place {
        EndpointPlace::Host => return service.host.to_string(),
        EndpointPlace::Address(address) => return address.to_owned(),
        EndpointPlace::Listed(entry) => entry,
        EndpointPlace::Workload(id) => match mesh.workload(id).machine() {
            None => return qualified(mesh, mesh.workload(id)),
            Some(entry) => entry,
        },
    };
    entry
        .address
        .as_ref()
        .expect("the endpoint has an address")
        .value
        .to_string()
}

fn compare(case: &Path, table: &str, keys: usize, rows: &Rows, tally: &mut Tally) {
    let text = std::fs::read_to_string(case.with_extension(table)).expect("the case has its table");
    let case = case.file_stem().unwrap_or_default().to_string_lossy();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let key = cells[..keys].join("\t");
        let wanted = &cells[keys..keys + tally.columns.len()];
        tally.compare(&case, &key, wanted, rows.get(&key));
    }
}

/// Every mesh of a kind, compared.
fn check(folder: &Path, kind: &str) {
    let cases = cases(&folder.join(kind));
    assert!(!cases.is_empty(), "no cases under {}", folder.display());
    let mut servers = Tally::new(
        format!("{kind} servers"),
        &["mode", "plaintext", "istioMtls", "tls"],
    );
    let mut clients = Tally::new(
        format!("{kind} clients"),
        &["sends", "outcome", "destinationRules"],
    );
    for case in cases {
        let text = std::fs::read_to_string(&case).expect("the case is readable");
        let objects = common::objects(&text);
        let context = Context::default();
        let mesh = Mesh::new(&objects, &context, Settings::default());
        let resolution = Resolution::new(&mesh);
        let senders = Senders::new(&resolution);
        compare(&case, "servers.tsv", 3, &server_rows(&resolution), &mut servers);
        compare(&case, "clients.tsv", 6, &client_rows(&senders), &mut clients);
    }
    assert!(
        servers.is_clean() & clients.is_clean(),
        "{kind}: some cells do not agree"
    );
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of the vectors");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    cases.sort();
    cases
}

fn folders() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/conformance");
    [own]
        .into_iter()
        .chain(std::env::var_os("PEERAUTH_CONFORMANCE").map(PathBuf::from))
        .collect()
}

#[test]
fn sidecar_meshes_agree() {
    for folder in folders() {
        check(&folder, "sidecar");
    }
}

#[test]
fn ambient_meshes_agree() {
    for folder in folders() {
        check(&folder, "ambient");
    }
}
