//! The plan for people.

use std::io::{self, Write};

use super::view::{BlockerView, Counts, MeasureView, MigrationView, PlanView, PortView, StepView};
use super::words;
use crate::report::names::NameView;
use crate::report::{sanitize, table};

/// How many names are shown; the rest is counted.
const SHOWN: usize = 3;
/// How many rows of a table are shown.
const ROWS: usize = 50;

pub(super) fn write(view: &MigrationView<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (index, plan) in view.plans.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        if let Some(name) = plan.context.filter(|_| view.plans.len() > 1) {
            writeln!(out, "cluster {}", sanitize::line(name))?;
        }
        write_plan(plan, view.is_written, out)?;
    }
    Ok(())
}

fn write_plan(plan: &PlanView<'_>, is_written: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", verdict(plan))?;
    writeln!(out, "today       {}", counts(&plan.today))?;
    writeln!(out, "in the end  {}", counts(&plan.after))?;
    writeln!(out, "\n1. Workloads without a proxy")?;
    rows(
        out,
        &["WORKLOAD", "BECAUSE", "PLACE", "TOLD TO CALL"],
        &outside(plan),
    )?;
    if !plan.bypasses.is_empty() {
        writeln!(out, "\n   Ports that bypass the proxy of their workload")?;
        rows(out, &["WORKLOAD", "PORT", "BECAUSE", "PLACE"], &bypasses(plan))?;
    }
    writeln!(out, "\n2. PERMISSIVE where STRICT would refuse somebody at once")?;
    write_steps(plan, 2, is_written, out)?;
    writeln!(
        out,
        "\n3. Measure: each query gives whoever still calls without mutual TLS"
    )?;
    write_measures(&plan.measure, out)?;
    writeln!(out, "\n4. Callers without mutual TLS that the manifests show")?;
    rows(
        out,
        &BLOCKERS,
        &plan.blockers.iter().map(blocker).collect::<Vec<_>>(),
    )?;
    writeln!(out, "\n5. STRICT, namespace by namespace")?;
    write_steps(plan, 5, is_written, out)?;
    writeln!(out, "\n6. STRICT in the whole mesh")?;
    write_steps(plan, 6, is_written, out)?;
    if !plan.is_mesh_strict {
        writeln!(
            out,
            "   not yet: workloads of the root namespace obey no other policy, and some are hindered (4)"
        )?;
    }
    if !plan.stays.is_empty() {
        writeln!(out, "\n   What stays open, until what hinders it is gone")?;
        rows(out, &["WORKLOAD", "PORT", "MODE", "BECAUSE OF"], &stays(plan))?;
    }
    for policy in &plan.untouched {
        writeln!(
            out,
            "   {} stays as it is: no workload of its namespace is given",
            sanitize::line(policy)
        )?;
    }
    Ok(())
}

/// What it comes to.
pub(super) fn verdict(plan: &PlanView<'_>) -> String {
    let steps = match plan.steps.len() {
        0 if plan.stays.is_empty() && plan.is_mesh_strict => {
            return "everything that can be STRICT is STRICT".to_owned();
        }
        0 => "nothing to apply".to_owned(),
        1 => "1 step".to_owned(),
        count => format!("{count} steps"),
    };
    let open = match plan.stays.len() {
        0 => "nothing stays open".to_owned(),
        1 => "1 port stays open".to_owned(),
        count => format!("{count} ports stay open"),
    };
    let mesh = if plan.is_mesh_strict {
        "STRICT"
    } else {
        "not STRICT"
    };
    format!("{steps}; in the end the mesh is {mesh}, and {open}")
}

/// `12 ports: 9 STRICT, 3 PERMISSIVE, 0 DISABLE`.
pub(super) fn counts(counts: &Counts) -> String {
    format!(
        "{} ports: {} STRICT, {} PERMISSIVE, {} DISABLE",
        counts.total(),
        counts.strict,
        counts.permissive,
        counts.disable
    )
}

fn rows<Row: AsRef<[String]>>(out: &mut dyn Write, header: &[&str], rows: &[Row]) -> io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "   none");
    }
    let shown = rows.iter().take(ROWS).map(|row| (None, row));
    table::write(out, header, 1, shown)?;
    match rows.len().saturating_sub(ROWS) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more (-o json has them all)"),
    }
}

pub(super) fn name(name: &NameView<'_>) -> String {
    format!("{}/{}", name.namespace.unwrap_or("-"), name.name)
}

