//! What a run is set up with: the config that holds for it, and the command line, which has the last word.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::SourceArgs;
use super::session::Session;
use super::{Env, Failure};
use crate::config::{self, Baseline, Config, Level, Located, MeshEntry, MeshValue, Mistake};
use crate::error::Error;
use crate::id::RuleId;
use crate::load::{Inputs, Loaded, Rendering};
use crate::mesh::Settings;
use crate::mesh::keys::{ISTIOD_VARIABLES, KEYS, Unset};
use crate::mesh::settings::Origin;
use crate::rules::{self, Declared};
use crate::source::{self, FileId, SourceMap, Span};
use crate::yaml::Spanned;

/// A config whose mistakes end the run.
pub(super) struct Refused {
    pub(super) sources: SourceMap,
    pub(super) mistakes: Vec<Mistake>,
}

/// What holds for a run.
pub(super) struct Setup {
    pub(super) located: Option<Located>,
    /// What the config says; without one, nothing.
    pub(super) understood: Understood,
    /// Whether what is read holds everything that the config is about.
    pub(super) is_whole: bool,
}

/// A config and what follows from it.
#[derive(Default)]
pub(super) struct Understood {
    pub(super) config: Config,
    pub(super) settings: Settings,
    pub(super) levels: BTreeMap<RuleId, Level>,
}

impl Setup {
    /// Finds and understands the config for a run over `paths`.
    pub(super) fn new(paths: &[PathBuf], source: &SourceArgs, env: &Env) -> Result<Setup, Failure> {
        let located = locate(paths, source, env)?;
        let mut sources = SourceMap::default();
        let (mut understood, mistakes) = match &located {
            Some(located) => {
                let file = sources.add_text(&*located.path, &*located.text);
                let (understood, mut mistakes) = understand(file, &located.text);
                mistakes.extend(missing_paths(located, &understood.config));
                mistakes.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
                (understood, mistakes)
            }
            None => (Understood::default(), Vec::new()),
        };
        if !mistakes.is_empty() {
            return Err(Failure::Refused(Refused { sources, mistakes }));
        }
        understood.settings = with_flags(understood.settings, source)?;
        let is_whole = located
            .as_ref()
            .is_none_or(|located| covers(paths, &located.directory));
        Ok(Setup {
            located,
            understood,
            is_whole,
        })
    }

    /// What is to be read.
    pub(super) fn inputs(&self, paths: &[PathBuf], source: &SourceArgs) -> Inputs {
        let words =
            |globs: &[Spanned<config::Glob>]| globs.iter().map(|glob| glob.as_str().to_owned()).collect();
        let limits = &self.understood.config.paths;
        Inputs {
            paths: paths.to_vec(),
            include: words(&limits.include),
            exclude: words(&limits.exclude),
            base: self.located.as_ref().map(|located| located.directory.clone()),
            exclude_here: source.exclude.clone(),
            here: source.here.clone().filter(|here| here.is_dir()),
            parse_all: source.parse_all,
            every_config_map: false,
            contexts: self.contexts(),
            everywhere: None,
            values: self.values(source),
            rendering: Rendering {
                kustomizations: source.kustomize.clone(),
                charts: source.helm.clone(),
                values: source.values.clone(),
                settings: source.set.clone(),
                namespace: source.default_namespace.clone(),
            },
        }
    }

    /// The target clusters that the config names, each with its paths relative to the config.
    fn contexts(&self) -> Vec<(Box<str>, Vec<PathBuf>)> {
        let contexts = self.understood.config.contexts.iter();
        contexts
            .map(|context| {
                let paths = context.paths.iter().map(|path| PathBuf::from(&*path.value));
                (context.name.value.clone(), paths.collect())
            })
            .collect()
    }

    /// The files with values of istiod's chart: those of the command line, else those of the config.
    fn values(&self, source: &SourceArgs) -> Vec<PathBuf> {
        let flags = source.mesh.iter().filter(|(key, _)| key == VALUES);
        let named: Vec<PathBuf> = flags
            .flat_map(|(_, paths)| paths.split(','))
            .map(PathBuf::from)
            .collect();
        match &self.located {
            Some(located) if named.is_empty() => {
                let paths = value_files(&self.understood.config);
                paths.map(|(path, _)| located.resolve(path)).collect()
            }
            _ => named,
        }
    }

