//! Which connections have another outcome.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::of_connection;
use super::sides::Sides;
use super::views::{ViewId, Views};
use super::{
    Answer, Cause, Change, ChangeKind, Clients, ConnectionChange, EndpointName, Evidence, NAMED, Path,
    Protection, Side, Subject, WorkloadName,
};
use crate::finding::Assumptions;
use crate::hash::HashMap;
use crate::matrix::{EndpointClass, Row};
use crate::mesh::{Mesh, ServiceId, WorkloadId};
use crate::resolve::client::EndpointPlace;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::destination::TlsSetting;
use crate::source::Span;

/// The changes of a service that both sides have.
pub(super) fn compare<'a>(
    sides: &Sides<'a>,
    (base, head): (Option<ServiceId>, Option<ServiceId>),
) -> Vec<Change<'a>> {
    let Some((base, head)) = base.zip(head) else {
        return Vec::new();
    };
    let ports = |rows: &[Row<'_, '_>]| rows.iter().map(|row| row.port).collect::<BTreeSet<u16>>();
    let before = ports(sides.base.rows(base));
    let after = ports(sides.head.rows(head));
    let both = before.intersection(&after);
    both.flat_map(|&port| ServicePort::new(sides, base, head, port).changes())
        .collect()
}

/// An endpoint that both sides may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Spot<'a> {
    /// The workload of that number.
    Workload(u32),
    Address(&'a str),
}

/// What somebody sees of an endpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) path: Path<'a>,
    pub(super) row: &'a Row<'a, 'a>,
    pub(super) class: &'a EndpointClass<'a>,
    pub(super) endpoint: Option<WorkloadId>,
    answer: Answer,
}

impl<'a> Seen<'a> {
    /// The setting of a rule that decides what is sent, where one does.
    pub(super) fn setting(&self) -> Option<TlsSetting<'a>> {
        self.class.sent.setting(&self.row.cluster.reason)
    }
}

type Sight<'a> = BTreeMap<(Path<'a>, Spot<'a>), Seen<'a>>;

/// What changes for those who see something before and something after.
struct Delta<'a> {
    kind: ChangeKind,
    path: Path<'a>,
    spots: Vec<Spot<'a>>,
    base: Option<Seen<'a>>,
    head: Option<Seen<'a>>,
}

/// Who sees a pair of views.
#[derive(Default)]
struct Audience<'a> {
    /// Atoms, by their indexes.
    atoms: Vec<usize>,
    any_sidecar_in: Vec<Option<&'a str>>,
}

/// What one change is about; the clients of equal ones are put together.
type Key<'a> = (
    ChangeKind,
    Path<'a>,
    Vec<EndpointName<'a>>,
    Option<Answer>,
    Option<Answer>,
    [Option<DataPlane>; 2],
    Option<(Side, Span)>,
    Shown,
);

/// What shows that a connection is made, where nobody is told to make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// Nothing.
    Nothing,
    /// Every proxy makes it; the rule that they follow, where it matters.
    ByProxies(Option<Span>),
}

/// A change whose clients are still being gathered.
struct Gathered<'a> {
    cause: Option<Cause<'a>>,
    evidence: Evidence<'a>,
    rests_on: Assumptions,
    views: Vec<(ViewId, ViewId)>,
}

/// A service port that both sides have.
struct ServicePort<'s, 'a> {
    sides: &'s Sides<'a>,
    base: ServiceId,
    head: ServiceId,
    port: u16,
    before: Views<'s, 'a>,
    after: Views<'s, 'a>,
}

impl<'s, 'a> ServicePort<'s, 'a> {
    fn new(sides: &'s Sides<'a>, base: ServiceId, head: ServiceId, port: u16) -> Self {
        ServicePort {
            before: Views::new(sides.base.rows_of_port(base, port), sides.base.answers.groups),
            after: Views::new(sides.head.rows_of_port(head, port), sides.head.answers.groups),
            sides,
            base,
            head,
            port,
        }
    }

