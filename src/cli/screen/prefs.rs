//! The `screen:` block of the config with the flags that win over it, and again after each reload.

use std::sync::Arc;

use tokio::sync::watch;

use crate::config::LoadedConfig;
use crate::prefs::{Prefs, ThemeName};

/// What the command line says of the looks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LookFlags {
    /// `--theme`.
    pub theme: Option<ThemeName>,
    /// `--calm`, or a remote terminal.
    pub calm: bool,
}

impl LookFlags {
    pub(super) fn apply(self, prefs: Prefs) -> Prefs {
        Prefs {
            theme: self.theme.or(prefs.theme),
            reduce_motion: self.calm || prefs.reduce_motion,
            ..prefs
        }
    }
}

/// Follows the config through its reloads.
pub(super) struct PrefsFollower {
    pub flags: LookFlags,
    /// `None` if the config cannot be read again.
    pub config: Option<watch::Receiver<Arc<LoadedConfig>>>,
}

impl PrefsFollower {
    /// Returns the block if the config was reloaded since the last call.
    pub(super) fn changed(&mut self) -> Option<Prefs> {
        let config = self.config.as_mut()?;
        // An error means that no reload will follow.
        if !config.has_changed().unwrap_or(false) {
            return None;
        }
        Some(self.flags.apply(config.borrow_and_update().prefs.clone()))
    }
}
