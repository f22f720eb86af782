//! What is said on standard error beside the report.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::args::{FilterArgs, Global, SourceArgs};
use crate::load::{FlawedObject, Loaded, SkipReason};
use crate::mesh::Mesh;
use crate::model::Context;
use crate::report::place::Places;
use crate::report::sanitize;
use crate::yaml::DefectKind;

/// Whether a manifest does not parse.
pub(super) fn has_broken(loaded: &Loaded) -> bool {
    loaded
        .defects
        .iter()
        .any(|defect| breakage(&defect.kind).is_some())
}

/// Says what cannot be read, which manifests do not parse and which objects the API server would refuse: what is
/// shown, is shown without them.
pub(super) fn unread(
    err: &mut dyn Write,
    loaded: &Loaded,
    places: &Places<'_>,
    source: &SourceArgs,
) -> io::Result<()> {
    unreadable(err, loaded)?;
    let severity = if source.skip_invalid { "warning" } else { "error" };
    for defect in &loaded.defects {
        if let Some(message) = breakage(&defect.kind) {
            writeln!(
                err,
                "{severity}: {}: {}",
                sanitize::line(&places.of(defect.span).to_string()),
                sanitize::line(&message)
            )?;
        }
    }
    for flawed in &loaded.flawed {
        write_flaws(err, places, flawed)?;
    }
    Ok(())
}

/// What of an object does not count, or that all of it does not.
fn write_flaws(err: &mut dyn Write, places: &Places<'_>, flawed: &FlawedObject) -> io::Result<()> {
    let name = flawed.name.as_deref().unwrap_or("without a name");
    let refused = format!(
        "{} {name} takes no part, the API server would refuse it",
        flawed.kind
    );
    let faults = flawed.review.faults.iter();
    let faults = faults.map(|fault| (fault.span, format!("{refused}: {}", fault.message)));
    let unknown = flawed.review.unknown.iter().map(|field| {
        let route = field.route();
        let message = if field.replaces_required {
            format!("{refused}: the field `{route}` does not exist")
        } else {
            format!(
                "{} {name}: the field `{route}` does not exist and has no effect",
                flawed.kind
            )
        };
        (field.key, message)
    });
    for (span, message) in faults.chain(unknown) {
        writeln!(
            err,
            "warning: {}: {}",
            sanitize::line(&places.of(span).to_string()),
            sanitize::line(&message)
        )?;
    }
    Ok(())
}

/// What is wrong with a document that is not read, or not to its end.
fn breakage(defect: &DefectKind) -> Option<String> {
    match defect {
        DefectKind::Syntax(message) => Some(message.clone()),
        DefectKind::Oversized(limit) => Some(format!(
            "the document is larger than what is read ({})",
            limit.value()
        )),
        _ => None,
    }
}

/// Says what could not be opened.
pub(super) fn unreadable(err: &mut dyn Write, loaded: &Loaded) -> io::Result<()> {
    for unreadable in &loaded.unreadable {
        let path = unreadable.path.to_string_lossy();
        writeln!(
            err,
            "error: {}: {}",
            sanitize::line(&path),
            sanitize::line(&unreadable.reason)
        )?;
    }
    Ok(())
}

/// Says how much was skipped and why.
pub(super) fn skipped(
    err: &mut dyn Write,
    loaded: &Loaded,
    places: &Places<'_>,
    global: &Global,
) -> io::Result<()> {
    if global.quiet {
        return Ok(());
    }
    let mut counts: BTreeMap<SkipReason, usize> = BTreeMap::new();
    for skipped in &loaded.skipped {
        *counts.entry(skipped.reason).or_default() += 1;
        if global.verbose {
            let place = match skipped.span {
                Some(span) => places.of(span).to_string(),
                None => places.path(skipped.file),
            };
            writeln!(
                err,
                "skipped: {}: {}",
                sanitize::line(&place),
                reason(skipped.reason)
            )?;
        }
    }
    for (why, count) in counts {
        match why {
            SkipReason::NotAManifest if !global.verbose => {}
            _ => writeln!(err, "note: skipped {count} {}", summary(why, count))?,
        }
    }
    unrendered(err, loaded)
}

