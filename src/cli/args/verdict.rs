//! What makes a run fail, and with which exit code.

use clap::Args;

use crate::cli::exit::{ExitMode, ExitPolicy, FailOn};

#[derive(Debug, Args)]
pub(crate) struct VerdictArgs {
    /// Lowest status that makes the run fail
    #[arg(long, value_enum, default_value_t, value_name = "STATUS")]
    pub fail_on: FailOn,
    #[command(flatten)]
    pub exit: ExitModeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExitModeArgs {
    /// Which exit codes to use; without a MODE, the table below
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "MODE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "table"
    )]
    pub exit_code: ExitMode,
}

impl VerdictArgs {
    pub(crate) const fn policy(&self) -> ExitPolicy {
        ExitPolicy {
            mode: self.exit.exit_code,
            fail_on: self.fail_on,
        }
    }
}
