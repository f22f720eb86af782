//! `explain`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::{ExplainArgs, Format, Global};
use super::session::{Session, ask};
use super::target::{self, Found, Target};
use super::{Env, Failure, Streams, deliver, notes};
use crate::error::Error;
use crate::id::RuleId;
use crate::lint::{self, Levels};
use crate::load::{Inputs, Loaded};
use crate::matrix::Answers;
use crate::mesh::{Mesh, ServiceId, WorkloadId};
use crate::posture::influence::influence;
use crate::report::explain::clients::client_lines;
use crate::report::explain::routing::ExplainedRouting;
use crate::report::explain::rule::ExplainedRule;
use crate::report::explain::{Explanation, Part, Port, Subject};
use crate::report::place::Places;
use crate::report::row::Rows;
use crate::rules::{Facts, Given};

pub(super) fn run(
    args: &ExplainArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let file = target::as_file(&args.target)?;
    let paths = paths(args, file);
    let adjust = |inputs: &mut Inputs| inputs.everywhere = file.map(Path::to_owned);
    let mut session = Session::open_with(&paths, adjust, &args.source, global, streams, env)?;
    let file = file.and_then(|path| target::file_id(&session.loaded, path));
    if let Some(file) = file {
        target::prefer_file(&mut session.loaded, file);
    }
    let places = session.places(env);
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;

    let meshes = session.meshes();
    let found = match file {
        Some(file) => target::in_file(&meshes, file),
        None => target::find(&args.target, &meshes, |namespace| args.filter.keeps(namespace))?,
    };
    if found.is_empty() {
        return Err(Error::Usage(format!("{}: no workload is in this file", args.target)).into());
    }
    ask(&meshes, |answers| {
        let contexts = Contexts {
            loaded: &session.loaded,
            answers,
            places: &places,
        };
        let mut parts = Vec::new();
        for found in &found {
            parts.append(&mut contexts.explain(found, args.port)?);
        }
        let explanation = Explanation {
            target: args.target.clone(),
            parts,
            contexts: answers.iter().map(|answers| rows(answers, &places)).collect(),
            skipped: &session.loaded.skipped,
        };
        deliver(streams, args.output, &args.reports, |format, out| {
            write(&explanation, format, out)
        })
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    Ok(session.exit_code(&args.source))
}

fn write(explanation: &Explanation<'_>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => explanation.text(out),
        Format::Json => explanation.json(out),
        Format::Yaml => explanation.yaml(out),
    }
}

/// The target's file beside what `-f` names, else beside the working directory.
fn paths(args: &ExplainArgs, file: Option<&Path>) -> Vec<PathBuf> {
    let Some(file) = file else { return Vec::new() };
    let mut paths = vec![file.to_owned()];
    if args.source.filenames.is_empty() {
        paths.push(".".into());
    }
    paths
}

fn rows<'a>(answers: &Answers<'a>, places: &'a Places<'a>) -> Rows<'a> {
    Rows {
        resolution: answers.resolution(),
        places,
        with_trail: true,
    }
}

/// What can be asked of each context.
struct Contexts<'c, 'a> {
    loaded: &'c Loaded,
    answers: &'c [Answers<'a>],
    places: &'a Places<'a>,
}

