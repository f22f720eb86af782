//! How a finding comes about: the recorded derivation of the connection, or of the port, that it shows. What explains
//! it elsewhere is put into an order here, and given places.

use super::connection::{outcome_because, route_words, sends_because, sent_words};
use super::place::Places;
use super::sender::sender_words;
use super::trail::{StepView, TrailView, step_span};
use crate::finding::{Finding, Label, Traced};
use crate::matrix::{Answers, EndpointClass, Row};
use crate::mesh::{ServiceId, WorkloadId};
use crate::model::Meta;
use crate::resolve::client::EndpointPlace;
use crate::resolve::compose::deciding_value;
use crate::resolve::outcome::Outcome;
use crate::resolve::server::PortDecision;
use crate::source::Span;

/// Tells findings of a context how they come about.
pub fn tell(answers: Answers<'_>, places: &Places<'_>, findings: &mut [Finding]) {
    for finding in findings {
        if let Some(traced) = finding.traced {
            finding.course = Course::of(answers, traced).steps(places, &finding.primary);
        }
    }
}

/// A port of a workload, and a connection to it.
struct Course<'a> {
    answers: Answers<'a>,
    workload: WorkloadId,
    port: Option<u16>,
    connection: Option<(&'a Row<'a, 'a>, &'a EndpointClass<'a>)>,
}

impl<'a> Course<'a> {
    fn of(answers: Answers<'a>, traced: Traced) -> Course<'a> {
        let workload = WorkloadId(traced.workload);
        let row = traced
            .row
            .and_then(|(service, index)| answers.matrix.of_service(ServiceId(service)).get(index as usize));
        let connection = row.and_then(|row| Some((row, class_of(row, workload, traced.port?)?)));
        Course {
            answers,
            workload,
            port: traced.port,
            connection,
        }
    }

    /// From what the client is told to what the server makes of it; without a client, from what was found.
    fn steps(&self, places: &Places<'_>, found: &Label) -> Vec<Label> {
        let mut steps = match self.connection {
            Some((row, class)) => self.client(row, class),
            None => vec![found.clone()],
        };
        let (decision, trail) = self.answers.resolution().explain(self.workload, self.port);
        steps.push(self.data_plane(&decision));
        let mesh = self.answers.mesh();
        let view = TrailView::new(mesh, places, &trail);
        for (step, view) in trail.steps.iter().zip(&view.steps) {
            // A level without a policy stands in no text.
            let Some(id) = step.policy else { continue };
            let policy = &mesh.policies[id].object.meta;
            steps.push(label(step_span(mesh, id, step), level(policy, view)));
        }
        let refused = self
            .connection
            .filter(|(_, class)| class.outcome == Outcome::Refused);
        steps.extend(refused.map(|(row, class)| self.refusal(row, class, &decision)));
        steps
    }

    fn client(&self, row: &Row<'_, '_>, class: &EndpointClass<'_>) -> Vec<Label> {
        let mesh = self.answers.mesh();
        let service = mesh.service(row.cluster.service);
        let port = service.port(row.cluster.port);
        let at = port.map_or(service.meta().name.span, |port| port.span);
        let because = sends_because(mesh, &row.cluster, Some(&class.sent));
        let sends = format!(
            "clients ({}) send {}: {}",
            sender_words(&self.answers, row),
            sent_words(&class.sent),
            because.words
        );
        let mut steps = vec![label(because.span.unwrap_or(at), sends)];
        steps.extend(
            row.route
                .as_ref()
                .map(|route| label(route.at, route_words(route))),
        );
        let name = mesh.workload(self.workload).meta().qualified_name();
        steps.extend(self.port.map(|port| {
            let leads = format!("port {} leads to port {port} of {name}", row.cluster.port);
            label(at, leads)
        }));
        steps
    }

    /// Who serves the port.
    fn data_plane(&self, decision: &PortDecision<'_>) -> Label {
        let name = self.answers.mesh().workload(self.workload).meta();
        let enrolment = &self.answers.resolution().workload(self.workload).enrolment;
        if let Some(bypass) = &decision.bypass {
            let text = format!(
                "the port of {} bypasses the sidecar: {bypass}",
                name.qualified_name()
            );
            return label(bypass.span().unwrap_or(name.name.span), text);
        }
        let text = format!(
            "data plane of {}: {} ({})",
            name.qualified_name(),
            enrolment.plane,
            enrolment.because
        );
        label(enrolment.because.span().unwrap_or(name.name.span), text)
    }

    /// What refuses it: the value that decides on the port, or the workload where no proxy follows that.
    fn refusal(&self, row: &Row<'_, '_>, class: &EndpointClass<'_>, decision: &PortDecision<'_>) -> Label {
        let mesh = self.answers.mesh();
        let plane = self.answers.resolution().workload(self.workload).enrolment.plane;
        let words = outcome_because(row, class.sent.arriving(), Some(plane), class.outcome);
        let value = deciding_value(&mesh.policies, decision.policy, decision.port);
        let value = value.filter(|_| decision.is_enforced());
        let at = value.map_or(mesh.workload(self.workload).meta().name.span, |value| value.span);
        label(at, words.to_owned())
    }
}

/// What a port of a workload gets from the clients of a row.
fn class_of<'a>(row: &'a Row<'a, 'a>, workload: WorkloadId, port: u16) -> Option<&'a EndpointClass<'a>> {
    row.endpoints.iter().find(|class| {
        let mut endpoints = class.endpoints.iter();
        endpoints.any(|endpoint| {
            matches!(endpoint.place, EndpointPlace::Workload(id) if id == workload) && endpoint.port == port
        })
    })
}

/// What a policy says at a level, and what that does to those above.
fn level(policy: &Meta, step: &StepView<'_>) -> String {
    let said = step.said.unwrap_or("nothing");
    let effect = step.effect_words();
    let effect = if effect.is_empty() {
        effect
    } else {
        format!(", {effect}")
    };
    format!(
        "{}: {} says {said}{effect}",
        step.label(),
        policy.qualified_name()
    )
}

fn label(span: Span, text: String) -> Label {
    Label {
        span,
        text: text.into(),
    }
}
