//! The incidents of a session: what a screen leaves on the terminal when its user quits.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::{
    Cause, ChangeKind, Event, Follower, Meta, Moment, Row, Snapshot, Status, TargetId, Text,
};
use crate::report::style::Style;
use crate::words;

/// Maximum number of ended incidents, and of monitors that are down, that are printed.
const MAX_LINES: usize = 10;
/// A time that is longer ago than this is written with its date.
const DAY: Duration = Duration::from_secs(20 * 3600);

/// Collects the times in which monitors were in warning or error.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    follower: Option<Follower>,
    open: HashMap<TargetId, Incident>,
    /// The newest that have ended, oldest first.
    ended: VecDeque<Incident>,
    /// Number of ended incidents.
    count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Incident {
    name: Text,
    worst: Status,
    /// The cause of the worst status.
    why: String,
    began: Moment,
    ended: Moment,
    /// A pause ended it, not a recovery.
    is_paused: bool,
}

impl Incidents {
    /// Takes in a snapshot. What is in trouble in the first one began before the session.
    pub(super) fn read(&mut self, snapshot: &Snapshot) {
        let Some(mut follower) = self.follower else {
            let next = snapshot.changes.back().map_or(0, |last| last.seq + 1);
            self.follower = Some(Follower::at(next));
            for row in snapshot.rows.iter().filter(|row| is_trouble(row.status)) {
                self.turn(row.id, &row.meta, row.status, row.cause.as_ref(), row.since);
            }
            return;
        };
        for change in follower.read(snapshot).changes {
            if let ChangeKind::Target { id, meta, event } = &change.kind
                && let Event::Transition { to, cause, .. } = event
            {
                self.turn(*id, meta, *to, cause.as_deref(), change.at);
            }
        }
        self.follower = Some(follower);
    }

    fn turn(&mut self, id: TargetId, meta: &Meta, to: Status, cause: Option<&Cause>, at: Moment) {
        if is_trouble(to) {
            let why = cause.map(words::cause).unwrap_or_default();
            let incident = self.open.entry(id).or_insert_with(|| Incident {
                name: meta.name.clone(),
                worst: to,
                why: why.clone(),
                began: at,
                ended: at,
                is_paused: false,
            });
            if to > incident.worst {
                incident.worst = to;
                incident.why = why;
            }
        } else if let Some(mut incident) = self.open.remove(&id) {
            incident.ended = at;
            incident.is_paused = to == Status::Paused;
            self.count += 1;
            self.ended.push_back(incident);
            self.ended
                .drain(..self.ended.len().saturating_sub(MAX_LINES));
        }
    }

    /// Returns lines about the incidents that have ended and about what is in trouble now, the
    /// worst last. Empty if nothing happened.
    pub(super) fn lines(&self, snapshot: &Snapshot, zone: &TimeZone, style: Style) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        if self.count > 0 {
            let count = words::count(self.count, "incident", "incidents");
            let shown = self.ended.len() as u64;
            let note = if shown < self.count {
                format!(", the last {shown}")
            } else {
                String::new()
            };
            let _ = writeln!(text, "{count} ended in this session{note}:");
        }
        for incident in &self.ended {
            let lasted = words::age(incident.ended.since(incident.began));
            let _ = writeln!(
                text,
                "  {} {} {} for {lasted}{}: {}",
                style.glyph(incident.worst),
                clock_time(snapshot, incident.began, zone),
                incident.name,
                if incident.is_paused {
                    ", then paused"
                } else {
                    ""
                },
                incident.why,
            );
        }
        let mut troubled: Vec<&Row> = snapshot
            .rows
            .iter()
            .filter(|row| is_trouble(row.status))
            .map(AsRef::as_ref)
            .collect();
        troubled.sort_by_key(|row| (row.status, std::cmp::Reverse(row.since)));
        let hidden = troubled.len().saturating_sub(MAX_LINES);
        if hidden > 0 {
            let _ = writeln!(text, "{hidden} more in warning or error, and:");
        }
        for row in troubled.into_iter().skip(hidden) {
            let _ = writeln!(
                text,
                "{} {}: {} for {}, since {}: {}",
                style.glyph(row.status),
                row.meta.name,
                style.paint(row.status, row.status.as_str()),
                words::age(snapshot.at.since(row.since)),
                clock_time(snapshot, row.since, zone),
                words::condition(row),
            );
        }
        text
    }
}

fn is_trouble(status: Status) -> bool {
    matches!(status, Status::Warning | Status::Error)
}

