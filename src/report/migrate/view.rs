//! What every format shows, in words and places.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Migration, commands, words};
use crate::mesh::settings::ISTIO_VERSION;
use crate::mesh::{NamespaceId, WorkloadId};
use crate::posture::diff::WorkloadName;
use crate::posture::migrate::{Manifest, Plan, Step, StepKind};
use crate::report::document::SCHEMA_VERSION;
use crate::report::names::NameView;
use crate::report::place::Place;

/// The plans of some clusters.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MigrationView<'a> {
    pub(super) schema_version: &'static str,
    pub(super) istio: &'static str,
    /// One for each cluster.
    pub(super) plans: Vec<PlanView<'a>>,
    #[serde(skip)]
    pub(super) is_written: bool,
}

/// The plan of a cluster.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanView<'a> {
    pub(super) context: Option<&'a str>,
    pub(super) today: Counts,
    pub(super) after: Counts,
    /// Whether the policy of the mesh is STRICT in the end.
    pub(super) is_mesh_strict: bool,
    /// 1: workloads that no policy guards, because they have no proxy.
    pub(super) outside: Vec<OutsideView<'a>>,
    /// The same of single ports.
    pub(super) bypasses: Vec<BypassView<'a>>,
    /// 3: how to see who still calls without mutual TLS.
    pub(super) measure: Vec<MeasureView<'a>>,
    /// 4: who is known to.
    pub(super) blockers: Vec<BlockerView<'a>>,
    /// 2, 5 and 6: what to apply, in order.
    pub(super) steps: Vec<StepView>,
    /// What is not STRICT in the end.
    pub(super) stays: Vec<StayView<'a>>,
    /// Policies of namespaces of which no workload is given.
    pub(super) untouched: Vec<String>,
}

/// How many ports are in each mode.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    pub(super) strict: usize,
    pub(super) permissive: usize,
    pub(super) disable: usize,
}

impl Counts {
    fn of([strict, permissive, disable]: [usize; 3]) -> Counts {
        Counts {
            strict,
            permissive,
            disable,
        }
    }

    pub(super) fn total(&self) -> usize {
        self.strict + self.permissive + self.disable
    }
}

/// A workload without a proxy.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OutsideView<'a> {
    pub(super) workload: NameView<'a>,
    pub(super) because: String,
    pub(super) place: Option<Place<'a>>,
    /// The services that it is told to call.
    pub(super) calls: Vec<&'a str>,
}

/// A port that bypasses the proxy.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BypassView<'a> {
    pub(super) workload: NameView<'a>,
    pub(super) port: Option<u16>,
    pub(super) because: String,
    pub(super) place: Option<Place<'a>>,
}

/// What to measure in a namespace.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeasureView<'a> {
    pub(super) namespace: Option<&'a str>,
    pub(super) workloads: Vec<NameView<'a>>,
    /// Queries of Prometheus; each has to give nothing.
    pub(super) queries: Vec<String>,
    pub(super) commands: Vec<String>,
}

/// Something that hinders ports.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockerView<'a> {
    /// Its kind, as a word.
    pub(super) kind: &'static str,
    /// Who calls, or what it is.
    pub(super) who: String,
    pub(super) sends: &'static str,
    pub(super) because: String,
    pub(super) place: Option<Place<'a>>,
    pub(super) ports: Vec<PortView<'a>>,
    pub(super) remedy: String,
    /// The step that removes it.
    pub(super) removed_by: Option<usize>,
}

/// A port of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PortView<'a> {
    pub(super) workload: NameView<'a>,
    pub(super) port: Option<u16>,
}

/// A step.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepView {
    pub(super) number: usize,
    /// Which of the six stages of the way it belongs to.
    pub(super) stage: u8,
    pub(super) title: String,
    pub(super) namespace: Option<String>,
    /// Its file below the directory of `--write`.
    pub(super) file: String,
    pub(super) manifests: Vec<ManifestView>,
    /// The steps that must be done.
    pub(super) after: Vec<usize>,
    /// What else must be true.
    pub(super) first: Vec<String>,
    /// Ports that it leaves open, each with who calls.
    pub(super) leaves_open: Vec<String>,
    pub(super) apply: Vec<String>,
    pub(super) verify: Vec<String>,
    pub(super) roll_back: Vec<String>,
}

