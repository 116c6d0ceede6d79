//! The arguments of `serve` and `watch` for alerts.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct AlertArgs {
    /// Tell nobody: `alerts` of the config is left out
    #[arg(long)]
    pub no_alerts: bool,
}
