//! What several tests need.

#![allow(dead_code, reason = "each test uses its own part")]

pub mod command;
pub mod meshes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use peerauth::callers::Callers;
use peerauth::finding::{Finding, Severity};
use peerauth::lint::{self, Levels};
use peerauth::load::{self, Loaded};
use peerauth::matrix::{Answers, Detail, Matrix};
use peerauth::mesh::{Mesh, Protocol, ServiceId, Settings, WorkloadId};
use peerauth::model::Objects;
use peerauth::resolve::Resolution;
use peerauth::resolve::classes::Groups;
use peerauth::resolve::client::{
    Client, Cluster, ClusterReason, Endpoint, EndpointPlace, Led, Route, Senders,
};
use peerauth::resolve::outcome::outcome;
use peerauth::rules::{Facts, Given};
use peerauth::source::FileId;
use peerauth::yaml;

/// The objects of a text of manifests that is known to be right.
pub fn objects(text: &str) -> Objects {
    let mut objects = Objects::default();
    for (ordinal, document) in (0..).zip(yaml::split(text)) {
        let parsed = yaml::parse(FileId(0), text, &document);
        assert!(
            parsed.defects.is_empty(),
            "the text has defects: {:?}",
            parsed.defects
        );
        if let Some(tree) = parsed.tree {
            objects
                .read(tree.root(), ordinal, text.into())
                .expect("the objects are of kinds that are read");
        }
    }
    objects
}

/// What is asked about everything that is known of loaded objects.
pub fn with_facts<T>(loaded: &Loaded, settings: Settings, ask: impl FnOnce(Facts<'_>) -> T) -> T {
    with_detail(Detail::Whole, loaded, settings, ask)
}

/// What is asked about loaded objects, with rows as they are wanted.
pub fn with_detail<T>(
    detail: Detail,
    loaded: &Loaded,
    settings: Settings,
    ask: impl FnOnce(Facts<'_>) -> T,
) -> T {
    let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], settings);
    let resolution = Resolution::new(&mesh);
    let senders = Senders::new(&resolution);
    let groups = Groups::new(&resolution);
    let matrix = Matrix::with(detail, &senders, &groups);
    let callers = Callers::new(&resolution);
    let answers = Answers {
        senders: &senders,
        groups: &groups,
        matrix: &matrix,
        callers: &callers,
    };
    ask(Facts::new(Given::new(loaded), answers))
}

/// The settings of a case: a comment `# complete: a, b` names the namespaces of which everything is given,
/// `# revisions: a, b` what is installed, and `# istiod: NAME=VALUE` sets a variable of istiod's environment.
pub fn settings<'t>(texts: &(impl Iterator<Item = &'t str> + Clone)) -> Settings {
    let words = |key: &'static str| {
        let lines = texts.clone().flat_map(str::lines);
        let lists = lines.filter_map(move |line| line.strip_prefix(key));
        let words: Vec<Box<str>> = lists.flat_map(|list| list.split(", ")).map(Box::from).collect();
        words
    };
    let mut settings = Settings::default();
    settings.complete.set_by_flag(words("# complete: "));
    let revisions = words("# revisions: ");
    if !revisions.is_empty() {
        settings.revisions.set_by_flag(Some(revisions));
    }
    for variable in words("# istiod: ") {
        let (name, value) = variable.split_once('=').expect("NAME=VALUE");
        settings.set_istiod(name, value);
    }
    settings
}

/// The day of a case: a comment `# today: YYYY-MM-DD`.
pub fn today<'t>(mut texts: impl Iterator<Item = &'t str>) -> Option<jiff::civil::Date> {
    let day = texts.find_map(|text| text.lines().find_map(|line| line.strip_prefix("# today: ")));
    day.map(|day| day.parse().expect("a day"))
}

/// The files of a folder with an extension, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let has_extension = |path: &PathBuf| path.extension().is_some_and(|own| own == extension);
    entries(folder).into_iter().filter(has_extension).collect()
}

/// The folders of a folder, sorted.
pub fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is readable");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Everything that is said of a text, without places.
#[derive(Debug)]
pub struct Analysis {
    /// What is in force on each port.
    pub servers: BTreeSet<String>,
    /// What each given client sends to each endpoint and what becomes of it, through classes.
    pub connections: BTreeSet<String>,
    /// The same, asked client by client.
    pub expanded: BTreeSet<String>,
    /// The findings.
    pub findings: Vec<Said>,
}

