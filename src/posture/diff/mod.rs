//! What differs between two states of a cluster: which ports accept other traffic, which connections have another
//! outcome, and what is there on one side only.
//!
//! Clients and endpoints stand in classes, and the classes of the two sides are not the same. Nothing is asked
//! client by client: workloads that share a class on both sides are one atom, and atoms that see the same rows of a
//! service port are compared once.

mod calls;
mod cause;
mod connections;
mod pairs;
mod presence;
mod servers;
mod sides;
mod views;

use crate::callers::Outsider;
use crate::finding::Assumptions;
use crate::id::Kind;
use crate::matrix::Answers;
use crate::mesh::{Mesh, WorkloadId};
use crate::model::Meta;
use crate::model::peer_authentication::Mode;
use crate::resolve::client::Wire;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::TlsSetting;
use crate::resolve::outcome::Outcome;
use crate::resolve::server::Accepts;
use crate::source::Span;

use sides::Sides;

/// What a change is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A connection that worked is refused.
    Refused,
    /// A connection that was encrypted is no longer.
    Plaintext,
    /// The server no longer knows who calls; TLS still hides what is said.
    IdentityLost,
    /// A port takes what it refused, or no longer takes mutual TLS.
    Weakened,
    /// A workload, a service, a service's port, a cluster or a call that was refused is gone.
    Removed,
    /// Neither better nor worse.
    Changed,
    /// A workload, a service, a service's port or a cluster is new.
    Added,
    /// A port refuses what it took, or a connection is encrypted or has an identity that it had not.
    Strengthened,
    /// A connection that was refused works.
    Gained,
}

impl ChangeKind {
    /// Every kind, the worst first.
    pub const ALL: [ChangeKind; 9] = [
        ChangeKind::Refused,
        ChangeKind::Plaintext,
        ChangeKind::IdentityLost,
        ChangeKind::Weakened,
        ChangeKind::Removed,
        ChangeKind::Changed,
        ChangeKind::Added,
        ChangeKind::Strengthened,
        ChangeKind::Gained,
    ];

    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Refused => "refused",
            ChangeKind::Plaintext => "plaintext",
            ChangeKind::IdentityLost => "identity-lost",
            ChangeKind::Weakened => "weakened",
            ChangeKind::Removed => "removed",
            ChangeKind::Changed => "changed",
            ChangeKind::Added => "added",
            ChangeKind::Strengthened => "strengthened",
            ChangeKind::Gained => "gained",
        }
    }

    /// Whether a connection loses something: itself, encryption or identity.
    pub fn is_loss(self) -> bool {
        matches!(
            self,
            ChangeKind::Refused | ChangeKind::Plaintext | ChangeKind::IdentityLost
        )
    }

    /// Whether something is less protected than it was.
    pub fn is_weaker(self) -> bool {
        matches!(
            self,
            ChangeKind::Plaintext | ChangeKind::IdentityLost | ChangeKind::Weakened
        )
    }
}

/// The side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The state that is compared with.
    Base,
    /// The state that is asked about.
    Head,
}

/// One difference.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What it is.
    pub kind: ChangeKind,
    /// The cluster; `None` where there is only one.
    pub context: Option<&'a str>,
    /// What is different.
    pub subject: Subject<'a>,
    /// What makes it so.
    pub cause: Option<Cause<'a>>,
    /// What the answers on both sides rest on.
    pub rests_on: Assumptions,
}

/// What is different.
#[derive(Debug, Clone)]
pub enum Subject<'a> {
    /// What a port accepts.
    Port(PortChange<'a>),
    /// What becomes of a connection.
    Connection(Box<ConnectionChange<'a>>),
    /// Whether a call from outside of the mesh, which a manifest shows, gets through.
    Call(CallChange<'a>),
    /// That something is there.
    Presence(Presence<'a>),
}

/// The place that makes a change: what is in force there on that side.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// Where the place is: that which is gone stands on the side of the base.
    pub side: Side,
    /// The object, where it is known without looking.
    pub object: Option<&'a Meta>,
    /// The value.
    pub span: Span,
}

/// A workload by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadName<'a> {
    /// The namespace; `None` where the manifest names none.
    pub namespace: Option<&'a str>,
    /// The name of its object.
    pub name: &'a str,
    /// Its kind.
    pub kind: Kind,
}

impl<'a> WorkloadName<'a> {
    /// The name of a given workload.
    pub fn of(mesh: &Mesh<'a>, id: WorkloadId) -> Self {
        let workload = mesh.workload(id);
        WorkloadName {
            namespace: mesh.namespaces[workload.namespace].name,
            name: workload.name(),
            kind: workload.kind(),
        }
    }
}

/// A port that accepts something else than it did.
#[derive(Debug, Clone)]
pub struct PortChange<'a> {
    /// The workload.
    pub workload: WorkloadName<'a>,
    /// Its port; `None` is every port that nothing declares.
    pub port: Option<u16>,
    /// How many ports of the workload are told apart, those that nothing declares counted as one.
    pub ports_in_all: usize,
    /// What was in force.
    pub before: PortState<'a>,
    /// What is in force.
    pub after: PortState<'a>,
}

