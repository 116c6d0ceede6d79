//! The arguments of the command line, for clap.

mod ack;
mod alerts;
mod attach;
mod availability;
mod beat;
mod completions;
mod explain;
mod export;
mod health;
mod history;
mod incidents;
mod init;
mod list;
mod man;
mod memory;
mod request;
mod schema;
mod screen;
mod serve;
mod silence;
mod source;
mod state;
mod store;
mod targets;
mod wait;
mod when;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::exit::{self, ExitMode, ExitPolicy, FailOn};
use super::output::{OutputFormat, OutputSpec, format_names};
use super::shard::Shard;
use crate::demo::SPEEDS;
use crate::report::GroupBy;
use crate::report::style::{ColorChoice, GlyphChoice};
pub(super) use ack::AckArgs;
pub(super) use alerts::{
    AlertArgs, AlertsArgs, AlertsCommand, AlertsListArgs, AlertsPreviewArgs, AlertsTestArgs,
};
pub(super) use attach::{AccessArgs, AgentArgs, AttachArgs};
pub(super) use availability::{AvailabilityArgs, AvailabilityFormat};
pub(super) use beat::BeatArgs;
pub(super) use completions::{CompletionsArgs, Shell};
pub(super) use explain::ExplainArgs;
pub(super) use export::{ExportArgs, ExportFormat, ExportedRows};
pub(super) use health::HealthArgs;
pub(super) use history::{HistoryArgs, PastFormat};
pub(super) use incidents::{IncidentNoteArgs, IncidentShowArgs, IncidentsArgs, IncidentsCommand};
pub(super) use init::InitArgs;
pub(super) use list::{ListArgs, ListFormat};
pub(super) use man::ManArgs;
pub(super) use memory::{MemoryArgs, PartArgs, PlaceArgs, ScopeArgs};
pub(super) use request::RequestArgs;
pub(super) use schema::{SchemaArgs, SchemaFormat};
pub(super) use screen::ScreenArgs;
pub(super) use serve::{LogFormat, ServeArgs};
pub(super) use silence::{
    ShortFormat, SilenceAddArgs, SilenceArgs, SilenceCommand, SilenceEndArgs, SilenceListArgs,
};
pub(super) use source::{ConfigOption, SourceArgs};
pub(super) use state::{Overlap, SessionStateArgs, StateArgs};
pub(super) use store::{StoreArgs, StoreCommand, StoreCopyArgs, StorePlaceArgs};
pub(super) use targets::TargetArgs;
pub(super) use wait::WaitArgs;
pub(super) use when::When;

/// The output of `--version`, for bug reports; `-V` prints the number only.
static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{}\nplatform: {} {}\ntls: rustls with aws-lc-rs\nreports: hbmon.check/1\n\
         builds with: Rust {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_RUST_VERSION"),
    )
});

/// Watches heartbeats: polls HTTP, subscribes to WebSocket and SSE, pings Socket.IO, and notices
/// missed heartbeats.
#[derive(Debug, Parser)]
#[command(
    name = "hbmon",
    version,
    long_version = LONG_VERSION.as_str(),
    max_term_width = 100,
    arg_required_else_help = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: CliCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Watch in the terminal, this config or running agents; without one, print changes as lines
    Watch(WatchArgs),
    /// Probe every monitor until it is settled, report, and set the exit code
    #[command(after_help = exit::help())]
    Check(CheckArgs),
    /// Check URLs without a config
    #[command(after_help = exit::help())]
    Probe(ProbeArgs),
    /// Wait until every monitor is healthy (0) or time is up (1), for example after a deployment
    #[command(after_help = wait::EXIT_CODES)]
    Wait(WaitArgs),
    /// Watch without a screen: receive heartbeats, and serve status and metrics over HTTP
    Serve(ServeArgs),
    /// Ask a running `serve` whether it is healthy
    Health(HealthArgs),
    /// Send a heartbeat once or repeatedly, or report the start and the end of a command
    #[command(after_help = beat::EXIT_CODES)]
    Beat(BeatArgs),
    /// Show what changed in the last 24 hours, or any time: when, for how long, why
    History(HistoryArgs),
    /// List what went wrong in the last 30 days, or any time; show an incident, or add a note to it
    Incidents(IncidentsArgs),
    /// Say that you take care of an incident: no reminders, no escalation
    Ack(AckArgs),
    /// Silence the alerts of monitors for a time; list silences, or end one
    Silence(SilenceArgs),
    /// Test the channels of a config, preview what they are told, or list what they were told
    Alerts(AlertsArgs),
    /// Report how available monitors were: for a month, a week, any time
    Report(AvailabilityArgs),
    /// Write the history as CSV or NDJSON, for other programs
    Export(ExportArgs),
    /// Show where the history is kept; check, copy or prune it
    State(StoreArgs),
    /// Check a config for errors
    Validate(ValidateArgs),
    /// Write a first config; with URLs, a config that watches them
    Init(InitArgs),
    /// List the monitors of a config, without watching them
    List(ListArgs),
    /// Explain the code of a config error, or the reason of a failure
    Explain(ExplainArgs),
    /// Print the JSON Schema of the config, or its reference
    Schema(SchemaArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write all pages to a folder
    Man(ManArgs),
    /// Watch scripted servers inside hbmon: no config, no network
    Demo(DemoArgs),
}

