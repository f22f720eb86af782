//! The command line as it is written.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum, ValueHint};

use jiff::civil::Date;

use super::Env;
use super::names::Names;
use super::selector::Selector;
use crate::config::Day;
use crate::finding::Severity;

/// The version of the program and of the semantics that it implements.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (semantics of Istio ", "1.32", ")");

/// The heading of flags that every command takes: without it, help mixes them with the command's own.
const GLOBAL: &str = "Options of every command";

/// Which Istio mTLS mode is in force on every port of every workload, offline, from manifests.
#[derive(Debug, Parser)]
#[command(name = "peerauth", version = VERSION, arg_required_else_help = true)]
pub struct Args {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what is wrong with the manifests; the gate for CI
    Check(CheckArgs),
    /// Explain a mode: every policy that took part or was ignored, and why
    Explain(ExplainArgs),
    /// List the mode of every port of every workload
    List(ListArgs),
    /// Show what every client sends to every service and whether it gets through
    TlsCheck(TlsCheckArgs),
    /// Show what differs between two directories or git revisions: ports, and connections that break
    Diff(DiffArgs),
    /// Show what a change would do before it is written: who would be refused, who would lose plaintext or identity
    WhatIf(WhatIfArgs),
    /// Show what is open to callers without an identity, who accounts for it, and the security checklist
    Audit(AuditArgs),
    /// Draw who reaches which service, and how: Mermaid, DOT or an HTML page
    Graph(GraphArgs),
    /// Plan the way to STRICT in the whole mesh: what to apply, in which order, and what hinders it
    Migrate(MigrateArgs),
    /// List the rules of `check`, or show the documentation of one
    Rules(RulesArgs),
    /// Show the settings in force and where each comes from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the JSON Schema of a format
    Schema {
        /// The format
        #[arg(value_name = "FORMAT")]
        of: SchemaOf,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of the program or of a command
    Man(ManArgs),
}

impl Command {
    /// Whether the command reads manifests; the others have little to do.
    pub(super) fn reads_manifests(&self) -> bool {
        !matches!(
            self,
            Command::Rules(_)
                | Command::Config(_)
                | Command::Schema { .. }
                | Command::Completions { .. }
                | Command::Man(_)
        )
    }
}

/// Flags of every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// Say nothing but the report and errors
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Name everything that is skipped
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
    /// Whether the report is coloured
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// The day that decides what has expired; without it, today in UTC
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
}

/// Whether the report is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What can be asked about the config.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show the settings in force and where each comes from: a default, the mesh config, the config or a flag
    Show(ConfigShowArgs),
}

/// `config show`.
#[derive(Debug, clap::Args)]
pub struct ConfigShowArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// The format of the output
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Format,
}

/// The formats that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// `.peerauth.yaml`.
    Config,
    /// What `check -o json` writes.
    Report,
    /// What `list -o json` writes.
    List,
    /// What `tls-check -o json` writes.
    TlsCheck,
    /// What `explain -o json` writes.
    Explain,
    /// What `diff -o json` writes.
    Diff,
    /// What `what-if -o json` writes.
    WhatIf,
    /// What `audit -o json` writes.
    Audit,
    /// What `graph -o json` writes.
    Graph,
    /// What `migrate -o json` writes.
    Migrate,
    /// What `rules -o json` writes.
    Rules,
    /// What `config show -o json` writes.
    ConfigShow,
    /// What `check --write-baseline` writes.
    Baseline,
}

/// What is read and how it is understood.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub struct SourceArgs {
    /// More files, directories, globs or `-`, as kubectl takes them
    #[arg(short = 'f', long = "filename", value_name = "PATH")]
    pub filenames: Vec<PathBuf>,
    /// The config; without it, the nearest `.peerauth.yaml` above the first path
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no config
    #[arg(long)]
    pub no_config: bool,
    /// The directory that `exclude` is relative to; without one, the working directory.
    #[arg(skip)]
    pub here: Option<PathBuf>,
    /// Leave out what matches this glob (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Parse every document, also those that can be proved irrelevant
    #[arg(long)]
    pub parse_all: bool,
    /// Render the kustomization of this directory with kustomize or kubectl (repeatable)
    #[arg(long, value_name = "DIRECTORY")]
    pub kustomize: Vec<PathBuf>,
    /// Render this chart with helm (repeatable)
    #[arg(long, value_name = "CHART")]
    pub helm: Vec<PathBuf>,
    /// A values file of the charts (repeatable)
    #[arg(long, value_name = "FILE", requires = "helm")]
    pub values: Vec<PathBuf>,
    /// A value of the charts (repeatable)
    #[arg(long, value_name = "KEY=VALUE", requires = "helm")]
    pub set: Vec<String>,
    /// Accept that there is nothing to read
    #[arg(long)]
    pub allow_empty: bool,
    /// Do not exit with 2 because of manifests that do not parse
    #[arg(long)]
    pub skip_invalid: bool,
    /// The namespace of objects that name none
    #[arg(long, value_name = "NAMESPACE")]
    pub default_namespace: Option<String>,
    /// The namespace whose policies hold for the whole mesh
    #[arg(short = 'i', long, alias = "istioNamespace", value_name = "NAMESPACE")]
    pub root_namespace: Option<String>,
    /// A setting of the mesh, such as `trustDomain=example.org` (repeatable)
    #[arg(long = "mesh", value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub mesh: Vec<(String, String)>,
}

