//! Words for changes, the same in every format for people.

use super::{Assumed, Diff, Stand};
use crate::callers::Outsider;
use crate::id::Kind;
use crate::model::peer_authentication::Mode;
use crate::posture::diff::{
    Answer, CallChange, Cause, Change, ChangeKind, Clients, ConnectionChange, EndpointName, Evidence,
    Passage, PortState, Present, Side, WorkloadName,
};
use crate::report::connection::wire_words;
use crate::report::queries::{LISTED, without_mutual_tls};
use crate::resolve::outcome::Outcome;

/// How many names are shown; the rest is counted.
const SHOWN: usize = 3;

/// The title of the changes of a kind, known or only possible.
pub(super) fn title(kind: ChangeKind, is_known: bool) -> &'static str {
    match kind {
        ChangeKind::Refused if is_known => "Refused from now on",
        ChangeKind::Refused => "Refused if these clients connect, which nothing shows",
        ChangeKind::Plaintext if is_known => "Plaintext from now on",
        ChangeKind::Plaintext => "Plaintext if these clients connect, which nothing shows",
        ChangeKind::IdentityLost if is_known => "Without the client's identity from now on",
        ChangeKind::IdentityLost => {
            "Without the client's identity if these clients connect, which nothing shows"
        }
        ChangeKind::Weakened => "Weaker ports",
        ChangeKind::Removed => "Removed",
        ChangeKind::Changed => "Neither weaker nor stricter",
        ChangeKind::Added => "Added",
        ChangeKind::Strengthened => "Stricter, or better protected",
        ChangeKind::Gained => "Works again",
    }
}

