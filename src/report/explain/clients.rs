//! What each kind of client sends to a port of a workload: a view of the matrix.

use super::{ClientLine, RouteLine};
use crate::matrix::{Answers, EndpointClass, Row};
use crate::mesh::WorkloadId;
use crate::report::connection::{
    cluster_words, outcome_because, route_words, sends_because, sent_words, wire_words,
};
use crate::report::place::Places;
use crate::report::sender::{sender_words, workload_name};
use crate::resolve::client::{EndpointPlace, Wire};
use crate::resolve::dataplane::DataPlane;
use crate::resolve::outcome::{Outcome, meet};
use crate::resolve::server::PortDecision;

/// How many clients without a proxy are named.
const NAMED: usize = 3;

/// The lines of a port: through each Service that leads there, then whoever has no proxy.
pub fn client_lines<'a>(
    answers: &Answers<'a>,
    workload: WorkloadId,
    decision: &PortDecision<'_>,
    places: &'a Places<'_>,
) -> Vec<ClientLine<'a>> {
    let mut lines = Vec::new();
    for row in answers.matrix.rows() {
        if row.client.plane == DataPlane::None || !row.is_routed {
            continue;
        }
        let is_here = |class: &&EndpointClass<'_>| {
            class.endpoints.iter().any(|endpoint| {
                matches!(endpoint.place, EndpointPlace::Workload(id) if id == workload)
                    && Some(endpoint.port) == decision.port
            })
        };
        for class in row.endpoints.iter().filter(is_here) {
            let from = sender_words(answers, row);
            lines.push(line(answers, row, class, from, places));
        }
    }
    lines.push(without_proxy(answers, decision));
    lines
}

/// What clients of a row, called `from`, send to each kind of its endpoints; one line where none is known.
pub(super) fn row_lines<'a>(
    answers: &Answers<'a>,
    row: &Row<'a, 'a>,
    from: &str,
    places: &'a Places<'_>,
) -> Vec<ClientLine<'a>> {
    if row.endpoints.is_empty() {
        return vec![line_without_endpoints(answers, row, from.to_owned(), places)];
    }
    let endpoints = row.endpoints.iter();
    endpoints
        .map(|class| line(answers, row, class, from.to_owned(), places))
        .collect()
}

fn line_without_endpoints<'a>(
    answers: &Answers<'a>,
    row: &Row<'a, 'a>,
    from: String,
    places: &'a Places<'_>,
) -> ClientLine<'a> {
    let reason = sends_because(answers.mesh(), &row.cluster, None);
    ClientLine {
        from,
        via: None,
        sends: cluster_words(&row.cluster).to_owned(),
        outcome: "no endpoint given".to_owned(),
        because: reason.words,
        detail: String::new(),
        place: reason.span.map(|span| places.of(span)),
        route: None,
    }
}

/// What clients of a row, called `from`, send to a kind of endpoints.
fn line<'a>(
    answers: &Answers<'a>,
    row: &Row<'a, 'a>,
    class: &EndpointClass<'a>,
    from: String,
    places: &'a Places<'_>,
) -> ClientLine<'a> {
    let mesh = answers.mesh();
    let reason = sends_because(mesh, &row.cluster, Some(&class.sent));
    let service = mesh.service(row.service);
    let subset = row
        .subset
        .map(|subset| format!(" subset {subset}"))
        .unwrap_or_default();
    ClientLine {
        from,
        via: Some(format!("{}:{}{subset}", service.meta().name.value, row.port)),
        sends: sent_words(&class.sent),
        outcome: outcome_words(class.outcome).to_owned(),
        because: reason.words,
        detail: outcome_because(
            row,
            class.sent.arriving(),
            class_plane(answers, class),
            class.outcome,
        )
        .to_owned(),
        place: reason.span.map(|span| places.of(span)),
        route: row.route.map(|route| RouteLine {
            words: route_words(&route),
            place: places.of(route.at),
        }),
    }
}

fn class_plane(answers: &Answers<'_>, class: &EndpointClass<'_>) -> Option<DataPlane> {
    class.endpoints.first().and_then(|endpoint| match endpoint.place {
        EndpointPlace::Workload(id) => Some(answers.resolution().workload(id).enrolment.plane),
        EndpointPlace::Listed(_) | EndpointPlace::Address(_) | EndpointPlace::Host => None,
    })
}

/// Plaintext from whoever has no proxy, and who that is known to be.
fn without_proxy<'a>(answers: &Answers<'a>, decision: &PortDecision<'_>) -> ClientLine<'a> {
    let mesh = answers.mesh();
    let is_outside = |id: WorkloadId| answers.resolution().workload(id).enrolment.plane == DataPlane::None;
    let known: Vec<String> = mesh
        .workloads()
        .filter(|&(id, _)| is_outside(id))
        .map(|(id, _)| workload_name(mesh, id))
        .collect();
    let named = known.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let because = match known.len() {
        0 => "no such workload is among the manifests".to_owned(),
        1 => format!("1 known workload: {named}"),
        count if count > NAMED => format!("{count} known workloads: {named}, …"),
        count => format!("{count} known workloads: {named}"),
    };
    let outcome = meet(Wire::Plaintext, decision.accepts);
    ClientLine {
        from: "no proxy".to_owned(),
        via: None,
        sends: wire_words(Wire::Plaintext).to_owned(),
        outcome: outcome_words(outcome).to_owned(),
        because,
        detail: String::new(),
        place: None,
        route: None,
    }
}

fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Mtls | Outcome::Plaintext => "accepted",
        Outcome::AppTls => "left to the application",
        Outcome::Unknown => "unknown",
        Outcome::Refused => "REFUSED",
    }
}