    fn changes(mut self) -> Vec<Change<'a>> {
        let audiences = self.audiences();
        let mut gathered: BTreeMap<Key<'a>, Gathered<'a>> = BTreeMap::new();
        for (&views, audience) in &audiences {
            for delta in self.deltas(views) {
                let example = audience
                    .atoms
                    .first()
                    .map(|&atom| self.sides.atoms[atom].members[0]);
                let cause = of_connection(self.sides, example, delta.base.as_ref(), delta.head.as_ref());
                let found = gathered
                    .entry(self.key(&delta, cause))
                    .or_insert_with(|| Gathered {
                        cause,
                        evidence: delta.evidence(),
                        rests_on: Assumptions::NONE,
                        views: Vec::new(),
                    });
                for seen in [&delta.base, &delta.head].into_iter().flatten() {
                    found.rests_on |= rests_on(seen);
                }
                found.views.push(views);
            }
        }
        let changes = gathered
            .into_iter()
            .flat_map(|(key, found)| self.changes_of(&key, &found, &audiences));
        changes.collect()
    }

    /// Everybody, by what they see before and after.
    fn audiences(&mut self) -> BTreeMap<(ViewId, ViewId), Audience<'a>> {
        let mut audiences: BTreeMap<(ViewId, ViewId), Audience<'a>> = BTreeMap::new();
        for (index, atom) in self.sides.atoms.iter().enumerate() {
            let views = (self.before.of_group(atom.base), self.after.of_group(atom.head));
            audiences.entry(views).or_default().atoms.push(index);
        }
        let base: &Mesh<'a> = self.sides.base.answers.mesh();
        let head: &Mesh<'a> = self.sides.head.answers.mesh();
        let mut open: BTreeMap<&'a str, Option<&'a str>> = BTreeMap::new();
        for (mesh, views) in [(base, &self.before), (head, &self.after)] {
            let namespaces = views.open_namespaces().map(|id| &mesh.namespaces[id]);
            open.extend(namespaces.map(|namespace| (namespace.display_name(), namespace.name)));
        }
        for (shown, name) in open {
            let views = (
                self.before.of_any_sidecar(base.namespaces.find_own(name)),
                self.after.of_any_sidecar(head.namespaces.find_own(name)),
            );
            audiences
                .entry(views)
                .or_default()
                .any_sidecar_in
                .push(Some(shown));
        }
        let elsewhere = (self.before.of_any_sidecar(None), self.after.of_any_sidecar(None));
        audiences.entry(elsewhere).or_default().any_sidecar_in.push(None);
        audiences
    }

    /// What changes between two views.
    fn deltas(&self, (before, after): (ViewId, ViewId)) -> Vec<Delta<'a>> {
        let base = self.sight(Side::Base, self.before.rows(before));
        let head = self.sight(Side::Head, self.after.rows(after));
        let (best_before, best_after) = (best(&base), best(&head));
        let (worked, works) = (works(&base), works(&head));
        let mut deltas = Deltas::default();
        for (&(path, spot), seen) in &head {
            let before = base
                .get(&(path, spot))
                .or_else(|| best_before.get(&spot).copied());
            // That a new endpoint refuses what the others take fails some of the requests.
            if before.is_some() || worked {
                deltas.add(path, spot, before, Some(seen));
            }
        }
        let gone = base.iter().filter(|(key, _)| !head.contains_key(key));
        for (&(path, spot), seen) in gone {
            let after = best_after.get(&spot).copied();
            if after.is_some() || works {
                deltas.add(path, spot, Some(seen), after);
            }
        }
        deltas.found
    }

    /// Every endpoint behind some rows, once for each way.
    fn sight(&self, side: Side, rows: impl Iterator<Item = &'a Row<'a, 'a>>) -> Sight<'a> {
        let mesh: &'a Mesh<'a> = self.sides.state(side).answers.mesh();
        let mut sight = Sight::new();
        for row in rows {
            let leads_to = row.route.map(|_| row.target());
            let path = Path {
                subset: row.subset,
                leads_to: leads_to.map(|(service, port)| (&*mesh.service(service).host, port)),
            };
            for class in row.endpoints.iter() {
                for endpoint in &class.endpoints {
                    let (spot, endpoint) = match endpoint.place {
                        EndpointPlace::Workload(id) => {
                            (Spot::Workload(self.sides.number(side, id)), Some(id))
                        }
                        EndpointPlace::Listed(entry) => {
                            let address = entry.address.as_ref().map_or("unknown", |address| &address.value);
                            (Spot::Address(address), None)
                        }
                        EndpointPlace::Address(address) => (Spot::Address(address), None),
                        EndpointPlace::Host => (Spot::Address(&mesh.service(row.target().0).host), None),
                    };
                    let seen = Seen {
                        path,
                        row,
                        class,
                        endpoint,
                        answer: Answer {
                            outcome: class.outcome,
                            wire: class.sent.wire,
                            arriving: class.sent.arriving(),
                        },
                    };
                    let known = sight.entry((path, spot)).or_insert(seen);
                    if seen.answer.protection() < known.answer.protection() {
                        *known = seen;
                    }
                }
            }
        }
        sight
    }

    fn key(&self, delta: &Delta<'a>, cause: Option<Cause<'a>>) -> Key<'a> {
        let name = |spot: &Spot<'a>| match *spot {
            Spot::Workload(number) => self.sides.name(number).map(EndpointName::Workload),
            Spot::Address(address) => Some(EndpointName::Address(address)),
        };
        let mut endpoints: Vec<EndpointName<'a>> = delta.spots.iter().filter_map(name).collect();
        endpoints.sort_unstable();
        (
            delta.kind,
            delta.path,
            endpoints,
            delta.base.map(|seen| seen.answer),
            delta.head.map(|seen| seen.answer),
            [delta.base, delta.head].map(|seen| seen.map(|seen| seen.row.client.plane)),
            cause.map(|cause| (cause.side, cause.span)),
            match delta.evidence() {
                Evidence::Told | Evidence::Nothing => Shown::Nothing,
                Evidence::EveryProxy => Shown::ByProxies(None),
                Evidence::Rule(_, tls) => Shown::ByProxies(Some(tls.span())),
            },
        )
    }

    /// The change of those who are known to connect, and apart from it that of those of whom nothing shows it.
    fn changes_of(
        &self,
        key: &Key<'a>,
        found: &Gathered<'a>,
        audiences: &BTreeMap<(ViewId, ViewId), Audience<'a>>,
    ) -> Vec<Change<'a>> {
        let audiences: Vec<&Audience<'a>> = found
            .views
            .iter()
            .filter_map(|pair| audiences.get(pair))
            .collect();
        let any = audiences.iter().flat_map(|audience| &audience.any_sidecar_in);
        let mut any_sidecar_in: Vec<Option<&'a str>> = any.copied().collect();
        any_sidecar_in.sort_unstable();
        let atoms = audiences.iter().flat_map(|audience| &audience.atoms);
        let members = atoms.flat_map(|&atom| &self.sides.atoms[atom].members).copied();
        let told = self.told(&found.views);
        if found.evidence.is_known() {
            let clients = Clients {
                any_sidecar_in,
                ..self.clients(members.collect(), told)
            };
            return vec![self.change(key, found, clients, found.evidence)];
        }
        // Those who are told stand in the order of their ids.
        let is_told = |id: &WorkloadId| told.binary_search_by_key(id, |(caller, ..)| *caller).is_ok();
        let (callers, others): (Vec<WorkloadId>, Vec<WorkloadId>) = members.partition(is_told);
        let mut changes = Vec::new();
        if !callers.is_empty() {
            let clients = self.clients(callers, told);
            changes.push(self.change(key, found, clients, Evidence::Told));
        }
        if !others.is_empty() || !any_sidecar_in.is_empty() {
            let clients = Clients {
                any_sidecar_in,
                ..self.clients(others, Vec::new())
            };
            changes.push(self.change(key, found, clients, Evidence::Nothing));
        }
        changes
    }

    fn change(
        &self,
        (kind, path, endpoints, before, after, ..): &Key<'a>,
        found: &Gathered<'a>,
        clients: Clients<'a>,
        evidence: Evidence<'a>,
    ) -> Change<'a> {
        let connection = ConnectionChange {
            clients,
            host: &self.sides.head.answers.mesh().service(self.head).host,
            port: self.port,
            path: *path,
            endpoints: endpoints.clone(),
            before: *before,
            after: *after,
            evidence,
        };
        Change {
            kind: *kind,
            context: self.sides.context(),
            subject: Subject::Connection(Box::new(connection)),
            cause: found.cause,
            rests_on: found.rests_on,
        }
    }

    /// Given clients, by their ids in the head.
    fn clients(&self, mut members: Vec<WorkloadId>, told: Vec<Told>) -> Clients<'a> {
        let given = members.len();
        // The ids are in the order of names.
        if given > NAMED {
            members.select_nth_unstable(NAMED);
            members.truncate(NAMED);
        }
        members.sort_unstable();
        let mesh = self.sides.head.answers.mesh();
        let told = told.into_iter().take(NAMED);
        Clients {
            named: members.iter().map(|&id| WorkloadName::of(mesh, id)).collect(),
            given,
            any_sidecar_in: Vec::new(),
            told: told
                .map(|(id, side, span)| (WorkloadName::of(mesh, id), side, span))
                .collect(),
        }
    }

    /// Those among the clients who are told to call the port, now or before, by their ids in the head.
    fn told(&self, views: &[(ViewId, ViewId)]) -> Vec<Told> {
        let sides = self.sides;
        let of_side = |side, service| {
            let calls = sides.state(side).answers.callers.calls.to(service, self.port);
            calls.map(move |(id, call)| (sides.number(side, id), side, call.span))
        };
        let of_head = of_side(Side::Head, self.head);
        let of_base = of_side(Side::Base, self.base);
        let mut told: Vec<Told> = Vec::new();
        for (number, side, span) in of_head.chain(of_base) {
            let (Some(base), Some(head)) = sides.workloads.all[number as usize] else {
                continue;
            };
            let before = self.before.of_group(sides.base.answers.groups.group_of(base));
            let after = self.after.of_group(sides.head.answers.groups.group_of(head));
            if views.contains(&(before, after)) {
                told.push((head, side, span));
            }
        }
        told.sort_unstable();
        // One place is enough; that of the head comes last.
        told.reverse();
        told.dedup_by_key(|(id, ..)| *id);
        told.reverse();
        told
    }
}

