//! The arguments of `hbmon explain`.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code of a config error (`HB012`), or the reason of a failure (`refused`); none: a list of
    /// all
    #[arg(value_name = "CODE|REASON")]
    pub topic: Option<String>,
}