/// The changes of each title.
pub(super) fn sections<'d, 'a>(diff: &'d Diff<'a>) -> Vec<(&'static str, Vec<&'d Change<'a>>)> {
    let mut sections: Vec<(&'static str, Vec<&'d Change<'a>>)> = Vec::new();
    for change in diff.changes {
        let title = title(change.kind, change.is_known());
        match sections.last_mut() {
            Some((last, changes)) if *last == title => changes.push(change),
            _ => sections.push((title, vec![change])),
        }
    }
    sections
}

/// `shop/cart`.
pub(super) fn workload(name: &WorkloadName<'_>) -> String {
    format!("{}/{}", name.namespace.unwrap_or("-"), name.name)
}

/// A host without the domain of the cluster.
pub(super) fn short_host(host: &str) -> &str {
    host.split_once(".svc.").map_or(host, |(short, _)| short)
}

/// The first of some names, and how many more there are in all.
pub(super) fn first_of(names: impl Iterator<Item = String>, in_all: usize) -> String {
    let shown: Vec<String> = names.take(SHOWN).collect();
    let more = in_all.saturating_sub(shown.len());
    let shown = shown.join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Who connects.
pub(super) fn clients(clients: &Clients<'_>) -> String {
    let is_elsewhere = clients.any_sidecar_in.contains(&None);
    let any = match &clients.any_sidecar_in[..] {
        [] => None,
        _ if is_elsewhere => Some("any sidecar".to_owned()),
        namespaces => {
            let names = namespaces.iter().flatten().map(|name| (*name).to_owned());
            Some(format!("any sidecar in {}", first_of(names, namespaces.len())))
        }
    };
    let named = || first_of(clients.named.iter().map(workload), clients.given);
    match (any, clients.given) {
        (Some(any), 0) => any,
        (Some(any), _) => format!("{any} ({})", named()),
        (None, _) => named(),
    }
}

/// What is asked for, and where requests are led.
pub(super) fn target(connection: &ConnectionChange<'_>) -> String {
    let mut text = format!("{}:{}", short_host(connection.host), connection.port);
    if let Some((host, port)) = connection.path.leads_to {
        text = format!("{text} -> {}:{port}", short_host(host));
    }
    if let Some(subset) = connection.path.subset {
        text = format!("{text} subset {subset}");
    }
    text
}

/// The endpoints.
pub(super) fn endpoints(connection: &ConnectionChange<'_>) -> String {
    let name = |endpoint: &EndpointName<'_>| match endpoint {
        EndpointName::Workload(name) => workload(name),
        EndpointName::Address(address) => (*address).to_owned(),
    };
    first_of(connection.endpoints.iter().map(name), connection.endpoints.len())
}

/// What is sent and what becomes of it.
pub(super) fn answer(answer: Option<Answer>) -> String {
    let Some(answer) = answer else {
        return "(not there)".to_owned();
    };
    let wire = wire_words(answer.wire);
    match answer.outcome {
        Outcome::Refused => format!("{wire}, REFUSED"),
        Outcome::Mtls | Outcome::Plaintext | Outcome::Unknown => wire.to_owned(),
        Outcome::AppTls => format!("{wire} to the application"),
    }
}

/// What is in force on a port.
pub(super) fn state(before: &PortState<'_>, after: &PortState<'_>, is_before: bool) -> String {
    let state = if is_before { before } else { after };
    let mode = state.mode.map_or("not enforced", Mode::as_str);
    if before.plane == after.plane {
        return mode.to_owned();
    }
    match state.mode {
        Some(mode) => format!("{mode} ({})", state.plane),
        None => format!("no proxy ({})", state.plane),
    }
}

/// The object behind a change and where it stands.
pub(super) fn because(diff: &Diff<'_>, change: &Change<'_>) -> (String, String) {
    let Some(cause) = &change.cause else {
        return ("-".to_owned(), "-".to_owned());
    };
    let Stand { side, object, place } = diff.stand(cause);
    let object = object.map_or_else(|| "-".to_owned(), |object| object.to_string());
    match side {
        Side::Head => (object, place.to_string()),
        Side::Base if diff.assumed.is_some() => (format!("was {object}"), place.to_string()),
        Side::Base => (format!("was {object}"), format!("{place} (base)")),
    }
}

/// The rule that the clients follow and where it stands, where something is lost and it is not what makes the change.
pub(super) fn followed(
    diff: &Diff<'_>,
    change: &Change<'_>,
    connection: &ConnectionChange<'_>,
) -> Option<(String, String)> {
    let Evidence::Rule(side, tls) = connection.evidence else {
        return None;
    };
    let is_cause = |cause: &Cause<'_>| (cause.side, cause.span) == (side, tls.span());
    if !change.kind.is_loss() || change.cause.as_ref().is_some_and(is_cause) {
        return None;
    }
    let place = diff.place(side, tls.span()).to_string();
    Some((tls.rule.meta.object_name().to_string(), place))
}

/// Who calls from outside of the mesh.
pub(super) fn caller(call: &CallChange<'_>) -> String {
    let object = || format!("{} {}", call.object.kind, call.object.qualified_name());
    match call.by {
        Outsider::Kubelet(purpose) => format!("the kubelet, {purpose}"),
        Outsider::Prometheus => format!("Prometheus, {}", object()),
        Outsider::ApiServer => format!("the API server, {}", object()),
        Outsider::Gateway => format!("the gateway of {}", object()),
        Outsider::Anybody => format!("whoever comes through {}", object()),
        Outsider::InitContainer => format!("init containers of {}, before its sidecar starts", object()),
        Outsider::Unproxied => format!("{}, to a port that its Service does not declare", object()),
    }
}

/// What became of a call from outside, and what becomes of it.
pub(super) fn passages(call: &CallChange<'_>) -> [&'static str; 2] {
    let words = |passage| match passage {
        Some(Passage::Refused) => Some("no mutual TLS of the mesh, REFUSED"),
        Some(Passage::Passes) => Some("gets through"),
        None => None,
    };
    [
        words(call.before).unwrap_or("not shown"),
        words(call.after).unwrap_or("no longer shown"),
    ]
}

/// What no manifest tells of a change that is only thought of, as lines.
pub(super) fn not_known(assumed: &Assumed) -> Vec<String> {
    let mut lines = Vec::new();
    let of = &assumed.unknown_callers;
    if !of.is_empty() {
        let namespaces = of.join(", ");
        lines.push(format!(
            "callers that are not among the manifests, of ports in {namespaces} that would refuse plaintext; the mesh \
             counts them:"
        ));
        let destination = match &of[..] {
            [only] => format!(", destination_workload_namespace=\"{only}\""),
            all if all.len() <= LISTED => format!(", destination_workload_namespace=~\"{}\"", all.join("|")),
            _ => String::new(),
        };
        let queries = without_mutual_tls(&destination);
        lines.extend(queries.iter().map(|query| format!("    {query}")));
    }
    if !assumed.unknown_namespaces.is_empty() {
        let namespaces = assumed.unknown_namespaces.join(", ");
        lines.push(format!(
            "whether {namespaces} is injected: no Namespace of that name is among the manifests, it is taken for injected"
        ));
    }
    if !lines.is_empty() {
        lines.splice(0..0, [String::new(), "Not known".to_owned()]);
    }
    lines
}

/// Something that is on one side only.
pub(super) fn present(what: &Present<'_>) -> String {
    match what {
        Present::Context(name) => format!("cluster {name}"),
        Present::Service {
            host,
            kind,
            namespace,
            name,
            port,
        } => {
            let object = match (kind, namespace) {
                (Kind::Service, _) => format!("Service {}", short_host(host)),
                (kind, Some(namespace)) => format!("{host} ({kind} {namespace}/{name})"),
                (kind, None) => format!("{host} ({kind} {name})"),
            };
            match port {
                Some(port) => format!("port {port} of {object}"),
                None => object,
            }
        }
        Present::Workload(name) => format!("{} {}", name.kind, workload(name)),
    }
}

/// A port, or all of which nothing speaks.
pub(super) fn port(port: Option<u16>) -> String {
    port.map_or_else(|| "others".to_owned(), |port| port.to_string())
}

/// The ports of a workload that is on one side only: `STRICT`, or each mode with its ports.
pub(super) fn modes(ports: &[(Option<u16>, PortState<'_>)]) -> String {
    let mode = |state: &PortState<'_>| match state.mode {
        Some(mode) => mode.as_str(),
        None => "no proxy enforces a mode",
    };
    let Some((_, first)) = ports.first() else {
        return String::new();
    };
    if ports.iter().all(|(_, state)| mode(state) == mode(first)) {
        return mode(first).to_owned();
    }
    let each = ports
        .iter()
        .map(|(number, state)| format!("{} {}", port(*number), mode(state)));
    each.collect::<Vec<_>>().join(", ")
}
