//! Who is known to call which port without an identity: evidence of calls, met with what the caller sends.

use super::{Caller, Who, controller};
use crate::callers::{IngressCall, Outsider, outside_calls};
use crate::hash::HashMap;
use crate::matrix::{Answers, Row};
use crate::mesh::{ServiceId, WorkloadId};
use crate::posture::diff::WorkloadName;
use crate::resolve::client::{EndpointPlace, Wire};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::Outcome;
use crate::source::Span;

/// The callers of each port, each once.
pub(super) struct CallersByPort<'a>(HashMap<(WorkloadId, u16), Vec<Caller<'a>>>);

impl<'a> CallersByPort<'a> {
    /// Looks at every piece of evidence once.
    pub(super) fn new(answers: &Answers<'a>) -> Self {
        let mut gathering = Gathering {
            answers: *answers,
            found: HashMap::default(),
        };
        gathering.add_calls();
        gathering.add_ingresses();
        gathering.add_scrapes();
        gathering.add_api_server();
        gathering.add_outsiders();
        CallersByPort(gathering.found)
    }

    /// The callers of a port of a workload.
    pub(super) fn of(&self, workload: WorkloadId, port: u16) -> &[Caller<'a>] {
        self.0.get(&(workload, port)).map_or(&[], Vec::as_slice)
    }
}

struct Gathering<'a> {
    answers: Answers<'a>,
    found: HashMap<(WorkloadId, u16), Vec<Caller<'a>>>,
}

impl<'a> Gathering<'a> {
    fn add(&mut self, at: (WorkloadId, u16), caller: Caller<'a>) {
        let known = self.found.entry(at).or_default();
        if !known.iter().any(|other| other.span == caller.span) {
            known.push(caller);
        }
    }

    /// The rows of a service that a given workload sees, of one port or of all.
    fn seen(&self, client: WorkloadId, service: ServiceId, port: Option<u16>) -> Vec<&'a Row<'a, 'a>> {
        let (rows, groups) = (self.answers.matrix.of_service(service), self.answers.groups);
        let of_port = rows
            .iter()
            .filter(|row| row.is_routed && port.is_none_or(|port| row.port == port));
        let seen = of_port.filter(|row| row.clients.iter().any(|members| groups.holds(members, client)));
        seen.collect()
    }

    /// What workloads are told to call, where what they send arrives without an identity.
    fn add_calls(&mut self) {
        let answers = self.answers;
        for (client, call) in answers.callers.calls.iter() {
            let who = Who::Workload(WorkloadName::of(answers.mesh(), client));
            for row in self.seen(client, call.service, call.port) {
                self.add_row(row, who, call.span);
            }
        }
    }

    fn add_row(&mut self, row: &'a Row<'a, 'a>, who: Who<'a>, span: Span) {
        for class in row.endpoints.iter() {
            if !matches!(class.outcome, Outcome::Plaintext | Outcome::AppTls) {
                continue;
            }
            let wire = class.sent.arriving();
            for endpoint in &class.endpoints {
                if let EndpointPlace::Workload(workload) = endpoint.place {
                    self.add((workload, endpoint.port), Caller { who, wire, span });
                }
            }
        }
    }

    /// What gateways of others call. One with a sidecar has an identity where it dials the service; whether one
    /// that is not given has a sidecar is not known then.
    fn add_ingresses(&mut self) {
        let answers = self.answers;
        for call in &answers.callers.ingresses {
            let given = controller(call);
            let name = given.map(|id| WorkloadName::of(answers.mesh(), id));
            let who = Who::Gateway(call.object, name);
            match given.map(|id| (id, answers.resolution().workload(id).enrolment.plane)) {
                Some((id, DataPlane::Sidecar)) if call.dials_service => {
                    for row in self.seen(id, call.service, Some(call.port)) {
                        self.add_row(row, who, call.span);
                    }
                }
                Some((_, DataPlane::None | DataPlane::Sidecar)) => self.add_bare(call, who),
                None if !call.dials_service => self.add_bare(call, who),
                _ => {}
            }
        }
    }

    /// A gateway that dials pods itself, or has no proxy.
    fn add_bare(&mut self, call: &'a IngressCall<'a>, who: Who<'a>) {
        for at in self.endpoints(call.service, call.port) {
            let (wire, span) = (Wire::Plaintext, call.span);
            self.add(at, Caller { who, wire, span });
        }
    }

    fn endpoints(&self, service: ServiceId, port: u16) -> Vec<(WorkloadId, u16)> {
        let mesh = self.answers.mesh();
        let endpoints = self
            .answers
            .senders
            .endpoints(service, mesh.service(service), port);
        let workloads = endpoints.into_iter().filter_map(|endpoint| match endpoint.place {
            EndpointPlace::Workload(workload) => Some((workload, endpoint.port)),
            EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
        });
        workloads.collect()
    }

    fn add_scrapes(&mut self) {
        let answers = self.answers;
        let scrapes = answers.callers.scrapes.iter();
        for scrape in scrapes.filter(|scrape| !scrape.uses_mesh_certificates) {
            let who = Who::Scraper(scrape.object);
            for &at in &scrape.targets {
                let (wire, span) = (Wire::Plaintext, scrape.span);
                self.add(at, Caller { who, wire, span });
            }
        }
    }

    /// Those whom no Service, monitor or webhook names as callers, and calls around every proxy.
    fn add_outsiders(&mut self) {
        let answers = self.answers;
        for call in outside_calls(answers.senders, answers.callers) {
            let who = match (call.by, call.told) {
                (Outsider::Kubelet(purpose), _) => Who::Kubelet(purpose),
                (Outsider::Anybody, _) => Who::Anybody(call.object),
                (_, Some((caller, _))) => Who::Workload(WorkloadName::of(answers.mesh(), caller)),
                (_, None) => continue,
            };
            let (wire, span) = (Wire::Plaintext, call.span);
            self.add((call.workload, call.port), Caller { who, wire, span });
        }
    }

    fn add_api_server(&mut self) {
        let answers = self.answers;
        for call in &answers.callers.api_server {
            let who = Who::ApiServer(call.object);
            for at in self.endpoints(call.service, call.port) {
                let (wire, span) = (Wire::Tls, call.span);
                self.add(at, Caller { who, wire, span });
            }
        }
    }
}
