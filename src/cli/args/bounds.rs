//! Limits of a run that ends: time, attempts at once, retries.

use std::time::Duration;

use clap::Args;

use super::duration::duration;

#[derive(Debug, Args)]
pub(crate) struct BoundsArgs {
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
