//! Where the history of a config is kept.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::hash::Hasher;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use siphasher::sip::SipHasher13;

use crate::config::ConfigSource;

/// Returns the path of the state. `--state` takes the argument after it, which may have been meant
/// as the config.
///
/// # Errors
/// The state has no path, or its path is not usable.
pub(super) fn path(
    wanted: Option<&Path>,
    source: Option<&ConfigSource>,
) -> Result<PathBuf, String> {
    let Some(path) = wanted else {
        return match source {
            Some(source) => usual_path(source),
            None => Err("URLs have no default path for a state: name one, `--state=PATH`".into()),
        };
    };
    let name = path.display();
    let is_config = path
        .extension()
        .is_some_and(|end| end == "yaml" || end == "yml")
        || source
            .and_then(ConfigSource::path)
            .is_some_and(|config| is_same(path, config));
    match path.parent() {
        _ if is_config => Err(format!(
            "`--state {name}` would keep the state in a config: write `--state` after the config, \
             or `--state=PATH`"
        )),
        _ if path.is_dir() => Err(format!("cannot keep the state in `{name}`: it is a folder")),
        // Opening a pipe would block until its other end is open.
        _ if path.exists() && !path.is_file() => Err(format!(
            "cannot keep the state in `{name}`: it is not a file"
        )),
        Some(folder) if folder != Path::new("") && !folder.is_dir() => Err(format!(
            "cannot keep the state in `{name}`: there is no such folder"
        )),
        _ => Ok(path.to_owned()),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

/// Makes the folder of the default path, for its owner alone.
pub(super) fn make_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        // If this fails, writing the file fails too and reports the error.
        let _ = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    }
}

/// Returns the default path of a config's history: in `$STATE_DIRECTORY` (systemd), else in
/// `$XDG_STATE_HOME/hbmon` or `~/.local/state/hbmon`, one file for each config.
///
/// # Errors
/// The config has no path, or no folder is known; the message says what to do instead.
pub(super) fn usual_path(source: &ConfigSource) -> Result<PathBuf, String> {
    let config = source
        .path()
        .ok_or("a config from stdin has no default path for a state: name one, `--state=PATH`")?;
    let config = fs::canonicalize(config).unwrap_or_else(|_| config.to_owned());
    let folder = folder(&|name| std::env::var_os(name))
        .ok_or("neither HOME nor XDG_STATE_HOME is set: name a file, `--state=PATH`")?;
    let mut hasher = SipHasher13::new();
    hasher.write(config.as_os_str().as_encoded_bytes());
    Ok(folder.join(format!("{:016x}.db", hasher.finish())))
}

fn folder(environment: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| {
        environment(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    // systemd.exec(5): several folders are separated by colons.
    let own = environment("STATE_DIRECTORY").and_then(|list| {
        std::env::split_paths(&list)
            .next()
            .filter(|path| path.is_absolute())
    });
    own.or_else(|| absolute("XDG_STATE_HOME").map(|base| base.join("hbmon")))
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state/hbmon")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_folder_follows_systemd_and_xdg() {
        let shown = |settings: &[(&str, &str)]| {
            folder(&|name| {
                settings
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| value.into())
            })
            .map(|path| path.display().to_string())
        };
        let home = ("HOME", "/home/ana");
        let systemd = ("STATE_DIRECTORY", "/var/lib/hbmon:/var/lib/b");
        let table = [
            (&[home][..], Some("/home/ana/.local/state/hbmon")),
            (&[home, ("XDG_STATE_HOME", "/x")], Some("/x/hbmon")),
            (
                &[home, ("XDG_STATE_HOME", "x")],
                Some("/home/ana/.local/state/hbmon"),
            ),
            (&[home, systemd], Some("/var/lib/hbmon")),
            (&[("HOME", "")], None),
            (&[], None),
        ];
        for (settings, wanted) in table {
            assert_eq!(shown(settings).as_deref(), wanted, "{settings:?}");
        }
    }
}
