//! `check --state` and `--only-changes`: the state that a run takes over from the previous run and
//! saves for the next one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;

use super::CommandError;
use super::args::{Overlap, StateArgs};
use super::conclusion::Conclusion;
use super::lock::{self, Holder, Lock};
use super::output::{self, print_stderr};
use super::session::Resume;
use super::state::{self, StateFile};
use crate::config::ConfigSource;
use crate::engine::Past;
use crate::model::{Snapshot, Status, Text};
use crate::report;
use crate::report::blind::{PreviousNotice, Unjudged};
use crate::report::changes::{ChangeReport, PreviousStatus, ReminderPolicy, ReportOrigin};

/// Maximum number of monitors that a message names.
const MAX_NAMES: usize = 5;

/// A run with a state.
pub(super) struct RunStateOptions<'a> {
    pub args: &'a StateArgs,
    /// The config; none for URLs.
    pub source: Option<&'a ConfigSource>,
    /// Only a part of the config is watched; the state of the other monitors stays.
    pub partial: bool,
    /// Lowest status that `--remind` repeats.
    pub fail_on: Status,
    /// Another report is written to stdout, so the changes go to stderr.
    pub stdout_is_taken: bool,
    /// Time limit of `--overlap wait`.
    pub limit: Option<Duration>,
}

impl RunStateOptions<'_> {
    /// Locks the state and reads it. Returns `None` if another run holds the lock.
    ///
    /// # Errors
    /// The state has no path, or its path is not usable.
    pub(super) fn open(self) -> Result<Option<Resume>, CommandError> {
        let path = path(
            self.args.state.as_ref().and_then(Option::as_deref),
            self.source,
        )
        .map_err(CommandError::usage)?;
        let lock = match lock::take(&path, self.args.overlap, self.limit) {
            Ok(Lock::Taken(file)) => Some(file),
            Ok(Lock::Held(holder)) => {
                self.print_holder(&path, holder);
                return Ok(None);
            }
            Err(error) => {
                print_stderr(&format!(
                    "warning: state `{}` cannot be locked: {error}",
                    path.display()
                ));
                None
            }
        };
        let state = StateFile::load(path);
        let clock = state.clock();
        let memories = state.memories(&clock);
        let end = RunEnd {
            state,
            _lock: lock,
            partial: self.partial,
            prints_changes: self.args.only_changes,
            origin: origin(self.source),
            to_stderr: self.stdout_is_taken,
            remind: ReminderPolicy {
                every: self.args.remind,
                from: self.fail_on,
            },
        };
        Ok(Some(Resume {
            clock,
            past: Past {
                memories,
                ..Past::default()
            },
            on_end: Box::new(|snapshot, conclusion, run| end.save(snapshot, conclusion, run)),
        }))
    }

    fn print_holder(&self, path: &Path, holder: Holder) {
        let path = path.display();
        if holder.is_foreign() {
            print_stderr(&format!(
                "warning: another user holds the state `{path}`{holder}"
            ));
        } else if self.args.overlap != Overlap::Skip {
            print_stderr(&format!(
                "error: another run holds the state `{path}`{holder}"
            ));
        }
    }
}

/// What happens to the state at the end of a run.
struct RunEnd {
    state: StateFile,
    _lock: Option<File>,
    partial: bool,
    /// `--only-changes`.
    prints_changes: bool,
    origin: ReportOrigin,
    to_stderr: bool,
    remind: ReminderPolicy,
}

impl RunEnd {
    /// Saves the state and prints the changes since the previous run.
    fn save(
        mut self,
        snapshot: &Snapshot,
        conclusion: &Conclusion,
        run: &report::RunInfo,
    ) -> io::Result<()> {
        let before: Vec<_> = snapshot
            .rows
            .iter()
            .map(|row| self.state.before(&row.meta.name))
            .collect();
        self.state.update(snapshot, self.partial);
        let printed = if self.prints_changes {
            self.print_changes(&before, conclusion, run)
        } else {
            Ok(())
        };
        if let Err(error) = self.state.save(snapshot.wall(snapshot.at)) {
            print_stderr(&format!("warning: the state is not saved: {error}"));
        }
        printed
    }

    /// Prints the changes and records in the state what was reported.
    fn print_changes(
        &mut self,
        before: &[Option<PreviousStatus>],
        conclusion: &Conclusion,
        run: &report::RunInfo,
    ) -> io::Result<()> {
        let unjudged = unjudged(&self.state, conclusion, run, self.remind.every);
        let changes = ChangeReport::new(&conclusion.snapshot, before, unjudged, self.remind);
        let printed = print(&changes, &self.origin, self.to_stderr);
        if printed.is_ok() {
            changes
                .notice()
                .for_each(|(row, notice)| self.state.set_notice(&row.meta.name, notice));
            if !conclusion.is_interrupted() {
                self.state
                    .set_blind(&conclusion.snapshot, &conclusion.unjudged, changes.blind());
            }
        }
        if conclusion.is_interrupted() {
            print_stderr(&unsettled(&conclusion.snapshot));
        }
        printed
    }
}

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
            Some(source) => state::usual_path(source),
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

/// Returns the names of this machine and of the config.
fn origin(source: Option<&ConfigSource>) -> ReportOrigin {
    let host = nix::unistd::gethostname().ok();
    let host = host.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let config = match source.map(ConfigSource::path) {
        None => "none".to_owned(),
        Some(None) => "from stdin".to_owned(),
        Some(Some(path)) => std::path::absolute(path)
            .unwrap_or_else(|_| path.to_owned())
            .display()
            .to_string(),
    };
    ReportOrigin {
        host: Text::clean(&host).to_string(),
        config: Text::clean(&config).to_string(),
    }
}

fn print(changes: &ChangeReport<'_>, origin: &ReportOrigin, to_stderr: bool) -> io::Result<()> {
    let mut block = Vec::new();
    changes.write(origin, &TimeZone::system(), &mut block)?;
    if to_stderr && !block.is_empty() {
        print_stderr(String::from_utf8_lossy(&block).trim_end());
        return Ok(());
    }
    output::write(None, &block)
}

/// Returns the monitors that the run could not judge, compared with what was reported before.
fn unjudged<'a>(
    state: &StateFile,
    conclusion: &'a Conclusion,
    run: &report::RunInfo,
    every: Option<Duration>,
) -> Unjudged<'a> {
    let snapshot = conclusion.snapshot.as_ref();
    let notice = state.blind();
    if conclusion.is_interrupted() {
        return Unjudged::interrupted(snapshot, notice);
    }
    let places = || {
        conclusion
            .unjudged
            .iter()
            .filter_map(|(place, _)| snapshot.rows.get(*place))
    };
    let grew = places().any(|row| !state.is_blind(&row.meta.name));
    let known = PreviousNotice {
        notice,
        grew,
        elsewhere: state.is_other_blind(snapshot),
    };
    Unjudged::new(snapshot, &conclusion.unjudged, run.duration, known, every)
}

/// Returns the message of an interrupted run. No output would mean that every monitor was judged
/// and nothing changed.
fn unsettled(snapshot: &Snapshot) -> String {
    let open = || {
        snapshot
            .rows
            .iter()
            .filter(|row| !row.settled && row.status != Status::Paused)
    };
    let names: Vec<&str> = open()
        .take(MAX_NAMES)
        .map(|row| row.meta.name.as_str())
        .collect();
    let more = if open().count() > MAX_NAMES {
        ", …"
    } else {
        ""
    };
    format!(
        "incomplete: {} of {} not settled: {}{more}",
        open().count(),
        snapshot.rows.len(),
        names.join(", ")
    )
}
