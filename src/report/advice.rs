//! What is said of a finding beside its message, in the words of every format that people read.

use super::sanitize;
use crate::finding::Finding;

/// What to write instead, what the finding rests on, and where it holds. The first may have several lines;
/// all are safe for a terminal.
pub(super) fn advice(finding: &Finding) -> Vec<String> {
    let repair = finding.fix.as_ref().map(|fix| &fix.title);
    let help = finding.help.as_ref().or(repair);
    let mut lines: Vec<String> = help
        .into_iter()
        .map(|help| sanitize::block(help).into_owned())
        .collect();
    let assumed: Vec<_> = finding
        .assumptions
        .iter()
        .map(|(_, words)| sanitize::line(words))
        .collect();
    if !assumed.is_empty() {
        lines.push(format!("this holds if {}", assumed.join(" and if ")));
    }
    if !finding.contexts.is_empty() {
        let contexts = finding.contexts.join(", ");
        lines.push(format!("this is so in {}", sanitize::line(&contexts)));
    }
    lines
}
