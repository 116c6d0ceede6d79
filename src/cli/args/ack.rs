//! The arguments of `hbmon ack`.

use clap::Args;

use super::memory::PlaceArgs;
use super::{LookArgs, ShortFormat};

#[derive(Debug, Args)]
pub(crate) struct AckArgs {
    /// A monitor with an open incident, or an incident such as `i-0042`
    #[arg(value_name = "MONITOR|INCIDENT")]
    pub what: String,
    /// How long, at most 30 days: 30m, 2h, 1d [default: until the incident ends or gets worse]
    #[arg(long = "for", value_name = "DURATION", conflicts_with = "undo")]
    pub length: Option<String>,
    /// Becomes a note of the incident
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    pub reason: Option<String>,
    /// Who takes care [default: the user]
    #[arg(long, value_name = "NAME", conflicts_with = "undo")]
    pub by: Option<String>,
    /// Take the acknowledgement back
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// How to print the incident
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ShortFormat,
    #[command(flatten)]
    pub look: LookArgs,
}
