//! The way from today's posture to STRICT in the whole mesh, in steps that never refuse a client that gets through
//! today and is known to call.
//!
//! Every port becomes STRICT unless something hinders it, and whatever hinders it has a name: who calls, and what
//! shows it. First everything is opened that has to stay open, then namespaces turn STRICT one by one, and the mesh
//! last. Nothing here is taken for granted in the end: the manifests are to be applied to the mesh in memory, and
//! [`refusals`] of the outcome compared with those of today; what is refused and was not is [`Reserved`], and the plan
//! made again.

mod known;
mod order;
mod policies;
mod rules;
mod selections;
mod simulate;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::id::ObjectName;
use crate::matrix::Answers;
use crate::mesh::{NamespaceId, PolicyId, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::capture::Bypass;
use crate::resolve::dataplane::DataPlane;

pub use known::{Caller, Known, Refusal, refusals};
pub use order::{Step, StepKind};
pub use policies::PolicyChange;
pub use rules::RuleChange;
pub use simulate::{Manifest, settle};
pub use targets::{Hindrance, Target};

use policies::{Spoiled, Writer, Written, contenders, push};
use targets::{Hindrances, Server};

use super::what_if::PolicyManifest;

/// What must be left alone because the resolver, asked with the manifests applied, refused somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reserved {
    /// Ports that cannot be STRICT.
    pub permissive: BTreeSet<(WorkloadId, u16)>,
    /// Ports whose DISABLE has to stay.
    pub as_today: BTreeSet<(WorkloadId, u16)>,
    /// DestinationRules that cannot say `ISTIO_MUTUAL`.
    pub rules: BTreeSet<ObjectName>,
    /// Workloads in whose namespaces nothing can be changed.
    pub namespaces_of: BTreeSet<WorkloadId>,
    /// Whether the policy of the mesh cannot be changed.
    pub mesh: bool,
}

impl Reserved {
    /// Adds what a refusal asks for. `is_final` says that it only comes with the last of the manifests, and not with
    /// those that open.
    pub fn add(&mut self, refusal: &Refusal, with_rules: &[ObjectName], is_final: bool) {
        let port = (refusal.server, refusal.port);
        let rules: Vec<&ObjectName> = match refusal.rule() {
            Some(rule) => vec![rule],
            None => with_rules.iter().collect(),
        };
        let is_new = |rule: &&ObjectName| with_rules.contains(rule) && !self.rules.contains(*rule);
        let rules: Vec<ObjectName> = rules.into_iter().filter(is_new).cloned().collect();
        if !rules.is_empty() {
            self.rules.extend(rules);
        } else if is_final && self.permissive.insert(port) {
            // The next plan leaves the port open.
        } else if self.as_today.insert(port) {
            self.permissive.insert(port);
        } else if !self.namespaces_of.insert(refusal.server) {
            self.mesh = true;
        }
    }
}

/// The plan of one cluster.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The cluster.
    pub answers: Answers<'a>,
    /// Workloads that no proxy of the mesh guards, in order.
    pub outside: Vec<WorkloadId>,
    /// Ports that bypass the proxy of their workload.
    pub bypasses: Vec<(WorkloadId, Option<u16>, Option<Bypass<'a>>)>,
    /// What hinders ports that are not STRICT today, by workload and port, with the step that removes it where one
    /// does.
    pub hindrances: Vec<Hindered<'a>>,
    /// The steps in order.
    pub steps: Vec<Step<'a>>,
    /// Workloads with a port that turns STRICT, in order.
    pub turning: Vec<WorkloadId>,
    /// Ports that are not STRICT in the end, each with its mode.
    pub stays: Vec<(WorkloadId, Option<u16>, Target)>,
    /// Whether the policy of the mesh is STRICT in the end.
    pub is_mesh_strict: bool,
    /// Policies of namespaces of which no workload is given: they stay what they are.
    pub untouched: Vec<PolicyId>,
    /// How many ports are in each mode today: STRICT, PERMISSIVE, DISABLE.
    pub today: [usize; 3],
    /// The same in the end.
    pub after: [usize; 3],
}

