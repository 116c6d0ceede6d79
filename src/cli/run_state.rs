//! `check --state` and `--only-changes`: the state that a run takes over from the previous run and
//! saves for the next one.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::CommandError;
use super::alerting::AlertsAtEnd;
use super::args::{Overlap, StateArgs};
use super::conclusion::Conclusion;
use super::lock::{self, Holder, Lock};
use super::output::{self, print_stderr};
use super::recorder::{self, HistoryPlace, OpenedHistory, Recorder, SavedStates, SharedTold};
use super::session::Resume;
use super::state;
use crate::alerts::decide::why_held;
use crate::channels::plan::AlertPlan;
use crate::config::ConfigSource;
use crate::engine::Plan;
use crate::lock::LockExt;
use crate::model::{Row, Snapshot, Status, Text};
use crate::report;
use crate::report::blind::{BlindNotice, PreviousNotice, Unjudged};
use crate::report::changes::{
    ChangeReport, MonitorContext, PreviousStatus, ReminderPolicy, ReportOrigin,
};
use crate::store::Keep;

/// Maximum number of monitors that a message names.
const MAX_NAMES: usize = 5;

/// A run with a state.
pub(super) struct RunStateOptions<'a> {
    pub args: &'a StateArgs,
    /// The config; none for URLs.
    pub source: Option<&'a ConfigSource>,
    /// Names of all monitors of the config; those of others are forgotten.
    pub names: HashSet<Text>,
    pub keep: Keep,
    /// The channels that are told.
    pub alerts: Option<Arc<AlertPlan>>,
    /// What the run watches.
    pub watched: &'a Plan,
    /// Lowest status that `--remind` repeats.
    pub fail_on: Status,
    /// Another report is written to stdout, so the changes go to stderr.
    pub stdout_is_taken: bool,
    /// Time limit of `--overlap wait`.
    pub limit: Option<Duration>,
}

/// What a run continues from, and what follows it.
pub(super) struct OpenedRun {
    pub resume: Resume,
    pub recorder: Option<Recorder>,
    pub alerts: Option<AlertsAtEnd>,
}

impl OpenedRun {
    /// A run without a state.
    pub(super) fn fresh() -> OpenedRun {
        OpenedRun {
            resume: Resume::fresh(),
            recorder: None,
            alerts: None,
        }
    }
}

