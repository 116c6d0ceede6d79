//! The arguments of the command line, for clap.

mod ack;
mod alerts;
mod attach;
mod availability;
mod beat;
mod bounds;
mod check;
mod completions;
mod demo;
mod duration;
mod explain;
mod export;
mod health;
mod history;
mod incidents;
mod init;
mod list;
mod live;
mod look;
mod man;
mod memory;
mod probe;
mod report;
mod request;
mod schema;
mod screen;
mod select;
mod serve;
mod silence;
mod source;
mod state;
mod store;
mod targets;
mod validate;
mod verdict;
mod wait;
mod watch;
mod when;

use std::sync::LazyLock;

use clap::{Parser, Subcommand};

use super::exit;
pub(super) use ack::AckArgs;
pub(super) use alerts::{
    AlertArgs, AlertsArgs, AlertsCommand, AlertsListArgs, AlertsPreviewArgs, AlertsTestArgs,
};
pub(super) use attach::{AccessArgs, AgentArgs, AttachArgs};
pub(super) use availability::{AvailabilityArgs, AvailabilityFormat};
pub(super) use beat::BeatArgs;
pub(super) use bounds::BoundsArgs;
pub(super) use check::CheckArgs;
pub(super) use completions::{CompletionsArgs, Shell};
pub(super) use demo::DemoArgs;
pub(super) use explain::ExplainArgs;
pub(super) use export::{ExportArgs, ExportFormat, ExportedRows};
pub(super) use health::HealthArgs;
pub(super) use history::{HistoryArgs, PastFormat};
pub(super) use incidents::{IncidentNoteArgs, IncidentShowArgs, IncidentsArgs, IncidentsCommand};
pub(super) use init::InitArgs;
pub(super) use list::{ListArgs, ListFormat};
pub(super) use live::LiveArgs;
pub(super) use look::LookArgs;
pub(super) use man::ManArgs;
pub(super) use memory::{MemoryArgs, PartArgs, PlaceArgs, ScopeArgs};
pub(super) use probe::ProbeArgs;
pub(super) use report::ReportArgs;
pub(super) use request::RequestArgs;
pub(super) use schema::{SchemaArgs, SchemaFormat};
pub(super) use screen::ScreenArgs;
pub(super) use select::{IfEmpty, SelectArgs};
pub(super) use serve::{LogFormat, ServeArgs};
pub(super) use silence::{
    ShortFormat, SilenceAddArgs, SilenceArgs, SilenceCommand, SilenceEndArgs, SilenceListArgs,
};
pub(super) use source::{ConfigOption, SourceArgs};
pub(super) use state::{Overlap, SessionStateArgs, StateArgs};
pub(super) use store::{StoreArgs, StoreCommand, StoreCopyArgs, StorePlaceArgs};
pub(super) use targets::TargetArgs;
pub(super) use validate::{ErrorFormat, ValidateArgs};
pub(super) use verdict::VerdictArgs;
pub(super) use wait::WaitArgs;
pub(super) use watch::WatchArgs;
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
