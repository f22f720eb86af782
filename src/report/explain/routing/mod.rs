//! A VirtualService for people: whom it leads where, what becomes of the requests, and where it takes no part.

mod rows;
mod words;

use std::io::{self, Write};

pub use self::rows::RoutingRow;
use self::rows::routing_rows;
use super::block::{Block, write_object};
use super::words::namespaces;
use super::{NAMED, NoRow, first_of, targets};
use crate::matrix::Answers;
use crate::mesh::Mesh;
use crate::model::virtual_service::{Destination, VirtualService};
use crate::posture::routing::Asked;
use crate::report::place::Places;
use crate::source::Span;
use crate::yaml::Spanned;

/// A VirtualService with where it leads whom.
#[derive(Debug)]
pub struct ExplainedRouting<'a> {
    /// The VirtualService.
    asked: Asked<'a>,
    /// The service ports that it is asked for, as they are called.
    targets: Vec<String>,
    /// What its routes name.
    destinations: Vec<Named>,
    /// What it is to each class of clients.
    pub rows: Vec<RoutingRow<'a>>,
}

/// Something that routes name, and where.
#[derive(Debug)]
struct Named {
    label: &'static str,
    words: String,
    span: Span,
}

impl<'a> ExplainedRouting<'a> {
    /// The VirtualService of that index in its mesh, on all ports or on one.
    pub fn new(
        answers: &Answers<'a>,
        index: usize,
        port: Option<u16>,
        places: &'a Places<'a>,
    ) -> Option<ExplainedRouting<'a>> {
        let asked = Asked::of(answers, index)?;
        let mut leadings = asked.leadings(answers);
        leadings.retain(|leading| port.is_none_or(|port| port == leading.port));
        let mut rows = Vec::new();
        for leading in &leadings {
            routing_rows(answers, leading, asked.roots.is_delegate, places, &mut rows);
        }
        Some(ExplainedRouting {
            destinations: named(answers, &asked),
            asked,
            targets: targets(rows.iter().map(|row| (row.host, row.port))),
            rows,
        })
    }

    /// What machines get where there is no row.
    pub(super) fn no_row<'e>(&'e self, mesh: &'e Mesh<'_>) -> Option<NoRow<'e>> {
        self.rows.is_empty().then(|| NoRow {
            context: mesh.context,
            host: self.asked.roots.hosts().next(),
            port: None,
            verdict: "unmatched",
            because: self.about(),
        })
    }

    /// Writes where it leads.
    pub(super) fn write(&self, out: &mut dyn Write, mesh: &Mesh<'_>, places: &Places<'_>) -> io::Result<()> {
        let (mut summary, mut rows) = (Block::default(), Block::default());
        self.summary(&mut summary, mesh, places);
        let mut hosts = self.asked.roots.hosts();
        let only_host = hosts.next().filter(|_| hosts.next().is_none());
        for row in &self.rows {
            row.write(&mut rows, only_host);
        }
        write_object(out, self.header(), mesh.context, &summary, &rows)
    }

    fn header(&self) -> Vec<String> {
        let mut parts = vec![self.asked.object.meta.object_name().to_string()];
        let hosts: Vec<String> = self.asked.roots.hosts().map(str::to_owned).collect();
        parts.push(match (self.asked.roots.is_delegate, &hosts[..]) {
            (true, _) => "no hosts: others delegate to it".to_owned(),
            (false, [host]) => format!("host {host}"),
            (false, _) => format!("hosts {}", first_of(&hosts, NAMED)),
        });
        parts
    }

    fn summary(&self, block: &mut Block, mesh: &Mesh<'_>, places: &Places<'_>) {
        let place = |span| Some(places.of(span).to_string());
        let object = self.asked.object;
        if !object.spec.gateways.is_empty() {
            let names = object.spec.gateways.iter().map(|gateway| &*gateway.value);
            let names: Vec<&str> = names
                .map(|name| if name == "mesh" { "sidecars (mesh)" } else { name })
                .collect();
            block.line(
                ["gateways", &names.join(", ")],
                place(object.spec.gateways[0].span),
            );
        }
        if self.asked.roots.is_delegate {
            for root in self.asked.roots.objects() {
                let words = format!("VirtualService {}", root.meta.qualified_name());
                block.line(["named by", &words], place(root.meta.name.span));
            }
        }
        let (shown, span) = self.shown_to(mesh);
        block.line(["shown to", &shown], span.map(|span| places.of(span).to_string()));
        let mut label = "";
        for named in &self.destinations {
            let repeated = std::mem::replace(&mut label, named.label) == named.label;
            let shown = if repeated { "" } else { label };
            block.line([shown, &named.words], place(named.span));
        }
        block.line(["about", &self.about()], None);
    }

    fn about(&self) -> String {
        let hosts = || -> Vec<String> { self.asked.roots.hosts().map(str::to_owned).collect() };
        let is_delegate = self.asked.roots.is_delegate;
        match &self.targets[..] {
            [] if !self.is_for_sidecars() => "requests through gateways, which are not shown here".to_owned(),
            [] if is_delegate && self.asked.roots.objects().next().is_none() => {
                "nobody: no VirtualService among the manifests delegates to it".to_owned()
            }
            [] => format!(
                "no port of a service among the manifests has the host {}",
                first_of(&hosts(), NAMED)
            ),
            targets => first_of(targets, NAMED),
        }
    }

    fn is_for_sidecars(&self) -> bool {
        let gateways = &self.asked.object.spec.gateways;
        gateways.is_empty() || gateways.iter().any(|gateway| &*gateway.value == "mesh")
    }

    /// The clients to whom it is shown, and the part of it that says so.
    fn shown_to(&self, mesh: &Mesh<'_>) -> (String, Option<Span>) {
        let object = self.asked.object;
        let export_to = &object.spec.export_to;
        let default = &mesh.settings.default_virtual_service_export_to.value;
        let names: Vec<&str> = if export_to.is_empty() {
            default.iter().map(|name| &**name).collect()
        } else {
            export_to.iter().map(|name| &*name.value).collect()
        };
        let span = export_to.first().map(|entry| entry.span);
        if names.contains(&"*") {
            return ("every namespace".to_owned(), span);
        }
        let own = object.meta.namespace_name().unwrap_or_default();
        (namespaces(names.into_iter(), own), span)
    }
}

