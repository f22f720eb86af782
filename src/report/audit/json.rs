//! For machines.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Audits, words};
use crate::finding::{Assumption, Assumptions};
use crate::mesh::Scope;
use crate::model::peer_authentication::Mode;
use crate::posture::audit::{Audit, Caller, Cause, Check, Coverage, OpenPort, Opening, Who};
use crate::posture::diff::WorkloadName;
use crate::report::document::Document;
use crate::report::place::{Place, Places};
use crate::report::row::AcceptsView;

/// What an audit has beside what every answer has: `rows` are the openings.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditDocument<'a> {
    /// What every answer has.
    #[serde(flatten)]
    answer: Document<'a, Vec<OpeningView<'a>>>,
    /// The day that decides what has expired.
    today: String,
    /// How many openings there are of each standing.
    summary: BTreeMap<&'static str, usize>,
    /// The figures of each namespace, then of the mesh.
    coverage: Vec<CoverageView<'a>>,
    /// The security checklist.
    checklist: Vec<CheckView<'a>>,
}

/// Ports that are open for one reason.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpeningView<'a> {
    context: Option<&'a str>,
    #[serde(flatten)]
    cause: CauseView<'a>,
    /// Whether it opens what the mesh as a whole does not.
    exception: bool,
    standing: &'static str,
    reason: Option<&'a str>,
    owner: Option<&'a str>,
    /// As it is written, whether it is a day or not.
    expires: Option<&'a str>,
    at: Option<Place<'a>>,
    ports: Vec<PortView<'a>>,
    assumptions: Vec<&'static str>,
}

/// What opens ports; `cause` says which it is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "cause", rename_all = "kebab-case")]
enum CauseView<'a> {
    /// A policy.
    Policy { policy: PolicyView<'a> },
    /// Istio's default.
    MeshDefault,
    /// There is no proxy.
    NoProxy {
        namespace: Option<&'a str>,
        because: String,
    },
    /// Ports bypass the proxy.
    Bypass { because: String },
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PolicyView<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
    scope: &'static str,
    mode: &'static str,
}

/// An open port.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PortView<'a> {
    #[serde(flatten)]
    workload: WorkloadView<'a>,
    /// `null` is every port that nothing declares.
    port: Option<u16>,
    data_plane: &'static str,
    mode: Option<&'static str>,
    accepts: AcceptsView,
    /// Whether an entry of `portLevelMtls` opens it.
    port_level: bool,
    callers: Vec<CallerView<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct WorkloadView<'a> {
    namespace: Option<&'a str>,
    kind: &'static str,
    workload: &'a str,
}

/// Somebody who calls without an identity.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CallerView<'a> {
    /// `workload`, `gateway`, `scraper`, `api-server`, `kubelet` or `anybody`.
    kind: &'static str,
    /// The workload, where it is given.
    workload: Option<WorkloadView<'a>>,
    /// The object that makes it call, where that is no workload.
    object: Option<String>,
    sends: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// The figures of a namespace, or of the mesh.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CoverageView<'a> {
    context: Option<&'a str>,
    /// `namespace` or `mesh`.
    of: &'static str,
    namespace: Option<&'a str>,
    workloads: usize,
    outside_mesh: usize,
    ports: usize,
    strict: FigureView,
    permissive: FigureView,
    disable: FigureView,
    no_proxy: FigureView,
    /// How many of these ports rest on something that is not given.
    assumed: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FigureView {
    count: usize,
    /// Rounded down to a tenth; `null` of no ports.
    percent: Option<f64>,
}

/// An item of the checklist.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckView<'a> {
    context: Option<&'a str>,
    id: &'static str,
    item: &'static str,
    verdict: &'static str,
    why: &'a str,
    at: Option<Place<'a>>,
}

/// The document of an audit.
pub(super) fn document<'a>(audits: &'a Audits<'a>) -> AuditDocument<'a> {
    let openings = audits.openings();
    let mut summary = BTreeMap::new();
    for (_, opening) in &openings {
        *summary.entry(opening.standing.as_str()).or_default() += 1;
    }
    let rows = openings.into_iter();
    let rows = rows.map(|(context, opening)| opening_view(audits.places, context, opening));
    let settings = audits
        .contexts
        .iter()
        .map(|(settings, audit)| (audit.context, *settings));
    AuditDocument {
        answer: Document::new(settings, rows.collect(), audits.skipped, audits.places),
        today: audits.today.to_string(),
        summary,
        coverage: audits.audits().flat_map(coverage).collect(),
        checklist: audits
            .audits()
            .flat_map(|audit| audit.checklist.iter().map(|check| (audit.context, check)))
            .map(|(context, check)| check_view(audits.places, context, check))
            .collect(),
    }
}

