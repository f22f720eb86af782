//! The policies that bring a namespace's ports to their targets: one for the whole namespace wherever its workloads
//! allow that, exceptions for single workloads beside it, and policies for single workloads where nothing can be told
//! of the namespace as a whole. A policy that is in force is edited under its own name: a new one beside it would be
//! younger and lose.

use std::collections::{BTreeMap, BTreeSet};

use super::selections::{Selection, Selections};
use super::targets::{Hindrance, Server, Target};
use crate::matrix::Answers;
use crate::mesh::{NamespaceId, PolicyId, WorkloadId};
use crate::model::account::{EXPIRES, OWNER, REASON};
use crate::model::peer_authentication::Mode;
use crate::posture::what_if::{PolicyManifest, free_name};
use crate::resolve::dataplane::DataPlane;

/// A policy that is written: anew, or in the place of one that exists.
#[derive(Debug, Clone)]
pub struct PolicyChange {
    /// As it is before; `None` for a new one.
    pub before: Option<PolicyManifest>,
    /// As it is written.
    pub after: PolicyManifest,
    /// Whether it lets plaintext in somewhere.
    pub is_exception: bool,
}

/// A port that gets less than its target.
pub(super) type Spoiled<'a> = (WorkloadId, Option<u16>, Target, Hindrance<'a>);

/// What is written for a namespace.
#[derive(Debug, Default)]
pub(super) struct Written<'a> {
    /// What keeps everything working, before anything turns STRICT.
    pub(super) guards: Vec<PolicyChange>,
    /// What turns the namespace STRICT, exceptions first.
    pub(super) strict: Vec<PolicyChange>,
    /// Ports that get less than their target, and why.
    pub(super) spoiled: Vec<Spoiled<'a>>,
}

/// What one policy says for the workloads that it is for: the least that any of them needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goal {
    pub(super) overall: Target,
    pub(super) ports: BTreeMap<u16, Target>,
}

impl Goal {
    pub(super) fn of<'s, 'a: 's>(servers: impl Iterator<Item = &'s Server<'a>>) -> Goal {
        let mut goal = Goal {
            overall: Target::Strict,
            ports: BTreeMap::new(),
        };
        for server in servers {
            for (port, target) in &server.ports {
                let Some(target) = target.target else { continue };
                let own = match port {
                    Some(port) => goal.ports.entry(*port).or_insert(target),
                    None => &mut goal.overall,
                };
                *own = target.max(*own);
            }
        }
        goal
    }

    pub(super) fn on(&self, port: Option<u16>) -> Target {
        let own = port.and_then(|port| self.ports.get(&port));
        own.copied().unwrap_or(self.overall)
    }

    fn is_exception(&self) -> bool {
        self.overall != Target::Strict || self.ports.values().any(|target| *target != Target::Strict)
    }

    /// A policy that says it: of every port aloud, or leaving STRICT to the namespace.
    fn write(&self, policy: PolicyManifest, aloud: bool) -> PolicyManifest {
        let mut policy = policy.without_ports();
        if aloud || self.overall != Target::Strict {
            policy = policy.with_mode(None, self.overall.mode());
        }
        for (&port, target) in self.ports.iter().filter(|(_, target)| **target != self.overall) {
            policy = policy.with_mode(Some(port), target.mode());
        }
        if self.is_exception() {
            documented(policy)
        } else {
            policy
        }
    }

    /// The same before anything turns STRICT: DISABLE only where it has to stay, and no port stricter than it is.
    fn guard(&self, policy: PolicyManifest) -> PolicyManifest {
        let mut policy = policy;
        if self.overall == Target::Disable {
            policy = policy.with_mode(None, Mode::Disable);
        } else if policy.mode() == Some(Mode::Disable.as_str()) {
            policy = policy.with_mode(None, Mode::Permissive);
        }
        for (&port, &target) in &self.ports {
            let said = said(&policy, port);
            let is_disabled = said == Some(Mode::Disable.as_str());
            if target == Target::Disable && !is_disabled {
                policy = policy.with_mode(Some(port), Mode::Disable);
            } else if target != Target::Disable && is_disabled {
                policy = policy.with_mode(Some(port), Mode::Permissive);
            }
        }
        policy
    }

    /// Whether a policy comes to it where the levels above say `parent`.
    fn is_said_by(&self, policy: &PolicyManifest, parent: Mode) -> bool {
        let overall = policy
            .mode()
            .filter(|mode| *mode != UNSET)
            .unwrap_or(parent.as_str());
        let on = |port| said(policy, port).unwrap_or(parent.as_str());
        let listed = policy.port_modes().map(|(port, _)| port);
        let mut ports = self.ports.keys().copied().chain(listed);
        overall == self.overall.mode().as_str()
            && ports.all(|port| on(port) == self.on(Some(port)).mode().as_str())
    }
}

