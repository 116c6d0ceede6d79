//! The state file (`hbmon.state/1`): what a run saves for the next one, keyed by the names of the
//! monitors.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::hash::Hasher;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;

use super::output::{self, print_stderr};
use crate::clock::Clock;
use crate::config::ConfigSource;
use crate::file;
use crate::model::{Cause, GoodStreak, Memory, Reason, Row, Snapshot, Status, Text};
use crate::report::blind::{BlindNotice, UnjudgedReason};
use crate::report::changes::{PreviousStatus, ProblemNotice};
use crate::words;

const SCHEMA: &str = "hbmon.state/1";

/// Maximum size of a state that is read: 64 MiB, about 100,000 monitors.
const LIMIT: u64 = 64 << 20;

/// A state and its path.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
    saves: SavedState,
}

/// The whole file. Within a schema version keys are only added, so readers ignore unknown keys.
#[derive(Serialize)]
struct StateDocument<'a> {
    schema: &'static str,
    hbmon: &'static str,
    saved: Timestamp,
    #[serde(flatten)]
    saves: &'a SavedState,
}

/// The saved monitors.
#[derive(Debug, Default, Serialize, Deserialize)]
struct SavedState {
    /// What `--only-changes` last reported about monitors that cannot be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blind: Option<BlindNotice>,
    monitors: BTreeMap<String, SavedMonitor>,
}

/// One monitor. Times are RFC 3339.
#[derive(Debug, Serialize, Deserialize)]
struct SavedMonitor {
    status: Status,
    since: Timestamp,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    consecutive_failures: u32,
    #[serde(default)]
    consecutive_missed: u32,
    #[serde(default)]
    last_beat: Option<Timestamp>,
    /// Consecutive good heartbeats during a recovery.
    #[serde(default)]
    good_below_error: u32,
    #[serde(default)]
    good_below_warning: u32,
    /// What `--only-changes` last reported.
    #[serde(default)]
    #[serde(rename = "told")]
    notice: Option<ProblemNotice>,
    /// It could not be judged, and that was reported.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    blind: bool,
}

impl StateFile {
    /// Reads a state. Without a file this is a first run. A file that cannot be used is renamed
    /// with a warning, and the run starts without a state: a state is never a reason to fail.
    pub(super) fn load(path: PathBuf) -> StateFile {
        let saves = read(&path).and_then(|text| {
            if text.is_empty() {
                Ok(SavedState::default())
            } else {
                parse(&path, &text)
            }
        });
        let mut saves = saves.unwrap_or_else(|why| {
            print_stderr(&format!(
                "warning: state `{}` is replaced by a new one: {why}",
                path.display()
            ));
            SavedState::default()
        });
        saves.end_at(Clock::start().anchor());
        StateFile { path, saves }
    }

    /// Returns a clock whose moments cover every saved time.
    pub(super) fn clock(&self) -> Clock {
        let times = self
            .saves
            .monitors
            .values()
            .flat_map(|saved| [Some(saved.since), saved.last_beat]);
        times
            .flatten()
            .min()
            .map_or_else(Clock::start, Clock::resume)
    }

    /// Returns the state of each monitor for the engine.
    pub(super) fn memories(&self, clock: &Clock) -> HashMap<Text, Memory> {
        self.saves
            .monitors
            .iter()
            .map(|(name, saved)| (Text::clean(name), saved.memory(clock)))
            .collect()
    }

    /// Returns the saved status of a monitor.
    pub(super) fn before(&self, name: &Text) -> Option<PreviousStatus> {
        let SavedMonitor {
            status,
            since,
            notice,
            ..
        } = self.saves.monitors.get(name.as_str())?;
        Some(PreviousStatus {
            status: *status,
            since: *since,
            notice: *notice,
        })
    }

    /// Returns what was last reported about monitors that cannot be judged.
    pub(super) fn blind(&self) -> Option<BlindNotice> {
        self.saves.blind
    }

    /// Returns whether it was reported that this monitor cannot be judged.
    pub(super) fn is_blind(&self, name: &Text) -> bool {
        self.saves
            .monitors
            .get(name.as_str())
            .is_some_and(|saved| saved.blind)
    }

    /// Returns whether that was reported about a monitor that is not in the snapshot.
    pub(super) fn is_other_blind(&self, snapshot: &Snapshot) -> bool {
        let names: HashSet<&str> = snapshot
            .rows
            .iter()
            .map(|row| row.meta.name.as_str())
            .collect();
        self.saves
            .monitors
            .iter()
            .any(|(name, saved)| saved.blind && !names.contains(name.as_str()))
    }

    /// Records the status of every monitor. Monitors that are not in the snapshot are removed,
    /// unless the snapshot is `partial`.
    pub(super) fn update(&mut self, snapshot: &Snapshot, partial: bool) {
        let mut old = std::mem::take(&mut self.saves.monitors);
        for row in &snapshot.rows {
            let name = row.meta.name.as_str();
            let (notice, blind) = old
                .remove(name)
                .map_or((None, false), |saved| (saved.notice, saved.blind));
            self.saves.monitors.insert(
                name.to_owned(),
                SavedMonitor {
                    notice,
                    blind,
                    ..SavedMonitor::new(row, snapshot)
                },
            );
        }
        if partial {
            self.saves.monitors.append(&mut old);
        }
    }

