//! The arguments of `hbmon health`.

use std::time::Duration;

use clap::{Args, ValueHint};

use super::duration::duration;
use super::{LookArgs, SourceArgs};

#[derive(Debug, Args)]
pub(crate) struct HealthArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// Its URL [default: `listen` of the config, else http://127.0.0.1:9747]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Trust the certificates in this PEM file instead of the system's [default for an address of
    /// the config: any certificate]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub cacert: Option<String>,
    /// How long to wait for the response
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "2s")]
    pub timeout: Duration,
    #[command(flatten)]
    pub look: LookArgs,
}
