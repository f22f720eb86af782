//! `required-version`: a config may need what older versions lack.

use super::Mistake;
use crate::yaml::Node;

/// The version of this program.
const OWN: &str = env!("CARGO_PKG_VERSION");

/// Checks that this version is one of those that a config requires.
pub(super) fn check(required: Node<'_>) -> Result<(), Mistake> {
    // `0.1` is a number to YAML.
    let text = required.source_text().unwrap_or_default();
    let form = "write comparisons with commas between them, such as `>=0.1, <0.3`";
    match is_met(text, OWN) {
        None => {
            let message = format!("expected a requirement on the version, found `{text}`");
            Err(Mistake::new(required.span(), message).help(form))
        }
        Some(false) => {
            let message = format!("the config requires peerauth {text}, and this is {OWN}");
            Err(Mistake::new(required.span(), message).help("install a version that meets it"))
        }
        Some(true) => Ok(()),
    }
}

/// Whether `own` meets every comparison of `required`; `None` if that is no requirement. `0.2` means any
/// version that begins so.
fn is_met(required: &str, own: &str) -> Option<bool> {
    let own = numbers(own)?;
    let mut is_met = true;
    for comparison in required.split(',').map(str::trim) {
        let operator_end = comparison.find(|char: char| !matches!(char, '<' | '>' | '='))?;
        let (operator, wanted) = comparison.split_at(operator_end);
        let wanted = numbers(wanted.trim_start())?;
        let own = &own[..wanted.len().min(own.len())];
        is_met &= match operator {
            "" | "=" => own == wanted,
            ">=" => own >= &wanted[..],
            "<=" => own <= &wanted[..],
            ">" => own > &wanted[..],
            "<" => own < &wanted[..],
            _ => return None,
        };
    }
    Some(is_met)
}

/// One to three numbers; what marks a version as a preview is left out.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let release = version.split(['-', '+']).next()?;
    let numbers: Option<Vec<u32>> = release.split('.').map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| numbers.len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::is_met;

    #[test]
    fn every_comparison_must_hold() {
        assert_eq!(is_met(">=0.1, <0.3", "0.2.5"), Some(true));
        assert_eq!(is_met(">=0.1, <0.3", "0.3.0"), Some(false));
        assert_eq!(is_met(">0.2", "0.2.5"), Some(false));
        assert_eq!(is_met(">0.2.4", "0.2.5"), Some(true));
        assert_eq!(is_met("<=0.2", "0.2.5"), Some(true));
    }

    #[test]
    fn a_version_alone_means_all_that_begin_so() {
        assert_eq!(is_met("0.2", "0.2.5-rc.1"), Some(true));
        assert_eq!(is_met("=0.2.4", "0.2.5"), Some(false));
    }

    #[test]
    fn what_is_no_requirement_is_told() {
        for text in ["", "latest", "~>0.2", "0.2.0.0", ">=", "^1"] {
            assert_eq!(is_met(text, "0.2.5"), None, "{text}");
        }
    }
}
