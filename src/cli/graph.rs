//! `graph`.

use std::io::{self, Write};

use super::args::{Collapse, Global, GraphArgs, GraphFormat, OutcomeArg};
use super::session::{Session, ask};
use super::{Env, Failure, Streams, deliver, notes, tls_check};
use crate::posture::graph::{Question, graph};
use crate::report::graph::Graphs;
use crate::resolve::outcome::Outcome;

pub(super) fn run(
    args: &GraphArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let session = Session::open(&args.paths, &args.source, global, streams, env)?;
    let places = session.places(env);
    let meshes = session.meshes();
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;
    let from = args.from.as_deref();
    let from = from.map(|text| tls_check::client(text, &meshes)).transpose()?;
    let question = Question {
        from: from.as_deref(),
        keeps: &|answers, row| tls_check::is_kept(&args.filter, args.selector.as_ref(), answers, row),
        shows: &|outcome| args.only.is_empty() || args.only.iter().any(|only| only.is(outcome)),
    };
    ask(&meshes, |answers| {
        let graphs = Graphs {
            contexts: meshes
                .iter()
                .map(|mesh| &mesh.settings)
                .zip(graph(answers, question))
                .collect(),
            collapse: match args.collapse {
                Collapse::Auto => None,
                Collapse::Always => Some(true),
                Collapse::Never => Some(false),
            },
            places: &places,
            skipped: &session.loaded.skipped,
        };
        deliver(streams, args.output, &args.reports, |format, out| {
            write(&graphs, format, out)
        })
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    notes::unknown_namespaces(streams.stderr, &meshes, &args.filter, global)?;
    Ok(session.exit_code(&args.source))
}

impl OutcomeArg {
    fn is(self, outcome: Outcome) -> bool {
        let own = match self {
            OutcomeArg::Mtls => Outcome::Mtls,
            OutcomeArg::Plaintext => Outcome::Plaintext,
            OutcomeArg::AppTls => Outcome::AppTls,
            OutcomeArg::Unknown => Outcome::Unknown,
            OutcomeArg::Refused => Outcome::Refused,
        };
        own == outcome
    }
}

fn write(graphs: &Graphs<'_>, format: GraphFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        GraphFormat::Mermaid => graphs.mermaid(out),
        GraphFormat::Dot => graphs.dot(out),
        GraphFormat::Html => graphs.html(out),
        GraphFormat::Json => graphs.json(out),
    }
}