#[derive(Debug, Args)]
pub(super) struct SelectArgs {
    /// Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and,
    /// comma is or
    #[arg(short = 'F', long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Only the K-th of N shards; the name of a monitor decides its shard
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
    /// What to do when the filter matches no monitor
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub if_empty: IfEmpty,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum IfEmpty {
    /// fail with exit code 4
    #[default]
    Fail,
    /// write an empty report, exit code 0
    Ok,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<OutputFormat>::parser(),
        help = output_help()
    )]
    pub output: Vec<OutputSpec>,
    /// No progress, and no report for people unless something is wrong
    #[arg(short, long)]
    pub quiet: bool,
    /// How to group the monitors of a report [default: `junit` by kind, others not at all]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<ReportOrder>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportOrder {
    /// their kind: http, websocket, …
    Kind,
    /// their `group`
    Group,
}

impl From<ReportOrder> for GroupBy {
    fn from(by: ReportOrder) -> GroupBy {
        match by {
            ReportOrder::Kind => GroupBy::Kind,
            ReportOrder::Group => GroupBy::Group,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct VerdictArgs {
    /// Lowest status that makes the run fail
    #[arg(long, value_enum, default_value_t, value_name = "STATUS")]
    pub fail_on: FailOn,
    /// Which exit codes to use; without a MODE, the table below
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "MODE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "table"
    )]
    pub exit_code: ExitMode,
}

impl VerdictArgs {
    pub(super) const fn policy(&self) -> ExitPolicy {
        ExitPolicy {
            mode: self.exit_code,
            fail_on: self.fail_on,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct LookArgs {
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
    /// Which characters to draw with
    #[arg(long, value_enum, default_value_t, value_name = "SET")]
    pub glyphs: GlyphChoice,
    /// More detail; twice for diagnostics on stderr
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Write diagnostics to this file
    #[arg(long, value_name = "PATH")]
    pub log_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub stay: LiveArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub verdict: VerdictArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub history: SessionStateArgs,
    #[command(flatten)]
    pub alerts: AlertArgs,
    #[command(flatten)]
    pub screen: ScreenArgs,
    #[command(flatten)]
    pub attach: AttachArgs,
}

#[derive(Debug, Args)]
pub(super) struct LiveArgs {
    /// Print lines instead of drawing the screen
    #[arg(long)]
    pub headless: bool,
    /// End after this time
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub duration: Option<Duration>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub targets: TargetArgs,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub bounds: BoundsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub verdict: VerdictArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub remember: StateArgs,
    /// Time limit of one attempt; a config has its own [default: 10s]
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = duration,
        help_heading = "URLs without a config"
    )]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    pub request: RequestArgs,
}

#[derive(Debug, Args)]
pub(super) struct BoundsArgs {
    /// Report what is known after this time
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub deadline: Option<Duration>,
    /// Maximum number of attempts at the same time; fewer if `ulimit -n` is low
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..),
        default_value_t = 256
    )]
    pub concurrency: u16,
    /// Number of retries after a failed attempt before it is an error [default: thresholds.failures
    /// of the monitor]
    #[arg(long, value_name = "N")]
    pub retries: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    /// http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://; http:// without a scheme
    #[arg(required = true, value_name = "URL")]
    pub urls: Vec<String>,
    /// Number of heartbeats from each URL; failed and missed ones count too
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub count: Option<u32>,
    /// Time between polls, or the expected interval of a subscription
    #[arg(short, long, value_name = "DURATION", value_parser = interval)]
    pub interval: Option<Duration>,
    /// Time limit of one attempt [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    pub bounds: BoundsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub verdict: VerdictArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub request: RequestArgs,
}

#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// Config files, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = clap::ValueHint::FilePath)]
    pub configs: Vec<PathBuf>,
    #[command(flatten)]
    pub option: ConfigOption,
    /// How errors and warnings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub error_format: ErrorFormat,
    /// A warning counts as an error: exit code 2
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ErrorFormat {
    /// with the lines of the config and a caret
    #[default]
    Full,
    /// file:line:column: error: one line each
    Short,
    /// one JSON object per line: code, severity, file, line, column, message, help
    Json,
    /// annotations of GitHub Actions
    Github,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    pub stay: LiveArgs,
    /// Speed of the story, from 0.1 to 20
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Seed of the random latencies
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Print the config of the demo and exit
    #[arg(long)]
    pub print_config: bool,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub screen: ScreenArgs,
}

fn output_help() -> String {
    format!(
        "Write this report; repeatable, at most one to stdout: {}",
        format_names::<OutputFormat>()
    )
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "takes a duration with a unit: 500ms, 30s, 1m30s".to_owned();
    let signed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(signed).map_err(|_| wrong())
}

fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < Duration::from_millis(10) => Err("takes 10ms or more".to_owned()),
        interval => Ok(interval),
    }
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if SPEEDS.contains(&speed) => Ok(speed),
        _ => Err(format!(
            "takes a number from {} to {}",
            SPEEDS.start(),
            SPEEDS.end()
        )),
    }
}
