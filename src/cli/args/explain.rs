//! The arguments of `hbmon explain`.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code as errors show it, `HB012`; none: a list of all
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}
