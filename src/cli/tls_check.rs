//! `tls-check`: the successor of `istioctl authn tls-check`.

use std::io::{self, Write};

use super::args::{Each, Format, Global, Sort, TlsCheckArgs, TlsFailOn};
use super::session::{Session, ask};
use super::target::{self, Target};
use super::{Env, FINDINGS, Failure, Streams, notes, written};
use crate::error::Error;
use crate::matrix::{Answers, Row};
use crate::mesh::{Mesh, ServiceId, WorkloadId};
use crate::report::tls_check::TlsCheck;
use crate::resolve::client::EndpointPlace;

pub(super) fn run(
    args: &TlsCheckArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let session = Session::open(&[], &args.source, global, streams, env)?;
    let places = session.places(env);
    notes::unreadable(streams.stderr, &session.loaded)?;
    notes::broken(streams.stderr, &session.loaded, &places, &args.source)?;
    let meshes = session.meshes();
    let server = args
        .server
        .as_deref()
        .map(|text| Server::find(text, &meshes))
        .transpose()?;
    let from = args
        .from
        .as_deref()
        .map(|text| client(text, &meshes))
        .transpose()?;

    let has_conflict = ask(&meshes, |contexts| {
        let check = TlsCheck {
            contexts: contexts.to_vec(),
            keeps_row: &|answers, row| {
                server
                    .as_ref()
                    .is_none_or(|server| server.is(answers.mesh(), row))
                    && is_kept(args, answers, row)
            },
            from,
            each_client: args.clients == Some(Each::Each),
            each_endpoint: args.endpoints == Some(Each::Each),
            by_status: args.sort == Sort::Status,
            skipped: &session.loaded.skipped,
            places: &places,
        };
        written(write(&check, args.output, streams.stdout))?;
        Ok::<bool, Failure>(check.has_conflict())
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    notes::unknown_namespaces(streams.stderr, &meshes, &args.filter, global)?;
    let fails = args.fail_on == TlsFailOn::Conflict && has_conflict;
    Ok(session
        .exit_code(&args.source)
        .max(if fails { FINDINGS } else { 0 }))
}

fn write(check: &TlsCheck<'_>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => check.text(out),
        Format::Json => check.json(out),
        Format::Yaml => check.yaml(out),
    }
}

/// Whether a service is in a namespace that is shown, and an endpoint has the labels that are asked for.
fn is_kept(args: &TlsCheckArgs, answers: &Answers<'_>, row: &Row<'_, '_>) -> bool {
    let mesh = answers.mesh();
    let has_labels = |id: WorkloadId| {
        let labels = &answers.resolution().workload(id).labels;
        args.selector
            .as_ref()
            .is_none_or(|selector| selector.matches(|key| labels.get(key)))
    };
    let mut endpoints = row.endpoints.iter().flat_map(|class| &class.endpoints);
    args.filter
        .keeps(mesh.namespaces[mesh.service(row.service).namespace].name)
        && (args.selector.is_none()
            || endpoints
                .any(|endpoint| matches!(endpoint.place, EndpointPlace::Workload(id) if has_labels(id))))
}

/// What the command line asks about: a host or a Service, or the Services of a workload; all ports, or one.
struct Server {
    services: Vec<ServiceId>,
    workload: Option<WorkloadId>,
    port: Option<u16>,
}

impl Server {
    fn find(text: &str, meshes: &[Mesh<'_>]) -> Result<Server, Error> {
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(parse_port(text, port)?)),
            None => (text, None),
        };
        let of_host: Vec<ServiceId> = meshes
            .iter()
            .flat_map(|mesh| mesh.services_of_host(name))
            .copied()
            .collect();
        if !of_host.is_empty() {
            return Ok(Server {
                services: of_host,
                workload: None,
                port,
            });
        }
        let found = target::find(name, meshes, |_| true)?;
        let mut server = Server {
            services: Vec::new(),
            workload: None,
            port,
        };
        for found in found {
            match found.target {
                Target::Service(id) => server.services.push(id),
                Target::Workload(id) => server.workload = Some(id),
                _ => {
                    return Err(Error::Usage(format!(
                        "{text}: expected a host, a Service or a workload"
                    )));
                }
            }
        }
        Ok(server)
    }

    fn is(&self, _: &Mesh<'_>, row: &Row<'_, '_>) -> bool {
        let mut endpoints = row.endpoints.iter().flat_map(|class| &class.endpoints);
        let is_workload = self.workload.is_some_and(|wanted| {
            endpoints.any(|endpoint| matches!(endpoint.place, EndpointPlace::Workload(id) if id == wanted))
        });
        let asked = (row.service, row.port);
        let is_meant = |(service, port): (ServiceId, u16)| {
            self.port.is_none_or(|wanted| wanted == port) && (is_workload || self.services.contains(&service))
        };
        is_meant(asked) || is_meant(row.target())
    }
}

fn parse_port(text: &str, port: &str) -> Result<u16, Error> {
    let parsed = port.parse().ok().filter(|&port| port != 0);
    parsed.ok_or_else(|| {
        Error::Usage(format!(
            "{text}: expected a port from 1 to 65535 after the colon, found `{port}`"
        ))
    })
}

/// The workload that `--from` names.
fn client(text: &str, meshes: &[Mesh<'_>]) -> Result<WorkloadId, Error> {
    let found = target::find(text, meshes, |_| true)?;
    let workload = found.iter().find_map(|found| match found.target {
        Target::Workload(id) => Some(id),
        _ => None,
    });
    workload.ok_or_else(|| Error::Usage(format!("--from {text}: expected a workload")))
}
