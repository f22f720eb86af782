//! The plan put to the test: its manifests are read as if they were applied, and whoever is refused then and was not
//! before makes it another plan.

use jiff::civil::Date;

use super::{Reserved, Step, StepKind, plan, refusals};
use crate::id::ObjectName;
use crate::load::Loaded;
use crate::matrix::ask;
use crate::mesh::{Mesh, Settings};
use crate::model::{Context, Hypothesis, ages};
use crate::source::{FileId, SourceMap};

/// An object as a step writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What it is called.
    pub object: ObjectName,
    /// As it is before; `None` for a new one.
    pub before: Option<String>,
    /// As it is written.
    pub after: String,
    /// Whether it lets plaintext in on purpose.
    pub is_exception: bool,
}

impl Step<'_> {
    /// The manifests in the order in which they are applied. A rule whose file is no longer what was read has none.
    pub fn manifests(&self, sources: &SourceMap) -> Vec<Manifest> {
        // A policy is made of names and modes, which can always be written.
        let yaml = |policy: &super::PolicyManifest| policy.to_yaml().unwrap_or_default();
        let policies = self.policies.iter().map(|change| Manifest {
            object: change.after.object_name(),
            before: change.before.as_ref().map(yaml),
            after: yaml(&change.after),
            is_exception: change.is_exception,
        });
        let rule = match &self.kind {
            StepKind::Rule(change) => change.to_yaml(sources).map(|(before, after)| Manifest {
                object: change.object_name(),
                before: Some(before),
                after,
                is_exception: false,
            }),
            _ => None,
        };
        policies.chain(rule).collect()
    }
}

/// The states in which a plan is looked at: after each of these, nobody may be refused who was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Everything is open that has to be.
    Opened,
    /// Rules say `ISTIO_MUTUAL`.
    Ruled,
    /// Everything is applied.
    Done,
}

impl Phase {
    fn of(step: &Step<'_>) -> Phase {
        match step.kind {
            StepKind::Open(_) | StepKind::OpenMesh => Phase::Opened,
            StepKind::Rule(_) => Phase::Ruled,
            StepKind::Strict { .. } | StepKind::Mesh => Phase::Done,
        }
    }
}

/// What a plan of one cluster writes.
struct Draft {
    manifests: Vec<(Phase, Manifest)>,
    refused: std::collections::BTreeSet<super::Refusal>,
}

/// Finds what plans have to leave alone, for each cluster. The clusters that come with it are those of `loaded`
/// without what was added to it for the purpose.
pub fn settle(loaded: &mut Loaded, settings: &Settings, today: Date) -> (Vec<Context>, Vec<Reserved>) {
    let mut contexts = loaded.contexts.clone();
    let mut reserved = vec![Reserved::default(); contexts.len()];
    // Each round leaves more alone, and in the end everything.
    loop {
        let drafts = draft(loaded, &contexts, settings, &reserved, today);
        let mut is_settled = true;
        for phase in [Phase::Opened, Phase::Ruled, Phase::Done] {
            if !drafts
                .iter()
                .any(|draft| draft.manifests.iter().any(|(own, _)| *own == phase))
            {
                continue;
            }
            let after = apply(loaded, &mut contexts, &drafts, phase);
            let meshes: Vec<Mesh<'_>> = after
                .iter()
                .map(|context| Mesh::new(&loaded.objects, context, settings.clone()))
                .collect();
            ask(&meshes, |answers| {
                for ((answers, draft), reserved) in answers.iter().zip(&drafts).zip(&mut reserved) {
                    let rules: Vec<ObjectName> = match phase {
                        Phase::Opened => Vec::new(),
                        Phase::Ruled | Phase::Done => draft.rules(),
                    };
                    for refusal in refusals(answers).difference(&draft.refused) {
                        is_settled = false;
                        reserved.add(refusal, &rules, phase == Phase::Done);
                    }
                }
            });
            // What comes later builds on it.
            if !is_settled {
                break;
            }
        }
        if is_settled {
            return (contexts, reserved);
        }
    }
}

impl Draft {
    fn rules(&self) -> Vec<ObjectName> {
        let ruled = self.manifests.iter().filter(|(phase, _)| *phase == Phase::Ruled);
        ruled.map(|(_, manifest)| manifest.object.clone()).collect()
    }
}

fn draft(
    loaded: &Loaded,
    contexts: &[Context],
    settings: &Settings,
    reserved: &[Reserved],
    today: Date,
) -> Vec<Draft> {
    let meshes: Vec<Mesh<'_>> = contexts
        .iter()
        .map(|context| Mesh::new(&loaded.objects, context, settings.clone()))
        .collect();
    ask(&meshes, |answers| {
        let drafts = answers.iter().zip(reserved).map(|(answers, reserved)| {
            let steps = plan(*answers, reserved, today).steps;
            let manifests = steps.iter().flat_map(|step| {
                let phase = Phase::of(step);
                step.manifests(&loaded.sources)
                    .into_iter()
                    .map(move |manifest| (phase, manifest))
            });
            Draft {
                manifests: manifests.collect(),
                refused: refusals(answers),
            }
        });
        drafts.collect()
    })
}

/// The clusters once everything up to a phase is applied. What is read for it is hidden from `contexts`.
fn apply(loaded: &mut Loaded, contexts: &mut [Context], drafts: &[Draft], phase: Phase) -> Vec<Context> {
    let mut added: Vec<Vec<FileId>> = Vec::new();
    for draft in drafts {
        // Of several manifests of one object the last is what is left.
        let mut texts: std::collections::BTreeMap<&ObjectName, &str> = std::collections::BTreeMap::new();
        for (_, manifest) in draft.manifests.iter().filter(|(own, _)| *own <= phase) {
            texts.insert(&manifest.object, &manifest.after);
        }
        let text: Vec<&str> = texts.into_values().collect();
        added.push(vec![loaded.add_text("<migrate>", &text.join("---\n"))]);
    }
    ages::date_additions(&mut loaded.objects, &added.concat());
    let everything = Hypothesis {
        adds: added.concat(),
        ..Hypothesis::default()
    };
    let mut after = Vec::new();
    for (context, own) in contexts.iter_mut().zip(added) {
        *context = context.before(&everything);
        let change = Hypothesis::adding(&loaded.objects, context, own);
        after.push(context.with(&change));
    }
    after
}
