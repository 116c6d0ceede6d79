//! The arguments of `hbmon validate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ConfigOption, LookArgs};

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Config files, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = clap::ValueHint::FilePath)]
    pub configs: Vec<PathBuf>,
    #[command(flatten)]
    pub option: ConfigOption,
    /// How errors and warnings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub error_format: ErrorFormat,
    /// A warning counts as an error: exit code 2
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    /// with the lines of the config and a caret
    #[default]
    Full,
    /// file:line:column: error: one line each
    Short,
    /// one JSON object per line: code, severity, file, line, column, message, help
    Json,
    /// annotations of GitHub Actions
    Github,
}
