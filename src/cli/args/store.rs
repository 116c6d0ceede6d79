//! The arguments of `hbmon state`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::LookArgs;
use super::history::PastFormat;
use super::memory::MemoryArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    pub command: Option<StoreCommand>,
    /// The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
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

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Check the whole file: 0 if it is sound, 1 if it is damaged
    Check(StorePlaceArgs),
    /// Write a consistent copy, also while hbmon runs
    Copy(StoreCopyArgs),
    /// Delete what is older than it is kept (`history.keep` of the config)
    Prune(StorePlaceArgs),
}

#[derive(Debug, Args)]
pub(crate) struct StorePlaceArgs {
    /// The config whose history it is [default: as of `hbmon state`]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StoreCopyArgs {
    /// The file to write; it must not exist
    #[arg(value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub to: PathBuf,
    #[command(flatten)]
    pub place: StorePlaceArgs,
}