/// What the routes of a VirtualService name, each once.
fn named(answers: &Answers<'_>, asked: &Asked<'_>) -> Vec<Named> {
    let spec = &asked.object.spec;
    let mut named: Vec<Named> = Vec::new();
    for destination in spec.destinations() {
        let is_taken = spec
            .destinations_with_share()
            .any(|taken| std::ptr::eq(taken, destination));
        let Some(words) = destination_words(answers, asked, destination, is_taken) else {
            continue;
        };
        if !named.iter().any(|known| known.words == words) {
            let span = destination
                .host
                .as_ref()
                .map_or(destination.span, |host| host.span);
            named.push(Named {
                label: "leads to",
                words,
                span,
            });
        }
    }
    named.extend(delegates(asked, spec));
    named
}

fn delegates<'s>(asked: &Asked<'_>, spec: &'s VirtualService) -> impl Iterator<Item = Named> + use<'s> {
    let own = asked.object.meta.namespace_name().unwrap_or_default().to_owned();
    let delegates = spec.http.iter().filter_map(|route| route.delegate.as_ref());
    delegates.map(move |delegate| {
        let namespace = delegate.namespace.as_deref().filter(|name| !name.is_empty());
        Named {
            label: "delegates",
            words: format!(
                "to VirtualService {}/{}",
                namespace.unwrap_or(&own),
                delegate.name.as_deref().unwrap_or_default()
            ),
            span: delegate.span,
        }
    })
}

fn destination_words(
    answers: &Answers<'_>,
    asked: &Asked<'_>,
    destination: &Spanned<Destination>,
    is_taken: bool,
) -> Option<String> {
    let host = answers.senders.destination_host(asked.object, destination)?;
    let port = destination.port.as_ref().and_then(|port| port.number);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let subset = destination.subset.as_ref().map(|subset| &*subset.value);
    let subset = subset
        .filter(|name| !name.is_empty())
        .map(|name| format!(" subset {name}"))
        .unwrap_or_default();
    let note = if !is_taken {
        ": nothing, for it has no weight"
    } else if answers.mesh().services_of_host(&host).is_empty() {
        ": no service among the manifests has this host"
    } else {
        ""
    };
    Some(format!("{host}{port}{subset}{note}"))
}