impl RunStateOptions<'_> {
    /// Locks the state and reads it. Returns `None` if another run holds the lock. A state that
    /// cannot be kept is a warning.
    ///
    /// # Errors
    /// The state has no path, or its path is not usable.
    pub(super) fn open(self) -> Result<Option<OpenedRun>, CommandError> {
        let wanted = self.args.state.as_ref().and_then(Option::as_deref);
        let path = state::path(wanted, self.source).map_err(CommandError::usage)?;
        if wanted.is_none() {
            state::make_folder(&path);
        }
        let mut unlocked = None;
        let lock = match lock::take(&path, self.args.overlap, self.limit) {
            Ok(Lock::Taken(file)) => Some(file),
            Ok(Lock::Held(holder)) => {
                self.print_holder(&path, holder);
                return Ok(None);
            }
            Err(error) => {
                let path = path.display();
                unlocked = Some(format!("state `{path}` cannot be locked: {error}"));
                None
            }
        };
        let place = HistoryPlace {
            path,
            keep: self.keep,
            names: self.names.clone(),
            is_usual: wanted.is_none(),
            is_short: true,
        };
        let opened = recorder::open_store(place, lock, &mut warn);
        let (run, states) = match opened {
            Ok((mut opened, states)) => {
                // What cannot be written mostly cannot be locked either: that is one warning.
                if let Some(why) = unlocked {
                    warn(why);
                }
                let alerts = self.alerts(&mut opened);
                let run = OpenedRun {
                    resume: Resume::after(opened.clock, opened.past),
                    recorder: opened.recorder,
                    alerts,
                };
                (run, states)
            }
            Err(error) => {
                warn(format!("the state is not saved: {error}"));
                if self.alerts.is_some() {
                    warn(
                        "no channel is told: without a state each run would tell it again"
                            .to_owned(),
                    );
                }
                (OpenedRun::fresh(), SavedStates::new())
            }
        };
        let end = RunEnd {
            told: run
                .recorder
                .as_ref()
                .map(Recorder::told)
                .unwrap_or_default(),
            state: PreviousRun {
                states,
                names: self.names,
            },
            origin: origin(self.source),
            to_stderr: self.stdout_is_taken,
            remind: ReminderPolicy {
                every: self.args.remind,
                from: self.fail_on,
            },
        };
        let prints_changes = self.args.only_changes;
        let resume = Resume {
            on_end: Box::new(move |_, conclusion, run| {
                if prints_changes {
                    end.print_changes(conclusion, run)
                } else {
                    Ok(())
                }
            }),
            ..run.resume
        };
        Ok(Some(OpenedRun { resume, ..run }))
    }

    fn alerts(&self, opened: &mut OpenedHistory) -> Option<AlertsAtEnd> {
        Some(AlertsAtEnd::new(
            self.alerts.clone()?,
            std::mem::take(&mut opened.alerts_left),
            &self.names,
            self.watched,
            opened.history.store.clone()?,
            opened.recorder.as_mut()?,
        ))
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

fn warn(why: String) {
    print_stderr(&format!("warning: {why}"));
}

/// What the run before knew.
struct PreviousRun {
    states: SavedStates,
    /// Names of all monitors of the config.
    names: HashSet<Text>,
}

impl PreviousRun {
    /// Returns what is known of each row of a snapshot, in order. What channels would not be told
    /// now, by the silences in the store and by the config, is held by the same rule.
    fn contexts(&self, snapshot: &Snapshot) -> Vec<MonitorContext> {
        let rows = || snapshot.rows.iter();
        let statuses: HashMap<&Text, Status> =
            rows().map(|row| (&row.meta.name, row.status)).collect();
        rows()
            .map(|row| {
                let held = why_held(row, snapshot.at, |name| statuses.get(name).copied());
                MonitorContext {
                    before: self.before(row),
                    held: held.map(|held| held.words),
                }
            })
            .collect()
    }

    /// Returns the saved status of a monitor.
    fn before(&self, row: &Row) -> Option<PreviousStatus> {
        let saved = self.states.get(&row.meta.name)?;
        Some(PreviousStatus {
            status: saved.status,
            since: saved.since,
            notice: saved.told.problem,
        })
    }

    /// Returns what was last reported about monitors that cannot be judged.
    fn blind(&self) -> Option<BlindNotice> {
        (self.states.values())
            .filter_map(|saved| saved.told.blind)
            .max_by_key(|notice| notice.at)
    }

    /// Returns whether it was reported that this monitor cannot be judged.
    fn is_blind(&self, name: &Text) -> bool {
        (self.states.get(name)).is_some_and(|saved| saved.told.blind.is_some())
    }

    /// Returns whether that was reported about a monitor of the config that this run left out.
    fn is_other_blind(&self, snapshot: &Snapshot) -> bool {
        let watched: HashSet<&Text> = snapshot.rows.iter().map(|row| &row.meta.name).collect();
        (self.states.iter()).any(|(name, saved)| {
            saved.told.blind.is_some() && !watched.contains(name) && self.names.contains(name)
        })
    }
}

/// Prints what changed since the run before, at the end of a run.
struct RunEnd {
    state: PreviousRun,
    /// What was reported, for the recorder.
    told: SharedTold,
    origin: ReportOrigin,
    to_stderr: bool,
    remind: ReminderPolicy,
}

impl RunEnd {
    /// Prints the changes and records what was reported.
    fn print_changes(self, conclusion: &Conclusion, run: &report::RunInfo) -> io::Result<()> {
        let snapshot = &conclusion.snapshot;
        let contexts = self.state.contexts(snapshot);
        let unjudged = unjudged(&self.state, conclusion, run, self.remind.every);
        let changes = ChangeReport::new(snapshot, &contexts, unjudged, self.remind);
        let printed = print(&changes, &self.origin, self.to_stderr);
        if printed.is_ok() {
            self.record(&changes, conclusion);
        }
        if conclusion.is_interrupted() {
            print_stderr(&unsettled(snapshot));
        }
        printed
    }

    fn record(&self, changes: &ChangeReport<'_>, conclusion: &Conclusion) {
        let mut told = self.told.lock().ignore_poison();
        for (row, notice) in changes.notice() {
            told.entry(row.meta.name.clone()).or_default().problem = notice;
        }
        if conclusion.is_interrupted() {
            return;
        }
        let blind: HashSet<usize> = (conclusion.unjudged.iter())
            .map(|(place, _)| *place)
            .collect();
        for (place, row) in conclusion.snapshot.rows.iter().enumerate() {
            let notice = changes.blind().filter(|_| blind.contains(&place));
            told.entry(row.meta.name.clone()).or_default().blind = notice;
        }
    }
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
    state: &PreviousRun,
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