/// Who is told to call, and where.
type Told = (WorkloadId, Side, Span);

impl<'a> Delta<'a> {
    /// What shows that the connection is made, where nobody is told to make it: what proxies do because of the service
    /// concerns everybody who uses it. The rule is that of the worse side.
    fn evidence(&self) -> Evidence<'a> {
        let (base, head) = ((Side::Base, self.base.as_ref()), (Side::Head, self.head.as_ref()));
        let worse_first = if self.kind.is_loss() {
            [head, base]
        } else {
            [base, head]
        };
        let mut sides = worse_first
            .into_iter()
            .filter_map(|(side, seen)| Some((side, seen?)));
        let is_of_service = |(_, seen): (Side, &Seen<'_>)| seen.row.cluster.reason.is_of_service();
        if !sides.clone().all(is_of_service) {
            return Evidence::Nothing;
        }
        let worse = sides.next();
        let rule = worse.and_then(|(side, seen)| Some(Evidence::Rule(side, seen.setting()?)));
        rule.unwrap_or(Evidence::EveryProxy)
    }
}

/// What a sight rests on.
fn rests_on(seen: &Seen<'_>) -> Assumptions {
    let server = seen
        .class
        .server
        .map(|server| server.rests_on)
        .unwrap_or_default();
    seen.row.cluster.rests_on | seen.class.sent.rests_on | server
}

