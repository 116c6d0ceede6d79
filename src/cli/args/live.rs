//! How a run that goes on is shown, and when it ends.

use std::time::Duration;

use clap::Args;

use super::duration::duration;

#[derive(Debug, Args)]
pub(crate) struct LiveArgs {
    /// Print lines instead of drawing the screen
    #[arg(long)]
    pub headless: bool,
    /// End after this time
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub duration: Option<Duration>,
}