    /// Puts the config among the texts of a run, so that what it says has places there.
    pub(super) fn join(&mut self, loaded: &mut Loaded, source: &SourceArgs) -> Result<(), Error> {
        if let Some(located) = &self.located {
            let file = loaded.sources.add_text(&*located.path, &*located.text);
            self.understood = understand(file, &located.text).0;
            let settings = std::mem::take(&mut self.understood.settings);
            self.understood.settings = with_flags(settings, source)?;
        }
        Ok(())
    }

    /// A path relative to the config, by whatever name it was reached.
    pub(super) fn path_of(&self, path: &Path) -> PathBuf {
        let directory = self
            .located
            .as_ref()
            .map(|located| located.directory.canonicalize());
        let (Some(Ok(directory)), Ok(path)) = (directory, path.canonicalize()) else {
            return path.to_owned();
        };
        path.strip_prefix(directory).map_or(path.clone(), Path::to_owned)
    }
}

impl Session {
    /// The baseline that holds, and the directory that it is about: that of the config, or its own.
    pub(super) fn baseline(
        &mut self,
        named: Option<&Path>,
        is_past: bool,
    ) -> Result<Option<(Baseline, PathBuf)>, Failure> {
        let located = self.setup.located.as_ref();
        let path = match (named, located, &self.setup.understood.config.baseline) {
            (Some(named), ..) => named.to_owned(),
            (None, Some(located), Some(written)) => {
                let path = located.resolve(written);
                if !path.is_file() && !is_past {
                    return Err(missing_baseline(located, written));
                }
                path
            }
            _ => return Ok(None),
        };
        if is_past && !path.is_file() {
            return Ok(None);
        }
        let own = path.parent().filter(|parent| *parent != Path::new(""));
        let directory = located.map_or(own.unwrap_or(Path::new(".")), |located| &located.directory);
        let directory = directory.to_owned();
        let baseline = read_baseline(&path, &mut self.loaded.sources)?;
        Ok(Some((baseline, directory)))
    }
}

fn locate(paths: &[PathBuf], source: &SourceArgs, env: &Env) -> Result<Option<Located>, Error> {
    if source.no_config {
        return Ok(None);
    }
    if let Some(path) = &source.config {
        return Located::open(path).map(Some);
    }
    let first = paths.iter().find(|path| *path != Path::new("-"));
    config::locate(first.map_or(Path::new("."), PathBuf::as_path), &env.directory)
}

/// Whether one of `paths` is `directory` or lies above it.
pub(super) fn covers(paths: &[PathBuf], directory: &Path) -> bool {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let Ok(directory) = directory.canonicalize() else {
        return false;
    };
    paths
        .iter()
        .filter_map(|path| path.canonicalize().ok())
        .any(|path| directory.starts_with(path))
}

