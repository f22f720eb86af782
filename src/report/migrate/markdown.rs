//! The plan as a page: for a comment, a wiki, or `PLAN.md` beside the manifests.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::text;
use super::view::{MigrationView, PlanView, StepView};
use crate::report::escape::markdown_code;
use crate::report::sanitize;

/// How many rows of a table are shown.
const ROWS: usize = 200;

pub(super) fn write(view: &MigrationView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::from("<!-- peerauth migrate -->\n# The way to STRICT\n");
    for plan in &view.plans {
        if let Some(name) = plan.context.filter(|_| view.plans.len() > 1) {
            // Writing into a string cannot fail.
            let _ = writeln!(page, "\n## Cluster {}", markdown_code(name));
        }
        write_plan(plan, &mut page);
    }
    out.write_all(page.as_bytes())
}

fn write_plan(plan: &PlanView<'_>, page: &mut String) {
    let _ = writeln!(
        page,
        "\n**{}**\n\n- today: {}\n- in the end: {}",
        text::verdict(plan),
        text::counts(&plan.today),
        text::counts(&plan.after)
    );
    *page += "\n## 1. Workloads without a proxy\n\n";
    table(
        page,
        &["Workload", "Because", "Place", "Told to call"],
        &text::outside(plan),
    );
    if !plan.bypasses.is_empty() {
        *page += "\nPorts that bypass the proxy of their workload:\n\n";
        table(
            page,
            &["Workload", "Port", "Because", "Place"],
            &text::bypasses(plan),
        );
    }
    *page += "\n## 2. PERMISSIVE where STRICT would refuse somebody at once\n";
    steps(plan, 2, page);
    *page += "\n## 3. Measure\n\nEach query gives whoever still calls without mutual TLS.\n";
    for measure in &plan.measure {
        let _ = writeln!(page, "\n{}\n", markdown_code(measure.namespace.unwrap_or("-")));
        code(page, measure.queries.iter().chain(&measure.commands));
    }
    *page += "\n## 4. Callers without mutual TLS that the manifests show\n\n";
    let blockers: Vec<_> = plan.blockers.iter().map(text::blocker).collect();
    table(
        page,
        &["Kind", "Who", "Calls", "Sends", "Because", "Place", "Removed by"],
        &blockers,
    );
    *page += "\n## 5. STRICT, namespace by namespace\n";
    steps(plan, 5, page);
    *page += "\n## 6. STRICT in the whole mesh\n";
    steps(plan, 6, page);
    if !plan.stays.is_empty() {
        *page += "\nWhat stays open, until what hinders it is gone:\n\n";
        table(
            page,
            &["Workload", "Port", "Mode", "Because of"],
            &text::stays(plan),
        );
    }
    for policy in &plan.untouched {
        let _ = writeln!(
            page,
            "\n{} stays as it is: no workload of its namespace is given.",
            markdown_code(policy)
        );
    }
}

fn steps(plan: &PlanView<'_>, stage: u8, page: &mut String) {
    let mut is_empty = true;
    for step in plan.steps.iter().filter(|step| step.stage == stage) {
        is_empty = false;
        write_step(step, page);
    }
    if is_empty {
        *page += "\nNothing to apply.\n";
    }
}

fn write_step(step: &StepView, page: &mut String) {
    let _ = writeln!(
        page,
        "\n### Step {}: {}\n",
        step.number,
        sanitize::line(&step.title)
    );
    for line in &step.first {
        let _ = writeln!(page, "- first: {}", sanitize::line(line));
    }
    *page += "\n";
    let manifests = step.manifests.iter().enumerate().flat_map(|(index, manifest)| {
        let separator = (index > 0).then_some("---");
        separator
            .into_iter()
            .chain(manifest.after.lines())
            .map(str::to_owned)
    });
    code(page, manifests.collect::<Vec<_>>().iter());
    let parts = [
        ("apply", &step.apply),
        ("verify", &step.verify),
        ("undo", &step.roll_back),
    ];
    for (title, lines) in parts {
        let _ = writeln!(page, "\n{title}:\n");
        code(page, lines.iter());
    }
}

/// Lines as they are. An indented block has no end that a line could write.
fn code<'l>(page: &mut String, lines: impl Iterator<Item = &'l String>) {
    for line in lines {
        let _ = writeln!(page, "    {}", sanitize::line(line));
    }
}

fn table<Row: AsRef<[String]>>(page: &mut String, header: &[&str], rows: &[Row]) {
    if rows.is_empty() {
        *page += "None.\n";
        return;
    }
    let _ = writeln!(
        page,
        "| {} |\n|{}",
        header.join(" | "),
        "---|".repeat(header.len())
    );
    for row in rows.iter().take(ROWS) {
        let cells: Vec<String> = row.as_ref().iter().map(|cell| markdown_code(cell)).collect();
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    let more = rows.len().saturating_sub(ROWS);
    if more > 0 {
        let _ = writeln!(page, "\n… and {more} more");
    }
}
