//! The arguments of `hbmon incidents`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::LookArgs;
use super::history::{PastFormat, PastOutputArgs};
use super::memory::{MemoryArgs, NameArgs, PartArgs};
use crate::model::IncidentId;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct IncidentsArgs {
    #[command(subcommand)]
    pub command: Option<IncidentsCommand>,
    #[command(flatten)]
    pub name: NameArgs,
    #[command(flatten)]
    pub memory: MemoryArgs,
    /// Only those that last
    #[arg(long)]
    pub open: bool,
    #[command(flatten)]
    pub part: PartArgs,
    #[command(flatten)]
    pub outputs: PastOutputArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IncidentsCommand {
    /// Show one incident: its course, its notes, who was told
    Show(IncidentShowArgs),
    /// Add a note to an incident
    Note(IncidentNoteArgs),
}

#[derive(Debug, Args)]
pub(crate) struct IncidentShowArgs {
    /// The incident, such as `i-0042`
    #[arg(value_name = "ID")]
    pub id: IncidentId,
    /// The config whose history it is [default: as of `hbmon incidents`]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    /// Show times in UTC instead of local time
    #[arg(long)]
    pub utc: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: PastFormat,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentNoteArgs {
    /// The incident, such as `i-0042`
    #[arg(value_name = "ID")]
    pub id: IncidentId,
    /// What is to be known of it, at most 400 characters
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// The config whose history it is [default: as of `hbmon incidents`]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub look: LookArgs,
}
