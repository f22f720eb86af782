//! Rendering by the user's own programs: nobody else renders a chart or an overlay exactly as they do.
//!
//! Each document of what a program prints is a text of its own, named after the program and its object:
//! a line number of a stream that nobody has seen helps nobody.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::relevance::is_blank;
use crate::error::Error;
use crate::source::FileId;
use crate::yaml::{self, Node};

/// What to render.
#[derive(Debug, Clone, Default)]
pub struct Rendering {
    /// Directories with kustomizations.
    pub kustomizations: Vec<PathBuf>,
    /// Directories, archives or names of Helm charts.
    pub charts: Vec<PathBuf>,
    /// Values files of the charts.
    pub values: Vec<PathBuf>,
    /// Single values of the charts, as `KEY=VALUE`.
    pub settings: Vec<String>,
    /// The namespace that charts are released to.
    pub namespace: Option<String>,
}

/// What a program made of a chart or a kustomization.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) origin: RenderedFrom,
    /// Its documents, with names.
    pub(super) documents: Vec<(String, String)>,
}

impl Rendered {
    /// The chart, if it is one.
    pub(super) fn chart(&self) -> Option<&Path> {
        match &self.origin {
            RenderedFrom::Chart(chart) => Some(chart),
            RenderedFrom::Kustomization(_) => None,
        }
    }
}

/// What was rendered.
#[derive(Debug)]
pub(super) enum RenderedFrom {
    Kustomization(PathBuf),
    Chart(PathBuf),
}

/// Runs the programs that `rendering` needs.
pub(super) fn render(rendering: &Rendering) -> Result<Vec<Rendered>, Error> {
    let kustomizations = rendering.kustomizations.iter().map(|directory| {
        Ok(Rendered {
            documents: build_kustomization(directory)?,
            origin: RenderedFrom::Kustomization(directory.clone()),
        })
    });
    let charts = rendering.charts.iter().map(|chart| {
        Ok(Rendered {
            documents: run(&mut template_chart(chart, rendering), "--helm")?,
            origin: RenderedFrom::Chart(chart.clone()),
        })
    });
    kustomizations.chain(charts).collect()
}

/// `kustomize`, or else the one in `kubectl`.
fn build_kustomization(directory: &Path) -> Result<Vec<(String, String)>, Error> {
    if !directory.is_dir() {
        return Err(Error::NotFound(directory.to_owned()));
    }
    let mut kustomize = Command::new("kustomize");
    match run(kustomize.arg("build").arg(directory), "--kustomize") {
        Err(Error::ProgramMissing { .. }) => {}
        result => return result,
    }
    let mut kubectl = Command::new("kubectl");
    match run(kubectl.arg("kustomize").arg(directory), "--kustomize") {
        Err(Error::ProgramMissing { flag, .. }) => Err(Error::ProgramMissing {
            program: "kustomize or kubectl".to_owned(),
            flag,
        }),
        result => result,
    }
}

fn template_chart(chart: &Path, rendering: &Rendering) -> Command {
    let mut helm = Command::new("helm");
    helm.arg("template").arg(chart);
    for values in &rendering.values {
        helm.arg("--values").arg(values);
    }
    for setting in &rendering.settings {
        helm.arg("--set").arg(setting);
    }
    if let Some(namespace) = &rendering.namespace {
        helm.arg("--namespace").arg(namespace);
    }
    helm
}

/// Runs a program; the result are the documents that it prints.
fn run(command: &mut Command, flag: &'static str) -> Result<Vec<(String, String)>, Error> {
    let line = command_line(command);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|reason| not_run(command, &line, flag, &reason))?;
    if !output.status.success() {
        return Err(Error::ProgramFailed {
            status: output.status.to_string(),
            says: says(&output),
            line,
        });
    }
    let documents = documents(&line, &String::from_utf8_lossy(&output.stdout));
    if documents.is_empty() {
        return Err(Error::ProgramSilent {
            says: says(&output),
            line,
        });
    }
    Ok(documents)
}

fn not_run(command: &Command, line: &str, flag: &'static str, reason: &io::Error) -> Error {
    if reason.kind() == ErrorKind::NotFound {
        return Error::ProgramMissing {
            program: command.get_program().to_string_lossy().into_owned(),
            flag,
        };
    }
    Error::ProgramFailed {
        line: line.to_owned(),
        status: "cannot be run".to_owned(),
        says: format!(": {reason}"),
    }
}

/// The program and what it works on; its other arguments are the user's own.
fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args().take(2));
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    words.join(" ")
}

/// What a program says of itself, without what would upset a terminal.
fn says(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let text: String = text
        .trim()
        .chars()
        .filter(|char| *char == '\n' || !char.is_control())
        .collect();
    if text.is_empty() {
        text
    } else {
        format!(":\n{text}")
    }
}

fn documents(line: &str, text: &str) -> Vec<(String, String)> {
    let documents = yaml::split(text.as_bytes()).filter_map(|document| {
        let content = text.get(document.range.clone())?;
        if is_blank(content.as_bytes()) {
            return None;
        }
        let tree = yaml::parse(FileId(0), text.as_bytes(), &document).tree;
        let object = tree.map_or_else(|| "document".to_owned(), |tree| object_name(tree.root()));
        Some((format!("<{line}: {object}>"), content.to_owned()))
    });
    documents.collect()
}

fn object_name(root: Node<'_>) -> String {
    let metadata = |key: &str| root.get("metadata")?.value.get(key)?.value.as_str();
    let kind = root.get("kind").and_then(|kind| kind.value.as_str());
    let name = metadata("name").unwrap_or_default();
    let kind = kind.unwrap_or("document");
    match metadata("namespace") {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}