/// Something that hinders a port.
#[derive(Debug, Clone, Copy)]
pub struct Hindered<'a> {
    /// The workload.
    pub workload: WorkloadId,
    /// Its port; `None` is every port that nothing declares.
    pub port: Option<u16>,
    /// What it is.
    pub by: Hindrance<'a>,
    /// The number of the step that removes it.
    pub removed_by: Option<usize>,
}

/// Plans the way. `reserved` is what earlier plans found out, `today` the day that decides which exceptions are over.
pub fn plan<'a>(answers: Answers<'a>, reserved: &Reserved, today: Date) -> Plan<'a> {
    Planner::new(answers, reserved, today).plan()
}

struct Planner<'r, 'a> {
    answers: Answers<'a>,
    reserved: &'r Reserved,
    found: Vec<Known<'a>>,
    servers: Vec<Server<'a>>,
    hindrances: Hindrances<'a>,
    rules: Vec<RuleChange<'a>>,
}

impl<'r, 'a> Planner<'r, 'a> {
    fn new(answers: Answers<'a>, reserved: &'r Reserved, today: Date) -> Self {
        let found = known::hindering(&answers);
        let (servers, _) = targets::servers(&answers, found.iter().copied(), reserved, today);
        let rules = rules::removable(&answers, &found, &servers, reserved);
        let lasting = found
            .iter()
            .copied()
            .filter(|known| removed_by(&rules, known).is_none());
        let (servers, hindrances) = targets::servers(&answers, lasting, reserved, today);
        Planner {
            answers,
            reserved,
            found,
            servers,
            hindrances,
            rules,
        }
    }

    fn plan(mut self) -> Plan<'a> {
        let mut by_namespace: BTreeMap<NamespaceId, Vec<usize>> = BTreeMap::new();
        for (index, server) in self.servers.iter().enumerate() {
            let namespace = self.answers.mesh().workload(server.id).namespace;
            by_namespace.entry(namespace).or_default().push(index);
        }
        let reserved: BTreeSet<NamespaceId> = self
            .reserved
            .namespaces_of
            .iter()
            .map(|&id| self.answers.mesh().workload(id).namespace)
            .collect();
        let root = self.answers.mesh().root;
        let writable: Vec<(NamespaceId, Vec<usize>)> = by_namespace
            .into_iter()
            .filter(|(namespace, _)| !reserved.contains(namespace) && Some(*namespace) != root)
            .collect();
        let written: Vec<(NamespaceId, Written<'a>)> = writable
            .par_iter()
            .map(|(namespace, servers)| {
                let servers: Vec<&Server<'a>> = servers.iter().map(|&index| &self.servers[index]).collect();
                (*namespace, Writer::write(&self.answers, *namespace, &servers))
            })
            .collect();
        for (_, written) in &written {
            self.spoil(&written.spoiled);
        }
        for namespace in reserved {
            self.reserve(namespace);
        }
        let (guards, strict) = self.mesh_wide();
        let steps = order::steps(
            &self.answers,
            written,
            guards,
            strict,
            &self.rules,
            &self.hindrances,
            &self.found,
        );
        self.finish(steps)
    }

