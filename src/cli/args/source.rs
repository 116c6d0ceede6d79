//! Which config a command reads: an argument, `-c`, or the variable `HBMON_CONFIG`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// The config file, `-` for stdin [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub option: ConfigOption,
}

impl SourceArgs {
    /// Returns the file that the arguments name.
    ///
    /// # Errors
    /// The argument and `-c` name different files.
    pub(crate) fn path(&self) -> Result<Option<&Path>, String> {
        match &self.config {
            Some(argument) => self.option.agree(argument).map(Some),
            None => Ok(self.option.path()),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ConfigOption {
    /// The config file, `-` for stdin; the variable HBMON_CONFIG names one for every command
    #[arg(
        short = 'c',
        long = "config",
        id = "config_option",
        value_name = "FILE",
        value_hint = ValueHint::FilePath
    )]
    file: Option<PathBuf>,
}

impl ConfigOption {
    /// Returns the file of `-c`.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Returns the file that an argument names.
    ///
    /// # Errors
    /// `-c` names another one.
    pub(crate) fn agree<'a>(&self, argument: &'a Path) -> Result<&'a Path, String> {
        match self.path() {
            Some(other) if other != argument => Err(format!(
                "`{}` and `-c {}` name different configs: leave one out",
                argument.display(),
                other.display()
            )),
            _ => Ok(argument),
        }
    }
}
