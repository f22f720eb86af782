//! The security checklist: what the manifests say about each item, and what no manifest can say.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Cause, Coverage, Opening, Question, is_server};
use crate::finding::phrases::{counted, list};
use crate::matrix::{Answers, EndpointClass};
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::model::prometheus_rule::{PrometheusRule, SECURITY_LABEL, Watch};
use crate::model::{Object, Standing};
use crate::posture::diff::WorkloadName;
use crate::resolve::client::{ClusterReason, EndpointPlace, Wire};
use crate::resolve::compose;
use crate::resolve::dataplane::DataPlane;
use crate::resolve::server::Reception;
use crate::source::Span;

/// An item of the checklist.
#[derive(Debug, Clone)]
pub struct Check {
    /// The permanent name.
    pub id: &'static str,
    /// What is to be done.
    pub item: &'static str,
    /// Whether it is.
    pub verdict: Verdict,
    /// Why, in words.
    pub why: String,
    /// The place that decides.
    pub at: Option<Span>,
}

/// Whether an item is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is, as far as the manifests go.
    Yes,
    /// It is not.
    No,
    /// The manifests do not tell.
    Unknown,
}

impl Verdict {
    /// The word in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Yes => "yes",
            Verdict::No => "no",
            Verdict::Unknown => "unknown",
        }
    }
}

/// A verdict, why, and where.
type Said = (Verdict, String, Option<Span>);

fn yes(why: impl Into<String>) -> Said {
    (Verdict::Yes, why.into(), None)
}

fn no(why: impl Into<String>) -> Said {
    (Verdict::No, why.into(), None)
}

fn unknown(why: impl Into<String>) -> Said {
    (Verdict::Unknown, why.into(), None)
}

/// Every item with its verdict.
pub(super) fn checklist(
    answers: &Answers<'_>,
    question: Question<'_>,
    openings: &[Opening<'_>],
    coverage: &Coverage<'_>,
) -> Vec<Check> {
    let reader = Reader {
        answers: *answers,
        question,
        openings,
        coverage,
    };
    let items: [(&str, &str, Said); 10] = [
        (
            "baseline",
            "Enable PERMISSIVE mode mesh-wide as a baseline",
            reader.baseline(),
        ),
        (
            "injection",
            "Ensure all workloads have Istio sidecars injected",
            reader.injection(),
        ),
        (
            "monitoring",
            "Monitor mTLS adoption using Kiali or Prometheus",
            reader.monitoring(),
        ),
        (
            "outbound",
            "Configure DestinationRules for outbound mTLS",
            reader.outbound(),
        ),
        (
            "port-level",
            "Add port-level exceptions only where necessary",
            reader.port_level(),
        ),
        (
            "documented",
            "Document all DISABLE and PERMISSIVE exceptions",
            reader.documented(),
        ),
        ("strict", "Migrate to STRICT mode progressively", reader.strict()),
        (
            "staging",
            "Test authentication policies in staging first",
            unknown("no manifest tells; `peerauth diff STAGING PRODUCTION` compares the two"),
        ),
        (
            "alerts",
            "Set up alerts for mTLS certificate expiration",
            reader.alerts(),
        ),
        ("review", "Review and audit exceptions quarterly", reader.review()),
    ];
    let check = |(id, item, (verdict, why, at))| Check {
        id,
        item,
        verdict,
        why,
        at,
    };
    items.into_iter().map(check).collect()
}

struct Reader<'a, 'q> {
    answers: Answers<'a>,
    question: Question<'q>,
    openings: &'q [Opening<'a>],
    coverage: &'q Coverage<'a>,
}

