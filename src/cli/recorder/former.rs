//! State files of the former format (`hbmon.state/1`, JSON): they are taken over once.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::resume::SavedStates;
use super::saved::{LastNotices, SavedMonitor};
use crate::file;
use crate::model::Text;
use crate::report::blind::BlindNotice;

const SCHEMA: &str = "hbmon.state/1";

/// Maximum size of a file that is read: 64 MiB, about 100,000 monitors.
const LIMIT: u64 = 64 << 20;

/// How the file of a store begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// A file of the former format that was renamed.
pub(super) struct FormerState {
    pub states: SavedStates,
    path: PathBuf,
    kept: PathBuf,
}

/// The whole file.
#[derive(Deserialize)]
struct FormerFile {
    #[serde(default)]
    blind: Option<BlindNotice>,
    monitors: BTreeMap<String, FormerMonitor>,
}

#[derive(Deserialize)]
struct FormerMonitor {
    /// It could not be judged, and that was reported.
    #[serde(default)]
    blind: bool,
    #[serde(flatten)]
    saved: SavedMonitor,
}

impl FormerState {
    /// Takes over the file at a path, and keeps it with `.old` behind its name. `None` if there is
    /// none, or a store.
    ///
    /// # Errors
    /// It is something else, and is kept with `.bad` behind its name if it can be renamed.
    pub(super) fn take(path: &Path) -> Result<Option<FormerState>, String> {
        if is_store(path) {
            return Ok(None);
        }
        let text = match file::read(path, LIMIT).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => return Err(put_aside(path, "it is not UTF-8")),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::FileTooLarge => {
                return Err(put_aside(path, "it is larger than 64 MiB"));
            }
            Err(error) => {
                return Err(format!("it cannot be read: {}", file::error_text(&error)));
            }
        };
        if text.is_empty() {
            return Ok(None);
        }
        let states = parse(&text).map_err(|why| put_aside(path, &why))?;
        let kept = with_end(path, ".old");
        fs::rename(path, &kept)
            .map_err(|error| format!("it cannot be renamed: {}", file::error_text(&error)))?;
        Ok(Some(FormerState {
            states,
            path: path.to_owned(),
            kept,
        }))
    }

    /// Gives the file its name back, since nothing else keeps the state.
    pub(super) fn give_back(self) -> io::Result<()> {
        fs::rename(self.kept, self.path)
    }
}

fn is_store(path: &Path) -> bool {
    let mut head = [0; SQLITE.len()];
    let read = file::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == SQLITE
}

fn parse(text: &str) -> Result<SavedStates, String> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    // serde_json's message would quote the file, which may be the wrong one and hold secrets.
    let not_ours = |error: serde_json::Error| {
        let line = error.line();
        let column = error.column();
        format!("it is not a state of hbmon (line {line}, column {column})")
    };
    let Head { schema } = serde_json::from_str(text).map_err(not_ours)?;
    if schema != SCHEMA {
        let schema = Text::clean(&schema);
        return Err(format!("it is a `{schema}`, not a `{SCHEMA}`"));
    }
    let FormerFile { blind, monitors } = serde_json::from_str(text).map_err(not_ours)?;
    let states = monitors.into_iter().map(|(name, monitor)| {
        let told = LastNotices {
            blind: blind.filter(|_| monitor.blind),
            ..monitor.saved.told
        };
        let mut saved = monitor.saved;
        saved.told = told;
        (Text::clean(&name), saved)
    });
    Ok(states.collect())
}

/// Renames a file that is not usable, since it may be another program's file. Returns the reason
/// with the new name.
fn put_aside(path: &Path, why: &str) -> String {
    let kept = with_end(path, ".bad");
    match fs::rename(path, &kept) {
        Ok(()) => format!("{why}; the old one is kept as `{}`", kept.display()),
        Err(_) => why.to_owned(),
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
