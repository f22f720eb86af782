//! For machines.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Assumed, Diff, Stand, State};
use crate::callers::Outsider;
use crate::finding::Assumption;
use crate::mesh::settings::ISTIO_VERSION;
use crate::model::peer_authentication::Mode;
use crate::posture::diff::{
    Answer, Cause, Change, ChangeKind, Clients, EndpointName, Evidence, Passage, PortState, Present, Side,
    Subject,
};
use crate::report::document::SCHEMA_VERSION;
use crate::report::names::{NameView, TargetView};
use crate::report::place::Place;
use crate::report::row::AcceptsView;

/// A comparison for machines.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffDocument<'a> {
    /// The version of this shape.
    schema_version: &'static str,
    /// The version of Istio whose behaviour is shown.
    istio: &'static str,
    /// The state that is compared with.
    base: StateView,
    /// The state that is asked about.
    head: StateView,
    /// What the head assumes, where it is only thought of.
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed: Option<AssumedView>,
    /// How many changes there are of each kind; of refused connections also those that are known to be made, which
    /// break, and those of which nothing shows it.
    summary: BTreeMap<&'static str, usize>,
    /// The changes, the worst first.
    changes: Vec<ChangeView<'a>>,
}

/// A change that is only thought of.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AssumedView {
    applied: Vec<AppliedView>,
    removed: Vec<RemovedView>,
    /// Namespaces of whose callers nobody can know all.
    unknown_callers: Vec<String>,
    /// Namespaces that are not given and taken for injected.
    unknown_namespaces: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct AppliedView {
    name: String,
    manifest: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RemovedView {
    kind: &'static str,
    namespace: Option<String>,
    name: String,
}

fn assumed(assumed: &Assumed) -> AssumedView {
    let applied = assumed.applied.iter().map(|(name, manifest)| AppliedView {
        name: name.clone(),
        manifest: manifest.clone(),
    });
    let removed = assumed.removed.iter().map(|object| RemovedView {
        kind: object.kind.as_str(),
        namespace: object.namespace.as_ref().map(ToString::to_string),
        name: object.name.to_string(),
    });
    AssumedView {
        applied: applied.collect(),
        removed: removed.collect(),
        unknown_callers: assumed.unknown_callers.clone(),
        unknown_namespaces: assumed.unknown_namespaces.clone(),
    }
}

/// One side.
#[derive(Debug, Serialize, JsonSchema)]
struct StateView {
    name: String,
    commit: Option<String>,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeView<'a> {
    kind: &'static str,
    /// Whether `--fail-on broken` counts it.
    breaks: bool,
    context: Option<&'a str>,
    #[serde(flatten)]
    subject: SubjectView<'a>,
    cause: Option<CauseView<'a>>,
    assumptions: Vec<&'static str>,
}

/// What is different; `subject` says which it is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "subject", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum SubjectView<'a> {
    /// What a port accepts.
    Port {
        workload: NameView<'a>,
        /// `null` is every port that nothing declares.
        port: Option<u16>,
        before: PortView<'a>,
        after: PortView<'a>,
    },
    /// What becomes of a connection.
    Connection {
        clients: ClientsView<'a>,
        host: &'a str,
        port: u16,
        subset: Option<&'a str>,
        leads_to: Option<TargetView<'a>>,
        endpoints: Vec<EndpointView<'a>>,
        /// `null` where the endpoint was not there.
        before: Option<AnswerView>,
        /// `null` where the endpoint is gone.
        after: Option<AnswerView>,
        evidence: EvidenceView<'a>,
    },
    /// A call from outside of the mesh, or around its proxies, that a manifest shows: it is refused, or gets through.
    Call {
        caller: &'static str,
        /// What the kubelet calls for.
        purpose: Option<&'static str>,
        workload: NameView<'a>,
        port: u16,
        shown_by: NameView<'a>,
        shown_at: Place<'a>,
        /// `refused` or `passes`; `null` where nothing showed the call.
        before: Option<&'static str>,
        /// The same; `null` where nothing shows the call any more.
        after: Option<&'static str>,
    },
    /// A workload that one side has.
    Workload {
        workload: NameView<'a>,
        ports: Vec<OwnPortView<'a>>,
    },
    /// A service, or a port of one, that one side has.
    Service {
        host: &'a str,
        object: NameView<'a>,
        port: Option<u16>,
    },
    /// A cluster that one side has.
    Cluster { name: &'a str },
}

/// What is in force on a port.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PortView<'a> {
    mode: Option<&'static str>,
    data_plane: &'static str,
    accepts: AcceptsView,
    policy: Option<PolicyView<'a>>,
}

