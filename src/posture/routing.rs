//! Whom does a VirtualService lead where, and where does it take no part? Asked of the walk that the matrix
//! follows, class of clients by class; what becomes of the requests is read off the matrix.

use crate::matrix::{Answers, Row};
use crate::mesh::ServiceId;
use crate::model::Object;
use crate::model::virtual_service::VirtualService;
use crate::resolve::classes::{ClientClass, Members};
use crate::resolve::client::{ClusterReason, Led, Roots, RoutingPart};
use crate::resolve::dataplane::DataPlane;

/// A VirtualService whose clients are looked for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The VirtualService.
    pub object: &'a Object<VirtualService>,
    /// Itself, or those that delegate to it.
    pub roots: Roots<'a, 'a>,
}

/// What a VirtualService is to some of the clients of a service port.
#[derive(Debug)]
pub struct Leading<'a> {
    /// The service that is asked for.
    pub service: ServiceId,
    /// Its port.
    pub port: u16,
    /// The clients.
    pub clients: Vec<Members>,
    /// What it is to them.
    pub part: Part<'a>,
}

/// The part of a VirtualService in where requests go.
#[derive(Debug, Clone)]
pub enum Part<'a> {
    /// It leads to a service.
    Leads(Led<'a>, Option<&'a Row<'a, 'a>>),
    /// Its routes count, and lead to no service among the manifests.
    LeadsOut,
    /// It takes no part, or the one that delegates to it takes none.
    TakesNone {
        /// The VirtualService that is asked.
        root: &'a Object<VirtualService>,
        /// Its part.
        part: RoutingPart<'a>,
    },
    /// The client's proxy does not know the service, so that no route is looked at.
    Unknown,
}

impl<'a> Asked<'a> {
    /// The VirtualService of that index in its mesh.
    pub fn of(answers: &Answers<'a>, index: usize) -> Option<Asked<'a>> {
        let &(object, _) = answers.mesh().virtual_services.get(index)?;
        Some(Asked {
            object,
            roots: answers.senders.roots_of(object),
        })
    }

    /// What it is to the clients of every service port that it is asked for. Gateways are left out: what they
    /// route is asked of them from outside.
    pub fn leadings(&self, answers: &Answers<'a>) -> Vec<Leading<'a>> {
        let mesh = answers.mesh();
        let mut found = Vec::new();
        let by_service = answers.matrix.services();
        for rows in by_service {
            let id = rows[0].service;
            let concrete = mesh.alias_of(id).unwrap_or(id);
            if self.roots.about(mesh.service(concrete)).next().is_none() {
                continue;
            }
            let mut classes = answers.groups.classes(answers.senders, id);
            classes.retain(|class| {
                !matches!(
                    class.client.plane,
                    DataPlane::None | DataPlane::Gateway | DataPlane::Waypoint
                )
            });
            for rows in rows.chunk_by(|one, other| one.port == other.port) {
                let asked = Port {
                    asked: self,
                    answers,
                    concrete,
                    rows,
                };
                let start = found.len();
                for class in &classes {
                    asked.add(class, start, &mut found);
                }
            }
        }
        found
    }
}

/// One service port.
struct Port<'p, 'a> {
    asked: &'p Asked<'a>,
    answers: &'p Answers<'a>,
    /// The service that answers.
    concrete: ServiceId,
    /// The rows of the port.
    rows: &'a [Row<'a, 'a>],
}

impl<'a> Port<'_, 'a> {
    /// Adds a class of clients to those behind `start` for whom the VirtualService is the same.
    fn add(&self, class: &ClientClass<'a, 'a>, start: usize, found: &mut Vec<Leading<'a>>) {
        for part in self.parts(class) {
            let clients = class.members.iter().cloned();
            match found[start..].iter_mut().find(|known| known.part.is_like(&part)) {
                Some(known) => known.clients.extend(clients),
                None => found.push(Leading {
                    service: self.rows[0].service,
                    port: self.rows[0].port,
                    clients: clients.collect(),
                    part,
                }),
            }
        }
    }

    fn parts(&self, class: &ClientClass<'a, 'a>) -> Vec<Part<'a>> {
        let whole = self.row(class, |row| row.route.is_none() && row.subset.is_none());
        let is_unknown = whole.is_some_and(|row| {
            matches!(
                row.cluster.reason,
                ClusterReason::Excluded(_) | ClusterReason::Unknown(_) | ClusterReason::UnknownAlias
            )
        });
        if is_unknown {
            return vec![Part::Unknown];
        }
        let Asked { object, roots } = self.asked;
        let port = self.rows[0].port;
        let service = self.answers.mesh().service(self.concrete);
        let of_root = |root: &'a Object<VirtualService>| {
            let senders = self.answers.senders;
            match senders.routing_part(class.client, self.concrete, port, root) {
                RoutingPart::Leads(mut led) => {
                    led.retain(|led| !roots.is_delegate || std::ptr::eq(led.route.object, *object));
                    self.leads(class, root, &led)
                }
                other => vec![Part::TakesNone { root, part: other }],
            }
        };
        roots.about(service).flat_map(of_root).collect()
    }

    fn leads(
        &self,
        class: &ClientClass<'a, 'a>,
        root: &'a Object<VirtualService>,
        led: &[Led<'a>],
    ) -> Vec<Part<'a>> {
        if led.is_empty() {
            return vec![if self.asked.roots.is_delegate {
                Part::TakesNone {
                    root,
                    part: RoutingPart::NoRoute,
                }
            } else {
                Part::LeadsOut
            }];
        }
        let with_row = |led: &Led<'a>| Part::Leads(*led, self.row(class, |row| is_of(row, led)));
        led.iter().map(with_row).collect()
    }

    /// The row of the clients for which something holds.
    fn row(
        &self,
        class: &ClientClass<'a, 'a>,
        holds: impl Fn(&Row<'a, 'a>) -> bool,
    ) -> Option<&'a Row<'a, 'a>> {
        let is_of_class = |row: &&Row<'a, 'a>| {
            let mut members = class.members.iter();
            members.any(|members| row.clients.contains(members))
        };
        self.rows.iter().filter(is_of_class).find(|row| holds(row))
    }
}

/// Whether a row is about a destination.
fn is_of(row: &Row<'_, '_>, led: &Led<'_>) -> bool {
    let is_target = (row.cluster.service, row.cluster.port) == (led.service, led.port);
    let is_same_route = row.route.is_some_and(|route| route.at == led.route.at);
    row.subset == led.subset && (is_target || is_same_route)
}

impl Part<'_> {
    fn is_like(&self, other: &Part<'_>) -> bool {
        match (self, other) {
            (Part::Leads(one, row), Part::Leads(other, other_row)) => {
                let address = |row: Option<&Row<'_, '_>>| row.map(std::ptr::from_ref).map(<*const _>::addr);
                one.route.at == other.route.at
                    && one.route.is_conditional == other.route.is_conditional
                    && address(*row) == address(*other_row)
            }
            (
                Part::TakesNone { root, part },
                Part::TakesNone {
                    root: other_root,
                    part: other,
                },
            ) => root.meta.span == other_root.meta.span && is_like_part(part, other),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

fn is_like_part(one: &RoutingPart<'_>, other: &RoutingPart<'_>) -> bool {
    match (one, other) {
        (
            RoutingPart::Loses { to, is_more_specific },
            RoutingPart::Loses {
                to: other,
                is_more_specific: other_is,
            },
        ) => to.meta.span == other.meta.span && is_more_specific == other_is,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}
