//! Preferences of the screen: theme, columns, keys. Only the vocabulary lives here, so that
//! `config` can validate it and `tui` can use it without importing each other.

mod actions;
mod bindings;
mod columns;
mod help_section;
mod key;
mod keymap;
mod tabs;
mod theme;

pub use actions::Action;
pub use bindings::{BINDINGS, Binding};
pub use columns::Column;
pub use help_section::HelpSection;
pub use key::{KeyChord, KeyNames};
pub use keymap::{Clash, Keymap};
pub use tabs::TabSet;
pub use theme::ThemeName;

/// The `screen:` block of a config. `None` means that the config does not set the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefs {
    pub theme: Option<ThemeName>,
    /// No animation: a heartbeat makes its row bold, but no glyph changes its shape.
    pub reduce_motion: bool,
    /// Columns of the table between name and strip, from left to right. `None`: the width of the
    /// screen decides.
    pub columns: Option<Vec<Column>>,
    pub tabs: TabSet,
    pub keymap: Keymap,
    /// Send a notification of the desktop when a monitor comes into error.
    pub notify: bool,
}
