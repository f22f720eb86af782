//! Where another mode is in force than a config expects, and what makes it so.

use crate::config::Expectation;
use crate::finding::{Assumption, Assumptions};
use crate::id::{Kind, ObjectName};
use crate::mesh::{NamespaceId, Policy, PolicyId, Scope, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::capture::{Bypass, is_proxy_port};
use crate::resolve::compose::{self, Decided, deciding_value};
use crate::resolve::dataplane::{Because, DataPlane};
use crate::rules::Facts;
use crate::source::Span;

/// A port, or all of a namespace, on which another mode is in force.
pub(super) struct Violation<'a> {
    pub(super) namespace: NamespaceId,
    /// `None` where no given workload shows it.
    pub(super) workload: Option<WorkloadId>,
    /// `None` for every port that nothing declares.
    pub(super) port: Option<u16>,
    pub(super) cause: Cause<'a>,
    pub(super) rests_on: Assumptions,
}

/// What makes the mode in force; violations of one cause are one finding.
#[derive(Clone, Copy)]
pub(super) enum Cause<'a> {
    /// A value of a policy.
    Policy {
        mode: Mode,
        policy: &'a Policy<'a>,
        value: Span,
    },
    /// No policy at all.
    Default(Mode),
    /// The workload has no proxy.
    NoProxy {
        because: Because<'a>,
        at: Span,
        of: WorkloadId,
    },
    /// The port bypasses the proxy.
    Bypass {
        bypass: Bypass<'a>,
        at: Span,
        of: WorkloadId,
    },
}

impl PartialEq for Cause<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.span() == other.span()
    }
}

impl Cause<'_> {
    /// What its author must change, if there is anything.
    pub(super) fn span(&self) -> Option<Span> {
        match self {
            Cause::Policy { value, .. } => Some(*value),
            Cause::Default(_) => None,
            Cause::NoProxy { at, .. } | Cause::Bypass { at, .. } => Some(*at),
        }
    }

    /// The object that holds it.
    pub(super) fn object(&self, facts: &Facts<'_>) -> Option<ObjectName> {
        match self {
            Cause::Policy { policy, .. } => Some(policy.object.meta.object_name()),
            Cause::Default(_) => None,
            Cause::NoProxy {
                because: Because::NamespaceLabel(name, _),
                ..
            } => Some(ObjectName {
                kind: Kind::Namespace,
                namespace: None,
                name: (*name).into(),
            }),
            Cause::NoProxy { of, .. } | Cause::Bypass { of, .. } => {
                Some(facts.mesh.workload(*of).meta().object_name())
            }
        }
    }
}

/// Everything that is not as expected, workload by workload and port by port, then by namespace where no
/// workload is given.
pub(super) fn violations<'a>(facts: &Facts<'a>, expectation: &Expectation) -> Vec<Violation<'a>> {
    let expected = expectation.mode.value.mode();
    let mut found = Vec::new();
    for (id, workload) in facts.mesh.workloads() {
        if is_expected_in(facts, expectation, workload.namespace) && is_selected(facts, expectation, id) {
            for port in ports(facts, expectation, id) {
                found.extend(on_port(facts, expected, id, port));
            }
        }
    }
    if expectation.selector.match_labels.is_empty() && expectation.ports.is_empty() {
        for (id, _) in facts.mesh.namespaces.iter() {
            if is_expected_in(facts, expectation, id) && facts.resolution.index.in_namespace(id).is_empty() {
                found.extend(in_namespace(facts, expectation, id));
            }
        }
        found.extend(of_selecting_policies(facts, expectation));
    }
    found
}

fn is_expected_in(facts: &Facts<'_>, expectation: &Expectation, namespace: NamespaceId) -> bool {
    let namespace = &facts.mesh.namespaces[namespace];
    let globs = &expectation.namespaces;
    let is_named = |name: &str| globs.iter().any(|glob| glob.matches(name));
    namespace.is_discovered && (globs.is_empty() || namespace.name.is_some_and(is_named))
}

/// Listeners of a gateway have their own TLS, and a waypoint is reached through HBONE alone.
fn is_selected(facts: &Facts<'_>, expectation: &Expectation, workload: WorkloadId) -> bool {
    let resolved = facts.resolution.workload(workload);
    let is_server = !matches!(resolved.enrolment.plane, DataPlane::Gateway | DataPlane::Waypoint);
    is_server && resolved.labels.match_all(&expectation.selector.match_labels)
}

fn ports(facts: &Facts<'_>, expectation: &Expectation, workload: WorkloadId) -> Vec<Option<u16>> {
    let mut declared = facts.resolution.declared_ports(workload);
    declared.retain(|&port| !is_proxy_port(port));
    let wanted = &expectation.ports;
    if !wanted.is_empty() {
        declared.retain(|port| wanted.iter().any(|wanted| wanted.value.0 == *port));
    } else if declared.is_empty() {
        // What runs to its end serves nobody; anything else may listen where nothing declares it.
        let serves = !matches!(facts.mesh.workload(workload).kind(), Kind::Job | Kind::CronJob);
        return serves.then_some(None).into_iter().collect();
    }
    declared.into_iter().map(Some).collect()
}

