//! The arguments of `hbmon man`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder to write every page to; none: show hbmon.1, or print it where stdout is no
    /// terminal
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
