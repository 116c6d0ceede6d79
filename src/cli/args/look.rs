//! How texts look, and how much is said.

use std::path::PathBuf;

use clap::Args;

use crate::report::style::{ColorChoice, GlyphChoice};

#[derive(Debug, Args)]
pub(crate) struct LookArgs {
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
    /// Which characters to draw with
    #[arg(long, value_enum, default_value_t, value_name = "SET")]
    pub glyphs: GlyphChoice,
    /// More detail; twice for diagnostics on stderr
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Write diagnostics to this file
    #[arg(long, value_name = "PATH")]
    pub log_file: Option<PathBuf>,
}
