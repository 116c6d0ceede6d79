//! The arguments of `hbmon export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::LookArgs;
use super::memory::{MemoryArgs, PartArgs};
use crate::cli::output::{OutputSpec, format_names};
use crate::history::numbers::Step;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What to write
    #[arg(value_enum, value_name = "WHAT")]
    pub what: ExportedRows,
    /// The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    /// The length of the intervals of `numbers`
    #[arg(long, value_enum, value_name = "STEP", default_value = "1d")]
    pub step: StepArg,
    #[command(flatten)]
    pub part: PartArgs,
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<ExportFormat>::parser(),
        help = format!(
            "The format, and the file instead of stdout: {}",
            format_names::<ExportFormat>()
        )
    )]
    pub output: Option<OutputSpec<ExportFormat>>,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportedRows {
    /// every change of status
    Changes,
    /// every incident
    Incidents,
    /// heartbeats, failures, times and latencies by intervals
    Numbers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepArg {
    /// five minutes, kept for 48 hours unless the config says otherwise
    #[value(name = "5m")]
    Minutes,
    /// an hour, kept for 35 days
    #[value(name = "1h")]
    Hour,
    /// a day (UTC), kept for 3 years
    #[value(name = "1d")]
    Day,
}

impl From<StepArg> for Step {
    fn from(step: StepArg) -> Step {
        match step {
            StepArg::Minutes => Step::Minutes,
            StepArg::Hour => Step::Hour,
            StepArg::Day => Step::Day,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// comma-separated values (RFC 4180) with a header
    #[default]
    Csv,
    /// one JSON object per line
    Ndjson,
}
