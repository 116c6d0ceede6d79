//! The arguments that name what a bounded run watches: a config or URLs.

use std::path::PathBuf;

use clap::Args;

use super::source::ConfigOption;

#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]; or URLs, with a scheme or a port, in place of a config
    #[arg(value_name = "CONFIG|URL", value_hint = clap::ValueHint::FilePath)]
    pub targets: Vec<PathBuf>,
    #[command(flatten)]
    pub option: ConfigOption,
}
