//! The arguments of `hbmon silence`.

use clap::{Args, Subcommand, ValueEnum};

use super::LookArgs;
use super::memory::PlaceArgs;
use crate::model::SilenceId;

#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct SilenceArgs {
    #[command(subcommand)]
    pub command: SilenceCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SilenceCommand {
    /// Silence monitors from now on
    Add(SilenceAddArgs),
    /// List the silences in force
    List(SilenceListArgs),
    /// End a silence before its time
    End(SilenceEndArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SilenceAddArgs {
    /// Which monitors, as `-F`: `api*`, `tag:eu`, `*` for all
    #[arg(value_name = "EXPR")]
    pub filter: String,
    /// How long, at most 30 days: 30m, 2h, 1d
    #[arg(long = "for", value_name = "DURATION")]
    pub length: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who wants it [default: the user]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ShortFormat,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SilenceListArgs {
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

#[derive(Debug, Args)]
pub(crate) struct SilenceEndArgs {
    /// The silence, such as `s-0007`
    #[arg(value_name = "ID")]
    pub silence: SilenceId,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

/// The formats of `silence`, `ack` and `alerts`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShortFormat {
    /// for people
    #[default]
    Human,
    /// one JSON object
    Json,
}
