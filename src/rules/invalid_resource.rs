//! `invalid-resource`

use std::collections::BTreeSet;

use super::{Declared, Facts, Rule, declare_rule, manifest, wording};
use crate::finding::{Edit, Finding};
use crate::id::Kind;
use crate::load::FlawedObject;
use crate::model::schema::{self, Fault};
use crate::yaml::Choice;

declare_rule! {
    /// ## What it does
    /// Finds objects that the API server refuses, by the schema of their kind or by Istio's validating
    /// webhook: a mode that does not exist, a text where a number belongs, a port that is none, a traffic
    /// policy without a setting, certificates that a TLS mode needs or cannot use, a host that no name of
    /// DNS can match, namespaces that are exported to twice.
    ///
    /// ## Why is this bad?
    /// The object never reaches the cluster. If an older version of it is there, that one stays in force. An
    /// object that would be refused takes no part in anything else that is reported.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: strict
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// apiVersion: security.istio.io/v1
    /// kind: PeerAuthentication
    /// metadata:
    ///   name: default
    ///   namespace: production
    /// spec:
    ///   mtls:
    ///     mode: STRICT
    /// ```
    pub struct InvalidResource {
        id: "invalid-resource",
        family: Object,
        severity: Error,
        effect: Other,
        input: Manifests,
    }
}

impl Rule for InvalidResource {
    fn check(&self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let refused = facts.given.flawed.iter().filter(|flawed| !is_fragment(flawed));
        for flawed in refused {
            let faults = flawed.review.faults.iter();
            findings.extend(faults.map(|fault| self.report(facts, flawed, fault)));
        }
    }
}

/// Whether the object is more likely a part for some generator than a broken object.
fn is_fragment(flawed: &FlawedObject) -> bool {
    !flawed.is_named && schema::spec_of(flawed.kind).is_none()
}

impl InvalidResource {
    fn report(self, facts: &Facts<'_>, flawed: &FlawedObject, fault: &Fault) -> Finding {
        let kind = flawed.kind;
        let object = flawed.object_name();
        let named = object
            .as_ref()
            .map_or_else(|| format!("a {kind}"), ToString::to_string);
        // The API server takes any text as a mesh config; the control plane does not.
        let refusal = match kind {
            Kind::ConfigMap => format!("istiod refuses the mesh config in {named}"),
            _ => format!("the API server refuses {named}"),
        };
        let mut finding = self
            .finding(fault.span, format!("{refusal}: {}", fault.message))
            .detail(&*fault.route);
        finding.object = object;
        if let Some((word, found)) = meant_word(fault) {
            let text = manifest::in_place_of(fault.span, found, word);
            return finding
                .label(format!("did you mean `{word}`?"))
                .help(format!("write `{word}`"))
                .fix(format!("write `{word}`"), vec![edit(fault, text)]);
        }
        finding = finding.label("not allowed here");
        if let Some(numbers) = ports_of_name(facts, flawed, fault) {
            return name_of_port(finding, fault, &numbers);
        }
        finding.fix.clone_from(&fault.fix);
        match fault.fix.as_ref().map(|fix| (&fix.title, fix.edits.as_slice())) {
            Some((_, [edit])) => finding.help(format!("write `{}`", edit.text)),
            _ => finding,
        }
    }
}

fn meant_word(fault: &Fault) -> Option<(&'static str, &str)> {
    let choice = fault.choice.as_ref()?;
    Some((suggestion(choice)?, &choice.found))
}

fn edit(fault: &Fault, text: String) -> Edit {
    Edit {
        span: fault.span,
        text,
    }
}

/// The numbers that containers of the namespace give to the name in the place of a port's number.
fn ports_of_name(facts: &Facts<'_>, flawed: &FlawedObject, fault: &Fault) -> Option<BTreeSet<u16>> {
    let name = fault.route.strip_prefix("spec.portLevelMtls.")?;
    let namespace = flawed.namespace.as_deref().unwrap_or_default();
    let namespace = facts.mesh.namespaces.find(namespace)?;
    let workloads = facts.resolution.index.in_namespace(namespace).iter();
    let ports = workloads.flat_map(|&id| facts.mesh.workload(id).container_ports());
    let numbers = ports
        .filter(|port| port.name == Some(name))
        .map(|port| port.number);
    let numbers: BTreeSet<u16> = numbers.collect();
    (!numbers.is_empty()).then_some(numbers)
}

fn name_of_port(finding: Finding, fault: &Fault, numbers: &BTreeSet<u16>) -> Finding {
    let written = wording::list(numbers.iter().map(ToString::to_string));
    let finding = finding
        .label("a port's name is not its number")
        .help(format!("write the number that the container declares: {written}"));
    match numbers.iter().next() {
        Some(only) if numbers.len() == 1 => {
            let text = format!("\"{only}\"");
            finding.fix(format!("write `{only}`"), vec![edit(fault, text)])
        }
        _ => finding,
    }
}

/// The word that was meant, if one of those that are allowed is close in letters or in meaning.
fn suggestion(choice: &Choice) -> Option<&'static str> {
    const ALIKE: f64 = 0.6;
    let found = choice.found.to_uppercase().replace(['-', ' '], "_");
    let meant = synonym(&found).iter().find_map(|word| allowed(choice, word));
    if meant.is_some() {
        return meant;
    }
    let words = choice.allowed.iter().copied();
    words
        .map(|word| (strsim::normalized_damerau_levenshtein(&found, word), word))
        .filter(|&(likeness, _)| likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, word)| word)
}

fn allowed(choice: &Choice, word: &str) -> Option<&'static str> {
    choice.allowed.iter().copied().find(|&allowed| allowed == word)
}

/// What authors mean by a word that belongs to the other side, or to no side.
fn synonym(found: &str) -> &'static [&'static str] {
    match found {
        "MTLS" | "ISTIO_MTLS" | "MTLS_STRICT" | "STRICT_MTLS" => &["STRICT", "ISTIO_MUTUAL"],
        "STRICT" => &["ISTIO_MUTUAL"],
        "MUTUAL" | "ISTIO_MUTUAL" | "REQUIRED" => &["STRICT"],
        "NONE" | "OFF" | "PLAINTEXT" => &["DISABLE"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_guessed_by_letters_and_by_meaning() {
        const SERVER: &[&str] = &["UNSET", "DISABLE", "PERMISSIVE", "STRICT"];
        const CLIENT: &[&str] = &["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"];
        let guess = |found: &str, allowed| {
            suggestion(&Choice {
                found: found.into(),
                allowed,
            })
        };
        for (found, allowed, expected) in [
            ("strict", SERVER, Some("STRICT")),
            ("STRCT", SERVER, Some("STRICT")),
            ("mTLS", SERVER, Some("STRICT")),
            ("ISTIO_MUTUAL", SERVER, Some("STRICT")),
            ("permisive", SERVER, Some("PERMISSIVE")),
            ("Disabled", SERVER, Some("DISABLE")),
            ("MTLS", CLIENT, Some("ISTIO_MUTUAL")),
            ("istio-mutual", CLIENT, Some("ISTIO_MUTUAL")),
            ("STRICT", CLIENT, Some("ISTIO_MUTUAL")),
            ("sometimes", SERVER, None),
        ] {
            assert_eq!(guess(found, allowed), expected, "{found}");
        }
    }
}
