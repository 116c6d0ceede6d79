//! The arguments of `hbmon demo`.

use clap::Args;

use super::{LiveArgs, LookArgs, ReportArgs, ScreenArgs};
use crate::demo::SPEEDS;

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub stay: LiveArgs,
    /// Speed of the story, from 0.1 to 20
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Seed of the random latencies
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Print the config of the demo and exit
    #[arg(long)]
    pub print_config: bool,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub screen: ScreenArgs,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if SPEEDS.contains(&speed) => Ok(speed),
        _ => Err(format!(
            "takes a number from {} to {}",
            SPEEDS.start(),
            SPEEDS.end()
        )),
    }
}
