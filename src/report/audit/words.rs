//! Words for openings, the same in every format for people.

use super::Audits;
use crate::finding::phrases::counted;
use crate::mesh::Scope;
use crate::model::Standing;
use crate::posture::audit::{Caller, Cause, Coverage, OpenPort, Opening, Verdict, Who};
use crate::posture::diff::WorkloadName;
use crate::report::connection::wire_words;
use crate::resolve::client::Wire;

/// How many names are shown; the rest is counted.
pub(super) const SHOWN: usize = 5;

/// What it comes to, in one sentence.
pub(super) fn verdict(audits: &Audits<'_>) -> String {
    let (mut open, mut total) = (0, 0);
    for audit in audits.audits() {
        open += audit.mesh.ports.total() - audit.mesh.ports.strict;
        total += audit.mesh.ports.total();
    }
    let openings = audits.audits().map(|audit| audit.openings.len()).sum::<usize>();
    if openings == 0 {
        return match total {
            0 => "nothing is open: no workload and no policy that opens anything is given".to_owned(),
            total => format!("nothing is open: {} STRICT", counted(total, "declared port")),
        };
    }
    let standings = [
        Standing::Expired,
        Standing::Undocumented,
        Standing::Endless,
        Standing::Ending,
        Standing::Documented,
    ];
    let standings: Vec<String> = standings
        .into_iter()
        .map(|standing| (audits.count(standing), standing.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!(
        "{open} of {} not STRICT, for {}: {}",
        counted(total, "declared port"),
        counted(openings, "reason"),
        standings.join(", ")
    )
}

/// What opens the ports.
pub(super) fn cause(cause: &Cause<'_>) -> String {
    match cause {
        Cause::Policy {
            object, scope, mode, ..
        } => {
            let scope = match scope {
                Scope::Mesh => " for the mesh",
                Scope::Namespace => " for its namespace",
                Scope::Workload | Scope::RootSelector => "",
            };
            format!("PeerAuthentication {}: {mode}{scope}", object.qualified_name())
        }
        Cause::Default => "No policy: Istio's default is PERMISSIVE".to_owned(),
        Cause::NoProxy(namespace, because) => {
            format!("No proxy in {}: {because}", namespace.unwrap_or("(no namespace)"))
        }
        Cause::Bypass(name, bypass) => {
            format!("Bypass of the proxy of {}: {bypass}", workload(name))
        }
    }
}

/// `shop/cart`.
pub(super) fn workload(name: &WorkloadName<'_>) -> String {
    format!("{}/{}", name.namespace.unwrap_or("-"), name.name)
}

/// A port, or all that nothing declares.
pub(super) fn port(port: Option<u16>) -> String {
    port.map_or_else(|| "others".to_owned(), |port| port.to_string())
}

/// The open ports: each workload with its own.
pub(super) fn ports(opening: &Opening<'_>) -> String {
    if opening.ports.is_empty() {
        return "no workload of its is given".to_owned();
    }
    // The ports of a workload follow each other.
    let of_workloads = opening
        .ports
        .chunk_by(|one, other| one.workload == other.workload);
    let words = of_workloads.map(|ports| {
        let numbers: Vec<String> = ports.iter().map(|open| port(open.port)).collect();
        match &numbers[..] {
            [only] if only == "others" => format!("{} (every port)", workload(&ports[0].workload)),
            _ => format!("{} ({})", workload(&ports[0].workload), numbers.join(", ")),
        }
    });
    first_of(&words.collect::<Vec<_>>())
}

/// The first of some names, and how many more there are.
pub(super) fn first_of(names: &[String]) -> String {
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Who needs an opening: each caller once, with the place where it is told so.
pub(super) fn callers(audits: &Audits<'_>, opening: &Opening<'_>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for open in &opening.ports {
        for caller in &open.callers {
            let said = format!(
                "{} to port {} of {} ({})",
                who(caller),
                port(open.port),
                workload(&open.workload),
                audits.places.of(caller.span)
            );
            if !words.contains(&said) {
                words.push(said);
            }
        }
    }
    words
}

/// Who calls, and what he sends where that is not plaintext.
pub(super) fn who(caller: &Caller<'_>) -> String {
    let who = match caller.who {
        Who::Workload(name) => workload(&name),
        Who::Gateway(object, Some(name)) => {
            format!(
                "{} for {} {}",
                workload(&name),
                object.kind,
                object.qualified_name()
            )
        }
        Who::Gateway(object, None) => {
            format!("the controller of {} {}", object.kind, object.qualified_name())
        }
        Who::Scraper(object) => format!("Prometheus by {} {}", object.kind, object.qualified_name()),
        Who::ApiServer(object) => {
            format!("the API server by {} {}", object.kind, object.qualified_name())
        }
        Who::Kubelet(purpose) => format!("the kubelet, {purpose}"),
        Who::Anybody(object) => {
            format!(
                "whoever comes through {} {}",
                object.kind,
                object.qualified_name()
            )
        }
    };
    match caller.wire {
        Wire::Plaintext => who,
        wire => format!("{who}, with {}", wire_words(wire)),
    }
}

/// What is enforced on an open port.
pub(super) fn mode(open: &OpenPort<'_>) -> &'static str {
    open.mode
        .map_or("no proxy", crate::model::peer_authentication::Mode::as_str)
}

/// The box of an item.
pub(super) fn verdict_box(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Yes => "[x]",
        Verdict::No => "[ ]",
        Verdict::Unknown => "[?]",
    }
}

/// The reason, owner and end of an opening, where they are said.
pub(super) fn account<'a>(opening: &Opening<'a>) -> [Option<&'a str>; 3] {
    let account = &opening.account;
    [
        account.reason.map(|entry| entry.value.trim()),
        account.owner.map(|entry| entry.value.trim()),
        account.expires.map(|expires| expires.entry.value.trim()),
    ]
}

/// The titles of the figures.
pub(super) const COVERAGE: [&str; 9] = [
    "NAMESPACE",
    "WORKLOADS",
    "OUTSIDE MESH",
    "PORTS",
    "STRICT",
    "PERMISSIVE",
    "DISABLE",
    "NO PROXY",
    "STRICT %",
];

/// The figures of every namespace and of the mesh.
pub(super) fn coverage<'a>(audits: &Audits<'a>) -> Vec<(Option<&'a str>, Vec<String>)> {
    let mut rows = Vec::new();
    for audit in audits.audits() {
        let of_namespaces = audit.coverage.iter();
        let named = of_namespaces.map(|figures| (figures.namespace.unwrap_or("(no namespace)"), figures));
        for (name, figures) in named.chain([("(mesh)", &audit.mesh)]) {
            rows.push((audit.context, figures_of(name, figures)));
        }
    }
    rows
}

fn figures_of(name: &str, coverage: &Coverage<'_>) -> Vec<String> {
    let ports = coverage.ports;
    let percent = |part| percent(ports.per_mille(part));
    let with_percent = |part: usize| match part {
        0 => "0".to_owned(),
        part => format!("{part} ({})", percent(part)),
    };
    let numbers = [coverage.workloads, coverage.outside, ports.total(), ports.strict];
    let numbers = numbers.iter().map(usize::to_string);
    let open = [ports.permissive, ports.disable, ports.no_proxy];
    std::iter::once(name.to_owned())
        .chain(numbers)
        .chain(open.into_iter().map(with_percent))
        .chain([percent(ports.strict)])
        .collect()
}

/// `66.6 %`, or `-` of none.
fn percent(per_mille: Option<u16>) -> String {
    per_mille.map_or_else(
        || "-".to_owned(),
        |tenths| format!("{}.{} %", tenths / 10, tenths % 10),
    )
}

/// What the figures take for granted, where they do.
pub(super) fn assumed(audits: &Audits<'_>) -> Option<String> {
    let assumed = audits.audits().map(|audit| audit.mesh.assumed).sum::<usize>();
    (assumed > 0).then(|| {
        format!(
            "{} rest on something that is not given, such as a Namespace that is taken as injected",
            counted(assumed, "port")
        )
    })
}
