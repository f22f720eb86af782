//! `JUnit`: a suite for each file with findings, for servers that know tests and nothing else.
//!
//! Only what makes the run fail is a failure: the report is red where the exit code is.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::advice::advice;
use super::texts::Ranges;
use super::{Input, sanitize};
use crate::finding::Finding;
use crate::hash::HashMap;
use crate::lint::Suppressed;
use crate::load::Unreadable;
use crate::source::Span;

/// Writes a case for everything that was found, is suppressed or could not be read; one that passes if
/// nothing is wrong.
pub fn write(input: &Input<'_>, out: &mut dyn Write) -> io::Result<()> {
    let ranges = input.hosted_ranges();
    let mut suites = Suites::default();
    for unreadable in input.unreadable {
        let path = ranges.named(&unreadable.path);
        suites.add(&path, unreadable_case(&path, unreadable));
    }
    for finding in input.findings {
        let file = ranges.path(finding.primary.span.file);
        suites.add(&file, finding_case(input, finding, &ranges));
    }
    for suppressed in input.suppressed {
        let file = ranges.path(suppressed.finding.primary.span.file);
        suites.add(&file, suppressed_case(suppressed, &ranges));
    }
    if input.findings.is_empty() && input.unreadable.is_empty() {
        suites.add("peerauth", TestCase::new("check", TestCaseStatus::success()));
    }
    let mut report = Report::new("peerauth");
    report.add_test_suites(suites.suites);
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// Suites in the order in which their files are met.
#[derive(Default)]
struct Suites {
    suites: Vec<TestSuite>,
    /// Their indexes by name.
    by_name: HashMap<String, usize>,
}

impl Suites {
    /// Adds a case to the suite of a file.
    fn add(&mut self, file: &str, mut case: TestCase) {
        let name = xml(file);
        case.set_classname(&name);
        let at = *self.by_name.entry(name).or_insert_with_key(|name| {
            self.suites.push(TestSuite::new(name));
            self.suites.len() - 1
        });
        self.suites[at].add_test_case(case);
    }
}

fn finding_case(input: &Input<'_>, finding: &Finding, ranges: &Ranges<'_>) -> TestCase {
    let details = details(finding, ranges);
    if !input.fails(finding) {
        let mut case = TestCase::new(name(finding), TestCaseStatus::success());
        case.set_system_out(details);
        return case;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(finding.severity.as_str())
        .set_message(xml(&finding.message))
        .set_description(details);
    TestCase::new(name(finding), status)
}

fn suppressed_case(suppressed: &Suppressed, ranges: &Ranges<'_>) -> TestCase {
    let by = suppressed.by.as_str();
    let message = match &*suppressed.reason {
        "" => format!("suppressed by {by}"),
        reason => format!("suppressed by {by}: {reason}"),
    };
    let mut status = TestCaseStatus::skipped();
    status
        .set_message(xml(&message))
        .set_description(details(&suppressed.finding, ranges));
    TestCase::new(name(&suppressed.finding), status)
}

fn unreadable_case(path: &str, unreadable: &Unreadable) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("unreadable").set_message(xml(&unreadable.reason));
    TestCase::new(xml(&format!("read {path}")), status)
}

/// What a server knows a case by from run to run: no line is in it.
fn name(finding: &Finding) -> String {
    xml(&format!("{}: {}", finding.rule, finding.message))
}

/// Where it is, what to do about it, and what else takes part.
fn details(finding: &Finding, ranges: &Ranges<'_>) -> String {
    let place = |span: Span| {
        let file = ranges.path(span.file);
        let place = match ranges.one_line(span) {
            Some(range) => format!("{file}:{}:{}", range.start.line, range.start.column),
            None => file.into_owned(),
        };
        sanitize::line(&place).into_owned()
    };
    let head = format!(
        "{}: {}[{}] {}",
        place(finding.primary.span),
        finding.severity,
        finding.rule,
        sanitize::line(&finding.message)
    );
    let related = finding.related.iter();
    let related = related.map(|label| format!("{}: {}", place(label.span), sanitize::line(&label.text)));
    let lines: Vec<String> = std::iter::once(head)
        .chain(advice(finding))
        .chain(related)
        .collect();
    without_nonexistent(&lines.join("\n"))
}

/// Text for an attribute.
fn xml(text: &str) -> String {
    without_nonexistent(&sanitize::line(text))
}

/// XML has no way to write these two, and control characters, which are gone already.
fn without_nonexistent(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