fn clock_time(snapshot: &Snapshot, at: Moment, zone: &TimeZone) -> String {
    let format = if snapshot.at.since(at) < DAY {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M"
    };
    snapshot
        .wall(at)
        .to_zoned(zone.clone())
        .strftime(format)
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::model::{Change, ChangeRing, Counts, Kind, Policy, Reason, Rhythm, Rows, SelfStats};
    use crate::report::style::Glyphs;

    const STYLE: Style = Style {
        color: false,
        glyphs: Glyphs::Unicode,
        columns: None,
    };

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn meta(name: &str) -> Arc<Meta> {
        Arc::new(Meta::new(Text::clean(name), Kind::Http))
    }

    fn because(message: &str) -> Cause {
        Cause::Restored {
            reason: Reason::Status,
            message: Text::clean(message),
        }
    }

    fn row(name: &str, status: Status, since: u64) -> Arc<Row> {
        let policy = Policy::with_interval(Rhythm::Poll, Duration::from_secs(5));
        let mut row = Row::new(TargetId(1), meta(name), Arc::new(policy));
        row.status = status;
        row.since = at(since);
        row.cause = is_trouble(status).then(|| because("503"));
        Arc::new(row)
    }

    fn snapshot(now: u64, rows: &[Arc<Row>], turns: &[(u64, u32, Status)]) -> Snapshot {
        let change = |(seq, (at_second, id, to)): (usize, &(u64, u32, Status))| Change {
            seq: seq as u64,
            at: at(*at_second),
            kind: ChangeKind::Target {
                id: TargetId(*id),
                meta: meta(&format!("m{id}")),
                event: Event::Transition {
                    from: Status::Unknown,
                    to: *to,
                    cause: Some(Box::new(because(to.as_str()))),
                    recovered_after: None,
                },
            },
        };
        Snapshot {
            at: at(now),
            anchor: Timestamp::UNIX_EPOCH,
            rows: rows.iter().cloned().collect::<Rows>(),
            counts: Counts::default(),
            settled: 0,
            self_stats: SelfStats::default(),
            changes: turns.iter().enumerate().map(change).collect::<ChangeRing>(),
        }
    }

    #[test]
    fn a_pause_is_no_recovery() {
        let mut incidents = Incidents::default();
        incidents.read(&snapshot(0, &[], &[]));
        let changes = [(5, 1, Status::Error), (65, 1, Status::Paused)];
        let last = snapshot(70, &[], &changes);
        incidents.read(&last);
        let lines = incidents.lines(&last, &TimeZone::UTC, STYLE);
        assert!(lines.contains("m1 for 1m00s, then paused: "), "{lines}");
    }

    #[test]
    fn what_ended_and_what_lasts_is_said() {
        use Status::{Error, Healthy, Warning};
        let mut incidents = Incidents::default();
        incidents.read(&snapshot(0, &[], &[]));
        let turns = [
            (10, 1, Warning),
            (20, 1, Error),
            (30, 1, Warning),
            (88, 1, Healthy),
        ];
        let last = snapshot(100, &[row("api", Error, 40)], &turns);
        incidents.read(&last);
        assert_eq!(
            incidents.lines(&last, &TimeZone::UTC, STYLE),
            "1 incident ended in this session:\n  ✗ 00:00:10 m1 for 1m18s: error\n\
             ✗ api: error for 1m00s, since 00:00:40: 503\n"
        );
    }

    #[test]
    fn what_began_before_the_session_ends_in_it() {
        let mut incidents = Incidents::default();
        incidents.read(&snapshot(60, &[row("m1", Status::Warning, 5)], &[]));
        let last = snapshot(90, &[], &[(70, 1, Status::Healthy)]);
        incidents.read(&last);
        assert_eq!(
            incidents.lines(&last, &TimeZone::UTC, STYLE),
            "1 incident ended in this session:\n  ▲ 00:00:05 m1 for 1m05s: 503\n"
        );
    }

    #[test]
    fn a_long_list_is_cut_at_its_best_and_oldest() {
        let mut incidents = Incidents::default();
        incidents.read(&snapshot(0, &[], &[]));
        let turns: Vec<_> = (0..30)
            .map(|n| {
                let to = [Status::Error, Status::Healthy][n as usize % 2];
                (n, 1, to)
            })
            .collect();
        let rows: Vec<_> = (0..25)
            .map(|n| row(&format!("r{n}"), [Status::Warning, Status::Error][n % 2], 5))
            .collect();
        let last = snapshot(100, &rows, &turns);
        incidents.read(&last);
        let text = incidents.lines(&last, &TimeZone::UTC, STYLE);
        assert!(
            text.starts_with("15 incidents ended in this session, the last 10:\n"),
            "{text}"
        );
        assert!(text.contains("15 more in warning or error, and:"), "{text}");
        assert_eq!(text.lines().count(), 22);
        assert!(
            text.lines()
                .rev()
                .take(10)
                .all(|line| line.contains("error for")),
            "{text}"
        );
    }

    #[test]
    fn a_quiet_session_leaves_nothing() {
        let mut incidents = Incidents::default();
        let quiet = snapshot(0, &[row("m1", Status::Healthy, 0)], &[]);
        incidents.read(&quiet);
        assert_eq!(incidents.lines(&quiet, &TimeZone::UTC, STYLE), "");
    }
}