/// A policy by name.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyView<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
}

/// A port of a workload that one side has.
#[derive(Debug, Serialize, JsonSchema)]
struct OwnPortView<'a> {
    port: Option<u16>,
    #[serde(flatten)]
    state: PortView<'a>,
}

/// Who connects.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ClientsView<'a> {
    /// How many given workloads there are.
    count: usize,
    /// The first hundred of them.
    workloads: Vec<NameView<'a>>,
    /// Namespaces whose sidecars are concerned although they are not given; `null` is any other namespace.
    any_sidecar_in: Vec<Option<&'a str>>,
    /// Those who are told to call, and where.
    told: Vec<ToldView<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ToldView<'a> {
    workload: NameView<'a>,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum EndpointView<'a> {
    Workload(NameView<'a>),
    Address { address: &'a str },
}

/// What is sent and what becomes of it.
#[derive(Debug, Serialize, JsonSchema)]
struct AnswerView {
    sends: &'static str,
    arrives: &'static str,
    outcome: &'static str,
}

/// What shows that a connection is made.
#[derive(Debug, Serialize, JsonSchema)]
struct EvidenceView<'a> {
    /// `told`: manifests tell the clients to call, and `clients.told` has the places. `rule`: all who follow it connect
    /// so. `every-proxy`: every proxy of the mesh that uses the service does. `nothing`: the connection is possible, and
    /// not known.
    by: &'static str,
    /// The rule that they follow.
    rule: Option<CauseView<'a>>,
}

/// The place that makes a change.
#[derive(Debug, Serialize, JsonSchema)]
struct CauseView<'a> {
    side: &'static str,
    kind: Option<&'static str>,
    namespace: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    place: Place<'a>,
}

fn passage(passage: Passage) -> &'static str {
    match passage {
        Passage::Refused => "refused",
        Passage::Passes => "passes",
    }
}

fn evidence<'a>(diff: &Diff<'a>, evidence: &Evidence<'a>) -> EvidenceView<'a> {
    let by = |by| EvidenceView { by, rule: None };
    match *evidence {
        Evidence::Told => by("told"),
        Evidence::Rule(side, tls) => {
            let rule = Cause {
                side,
                object: Some(&tls.rule.meta),
                span: tls.span(),
            };
            EvidenceView {
                by: "rule",
                rule: Some(cause_view(diff, &rule)),
            }
        }
        Evidence::EveryProxy => by("every-proxy"),
        Evidence::Nothing => by("nothing"),
    }
}

/// The document of a comparison.
pub(super) fn document<'a>(diff: &Diff<'a>) -> DiffDocument<'a> {
    let mut summary: BTreeMap<&'static str, usize> = ChangeKind::ALL
        .iter()
        .map(|&kind| (kind.as_str(), diff.count_all(kind)))
        .collect();
    summary.insert("breaks", diff.count(ChangeKind::Refused, true));
    summary.insert("possibleBreaks", diff.count(ChangeKind::Refused, false));
    DiffDocument {
        schema_version: SCHEMA_VERSION,
        istio: ISTIO_VERSION,
        base: state(&diff.base),
        head: state(&diff.head),
        assumed: diff.assumed.as_ref().map(assumed),
        summary,
        changes: diff.changes.iter().map(|each| change(diff, each)).collect(),
    }
}

fn state(state: &State<'_>) -> StateView {
    StateView {
        name: state.name.clone(),
        commit: state.commit.clone(),
    }
}

fn change<'a>(diff: &Diff<'a>, change: &Change<'a>) -> ChangeView<'a> {
    ChangeView {
        kind: change.kind.as_str(),
        breaks: change.is_break(),
        context: change.context,
        subject: subject(diff, &change.subject),
        cause: change.cause.as_ref().map(|cause| cause_view(diff, cause)),
        assumptions: change.rests_on.iter().map(Assumption::as_str).collect(),
    }
}

