//! The arguments of `hbmon beat`.

use std::ffi::OsString;
use std::time::Duration;

use clap::{ArgAction, Args, ValueHint};

use super::ConfigOption;
use super::duration::{duration, interval};
use crate::beat::TOKEN;

/// The end of the help.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0         accepted
  1         not accepted
  2         usage or config
  126, 127  COMMAND cannot be run, does not exist
  130, 143  SIGINT, SIGTERM

With a COMMAND the code is the command's own, or 128 plus the number of the signal that ended it.";

#[derive(Debug, Args)]
pub(crate) struct BeatArgs {
    /// The receiver: an http(s):// URL, or the name of a push monitor in the config
    #[arg(value_name = "TARGET")]
    pub target: String,
    #[command(flatten)]
    pub source: ConfigOption,
    /// Repeat the heartbeat at this interval, until a signal
    #[arg(long, value_name = "DURATION", value_parser = interval, conflicts_with = "command")]
    pub every: Option<Duration>,
    /// Minimum time between two heartbeats, even after a late one
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = duration,
        default_value = "10s",
        requires = "every"
    )]
    pub min_interval: Duration,
    /// The bearer token
    #[arg(long, env = TOKEN, hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Add a header; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub headers: Vec<(String, String)>,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub cacert: Option<String>,
    /// What to send: JSON, `@FILE`, or `-` for stdin; `{timestamp}` in it is the time of sending
    /// [default: {"timestamp": "{timestamp}"}]
    #[arg(long, value_name = "JSON|@FILE|-", conflicts_with = "command")]
    pub data: Option<String>,
    /// Give up a heartbeat after this time, retries included [default: 60s; 10s once a COMMAND has
    /// ended]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub deadline: Option<Duration>,
    /// Show the request and the response
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// Run this command; report its start, then its exit code with the end of its output
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err("takes a name, a colon and a value, as in 'X-Team: blue'".to_owned()),
    }
}
