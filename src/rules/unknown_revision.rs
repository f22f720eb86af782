//! `unknown-revision`

use std::collections::BTreeMap;

use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::id::ObjectName;
use crate::mesh::WorkloadId;
use crate::resolve::dataplane::{Because, is_installed};
use crate::source::Span;
use crate::yaml::StringEntry;

declare_rule! {
    /// ## What it does
    /// Finds labels `istio.io/rev` on Namespaces and pods that name no installed revision and no tag. It knows
    /// what is installed from the setting `revisions` alone, and is silent without it.
    ///
    /// ## Why is this bad?
    /// No webhook answers for such a revision: the pods start without a proxy, in plaintext and without
    /// identity, and no policy is enforced for them. That is how namespaces fall out of the mesh when an old
    /// revision is removed.
    ///
    /// ## Example
    /// ```yaml
    /// # revisions: default, canary
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    ///   labels:
    ///     istio.io/rev: canry
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// # revisions: default, canary
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: production
    ///   labels:
    ///     istio.io/rev: canary
    /// ```
    pub struct UnknownRevision {
        id: "unknown-revision",
        family: PeerAuthentication,
        severity: Error,
        effect: Exposure,
    }
}

const REVISION: &str = "istio.io/rev";

impl Rule for UnknownRevision {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let Some(installed) = &facts.mesh.settings.revisions.value else {
            return;
        };
        let mut places = namespaces(facts);
        add_workloads(facts, &mut places);
        let unknown = places.values();
        findings.extend(unknown.map(|place| self.report(facts, installed, place)));
    }
}

/// A label that names nothing.
struct Place<'a> {
    object: ObjectName,
    label: StringEntry<'a>,
    /// The workloads that it leaves without a proxy.
    workloads: Vec<WorkloadId>,
}

/// Namespaces whose label decides: `istio-injection` would beat it, and ambient asks no webhook.
fn namespaces<'a>(facts: &Facts<'a>) -> BTreeMap<Span, Place<'a>> {
    let mesh = facts.mesh;
    let mut places = BTreeMap::new();
    for (_, namespace) in mesh.namespaces.iter() {
        let (Some(given), Some(label)) = (namespace.given.last(), namespace.label_entry(REVISION)) else {
            continue;
        };
        let is_ambient = namespace.label("istio.io/dataplane-mode") == Some("ambient");
        let is_asked = namespace.label("istio-injection").is_none() && !is_ambient;
        if is_asked && !is_installed(mesh, label.value) {
            let place = Place {
                object: given.meta.object_name(),
                label,
                workloads: Vec::new(),
            };
            places.insert(label.value_span, place);
        }
    }
    places
}

/// The resolver knows which label decided for each workload.
fn add_workloads<'a>(facts: &Facts<'a>, places: &mut BTreeMap<Span, Place<'a>>) {
    for (id, workload) in facts.mesh.workloads() {
        let Because::UnknownRevision(mark) = facts.resolution.workload(id).enrolment.because else {
            continue;
        };
        if let Some(place) = places.get_mut(&mark.span) {
            place.workloads.push(id);
        } else if let Some(label) = workload.label_entry(REVISION) {
            let place = Place {
                object: workload.meta().object_name(),
                label,
                workloads: vec![id],
            };
            places.insert(mark.span, place);
        }
    }
}

impl UnknownRevision {
    fn report(self, facts: &Facts<'_>, installed: &[Box<str>], place: &Place<'_>) -> Finding {
        let Place {
            object,
            label,
            workloads,
        } = place;
        let whom = match workloads.as_slice() {
            [] => "its pods get no proxy".to_owned(),
            ids => format!("no proxy for {}", wording::workloads(facts.mesh, ids)),
        };
        let message = format!(
            "{object} asks for revision `{}`, which is not installed: {whom}",
            label.value
        );
        let known = wording::list(installed);
        let finding = self
            .finding(label.value_span, message)
            .on(object.clone())
            .label("no such revision or tag");
        match nearest(label.value, installed) {
            Some(meant) => finding
                .help(format!("write `{REVISION}: {meant}`; installed are {known}"))
                .fix(
                    format!("write `{meant}`"),
                    vec![Edit {
                        span: label.value_span,
                        text: manifest::in_place_of(label.value_span, label.value, meant),
                    }],
                ),
            None => finding.help(format!("name an installed revision or tag: {known}")),
        }
    }
}

fn nearest<'i>(name: &str, installed: &'i [Box<str>]) -> Option<&'i str> {
    const ALIKE: f64 = 0.7;
    let scored = installed.iter().map(|known| {
        let likeness = strsim::normalized_damerau_levenshtein(name, known);
        (likeness, &**known)
    });
    scored
        .filter(|&(likeness, _)| likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}
