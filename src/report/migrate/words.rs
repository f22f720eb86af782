//! Words for the plan, the same in every format for people.

use crate::callers::{Call, How, OutsideCall, Outsider};
use crate::finding::Assumption;
use crate::mesh::WorkloadId;
use crate::model::account::REASON;
use crate::model::destination_rule::TlsMode;
use crate::posture::diff::WorkloadName;
use crate::posture::migrate::{Caller, Hindrance, Known, Plan, Step, StepKind};
use crate::report::connection::{sends_because, wire_words};
use crate::resolve::capture::Bypass;
use crate::resolve::client::{ClusterReason, SentReason};
use crate::resolve::destination::TlsSetting;
use crate::source::Span;

/// What is said of something that hinders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) kind: &'static str,
    pub(super) who: String,
    pub(super) sends: &'static str,
    pub(super) because: String,
    pub(super) span: Option<Span>,
    pub(super) remedy: String,
}

/// `shop/cart`.
pub(super) fn workload(plan: &Plan<'_>, id: WorkloadId) -> String {
    let WorkloadName { namespace, name, .. } = WorkloadName::of(plan.answers.mesh(), id);
    format!("{}/{name}", namespace.unwrap_or("-"))
}

pub(super) fn hindrance(plan: &Plan<'_>, by: &Hindrance<'_>) -> Said {
    match *by {
        Hindrance::Known(known) => caller(plan, &known),
        Hindrance::Documented(policy) => {
            let meta = &plan.answers.mesh().policies[policy].object.meta;
            let reason = meta.annotations.entry(REASON);
            Said {
                kind: "documented-exception",
                who: meta.object_name().to_string(),
                sends: "-",
                because: reason.map_or_else(String::new, |reason| reason.value.to_string()),
                span: reason.map(|reason| reason.value_span),
                remedy: format!("once the reason is gone, remove the annotation `{REASON}`"),
            }
        }
        Hindrance::Unenforced => Said {
            kind: "not-enforced",
            who: "clients that auto-mTLS serves".to_owned(),
            sends: "plaintext",
            because: "no proxy sees the port, and DISABLE keeps clients from sending it mutual TLS"
                .to_owned(),
            span: None,
            remedy: "let the proxy have the port, then remove DISABLE".to_owned(),
        },
        Hindrance::Simulated => Said {
            kind: "simulated",
            who: "a known client".to_owned(),
            sends: "-",
            because: "with the manifests applied it would be refused".to_owned(),
            span: None,
            remedy: "ask `peerauth explain` who calls, and what the client's proxy sends".to_owned(),
        },
        Hindrance::Alike(other) => Said {
            kind: "same-policy",
            because: "no policy can tell the two apart, and that one is hindered".to_owned(),
            remedy: "give their pods labels that tell them apart, or remove what hinders the other"
                .to_owned(),
            ..hindered_beside(plan, other)
        },
        Hindrance::Unselectable(other) => Said {
            kind: "no-labels",
            because:
                "it is hindered and no label selects it, so that its namespace cannot be STRICT as a whole"
                    .to_owned(),
            remedy: "give the pods that nothing selects labels of their own".to_owned(),
            ..hindered_beside(plan, other)
        },
        Hindrance::RootNamespace(other) => Said {
            kind: "root-namespace",
            because: "it is hindered, and workloads of the root namespace obey the policy of the mesh alone"
                .to_owned(),
            remedy: "remove what hinders it, or move it out of the root namespace".to_owned(),
            ..hindered_beside(plan, other)
        },
    }
}

/// A workload because of which another one cannot be STRICT.
fn hindered_beside(plan: &Plan<'_>, other: WorkloadId) -> Said {
    Said {
        kind: "same-policy",
        who: workload(plan, other),
        sends: "-",
        because: String::new(),
        span: Some(plan.answers.mesh().workload(other).meta().name.span),
        remedy: String::new(),
    }
}