/// A manifest.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ManifestView {
    pub(super) object: String,
    pub(super) is_exception: bool,
    /// As it is before; `null` for a new object.
    pub(super) before: Option<String>,
    pub(super) after: String,
}

/// A port that is not STRICT in the end.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StayView<'a> {
    #[serde(flatten)]
    pub(super) port: PortView<'a>,
    pub(super) mode: &'static str,
    /// What hinders it, by the indexes of `blockers`.
    pub(super) blockers: Vec<usize>,
}

pub(super) fn name<'a>(plan: &Plan<'a>, id: WorkloadId) -> NameView<'a> {
    NameView::of(&WorkloadName::of(plan.answers.mesh(), id))
}

pub(super) fn view<'a>(migration: &'a Migration<'_>) -> MigrationView<'a> {
    MigrationView {
        schema_version: SCHEMA_VERSION,
        istio: ISTIO_VERSION,
        plans: migration
            .plans
            .iter()
            .map(|plan| Viewer { migration, plan }.plan())
            .collect(),
        is_written: migration.is_written,
    }
}

/// What hinders each port, by the indexes of blockers.
type BlockersOfPorts = BTreeMap<(WorkloadId, Option<u16>), Vec<usize>>;

struct Viewer<'v> {
    migration: &'v Migration<'v>,
    plan: &'v Plan<'v>,
}

