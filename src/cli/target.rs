//! What `explain` is asked about: `[KIND/]NAME[.NAMESPACE]`, or a file.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::Error;
use crate::hash::HashSet;
use crate::id::{Kind, ObjectName};
use crate::load::{Loaded, STDIN};
use crate::mesh::{Mesh, PolicyId, ServiceId, WorkloadId};
use crate::model::Meta;
use crate::source::FileId;

/// Something that can be asked about, in the mesh of one context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Workload(WorkloadId),
    Service(ServiceId),
    Policy(PolicyId),
    /// A DestinationRule, by its index in its mesh.
    Rule(usize),
    /// A VirtualService, by its index in its mesh.
    Routing(usize),
}

/// A target with its name and the index of its context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'o> {
    pub(super) context: usize,
    pub(super) target: Target,
    pub(super) meta: &'o Meta,
}

impl Found<'_> {
    pub(super) fn name(&self) -> ObjectName {
        self.meta.object_name()
    }

    /// Where nothing says which kind is meant: workloads come before Services, Services before policies,
    /// policies before DestinationRules, and those before VirtualServices.
    fn rank(&self) -> u8 {
        match self.target {
            Target::Workload(_) => 0,
            Target::Service(_) => 1,
            Target::Policy(_) => 2,
            Target::Rule(_) => 3,
            Target::Routing(_) => 4,
        }
    }
}

/// The kinds that can be named.
const KINDS: &[Kind] = &[
    Kind::PeerAuthentication,
    Kind::DestinationRule,
    Kind::VirtualService,
    Kind::ServiceEntry,
    Kind::WorkloadEntry,
    Kind::WorkloadGroup,
    Kind::Service,
    Kind::Pod,
    Kind::Deployment,
    Kind::StatefulSet,
    Kind::DaemonSet,
    Kind::ReplicaSet,
    Kind::ReplicationController,
    Kind::Job,
    Kind::CronJob,
    Kind::Rollout,
];

/// The kind of a name such as `deploy`, `Deployment` or `deployments.apps`.
fn parse_kind(name: &str) -> Option<Kind> {
    Kind::named(name).filter(|kind| KINDS.contains(kind))
}

/// Finds what `text` names. In several contexts that is the same object several times.
pub(super) fn find<'o>(
    text: &str,
    meshes: &'o [Mesh<'o>],
    keeps: impl Fn(Option<&str>) -> bool,
) -> Result<Vec<Found<'o>>, Error> {
    let (kind, name) = match text.split_once('/') {
        Some((kind, name)) => (Some(known_kind(text, kind, name)?), name),
        None => (None, text),
    };
    let mut candidates = candidates(meshes);
    candidates.retain(|found| {
        kind.is_none_or(|kind| kind == found.meta.kind) && keeps(found.meta.namespace_name())
    });
    let mut named = with_name(&candidates, meshes, name);
    if let Some(best) = named.iter().map(Found::rank).min() {
        named.retain(|found| found.rank() == best);
    }
    let Some(first) = named.first() else {
        return Err(Error::Usage(not_found(text, &candidates, name)));
    };
    if named.iter().any(|found| found.name() != first.name()) {
        return Err(Error::Usage(ambiguous(text, &named)));
    }
    Ok(named)
}

/// The workloads that a file holds.
pub(super) fn in_file<'o>(meshes: &'o [Mesh<'o>], file: FileId) -> Vec<Found<'o>> {
    let mut found = candidates(meshes);
    found.retain(|found| matches!(found.target, Target::Workload(_)) && found.meta.file() == file);
    found
}

/// The file of `text`, if it names one: `-`, or a path.
pub(super) fn as_file(text: &str) -> Result<Option<&Path>, Error> {
    let path = Path::new(text);
    if text == "-" || path.is_file() {
        return Ok(Some(path));
    }
    let is_manifest = path
        .extension()
        .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known));
    if is_manifest {
        Err(Error::NotFound(path.to_owned()))
    } else {
        Ok(None)
    }
}

/// What to write instead, where a directory stands in the place of a name.
fn as_directory(text: &str) -> Option<String> {
    let is_directory = Path::new(text).is_dir();
    is_directory.then(|| format!("`{text}` is a directory; to read the manifests in it, write `-f {text}`"))
}

/// The id under which a file of the command line was read.
pub(super) fn file_id(loaded: &Loaded, path: &Path) -> Option<FileId> {
    let mut files = (0..loaded.sources.len()).map(|index| FileId(index as u32));
    if path == Path::new("-") {
        return files.find(|&file| loaded.sources.path(file) == Path::new(STDIN));
    }
    let wanted = path.canonicalize().ok()?;
    files.find(|&file| {
        let read = loaded.sources.path(file);
        read.file_name() == wanted.file_name() && read.canonicalize().is_ok_and(|read| read == wanted)
    })
}

/// What somebody holds in hand counts, not what the tree says of the same workload.
pub(super) fn prefer_file(loaded: &mut Loaded, file: FileId) {
    let workloads = &mut loaded.objects.workloads;
    let held: Vec<ObjectName> = workloads
        .iter()
        .filter(|workload| workload.meta.file() == file)
        .map(|workload| workload.meta.object_name())
        .collect();
    workloads.retain(|workload| workload.meta.file() == file || !held.contains(&workload.meta.object_name()));
}