fn caller(plan: &Plan<'_>, known: &Known<'_>) -> Said {
    let sends = known.wire.map_or("no mutual TLS of the mesh", wire_words);
    match known.caller {
        Caller::Told {
            workload: id,
            call,
            row,
            class,
        } => {
            let because = sends_because(plan.answers.mesh(), &row.cluster, Some(&class.sent)).words;
            let (kind, because, remedy) = told(plan, id, &row.cluster.reason, because);
            Said {
                kind,
                who: workload(plan, id),
                sends,
                because: format!("{because}; {}", evidence(call)),
                span: Some(call.span),
                remedy,
            }
        }
        Caller::Rule { tls, .. } => rule(&tls, sends),
        Caller::Proxies { row, class } => {
            let reason = sends_because(plan.answers.mesh(), &row.cluster, Some(&class.sent));
            Said {
                kind: "client-proxies",
                who: format!("every {} that calls {}", row.client.plane, row.cluster_host(plan)),
                sends,
                because: reason.words,
                span: reason.span,
                remedy: proxies_remedy(&row.cluster.reason, &class.sent.reason).to_owned(),
            }
        }
        Caller::Outside(call) => outsider(plan, &call, sends),
    }
}

trait ClusterHost {
    fn cluster_host<'p>(&self, plan: &'p Plan<'_>) -> &'p str;
}

impl ClusterHost for crate::matrix::Row<'_, '_> {
    fn cluster_host<'p>(&self, plan: &'p Plan<'_>) -> &'p str {
        let host: &'p str = &plan.answers.mesh().service(self.target().0).host;
        host.split_once(".svc.").map_or(host, |(short, _)| short)
    }
}

/// Where a workload is told to call.
fn evidence(call: &Call<'_>) -> String {
    match call.how {
        How::Environment => "told to call in its environment".to_owned(),
        How::Argument => "told to call in its arguments".to_owned(),
        How::ConfigMap(meta) => format!("told to call in ConfigMap {}", meta.qualified_name()),
    }
}

fn without_proxy(plan: &Plan<'_>, id: WorkloadId) -> (&'static str, String, String) {
    let because = plan.answers.resolution().workload(id).enrolment.because;
    ("without-proxy", format!("no proxy: {because}"), ENROL.to_owned())
}

const ENROL: &str = "put it into the mesh and restart its pods, then plan again";

fn told(
    plan: &Plan<'_>,
    id: WorkloadId,
    reason: &ClusterReason<'_>,
    because: String,
) -> (&'static str, String, String) {
    let (kind, remedy) = match reason {
        ClusterReason::NoProxy => return without_proxy(plan, id),
        ClusterReason::Ztunnel | ClusterReason::Waypoint => (
            "no-tunnel",
            "enrol the server in ambient, or let its sidecar take HBONE (`ISTIO_META_ENABLE_HBONE`)",
        ),
        ClusterReason::Excluded(_) => ("excluded-port", "let the port through the client's proxy"),
        ClusterReason::Unknown(_) => ("hidden-service", "let the client's proxy see the service"),
        ClusterReason::Proxyless => (
            "proxyless",
            "write a DestinationRule with ISTIO_MUTUAL for the host",
        ),
        _ => (
            "client-proxies",
            "let the client's proxy send mutual TLS of the mesh",
        ),
    };
    (kind, because, remedy.to_owned())
}

fn rule(tls: &TlsSetting<'_>, sends: &'static str) -> Said {
    let name = tls.rule.meta.qualified_name();
    let mode = tls.mode();
    let remedy = if mode == TlsMode::Disable {
        "remove its `tls`, so that auto-mTLS sends each server what it takes; or let it say ISTIO_MUTUAL once every server \
         behind its host is known to take that"
    } else {
        "let it say ISTIO_MUTUAL, and the application serve plaintext"
    };
    Said {
        kind: "destination-rule",
        who: format!("whoever follows DestinationRule {name}"),
        sends,
        because: format!("{} {}", tls.part(), mode.as_str()),
        span: Some(tls.span()),
        remedy: remedy.to_owned(),
    }
}