const UNSET: &str = "UNSET";

/// What a policy says of a port by itself.
fn said(policy: &PolicyManifest, port: u16) -> Option<&'static str> {
    let of_port = policy
        .port_modes()
        .find(|(own, _)| *own == port)
        .map(|(_, mode)| mode);
    let said = |mode: &&str| *mode != UNSET;
    of_port.filter(said).or_else(|| policy.mode().filter(said))
}

fn documented(policy: PolicyManifest) -> PolicyManifest {
    policy.asking_for(REASON).asking_for(OWNER).asking_for(EXPIRES)
}

/// The policies of one namespace that is not the root namespace.
pub(super) struct Writer<'w, 'a> {
    answers: &'w Answers<'a>,
    namespace: NamespaceId,
    written: Written<'a>,
    /// New policies, whose names are taken.
    new: Vec<PolicyManifest>,
}

impl<'w, 'a> Writer<'w, 'a> {
    /// Writes what the servers of a namespace need.
    pub(super) fn write(
        answers: &'w Answers<'a>,
        namespace: NamespaceId,
        servers: &[&Server<'a>],
    ) -> Written<'a> {
        let mut writer = Writer {
            answers,
            namespace,
            written: Written::default(),
            new: Vec::new(),
        };
        let wide = writer.wide(servers);
        let (free, by_policy) = writer.split(servers);
        let turns_strict = servers.iter().any(|server| server.turns_strict());
        // Where every port that no policy of its own is for is an exception, the namespace is one.
        let is_exempt = !free.is_empty()
            && free
                .iter()
                .all(|server| server.overall() == Some(Target::Permissive));
        let is_base_strict = if is_exempt {
            false
        } else {
            writer.free(&free, &wide, turns_strict, writer.has_listeners(servers))
        };
        writer.edited(
            &by_policy,
            if is_base_strict {
                Mode::Strict
            } else {
                Mode::Permissive
            },
        );
        if turns_strict && is_base_strict {
            writer.whole(&wide, Mode::Strict);
        }
        // Clients of headless services go by what the namespace says: once that is no longer DISABLE they send mutual
        // TLS, which no server may refuse any more.
        writer
            .written
            .guards
            .sort_by_key(|change| !change.after.is_selecting());
        writer.written
    }

    /// The policies of the whole namespace that may be in force, and whether each control plane reads one.
    fn wide(&self, servers: &[&Server<'a>]) -> Wide {
        let policies = &self.answers.mesh().policies;
        let known = &policies.of_namespace(self.namespace).namespace_wide;
        let mut wide = Wide::default();
        for server in servers {
            let revision = self.answers.resolution().workload(server.id).revision;
            match policies.first_read_by(known, revision) {
                Some(winner) => wide
                    .in_force
                    .extend(contenders(self.answers, winner, known, revision)),
                None => wide.is_missing = true,
            }
        }
        wide
    }

    /// Servers without a policy of their own, and the others by every policy that may be theirs.
    fn split<'s>(
        &self,
        servers: &[&'s Server<'a>],
    ) -> (Vec<&'s Server<'a>>, BTreeMap<PolicyId, Vec<&'s Server<'a>>>) {
        let resolution = self.answers.resolution();
        let mut by_policy: BTreeMap<PolicyId, Vec<&Server<'a>>> = BTreeMap::new();
        let mut free = Vec::new();
        for &server in servers {
            let resolved = resolution.workload(server.id);
            match resolution.choose(server.id, &mut ()).workload {
                None => free.push(server),
                Some(winner) => {
                    for policy in contenders(self.answers, winner, &resolved.selecting, resolved.revision) {
                        by_policy.entry(policy).or_default().push(server);
                    }
                }
            }
        }
        (free, by_policy)
    }

