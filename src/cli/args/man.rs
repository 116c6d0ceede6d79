//! The arguments of `hbmon man`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder to write every page to; none: print hbmon.1
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