fn opening_view<'a>(
    places: &'a Places<'a>,
    context: Option<&'a str>,
    opening: &'a Opening<'a>,
) -> OpeningView<'a> {
    let [reason, owner, expires] = words::account(opening);
    OpeningView {
        context,
        cause: cause(&opening.cause),
        exception: opening.cause.is_exception(),
        standing: opening.standing.as_str(),
        reason,
        owner,
        expires,
        at: opening.at.map(|at| places.of(at)),
        ports: opening.ports.iter().map(|port| port_view(places, port)).collect(),
        assumptions: assumptions(opening.rests_on),
    }
}

fn assumptions(rests_on: Assumptions) -> Vec<&'static str> {
    rests_on.iter().map(Assumption::as_str).collect()
}

fn cause<'a>(cause: &Cause<'a>) -> CauseView<'a> {
    match *cause {
        Cause::Policy {
            object, scope, mode, ..
        } => CauseView::Policy {
            policy: PolicyView {
                namespace: object.namespace_name(),
                name: &object.name.value,
                scope: match scope {
                    Scope::Mesh => "mesh",
                    Scope::Namespace => "namespace",
                    Scope::Workload | Scope::RootSelector => "workload",
                },
                mode: mode.as_str(),
            },
        },
        Cause::Default => CauseView::MeshDefault,
        Cause::NoProxy(namespace, because) => CauseView::NoProxy {
            namespace,
            because: because.to_string(),
        },
        Cause::Bypass(_, bypass) => CauseView::Bypass {
            because: bypass.to_string(),
        },
    }
}

fn port_view<'a>(places: &'a Places<'a>, port: &OpenPort<'a>) -> PortView<'a> {
    PortView {
        workload: workload(&port.workload),
        port: port.port,
        data_plane: port.plane.as_str(),
        mode: port.mode.map(Mode::as_str),
        accepts: port.accepts.into(),
        port_level: port.is_port_level,
        callers: port
            .callers
            .iter()
            .map(|caller| caller_view(places, caller))
            .collect(),
    }
}

fn workload<'a>(name: &WorkloadName<'a>) -> WorkloadView<'a> {
    WorkloadView {
        namespace: name.namespace,
        kind: name.kind.as_str(),
        workload: name.name,
    }
}

fn caller_view<'a>(places: &'a Places<'a>, caller: &Caller<'a>) -> CallerView<'a> {
    let (kind, name, object) = match caller.who {
        Who::Workload(name) => ("workload", Some(name), None),
        Who::Gateway(object, name) => ("gateway", name, Some(object)),
        Who::Scraper(object) => ("scraper", None, Some(object)),
        Who::ApiServer(object) => ("api-server", None, Some(object)),
        Who::Kubelet(_) => ("kubelet", None, None),
        Who::Anybody(object) => ("anybody", None, Some(object)),
    };
    CallerView {
        kind,
        workload: name.map(|name| workload(&name)),
        object: object.map(|object| object.object_name().to_string()),
        sends: caller.wire.as_str(),
        place: places.of(caller.span),
    }
}

fn coverage<'a>(audit: &Audit<'a>) -> Vec<CoverageView<'a>> {
    let of_namespaces = audit.coverage.iter().map(|figures| ("namespace", figures));
    let all = of_namespaces.chain([("mesh", &audit.mesh)]);
    all.map(|(of, figures)| coverage_view(audit.context, of, figures))
        .collect()
}

fn coverage_view<'a>(context: Option<&'a str>, of: &'static str, figures: &Coverage<'a>) -> CoverageView<'a> {
    let ports = figures.ports;
    let figure = |count| FigureView {
        count,
        percent: ports.per_mille(count).map(|tenths| f64::from(tenths) / 10.0),
    };
    CoverageView {
        context,
        of,
        namespace: figures.namespace,
        workloads: figures.workloads,
        outside_mesh: figures.outside,
        ports: ports.total(),
        strict: figure(ports.strict),
        permissive: figure(ports.permissive),
        disable: figure(ports.disable),
        no_proxy: figure(ports.no_proxy),
        assumed: figures.assumed,
    }
}

fn check_view<'a>(places: &'a Places<'a>, context: Option<&'a str>, check: &'a Check) -> CheckView<'a> {
    CheckView {
        context,
        id: check.id,
        item: check.item,
        verdict: check.verdict.as_str(),
        why: &check.why,
        at: check.at.map(|at| places.of(at)),
    }
}
