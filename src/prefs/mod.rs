//! What a user may choose of the screen: theme, columns, keys. Vocabulary only, so that a config
//! can be checked against it and the screen can act on it without either knowing the other.

mod actions;
mod bindings;
mod columns;
mod key;
mod keymap;
mod theme;

pub use actions::Action;
pub use bindings::{BINDINGS, Binding, HelpSection};
pub use columns::Column;
pub use key::{KeyChord, KeyNames};
pub use keymap::{Clash, Keymap};
pub use theme::ThemeName;

/// The `screen:` block of a config; what is `None` was not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefs {
    pub theme: Option<ThemeName>,
    /// Nothing moves on its own: a heartbeat makes its row bold, and no glyph changes shape for it.
    pub reduce_motion: bool,
    /// Columns of the table between name and strip, in their order. `None`: by the width of the
    /// screen.
    pub columns: Option<Vec<Column>>,
    pub keymap: Keymap,
}