impl<'a> Reader<'a, '_> {
    /// The given workloads that are shown and serve others.
    fn servers(&self) -> impl Iterator<Item = WorkloadId> + '_ {
        let (mesh, resolution) = (self.answers.mesh(), self.answers.resolution());
        let all = mesh.workloads().map(|(id, _)| id);
        all.filter(move |&id| {
            let namespace = mesh.namespaces[mesh.workload(id).namespace].name;
            is_server(resolution.workload(id).enrolment.plane)
                && (self.question.keeps)(resolution, namespace, Some(id))
        })
    }

    fn baseline(&self) -> Said {
        let mesh = self.answers.mesh();
        let chosen = compose::choose_wide(mesh, None, "default", &mut ());
        let mode = chosen.overall(&mesh.policies, &mut ()).mode;
        let Some(id) = chosen.mesh else {
            return if mesh.settings.is_complete(&mesh.settings.root_namespace.value) {
                yes("no policy is for the whole mesh: Istio's default is PERMISSIVE")
            } else {
                unknown(
                    "no policy for the whole mesh is among the manifests; without one, Istio's default is PERMISSIVE",
                )
            };
        };
        let meta = &mesh.policies[id].object.meta;
        let name = meta.qualified_name();
        let (verdict, why) = match mode {
            Mode::Permissive => (Verdict::Yes, format!("policy {name} says so for the mesh")),
            Mode::Strict => (Verdict::Yes, format!("policy {name} says STRICT, which is more")),
            Mode::Disable => (Verdict::No, format!("policy {name} turns mTLS off")),
        };
        let value = mesh.policies[id].object.spec.mode();
        (
            verdict,
            why,
            Some(value.map_or(meta.name.span, |value| value.span)),
        )
    }

    fn injection(&self) -> Said {
        let resolution = self.answers.resolution();
        let (mut given, mut outside, mut unsure) = (0, Vec::new(), 0);
        for id in self.servers() {
            given += 1;
            let enrolment = &resolution.workload(id).enrolment;
            if !enrolment.rests_on.is_empty() {
                unsure += 1;
            } else if enrolment.plane == DataPlane::None {
                outside.push(id);
            }
        }
        if let Some(&first) = outside.first() {
            let names = list(outside.iter().map(|&id| self.name(id)));
            let because = resolution.workload(first).enrolment.because;
            let at = self.answers.mesh().workload(first).meta().name.span;
            let why = format!(
                "{} of {} without a proxy: {names} ({because})",
                outside.len(),
                counted(given, "workload")
            );
            return (Verdict::No, why, Some(because.span().unwrap_or(at)));
        }
        match (given, unsure) {
            (0, _) => unknown("no workload is among the manifests"),
            (_, 0) => yes(format!("{} given, each in the mesh", counted(given, "workload"))),
            _ => unknown(format!(
                "of {unsure} of {} it is not known, for example because their Namespace is not given",
                counted(given, "workload")
            )),
        }
    }

    /// What would show it is there or not; whether somebody looks at it, nobody writes into a manifest.
    fn monitoring(&self) -> Said {
        let mesh = self.answers.mesh();
        let named = |name: &str| {
            mesh.workloads().find(|(_, workload)| {
                let labels = ["app.kubernetes.io/name", "app"];
                let mut labels = labels.iter().filter_map(|key| workload.label_entry(key));
                labels.any(|label| label.value == name) || workload.name() == name
            })
        };
        if let Some((id, workload)) = named("kiali") {
            let why = format!("{} shows which connections are mTLS", self.name(id));
            return (Verdict::Yes, why, Some(workload.meta().name.span));
        }
        if let Some((object, rule)) = self.watch(Watch::tells_security) {
            let what = if rule.is_alert { "alert" } else { "recording rule" };
            let why = format!(
                "{what} {} of PrometheusRule {} looks at `{SECURITY_LABEL}`",
                rule.name,
                object.meta.qualified_name()
            );
            return (Verdict::Yes, why, Some(rule.at));
        }
        let Some((id, workload)) = named("prometheus") else {
            return unknown(
                "neither Kiali nor Prometheus is among the manifests, nor a PrometheusRule over \
                 `connection_security_policy`",
            );
        };
        let why = format!(
            "{} is given, and no PrometheusRule that looks at `istio_requests_total` by `{SECURITY_LABEL}`",
            self.name(id)
        );
        (Verdict::Unknown, why, Some(workload.meta().name.span))
    }

    /// Alerts may also be kept where no manifest is: their absence proves nothing.
    fn alerts(&self) -> Said {
        let Some((object, rule)) = self.watch(|rule| rule.is_alert && rule.tells_expiry()) else {
            return unknown(
                "no PrometheusRule among the manifests has an alert over `citadel_server_root_cert_expiry_timestamp` or \
                 `istio_agent_cert_expiry_seconds`",
            );
        };
        let why = format!(
            "alert {} of PrometheusRule {} looks at the end of certificates",
            rule.name,
            object.meta.qualified_name()
        );
        (Verdict::Yes, why, Some(rule.at))
    }

    /// The first rule of Prometheus that does.
    fn watch(&self, does: impl Fn(&Watch) -> bool) -> Option<(&'a Object<PrometheusRule>, &'a Watch)> {
        let objects = self.answers.mesh().bystanders.prometheus_rules.iter();
        let mut rules = objects.flat_map(|&object| object.spec.rules.iter().map(move |rule| (object, rule)));
        rules.find(|(_, rule)| does(rule))
    }

    /// With auto-mTLS no rule is needed; none may take it away.
    fn outbound(&self) -> Said {
        let settings = &self.answers.mesh().settings;
        let is_auto = settings.enable_auto_mtls.value;
        let (mut seen, mut without) = (false, 0);
        for row in self.answers.matrix.rows().filter(|row| row.is_routed) {
            let takes = row.endpoints.iter().filter(|class| self.takes_mtls(class));
            for class in takes.filter(|_| row.client.follows_rules()) {
                seen = true;
                if matches!(class.sent.arriving(), Wire::IstioMtls | Wire::Hbone) {
                    continue;
                }
                if let Some(tls) = class.sent.setting(&row.cluster.reason) {
                    let host = &self.answers.mesh().service(row.service).host;
                    let why = format!(
                        "DestinationRule {} says {} for {host}:{}, which takes mTLS of the mesh",
                        tls.rule.meta.qualified_name(),
                        tls.mode().as_str(),
                        row.port
                    );
                    return (Verdict::No, why, Some(tls.span()));
                }
                without += usize::from(matches!(row.cluster.reason, ClusterReason::AutoMtlsOff));
            }
        }
        match (seen, is_auto) {
            (false, _) => {
                unknown("no Service with a port that takes mTLS of the mesh is among the manifests")
            }
            (true, true) => yes("auto-mTLS is on, and no DestinationRule takes it away"),
            (true, false) if without > 0 => no(format!(
                "auto-mTLS is off, and no DestinationRule sets ISTIO_MUTUAL for {}",
                counted(without, "connection")
            )),
            (true, false) => yes("auto-mTLS is off, and DestinationRules set ISTIO_MUTUAL"),
        }
    }

    fn takes_mtls(&self, class: &EndpointClass<'_>) -> bool {
        let resolution = self.answers.resolution();
        let is_shown = class.endpoints.iter().any(|endpoint| match endpoint.place {
            EndpointPlace::Workload(id) => {
                let namespace = self.answers.mesh().workload(id).namespace;
                let namespace = self.answers.mesh().namespaces[namespace].name;
                (self.question.keeps)(resolution, namespace, Some(id))
            }
            _ => false,
        });
        let takes = |accepts: Reception| accepts == Reception::Accepted;
        is_shown
            && class
                .server
                .is_some_and(|server| takes(server.accepts.istio_mtls))
    }

    /// The exceptions from what holds for the mesh.
    fn exceptions(&self) -> impl Iterator<Item = &Opening<'a>> {
        self.openings
            .iter()
            .filter(|opening| opening.cause.is_exception())
    }

    fn port_level(&self) -> Said {
        let below_strict = self.openings.iter().filter_map(|opening| match opening.cause {
            Cause::Policy {
                object,
                is_exception: true,
                ..
            } => Some((opening, object)),
            _ => None,
        });
        let below_strict: Vec<_> = below_strict.collect();
        let wide = below_strict.iter().find(|(opening, _)| {
            let is_wide = opening.ports.iter().any(|port| !port.is_port_level);
            is_wide || opening.ports.is_empty()
        });
        if let Some((opening, object)) = wide {
            let why = format!(
                "policy {} opens every port of its workloads and not single ones",
                object.qualified_name()
            );
            return (Verdict::No, why, opening.at);
        }
        let mut ports = below_strict.iter().flat_map(|(opening, object)| {
            let ports = opening.ports.iter();
            ports.map(move |port| (opening, object, port))
        });
        if let Some((opening, object, port)) = ports.find(|(.., port)| port.callers.is_empty()) {
            let why = format!(
                "nothing shows who needs port {} that policy {} opens",
                port.port.unwrap_or_default(),
                object.qualified_name()
            );
            return (Verdict::Unknown, why, opening.at);
        }
        match below_strict.len() {
            0 => yes("there is no exception from STRICT"),
            count => yes(format!(
                "{} from STRICT, for single ports with a known caller",
                counted(count, "exception")
            )),
        }
    }

    fn documented(&self) -> Said {
        let mut undocumented = self
            .exceptions()
            .filter(|opening| opening.account.reason.is_none());
        let count = self.exceptions().count();
        match (undocumented.next(), undocumented.count() + 1) {
            (None, _) if count == 0 => yes("there is no exception"),
            (None, _) => yes(format!("{}, each with a reason", counted(count, "exception"))),
            (Some(first), without) => (
                Verdict::No,
                format!(
                    "{without} of {} without the annotation `peerauth.dev/reason`",
                    counted(count, "exception")
                ),
                first.at,
            ),
        }
    }

    /// What is open and accounted for is as far as a migration gets.
    fn strict(&self) -> Said {
        let ports = self.coverage.ports;
        let total = ports.total();
        if total == 0 {
            return unknown("no port of a workload is among the manifests");
        }
        let is_settled =
            |opening: &Opening<'_>| matches!(opening.standing, Standing::Documented | Standing::Ending);
        let figure = format!("{} of {} STRICT", ports.strict, counted(total, "declared port"));
        if ports.strict == total {
            return yes(figure);
        }
        match self.openings.iter().find(|opening| !is_settled(opening)) {
            None => yes(format!("{figure}, and the others are documented exceptions")),
            Some(open) => (Verdict::No, figure, open.at),
        }
    }

    fn review(&self) -> Said {
        let (mut count, today) = (0, self.question.today);
        for opening in self.exceptions() {
            count += 1;
            let at = opening.account.expires.map(|expires| expires.entry.value_span);
            let why = match opening.account.last_day() {
                None => "an exception has no day on which it ends: write `peerauth.dev/expires`".to_owned(),
                Some(day) if day < today => format!("an exception expired on {day}"),
                Some(day) if day > a_quarter_after(today) => {
                    format!("an exception holds until {day}, longer than a quarter")
                }
                Some(_) => continue,
            };
            return (Verdict::No, why, at.or(opening.at));
        }
        match count {
            0 => yes("there is no exception"),
            count => yes(format!(
                "{}, each ends within a quarter",
                counted(count, "exception")
            )),
        }
    }

    fn name(&self, id: WorkloadId) -> String {
        let name = WorkloadName::of(self.answers.mesh(), id);
        format!("{}/{}", name.namespace.unwrap_or("-"), name.name)
    }
}

fn a_quarter_after(day: Date) -> Date {
    day.checked_add(3.months()).unwrap_or(Date::MAX)
}
