//! The arguments for alerts: those of `serve` and `watch`, and of `hbmon alerts`.

use clap::{Args, Subcommand, ValueEnum};

use super::memory::PlaceArgs;
use super::{ConfigOption, LookArgs, ShortFormat};
use crate::model::Status;

#[derive(Debug, Args)]
pub(crate) struct AlertArgs {
    /// Send no alerts: `alerts` of the config is left out
    #[arg(long)]
    pub no_alerts: bool,
}

#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct AlertsArgs {
    #[command(subcommand)]
    pub command: AlertsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// Send each channel an opening and its recovery, both marked TEST; 1 if one is not accepted
    Test(AlertsTestArgs),
    /// Show who would be told of a monitor, when, and what exactly; sends nothing
    Preview(AlertsPreviewArgs),
    /// List the channels, and what is held, waiting, told and failed
    List(AlertsListArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AlertsTestArgs {
    /// Only these channels
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    #[command(flatten)]
    pub option: ConfigOption,
    /// How to print the answers
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ShortFormat,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AlertsPreviewArgs {
    /// A monitor of the config
    #[arg(value_name = "MONITOR")]
    pub monitor: String,
    /// The status that the monitor would have
    #[arg(long, value_enum, default_value_t, value_name = "STATUS")]
    pub status: PreviewStatus,
    #[command(flatten)]
    pub option: ConfigOption,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ShortFormat,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AlertsListArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Show times in UTC instead of local time
    #[arg(long)]
    pub utc: bool,
    /// How to print the list
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ShortFormat,
    #[command(flatten)]
    pub look: LookArgs,
}

/// The statuses of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreviewStatus {
    Warning,
    #[default]
    Error,
}

impl PreviewStatus {
    pub(crate) const fn status(self) -> Status {
        match self {
            PreviewStatus::Warning => Status::Warning,
            PreviewStatus::Error => Status::Error,
        }
    }
}