/// Which part of the answer is shown.
#[derive(Debug, Clone, clap::Args)]
pub struct FilterArgs {
    /// Show this namespace only (repeatable)
    #[arg(short = 'n', long = "namespace", value_name = "NAMESPACE")]
    pub namespaces: Vec<String>,
    /// Show every namespace; that is the default
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
}

impl Global {
    /// The day on which it is asked.
    pub(super) fn day(&self, env: &Env) -> Date {
        self.today.unwrap_or(env.today)
    }
}

impl FilterArgs {
    /// Shows everything.
    pub fn everything() -> Self {
        FilterArgs {
            namespaces: Vec::new(),
            all_namespaces: true,
        }
    }

    /// Whether what is in a namespace is shown.
    pub fn keeps(&self, namespace: Option<&str>) -> bool {
        self.namespaces.is_empty() || self.namespaces.iter().any(|wanted| Some(&**wanted) == namespace)
    }
}

/// The control plane that is asked about.
#[derive(Debug, Clone, clap::Args)]
pub struct RevisionArgs {
    /// Show only the workloads that this revision's control plane serves
    #[arg(short = 'r', long, value_name = "REVISION")]
    pub revision: Option<String>,
}

/// `check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is shown.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Show only findings on objects with these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// The format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: CheckFormat,
    /// Write the report in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<CheckFormat>)]
    pub reports: Vec<(CheckFormat, PathBuf)>,
    /// Run these rules only (repeatable)
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_parser = Names::RULES,
        hide_possible_values = true
    )]
    pub select: Vec<String>,
    /// Do not run these rules (repeatable)
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        value_parser = Names::RULES,
        hide_possible_values = true
    )]
    pub ignore: Vec<String>,
    /// Run pedantic rules too
    #[arg(long)]
    pub pedantic: bool,
    /// Leave out the findings of this baseline, whatever the config says
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings to this baseline instead of failing because of them
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["baseline", "since", "select", "ignore", "namespaces", "selector"]
    )]
    pub write_baseline: Option<PathBuf>,
    /// Report only what is new against the merge base of HEAD and this git revision
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Show suppressed findings too, and what suppresses them (text and concise)
    #[arg(long)]
    pub show_suppressed: bool,
    /// Show every finding in full, however many there are
    #[arg(long)]
    pub no_fold: bool,
    /// Exit with 1 if a finding has this severity or a higher one
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
}

/// `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// `[KIND/]NAME[.NAMESPACE]` of a workload, a Service, a PeerAuthentication, a DestinationRule or a
    /// VirtualService, or a file that holds a workload (`-` for standard input)
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// Explain one port only: of a workload its own, of a Service, a DestinationRule or a VirtualService
    /// the Service's
    #[arg(short, long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// What is read; without `-f` the current directory.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Where the target is looked for.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The format of the output
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Format,
    /// Write the explanation in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<Format>)]
    pub reports: Vec<(Format, PathBuf)>,
}

/// `list`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is shown.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// By whom they are served.
    #[command(flatten)]
    pub revision: RevisionArgs,
    /// Show only workloads whose pods have these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// The format of the output
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Format,
    /// Write the list in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<Format>)]
    pub reports: Vec<(Format, PathBuf)>,
    /// Give every row its derivation (json and yaml)
    #[arg(long)]
    pub trail: bool,
}

