//! The arguments for histories: of `serve` and `watch`, and of `check` under cron.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};

use super::duration::duration;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct SessionStateArgs {
    /// Keep the history in this file, and continue from it
    /// [default: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    #[arg(long, value_name = "PATH", num_args = 0..=1, conflicts_with = "no_state")]
    pub state: Option<Option<PathBuf>>,
    /// Keep no history, and start from nothing
    #[arg(long)]
    pub no_state: bool,
}

#[derive(Debug, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("kept").args(["state", "only_changes", "alert"]).multiple(true)))]
pub(crate) struct StateArgs {
    /// Continue from the previous run: failures, statuses and dates count across runs
    /// [default file: $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each config]
    #[arg(long, value_name = "PATH", num_args = 0..=1, help_heading = "Cron")]
    pub state: Option<Option<PathBuf>>,
    /// Print only changes, as one block of text for a mail; keeps a state
    #[arg(long, help_heading = "Cron")]
    pub only_changes: bool,
    /// Tell the channels of `alerts` in the config what has changed; keeps a state
    #[arg(long, help_heading = "Cron", overrides_with = "no_alerts")]
    pub alert: bool,
    /// Send no alerts, as without `--alert`
    #[arg(long, help_heading = "Cron", overrides_with = "alert")]
    pub no_alerts: bool,
    /// Repeat an alert for a problem that persists, at most once per this duration
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = duration,
        requires = "only_changes",
        help_heading = "Cron"
    )]
    pub remind: Option<Duration>,
    /// What to do while another run uses the same state
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "HOW",
        requires = "kept",
        help_heading = "Cron"
    )]
    pub overlap: Overlap,
}

impl StateArgs {
    pub(crate) const fn is_wanted(&self) -> bool {
        self.state.is_some() || self.only_changes || self.alert
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Overlap {
    /// exit with 75 and no message, unless another user holds the lock
    #[default]
    Skip,
    /// wait for it, at most for --deadline
    Wait,
    /// exit with 75 and a message
    Fail,
}
