//! Sessions of a real fleet on simulated time, and the rows that they leave.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::cli::recorder::outside::{Edit, Editable};
use crate::history::incident::Note;
use crate::history::period::Period;
use crate::model::{
    Acknowledgement, Beat, Failure, Fleet, Follower, Gap, IncidentEnd, Kind, MaintenancePlan,
    MaintenanceTimes, Memory, Observation, OpenIncident, Overload, Policy, Reason, Rhythm,
    Selector, SelfStats, Signal, Status, TargetId,
};

const BEGIN: i64 = 1_800_000_100;

fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

/// The wall time a number of seconds after the start of the first session.
fn wall(seconds: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + seconds).unwrap()
}

fn meta(name: &str) -> Arc<Meta> {
    Arc::new(Meta::new(Text::clean(name), Kind::Http))
}

fn policy() -> Arc<Policy> {
    let mut policy = Policy::with_interval(Rhythm::Poll, Duration::from_secs(10));
    policy.confirm = Duration::ZERO;
    Arc::new(policy)
}

/// A fleet and the book that follows it.
struct Session {
    fleet: Fleet,
    book: Book,
    follower: Follower,
    anchor: Timestamp,
    names: Vec<&'static str>,
    periods: Vec<Period>,
}

impl Session {
    /// Starts at moment 0. `begun`: in seconds after the first session.
    fn start(names: &[&'static str], left: &Left, begun: i64) -> Session {
        let anchor = wall(begun);
        let mut fleet = Fleet::new();
        fleet.set_anchor(anchor);
        fleet.announce_incidents(IncidentId(left.last_incident + 1));
        for (id, name) in names.iter().enumerate() {
            fleet.add(at(0), TargetId(id as u32), meta(name), policy(), false);
        }
        Session {
            fleet,
            book: Book::new(left, anchor, at(0), false),
            follower: Follower::new(),
            anchor,
            names: names.to_vec(),
            periods: Vec::new(),
        }
    }

    fn first(names: &[&'static str]) -> Session {
        Session::start(names, &Left::default(), 0)
    }

    fn observe(&mut self, seconds: u64, target: u32, signal: Signal) {
        self.fleet.observe(Observation {
            target: TargetId(target),
            at: at(seconds),
            signal,
            connection: None,
        });
    }

    fn beat(&mut self, seconds: u64, target: u32) {
        let latency = Some(Duration::from_millis(5));
        let beat = Beat {
            latency,
            ..Beat::default()
        };
        self.observe(seconds, target, Signal::Beat(beat));
    }

    fn fail(&mut self, seconds: u64, target: u32) {
        let failure = Failure::Refused { peer: None };
        let signal = Signal::Failed {
            failure,
            evidence: None,
            latency: None,
            ended: true,
        };
        self.observe(seconds, target, signal);
    }

    /// Reads everything until now. Returns what is to be written at once.
    fn read(&mut self, seconds: u64) -> Batch {
        let stats = SelfStats::default();
        let snapshot = self.fleet.snapshot(at(seconds), self.anchor, stats);
        let new = self.follower.read(&snapshot);
        let names = &self.names;
        let in_config = |name: &Text| names.contains(&name.as_str());
        self.book.read(&snapshot, &new, &in_config);
        let batch = self.book.take_urgent(at(seconds)).0;
        self.periods.extend(&batch.watched);
        batch
    }

    /// Returns the watched times that were not returned before.
    fn watched(&mut self, seconds: u64) -> Vec<Period> {
        let more = self.book.take_numbers(at(seconds), false).watched;
        let mut whole: Vec<Period> = Vec::new();
        for period in self.periods.drain(..).chain(more) {
            match whole.last_mut() {
                // The store joins them in the same way.
                Some(last) if last.until == period.since => last.until = period.until,
                _ => whole.push(period),
            }
        }
        whole
    }
}

fn changes(batch: &Batch) -> Vec<(&str, i64, Option<i64>, Status)> {
    let seconds = |at: Timestamp| at.as_second() - BEGIN;
    (batch.changes.iter())
        .map(|change| {
            let until = change.until.map(seconds);
            (
                change.monitor.as_str(),
                seconds(change.from),
                until,
                change.status,
            )
        })
        .collect()
}

fn incident(batch: &Batch) -> &Incident {
    assert_eq!(batch.incidents.len(), 1, "{batch:?}");
    &batch.incidents[0]
}

/// What a run leaves whose monitor `a` has been in error since second 4.
fn left_in_error() -> (Left, Session) {
    let mut session = Session::first(&["a"]);
    session.fail(3, 0);
    session.fail(4, 0);
    let batch = session.read(5);
    let left = Left {
        monitors: batch.monitors.clone(),
        open_changes: batch.changes.last().cloned().into_iter().collect(),
        open_incidents: batch.incidents.last().cloned().into_iter().collect(),
        last_incident: 1,
        last_time: Some(wall(5)),
        ..Left::default()
    };
    (left, session)
}

fn memory(incident: Option<OpenIncident>) -> Memory {
    Memory {
        status: Status::Error,
        since: at(0),
        cause: Some((Reason::Refused, Text::clean("connection refused"))),
        consecutive_failures: 2,
        consecutive_missed: 0,
        last_beat: None,
        good_streak: Default::default(),
        incident: incident.map(Arc::new),
        instances: Vec::new(),
    }
}

fn open(incident: &Incident) -> OpenIncident {
    OpenIncident {
        id: incident.id,
        opened: at(0),
        worst: incident.worst,
        cause: None,
        first_reason: incident.first_reason,
        last_reason: incident.last_reason,
        acknowledged: None,
    }
}

#[test]
fn changes_and_incidents_are_dated_at_their_moments() {
    let mut session = Session::first(&["a", "b"]);
    let batch = session.read(0);
    assert_eq!(batch.monitors.len(), 2);
    assert_eq!(batch.monitors[0].first_known, wall(0));
    let unknown = |name| (name, 0, None, Status::Unknown);
    assert_eq!(changes(&batch), [unknown("a"), unknown("b")]);

    session.beat(2, 0);
    session.fail(3, 0);
    session.fail(7, 0);
    let batch = session.read(9);
    assert_eq!(
        changes(&batch),
        [
            ("a", 2, None, Status::Healthy),
            ("a", 3, None, Status::Warning),
            ("a", 7, None, Status::Error)
        ]
    );
    let message = batch.changes[2].message.as_ref().map(Text::as_str);
    assert_eq!(message, Some("connection refused"));
    let last = batch.incidents.last().unwrap();
    assert_eq!(
        (last.opened, last.worst, last.closed),
        (wall(3), Status::Error, None)
    );
    assert!(batch.monitors.is_empty());

    session.beat(20, 0);
    let batch = session.read(21);
    let incident = incident(&batch);
    assert_eq!(incident.id, IncidentId(1));
    assert_eq!(
        (incident.opened, incident.closed),
        (wall(3), Some(wall(20)))
    );
    assert_eq!(incident.end, Some(IncidentEnd::Recovered));
    assert!(session.book.incidents.is_empty());
}

#[test]
fn a_snapshot_that_comes_late_loses_nothing() {
    let mut session = Session::first(&["a"]);
    session.beat(2, 0);
    let batch = session.read(60);
    assert_eq!(
        changes(&batch),
        [
            ("a", 0, None, Status::Unknown),
            ("a", 2, None, Status::Healthy)
        ]
    );
}

#[test]
fn a_restart_goes_on_with_what_is_open() {
    let (left, _) = left_in_error();
    let mut session = Session::start(&["a"], &left, 60);
    let known = open(&left.open_incidents[0]);
    session
        .fleet
        .restore(at(0), TargetId(0), &memory(Some(known)));
    let batch = session.read(1);
    assert_eq!(changes(&batch), []);
    assert!(
        batch.monitors.is_empty() && batch.incidents.is_empty(),
        "{batch:?}"
    );
    session.beat(5, 0);
    let batch = session.read(5);
    assert_eq!(changes(&batch), [("a", 65, None, Status::Healthy)]);
    let incident = incident(&batch);
    assert_eq!(
        (incident.opened, incident.closed),
        (wall(3), Some(wall(65)))
    );
    assert_eq!(
        incident.message.as_ref().map(Text::as_str),
        Some("connection refused")
    );
    let numbers = session.book.take_numbers(at(10), true);
    let spent = &numbers.numbers[0].1.numbers;
    let seconds = |time: Duration| time.as_secs();
    assert_eq!(
        (seconds(spent.error), seconds(spent.healthy), spent.beats),
        (5, 5, 1)
    );
    assert_eq!(batch.watched, [Period::new(wall(60), wall(65))]);
    assert_eq!(numbers.watched, [Period::new(wall(65), wall(70))]);
}

#[test]
fn what_left_the_config_between_two_runs_ends_at_the_start() {
    let (left, _) = left_in_error();
    let mut session = Session::start(&["b"], &left, 60);
    let batch = session.read(1);
    assert_eq!(
        changes(&batch),
        [
            ("b", 60, None, Status::Unknown),
            ("a", 4, Some(60), Status::Error)
        ]
    );
    let a = batch
        .monitors
        .iter()
        .find(|known| known.name.as_str() == "a");
    assert_eq!(a.unwrap().removed, Some(wall(60)));
    let incident = incident(&batch);
    assert_eq!(
        (incident.closed, incident.end),
        (Some(wall(60)), Some(IncidentEnd::Removed))
    );
}

#[test]
fn what_a_filter_leaves_out_is_not_judged_meanwhile() {
    let (left, _) = left_in_error();
    let mut session = Session::start(&["b"], &left, 60);
    session.names.push("a");
    let batch = session.read(1);
    assert_eq!(
        changes(&batch),
        [
            ("b", 60, None, Status::Unknown),
            ("a", 4, Some(60), Status::Error)
        ]
    );
    assert_eq!((batch.monitors.len(), batch.incidents.len()), (1, 0));
    assert_eq!(changes(&session.read(2)), []);

    // The next session goes on with the status as of the last one, from its beginning.
    let left = Left {
        open_changes: Vec::new(),
        ..left
    };
    let mut session = Session::start(&["a"], &left, 60);
    session.book = Book::new(&left, wall(60), at(40), false);
    let known = open(&left.open_incidents[0]);
    session
        .fleet
        .restore(at(0), TargetId(0), &memory(Some(known)));
    let batch = session.read(41);
    assert_eq!(changes(&batch), [("a", 100, None, Status::Error)]);
}

#[test]
fn what_a_filter_leaves_out_of_a_short_run_stays_as_it_is() {
    let (left, _) = left_in_error();
    let mut session = Session::start(&["b"], &left, 60);
    session.book = Book::new(&left, wall(60), at(0), true);
    session.names.push("a");
    let batch = session.read(1);
    assert_eq!(changes(&batch), [("b", 60, None, Status::Unknown)]);
    assert_eq!((batch.monitors.len(), batch.incidents.len()), (1, 0));
}

#[test]
fn a_reload_ends_what_it_removes_and_begins_what_it_adds() {
    let (_, mut session) = left_in_error();
    session
        .fleet
        .add(at(30), TargetId(7), meta("b"), policy(), false);
    session.fleet.retain(at(30), &[TargetId(7)]);
    session.names = vec!["b"];
    let reloaded = ChangeKind::Reloaded {
        added: 1,
        removed: 1,
        changed: 0,
        total: 1,
    };
    session.fleet.record(at(30), reloaded);
    session.beat(31, 7);
    let batch = session.read(40);
    assert_eq!(
        changes(&batch),
        [
            ("b", 30, None, Status::Unknown),
            ("b", 31, None, Status::Healthy),
            ("a", 4, Some(30), Status::Error)
        ]
    );
    let incident = incident(&batch);
    assert_eq!(
        (incident.closed, incident.end),
        (Some(wall(30)), Some(IncidentEnd::Removed))
    );
    let a = batch
        .monitors
        .iter()
        .find(|known| known.name.as_str() == "a");
    assert_eq!(a.unwrap().removed, Some(wall(30)));

    // It comes back: the same monitor, known since then.
    session
        .fleet
        .add(at(50), TargetId(8), meta("a"), policy(), false);
    session.fleet.retain(at(50), &[TargetId(7), TargetId(8)]);
    session.names = vec!["a", "b"];
    let reloaded = ChangeKind::Reloaded {
        added: 1,
        removed: 0,
        changed: 0,
        total: 2,
    };
    session.fleet.record(at(50), reloaded);
    let batch = session.read(50);
    assert_eq!(changes(&batch), [("a", 50, None, Status::Unknown)]);
    let a = &batch.monitors[0];
    assert_eq!((a.first_known, a.removed), (wall(0), None));
}

#[test]
fn time_without_hbmon_is_not_watched() {
    let mut session = Session::first(&["a"]);
    session.read(0);
    session.beat(1, 0);
    let gap = Duration::from_secs(20);
    let stalled = Gap {
        stalled: gap,
        slept: Duration::ZERO,
        clock_set: SignedDuration::ZERO,
    };
    session.fleet.apply_gap(at(30), &stalled);
    session.fleet.record(at(30), ChangeKind::Stalled { gap });
    session.read(30);
    session
        .fleet
        .record(at(40), ChangeKind::Overloaded(Some(Overload::Late)));
    session.read(41);
    session.fleet.record(at(45), ChangeKind::Overloaded(None));
    session.read(45);
    assert_eq!(
        session.watched(50),
        [
            Period::new(wall(0), wall(10)),
            Period::new(wall(30), wall(40)),
            Period::new(wall(45), wall(50))
        ]
    );
    // The machine sleeps for an hour: moments stop, wall time goes on.
    session.anchor = wall(3_600);
    let gap = Duration::from_secs(3_600);
    session.fleet.record(at(60), ChangeKind::Stalled { gap });
    session.fail(61, 0);
    let batch = session.read(61);
    assert_eq!(changes(&batch), [("a", 3_661, None, Status::Warning)]);
    assert_eq!(
        session.watched(70),
        [
            Period::new(wall(50), wall(60)),
            Period::new(wall(3_660), wall(3_670))
        ]
    );
    let numbers = session.book.take_numbers(at(71), true);
    assert!(
        numbers
            .numbers
            .iter()
            .all(|(_, point)| point.numbers.healthy < gap)
    );
}

#[test]
fn what_happens_while_the_clock_repeats_time_is_dated_at_the_jump() {
    let mut session = Session::first(&["a"]);
    session.read(0);
    session.beat(100, 0);
    session.anchor = wall(-3_600);
    let by = SignedDuration::from_hours(-1);
    session.fleet.record(at(200), ChangeKind::ClockSet { by });
    session.fail(300, 0);
    session.fail(310, 0);
    let batch = session.read(310);
    assert_eq!(
        changes(&batch),
        [
            ("a", 100, None, Status::Healthy),
            ("a", 200, None, Status::Warning),
            ("a", 200, None, Status::Error)
        ]
    );
    session.beat(4_000, 0);
    let batch = session.read(4_000);
    assert_eq!(changes(&batch), [("a", 400, None, Status::Healthy)]);
    assert_eq!(incident(&batch).opened, wall(200));
    assert_eq!(session.watched(4_100), [Period::new(wall(0), wall(500))]);
}

#[test]
fn what_a_clock_dated_that_was_wrong_by_days_is_dated_again() {
    const YEAR: i64 = 365 * 86_400;
    let mut session = Session::first(&["a"]);
    session.read(0);
    session.beat(100, 0);
    session.anchor = wall(YEAR);
    let by = SignedDuration::from_secs(YEAR);
    session.fleet.record(at(200), ChangeKind::ClockSet { by });
    session.fail(210, 0);
    let batch = session.read(210);
    let wrong = ("a", YEAR + 210, None, Status::Warning);
    assert_eq!(changes(&batch)[1], wrong);
    session.anchor = wall(0);
    let by = SignedDuration::from_secs(-YEAR);
    session.fleet.record(at(300), ChangeKind::ClockSet { by });
    let batch = session.read(310);
    let ended = ("a", YEAR + 210, Some(YEAR + 300), Status::Warning);
    let begun = ("a", 300, None, Status::Warning);
    assert_eq!(changes(&batch), [ended, begun]);
    session.beat(320, 0);
    let batch = session.read(320);
    assert_eq!(changes(&batch), [("a", 320, None, Status::Healthy)]);
    assert_eq!(
        session.watched(400),
        [
            Period::new(wall(0), wall(200)),
            Period::new(wall(YEAR + 200), wall(YEAR + 300)),
            Period::new(wall(300), wall(400))
        ]
    );
}

/// As after a start before the time came from the network.
#[test]
fn a_session_after_one_with_a_wrong_clock_begins_what_lasts_again() {
    let (mut left, _) = left_in_error();
    Arc::make_mut(&mut left.monitors[0]).first_known = wall(10_000_000);
    Arc::make_mut(&mut left.open_changes[0]).from = wall(10_000_000);
    left.last_time = Some(wall(10_000_050));
    let mut session = Session::start(&["a"], &left, 1_000);
    let batch = session.read(0);
    assert_eq!(batch.monitors[0].first_known, wall(1_000));
    let ended = ("a", 10_000_000, Some(10_000_050), Status::Error);
    let begun = ("a", 1_000, None, Status::Error);
    assert_eq!(changes(&batch)[..2], [ended, begun]);
}

#[test]
fn changes_that_were_lost_are_found_again() {
    let mut session = Session::first(&["a", "b"]);
    session.read(0);
    session.beat(1, 0);
    session.fail(1, 1);
    session.fail(2, 1);
    session.read(2);
    session.fail(10, 0);
    session.beat(20, 1);
    for second in 0..5_000 {
        session.beat(30 + second, 1);
    }
    let batch = session.read(6_000);
    assert_eq!(
        changes(&batch),
        [
            ("a", 10, None, Status::Warning),
            ("b", 20, None, Status::Healthy)
        ]
    );
    let [opened, closed] = batch.incidents.as_slice() else {
        panic!("{batch:?}")
    };
    assert_eq!(
        (opened.id, opened.opened, opened.closed),
        (IncidentId(2), wall(10), None)
    );
    assert_eq!((closed.id, closed.closed), (IncidentId(1), Some(wall(20))));
}

#[test]
fn notes_and_silences_of_any_process_are_written_once() {
    let (left, _) = left_in_error();
    let mut session = Session::start(&["a"], &left, 60);
    let known = open(&left.open_incidents[0]);
    session
        .fleet
        .restore(at(0), TargetId(0), &memory(Some(known)));
    session.read(1);
    let text = Text::clean;
    session
        .fleet
        .note(at(2), TargetId(0), text("ana"), text("looking"));
    let silence = Silence {
        id: SilenceId(0),
        matches: text("a"),
        from: at(2),
        until: at(1_000),
        by: text("ana"),
        reason: text("deploy"),
    };
    session.fleet.silence(at(2), silence.clone());
    let ack = Acknowledgement {
        by: text("ana"),
        at: at(2),
        until: None,
    };
    session.fleet.acknowledge(at(2), TargetId(0), Some(ack));
    let batch = session.read(3);
    let note = Note {
        at: wall(62),
        by: text("ana"),
        text: text("looking"),
    };
    assert_eq!(batch.notes, [(IncidentId(1), note.clone())]);
    assert_eq!(batch.silences[0].until, wall(1_060));
    assert_eq!(incident(&batch).acknowledged.as_ref().unwrap().at, wall(62));

    // Another process adds a note and a silence, takes the acknowledgement back, and ends ours.
    let mut found = incident(&batch).clone();
    let theirs = Note {
        at: wall(64),
        by: text("bob"),
        text: text("it is the switch"),
    };
    found.notes = vec![note, theirs.clone()];
    found.acknowledged = None;
    let other = Silence {
        id: SilenceId(2),
        matches: text("*"),
        from: wall(64),
        until: wall(100),
        by: text("bob"),
        reason: text(""),
    };
    let editable = || Editable {
        incidents: vec![found.clone()],
        silences: vec![other.clone()],
    };
    let edits = session.book.compare(editable(), wall(65));
    let monitor = text("a");
    assert_eq!(
        edits,
        [
            Edit::Acknowledged {
                monitor: monitor.clone(),
                acknowledged: None
            },
            Edit::Noted {
                monitor,
                note: theirs
            },
            Edit::SilenceEnded(SilenceId(1)),
            Edit::SilenceAdded(other.clone()),
        ]
    );
    session.fleet.acknowledge(at(5), TargetId(0), None);
    session
        .fleet
        .note(at(5), TargetId(0), text("bob"), text("it is the switch"));
    session.fleet.end_silence(at(5), SilenceId(1));
    let theirs = Silence {
        id: SilenceId(2),
        from: at(4),
        until: at(40),
        ..silence
    };
    session.fleet.add_silence(at(5), &Arc::new(theirs));
    let batch = session.read(6);
    assert!(
        batch.notes.is_empty() && batch.silences.is_empty(),
        "{batch:?}"
    );
    assert!(batch.incidents.is_empty(), "{batch:?}");
    assert_eq!(session.book.compare(editable(), wall(66)), []);

    // The engine ends a silence of another process: that is ours to write.
    session.fleet.end_silence(at(10), SilenceId(2));
    let batch = session.read(10);
    assert_eq!(batch.silences[0].until, wall(70));
}

#[test]
fn a_large_fleet_writes_its_numbers_when_their_interval_is_over() {
    let names: Vec<&'static str> = (0..=SMALL_FLEET)
        .map(|number| &*Box::leak(format!("m{number}").into_boxed_str()))
        .collect();
    let mut session = Session::first(&names);
    session.beat(1, 0);
    session.read(2);
    assert!(session.book.take_numbers(at(5), false).numbers.is_empty());
    let numbers = session.book.take_numbers(at(400), false).numbers;
    assert_eq!((numbers.len(), numbers[0].1.numbers.beats), (1, 1));
    session.beat(401, 0);
    session.read(402);
    assert_eq!(session.book.take_numbers(at(402), true).numbers.len(), 1);
}

#[test]
fn maintenance_is_a_change_of_its_own() {
    let mut session = Session::first(&["api"]);
    session.beat(1, 0);
    session.read(1);
    let plan = |until| MaintenancePlan {
        matches: Selector::parse("api").unwrap(),
        times: MaintenanceTimes::Once {
            from: wall(10),
            until: wall(until),
        },
        reason: Text::clean("move"),
    };
    session.fleet.set_maintenance(at(2), vec![plan(60)]);
    session.fleet.advance(at(10));
    let batch = session.read(10);
    assert_eq!(
        changes(&batch),
        [("api", 10, None, Status::Healthy)],
        "the status lasts, and counts apart from now on"
    );
    assert!(batch.changes[0].maintenance);
    session.fail(20, 0);
    session.fail(21, 0);
    let batch = session.read(21);
    assert!(batch.changes.iter().all(|change| change.maintenance));
    assert!(batch.incidents.iter().all(|incident| incident.maintenance));
    session.fleet.advance(at(60));
    let batch = session.read(60);
    let last = batch.changes.last().unwrap();
    assert_eq!((last.status, last.maintenance), (Status::Error, false));
    assert_eq!(last.from, wall(60));
}
