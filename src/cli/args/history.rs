//! The arguments of `hbmon history`.

use clap::{Args, ValueEnum};

use super::LookArgs;
use super::memory::{MemoryArgs, NameArgs, PartArgs};
use crate::cli::output::{OutputSpec, format_names};

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    pub name: NameArgs,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub part: PartArgs,
    #[command(flatten)]
    pub outputs: PastOutputArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

/// `-o` of `history` and `incidents`.
#[derive(Debug, Args)]
pub(crate) struct PastOutputArgs {
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<PastFormat>::parser(),
        help = output_help()
    )]
    pub output: Vec<OutputSpec<PastFormat>>,
}

/// The formats of `history`, `incidents` and `state`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PastFormat {
    /// for people
    #[default]
    Human,
    /// one line each, tab-separated
    Plain,
    /// one JSON object
    Json,
    /// one JSON object per line
    Ndjson,
    /// comma-separated values (RFC 4180) with a header
    Csv,
}

fn output_help() -> String {
    format!(
        "Write this format; repeatable, at most one to stdout: {}",
        format_names::<PastFormat>()
    )
}
