//! What depends on which policy counts: the modes that each of them would give.

use super::Facts;
use super::rivals::{Contest, Contested, Rivals};
use crate::finding::Assumptions;
use crate::mesh::{PolicyId, WorkloadId};
use crate::model::peer_authentication::Mode;
use crate::resolve::capture::is_proxy_port;
use crate::resolve::compose::{self, Chosen};
use crate::resolve::dataplane::DataPlane;

/// Modes that differ by which policy counts.
#[derive(Debug)]
pub(super) struct Stake {
    /// Of what.
    pub over: Contested,
    /// The policies that compete, oldest first.
    pub policies: Vec<PolicyId>,
    /// What differs: at least one.
    pub places: Vec<Place>,
    /// What it rests on that a mode is in force there at all.
    pub rests_on: Assumptions,
}

/// One place whose mode differs.
#[derive(Debug)]
pub(super) struct Place {
    /// The port of a workload; none for everything that nothing lists.
    pub port: Option<u16>,
    /// The mode under each policy, in their order.
    pub modes: Vec<Mode>,
}

/// The first contest in which modes differ, one in which they certainly are in force before others; `None` if
/// every order gives the same.
pub(super) fn find(facts: &Facts<'_>, rivals: &Rivals) -> Option<Stake> {
    let mut uncertain = None;
    for contest in &rivals.contests {
        match of_contest(facts, contest) {
            Some(stake) if stake.rests_on.is_empty() => return Some(stake),
            stake => uncertain = uncertain.or(stake),
        }
    }
    uncertain
}

fn of_contest(facts: &Facts<'_>, contest: &Contest) -> Option<Stake> {
    match contest.over {
        Contested::Mesh => of_level(facts, contest, |id| Chosen {
            mesh: Some(id),
            ..Chosen::default()
        }),
        Contested::Namespace(namespace) => {
            let revision = facts.mesh.policies[contest.policies[0]]
                .revision()
                .unwrap_or("default");
            let chosen = compose::choose(facts.mesh, namespace, revision, &[], &mut ());
            of_level(facts, contest, |id| Chosen {
                namespace: Some(id),
                ..chosen
            })
        }
        Contested::Workload(workload) => of_workload(facts, contest, workload),
    }
}

fn of_level(facts: &Facts<'_>, contest: &Contest, with: impl Fn(PolicyId) -> Chosen) -> Option<Stake> {
    let mode = |&id: &PolicyId| with(id).overall(&facts.mesh.policies, &mut ()).mode;
    let place = Place {
        port: None,
        modes: contest.policies.iter().map(mode).collect(),
    };
    Stake::of(contest, vec![place], Assumptions::NONE)
}

fn of_workload(facts: &Facts<'_>, contest: &Contest, workload: WorkloadId) -> Option<Stake> {
    let enrolment = &facts.resolution.workload(workload).enrolment;
    let is_followed = matches!(
        enrolment.plane,
        DataPlane::Sidecar | DataPlane::Ambient | DataPlane::Proxyless
    );
    if !is_followed && enrolment.rests_on.is_empty() {
        return None;
    }
    let policies = &facts.mesh.policies;
    let chosen = facts.resolution.choose(workload, &mut ());
    let mode = |id, port: Option<u16>| {
        let chosen = Chosen {
            workload: Some(id),
            ..chosen
        };
        let overall = chosen.overall(policies, &mut ());
        let decided = port.map_or(overall, |port| chosen.on_port(policies, overall, port, &mut ()));
        match decided.mode {
            // ztunnel knows no plaintext-only ports.
            Mode::Disable if enrolment.plane == DataPlane::Ambient => Mode::Permissive,
            mode => mode,
        }
    };
    let ports = facts.resolution.declared_ports(workload).into_iter();
    let ports = ports.filter(|&port| !is_proxy_port(port)).map(Some);
    let places = [None].into_iter().chain(ports).map(|port| Place {
        port,
        modes: contest.policies.iter().map(|&id| mode(id, port)).collect(),
    });
    Stake::of(contest, places.collect(), enrolment.rests_on)
}

impl Stake {
    /// Keeps the places that differ, ports only where they differ otherwise than everything else.
    fn of(contest: &Contest, mut places: Vec<Place>, rests_on: Assumptions) -> Option<Stake> {
        let overall = places[0].modes.clone();
        places.retain(|place| place.differs() && (place.port.is_none() || place.modes != overall));
        (!places.is_empty()).then(|| Stake {
            over: contest.over,
            policies: contest.policies.clone(),
            places,
            rests_on,
        })
    }
}

impl Place {
    fn differs(&self) -> bool {
        self.modes.iter().any(|mode| *mode != self.modes[0])
    }

    /// The modes, each once: `PERMISSIVE or STRICT`.
    pub(super) fn alternatives(&self) -> String {
        let mut modes = self.modes.clone();
        modes.sort_unstable();
        modes.dedup();
        let modes: Vec<&str> = modes.into_iter().map(Mode::as_str).collect();
        modes.join(" or ")
    }
}