fn proxies_remedy(reason: &ClusterReason<'_>, sent: &SentReason<'_>) -> &'static str {
    match (reason, sent) {
        (ClusterReason::AutoMtlsOff, _) => "turn `enableAutoMtls` on",
        (ClusterReason::External, _) => "say `location: MESH_INTERNAL` in the ServiceEntry",
        (ClusterReason::SomeEndpointWithoutProxy, _) => {
            "put every pod behind the headless service into the mesh, or out of it"
        }
        (_, SentReason::NoMutualTlsLabel) => {
            "let the pods say `security.istio.io/tlsMode: istio`, or call them through a Service with an address"
        }
        _ => "let the client's proxy send mutual TLS of the mesh",
    }
}

fn outsider(plan: &Plan<'_>, call: &OutsideCall<'_>, sends: &'static str) -> Said {
    let object = format!("{} {}", call.object.kind, call.object.qualified_name());
    let caller = || match call.told {
        Some((id, _)) => workload(plan, id),
        None => object.clone(),
    };
    let (kind, who, remedy) = match call.by {
        Outsider::Kubelet(purpose) => (
            "kubelet",
            format!("the kubelet, {purpose} of {object}"),
            "let the injector turn probes to the agent (`sidecar.istio.io/rewriteAppHTTPProbers: \"true\"`)",
        ),
        Outsider::Prometheus => (
            "prometheus",
            format!("Prometheus, {object}"),
            "scrape the agent's merged metrics on port 15020, or give Prometheus certificates of the mesh",
        ),
        Outsider::ApiServer => (
            "api-server",
            format!("the API server, {object}"),
            "none: the API server never speaks mutual TLS of the mesh",
        ),
        Outsider::Gateway => (
            "ingress",
            format!("the gateway of {object}"),
            "serve it through an Istio gateway, or put the controller into the mesh and let it dial Services",
        ),
        Outsider::Anybody => (
            "open-service",
            format!("whoever comes through {object}"),
            "put an Istio gateway in front, and make the Service ClusterIP",
        ),
        Outsider::InitContainer => (
            "init-container",
            caller(),
            "let sidecars be native ones (`ENABLE_NATIVE_SIDECARS`)",
        ),
        Outsider::Unproxied => ("without-proxy", caller(), ENROL),
    };
    let because = match call.by {
        Outsider::Anybody => "its type opens it to the outside".to_owned(),
        Outsider::InitContainer => "its init containers end before its sidecar starts".to_owned(),
        Outsider::Unproxied => call
            .told
            .map_or_else(String::new, |(id, _)| without_proxy(plan, id).1),
        _ => "outside of the mesh".to_owned(),
    };
    Said {
        kind,
        who,
        sends,
        because: match call.told {
            Some((_, told)) => format!("{because}; {}", evidence(told)),
            None => because,
        },
        span: Some(call.span),
        remedy: remedy.to_owned(),
    }
}

/// Whether a port that bypasses its proxy is worth a word: those of the proxy itself are not.
pub(super) fn is_worth_telling(by: Option<Bypass<'_>>) -> bool {
    !matches!(by, Some(Bypass::ProxyPort))
}

pub(super) fn bypass(by: Option<Bypass<'_>>) -> String {
    by.map_or_else(
        || "ambient.istio.io/bypass-inbound-capture".to_owned(),
        |by| by.to_string(),
    )
}

/// Which of the six stages a step belongs to.
pub(super) fn stage(step: &Step<'_>) -> u8 {
    match step.kind {
        StepKind::Open(_) | StepKind::OpenMesh => 2,
        StepKind::Rule(_) | StepKind::Strict { .. } => 5,
        StepKind::Mesh => 6,
    }
}

/// The namespace of a step, where it is about one.
pub(super) fn namespace<'p>(plan: &'p Plan<'_>, step: &Step<'_>) -> Option<&'p str> {
    let namespace = match &step.kind {
        StepKind::Open(namespace) | StepKind::Strict { namespace, .. } => *namespace,
        StepKind::Rule(change) => plan
            .answers
            .mesh()
            .namespaces
            .find_own(change.rule.meta.namespace_name())?,
        StepKind::OpenMesh | StepKind::Mesh => return None,
    };
    plan.answers.mesh().namespaces[namespace].name
}