fn known_kind(text: &str, kind: &str, name: &str) -> Result<Kind, Error> {
    parse_kind(kind).ok_or_else(|| {
        if let Some(message) = as_directory(text) {
            return Error::Usage(message);
        }
        let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.as_str()).collect();
        Error::Usage(format!(
            "`{text}`: `{kind}` is no kind that can be explained ({}); if it is a namespace, write {name}.{kind}",
            kinds.join(", ")
        ))
    })
}

fn candidates<'o>(meshes: &'o [Mesh<'o>]) -> Vec<Found<'o>> {
    let mut candidates = Vec::new();
    for (context, mesh) in meshes.iter().enumerate() {
        let mut add = |target, meta| {
            candidates.push(Found {
                context,
                target,
                meta,
            });
        };
        for (id, workload) in mesh.workloads() {
            add(Target::Workload(id), workload.meta());
        }
        for (id, service) in mesh.services() {
            add(Target::Service(id), service.meta());
        }
        for (id, policy) in mesh.policies.iter() {
            add(Target::Policy(id), &policy.object.meta);
        }
        for (index, (rule, _)) in mesh.destination_rules.iter().enumerate() {
            add(Target::Rule(index), &rule.meta);
        }
        for (index, (routing, _)) in mesh.virtual_services.iter().enumerate() {
            add(Target::Routing(index), &routing.meta);
        }
    }
    candidates
}

/// The candidates of that name; if there is none, what follows the last dot is the namespace.
fn with_name<'o>(candidates: &[Found<'o>], meshes: &[Mesh<'_>], name: &str) -> Vec<Found<'o>> {
    let select = |is_meant: &dyn Fn(&Found<'_>) -> bool| -> Vec<Found<'o>> {
        let mut seen = HashSet::default();
        let meant = candidates.iter().copied().filter(|found| is_meant(found));
        // A ServiceEntry is one object with a service for each host.
        meant
            .filter(|found| seen.insert((found.context, std::ptr::from_ref(found.meta))))
            .collect()
    };
    let whole = select(&|found| *found.meta.name.value == *name);
    if !whole.is_empty() {
        return whole;
    }
    let by_host = select(&|found| match found.target {
        Target::Service(id) => meshes[found.context].service(id).host[..] == *name,
        _ => false,
    });
    match name.rsplit_once('.') {
        Some((name, namespace)) if by_host.is_empty() => {
            select(&|found| *found.meta.name.value == *name && found.meta.namespace_name() == Some(namespace))
        }
        _ => by_host,
    }
}

fn ambiguous(text: &str, meant: &[Found<'_>]) -> String {
    let mut names: Vec<ObjectName> = meant.iter().map(Found::name).collect();
    names.sort();
    names.dedup();
    let mut message = format!("`{text}` is ambiguous:");
    for name in &names {
        let kind = name.kind.as_str().to_lowercase();
        let _ = write!(message, "\n  {kind}/{}", name.name);
        if let Some(namespace) = &name.namespace {
            let _ = write!(message, ".{namespace}");
        }
    }
    message
}

/// How alike a name must be to be worth naming.
const ALIKE: f64 = 0.6;
/// How many names are suggested.
const SUGGESTED: usize = 3;

fn not_found(text: &str, candidates: &[Found<'_>], name: &str) -> String {
    if let Some(message) = as_directory(text) {
        return message;
    }
    let mut near: Vec<(f64, String)> = candidates
        .iter()
        .map(|found| (likeness(found, name), found.name().to_string()))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    near.dedup_by(|one, other| one.1 == other.1);
    let mut message = format!(
        "no workload, Service, PeerAuthentication, DestinationRule or VirtualService is called `{text}`"
    );
    if near.is_empty() {
        let _ = write!(message, " among the {} that were read", candidates.len());
    } else {
        message += "; the nearest names are:";
    }
    for (_, name) in near.iter().take(SUGGESTED) {
        let _ = write!(message, "\n  {name}");
    }
    message
}

/// How alike an object's name is to what was asked for, with or without a namespace.
fn likeness(found: &Found<'_>, name: &str) -> f64 {
    let own = &*found.meta.name.value;
    let qualified = format!("{own}.{}", found.meta.namespace_name().unwrap_or_default());
    let alike = strsim::normalized_damerau_levenshtein;
    let head = name.rsplit_once('.').map_or(name, |(head, _)| head);
    alike(own, name)
        .max(alike(&qualified, name))
        .max(alike(own, head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_names_of_kubectl() {
        assert_eq!(parse_kind("Deploy"), Some(Kind::Deployment));
        assert_eq!(parse_kind("deployments.apps"), Some(Kind::Deployment));
        assert_eq!(parse_kind("PEERAUTHENTICATION"), Some(Kind::PeerAuthentication));
        assert_eq!(parse_kind("production"), None);
    }

    #[test]
    fn a_missing_manifest_is_no_name() {
        assert!(matches!(as_file("no-such.yaml"), Err(Error::NotFound(_))));
        assert!(matches!(as_file("deploy/payment"), Ok(None)));
    }
}