fn place(place: Option<&crate::report::place::Place<'_>>) -> String {
    place.map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// The first of some names, and how many more there are.
pub(super) fn first_of(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown: Vec<String> = names.take(SHOWN).collect();
    match (shown.is_empty(), more) {
        (true, _) => "-".to_owned(),
        (_, 0) => shown.join(", "),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

pub(super) fn outside(plan: &PlanView<'_>) -> Vec<[String; 4]> {
    let rows = plan.outside.iter().map(|outside| {
        let short = |host: &&str| {
            host.split_once(".svc.")
                .map_or(*host, |(short, _)| short)
                .to_owned()
        };
        [
            name(&outside.workload),
            outside.because.clone(),
            place(outside.place.as_ref()),
            first_of(outside.calls.iter().map(short)),
        ]
    });
    rows.collect()
}

pub(super) fn bypasses(plan: &PlanView<'_>) -> Vec<[String; 4]> {
    let rows = plan.bypasses.iter().map(|bypass| {
        [
            name(&bypass.workload),
            port(bypass.port),
            bypass.because.clone(),
            place(bypass.place.as_ref()),
        ]
    });
    rows.collect()
}

fn port(port: Option<u16>) -> String {
    port.map_or_else(|| "others".to_owned(), |port| port.to_string())
}

fn workload_port(own: &PortView<'_>) -> String {
    format!("{}:{}", name(&own.workload), port(own.port))
}

pub(super) const BLOCKERS: [&str; 7] = ["KIND", "WHO", "CALLS", "SENDS", "BECAUSE", "PLACE", "REMOVED BY"];

pub(super) fn blocker(blocker: &BlockerView<'_>) -> [String; 7] {
    let removed = match blocker.removed_by {
        Some(step) => words::steps(&[step]),
        None => blocker.remedy.clone(),
    };
    [
        blocker.kind.to_owned(),
        blocker.who.clone(),
        first_of(blocker.ports.iter().map(workload_port)),
        blocker.sends.to_owned(),
        blocker.because.clone(),
        place(blocker.place.as_ref()),
        removed,
    ]
}

pub(super) fn stays(plan: &PlanView<'_>) -> Vec<[String; 4]> {
    let rows = plan.stays.iter().map(|stay| {
        let because = stay
            .blockers
            .iter()
            .map(|&index| plan.blockers[index].who.clone());
        [
            name(&stay.port.workload),
            port(stay.port.port),
            stay.mode.to_owned(),
            first_of(because),
        ]
    });
    rows.collect()
}

fn write_measures(measures: &[MeasureView<'_>], out: &mut dyn Write) -> io::Result<()> {
    if measures.is_empty() {
        return writeln!(out, "   nothing turns STRICT");
    }
    for measure in measures {
        let names = measure.workloads.iter().map(|workload| workload.name.to_owned());
        let title = format!("{}: {}", measure.namespace.unwrap_or("-"), first_of(names));
        writeln!(out, "   {}", sanitize::line(&title))?;
        for line in measure.queries.iter().chain(&measure.commands) {
            writeln!(out, "     {}", sanitize::line(line))?;
        }
    }
    Ok(())
}

fn write_steps(plan: &PlanView<'_>, stage: u8, is_written: bool, out: &mut dyn Write) -> io::Result<()> {
    let steps: Vec<&StepView> = plan.steps.iter().filter(|step| step.stage == stage).collect();
    if steps.is_empty() {
        return writeln!(out, "   nothing to apply");
    }
    for step in steps {
        write_step(step, is_written, out)?;
    }
    Ok(())
}

fn write_step(step: &StepView, is_written: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "   step {}  {}", step.number, sanitize::line(&step.title))?;
    let parts = [
        ("first", &step.first),
        ("apply", &step.apply),
        ("verify", &step.verify),
        ("undo", &step.roll_back),
    ];
    for (title, lines) in parts {
        for (index, line) in lines.iter().enumerate() {
            let title = if index == 0 { title } else { "" };
            writeln!(out, "     {title:<7}{}", sanitize::line(line))?;
        }
    }
    if is_written {
        return Ok(());
    }
    for (index, manifest) in step.manifests.iter().enumerate() {
        if index > 0 {
            writeln!(out, "       ---")?;
        }
        for line in manifest.after.lines() {
            writeln!(out, "       {}", sanitize::line(line))?;
        }
    }
    Ok(())
}
