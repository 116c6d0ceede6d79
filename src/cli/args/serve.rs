//! The arguments of `hbmon serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{AlertArgs, LookArgs, SelectArgs, SessionStateArgs, SourceArgs};
use crate::cli::output::{OutputFormat, OutputSpec};
use crate::config::address_argument;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub select: SelectArgs,
    /// Listen on this address instead of `listen` of the config; port 0 selects a free port
    #[arg(long, value_name = "ADDR", value_parser = address_argument)]
    pub listen: Option<SocketAddr>,
    /// Read the bearer token from this file, instead of `token` of the config
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
    /// Read the bearer token that may only read from this file, instead of `read_token` of the config
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub read_token_file: Option<PathBuf>,
    #[command(flatten)]
    pub history: SessionStateArgs,
    #[command(flatten)]
    pub alerts: AlertArgs,
    /// Also write this: ndjson for events, human for lines; with a path, or to stdout
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<OutputFormat>::parser()
    )]
    pub output: Vec<OutputSpec>,
    /// How the log on stderr is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub log_format: LogFormat,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// a line for people
    #[default]
    Text,
    /// one JSON object per line
    Json,
}
