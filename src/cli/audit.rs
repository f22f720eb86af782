//! `audit`.

use std::io::{self, Write};

use super::args::{AuditArgs, AuditFailOn, AuditFormat, Global};
use super::session::{Session, ask};
use super::{Env, FINDINGS, Failure, OK, Streams, deliver, notes};
use crate::mesh::WorkloadId;
use crate::model::Standing;
use crate::posture::audit::{Question, audit};
use crate::report::audit::Audits;
use crate::resolve::Resolution;

pub(super) fn run(
    args: &AuditArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let session = Session::open(&args.paths, &args.source, global, streams, env)?;
    let places = session.places(env);
    let meshes = session.meshes();
    notes::unread(streams.stderr, &session.loaded, &places, &args.source)?;
    let question = Question {
        today: global.day(env),
        keeps: &|resolution, namespace, workload| args.keeps(resolution, namespace, workload),
    };
    let fails = ask(&meshes, |answers| {
        let audits = audit(answers, question).into_iter();
        let audits = Audits {
            contexts: meshes.iter().map(|mesh| &mesh.settings).zip(audits).collect(),
            today: question.today,
            places: &places,
            skipped: &session.loaded.skipped,
        };
        deliver(streams, args.output, &args.reports, |format, out| {
            write(&audits, format, out)
        })?;
        let mut openings = audits.contexts.iter().flat_map(|(_, audit)| &audit.openings);
        Ok::<bool, Failure>(openings.any(|opening| args.fails_on(opening.standing)))
    })?;
    notes::skipped(streams.stderr, &session.loaded, &places, global)?;
    notes::unknown_namespaces(streams.stderr, &meshes, &args.filter, global)?;
    let code = session.exit_code(&args.source);
    Ok(code.max(if fails { FINDINGS } else { OK }))
}

impl AuditArgs {
    fn keeps(
        &self,
        resolution: &Resolution<'_, '_>,
        namespace: Option<&str>,
        workload: Option<WorkloadId>,
    ) -> bool {
        let has_labels = self.selector.as_ref().is_none_or(|selector| {
            let labels = workload.map(|id| &resolution.workload(id).labels);
            labels.is_some_and(|labels| selector.matches(|key| labels.get(key)))
        });
        self.filter.keeps(namespace) && has_labels
    }

    fn fails_on(&self, standing: Standing) -> bool {
        self.fail_on.iter().any(|fail_on| match fail_on {
            AuditFailOn::Expired => standing == Standing::Expired,
            AuditFailOn::Undocumented => matches!(standing, Standing::Undocumented | Standing::Endless),
            AuditFailOn::Any => true,
            AuditFailOn::Never => false,
        })
    }
}

fn write(audits: &Audits<'_>, format: AuditFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        AuditFormat::Text => audits.text(out),
        AuditFormat::Json => audits.json(out),
        AuditFormat::Yaml => audits.yaml(out),
        AuditFormat::Markdown => audits.markdown(out),
        AuditFormat::Csv => audits.csv(out),
    }
}