    /// Lowers the targets of ports that policies cannot tell from others.
    fn spoil(&mut self, spoiled: &[Spoiled<'a>]) {
        for &(id, port, target, by) in spoiled {
            let Ok(at) = self.servers.binary_search_by_key(&id, |server| server.id) else {
                continue;
            };
            let decision = self.answers.resolution().decide(id, port);
            let own = self.servers[at].ports.entry(port).or_insert(targets::Port {
                decision,
                target: None,
            });
            own.target = Some(target);
            let hindrances = self.hindrances.entry((id, port)).or_default();
            hindrances.push(by);
        }
    }

    /// Leaves a namespace as it is.
    fn reserve(&mut self, namespace: NamespaceId) {
        let mesh = self.answers.mesh();
        for server in self
            .servers
            .iter_mut()
            .filter(|server| mesh.workload(server.id).namespace == namespace)
        {
            for (&port, own) in server.ports.iter_mut().filter(|(_, own)| own.turns_strict()) {
                own.target = Some(Target::Permissive);
                self.hindrances
                    .entry((server.id, port))
                    .or_default()
                    .push(Hindrance::Simulated);
            }
        }
    }

    /// What is written for the mesh as a whole: before anything turns STRICT, and in the end. Workloads of the root
    /// namespace obey no other policy, so that one that is hindered hinders the mesh.
    fn mesh_wide(&mut self) -> (Vec<PolicyChange>, Vec<PolicyChange>) {
        let mesh = self.answers.mesh();
        let policies = &mesh.policies;
        let in_force: BTreeSet<PolicyId> = match policies.first_read_by(policies.mesh_wide(), "default") {
            Some(winner) => contenders(&self.answers, winner, policies.mesh_wide(), "default")
                .into_iter()
                .collect(),
            None => BTreeSet::new(),
        };
        let of_root = |server: &&Server<'a>| mesh.root == Some(mesh.workload(server.id).namespace);
        let worst = self
            .servers
            .iter()
            .filter(of_root)
            .flat_map(|server| server.ports.values());
        let worst = worst
            .filter_map(|port| port.target)
            .max()
            .unwrap_or(Target::Strict);
        let (mut guards, mut strict) = (Vec::new(), Vec::new());
        if self.reserved.mesh {
            self.spoil_root(Target::Permissive);
            return (guards, strict);
        }
        for &id in &in_force {
            let before = PolicyManifest::of(policies[id].object);
            let is_disabled = before.mode() == Some(Mode::Disable.as_str());
            let open = if is_disabled && worst != Target::Disable {
                before.clone().with_mode(None, Mode::Permissive)
            } else {
                before.clone()
            };
            push(&mut guards, Some(before), &open, false);
            if worst == Target::Strict {
                let closed = open.clone().without_ports().with_mode(None, Mode::Strict);
                push(&mut strict, Some(open), &closed, false);
            }
        }
        if in_force.is_empty() && worst == Target::Strict {
            let root = Some(&*mesh.settings.root_namespace.value);
            let name = mesh.root.map_or_else(
                || "default".to_owned(),
                |root| super::what_if::free_name(mesh, root, "default", &[]),
            );
            let new = PolicyManifest::new(root, name).with_mode(None, Mode::Strict);
            push(&mut strict, None, &new, false);
        }
        self.spoil_root(worst);
        (guards, strict)
    }

    /// Lowers the targets of the root namespace to what all of it can have.
    fn spoil_root(&mut self, target: Target) {
        let mesh = self.answers.mesh();
        if target == Target::Strict {
            return;
        }
        let of_root = |server: &Server<'a>| mesh.root == Some(mesh.workload(server.id).namespace);
        let needs_it = |server: &&Server<'a>| {
            of_root(server) && server.ports.values().any(|port| port.target == Some(target))
        };
        let culprit = self.servers.iter().find(needs_it).map(|server| server.id);
        for server in self.servers.iter_mut().filter(|server| of_root(server)) {
            for (&port, own) in server.ports.iter_mut().filter(|(_, own)| own.turns_strict()) {
                own.target = Some(target);
                let by = culprit.map_or(Hindrance::Simulated, Hindrance::RootNamespace);
                self.hindrances.entry((server.id, port)).or_default().push(by);
            }
        }
    }

