//! The arguments of `hbmon wait`.

use std::time::Duration;

use clap::Args;

use super::duration::duration;
use super::verdict::ExitModeArgs;
use super::{LookArgs, ReportArgs, RequestArgs, SelectArgs, TargetArgs};
use crate::cli::exit::FailOn;

/// The end of the help.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0         everything is better than --fail-on (default warning)
  1         time is up
  2         usage or config
  3         hbmon itself failed
  4         the filter selected nothing
  130, 143  SIGINT, SIGTERM; the partial report is still written";

#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub targets: TargetArgs,
    /// Give up after this time
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub timeout: Duration,
    /// How long every monitor must stay healthy
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    pub stable: Duration,
    #[command(flatten)]
    pub select: SelectArgs,
    /// Lowest status to wait for; better monitors count as healthy
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "STATUS")]
    pub fail_on: FailOn,
    #[command(flatten)]
    pub exit: ExitModeArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub request: RequestArgs,
}