    /// Edits policies of single workloads, whose workloads get what the one that needs most gets.
    fn edited(&mut self, by_policy: &BTreeMap<PolicyId, Vec<&Server<'a>>>, parent: Mode) {
        for (&policy, servers) in by_policy {
            let goal = Goal::of(servers.iter().copied());
            let before = PolicyManifest::of(self.answers.mesh().policies[policy].object);
            let has_listeners = servers
                .iter()
                .any(|server| self.plane(server) != DataPlane::Ambient);
            let guarded = if has_listeners {
                goal.guard(before.clone())
            } else {
                before.clone()
            };
            let after = if goal.is_said_by(&guarded, parent) || !is_open(servers) {
                guarded.clone()
            } else {
                goal.write(guarded.clone(), true)
            };
            let is_exception = goal.is_exception();
            push(&mut self.written.guards, Some(before), &guarded, is_exception);
            push(&mut self.written.strict, Some(guarded), &after, is_exception);
            self.spoil(servers, &goal);
        }
    }

    /// Writes what servers without a policy of their own need, and says whether the namespace as a whole can be
    /// STRICT.
    fn free(&mut self, free: &[&Server<'a>], wide: &Wide, turns_strict: bool, has_listeners: bool) -> bool {
        let needs_policy = |server: &&&Server<'a>| Goal::of(std::iter::once(**server)).is_exception();
        let special: Vec<&Server<'a>> = free.iter().filter(needs_policy).copied().collect();
        let selections = Selections::of(self.answers, free);
        match selections.select(&special) {
            Ok(selected) => {
                self.exceptions(selected);
                if has_listeners {
                    self.lift(wide);
                }
                true
            }
            Err(culprit) => {
                self.open(wide);
                if turns_strict {
                    let turning: Vec<&Server<'a>> = free
                        .iter()
                        .filter(|server| server.turns_strict())
                        .copied()
                        .collect();
                    let (selected, left) = selections.select_what_can_be(&turning);
                    self.singles(selected);
                    self.leave(&left, culprit);
                }
                false
            }
        }
    }

    /// New policies for exceptions; they say nothing of other ports, so that nothing turns STRICT before its time.
    fn exceptions(&mut self, selected: Vec<Selection<'_, 'a>>) {
        for selection in selected {
            let goal = Goal::of(selection.servers.iter().copied());
            let policy = self.new_policy(&selection);
            let written = goal.write(policy.clone(), false);
            // Beside a DISABLE that stays, STRICT has to be said aloud, when it is time.
            let guarded = if goal.overall == Target::Disable {
                documented(goal.guard(policy.with_mode(None, Mode::Disable)))
            } else {
                written.clone()
            };
            self.new.push(written.clone());
            push(&mut self.written.guards, None, &guarded, true);
            push(&mut self.written.strict, Some(guarded), &written, true);
            self.spoil(&selection.servers, &goal);
        }
    }

    /// New policies that turn single workloads STRICT.
    fn singles(&mut self, selected: Vec<Selection<'_, 'a>>) {
        for selection in selected {
            let goal = Goal::of(selection.servers.iter().copied());
            let written = goal.write(self.new_policy(&selection), true);
            self.new.push(written.clone());
            push(&mut self.written.strict, None, &written, goal.is_exception());
            self.spoil(&selection.servers, &goal);
        }
    }

    fn new_policy(&self, selection: &Selection<'_, 'a>) -> PolicyManifest {
        let mesh = self.answers.mesh();
        let wanted = mesh.workload(selection.servers[0].id).name();
        let name = free_name(mesh, self.namespace, wanted, &self.new);
        PolicyManifest::new(mesh.namespaces[self.namespace].name, name)
            .selecting(selection.labels.iter().copied())
    }

    /// Lets everything in that DISABLE lets in, and mutual TLS too.
    fn lift(&mut self, wide: &Wide) {
        let disabled: Vec<PolicyId> = wide
            .in_force
            .iter()
            .copied()
            .filter(|&id| self.is_disabled(id))
            .collect();
        for id in disabled {
            let before = PolicyManifest::of(self.answers.mesh().policies[id].object);
            let after = before.clone().with_mode(None, Mode::Permissive);
            push(&mut self.written.guards, Some(before), &after, false);
        }
    }

    /// Says aloud that the namespace is open, before the mesh turns STRICT.
    fn open(&mut self, wide: &Wide) {
        let mut changes = self.whole_changes(wide, Mode::Permissive);
        self.written.guards.append(&mut changes);
    }

    /// Sets the mode of the whole namespace.
    fn whole(&mut self, wide: &Wide, mode: Mode) {
        let mut changes = self.whole_changes(wide, mode);
        for change in &mut changes {
            // A guard may have been there already.
            let name = change.after.object_name();
            let guard = self
                .written
                .guards
                .iter()
                .find(|guard| guard.after.object_name() == name);
            if let Some(guard) = guard {
                change.before = Some(guard.after.clone());
            }
        }
        self.written.strict.append(&mut changes);
    }

    fn whole_changes(&self, wide: &Wide, mode: Mode) -> Vec<PolicyChange> {
        let mesh = self.answers.mesh();
        let is_exception = mode != Mode::Strict;
        let mut changes = Vec::new();
        for &id in &wide.in_force {
            let before = PolicyManifest::of(mesh.policies[id].object);
            let after = before.clone().without_ports().with_mode(None, mode);
            let after = if is_exception { documented(after) } else { after };
            push(&mut changes, Some(before), &after, is_exception);
        }
        if wide.is_missing {
            let name = free_name(mesh, self.namespace, "default", &self.new);
            let new = PolicyManifest::new(mesh.namespaces[self.namespace].name, name).with_mode(None, mode);
            let new = if is_exception { documented(new) } else { new };
            push(&mut changes, None, &new, is_exception);
        }
        changes
    }

    /// Notes which ports get less than they could, declared or not.
    fn spoil(&mut self, servers: &[&Server<'a>], goal: &Goal) {
        for server in servers {
            let listed = goal.ports.keys().copied().map(Some);
            let ports: BTreeSet<Option<u16>> = server.ports.keys().copied().chain(listed).collect();
            for port in ports {
                let own = server
                    .ports
                    .get(&port)
                    .map_or(server.overall(), |port| port.target);
                let given = goal.on(port);
                let needs_it = |other: &&&Server<'a>| {
                    other
                        .ports
                        .get(&port)
                        .is_some_and(|port| port.target == Some(given))
                };
                if own.is_some_and(|own| own < given)
                    && let Some(culprit) = servers.iter().find(needs_it)
                {
                    self.written
                        .spoiled
                        .push((server.id, port, given, Hindrance::Alike(culprit.id)));
                }
            }
        }
    }

    /// Leaves workloads as they are that nothing can select.
    fn leave(&mut self, left: &[&Server<'a>], culprit: WorkloadId) {
        for server in left {
            let open = server.ports.iter().filter(|(_, port)| port.turns_strict());
            let spoiled = open.map(|(&port, _)| {
                (
                    server.id,
                    port,
                    Target::Permissive,
                    Hindrance::Unselectable(culprit),
                )
            });
            self.written.spoiled.extend(spoiled);
        }
    }

    fn is_disabled(&self, id: PolicyId) -> bool {
        let mode = self.answers.mesh().policies[id].object.spec.mode();
        mode.is_some_and(|mode| mode.value == Mode::Disable)
    }

    fn plane(&self, server: &Server<'a>) -> DataPlane {
        self.answers.resolution().workload(server.id).enrolment.plane
    }

    fn has_listeners(&self, servers: &[&Server<'a>]) -> bool {
        servers
            .iter()
            .any(|server| self.plane(server) != DataPlane::Ambient)
    }
}

/// The policies of a whole namespace.
#[derive(Debug, Default)]
struct Wide {
    in_force: BTreeSet<PolicyId>,
    is_missing: bool,
}

/// Whether some port is not what it is to become.
fn is_open(servers: &[&Server<'_>]) -> bool {
    servers.iter().any(|server| {
        let mut ports = server.ports.values();
        ports.any(|port| {
            port.target
                .is_some_and(|target| port.decision.mode != Some(target.mode()))
        })
    })
}

/// The policy that counts, and those of which no timestamp tells that they do not.
pub(super) fn contenders(
    answers: &Answers<'_>,
    winner: PolicyId,
    known: &[PolicyId],
    revision: &str,
) -> Vec<PolicyId> {
    let policies = &answers.mesh().policies;
    let read = known
        .iter()
        .copied()
        .filter(|&id| policies[id].is_read_by(revision));
    let tied = read.filter(|&id| id != winner && !policies.is_ordered_by_time(winner, id));
    std::iter::once(winner).chain(tied).collect()
}

/// Adds a change, if it is one.
pub(super) fn push(
    changes: &mut Vec<PolicyChange>,
    before: Option<PolicyManifest>,
    after: &PolicyManifest,
    is_exception: bool,
) {
    if before.as_ref() != Some(after) {
        changes.push(PolicyChange {
            before,
            after: after.clone(),
            is_exception,
        });
    }
}