    fn finish(self, steps: Vec<Step<'a>>) -> Plan<'a> {
        let (mesh, resolution) = (self.answers.mesh(), self.answers.resolution());
        let lasting = self.hindrances.iter().flat_map(|(&(workload, port), all)| {
            all.iter().map(move |&by| Hindered {
                workload,
                port,
                by,
                removed_by: None,
            })
        });
        let removed = self.found.iter().filter_map(|known| {
            let rule = &removed_by(&self.rules, known)?.rule.meta;
            let is_step = |step: &&Step<'_>| matches!(&step.kind, StepKind::Rule(change) if change.rule.meta.span == rule.span);
            Some(Hindered {
                workload: known.server,
                port: Some(known.port),
                by: Hindrance::Known(*known),
                removed_by: steps.iter().find(is_step).map(|step| step.number),
            })
        });
        let mut hindrances: Vec<Hindered<'a>> = lasting.chain(removed).collect();
        hindrances.sort_by_key(|hindered| (hindered.workload, hindered.port));
        let ports = || {
            self.servers.iter().flat_map(|server| {
                server
                    .ports
                    .iter()
                    .map(move |(&port, own)| (server.id, port, own))
            })
        };
        let stays = ports().filter_map(|(id, port, own)| {
            let target = own.target.filter(|target| *target != Target::Strict)?;
            Some((id, port, target))
        });
        let stays: Vec<(WorkloadId, Option<u16>, Target)> = stays.collect();
        let count = |mode_of: &dyn Fn(&targets::Port<'_>) -> Option<Mode>| {
            let mut counts = [0; 3];
            for (_, _, own) in ports().filter(|(_, _, own)| own.decision.mode.is_some()) {
                match mode_of(own) {
                    Some(Mode::Strict) => counts[0] += 1,
                    Some(Mode::Permissive) => counts[1] += 1,
                    Some(Mode::Disable) => counts[2] += 1,
                    None => {}
                }
            }
            counts
        };
        let is_outside = |id: WorkloadId| resolution.workload(id).enrolment.plane == DataPlane::None;
        let bypasses = ports().filter(|(id, _, own)| own.decision.mode.is_none() && !is_outside(*id));
        let bypasses = bypasses.map(|(id, port, own)| (id, port, own.decision.bypass));
        let mode = |id: PolicyId| mesh.policies[id].object.spec.mode().map(|mode| mode.value);
        let mesh_mode = mesh
            .policies
            .first_read_by(mesh.policies.mesh_wide(), "default")
            .and_then(mode);
        let is_mesh_step = |step: &Step<'_>| matches!(step.kind, StepKind::Mesh);
        let given: BTreeSet<NamespaceId> = self
            .servers
            .iter()
            .map(|server| mesh.workload(server.id).namespace)
            .collect();
        let untouched = mesh.policies.iter().filter(|(id, policy)| {
            let is_open = mode(*id).is_some_and(|mode| mode != Mode::Strict);
            is_open && mesh.root != Some(policy.namespace) && !given.contains(&policy.namespace)
        });
        Plan {
            outside: mesh
                .workloads()
                .map(|(id, _)| id)
                .filter(|&id| is_outside(id))
                .collect(),
            bypasses: bypasses.collect(),
            turning: self
                .servers
                .iter()
                .filter(|server| server.turns_strict())
                .map(|server| server.id)
                .collect(),
            stays,
            is_mesh_strict: mesh_mode == Some(Mode::Strict) || steps.iter().any(is_mesh_step),
            untouched: untouched.map(|(id, _)| id).collect(),
            today: count(&|port| port.decision.mode),
            after: count(&|port| port.target.map(Target::mode)),
            hindrances,
            steps,
            answers: self.answers,
        }
    }
}

/// The change of a rule that removes what hinders.
fn removed_by<'c, 'a>(rules: &'c [RuleChange<'a>], known: &Known<'a>) -> Option<&'c RuleChange<'a>> {
    let Caller::Rule { tls, .. } = known.caller else {
        return None;
    };
    rules.iter().find(|change| change.spans.contains(&tls.span()))
}