/// Says of which contexts nothing is concluded.
fn unrendered(err: &mut dyn Write, loaded: &Loaded) -> io::Result<()> {
    let contexts = loaded.contexts.iter();
    let unrendered: Vec<&Context> = contexts
        .filter(|context| !context.unrendered.is_empty())
        .collect();
    let subject = match &unrendered[..] {
        [] => return Ok(()),
        [only] => only.name.as_deref().unwrap_or("a kustomization").to_owned(),
        several => format!("{} contexts", several.len()),
    };
    writeln!(
        err,
        "note: {} patched in ways that only kustomize can apply, nothing is concluded from what it changes; \
         to read it, render it: kubectl kustomize DIRECTORY | peerauth check -",
        sanitize::line(&format!(
            "{subject} {}",
            if unrendered.len() == 1 { "is" } else { "are" }
        ))
    )
}

fn reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::HelmTemplate => "a Helm template",
        SkipReason::NotAManifest => "neither `apiVersion` nor `kind` is among its keys",
        SkipReason::Unresolved => "a variable stands where a value belongs",
        SkipReason::Encrypted => "it is encrypted",
        SkipReason::Unlisted => "the kustomization of its directory does not list it",
    }
}

fn summary(reason: SkipReason, count: usize) -> &'static str {
    match (reason, count) {
        (SkipReason::HelmTemplate, 1) => {
            "Helm template; to read it, render the chart: helm template CHART | peerauth check -"
        }
        (SkipReason::HelmTemplate, _) => {
            "Helm templates; to read them, render the chart: helm template CHART | peerauth check -"
        }
        (SkipReason::NotAManifest, 1) => "text that is no manifest",
        (SkipReason::NotAManifest, _) => "texts that are no manifests",
        (SkipReason::Encrypted, 1) => "encrypted object",
        (SkipReason::Encrypted, _) => "encrypted objects",
        (SkipReason::Unlisted, 1) => "file that the kustomization of its directory does not list",
        (SkipReason::Unlisted, _) => "files that the kustomizations of their directories do not list",
        (SkipReason::Unresolved, 1) => "object with a variable where a value belongs; fill it in first",
        (SkipReason::Unresolved, _) => "objects with variables where values belong; fill them in first",
    }
}

/// Says which namespace of `-n` no object is in.
pub(super) fn unknown_namespaces(
    err: &mut dyn Write,
    meshes: &[Mesh<'_>],
    filter: &FilterArgs,
    global: &Global,
) -> io::Result<()> {
    for name in filter.namespaces.iter().filter(|_| !global.quiet) {
        if !meshes.iter().any(|mesh| mesh.namespaces.find(name).is_some()) {
            writeln!(err, "note: no object is in namespace {}", sanitize::line(name))?;
        }
    }
    Ok(())
}

/// How many places of manifests that do not parse are named; the report has them all.
const NAMED: usize = 3;

/// Says that manifests do not parse where the report itself shows what is wrong with them.
pub(super) fn unparsed(
    err: &mut dyn Write,
    loaded: &Loaded,
    places: &Places<'_>,
    source: &SourceArgs,
) -> io::Result<()> {
    let broken: Vec<_> = loaded
        .defects
        .iter()
        .filter(|defect| breakage(&defect.kind).is_some())
        .collect();
    if broken.is_empty() || source.skip_invalid {
        return Ok(());
    }
    let named = broken.iter().take(NAMED);
    let named: Vec<String> = named.map(|defect| places.of(defect.span).to_string()).collect();
    let more = if broken.len() > NAMED { ", …" } else { "" };
    let subject = match broken.len() {
        1 => "1 manifest does not parse".to_owned(),
        count => format!("{count} manifests do not parse"),
    };
    let named = named.join(", ");
    writeln!(err, "error: {subject}: {}{more}", sanitize::line(&named))
}
