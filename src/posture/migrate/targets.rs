//! What each port is to become: STRICT unless something hinders it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Reserved;
use super::known::Known;
use crate::matrix::Answers;
use crate::mesh::{PolicyId, Scope, WorkloadId};
use crate::model::account::{EXPIRES, REASON};
use crate::model::peer_authentication::Mode;
use crate::resolve::dataplane::{DataPlane, TLS_MODE_LABEL};
use crate::resolve::server::PortDecision;

/// What a port is to become, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Mutual TLS only.
    Strict,
    /// Both: somebody is known to call without an identity.
    Permissive,
    /// DISABLE stays: it is what keeps clients from sending mutual TLS to who cannot read it.
    Disable,
}

impl Target {
    /// The mode of that name.
    pub fn mode(self) -> Mode {
        match self {
            Target::Strict => Mode::Strict,
            Target::Permissive => Mode::Permissive,
            Target::Disable => Mode::Disable,
        }
    }
}

/// A port of a workload.
#[derive(Debug, Clone, Copy)]
pub struct Port<'a> {
    /// What is in force today.
    pub decision: PortDecision<'a>,
    /// What it is to become; `None` where no policy means anything.
    pub target: Option<Target>,
}

/// A workload whose policies mean something.
#[derive(Debug)]
pub struct Server<'a> {
    /// The workload.
    pub id: WorkloadId,
    /// Its ports; `None` is every port that nothing declares.
    pub ports: BTreeMap<Option<u16>, Port<'a>>,
}

impl Server<'_> {
    /// The target of the ports that nothing declares.
    pub fn overall(&self) -> Option<Target> {
        self.ports.get(&None)?.target
    }

    /// Whether some port is to refuse what it takes today.
    pub fn turns_strict(&self) -> bool {
        self.ports.values().any(Port::turns_strict)
    }
}

impl Port<'_> {
    /// Whether it is to refuse what it takes today.
    pub fn turns_strict(&self) -> bool {
        self.target == Some(Target::Strict) && self.decision.mode != Some(Mode::Strict)
    }
}

/// Why a port cannot be STRICT.
#[derive(Debug, Clone, Copy)]
pub enum Hindrance<'a> {
    /// Somebody is known to call without mutual TLS of the mesh.
    Known(Known<'a>),
    /// A policy that says in an annotation why it makes an exception.
    Documented(PolicyId),
    /// No proxy sees the port, and clients would send it mutual TLS if DISABLE did not keep them from it.
    Unenforced,
    /// The resolver, asked with the manifests applied, refuses somebody who gets through today.
    Simulated,
    /// Policies cannot tell the workload from this one, which is hindered.
    Alike(WorkloadId),
    /// No label of its own selects the workload, and because of this one the namespace cannot be STRICT as a whole.
    Unselectable(WorkloadId),
    /// Workloads of the root namespace obey the policy of the mesh alone, and this one is hindered.
    RootNamespace(WorkloadId),
}

/// What hinders each port.
pub type Hindrances<'a> = BTreeMap<(WorkloadId, Option<u16>), Vec<Hindrance<'a>>>;

/// Every workload whose policies mean something, in order, with what hinders its ports. `known` are connections that
/// STRICT would refuse.
pub(super) fn servers<'a>(
    answers: &Answers<'a>,
    known: impl Iterator<Item = Known<'a>>,
    reserved: &Reserved,
    today: Date,
) -> (Vec<Server<'a>>, Hindrances<'a>) {
    let mut hindrances = Hindrances::new();
    for known in known {
        let port = (known.server, Some(known.port));
        hindrances.entry(port).or_default().push(Hindrance::Known(known));
    }
    for &(workload, port) in reserved.permissive.iter().chain(&reserved.as_today) {
        let found = hindrances.entry((workload, Some(port))).or_default();
        if found.is_empty() {
            found.push(Hindrance::Simulated);
        }
    }
    let documented = Documented::of(answers, today);
    let ids = answers.mesh().workloads().map(|(id, _)| id);
    let servers = ids.filter(|&id| is_server(answers, id));
    let servers = servers.map(|id| {
        let ports = ports(answers, id, &hindrances).into_iter();
        let ports = ports.map(|port| {
            (
                port,
                target(answers, id, port, &documented, reserved, &mut hindrances),
            )
        });
        Server {
            id,
            ports: ports.collect(),
        }
    });
    (servers.collect::<Vec<_>>(), hindrances)
}