/// What is in force on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortState<'a> {
    /// What is enforced; `None` where no proxy does.
    pub mode: Option<Mode>,
    /// What the port accepts.
    pub accepts: Accepts,
    /// What carries the workload's traffic.
    pub plane: DataPlane,
    /// The policy whose explicit value is in force; `None` is the mesh's default.
    pub policy: Option<(Option<&'a str>, &'a str)>,
}

/// A connection whose outcome is another one.
#[derive(Debug, Clone)]
pub struct ConnectionChange<'a> {
    /// Who connects.
    pub clients: Clients<'a>,
    /// The host that is asked for.
    pub host: &'a str,
    /// The port that is asked for.
    pub port: u16,
    /// Where requests are led.
    pub path: Path<'a>,
    /// The endpoints.
    pub endpoints: Vec<EndpointName<'a>>,
    /// What became of it; `None` where the endpoint was not there.
    pub before: Option<Answer>,
    /// What becomes of it; `None` where the endpoint is gone.
    pub after: Option<Answer>,
    /// What shows that the connection is made.
    pub evidence: Evidence<'a>,
}

/// What shows that a connection is made. That a client has a proxy is no sign that it calls, and that it has none is
/// none either.
#[derive(Debug, Clone, Copy)]
pub enum Evidence<'a> {
    /// Manifests tell the clients to call: see [`Clients::told`].
    Told,
    /// A rule for the host makes all who follow it connect so; the side that has it.
    Rule(Side, TlsSetting<'a>),
    /// Every proxy of the mesh that uses the service connects so.
    EveryProxy,
    /// Nothing does: the clients could connect so, and are set apart from all others.
    Nothing,
}

impl Evidence<'_> {
    /// Whether anything shows it.
    pub fn is_known(self) -> bool {
        !matches!(self, Evidence::Nothing)
    }
}

/// A call from outside of the mesh, or around its proxies, that is refused on one side only.
#[derive(Debug, Clone, Copy)]
pub struct CallChange<'a> {
    /// Who calls.
    pub by: Outsider,
    /// The object that shows it.
    pub object: &'a Meta,
    /// The side on which it does.
    pub side: Side,
    /// Where it does.
    pub span: Span,
    /// The workload that is called.
    pub workload: WorkloadName<'a>,
    /// Its port.
    pub port: u16,
    /// What became of it; `None` where it was not made.
    pub before: Option<Passage>,
    /// What becomes of it; `None` where it is no longer made.
    pub after: Option<Passage>,
}

/// Whether a call without an identity gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Passage {
    /// It does.
    Passes,
    /// A proxy refuses it.
    Refused,
}

/// Which clients a change concerns.
#[derive(Debug, Clone, Default)]
pub struct Clients<'a> {
    /// Given workloads, the first by name and not more than [`NAMED`] of them.
    pub named: Vec<WorkloadName<'a>>,
    /// How many given workloads there are in all.
    pub given: usize,
    /// Namespaces of which any other sidecar is concerned too; `None` is any namespace that nothing tells apart.
    pub any_sidecar_in: Vec<Option<&'a str>>,
    /// Those who are told to call the service, and where.
    pub told: Vec<(WorkloadName<'a>, Side, Span)>,
}

/// How many clients of a change are named: a change may concern every workload of the mesh, again for each service.
pub const NAMED: usize = 100;

/// The way of a request to its endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path<'a> {
    /// The subset.
    pub subset: Option<&'a str>,
    /// The host and port to which a VirtualService leads.
    pub leads_to: Option<(&'a str, u16)>,
}

/// An endpoint by what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndpointName<'a> {
    /// A given workload.
    Workload(WorkloadName<'a>),
    /// An address of a ServiceEntry, or the host itself.
    Address(&'a str),
}

/// What is sent and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer {
    /// What becomes of it.
    pub outcome: Outcome,
    /// What the client sends.
    pub wire: Wire,
    /// What arrives: another thing where a waypoint stands between.
    pub arriving: Wire,
}

/// How well a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protection {
    /// There is none to protect.
    Refused,
    /// Anybody can read it.
    Plaintext,
    /// It is encrypted; who calls is not known.
    Encrypted,
    /// It is encrypted, and the server knows who calls.
    Identity,
}

