//! An ordinary tree of manifests, made of words: of each hundred documents seventy decide nothing here, ten are
//! services, twelve workloads, four policies and four rules. It is the same every time.

#![expect(
    clippy::unwrap_used,
    reason = "a tree that cannot be written measures nothing"
)]

mod others;
mod random;
mod relevant;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use random::Random;

/// How a tree is made.
pub struct Plan {
    /// How many documents there are.
    pub documents: usize,
    /// How many of them share a file.
    pub per_file: usize,
    /// Whether every document is of a kind that is read.
    pub is_all_relevant: bool,
}

/// What was written.
#[derive(Default)]
pub struct Written {
    /// How many files.
    pub files: usize,
    /// How many bytes.
    pub bytes: usize,
    /// How many documents of each kind.
    pub kinds: BTreeMap<&'static str, usize>,
}

impl Written {
    /// How many documents are of a kind that is read.
    pub fn relevant(&self) -> usize {
        let relevant = ["Service", "Deployment", "PeerAuthentication", "DestinationRule"];
        relevant.iter().filter_map(|kind| self.kinds.get(kind)).sum()
    }
}

/// Files in a directory, and directories in a cluster.
const FANOUT: usize = 100;

/// Documents for each namespace.
const OF_NAMESPACE: usize = 200;

/// The applications of a namespace.
const APPS: usize = 12;

/// Writes a tree.
pub fn write(directory: &Path, plan: &Plan) -> Written {
    let mut corpus = Corpus::new(plan);
    let mut written = Written::default();
    let mut number = 0;
    while number < plan.documents {
        let mut text = String::new();
        if corpus.random.chance(30) {
            text.push_str("---\n");
        }
        let end = plan.documents.min(number + plan.per_file);
        for at in number..end {
            if at > number {
                text.push_str("---\n");
            }
            let kind = corpus.document(&mut text, at);
            *written.kinds.entry(kind).or_default() += 1;
        }
        let cluster = directory.join(format!("cluster-{:02}", written.files / (FANOUT * FANOUT)));
        let folder = cluster.join(format!("app-{:03}", written.files / FANOUT % FANOUT));
        if written.files.is_multiple_of(FANOUT) {
            fs::create_dir_all(&folder).unwrap();
        }
        fs::write(folder.join(format!("{:06}.yaml", written.files)), &text).unwrap();
        written.files += 1;
        written.bytes += text.len();
        number = end;
    }
    written
}

/// What documents are made of.
struct Corpus {
    random: Random,
    namespaces: Vec<String>,
    /// By namespace.
    apps: Vec<Vec<String>>,
    is_all_relevant: bool,
}

impl Corpus {
    fn new(plan: &Plan) -> Self {
        let mut random = Random::new(1);
        let count = 3.max(plan.documents / OF_NAMESPACE);
        let namespaces = (0..count)
            .map(|number| format!("team-{}-{number:04}", random.word()))
            .collect();
        let mut app = |number| format!("{}-{}-{number:02}", random.word(), random.word());
        let apps = (0..count).map(|_| (0..APPS).map(&mut app).collect()).collect();
        Corpus {
            random,
            namespaces,
            apps,
            is_all_relevant: plan.is_all_relevant,
        }
    }

    /// Adds a document; the result is its kind.
    fn document(&mut self, text: &mut String, number: usize) -> &'static str {
        if self.random.chance(15) {
            let (chart, template) = (self.random.word(), self.random.word());
            writeln!(text, "# Source: charts/{chart}/templates/{template}.yaml").unwrap();
        }
        let (namespace, is_first) = (number / OF_NAMESPACE, number.is_multiple_of(OF_NAMESPACE));
        if is_first && namespace < self.namespaces.len() {
            self.namespace(text, namespace);
            return "Namespace";
        }
        let among = if self.is_all_relevant { 300 } else { 1000 };
        match self.random.below(among) {
            0..100 => self.service(text),
            100..220 => self.deployment(text),
            220..260 => self.peer_authentication(text),
            260..300 => self.destination_rule(text),
            300..570 => self.config_map(text),
            570..690 => self.secret(text),
            690..715 => self.definition(text),
            715..860 => self.access(text),
            _ => self.other(text),
        }
    }

    /// A namespace and one of its applications.
    fn place(&mut self) -> (String, String) {
        let namespace = self.random.below(self.namespaces.len());
        let app = self.random.below(APPS);
        (
            self.namespaces[namespace].clone(),
            self.apps[namespace][app].clone(),
        )
    }

    /// Adds the metadata of an object, which belongs to an application unless that is left out.
    fn metadata(&mut self, text: &mut String, name: &str, namespace: Option<&str>, app: Option<&str>) {
        writeln!(text, "metadata:\n  name: {name}").unwrap();
        if let Some(namespace) = namespace {
            writeln!(text, "  namespace: {namespace}").unwrap();
        }
        if let Some(app) = app {
            let (minor, patch) = (self.random.below(40), self.random.below(9));
            writeln!(
                text,
                "  labels:\n    app: {app}\n    app.kubernetes.io/name: {app}\n    \
                 app.kubernetes.io/version: \"1.{minor}.{patch}\"\n    app.kubernetes.io/managed-by: Helm"
            )
            .unwrap();
        }
        if self.random.chance(25) {
            let (owner, checksum) = (self.random.word(), self.random.next());
            writeln!(
                text,
                "  annotations:\n    owner: {owner}@example.com\n    checksum/config: \"{checksum:016x}{checksum:016x}\""
            )
            .unwrap();
        }
    }
}
