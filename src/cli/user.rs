//! The name under which a user acknowledges, silences and writes notes.

use std::env;

use nix::unistd::{Uid, User};

use crate::model::Text;

/// Returns the name of the user; with sudo, of the user who called it. Without a variable, as in a
/// container, the name is that of the account.
pub(super) fn user_name() -> Text {
    let names = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .filter_map(env::var_os);
    let mut names = names.map(|name| Text::clean(&name.to_string_lossy()));
    let name = names.find(|name| !name.is_empty());
    let name = name.or_else(|| {
        let account = User::from_uid(Uid::current()).ok().flatten()?;
        Some(Text::clean(&account.name))
    });
    name.unwrap_or_else(|| Text::clean("unknown"))
}