/// Whether policies for the workload mean anything: a data plane enforces them, or clients read them because its label
/// says that it takes mutual TLS.
fn is_server(answers: &Answers<'_>, id: WorkloadId) -> bool {
    let resolved = answers.resolution().workload(id);
    match resolved.enrolment.plane {
        DataPlane::Sidecar | DataPlane::Ambient | DataPlane::Proxyless => true,
        DataPlane::Gateway | DataPlane::Waypoint => false,
        DataPlane::None => resolved.labels.get(TLS_MODE_LABEL) == Some("istio"),
    }
}

fn ports(answers: &Answers<'_>, id: WorkloadId, hindrances: &Hindrances<'_>) -> BTreeSet<Option<u16>> {
    let mut ports: BTreeSet<Option<u16>> = answers
        .resolution()
        .declared_ports(id)
        .into_iter()
        .map(Some)
        .collect();
    let called = hindrances.range((id, None)..=(id, Some(u16::MAX)));
    ports.extend(called.map(|((_, port), _)| *port));
    ports.insert(None);
    ports
}

fn target<'a>(
    answers: &Answers<'a>,
    id: WorkloadId,
    port: Option<u16>,
    documented: &Documented,
    reserved: &Reserved,
    hindrances: &mut Hindrances<'a>,
) -> Port<'a> {
    let decision = answers.resolution().decide(id, port);
    let of = |target| Port { decision, target };
    let labels = &answers.resolution().workload(id).labels;
    let takes_mutual_tls = labels.get(TLS_MODE_LABEL) == Some("istio");
    let is_disabled = decision.policy.mode == Mode::Disable;
    let Some(mode) = decision.mode else {
        if !(is_disabled && takes_mutual_tls) {
            return of(None);
        }
        hindrances
            .entry((id, port))
            .or_default()
            .push(Hindrance::Unenforced);
        return of(Some(Target::Disable));
    };
    // What policies compose to may be another mode: ztunnel and gRPC without a proxy read them in their own way.
    if mode == Mode::Strict {
        hindrances.remove(&(id, port));
        return of(Some(Target::Strict));
    }
    if let Some(policy) = decision.policy.by.filter(|policy| documented.0.contains(policy)) {
        hindrances
            .entry((id, port))
            .or_default()
            .push(Hindrance::Documented(policy));
    }
    if !hindrances.contains_key(&(id, port)) {
        return of(Some(Target::Strict));
    }
    let plane = answers.resolution().workload(id).enrolment.plane;
    // A proxyless server with the label has no permissive listener: it is strict unless DISABLE says otherwise.
    let has_no_permissive = plane == DataPlane::Proxyless && takes_mutual_tls;
    let stays = port.is_some_and(|port| reserved.as_today.contains(&(id, port)));
    of(Some(if is_disabled && (has_no_permissive || stays) {
        Target::Disable
    } else {
        Target::Permissive
    }))
}

/// The policies that make an exception and say why, until a day that is not over.
struct Documented(BTreeSet<PolicyId>);

impl Documented {
    fn of(answers: &Answers<'_>, today: Date) -> Documented {
        let policies = &answers.mesh().policies;
        let mesh_mode = policies
            .first_read_by(policies.mesh_wide(), "default")
            .and_then(|id| policies[id].object.spec.mode());
        let is_mesh_strict = mesh_mode.is_some_and(|mode| mode.value == Mode::Strict);
        let accounts = policies.iter().filter(|(_, policy)| {
            let annotations = &policy.object.meta.annotations;
            let has_reason = annotations
                .get(REASON)
                .is_some_and(|reason| !reason.trim().is_empty());
            let end = annotations
                .get(EXPIRES)
                .and_then(|day| day.trim().parse::<Date>().ok());
            let is_exception = match policy.scope {
                Scope::Workload => true,
                // While the mesh is not STRICT, a namespace that is not is no exception.
                Scope::Namespace => is_mesh_strict,
                Scope::Mesh | Scope::RootSelector => false,
            };
            has_reason && end.is_none_or(|end| end >= today) && is_exception
        });
        Documented(accounts.map(|(id, _)| id).collect())
    }
}
