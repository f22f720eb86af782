//! A workload's ports for people.

use std::io::{self, Write};

use super::block::Block;
use super::{ClientLine, Port, words};
use crate::finding::Assumptions;
use crate::id::Kind;
use crate::mesh::WorkloadId;
use crate::model::peer_authentication::Mode;
use crate::report::row::{Rows, port_name, services};
use crate::report::sanitize;
use crate::report::trail::{IgnoredView, StepView, TrailView};
use crate::resolve::dataplane::DataPlane;

/// How many policies with other labels are named.
const NAMED_BYSTANDERS: usize = 5;

/// Writes what is known of some ports of a workload.
pub(super) fn write(
    out: &mut dyn Write,
    rows: &Rows<'_>,
    id: WorkloadId,
    ports: &[Port<'_>],
) -> io::Result<()> {
    let Some(first) = ports.first() else { return Ok(()) };
    let text = Text {
        rows,
        id,
        trail: TrailView::new(rows.resolution.mesh, rows.places, &first.trail),
    };
    let mut block = Block::default();
    match ports {
        [only] => text.one_port(&mut block, only),
        ports => text.many_ports(&mut block, ports),
    }
    writeln!(out, "{}\n", sanitize::line(&text.header(ports)))?;
    block.write(out)
}

/// One workload; every port has the trail of the first but for the level of ports.
struct Text<'r, 'a> {
    rows: &'r Rows<'a>,
    id: WorkloadId,
    trail: TrailView<'a>,
}

impl Text<'_, '_> {
    fn header(&self, ports: &[Port<'_>]) -> String {
        let mesh = self.rows.resolution.mesh;
        let meta = mesh.workload(self.id).meta();
        let workload = format!("{} ({} {})", meta.name.value, meta.kind, meta.qualified_name());
        let mut header = vec![workload];
        if let [only] = ports {
            let name = only.decision.port.and_then(|port| self.port_name(port));
            let name = name.map(|name| format!(" {name}")).unwrap_or_default();
            header.push(port_label(only.decision.port) + &name);
            header.extend(
                only.decision
                    .port
                    .into_iter()
                    .flat_map(|port| self.services(port)),
            );
        }
        header.extend(mesh.context.map(|context| format!("context {context}")));
        header.join(" · ")
    }

    /// What leads to a port.
    fn services(&self, port: u16) -> impl Iterator<Item = String> {
        services(self.rows.resolution, self.id, port)
            .into_iter()
            .map(move |service| format!("Service {}:{} → {port}", service.name, service.port))
    }

    /// What a port is called and what leads to it.
    fn description(&self, port: u16) -> String {
        let parts = self.port_name(port).into_iter().chain(self.services(port));
        parts.collect::<Vec<String>>().join(" · ")
    }

    /// What a port is called, in quotes.
    fn port_name(&self, port: u16) -> Option<String> {
        let name = port_name(self.rows.resolution, self.id, port)?;
        Some(format!("\"{name}\""))
    }

    fn one_port(&self, block: &mut Block, port: &Port<'_>) {
        self.mode(block, port);
        self.data_plane(block);
        self.notes(block, std::slice::from_ref(port));
        block.gap();
        for step in &self.trail.steps {
            step_line(block, step, port.decision.policy.by.is_some());
        }
        self.ignored(block);
        clients(block, "clients", &port.clients);
    }

    fn many_ports(&self, block: &mut Block, ports: &[Port<'_>]) {
        self.data_plane(block);
        self.notes(block, ports);
        block.gap();
        for step in self.trail.steps.iter().filter(|step| step.port.is_none()) {
            step_line(block, step, true);
        }
        self.ignored(block);
        block.gap();
        for port in ports {
            self.port_line(block, port);
        }
        for port in ports {
            let title = match port.decision.port {
                Some(port) => format!("clients of port {port}"),
                None => "clients of other ports".to_owned(),
            };
            clients(block, &title, &port.clients);
        }
    }

    /// What is in force on a port, and whose word it is.
    fn mode(&self, block: &mut Block, port: &Port<'_>) {
        let decision = &port.decision;
        let decider = match decision.policy.by {
            Some(by) => format!("decided by {} {}", Kind::PeerAuthentication, self.policy_name(by)),
            None => "default of the mesh: no policy says otherwise".to_owned(),
        };
        let is_as_composed = decision.mode == Some(decision.policy.mode) && !self.ignores_policies();
        if is_as_composed {
            return block.line(["mode", decision.policy.mode.as_str(), &decider], None);
        }
        if let Some(mode) = decision.mode {
            let text = "enforced, whatever the policies compose to";
            block.line(["mode", mode.as_str(), text], None);
        } else {
            let place = decision.bypass.and_then(|bypass| bypass.span());
            let place = place.map(|span| self.rows.places.of(span).to_string());
            block.line(["mode", "not enforced", &self.why_not_enforced(port)], place);
        }
        block.line(["policies", decision.policy.mode.as_str(), &decider], None);
    }

    /// Whether the data plane has a mode of its own.
    fn ignores_policies(&self) -> bool {
        self.plane() == DataPlane::Waypoint
    }

    fn plane(&self) -> DataPlane {
        self.rows.resolution.workload(self.id).enrolment.plane
    }

    fn data_plane(&self, block: &mut Block) {
        let enrolment = &self.rows.resolution.workload(self.id).enrolment;
        let place = enrolment.because.span();
        let place = place.map(|span| self.rows.places.of(span).to_string());
        block.line(
            [
                "data plane",
                enrolment.plane.as_str(),
                &enrolment.because.to_string(),
            ],
            place,
        );
    }

    /// What the modes mean here, and what the answer rests on.
    fn notes(&self, block: &mut Block, ports: &[Port<'_>]) {
        let resolution = self.rows.resolution;
        if let Some(meaning) = words::meaning(self.plane()) {
            block.line(["note", meaning], None);
        }
        if ports.iter().any(|port| port.decision.bypass.is_some()) {
            block.line(
                ["note", "a policy does nothing on a port that bypasses the sidecar: the port takes whatever arrives (clients in the mesh still go by the policy)"],
                None,
            );
        }
        for port in ports {
            if let Some(difference) = words::difference(resolution, self.id, &port.decision) {
                block.line(
                    [
                        "differs",
                        &format!("{}: {difference}", port_label(port.decision.port)),
                    ],
                    None,
                );
            }
        }
        let rests_on = ports
            .iter()
            .fold(Assumptions::NONE, |all, port| all | port.decision.rests_on);
        for assumption in rests_on.iter() {
            block.line(["assumes", words::assumption(assumption)], None);
        }
    }

    fn ignored(&self, block: &mut Block) {
        let (bystanders, ignored): (Vec<_>, Vec<_>) = self
            .trail
            .ignored
            .iter()
            .partition(|ignored| ignored.reason == "other-labels");
        for ignored in ignored {
            let text = format!("{}: {}", qualified(ignored), ignored.because);
            block.line(["ignored", &text], Some(ignored.policy.place.to_string()));
        }
        if !bystanders.is_empty() {
            block.line(["ignored", &bystanders_text(&bystanders)], None);
        }
    }

    /// One of several ports.
    fn port_line(&self, block: &mut Block, port: &Port<'_>) {
        let decision = &port.decision;
        let trail = TrailView::new(self.rows.resolution.mesh, self.rows.places, &port.trail);
        let step = trail.steps.iter().find(|step| step.port.is_some());
        let said = step.filter(|step| step.said.is_some());
        let decider = decision
            .policy
            .by
            .map_or_else(|| "mesh default".to_owned(), |by| self.policy_name(by));
        let effect = match decision.mode {
            None => format!("({}) {}", decision.policy.mode, self.why_not_enforced(port)),
            Some(mode) if mode != decision.policy.mode || self.ignores_policies() => {
                format!("(policies: {})", decision.policy.mode)
            }
            Some(_) => step
                .filter(|step| step.policy.is_some())
                .map(StepView::effect_words)
                .unwrap_or_default(),
        };
        let description = decision
            .port
            .map(|port| self.description(port))
            .unwrap_or_default();
        block.line(
            [
                &*port_label(decision.port),
                decision.mode.map_or("not enforced", Mode::as_str),
                &decider,
                &effect,
                &description,
            ],
            said.and_then(|step| step.policy)
                .map(|policy| policy.place.to_string()),
        );
    }

    fn why_not_enforced(&self, port: &Port<'_>) -> String {
        words::why_not_enforced(self.plane(), &port.decision)
    }

    fn policy_name(&self, id: crate::mesh::PolicyId) -> String {
        self.rows.resolution.mesh.policies[id]
            .object
            .meta
            .qualified_name()
    }
}

fn port_label(port: Option<u16>) -> String {
    port.map_or_else(|| "other ports".to_owned(), |port| format!("port {port}"))
}

/// One level of the derivation.
fn step_line(block: &mut Block, step: &StepView<'_>, is_decided: bool) {
    let said = match (step.said, &step.policy) {
        (Some(said), _) => said,
        (None, Some(_)) => "(unset)",
        (None, None) => "—",
    };
    let policy = match &step.policy {
        Some(policy) => qualified_name(policy.namespace, policy.name),
        None if step.level == "port" => "not listed".to_owned(),
        None if step.level == "workload" => "no policy selects it".to_owned(),
        None => "no policy".to_owned(),
    };
    // Where nothing decides, "mode" already says that the default of the mesh holds.
    let effect = if is_decided || step.said.is_some() {
        step.effect_words()
    } else {
        String::new()
    };
    let place = step.policy.map(|policy| policy.place.to_string());
    block.line([&*step.label(), said, &policy, &effect], place);
}

fn qualified(ignored: &IgnoredView<'_>) -> String {
    qualified_name(ignored.policy.namespace, ignored.policy.name)
}

fn qualified_name(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

fn bystanders_text(bystanders: &[&IgnoredView<'_>]) -> String {
    let names: Vec<&str> = bystanders
        .iter()
        .take(NAMED_BYSTANDERS)
        .map(|ignored| ignored.policy.name)
        .collect();
    let rest = match bystanders.len().saturating_sub(NAMED_BYSTANDERS) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let subject = match bystanders.len() {
        1 => "1 policy selects".to_owned(),
        count => format!("{count} policies select"),
    };
    format!("{subject} other labels: {}{rest}", names.join(", "))
}

fn clients(block: &mut Block, title: &str, clients: &[ClientLine<'_>]) {
    if clients.is_empty() {
        return;
    }
    block.gap();
    block.line([title], None);
    for client in clients {
        block.line(
            [
                &*client.from,
                client.via.as_deref().unwrap_or("-"),
                &client.sends,
                &client.outcome,
                &client.because,
            ],
            client.place.map(|place| place.to_string()),
        );
        if let Some(route) = &client.route {
            block.line(["", &route.words], Some(route.place.to_string()));
        }
    }
}
