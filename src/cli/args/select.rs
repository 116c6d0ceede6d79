//! Which monitors of a config: `--filter`, `--shard`.

use clap::{Args, ValueEnum};

use crate::cli::shard::Shard;

#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and,
    /// comma is or
    #[arg(short = 'F', long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Only the K-th of N shards; the name of a monitor decides its shard
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
    /// What to do when the filter matches no monitor
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub if_empty: IfEmpty,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum IfEmpty {
    /// fail with exit code 4
    #[default]
    Fail,
    /// write an empty report, exit code 0
    Ok,
}
