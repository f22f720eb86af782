//! `exportTo` (`validateExportTo`).

use std::collections::BTreeSet;

use super::{Judge, items, names, part};
use crate::yaml::Node;

/// Whose `exportTo` it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exporter {
    /// A `ServiceEntry` may be visible to no one.
    ServiceEntry,
    DestinationRule,
    /// A rule for some clients is for clients of its own namespace.
    SelectingRule,
}

impl Judge<'_, '_> {
    pub(super) fn export_to(&mut self, spec: Node<'_>, exporter: Exporter) {
        let mut seen = BTreeSet::new();
        let count = items(spec, "exportTo").count();
        for (index, item) in items(spec, "exportTo") {
            let Some(entry) = item.as_str() else {
                continue;
            };
            let namespace = if entry == "." { self.namespace } else { None };
            let name = namespace.unwrap_or(entry);
            let problem = if seen.insert(name) {
                refuse_export(entry, count, exporter)
            } else if namespace.is_some() || entry != name || self.namespace == Some(entry) {
                Some("expected each namespace once; `.` is the object's own".to_owned())
            } else {
                Some(format!("expected each namespace once, found `{entry}` again"))
            };
            if let Some(problem) = problem {
                self.refuse(item.span(), format_args!("spec.exportTo[{index}]"), problem);
            }
        }
        self.stays_at_home(spec, exporter);
    }

    /// A namespace that the manifest leaves open may be the one that is listed.
    fn stays_at_home(&mut self, spec: Node<'_>, exporter: Exporter) {
        if exporter != Exporter::SelectingRule {
            return;
        }
        let is_home = |entry: &str| match self.namespace {
            Some(namespace) => entry == "." || entry == namespace,
            None => entry != "*",
        };
        let mut texts = items(spec, "exportTo").filter_map(|(_, item)| item.as_str());
        let strays = !texts.all(is_home);
        if let Some(list) = part(spec, "exportTo").filter(|_| strays) {
            let message =
                "expected `exportTo: [.]`: a rule with a `workloadSelector` is for its own namespace";
            self.refuse(list.key_span, "spec.exportTo", message);
        }
    }
}

fn refuse_export(entry: &str, count: usize, exporter: Exporter) -> Option<String> {
    match entry {
        "*" if count > 1 => Some("expected `*`, which is every namespace, to stand alone".to_owned()),
        "~" if exporter != Exporter::ServiceEntry => {
            Some("expected `.`, `*` or a namespace, found `~`: only a ServiceEntry can hide".to_owned())
        }
        "~" if count > 1 => Some("expected `~`, which is no namespace, to stand alone".to_owned()),
        "." | "*" | "~" => None,
        _ if names::is_label(entry) => None,
        _ => Some(format!("expected `.`, `*` or a namespace, found `{entry}`")),
    }
}