    /// Records what was reported about a monitor.
    pub(super) fn set_notice(&mut self, name: &Text, notice: Option<ProblemNotice>) {
        if let Some(saved) = self.saves.monitors.get_mut(name.as_str()) {
            saved.notice = notice;
        }
    }

    /// Records that it was reported about these monitors of the snapshot, and no others, that they
    /// cannot be judged.
    pub(super) fn set_blind(
        &mut self,
        snapshot: &Snapshot,
        indexes: &[(usize, UnjudgedReason)],
        notice: Option<BlindNotice>,
    ) {
        self.saves.blind = notice;
        let blind: HashSet<usize> = indexes.iter().map(|(index, _)| *index).collect();
        for (index, row) in snapshot.rows.iter().enumerate() {
            if let Some(saved) = self.saves.monitors.get_mut(row.meta.name.as_str()) {
                saved.blind = blind.contains(&index);
            }
        }
    }

    /// Replaces the file atomically.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn save(&self, now: Timestamp) -> io::Result<()> {
        let schema = SCHEMA;
        let hbmon = env!("CARGO_PKG_VERSION");
        let mut text = serde_json::to_vec_pretty(&StateDocument {
            schema,
            hbmon,
            saved: now,
            saves: &self.saves,
        })?;
        text.push(b'\n');
        if fs::metadata(&self.path).is_ok_and(|found| !found.is_file()) {
            let why = format!(
                "cannot write `{}`: it is not a regular file",
                self.path.display()
            );
            return Err(io::Error::new(ErrorKind::InvalidInput, why));
        }
        output::write_private(&self.path, &text)
    }
}

impl SavedState {
    /// Limits all times to now: after a wall clock is set back, saved times lie in the future.
    fn end_at(&mut self, now: Timestamp) {
        for saved in self.monitors.values_mut() {
            saved.since = saved.since.min(now);
            saved.last_beat = saved.last_beat.map(|at| at.min(now));
            if let Some(notice) = &mut saved.notice {
                notice.began = notice.began.min(now);
                notice.at = notice.at.min(now);
            }
        }
        if let Some(blind) = &mut self.blind {
            blind.began = blind.began.min(now);
            blind.at = blind.at.min(now);
        }
    }
}

impl SavedMonitor {
    fn new(row: &Row, snapshot: &Snapshot) -> SavedMonitor {
        SavedMonitor {
            status: row.status,
            since: snapshot.wall(row.since),
            reason: row.cause.as_ref().map(Cause::reason),
            message: row.cause.as_ref().map(words::cause),
            consecutive_failures: row.consecutive_failures,
            consecutive_missed: row.consecutive_missed,
            last_beat: row.last_beat.map(|at| snapshot.wall(at)),
            good_below_error: row.good_streak.below_error,
            good_below_warning: row.good_streak.below_warning,
            notice: None,
            blind: false,
        }
    }

    fn memory(&self, clock: &Clock) -> Memory {
        let message = self.message.as_deref().unwrap_or_default();
        Memory {
            status: self.status,
            since: clock.moment(self.since),
            cause: self.reason.map(|reason| (reason, Text::clean(message))),
            consecutive_failures: self.consecutive_failures,
            consecutive_missed: self.consecutive_missed,
            last_beat: self.last_beat.map(|at| clock.moment(at)),
            good_streak: GoodStreak {
                below_error: self.good_below_error,
                below_warning: self.good_below_warning,
            },
            incident: None,
            instances: Vec::new(),
        }
    }
}

/// Returns the default path of a config's state: in `$STATE_DIRECTORY` (systemd), else in
/// `$XDG_STATE_HOME/hbmon` or `~/.local/state/hbmon`, one file for each config. Creates the folder.
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
    // If this fails, writing the file fails too and reports the error.
    let _ = fs::create_dir_all(&folder);
    let mut hasher = SipHasher13::new();
    hasher.write(config.as_os_str().as_encoded_bytes());
    Ok(folder.join(format!("{:016x}.json", hasher.finish())))
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

/// Returns the text of a state; empty if there is no file.
fn read(path: &Path) -> Result<String, String> {
    match file::read(path, LIMIT).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(_)) => Err(rename_bad(path, "it is not UTF-8")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            Err("it is larger than 64 MiB".to_owned())
        }
        Err(error) => Err(format!("it cannot be read: {}", file::error_text(&error))),
    }
}

fn parse(path: &Path, text: &str) -> Result<SavedState, String> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    // serde_json's message would quote the file, which may be the wrong one and hold secrets.
    let not_ours = |error: serde_json::Error| {
        let line = error.line();
        let column = error.column();
        rename_bad(
            path,
            &format!("it is not a state of hbmon (line {line}, column {column})"),
        )
    };
    match serde_json::from_str(text).map_err(not_ours)? {
        Head { schema } if schema == SCHEMA => serde_json::from_str(text).map_err(not_ours),
        Head { schema } => Err(rename_bad(
            path,
            &format!("it is a `{}`, not a `{SCHEMA}`", Text::clean(&schema)),
        )),
    }
}

/// Renames a file that is not a usable state, since it may be another program's file. Returns the
/// reason with the new name.
fn rename_bad(path: &Path, why: &str) -> String {
    let mut kept = path.as_os_str().to_owned();
    kept.push(".bad");
    match fs::rename(path, &kept) {
        Ok(()) => format!(
            "{why}; the old one is kept as `{}`",
            Path::new(&kept).display()
        ),
        Err(_) => why.to_owned(),
    }
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