/// What a config says, and what is wrong with it.
fn understand(file: FileId, text: &str) -> (Understood, Vec<Mistake>) {
    let (config, mut mistakes) = config::read(file, text);
    let mut settings = Settings::default();
    for entry in config.mesh.iter().filter(|entry| entry.name != VALUES) {
        mistakes.extend(set(&mut settings, entry).err());
    }
    let mut levels = BTreeMap::new();
    for rule in &config.rules {
        match known_rule(&rule.rule) {
            Ok(id) => drop(levels.insert(id, rule.level)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    mistakes.extend(
        config
            .ignore
            .iter()
            .filter_map(|ignore| known_rule(&ignore.rule).err()),
    );
    let understood = Understood {
        config,
        settings,
        levels,
    };
    (understood, mistakes)
}

fn known_rule(written: &Spanned<Box<str>>) -> Result<RuleId, Mistake> {
    let found = rules::find(written).map(Declared::id);
    found.map_err(|unknown| {
        let message = format!("no rule is called `{}`", unknown.id);
        let help = match unknown.suggestion {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`peerauth rules` lists them".to_owned(),
        };
        Mistake::new(written.span, message).help(help)
    })
}

fn set(settings: &mut Settings, entry: &MeshEntry) -> Result<(), Mistake> {
    let origin = Origin::Config(entry.span);
    let text = match &entry.value {
        MeshValue::Selectors(selectors) => {
            settings.set_discovery_selectors(selectors, origin);
            return Ok(());
        }
        MeshValue::Text(text) => text,
    };
    settings
        .set_from(&entry.name, text, origin)
        .map_err(|unset| match unset {
            Unset::UnknownKey(nearest) => {
                let message = format!("no setting of the mesh is called `{}`", entry.name);
                let mistake = Mistake::new(entry.key, message);
                let known = KEYS
                    .iter()
                    .map(|key| key.name)
                    .chain(ISTIOD_VARIABLES.iter().copied());
                match nearest {
                    Some(meant) => mistake.help(format!("did you mean `{meant}`?")),
                    None => mistake.suggest(&entry.name, known),
                }
            }
            Unset::BadValue(values) => Mistake::new(entry.span, format!("expected {values}, found `{text}`")),
        })
}

/// The one setting of the mesh that names files.
const VALUES: &str = "values";

/// The files that `mesh.values` names, and where it does.
fn value_files(config: &Config) -> impl Iterator<Item = (&str, Span)> {
    let entries = config.mesh.iter().filter(|entry| entry.name == VALUES);
    entries.flat_map(|entry| {
        let text = match &entry.value {
            MeshValue::Text(text) => text,
            MeshValue::Selectors(_) => "",
        };
        text.split(',').map(|path| (path, entry.span))
    })
}

/// Paths that hold nothing because there is nothing: of contexts, and of values.
fn missing_paths<'c>(located: &'c Located, config: &'c Config) -> impl Iterator<Item = Mistake> + use<'c> {
    let values = value_files(config).filter(|(path, _)| !located.resolve(path).is_file());
    let values = values.map(|(path, span)| {
        let message = format!("there is no file `{path}` beside the config");
        Mistake::new(span, message)
    });
    let is_missing = |path: &&Spanned<Box<str>>| {
        let is_glob = path.contains(['*', '?', '[', '{']);
        !is_glob && !located.resolve(path).exists()
    };
    let paths = config.contexts.iter().flat_map(|context| &context.paths);
    let paths = paths.filter(is_missing).map(|path| {
        let message = format!("there is nothing called `{}` beside the config", path.value);
        Mistake::new(path.span, message)
    });
    values.chain(paths)
}

fn missing_baseline(located: &Located, written: &Spanned<Box<str>>) -> Failure {
    let mut sources = SourceMap::default();
    let file = sources.add_text(&*located.path, &*located.text);
    let message = format!("there is no file `{}` beside the config", written.value);
    let help = format!(
        "write it with `peerauth check --write-baseline {}`",
        written.value
    );
    let span = Span::new(file, written.span.start, written.span.end);
    Failure::Refused(Refused {
        sources,
        mistakes: vec![Mistake::new(span, message).help(help)],
    })
}

fn with_flags(mut settings: Settings, source: &SourceArgs) -> Result<Settings, Error> {
    if let Some(namespace) = &source.root_namespace {
        settings.root_namespace.set_by_flag(namespace.as_str().into());
    }
    for (key, value) in source.mesh.iter().filter(|(key, _)| key != VALUES) {
        let set = settings.set(key, value);
        set.map_err(|unset| match unset {
            Unset::UnknownKey(nearest) => Error::Usage(unknown_key(key, nearest)),
            Unset::BadValue(values) => Error::Usage(format!(
                "`--mesh {key}={value}`: expected {values}, found `{value}`"
            )),
        })?;
    }
    Ok(settings)
}

fn unknown_key(key: &str, nearest: Option<&str>) -> String {
    if let Some(known) = nearest {
        return format!("no setting is called `{key}`; did you mean `{known}`?");
    }
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    let names = names.join(", ");
    format!("no setting is called `{key}`; the settings are {names}, and istiod.NAME")
}

/// Reads a baseline and puts it among the texts of a run.
fn read_baseline(path: &Path, sources: &mut SourceMap) -> Result<Baseline, Failure> {
    let bytes = source::read(path).map_err(|reason| Error::Unreadable {
        path: path.to_owned(),
        reason,
    })?;
    let text = source::decode(&bytes);
    let file = sources.add_text(path, &*text);
    Baseline::read(file, &text).map_err(|mistake| {
        let mut sources = SourceMap::default();
        sources.add_text(path, text);
        let span = Span::new(FileId(0), mistake.span.start, mistake.span.end);
        Failure::Refused(Refused {
            sources,
            mistakes: vec![Mistake { span, ..mistake }],
        })
    })
}
