//! The arguments of `hbmon probe`.

use std::time::Duration;

use clap::Args;

use super::duration::{duration, interval};
use super::{BoundsArgs, LookArgs, ReportArgs, RequestArgs, VerdictArgs};

#[derive(Debug, Args)]
pub(crate) struct ProbeArgs {
    /// http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://; http:// without a scheme
    #[arg(required = true, value_name = "URL")]
    pub urls: Vec<String>,
    /// Number of heartbeats from each URL; failed and missed ones count too
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub count: Option<u32>,
    /// Time between polls, or the expected interval of a subscription
    #[arg(short, long, value_name = "DURATION", value_parser = interval)]
    pub interval: Option<Duration>,
    /// Time limit of one attempt [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    pub bounds: BoundsArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub verdict: VerdictArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub request: RequestArgs,
}
