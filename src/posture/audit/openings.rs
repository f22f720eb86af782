//! Which ports take what shows no identity, and what opens them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::callers::CallersByPort;
use super::{Caller, Cause, OpenPort, Opening, Question, is_server};
use crate::finding::{Assumption, Assumptions};
use crate::hash::HashSet;
use crate::matrix::Answers;
use crate::mesh::{Mesh, NamespaceId, Policy, PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::model::{Account, Meta};
use crate::posture::diff::WorkloadName;
use crate::resolve::capture::Bypass;
use crate::resolve::compose::{self, deciding_value, port_entry};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::meet;
use crate::resolve::server::{Accepts, PortDecision, Reception};
use crate::source::Span;

/// What ports must share to be one opening. A workload that accounts for itself stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Policy(PolicyId, Option<WorkloadId>),
    Default(Option<WorkloadId>),
    NoProxy(NamespaceId, Option<Span>, Option<WorkloadId>),
    Bypass(WorkloadId),
}

/// Everything that is open, the worst accounted for first.
pub(super) fn openings<'a>(answers: &Answers<'a>, question: Question<'_>) -> Vec<Opening<'a>> {
    let mut found = Found {
        answers: *answers,
        today: question.today,
        callers: CallersByPort::new(answers),
        openings: BTreeMap::new(),
    };
    let resolution = answers.resolution();
    for (id, workload) in answers.mesh().workloads() {
        let namespace = answers.mesh().namespaces[workload.namespace].name;
        let plane = resolution.workload(id).enrolment.plane;
        if is_server(plane) && (question.keeps)(resolution, namespace, Some(id)) {
            found.add_workload(id);
        }
    }
    found.add_policies_alone(question);
    let mut openings: Vec<Opening<'a>> = found.openings.into_values().collect();
    // The order of keys is that of policies and workloads; it stays within a standing.
    openings.sort_by_key(|opening| opening.standing);
    openings
}

struct Found<'a> {
    answers: Answers<'a>,
    today: Date,
    callers: CallersByPort<'a>,
    openings: BTreeMap<Key, Opening<'a>>,
}

impl<'a> Found<'a> {
    /// Ports that nothing declares are looked at where something guards the workload: elsewhere nothing listens.
    fn add_workload(&mut self, id: WorkloadId) {
        let resolution = self.answers.resolution();
        let has_proxy = resolution.workload(id).enrolment.plane != DataPlane::None;
        let declared = resolution.declared_ports(id).into_iter().map(Some);
        for port in declared.chain(has_proxy.then_some(None)) {
            let decision = resolution.decide(id, port);
            let is_own = matches!(decision.bypass, Some(Bypass::ProxyPort));
            if lets_in_strangers(decision.accepts) && !is_own {
                self.add(id, &decision);
            }
        }
    }

    fn add(&mut self, id: WorkloadId, decision: &PortDecision<'a>) {
        let own = account_of_workload(&self.answers, id);
        let alone = (!own.is_empty()).then_some(id);
        let (key, opening) = self.opening(id, decision, own, alone);
        let port = self.open_port(id, decision);
        let known = self.openings.entry(key).or_insert(opening);
        known.rests_on |= decision.rests_on;
        known.ports.push(port);
    }

    /// The opening that a port belongs to.
    fn opening(
        &self,
        id: WorkloadId,
        decision: &PortDecision<'a>,
        own: Account<'a>,
        alone: Option<WorkloadId>,
    ) -> (Key, Opening<'a>) {
        let mesh = self.answers.mesh();
        let enrolment = self.answers.resolution().workload(id).enrolment;
        if let Some(bypass) = decision.bypass {
            let cause = Cause::Bypass(WorkloadName::of(mesh, id), bypass);
            return (Key::Bypass(id), self.of_cause(cause, bypass.span(), own));
        }
        if enrolment.plane == DataPlane::None {
            let namespace = mesh.workload(id).namespace;
            let place = enrolment.because.span();
            let cause = Cause::NoProxy(mesh.namespaces[namespace].name, enrolment.because);
            let given = mesh.namespaces[namespace].given.last();
            let account = given.map(|given| Account::of(&given.meta)).unwrap_or_default();
            let at = place.or(given.map(|given| given.meta.name.span));
            let key = Key::NoProxy(namespace, place, alone);
            return (key, self.of_cause(cause, at, own.or(account)));
        }
        let Some(by) = decision.policy.by else {
            return (Key::Default(alone), self.of_cause(Cause::Default, None, own));
        };
        let value = deciding_value(&mesh.policies, decision.policy, decision.port);
        let opening = self.of_policy(by, decision.policy.mode, value.map(|value| value.span), own);
        (Key::Policy(by, alone), opening)
    }

