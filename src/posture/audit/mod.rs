//! What the mesh lets in without an identity, for the review that decides whether it may stay: every port that
//! takes plaintext, grouped by what opens it, with who accounts for it and who needs it; what share of the ports
//! is closed; and the security checklist.

mod callers;
mod checklist;
mod coverage;
mod openings;

use jiff::civil::Date;

use crate::callers::{Controller, IngressCall};
use crate::finding::Assumptions;
use crate::matrix::Answers;
use crate::mesh::{PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::model::{Account, Meta, Standing};
use crate::resolve::Resolution;
use crate::resolve::capture::Bypass;
use crate::resolve::client::Wire;
use crate::resolve::dataplane::{Because, DataPlane};
use crate::resolve::server::Accepts;
use crate::source::Span;

use super::diff::WorkloadName;

pub use checklist::{Check, Verdict};
pub use coverage::{Coverage, Ports};

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'k> {
    /// The day that decides what has expired.
    pub today: Date,
    /// Whether what concerns a workload is shown; without one, what concerns a namespace of which none is given.
    pub keeps: &'k Keeps<'k>,
}

/// Decides on what is shown.
pub type Keeps<'k> = dyn Fn(&Resolution<'_, '_>, Option<&str>, Option<WorkloadId>) -> bool + 'k;

/// The answer for one cluster.
#[derive(Debug)]
pub struct Audit<'a> {
    /// The cluster; `None` where there is only one.
    pub context: Option<&'a str>,
    /// What is open, the worst accounted for first.
    pub openings: Vec<Opening<'a>>,
    /// The figures of each namespace, by name.
    pub coverage: Vec<Coverage<'a>>,
    /// The figures of the mesh.
    pub mesh: Coverage<'a>,
    /// The security checklist, in its order.
    pub checklist: Vec<Check>,
}

/// Ports that are open for one reason and accounted for by the same words.
#[derive(Debug)]
pub struct Opening<'a> {
    /// What opens them.
    pub cause: Cause<'a>,
    /// What stands there: the deciding value, or what keeps the proxy away.
    pub at: Option<Span>,
    /// How it is accounted for.
    pub account: Account<'a>,
    /// How well.
    pub standing: Standing,
    /// The ports, by workload. None where a policy is given and no workload of its.
    pub ports: Vec<OpenPort<'a>>,
    /// What it rests on that they are open.
    pub rests_on: Assumptions,
}

/// What opens a port.
#[derive(Debug, Clone, Copy)]
pub enum Cause<'a> {
    /// A policy.
    Policy {
        /// Its object.
        object: &'a Meta,
        /// The policy.
        id: PolicyId,
        /// What it is about.
        scope: Scope,
        /// What it says.
        mode: Mode,
        /// Whether a wider policy is STRICT, or its own mode.
        is_exception: bool,
    },
    /// No policy speaks, and Istio's default is PERMISSIVE.
    Default,
    /// Workloads of a namespace have no proxy.
    NoProxy(Option<&'a str>, Because<'a>),
    /// Ports of a workload bypass its proxy.
    Bypass(WorkloadName<'a>, Bypass<'a>),
}

/// A port that is open.
#[derive(Debug)]
pub struct OpenPort<'a> {
    /// The workload.
    pub workload: WorkloadName<'a>,
    /// Its port; `None` is every port that nothing declares.
    pub port: Option<u16>,
    /// What carries the workload's traffic.
    pub plane: DataPlane,
    /// What is enforced; `None` where no proxy does.
    pub mode: Option<Mode>,
    /// What the port accepts.
    pub accepts: Accepts,
    /// Whether an entry for this very port opens it.
    pub is_port_level: bool,
    /// Whoever is known to call it without an identity.
    pub callers: Vec<Caller<'a>>,
    /// What it rests on.
    pub rests_on: Assumptions,
}

/// Somebody who calls a port without an identity.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Who it is.
    pub who: Who<'a>,
    /// What arrives: plaintext, or TLS without an identity of the mesh.
    pub wire: Wire,
    /// Where it is told so.
    pub span: Span,
}

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// A given workload that is told to.
    Workload(WorkloadName<'a>),
    /// The controller of an Ingress or a route, which is given or not.
    Gateway(&'a Meta, Option<WorkloadName<'a>>),
    /// Prometheus, as a monitor or the annotations of a workload ask for it.
    Scraper(&'a Meta),
    /// The API server, because of a webhook or an `APIService`.
    ApiServer(&'a Meta),
    /// The kubelet, for a probe or a hook of the workload that nothing turns to the agent.
    Kubelet(&'static str),
    /// Whoever comes through a Service that is open to the outside.
    Anybody(&'a Meta),
}

impl Cause<'_> {
    /// Whether it opens what the mesh as a whole does not: the baseline of the mesh and workloads outside it are
    /// no exceptions.
    pub fn is_exception(&self) -> bool {
        match self {
            Cause::Policy { scope, mode, .. } => *scope != Scope::Mesh || *mode == Mode::Disable,
            Cause::Bypass(..) => true,
            Cause::Default | Cause::NoProxy(..) => false,
        }
    }
}

/// Audits each cluster.
pub fn audit<'a>(answers: &[Answers<'a>], question: Question<'_>) -> Vec<Audit<'a>> {
    answers
        .iter()
        .map(|answers| audit_one(answers, question))
        .collect()
}

fn audit_one<'a>(answers: &Answers<'a>, question: Question<'_>) -> Audit<'a> {
    let openings = openings::openings(answers, question);
    let (coverage, mesh) = coverage::coverage(answers.resolution(), question);
    let checklist = checklist::checklist(answers, question, &openings, &mesh);
    Audit {
        context: answers.mesh().context,
        openings,
        coverage,
        mesh,
        checklist,
    }
}

/// Whether a workload serves others: gateways and waypoints are meant to be called from outside.
fn is_server(plane: DataPlane) -> bool {
    !matches!(plane, DataPlane::Gateway | DataPlane::Waypoint)
}

/// The given controller of a call, if it is.
fn controller(call: &IngressCall<'_>) -> Option<WorkloadId> {
    match call.controller {
        Controller::Given(id) => Some(id),
        Controller::Cloud(_) | Controller::NotGiven(_) => None,
    }
}