fn on_port<'a>(
    facts: &Facts<'a>,
    expected: Mode,
    id: WorkloadId,
    port: Option<u16>,
) -> Option<Violation<'a>> {
    let decision = facts.resolution.decide(id, port);
    let workload = facts.mesh.workload(id);
    let cause = match (decision.mode, decision.bypass) {
        (Some(mode), _) if mode == expected => return None,
        // Without a proxy bytes arrive as they are.
        (None, _) if expected == Mode::Disable => return None,
        (Some(mode), _) => cause_of(facts, decision.policy, mode, port),
        (None, Some(bypass)) => Cause::Bypass {
            bypass,
            at: bypass.span().unwrap_or(workload.meta().name.span),
            of: id,
        },
        (None, None) => {
            let because = facts.resolution.workload(id).enrolment.because;
            let given = facts.mesh.namespaces[workload.namespace].given.last();
            let near = given.map_or(workload.meta(), |namespace| &namespace.meta);
            Cause::NoProxy {
                because,
                at: because.span().unwrap_or(near.name.span),
                of: id,
            }
        }
    };
    // Of undeclared ports that bypass the proxy nobody knows that anything listens there.
    if port.is_none() && matches!(cause, Cause::Bypass { .. }) {
        return None;
    }
    Some(Violation {
        namespace: workload.namespace,
        workload: Some(id),
        port,
        cause,
        rests_on: decision.rests_on,
    })
}

fn cause_of<'a>(facts: &Facts<'a>, decided: Decided, mode: Mode, port: Option<u16>) -> Cause<'a> {
    let policies = &facts.mesh.policies;
    match decided.by.zip(deciding_value(policies, decided, port)) {
        Some((by, value)) => Cause::Policy {
            mode,
            policy: &policies[by],
            value: value.span,
        },
        None => Cause::Default(mode),
    }
}

/// A namespace without given workloads: its own mode is that of whatever runs there.
fn in_namespace<'a>(facts: &Facts<'a>, expectation: &Expectation, id: NamespaceId) -> Option<Violation<'a>> {
    let mesh = facts.mesh;
    let namespace = &mesh.namespaces[id];
    let is_root = mesh.root == Some(id);
    if is_root || namespace.name.is_some_and(|name| mesh.settings.is_complete(name)) {
        return None;
    }
    let chosen = compose::choose_wide(mesh, Some(id), "default", &mut ());
    let decided = chosen.overall(&mesh.policies, &mut ());
    // That every namespace is expected to be strict says nothing of whether a namespace matters.
    let is_meant = chosen.namespace.is_some() || !expectation.namespaces.is_empty();
    if decided.mode == expectation.mode.value.mode() || !is_meant {
        return None;
    }
    Some(Violation {
        namespace: id,
        workload: None,
        port: None,
        cause: cause_of(facts, decided, decided.mode, None),
        rests_on: chosen.rests_on | Assumption::WorkloadsNotGiven.into(),
    })
}

/// Policies with labels that no given workload has.
fn of_selecting_policies<'a>(facts: &Facts<'a>, expectation: &Expectation) -> Vec<Violation<'a>> {
    let mut found = Vec::new();
    for (id, policy) in facts.mesh.policies.iter() {
        let name = facts.mesh.namespaces[policy.namespace].name;
        let is_complete = name.is_some_and(|name| facts.mesh.settings.is_complete(name));
        let is_alone = policy.scope == Scope::Workload
            && !is_complete
            && facts.resolution.selected_by(id).is_empty()
            && is_expected_in(facts, expectation, policy.namespace);
        if is_alone {
            found.extend(of_policy(facts, expectation, id));
        }
    }
    found
}

fn of_policy<'a>(
    facts: &Facts<'a>,
    expectation: &Expectation,
    id: PolicyId,
) -> impl Iterator<Item = Violation<'a>> + use<'a> {
    let policy = &facts.mesh.policies[id];
    let expected = expectation.mode.value.mode();
    let spec = &policy.object.spec;
    let overall = spec.mode().map(|mode| (None, mode));
    let of_ports = spec
        .port_modes()
        .iter()
        .filter_map(|entry| Some((Some(entry.port), entry.mtls.explicit_mode()?)));
    let said: Vec<_> = overall.into_iter().chain(of_ports).collect();
    said.into_iter()
        .filter(move |(_, mode)| mode.value != expected)
        .map(move |(port, mode)| Violation {
            namespace: policy.namespace,
            workload: None,
            port,
            cause: Cause::Policy {
                mode: mode.value,
                policy,
                value: mode.span,
            },
            rests_on: Assumption::WorkloadsNotGiven.into(),
        })
}
