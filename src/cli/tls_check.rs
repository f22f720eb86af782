//! `tls-check`: the successor of `istioctl authn tls-check`.

use std::io::{self, Write};

use super::args::{Each, FilterArgs, Format, Global, Sort, TlsCheckArgs, TlsFailOn};
use super::selector::Selector;
use super::session::{Session, ask};
use super::target::{self, Target};
use super::{Env, FINDINGS, Failure, Streams, deliver, notes, served};
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
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;
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
        served::known(&args.revision, contexts.iter().map(Answers::resolution))?;
        let check = TlsCheck {
            contexts: contexts.to_vec(),
            keeps_row: &|answers, row| {
                server
                    .as_ref()
                    .is_none_or(|server| server.is(answers.mesh(), row))
                    && served::are_served(&args.revision, answers.groups, row)
                    && is_kept(&args.filter, args.selector.as_ref(), answers, row)
            },
            from: from.clone(),
            each_client: args.clients == Some(Each::Each),
            each_endpoint: args.endpoints == Some(Each::Each),
            by_status: args.sort == Sort::Status,
            skipped: &session.loaded.skipped,
            places: &places,
        };
        deliver(streams, args.output, &args.reports, |format, out| {
            write(&check, format, out)
        })?;
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
pub(super) fn is_kept(
    filter: &FilterArgs,
    selector: Option<&Selector>,
    answers: &Answers<'_>,
    row: &Row<'_, '_>,
) -> bool {
    let mesh = answers.mesh();
    let has_labels = |id: WorkloadId| {
        let labels = &answers.resolution().workload(id).labels;
        selector.is_none_or(|selector| selector.matches(|key| labels.get(key)))
    };
    let mut endpoints = row.endpoints.iter().flat_map(|class| &class.endpoints);
    filter.keeps(mesh.namespaces[mesh.service(row.service).namespace].name)
        && (selector.is_none()
            || endpoints
                .any(|endpoint| matches!(endpoint.place, EndpointPlace::Workload(id) if has_labels(id))))
}

/// What the command line asks about: a host or a Service, or the Services of a workload; all ports, or one.
struct Server<'m> {
    services: Vec<(Option<&'m str>, ServiceId)>,
    workloads: Vec<(Option<&'m str>, WorkloadId)>,
    port: Option<u16>,
}

impl<'m> Server<'m> {
    fn find(text: &str, meshes: &'m [Mesh<'m>]) -> Result<Server<'m>, Error> {
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(parse_port(text, port)?)),
            None => (text, None),
        };
        let of_host = |mesh: &'m Mesh<'m>| {
            let services = mesh.services_of_host(name).iter();
            services.map(|&id| (mesh.context, id))
        };
        let mut server = Server {
            services: meshes.iter().flat_map(of_host).collect(),
            workloads: Vec::new(),
            port,
        };
        if !server.services.is_empty() {
            return Ok(server);
        }
        for found in target::find(name, meshes, |_| true)? {
            let context = meshes[found.context].context;
            match found.target {
                Target::Service(id) => server.services.push((context, id)),
                Target::Workload(id) => server.workloads.push((context, id)),
                _ => {
                    return Err(Error::Usage(format!(
                        "{text}: expected a host, a Service or a workload"
                    )));
                }
            }
        }
        Ok(server)
    }

    fn is(&self, mesh: &Mesh<'_>, row: &Row<'_, '_>) -> bool {
        let mut endpoints = row.endpoints.iter().flat_map(|class| &class.endpoints);
        let is_workload = endpoints.any(|endpoint| {
            matches!(endpoint.place, EndpointPlace::Workload(id) if self.workloads.contains(&(mesh.context, id)))
        });
        self.port.is_none_or(|port| port == row.port)
            && (is_workload || self.services.contains(&(mesh.context, row.service)))
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

/// The workload that `--from` names, in each context that has it.
pub(super) fn client<'m>(
    text: &str,
    meshes: &'m [Mesh<'m>],
) -> Result<Vec<(Option<&'m str>, WorkloadId)>, Error> {
    let found = target::find(text, meshes, |_| true)?;
    let workloads = found.iter().filter_map(|found| match found.target {
        Target::Workload(id) => Some((meshes[found.context].context, id)),
        _ => None,
    });
    let workloads: Vec<_> = workloads.collect();
    if workloads.is_empty() {
        return Err(Error::Usage(format!("--from {text}: expected a workload")));
    }
    Ok(workloads)
}