/// The best way to each endpoint.
fn best<'s, 'a>(sight: &'s Sight<'a>) -> HashMap<Spot<'a>, &'s Seen<'a>> {
    let mut best: HashMap<Spot<'a>, &'s Seen<'a>> = HashMap::default();
    for ((_, spot), seen) in sight {
        let known = best.entry(*spot).or_insert(seen);
        if seen.answer.protection() > known.answer.protection() {
            *known = seen;
        }
    }
    best
}

fn works(sight: &Sight<'_>) -> bool {
    sight
        .values()
        .any(|seen| seen.answer.protection() > Protection::Refused)
}

/// Changes between two sights, those of endpoints that are alike together.
#[derive(Default)]
struct Deltas<'a> {
    found: Vec<Delta<'a>>,
}

impl<'a> Deltas<'a> {
    fn add(&mut self, path: Path<'a>, spot: Spot<'a>, base: Option<&Seen<'a>>, head: Option<&Seen<'a>>) {
        let protection = |seen: Option<&Seen<'a>>| seen.map(|seen| seen.answer.protection());
        let Some(kind) = kind(protection(base), protection(head)) else {
            return;
        };
        let class = |seen: Option<&Seen<'a>>| seen.map(|seen| std::ptr::from_ref(seen.class));
        let is_same = |delta: &Delta<'a>| {
            delta.kind == kind
                && class(delta.base.as_ref()) == class(base)
                && class(delta.head.as_ref()) == class(head)
        };
        // One way in the place of another one is one change, seen from both ends.
        if self
            .found
            .iter()
            .any(|delta| is_same(delta) && delta.spots.contains(&spot))
        {
            return;
        }
        let mut known = self.found.iter_mut();
        match known.find(|delta| delta.path == path && is_same(delta)) {
            Some(delta) => delta.spots.push(spot),
            None => self.found.push(Delta {
                kind,
                path,
                spots: vec![spot],
                base: base.copied(),
                head: head.copied(),
            }),
        }
    }
}

/// What it means that a connection was protected so and is so now; `None` where the endpoint is not there.
fn kind(before: Option<Protection>, after: Option<Protection>) -> Option<ChangeKind> {
    match (before, after) {
        (before, after) if before == after => None,
        (_, Some(Protection::Refused)) => Some(ChangeKind::Refused),
        (Some(Protection::Refused), _) => Some(ChangeKind::Gained),
        // What is new or gone without being refused is no change of a connection.
        (None, _) | (_, None) => None,
        (_, Some(Protection::Plaintext)) => Some(ChangeKind::Plaintext),
        (Some(Protection::Identity), Some(Protection::Encrypted)) => Some(ChangeKind::IdentityLost),
        _ => Some(ChangeKind::Strengthened),
    }
}
