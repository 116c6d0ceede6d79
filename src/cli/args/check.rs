//! The arguments of `hbmon check`.

use std::time::Duration;

use clap::Args;

use super::duration::duration;
use super::{
    BoundsArgs, LookArgs, ReportArgs, RequestArgs, SelectArgs, StateArgs, TargetArgs, VerdictArgs,
};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
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