impl<'a> Contexts<'_, 'a> {
    fn explain(&self, found: &Found<'_>, port: Option<u16>) -> Result<Vec<Part<'a>>, Error> {
        let answers = &self.answers[found.context];
        let rows = rows(answers, self.places);
        match found.target {
            Target::Workload(id) => {
                let ports = match port {
                    Some(port) => vec![Some(port)],
                    None => rows.ports(id).collect(),
                };
                Ok(vec![self.workload_part(answers, id, &ports, String::new())])
            }
            Target::Service(id) => self.service_parts(answers, id, port),
            Target::Policy(_) if port.is_some() => Err(Error::Usage(format!(
                "`--port` is about workloads, Services, DestinationRules and VirtualServices; {} is none of them",
                found.name()
            ))),
            Target::Policy(id) => Ok(vec![Part {
                rows,
                heading: String::new(),
                subject: Subject::Policy(id, influence(rows.resolution, id).collect()),
            }]),
            Target::Rule(index) => self.rule_part(answers, index, port, found),
            Target::Routing(index) => {
                let routing = ExplainedRouting::new(answers, index, port, self.places);
                let is_empty = routing.as_ref().is_some_and(|routing| routing.rows.is_empty());
                has_port(found, port, is_empty)?;
                Ok(self.parts(answers, routing.map(Subject::Routing)))
            }
        }
    }

    fn rule_part(
        &self,
        answers: &Answers<'a>,
        index: usize,
        port: Option<u16>,
        found: &Found<'_>,
    ) -> Result<Vec<Part<'a>>, Error> {
        let unmatched = |_: &_| unmatched_host(self.loaded, answers, found);
        let rule = ExplainedRule::new(answers, index, port, self.places, unmatched);
        let is_empty = rule.as_ref().is_some_and(|rule| rule.rows.is_empty());
        has_port(found, port, is_empty)?;
        Ok(self.parts(answers, rule.map(Subject::Rule)))
    }

    fn parts(&self, answers: &Answers<'a>, subject: Option<Subject<'a>>) -> Vec<Part<'a>> {
        let part = |subject| Part {
            rows: rows(answers, self.places),
            heading: String::new(),
            subject,
        };
        subject.map(part).into_iter().collect()
    }

    fn workload_part(
        &self,
        answers: &Answers<'a>,
        id: WorkloadId,
        ports: &[Option<u16>],
        heading: String,
    ) -> Part<'a> {
        let explained = ports.iter().map(|&port| {
            let (decision, trail) = answers.resolution().explain(id, port);
            let clients = client_lines(answers, id, &decision, self.places);
            Port {
                decision,
                trail,
                clients,
            }
        });
        Part {
            rows: rows(answers, self.places),
            heading,
            subject: Subject::Workload(id, explained.collect()),
        }
    }

    /// Every endpoint with the ports to which the service leads.
    fn service_parts(
        &self,
        answers: &Answers<'a>,
        id: ServiceId,
        port: Option<u16>,
    ) -> Result<Vec<Part<'a>>, Error> {
        let mesh = answers.mesh();
        let service = mesh.service(id);
        if let Some(number) = port.filter(|&number| service.port(number).is_none()) {
            return Err(Error::Usage(unknown_port(mesh, id, number)));
        }
        let endpoints = answers.resolution().endpoints(id);
        let count = match endpoints.len() {
            0 => "no workload among the manifests is behind it".to_owned(),
            1 => "1 workload".to_owned(),
            count => format!("{count} workloads"),
        };
        let heading = format!("{} ({}) · {count}", service.meta().object_name(), service.host);
        if endpoints.is_empty() {
            let rows = rows(answers, self.places);
            return Ok(vec![Part {
                rows,
                heading,
                subject: Subject::Nothing,
            }]);
        }
        let parts = endpoints.iter().map(|&workload| {
            let bindings = answers.resolution().workload(workload).bindings.iter();
            let of_service = bindings.filter(|binding| {
                let number = service_port(mesh, binding.service, binding.port);
                binding.service == id && port.is_none_or(|port| port == number)
            });
            let mut ports: Vec<Option<u16>> = of_service.map(|binding| Some(binding.target)).collect();
            ports.sort_unstable();
            ports.dedup();
            self.workload_part(answers, workload, &ports, heading.clone())
        });
        Ok(parts.collect())
    }
}

/// That a port which was asked for is one of those that the target is about.
fn has_port(found: &Found<'_>, port: Option<u16>, is_empty: bool) -> Result<(), Error> {
    match port {
        Some(number) if is_empty => Err(Error::Usage(format!(
            "no service that {} is about has a port {number}",
            found.name()
        ))),
        _ => Ok(()),
    }
}

/// What the rule about hosts says of a DestinationRule whose host covers nothing.
fn unmatched_host(loaded: &Loaded, answers: &Answers<'_>, found: &Found<'_>) -> Option<String> {
    let levels = Levels {
        select: vec![RuleId("unmatched-host")],
        ..Levels::default()
    };
    let findings = lint::run(&[Facts::new(Given::new(loaded), *answers)], &levels);
    let own = findings
        .into_iter()
        .find(|finding| finding.object.as_ref() == Some(&found.name()));
    own.map(|finding| finding.message)
}

fn service_port(mesh: &Mesh<'_>, id: ServiceId, index: usize) -> u16 {
    mesh.service(id).ports[index].number
}

fn unknown_port(mesh: &Mesh<'_>, id: ServiceId, number: u16) -> String {
    let service = mesh.service(id);
    let ports: Vec<String> = service.ports.iter().map(|port| port.number.to_string()).collect();
    format!(
        "{} has no port {number}; it has {}",
        service.meta().object_name(),
        if ports.is_empty() {
            "none".to_owned()
        } else {
            ports.join(", ")
        }
    )
}