/// A finding without its place.
#[derive(Debug)]
pub struct Said {
    /// The rule.
    pub rule: String,
    /// Rule, object and what tells it from others.
    pub key: String,
    /// Whether it is an error that rests on nothing.
    pub is_certain_error: bool,
}

impl Analysis {
    /// Everything that is said of a text.
    pub fn of(text: &str) -> Analysis {
        let loaded = load::load_text("tree.yaml", text);
        let mesh = Mesh::new(&loaded.objects, &loaded.contexts[0], Settings::default());
        let resolution = Resolution::new(&mesh);
        let senders = Senders::new(&resolution);
        let groups = Groups::new(&resolution);
        let matrix = Matrix::new(&senders, &groups);
        let callers = Callers::new(&resolution);
        let facts = Facts::new(
            Given::new(&loaded),
            Answers {
                senders: &senders,
                groups: &groups,
                matrix: &matrix,
                callers: &callers,
            },
        );
        let findings = lint::run(&[facts], &Levels::default());
        Analysis {
            servers: servers(&resolution),
            connections: through_classes(&resolution, &groups, &matrix),
            expanded: one_by_one(&senders),
            findings: findings.iter().map(said).collect(),
        }
    }

    /// The findings by what they are about.
    pub fn keys(&self) -> BTreeSet<&str> {
        self.findings.iter().map(|finding| &*finding.key).collect()
    }

    /// Errors that rest on no assumption.
    pub fn certain_errors(&self) -> BTreeSet<String> {
        let certain = self.findings.iter().filter(|finding| finding.is_certain_error);
        certain.map(|finding| finding.key.clone()).collect()
    }
}

fn said(finding: &Finding) -> Said {
    let object = finding
        .object
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    Said {
        rule: finding.rule.to_string(),
        key: format!("{} {object}", finding.rule),
        is_certain_error: finding.severity == Severity::Error && finding.assumptions.is_empty(),
    }
}

fn name(mesh: &Mesh<'_>, id: WorkloadId) -> String {
    let workload = mesh.workload(id);
    format!(
        "{}/{}/{}",
        mesh.namespaces[workload.namespace].display_name(),
        workload.kind(),
        workload.name()
    )
}

fn servers(resolution: &Resolution<'_, '_>) -> BTreeSet<String> {
    let mesh = resolution.mesh;
    let mut rows = BTreeSet::new();
    for (id, _) in mesh.workloads() {
        for port in resolution.declared_ports(id).into_iter().map(Some).chain([None]) {
            let decision = resolution.decide(id, port);
            let by = decision
                .policy
                .by
                .map(|by| mesh.policies[by].object.meta.qualified_name());
            rows.insert(format!(
                "{} {port:?} {:?} {:?} {by:?} {:?}",
                name(mesh, id),
                decision.mode,
                decision.policy.mode,
                decision.accepts
            ));
        }
    }
    rows
}

fn endpoint_name(mesh: &Mesh<'_>, endpoint: &Endpoint<'_>) -> String {
    match endpoint.place {
        EndpointPlace::Workload(id) => format!("{}:{}", name(mesh, id), endpoint.port),
        EndpointPlace::Listed(entry) => {
            format!("{:?}:{}", entry.address.as_ref().map(|a| &a.value), endpoint.port)
        }
        EndpointPlace::Address(address) => format!("{address}:{}", endpoint.port),
        EndpointPlace::Host => format!("host:{}", endpoint.port),
    }
}

fn through_classes(
    resolution: &Resolution<'_, '_>,
    groups: &Groups<'_, '_>,
    matrix: &Matrix<'_, '_>,
) -> BTreeSet<String> {
    let mesh = resolution.mesh;
    let mut rows = BTreeSet::new();
    for row in matrix.rows() {
        let service = mesh.service(row.service);
        let rule = row
            .cluster
            .rule
            .map(peerauth::resolve::destination::MergedRule::names);
        for client in row.clients.iter().flat_map(|members| groups.given(members)) {
            for class in row.endpoints.iter() {
                for endpoint in &class.endpoints {
                    rows.insert(format!(
                        "{} -> {}/{:?}:{} {:?} {} {} {} {rule:?}{}",
                        name(mesh, client),
                        service.host,
                        mesh.namespaces[service.namespace].display_name(),
                        row.port,
                        row.subset,
                        endpoint_name(mesh, endpoint),
                        class.sent.wire.as_str(),
                        class.outcome.as_str(),
                        row.route
                            .map(|route| led_to(mesh, row.cluster.service, row.cluster.port, &route))
                            .unwrap_or_default(),
                    ));
                }
            }
        }
    }
    rows
}

