//! The arguments of `hbmon init`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::LookArgs;
use super::duration::duration;

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// What to watch: http(s)://, ws(s)://, sse+http(s):// or sio+http(s)://; each is probed once
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// The file to write, `-` for stdout
    #[arg(long, value_name = "PATH", default_value = "hbmon.yaml")]
    pub path: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,
    /// How long to listen to a subscription to learn its interval
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, default_value = "10s")]
    pub patience: Duration,
    #[command(flatten)]
    pub look: LookArgs,
}