fn subject<'a>(diff: &Diff<'a>, subject: &Subject<'a>) -> SubjectView<'a> {
    match subject {
        Subject::Port(port) => SubjectView::Port {
            workload: NameView::of(&port.workload),
            port: port.port,
            before: port_view(&port.before),
            after: port_view(&port.after),
        },
        Subject::Connection(connection) => SubjectView::Connection {
            clients: clients(diff, &connection.clients),
            host: connection.host,
            port: connection.port,
            subset: connection.path.subset,
            leads_to: connection
                .path
                .leads_to
                .map(|(host, port)| TargetView { host, port }),
            endpoints: connection.endpoints.iter().map(endpoint).collect(),
            before: connection.before.map(answer),
            after: connection.after.map(answer),
            evidence: evidence(diff, &connection.evidence),
        },
        Subject::Call(call) => SubjectView::Call {
            caller: match call.by {
                Outsider::Kubelet(_) => "kubelet",
                Outsider::Prometheus => "prometheus",
                Outsider::ApiServer => "api-server",
                Outsider::Gateway => "gateway",
                Outsider::Anybody => "anybody",
                Outsider::InitContainer => "init-container",
                Outsider::Unproxied => "workload",
            },
            purpose: match call.by {
                Outsider::Kubelet(purpose) => Some(purpose),
                _ => None,
            },
            workload: NameView::of(&call.workload),
            port: call.port,
            shown_by: NameView {
                namespace: call.object.namespace_name(),
                name: &call.object.name.value,
                kind: call.object.kind.as_str(),
            },
            shown_at: diff.place(call.side, call.span),
            before: call.before.map(passage),
            after: call.after.map(passage),
        },
        Subject::Presence(presence) => match presence.what {
            Present::Context(name) => SubjectView::Cluster { name },
            Present::Service {
                host,
                namespace,
                name,
                kind,
                port,
            } => SubjectView::Service {
                host,
                object: NameView {
                    namespace,
                    name,
                    kind: kind.as_str(),
                },
                port,
            },
            Present::Workload(workload) => SubjectView::Workload {
                workload: NameView::of(&workload),
                ports: presence
                    .ports
                    .iter()
                    .map(|(port, state)| OwnPortView {
                        port: *port,
                        state: port_view(state),
                    })
                    .collect(),
            },
        },
    }
}

fn port_view<'a>(state: &PortState<'a>) -> PortView<'a> {
    PortView {
        mode: state.mode.map(Mode::as_str),
        data_plane: state.plane.as_str(),
        accepts: state.accepts.into(),
        policy: state
            .policy
            .map(|(namespace, name)| PolicyView { namespace, name }),
    }
}

fn clients<'a>(diff: &Diff<'a>, clients: &Clients<'a>) -> ClientsView<'a> {
    let told = clients.told.iter().map(|(workload, side, span)| ToldView {
        workload: NameView::of(workload),
        place: diff.place(*side, *span),
    });
    ClientsView {
        count: clients.given,
        workloads: clients.named.iter().map(NameView::of).collect(),
        any_sidecar_in: clients.any_sidecar_in.clone(),
        told: told.collect(),
    }
}

fn endpoint<'a>(endpoint: &EndpointName<'a>) -> EndpointView<'a> {
    match endpoint {
        EndpointName::Workload(workload) => EndpointView::Workload(NameView::of(workload)),
        EndpointName::Address(address) => EndpointView::Address { address },
    }
}

fn answer(answer: Answer) -> AnswerView {
    AnswerView {
        sends: answer.wire.as_str(),
        arrives: answer.arriving.as_str(),
        outcome: answer.outcome.as_str(),
    }
}

fn cause_view<'a>(diff: &Diff<'a>, cause: &Cause<'a>) -> CauseView<'a> {
    let Stand { side, object, place } = diff.stand(cause);
    CauseView {
        side: match side {
            Side::Base => "base",
            Side::Head => "head",
        },
        kind: object.as_ref().map(|object| object.kind.as_str()),
        namespace: object
            .as_ref()
            .and_then(|object| Some(object.namespace.as_ref()?.to_string())),
        name: object.map(|object| object.name.to_string()),
        place,
    }
}
