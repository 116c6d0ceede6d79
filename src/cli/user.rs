//! The name under which a user acknowledges, silences and writes notes.

use std::env;

use crate::model::Text;

/// Returns the name of the user; with sudo, of the user who called it.
pub(super) fn user_name() -> Text {
    let names = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .filter_map(env::var_os);
    let mut names = names.map(|name| Text::clean(&name.to_string_lossy()));
    let name = names.find(|name| !name.is_empty());
    name.unwrap_or_else(|| Text::clean("unknown"))
}