impl Answer {
    /// How well the connection is protected. Of an address of which nothing is known, what is sent tells.
    pub fn protection(self) -> Protection {
        match (self.outcome, self.arriving) {
            (Outcome::Refused, _) => Protection::Refused,
            (Outcome::Mtls, _) => Protection::Identity,
            (Outcome::Plaintext, _) | (Outcome::Unknown, Wire::Plaintext | Wire::Nothing) => {
                Protection::Plaintext
            }
            (Outcome::AppTls | Outcome::Unknown, _) => Protection::Encrypted,
        }
    }
}

/// Something that is on one side only.
#[derive(Debug, Clone)]
pub struct Presence<'a> {
    /// What it is.
    pub what: Present<'a>,
    /// What is in force on the ports of a workload.
    pub ports: Vec<(Option<u16>, PortState<'a>)>,
}

/// What may be on one side only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Present<'a> {
    /// A cluster.
    Context(&'a str),
    /// A service, by its host and object.
    Service {
        /// The host.
        host: &'a str,
        /// The namespace of its object.
        namespace: Option<&'a str>,
        /// The name of its object.
        name: &'a str,
        /// The kind of its object.
        kind: Kind,
        /// The only port that is there on one side; `None` for the service as a whole.
        port: Option<u16>,
    },
    /// A workload.
    Workload(WorkloadName<'a>),
}

/// Compares two states, cluster by cluster, the worst change first. Clusters belong together by their names; where
/// each side has one alone, these do.
pub fn diff<'a>(base: &[Answers<'a>], head: &[Answers<'a>]) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    let is_single = base.len() == 1 && head.len() == 1;
    let same =
        |one: &Answers<'a>, other: &Answers<'a>| is_single || one.mesh().context == other.mesh().context;
    for before in base {
        match head.iter().find(|after| same(before, after)) {
            Some(after) => Sides::new(*before, *after).compare(&mut changes),
            None => changes.push(presence::context(before, Side::Base)),
        }
    }
    let new = head
        .iter()
        .filter(|after| !base.iter().any(|before| same(before, after)));
    changes.extend(new.map(|after| presence::context(after, Side::Head)));
    changes.sort_by(|one, other| one.order().cmp(&other.order()));
    changes
}

/// What orders changes: nothing of it depends on where anything stands.
type Order<'c, 'a> = (ChangeKind, bool, Option<&'a str>, u8, OrderOfSubject<'c, 'a>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum OrderOfSubject<'c, 'a> {
    Port(WorkloadName<'a>, bool, Option<u16>),
    Connection(
        &'a str,
        u16,
        Path<'a>,
        &'c [EndpointName<'a>],
        &'c [WorkloadName<'a>],
        &'c [Option<&'a str>],
        Option<Answer>,
        Option<Answer>,
    ),
    Call(WorkloadName<'a>, u16, Outsider, Kind, Option<&'a str>, &'a str),
    Presence(Present<'a>),
}

impl<'a> Change<'a> {
    /// Whether something that worked breaks: a connection is refused that is known to be made.
    pub fn is_break(&self) -> bool {
        self.kind == ChangeKind::Refused && self.is_known()
    }

    /// Whether it is no connection of which nothing shows that it is made.
    pub fn is_known(&self) -> bool {
        match &self.subject {
            Subject::Connection(connection) => connection.evidence.is_known(),
            Subject::Call(_) | Subject::Port(_) | Subject::Presence(_) => true,
        }
    }

    fn order(&self) -> Order<'_, 'a> {
        let (rank, is_unsure, subject) = match &self.subject {
            Subject::Connection(connection) => {
                let clients = &connection.clients;
                let subject = OrderOfSubject::Connection(
                    connection.host,
                    connection.port,
                    connection.path,
                    &connection.endpoints,
                    &clients.named,
                    &clients.any_sidecar_in,
                    connection.before,
                    connection.after,
                );
                (0, !connection.evidence.is_known(), subject)
            }
            Subject::Port(port) => {
                let subject = OrderOfSubject::Port(port.workload, port.port.is_none(), port.port);
                (1, false, subject)
            }
            Subject::Call(call) => {
                let object = call.object;
                let subject = OrderOfSubject::Call(
                    call.workload,
                    call.port,
                    call.by,
                    object.kind,
                    object.namespace_name(),
                    &object.name.value,
                );
                (0, false, subject)
            }
            Subject::Presence(presence) => (2, false, OrderOfSubject::Presence(presence.what)),
        };
        (self.kind, is_unsure, self.context, rank, subject)
    }
}
