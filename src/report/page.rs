//! A finding as diagnostics: one for each file that it points into, since a snippet has lines of one file.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::excerpt::{Excerpt, Excerpts};
use super::sanitize;
use super::snippet::Snippet;
use crate::finding::{Finding, Label, Severity};
use crate::source::FileId;

/// The part of a finding that concerns one file.
pub(super) struct Page<'t> {
    /// Only the first page of a finding has a code and a message.
    code: Option<String>,
    url: Option<String>,
    message: String,
    severity: Severity,
    /// Only the last page of a finding has help.
    pub(super) help: Option<String>,
    snippet: Option<Snippet<'t>>,
    labels: Vec<LabeledSpan>,
}

/// The pages of a finding, its own file first.
pub(super) fn pages<'t>(finding: &Finding, excerpts: &'t Excerpts<'_>) -> Vec<Page<'t>> {
    let labels =
        std::iter::once((&finding.primary, true)).chain(finding.related.iter().map(|label| (label, false)));
    let mut groups: Vec<(FileId, Vec<(&Label, bool)>)> = Vec::new();
    for (label, is_primary) in labels {
        let file = label.span.file;
        let is_alone = excerpts.mark(label.span).is_some_and(|mark| mark.is_in_long_line);
        match groups.iter_mut().find(|(of, _)| *of == file) {
            Some((_, group)) if !is_alone => group.push((label, is_primary)),
            _ => groups.push((file, vec![(label, is_primary)])),
        }
    }
    let mut pages: Vec<Page<'t>> = groups
        .into_iter()
        .map(|(file, labels)| Page::of(file, &labels, finding.severity, excerpts))
        .collect();
    pages[0].set_message(&finding.message);
    pages[0].code = Some(finding.rule.to_string());
    pages[0].url = super::documentation_url(finding.rule);
    pages
}

impl<'t> Page<'t> {
    /// The message above the page.
    pub(super) fn set_message(&mut self, message: &str) {
        self.message = sanitize::line(message).into_owned();
    }

    /// A page with the lines of one file.
    pub(super) fn of(
        file: FileId,
        labels: &[(&Label, bool)],
        severity: Severity,
        excerpts: &'t Excerpts<'_>,
    ) -> Page<'t> {
        let excerpt = excerpts.get(file);
        let marks = excerpt.into_iter().flat_map(|excerpt| {
            labels
                .iter()
                .filter_map(|&(label, is_primary)| mark(excerpt, label, is_primary))
        });
        let labels: Vec<LabeledSpan> = marks.collect();
        let snippet = excerpt.filter(|_| !labels.is_empty()).map(|excerpt| Snippet {
            name: sanitize::line(&excerpts.paths.of(file)).into_owned(),
            excerpt,
        });
        Page {
            code: None,
            url: None,
            message: String::new(),
            severity,
            help: None,
            snippet,
            labels,
        }
    }
}

fn mark(excerpt: &Excerpt, label: &Label, is_primary: bool) -> Option<LabeledSpan> {
    let mark = excerpt.mark(label.span)?;
    let words = (!label.text.is_empty()).then(|| sanitize::line(&label.text).into_owned());
    let span = (mark.start as usize, mark.len as usize);
    Some(if is_primary {
        LabeledSpan::new_primary_with_span(words, span)
    } else {
        LabeledSpan::new_with_span(words, span)
    })
}

impl Diagnostic for Page<'_> {
    fn code<'d>(&'d self) -> Option<Box<dyn fmt::Display + 'd>> {
        Some(Box::new(self.code.as_ref()?))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'d>(&'d self) -> Option<Box<dyn fmt::Display + 'd>> {
        Some(Box::new(self.help.as_ref()?))
    }

    fn url<'d>(&'d self) -> Option<Box<dyn fmt::Display + 'd>> {
        Some(Box::new(self.url.as_ref()?))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let snippet = self.snippet.as_ref()?;
        Some(snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl std::error::Error for Page<'_> {}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