/// `tls-check`.
#[derive(Debug, clap::Args)]
pub struct TlsCheckArgs {
    /// A host or `[KIND/]NAME[.NAMESPACE]` of a Service or workload; none means every Service
    #[arg(value_name = "SERVER[:PORT]")]
    pub server: Option<String>,
    /// Show this client only
    #[arg(long, value_name = "CLIENT")]
    pub from: Option<String>,
    /// What is read; without `-f` the current directory.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Which services are shown.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// By whom the clients are served.
    #[command(flatten)]
    pub revision: RevisionArgs,
    /// Show only services with an endpoint that has these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// The format of the output
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Format,
    /// Write the table in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<Format>)]
    pub reports: Vec<(Format, PathBuf)>,
    /// A row for each given client instead of one for all who see the same
    #[arg(long, value_name = "HOW")]
    pub clients: Option<Each>,
    /// A row for each endpoint instead of one for all that get the same
    #[arg(long, value_name = "HOW")]
    pub endpoints: Option<Each>,
    /// The order of the rows
    #[arg(long, value_name = "ORDER", default_value = "host")]
    pub sort: Sort,
    /// Exit with 1 if a connection is refused
    #[arg(long, value_name = "WHAT", default_value = "never")]
    pub fail_on: TlsFailOn,
}

/// How finely rows are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Each {
    /// One by one.
    Each,
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// By host and port.
    Host,
    /// The worst first.
    Status,
}

/// What makes `tls-check` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TlsFailOn {
    /// A connection that is refused.
    Conflict,
    /// Nothing.
    Never,
}

/// `diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// Two directories (or files), two git revisions (`BASE HEAD` or `BASE..HEAD`), a revision and what HEAD adds to
    /// it (`BASE...HEAD`, from their merge base), or one revision and the working tree
    #[arg(value_name = "BASE [HEAD]", required = true, num_args = 1..=2)]
    pub sides: Vec<String>,
    /// With revisions, the files and directories to read of each; none means the current directory
    #[arg(value_name = "PATH", last = true)]
    pub paths: Vec<PathBuf>,
    /// BASE and HEAD are git revisions, even if directories are called so
    #[arg(long, conflicts_with = "dir")]
    pub rev: bool,
    /// BASE and HEAD are directories, even if revisions are called so
    #[arg(long)]
    pub dir: bool,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is shown, and counts for `--fail-on`.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: DiffFormat,
    /// Write the changes in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<DiffFormat>)]
    pub reports: Vec<(DiffFormat, PathBuf)>,
    /// Fail with 1 if there is such a change (repeatable)
    #[arg(long, value_name = "CHANGE", value_delimiter = ',', default_value = "never")]
    pub fail_on: Vec<DiffFailOn>,
}

/// `what-if`.
#[derive(Debug, clap::Args)]
#[group(id = "change", required = true, multiple = true, args = ["strict", "mode", "apply", "remove"])]
pub struct WhatIfArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What if mutual TLS were demanded: of the mesh, or where `--in`, `-l` and `--port` say
    #[arg(long, conflicts_with = "mode")]
    pub strict: bool,
    /// What if this mode were set there
    #[arg(long, value_name = "MODE", ignore_case = true)]
    pub mode: Option<ModeArg>,
    /// In this namespace (repeatable); without it, in the whole mesh
    #[arg(long = "in", value_name = "NAMESPACE")]
    pub within: Vec<String>,
    /// Of workloads whose pods have these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// On this port of the workloads
    #[arg(short, long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// What if this were applied: a file, a directory, a glob or `-` (repeatable)
    #[arg(long, value_name = "PATH")]
    pub apply: Vec<PathBuf>,
    /// What if this object were deleted: `[KIND/]NAME[.NAMESPACE]` (repeatable)
    #[arg(long, value_name = "OBJECT")]
    pub remove: Vec<String>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is shown.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: DiffFormat,
    /// Write the answer in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<DiffFormat>)]
    pub reports: Vec<(DiffFormat, PathBuf)>,
}

/// A mode of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum ModeArg {
    /// Mutual TLS only.
    Strict,
    /// Plaintext and mutual TLS.
    Permissive,
    /// Plaintext only.
    Disable,
}

/// What makes `diff` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFailOn {
    /// A port is weaker, or a connection loses encryption or identity.
    Weakened,
    /// A connection that worked is refused, and something shows that it is made.
    Broken,
    /// A connection that worked is refused, whether or not anything shows that it is made.
    Refused,
    /// Anything.
    Any,
    /// Nothing.
    Never,
}

/// The formats of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Text,
    /// JSON.
    Json,
    /// The same as YAML.
    Yaml,
    /// For a comment on a pull request.
    Markdown,
    /// Annotations of GitHub.
    Github,
}

/// `audit`.
#[derive(Debug, clap::Args)]
pub struct AuditArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What is shown, and counts for `--fail-on`.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Show only workloads whose pods have these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: AuditFormat,
    /// Write the audit in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<AuditFormat>)]
    pub reports: Vec<(AuditFormat, PathBuf)>,
    /// Fail with 1 if there is such an opening (repeatable)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', default_value = "never")]
    pub fail_on: Vec<AuditFailOn>,
}