/// What a step does.
pub(super) fn title(plan: &Plan<'_>, step: &Step<'_>) -> String {
    let namespace = namespace(plan, step).unwrap_or("the unnamed namespace");
    match &step.kind {
        StepKind::Open(_) => format!("{namespace}: open what has to stay open"),
        StepKind::OpenMesh => "the mesh: PERMISSIVE instead of DISABLE".to_owned(),
        StepKind::Rule(change) => format!("{}: ISTIO_MUTUAL instead of DISABLE", change.object_name()),
        StepKind::Strict {
            has_exceptions: false,
            ..
        } => format!("{namespace}: STRICT"),
        StepKind::Strict { .. } => format!("{namespace}: STRICT, with exceptions"),
        StepKind::Mesh => "the mesh: STRICT".to_owned(),
    }
}

/// A name that is safe as the name of a file.
pub(super) fn file_name(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = name.chars().map(|c| if safe(c) { c } else { '-' }).collect();
    if name.is_empty() {
        "unnamed".to_owned()
    } else {
        name
    }
}

/// The file of a step: `03-strict-shop.yaml`.
pub(super) fn step_file(plan: &Plan<'_>, step: &Step<'_>, width: usize) -> String {
    let namespace = file_name(namespace(plan, step).unwrap_or("unnamed"));
    let what = match &step.kind {
        StepKind::Open(_) => format!("open-{namespace}"),
        StepKind::OpenMesh => "open-mesh".to_owned(),
        StepKind::Rule(change) => format!("rule-{namespace}-{}", file_name(&change.rule.meta.name.value)),
        StepKind::Strict { .. } => format!("strict-{namespace}"),
        StepKind::Mesh => "strict-mesh".to_owned(),
    };
    format!("{:0width$}-{what}.yaml", step.number)
}

/// What must be true before a step, beside the steps that it needs.
pub(super) fn first(plan: &Plan<'_>, step: &Step<'_>, turning: &[WorkloadId]) -> Vec<String> {
    let mut lines = Vec::new();
    if !step.after.is_empty() {
        lines.push(format!("{} done", steps(&step.after)));
    }
    let own = namespace(plan, step);
    match &step.kind {
        StepKind::Open(_) | StepKind::OpenMesh => {}
        StepKind::Rule(_) => lines.push("every pod behind its host runs a proxy that takes mutual TLS".to_owned()),
        StepKind::Strict { .. } => lines.push(format!(
            "the queries of stage 3 for {} show nobody whom stage 4 does not name",
            own.unwrap_or("the namespace")
        )),
        StepKind::Mesh => lines.push(
            "the queries of stage 3 show nobody whom stage 4 does not name; namespaces that are not among the manifests \
             turn STRICT now: measure them too"
                .to_owned(),
        ),
    }
    lines.extend(assumptions(plan, turning, own));
    lines
}

/// What is taken for granted of the workloads that turn STRICT.
fn assumptions(plan: &Plan<'_>, turning: &[WorkloadId], namespace: Option<&str>) -> Vec<String> {
    let resolution = plan.answers.resolution();
    let rests_on = turning
        .iter()
        .fold(crate::finding::Assumptions::NONE, |all, &id| {
            all | resolution.decide(id, None).rests_on
        });
    let name = namespace.unwrap_or("the namespace");
    let words = rests_on.iter().filter_map(|assumption| match assumption {
        Assumption::NamespaceNotGiven => Some(format!(
            "{name} is injected: its Namespace is not among the manifests (`kubectl get namespace {name} --show-labels`)"
        )),
        Assumption::RevisionUnknown => Some(format!("the revision that {name} names is installed")),
        Assumption::NotModelled => Some(format!(
            "what no manifest decides of {name} is looked at: EnvoyFilters, labels of run time, machines"
        )),
        Assumption::NoTimestamps | Assumption::ServiceNotGiven | Assumption::WorkloadsNotGiven => None,
    });
    words.collect()
}

/// `steps 1, 2 and 4`.
pub(super) fn steps(numbers: &[usize]) -> String {
    match numbers {
        [] => String::new(),
        [only] => format!("step {only}"),
        [first, .., last] if numbers.len() > 2 && last - first + 1 == numbers.len() => {
            format!("steps {first} to {last}")
        }
        [all @ .., last] => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            format!("steps {} and {last}", all.join(", "))
        }
    }
}
