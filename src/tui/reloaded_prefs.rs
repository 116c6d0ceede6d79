//! A changed `screen:` block of the config takes effect while the screen is shown.

use crate::model::Moment;
use crate::prefs::Prefs;

use super::ui::Ui;

impl Ui {
    /// Applies what the new block changes. What the user changed by a key stays, unless the config
    /// changes the same thing.
    pub fn apply_prefs(&mut self, prefs: Prefs, now: Moment) {
        let old = std::mem::replace(&mut self.prefs, prefs);
        if self.prefs.theme != old.theme {
            self.display.theme.name = self.prefs.theme.unwrap_or_default();
        }
        if self.prefs.reduce_motion != old.reduce_motion {
            self.display.reduce_motion = self.prefs.reduce_motion;
        }
        if self.prefs.columns != old.columns {
            self.display.columns.clone_from(&self.prefs.columns);
        }
        if self.prefs.tabs != old.tabs {
            self.set_tabs(self.prefs.tabs, now);
        }
    }
}
