//! `invalid-resource`

use super::{Declared, Facts, Rule, declare_rule};
use crate::finding::{Edit, Finding};
use crate::id::{Kind, ObjectName};
use crate::load::InvalidObject;
use crate::yaml::Choice;

declare_rule! {
    /// ## What it does
    /// Finds objects that the API server refuses because a value is not what its schema allows: a mode that
    /// does not exist, a text where a number belongs, a port that is none.
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
        let refused = facts.invalid.iter().filter(|invalid| !is_fragment(invalid));
        findings.extend(refused.map(|invalid| self.report(invalid)));
    }
}

/// Whether the object is more likely a part for some generator than a broken object.
fn is_fragment(invalid: &InvalidObject) -> bool {
    invalid.name.is_none() && !is_istio(invalid.kind)
}

fn is_istio(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PeerAuthentication
            | Kind::DestinationRule
            | Kind::Sidecar
            | Kind::ServiceEntry
            | Kind::WorkloadEntry
            | Kind::WorkloadGroup
    )
}

impl InvalidResource {
    fn report(self, invalid: &InvalidObject) -> Finding {
        let InvalidObject {
            kind,
            namespace,
            name,
            error,
            ..
        } = invalid;
        let object = name.clone().map(|name| ObjectName {
            kind: *kind,
            namespace: namespace.clone(),
            name,
        });
        let named = object
            .as_ref()
            .map_or_else(|| format!("a {kind}"), ToString::to_string);
        // The API server takes any text as a mesh config; the control plane does not.
        let refusal = match kind {
            Kind::ConfigMap => format!("istiod refuses the mesh config in {named}"),
            _ => format!("the API server refuses {named}"),
        };
        let mut finding = self
            .finding(error.span, format!("{refusal}: {}", error.message))
            .detail(&error.message);
        finding.object = object;
        match error.choice.as_ref().and_then(suggestion) {
            Some(word) => finding
                .label(format!("did you mean `{word}`?"))
                .help(format!("write `{word}`"))
                .fix(format!("Write `{word}`"), vec![edit(error.span, word)]),
            None => finding.label("not allowed here"),
        }
    }
}

fn edit(span: crate::source::Span, word: &str) -> Edit {
    Edit {
        span,
        text: word.to_owned(),
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