    fn of_policy(&self, id: PolicyId, mode: Mode, at: Option<Span>, own: Account<'a>) -> Opening<'a> {
        let policy = &self.answers.mesh().policies[id];
        let object: &'a Meta = &policy.object.meta;
        let cause = Cause::Policy {
            object,
            id,
            scope: policy.scope,
            mode,
            is_exception: is_below_strict(self.answers.mesh(), policy),
        };
        let at = at.or(Some(object.name.span));
        self.of_cause(cause, at, own.or(Account::of(object)))
    }

    fn of_cause(&self, cause: Cause<'a>, at: Option<Span>, account: Account<'a>) -> Opening<'a> {
        Opening {
            cause,
            at,
            account,
            standing: account.standing(self.today),
            ports: Vec::new(),
            rests_on: Assumptions::NONE,
        }
    }

    fn open_port(&self, id: WorkloadId, decision: &PortDecision<'a>) -> OpenPort<'a> {
        let mesh = self.answers.mesh();
        let is_port_level = decision.port.is_some_and(|port| {
            let policy = decision.policy.by.map(|by| &mesh.policies[by]);
            let policy = policy.filter(|policy| policy.scope == Scope::Workload);
            let entry = policy.and_then(|policy| port_entry(&policy.object.spec, port));
            entry.is_some_and(|entry| entry.mtls.explicit_mode().is_some())
        });
        let callers = decision.port.map_or(&[][..], |port| self.callers.of(id, port));
        let gets_in = |caller: &&Caller<'a>| !meet(caller.wire, decision.accepts).is_refused();
        OpenPort {
            workload: WorkloadName::of(mesh, id),
            port: decision.port,
            plane: self.answers.resolution().workload(id).enrolment.plane,
            mode: decision.mode,
            accepts: decision.accepts,
            is_port_level,
            callers: callers.iter().filter(gets_in).copied().collect(),
            rests_on: decision.rests_on,
        }
    }

    /// Policies that would open ports of workloads that are not given: a repository of policies alone is the most
    /// common one.
    fn add_policies_alone(&mut self, question: Question<'_>) {
        let (answers, mesh) = (self.answers, self.answers.mesh());
        let inhabited: HashSet<NamespaceId> =
            mesh.workloads().map(|(_, workload)| workload.namespace).collect();
        for (id, policy) in mesh.policies.iter() {
            let namespace = mesh.namespaces[policy.namespace].name;
            let of_namespace = &mesh.policies.of_namespace(policy.namespace).namespace_wide;
            let is_alone = match policy.scope {
                Scope::Mesh => inhabited.is_empty() && mesh.policies.mesh_wide().first() == Some(&id),
                Scope::Namespace => {
                    !inhabited.contains(&policy.namespace) && of_namespace.first() == Some(&id)
                }
                Scope::Workload => answers.resolution().selected_by(id).is_empty(),
                Scope::RootSelector => false,
            };
            let spec = &policy.object.spec;
            let ports = spec
                .port_modes()
                .iter()
                .filter(|_| policy.scope == Scope::Workload);
            let values = spec
                .mode()
                .into_iter()
                .chain(ports.filter_map(|entry| entry.mtls.explicit_mode()));
            let open = values.into_iter().find(|value| value.value != Mode::Strict);
            if let Some(open) = open.filter(|_| is_alone)
                && (question.keeps)(answers.resolution(), namespace, None)
            {
                let opening = self.of_policy(id, open.value, Some(open.span), Account::default());
                self.openings.entry(Key::Policy(id, None)).or_insert(Opening {
                    rests_on: Assumption::WorkloadsNotGiven.into(),
                    ..opening
                });
            }
        }
    }
}

/// Whether STRICT would hold without a policy, or holds beside its entries for ports.
fn is_below_strict(mesh: &Mesh<'_>, policy: &Policy<'_>) -> bool {
    let Some(above) = compose::above(mesh, policy) else {
        return false;
    };
    let overall = policy.object.spec.mode().map_or(above, |own| own.value);
    above == Mode::Strict || overall == Mode::Strict && policy.scope == Scope::Workload
}

/// What a workload says of itself: on its object, else on its pods.
fn account_of_workload<'a>(answers: &Answers<'a>, id: WorkloadId) -> Account<'a> {
    let workload = answers.mesh().workload(id);
    let of_object = Account::of(workload.meta());
    let of_pods = workload
        .template()
        .map(|template| Account::in_annotations(&template.annotations));
    of_object.or(of_pods.unwrap_or_default())
}

/// Whether a port takes what shows no identity of the mesh: plaintext, or TLS that only the application sees.
fn lets_in_strangers(accepts: Accepts) -> bool {
    accepts.plaintext != Reception::Refused || accepts.tls == Reception::App
}
