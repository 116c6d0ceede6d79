//! The arguments of `hbmon list`.

use clap::{Args, ValueEnum};

use super::{LookArgs, SelectArgs, SourceArgs};

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub select: SelectArgs,
    /// How to print the list
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: ListFormat,
    /// Only the names, one per line
    #[arg(long, conflicts_with_all = ["tags", "output"])]
    pub names: bool,
    /// Only the tags in use, one per line
    #[arg(long, conflicts_with = "output")]
    pub tags: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// a table for people
    #[default]
    Human,
    /// one line per monitor, tab-separated: name, kind, group, tags, target
    Plain,
    /// one JSON object
    Json,
}
