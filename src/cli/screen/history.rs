//! Answers the questions of the screen about the past from the store, beside the drawing.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::questions::Questions;
use crate::cli::recorder::SessionHistory;
use crate::clock::Clock;
use crate::history::alert_board::AlertBoard;
use crate::history::change::StatusChange;
use crate::history::known::KnownMonitor;
use crate::history::period::Period;
use crate::history::times::Timeline;
use crate::model::{Status, Text, wall};
use crate::store::{ChangeQuery, IncidentQuery, Reader, Store, StoreError};
use crate::tui::{
    HistoryAnswer, HistoryQuestion, IncidentCourse, IncidentTally, MonitorPast, PastFacts,
    PastNumbers,
};

/// Maximum number of changes of former runs.
const MAX_CHANGES: usize = 300;
/// The time of the column `30d`.
pub(super) const MONTH: Duration = Duration::from_secs(30 * 86_400);

/// Reads the history of a session, one question at a time. A later question replaces one that
/// waits.
pub(super) struct HistoryDesk {
    history: SessionHistory,
    clock: Clock,
    zone: TimeZone,
    questions: Questions,
}

/// What an answer depends on besides the store.
struct Scene {
    path: PathBuf,
    now: Timestamp,
    /// When this process began to watch.
    began: Timestamp,
    zone: TimeZone,
}

impl HistoryDesk {
    pub(super) fn new(history: SessionHistory, clock: Clock, zone: TimeZone) -> HistoryDesk {
        HistoryDesk {
            history,
            clock,
            zone,
            questions: Questions::default(),
        }
    }

    /// Returns false without a history.
    pub(super) fn ask(&self, question: HistoryQuestion) -> bool {
        let Some(path) = self.history.path.clone() else {
            return false;
        };
        if self.questions.put(question) {
            let anchor = self.clock.anchor();
            let scene = Scene {
                path,
                now: wall(anchor, self.clock.now()),
                began: wall(anchor, self.clock.started()),
                zone: self.zone.clone(),
            };
            let questions = self.questions.clone();
            tokio::task::spawn_blocking(move || answer_all(&scene, &questions));
        }
        true
    }

    pub(super) fn answer(&self) -> Option<HistoryAnswer> {
        self.questions.next_answer()
    }

    /// Returns what writes the history, if this process does.
    pub(super) fn store(&self) -> Option<Store> {
        self.history.store.clone()
    }

    /// Returns what channels are told, if this process tells them.
    pub(super) fn alerts(&self) -> Option<Arc<AlertBoard>> {
        let board = self.history.alerts.as_ref()?;
        Some(Arc::clone(&board.borrow()))
    }

    /// Returns what is wrong with the history, in a few words.
    pub(super) fn note(&self) -> Option<String> {
        let fault = || self.history.store.as_ref()?.health().fault;
        self.history.note().or_else(|| Some(short(&fault()?)))
    }
}

/// Returns the sentence about a store that cannot be used without its path: `history: the disk is
/// full`.
fn short(fault: &str) -> String {
    match fault.split_once("cannot be used: ") {
        Some((_, why)) => format!("history: {why}"),
        None => fault.to_owned(),
    }
}

/// Answers until no question waits.
fn answer_all(scene: &Scene, questions: &Questions) {
    let mut reader = None;
    while let Some(question) = questions.take() {
        let answer = answer(scene, &mut reader, &question).unwrap_or_else(|error| {
            let why = error.to_string();
            HistoryAnswer::Failed { question, why }
        });
        questions.answer(answer);
    }
}

fn answer(
    scene: &Scene,
    reader: &mut Option<Reader>,
    question: &HistoryQuestion,
) -> Result<HistoryAnswer, StoreError> {
    let reader = match reader {
        Some(reader) => reader,
        none => none.insert(Reader::open(&scene.path)?),
    };
    Ok(match question {
        HistoryQuestion::Monitor(name) => {
            HistoryAnswer::Monitor(Box::new(past(scene, reader, name)?))
        }
        HistoryQuestion::Course { monitor, id } => {
            let incident = reader.incident(*id)?;
            let changes = match &incident {
                Some(incident) => {
                    let until = incident.closed.unwrap_or(scene.now);
                    reader.changes_of_one(monitor, Period::new(incident.opened, until))?
                }
                None => Vec::new(),
            };
            HistoryAnswer::Course(IncidentCourse {
                monitor: monitor.clone(),
                id: *id,
                changes,
            })
        }
        HistoryQuestion::Numbers { monitor, span } => {
            let step = PastNumbers::step_of(*span);
            let since = scene.now.checked_sub(*span).unwrap_or(Timestamp::MIN);
            // The interval that runs at the left edge, too.
            let since = since.checked_sub(step.length()).unwrap_or(since);
            HistoryAnswer::Numbers(PastNumbers {
                monitor: monitor.clone(),
                span: *span,
                step,
                points: reader.numbers(monitor, Period::new(since, scene.now), step)?,
            })
        }
        HistoryQuestion::Changes => HistoryAnswer::Changes(former_changes(scene, reader)?),
        HistoryQuestion::Availability(names) => {
            HistoryAnswer::Availability(availability(scene, reader, names)?)
        }
    })
}