fn one_by_one(senders: &Senders<'_, '_, '_>) -> BTreeSet<String> {
    let mesh = senders.resolution.mesh;
    let mut rows = BTreeSet::new();
    for (workload, _) in mesh.workloads() {
        let client = Client::of(senders.resolution, workload);
        for (id, service) in mesh.services() {
            for port in service.ports.iter().filter(|port| port.protocol != Protocol::Udp) {
                let whole = senders.cluster(&client, id, port.number, None);
                let asked = format!(
                    "{} -> {}/{:?}:{}",
                    name(mesh, workload),
                    service.host,
                    mesh.namespaces[service.namespace].display_name(),
                    port.number,
                );
                let is_lost = matches!(
                    whole.reason,
                    ClusterReason::Excluded(_) | ClusterReason::Unknown(_) | ClusterReason::UnknownAlias
                );
                let led = if is_lost {
                    Vec::new()
                } else {
                    senders
                        .redirection(&client, whole.service, port.number)
                        .destinations
                };
                let is_own = |led: &Led<'_>| led.service == whole.service && led.port == port.number;
                let rule = whole.rule.filter(|_| !whole.is_original_destination);
                let subsets = rule.into_iter().flat_map(|rule| &rule.subsets);
                let subsets = subsets.map(|subset| Some(&subset.part.value)).filter(|subset| {
                    let own = subset.map(|subset| &*subset.name);
                    !led.iter().any(|led| is_own(led) && led.subset == own)
                });
                for subset in [None].into_iter().chain(subsets) {
                    let subset_name = subset.map(|subset| &*subset.name);
                    let cluster = senders.cluster(&client, id, port.number, subset_name);
                    let endpoints = senders.endpoints(id, service, port.number);
                    let labels = subset.map(|subset| &subset.labels);
                    rows.extend(
                        each_endpoint(senders, &cluster, endpoints, labels)
                            .map(|sent| format!("{asked} {subset_name:?} {sent}")),
                    );
                }
                for led in led.iter().filter(|led| !is_own(led) || led.subset.is_some()) {
                    let cluster = senders.led_cluster(&client, led);
                    let endpoints = senders.endpoints(led.service, mesh.service(led.service), led.port);
                    let labels = led.subset.and_then(|name| cluster.rule?.subset(name));
                    let labels = labels.map(|subset| &subset.part.labels);
                    let to = led_to(mesh, led.service, led.port, &led.route);
                    rows.extend(
                        each_endpoint(senders, &cluster, endpoints, labels)
                            .map(|sent| format!("{asked} {:?} {sent}{to}", led.subset)),
                    );
                }
            }
        }
    }
    rows
}

/// What a cluster sends to each endpoint, of a subset if `labels` are given, and what becomes of it.
fn each_endpoint<'o>(
    senders: &Senders<'_, '_, 'o>,
    cluster: &Cluster<'_, 'o>,
    mut endpoints: Vec<Endpoint<'o>>,
    labels: Option<&yaml::StringMap>,
) -> impl Iterator<Item = String> {
    let mesh = senders.resolution.mesh;
    let rule = cluster
        .rule
        .map(peerauth::resolve::destination::MergedRule::names);
    endpoints.retain(|endpoint| labels.is_none_or(|labels| senders.is_in_subset(endpoint, labels)));
    endpoints.into_iter().map(move |endpoint| {
        let wire = senders.send(cluster, &endpoint).wire;
        format!(
            "{} {} {} {rule:?}",
            endpoint_name(mesh, &endpoint),
            wire.as_str(),
            outcome(senders.resolution, wire, &endpoint).as_str(),
        )
    })
}

/// Where a VirtualService leads.
fn led_to(mesh: &Mesh<'_>, service: ServiceId, port: u16, route: &Route<'_>) -> String {
    let host = &mesh.service(service).host;
    let always = if route.is_conditional {
        "possible"
    } else {
        "always"
    };
    format!(
        " by {} to {host}:{port} {always}",
        route.object.meta.qualified_name()
    )
}