/// What makes `audit` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFailOn {
    /// One whose `peerauth.dev/expires` is over.
    Expired,
    /// One without a reason, or without a day on which it ends.
    Undocumented,
    /// Anything that is open.
    Any,
    /// Nothing.
    Never,
}

/// The formats of an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For people.
    Text,
    /// JSON.
    Json,
    /// The same as YAML.
    Yaml,
    /// For a page or an issue.
    Markdown,
    /// A row for each open port.
    Csv,
}

/// `graph`.
#[derive(Debug, clap::Args)]
pub struct GraphArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Which services are shown.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Show only services with an endpoint that has these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// Show this client only
    #[arg(long, value_name = "CLIENT")]
    pub from: Option<String>,
    /// Show only connections with this outcome (repeatable)
    #[arg(long, value_name = "OUTCOME", value_delimiter = ',')]
    pub only: Vec<OutcomeArg>,
    /// Whether a namespace is one node (mermaid and dot); `auto` if there would be too many
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub collapse: Collapse,
    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "mermaid")]
    pub output: GraphFormat,
    /// Write the graph in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<GraphFormat>)]
    pub reports: Vec<(GraphFormat, PathBuf)>,
}

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomeArg {
    /// It is accepted, with the client's identity.
    Mtls,
    /// It is accepted, without any identity.
    Plaintext,
    /// TLS reaches the application.
    AppTls,
    /// The manifests do not tell.
    Unknown,
    /// It is refused.
    Refused,
}

/// Whether namespaces are single nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Collapse {
    /// If there would be too many nodes or edges.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The formats of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A flowchart of Mermaid, as GitHub and GitLab show it.
    Mermaid,
    /// A digraph of Graphviz.
    Dot,
    /// One page that works offline.
    Html,
    /// JSON.
    Json,
}

/// `migrate`.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// Files, directories, globs or `-`; none means the current directory
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write the manifests, numbered, what they replace, and the plan into this directory, which must be empty
    #[arg(long, value_name = "DIRECTORY")]
    pub write: Option<PathBuf>,
    /// What is read.
    #[command(flatten)]
    pub source: SourceArgs,
    /// The format of the plan
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: MigrateFormat,
    /// Write the plan in this format to a file too (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report::<MigrateFormat>)]
    pub reports: Vec<(MigrateFormat, PathBuf)>,
    /// Exit with 1 if this is so
    #[arg(long, value_name = "WHAT", default_value = "never")]
    pub fail_on: MigrateFailOn,
}

/// What makes `migrate` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateFailOn {
    /// There is something to apply, or a port that cannot be STRICT.
    Open,
    /// A port cannot be STRICT.
    Blocked,
    /// Nothing.
    Never,
}

/// The formats of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateFormat {
    /// For people.
    Text,
    /// JSON.
    Json,
    /// The same as YAML.
    Yaml,
    /// A page.
    Markdown,
}

/// `rules`.
#[derive(Debug, clap::Args)]
pub struct RulesArgs {
    /// The rule
    #[arg(value_name = "ID", value_parser = Names::RULES, hide_possible_values = true)]
    pub id: Option<String>,
    /// The format of the output
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Format,
}

/// `man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The command, such as `check` or `config show`; none means the program
    #[arg(value_name = "COMMAND", value_parser = Names::COMMANDS, hide_possible_values = true)]
    pub command: Vec<String>,
    /// Write every page to a file of this directory instead
    #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub directory: Option<PathBuf>,
}

/// The formats of answers about workloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// JSON.
    Json,
    /// The same as YAML.
    Yaml,
}

/// The formats of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Every finding with the lines that it is about.
    Text,
    /// One line for each finding.
    Concise,
    /// JSON.
    Json,
    /// The same as YAML.
    Yaml,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// The Code Quality report of GitLab.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// Markdown, for a comment or a summary.
    Markdown,
}

/// From which severity on `check` fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Every finding.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of that severity makes the run fail.
    pub fn includes(self, severity: Severity) -> bool {
        self.least().is_some_and(|least| severity >= least)
    }

    /// The least severity that makes the run fail.
    pub fn least(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}

fn day(text: &str) -> Result<Date, String> {
    Day::parse(text)
        .map(|day| day.0)
        .ok_or_else(|| "expected a day such as 2026-12-31".to_owned())
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn report<F: ValueEnum>(text: &str) -> Result<(F, PathBuf), String> {
    let parts = text.split_once('=').filter(|(_, file)| !file.is_empty());
    let (format, file) = parts.ok_or("expected FORMAT=FILE")?;
    Ok((F::from_str(format, false)?, file.into()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::mesh::settings::ISTIO_VERSION;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
        assert!(VERSION.contains(ISTIO_VERSION));
    }
}
