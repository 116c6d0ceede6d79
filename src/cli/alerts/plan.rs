//! The alerts of a config.

use std::sync::Arc;

use crate::channels::plan::AlertPlan;
use crate::cli::CommandError;
use crate::cli::args::{ConfigOption, ErrorFormat, LookArgs};
use crate::cli::load::config_error;
use crate::conf::nearest::nearest;
use crate::config::{self, LoadedConfig};

/// Reads the config that the arguments name. It has at least one channel.
///
/// # Errors
/// A config that is missing or bad, or has no channels.
pub(super) fn load(
    option: &ConfigOption,
    look: &LookArgs,
) -> Result<(LoadedConfig, Arc<AlertPlan>), CommandError> {
    let loaded = config::find(option.path()).and_then(|source| config::load(&source));
    let loaded = loaded.map_err(|error| config_error(&error, ErrorFormat::Full, look))?;
    let plan = loaded.alerts.clone().unwrap_or_default();
    if plan.channels.is_empty() {
        let why = "the config has no channels: write them below `alerts`";
        return Err(CommandError::usage(why));
    }
    Ok((loaded, plan))
}

/// Returns the error about a name that the config does not have.
pub(super) fn unknown<'n>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str>,
) -> CommandError {
    let hint =
        nearest(name, known).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
    CommandError::usage(format!("the config has no {what} `{name}`{hint}"))
}