impl<'v> Viewer<'v> {
    fn plan(&self) -> PlanView<'v> {
        let plan = self.plan;
        let (blockers, by_port) = self.blockers();
        let stays = plan.stays.iter().map(|&(id, port, target)| StayView {
            port: self.port(id, port),
            mode: target.mode().as_str(),
            blockers: by_port.get(&(id, port)).cloned().unwrap_or_default(),
        });
        let stays: Vec<StayView<'v>> = stays.collect();
        let steps = self.steps(&stays, &blockers);
        PlanView {
            context: plan.answers.mesh().context,
            today: Counts::of(plan.today),
            after: Counts::of(plan.after),
            is_mesh_strict: plan.is_mesh_strict,
            outside: plan.outside.iter().map(|&id| self.outside(id)).collect(),
            bypasses: self.bypasses(),
            measure: self.measure(),
            stays,
            steps,
            blockers,
            untouched: self.untouched(),
        }
    }

    fn port(&self, id: WorkloadId, port: Option<u16>) -> PortView<'v> {
        PortView {
            workload: name(self.plan, id),
            port,
        }
    }

    fn outside(&self, id: WorkloadId) -> OutsideView<'v> {
        let answers = &self.plan.answers;
        let because = answers.resolution().workload(id).enrolment.because;
        // Where nothing decides, the workload is what there is to look at.
        let at = because
            .span()
            .unwrap_or(answers.mesh().workload(id).meta().name.span);
        let calls = answers.callers.calls.of(id).iter();
        let mut calls: Vec<&str> = calls
            .map(|call| &*answers.mesh().service(call.service).host)
            .collect();
        calls.dedup();
        OutsideView {
            workload: name(self.plan, id),
            because: because.to_string(),
            place: Some(self.migration.places.of(at)),
            calls,
        }
    }

    fn bypasses(&self) -> Vec<BypassView<'v>> {
        let bypasses = self
            .plan
            .bypasses
            .iter()
            .filter(|(_, _, by)| words::is_worth_telling(*by));
        let bypasses = bypasses.map(|&(id, port, by)| BypassView {
            workload: name(self.plan, id),
            port,
            because: words::bypass(by),
            place: by
                .and_then(|by| by.span())
                .map(|span| self.migration.places.of(span)),
        });
        bypasses.collect()
    }

    /// What hinders, each thing once, and which of it hinders each port.
    fn blockers(&self) -> (Vec<BlockerView<'v>>, BlockersOfPorts) {
        let mut blockers: Vec<BlockerView<'v>> = Vec::new();
        let mut known: BTreeMap<words::Said, usize> = BTreeMap::new();
        let mut by_port = BlockersOfPorts::new();
        for hindered in &self.plan.hindrances {
            let said = words::hindrance(self.plan, &hindered.by);
            let index = *known.entry(said.clone()).or_insert_with(|| {
                blockers.push(BlockerView {
                    kind: said.kind,
                    who: said.who,
                    sends: said.sends,
                    because: said.because,
                    place: said.span.map(|span| self.migration.places.of(span)),
                    ports: Vec::new(),
                    remedy: said.remedy,
                    removed_by: hindered.removed_by,
                });
                blockers.len() - 1
            });
            let port = self.port(hindered.workload, hindered.port);
            let ports = &mut blockers[index].ports;
            if ports.last() != Some(&port) {
                ports.push(port);
            }
            let of_port = by_port.entry((hindered.workload, hindered.port)).or_default();
            if of_port.last() != Some(&index) {
                of_port.push(index);
            }
        }
        (blockers, by_port)
    }

    /// The namespaces that turn STRICT, with their workloads that do.
    fn measure(&self) -> Vec<MeasureView<'v>> {
        let mesh = self.plan.answers.mesh();
        let turning = self.plan.steps.iter().filter_map(|step| match step.kind {
            StepKind::Strict { namespace, .. } => Some(namespace),
            StepKind::Mesh => mesh.root.filter(|&root| !self.turning(root).is_empty()),
            _ => None,
        });
        turning.map(|namespace| self.measure_in(namespace)).collect()
    }

    fn turning(&self, namespace: NamespaceId) -> Vec<WorkloadId> {
        let mesh = self.plan.answers.mesh();
        let turning = self.plan.turning.iter().copied();
        turning
            .filter(|&id| mesh.workload(id).namespace == namespace)
            .collect()
    }

    fn measure_in(&self, namespace: NamespaceId) -> MeasureView<'v> {
        let own = self.plan.answers.mesh().namespaces[namespace].name;
        let turning = self.turning(namespace);
        let workloads: Vec<NameView<'v>> = turning.iter().map(|&id| name(self.plan, id)).collect();
        MeasureView {
            namespace: own,
            queries: commands::queries(own, &workloads),
            commands: commands::inspect(self.plan, &turning),
            workloads,
        }
    }

    fn steps(&self, stays: &[StayView<'v>], blockers: &[BlockerView<'v>]) -> Vec<StepView> {
        let width = self.plan.steps.len().to_string().len().max(2);
        let mut open: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
        for stay in stays {
            let because: Vec<&str> = stay.blockers.iter().map(|&index| &*blockers[index].who).collect();
            let port = stay
                .port
                .port
                .map_or_else(|| "others".to_owned(), |port| port.to_string());
            let line = format!("{}:{port} for {}", stay.port.workload.name, because.join(", "));
            open.entry(stay.port.workload.namespace).or_default().push(line);
        }
        self.plan
            .steps
            .iter()
            .map(|step| self.step(step, width, &open))
            .collect()
    }

    fn step(&self, step: &Step<'v>, width: usize, open: &BTreeMap<Option<&str>, Vec<String>>) -> StepView {
        let manifests: Vec<Manifest> = step.manifests(self.migration.sources);
        let file = words::step_file(self.plan, step, width);
        let turning = match step.kind {
            StepKind::Strict { namespace, .. } => self.turning(namespace),
            StepKind::Mesh => self
                .plan
                .answers
                .mesh()
                .root
                .map(|root| self.turning(root))
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        StepView {
            number: step.number,
            stage: words::stage(step),
            title: words::title(self.plan, step),
            namespace: words::namespace(self.plan, step).map(str::to_owned),
            after: step.after.clone(),
            first: words::first(self.plan, step, &turning),
            leaves_open: match step.kind {
                StepKind::Open(_) | StepKind::Strict { .. } => open
                    .get(&words::namespace(self.plan, step))
                    .cloned()
                    .unwrap_or_default(),
                _ => Vec::new(),
            },
            apply: vec![format!("kubectl apply -f {file}")],
            verify: commands::verify(self.plan, step, &turning),
            roll_back: commands::roll_back(&manifests, &file),
            manifests: manifests
                .into_iter()
                .map(|manifest| ManifestView {
                    object: manifest.object.to_string(),
                    is_exception: manifest.is_exception,
                    before: manifest.before,
                    after: manifest.after,
                })
                .collect(),
            file,
        }
    }

    fn untouched(&self) -> Vec<String> {
        let policies = &self.plan.answers.mesh().policies;
        let untouched = self.plan.untouched.iter();
        untouched
            .map(|&id| policies[id].object.meta.object_name().to_string())
            .collect()
    }
}
