//! Finds the config (argument, stdin, or the first of the default paths) and reads it, within a
//! limit.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::conf::codes::Code;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::nearest::nearest;
use crate::file;

/// Maximum size of a config in bytes: 64 MiB, about 100,000 monitors.
const LIMIT: u64 = 64 << 20;

/// A config that was found but not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    Stdin,
    File(PathBuf),
}

impl fmt::Display for ConfigSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigSource::Stdin => f.write_str("stdin"),
            ConfigSource::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl ConfigSource {
    /// The file; none for stdin.
    pub fn path(&self) -> Option<&Path> {
        match self {
            ConfigSource::Stdin => None,
            ConfigSource::File(path) => Some(path),
        }
    }
}

/// The environment variable that names a config where no argument does.
const VARIABLE: &str = "HBMON_CONFIG";

/// `explicit`: the argument; `-` is stdin. Without it the file that `HBMON_CONFIG` names, else the
/// first that exists of `./hbmon.yaml`, `./hbmon.yml`, `$XDG_CONFIG_HOME/hbmon/config.yaml` (or
/// `~/.config/…`), `/etc/hbmon/config.yaml`.
///
/// # Errors
/// HB001 if there is none.
pub fn find(explicit: Option<&Path>) -> Result<ConfigSource, ConfigError> {
    match (explicit, named_by_environment()) {
        (Some(path), _) => named(path),
        (None, Some(path)) => named(&path).map_err(|mut error| {
            for problem in &mut error.problems {
                problem.notes.push(format!("{VARIABLE} names this file"));
            }
            error
        }),
        (None, None) => usual(&places(
            std::env::var_os("XDG_CONFIG_HOME"),
            std::env::var_os("HOME"),
        )),
    }
}

/// Returns whether there is no config: none is named, and there is none at the usual places.
pub fn is_missing(explicit: Option<&Path>) -> bool {
    explicit.is_none() && named_by_environment().is_none() && find(explicit).is_err()
}

fn named_by_environment() -> Option<PathBuf> {
    let value = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

fn named(path: &Path) -> Result<ConfigSource, ConfigError> {
    if path == Path::new("-") {
        return Ok(ConfigSource::Stdin);
    }
    existing(path)
}

fn places(config_home: Option<OsString>, home: Option<OsString>) -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from("./hbmon.yaml"), PathBuf::from("./hbmon.yml")];
    let base = config_home
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    if let Some(base) = base.or_else(|| {
        home.filter(|home| !home.is_empty())
            .map(|home| Path::new(&home).join(".config"))
    }) {
        places.push(base.join("hbmon/config.yaml"));
    }
    places.push(PathBuf::from("/etc/hbmon/config.yaml"));
    places
}

fn usual(places: &[PathBuf]) -> Result<ConfigSource, ConfigError> {
    if let Some(path) = places.iter().find(|path| path.exists()) {
        return Ok(ConfigSource::File(path.clone()));
    }
    let places = places
        .iter()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(", ");
    Err(ConfigError::without_source(
        Diagnostic::new(Code::NoConfig, "no config file")
            .note(format!("looked for {places}"))
            .help(
                "`hbmon init` writes one, `hbmon demo` needs none, `hbmon probe URL` checks \
                one target",
            ),
    ))
}

fn existing(path: &Path) -> Result<ConfigSource, ConfigError> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(unreadable(path, "it is a folder")),
        Ok(_) => Ok(ConfigSource::File(path.to_owned())),
        Err(error) => Err(unreadable(path, &file::error_text(&error))),
    }
}

/// Returns a path for display. A URL without a scheme may stand for the path, with a login.
fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    match text.rsplit_once('@') {
        Some((login, rest)) if login.contains(':') => format!("***@{rest}"),
        _ => text,
    }
}

fn unreadable(path: &Path, why: &str) -> ConfigError {
    let mut problem = Diagnostic::new(
        Code::NoConfig,
        format!("cannot read `{}`: {why}", shown(path)),
    );
    if let Some(similar) = similar(path) {
        problem = problem.help(format!("`{similar}` exists here"));
    }
    ConfigError::without_source(problem)
}

/// Returns a YAML file in the same folder with a similar name.
fn similar(path: &Path) -> Option<String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path.file_name()?.to_str()?;
    let names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|other| other.ends_with(".yaml") || other.ends_with(".yml"))
        .take(1000)
        .collect();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}

/// A text without the byte order mark that some editors write.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads the text of a config. Returns it with its name in errors.
///
/// # Errors
/// HB001 if it cannot be opened, HB002 beyond 64 MiB or if it is not UTF-8.
pub(super) fn read(source: &ConfigSource) -> Result<(String, String), ConfigError> {
    let (name, bytes) = match source {
        ConfigSource::Stdin => (
            "<stdin>".to_owned(),
            file::read_limited(io::stdin().lock(), LIMIT),
        ),
        ConfigSource::File(path) => (
            path.display().to_string(),
            file::open_argument(path).and_then(|file| file::read_limited(file, LIMIT)),
        ),
    };
    let bytes = bytes.map_err(|error| match (error.kind(), source) {
        (ErrorKind::FileTooLarge, _) => ConfigError::without_source(Diagnostic::new(
            Code::Unreadable,
            format!("`{name}` is larger than 64 MiB, the most that hbmon reads as a config"),
        )),
        (_, ConfigSource::File(path)) => unreadable(path, &file::error_text(&error)),
        (_, ConfigSource::Stdin) => ConfigError::without_source(Diagnostic::new(
            Code::NoConfig,
            format!("cannot read stdin: {}", file::error_text(&error)),
        )),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::without_source(
            Diagnostic::new(
                Code::Unreadable,
                format!("`{name}` is not UTF-8: a bad byte in line {line}"),
            )
            .help("save it as UTF-8"),
        )
    })?;
    Ok((name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_places_follow_the_xdg_rules() {
        let shown = |config: Option<&str>, home: Option<&str>| {
            places(config.map(Into::into), home.map(Into::into))
                .iter()
                .map(|p| p.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            shown(None, Some("/home/ana")),
            [
                "./hbmon.yaml",
                "./hbmon.yml",
                "/home/ana/.config/hbmon/config.yaml",
                "/etc/hbmon/config.yaml"
            ]
        );
        assert_eq!(
            shown(Some("/x"), Some("/home/ana"))[2],
            "/x/hbmon/config.yaml"
        );
        // Relative values are to be ignored (XDG base directory specification).
        assert_eq!(
            shown(Some("x"), Some("/home/ana"))[2],
            "/home/ana/.config/hbmon/config.yaml"
        );
        assert_eq!(shown(None, None).len(), 3);
    }
}