fn past(scene: &Scene, reader: &Reader, name: &Text) -> Result<MonitorPast, StoreError> {
    let period = MonitorPast::period(scene.now);
    let known = reader
        .monitors()?
        .into_iter()
        .find(|known| known.name == *name);
    let mut incidents = IncidentTally::new(scene.now);
    let query = IncidentQuery {
        monitor: Some(name.clone()),
        newest_first: true,
        ..IncidentQuery::of(period)
    };
    reader.incidents(&query, &mut |incident| {
        incidents.add(incident);
        ControlFlow::Continue(())
    })?;
    let facts = PastFacts {
        monitor: name.clone(),
        first_known: known.map_or(scene.now, |known| known.first_known),
        changes: reader.changes_of_one(name, period)?,
        watched: reader.watched(period)?,
        incidents,
    };
    Ok(MonitorPast::new(facts, scene.now, &scene.zone))
}

/// Returns the newest changes that began before this process did, newest first.
fn former_changes(scene: &Scene, reader: &Reader) -> Result<Vec<StatusChange>, StoreError> {
    let query = ChangeQuery {
        monitor: None,
        period: Period::new(MonitorPast::period(scene.now).since, scene.began),
        after: None,
        newest_first: true,
    };
    let mut changes = Vec::new();
    reader.changes(&query, &mut |_, change| {
        if change.status != Status::Unknown && query.period.contains(change.from) {
            changes.push(change);
        }
        if changes.len() < MAX_CHANGES {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    Ok(changes)
}

/// Returns the availability of each of these monitors in 30 days.
fn availability(
    scene: &Scene,
    reader: &Reader,
    names: &[Text],
) -> Result<Vec<(Text, Option<f64>)>, StoreError> {
    let since = scene.now.checked_sub(MONTH);
    let period = Period::new(since.unwrap_or(Timestamp::MIN), scene.now);
    let watched = reader.watched(period)?;
    let known = reader.monitors()?;
    let share = |name: &Text| {
        let is_named = |known: &&KnownMonitor| known.name == *name;
        let Some(known) = known.iter().find(is_named) else {
            return Ok((name.clone(), None));
        };
        let timeline = Timeline {
            first_known: known.first_known,
            removed: None,
            changes: &reader.changes_of_one(name, period)?,
            watched: &watched,
        };
        Ok((name.clone(), timeline.times(period).availability()))
    };
    names.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::history::incident::Incident;
    use crate::history::numbers::{Numbers, NumbersPoint, Step};
    use crate::model::{IncidentEnd, IncidentId, Kind, Reason};
    use crate::store::{Batch, Keep};

    const HOUR: i64 = 3600;
    /// 2026-11-22T12:00:00Z
    const NOW: i64 = 1_795_348_800;

    fn hours_ago(hours: i64) -> Timestamp {
        Timestamp::from_second(NOW - hours * HOUR).unwrap()
    }

    fn text(text: &str) -> Text {
        Text::clean(text)
    }

    fn change(monitor: &str, hours: i64, status: Status) -> StatusChange {
        StatusChange {
            monitor: text(monitor),
            kind: Kind::Http,
            group: None,
            from: hours_ago(hours),
            until: None,
            status,
            reason: (status == Status::Error).then_some(Reason::Status),
            message: None,
            maintenance: false,
        }
    }

    /// `api` was down for two of 100 hours, and this process began 10 hours ago.
    fn scene(folder: &Path) -> Scene {
        let known = |name: &str| KnownMonitor {
            name: text(name),
            kind: Kind::Http,
            group: None,
            tags: Vec::new(),
            slo: None,
            first_known: hours_ago(100),
            removed: None,
        };
        let incident = Incident {
            id: IncidentId(7),
            monitor: text("api"),
            kind: Kind::Http,
            group: None,
            opened: hours_ago(20),
            closed: Some(hours_ago(18)),
            worst: Status::Error,
            reason: Some(Reason::Status),
            message: None,
            first_reason: None,
            last_reason: None,
            end: Some(IncidentEnd::Recovered),
            acknowledged: None,
            maintenance: false,
            notes: Vec::new(),
            told: Vec::new(),
        };
        let numbers = NumbersPoint {
            at: hours_ago(2),
            numbers: Numbers {
                beats: 3,
                ..Numbers::default()
            },
        };
        let batch = Batch {
            monitors: vec![known("api").into(), known("job").into()],
            changes: vec![
                change("api", 100, Status::Healthy).into(),
                change("job", 100, Status::Unknown).into(),
                change("api", 20, Status::Error).into(),
                change("api", 18, Status::Healthy).into(),
                change("job", 5, Status::Healthy).into(),
            ],
            incidents: vec![incident],
            numbers: vec![(text("api"), numbers)],
            watched: vec![Period::new(hours_ago(100), hours_ago(0))],
            ..Batch::default()
        };
        let path = folder.join("history.db");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (store, _) = Store::open(&path, Keep::default()).unwrap();
            store.write(batch).await;
            store.flush().await;
            store.close().await;
        });
        Scene {
            path,
            now: hours_ago(0),
            began: hours_ago(10),
            zone: TimeZone::UTC,
        }
    }

    #[test]
    fn every_question_has_an_answer_from_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let scene = scene(folder.path());
        let mut reader = None;
        let mut ask = |question| answer(&scene, &mut reader, &question).unwrap();
        let HistoryAnswer::Monitor(past) = ask(HistoryQuestion::Monitor(text("api"))) else {
            panic!("no past");
        };
        let shares = past.spans.map(|span| span.times.availability());
        let (day, all) = (Some(22.0 / 24.0), Some(0.98));
        assert_eq!(shares, [day, all, all, all]);
        assert_eq!(past.incidents[0].id, IncidentId(7));
        let course = HistoryQuestion::Course {
            monitor: text("api"),
            id: IncidentId(7),
        };
        let HistoryAnswer::Course(course) = ask(course) else {
            panic!("no course");
        };
        let statuses: Vec<Status> = course.changes.iter().map(|change| change.status).collect();
        assert_eq!(statuses, [Status::Error]);
        let numbers = HistoryQuestion::Numbers {
            monitor: text("api"),
            span: Duration::from_secs(7 * 86_400),
        };
        let HistoryAnswer::Numbers(numbers) = ask(numbers) else {
            panic!("no numbers");
        };
        assert_eq!(numbers.step, Step::Hour);
        assert_eq!(numbers.points[0].numbers.beats, 3);
        // What this process saw stands in its own events.
        let HistoryAnswer::Changes(former) = ask(HistoryQuestion::Changes) else {
            panic!("no changes");
        };
        let former: Vec<_> = former
            .iter()
            .map(|change| (change.from, change.status))
            .collect();
        assert_eq!(
            former,
            [
                (hours_ago(18), Status::Healthy),
                (hours_ago(20), Status::Error),
                (hours_ago(100), Status::Healthy),
            ]
        );
        let names = ["api", "job", "new"].map(text);
        let HistoryAnswer::Availability(shares) = ask(HistoryQuestion::Availability(names.into()))
        else {
            panic!("no shares");
        };
        let shares: Vec<_> = shares.into_iter().map(|(_, share)| share).collect();
        assert_eq!(shares, [Some(0.98), Some(1.0), None]);
    }

    #[test]
    fn a_monitor_that_is_not_in_the_store_yet_has_no_past() {
        let folder = tempfile::tempdir().unwrap();
        let scene = scene(folder.path());
        let question = HistoryQuestion::Monitor(text("new"));
        let answer = answer(&scene, &mut None, &question).unwrap();
        let HistoryAnswer::Monitor(past) = answer else {
            panic!("no past");
        };
        assert!(past.spans.iter().all(|span| span.times.total().is_zero()));
    }

    #[test]
    fn a_store_that_is_gone_is_an_answer_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut scene = scene(folder.path());
        let questions = Questions::default();
        questions.put(HistoryQuestion::Changes);
        answer_all(&scene, &questions);
        let answer = questions.next_answer();
        assert!(matches!(answer, Some(HistoryAnswer::Changes(_))));
        scene.path = folder.path().join("other.db");
        questions.put(HistoryQuestion::Changes);
        answer_all(&scene, &questions);
        let answer = questions.next_answer();
        assert!(matches!(answer, Some(HistoryAnswer::Failed { .. })));
    }

    #[test]
    fn a_fault_is_said_without_the_path() {
        let fault = StoreError::Failed {
            path: Path::new("/home/ana/.local/state/hbmon/x.db").to_owned(),
            why: "the disk is full".to_owned(),
        };
        assert_eq!(short(&fault.to_string()), "history: the disk is full");
        let fault = StoreError::Damaged(Path::new("/x.db").to_owned());
        assert_eq!(short(&fault.to_string()), "the history `/x.db` is damaged");
    }
}
